//! Keys as they are made, and the revisions by which nodes notice what to serve anew. For the verbs that create configs and environments or
//! change what is served, inside their transactions.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Scope, Stored, lately};
use crate::{
    clock::{HOUR, Time},
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, ProductId, SegmentId, TeamId},
};

/// The key that applications use.
pub const PRIMARY: i64 = 1;
/// The one beside it, while applications move from one to the other.
pub const SECONDARY: i64 = 2;

/// A new key. Those of configs with the first generation of rules have the form that its programs accept.
pub fn mint(evaluation_version: i64) -> String {
    let part = || URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
    match evaluation_version {
        1 => format!("{}/{}", part(), part()),
        _ => format!("configcat-sdk-1/{}/{}", part(), part()),
    }
}

/// The keys of a new config: one for each environment of its product.
pub async fn open_config(tx: &Writer, config: ConfigId, now: Time) -> Result<()> {
    let sql = "SELECT c.id AS config, e.id AS environment, c.evaluation_version FROM configs c JOIN environments e ON e.product = c.product \
               WHERE c.id = $1";
    open(tx, tx.all(sql, args![config]).await?, now).await
}

/// The keys of a new environment: one for each config of its product.
pub async fn open_environment(tx: &Writer, environment: EnvironmentId, now: Time) -> Result<()> {
    let sql = "SELECT c.id AS config, e.id AS environment, c.evaluation_version FROM environments e JOIN configs c ON c.product = e.product \
               WHERE e.id = $1";
    open(tx, tx.all(sql, args![environment]).await?, now).await
}

record! {
    struct Opened { config: ConfigId, environment: EnvironmentId, evaluation_version: i64 }
}

async fn open(tx: &Writer, pairs: Vec<Opened>, now: Time) -> Result<()> {
    for Opened { config, environment, evaluation_version } in pairs {
        insert(tx, &mint(evaluation_version), config, environment, PRIMARY, now).await?;
        let sql = "INSERT INTO publications (config, environment, revision, published_at) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING";
        tx.run(sql, args![config, environment, now]).await?;
    }
    Ok(())
}

/// Begins to serve configs in environments, each for the first time.
pub async fn open_all(tx: &Writer, pairs: &[(ConfigId, EnvironmentId)], now: Time) -> Result<()> {
    let rows = pairs.iter().map(|(config, environment)| args![*config, *environment, 1, now]).collect();
    tx.put("INSERT INTO publications (config, environment, revision, published_at)", rows).await
}

/// Keeps a key.
pub async fn insert(tx: &Writer, key: &str, config: ConfigId, environment: EnvironmentId, slot: i64, now: Time) -> Result<()> {
    let sql = "INSERT INTO sdk_keys (key, config, environment, slot, created_at) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![key, config, environment, slot, now]).await.map(|_| ())
}

/// What a config is in an environment has changed: every node serves it anew.
pub async fn publish(tx: &Writer, config: ConfigId, environment: EnvironmentId, now: Time) -> Result<()> {
    let sql = "INSERT INTO publications (config, environment, revision, published_at) VALUES ($1, $2, 1, $3) \
               ON CONFLICT (config, environment) DO UPDATE SET revision = publications.revision + 1, published_at = $3";
    tx.run(sql, args![config, environment, now]).await.map(|_| ())
}

record! {
    /// A config in an environment.
    #[derive(Clone, Copy, PartialEq)]
    pub struct Pair {
        /// The config.
        pub config: ConfigId,
        /// Where.
        pub environment: EnvironmentId,
    }
}

/// Waits for whoever changes what uses a segment, and lets others wait: for changes of the segment, before it is held itself. Who changes a
/// value holds things in that order too, so that nobody waits in a circle.
pub async fn hold_uses(tx: &Writer, segment: SegmentId) -> Result<Vec<Pair>> {
    let sql = "SELECT config, environment FROM publications WHERE EXISTS ( \
               SELECT 1 FROM formula_uses u JOIN config_settings s ON s.id = u.setting \
               WHERE u.segment = $1 AND s.config = publications.config AND u.environment = publications.environment) \
               ORDER BY config, environment LIMIT 10000";
    tx.all(tx.locking(sql, "FOR NO KEY UPDATE"), args![segment]).await
}

