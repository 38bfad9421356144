//! The queries about accounts.

pub(super) use super::{links_store as links, ties_store as ties};

use super::{OwnSession, OwnToken, Profile};
use crate::{
    authn::session::IDLE,
    authz::GrantWriter,
    clock::{DAY, Time},
    db::{Reader, Sql, Writer, args},
    error::Result,
    ids::{PersonId, SessionId, TeamId, TokenId},
    text::{EmailAddress, Name, Username},
};

const PROFILE: &str = "SELECT id, username, name, email, email_verified, password_expired, administrator, suspended, service_of, default_team, created_at, updated_at, \
                       last_seen_at FROM people WHERE";

fn profiles(which: &str) -> Sql {
    Sql::made(format!("{PROFILE} {which}"))
}

/// An account.
pub async fn profile(db: &Reader, person: PersonId) -> Result<Option<Profile>> {
    db.one(profiles("id = $1"), args![person]).await
}

/// The account with that user name, whatever its case.
pub async fn find_by_username(db: &Reader, username: &Username) -> Result<Option<Profile>> {
    db.one(profiles("username_key = $1"), args![username.key()]).await
}

/// The account with that address, whatever its case, confirmed or not.
pub async fn find_by_email(db: &Reader, email: &EmailAddress) -> Result<Option<Profile>> {
    by_email_key(db, email.as_str()).await
}

/// The account whose user name or address this is. No user name looks like an address.
pub(super) async fn by_login(db: &Reader, login: &str) -> Result<Option<Profile>> {
    let key = if login.contains('@') { "email_key" } else { "username_key" };
    db.one(profiles(&format!("{key} = $1 AND service_of IS NULL LIMIT 1")), args![login.trim().to_lowercase()]).await
}

/// The administrator who has been one of them for longest.
pub async fn first_administrator(db: &Reader) -> Result<Option<Profile>> {
    db.one(profiles("administrator AND NOT suspended ORDER BY created_at, id LIMIT 1"), args![]).await
}

/// Whether anybody has an account yet.
pub async fn anybody(db: &Reader) -> Result<bool> {
    Ok(db.value::<PersonId>("SELECT id FROM people LIMIT 1", args![]).await?.is_some())
}

/// The stored form of a password.
pub(super) async fn password(db: &Reader, person: PersonId) -> Result<Option<String>> {
    db.value("SELECT password FROM people WHERE id = $1", args![person]).await
}

/// Whether somebody has a session that began at this address.
pub(super) async fn is_known_at(db: &Reader, person: PersonId, address: &str) -> Result<bool> {
    let sql = "SELECT id FROM sessions WHERE person = $1 AND address = $2 LIMIT 1";
    Ok(db.value::<SessionId>(sql, args![person, address]).await?.is_some())
}

/// What a new account is made of.
pub(super) struct Row<'a> {
    pub id: PersonId,
    pub username: &'a Username,
    pub name: &'a Name,
    pub email: &'a EmailAddress,
    /// Whether the address is this account's from now on. An address that another account has cannot be: to whoever signs up with it, nothing
    /// looks different, but no mail ever proves it.
    pub claims_email: bool,
    pub password: &'a str,
    pub verified: bool,
    pub administrator: bool,
}

pub(super) async fn insert(tx: &GrantWriter<'_>, new: Row<'_>, now: Time) -> Result<()> {
    let sql = "INSERT INTO people (id, username, username_key, name, email, email_key, email_verified, password, administrator, suspended, \
               created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, $10, $10)";
    let Row { id, username, name, email, claims_email, password, verified, administrator } = new;
    let email_key = if claims_email { email.key() } else { id.to_string() };
    let values = args![id, username, username.key(), name, email, email_key, verified, password, administrator, now];
    tx.run(sql, values).await.map(|_| ())
}

