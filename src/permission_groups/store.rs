//! The queries about permission groups.

use super::{PermissionGroup, preview::Somebody};
use crate::{
    authz::{Access, GrantWriter, Group, Levels, Reach, Role, grants::levels},
    clock::Time,
    db::{Reader, Sql, Writer, args, record},
    error::Result,
    ids::{EnvironmentId, GroupId, PersonId, ProductId, TeamId},
    text::Name,
};

const FIND: &str = "SELECT g.id, g.product, p.name AS product_name, p.team, t.slug AS team_slug, g.name, g.switches, g.reach, g.new_environments \
                    FROM permission_groups g JOIN products p ON p.id = g.product JOIN teams t ON t.id = p.team";

/// A group.
pub async fn one(db: &Reader, group: GroupId) -> Result<Option<PermissionGroup>> {
    db.one(Sql::made(format!("{FIND} WHERE g.id = $1")), args![group]).await
}

/// What a group gives.
pub async fn group(db: &Reader, found: &PermissionGroup) -> Result<Group> {
    Ok(found.giving(if found.reach == Reach::Custom { levels(db, found.id).await? } else { Levels::default() }))
}

/// The names of the product’s other groups.
pub(super) async fn other_names(db: &Reader, product: ProductId, except: Option<GroupId>) -> Result<Vec<String>> {
    match except {
        Some(id) => db.values("SELECT name FROM permission_groups WHERE product = $1 AND id <> $2 LIMIT 10000", args![product, id]).await,
        None => db.values("SELECT name FROM permission_groups WHERE product = $1 LIMIT 10000", args![product]).await,
    }
}

/// The groups of a product with what they give, by name.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Group>> {
    record! { struct Level { permission_group: GroupId, environment: EnvironmentId, access: Access } }
    let sql = format!("{FIND} WHERE g.product = $1 ORDER BY g.name_key LIMIT 10000");
    let groups: Vec<PermissionGroup> = db.all(Sql::made(sql), args![product]).await?;
    let sql = "SELECT l.permission_group, l.environment, l.access FROM permission_group_environments l \
               JOIN permission_groups g ON g.id = l.permission_group WHERE g.product = $1 AND g.reach = 3 \
               ORDER BY l.permission_group, l.environment LIMIT 1000000";
    let all: Vec<Level> = db.all(sql, args![product]).await?;
    let levels = |group: GroupId| {
        let from = all.partition_point(|level| level.permission_group < group);
        all[from..].iter().take_while(|level| level.permission_group == group).map(|level| (level.environment, level.access)).collect()
    };
    Ok(groups.iter().map(|found| found.giving(levels(found.id))).collect())
}

/// How many people there are who have a product in sight: more are not read at once.
const MANY: i64 = 100_000;

record! {
    struct Found { id: PersonId, username: String, name: String, email: String, role: Role, suspended: bool, administrator: bool, permission_group: Option<GroupId> }
}

impl From<Found> for Somebody {
    fn from(found: Found) -> Self {
        let Found { id, username, name, email, role, suspended, administrator, permission_group } = found;
        Self { id, username, name, email, role: Some(role), suspended, administrator, group: permission_group }
    }
}

const PEOPLE: &str = "SELECT p.id, p.username, p.name, p.email, m.role, p.suspended, p.administrator, pm.permission_group \
                      FROM members m JOIN people p ON p.id = m.person \
                      LEFT JOIN product_members pm ON pm.product = $2 AND pm.person = m.person";

/// Which people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The Owners of the team and everybody who has a group in the product.
    Product,
    /// Everybody in the team.
    Team,
}

/// People with the group that they have in the product, by name.
pub(super) async fn people(db: &Reader, team: TeamId, product: ProductId, whose: Whose) -> Result<Vec<Somebody>> {
    let which = if whose == Whose::Team { "" } else { "AND (m.role = 50 OR pm.person IS NOT NULL)" };
    let sql = format!("{PEOPLE} WHERE m.team = $1 {which} ORDER BY p.name, p.id LIMIT $3");
    Ok(db.all::<Found>(Sql::made(sql), args![team, product, MANY]).await?.into_iter().map(Into::into).collect())
}

