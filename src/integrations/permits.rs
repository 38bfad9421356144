//! What is asked about integrations.

use super::Integration;
use crate::{authz::permits, products::Product};

permits! {
    /// See the integrations of a product.
    ListIntegrations: IntegrationManage on Product;
    /// Create an integration.
    CreateIntegration: IntegrationManage on Product;
    /// See an integration, with what its service needs.
    ReadIntegration: IntegrationManage on Integration;
    /// Change an integration, and send again what it has sent.
    ChangeIntegration: IntegrationManage on Integration;
    /// Delete an integration.
    DeleteIntegration: IntegrationManage on Integration;
}
