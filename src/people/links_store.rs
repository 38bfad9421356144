//! Links that mails carry, and the one that the server prints before anybody has an account. Of each, only the hash of its secret is kept.

use crate::{
    authn::secret,
    clock::{DAY, HOUR, Time},
    db::{Reader, Writer, args, record},
    error::Result,
    ids::PersonId,
    platform,
};

/// What a mailed link is for. Somebody has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Proves the address of the account.
    Verify,
    /// Proves an address that will take its place.
    NewEmail,
    /// Sets a new password.
    Reset,
}

impl Link {
    fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::NewEmail => "email",
            Self::Reset => "reset",
        }
    }

    /// How long it is valid.
    pub fn lasts(self) -> i64 {
        match self {
            Self::Verify | Self::NewEmail => 48 * HOUR,
            Self::Reset => DAY,
        }
    }
}

record! {
    /// A link that was made.
    #[derive(Clone, Debug)]
    pub struct Made {
        /// Whose it is.
        pub person: PersonId,
        /// The mailbox that it was sent to.
        pub email: String,
    }
}

/// The link with that secret, while it is valid.
pub async fn find(db: &Reader, kind: Link, token: &str, now: Time) -> Result<Option<Made>> {
    let sql = "SELECT person, email FROM mailed_links WHERE hash = $1 AND kind = $2 AND expires_at > $3";
    db.one(sql, args![secret::hash(token), kind.name(), now]).await
}

/// The mailbox of somebody's link of a kind, while it is valid.
pub async fn waiting(db: &Reader, kind: Link, person: PersonId, now: Time) -> Result<Option<String>> {
    let sql = "SELECT email FROM mailed_links WHERE person = $1 AND kind = $2 AND expires_at > $3";
    db.value(sql, args![person, kind.name(), now]).await
}

/// Keeps a link; one of the same kind that was made before ends.
pub async fn keep(tx: &Writer, kind: Link, made: &Made, hash: Vec<u8>, now: Time) -> Result<()> {
    forget(tx, kind, made.person).await?;
    let sql = "INSERT INTO mailed_links (hash, kind, person, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(sql, args![hash, kind.name(), made.person, made.email.as_str(), now, now.plus(kind.lasts())]).await.map(|_| ())
}

/// Uses a link up; `false` if it was used or ended before.
pub async fn spend(tx: &Writer, kind: Link, token: &str, now: Time) -> Result<bool> {
    let sql = "DELETE FROM mailed_links WHERE hash = $1 AND kind = $2 AND expires_at > $3";
    Ok(tx.run(sql, args![secret::hash(token), kind.name(), now]).await? == 1)
}

/// Ends somebody's link of a kind.
pub async fn forget(tx: &Writer, kind: Link, person: PersonId) -> Result<()> {
    tx.run("DELETE FROM mailed_links WHERE person = $1 AND kind = $2", args![person, kind.name()]).await.map(|_| ())
}

/// Where the hash of the set-up link stands.
const SET_UP: &str = "setup:hash";

fn hex(token: &str) -> String {
    secret::hash(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether this is the secret of the set-up link.
pub async fn opens_set_up(db: &Reader, token: &str) -> Result<bool> {
    let kept: Option<String> = db.value("SELECT value FROM settings WHERE name = $1", args![SET_UP]).await?;
    Ok(kept.is_some_and(|kept| kept == hex(token)))
}

/// Keeps the set-up link; the one before ends.
pub async fn keep_set_up(tx: &Writer, token: &str) -> Result<()> {
    platform::save(tx, SET_UP, &platform::Value::Text(hex(token))).await
}

/// Ends the set-up link.
pub async fn forget_set_up(tx: &Writer) -> Result<()> {
    tx.run("DELETE FROM settings WHERE name = $1", args![SET_UP]).await.map(|_| ())
}
