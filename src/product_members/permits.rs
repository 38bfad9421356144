//! What is asked about the people of a product.

use crate::{
    authz::permits,
    members::Member,
    products::{Product, ProductMember},
};

permits! {
    /// See who is in a product: all of them, or the Owners and oneself.
    SeePeople: ProductRead on Product;
    /// See everybody in a product, and put people into it.
    ManagePeople: ProductMembersManage on Product;
    /// Put somebody who is in the team into permission groups and take them out, as far as one manages their products.
    ArrangeMember: TeamMemberArrange on Member, changes grants;
    /// Move somebody to another permission group.
    MoveMember: ProductMemberMove on ProductMember, changes grants;
    /// Remove somebody from the product; asked about oneself, leave it.
    RemoveFromProduct: ProductMemberRemove on ProductMember, changes grants;
}
