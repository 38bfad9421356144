//! The queries about environments.

use super::Environment;
use crate::{
    db::{Reader, args},
    error::Result,
    ids::EnvironmentId,
};

/// An environment.
pub async fn one(db: &Reader, environment: EnvironmentId) -> Result<Option<Environment>> {
    let sql = "SELECT e.id, e.product, p.name AS product_name, p.team, t.slug AS team_slug, e.name, e.color, e.description, e.position, \
               e.note_required FROM environments e JOIN products p ON p.id = e.product JOIN teams t ON t.id = p.team WHERE e.id = $1";
    db.one(sql, args![environment]).await
}
