//! What is asked about logs.

use crate::{
    authz::{Platform, permits},
    products::Product,
    teams::Team,
};

permits! {
    /// Read a team's log.
    ReadTeamLog: TeamAuditRead on Team;
    /// Read a product's log: a view over its team's.
    ReadProductLog: ProductAuditRead on Product;
    /// Read the log of the platform and its accounts.
    ReadPlatformLog: PlatformRead on Platform;
    /// Check the chains of all logs, record their heads and note what was found.
    CheckChains: SystemPlatform on Platform, system;
}
