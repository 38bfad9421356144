//! Bringing the schema up to date: one list of SQL files that run on both databases, in `migrations/`.
//!
//! To add one: write `migrations/NNNN_what.sql` in the common subset (types `uuid`, `text`, `bigint`, `boolean`, `bytea`), and add its line
//! below. A file that has been released is never edited: its checksum is in every database.

use std::borrow::Cow;

use sqlx::{
    SqlStr,
    migrate::{Migration, MigrationType, Migrator},
};

use super::Pool;
use crate::error::{Error, Result};

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "teams", include_str!("../../migrations/0001_teams.sql")),
    (2, "products", include_str!("../../migrations/0002_products.sql")),
];

/// Runs what has not run yet. Several nodes may start at once: the database's own lock lets one of them do it.
pub async fn run(pool: &Pool) -> Result<()> {
    let migrations = MIGRATIONS
        .iter()
        .map(|(version, name, sql)| Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, SqlStr::from_static(sql), false));
    let migrator = Migrator::with_migrations(migrations.collect());
    match pool {
        Pool::Sqlite(pool) => migrator.run(pool).await,
        Pool::Postgres(pool) => migrator.run(pool).await,
    }
    .map_err(|error| Error::internal(format!("the schema could not be brought up to date: {error}")))
}
