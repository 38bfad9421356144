//! The queries about accounts.

use super::{OwnSession, OwnToken, Profile};
use crate::{
    db::{Reader, args},
    error::Result,
    ids::{PersonId, SessionId, TokenId},
};

/// An account.
pub async fn profile(db: &Reader, person: PersonId) -> Result<Option<Profile>> {
    let sql = "SELECT id, username, name, email, email_verified, administrator, suspended, default_team, created_at, updated_at, last_seen_at \
               FROM people WHERE id = $1";
    db.one(sql, args![person]).await
}

pub(super) async fn session(db: &Reader, session: SessionId) -> Result<Option<OwnSession>> {
    let sql = "SELECT id, person, agent, address, created_at, last_seen_at, expires_at FROM sessions WHERE id = $1";
    db.one(sql, args![session]).await
}

pub(super) async fn token(db: &Reader, token: TokenId) -> Result<Option<OwnToken>> {
    let sql = "SELECT id, person, name, read_only, created_at, expires_at, last_used_at FROM tokens WHERE id = $1";
    db.one(sql, args![token]).await
}
