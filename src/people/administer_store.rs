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
    let sql = "UPDATE people SET username = $2, username_key = $3, name = $4, email = $5, email_key = CASE WHEN email = $5 AND NOT $7 THEN email_key ELSE $6 END, email_verified = $7, \
               administrator = $8, suspended = $9, password_expired = $10, updated_at = $11 WHERE id = $1";
    let Profile { id, username, name, email, email_verified, administrator, suspended, password_expired, .. } = person;
    let keys = (username.to_lowercase(), email.to_lowercase());
    let (flags, names) =
        ((*email_verified, *administrator, *suspended, *password_expired), (username.as_str(), name.as_str(), email.as_str()));
    let values = args![*id, names.0, keys.0, names.1, names.2, keys.1, flags.0, flags.1, flags.2, flags.3, now];
    tx.run(sql, values).await.map(|_| ())
}

/// Ends all links that were mailed.
pub async fn forget_links(tx: &Writer, person: PersonId) -> Result<()> {
    tx.run("DELETE FROM mailed_links WHERE person = $1", args![person]).await.map(|_| ())
}
