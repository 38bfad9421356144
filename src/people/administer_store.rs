//! The queries behind what administrators do about accounts.

use super::Profile;
use crate::{
    authz::GrantWriter,
    clock::Time,
    db::{Reader, Writer, args},
    error::Result,
    ids::PersonId,
};

/// Whether somebody else runs the instance who can sign in.
pub async fn other_administrator(db: &Reader, than: PersonId) -> Result<bool> {
    let sql = "SELECT id FROM people WHERE administrator AND NOT suspended AND id <> $1 LIMIT 1";
    Ok(db.value::<PersonId>(sql, args![than]).await?.is_some())
}

/// Whether somebody else has the user name.
pub async fn username_taken(db: &Reader, username: &str, except: PersonId) -> Result<bool> {
    let sql = "SELECT id FROM people WHERE username_key = $1 AND id <> $2";
    Ok(db.value::<PersonId>(sql, args![username.to_lowercase(), except]).await?.is_some())
}

/// Whether somebody else has the address.
pub async fn email_taken(db: &Reader, email: &str, except: PersonId) -> Result<bool> {
    let sql = "SELECT id FROM people WHERE email_key = $1 AND id <> $2";
    Ok(db.value::<PersonId>(sql, args![email.to_lowercase(), except]).await?.is_some())
}

/// Everything that an administrator may change of an account.
pub async fn update(tx: &GrantWriter<'_>, person: &Profile, now: Time) -> Result<()> {
    let sql = "UPDATE people SET username = $2, username_key = $3, name = $4, email = $5, email_key = $6, email_verified = $7, \
               administrator = $8, suspended = $9, updated_at = $10 WHERE id = $1";
    let Profile {
        id,
        username,
        name,
        email,
        email_verified,
        administrator,
        suspended,
        ..
    } = person;
    let keys = (username.to_lowercase(), email.to_lowercase());
    let values = args![
        *id,
        username.as_str(),
        keys.0,
        name.as_str(),
        email.as_str(),
        keys.1,
        *email_verified,
        *administrator,
        *suspended,
        now
    ];
    tx.run(sql, values).await.map(|_| ())
}

/// Ends all sessions, and tells how many there were.
pub async fn end_sessions(tx: &Writer, person: PersonId) -> Result<u64> {
    tx.run("DELETE FROM sessions WHERE person = $1", args![person]).await
}

/// Ends all links that were mailed.
pub async fn forget_links(tx: &Writer, person: PersonId) -> Result<()> {
    tx.run("DELETE FROM mailed_links WHERE person = $1", args![person])
        .await
        .map(|_| ())
}
