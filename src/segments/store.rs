//! The queries about segments.

use std::collections::HashMap;

use super::Segment;
use crate::{
    authz::{Access, Grants},
    clock::Time,
    db::{Reader, Sql, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, PersonId, ProductId, SegmentId, SettingId},
    text::Name,
};

/// A segment.
pub async fn one(db: &Reader, segment: SegmentId) -> Result<Option<Segment>> {
    let sql = "SELECT g.id, g.product, p.name AS product_name, p.team, t.slug AS team_slug, g.name, g.description, g.conditions, g.version, \
               g.creator, g.created_at, g.updater, g.updated_at \
               FROM segments g JOIN products p ON p.id = g.product JOIN teams t ON t.id = p.team WHERE g.id = $1";
    db.one(sql, args![segment]).await
}

record! {
    /// A segment in the list.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The segment.
        pub id: SegmentId,
        /// Its name.
        pub name: String,
        /// What it is.
        pub description: Option<String>,
        /// Its conditions, as they are stored.
        pub conditions: String,
    }
}

/// The segments of a product, by name.
pub async fn all(db: &Reader, product: ProductId) -> Result<Vec<Listed>> {
    let sql = "SELECT id, name, description, conditions FROM segments WHERE product = $1 ORDER BY name_key LIMIT 10000";
    db.all(sql, args![product]).await
}

record! {
    struct Count { segment: SegmentId, environment: EnvironmentId, uses: i64 }
}

/// In how many values each segment of a product is used, in those environments that somebody has access to; those that are not used are left out.
pub async fn use_counts(db: &Reader, product: ProductId, grants: &Grants) -> Result<HashMap<SegmentId, i64>> {
    let sql = "SELECT u.segment, u.environment, count(*) AS uses FROM segments g JOIN formula_uses u ON u.segment = g.id \
               WHERE g.product = $1 GROUP BY u.segment, u.environment LIMIT 1000000";
    let counts: Vec<Count> = db.all(sql, args![product]).await?;
    let mut uses = HashMap::new();
    for count in counts.into_iter().filter(|count| grants.access(count.environment) > Access::None) {
        *uses.entry(count.segment).or_default() += count.uses;
    }
    Ok(uses)
}

record! {
    /// Who made a segment, and who changed it last, as far as they are still there.
    #[derive(Clone, Debug)]
    pub struct Authors {
        /// The name of who created it.
        pub creator_name: Option<String>,
        /// Their address.
        pub creator_email: Option<String>,
        /// When.
        pub created_at: Time,
        /// The name of who changed it last.
        pub updater_name: Option<String>,
        /// Their address.
        pub updater_email: Option<String>,
        /// When.
        pub updated_at: Time,
    }
}

const AUTHORS: &str = "SELECT c.name AS creator_name, c.email AS creator_email, g.created_at, u.name AS updater_name, u.email AS updater_email, \
                       g.updated_at FROM segments g LEFT JOIN people c ON c.id = g.creator LEFT JOIN people u ON u.id = g.updater";

/// The authors of the segments of a product, by the segments’ names.
pub async fn authors(db: &Reader, product: ProductId) -> Result<Vec<Authors>> {
    db.all(Sql::made(format!("{AUTHORS} WHERE g.product = $1 ORDER BY g.name_key LIMIT 10000")), args![product]).await
}

/// The authors of a segment.
pub async fn authors_of(db: &Reader, segment: SegmentId) -> Result<Option<Authors>> {
    db.one(Sql::made(format!("{AUTHORS} WHERE g.id = $1")), args![segment]).await
}

record! {
    /// A value that uses a segment.
    #[derive(Clone, Debug)]
    pub struct Use {
        /// Where.
        pub environment: EnvironmentId,
        /// The environment's name.
        pub environment_name: String,
        /// Its colour.
        pub color: Option<String>,
        /// The setting.
        pub setting: SettingId,
        /// The setting's name.
        pub name: String,
        /// The setting's config.
        pub config: ConfigId,
        /// The generation of the config's rules.
        pub evaluation_version: i64,
    }
}

