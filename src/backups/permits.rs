//! What is asked about backups.

use crate::authz::{Platform, permits};

permits! {
    /// End what a restored backup must not revive.
    RestoreInstance: SystemPlatform on Platform, changes grants, system;
}
