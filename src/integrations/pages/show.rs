//! What the pages of integrations are filled with, and what their forms do.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{Delete, Edit, Index, Needed, Row, Tick};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permit},
    configs,
    deliveries::{self, Target as _},
    error::{Error, Result},
    ids::{ConfigId, EnvironmentId, ProductId},
    integrations::{
        Integration, Service, Wanted, actions,
        jobs::Tell,
        permits::{ChangeIntegration, CreateIntegration, DeleteIntegration, ListIntegrations, ReadIntegration},
    },
    products::{self, EnvironmentBrief, InTeam, Product, environments_of},
    ui::{Action, Asked, Choice, Crumb, Dialog, Form, Frame, Html, Posted, Section, Tab, Toast, done},
    webhooks::pages::Sent,
};

/// So many messages are shown.
const FEW: i64 = 30;

async fn frame<P: Permit>(may: &Authorized<P>, product: &Product, title: &str) -> Result<Frame> {
    let mut frame = products::frame(may, product, title, Section::Integrations).await?;
    frame.crumbs.push(Crumb::new("Integrations", format!("{}/integrations", product.path())));
    Ok(frame)
}

async fn product<P: Permit>(may: &Authorized<P>, id: ProductId) -> Result<Product> {
    products::one(&may.read(), id).await?.ok_or(Error::NotFound)
}

pub async fn index(may: By<InTeam, ListIntegrations>) -> Result<Html<Index>> {
    let environments = environments_of(&may.read(), may.id).await?;
    let row = |integration: &Integration| {
        let of = integration.environments()?;
        Ok(Row {
            name: integration.name.clone(),
            href: integration.path(),
            service: integration.kind.label(),
            everywhere: of.is_empty(),
            environments: environments.iter().filter(|known| of.contains(&known.id)).map(EnvironmentBrief::shown).collect(),
            told: integration.kind.is_told(),
            menu: vec![
                Action::link("Edit", "pencil", integration.path()),
                Action::dialog("Delete…", "trash", format!("{}/delete", integration.path())).danger(),
            ],
        })
    };
    let all = actions::list(&may).await?;
    Ok(Html(Index {
        frame: products::frame(&may, &may, "Integrations", Section::Integrations).await?,
        path: format!("{}/integrations", may.path()),
        integrations: all.iter().map(row).collect::<Result<_>>()?,
    }))
}

/// Which service.
#[derive(Deserialize)]
pub struct Of {
    service: Option<String>,
}

impl Params for Of {
    const NAMES: &'static [(&'static str, &'static str)] = &[("service", "the service of the new integration")];
}

/// What was ticked.
struct Ticked {
    environments: Vec<EnvironmentId>,
    configs: Vec<ConfigId>,
}

impl Ticked {
    fn of(posted: &Posted) -> Self {
        let ids = |field: &str| posted.all(field).to_vec();
        Self {
            environments: ids("environment").iter().filter_map(|id| id.parse().ok()).collect(),
            configs: ids("config").iter().filter_map(|id| id.parse().ok()).collect(),
        }
    }
}

fn wanted(service: Service, posted: &Posted) -> Result<Wanted> {
    let filled = posted.below("parameters.").filter(|(_, value)| !value.trim().is_empty());
    let parameters: BTreeMap<String, String> = filled.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let Ticked { environments, configs } = Ticked::of(posted);
    Wanted::parse(service, posted.get("name"), parameters, environments, configs)
}

/// The form, around what was typed or what holds.
async fn form<P: Permit>(may: &Authorized<P>, product: &Product, service: Service, form: Form, ticked: &Ticked) -> Result<Edit> {
    let db = may.read();
    let list = format!("{}/integrations", product.path());
    let needs = service.parameters().iter().map(|parameter| Needed {
        field: format!("parameters.{}", parameter.name),
        label: parameter.label,
        choices: parameter.choices.iter().map(|choice| Choice::new(*choice, *choice)).collect(),
    });
    let environments = environments_of(&db, product.id).await?;
    let environments = environments.iter().map(|known| Tick {
        id: known.id.to_string(),
        name: known.name.clone(),
        environment: Some(known.shown()),
        on: ticked.environments.contains(&known.id),
    });
    let configs = configs::all(&db, product.id).await?;
    let configs = configs.into_iter().map(|known| Tick {
        on: ticked.configs.contains(&known.id),
        id: known.id.to_string(),
        name: known.name,
        environment: None,
    });
    let tab = |one: Service| Tab::new(one.label(), format!("{list}/new?service={}", one.wire())).here(one == service);
    Ok(Edit {
        frame: frame(may, product, &format!("New integration with {}", service.label())).await?,
        action: list.clone(),
        back: list.clone(),
        form,
        kind: service.wire(),
        service: service.label(),
        services: Service::ALL.into_iter().map(tab).collect(),
        needs: needs.collect(),
        environments: environments.collect(),
        configs: configs.collect(),
        told: service.is_told(),
        exists: false,
        sent: vec![],
    })
}

