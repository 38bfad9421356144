//! The list of service accounts, and a new one.

use axum::{http::StatusCode, response::Response};

use super::{Index, Named, Row, menu};
use crate::{
    authz::{Authorized, By, Permission, Resource as _},
    error::Result,
    service_accounts::{
        ServiceAccount, actions,
        permits::{CreateServiceAccount, ListServiceAccounts},
        store,
    },
    teams::{self, BySlug},
    ui::{Asked, Avatar, Dialog, Form, Html, Posted, Section, Toast, done},
};

pub async fn index(may: By<BySlug, ListServiceAccounts>) -> Result<Html<Index>> {
    let db = may.read();
    let places = store::places(&db, may.id).await?;
    let tokens = store::tokens(&db, may.id, may.now()).await?;
    let manages = may.may(Permission::ServiceAccountManage, &may.place());
    let row = |account: ServiceAccount| Row {
        avatar: Avatar::of(&account.id.to_string(), &account.name),
        href: account.path(),
        menu: if manages { menu(&account.path()) } else { vec![] },
        groups: places
            .iter()
            .filter(|place| place.account == account.id)
            .map(|place| format!("{} · {}", place.product_name, place.group_name))
            .collect(),
        tokens: tokens.iter().find(|(of, _)| *of == account.id).map_or(0, |(_, count)| *count),
        seen: account.last_seen_at.map(Into::into),
        name: account.name,
    };
    Ok(Html(Index {
        frame: teams::frame(&may, &may, "Service accounts", Section::ServiceAccounts).await?,
        path: format!("/team/{}/service-accounts", may.slug),
        may_create: may.may(Permission::ServiceAccountCreate, &may.place()),
        accounts: store::list(&db, may.id).await?.into_iter().map(row).collect(),
    }))
}

pub async fn new(may: By<BySlug, CreateServiceAccount>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new()).await
}

async fn show_new(may: &Authorized<CreateServiceAccount>, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let path = format!("/team/{}/service-accounts", may.slug);
    let frame = teams::frame(may, may, "New service account", Section::ServiceAccounts).await?;
    Ok(Dialog { asked, frame, body: Named { action: path.clone(), back: path, name: None, form } }.with(status))
}

pub async fn create(may: By<BySlug, CreateServiceAccount>, asked: Asked, posted: Posted) -> Result<Response> {
    let created = match actions::parse(posted.get("name")) {
        Ok(name) => actions::create(&may, &name).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(made) => {
            let toast = Toast(format!("{} was created. Give it a permission group and a token.", made.name));
            Ok(done(asked, &made.path(), Some(toast)))
        }
        Err(form) => show_new(&may, asked, form).await,
    }
}
