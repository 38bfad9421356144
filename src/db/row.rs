//! What goes into a statement and what comes out: five kinds of values, columns, and rows as structs.

use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

/// A value that both databases store the same way. `None` is `NULL`.
#[derive(Clone, Debug)]
pub enum Value {
    /// `bigint`: numbers, and times in milliseconds.
    Int(Option<i64>),
    /// `text`.
    Text(Option<String>),
    /// `boolean`.
    Bool(Option<bool>),
    /// `uuid`.
    Uuid(Option<Uuid>),
    /// `bytea`: hashes.
    Bytes(Option<Vec<u8>>),
}

/// One row of an answer.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column, by its name or its position.
    fn read<I>(row: &Row, at: I) -> Result<Self, sqlx::Error>
    where
        I: sqlx::ColumnIndex<SqliteRow> + sqlx::ColumnIndex<PgRow>;
}

/// A struct that a row can be read as; made by [`record!`].
pub trait Record: Sized {
    /// Reads every field from the column of its name.
    fn from_row(row: &Row) -> Result<Self, sqlx::Error>;
}

impl Row {
    /// The column of that name.
    pub fn get<C: Column>(&self, name: &str) -> Result<C, sqlx::Error> {
        C::read(self, name)
    }

    /// The first column.
    pub fn first<C: Column>(&self) -> Result<C, sqlx::Error> {
        C::read(self, 0_usize)
    }
}

macro_rules! plain {
    ($($kind:ident($plain:ty)),*) => {$(
        impl Column for $plain {
            fn read<I>(row: &Row, at: I) -> Result<Self, sqlx::Error>
            where
                I: sqlx::ColumnIndex<SqliteRow> + sqlx::ColumnIndex<PgRow>,
            {
                match row {
                    Row::Sqlite(row) => row.try_get(at),
                    Row::Postgres(row) => row.try_get(at),
                }
            }
        }
        impl Column for Option<$plain> {
            fn read<I>(row: &Row, at: I) -> Result<Self, sqlx::Error>
            where
                I: sqlx::ColumnIndex<SqliteRow> + sqlx::ColumnIndex<PgRow>,
            {
                match row {
                    Row::Sqlite(row) => row.try_get(at),
                    Row::Postgres(row) => row.try_get(at),
                }
            }
        }
        impl From<$plain> for Value {
            fn from(value: $plain) -> Self {
                Self::$kind(Some(value))
            }
        }
        impl From<Option<$plain>> for Value {
            fn from(value: Option<$plain>) -> Self {
                Self::$kind(value)
            }
        }
    )*};
}

plain!(Int(i64), Text(String), Bool(bool), Uuid(Uuid), Bytes(Vec<u8>));

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

/// Arguments of a statement, in the order of `$1, $2, …`.
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::db::Value::from($value)),*]
    };
}

/// Makes a type a column: how it is stored, how it is read back.
macro_rules! column {
    ($name:ty as $plain:ty: $to:expr, $from:expr) => {
        impl From<$name> for $crate::db::Value {
            fn from(value: $name) -> Self {
                let to: fn($name) -> $plain = $to;
                to(value).into()
            }
        }
        impl From<Option<$name>> for $crate::db::Value {
            fn from(value: Option<$name>) -> Self {
                let to: fn($name) -> $plain = $to;
                value.map(to).into()
            }
        }
        impl $crate::db::Column for $name {
            fn read<I>(row: &$crate::db::Row, at: I) -> Result<Self, sqlx::Error>
            where
                I: sqlx::ColumnIndex<sqlx::sqlite::SqliteRow> + sqlx::ColumnIndex<sqlx::postgres::PgRow>,
            {
                let from: fn($plain) -> Option<$name> = $from;
                let plain = <$plain as $crate::db::Column>::read(row, at)?;
                from(plain).ok_or_else(|| sqlx::Error::Decode(concat!("not a ", stringify!($name)).into()))
            }
        }
        impl $crate::db::Column for Option<$name> {
            fn read<I>(row: &$crate::db::Row, at: I) -> Result<Self, sqlx::Error>
            where
                I: sqlx::ColumnIndex<sqlx::sqlite::SqliteRow> + sqlx::ColumnIndex<sqlx::postgres::PgRow>,
            {
                let from: fn($plain) -> Option<$name> = $from;
                Ok(<Option<$plain> as $crate::db::Column>::read(row, at)?.and_then(from))
            }
        }
    };
}

/// Declares a struct that is read from a row, each field from the column of its name.
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$doc:meta])* $fvis:vis $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$doc])* $fvis $field: $type),* }

        impl $crate::db::Record for $name {
            fn from_row(row: &$crate::db::Row) -> Result<Self, sqlx::Error> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    };
}

pub(crate) use {args, column, record};