pub(super) async fn update(
    tx: &Writer,
    person: PersonId,
    username: &Username,
    name: &Name,
    default_team: Option<TeamId>,
    now: Time,
) -> Result<()> {
    let sql = "UPDATE people SET username = $2, username_key = $3, name = $4, default_team = $5, updated_at = $6 WHERE id = $1";
    tx.run(sql, args![person, username, username.key(), name, default_team, now]).await.map(|_| ())
}

pub(super) async fn set_password(tx: &Writer, person: PersonId, hash: &str, now: Time) -> Result<()> {
    tx.run("UPDATE people SET password = $2, password_expired = FALSE, updated_at = $3 WHERE id = $1", args![person, hash, now])
        .await
        .map(|_| ())
}

pub(super) async fn set_email(tx: &Writer, person: PersonId, email: &EmailAddress, verified: bool, now: Time) -> Result<()> {
    let sql = "UPDATE people SET email = $2, email_key = $3, email_verified = $4, updated_at = $5 WHERE id = $1";
    tx.run(sql, args![person, email, email.key(), verified, now]).await.map(|_| ())
}

/// Takes an address that was just proved from another account that only claims it. Gives whether it can be had: what is confirmed stays.
pub(super) async fn release_email(tx: &Writer, email: &str, person: PersonId) -> Result<bool> {
    let holder = by_email_key(tx, email).await?.filter(|holder| holder.id != person);
    match holder {
        Some(holder) if holder.email_verified => Ok(false),
        Some(holder) => {
            tx.run("UPDATE people SET email_key = $2 WHERE id = $1", args![holder.id, holder.id.to_string()]).await?;
            Ok(true)
        }
        None => Ok(true),
    }
}

async fn by_email_key(db: &Reader, email: &str) -> Result<Option<Profile>> {
    db.one(profiles("email_key = $1"), args![email.to_lowercase()]).await
}

/// Notes that somebody's address is theirs.
pub(super) async fn set_verified(tx: &Writer, profile: &Profile, now: Time) -> Result<()> {
    let sql = "UPDATE people SET email_verified = TRUE, email_key = $2, updated_at = $3 WHERE id = $1";
    tx.run(sql, args![profile.id, profile.email.to_lowercase(), now]).await.map(|_| ())
}

/// The other account that has somebody's address and has proved it, where theirs was opened with one that it does not have.
pub(super) async fn owner_of_email(db: &Reader, profile: &Profile) -> Result<Option<Profile>> {
    Ok(holder_of_email(db, profile).await?.filter(|other| other.email_verified))
}

/// The other account that has somebody's address, or claims it.
pub(super) async fn holder_of_email(db: &Reader, profile: &Profile) -> Result<Option<Profile>> {
    Ok(by_email_key(db, &profile.email).await?.filter(|other| other.id != profile.id))
}

/// Whether somebody is in a team, in any role.
pub(super) async fn is_in(db: &Reader, person: PersonId, team: TeamId) -> Result<bool> {
    Ok(db.value::<TeamId>("SELECT team FROM members WHERE person = $1 AND team = $2", args![person, team]).await?.is_some())
}

pub(super) async fn session(db: &Reader, session: SessionId) -> Result<Option<OwnSession>> {
    let sql = "SELECT id, person, agent, address, created_at, last_seen_at, expires_at FROM sessions WHERE id = $1";
    db.one(sql, args![session]).await
}

/// The session of a cookie, whosever it is.
pub(super) async fn session_of_cookie(db: &Reader, hash: Vec<u8>) -> Result<Option<OwnSession>> {
    let sql = "SELECT id, person, agent, address, created_at, last_seen_at, expires_at FROM sessions WHERE hash = $1";
    db.one(sql, args![hash]).await
}

/// Sessions that have not ended, last used first.
pub(super) async fn sessions(db: &Reader, person: PersonId, now: Time) -> Result<Vec<OwnSession>> {
    let sql = "SELECT id, person, agent, address, created_at, last_seen_at, expires_at FROM sessions \
               WHERE person = $1 AND expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, id DESC LIMIT 200";
    db.all(sql, args![person, now, now.plus(-IDLE)]).await
}

