//! What is asked about the people of a product.

use crate::{
    authz::permits,
    products::{Product, ProductMember},
};

permits! {
    /// See who is in a product: all of them, or the Owners and oneself.
    SeePeople: ProductRead on Product;
    /// Move somebody to another permission group.
    MoveMember: ProductMemberMove on ProductMember, changes grants;
    /// Remove somebody from the product; asked about oneself, leave it.
    RemoveFromProduct: ProductMemberRemove on ProductMember, changes grants;
}
