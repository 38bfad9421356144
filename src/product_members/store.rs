//! The queries about the people of a product.

use crate::{
    authz::{GrantWriter, Role},
    clock::Time,
    db::{Reader, args, record},
    error::Result,
    ids::{GroupId, PersonId, ProductId, TeamId},
};

record! {
    /// Somebody with a permission group in a product.
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
        /// Whether it is a service account.
        pub service: bool,
        /// What they are in the team.
        pub role: Role,
        /// Their group.
        pub group: GroupId,
        /// The group's name.
        pub group_name: String,
        /// Since when.
        pub joined_at: Time,
        /// When they were last seen.
        pub last_seen_at: Option<Time>,
    }
}

/// Everybody with a group in a product who does not hold everything as an Owner of the team, by name.
pub async fn list(db: &Reader, product: ProductId) -> Result<Vec<Listed>> {
    let sql = "SELECT pm.person, p.username, p.name, p.email, p.service_of IS NOT NULL AS service, m.role, pm.permission_group AS \"group\", g.name AS group_name, pm.joined_at, \
               p.last_seen_at FROM product_members pm JOIN people p ON p.id = pm.person \
               JOIN members m ON m.team = pm.team AND m.person = pm.person JOIN permission_groups g ON g.id = pm.permission_group \
               WHERE pm.product = $1 AND m.role < 50 ORDER BY lower(p.name), pm.person LIMIT 10000";
    db.all(sql, args![product]).await
}

record! {
    /// Somebody who holds everything in every product of the team.
    #[derive(Clone, Debug)]
    pub struct OwnerBrief {
        /// The person.
        pub person: PersonId,
        /// Their user name.
        pub username: String,
        /// Their name.
        pub name: String,
        /// Their address.
        pub email: String,
    }
}

/// The Owners of a team, by name.
pub async fn owners(db: &Reader, team: TeamId) -> Result<Vec<OwnerBrief>> {
    let sql = "SELECT m.person, p.username, p.name, p.email FROM members m JOIN people p ON p.id = m.person \
               WHERE m.team = $1 AND m.role = 50 ORDER BY lower(p.name), m.person LIMIT 1000";
    db.all(sql, args![team]).await
}

/// How many people run the instance: they hold everything too.
pub async fn administrators(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM people WHERE administrator AND NOT suspended", args![]).await
}

/// What is written of a new place in a product.
pub(super) struct New<'a> {
    pub product: ProductId,
    pub team: TeamId,
    pub person: PersonId,
    pub group: GroupId,
    pub invited_by: &'a str,
    pub now: Time,
}

pub(super) async fn insert(tx: &GrantWriter<'_>, new: New<'_>) -> Result<()> {
    let sql =
        "INSERT INTO product_members (product, person, team, permission_group, invited_by, joined_at) VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(sql, args![new.product, new.person, new.team, new.group, new.invited_by, new.now]).await.map(|_| ())
}

pub(super) async fn set_group(tx: &GrantWriter<'_>, product: ProductId, person: PersonId, group: GroupId) -> Result<()> {
    let sql = "UPDATE product_members SET permission_group = $3 WHERE product = $1 AND person = $2";
    tx.run(sql, args![product, person, group]).await.map(|_| ())
}

pub(super) async fn delete(tx: &GrantWriter<'_>, product: ProductId, person: PersonId) -> Result<()> {
    tx.run("DELETE FROM product_members WHERE product = $1 AND person = $2", args![product, person]).await.map(|_| ())
}
