//! The list of webhooks, the page of one, and what is done with it.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{Delete, Index, RemoveKey, Row, Sent, Show};
use crate::{
    api::{Params, Query},
    authz::{Access, Authorized, By, Permit},
    deliveries::{self, Delivery, Target as _},
    error::{Error, Result},
    ids::DeliveryId,
    products::{self, InTeam, environments_of},
    ui::{Action, Asked, Dialog, Environment, Form, Frame, Html, Posted, Section, done_in},
    webhooks::{
        Published, Webhook, actions,
        jobs::Tell,
        permits::{ChangeWebhook, DeleteWebhook, ListWebhooks, ReadWebhook},
    },
};

/// So many deliveries on a page.
const STRETCH: usize = 30;

pub(super) fn environment(webhook: &Webhook) -> Environment {
    let color = webhook.environment_color.as_deref().unwrap_or_default();
    Environment::new(webhook.environment.to_string(), &webhook.environment_name, color)
}

pub(super) async fn frame<P: Permit<On = Webhook>>(may: &Authorized<P>, title: &str) -> Result<Frame> {
    let product = products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)?;
    let mut frame = products::frame(may, &product, title, Section::Webhooks).await?;
    frame.crumbs.push(crate::ui::Crumb::new("Webhooks", may.list()));
    Ok(frame)
}

impl From<&Delivery> for Sent {
    fn from(delivery: &Delivery) -> Self {
        let published = serde_json::from_str::<Published>(&delivery.about).ok();
        let test = published.as_ref().is_none_or(|published| published.test);
        Self {
            id: delivery.id.to_string(),
            at: delivery.created_at.into(),
            what: published.as_ref().filter(|_| !test).map_or_else(|| "A test".to_owned(), Published::summary),
            by: published.map(|published| published.by).unwrap_or_default(),
            state: delivery.state.clone(),
            attempts: delivery.attempts.unsigned_abs(),
            status: delivery.status.map(i64::unsigned_abs),
            reason: delivery.reason.clone().unwrap_or_default(),
        }
    }
}

pub async fn index(may: By<InTeam, ListWebhooks>) -> Result<Html<Index>> {
    let db = may.read();
    let mut webhooks = vec![];
    for webhook in actions::list(&may).await? {
        let last = deliveries::recent(&db, &Tell(webhook.id).name(), None, 1).await?;
        webhooks.push(Row {
            environment: environment(&webhook),
            config: webhook.config_name.clone(),
            method: webhook.method.wire().to_uppercase(),
            url: webhook.url.clone(),
            href: webhook.path(),
            last: last.first().map(Sent::from),
            menu: menu(&webhook),
        });
    }
    let environments = environments_of(&db, may.id).await?;
    Ok(Html(Index {
        frame: products::frame(&may, &may, "Webhooks", Section::Webhooks).await?,
        path: format!("{}/webhooks", may.path()),
        may_create: environments.iter().any(|environment| may.grants().access(environment.id) > Access::None),
        webhooks,
    }))
}

fn menu(webhook: &Webhook) -> Vec<Action> {
    let path = webhook.path();
    vec![
        Action::link("Edit", "pencil", format!("{path}/edit")),
        Action::post("Send a test", "send", format!("{path}/test")),
        Action::dialog("Delete…", "trash", format!("{path}/delete")).danger(),
    ]
}

/// Which deliveries.
#[derive(Deserialize)]
pub struct Before {
    before: Option<DeliveryId>,
}

impl Params for Before {
    const NAMES: &'static [(&'static str, &'static str)] = &[("before", "only deliveries before this one")];
}

