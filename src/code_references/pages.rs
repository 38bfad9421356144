//! The page of code references: the branches that were searched. The places stand at each setting.

use askama::Template;
use axum::response::Response;

use super::{
    actions,
    permits::{DeleteReferences, ListReferences},
    store,
};
use crate::{
    authz::By,
    error::{Error, Result},
    products::{self, InTeam},
    ui::{Asked, Crumb, Frame, Html, Moment, Posted, Section, Toast, done},
};

/// The branches that were searched.
#[derive(Template)]
#[template(path = "code_references/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/code`.
    pub path: String,
    /// Whether the reader may delete reports.
    pub deletes: bool,
    /// By repository and branch.
    pub branches: Vec<Row>,
}

/// A branch in the list.
pub struct Row {
    /// The repository.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The commit in short; may be empty.
    pub commit: String,
    /// Where it can be looked at.
    pub href: Option<String>,
    /// When it was searched.
    pub at: Moment,
    /// The program; may be empty.
    pub uploader: String,
    /// How many settings were found.
    pub settings: u64,
}

/// The branches that were searched.
pub async fn index(may: By<InTeam, ListReferences>) -> Result<Html<Index>> {
    let db = may.read();
    let product = products::one(&db, may.product).await?.ok_or(Error::NotFound)?;
    let row = |brief: store::Brief| Row {
        commit: brief.commit_hash.as_deref().unwrap_or_default().chars().take(10).collect(),
        href: super::web(brief.commit_url.as_deref()).map(str::to_owned),
        repository: brief.repository,
        branch: brief.branch,
        at: brief.synced_at.into(),
        uploader: brief.uploader.unwrap_or_default(),
        settings: brief.settings.unsigned_abs(),
    };
    let config = format!("{}/configs/{}", product.path(), may.id);
    let mut frame = products::frame(&may, &product, "In the code", Section::Flags).await?;
    frame.crumbs.push(Crumb::new(&may.name, &config));
    let branches = store::of_config(&db, may.id).await?.into_iter().map(row).collect();
    let deletes = may.also::<DeleteReferences>(&may);
    Ok(Html(Index { frame, deletes, path: format!("{config}/code"), branches }))
}

/// Forgets what was found in a branch.
pub async fn delete(may: By<InTeam, DeleteReferences>, asked: Asked, posted: Posted) -> Result<Response> {
    let (repository, branch) = (posted.get("repository"), posted.get("branch"));
    if repository.is_empty() || branch.is_empty() {
        return Err(Error::field("branch", "Please say which branch."));
    }
    actions::delete_reports(&may, repository, Some(branch), None).await?;
    let to = format!("/team/{}/products/{}/configs/{}/code", may.team_slug, may.product, may.id);
    Ok(done(asked, &to, Some(Toast(format!("What was found in {branch} is forgotten.")))))
}
