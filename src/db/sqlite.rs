//! SQLite, in a file of its own: connections that read, and one that writes.
//!
//! Readers never wait for the writer (WAL); writers queue for one connection instead of failing; a commit is on the disk before it is
//! acknowledged (`synchronous=FULL`).
//!
//! A query runs where it is asked, on the thread of the request: it takes microseconds, less than handing it to another thread and taking the
//! answer back. What takes longer runs on a thread of its own: reads that say so ([`Source::aside`]), and commits, which wait for the disk.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{
    CachedStatement, Connection, OpenFlags, ToSql,
    config::DbConfig,
    functions::FunctionFlags,
    types::{ToSqlOutput, ValueRef},
};
use tokio::{
    sync::{Mutex as Turns, OwnedMutexGuard, Semaphore},
    task::spawn_blocking,
    time::{sleep, timeout},
};

use super::{
    Sql, dialect, ended,
    row::{Fields, Record, Row, Value, places},
};
use crate::{
    error::{Error, Result},
    files,
};

/// How long a change waits for those before it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it waits for another program that writes, and how often it looks.
const BUSY: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(5);
/// So many connections that read stay open; more are opened while they are needed.
const KEPT: usize = 4;
/// So many long reads run at the same moment.
const ASIDE: usize = 2;
/// More than there are statements in Burgee that are asked again and again.
const STATEMENTS: usize = 256;

/// An open database.
#[derive(Clone)]
pub struct Database {
    readers: Arc<Readers>,
    /// `None` once it is closed.
    writer: Arc<Turns<Option<Connection>>>,
}

impl Database {
    /// Opens a file, or makes it, and reads back that it keeps what it is told.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            files::folder(folder).map_err(|error| Error::internal(format!("cannot make {}: {error}", folder.display())))?;
        }
        // Made before SQLite does it, which would let everybody read it. Where that is impossible, SQLite knows better why.
        let _ = files::file(path, false);
        let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        for (pragma, told, kept) in [("journal_mode", "WAL", "wal"), ("synchronous", "FULL", "2"), ("foreign_keys", "ON", "1")] {
            writer.pragma_update(None, pragma, told).map_err(dialect::sqlite)?;
            let found = writer.pragma_query_value(None, pragma, |row| row.get_ref(0).map(plain)).map_err(dialect::sqlite)?;
            if found != kept {
                return Err(Error::internal(format!(
                    "{pragma} is {found} instead of {kept}: this file system does not keep what it is told"
                )));
            }
        }
        // Another program that writes is waited for in `begin`, where nobody else has to wait too.
        writer.busy_timeout(Duration::ZERO).map_err(dialect::sqlite)?;
        let first = open_reader(path)?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::new(Some(vec![first])), aside: Arc::new(Semaphore::new(ASIDE)) };
        Ok(Self { readers: Arc::new(readers), writer: Arc::new(Turns::new(Some(writer))) })
    }

    /// Reads outside any transaction.
    pub fn reader(&self) -> Source {
        Source::Readers { readers: self.readers.clone(), aside: false }
    }

    /// Waits for its turn and opens a transaction, which holds the write lock from the beginning.
    pub async fn begin(&self) -> Result<Source> {
        let turn = timeout(PATIENCE, self.writer.clone().lock_owned()).await.map_err(|_| dialect::silent("no turn to write"))?;
        let turn = Turn(turn);
        let began = timeout(BUSY, async move {
            while !turn.begin()? {
                sleep(LOOK).await;
            }
            Ok::<_, Error>(turn)
        });
        let turn = began.await.map_err(|_| dialect::silent("another program holds the write lock"))??;
        Ok(Source::Open(Arc::new(Mutex::new(Some(turn)))))
    }

    /// Closes all connections, waiting for the change that is under way. The one that writes comes last: it leaves a single file behind.
    pub async fn close(&self) {
        self.readers.idle().take();
        self.writer.lock().await.take();
    }
}

