//! What is asked about members.

use super::Member;
use crate::{authz::permits, teams::Team};

permits! {
    /// View the members of a team.
    ListMembers: TeamMemberList on Team;
    /// See those people of a team whom one may see: all, or its Owners and those whom one manages in a product.
    MeetPeople: TeamProductList on Team;
    /// See what the roles allow.
    ReadRoles: TeamRead on Team;
    /// Change somebody's role.
    ChangeRole: TeamMemberChangeRole on Member, changes grants;
    /// Remove somebody from the team; asked about oneself, leave it.
    RemoveMember: TeamMemberRemoveOther on Member, changes grants;
    /// Ask why somebody may or may not do something.
    ExplainMember: TeamMemberExplain on Member;
}
