//! The queries about teams.

use super::Team;
use crate::{
    authz::{GrantWriter, Role},
    clock::Time,
    db::{Reader, Writer, args, containing, record},
    error::Result,
    ids::{PersonId, TeamId},
    text::{Name, Slug},
};

record! {
    /// A team of somebody, with their role in it.
    #[derive(Clone, Debug)]
    pub struct Mine {
        /// The team.
        pub id: TeamId,
        /// Its name.
        pub name: String,
        /// Its slug.
        pub slug: String,
        /// Whether it is suspended.
        pub suspended: bool,
        /// What the person is in it.
        pub role: Role,
        /// How many Owners and Members it has.
        pub members: i64,
    }
}

record! {
    /// A team with how many people are in it, for administrators.
    #[derive(Clone, Debug)]
    pub struct Counted {
        /// The team.
        pub id: TeamId,
        /// Its name.
        pub name: String,
        /// Its slug.
        pub slug: String,
        /// Whether it is suspended.
        pub suspended: bool,
        /// When it was created.
        pub created_at: Time,
        /// When its name or slug was last changed.
        pub updated_at: Time,
        /// How many Owners.
        pub owners: i64,
        /// How many Members.
        pub members: i64,
    }
}

record! {
    /// How many people of each role a team has, and how many open invitations.
    #[derive(Clone, Copy, Debug)]
    pub struct Counts {
        /// Owners.
        pub owners: i64,
        /// Members.
        pub members: i64,
        /// Guests.
        pub guests: i64,
        /// Invitations that have not expired.
        pub invitations: i64,
    }
}

/// A team by its id.
pub async fn one(db: &Reader, team: TeamId) -> Result<Option<Team>> {
    db.one("SELECT id, name, slug, suspended, created_at, updated_at FROM teams WHERE id = $1", args![team]).await
}

/// A team by its slug.
pub async fn by_slug(db: &Reader, slug: &Slug) -> Result<Option<Team>> {
    db.one("SELECT id, name, slug, suspended, created_at, updated_at FROM teams WHERE slug = $1", args![slug]).await
}

/// A person's teams, by name.
pub async fn of_person(db: &Reader, person: PersonId) -> Result<Vec<Mine>> {
    let sql = "SELECT t.id, t.name, t.slug, t.suspended, m.role, \
               (SELECT count(*) FROM members c WHERE c.team = t.id AND c.role >= 30) AS members \
               FROM members m JOIN teams t ON t.id = m.team WHERE m.person = $1 ORDER BY t.name_key LIMIT 1000";
    db.all(sql, args![person]).await
}

record! {
    /// A team of somebody in short.
    pub struct Named { pub id: TeamId, pub name: String, pub slug: String, pub role: Role }
}

/// A person's teams in short, by name: what stands on every page.
pub(super) async fn names_of_person(db: &Reader, person: PersonId) -> Result<Vec<Named>> {
    let sql = "SELECT t.id, t.name, t.slug, m.role FROM members m JOIN teams t ON t.id = m.team WHERE m.person = $1 \
               ORDER BY t.name_key LIMIT 1000";
    db.all(sql, args![person]).await
}

/// How many Owners and Members.
pub(super) async fn count_members(db: &Reader, team: TeamId) -> Result<u64> {
    db.count("SELECT count(*) FROM members WHERE team = $1 AND role >= 30", args![team]).await
}

/// How many people and invitations.
pub async fn counts(db: &Reader, team: TeamId, now: Time) -> Result<Counts> {
    let sql = "SELECT (SELECT count(*) FROM members WHERE team = $1 AND role = 50) AS owners, \
               (SELECT count(*) FROM members WHERE team = $1 AND role = 30) AS members, \
               (SELECT count(*) FROM members m JOIN people p ON p.id = m.person WHERE m.team = $1 AND m.role = 5 AND p.service_of IS NULL) AS guests, \
               (SELECT count(*) FROM invitations WHERE team = $1 AND expires_at > $2) AS invitations";
    Ok(db.one(sql, args![team, now]).await?.unwrap_or(Counts { owners: 0, members: 0, guests: 0, invitations: 0 }))
}

