//! The queries about settings and their values.

use flag_eval::model::Kind;

use super::{Setting, SettingValue, Whereabouts};
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, SegmentId, SettingId},
};

const SETTING: &str = "SELECT s.id, s.config, c.name AS config_name, c.evaluation_version AS generation, c.product, p.name AS product_name, \
                       p.team, t.slug AS team_slug, s.key, s.name, s.hint, s.kind, s.is_json, s.position, s.creator, s.created_at \
                       FROM config_settings s JOIN configs c ON c.id = s.config JOIN products p ON p.id = c.product JOIN teams t ON t.id = p.team";

/// A setting.
pub async fn one(db: &Reader, setting: SettingId) -> Result<Option<Setting>> {
    db.one(crate::db::Sql::made(format!("{SETTING} WHERE s.id = $1")), args![setting]).await
}

/// The value of a setting in an environment of its product.
pub async fn value(db: &Reader, setting: SettingId, environment: EnvironmentId) -> Result<Option<SettingValue>> {
    let Some(setting) = one(db, setting).await? else { return Ok(None) };
    let sql = "SELECT e.id, e.name, e.color, (e.note_required OR p.note_required) AS note_required, v.formula, v.version, v.updater, \
               v.updated_at FROM environments e JOIN products p ON p.id = e.product \
               LEFT JOIN setting_values v ON v.environment = e.id AND v.setting = $1 WHERE e.id = $2 AND e.product = $3";
    let at: Option<Whereabouts> = db.one(sql, args![setting.id, environment, setting.product]).await?;
    Ok(at.map(|at| SettingValue { setting, at }))
}

record! {
    /// What is served of a setting.
    pub struct ServedRow { pub id: SettingId, pub key: String, pub kind: Kind, pub formula: Option<String> }
}

/// All settings of a config, with their formulas in an environment.
pub(super) async fn served(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Vec<ServedRow>> {
    let sql = "SELECT s.id, s.key, s.kind, v.formula FROM config_settings s \
               LEFT JOIN setting_values v ON v.setting = s.id AND v.environment = $2 WHERE s.config = $1 LIMIT 10000";
    db.all(sql, args![config, environment]).await
}

record! {
    /// A segment with what makes people belong to it.
    pub struct StoredSegment { pub id: SegmentId, pub name: String, pub conditions: String }
}

/// The segments of a config's product.
pub(super) async fn segments_with_conditions(db: &Reader, config: ConfigId) -> Result<Vec<StoredSegment>> {
    let sql = "SELECT g.id, g.name, g.conditions FROM segments g JOIN configs c ON c.product = g.product WHERE c.id = $1 LIMIT 10000";
    db.all(sql, args![config]).await
}

/// What the sensitive comparison values of a config are hashed with.
pub(super) async fn salt(db: &Reader, config: ConfigId) -> Result<Option<String>> {
    db.value("SELECT salt FROM configs WHERE id = $1", args![config]).await
}

pub(super) async fn raise(tx: &Writer, config: ConfigId, environment: EnvironmentId, now: Time) -> Result<()> {
    let sql = "INSERT INTO publications (config, environment, revision, published_at) VALUES ($1, $2, 1, $3) \
               ON CONFLICT (config, environment) DO UPDATE SET revision = publications.revision + 1, published_at = excluded.published_at";
    tx.run(sql, args![config, environment, now]).await.map(|_| ())
}
