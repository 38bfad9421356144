//! The database: SQLite in a file of its own, or PostgreSQL, behind one code path.
//!
//! [`Db`] is a capability. It opens a [`Reader`] that the database itself keeps from writing, and a [`Writer`], which is one transaction. Only
//! `authz` is given a `Db`; a feature gets its reader from a witness and its writer inside `may.change(…)`.
//!
//! SQL is written once, in a feature's `store.rs`, with `$1` placeholders, which both databases understand. `sqlite` and `postgres` ask it,
//! `dialect` holds what else the two do not share. Values are of five kinds (see [`Value`]); ids and times are columns by way of [`column!`],
//! rows are structs by way of [`record!`].

mod dialect;
mod many;
mod migrate;
mod postgres;
mod row;
mod sqlite;
mod target;

use std::borrow::Cow;

use uuid::Uuid;

pub use dialect::RETRY;
pub use postgres::Listener;
use row::First;
pub use row::{Column, Fields, Record, Row, Value};
pub(crate) use row::{args, column, record};
pub use sqlite::{copy, is_in_use};
pub use target::{PostgresServer, Target};

use crate::error::{Error, Result};

/// One database.
#[derive(Clone)]
pub struct Db(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Db {
    /// Connects, brings the schema up to date, and reads back that the database keeps its promises (durability, foreign keys).
    pub async fn open(target: &Target) -> Result<Self> {
        let db = Self(match target {
            Target::Sqlite(path) => Kind::Sqlite(sqlite::Database::open(path)?),
            Target::Postgres(server) => Kind::Postgres(postgres::Database::open(server.options.expose()).await?),
        });
        migrate::run(&db).await?;
        Ok(db)
    }

    /// Reads outside any transaction. The database refuses to write through it.
    pub fn reader(&self) -> Reader {
        Reader(match &self.0 {
            Kind::Sqlite(database) => Source::Sqlite(database.reader()),
            Kind::Postgres(database) => Source::Postgres(database.reader()),
        })
    }

    /// Opens a transaction that may write. On SQLite it holds the write lock from its first statement.
    pub async fn begin(&self) -> Result<Writer> {
        let open = match &self.0 {
            Kind::Sqlite(database) => Source::Sqlite(database.begin().await?),
            Kind::Postgres(database) => Source::Postgres(database.begin().await?),
        };
        Ok(Writer(Reader(open)))
    }

    /// Whether the database answers: for the readiness probe.
    pub async fn ping(&self) -> Result<()> {
        self.reader().value::<i64>("SELECT CAST(1 AS BIGINT)", args![]).await.map(|_| ())
    }

    /// Whether several nodes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Kind::Postgres(_))
    }

    /// Hears what other nodes announce; `None` where there can be no other.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        match &self.0 {
            Kind::Sqlite(_) => Ok(None),
            Kind::Postgres(database) => database.listen().await.map(Some),
        }
    }

    /// Closes all connections, waiting for what is under way.
    pub async fn close(&self) {
        match &self.0 {
            Kind::Sqlite(database) => database.close().await,
            Kind::Postgres(database) => database.close().await,
        }
    }
}

/// Asks the database. Cheap to clone.
#[derive(Clone)]
pub struct Reader(Source);

#[derive(Clone)]
enum Source {
    Sqlite(sqlite::Source),
    Postgres(postgres::Source),
}

impl Reader {
    /// All rows of a query. Queries that may return many rows carry a `LIMIT`.
    pub async fn all<R: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<R>> {
        self.rows(sql.into(), args, usize::MAX).await
    }

    /// The first row, if there is one.
    pub async fn one<R: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<R>> {
        Ok(self.rows(sql.into(), args, 1).await?.pop())
    }

    /// The first column of the first row, if there is one.
    pub async fn value<C: Column>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<C>> {
        Ok(self.one::<First<C>>(sql, args).await?.map(|First(value)| value))
    }

    /// The first column of all rows.
    pub async fn values<C: Column>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<C>> {
        Ok(self.all::<First<C>>(sql, args).await?.into_iter().map(|First(value)| value).collect())
    }

    /// The number that a `SELECT count(*) …` gives.
    pub async fn count(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        Ok(self.value::<i64>(sql, args).await?.unwrap_or(0).unsigned_abs())
    }

