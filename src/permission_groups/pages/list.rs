//! The list of a product's groups, a new one, and the one that invitations start with.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{GroupRow, Index, New, look};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permit},
    error::{Error, Result},
    permission_groups::{
        actions::{self, NewGroup},
        permits::{CreateGroup, ListGroups, ReadGroup, SetDefaultGroup},
        store::{self, Whose},
    },
    products::{self, InTeam, Product, ProductKey},
    ui::{Action, Asked, Avatar, Choice, Dialog, Form, Frame, Html, Posted, Section, Tab, Toast, done},
};

/// The frame of the pages about groups.
pub(super) async fn frame<P: Permit>(may: &Authorized<P>, product: &Product, title: &str) -> Result<Frame> {
    products::frame(may, product, title, Section::Groups).await
}

/// The same for a page that follows what changes, and what it follows.
pub(super) async fn live_frame<P: Permit>(may: &Authorized<P>, product: &Product, title: &str) -> Result<(Frame, String)> {
    let mut frame = frame(may, product, title).await?;
    frame.stream = Some(format!("{}/stream", product.path()));
    Ok((frame, format!("product:{}", product.id)))
}

/// The environments, those that matter most first, and everything about who may do what.
pub(super) async fn everything(db: &crate::db::Reader, product: &Product) -> Result<(Vec<products::EnvironmentBrief>, look::Everybody)> {
    let environments = look::ordered(products::environments_of(db, product.id).await?);
    let all = look::Everybody {
        people: store::people(db, product.team, product.id, Whose::Product).await?,
        groups: store::of_product(db, product.id).await?,
        administrators: store::administrators(db).await?,
    };
    Ok((environments, all))
}

pub async fn index(may: By<InTeam, ListGroups>) -> Result<Html<Index>> {
    let (environments, all) = everything(&may.read(), &may).await?;
    let path = format!("{}/groups", may.path());
    let rows = all.groups.iter().map(|group| {
        let there: Vec<_> = all.people.iter().filter(|person| person.group == Some(group.id)).collect();
        let default = may.default_group == Some(group.id);
        let href = format!("{path}/{}", group.id);
        let mut menu = vec![Action::dialog("Clone…", "copy", format!("{path}/new?from={}", group.id))];
        menu.insert(0, default_action(default, &href));
        menu.push(Action::dialog("Delete…", "trash", format!("{href}/delete")).danger());
        GroupRow {
            name: group.name.clone(),
            default,
            faces: there.iter().take(5).map(|person| Avatar::of(&person.id.to_string(), &person.name)).collect(),
            people: there.len() as u64,
            reach: look::reach(group, &environments),
            new_environments: look::access(group.access_to_new()),
            may: look::may(group),
            menu,
            href,
        }
    });
    let groups = rows.collect();
    let (frame, topic) = live_frame(&may, &may, "Permission groups").await?;
    Ok(Html(Index {
        frame,
        topic,
        bands: look::bands(&may.name, &environments, &all, None),
        tabs: vec![Tab::new("People", format!("{}/manage", may.path())), Tab::new("Permission groups", path.clone()).here(true)],
        environments: environments.iter().map(look::brief).collect(),
        groups,
        path,
    }))
}

/// Makes a group the one that invitations start with, or takes that away.
pub(super) fn default_action(default: bool, href: &str) -> Action {
    let (label, on) = if default { ("No longer the default", "off") } else { ("Make default for new people", "on") };
    Action::post(label, "star", format!("{href}/default")).with("default", on)
}

/// Which group to start from.
#[derive(Deserialize)]
pub struct Start {
    #[serde(default)]
    from: String,
}

impl Params for Start {
    const NAMES: &'static [(&'static str, &'static str)] = &[("from", "the group to start from")];
}

pub async fn new(may: By<InTeam, CreateGroup>, asked: Asked, Query(start): Query<Start>) -> Result<Response> {
    let known = store::of_product(&may.read(), may.id).await?;
    let from = known.iter().find(|group| group.id.to_string() == start.from);
    let name = from.map(|from| format!("{} copy", from.name)).unwrap_or_default();
    let form = Form::new().with("name", name).with("from", from.map(|from| from.id.to_string()).unwrap_or_default());
    show_new(&may, asked, form).await
}

async fn show_new(may: &Authorized<CreateGroup>, asked: Asked, form: Form) -> Result<Response> {
    let environments = products::environments_of(&may.read(), may.id).await?;
    let groups = store::of_product(&may.read(), may.id).await?;
    let nothing = Choice::new("", "Nothing").hint("No access and no switch: you choose everything on the next page.");
    let starts = groups.iter().map(|group| Choice::new(group.id.to_string(), &group.name).hint(look::meaning(group, &environments)));
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = New {
        action: format!("{}/groups", may.path()),
        product: may.name.clone(),
        form,
        starts: std::iter::once(nothing).chain(starts).collect(),
    };
    Ok(Dialog { asked, frame: frame(may, may, "New permission group").await?, body }.with(status))
}

pub async fn create(may: By<InTeam, CreateGroup>, asked: Asked, posted: Posted) -> Result<Response> {
    let made = match NewGroup::parse(posted.get("name"), posted.get("from")) {
        Ok(new) => refusal_to_form(actions::create(&may, &new).await),
        Err(error) => Err(error),
    };
    match posted.or_again(made)? {
        Ok(group) => {
            let toast = Toast(format!("Created the permission group {}.", group.name));
            Ok(done(asked, &format!("{}/groups/{}", may.path(), group.id), Some(toast)))
        }
        Err(form) => show_new(&may, asked, form).await,
    }
}

/// What would give more than the actor holds is told at the form: the page stays, and everything on it.
pub(super) fn refusal_to_form<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Forbidden { code: code @ "beyond_own", message } => Error::Refused { code, message },
        other => other,
    })
}

pub async fn make_default(may: By<InTeam, ReadGroup>, asked: Asked, posted: Posted) -> Result<Response> {
    let on = posted.get("default") != "off";
    let product = may.on::<SetDefaultGroup>(&ProductKey::of(may.product)).await?;
    actions::set_default(&product, on.then_some(may.id)).await?;
    let text = match on {
        true => format!("Invitations to {} start with {} now.", may.product_name, may.name),
        false => format!("Invitations to {} start with no group now.", may.product_name),
    };
    Ok(done(asked, &format!("{}/groups", product.path()), Some(Toast(text))))
}
