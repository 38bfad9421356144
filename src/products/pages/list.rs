//! The list of products, and the way into one.

use axum::{http::StatusCode, response::Response};

use super::{Index, New, ProductRow};
use crate::{
    api::{Params, Query},
    authz::{self, Authorized, By, Permission, Resource as _},
    error::Result,
    products::{
        InTeam, NewProduct,
        actions::{self},
        order::To,
        permits::{CreateProduct, ListProducts, OrderProduct, ReadProduct},
        store::{self, Listed, Reached},
    },
    teams::{self, BySlug},
    ui::{self, Access, Action, Asked, Dialog, Environment, Form, Html, Posted, Section, Toast, done},
};

/// Which products.
#[derive(serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    search: String,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] = &[("search", "part of a name or description")];
}

pub async fn index(may: By<BySlug, ListProducts>, Query(wanted): Query<Wanted>) -> Result<Html<Index>> {
    let (db, person) = (may.read(), may.actor()?.person);
    // Whoever orders the products holds everything in all of them.
    let all = may.may(Permission::ProductOrder, &may.place());
    let listed = store::list(&db, may.id, person, all, &wanted.search).await?;
    let reached = store::reached(&db, may.id, person).await?;
    let owners = store::owners(&db, may.id).await?;
    let frame = teams::frame(&may, &may, "Products", Section::Products).await?;
    let role = frame.team.as_ref().map(|team| team.role.clone()).unwrap_or_default();
    let path = format!("/team/{}/products", may.slug);
    let last = listed.len().saturating_sub(1);
    let row = |(at, product): (usize, &Listed)| ProductRow {
        name: product.name.clone(),
        href: format!("{path}/{}", product.id),
        description: product.description.clone().unwrap_or_default(),
        reach: reached.iter().filter(|reached| reached.product == product.id).map(|reached| reach(product, reached, all)).collect(),
        group: if all { role.clone() } else { product.group_name.clone().unwrap_or_default() },
        flags: product.flags.unsigned_abs(),
        people: product.people.unsigned_abs() + owners,
        menu: menu(&format!("{path}/{}", product.id), product, all, all && wanted.search.is_empty(), at, last),
    };
    Ok(Html(Index {
        products: listed.iter().enumerate().map(row).collect(),
        frame,
        team: may.name.clone(),
        search: wanted.search.trim().to_owned(),
        may_create: may.may(Permission::ProductCreate, &may.place()),
        path,
    }))
}

/// How far the reader reaches into an environment.
fn reach(product: &Listed, reached: &Reached, all: bool) -> ui::Reach {
    let access = match product.reach {
        _ if all => Access::Full,
        Some(authz::Reach::Full) => Access::Full,
        Some(authz::Reach::ReadOnly) => Access::ReadOnly,
        Some(authz::Reach::Custom) => reached.access.unwrap_or_default().into(),
        None => Access::None,
    };
    let environment = Environment::new(reached.id.to_string(), &reached.name, reached.color.as_deref().unwrap_or_default());
    ui::Reach { environment, access }
}

fn menu(path: &str, product: &Listed, all: bool, in_order: bool, at: usize, last: usize) -> Vec<Action> {
    let mut menu = vec![];
    if in_order && at > 0 {
        menu.push(Action::post("Move up", "arrow-up", format!("{path}/move")).with("to", "up"));
    }
    if in_order && at < last {
        menu.push(Action::post("Move down", "arrow-down", format!("{path}/move")).with("to", "down"));
    }
    if all || product.switches.is_some_and(|switches| switches.0.contains(Permission::ProductPreferences)) {
        menu.push(Action::link("Settings", "settings", format!("{path}/settings")));
    }
    if all {
        menu.push(Action::dialog("Delete product…", "trash", format!("{path}/delete")).danger());
    }
    menu
}

pub async fn new(may: By<BySlug, CreateProduct>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new()).await
}

async fn show_new(may: &Authorized<CreateProduct>, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = teams::frame(may, may, "Create a product", Section::Products).await?;
    let body = New { action: format!("/team/{}/products", may.slug), team: may.name.clone(), form };
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn create(may: By<BySlug, CreateProduct>, asked: Asked, posted: Posted) -> Result<Response> {
    let description = Some(posted.get("description")).filter(|text| !text.trim().is_empty());
    let created = match NewProduct::parse(posted.get("name"), description) {
        Ok(new) => {
            let on = |field| posted.get(field) == "on";
            let new = NewProduct { furnished: true, product_manager: on("product_manager"), developer: on("developer"), ..new };
            actions::create(&may, &new).await
        }
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(product) => Ok(done(asked, &product.path(), Some(Toast(format!("{} was created.", product.name))))),
        Err(form) => show_new(&may, asked, form).await,
    }
}

pub async fn first(may: By<InTeam, ReadProduct>, asked: Asked) -> Result<Response> {
    let configs = format!("{}/configs", may.path());
    let to = match store::first_config(&may.read(), may.id).await? {
        Some(config) => format!("{configs}/{config}"),
        None => configs,
    };
    Ok(done(asked, &to, None))
}

pub async fn shift(may: By<InTeam, OrderProduct>, asked: Asked, posted: Posted) -> Result<Response> {
    actions::shift(&may, To::parse(posted.get("to"))?).await?;
    Ok(done(asked, &format!("/team/{}/products", may.team_slug), None))
}
