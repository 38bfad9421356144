//! The queries about environments.

use super::Environment;
use crate::{
    authz::{Access, GrantWriter, Reach},
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{EnvironmentId, ProductId},
    text::Name,
};

/// An environment.
pub async fn one(db: &Reader, environment: EnvironmentId) -> Result<Option<Environment>> {
    let sql = "SELECT e.id, e.product, p.name AS product_name, p.team, t.slug AS team_slug, e.name, e.color, e.description, e.position, \
               e.note_required FROM environments e JOIN products p ON p.id = e.product JOIN teams t ON t.id = p.team WHERE e.id = $1";
    db.one(sql, args![environment]).await
}

/// The environments of a product, in their order.
pub async fn all(db: &Reader, product: ProductId) -> Result<Vec<Environment>> {
    let sql = "SELECT e.id, e.product, p.name AS product_name, p.team, t.slug AS team_slug, e.name, e.color, e.description, e.position, \
               e.note_required FROM environments e JOIN products p ON p.id = e.product JOIN teams t ON t.id = p.team \
               WHERE e.product = $1 ORDER BY e.position, e.name_key LIMIT 1000";
    db.all(sql, args![product]).await
}

/// The names of the product’s other environments.
pub(super) async fn other_names(db: &Reader, product: ProductId, except: Option<EnvironmentId>) -> Result<Vec<String>> {
    match except {
        Some(id) => db.values("SELECT name FROM environments WHERE product = $1 AND id <> $2 LIMIT 10000", args![product, id]).await,
        None => db.values("SELECT name FROM environments WHERE product = $1 LIMIT 10000", args![product]).await,
    }
}

pub(super) async fn update(tx: &Writer, environment: &Environment, name: &Name) -> Result<()> {
    let sql =
        "UPDATE environments SET name = $2, name_key = $3, color = $4, description = $5, position = $6, note_required = $7 WHERE id = $1";
    let Environment { id, color, description, position, note_required, .. } = environment.clone();
    tx.run(sql, args![id, name, name.key(), color, description, position, note_required]).await.map(|_| ())
}

/// The environments of a product in their order, held until the transaction ends.
pub(super) async fn ordered(tx: &Writer, product: ProductId) -> Result<Vec<Placed>> {
    let sql = "SELECT id, name FROM environments WHERE product = $1 ORDER BY position, name_key LIMIT 1000";
    tx.all(tx.locking(sql, "FOR UPDATE"), args![product]).await
}

record! {
    /// An environment among the others.
    #[derive(Clone)]
    pub struct Placed { pub id: EnvironmentId, pub name: String }
}

pub(super) async fn place(tx: &Writer, environment: EnvironmentId, position: i64) -> Result<()> {
    tx.run("UPDATE environments SET position = $2 WHERE id = $1", args![environment, position]).await.map(|_| ())
}

pub(super) async fn delete(tx: &GrantWriter<'_>, environment: EnvironmentId) -> Result<()> {
    tx.run("DELETE FROM environments WHERE id = $1", args![environment]).await.map(|_| ())
}

record! {
    /// How many people with a group may change values in an environment.
    pub struct Writers { pub id: EnvironmentId, pub people: i64 }
}

/// Who may change values where, Owners not counted.
pub(super) async fn writers(db: &Reader, product: ProductId) -> Result<Vec<Writers>> {
    let sql = "SELECT e.id, (SELECT count(*) FROM product_members pm JOIN members m ON m.team = pm.team AND m.person = pm.person \
               JOIN permission_groups g ON g.id = pm.permission_group \
               LEFT JOIN permission_group_environments l ON l.permission_group = g.id AND l.environment = e.id \
               WHERE pm.product = e.product AND m.role < 50 AND (g.reach = 2 OR (g.reach = 3 AND l.access = 2))) AS people \
               FROM environments e WHERE e.product = $1 LIMIT 1000";
    db.all(sql, args![product]).await
}

record! {
    /// What a group gives in an environment that is created.
    pub struct ForNew { pub name: String, pub reach: Reach, pub new_environments: Access }
}

/// What each group of a product gives in an environment that is created.
pub(super) async fn for_new(db: &Reader, product: ProductId) -> Result<Vec<ForNew>> {
    let sql = "SELECT name, reach, new_environments FROM permission_groups WHERE product = $1 ORDER BY name_key LIMIT 1000";
    db.all(sql, args![product]).await
}

record! {
    /// What an environment holds.
    pub struct Holds { pub flags: i64, pub keys: i64 }
}

/// What ends with an environment.
pub(super) async fn holds(db: &Reader, environment: EnvironmentId) -> Result<Holds> {
    let sql = "SELECT (SELECT count(*) FROM setting_values WHERE environment = $1) AS flags, \
               (SELECT count(*) FROM sdk_keys WHERE environment = $1) AS keys";
    Ok(db.one(sql, args![environment]).await?.unwrap_or(Holds { flags: 0, keys: 0 }))
}

/// Which of these ids are taken.
pub async fn taken(db: &Reader, ids: &[EnvironmentId]) -> Result<Vec<EnvironmentId>> {
    db.among("SELECT id FROM environments WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

/// Keeps environments as they are given, with nothing in them.
pub async fn put_all(tx: &GrantWriter<'_>, environments: &[Environment], now: Time) -> Result<()> {
    let row = |one: &Environment| {
        let Environment { id, product, name, color, description, position, note_required, .. } = one.clone();
        args![id, product, name.to_lowercase(), name, color, description, position, note_required, now]
    };
    let into = "INSERT INTO environments (id, product, name_key, name, color, description, position, note_required, created_at)";
    tx.put(into, environments.iter().map(row).collect()).await
}
