//! *Why?* The chain of reasons of a decision, in words: `decide`'s own answer, told.

use super::Member;
use crate::{
    authz::{Decision, Grants, Kind, MATRIX, Permission, Place, Role, Step, decide},
    error::Result,
    ids::TeamId,
};

/// One reason in words.
pub struct Reason {
    /// Whether it holds.
    pub holds: bool,
    /// “Kim is in Harbor Works”.
    pub what: String,
    /// “as Member, since 3 March 2026”.
    pub fact: String,
}

/// The answer for a member and a permission, decided now with what the member holds now.
pub async fn ask(db: &crate::db::Reader, member: &Member, permission: Permission, needs_verified: bool) -> Result<Decision> {
    let place = place(member, permission);
    let grants = Grants::load(db, member.person, &place, None, needs_verified).await?;
    Ok(decide(&grants, permission, &place))
}

/// An object of the kind that the permission is about, as it would usually stand in the team.
fn place(member: &Member, permission: Permission) -> Place {
    let place = example(member.team, permission);
    match permission {
        Permission::TeamMemberRemoveSelf | Permission::TeamMemberExplainSelf => place.about(Some(member.person)),
        _ => place,
    }
}

/// An object of the kind that a permission is about, in a team.
pub fn example(team: TeamId, permission: Permission) -> Place {
    let place = Place::in_team(permission.kind(), team);
    match permission {
        Permission::DeviceEditAssigned => Place { assigned: Some(true), ..place },
        Permission::DeviceEditUnassigned => Place { assigned: Some(false), ..place },
        _ => place,
    }
}

/// The reasons in words.
pub fn reasons(decision: &Decision, member: &Member) -> Vec<Reason> {
    let name = &member.name;
    decision
        .steps()
        .map(|step| {
            let (what, fact) = match step {
                Step::HasAccount(_) => (format!("{name} has no account any more"), String::new()),
                Step::NotSuspended(true) => (format!("{name}’s account is active"), format!("user name {}", member.username)),
                Step::NotSuspended(false) => (format!("{name} is suspended"), "by an administrator of the instance".into()),
                Step::Verified(_) => {
                    (format!("{name} has not confirmed the e-mail address"), "until then, only the own account can be used".into())
                }
                Step::InBrowser(_) => ("It was asked in a browser".into(), "no token may do it".into()),
                Step::Administrator(true) => {
                    (format!("{name} runs the instance"), "administrators hold what owners hold, in every team".into())
                }
                Step::Administrator(false) => (format!("{name} does not run the instance"), "only administrators may do it".into()),
                Step::InTeam(Some(role)) => {
                    (format!("{name} is in {}", member.team_name), format!("as {role}, since {}", member.joined_at.format("%-d %B %Y")))
                }
                Step::InTeam(None) => (format!("{name} is not in {}", member.team_name), String::new()),
                Step::Own(true) => ("It is about the person who asks".into(), String::new()),
                Step::Own(false) => ("It is about somebody else".into(), String::new()),
                Step::Setting(switch, on) => {
                    (format!("The instance’s setting {} is {}", switch.setting(), if on { "on" } else { "off" }), String::new())
                }
                Step::RoleIncludes(role, includes) => {
                    (format!("The role {role} {} it", if includes { "includes" } else { "does not include" }), rows(decision.permission))
                }
                // Asked about the team: what a product's group includes is asked there.
                Step::InGroup(_) | Step::GroupIncludes(_) | Step::AccessTo { .. } => {
                    ("A permission group of a product gives it".into(), String::new())
                }
                Step::TeamActive(true) => ("The team is active".into(), String::new()),
                Step::TeamActive(false) => ("The team is suspended".into(), "nothing can be started or created in it".into()),
                Step::DeviceState { assigned, .. } => {
                    let state = if assigned { "assigned to a project" } else { "assigned to no project" };
                    (format!("The device is {state}"), "an example: each device gives its own answer".into())
                }
                Step::BySystem(_) => ("Only Burgee itself does it".into(), String::new()),
            };
            Reason { holds: step.passed(), what, fact }
        })
        .collect()
}

/// What would change the answer.
pub fn remedy(decision: &Decision, member: &Member) -> Option<String> {
    let name = &member.name;
    match decision.steps().last()? {
        Step::RoleIncludes(Role::Member | Role::Guest, false) if Role::Owner.holds(decision.permission) => {
            Some(format!("Would change it: an owner makes {name} an Owner."))
        }
        Step::NotSuspended(false) => Some("Would change it: an administrator ends the suspension.".into()),
        Step::Verified(false) => Some(format!("Would change it: {name} opens the link in the mail.")),
        Step::TeamActive(false) => Some("Would change it: an administrator ends the team’s suspension.".into()),
        _ => None,
    }
}

/// Where a permission stands in the matrix and who holds it: “Selected Project › Snapshots › Delete Snapshot: Owner only”.
fn rows(permission: Permission) -> String {
    let holders = match (Role::Owner.holds(permission), Role::Member.holds(permission)) {
        (true, true) => "Owner and Member",
        (true, false) => "Owner only",
        _ => "nobody by role",
    };
    match MATRIX.iter().find(|row| row.permission == Some(permission)) {
        Some(row) => format!("{}: {holders}", row.path.join(" › ")),
        None => format!("{}: {holders}", permission.sentence()),
    }
}

/// Permissions that can be asked about: those of a team.
pub fn askable(permission: Permission) -> bool {
    matches!(permission.kind(), Kind::Team | Kind::Member | Kind::Project | Kind::Device | Kind::Invitation)
}