pub async fn one(may: By<InTeam, ReadWebhook>, Query(wanted): Query<Before>) -> Result<Html<Show>> {
    let webhook: &Webhook = &may;
    let limit = i64::try_from(STRETCH + 1).unwrap_or(i64::MAX);
    let mut sent = deliveries::recent(&may.read(), &Tell(webhook.id).name(), wanted.before, limit).await?;
    let more = sent.len() > STRETCH;
    sent.truncate(STRETCH);
    Ok(Html(Show {
        frame: frame(&may, "Webhook").await?,
        path: webhook.path(),
        environment: environment(webhook),
        config: webhook.config_name.clone(),
        method: webhook.method.wire().to_uppercase(),
        url: webhook.url.clone(),
        headers: webhook.headers()?.into_iter().map(|header| (header.key, header.value)).collect(),
        content: webhook.content.clone().unwrap_or_default(),
        keys: [&webhook.key1, &webhook.key2].into_iter().flatten().cloned().collect(),
        older: sent.last().filter(|_| more).map(|last| format!("{}?before={}#deliveries", webhook.path(), last.id)),
        sent: sent.iter().map(Sent::from).collect(),
    }))
}

pub async fn confirm_delete(may: By<InTeam, DeleteWebhook>, asked: Asked) -> Result<Response> {
    let body = Delete {
        action: format!("{}/delete", may.path()),
        back: may.path(),
        environment: environment(&may),
        config: may.config_name.clone(),
        url: may.url.clone(),
    };
    Ok(Dialog { asked, frame: frame(&may, "Delete the webhook?").await?, body }.with(StatusCode::OK))
}

pub async fn delete(may: By<InTeam, DeleteWebhook>, asked: Asked) -> Result<Response> {
    actions::delete(&may).await?;
    Ok(done_in(asked, &may.list(), &environment(&may), format!("The webhook of {} is told nothing more.", may.config_name)))
}

pub async fn add_key(may: By<InTeam, ChangeWebhook>, asked: Asked) -> Result<Response> {
    actions::add_key(&may).await?;
    Ok(done_in(asked, &may.path(), &environment(&may), "Requests are signed with both keys from now on."))
}

/// Which key.
#[derive(Deserialize)]
pub struct Which {
    which: Option<String>,
}

impl Params for Which {
    const NAMES: &'static [(&'static str, &'static str)] = &[("which", "`1` or `2`")];
}

pub async fn confirm_remove_key(may: By<InTeam, ChangeWebhook>, asked: Asked, Query(which): Query<Which>) -> Result<Response> {
    ask(&may, asked, Form::new().with("which", which.which.as_deref().unwrap_or("1"))).await
}

async fn ask(may: &Authorized<ChangeWebhook>, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let key = if form.is("which", "2") { &may.key2 } else { &may.key1 };
    let body = RemoveKey { action: format!("{}/keys/remove", may.path()), back: may.path(), key: key.clone().unwrap_or_default(), form };
    Ok(Dialog { asked, frame: frame(may, "Take a signing key away?").await?, body }.with(status))
}

pub async fn remove_key(may: By<InTeam, ChangeWebhook>, asked: Asked, posted: Posted) -> Result<Response> {
    let second = match posted.get("which") {
        "1" => false,
        "2" => true,
        _ => return Err(Error::field("which", "Choose the first or the second key.")),
    };
    match posted.or_again(actions::remove_key(&may, second).await)? {
        Ok(()) => Ok(done_in(asked, &may.path(), &environment(&may), "Requests are signed with the other key alone.")),
        Err(form) => ask(&may, asked, form).await,
    }
}

pub async fn test(may: By<InTeam, ChangeWebhook>, asked: Asked) -> Result<Response> {
    actions::send_test(&may).await?;
    Ok(done_in(asked, &may.path(), &environment(&may), "A test is on its way."))
}

pub async fn again(may: By<InTeam, ChangeWebhook>, asked: Asked, posted: Posted) -> Result<Response> {
    let delivery = posted.get("delivery").parse().map_err(|_| Error::field("delivery", "This is no delivery."))?;
    actions::send_again(&may, delivery).await?;
    Ok(done_in(asked, &may.path(), &environment(&may), "It is on its way again."))
}
