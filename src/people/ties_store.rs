//! What ties a person to teams, as far as their account needs to know: memberships that end with it, invitations that wait in it.

use crate::{
    authz::{GrantWriter, Role},
    db::{Hold, Reader, args, record},
    error::Result,
    ids::{GroupId, InvitationId, PersonId, ProductId, TeamId},
};

/// Locks every team that somebody is in or has an invitation of, always in the same order. On SQLite the transaction holds everything.
pub async fn lock(tx: &GrantWriter<'_>, person: PersonId) -> Result<()> {
    queue_for_teams(tx, person).await?;
    tx.value::<PersonId>(tx.locking("SELECT id FROM people WHERE id = $1", "FOR UPDATE"), args![person]).await?;
    // Whatever they joined before their own row was locked; nothing can be joined now.
    queue_for_teams(tx, person).await
}

async fn queue_for_teams(tx: &GrantWriter<'_>, person: PersonId) -> Result<()> {
    record! { struct Tied { team: TeamId } }
    let sql = "SELECT team FROM grant_revisions WHERE team IN (SELECT team FROM members WHERE person = $1 \
               UNION SELECT team FROM invitations WHERE inviter = $1 OR invitee = $1) ORDER BY team";
    for Tied { team } in tx.all::<Tied>(sql, args![person]).await? {
        tx.queue_for(team.0, Hold::Alone).await?;
    }
    Ok(())
}

/// Names of the teams whose only Owner somebody is.
pub async fn owned_alone(db: &Reader, person: PersonId) -> Result<Vec<String>> {
    record! { struct Named { name: String } }
    let sql = "SELECT t.name FROM members m JOIN teams t ON t.id = m.team WHERE m.person = $1 AND m.role = 50 \
               AND NOT EXISTS (SELECT 1 FROM members o WHERE o.team = m.team AND o.role = 50 AND o.person <> $1) ORDER BY t.name_key LIMIT 100";
    Ok(db.all::<Named>(sql, args![person]).await?.into_iter().map(|team| team.name).collect())
}

/// Whether an administrator remains who can sign in, if this one goes.
pub async fn other_administrator(db: &Reader, person: PersonId) -> Result<bool> {
    let sql = "SELECT id FROM people WHERE administrator AND NOT suspended AND id <> $1 LIMIT 1";
    Ok(db.value::<PersonId>(sql, args![person]).await?.is_some())
}

record! {
    /// A membership.
    pub struct Membership { pub team: TeamId, pub role: Role }
}

/// Somebody's memberships.
pub async fn memberships(db: &Reader, person: PersonId) -> Result<Vec<Membership>> {
    db.all("SELECT team, role FROM members WHERE person = $1 ORDER BY team LIMIT 10000", args![person]).await
}

record! {
    /// An invitation that ends with an account.
    pub struct Ending {
        pub id: InvitationId,
        pub team: TeamId,
        pub inviter: PersonId,
        pub invitee: String,
        pub product: Option<ProductId>,
        pub product_name: Option<String>,
        pub group: Option<GroupId>,
        pub group_name: Option<String>,
    }
}

/// Invitations that somebody sent, or was sent by user name.
pub async fn invitations(db: &Reader, person: PersonId) -> Result<Vec<Ending>> {
    let sql = "SELECT i.id, i.team, i.inviter, COALESCE(i.email, p.username, '') AS invitee, i.product, o.name AS product_name, \
               i.permission_group AS \"group\", g.name AS group_name FROM invitations i LEFT JOIN products o ON o.id = i.product \
               LEFT JOIN permission_groups g ON g.id = i.permission_group LEFT JOIN people p ON p.id = i.invitee WHERE i.inviter = $1 OR i.invitee = $1 ORDER BY i.team, i.id LIMIT 10000";
    db.all(sql, args![person]).await
}

/// Deletes the account and everything that hangs on it.
pub async fn erase(tx: &GrantWriter<'_>, person: PersonId) -> Result<()> {
    let sql = "UPDATE grant_revisions SET revision = $2 WHERE team IN (SELECT team FROM members WHERE person = $1)";
    tx.run(sql, args![person, uuid::Uuid::new_v4()]).await?;
    for table in ["invitations WHERE inviter = $1 OR invitee = $1", "members WHERE person = $1", "people WHERE id = $1"] {
        tx.run(crate::db::Sql::made(format!("DELETE FROM {table}")), args![person]).await?;
    }
    Ok(())
}

record! {
    /// A person's place in a product.
    pub struct Placed {
        /// The team.
        pub team: TeamId,
        /// The product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// The person's group.
        pub group: GroupId,
        /// The group's name.
        pub group_name: String,
    }
}

/// The products that somebody has a permission group in.
pub async fn places(db: &Reader, person: PersonId) -> Result<Vec<Placed>> {
    let sql = "SELECT pm.team, pm.product, p.name AS product_name, pm.permission_group AS \"group\", g.name AS group_name \
               FROM product_members pm JOIN products p ON p.id = pm.product JOIN permission_groups g ON g.id = pm.permission_group \
               WHERE pm.person = $1 ORDER BY pm.team, p.position, p.id LIMIT 10000";
    db.all(sql, args![person]).await
}