/// The values that use a segment.
pub async fn uses(db: &Reader, segment: SegmentId) -> Result<Vec<Use>> {
    let sql = "SELECT u.environment, e.name AS environment_name, e.color, u.setting, s.name, s.config, c.evaluation_version \
               FROM formula_uses u JOIN environments e ON e.id = u.environment JOIN config_settings s ON s.id = u.setting \
               JOIN configs c ON c.id = s.config WHERE u.segment = $1 ORDER BY e.position, e.name_key, c.position, s.position, s.id LIMIT 10000";
    db.all(sql, args![segment]).await
}

/// The names of the product’s other segments.
pub(super) async fn other_names(db: &Reader, product: ProductId, except: Option<SegmentId>) -> Result<Vec<String>> {
    match except {
        Some(id) => db.values("SELECT name FROM segments WHERE product = $1 AND id <> $2 LIMIT 10000", args![product, id]).await,
        None => db.values("SELECT name FROM segments WHERE product = $1 LIMIT 10000", args![product]).await,
    }
}

pub(super) async fn insert(tx: &Writer, segment: &Segment, name: &Name) -> Result<()> {
    let sql = "INSERT INTO segments (id, product, name, name_key, description, conditions, version, creator, created_at, updater, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9)";
    let Segment { id, product, description, conditions, version, creator, created_at, .. } = segment.clone();
    tx.run(sql, args![id, product, name, name.key(), description, conditions, version, creator, created_at]).await.map(|_| ())
}

pub(super) async fn update(tx: &Writer, segment: &Segment, name: &Name, updater: PersonId, now: Time) -> Result<()> {
    let sql = "UPDATE segments SET name = $2, name_key = $3, description = $4, conditions = $5, version = $6, updater = $7, updated_at = $8 \
               WHERE id = $1";
    let Segment { id, description, conditions, version, .. } = segment.clone();
    tx.run(sql, args![id, name, name.key(), description, conditions, version, updater, now]).await.map(|_| ())
}

/// Keeps the segment as it is until the transaction ends: no value begins to use it meanwhile.
pub(super) async fn hold(tx: &Writer, segment: SegmentId) -> Result<()> {
    tx.value::<SegmentId>(tx.locking("SELECT id FROM segments WHERE id = $1", "FOR UPDATE"), args![segment]).await.map(|_| ())
}

pub(super) async fn delete(tx: &Writer, segment: SegmentId) -> Result<()> {
    tx.run("DELETE FROM segments WHERE id = $1", args![segment]).await.map(|_| ())
}

/// The segments of a product with their conditions, by name.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Segment>> {
    let sql = "SELECT g.id, g.product, p.name AS product_name, p.team, t.slug AS team_slug, g.name, g.description, g.conditions, g.version, \
               g.creator, g.created_at, g.updater, g.updated_at FROM segments g JOIN products p ON p.id = g.product \
               JOIN teams t ON t.id = p.team WHERE g.product = $1 ORDER BY g.name_key LIMIT 10000";
    db.all(sql, args![product]).await
}

/// Which of these ids are taken.
pub async fn taken(db: &Reader, ids: &[SegmentId]) -> Result<Vec<SegmentId>> {
    db.among("SELECT id FROM segments WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

/// Keeps segments as they are given.
pub async fn put_all(tx: &Writer, segments: &[Segment]) -> Result<()> {
    let row = |one: &Segment| {
        let Segment { id, product, name, description, conditions, version, .. } = one.clone();
        let Segment { creator, created_at, updater, updated_at, .. } = one;
        let by = args![*creator, *created_at, *updater, *updated_at];
        args![id, product, name.to_lowercase(), name, description, conditions, version].into_iter().chain(by).collect()
    };
    let into =
        "INSERT INTO segments (id, product, name_key, name, description, conditions, version, creator, created_at, updater, updated_at)";
    tx.put(into, segments.iter().map(row).collect()).await
}
