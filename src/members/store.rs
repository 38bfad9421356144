//! The queries about members.

use super::Member;
use crate::{
    authz::{GrantWriter, Role},
    clock::Time,
    db::{Reader, Value, args, containing, record},
    error::Result,
    ids::{PersonId, TeamId},
};

record! {
    /// Somebody in the list of members.
    #[derive(Clone, Debug)]
    pub struct Listed {
        /// The person.
        pub person: PersonId,
        /// Their user name.
        pub username: String,
        /// Their name.
        pub name: String,
        /// Their address.
        pub email: String,
        /// What they are.
        pub role: Role,
        /// Who invited or added them; nobody if they created the team.
        pub invited_by: Option<String>,
        /// Since when.
        pub joined_at: Time,
        /// When they were last seen.
        pub last_seen_at: Option<Time>,
    }
}

/// A person's place in a team.
pub async fn find(db: &Reader, team: TeamId, person: PersonId) -> Result<Option<Member>> {
    let sql = "SELECT m.team, t.name AS team_name, t.slug AS team_slug, m.person, p.username, p.name, m.role, m.joined_at \
               FROM members m JOIN people p ON p.id = m.person JOIN teams t ON t.id = m.team WHERE m.team = $1 AND m.person = $2";
    db.one(sql, args![team, person]).await
}

/// Which members.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted<'a> {
    /// Whose name, user name or address contains this.
    pub search: &'a str,
    /// Only these.
    pub role: Option<Role>,
    /// After this one.
    pub after: Option<(Role, PersonId)>,
    /// At most so many.
    pub limit: i64,
}

/// Owners and Members of a team: Owners first, those with the oldest account first among equals.
pub(super) async fn list(db: &Reader, team: TeamId, wanted: Wanted<'_>) -> Result<Vec<Listed>> {
    let (role, person) = wanted.after.unwrap_or((Role::Owner, PersonId(uuid::Uuid::nil())));
    let mut args: Vec<Value> = args![team, role, person, wanted.limit];
    let mut sql = "SELECT m.person, p.username, p.name, p.email, m.role, m.invited_by, m.joined_at, p.last_seen_at \
                   FROM members m JOIN people p ON p.id = m.person \
                   WHERE m.team = $1 AND m.role >= 30 AND (m.role < $2 OR (m.role = $2 AND m.person > $3))"
        .to_owned();
    if !wanted.search.is_empty() {
        sql.push_str(" AND (lower(p.name) LIKE $5 ESCAPE '\\' OR p.username_key LIKE $5 ESCAPE '\\' OR p.email_key LIKE $5 ESCAPE '\\')");
        args.push(containing(wanted.search).into());
    }
    match wanted.role {
        Some(Role::Owner) => sql.push_str(" AND m.role = 50"),
        Some(Role::Member) => sql.push_str(" AND m.role = 30"),
        Some(Role::Guest) | None => {}
    }
    sql.push_str(" ORDER BY m.role DESC, m.person LIMIT $4");
    db.all(crate::db::Sql::made(sql), args).await
}

record! {
    /// A member in short.
    pub struct Brief { pub person: PersonId, pub username: String, pub name: String, pub role: Role }
}

/// All Owners and Members in short.
pub(super) async fn brief(db: &Reader, team: TeamId) -> Result<Vec<Brief>> {
    let sql = "SELECT m.person, p.username, p.name, m.role FROM members m JOIN people p ON p.id = m.person \
               WHERE m.team = $1 AND m.role >= 30 ORDER BY m.role DESC, m.person LIMIT 10000";
    db.all(sql, args![team]).await
}

/// People who are in the team only through a product.
pub(super) async fn guests(db: &Reader, team: TeamId) -> Result<Vec<Listed>> {
    let sql = "SELECT m.person, p.username, p.name, p.email, m.role, m.invited_by, m.joined_at, p.last_seen_at \
               FROM members m JOIN people p ON p.id = m.person WHERE m.team = $1 AND m.role = 5 ORDER BY m.person LIMIT 200";
    db.all(sql, args![team]).await
}

/// How many owners a team has.
pub(super) async fn owners(db: &Reader, team: TeamId) -> Result<u64> {
    db.count("SELECT count(*) FROM members WHERE team = $1 AND role = 50", args![team]).await
}

pub(super) async fn put(tx: &GrantWriter<'_>, team: TeamId, person: PersonId, role: Role, invited_by: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO members (team, person, role, invited_by, joined_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (team, person) DO UPDATE SET role = excluded.role, invited_by = excluded.invited_by, joined_at = excluded.joined_at";
    tx.run(sql, args![team, person, role, invited_by, now]).await?;
    tx.run("UPDATE people SET default_team = $2 WHERE id = $1 AND default_team IS NULL", args![person, team]).await.map(|_| ())
}

pub(super) async fn set_role(tx: &GrantWriter<'_>, team: TeamId, person: PersonId, role: Role) -> Result<()> {
    tx.run("UPDATE members SET role = $3 WHERE team = $1 AND person = $2", args![team, person, role]).await.map(|_| ())
}

pub(super) async fn delete(tx: &GrantWriter<'_>, team: TeamId, person: PersonId) -> Result<()> {
    tx.run("DELETE FROM members WHERE team = $1 AND person = $2", args![team, person]).await?;
    tx.run("UPDATE people SET default_team = NULL WHERE id = $1 AND default_team = $2", args![person, team]).await.map(|_| ())
}
