//! What SQLite and PostgreSQL do not share, apart from how they are reached.
//!
//! Errors: both say the same things in different words. Here they become ours. A unique violation becomes a conflict with the code `taken`:
//! verbs check first to say it at the field, and this catches the race. A lost race between transactions becomes [`RETRY`], on which a change
//! is tried again. A full or read-only disk is [`Error::ReadOnly`].

use rusqlite::ErrorCode;

use crate::error::Error;

/// Two transactions stood in each other's way and this one was undone: it may simply be tried again.
pub const RETRY: Error = Error::Conflict {
    code: "try_again",
    message: std::borrow::Cow::Borrowed("Somebody changed this at the same moment. Please try again."),
};

/// On PostgreSQL, keeps others from doing the same until the transaction ends; `$1` is what. On SQLite, who writes is alone.
pub const ALONE: &str = "SELECT pg_advisory_xact_lock($1)";
/// The same beside others that say this; those who say [`ALONE`] wait for them, and who comes after those waits for those.
pub const TOGETHER: &str = "SELECT pg_advisory_xact_lock_shared($1)";

/// Where in a text another one begins, from 1; 0 if it is not in it.
pub const SQLITE_FIND: &str = "instr";
/// The same on PostgreSQL.
pub const POSTGRES_FIND: &str = "strpos";

/// A migration as PostgreSQL takes it. A table without row ids lies in the order of its key; there that cannot be asked for.
pub fn postgres_script(sql: &str) -> String {
    sql.replace(" WITHOUT ROWID", "")
}

/// What SQLite says, as Burgee says it.
pub fn sqlite(error: rusqlite::Error) -> Error {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    let Some(found) = error.sqlite_error() else { return Error::internal(error) };
    match found.code {
        _ if [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(&found.extended_code) => taken(),
        ErrorCode::DatabaseBusy => RETRY,
        ErrorCode::ReadOnly | ErrorCode::DiskFull => read_only(error),
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => silent(error),
        _ => Error::internal(error),
    }
}

/// What PostgreSQL says, as Burgee says it.
pub fn postgres(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(database) => match database.code().unwrap_or_default().as_ref() {
            _ if database.is_unique_violation() => taken(),
            // Serialization failure, deadlock.
            "40001" | "40P01" => RETRY,
            // What it rests on went away, or what rests on it came, since the verb looked: it looks again.
            _ if database.is_foreign_key_violation() => RETRY,
            // Disk full, read-only transaction on a standby.
            "53100" | "25006" => read_only(error),
            // Shutting down, or not up yet.
            "57P01" | "57P02" | "57P03" => silent(error),
            _ => Error::internal(error),
        },
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => silent(error),
        _ => Error::internal(error),
    }
}

/// The database does not do what it is there for, for a reason outside Burgee.
pub fn silent(why: impl std::fmt::Display) -> Error {
    tracing::error!(error = %why, "the database does not answer");
    Error::Unavailable
}

/// The database takes no changes, for a reason outside Burgee.
fn read_only(why: impl std::fmt::Display) -> Error {
    tracing::error!(error = %why, "the database cannot write");
    Error::ReadOnly
}

fn taken() -> Error {
    Error::conflict("taken", "Somebody else has just taken that name.")
}
