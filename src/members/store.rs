//! The queries about members.

use std::cmp::Reverse;

use super::Member;
use crate::{
    authz::{GrantWriter, Role, Switches},
    clock::Time,
    db::{Reader, Sql, Value, args, containing, record},
    error::Result,
    ids::{GroupId, PersonId, ProductId, TeamId},
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

/// A person's place in a team. A service account has none to speak of: its role is not changed, and it does not leave.
pub async fn find(db: &Reader, team: TeamId, person: PersonId) -> Result<Option<Member>> {
    let sql = "SELECT m.team, t.name AS team_name, t.slug AS team_slug, m.person, p.username, p.name, m.role, m.joined_at \
               FROM members m JOIN people p ON p.id = m.person JOIN teams t ON t.id = m.team \
               WHERE m.team = $1 AND m.person = $2 AND p.service_of IS NULL";
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

/// Owners and Members of a team: Owners first, by name among equals.
pub(super) async fn list(db: &Reader, team: TeamId, wanted: Wanted<'_>) -> Result<Vec<Listed>> {
    let mut args: Vec<Value> = args![team, wanted.limit];
    let mut sql = "SELECT m.person, p.username, p.name, p.email, m.role, m.invited_by, m.joined_at, p.last_seen_at \
                   FROM members m JOIN people p ON p.id = m.person WHERE m.team = $1 AND m.role >= 30"
        .to_owned();
    let mut add = |value: Value| {
        args.push(value);
        format!("${}", args.len())
    };
    if let Some((role, person)) = wanted.after {
        let (role, person) = (add(role.into()), add(person.into()));
        let name = format!("COALESCE((SELECT lower(last.name) FROM people last WHERE last.id = {person}), '')");
        sql.push_str(&format!(
            " AND (m.role < {role} OR (m.role = {role} AND (lower(p.name) > {name} OR (lower(p.name) = {name} AND m.person > {person}))))"
        ));
    }
    if !wanted.search.is_empty() {
        let like = format!("LIKE {} ESCAPE '\\'", add(containing(wanted.search).into()));
        sql.push_str(&format!(" AND (lower(p.name) {like} OR p.username_key {like} OR lower(p.email) {like})"));
    }
    match wanted.role {
        Some(Role::Owner) => sql.push_str(" AND m.role = 50"),
        Some(Role::Member) => sql.push_str(" AND m.role = 30"),
        Some(Role::Guest) | None => {}
    }
    sql.push_str(" ORDER BY m.role DESC, lower(p.name), m.person LIMIT $2");
    db.all(Sql::made(sql), args).await
}

record! {
    /// A member in short.
    pub struct Brief { pub person: PersonId, pub username: String, pub name: String, pub role: Role }
}

/// All Owners and Members in short, in the same order.
pub(super) async fn brief(db: &Reader, team: TeamId) -> Result<Vec<Brief>> {
    let sql = "SELECT m.person, p.username, p.name, m.role FROM members m JOIN people p ON p.id = m.person \
               WHERE m.team = $1 AND m.role >= 30 ORDER BY m.person LIMIT 10000";
    let mut found: Vec<Brief> = db.all(sql, args![team]).await?;
    // Whoever asks gets them all, so they are put in order here, where it costs less.
    found.sort_by_cached_key(|member| (Reverse(member.role), member.name.to_lowercase(), member.person));
    Ok(found)
}

/// People who are in the team only through a product, by name.
pub(super) async fn guests(db: &Reader, team: TeamId) -> Result<Vec<Listed>> {
    let sql = "SELECT m.person, p.username, p.name, p.email, m.role, m.invited_by, m.joined_at, p.last_seen_at \
               FROM members m JOIN people p ON p.id = m.person \
               WHERE m.team = $1 AND m.role = 5 AND p.service_of IS NULL ORDER BY lower(p.name), m.person LIMIT 200";
    db.all(sql, args![team]).await
}

record! {
    /// Somebody's place in a product of the team.
    #[derive(Clone, Debug)]
    pub struct Placed {
        /// The person.
        pub person: PersonId,
        /// The product.
        pub product: ProductId,
        /// The product’s name.
        pub product_name: String,
        /// Their permission group.
        pub group: GroupId,
        /// The group’s name.
        pub group_name: String,
    }
}

const PLACES: &str = "SELECT pm.person, pm.product, p.name AS product_name, pm.permission_group AS \"group\", g.name AS group_name \
                      FROM product_members pm JOIN products p ON p.id = pm.product JOIN permission_groups g ON g.id = pm.permission_group";

/// The products of a team that somebody has a permission group in.
pub async fn places(db: &Reader, team: TeamId, person: PersonId) -> Result<Vec<Placed>> {
    let sql = format!("{PLACES} WHERE pm.team = $1 AND pm.person = $2 ORDER BY p.position, p.id LIMIT 1000");
    db.all(Sql::made(sql), args![team, person]).await
}

/// The products in which the Guests of a team are.
pub(super) async fn places_of_guests(db: &Reader, team: TeamId) -> Result<Vec<Placed>> {
    let sql = format!(
        "{PLACES} JOIN members m ON m.team = pm.team AND m.person = pm.person \
         WHERE pm.team = $1 AND m.role = 5 ORDER BY p.position, p.id LIMIT 2000"
    );
    db.all(Sql::made(sql), args![team]).await
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

record! {
    /// Somebody in a team.
    pub struct Person { pub person: PersonId, pub name: String, pub email: Option<String>, pub role: Role }
}

/// A service account has no address.
const PERSON: &str = "SELECT m.person, p.name, CASE WHEN p.service_of IS NULL THEN p.email END AS email, m.role \
                      FROM members m JOIN people p ON p.id = m.person";

/// More people than this are not read at once.
const MANY: i64 = 100_000;

/// Everybody in a team, Owners first, by name among equals.
pub async fn everybody(db: &Reader, team: TeamId) -> Result<Vec<Person>> {
    db.all(Sql::made(format!("{PERSON} WHERE m.team = $1 ORDER BY m.role DESC, lower(p.name), m.person LIMIT $2")), args![team, MANY]).await
}

/// The Owners of a team, one person, and everybody who is in one of these products; in the same order.
pub(super) async fn some(db: &Reader, team: TeamId, oneself: PersonId, products: &[ProductId]) -> Result<Vec<Person>> {
    let (mut args, mut within) = (args![team, MANY, oneself], String::new());
    if !products.is_empty() {
        let list = among(&mut args, products);
        within = format!(
            " OR EXISTS (SELECT 1 FROM product_members pm WHERE pm.person = m.person AND pm.team = m.team AND pm.product IN ({list}))"
        );
    }
    let sql = format!(
        "{PERSON} WHERE m.team = $1 AND (m.role = 50 OR m.person = $3{within}) ORDER BY m.role DESC, lower(p.name), m.person LIMIT $2"
    );
    db.all(Sql::made(sql), args).await
}

/// Ids as arguments: what stands for them in the statement.
fn among(args: &mut Vec<Value>, products: &[ProductId]) -> String {
    let mut places = vec![];
    for product in products {
        args.push((*product).into());
        places.push(format!("${}", args.len()));
    }
    places.join(", ")
}

/// The places of everybody in the products of a team, by product.
pub(super) async fn all_places(db: &Reader, team: TeamId) -> Result<Vec<Placed>> {
    db.all(Sql::made(format!("{PLACES} WHERE pm.team = $1 ORDER BY p.position, p.id LIMIT $2")), args![team, MANY]).await
}

/// The places of one person, and those of everybody in these products.
pub(super) async fn some_places(db: &Reader, team: TeamId, oneself: PersonId, products: &[ProductId]) -> Result<Vec<Placed>> {
    let mut args = args![team, MANY, oneself];
    let within = if products.is_empty() { String::new() } else { format!(" OR pm.product IN ({})", among(&mut args, products)) };
    let sql = format!("{PLACES} WHERE pm.team = $1 AND (pm.person = $3{within}) ORDER BY p.position, p.id LIMIT $2");
    db.all(Sql::made(sql), args).await
}

record! {
    /// The switches of the group that somebody has in a product.
    pub struct OwnGroup { pub product: ProductId, pub switches: Switches }
}

/// The groups of somebody in the products of a team.
pub(super) async fn own_groups(db: &Reader, team: TeamId, person: PersonId) -> Result<Vec<OwnGroup>> {
    let sql = "SELECT pm.product, g.switches FROM product_members pm JOIN permission_groups g ON g.id = pm.permission_group \
               WHERE pm.team = $1 AND pm.person = $2 ORDER BY pm.product LIMIT 1000";
    db.all(sql, args![team, person]).await
}