/// Everybody in a group, by name.
pub(super) async fn in_group(db: &Reader, group: &PermissionGroup) -> Result<Vec<Somebody>> {
    let sql = format!("{PEOPLE} WHERE m.team = $1 AND pm.permission_group = $3 ORDER BY p.name, p.id LIMIT $4");
    let found = db.all::<Found>(Sql::made(sql), args![group.team, group.product, group.id, MANY]).await?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// Somebody in a team, with their group in the product if they have one.
pub(super) async fn somebody(db: &Reader, team: TeamId, product: ProductId, person: PersonId) -> Result<Option<Somebody>> {
    let found: Option<Found> =
        db.one(Sql::made(format!("{PEOPLE} WHERE m.team = $1 AND m.person = $3")), args![team, product, person]).await?;
    Ok(found.map(Into::into))
}

/// Since when somebody is in a team.
pub(super) async fn joined(db: &Reader, team: TeamId, person: PersonId) -> Result<Option<Time>> {
    db.value("SELECT joined_at FROM members WHERE team = $1 AND person = $2", args![team, person]).await
}

/// How many administrators the instance has who may act.
pub(super) async fn administrators(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM people WHERE administrator AND NOT suspended", args![]).await
}

/// How many invitations offer a group.
pub(super) async fn invitations(db: &Reader, group: GroupId) -> Result<u64> {
    db.count("SELECT count(*) FROM invitations WHERE permission_group = $1", args![group]).await
}

/// Writes what a group is now.
pub(super) async fn update(tx: &GrantWriter<'_>, name: &Name, group: &Group, now: Time) -> Result<()> {
    let sql = "UPDATE permission_groups SET name = $2, name_key = $3, switches = $4, reach = $5, new_environments = $6, updated_at = $7 WHERE id = $1";
    tx.run(sql, args![group.id, name, name.key(), group.switches, group.reach, group.new_environments, now]).await?;
    tx.run("DELETE FROM permission_group_environments WHERE permission_group = $1", args![group.id]).await?;
    set_levels(tx, group).await
}

async fn set_levels(tx: &GrantWriter<'_>, group: &Group) -> Result<()> {
    let sql = "INSERT INTO permission_group_environments (permission_group, environment, access) VALUES ($1, $2, $3)";
    for (environment, access) in group.environments.iter() {
        tx.run(sql, args![group.id, environment, access]).await?;
    }
    Ok(())
}

/// Moves everybody and every invitation from one group to another.
pub(super) async fn move_all(tx: &GrantWriter<'_>, from: GroupId, to: GroupId) -> Result<()> {
    tx.run("UPDATE product_members SET permission_group = $2 WHERE permission_group = $1", args![from, to]).await?;
    tx.run("UPDATE invitations SET permission_group = $2 WHERE permission_group = $1", args![from, to]).await.map(|_| ())
}

/// Takes a group away.
pub(super) async fn delete(tx: &GrantWriter<'_>, group: GroupId) -> Result<()> {
    tx.run("DELETE FROM permission_groups WHERE id = $1", args![group]).await.map(|_| ())
}

/// Sets the group that invitations start with.
pub(super) async fn set_default(tx: &Writer, product: ProductId, group: Option<GroupId>) -> Result<()> {
    tx.run("UPDATE products SET default_group = $2 WHERE id = $1", args![product, group]).await.map(|_| ())
}

/// Which of these numbers are taken.
pub async fn taken(db: &Reader, ids: &[GroupId]) -> Result<Vec<GroupId>> {
    db.among("SELECT id FROM permission_groups WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

/// Keeps groups as they are given.
pub async fn put_all(tx: &GrantWriter<'_>, product: ProductId, groups: &[Group], now: Time) -> Result<()> {
    let row = |one: &Group| {
        let name = one.name.as_str();
        args![one.id, product, name, name.to_lowercase(), one.switches, one.reach, one.new_environments, now, now]
    };
    let into = "INSERT INTO permission_groups (id, product, name, name_key, switches, reach, new_environments, created_at, updated_at)";
    tx.put(into, groups.iter().map(row).collect()).await?;
    let levels = groups.iter().flat_map(|group| group.environments.iter().map(|(environment, access)| (group.id, environment, access)));
    put_levels(tx, &levels.collect::<Vec<_>>()).await
}

/// Gives groups levels in environments in which they have none.
pub async fn put_levels(tx: &GrantWriter<'_>, levels: &[(GroupId, EnvironmentId, Access)]) -> Result<()> {
    let rows = levels.iter().map(|(group, environment, access)| args![*group, *environment, *access]).collect();
    tx.put("INSERT INTO permission_group_environments (permission_group, environment, access)", rows).await
}
