//! Giving a flag an earlier value again.

use axum::{http::StatusCode, response::Response};

use super::{At, Scene, drawn, environment_of, place, words};
use crate::{
    api::Query,
    authz::{Authorized, By},
    error::{Error, Result},
    flags::{
        self, ValueAt, Write, around,
        formula::differences,
        history,
        pages::Restore,
        permits::{ReadSetting, WriteValue},
    },
    products::InTeam,
    ui::{Asked, Dialog, Form, Moment, Posted, done_in},
};

async fn witness(may: &Authorized<ReadSetting>, environment: &str, position: &str) -> Result<(Authorized<WriteValue>, i64)> {
    let environment = environment_of(environment)?;
    let writing = may.on::<WriteValue>(&ValueAt::of(may.id, environment)).await?;
    Ok((writing, position.parse().map_err(|_| Error::NotFound)?))
}

pub async fn choose_restore(may: By<InTeam, ReadSetting>, asked: Asked, Query(at): Query<At>) -> Result<Response> {
    let (writing, position) = witness(&may, &at.environment, &at.position).await?;
    let form = Form::new().with("position", &at.position).with("version", writing.version().to_string());
    ask(&may, &writing, position, asked, form).await
}

async fn ask(may: &Authorized<ReadSetting>, writing: &Authorized<WriteValue>, position: i64, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let db = may.read();
    let scene = Scene::of(may, may.product).await?;
    let environment = scene.named(may, &writing.at.id.to_string())?;
    let past = history::at(&db, writing, position).await?.ok_or(Error::NotFound)?;
    let around = around::of(&db, may).await?;
    let body = Restore {
        action: format!("{}/restore", may.path()),
        back: format!("{}?environment={}", may.path(), environment.id),
        name: may.name.clone(),
        environment: drawn(environment),
        form,
        words: words::review(&differences(&writing.formula()?, &past.formula, &around)),
        at: Moment::from(past.at),
        by: past.actor_name,
        note_required: writing.at.note_required,
    };
    let frame = scene.frame(may, &format!("Restore {}", may.name), Some((&may.config_name, &may.config_path()))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn restore(may: By<InTeam, ReadSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let (writing, position) = witness(&may, posted.get("environment"), posted.get("position")).await?;
    let seen = posted.get("version").parse().map_err(|_| Error::field("version", "Please open the flag again."))?;
    let restored = flags::restore(&writing, position, Write { seen: Some(seen), note: Some(posted.get("note")) }).await;
    // What an earlier value rests on may be gone by now: that is wrong with all of it.
    let restored = restored.map_err(|error| match error {
        Error::Invalid(fields) if !fields.0.contains_key("note") => {
            let why: Vec<&str> = fields.0.values().map(AsRef::as_ref).collect();
            Error::refused("cannot_restore", format!("This cannot be restored as it was. {}", why.join(" ")))
        }
        other => other,
    });
    match posted.or_again(restored)? {
        Ok(_) => {
            let to = format!("{}?environment={}", may.path(), writing.at.id);
            Ok(done_in(asked, &to, &place(&writing), format!("{} was restored in {}.", may.name, writing.at.name)))
        }
        Err(form) => ask(&may, &writing, position, asked, form).await,
    }
}
