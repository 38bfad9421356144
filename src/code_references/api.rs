//! Code references for programs.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    CodeLine, Found, InProductById, Reference, Scan, actions,
    permits::{DeleteReferences, UploadReferences},
};
use crate::{
    api::{Body, Json, Okay},
    authz::By,
    error::Result,
    ids::SettingId,
};

/// A line of code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// Its number.
    number: i64,
    /// What it says.
    text: Option<String>,
}

/// A place in the code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct ReferenceBody {
    /// The file.
    file: String,
    /// Where it can be looked at.
    file_url: Option<String>,
    /// Lines before.
    #[serde(default)]
    before: Vec<LineBody>,
    /// The line.
    line: LineBody,
    /// Lines after.
    #[serde(default)]
    after: Vec<LineBody>,
}

/// What was found of one setting.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct FoundBody {
    /// The id of the setting.
    #[schema(value_type = i64)]
    setting_id: SettingId,
    /// The places.
    references: Vec<ReferenceBody>,
}

/// What was found in a branch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct ScanBody {
    /// The repository.
    repository: String,
    /// The branch.
    branch: String,
    /// Where the commit can be looked at.
    commit_url: Option<String>,
    /// The commit.
    commit_hash: Option<String>,
    /// The program that searched.
    uploader: Option<String>,
    /// The branches that there are; what was found in others is forgotten.
    #[serde(default)]
    active_branches: Vec<String>,
    /// What was found.
    #[serde(default)]
    found: Vec<FoundBody>,
}

/// What is to be forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct ForgetBody {
    /// The repository.
    repository: String,
    /// One branch of it; nothing: all.
    branch: Option<String>,
    /// One setting; nothing: all.
    #[schema(value_type = Option<i64>)]
    setting_id: Option<SettingId>,
}

impl From<LineBody> for CodeLine {
    fn from(line: LineBody) -> Self {
        Self { number: line.number, text: line.text }
    }
}

impl From<ReferenceBody> for Reference {
    fn from(body: ReferenceBody) -> Self {
        let lines = |lines: Vec<LineBody>| lines.into_iter().map(CodeLine::from).collect();
        Self { file: body.file, file_url: body.file_url, before: lines(body.before), line: body.line.into(), after: lines(body.after) }
    }
}

pub async fn upload(may: By<InProductById, UploadReferences>, Body(body): Body<ScanBody>) -> Result<Json<Okay>> {
    let found =
        |found: FoundBody| Found { setting: found.setting_id, references: found.references.into_iter().map(Reference::from).collect() };
    let scan = Scan {
        repository: body.repository,
        branch: body.branch,
        commit_url: body.commit_url,
        commit_hash: body.commit_hash,
        uploader: body.uploader,
        active_branches: body.active_branches,
        found: body.found.into_iter().map(found).collect(),
    };
    actions::upload(&may, &scan).await?;
    Ok(Okay::answer())
}

pub async fn forget(may: By<InProductById, DeleteReferences>, Body(body): Body<ForgetBody>) -> Result<Json<Okay>> {
    actions::delete_reports(&may, &body.repository, body.branch.as_deref(), body.setting_id).await?;
    Ok(Okay::answer())
}
