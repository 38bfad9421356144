//! What the pages of integrations are filled with, and what their forms do.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{Delete, Edit, Index, Needed, Row, Tick};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permit},
    configs,
    db::Reader,
    deliveries::{self, Target as _},
    error::{Error, Result},
    ids::{ConfigId, EnvironmentId, ProductId},
    integrations::{
        Integration, Service, Wanted, actions,
        jobs::Tell,
        permits::{ChangeIntegration, CreateIntegration, DeleteIntegration, ListIntegrations, ReadIntegration},
    },
    products::{self, EnvironmentBrief, InTeam, Product, environments_of},
    ui::{Action, Asked, Choice, Control, Crumb, Dialog, Form, Frame, Html, Posted, Section, Tab, Toast, done},
    webhooks::pages::Sent,
};

/// So many messages are shown.
const FEW: usize = 30;
/// So many are read at once.
const READ_AT_ONCE: i64 = 200;

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

/// What the form says. It shows what the service needs, and environments and configs that are there: what an integration has besides stays.
async fn wanted(db: &Reader, product: ProductId, service: Service, posted: &Posted, before: Option<&Integration>) -> Result<Wanted> {
    let had = before.map(Integration::parameters).transpose()?.unwrap_or_default();
    let shown = |name: &str| service.parameters().iter().any(|parameter| parameter.name == name);
    let mut parameters: BTreeMap<String, String> =
        had.iter().filter(|(name, _)| !shown(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    for parameter in service.parameters() {
        let sent = Control::Trimmed.read(posted.get(&format!("parameters.{}", parameter.name)));
        match had.get(parameter.name) {
            Some(had) if had.trim().eq_ignore_ascii_case(&sent) && !parameter.choices.is_empty() => {
                drop(parameters.insert(parameter.name.to_owned(), had.clone()))
            }
            None if sent.is_empty() => {}
            Some(had) if sent.is_empty() && !had.is_empty() => {}
            _ => drop(parameters.insert(parameter.name.to_owned(), sent)),
        }
    }
    let Ticked { environments, configs } = Ticked::of(posted);
    let there: Vec<EnvironmentId> = environments_of(db, product).await?.iter().map(|known| known.id).collect();
    let environments = kept(environments, before.map(Integration::environments).transpose()?, &there);
    let there: Vec<ConfigId> = configs::all(db, product).await?.iter().map(|known| known.id).collect();
    let configs = kept(configs, before.map(Integration::configs).transpose()?, &there);
    Wanted::parse(service, posted.get("name"), parameters, environments, configs)
}

/// What was ticked; or, if the ticks are as they were, all that was meant before, in its order and with what is gone by now.
fn kept<T: Copy + PartialEq>(ticked: Vec<T>, before: Option<Vec<T>>, there: &[T]) -> Vec<T> {
    let shown = |before: &Vec<T>| before.iter().filter(|one| there.contains(one)).count();
    match before {
        Some(before) if shown(&before) == ticked.len() && ticked.iter().all(|one| before.contains(one)) => before,
        _ => ticked,
    }
}

/// The form, around what was typed or what holds.
async fn form<P: Permit>(may: &Authorized<P>, product: &Product, service: Service, form: Form, ticked: &Ticked) -> Result<Edit> {
    let db = may.read();
    let list = format!("{}/integrations", product.path());
    let needs = service.parameters().iter().map(|parameter| Needed {
        field: format!("parameters.{}", parameter.name),
        label: parameter.label,
        choices: match parameter.choices {
            [] => vec![],
            choices => [Choice::new("", "not set")].into_iter().chain(choices.iter().map(|choice| Choice::new(*choice, *choice))).collect(),
        },
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
    let created = match wanted(&may.read(), may.id, service, &posted, None).await {
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
    let filled = integration.parameters()?.into_iter().fold(filled, |form, (name, value)| {
        let choices =
            integration.kind.parameters().iter().find(|parameter| parameter.name == name).map_or(&[][..], |parameter| parameter.choices);
        let chosen = choices.iter().find(|choice| choice.eq_ignore_ascii_case(value.trim()));
        form.with(&format!("parameters.{name}"), chosen.map_or_else(|| Control::Trimmed.show(&value), |choice| (*choice).to_owned()))
    });
    let ticked = Ticked { environments: integration.environments()?, configs: integration.configs()? };
    Ok(answer(existing(&may, filled, &ticked).await?))
}

async fn existing<P: Permit<On = Integration>>(may: &Authorized<P>, filled: Form, ticked: &Ticked) -> Result<Edit> {
    let product = product(may, may.product).await?;
    // How many there are about environments that the reader has no access to must not show: so it is read on until there are enough.
    let mut seen: Vec<deliveries::Delivery> = vec![];
    let mut before = None;
    while seen.len() < FEW {
        let sent = deliveries::recent(&may.read(), &Tell(may.id).name(), before, READ_AT_ONCE).await?;
        let Some(last) = sent.last() else { break };
        before = Some(last.id);
        seen.extend(sent.into_iter().filter(|sent| actions::seen(may.grants(), &sent.about)));
    }
    seen.truncate(FEW);
    Ok(Edit {
        frame: frame(may, &product, &may.name).await?,
        action: may.path(),
        services: vec![],
        exists: true,
        sent: seen.iter().map(Sent::from).collect(),
        ..form(may, &product, may.kind, filled, ticked).await?
    })
}

pub async fn change(may: By<InTeam, ChangeIntegration>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match wanted(&may.read(), may.product, may.kind, &posted, Some(&may)).await {
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
