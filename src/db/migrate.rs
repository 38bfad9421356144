//! Bringing the schema up to date: one list of SQL files that run on both databases, in `migrations/`.
//!
//! To add one: write `migrations/NNNN_what.sql` in the common subset (types `uuid`, `text`, `bigint`, `boolean`, `bytea`), and add its line
//! below. A file that has been released is never edited: its checksum is in every database.

use sha2::{Digest as _, Sha256};

use super::{Db, args, dialect, record};
use crate::error::{Error, Result};

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "teams", include_str!("../../migrations/0001_teams.sql")),
    (2, "products", include_str!("../../migrations/0002_products.sql")),
    (3, "webhooks", include_str!("../../migrations/0003_webhooks.sql")),
    (4, "words", include_str!("../../migrations/0004_words.sql")),
    (5, "expired passwords", include_str!("../../migrations/0005_expired_passwords.sql")),
    (6, "invitations by address", include_str!("../../migrations/0006_invitations_by_address.sql")),
    (7, "audit checks", include_str!("../../migrations/0007_audit_checks.sql")),
];

/// Stands for “the schema” where PostgreSQL is asked to let one node at a time change it.
const LOCK: i64 = 0x6275_7267_6565;

record! {
    struct Done { version: i64, checksum: Vec<u8> }
}

/// Runs what has not run yet, all of it or nothing. Several nodes may start at once: one of them does it, the others wait.
pub async fn run(db: &Db) -> Result<()> {
    let tx = db.begin().await?;
    if db.is_shared() {
        tx.run(dialect::ALONE, args![LOCK]).await?;
    }
    let table = "CREATE TABLE IF NOT EXISTS migrations (version bigint PRIMARY KEY, name text NOT NULL, checksum bytea NOT NULL)";
    tx.run(table, args![]).await?;
    let done: Vec<Done> = tx.all("SELECT version, checksum FROM migrations ORDER BY version", args![]).await?;
    if let Some(newer) = done.iter().find(|done| !MIGRATIONS.iter().any(|(version, ..)| done.version == *version)) {
        return Err(Error::internal(format!("the database is from a later version of Burgee: it has migration {}", newer.version)));
    }
    for (version, name, sql) in MIGRATIONS {
        let checksum = Sha256::digest(sql).to_vec();
        match done.iter().find(|done| done.version == *version) {
            Some(done) if done.checksum == checksum => {}
            Some(_) => return Err(Error::internal(format!("migration {version}, “{name}”, is not the one that the database has"))),
            None => {
                tx.script(sql).await.map_err(|error| Error::internal(format!("migration {version}, “{name}”, failed: {error}")))?;
                let sql = "INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)";
                tx.run(sql, args![*version, *name, checksum]).await?;
            }
        }
    }
    tx.commit().await
}
