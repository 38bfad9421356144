//! What is asked about export and import.

use crate::{
    authz::{Platform, permits},
    configs::Config,
    products::Product,
    teams::Team,
};

permits! {
    /// Carry a product out.
    ExportProduct: ProductExport on Product;
    /// Bring things into a product.
    ImportIntoProduct: ProductExport on Product, changes grants;
    /// Bring a config file into a config.
    ImportIntoConfig: ProductExport on Config, changes grants;
    /// Carry a whole team out.
    ExportTeam: TeamTransfer on Team;
    /// Bring products and people into a team.
    ImportIntoTeam: TeamTransfer on Team, changes grants;
    /// Carry everything out, on the command line.
    ExportEverything: SystemTransfer on Platform, system;
    /// Bring anything in, on the command line.
    ImportEverything: SystemTransfer on Platform, changes grants, system;
}
