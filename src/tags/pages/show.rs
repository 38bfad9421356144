//! The tags of a product: list and dialogs.

use axum::{http::StatusCode, response::Response};

use super::{Delete, Edit, Index, Row};
use crate::{
    authz::{Authorized, By, Kind, Permission, Permit},
    error::{Error, Result},
    products::{self, InTeam, Product},
    tags::{
        Changes, NewTag, Tag, actions,
        permits::{ChangeTag, CreateTag, DeleteTag, ListTags},
        store::{self, Listed},
    },
    ui::{self, Action, Asked, Dialog, Form, Html, Posted, Section, Toast, done},
};

/// The colour of a tag that was given none.
const PLAIN: &str = "koala";

pub async fn index(may: By<InTeam, ListTags>) -> Result<Html<Index>> {
    let tags = store::all(&may.read(), may.id).await?;
    let place = may.place_of(Kind::Config);
    let (write, delete) = (may.may(Permission::TagWrite, &place), may.may(Permission::TagDelete, &place));
    let path = format!("{}/tags", may.path());
    let row = |tag: &Listed| Row {
        tag: ui::Tag::new(tag.id.to_string(), &tag.name, tag.color.as_deref().unwrap_or(PLAIN)),
        href: match tag.config {
            Some(config) => format!("{}/configs/{config}?tag={}", may.path(), tag.id),
            None => format!("{}/configs", may.path()),
        },
        flags: tag.flags.unsigned_abs(),
        menu: menu(&format!("{path}/{}", tag.id), write, delete),
    };
    let frame = products::frame(&may, &may, "Tags", Section::Tags).await?;
    Ok(Html(Index { frame, may_create: write, tags: tags.iter().map(row).collect(), path }))
}

fn menu(path: &str, write: bool, delete: bool) -> Vec<Action> {
    let edit = write.then(|| Action::dialog("Edit…", "pencil", path));
    edit.into_iter().chain(delete.then(|| Action::dialog("Delete…", "trash", format!("{path}/delete")).danger())).collect()
}

pub async fn new(may: By<InTeam, CreateTag>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new().with("color", PLAIN)).await
}

async fn show_new(may: &Authorized<CreateTag>, asked: Asked, form: Form) -> Result<Response> {
    let back = format!("{}/tags", may.path());
    show(may, may, asked, "New tag", Edit { action: back.clone(), back, form, name: None }).await
}

async fn show<P: Permit>(may: &Authorized<P>, product: &Product, asked: Asked, title: &str, body: Edit) -> Result<Response> {
    let status = if body.form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = products::frame(may, product, title, Section::Tags).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn create(may: By<InTeam, CreateTag>, asked: Asked, posted: Posted) -> Result<Response> {
    let created = match NewTag::parse(posted.get("name"), Some(posted.get("color")).filter(|color| !color.is_empty())) {
        Ok(new) => actions::create(&may, &new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(made) => Ok(done(asked, &format!("{}/tags", may.path()), Some(Toast(format!("{} was created.", made.name))))),
        Err(form) => show_new(&may, asked, form).await,
    }
}

async fn product(may: &Authorized<impl Permit<On = Tag>>) -> Result<Product> {
    products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)
}

pub async fn edit(may: By<InTeam, ChangeTag>, asked: Asked) -> Result<Response> {
    let form = Form::new().with("name", &may.name).with("color", may.color.clone().unwrap_or_else(|| PLAIN.into()));
    show_edit(&may, asked, form).await
}

async fn show_edit(may: &Authorized<ChangeTag>, asked: Asked, form: Form) -> Result<Response> {
    let product = product(may).await?;
    let back = format!("{}/tags", product.path());
    let body = Edit { action: format!("{back}/{}", may.id), back, form, name: Some(may.name.clone()) };
    show(may, &product, asked, &format!("Edit {}", may.name), body).await
}

pub async fn change(may: By<InTeam, ChangeTag>, asked: Asked, posted: Posted) -> Result<Response> {
    let color = Some(posted.get("color")).filter(|color| !color.is_empty() && (may.color.is_some() || *color != PLAIN));
    let changed = match Changes::parse(Some(posted.get("name")), color) {
        Ok(changes) => actions::change(&may, &changes).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(after) => {
            let to = format!("{}/tags", product(&may).await?.path());
            Ok(done(asked, &to, Some(Toast(format!("{} was changed.", after.name)))))
        }
        Err(form) => show_edit(&may, asked, form).await,
    }
}

pub async fn confirm_delete(may: By<InTeam, DeleteTag>, asked: Asked) -> Result<Response> {
    let product = product(&may).await?;
    let back = format!("{}/tags", product.path());
    let flags = store::flags(&may.read(), may.id).await?;
    let body = Delete { action: format!("{back}/{}/delete", may.id), back, name: may.name.clone(), flags };
    let frame = products::frame(&may, &product, &format!("Delete {}", may.name), Section::Tags).await?;
    Ok(Dialog { asked, frame, body }.with(StatusCode::OK))
}

pub async fn delete(may: By<InTeam, DeleteTag>, asked: Asked) -> Result<Response> {
    let to = format!("{}/tags", product(&may).await?.path());
    actions::delete(&may).await?;
    Ok(done(asked, &to, Some(Toast(format!("The tag {} was deleted.", may.name)))))
}
