//! Nobody hands out more than they hold: the rule of `authz`, asked about whole permission groups and answered in words.

use crate::{
    authz::{Excess, Grants},
    db::Reader,
    error::{Error, Result},
    ids::{GroupId, ProductId},
    permission_groups::{self, PermissionGroup},
    products,
};

/// The group of a product.
///
/// # Errors
/// At the field, if the product has no such group.
pub async fn group_in(db: &Reader, product: ProductId, group: GroupId) -> Result<PermissionGroup> {
    let found = permission_groups::one(db, group).await?.filter(|found| found.product == product);
    found.ok_or_else(|| Error::field("permissionGroupId", "There is no such permission group in this product."))
}

/// What putting somebody from `before` into `after` would hand out beyond what is held.
pub async fn beyond(db: &Reader, held: &Grants, before: Option<&PermissionGroup>, after: &PermissionGroup) -> Result<Excess> {
    let before = match before {
        Some(before) => Some(permission_groups::group(db, before).await?),
        None => None,
    };
    let environments: Vec<_> = products::environments_of(db, after.product).await?.into_iter().map(|one| one.id).collect();
    Ok(held.excess(before.as_ref(), &permission_groups::group(db, after).await?, &environments))
}

/// Whether somebody may be put from `before` into `after` by whoever holds `held`.
///
/// # Errors
/// `beyond_own`, with a message that names what is too much.
pub async fn may_give(db: &Reader, held: &Grants, before: Option<&PermissionGroup>, after: &PermissionGroup) -> Result<()> {
    let excess = beyond(db, held, before, after).await?;
    if excess.is_nothing() {
        return Ok(());
    }
    let environments = products::environments_of(db, after.product).await?;
    let group = permission_groups::group(db, after).await?;
    excess.refuse(&group, |id| environments.iter().find(|one| one.id == id).map(|one| one.name.clone()).unwrap_or_default())
}
