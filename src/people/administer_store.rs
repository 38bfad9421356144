//! The queries behind what administrators do about accounts.

use super::Profile;
use crate::{
    authz::GrantWriter,
    clock::Time,
    db::{Writer, args},
    error::Result,
    ids::PersonId,
};

/// Everything that an administrator may change of an account.
pub async fn update(tx: &GrantWriter<'_>, person: &Profile, now: Time) -> Result<()> {
    let sql = "UPDATE people SET username = $2, username_key = $3, name = $4, email = $5, email_key = $6, email_verified = $7, \
               administrator = $8, suspended = $9, updated_at = $10 WHERE id = $1";
    let Profile { id, username, name, email, email_verified, administrator, suspended, .. } = person;
    let keys = (username.to_lowercase(), email.to_lowercase());
    let values =
        args![*id, username.as_str(), keys.0, name.as_str(), email.as_str(), keys.1, *email_verified, *administrator, *suspended, now];
    tx.run(sql, values).await.map(|_| ())
}

/// Ends all links that were mailed.
pub async fn forget_links(tx: &Writer, person: PersonId) -> Result<()> {
    tx.run("DELETE FROM mailed_links WHERE person = $1", args![person]).await.map(|_| ())
}
