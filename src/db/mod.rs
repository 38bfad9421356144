//! The database: SQLite in a file of its own, or PostgreSQL, behind one code path.
//!
//! [`Db`] is a capability. It opens a [`Reader`] on a pool that the database itself keeps from writing, and a [`Writer`], which is one
//! transaction. Only `authz` is given a `Db`; a feature gets its reader from a witness and its writer inside `may.change(…)`.
//!
//! SQL is written once, in a feature's `store.rs`, with `$1` placeholders, which both databases understand. What they do not share is in
//! `dialect`, and nowhere else. Values are of five kinds (see [`Value`]); ids and times are columns by way of [`column!`], rows are structs
//! by way of [`record!`].

mod connect;
mod dialect;
mod migrate;
mod row;

use std::sync::Arc;

use sqlx::{
    AssertSqlSafe, Executor as _, PgPool, Postgres, Sqlite, SqlitePool, Transaction, postgres::PgArguments, sqlite::SqliteArguments,
};
use tokio::sync::Mutex;

pub use connect::Target;
pub use row::{Column, Record, Row, Value};
pub(crate) use row::{args, column, record};

use crate::error::{Error, Result};

/// Both pools of one database: one that only reads, one that writes.
#[derive(Clone)]
pub struct Db {
    read: Pool,
    write: Pool,
}

#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Connects, brings the schema up to date, and reads back that the database keeps its promises (durability, foreign keys).
    pub async fn open(target: &Target) -> Result<Self> {
        let db = connect::open(target).await?;
        migrate::run(&db.write).await?;
        Ok(db)
    }

    /// Reads outside any transaction. The database refuses to write through it.
    pub fn reader(&self) -> Reader {
        Reader(Source::Pool(self.read.clone()))
    }

    /// Opens a transaction that may write. On SQLite it holds the write lock from its first statement.
    pub async fn begin(&self) -> Result<Writer> {
        let open = match &self.write {
            Pool::Sqlite(pool) => Open::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await.map_err(dialect::error)?),
            Pool::Postgres(pool) => Open::Postgres(pool.begin().await.map_err(dialect::error)?),
        };
        let postgres = self.is_shared();
        Ok(Writer { reader: Reader(Source::Open(Arc::new(Mutex::new(Some(open))))), postgres })
    }

    /// Whether the database answers: for the readiness probe.
    pub async fn ping(&self) -> Result<()> {
        self.reader().value::<i64>("SELECT CAST(1 AS BIGINT)", args![]).await.map(|_| ())
    }

    /// Whether several nodes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.write, Pool::Postgres(_))
    }

    /// Closes both pools, waiting for what is under way.
    pub async fn close(&self) {
        for pool in [&self.read, &self.write] {
            match pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        }
    }
}

/// Asks the database. Cheap to clone.
#[derive(Clone)]
pub struct Reader(Source);

#[derive(Clone)]
enum Source {
    Pool(Pool),
    /// `None` once the transaction has ended.
    Open(Arc<Mutex<Option<Open>>>),
}

impl Reader {
    /// All rows of a query. Queries that may return many rows carry a `LIMIT`.
    pub async fn all<R: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<R>> {
        self.rows(sql.into(), args).await?.iter().map(|row| R::from_row(row).map_err(dialect::error)).collect()
    }

    /// The first row, if there is one.
    pub async fn one<R: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<R>> {
        self.row(sql.into(), args).await?.map(|row| R::from_row(&row).map_err(dialect::error)).transpose()
    }

    /// The first column of the first row, if there is one.
    pub async fn value<C: Column>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<C>> {
        self.row(sql.into(), args).await?.map(|row| row.first().map_err(dialect::error)).transpose()
    }

    /// The number that a `SELECT count(*) …` gives.
    pub async fn count(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        Ok(self.value::<i64>(sql, args).await?.unwrap_or(0).unsigned_abs())
    }