/// Writes a database as it is at one moment into a file that is empty. Whoever uses it goes on meanwhile.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let connection = connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let to = to.to_str().ok_or_else(|| Error::internal(format!("{} is no text", to.display())))?;
    connection.execute("VACUUM INTO ?1", [to]).map(|_| ()).map_err(dialect::sqlite)
}

/// Whether any program has the database open: one that wants it alone does not get it then.
pub fn is_in_use(path: &Path) -> Result<bool> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(dialect::sqlite)?;
    connection.busy_timeout(Duration::ZERO).map_err(dialect::sqlite)?;
    match connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT") {
        Ok(()) => Ok(false),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(true),
        Err(error) => Err(dialect::sqlite(error)),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.pragma_update(None, "cache_size", -2000)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        // Statements are kept. Without this, one with a `LIMIT` is planned anew whenever it gets its arguments.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        // Its own knows the small letters of ASCII only.
        connection.create_scalar_function("lower", 1, flags, |asked| match asked.get_raw(0) {
            ValueRef::Null => Ok(None),
            value => Ok(Some(text(value).to_lowercase())),
        })?;
        Ok(connection)
    };
    open().map_err(dialect::sqlite)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.pragma_update(None, "query_only", "ON").map_err(dialect::sqlite)?;
    Ok(connection)
}

/// The connections that read. One is taken for a query and put back after it, never kept while something else is waited for: there are only ever
/// as many in use as there are threads.
pub struct Readers {
    path: PathBuf,
    /// `None` once the database is closed.
    idle: Mutex<Option<Vec<Connection>>>,
    aside: Arc<Semaphore>,
}

impl Readers {
    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, ask: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.idle().as_mut().ok_or_else(closed)?.pop();
        let connection = idle.map_or_else(|| open_reader(&self.path), Ok)?;
        let answer = ask(&connection);
        if let Some(idle) = self.idle().as_mut().filter(|idle| idle.len() < KEPT) {
            idle.push(connection);
        }
        answer
    }
}

/// The connection that writes, for as long as a transaction lasts. What is not committed when it ends is undone.
pub struct Turn(OwnedMutexGuard<Option<Connection>>);

impl Turn {
    fn connection(&self) -> Result<&Connection> {
        self.0.as_ref().ok_or_else(closed)
    }

    /// The connection inside its transaction. SQLite itself may have undone it: on a full disk, what came after it would stand alone.
    fn inside(&self) -> Result<&Connection> {
        let connection = self.connection()?;
        if connection.is_autocommit() { Err(ended()) } else { Ok(connection) }
    }

    /// `false` if another program holds the write lock.
    fn begin(&self) -> Result<bool> {
        match self.connection()?.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.raw_execute()) {
            Ok(_) => Ok(true),
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(false),
            Err(error) => Err(dialect::sqlite(error)),
        }
    }

    fn commit(self) -> Result<()> {
        let done = self.inside()?.prepare_cached("COMMIT").and_then(|mut commit| commit.raw_execute());
        done.map(|_| ()).map_err(dialect::sqlite)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Ok(connection) = self.inside()
            && let Err(error) = connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be undone");
        }
    }
}

/// What is asked: any connection that reads, or the one inside a transaction.
#[derive(Clone)]
pub enum Source {
    /// Outside any transaction.
    Readers {
        /// Whom to ask.
        readers: Arc<Readers>,
        /// Whether the answer is expected to take longer than a moment.
        aside: bool,
    },
    /// A transaction; `None` once it has ended.
    Open(Arc<Mutex<Option<Turn>>>),
}

impl Source {
    /// The same for reads that take longer than a moment: they run on threads of their own, a few at a time.
    pub fn aside(&self) -> Self {
        match self {
            Self::Readers { readers, .. } => Self::Readers { readers: readers.clone(), aside: true },
            Self::Open(open) => Self::Open(open.clone()),
        }
    }

