//! *Why?* The chain of reasons of a decision, in words: `decide`'s own answer, told.

use super::Member;
use crate::{
    authz::{Access, Decision, Grants, Group, GroupPermission, Held, Kind, MATRIX, Permission, Place, Role, Step, decide},
    clock::Time,
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

/// Whom and what the reasons name.
pub struct About<'a> {
    /// The person's name.
    pub name: &'a str,
    /// Their user name.
    pub username: &'a str,
    /// The team's name.
    pub team: &'a str,
    /// Since when they are in it, if that is known.
    pub joined_at: Option<Time>,
    /// The product, where it was asked in one.
    pub product: Option<InProduct<'a>>,
}

/// What the reasons name of a product.
pub struct InProduct<'a> {
    /// Its name.
    pub name: &'a str,
    /// The group that the person has in it.
    pub group: Option<&'a Group>,
    /// The name of the environment that was asked about.
    pub environment: Option<&'a str>,
}

impl InProduct<'_> {
    fn group(&self) -> &str {
        self.group.map_or("the group", |group| &group.name)
    }

    fn environment(&self) -> &str {
        self.environment.unwrap_or("the environment")
    }
}

impl<'a> From<&'a Member> for About<'a> {
    fn from(member: &'a Member) -> Self {
        let joined_at = Some(member.joined_at);
        Self { name: &member.name, username: &member.username, team: &member.team_name, joined_at, product: None }
    }
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
pub fn reasons(decision: &Decision, about: &About<'_>) -> Vec<Reason> {
    decision.steps().map(|step| told(step, decision.permission, about)).collect()
}

fn told(step: Step, permission: Permission, about: &About<'_>) -> Reason {
    let name = about.name;
    let (what, fact) = match step {
        Step::HasAccount(_) => (format!("{name} has no account any more"), String::new()),
        Step::NotSuspended(true) => (format!("{name}’s account is active"), format!("user name {}", about.username)),
        Step::NotSuspended(false) => (format!("{name} is suspended"), "by an administrator of the instance".into()),
        Step::Verified(_) => {
            (format!("{name} has not confirmed the e-mail address"), "until then, only the own account can be used".into())
        }
        Step::PasswordCurrent(_) => (format!("{name} has to choose a new password"), "until then, only the own account can be used".into()),
        Step::InBrowser(_) => ("It was asked in a browser".into(), "no token may do it".into()),
        Step::Administrator(true) => (format!("{name} runs the instance"), "administrators hold what owners hold, in every team".into()),
        Step::Administrator(false) => (format!("{name} does not run the instance"), "only administrators may do it".into()),
        Step::InTeam(Some(role)) => {
            let since = about.joined_at.map(|time| format!(", since {}", time.format("%-d %B %Y"))).unwrap_or_default();
            (format!("{name} is in {}", about.team), format!("as {role}{since}"))
        }
        Step::InTeam(None) => (format!("{name} is not in {}", about.team), String::new()),
        Step::Own(true) => ("It is about the person who asks".into(), String::new()),
        Step::Own(false) => ("It is about somebody else".into(), String::new()),
        Step::Setting(switch, on) => {
            (format!("The instance’s setting {} is {}", switch.setting(), if on { "on" } else { "off" }), String::new())
        }
        Step::RoleIncludes(role, includes) => {
            (format!("The role {role} {} it", if includes { "includes" } else { "does not include" }), rows(permission, about))
        }
        Step::InGroup(_) | Step::GroupIncludes(_) | Step::AccessTo { .. } => match &about.product {
            Some(product) => by_group(step, permission, name, product),
            None => ("A permission group of a product gives it".into(), String::new()),
        },
        Step::TeamActive(true) => ("The team is active".into(), String::new()),
        Step::TeamActive(false) => ("The team is suspended".into(), "nothing can be started or created in it".into()),
        Step::DeviceState { assigned, .. } => {
            let state = if assigned { "assigned to a project" } else { "assigned to no project" };
            (format!("The device is {state}"), "an example: each device gives its own answer".into())
        }
        Step::BySystem(_) => ("Only Burgee itself does it".into(), String::new()),
    };
    Reason { holds: step.passed(), what, fact }
}

/// The steps that a permission group decides.
fn by_group(step: Step, permission: Permission, name: &str, product: &InProduct<'_>) -> (String, String) {
    let group = product.group();
    match step {
        Step::InGroup(true) => (format!("{name} is in the group {group}"), format!("everybody has one group in {}", product.name)),
        Step::InGroup(false) => {
            (format!("{name} has no permission group in {}", product.name), "without one, nothing can be done in it".into())
        }
        Step::AccessTo { needs, has } => {
            let takes = if needs == Access::Full { "Full access" } else { "at least Read-only access" };
            (format!("{group} has {} to {}", access(has), product.environment()), format!("it takes {takes}"))
        }
        _ => {
            let includes = if step.passed() { "includes" } else { "does not include" };
            let place = switch(permission).map(|switch| format!("{} › {}", switch.heading.name(), switch.label));
            (format!("{group} {includes} it"), place.unwrap_or_default())
        }
    }
}

/// The switch that gives a permission, directly or because whoever holds the one holds the other.
fn switch(permission: Permission) -> Option<&'static GroupPermission> {
    match permission.held() {
        Held::With(other) => GroupPermission::of(other),
        _ => GroupPermission::of(permission),
    }
}

fn access(access: Access) -> &'static str {
    match access {
        Access::None => "no access",
        Access::ReadOnly => "Read-only access",
        Access::Full => "Full access",
    }
}

/// What would change the answer.
pub fn remedy(decision: &Decision, about: &About<'_>) -> Option<String> {
    let name = about.name;
    let change = match (decision.steps().last()?, &about.product) {
        (Step::RoleIncludes(Role::Member | Role::Guest, false), _) if Role::Owner.holds(decision.permission) => {
            format!("an owner makes {name} an Owner.")
        }
        (Step::NotSuspended(false), _) => "an administrator ends the suspension.".into(),
        (Step::Verified(false), _) => format!("{name} opens the link in the mail."),
        (Step::PasswordCurrent(false), _) => format!("{name} chooses a new password."),
        (Step::TeamActive(false), _) => "an administrator ends the team’s suspension.".into(),
        (Step::InTeam(None) | Step::InGroup(false), Some(product)) => format!("an invitation to {} with a permission group.", product.name),
        (Step::GroupIncludes(false), Some(product)) => {
            let switch = switch(decision.permission).map_or("the permission", |switch| switch.label);
            format!("“{switch}” in the group {}, or another group for {name}.", product.group())
        }
        (Step::AccessTo { needs, has }, Some(product)) if has < needs => {
            format!("{} to {} in the group {}, or another group for {name}.", access(needs), product.environment(), product.group())
        }
        _ => return None,
    };
    Some(format!("Would change it: {change}"))
}

/// Where a permission stands in the matrix and who holds it: “Selected Project › Snapshots › Delete Snapshot: Owner only”.
fn rows(permission: Permission, about: &About<'_>) -> String {
    let holders = match (Role::Owner.holds(permission), Role::Member.holds(permission)) {
        (true, true) => "Owner and Member",
        (true, false) if about.product.is_some() && permission.is_in_product() => return "Owners hold everything in every product".into(),
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
    matches!(permission.kind(), Kind::Team | Kind::Member | Kind::Project | Kind::Device | Kind::Invitation) && !permission.is_in_product()
}
