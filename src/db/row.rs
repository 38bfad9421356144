//! What goes into a statement and what comes out: five kinds of values, columns, and rows as structs.

use rusqlite::types::ValueRef;
use sqlx::{Row as _, ValueRef as _, postgres::PgRow};
use uuid::Uuid;

use super::dialect;
use crate::error::{Error, Result};

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
#[derive(Clone, Copy)]
pub enum Row<'a> {
    /// From SQLite, where it still is.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Postgres(&'a PgRow),
}

/// A type that a column can be read as.
pub trait Column: Sized + Send + 'static {
    /// Reads the column at a position.
    fn read(row: Row<'_>, at: usize) -> Result<Self>;
}

/// A struct that a row can be read as; made by [`record!`].
pub trait Record: Sized + Send + 'static {
    /// The columns that it is read from.
    const COLUMNS: &'static [&'static str];
    /// Reads its fields, in the order of its columns.
    fn read(fields: &mut Fields<'_>) -> Result<Self>;
}

/// The fields of a row, in the order of a record's columns.
pub struct Fields<'a> {
    row: Row<'a>,
    places: std::slice::Iter<'a, usize>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(row: Row<'a>, places: &'a [usize]) -> Self {
        Self { row, places: places.iter() }
    }

    /// The next one.
    pub fn take<C: Column>(&mut self) -> Result<C> {
        let at = self.places.next().ok_or_else(|| Error::internal("a record has more fields than columns"))?;
        C::read(self.row, *at)
    }
}

/// Where a record's columns stand in an answer: mostly in the same order.
pub(super) fn places<'a>(columns: &[&str], count: usize, name: impl Fn(usize) -> &'a str) -> Result<Vec<usize>> {
    let place = |(at, column): (usize, &&str)| {
        let found = std::iter::once(at).chain(0..count).find(|at| *at < count && name(*at) == *column);
        found.ok_or_else(|| Error::internal(format!("the answer has no column {column}")))
    };
    columns.iter().enumerate().map(place).collect()
}

/// A row of which only the first column is asked for.
pub(super) struct First<C>(pub C);

impl<C: Column> Record for First<C> {
    const COLUMNS: &'static [&'static str] = &[];
    fn read(fields: &mut Fields<'_>) -> Result<Self> {
        C::read(fields.row, 0).map(Self)
    }
}

macro_rules! plain {
    ($($kind:ident($plain:ty): $sqlite:expr),* $(,)?) => {$(
        impl Column for $plain {
            fn read(row: Row<'_>, at: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => {
                        let from: fn(ValueRef<'_>) -> Option<$plain> = $sqlite;
                        let value = row.get_ref(at).map_err(dialect::sqlite)?;
                        from(value).ok_or_else(|| Error::internal(format!("{value:?} is not {}", stringify!($plain))))
                    }
                    Row::Postgres(row) => row.try_get(at).map_err(dialect::postgres),
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

plain! {
    Int(i64): |value| value.as_i64().ok(),
    Text(String): |value| value.as_str().ok().map(str::to_owned),
    Bool(bool): |value| value.as_i64().ok().map(|number| number != 0),
    Uuid(Uuid): |value| Uuid::from_slice(value.as_blob().ok()?).ok(),
    Bytes(Vec<u8>): |value| value.as_blob().ok().map(<[u8]>::to_vec),
}

impl<C: Column> Column for Option<C> {
    fn read(row: Row<'_>, at: usize) -> Result<Self> {
        let null = match row {
            Row::Sqlite(row) => row.get_ref(at).map_err(dialect::sqlite)? == ValueRef::Null,
            Row::Postgres(row) => row.try_get_raw(at).map_err(dialect::postgres)?.is_null(),
        };
        if null { Ok(None) } else { C::read(row, at).map(Some) }
    }
}

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
            fn read(row: $crate::db::Row<'_>, at: usize) -> $crate::error::Result<Self> {
                let from: fn($plain) -> Option<$name> = $from;
                let plain = <$plain as $crate::db::Column>::read(row, at)?;
                from(plain).ok_or_else(|| $crate::error::Error::internal(concat!("not a ", stringify!($name))))
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
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
            fn read(fields: &mut $crate::db::Fields<'_>) -> $crate::error::Result<Self> {
                Ok(Self { $($field: fields.take()?),* })
            }
        }
    };
}

pub(crate) use {args, column, record};
