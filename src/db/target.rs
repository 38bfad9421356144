//! Which database: the address that Burgee is told.

use std::{path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

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
