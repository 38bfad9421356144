//! What is asked about configs.

use super::Config;
use crate::{authz::permits, products::Product};

permits! {
    /// See the configs of a product.
    ListConfigs: ProductRead on Product;
    /// See a config.
    ReadConfig: ProductRead on Config;
    /// Create a config.
    CreateConfig: ConfigWrite on Product;
    /// Rename, describe and place a config.
    ChangeConfig: ConfigWrite on Config;
    /// Delete a config and everything in it.
    DeleteConfig: ConfigDelete on Config;
}
