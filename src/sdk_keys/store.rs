//! The queries about SDK keys and their use.

use flag_eval::model::Kind;

use super::SdkKeys;
use crate::{
    clock::Time,
    db::{Reader, Sql, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, ProductId},
    serving::Use,
};

const SELECT: &str = "SELECT c.id AS config, c.name AS config_name, c.evaluation_version, e.id AS environment, e.name AS environment_name, \
     e.color AS environment_color, p.id AS product, p.name AS product_name, p.team, t.slug AS team_slug, \
     k1.key AS \"primary\", k1.created_at AS primary_since, k1.last_seen_at AS primary_seen, \
     k2.key AS secondary, k2.created_at AS secondary_since, k2.last_seen_at AS secondary_seen \
     FROM configs c JOIN products p ON p.id = c.product JOIN teams t ON t.id = p.team JOIN environments e ON e.product = p.id \
     LEFT JOIN sdk_keys k1 ON k1.config = c.id AND k1.environment = e.id AND k1.slot = 1 \
     LEFT JOIN sdk_keys k2 ON k2.config = c.id AND k2.environment = e.id AND k2.slot = 2";

/// The keys of a config in an environment.
pub async fn one(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Option<SdkKeys>> {
    db.one(Sql::made(format!("{SELECT} WHERE c.id = $1 AND e.id = $2")), args![config, environment]).await
}

record! {
    /// What a key opens.
    #[derive(Clone, Copy, Debug)]
    pub struct Opened {
        /// The config.
        pub config: ConfigId,
        /// Where.
        pub environment: EnvironmentId,
    }
}

/// What a key opens, if it is one.
pub async fn opened_by(db: &Reader, key: &str) -> Result<Option<Opened>> {
    db.one("SELECT config, environment FROM sdk_keys WHERE key = $1", args![key]).await
}

/// The keys of a config in all environments of its product, in their order.
pub async fn of_config(db: &Reader, config: ConfigId) -> Result<Vec<SdkKeys>> {
    db.all(Sql::made(format!("{SELECT} WHERE c.id = $1 ORDER BY e.position, e.id LIMIT 200")), args![config]).await
}

/// The two keys change places.
pub async fn swap(tx: &Writer, config: ConfigId, environment: EnvironmentId) -> Result<()> {
    for (from, to) in [(1, 0), (2, 1), (0, 2)] {
        move_to(tx, config, environment, from, to).await?;
    }
    Ok(())
}

/// The secondary key takes the empty place of the primary one.
pub async fn advance(tx: &Writer, config: ConfigId, environment: EnvironmentId) -> Result<()> {
    move_to(tx, config, environment, 2, 1).await
}

async fn move_to(tx: &Writer, config: ConfigId, environment: EnvironmentId, from: i64, to: i64) -> Result<()> {
    let sql = "UPDATE sdk_keys SET slot = $4 WHERE config = $1 AND environment = $2 AND slot = $3";
    tx.run(sql, args![config, environment, from, to]).await.map(|_| ())
}

/// Takes a key away.
pub async fn delete(tx: &Writer, key: &str) -> Result<()> {
    tx.run("DELETE FROM sdk_keys WHERE key = $1", args![key]).await.map(|_| ())
}

/// Adds up what was counted. A key that has been taken away meanwhile is passed over.
pub async fn note(tx: &Writer, uses: &[Use]) -> Result<()> {
    for one in uses {
        let sql = "UPDATE sdk_keys SET last_seen_at = $2 WHERE key = $1 AND (last_seen_at IS NULL OR last_seen_at < $2)";
        tx.run(sql, args![&*one.key, one.last]).await?;
        let sql = "INSERT INTO sdk_key_hours (key, hour, agent, requests) \
                   SELECT k.key, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT) FROM sdk_keys k WHERE k.key = $1 \
                   ON CONFLICT (key, hour, agent) DO UPDATE SET requests = sdk_key_hours.requests + EXCLUDED.requests";
        tx.run(sql, args![&*one.key, one.hour, &*one.agent, one.requests]).await?;
    }
    Ok(())
}

/// Forgets what was counted long ago.
pub async fn forget(tx: &Writer, before: Time) -> Result<()> {
    tx.run("DELETE FROM sdk_key_hours WHERE hour < $1", args![before]).await.map(|_| ())
}

record! {
    /// How often a program has used a key since some time.
    #[derive(Clone, Debug)]
    pub struct Used {
        /// The key.
        pub key: String,
        /// The program.
        pub agent: String,
        /// How often.
        pub requests: i64,
    }
}

/// Who has used the keys of a config since then, and how often; most first.
pub async fn uses(db: &Reader, config: ConfigId, since: Time) -> Result<Vec<Used>> {
    let sql = "SELECT h.key, h.agent, CAST(sum(h.requests) AS BIGINT) AS requests \
               FROM sdk_key_hours h JOIN sdk_keys k ON k.key = h.key WHERE k.config = $1 AND h.hour >= $2 \
               GROUP BY h.key, h.agent ORDER BY 3 DESC, h.agent LIMIT 2000";
    db.all(sql, args![config, since]).await
}

record! {
    /// How often a key was used within an hour.
    #[derive(Clone, Debug)]
    pub struct Hour {
        /// The key.
        pub key: String,
        /// The beginning of the hour.
        pub hour: Time,
        /// How often.
        pub requests: i64,
    }
}

/// How often the keys of a config were used in each hour since then.
pub async fn hours(db: &Reader, config: ConfigId, since: Time) -> Result<Vec<Hour>> {
    let sql = "SELECT h.key, h.hour, CAST(sum(h.requests) AS BIGINT) AS requests \
               FROM sdk_key_hours h JOIN sdk_keys k ON k.key = h.key WHERE k.config = $1 AND h.hour >= $2 \
               GROUP BY h.key, h.hour ORDER BY h.key, h.hour LIMIT 20000";
    db.all(sql, args![config, since]).await
}

/// The key of a flag of the config, for an example.
pub async fn a_flag(db: &Reader, config: ConfigId) -> Result<Option<String>> {
    let sql = "SELECT key FROM config_settings WHERE config = $1 AND kind = $2 ORDER BY position, id LIMIT 1";
    db.value(sql, args![config, Kind::Bool]).await
}

record! {
    /// A key that is kept.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Kept {
        /// As applications send it.
        pub key: String,
        /// What it opens.
        pub config: ConfigId,
        /// Where.
        pub environment: EnvironmentId,
        /// Which of the two it is.
        pub slot: i64,
    }
}

/// All keys of a product.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Kept>> {
    let sql = "SELECT k.key, k.config, k.environment, k.slot FROM sdk_keys k JOIN configs c ON c.id = k.config \
               WHERE c.product = $1 ORDER BY k.config, k.environment, k.slot LIMIT 1000000";
    db.all(sql, args![product]).await
}

/// Which of these keys there are already, anywhere.
pub async fn taken(db: &Reader, keys: &[&str]) -> Result<Vec<String>> {
    db.among("SELECT key FROM sdk_keys WHERE key IN", keys.iter().map(|key| (*key).into()).collect()).await
}

/// Keeps keys as they are given.
pub async fn put_all(tx: &Writer, keys: &[Kept], now: Time) -> Result<()> {
    let row = |one: &Kept| args![one.key.as_str(), one.config, one.environment, one.slot, now];
    tx.put("INSERT INTO sdk_keys (key, config, environment, slot, created_at)", keys.iter().map(row).collect()).await
}
