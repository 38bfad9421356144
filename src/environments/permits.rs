//! What is asked about environments.

use super::Environment;
use crate::{authz::permits, products::Product};

permits! {
    /// See the environments of a product, by their names.
    ListEnvironments: ProductRead on Product;
    /// See an environment, by its name.
    ReadEnvironment: ProductRead on Environment;
    /// Create an environment, in which the product's groups get the level that they have for new ones.
    CreateEnvironment: EnvironmentWrite on Product, changes grants;
    /// Rename, describe, colour and place an environment.
    ChangeEnvironment: EnvironmentWrite on Environment;
    /// Delete an environment and everything in it.
    DeleteEnvironment: EnvironmentDelete on Environment, changes grants;
}
