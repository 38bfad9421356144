//! The queries behind [`identify`]: one per request, by an index.

use std::{collections::HashMap, sync::Mutex};

use axum::http::HeaderMap;
use uuid::Uuid;

use super::{Actor, Credential, secret, session};
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{PersonId, SessionId, TeamId, TokenId},
};

record! {
    struct Found {
        credential: Uuid,
        label: String,
        read_only: bool,
        since: Time,
        last: Option<Time>,
        person: PersonId,
        username: String,
        name: String,
        email: String,
        email_verified: bool,
        administrator: bool,
        default_team: Option<TeamId>,
    }
}

/// Who sent a request: by its bearer token if it has one, else by its session cookie. Suspended people are nobody.
pub async fn identify(db: &Reader, headers: &HeaderMap, https: bool, now: Time, seen: &Seen) -> Result<Option<Actor>> {
    let bearer = headers.get("authorization").map(|value| value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default());
    let found: Option<Found> = match bearer {
        Some(token) => {
            let sql = "SELECT t.id AS credential, t.name AS label, t.read_only, t.created_at AS since, t.last_used_at AS last, p.id AS person, \
                       p.username, p.name, p.email, p.email_verified, p.administrator, p.default_team \
                       FROM tokens t JOIN people p ON p.id = t.person WHERE t.hash = $1 AND t.expires_at > $2 AND NOT p.suspended";
            db.one(sql, args![secret::hash(token.trim()), now]).await?
        }
        None => {
            let Some(cookie) = session::read_cookie(headers, session::cookie_name(https)) else { return Ok(None) };
            let sql = "SELECT s.id AS credential, s.agent AS label, FALSE AS read_only, s.created_at AS since, s.last_seen_at AS last, p.id AS person, \
                       p.username, p.name, p.email, p.email_verified, p.administrator, p.default_team \
                       FROM sessions s JOIN people p ON p.id = s.person \
                       WHERE s.hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND NOT p.suspended";
            db.one(sql, args![secret::hash(cookie), now, now.plus(-session::IDLE)]).await?
        }
    };
    let Some(found) = found else { return Ok(None) };
    let credential = match bearer {
        Some(_) => Credential::Token { id: TokenId(found.credential), name: found.label, read_only: found.read_only },
        None => Credential::Session { id: SessionId(found.credential), agent: found.label, since: found.since },
    };
    if found.last.is_none_or(|last| now.since(last) >= session::SEEN_EVERY) {
        seen.note(found.credential, found.person, now);
    }
    let Found { person, username, name, email, email_verified, administrator, default_team, .. } = found;
    Ok(Some(Actor { person, username, name, email, verified: email_verified, administrator, default_team, credential }))
}

/// Who was seen when: gathered in memory and written now and then, never a write per request.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<Uuid, (PersonId, Time)>>);

impl Seen {
    fn note(&self, credential: Uuid, person: PersonId, now: Time) {
        if let Ok(mut seen) = self.0.lock() {
            seen.insert(credential, (person, now));
        }
    }

    /// Takes what has gathered since the last time.
    pub fn take(&self) -> HashMap<Uuid, (PersonId, Time)> {
        self.0.lock().map(|mut seen| std::mem::take(&mut *seen)).unwrap_or_default()
    }

    /// Writes what was taken.
    pub async fn write(tx: &Writer, seen: HashMap<Uuid, (PersonId, Time)>) -> Result<()> {
        for (credential, (person, at)) in seen {
            tx.run("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", args![credential, at]).await?;
            tx.run("UPDATE tokens SET last_used_at = $2 WHERE id = $1", args![credential, at]).await?;
            tx.run("UPDATE people SET last_seen_at = $2 WHERE id = $1", args![person, at]).await?;
        }
        Ok(())
    }
}
