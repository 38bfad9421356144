//! The table of mails.

use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{JobId, MailId},
};

/// The permit of the postman.
pub mod permits {
    use crate::authz::{Platform, permits};
    permits! {
        /// Send what was posted.
        SendMail: SystemPlatform on Platform, system;
    }
}

record! {
    /// A mail in the list that administrators see.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The mail.
        pub id: MailId,
        /// What kind it is.
        pub kind: String,
        /// The mailbox.
        pub recipient: String,
        /// Its subject.
        pub subject: String,
        /// `waiting`, `sent`, `failed` or `not-wanted`.
        pub state: String,
        /// Why the last attempt failed.
        pub error: Option<String>,
        /// How often it was tried.
        pub attempts: i64,
        /// When it was posted.
        pub created_at: Time,
        /// When it was sent.
        pub sent_at: Option<Time>,
        /// The file it went to.
        pub file: Option<String>,
    }
}

const COLUMNS: &str = "id, kind, recipient, subject, state, error, attempts, created_at, sent_at, file";

pub(super) async fn insert(tx: &Writer, id: MailId, kind: &str, to: &str, subject: &str, payload: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO mails (id, kind, recipient, subject, state, attempts, created_at, payload) VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $6)";
    tx.run(sql, args![id, kind, to, subject, now, payload]).await.map(|_| ())
}

pub(super) async fn succeeded(tx: &Writer, id: MailId, attempts: i64, now: Time, file: Option<&str>) -> Result<()> {
    let sql = "UPDATE mails SET state = 'sent', error = NULL, attempts = $2, sent_at = $3, file = $4 WHERE id = $1";
    tx.run(sql, args![id, attempts, now, file.map(str::to_owned)]).await.map(|_| ())
}

pub(super) async fn unwanted(tx: &Writer, id: MailId) -> Result<()> {
    tx.run("UPDATE mails SET state = 'not-wanted', error = NULL WHERE id = $1", args![id]).await.map(|_| ())
}

/// Notes why an attempt failed, and tells who the mail was for.
pub(super) async fn failed(tx: &Writer, id: MailId, attempts: i64, why: &str, last: bool) -> Result<String> {
    let state = if last { "failed" } else { "waiting" };
    tx.run("UPDATE mails SET state = $2, error = $3, attempts = $4 WHERE id = $1", args![id, state, why, attempts]).await?;
    Ok(tx.value("SELECT recipient FROM mails WHERE id = $1", args![id]).await?.unwrap_or_default())
}

/// One mail.
pub async fn find(db: &Reader, id: MailId) -> Result<Option<Listed>> {
    db.one(crate::db::Sql::made(format!("SELECT {COLUMNS} FROM mails WHERE id = $1")), args![id]).await
}

/// The newest mails, before one of them.
pub async fn sent(db: &Reader, before: Option<MailId>, limit: i64) -> Result<Vec<Listed>> {
    let before = before.unwrap_or(MailId(uuid::Uuid::max()));
    let sql = crate::db::Sql::made(format!("SELECT {COLUMNS} FROM mails WHERE id < $1 ORDER BY id DESC LIMIT $2"));
    db.all(sql, args![before, limit]).await
}

/// Puts a mail on its way again, in the transaction of the change that asks for it.
pub async fn repost(tx: &Writer, id: MailId, now: Time) -> Result<()> {
    tx.run("UPDATE mails SET state = 'waiting' WHERE id = $1", args![id]).await?;
    let sql =
        "INSERT INTO jobs (id, kind, payload, created_at, run_at, attempts) SELECT $2, kind, payload, $3, $3, 0 FROM mails WHERE id = $1";
    tx.run(sql, args![id, JobId::new(), now]).await.map(|_| ())
}

/// Gives up all mails that wait, and tells how many: they can be sent again from the list.
pub async fn give_up_waiting(tx: &Writer, why: &str) -> Result<u64> {
    tx.run("DELETE FROM jobs WHERE kind IN (SELECT kind FROM mails WHERE state = 'waiting')", args![]).await?;
    tx.run("UPDATE mails SET state = 'failed', error = $1 WHERE state = 'waiting'", args![why]).await
}
