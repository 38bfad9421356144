//! The audit log of a team, and how a log's page looks.

use askama::Template;

use super::{Filters, export, permits::ReadTeamLog};
use crate::{
    api::Query,
    audit::{self, read},
    authz::By,
    db::Reader,
    error::Result,
    teams::{BySlug, frame},
    ui::{Frame, Html, Log, Moment, Section},
};

/// Every change in a team, newest first.
#[derive(Template)]
#[template(path = "audit_log/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// The events.
    pub log: Log,
    /// What a job found when it followed the chain; none if it never did.
    pub chain: Option<Chain>,
    /// Address of the same events as CSV; a product's log has none.
    pub export: Option<String>,
}

/// What a job found when it followed the chain.
pub struct Chain {
    /// Whether every event fits the one before it.
    pub intact: bool,
    /// How many events it followed; in a broken chain, the position of the first that does not fit.
    pub events: u64,
    /// When.
    pub checked: Moment,
    /// When the heads of all logs were last printed to be kept elsewhere.
    pub kept: Option<Moment>,
}

impl Chain {
    /// What was found when the chain was last checked.
    pub async fn last(db: &Reader, chain: audit::Chain) -> Result<Option<Self>> {
        let Some(found) = read::last_check(db, chain.id()).await? else { return Ok(None) };
        let Some(position) = found.broken_position.or(found.checked_position) else { return Ok(None) };
        Ok(Some(Self {
            intact: found.broken_position.is_none(),
            events: position.unsigned_abs(),
            checked: found.checked_at.into(),
            kept: read::last_printed_heads(db).await?.map(Into::into),
        }))
    }
}

pub(super) async fn index(may: By<BySlug, ReadTeamLog>, Query(filters): Query<Filters>) -> Result<Html<Index>> {
    let (db, chain, path) = (may.read(), audit::Chain::Team(may.id), format!("/team/{}/audit-log", may.slug));
    Ok(Html(Index {
        frame: frame(&may, &may, "Audit log", Section::AuditLog).await?,
        log: filters.log(&db, chain, &path, may.now()).await?,
        chain: Chain::last(&db, chain).await?,
        export: Some(format!("{path}/export?{}", filters.query())),
    }))
}

pub(super) async fn export(may: By<BySlug, ReadTeamLog>, Query(filters): Query<Filters>) -> Result<axum::response::Response> {
    export::csv(&may.read(), audit::Chain::Team(may.id), filters.wanted()?, &may.slug).await
}