/// A segment has changed: everything that uses it is served anew.
pub async fn publish_segment(tx: &Writer, segment: SegmentId, now: Time) -> Result<()> {
    let sql = "UPDATE publications SET revision = revision + 1, published_at = $2 WHERE EXISTS ( \
               SELECT 1 FROM formula_uses u JOIN config_settings s ON s.id = u.setting \
               WHERE u.segment = $1 AND s.config = publications.config AND u.environment = publications.environment)";
    tx.run(sql, args![segment, now]).await.map(|_| ())
}

record! {
    struct Found {
        key: String,
        team: TeamId,
        product: ProductId,
        config: ConfigId,
        environment: EnvironmentId,
        revision: i64,
    }
}

/// How many keys are read at once.
const STRETCH: usize = 5000;

/// All keys of a scope.
pub async fn keys(db: &Reader, scope: Scope) -> Result<Vec<Stored>> {
    let sql = |narrow: &str| {
        format!(
            "SELECT k.key, p.team, c.product, k.config, k.environment, COALESCE(u.revision, 0) AS revision FROM sdk_keys k \
             JOIN configs c ON c.id = k.config JOIN products p ON p.id = c.product \
             LEFT JOIN publications u ON u.config = k.config AND u.environment = k.environment \
             WHERE k.key > $1 {narrow} ORDER BY k.key LIMIT {STRETCH}"
        )
    };
    let mut all: Vec<Stored> = vec![];
    loop {
        let after = all.last().map(|last| last.key.clone()).unwrap_or_default();
        let found: Vec<Found> = match scope {
            Scope::All => db.all(crate::db::Sql::made(sql("")), args![after]).await?,
            Scope::Team(team) => db.all(crate::db::Sql::made(sql("AND p.team = $2")), args![after, team]).await?,
            Scope::Product(product) => db.all(crate::db::Sql::made(sql("AND c.product = $2")), args![after, product]).await?,
        };
        let more = found.len() == STRETCH;
        all.extend(found.into_iter().map(|Found { key, team, product, config, environment, revision }| Stored {
            key,
            team,
            product,
            config,
            environment,
            revision,
        }));
        if !more {
            return Ok(all);
        }
    }
}

record! {
    /// The state of a pair in the database.
    pub struct Publication {
        /// Raised by every change.
        pub revision: i64,
        /// When it was raised last.
        pub published_at: Time,
    }
}

/// How far a config is in an environment.
pub async fn publication(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Option<Publication>> {
    let sql = "SELECT revision, published_at FROM publications WHERE config = $1 AND environment = $2";
    db.one(sql, args![config, environment]).await
}

/// How often a config was asked for in an environment within the last 60 minutes, as far as it has been written down.
pub async fn asked_lately(db: &Reader, config: ConfigId, environment: EnvironmentId, now: Time) -> Result<u64> {
    record! { struct Asked { hour: Time, requests: i64 } }
    let sql = "SELECT h.hour, CAST(sum(h.requests) AS BIGINT) AS requests FROM sdk_key_hours h JOIN sdk_keys k ON k.key = h.key \
               WHERE k.config = $1 AND k.environment = $2 AND h.hour >= $3 GROUP BY h.hour LIMIT 10";
    let hours: Vec<Asked> = db.all(sql, args![config, environment, now.plus(-2 * HOUR)]).await?;
    Ok(hours.iter().map(|asked| lately(now, asked.hour, asked.requests)).sum::<i64>().unsigned_abs())
}

record! {
    /// Everything that a node serves, in four numbers: other numbers mean that something has changed.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Fingerprint { publications: i64, revisions: i64, keys: i64, newest: i64 }
}

/// The four numbers now.
pub async fn fingerprint(db: &Reader) -> Result<Fingerprint> {
    let sql = "SELECT count(*) AS publications, CAST(COALESCE(sum(revision), 0) AS BIGINT) AS revisions, \
               (SELECT count(*) FROM sdk_keys) AS keys, (SELECT COALESCE(max(created_at), 0) FROM sdk_keys) AS newest FROM publications";
    Ok(db.one(sql, args![]).await?.unwrap_or_default())
}
