//! The switches of the dashboard.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::{At, Scene, dashboard::cell, drawn, place};
use crate::{
    api::Query,
    authz::{Authorized, By},
    error::{Error, Result},
    flags::{
        self, CHANGED_MEANWHILE, ValueAt, Write,
        around::variations_of,
        pages::{CellOnly, Column, Flip, Note},
        permits::{ReadSetting, WriteValue},
    },
    ids::VersionId,
    products::InTeam,
    ui::{Asked, Dialog, Failure, Form, Html, Posted, done_in},
};

/// What a switch asks for, and the witness that it may.
async fn read(may: &Authorized<ReadSetting>, flip: &str) -> Result<(Flip, Authorized<WriteValue>, VersionId)> {
    let wrong = || Error::field("flip", "Please use the switch again.");
    let flip = Flip::parse(flip).ok_or_else(wrong)?;
    let version: VersionId = flip.version.parse().map_err(|_| wrong())?;
    let environment = flip.environment.parse().map_err(|_| Error::NotFound)?;
    let writing = may.on::<WriteValue>(&ValueAt::of(may.id, environment)).await?;
    Ok((flip, writing, version))
}

/// The dialog that asks for the note.
pub async fn note(may: By<InTeam, ReadSetting>, asked: Asked, Query(at): Query<At>) -> Result<Response> {
    let (flip, writing, _) = read(&may, &at.flip).await?;
    show_note(&may, &writing, asked, flip, Form::new()).await
}

async fn show_note(
    may: &Authorized<ReadSetting>,
    writing: &Authorized<WriteValue>,
    asked: Asked,
    flip: Flip,
    form: Form,
) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let scene = Scene::of(may, may.product).await?;
    let environment = scene.named(may, &flip.environment)?;
    let body = Note {
        action: format!("{}/switch", may.path()),
        back: may.config_path(),
        name: may.name.clone(),
        environment: drawn(environment),
        flip,
        form,
        note_required: writing.at.note_required,
    };
    let frame = scene.frame(may, &format!("Switch {}", may.name), Some((&may.config_name, &may.config_path()))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn switch(may: By<InTeam, ReadSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let (flip, writing, version) = read(&may, posted.get("flip")).await?;
    let note = Some(posted.get("note")).filter(|note| !note.trim().is_empty());
    let from_dialog = posted.has("note");
    let told = if flip.value { "On" } else { "Off" };
    match flags::switch(&writing, flip.value, Write { seen: Some(version), note }).await {
        Ok(_) if asked == Asked::ByHtmx && !from_dialog => {
            let (undo, told) = (!writing.at.note_required, Some(told.to_owned()));
            cell_only(&may, &writing, told, undo.then_some(!flip.value), None).await
        }
        Ok(_) => {
            let text = format!("{} is {told} in {}.", may.name, writing.at.name);
            Ok(done_in(asked, &may.config_path(), &place(&writing), text))
        }
        Err(Error::Conflict { code: CHANGED_MEANWHILE, message }) if asked == Asked::ByHtmx && !from_dialog => {
            cell_only(&may, &writing, None, None, Some(message.into_owned())).await
        }
        Err(Error::Conflict { code: CHANGED_MEANWHILE, message }) if asked == Asked::Plainly => {
            let scene = Scene::of(&may, may.product).await?;
            let frame = scene.frame(&may, &may.name, Some((&may.config_name, &may.config_path()))).await?;
            let way_out = Some(("Show the flags as they are now".to_owned(), may.config_path()));
            let (status, detail) = (StatusCode::CONFLICT.as_u16(), Some(message.into_owned()));
            Ok(Failure { frame, status, detail, request: None, way_out }.respond(asked))
        }
        Err(Error::Invalid(fields)) if fields.0.contains_key("note") => show_note(&may, &writing, asked, flip, posted.again(&fields)).await,
        Err(error) => Err(error),
    }
}

/// The cell as it is now.
async fn cell_only(
    may: &Authorized<ReadSetting>,
    writing: &Authorized<WriteValue>,
    told: Option<String>,
    undo: Option<bool>,
    refusal: Option<String>,
) -> Result<Response> {
    let scene = Scene::of(may, may.product).await?;
    let environment = scene.named(may, &writing.at.id.to_string())?;
    let now = flags::value(&may.read(), may.id, environment.id).await?.ok_or(Error::NotFound)?;
    let href = may.path();
    let column = Column {
        environment: drawn(environment),
        access: scene.access(may, environment.id),
        href: format!("{}?environment={}", may.config_path(), environment.id),
    };
    let variations = variations_of(&may.read(), may).await?;
    let version = now.version();
    let cell = cell(&now.formula()?.glance(), &variations, &column, version, scene.note_required(environment));
    let undo = undo.map(|value| Flip { value, environment: environment.id.to_string(), version: version.to_string() });
    Ok(Html(CellOnly { column, name: may.name.clone(), href, cell, told, undo, refusal }).into_response())
}
