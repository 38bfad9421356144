//! The queries about configs.

use super::Config;
use crate::{
    db::{Reader, args},
    error::Result,
    ids::ConfigId,
};

/// A config.
pub async fn one(db: &Reader, config: ConfigId) -> Result<Option<Config>> {
    let sql = "SELECT c.id, c.product, p.name AS product_name, p.team, t.slug AS team_slug, c.name, c.description, c.position, \
               c.evaluation_version, c.salt FROM configs c JOIN products p ON p.id = c.product JOIN teams t ON t.id = p.team WHERE c.id = $1";
    db.one(sql, args![config]).await
}
