//! What is asked about products.

use super::Product;
use crate::{authz::permits, teams::Team};

permits! {
    /// See the list of products that one is in.
    ListProducts: TeamProductList on Team;
    /// Create a product in the team.
    CreateProduct: ProductCreate on Team, changes grants;
    /// Put the product at another place among those of the team.
    OrderProduct: ProductOrder on Product;
    /// See the product.
    ReadProduct: ProductRead on Product;
    /// Rename and describe the product.
    EditProduct: ProductEdit on Product;
    /// Change the product's preferences.
    ChangePreferences: ProductPreferences on Product;
    /// Delete the product.
    DeleteProduct: ProductDelete on Product, changes grants;
}
