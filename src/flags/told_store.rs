//! The queries about settings and values as programs are told of them.

use flag_eval::model::Kind;

use super::value_store::{Edge, VariationRow};
use crate::{
    clock::Time,
    db::{Reader, Sql, Value, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, ProductId, SettingId, TagId, VersionId},
};

/// Which settings.
#[derive(Clone, Copy)]
pub(super) enum Of {
    /// Those of a product.
    Product(ProductId),
    /// Those of a config.
    Config(ConfigId),
    /// Those with a tag.
    Tag(TagId),
    /// One.
    Setting(SettingId),
}

impl Of {
    /// As a condition about the setting `s` of the config `c`.
    fn condition(self) -> (&'static str, Value) {
        match self {
            Self::Product(id) => ("c.product = $1", id.into()),
            Self::Config(id) => ("s.config = $1", id.into()),
            Self::Tag(id) => ("s.id IN (SELECT setting FROM setting_tags WHERE tag = $1)", id.into()),
            Self::Setting(id) => ("s.id = $1", id.into()),
        }
    }
}

record! {
    /// A setting by itself.
    #[derive(Clone, Debug)]
    pub struct Plain {
        /// The setting.
        pub id: SettingId,
        /// The config that it stands in.
        pub config: ConfigId,
        /// The config's name.
        pub config_name: String,
        /// What programs ask for.
        pub key: String,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub hint: Option<String>,
        /// What its values are.
        pub kind: Kind,
        /// Whether its texts must be JSON.
        pub is_json: bool,
        /// Its place in the config.
        pub position: i64,
        /// When it was created.
        pub created_at: Time,
    }
}

pub(super) async fn settings(db: &Reader, of: Of) -> Result<Vec<Plain>> {
    let (condition, value) = of.condition();
    let sql = format!(
        "SELECT s.id, s.config, c.name AS config_name, s.key, s.name, s.hint, s.kind, s.is_json, s.position, s.created_at \
         FROM config_settings s JOIN configs c ON c.id = s.config WHERE {condition} \
         ORDER BY c.position, c.name_key, s.position, s.id LIMIT 100000"
    );
    db.all(Sql::made(sql), args![value]).await
}

record! {
    /// A tag of a setting.
    #[derive(Clone, Debug)]
    pub struct Tagged {
        /// The setting.
        pub setting: SettingId,
        /// The tag.
        pub id: TagId,
        /// Its word.
        pub name: String,
        /// Its colour.
        pub color: Option<String>,
    }
}

pub(super) async fn tags(db: &Reader, of: Of) -> Result<Vec<Tagged>> {
    let (condition, value) = of.condition();
    let sql = format!(
        "SELECT h.setting, g.id, g.name, g.color FROM config_settings s JOIN configs c ON c.id = s.config \
         JOIN setting_tags h ON h.setting = s.id JOIN tags g ON g.id = h.tag WHERE {condition} ORDER BY h.setting, h.position, g.id LIMIT 1000000"
    );
    db.all(Sql::made(sql), args![value]).await
}

pub(super) async fn variations(db: &Reader, of: Of) -> Result<Vec<VariationRow>> {
    let (condition, value) = of.condition();
    let sql = format!(
        "SELECT v.setting, s.kind, v.id, v.value, v.name, v.hint FROM config_settings s JOIN configs c ON c.id = s.config \
         JOIN predefined_variations v ON v.setting = s.id WHERE {condition} ORDER BY v.setting, v.position, v.id LIMIT 1000000"
    );
    db.all(Sql::made(sql), args![value]).await
}

record! {
    /// A setting and its value in an environment.
    #[derive(Clone, Debug)]
    pub struct ValueFacts {
        /// The setting.
        pub id: SettingId,
        /// What programs ask for.
        pub key: String,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub hint: Option<String>,
        /// What its values are.
        pub kind: Kind,
        /// Whether its texts must be JSON.
        pub is_json: bool,
        /// Its place in the config.
        pub position: i64,
        /// When it was created.
        pub created_at: Time,
        /// Who created it, if the account is still there.
        pub creator_name: Option<String>,
        /// Their address.
        pub creator_email: Option<String>,
        /// The formula, as it is stored, if one is.
        pub formula: Option<String>,
        /// Its version.
        pub version: Option<VersionId>,
        /// When it was changed last.
        pub updated_at: Option<Time>,
        /// By whom, if the account is still there.
        pub updater_name: Option<String>,
        /// Their address.
        pub updater_email: Option<String>,
    }
}

pub(super) async fn values(db: &Reader, of: Of, environment: EnvironmentId) -> Result<Vec<ValueFacts>> {
    let (condition, value) = of.condition();
    let sql = format!(
        "SELECT s.id, s.key, s.name, s.hint, s.kind, s.is_json, s.position, s.created_at, a.name AS creator_name, a.email AS creator_email, \
         v.formula, v.version, v.updated_at, u.name AS updater_name, u.email AS updater_email \
         FROM config_settings s JOIN configs c ON c.id = s.config LEFT JOIN people a ON a.id = s.creator \
         LEFT JOIN setting_values v ON v.setting = s.id AND v.environment = $2 LEFT JOIN people u ON u.id = v.updater \
         WHERE {condition} ORDER BY s.position, s.id LIMIT 100000"
    );
    db.all(Sql::made(sql), args![value, environment]).await
}

pub(super) async fn asked_by(db: &Reader, of: Of, environment: EnvironmentId) -> Result<Vec<Edge>> {
    let (condition, value) = of.condition();
    let sql = format!(
        "SELECT DISTINCT u.setting, u.prerequisite FROM config_settings s JOIN configs c ON c.id = s.config \
         JOIN formula_uses u ON u.prerequisite = s.id AND u.environment = $2 WHERE {condition} ORDER BY u.setting, u.prerequisite LIMIT 1000000"
    );
    db.all(Sql::made(sql), args![value, environment]).await
}

record! {
    /// When a value was changed last.
    pub struct LastChange {
        pub setting: SettingId,
        pub environment: EnvironmentId,
        pub updated_at: Time,
    }
}

/// When the values of a product were changed last.
pub(super) async fn last_changes(db: &Reader, product: ProductId) -> Result<Vec<LastChange>> {
    let sql = "SELECT v.setting, v.environment, v.updated_at FROM configs c JOIN config_settings s ON s.config = c.id \
               JOIN setting_values v ON v.setting = s.id WHERE c.product = $1 LIMIT 1000000";
    db.all(sql, args![product]).await
}
