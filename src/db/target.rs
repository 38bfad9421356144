//! Which database: the address in the setting `database-url`.

use std::{path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;
use url::Url;

use crate::redacted::Redacted;

/// Which database, as read from `sqlite://PATH` or `postgres://…`.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file that is made if it does not exist.
    Sqlite(PathBuf),
    /// A server.
    Postgres(PostgresServer),
}

/// A PostgreSQL server.
#[derive(Clone, Debug)]
pub struct PostgresServer {
    /// Everything that is needed to reach it, the password included.
    pub options: Redacted<Box<PgConnectOptions>>,
    /// Its address as it may be shown: PostgreSQL's own programs ask for the password, or take it from where they look.
    pub shown: String,
}

impl FromStr for Target {
    type Err = String;

    /// The error never repeats the text, which may contain a password.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SERVER: &str = "must be an address such as postgres://USER:PASSWORD@HOST/NAME, \
                              with @ : / ? # % in a user name or password written as %40 %3A %2F %3F %23 %25";
        // The rest is a path of the file system, which is no part of an address: it may contain spaces or begin with a dot.
        if let Some(path) = text.strip_prefix("sqlite://") {
            return match path {
                "" | ":memory:" => Err("needs a file, for example sqlite:///var/lib/burgee/burgee.db".into()),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        let url = Url::parse(text).map_err(|_| format!("must begin with sqlite://, or {SERVER}"))?;
        match url.scheme() {
            "postgres" | "postgresql" => match PgConnectOptions::from_str(text) {
                Ok(options) => {
                    Ok(Self::Postgres(PostgresServer { options: Box::new(options).into(), shown: without_password(url).ok_or(SERVER)? }))
                }
                Err(_) => Err(SERVER.into()),
            },
            _ => Err("must begin with sqlite:// or postgres://".into()),
        }
    }
}

/// An address without its password, wherever that stands.
fn without_password(mut url: Url) -> Option<String> {
    if url.password().is_some() {
        url.set_password(None).ok()?;
    }
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| name != "password").map(|(name, value)| (name.into(), value.into())).collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_and_no_debugging_output_contains_the_password() {
        for wrong in [
            "postgres://kim:hunter2@db.example:port/burgee",
            "postgres://kim:hun/hunter2@db.example/burgee",
            "postgres://kim@db.example/burgee?sslmode=hunter2",
            "mysql://kim:hunter2@db.example/burgee",
            "kim:hunter2@db.example",
        ] {
            let why = Target::from_str(wrong).unwrap_err();
            assert!(!why.contains("hunter2"), "{wrong}: {why}");
        }
        let right = Target::from_str("postgres://kim:hunter2@db.example/burgee").unwrap();
        assert!(!format!("{right:?}").contains("hunter2"), "{right:?}");
        for (url, shown) in [
            ("postgres://burgee:secret@db.example/burgee", "postgres://burgee@db.example/burgee"),
            ("postgres://burgee@db.example/burgee?password=secret&sslmode=require", "postgres://burgee@db.example/burgee?sslmode=require"),
            ("postgres://db.example/burgee", "postgres://db.example/burgee"),
        ] {
            let Ok(Target::Postgres(server)) = Target::from_str(url) else { panic!("{url}") };
            assert_eq!(server.shown, shown);
        }
    }
}
