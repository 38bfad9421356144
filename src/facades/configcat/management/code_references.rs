//! Where flags stand in people’s code, as a scan found it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Body, Json, Params, Query, Silent},
    authz::{Answer, Authorized, InBody, Operation, Routes, Surface},
    code_references::{
        self, CodeLine, Found, Reference, Report, Scan,
        permits::{DeleteReferences, UploadReferences},
    },
    configs::ConfigKey,
    error::{Error, Result},
    flags::permits::ReadSetting,
    ids::{ConfigId, ReportId, SettingId},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/settings/{setting}/code-references", "See where a setting stands in the code", list)
        .post("/v1/code-references", "Upload what a scan of the code found", upload)
        .post("/v1/code-references/delete-reports", "Delete what scans of a repository found", delete)
}

/// A line of code.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReferenceLineModel {
    #[serde(default)]
    #[schema(max_length = 1000)]
    line_text: Option<String>,
    line_number: i32,
}

impl From<CodeLine> for ReferenceLineModel {
    fn from(line: CodeLine) -> Self {
        Self { line_text: line.text, line_number: line.number.try_into().unwrap_or(i32::MAX) }
    }
}

impl From<ReferenceLineModel> for CodeLine {
    fn from(line: ReferenceLineModel) -> Self {
        Self { number: line.line_number.into(), text: line.line_text }
    }
}

/// A place in the code.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReferenceLinesModel {
    #[schema(min_length = 1, max_length = 255)]
    file: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    file_url: Option<String>,
    #[serde(default)]
    pre_lines: Vec<ReferenceLineModel>,
    #[serde(default)]
    post_lines: Vec<ReferenceLineModel>,
    reference_line: ReferenceLineModel,
}

impl From<Reference> for ReferenceLinesModel {
    fn from(place: Reference) -> Self {
        Self {
            file: place.file,
            file_url: Some(place.file_url.unwrap_or_default()),
            pre_lines: place.before.into_iter().map(Into::into).collect(),
            post_lines: place.after.into_iter().map(Into::into).collect(),
            reference_line: place.line.into(),
        }
    }
}

impl From<ReferenceLinesModel> for Reference {
    fn from(place: ReferenceLinesModel) -> Self {
        Self {
            file: place.file,
            file_url: place.file_url.filter(|url| !url.is_empty()),
            before: place.pre_lines.into_iter().map(Into::into).collect(),
            line: place.reference_line.into(),
            after: place.post_lines.into_iter().map(Into::into).collect(),
        }
    }
}

/// Where a setting stands in a branch.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeReferenceModel {
    code_reference_id: String,
    repository: String,
    branch: String,
    #[schema(required)]
    commit_url: Option<String>,
    #[schema(required)]
    commit_hash: Option<String>,
    #[schema(required)]
    uploader: Option<String>,
    synced_at: String,
    references: Vec<ReferenceLinesModel>,
}

impl From<Report> for CodeReferenceModel {
    fn from(report: Report) -> Self {
        Self {
            code_reference_id: report.id.to_string(),
            repository: report.repository,
            branch: report.branch,
            commit_url: report.commit_url,
            commit_hash: report.commit_hash,
            uploader: report.uploader,
            synced_at: report.synced_at.iso(),
            references: report.references.into_iter().map(Into::into).collect(),
        }
    }
}

/// After which of them.
#[derive(Deserialize)]
struct After {
    after: Option<ReportId>,
}

impl Params for After {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("after", "go on after the code reference of this id; the Link header of the page before leads here")];
    const TYPES: &'static [(&'static str, &'static str)] = &[("after", "uuid")];
}

/// A page of the list. ConfigCat’s clients know no pages: they get the first one, and a `Link` header says where the next one is.
struct PageOfReferences {
    references: Vec<CodeReferenceModel>,
    next: Option<String>,
}

impl IntoResponse for PageOfReferences {
    fn into_response(self) -> Response {
        let mut response = Json(self.references).into_response();
        let next = self.next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok());
        response.headers_mut().extend(next.map(|next| (header::LINK, next)));
        response
    }
}

impl Answer for PageOfReferences {
    fn describe(operation: &mut Operation) {
        Json::<Vec<CodeReferenceModel>>::describe(operation);
    }
}

async fn list(may: Authorized<ReadSetting>, Query(After { after }): Query<After>) -> Result<PageOfReferences> {
    let page = code_references::of_setting(&may.read(), may.id, after, code_references::PAGE_BYTES).await?;
    let next = page.next.map(|after| format!("/v1/settings/{}/code-references?after={after}", may.id));
    Ok(PageOfReferences { references: page.reports.into_iter().map(Into::into).collect(), next })
}

/// What was found of a setting.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FlagReference {
    setting_id: i64,
    references: Vec<ReferenceLinesModel>,
}

/// What a scan found in a branch.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeReferenceRequest {
    config_id: String,
    #[schema(min_length = 1, max_length = 255)]
    repository: String,
    #[schema(min_length = 1, max_length = 255)]
    branch: String,
    #[schema(max_length = 1000)]
    commit_url: Option<String>,
    #[schema(max_length = 255)]
    commit_hash: Option<String>,
    #[schema(max_length = 255)]
    uploader: Option<String>,
    /// The branches that there still are; what was found in others is forgotten. Empty: nobody knows.
    active_branches: Option<Vec<String>>,
    flag_references: Option<Vec<FlagReference>>,
}

fn config(id: &str) -> Result<ConfigKey> {
    id.parse::<ConfigId>().map(ConfigKey::of).map_err(|_| Error::field("configId", "This is no id of a config."))
}

async fn upload(who: InBody<UploadReferences>, Body(body): Body<CodeReferenceRequest>) -> Result<Silent> {
    let may = who.on(&config(&body.config_id)?).await?;
    let found = body
        .flag_references
        .unwrap_or_default()
        .into_iter()
        .map(|found| Found { setting: SettingId(found.setting_id), references: found.references.into_iter().map(Into::into).collect() });
    let scan = Scan {
        repository: body.repository,
        branch: body.branch,
        commit_url: body.commit_url,
        commit_hash: body.commit_hash,
        uploader: body.uploader,
        active_branches: body.active_branches.unwrap_or_default(),
        found: found.collect(),
    };
    code_references::upload(&may, &scan).await.map(|_| Silent)
}

/// Which scans are forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeleteRepositoryReportsRequest {
    config_id: String,
    #[schema(min_length = 1, max_length = 255)]
    repository: String,
    #[schema(max_length = 255)]
    branch: Option<String>,
    setting_id: Option<i64>,
}

async fn delete(who: InBody<DeleteReferences>, Body(body): Body<DeleteRepositoryReportsRequest>) -> Result<Silent> {
    let may = who.on(&config(&body.config_id)?).await?;
    let setting = body.setting_id.map(SettingId);
    code_references::delete_reports(&may, &body.repository, body.branch.as_deref(), setting).await.map(|()| Silent)
}