fn answer(page: Edit) -> Response {
    let status = if page.form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Html(page).with(status)
}

pub async fn new(may: By<InTeam, CreateIntegration>, Query(of): Query<Of>) -> Result<Response> {
    let service = of.service.as_deref().and_then(Service::parse).unwrap_or(Service::Slack);
    let none = Ticked { environments: vec![], configs: vec![] };
    Ok(answer(form(&may, &may, service, Form::new().with("name", service.label()), &none).await?))
}

pub async fn create(may: By<InTeam, CreateIntegration>, asked: Asked, posted: Posted) -> Result<Response> {
    let service = Service::parse(posted.get("kind")).ok_or_else(|| Error::field("kind", "Please choose a service."))?;
    let created = match wanted(service, &posted) {
        Ok(wanted) => actions::create(&may, &wanted).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(made) => Ok(done(asked, &made.path(), Some(Toast(format!("{} was created.", made.name))))),
        Err(again) => Ok(answer(form(&may, &may, service, again, &Ticked::of(&posted)).await?)),
    }
}

pub async fn one(may: By<InTeam, ReadIntegration>) -> Result<Response> {
    let integration: &Integration = &may;
    let filled = Form::new().with("name", &integration.name);
    let filled = integration.parameters()?.into_iter().fold(filled, |form, (name, value)| form.with(&format!("parameters.{name}"), value));
    let ticked = Ticked { environments: integration.environments()?, configs: integration.configs()? };
    Ok(answer(existing(&may, filled, &ticked).await?))
}

async fn existing<P: Permit<On = Integration>>(may: &Authorized<P>, filled: Form, ticked: &Ticked) -> Result<Edit> {
    let product = product(may, may.product).await?;
    let sent = deliveries::recent(&may.read(), &Tell(may.id).name(), None, FEW).await?;
    let seen = sent.iter().filter(|sent| actions::seen(may.grants(), &sent.about));
    Ok(Edit {
        frame: frame(may, &product, &may.name).await?,
        action: may.path(),
        services: vec![],
        exists: true,
        sent: seen.map(Sent::from).collect(),
        ..form(may, &product, may.kind, filled, ticked).await?
    })
}

pub async fn change(may: By<InTeam, ChangeIntegration>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match wanted(may.kind, &posted) {
        Ok(wanted) => actions::change(&may, &wanted).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(after) => Ok(done(asked, &after.path(), Some(Toast(format!("{} was changed.", after.name))))),
        Err(again) => Ok(answer(existing(&may, again, &Ticked::of(&posted)).await?)),
    }
}

pub async fn confirm_delete(may: By<InTeam, DeleteIntegration>, asked: Asked) -> Result<Response> {
    let body = Delete { action: format!("{}/delete", may.path()), back: may.list(), name: may.name.clone(), service: may.kind.label() };
    let product = product(&may, may.product).await?;
    Ok(Dialog { asked, frame: frame(&may, &product, &format!("Delete {}?", may.name)).await?, body }.with(StatusCode::OK))
}

pub async fn delete(may: By<InTeam, DeleteIntegration>, asked: Asked) -> Result<Response> {
    actions::delete(&may).await?;
    Ok(done(asked, &may.list(), Some(Toast(format!("{} was deleted.", may.name)))))
}

pub async fn test(may: By<InTeam, ChangeIntegration>, asked: Asked) -> Result<Response> {
    actions::send_test(&may).await?;
    Ok(done(asked, &may.path(), Some(Toast("A test is on its way.".into()))))
}

pub async fn again(may: By<InTeam, ChangeIntegration>, asked: Asked, posted: Posted) -> Result<Response> {
    let delivery = posted.get("delivery").parse().map_err(|_| Error::field("delivery", "This is no delivery."))?;
    actions::send_again(&may, delivery).await?;
    Ok(done(asked, &may.path(), Some(Toast("It is on its way again.".into()))))
}
