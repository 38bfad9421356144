//! The queries of the administration.

use crate::{
    authz::Role,
    clock::Time,
    db::{Reader, Sql, args, containing, record},
    error::Result,
    ids::{InvitationId, PersonId, TeamId},
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
    let sql = "SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM people WHERE administrator) AS administrators, \
               (SELECT count(*) FROM teams) AS teams, (SELECT count(*) FROM invitations WHERE expires_at > $1) AS invitations, \
               (SELECT count(*) FROM sessions WHERE expires_at > $1) AS sessions, \
               (SELECT count(*) FROM mails WHERE state = 'failed') AS failed_mails, \
               (SELECT count(*) FROM audit_chains WHERE broken_position IS NOT NULL) AS broken_chains";
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
    "($2 = '' OR p.username_key LIKE $3 ESCAPE '\\' OR p.email_key LIKE $3 ESCAPE '\\' OR lower(p.name) LIKE $3 ESCAPE '\\')";

/// Accounts whose names or address contain a text.
pub async fn people(db: &Reader, search: &str, stretch: Stretch<PersonId>, limit: i64) -> Result<Vec<PersonRow>> {
    let (from, limits) = match stretch {
        Stretch::After(after) => (after.unwrap_or(PersonId(uuid::Uuid::nil())), "p.id > $1"),
        Stretch::Before(before) => (before.unwrap_or(PersonId(uuid::Uuid::max())), "p.id < $1"),
    };
    let order = if matches!(stretch, Stretch::After(_)) { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT p.id, p.username, p.name, p.email, p.email_verified, p.administrator, p.suspended, p.default_team, p.created_at, p.updated_at, \
         p.last_seen_at, (SELECT count(*) FROM members m WHERE m.person = p.id) AS teams \
         FROM people p WHERE {limits} AND {FOUND} ORDER BY p.id {order} LIMIT $4"
    );
    db.all(Sql::made(sql), args![from, search.trim(), containing(search), limit]).await
}

/// How many accounts there are.
pub async fn count_people(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM people", args![]).await
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

record! {
    /// An open invitation of any team.
    #[derive(Clone, Debug)]
    pub struct InvitationRow {
        /// The invitation.
        pub id: InvitationId,
        /// Into which team.
        pub team: TeamId,
        /// The team's name.
        pub team_name: String,
        /// The team's slug.
        pub team_slug: String,
        /// The role it gives.
        pub role: Role,
        /// Who invited.
        pub inviter: PersonId,
        /// Their user name.
        pub inviter_username: String,
        /// Their name.
        pub inviter_name: String,
        /// Who is invited, if it names an account.
        pub invitee: Option<PersonId>,
        /// Their user name.
        pub invitee_username: Option<String>,
        /// Their name.
        pub invitee_name: Option<String>,
        /// Which address is invited, if it names one.
        pub email: Option<String>,
        /// When it was sent.
        pub created_at: Time,
        /// When it ends.
        pub expires_at: Time,
        /// What became of the mail.
        pub mail_state: Option<String>,
        /// Why it failed.
        pub mail_error: Option<String>,
        /// When it was sent.
        pub mail_sent_at: Option<Time>,
    }
}

/// All invitations, of all teams.
pub async fn invitations(db: &Reader, stretch: Stretch<InvitationId>, limit: i64) -> Result<Vec<InvitationRow>> {
    let (from, limits, order) = match stretch {
        Stretch::After(after) => (after.unwrap_or(InvitationId(uuid::Uuid::nil())), "i.id > $1", "ASC"),
        Stretch::Before(before) => (before.unwrap_or(InvitationId(uuid::Uuid::max())), "i.id < $1", "DESC"),
    };
    let sql = format!(
        "SELECT i.id, i.team, t.name AS team_name, t.slug AS team_slug, i.role, i.inviter, p.username AS inviter_username, p.name AS inviter_name, \
         i.invitee, q.username AS invitee_username, q.name AS invitee_name, i.email, i.created_at, i.expires_at, \
         l.state AS mail_state, l.error AS mail_error, l.sent_at AS mail_sent_at \
         FROM invitations i JOIN teams t ON t.id = i.team JOIN people p ON p.id = i.inviter \
         LEFT JOIN people q ON q.id = i.invitee LEFT JOIN mails l ON l.id = i.mail WHERE {limits} ORDER BY i.id {order} LIMIT $2"
    );
    db.all(Sql::made(sql), args![from, limit]).await
}

/// How many invitations there are.
pub async fn count_invitations(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM invitations", args![]).await
}

/// How many mails there are.
pub async fn count_mails(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM mails", args![]).await
}
