//! What is asked about service accounts.

use super::{ServiceAccount, ServiceToken};
use crate::{authz::permits, teams::Team};

permits! {
    /// See the service accounts of a team.
    ListServiceAccounts: ServiceAccountList on Team;
    /// See one, with its groups and tokens.
    ReadServiceAccount: ServiceAccountList on ServiceAccount;
    /// Create one.
    CreateServiceAccount: ServiceAccountCreate on Team, changes grants;
    /// Rename one, delete it, give it a permission group.
    ManageServiceAccount: ServiceAccountManage on ServiceAccount, changes grants;
    /// Make a token of one.
    MakeServiceToken: ServiceAccountCredentials on ServiceAccount;
    /// Revoke a token of one.
    RevokeServiceToken: ServiceAccountCredentials on ServiceToken;
}
