//! Carrying everything that differs from one environment to another.

use axum::{http::StatusCode, response::Response};

use super::{Scene, compare::Carried, drawn, environment_of, words};
use crate::{
    api::Query,
    authz::{Authorized, By},
    error::Result,
    flags::{
        self, Differences, ValuesAt, around,
        formula::{Around, differences},
        pages::CarryAll,
        permits::{ReadSettings, ReadValues, WriteValues},
        told,
    },
    products::InTeam,
    ui::{Asked, Dialog, Diff, Form, Posted, done_in},
};

async fn witnesses(may: &Authorized<ReadSettings>, from: &str, to: &str) -> Result<(Authorized<ReadValues>, Authorized<WriteValues>)> {
    let (from, to) = (environment_of(from)?, environment_of(to)?);
    let reading = may.on::<ReadValues>(&ValuesAt::of(may.id, from)).await?;
    Ok((reading, may.on::<WriteValues>(&ValuesAt::of(may.id, to)).await?))
}

pub async fn choose_copy_all(may: By<InTeam, ReadSettings>, asked: Asked, Query(carried): Query<Carried>) -> Result<Response> {
    let (from, to) = witnesses(&may, &carried.from, &carried.to).await?;
    ask(&may, &from, &to, asked, None).await
}

/// The dialog; with what was typed, it is shown again.
async fn ask(
    may: &Authorized<ReadSettings>,
    from: &Authorized<ReadValues>,
    to: &Authorized<WriteValues>,
    asked: Asked,
    typed: Option<Form>,
) -> Result<Response> {
    let scene = Scene::of(may, may.product).await?;
    let config = format!("{}/configs/{}", scene.product.path(), may.id);
    let Differences { settings, seen } = flags::differing(&may.read(), may.id, from.at.id, to.at.id).await?;
    let status = if typed.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut named = told::variations_in(&may.read(), may.id).await?;
    let mut around = around::of_config(&may.read(), may).await?;
    let mut rows: Vec<(String, Vec<Diff>)> = vec![];
    for setting in settings {
        around = Around { variations: named.remove(&setting.id).unwrap_or_default(), ..around };
        rows.push((setting.name, words::review(&differences(&setting.to, &setting.from, &around))));
    }
    let body = CarryAll {
        action: format!("{config}/copy"),
        back: back(&config, from, to),
        from: drawn(&from.at),
        to: drawn(&to.at),
        // What stands there now is what is agreed to next.
        form: typed.unwrap_or_default().with("seen", seen),
        rows,
        note_required: to.at.note_required,
    };
    let frame = scene.frame(may, &format!("Copy to {}", to.at.name), Some((&may.name, &config))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

fn back(config: &str, from: &Authorized<ReadValues>, to: &Authorized<WriteValues>) -> String {
    format!("{config}/compare?left={}&right={}", from.at.id, to.at.id)
}

pub async fn copy_all(may: By<InTeam, ReadSettings>, asked: Asked, posted: Posted) -> Result<Response> {
    let (from, to) = witnesses(&may, posted.get("from"), posted.get("to")).await?;
    let copied = flags::copy_all(&to, from.at.id, posted.get("seen"), Some(posted.get("note"))).await;
    match posted.or_again(copied)? {
        Ok(many) => {
            let told = match many {
                1 => format!("One flag or setting is in {} now what it is in {}.", to.at.name, from.at.name),
                _ => format!("{many} flags and settings are in {} now what they are in {}.", to.at.name, from.at.name),
            };
            let scene = Scene::of(&may, may.product).await?;
            let config = format!("{}/configs/{}", scene.product.path(), may.id);
            Ok(done_in(asked, &back(&config, &from, &to), &drawn(&to.at), told))
        }
        Err(form) => ask(&may, &from, &to, asked, Some(form)).await,
    }
}