pub(super) async fn insert_session(tx: &Writer, hash: Vec<u8>, new: &OwnSession) -> Result<()> {
    let sql = "INSERT INTO sessions (id, hash, person, agent, address, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values =
        args![new.id, hash, new.person, new.agent.as_str(), new.address.as_str(), new.created_at, new.last_seen_at, new.expires_at];
    tx.run(sql, values).await?;
    // Whoever signs in is here: the first “last seen” does not wait for the gathering.
    tx.run("UPDATE people SET last_seen_at = $2 WHERE id = $1", args![new.person, new.last_seen_at]).await.map(|_| ())
}

pub(super) async fn end_session(tx: &Writer, session: SessionId) -> Result<u64> {
    tx.run("DELETE FROM sessions WHERE id = $1", args![session]).await
}

/// Ends somebody's sessions, all of them or all but one.
pub async fn end_sessions(tx: &Writer, person: PersonId, except: Option<SessionId>) -> Result<u64> {
    let except = except.unwrap_or(SessionId(uuid::Uuid::nil()));
    tx.run("DELETE FROM sessions WHERE person = $1 AND id <> $2", args![person, except]).await
}

/// A token.
pub async fn token(db: &Reader, token: TokenId) -> Result<Option<OwnToken>> {
    let sql = "SELECT id, person, name, read_only, created_at, expires_at, last_used_at, last_used_address FROM credentials WHERE id = $1";
    db.one(sql, args![token]).await
}

/// Somebody's tokens, newest first.
pub async fn tokens(db: &Reader, person: PersonId) -> Result<Vec<OwnToken>> {
    let sql = "SELECT id, person, name, read_only, created_at, expires_at, last_used_at, last_used_address FROM credentials WHERE person = $1 ORDER BY id DESC LIMIT 200";
    db.all(sql, args![person]).await
}

pub(super) async fn insert_token(tx: &Writer, hash: Vec<u8>, new: &OwnToken) -> Result<()> {
    let sql = "INSERT INTO credentials (id, hash, person, name, read_only, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, args![new.id, hash, new.person, new.name.as_str(), new.read_only, new.created_at, new.expires_at]).await.map(|_| ())
}

/// Ends all tokens of somebody, and tells which.
pub(super) async fn delete_tokens(tx: &Writer, person: PersonId) -> Result<Vec<OwnToken>> {
    let ended = tokens(tx, person).await?;
    tx.run("DELETE FROM credentials WHERE person = $1", args![person]).await?;
    Ok(ended)
}

/// Ends a token.
pub async fn delete_token(tx: &Writer, token: TokenId) -> Result<u64> {
    tx.run("DELETE FROM credentials WHERE id = $1", args![token]).await
}

/// How long a token that has ended is still shown as such.
const TOKENS_SHOWN: i64 = 30 * DAY;

/// Whether anything has expired: asked without writing.
pub(super) async fn any_expired(db: &Reader, now: Time) -> Result<bool> {
    let sql = "SELECT (SELECT count(*) FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2) \
               + (SELECT count(*) FROM credentials WHERE expires_at <= $3) + (SELECT count(*) FROM mailed_links WHERE expires_at <= $1)";
    Ok(db.count(sql, args![now, now.plus(-IDLE), now.plus(-TOKENS_SHOWN)]).await? > 0)
}

pub(super) async fn clear_expired(tx: &Writer, now: Time) -> Result<()> {
    tx.run("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2", args![now, now.plus(-IDLE)]).await?;
    tx.run("DELETE FROM credentials WHERE expires_at <= $1", args![now.plus(-TOKENS_SHOWN)]).await?;
    tx.run("DELETE FROM mailed_links WHERE expires_at <= $1", args![now]).await.map(|_| ())
}
