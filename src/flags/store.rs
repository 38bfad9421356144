//! The queries about settings and their values.

use flag_eval::model::Kind;

use super::{Setting, SettingValue, Whereabouts};
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, PersonId, SegmentId, SettingId},
};

const SETTING: &str = "SELECT s.id, s.config, c.name AS config_name, c.evaluation_version AS generation, c.product, p.name AS product_name, \
                       p.team, t.slug AS team_slug, s.key, s.name, s.hint, s.kind, s.is_json, s.position, s.creator, s.created_at \
                       FROM config_settings s JOIN configs c ON c.id = s.config JOIN products p ON p.id = c.product JOIN teams t ON t.id = p.team";

/// A setting.
pub async fn one(db: &Reader, setting: SettingId) -> Result<Option<Setting>> {
    db.one(crate::db::Sql::made(format!("{SETTING} WHERE s.id = $1")), args![setting]).await
}

/// The settings of a product, by config and in their order.
pub(super) async fn of_product(db: &Reader, product: crate::ids::ProductId) -> Result<Vec<Setting>> {
    let sql = format!("{SETTING} WHERE c.product = $1 ORDER BY c.position, c.name_key, s.position, s.id LIMIT 100000");
    db.all(crate::db::Sql::made(sql), args![product]).await
}

/// The settings of a config.
pub(super) async fn of_config(db: &Reader, config: ConfigId) -> Result<Vec<Setting>> {
    db.all(crate::db::Sql::made(format!("{SETTING} WHERE s.config = $1 ORDER BY s.position, s.id LIMIT 10000")), args![config]).await
}

/// The value of a setting in an environment of its product.
pub async fn value(db: &Reader, setting: SettingId, environment: EnvironmentId) -> Result<Option<SettingValue>> {
    let Some(setting) = one(db, setting).await? else { return Ok(None) };
    let sql = "SELECT e.id, e.name, e.color, (e.note_required OR p.note_required) AS note_required, v.formula, v.version, v.updater, \
               a.name AS updater_name, v.updated_at FROM environments e JOIN products p ON p.id = e.product \
               LEFT JOIN setting_values v ON v.environment = e.id AND v.setting = $1 LEFT JOIN people a ON a.id = v.updater WHERE e.id = $2 AND e.product = $3";
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

/// The keys of the settings of a config that are marked as JSON.
pub(super) async fn json_keys(db: &Reader, config: ConfigId) -> Result<Vec<String>> {
    db.values("SELECT key FROM config_settings WHERE config = $1 AND is_json LIMIT 10000", args![config]).await
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

record! {
    /// A setting in the dashboard.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The setting.
        pub id: SettingId,
        /// Its key.
        pub key: String,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub hint: Option<String>,
        /// What its values are.
        pub kind: Kind,
        /// Who created it, if the account is still there.
        pub creator: Option<String>,
        /// When.
        pub created_at: Time,
    }
}

/// The settings of a config, in their order.
pub async fn list(db: &Reader, config: ConfigId) -> Result<Vec<Listed>> {
    let sql = "SELECT s.id, s.key, s.name, s.hint, s.kind, a.name AS creator, s.created_at FROM config_settings s \
               LEFT JOIN people a ON a.id = s.creator WHERE s.config = $1 ORDER BY s.position, s.id LIMIT 10000";
    db.all(sql, args![config]).await
}

/// How many settings a config has.
pub(super) async fn count(db: &Reader, config: ConfigId) -> Result<u64> {
    db.count("SELECT count(*) FROM config_settings WHERE config = $1", args![config]).await
}

/// The setting of a config with this key.
pub async fn by_key(db: &Reader, config: ConfigId, key: &str) -> Result<Option<SettingId>> {
    db.value("SELECT id FROM config_settings WHERE config = $1 AND key = $2", args![config, key]).await
}

/// Whether a config has a setting with this key.
pub(super) async fn has_key(db: &Reader, config: ConfigId, key: &str) -> Result<bool> {
    Ok(by_key(db, config, key).await?.is_some())
}

/// What a new setting is.
pub(super) struct New<'a> {
    pub id: SettingId,
    pub config: ConfigId,
    pub key: &'a str,
    pub name: &'a str,
    pub hint: Option<&'a str>,
    pub kind: Kind,
    pub is_json: bool,
    pub position: Option<i64>,
    pub creator: Option<PersonId>,
}

/// Puts a new setting at its place, or at the end of its config.
pub(super) async fn insert(tx: &Writer, new: New<'_>, now: Time) -> Result<()> {
    let position = match new.position {
        Some(position) => position,
        None => {
            let sql = "SELECT COALESCE(MAX(position), -1) + 1 FROM config_settings WHERE config = $1";
            tx.value(sql, args![new.config]).await?.unwrap_or(0)
        }
    };
    let sql = "INSERT INTO config_settings (id, config, key, name, hint, kind, is_json, position, creator, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let hint = new.hint.map(str::to_owned);
    let args = args![new.id, new.config, new.key, new.name, hint, new.kind, new.is_json, position, new.creator, now];
    tx.run(sql, args).await.map(|_| ())
}

/// What is said about a setting.
pub(super) struct Said<'a> {
    pub name: &'a str,
    pub hint: Option<&'a str>,
    pub position: i64,
    pub is_json: bool,
}

pub(super) async fn update(tx: &Writer, setting: SettingId, said: Said<'_>) -> Result<()> {
    let sql = "UPDATE config_settings SET name = $2, hint = $3, position = $4, is_json = $5 WHERE id = $1";
    let Said { name, hint, position, is_json } = said;
    tx.run(sql, args![setting, name, hint.map(str::to_owned), position, is_json]).await.map(|_| ())
}

/// A setting as it is, which nobody else changes until the transaction ends.
pub(super) async fn hold(tx: &Writer, setting: SettingId) -> Result<Option<Setting>> {
    let sql = tx.locking("SELECT id FROM config_settings WHERE id = $1", "FOR NO KEY UPDATE");
    tx.value::<SettingId>(sql, args![setting]).await?;
    one(tx, setting).await
}

pub(super) async fn delete(tx: &Writer, setting: SettingId) -> Result<()> {
    tx.run("DELETE FROM config_settings WHERE id = $1", args![setting]).await.map(|_| ())
}

pub(super) async fn place(tx: &Writer, setting: SettingId, position: i64) -> Result<()> {
    tx.run("UPDATE config_settings SET position = $2 WHERE id = $1 AND position <> $2", args![setting, position]).await.map(|_| ())
}

/// Puts changes of a config's order in a row: on PostgreSQL two of them could otherwise mix.
pub(super) async fn lock_order(tx: &Writer, config: ConfigId) -> Result<()> {
    let sql = tx.locking("SELECT position FROM configs WHERE id = $1", "FOR NO KEY UPDATE");
    tx.value::<i64>(sql, args![config]).await.map(|_| ())
}