/// How many products the team has.
pub(super) async fn products(db: &Reader, team: TeamId) -> Result<u64> {
    db.count("SELECT count(*) FROM products WHERE team = $1", args![team]).await
}

record! {
    /// Somebody on a team's first page.
    pub struct FaceRow { pub person: PersonId, pub name: String, pub role: Role, pub last_seen_at: Option<Time> }
}

/// The first few people of a team, Owners first, those who joined first before others.
pub(super) async fn faces(db: &Reader, team: TeamId) -> Result<Vec<FaceRow>> {
    let sql = "SELECT m.person, p.name, m.role, p.last_seen_at FROM members m JOIN people p ON p.id = m.person \
               WHERE m.team = $1 AND m.role >= 30 ORDER BY m.role DESC, m.joined_at LIMIT 12";
    db.all(sql, args![team]).await
}

/// How many open invitations a person has.
pub async fn open_invitations(db: &Reader, person: PersonId, email: &str, now: Time) -> Result<u64> {
    let sql = "SELECT count(*) FROM invitations WHERE expires_at > $3 AND (invitee = $1 OR email = $2)";
    db.count(sql, args![person, email.to_lowercase(), now]).await
}

/// All teams of the instance, oldest first, after one of them.
pub async fn all(db: &Reader, search: &str, after: Option<TeamId>, limit: i64) -> Result<Vec<Counted>> {
    let sql = "SELECT t.id, t.name, t.slug, t.suspended, t.created_at, t.updated_at, \
               (SELECT count(*) FROM members m WHERE m.team = t.id AND m.role = 50) AS owners, \
               (SELECT count(*) FROM members m WHERE m.team = t.id AND m.role = 30) AS members \
               FROM teams t WHERE t.id > $1 AND ($2 = '' OR t.name_key LIKE $3 ESCAPE '\\' OR t.slug LIKE $3 ESCAPE '\\') ORDER BY t.id LIMIT $4";
    db.all(sql, args![after.unwrap_or(TeamId(uuid::Uuid::nil())), search.trim(), containing(search), limit]).await
}

/// How many teams there are.
pub async fn count(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM teams", args![]).await
}

pub(super) async fn insert(tx: &GrantWriter<'_>, team: TeamId, name: &Name, slug: &Slug, owner: PersonId, now: Time) -> Result<()> {
    let sql = "INSERT INTO teams (id, name, name_key, slug, suspended, created_at, updated_at) VALUES ($1, $2, $3, $4, FALSE, $5, $5)";
    tx.run(sql, args![team, name, name.key(), slug, now]).await?;
    tx.run("INSERT INTO grant_revisions (team, revision) VALUES ($1, $2)", args![team, uuid::Uuid::new_v4()]).await?;
    let sql = "INSERT INTO members (team, person, role, joined_at) VALUES ($1, $2, $3, $4)";
    tx.run(sql, args![team, owner, Role::Owner, now]).await?;
    tx.run("UPDATE people SET default_team = $2 WHERE id = $1 AND default_team IS NULL", args![owner, team]).await.map(|_| ())
}

pub(super) async fn update(tx: &Writer, team: TeamId, name: &Name, slug: &Slug, now: Time) -> Result<()> {
    let sql = "UPDATE teams SET name = $2, name_key = $3, slug = $4, updated_at = $5 WHERE id = $1";
    tx.run(sql, args![team, name, name.key(), slug, now]).await.map(|_| ())
}

pub(super) async fn set_suspended(tx: &GrantWriter<'_>, team: TeamId, suspended: bool) -> Result<()> {
    tx.run("UPDATE teams SET suspended = $2 WHERE id = $1", args![team, suspended]).await.map(|_| ())
}

pub(super) async fn delete(tx: &GrantWriter<'_>, team: TeamId) -> Result<()> {
    tx.run("UPDATE people SET default_team = NULL WHERE default_team = $1", args![team]).await?;
    tx.run("DELETE FROM teams WHERE id = $1", args![team]).await?;
    tx.run("DELETE FROM grant_revisions WHERE team = $1", args![team]).await.map(|_| ())
}