    /// The same reader for queries that take longer than a moment, such as a search without an index: nobody else's request waits for them.
    pub fn aside(&self) -> Self {
        Self(match &self.0 {
            Source::Sqlite(source) => Source::Sqlite(source.aside()),
            Source::Postgres(source) => Source::Postgres(source.clone()),
        })
    }

    /// A condition: a column contains a text, letter by letter.
    pub fn contains(&self, column: &str, sought: &str) -> String {
        let function = match &self.0 {
            Source::Sqlite(_) => dialect::SQLITE_FIND,
            Source::Postgres(_) => dialect::POSTGRES_FIND,
        };
        format!("{function}({column}, {sought}) > 0")
    }

    async fn rows<R: Record>(&self, sql: Sql, args: Vec<Value>, most: usize) -> Result<Vec<R>> {
        match &self.0 {
            Source::Sqlite(source) => source.rows(sql, args, most).await,
            Source::Postgres(source) => source.rows(sql, args, most).await,
        }
    }
}

/// How something is held, see [`Writer::queue_for`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nobody else holds it meanwhile.
    Alone,
    /// Others hold it in the same way.
    Together,
}

/// One transaction. It reads what it wrote; dropped without [`Writer::commit`], nothing of it remains.
pub struct Writer(Reader);

impl std::ops::Deref for Writer {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
    }
}

impl Writer {
    /// Runs a statement and tells how many rows it touched.
    pub async fn run(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        match &self.0.0 {
            Source::Sqlite(source) => source.run(&sql.into(), &args),
            Source::Postgres(source) => source.run(sql.into(), args).await,
        }
    }

    /// A clause that exists on PostgreSQL only, such as `FOR UPDATE`: on SQLite the transaction holds the whole database already.
    pub fn locking(&self, sql: &'static str, clause: &str) -> Sql {
        match &self.0.0 {
            Source::Sqlite(_) => sql.into(),
            Source::Postgres(_) => Sql::made(format!("{sql} {clause}")),
        }
    }

    /// Waits in a queue for something until the transaction ends: alone, or together with others that do not need it alone. Nobody who came
    /// later goes first, which row locks do not promise. On SQLite the transaction holds the whole database already, in such a queue.
    pub async fn queue_for(&self, what: Uuid, hold: Hold) -> Result<()> {
        match &self.0.0 {
            Source::Sqlite(_) => Ok(()),
            Source::Postgres(source) => {
                let sql = match hold {
                    Hold::Alone => dialect::ALONE,
                    Hold::Together => dialect::TOGETHER,
                };
                // Two ids with the same second half would only wait for each other without need: the first half of ids holds their time.
                source.run(sql.into(), args![what.as_u64_pair().1.cast_signed()]).await.map(|_| ())
            }
        }
    }

    /// The next number of a kind: never the same twice, also not after what had it is gone.
    pub async fn number(&self, kind: &'static str) -> Result<i64> {
        let sql = "INSERT INTO numbers (kind, last) VALUES ($1, 1) ON CONFLICT (kind) DO UPDATE SET last = numbers.last + 1 RETURNING last";
        self.value(sql, args![kind]).await?.ok_or_else(|| Error::internal("no number"))
    }

    /// Tells the other nodes something, once it is committed. At most 8,000 bytes.
    pub async fn announce(&self, what: &str) -> Result<()> {
        match &self.0.0 {
            Source::Sqlite(_) => Ok(()),
            Source::Postgres(source) => source.announce(what).await,
        }
    }

    /// Makes it durable and visible.
    pub async fn commit(&self) -> Result<()> {
        match &self.0.0 {
            Source::Sqlite(source) => source.commit().await,
            Source::Postgres(source) => source.commit().await,
        }
    }

    /// Runs several statements: a migration.
    async fn script(&self, sql: &'static str) -> Result<()> {
        match &self.0.0 {
            Source::Sqlite(source) => source.script(sql),
            Source::Postgres(source) => source.script(sql).await,
        }
    }
}

/// A statement's text: a literal of ours, or one put together from literals of ours. Never from input.
pub struct Sql(Cow<'static, str>);

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl Sql {
    /// A statement put together from our own literals. Values always travel as arguments.
    pub fn made(text: String) -> Self {
        Self(text.into())
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
