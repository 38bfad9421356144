//! The queries that let somebody in: one per request, by an index; and when they were last seen.

use std::{collections::HashMap, net::IpAddr, sync::Mutex};

use uuid::Uuid;

use super::{Actor, Credential, secret, session};
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{PersonId, TeamId},
};

record! {
    /// A credential and its person.
    pub struct Found {
        pub credential: Uuid,
        pub label: String,
        pub read_only: bool,
        pub since: Time,
        pub last: Option<Time>,
        pub last_address: Option<String>,
        pub person: PersonId,
        pub username: String,
        pub name: String,
        pub email: String,
        pub email_verified: bool,
        pub password_expired: bool,
        pub administrator: bool,
        pub default_team: Option<TeamId>,
    }
}

/// Whose token this is, if it has not ended and they are not suspended.
pub(super) async fn by_token(db: &Reader, token: &str, now: Time) -> Result<Option<Found>> {
    let sql = "SELECT t.id AS credential, t.name AS label, t.read_only, t.created_at AS since, t.last_used_at AS last, t.last_used_address AS last_address, p.id AS person, \
               p.username, p.name, p.email, p.email_verified, p.password_expired, p.administrator, p.default_team \
               FROM credentials t JOIN people p ON p.id = t.person \
               WHERE t.hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) AND NOT p.suspended";
    db.one(sql, args![secret::hash(token), now]).await
}

/// Whose session this is, if it has not ended and they are not suspended.
pub(super) async fn by_session(db: &Reader, cookie: &str, now: Time) -> Result<Option<Found>> {
    let sql = "SELECT s.id AS credential, s.agent AS label, FALSE AS read_only, s.created_at AS since, s.last_seen_at AS last, s.address AS last_address, p.id AS person, \
               p.username, p.name, p.email, p.email_verified, p.password_expired, p.administrator, p.default_team \
               FROM sessions s JOIN people p ON p.id = s.person \
               WHERE s.hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND NOT p.suspended";
    db.one(sql, args![secret::hash(cookie), now, now.plus(-session::IDLE)]).await
}

/// Whether what let the actor in still exists: a session that was ended a moment ago does nothing more.
pub async fn is_alive(db: &Reader, actor: &Actor, now: Time) -> Result<bool> {
    let alive = match &actor.credential {
        Credential::Session { id, .. } => {
            db.count("SELECT count(*) FROM sessions WHERE id = $1 AND expires_at > $2", args![*id, now]).await?
        }
        Credential::Token { id, .. } => {
            let sql = "SELECT count(*) FROM credentials WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)";
            db.count(sql, args![*id, now]).await?
        }
    };
    Ok(alive == 1)
}

/// The last use of a session or token.
#[derive(Clone, Debug)]
pub struct LastUse {
    /// Whose it is.
    pub person: PersonId,
    /// When.
    pub at: Time,
    /// From where.
    pub address: IpAddr,
}

/// Who was seen when and from where: gathered in memory and written now and then, never a write per request.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<Uuid, LastUse>>);

impl Seen {
    pub(super) fn note(&self, credential: Uuid, last: LastUse) {
        if let Ok(mut seen) = self.0.lock() {
            seen.insert(credential, last);
        }
    }

    /// Takes what has gathered since the last time.
    pub fn take(&self) -> HashMap<Uuid, LastUse> {
        self.0.lock().map(|mut seen| std::mem::take(&mut *seen)).unwrap_or_default()
    }

    /// Writes what was taken.
    pub async fn write(tx: &Writer, seen: HashMap<Uuid, LastUse>) -> Result<()> {
        for (credential, LastUse { person, at, address }) in seen {
            tx.run("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", args![credential, at]).await?;
            let sql = "UPDATE credentials SET last_used_at = $2, last_used_address = $3 WHERE id = $1";
            tx.run(sql, args![credential, at, address.to_string()]).await?;
            // Somebody may have used several: the last time counts, whichever is written last.
            let sql = "UPDATE people SET last_seen_at = $2 WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < $2)";
            tx.run(sql, args![person, at]).await?;
        }
        Ok(())
    }
}
