//! Export and import for programs.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Document, Options, Outcome, Progress, actions,
    config_file::{self, ConfigInProduct},
    permits::{ExportProduct, ExportTeam, ImportIntoConfig, ImportIntoProduct, ImportIntoTeam},
};
use crate::{
    api::{Body, Json, Params, Query},
    authz::{Answer, Authorized, By, Operation},
    error::Result,
};

/// The largest document that is read.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A document in a body.
type Sent<T> = Body<T, LARGEST>;

/// How an import is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct How {
    /// Whether it is only to be told what would happen.
    #[serde(default)]
    dry_run: bool,
    /// Whether SDK keys are made anew.
    #[serde(default)]
    new_keys: bool,
    /// Why.
    note: Option<String>,
    /// For a config file: the name or id of the environment.
    environment: Option<String>,
}

impl Params for How {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("dryRun", "true: tell what would be created and what stands in the way, and change nothing"),
        ("newKeys", "true: make SDK keys anew instead of keeping those of the document"),
        ("note", "why, where a change of values needs a note"),
        ("environment", "for a config file: the id or the name of the environment whose values it has"),
    ];
    const TYPES: &'static [(&'static str, &'static str)] = &[("dryRun", "boolean"), ("newKeys", "boolean")];
}

impl How {
    fn options(&self) -> Options {
        Options { new_keys: self.new_keys, note: self.note.clone(), fill: false }
    }
}

/// Something that is created.
#[derive(Serialize, ToSchema)]
pub struct MadeView {
    /// What it is, such as `setting`.
    kind: &'static str,
    /// Where the document tells of it.
    path: String,
    /// What it is called.
    name: String,
    /// What it is in.
    r#in: String,
}

/// Something that stands in the way.
#[derive(Serialize, ToSchema)]
pub struct ConflictView {
    /// Where the document tells of it.
    path: String,
    /// What stands in the way.
    message: String,
}

/// An id that is not free.
#[derive(Serialize, ToSchema)]
pub struct GivenView {
    /// What has it, such as `setting`.
    kind: &'static str,
    /// Where the document tells of it.
    path: String,
    /// The id in the document.
    wanted: String,
    /// The id that it has here; null as long as nothing was imported.
    given: Option<String>,
}

/// Somebody who cannot be invited.
#[derive(Serialize, ToSchema)]
pub struct NotInvitedView {
    /// The address.
    email: String,
    /// Why.
    reason: String,
}

/// What an import did, or would do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeView {
    /// Whether anything was imported.
    imported: bool,
    /// What was created, or would be.
    created: Vec<MadeView>,
    /// How much is there already just so, by kind.
    present: BTreeMap<&'static str, usize>,
    /// What stands in the way: as long as anything does, nothing is imported.
    conflicts: Vec<ConflictView>,
    /// Ids that are not free here, and those that are given instead.
    ids: Vec<GivenView>,
    /// Who could not be invited.
    not_invited: Vec<NotInvitedView>,
    /// `conflicts`, where they have stopped the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl OutcomeView {
    /// What an import says of itself.
    pub fn of(outcome: Outcome, dry_run: bool) -> Self {
        let imported = !dry_run && outcome.conflicts.is_empty() && !outcome.made.is_empty();
        let stopped = Some(outcome.conflicts.len()).filter(|count| *count > 0 && !dry_run);
        let made = |made: super::Made| MadeView { kind: made.thing.wire(), path: made.place, name: made.name, r#in: made.within };
        let given = |given: super::Given| GivenView {
            kind: given.thing.wire(),
            path: given.place,
            wanted: given.wanted,
            given: Some(given.given).filter(|_| imported),
        };
        Self {
            imported,
            code: stopped.map(|_| "conflicts"),
            error: stopped.map(|count| {
                format!("Nothing was imported: {count} {} in the way.", if count == 1 { "thing stands" } else { "things stand" })
            }),
            created: outcome.made.into_iter().map(made).collect(),
            present: outcome.present.iter().map(|(thing, count)| (thing.wire(), *count)).collect(),
            conflicts: outcome.conflicts.into_iter().map(|one| ConflictView { path: one.place, message: one.message }).collect(),
            ids: outcome.given.into_iter().map(given).collect(),
            not_invited: outcome.not_invited.into_iter().map(|(email, reason)| NotInvitedView { email, reason }).collect(),
        }
    }
}

/// The answer to an import: 409 where something stands in the way of it.
pub struct Told(OutcomeView, StatusCode);

impl Told {
    fn of(outcome: Outcome, dry_run: bool) -> Self {
        let refused = !dry_run && !outcome.conflicts.is_empty();
        Self(OutcomeView::of(outcome, dry_run), if refused { StatusCode::CONFLICT } else { StatusCode::OK })
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        (self.1, Json(self.0)).into_response()
    }
}

impl Answer for Told {
    fn describe(operation: &mut Operation) {
        <Json<OutcomeView> as Answer>::describe(operation);
    }
}

pub(super) async fn export_product(may: Authorized<ExportProduct>) -> Result<Json<Document>> {
    actions::export_product(&may).await.map(Json)
}

pub(super) async fn export_team(may: Authorized<ExportTeam>) -> Result<Json<Document>> {
    actions::export_team(&may).await.map(Json)
}

pub(super) async fn import_into_product(
    may: Authorized<ImportIntoProduct>,
    Query(how): Query<How>,
    Body(document): Sent<Document>,
) -> Result<Told> {
    let outcome = match how.dry_run {
        true => actions::try_into_product(&may, &document, &how.options()).await?,
        false => actions::import_into_product(&may, document.into(), &how.options(), &Progress::silent()).await?,
    };
    Ok(Told::of(outcome, how.dry_run))
}

pub(super) async fn import_into_team(
    may: Authorized<ImportIntoTeam>,
    Query(how): Query<How>,
    Body(document): Sent<Document>,
) -> Result<Told> {
    let outcome = match how.dry_run {
        true => actions::try_into_team(&may, &document, &how.options()).await?,
        false => actions::import_into_team(&may, document.into(), &how.options(), &Progress::silent()).await?,
    };
    Ok(Told::of(outcome, how.dry_run))
}

pub(super) async fn import_config_file(
    may: By<ConfigInProduct, ImportIntoConfig>,
    Query(how): Query<How>,
    Body(file): Sent<config_file::File>,
) -> Result<Told> {
    let environment = how.environment.as_deref().unwrap_or_default();
    let outcome = match how.dry_run {
        true => actions::try_config_file(&may, &file, environment, &how.options()).await?,
        false => actions::import_config_file(&may, &file, environment, &how.options(), &Progress::silent()).await?,
    };
    Ok(Told::of(outcome, how.dry_run))
}
