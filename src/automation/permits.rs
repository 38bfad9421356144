//! What is asked about automation.

use crate::{authz::permits, products::Product};

permits! {
    /// See what programs need to know of a product.
    ReadAutomation: ProductRead on Product;
}
