//! The queries of the administration.

use crate::{
    clock::Time,
    db::{Reader, Sql, args, containing, record},
    error::Result,
    ids::{PersonId, TeamId},
};

record! {
    /// How much of everything there is.
    #[derive(Clone, Copy, Debug)]
    pub struct Stats {
        /// Accounts.
        pub people: i64,
        /// Those who run the instance.
        pub administrators: i64,
        /// Teams.
        pub teams: i64,
        /// Invitations that have not expired.
        pub invitations: i64,
        /// Sessions that have not ended.
        pub sessions: i64,
        /// Mails that were given up.
        pub failed_mails: i64,
        /// Logs whose chain is broken.
        pub broken_chains: i64,
    }
}

/// How much of everything there is.
pub async fn stats(db: &Reader, now: Time) -> Result<Stats> {
    let sql = "SELECT (SELECT count(*) FROM people WHERE service_of IS NULL) AS people, (SELECT count(*) FROM people WHERE administrator) AS administrators, \
               (SELECT count(*) FROM teams) AS teams, (SELECT count(*) FROM invitations WHERE expires_at > $1) AS invitations, \
               (SELECT count(*) FROM sessions WHERE expires_at > $1) AS sessions, \
               (SELECT count(*) FROM mails WHERE state = 'failed') AS failed_mails, \
               (SELECT count(*) FROM audit_checks WHERE broken_position IS NOT NULL) AS broken_chains";
    let none = Stats { people: 0, administrators: 0, teams: 0, invitations: 0, sessions: 0, failed_mails: 0, broken_chains: 0 };
    Ok(db.one(sql, args![now]).await?.unwrap_or(none))
}

record! {
    /// An account in the list.
    #[derive(Clone, Debug)]
    pub struct PersonRow {
        /// The account.
        pub id: PersonId,
        /// The name by which they sign in.
        pub username: String,
        /// Their name.
        pub name: String,
        /// Their address.
        pub email: String,
        /// Whether the address is confirmed.
        pub email_verified: bool,
        /// Whether they have to choose a new password before they do anything else.
        pub password_expired: bool,
        /// Whether they run the instance.
        pub administrator: bool,
        /// Whether they are shut out.
        pub suspended: bool,
        /// The team they land on.
        pub default_team: Option<TeamId>,
        /// When the account was created.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// When they were last seen.
        pub last_seen_at: Option<Time>,
        /// In how many teams they are.
        pub teams: i64,
    }
}

/// Which stretch of a list.
#[derive(Clone, Copy, Debug)]
pub enum Stretch<T> {
    /// Oldest first, after this one.
    After(Option<T>),
    /// Newest first, before this one.
    Before(Option<T>),
}

const FOUND: &str =
    "($1 = '' OR p.username_key LIKE $2 ESCAPE '\\' OR lower(p.email) LIKE $2 ESCAPE '\\' OR lower(p.name) LIKE $2 ESCAPE '\\')";

/// Accounts whose names or address contain a text.
pub async fn people(db: &Reader, search: &str, stretch: Stretch<PersonId>, limit: i64) -> Result<Vec<PersonRow>> {
    let (from, limits) = match stretch {
        Stretch::After(after) => (after.unwrap_or(PersonId(uuid::Uuid::nil())), "p.id > $3"),
        Stretch::Before(before) => (before.unwrap_or(PersonId(uuid::Uuid::max())), "p.id < $3"),
    };
    let order = if matches!(stretch, Stretch::After(_)) { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT p.id, p.username, p.name, p.email, p.email_verified, p.password_expired, p.administrator, p.suspended, \
         p.default_team, p.created_at, p.updated_at, p.last_seen_at, (SELECT count(*) FROM members m WHERE m.person = p.id) AS teams \
         FROM people p WHERE {limits} AND p.service_of IS NULL AND {FOUND} ORDER BY p.id {order} LIMIT $4"
    );
    db.all(Sql::made(sql), args![search.trim(), containing(search), from, limit]).await
}

/// How many accounts there are whose names or address contain a text.
pub async fn count_people(db: &Reader, search: &str) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM people p WHERE p.service_of IS NULL AND {FOUND}");
    db.count(Sql::made(sql), args![search.trim(), containing(search)]).await
}

/// Who runs the instance, if it is one person alone.
pub async fn only_administrator(db: &Reader) -> Result<Option<PersonId>> {
    let two: Vec<Administrator> = db.all("SELECT id FROM people WHERE administrator AND NOT suspended LIMIT 2", args![]).await?;
    Ok(two.first().filter(|_| two.len() == 1).map(|one| one.id))
}

record! {
    struct Administrator { id: PersonId }
}

/// How many sessions somebody has open.
pub async fn count_sessions(db: &Reader, person: PersonId, now: Time) -> Result<u64> {
    db.count("SELECT count(*) FROM sessions WHERE person = $1 AND expires_at > $2", args![person, now]).await
}

record! {
    /// An Owner of a team.
    pub struct OwnerRow { pub team: TeamId, pub name: String }
}

/// The Owners of these teams.
pub async fn owners(db: &Reader, teams: &[TeamId]) -> Result<Vec<OwnerRow>> {
    if teams.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<String> = (1..=teams.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "SELECT m.team, p.name FROM members m JOIN people p ON p.id = m.person WHERE m.role = 50 AND m.team IN ({}) ORDER BY m.joined_at LIMIT 1000",
        places.join(", ")
    );
    db.all(Sql::made(sql), teams.iter().map(|team| (*team).into()).collect()).await
}

/// How many mails there are.
pub async fn count_mails(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM mails", args![]).await
}
