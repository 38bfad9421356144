//! Every difference between SQLite and PostgreSQL that is not a matter of connecting.
//!
//! Errors: both say the same things in different words. Here they become ours.

use crate::error::Error;

/// What a database says, as Burgee says it.
///
/// A unique violation becomes a conflict with the code `taken`: verbs check first to say it at the field, and this catches the race. A lost
/// race between transactions becomes [`RETRY`], on which a change is tried again. A full or read-only disk is [`Error::Unavailable`].
pub fn error(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            match code.as_ref() {
                _ if database.is_unique_violation() => Error::conflict("taken", "Somebody else has just taken that name."),
                // What it rests on went away, or what rests on it came, since the verb looked: it looks again.
                _ if database.is_foreign_key_violation() => RETRY,
                // PostgreSQL: serialization failure, deadlock. SQLite: busy.
                "40001" | "40P01" | "5" | "517" => RETRY,
                // PostgreSQL: disk full, read-only transaction on a standby, shutting down. SQLite: read-only, I/O, full, cannot open.
                "53100" | "25006" | "57P01" | "57P02" | "57P03" | "8" | "10" | "13" | "14" => unavailable(&error),
                // SQLite's extended codes of the same.
                "1032" | "1288" | "1544" | "778" | "1034" | "4106" => unavailable(&error),
                _ => Error::internal(error),
            }
        }
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => unavailable(&error),
        _ => Error::internal(error),
    }
}

/// Two transactions stood in each other's way and this one was undone: it may simply be tried again.
pub const RETRY: Error = Error::Conflict {
    code: "try_again",
    message: std::borrow::Cow::Borrowed("Somebody changed this at the same moment. Please try again."),
};

fn unavailable(error: &sqlx::Error) -> Error {
    tracing::error!(%error, "the database does not answer");
    Error::Unavailable
}
