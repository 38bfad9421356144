//! From a request's headers to the person who sent it.

use axum::http::HeaderMap;

use super::{
    Actor, Credential, Seen, session,
    store::{self, Found},
};
use crate::{
    clock::Time,
    db::Reader,
    error::Result,
    ids::{SessionId, TokenId},
};

/// Who sent a request: by its bearer token if it has one, else by its session cookie. Suspended people are nobody.
pub async fn identify(db: &Reader, headers: &HeaderMap, https: bool, now: Time, seen: &Seen) -> Result<Option<Actor>> {
    let bearer =
        headers.get("authorization").map(|value| value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default());
    let (found, by_token) = match (bearer, session::read_cookie(headers, session::cookie_name(https))) {
        (Some(token), _) => (store::by_token(db, token.trim(), now).await?, true),
        (None, Some(cookie)) => (store::by_session(db, cookie, now).await?, false),
        (None, None) => return Ok(None),
    };
    let Some(Found {
        credential: id,
        label,
        read_only,
        since,
        last,
        person,
        username,
        name,
        email,
        email_verified,
        administrator,
        default_team,
    }) = found
    else {
        return Ok(None);
    };
    if last.is_none_or(|last| now.since(last) >= session::SEEN_EVERY) {
        seen.note(id, person, now);
    }
    let credential = match by_token {
        true => Credential::Token { id: TokenId(id), name: label, read_only },
        false => Credential::Session { id: SessionId(id), agent: label, since },
    };
    Ok(Some(Actor { person, username, name, email, verified: email_verified, administrator, default_team, credential }))
}
