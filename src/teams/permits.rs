//! What is asked about teams.

use super::Team;
use crate::authz::{Platform, permits};

permits! {
    /// Create a team, as its first owner.
    CreateTeam: TeamCreate on Platform, changes grants;
    /// Check whether a slug is free for a new team.
    CheckSlug: TeamCreate on Platform, reads only;
    /// Come to the team, also as a Guest.
    EnterTeam: TeamProductList on Team;
    /// View the team.
    ReadTeam: TeamRead on Team;
    /// Change the team's name and slug.
    ChangeTeam: TeamSettingsManage on Team;
    /// Delete the team.
    DeleteTeam: TeamSettingsManage on Team, changes grants;
    /// Suspend the team, or end that.
    SuspendTeam: TeamSuspend on Team, changes grants;
    /// See all teams of the instance.
    ListTeams: PlatformRead on Platform;
}
