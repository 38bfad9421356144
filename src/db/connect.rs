//! Opening the pools, with what makes an acknowledged change survive a power cut.

use std::{path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, Pool, args, dialect};
use crate::error::{Error, Result};

/// Which database, as read from `sqlite://PATH` or `postgres://…`.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A file that is made if it does not exist.
    Sqlite(PathBuf),
    /// A server, with everything that is needed to reach it.
    Postgres(String),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return match path {
                "" | ":memory:" => Err("needs a file, for example sqlite:///var/lib/burgee/burgee.db".into()),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return match PgConnectOptions::from_str(url) {
                Ok(_) => Ok(Self::Postgres(url.to_owned())),
                Err(error) => Err(format!("is not a PostgreSQL address: {error}")),
            };
        }
        Err("must begin with sqlite:// or postgres://".into())
    }
}

pub async fn open(target: &Target) -> Result<Db> {
    match target {
        Target::Sqlite(path) => open_sqlite(path).await,
        Target::Postgres(url) => open_postgres(url).await,
    }
}

/// Readers never wait for the writer (WAL); writers queue for one connection instead of failing; a commit is on the disk before it is
/// acknowledged (`synchronous=FULL`).
async fn open_sqlite(path: &PathBuf) -> Result<Db> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Error::internal(format!("cannot make {}: {error}", folder.display())))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .statement_cache_capacity(256)
        // A page of rows crosses from the database's thread in one go, not with a switch of threads every 50 rows.
        .row_buffer_size(4096)
        .pragma("cache_size", "-8000")
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let write = options.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let write =
        SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(30)).test_before_acquire(false).connect_with(write);
    let write: SqlitePool = write.await.map_err(dialect::error)?;
    let read = options.read_only(true).pragma("query_only", "on");
    let read = SqlitePoolOptions::new().max_connections(4).min_connections(1).test_before_acquire(false).connect_with(read);
    let db = Db { read: Pool::Sqlite(read.await.map_err(dialect::error)?), write: Pool::Sqlite(write) };

    let writer = db.begin().await?;
    for (pragma, wanted) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1)] {
        let found: Option<i64> = writer.value(pragma, args![]).await?;
        if found != Some(wanted) {
            return Err(Error::internal(format!(
                "{pragma} is {found:?} instead of {wanted}: this file system does not keep what it is told"
            )));
        }
    }
    Ok(db)
}

async fn open_postgres(url: &str) -> Result<Db> {
    let options = PgConnectOptions::from_str(url).map_err(dialect::error)?.disable_statement_logging();
    let pool = |read_only: &'static str| options.clone().options([("default_transaction_read_only", read_only)]);
    let write = PgPoolOptions::new().max_connections(12).test_before_acquire(false).connect_with(pool("off"));
    let write: PgPool = write.await.map_err(dialect::error)?;
    let read = PgPoolOptions::new().max_connections(12).test_before_acquire(false).connect_with(pool("on"));
    Ok(Db { read: Pool::Postgres(read.await.map_err(dialect::error)?), write: Pool::Postgres(write) })
}
