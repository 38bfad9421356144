//! The queries about configs.

use super::Config;
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{ConfigId, ProductId},
    text::Name,
};

/// A config.
pub async fn one(db: &Reader, config: ConfigId) -> Result<Option<Config>> {
    let sql = "SELECT c.id, c.product, p.name AS product_name, p.team, t.slug AS team_slug, c.name, c.description, c.position, \
               c.evaluation_version, c.salt FROM configs c JOIN products p ON p.id = c.product JOIN teams t ON t.id = p.team WHERE c.id = $1";
    db.one(sql, args![config]).await
}

record! {
    /// A config in the list.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The config.
        pub id: ConfigId,
        /// Its name.
        pub name: String,
        /// What it is.
        pub description: Option<String>,
        /// Its place.
        pub position: i64,
        /// The generation of its rules: 1 or 2.
        pub evaluation_version: i64,
        /// How many flags and settings it has.
        pub flags: i64,
    }
}

/// The configs of a product, in their order.
pub async fn all(db: &Reader, product: ProductId) -> Result<Vec<Listed>> {
    let sql = "SELECT id, name, description, position, evaluation_version, \
               (SELECT count(*) FROM config_settings s WHERE s.config = c.id) AS flags \
               FROM configs c WHERE product = $1 ORDER BY position, name_key LIMIT 1000";
    db.all(sql, args![product]).await
}

/// The names of the product’s other configs.
pub(super) async fn other_names(db: &Reader, product: ProductId, except: Option<ConfigId>) -> Result<Vec<String>> {
    match except {
        Some(id) => db.values("SELECT name FROM configs WHERE product = $1 AND id <> $2 LIMIT 10000", args![product, id]).await,
        None => db.values("SELECT name FROM configs WHERE product = $1 LIMIT 10000", args![product]).await,
    }
}

pub(super) async fn update(tx: &Writer, config: &Config, name: &Name) -> Result<()> {
    let sql = "UPDATE configs SET name = $2, name_key = $3, description = $4, position = $5 WHERE id = $1";
    tx.run(sql, args![config.id, name, name.key(), config.description.clone(), config.position]).await.map(|_| ())
}

/// The configs of a product in their order, held until the transaction ends.
pub(super) async fn ordered(tx: &Writer, product: ProductId) -> Result<Vec<Placed>> {
    let sql = "SELECT id, name FROM configs WHERE product = $1 ORDER BY position, name_key LIMIT 1000";
    tx.all(tx.locking(sql, "FOR UPDATE"), args![product]).await
}

record! {
    /// A config among the others.
    #[derive(Clone)]
    pub struct Placed { pub id: ConfigId, pub name: String }
}

pub(super) async fn place(tx: &Writer, config: ConfigId, position: i64) -> Result<()> {
    tx.run("UPDATE configs SET position = $2 WHERE id = $1", args![config, position]).await.map(|_| ())
}

pub(super) async fn delete(tx: &Writer, config: ConfigId) -> Result<()> {
    tx.run("DELETE FROM configs WHERE id = $1", args![config]).await.map(|_| ())
}

record! {
    /// What a config holds.
    pub struct Holds { pub flags: i64, pub keys: i64 }
}

/// What ends with a config.
pub(super) async fn holds(db: &Reader, config: ConfigId) -> Result<Holds> {
    let sql = "SELECT (SELECT count(*) FROM config_settings WHERE config = $1) AS flags, \
               (SELECT count(*) FROM sdk_keys WHERE config = $1) AS keys";
    Ok(db.one(sql, args![config]).await?.unwrap_or(Holds { flags: 0, keys: 0 }))
}

/// The configs of a product with all that is known of them, in their order.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Config>> {
    let sql = "SELECT c.id, c.product, p.name AS product_name, p.team, t.slug AS team_slug, c.name, c.description, c.position, \
               c.evaluation_version, c.salt FROM configs c JOIN products p ON p.id = c.product JOIN teams t ON t.id = p.team \
               WHERE c.product = $1 ORDER BY c.position, c.name_key LIMIT 1000";
    db.all(sql, args![product]).await
}

/// Which of these ids are taken.
pub async fn taken(db: &Reader, ids: &[ConfigId]) -> Result<Vec<ConfigId>> {
    db.among("SELECT id FROM configs WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

/// Keeps configs as they are given, with nothing in them.
pub async fn put_all(tx: &Writer, configs: &[Config], now: Time) -> Result<()> {
    let row = |one: &Config| {
        let Config { id, product, name, description, position, evaluation_version, salt, .. } = one.clone();
        args![id, product, name.to_lowercase(), name, description, position, evaluation_version, salt, now]
    };
    let into = "INSERT INTO configs (id, product, name_key, name, description, position, evaluation_version, salt, created_at)";
    tx.put(into, configs.iter().map(row).collect()).await
}
