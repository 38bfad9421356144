//! What is asked about accounts: by the person whose it is, and by those who run the instance.

use super::{Account, OwnSession, OwnToken, Person};
use crate::authz::{Platform, permits};

permits! {
    /// See one's own account.
    ReadAccount: AccountRead on Account;
    /// Change one's own names and default team.
    EditAccount: AccountEdit on Account;
    /// Change one's own password and address, end sessions, make tokens.
    ManageCredentials: AccountCredentials on Account;
    /// End one of one's own sessions.
    EndSession: AccountCredentials on OwnSession;
    /// Revoke one of one's own tokens.
    RevokeToken: AccountCredentials on OwnToken;
    /// Delete one's own account.
    DeleteAccount: AccountDelete on Account, changes grants;
    /// See everybody on the instance.
    ListPeople: PersonList on Platform;
    /// Create an account for somebody.
    CreatePerson: PersonCreate on Platform, changes grants;
    /// See somebody's account.
    ReadPerson: PersonRead on Person;
    /// Change, suspend, verify or promote somebody.
    EditPerson: PersonEdit on Person, changes grants;
    /// Delete somebody's account.
    DeletePerson: PersonDelete on Person, changes grants;
    /// Sign somebody in, note that it failed, and answer the links that they were sent.
    ServeAccount: SystemAccount on Account, public;
    /// Create an account: at the first set-up, by signing up, on the command line.
    OpenAccount: SystemPlatform on Platform, changes grants, public;
    /// Clear away what has expired, and note who was seen.
    KeepAccounts: SystemPlatform on Platform, system;
}
