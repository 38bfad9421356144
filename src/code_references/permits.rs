//! What is asked about code references.

use crate::{authz::permits, configs::Config};

permits! {
    /// See what was found in the code.
    ListReferences: ProductRead on Config;
    /// Upload what was found in a branch.
    UploadReferences: SettingWrite on Config;
    /// Delete what was found in a repository.
    DeleteReferences: SettingWrite on Config;
}