    async fn row(&self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>> {
        let row = match &self.0 {
            Source::Pool(Pool::Sqlite(pool)) => pool.fetch_optional(sqlite(sql, args)).await.map(|row| row.map(Row::Sqlite)),
            Source::Pool(Pool::Postgres(pool)) => pool.fetch_optional(postgres(sql, args)).await.map(|row| row.map(Row::Postgres)),
            Source::Open(open) => match open.lock().await.as_mut() {
                Some(Open::Sqlite(tx)) => (**tx).fetch_optional(sqlite(sql, args)).await.map(|row| row.map(Row::Sqlite)),
                Some(Open::Postgres(tx)) => (**tx).fetch_optional(postgres(sql, args)).await.map(|row| row.map(Row::Postgres)),
                None => return Err(ended()),
            },
        };
        row.map_err(dialect::error)
    }

    async fn rows(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>> {
        let sqlite_rows = |rows: Vec<_>| rows.into_iter().map(Row::Sqlite).collect();
        let postgres_rows = |rows: Vec<_>| rows.into_iter().map(Row::Postgres).collect();
        let rows: Result<Vec<Row>, _> = match &self.0 {
            Source::Pool(Pool::Sqlite(pool)) => pool.fetch_all(sqlite(sql, args)).await.map(sqlite_rows),
            Source::Pool(Pool::Postgres(pool)) => pool.fetch_all(postgres(sql, args)).await.map(postgres_rows),
            Source::Open(open) => match open.lock().await.as_mut() {
                Some(Open::Sqlite(tx)) => (**tx).fetch_all(sqlite(sql, args)).await.map(sqlite_rows),
                Some(Open::Postgres(tx)) => (**tx).fetch_all(postgres(sql, args)).await.map(postgres_rows),
                None => return Err(ended()),
            },
        };
        rows.map_err(dialect::error)
    }
}

/// One transaction. It reads what it wrote; dropped without [`Writer::commit`], nothing of it remains.
pub struct Writer {
    reader: Reader,
    postgres: bool,
}

impl std::ops::Deref for Writer {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Writer {
    /// Runs a statement and tells how many rows it touched.
    pub async fn run(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        let sql = sql.into();
        let Source::Open(open) = &self.reader.0 else { return Err(ended()) };
        let touched = match open.lock().await.as_mut() {
            Some(Open::Sqlite(tx)) => (**tx).execute(sqlite(sql, args)).await.map(|done| done.rows_affected()),
            Some(Open::Postgres(tx)) => (**tx).execute(postgres(sql, args)).await.map(|done| done.rows_affected()),
            None => return Err(ended()),
        };
        touched.map_err(dialect::error)
    }

    /// A clause that exists on PostgreSQL only, such as `FOR UPDATE`: on SQLite the transaction holds the whole database already.
    pub fn locking(&self, sql: &str, clause: &str) -> Sql {
        match self.postgres {
            true => Sql::made(format!("{sql} {clause}")),
            false => Sql::made(sql.to_owned()),
        }
    }

    /// The next number of a kind: never the same twice, also not after what had it is gone.
    pub async fn number(&self, kind: &'static str) -> Result<i64> {
        let sql = "INSERT INTO numbers (kind, last) VALUES ($1, 1) ON CONFLICT (kind) DO UPDATE SET last = numbers.last + 1 RETURNING last";
        self.value(sql, args![kind]).await?.ok_or_else(|| Error::internal("no number"))
    }

    /// Makes it durable and visible.
    pub async fn commit(&self) -> Result<()> {
        let Source::Open(open) = &self.reader.0 else { return Err(ended()) };
        let done = match open.lock().await.take() {
            Some(Open::Sqlite(tx)) => tx.commit().await,
            Some(Open::Postgres(tx)) => tx.commit().await,
            None => return Err(ended()),
        };
        done.map_err(dialect::error)
    }
}

/// A statement's text: a literal of ours, or one put together from literals of ours. Never from input.
pub struct Sql(sqlx::SqlStr);

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self(sqlx::SqlStr::from_static(text))
    }
}

impl Sql {
    /// A statement put together from our own literals. Values always travel as arguments.
    pub fn made(text: String) -> Self {
        use sqlx::SqlSafeStr as _;
        Self(AssertSqlSafe(text).into_sql_str())
    }
}

/// The pattern for `LIKE … ESCAPE '\'` that finds what contains a text, in small letters; `%` and `_` in it stand for themselves.
pub fn containing(text: &str) -> String {
    let escaped = text.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn ended() -> Error {
    Error::internal("the transaction has ended already")
}

fn sqlite(sql: Sql, args: Vec<Value>) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
    args.into_iter().fold(sqlx::query(sql.0), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
        Value::Uuid(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}

fn postgres(sql: Sql, args: Vec<Value>) -> sqlx::query::Query<'static, Postgres, PgArguments> {
    args.into_iter().fold(sqlx::query(sql.0), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
        Value::Uuid(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}
