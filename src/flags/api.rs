//! Values as JSON: what they were, and giving one back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    InProductById, Write, actions,
    history::{self, Past},
    permits::{ReadValue, WriteValue},
};
use crate::{
    api::{Body, Json, Meta, Page, Query},
    authz::By,
    error::{Error, Result},
};

/// A field before and after.
#[derive(Serialize, ToSchema)]
pub struct ChangeView {
    /// Which part of the value.
    field: String,
    /// What it was.
    before: String,
    /// What it is from then on.
    after: String,
}

/// A value as it was after an event.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionView {
    /// The event's position in the team's log: what `restore` takes.
    position: i64,
    /// When.
    created_at: String,
    /// Who, if it was a person.
    user_id: Option<String>,
    /// Their name at that moment.
    user_name: String,
    /// Why.
    note: Option<String>,
    /// The version that it made; null when the setting was created.
    version: Option<String>,
    /// The position of the event whose value was restored.
    restored: Option<i64>,
    /// What it was from then on.
    #[schema(value_type = Object)]
    formula: serde_json::Value,
    /// What was changed, in words.
    changes: Vec<ChangeView>,
}

/// What a value was, the newest first.
#[derive(Serialize, ToSchema)]
pub struct History {
    meta: Meta,
    history: Vec<VersionView>,
}

/// Which earlier value.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// The position of the event after which it was so.
    position: i64,
    /// Why.
    #[serde(default)]
    note: Option<String>,
    /// The version that is known; another one by now is a conflict.
    #[serde(default)]
    version: Option<String>,
}

/// A value that was restored.
#[derive(Serialize, ToSchema)]
pub struct RestoredView {
    /// The version now.
    version: String,
    /// What it is now.
    #[schema(value_type = Object)]
    formula: serde_json::Value,
}

fn view(past: Past) -> Result<VersionView> {
    let change = |change: crate::audit::Change| ChangeView { field: change.field, before: change.before, after: change.after };
    Ok(VersionView {
        position: past.position,
        created_at: past.at.iso(),
        user_id: past.actor.map(|actor| actor.to_string()),
        user_name: past.actor_name,
        note: past.note,
        version: past.version.map(|version| version.to_string()),
        restored: past.restored,
        formula: past.formula.remember()?,
        changes: past.changes.into_iter().map(change).collect(),
    })
}

pub(super) async fn history(may: By<InProductById, ReadValue>, Query(page): Query<Page>) -> Result<Json<History>> {
    let limit = page.limit();
    let past = history::list(&may.read(), &may, page.after()?, limit).await?;
    let meta = Meta::after(&past, limit, |past| past.position.to_string());
    Ok(Json(History { meta, history: past.into_iter().map(view).collect::<Result<_>>()? }))
}

pub(super) async fn restore(may: By<InProductById, WriteValue>, Body(body): Body<RestoreBody>) -> Result<Json<RestoredView>> {
    let seen = body.version.as_deref().map(|version| version.parse().map_err(|_| Error::field("version", "This is no version.")));
    let how = Write { seen: seen.transpose()?, note: body.note.as_deref() };
    let written = actions::restore(&may, body.position, how).await?;
    Ok(Json(RestoredView { version: written.version.to_string(), formula: written.formula.remember()? }))
}
