//! The queries about permission groups.

use super::PermissionGroup;
use crate::{
    authz::{Group, Reach, grants::levels},
    db::{Reader, args},
    error::Result,
    ids::GroupId,
};

/// A group.
pub async fn one(db: &Reader, group: GroupId) -> Result<Option<PermissionGroup>> {
    let sql = "SELECT g.id, g.product, p.name AS product_name, p.team, t.slug AS team_slug, g.name, g.switches, g.reach, g.new_environments \
               FROM permission_groups g JOIN products p ON p.id = g.product JOIN teams t ON t.id = p.team WHERE g.id = $1";
    db.one(sql, args![group]).await
}

/// What a group gives.
pub async fn group(db: &Reader, found: &PermissionGroup) -> Result<Group> {
    Ok(Group {
        id: found.id,
        name: found.name.clone(),
        switches: found.switches,
        reach: found.reach,
        new_environments: found.new_environments,
        environments: if found.reach == Reach::Custom { levels(db, found.id).await? } else { vec![] },
    })
}
