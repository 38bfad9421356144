//! PostgreSQL, which several nodes may share: a pool that the server keeps from writing, and one that writes.

use std::sync::Arc;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor, PgPool, Postgres, Row as _, SqlSafeStr as _, SqlStr, Transaction,
    postgres::{PgArguments, PgConnectOptions, PgListener, PgPoolOptions, PgRow},
    query::Query,
};
use tokio::sync::Mutex;

use super::{
    Sql, dialect, ended,
    row::{Fields, Record, Row, Value, places},
};
use crate::error::Result;

/// Both pools of one database.
#[derive(Clone)]
pub struct Database {
    read: PgPool,
    write: PgPool,
}

impl Database {
    /// Connects.
    pub async fn open(options: &PgConnectOptions) -> Result<Self> {
        let options = options.clone().disable_statement_logging();
        let pool = |read_only: &'static str| {
            let options = options.clone().options([("default_transaction_read_only", read_only)]);
            PgPoolOptions::new().max_connections(12).test_before_acquire(false).connect_with(options)
        };
        Ok(Self { read: pool("on").await.map_err(dialect::postgres)?, write: pool("off").await.map_err(dialect::postgres)? })
    }

    /// Reads outside any transaction.
    pub fn reader(&self) -> Source {
        Source::Pool(self.read.clone())
    }

    /// Opens a transaction.
    pub async fn begin(&self) -> Result<Source> {
        let transaction = self.write.begin().await.map_err(dialect::postgres)?;
        Ok(Source::Open(Arc::new(Mutex::new(Some(transaction)))))
    }

    /// Hears what is announced from now on.
    pub async fn listen(&self) -> Result<Listener> {
        let mut listener = PgListener::connect_with(&self.read).await.map_err(dialect::postgres)?;
        listener.listen(CHANNEL).await.map_err(dialect::postgres)?;
        Ok(Listener(listener))
    }

    /// Closes both pools, waiting for what is under way.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Where nodes that share a database hear each other.
const CHANNEL: &str = "burgee";

/// Hears what other nodes announce.
pub struct Listener(PgListener);

impl Listener {
    /// The next announcement. `None`: the connection was lost, is back, and something may have been missed.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let heard = self.0.try_recv().await.map_err(dialect::postgres)?;
        Ok(heard.map(|announcement| announcement.payload().to_owned()))
    }
}

/// What is asked: the pool, or a transaction.
#[derive(Clone)]
pub enum Source {
    /// Outside any transaction.
    Pool(PgPool),
    /// A transaction; `None` once it has ended.
    Open(Arc<Mutex<Option<Transaction<'static, Postgres>>>>),
}

impl Source {
    /// The rows of an answer, or the first of them.
    pub async fn rows<R: Record>(&self, sql: Sql, args: Vec<Value>, most: usize) -> Result<Vec<R>> {
        let query = bound(sql, args);
        let rows = match self {
            Self::Pool(pool) => fetch(pool, query, most).await?,
            Self::Open(open) => fetch(&mut **open.lock().await.as_mut().ok_or_else(ended)?, query, most).await?,
        };
        let Some(first) = rows.first() else { return Ok(vec![]) };
        let places = places(R::COLUMNS, first.len(), |at| sqlx::Column::name(first.column(at)))?;
        rows.iter().map(|row| R::read(&mut Fields::new(Row::Postgres(row), &places))).collect()
    }

    /// Runs a statement and tells how many rows it touched.
    pub async fn run(&self, sql: Sql, args: Vec<Value>) -> Result<u64> {
        let Self::Open(open) = self else { return Err(ended()) };
        let mut open = open.lock().await;
        let done = (**open.as_mut().ok_or_else(ended)?).execute(bound(sql, args)).await;
        done.map(|done| done.rows_affected()).map_err(dialect::postgres)
    }

    /// Tells the other nodes something, once it is committed.
    pub async fn announce(&self, what: &str) -> Result<()> {
        let sql = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(what.to_owned());
        let Self::Open(open) = self else { return Err(ended()) };
        let mut open = open.lock().await;
        (**open.as_mut().ok_or_else(ended)?).execute(sql).await.map(|_| ()).map_err(dialect::postgres)
    }

    /// Runs several statements.
    pub async fn script(&self, sql: &'static str) -> Result<()> {
        let Self::Open(open) = self else { return Err(ended()) };
        let mut open = open.lock().await;
        let done = (**open.as_mut().ok_or_else(ended)?).execute(sqlx::raw_sql(AssertSqlSafe(dialect::postgres_script(sql)))).await;
        done.map(|_| ()).map_err(dialect::postgres)
    }

    /// Makes it durable and visible.
    pub async fn commit(&self) -> Result<()> {
        let Self::Open(open) = self else { return Err(ended()) };
        let transaction = open.lock().await.take().ok_or_else(ended)?;
        transaction.commit().await.map_err(dialect::postgres)
    }
}

async fn fetch<'e>(
    from: impl Executor<'e, Database = Postgres>,
    query: Query<'static, Postgres, PgArguments>,
    most: usize,
) -> Result<Vec<PgRow>> {
    let rows = match most {
        1 => from.fetch_optional(query).await.map(|row| row.into_iter().collect()),
        _ => from.fetch_all(query).await,
    };
    rows.map_err(dialect::postgres)
}

fn bound(Sql(sql): Sql, args: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    let sql = match sql {
        std::borrow::Cow::Borrowed(text) => SqlStr::from_static(text),
        std::borrow::Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
    };
    args.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
        Value::Uuid(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}