    /// The first so many rows of an answer.
    pub async fn rows<R: Record>(&self, sql: Sql, args: Vec<Value>, most: usize) -> Result<Vec<R>> {
        match self {
            Self::Readers { readers, aside: false } => readers.with(|connection| read(connection, &sql, &args, most)),
            Self::Readers { readers, aside: true } => {
                let turn = readers.aside.clone().acquire_owned().await.map_err(Error::internal)?;
                let readers = readers.clone();
                let asked = spawn_blocking(move || {
                    let _turn = turn;
                    readers.with(|connection| read(connection, &sql, &args, most))
                });
                asked.await.map_err(Error::internal)?
            }
            Self::Open(open) => inside(open, |connection| read(connection, &sql, &args, most)),
        }
    }

    /// Runs a statement and tells how many rows it touched.
    pub fn run(&self, sql: &Sql, args: &[Value]) -> Result<u64> {
        let run = |connection: &Connection| Ok(bound(connection, sql, args)?.raw_execute().map_err(dialect::sqlite)? as u64);
        self.open().and_then(|open| inside(open, run))
    }

    /// Runs several statements.
    pub fn script(&self, sql: &str) -> Result<()> {
        self.open().and_then(|open| inside(open, |connection| connection.execute_batch(sql).map_err(dialect::sqlite)))
    }

    /// Makes it durable and visible. Nobody but the one who asked waits for the disk.
    pub async fn commit(&self) -> Result<()> {
        let turn = self.open()?.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(ended)?;
        spawn_blocking(|| turn.commit()).await.map_err(Error::internal)?
    }

    fn open(&self) -> Result<&Mutex<Option<Turn>>> {
        match self {
            Self::Open(open) => Ok(open),
            Self::Readers { .. } => Err(ended()),
        }
    }
}

fn inside<T>(open: &Mutex<Option<Turn>>, ask: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let turn = open.lock().unwrap_or_else(PoisonError::into_inner);
    ask(turn.as_ref().ok_or_else(ended)?.inside()?)
}

fn read<R: Record>(connection: &Connection, sql: &Sql, args: &[Value], most: usize) -> Result<Vec<R>> {
    let mut statement = bound(connection, sql, args)?;
    let count = statement.column_count();
    let places = places(R::COLUMNS, count, |at| statement.column_name(at).unwrap_or_default())?;
    let mut rows = statement.raw_query();
    let mut read = vec![];
    while read.len() < most
        && let Some(row) = rows.next().map_err(dialect::sqlite)?
    {
        read.push(R::read(&mut Fields::new(Row::Sqlite(row), &places))?);
    }
    Ok(read)
}

/// A statement with its arguments. SQLite takes `$1` for a name, so each is bound by what it is called.
fn bound<'a>(connection: &'a Connection, Sql(sql): &Sql, args: &[Value]) -> Result<CachedStatement<'a>> {
    let mut statement = connection.prepare_cached(sql).map_err(dialect::sqlite)?;
    for at in 1..=statement.parameter_count() {
        let number: Option<usize> = statement.parameter_name(at).and_then(|name| name.strip_prefix('$')?.parse().ok());
        let value = number.and_then(|number| args.get(number.wrapping_sub(1)));
        let value = value.ok_or_else(|| Error::internal(format!("a statement without its argument {at}: {sql}")))?;
        statement.raw_bind_parameter(at, value).map_err(dialect::sqlite)?;
    }
    Ok(statement)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Int(value) => value.map(ValueRef::Integer),
            Self::Text(value) => value.as_ref().map(|text| ValueRef::Text(text.as_bytes())),
            Self::Bool(value) => value.map(|value| ValueRef::Integer(value.into())),
            Self::Uuid(value) => value.as_ref().map(|uuid| ValueRef::Blob(uuid.as_bytes())),
            Self::Bytes(value) => value.as_deref().map(ValueRef::Blob),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}

fn text(value: ValueRef<'_>) -> &str {
    value.as_str().unwrap_or_default()
}

/// The value of a pragma, which is a number or a word.
fn plain(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

fn closed() -> Error {
    dialect::silent("it is closed")
}
