//! The queries about service accounts.

use super::ServiceAccount;
use crate::{
    authz::{GrantWriter, Role},
    clock::Time,
    db::{Reader, Sql, args, record},
    error::Result,
    ids::{GroupId, PersonId, ProductId, TeamId},
    text::Name,
};

const ACCOUNT: &str = "SELECT p.id, p.service_of AS team, t.slug AS team_slug, p.name, m.invited_by AS created_by, p.created_at, \
                       p.last_seen_at FROM people p JOIN teams t ON t.id = p.service_of \
                       LEFT JOIN members m ON m.team = p.service_of AND m.person = p.id WHERE";

/// A service account.
pub async fn one(db: &Reader, account: PersonId) -> Result<Option<ServiceAccount>> {
    db.one(Sql::made(format!("{ACCOUNT} p.id = $1")), args![account]).await
}

/// Those of a team, by name.
pub async fn list(db: &Reader, team: TeamId) -> Result<Vec<ServiceAccount>> {
    db.all(Sql::made(format!("{ACCOUNT} p.service_of = $1 ORDER BY lower(p.name), p.id LIMIT 1000")), args![team]).await
}

record! {
    /// The group of a service account in a product.
    #[derive(Clone, Debug)]
    pub struct Placed { pub account: PersonId, pub product: ProductId, pub product_name: String, pub group: GroupId, pub group_name: String }
}

/// The groups of all service accounts of a team, in the order of its products.
pub async fn places(db: &Reader, team: TeamId) -> Result<Vec<Placed>> {
    let sql = "SELECT pm.person AS account, pm.product, o.name AS product_name, pm.permission_group AS \"group\", g.name AS group_name \
               FROM people p JOIN product_members pm ON pm.person = p.id JOIN products o ON o.id = pm.product \
               JOIN permission_groups g ON g.id = pm.permission_group WHERE p.service_of = $1 ORDER BY o.position, o.id LIMIT 10000";
    db.all(sql, args![team]).await
}

record! {
    /// How many tokens a service account has.
    struct Tokens { account: PersonId, count: i64 }
}

/// How many tokens the service accounts of a team have that have not ended.
pub async fn tokens(db: &Reader, team: TeamId, now: Time) -> Result<Vec<(PersonId, u64)>> {
    let sql = "SELECT p.id AS account, count(*) AS count FROM people p JOIN credentials c ON c.person = p.id \
               WHERE p.service_of = $1 AND (c.expires_at IS NULL OR c.expires_at > $2) GROUP BY p.id LIMIT 1000";
    Ok(db.all::<Tokens>(sql, args![team, now]).await?.into_iter().map(|row| (row.account, row.count.unsigned_abs())).collect())
}

/// What stands where people have a user name and an address: nothing that could be typed as either.
fn key(account: PersonId) -> String {
    format!("service:{account}")
}

pub(super) async fn insert(tx: &GrantWriter<'_>, account: PersonId, team: TeamId, name: &Name, by: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO people (id, username, username_key, name, email, email_key, email_verified, password, administrator, suspended, \
               service_of, created_at, updated_at) VALUES ($1, $2, $3, $2, '', $3, TRUE, '', FALSE, FALSE, $4, $5, $5)";
    tx.run(sql, args![account, name, key(account), team, now]).await?;
    let sql = "INSERT INTO members (team, person, role, invited_by, joined_at) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![team, account, Role::Guest, by, now]).await.map(|_| ())
}

pub(super) async fn rename(tx: &GrantWriter<'_>, account: PersonId, name: &Name, now: Time) -> Result<()> {
    tx.run("UPDATE people SET username = $2, name = $2, updated_at = $3 WHERE id = $1", args![account, name, now]).await.map(|_| ())
}
