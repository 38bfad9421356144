//! What is asked about SDK keys.

use super::SdkKeys;
use crate::{
    authz::{Platform, permits},
    configs::Config,
};

permits! {
    /// See which environments a config has keys in.
    ReadConfigKeys: ProductRead on Config;
    /// See the keys of a config in an environment.
    ReadSdkKeys: SdkKeyRead on SdkKeys;
    /// Add, promote and take away keys.
    RotateSdkKeys: SdkKeyRotate on SdkKeys;
    /// See how often they are used.
    ReadKeyUses: ProductStatistics on SdkKeys;
    /// Write down how often keys were used, and forget it after a while.
    NoteKeyUses: SystemPlatform on Platform, system;
}
