//! What is asked about permission groups.

use super::PermissionGroup;
use crate::{
    authz::permits,
    products::{Product, ProductMember},
};

permits! {
    /// See the permission groups of a product.
    ListGroups: ProductMembersManage on Product;
    /// Create a permission group.
    CreateGroup: ProductMembersManage on Product, changes grants;
    /// Choose the group that invitations start with.
    SetDefaultGroup: ProductMembersManage on Product, changes grants;
    /// See a permission group, and what a change of it would do.
    ReadGroup: PermissionGroupWrite on PermissionGroup, reads only;
    /// Change a permission group.
    ChangeGroup: PermissionGroupWrite on PermissionGroup, changes grants;
    /// Delete a permission group.
    DeleteGroup: PermissionGroupWrite on PermissionGroup, changes grants;
    /// See what another group would do to somebody.
    PreviewMember: ProductMemberMove on ProductMember, reads only;
    /// Ask why somebody may or may not do something in a product.
    AskWhy: ProductRead on Product;
}
