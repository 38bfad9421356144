//! The form of a webhook.

use std::collections::BTreeSet;

use axum::{http::StatusCode, response::Response};

use super::{Edit, HeaderRow, show};
use crate::{
    authz::{Access, Authorized, By},
    configs,
    error::{Error, Result},
    products::{self, InTeam, environments_of},
    ui::{Asked, Choice, Control, Environment, Form, Html, Posted, Section, done_in},
    webhooks::{
        ConfigInEnvironmentKey, Header, Wanted, Webhook, actions,
        permits::{ChangeWebhook, CreateWebhook, ListWebhooks},
    },
};

/// So many empty rows stand below the headers.
const EMPTY: usize = 2;
/// So many rows are looked at.
const MOST: usize = 60;

/// The headers of a form, without those that were left empty; and their numbers in it.
fn headers(posted: &Posted) -> (Vec<Header>, Vec<usize>) {
    let number = |(name, _): (&str, &str)| name.split('.').next()?.parse().ok();
    let numbers: BTreeSet<usize> = posted.below("headers.").filter_map(number).filter(|at| *at < MOST).collect();
    let header = |at: &usize| Header {
        key: posted.get(&format!("headers.{at}.key")).trim().to_owned(),
        value: Control::Trimmed.read(posted.get(&format!("headers.{at}.value"))),
        secure: posted.get(&format!("headers.{at}.secure")) == "on",
    };
    let filled = numbers.into_iter().map(|at| (header(&at), at)).filter(|(header, _)| !header.key.is_empty() || !header.value.is_empty());
    filled.unzip()
}

fn wanted(posted: &Posted, before: Option<&Webhook>) -> Result<Wanted> {
    let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    let (content, kept) = (plain(posted.get("content")), before.and_then(|before| before.content.as_deref()));
    // A text area has line breaks of one kind, and an empty one is none. What is the same but for that stays as it was.
    let content = match before {
        Some(_) if plain(kept.unwrap_or_default()) == content => kept,
        _ => Some(content.as_str()).filter(|content| !content.is_empty()),
    };
    Wanted::parse(posted.get("url"), Some(posted.get("method")), content, headers(posted).0)
}

/// Messages stand at the rows as they were typed.
fn at_rows<T>(posted: &Posted, done: Result<T>) -> Result<T> {
    let numbers = headers(posted).1;
    done.map_err(|error| match error {
        Error::Invalid(fields) => {
            let moved = fields.0.into_iter().map(|(name, message)| {
                let parts: Vec<&str> = name.split('.').collect();
                match parts.as_slice() {
                    ["headers", at, part] => {
                        let row = at.parse::<usize>().ok().and_then(|at| numbers.get(at)).copied().unwrap_or_default();
                        (format!("headers.{row}.{part}").into(), message)
                    }
                    _ => (name, message),
                }
            });
            Error::Invalid(crate::error::Fields(moved.collect()))
        }
        other => other,
    })
}

/// The rows of the form: as typed, and empty ones below.
fn rows(form: &Form) -> Vec<HeaderRow> {
    let filled = |at: &usize| ["key", "value"].iter().any(|part| !form.value(&format!("headers.{at}.{part}")).is_empty());
    let count = (0..MOST).filter(filled).max().map_or(0, |last| last + 1);
    let row = |at: usize| HeaderRow {
        key: form.value(&format!("headers.{at}.key")).to_owned(),
        value: form.value(&format!("headers.{at}.value")).to_owned(),
        secure: form.on(&format!("headers.{at}.secure")),
    };
    (0..count + EMPTY).map(row).collect()
}

pub async fn new(may: By<InTeam, ListWebhooks>) -> Result<Response> {
    show_new(&may, Form::new().with("method", "post")).await
}

async fn show_new(may: &Authorized<ListWebhooks>, form: Form) -> Result<Response> {
    let db = may.read();
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let environments = environments_of(&db, may.id).await?;
    let seen = environments.iter().filter(|environment| may.grants().access(environment.id) > Access::None);
    let environments: Vec<Environment> = seen.map(products::EnvironmentBrief::shown).collect();
    let configs = configs::all(&db, may.id).await?;
    let first = environments.first().map(|environment| environment.id.clone()).unwrap_or_default();
    let form = if form.value("environment").is_empty() { form.with("environment", first) } else { form };
    let action = format!("{}/webhooks", may.path());
    let mut frame = products::frame(may, may, "New webhook", Section::Webhooks).await?;
    frame.crumbs.push(crate::ui::Crumb::new("Webhooks", &action));
    let page = Edit {
        frame,
        back: action.clone(),
        action,
        configs: configs.iter().map(|config| Choice::new(config.id.to_string(), &config.name)).collect(),
        environments,
        environment: None,
        headers: rows(&form),
        form,
    };
    Ok(Html(page).with(status))
}

pub async fn create(may: By<InTeam, ListWebhooks>, asked: Asked, posted: Posted) -> Result<Response> {
    let created = async {
        let wanted = wanted(&posted, None)?;
        let config = posted.get("config").parse().map_err(|_| Error::field("config", "Please choose a config."))?;
        let environment = posted.get("environment").parse().map_err(|_| Error::field("environment", "Please choose an environment."))?;
        let there = may.on::<CreateWebhook>(&ConfigInEnvironmentKey::of(config, environment)).await?;
        if there.product != may.id {
            return Err(Error::NotFound);
        }
        actions::create(&there, &wanted).await
    };
    match posted.or_again(at_rows(&posted, created.await))? {
        Ok(made) => {
            let told = format!("The webhook is told what changes in {} from now on.", made.config_name);
            Ok(done_in(asked, &made.path(), &show::environment(&made), told))
        }
        Err(form) => show_new(&may, form).await,
    }
}

pub async fn edit(may: By<InTeam, ChangeWebhook>) -> Result<Response> {
    let webhook: &Webhook = &may;
    let content = webhook.content.clone().unwrap_or_default();
    let form = Form::new().with("url", &webhook.url).with("method", webhook.method.wire()).with("content", content);
    let form = webhook.headers()?.into_iter().enumerate().fold(form, |form, (at, header)| {
        let secure = if header.secure { "on" } else { "" };
        form.with(&format!("headers.{at}.key"), header.key)
            .with(&format!("headers.{at}.value"), Control::Trimmed.show(&header.value))
            .with(&format!("headers.{at}.secure"), secure)
    });
    show_edit(&may, form).await
}

async fn show_edit(may: &Authorized<ChangeWebhook>, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Edit {
        frame: show::frame(may, "Edit the webhook").await?,
        action: may.path(),
        back: may.path(),
        configs: vec![],
        environments: vec![],
        environment: Some(show::environment(may)),
        headers: rows(&form),
        form,
    };
    Ok(Html(page).with(status))
}

pub async fn change(may: By<InTeam, ChangeWebhook>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match wanted(&posted, Some(&may)) {
        Ok(wanted) => actions::change(&may, &wanted).await,
        Err(error) => Err(error),
    };
    match posted.or_again(at_rows(&posted, changed))? {
        Ok(after) => Ok(done_in(asked, &after.path(), &show::environment(&after), "The webhook was changed.")),
        Err(form) => show_edit(&may, form).await,
    }
}
