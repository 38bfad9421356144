//! The decision. One pure, total function says whether somebody may do something somewhere, and why: routes, changes, pages, menus and the
//! question *why?* all ask it.

use super::{
    grants::{Grants, Held as Holds},
    group::Access,
    permission::{Held, Kind, Permission, Switch},
    role::Role,
};
use crate::ids::{EnvironmentId, PersonId, ProductId, TeamId};

/// Where an object stands: all that a decision may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub kind: Kind,
    /// The team that it belongs to.
    pub team: Option<TeamId>,
    /// The product that it belongs to.
    pub product: Option<ProductId>,
    /// The environment in which it is a value, or a key to the values.
    pub environment: Option<EnvironmentId>,
    /// The person whom it is about.
    pub person: Option<PersonId>,
    /// For a device: whether it is assigned to a project.
    pub assigned: Option<bool>,
}

impl Place {
    /// The instance.
    pub const PLATFORM: Self = Self { kind: Kind::Platform, team: None, product: None, environment: None, person: None, assigned: None };

    /// Something in a team.
    pub const fn in_team(kind: Kind, team: TeamId) -> Self {
        Self { kind, team: Some(team), ..Self::PLATFORM }
    }

    /// Something about a person, in no team.
    pub const fn of_person(kind: Kind, person: PersonId) -> Self {
        Self { kind, person: Some(person), ..Self::PLATFORM }
    }

    /// Something in a product.
    pub const fn in_product(kind: Kind, team: TeamId, product: ProductId) -> Self {
        Self { kind, team: Some(team), product: Some(product), ..Self::PLATFORM }
    }

    /// The same place, in an environment.
    pub const fn at(self, environment: EnvironmentId) -> Self {
        Self { environment: Some(environment), ..self }
    }

    /// The same place, about a person.
    pub const fn about(self, person: Option<PersonId>) -> Self {
        Self { person, ..self }
    }
}

/// One step of a decision, with whether it was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is such an account.
    HasAccount(bool),
    /// The account is not suspended.
    NotSuspended(bool),
    /// The address is confirmed.
    Verified(bool),
    /// No new password is asked for.
    PasswordCurrent(bool),
    /// It came from a browser, not with a token.
    InBrowser(bool),
    /// They run the instance: level with owners in every team.
    Administrator(bool),
    /// What they are in the team; `None`: not in it.
    InTeam(Option<Role>),
    /// The object is about the person who asks.
    Own(bool),
    /// The instance's setting is on.
    Setting(Switch, bool),
    /// The role includes it.
    RoleIncludes(Role, bool),
    /// They have a permission group in the product.
    InGroup(bool),
    /// The group's switch is on.
    GroupIncludes(bool),
    /// Their access to the environment.
    AccessTo {
        /// What it takes.
        needs: Access,
        /// What they have.
        has: Access,
    },
    /// The team is not suspended.
    TeamActive(bool),
    /// The device is in the state that the permission is about; the flag says whether it should be assigned.
    DeviceState {
        /// What the permission is about.
        assigned: bool,
        /// Whether it is so.
        passed: bool,
    },
    /// Burgee does it by itself; the flag says whether this is such a thing.
    BySystem(bool),
}

impl Step {
    /// Whether the decision went on after it, or ended well with it.
    pub const fn passed(self) -> bool {
        match self {
            Self::HasAccount(passed)
            | Self::NotSuspended(passed)
            | Self::Verified(passed)
            | Self::PasswordCurrent(passed)
            | Self::InBrowser(passed)
            | Self::Administrator(passed)
            | Self::Own(passed)
            | Self::Setting(_, passed)
            | Self::RoleIncludes(_, passed)
            | Self::InGroup(passed)
            | Self::GroupIncludes(passed)
            | Self::TeamActive(passed)
            | Self::DeviceState { passed, .. }
            | Self::BySystem(passed) => passed,
            Self::InTeam(role) => role.is_some(),
            Self::AccessTo { needs, has } => has as u8 >= needs as u8,
        }
    }
}

/// How a decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Allowed,
    /// They may not, but may know that it exists: 403.
    Denied,
    /// They may not even know that it exists: 404.
    Hidden,
}

/// The most steps a decision takes.
const LONGEST: usize = 8;

/// A verdict with the chain of reasons that led to it. Made without allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How it ended.
    pub verdict: Verdict,
    /// What was asked, after turning it to oneself where that makes a difference.
    pub permission: Permission,
    steps: [Option<Step>; LONGEST],
}

/// It is made for every button of every page: half a cache line.
const _: () = assert!(size_of::<Decision>() <= 32);

impl Decision {
    /// Whether they may.
    pub fn allows(&self) -> bool {
        self.verdict == Verdict::Allowed
    }

    /// The reasons, in the order in which they were weighed. In a refusal the last one is what failed.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        self.steps.iter().copied().flatten()
    }
}

struct Chain {
    permission: Permission,
    steps: [Option<Step>; LONGEST],
    length: usize,
}

impl Chain {
    /// Notes a step and tells whether it was passed.
    fn step(&mut self, step: Step) -> bool {
        self.steps[self.length] = Some(step);
        self.length += 1;
        step.passed()
    }

    fn end(self, verdict: Verdict) -> Decision {
        Decision { verdict, permission: self.permission, steps: self.steps }
    }

    fn end_if(self, allowed: bool, otherwise: Verdict) -> Decision {
        self.end(if allowed { Verdict::Allowed } else { otherwise })
    }
}

/// Whether somebody who holds `grants` may do what `permission` names at `place`, and why.
pub fn decide(grants: &Grants, permission: Permission, place: &Place) -> Decision {
    let mut chain = Chain { permission, steps: [None; LONGEST], length: 0 };
    let holds = match grants {
        Grants::Person(holds) => holds,
        Grants::System => {
            let by_system = chain.step(Step::BySystem(permission.held() == Held::System));
            return chain.end_if(by_system, Verdict::Hidden);
        }
        Grants::Nobody => {
            chain.step(Step::HasAccount(false));
            return chain.end(Verdict::Hidden);
        }
    };
    let oneself = place.person == Some(holds.person);
    if oneself && let Some(instead) = permission.about_oneself() {
        chain.permission = instead;
    }
    if !chain.step(Step::NotSuspended(!holds.suspended)) {
        return chain.end(Verdict::Hidden);
    }
    if place.kind != Kind::Account && !holds.verified && !chain.step(Step::Verified(false)) {
        return chain.end(Verdict::Denied);
    }
    let renews = matches!(permission, Permission::AccountRead | Permission::AccountCredentials);
    if holds.password_expired && !renews && !chain.step(Step::PasswordCurrent(false)) {
        return chain.end(Verdict::Denied);
    }
    let includes = match chain.permission.held() {
        Held::With(other) => other,
        _ => chain.permission,
    };
    match includes.held() {
        Held::Owner | Held::Member | Held::InTeam => in_team(chain, holds, place),
        Held::InProduct => in_product(chain, holds, place, None, Access::None),
        Held::Group(needs) => in_product(chain, holds, place, Some(includes), needs),
        Held::Reach(needs) => in_product(chain, holds, place, None, needs),
        Held::Own => {
            let own = chain.step(Step::Own(oneself));
            chain.end_if(own, Verdict::Hidden)
        }
        Held::OwnInBrowser => match chain.step(Step::Own(oneself)) {
            true => {
                let in_browser = chain.step(Step::InBrowser(!holds.by_token));
                chain.end_if(in_browser, Verdict::Denied)
            }
            false => chain.end(Verdict::Hidden),
        },
        Held::Administrator => {
            let administrator = chain.step(Step::Administrator(holds.administrator));
            // A list is refused; whether a single thing exists is not told.
            chain.end_if(administrator, if place.kind == Kind::Platform || sees(holds, place) { Verdict::Denied } else { Verdict::Hidden })
        }
        Held::Everyone(switch) => {
            let on = match switch {
                Switch::TeamCreate => holds.may_create_teams,
            };
            let allowed = (holds.administrator && chain.step(Step::Administrator(true))) || chain.step(Step::Setting(switch, on));
            chain.end_if(allowed, Verdict::Denied)
        }
        // `With` names what a group or a level gives, never another `With`.
        Held::System | Held::With(_) => {
            chain.step(Step::BySystem(false));
            chain.end(Verdict::Hidden)
        }
    }
}

/// Whether somebody may know that the object exists: Members what is in the team, people with a group what is in the product.
fn sees(holds: &Holds, place: &Place) -> bool {
    match place.product {
        Some(_) => holds.role == Some(Role::Owner) || (holds.role.is_some() && holds.group.is_some()),
        None => place.team.is_some() && holds.role.is_some_and(|role| role >= Role::Member),
    }
}

/// In a product: Owners and administrators hold everything; others what their group includes, and the access that it gives to the environment.
fn in_product(mut chain: Chain, holds: &Holds, place: &Place, includes: Option<Permission>, needs: Access) -> Decision {
    let role = if place.team.is_some() { holds.role } else { None };
    if holds.administrator && place.team.is_some() && chain.step(Step::Administrator(true)) {
        return chain.end(Verdict::Allowed);
    }
    if !chain.step(Step::InTeam(role)) {
        return chain.end(Verdict::Hidden);
    }
    if role == Some(Role::Owner) && chain.step(Step::RoleIncludes(Role::Owner, true)) {
        return chain.end(Verdict::Allowed);
    }
    let group = if place.product.is_some() { holds.group.as_deref() } else { None };
    if !chain.step(Step::InGroup(group.is_some())) {
        return chain.end(Verdict::Hidden);
    }
    let Some(group) = group else { return chain.end(Verdict::Hidden) };
    // Whoever has no access to the environment is not even told that there is something in it.
    let has = place.environment.map(|environment| group.access(environment));
    if let Some(has) = has
        && has == Access::None
        && needs > Access::None
    {
        chain.step(Step::AccessTo { needs, has });
        return chain.end(Verdict::Hidden);
    }
    if let Some(permission) = includes
        && !chain.step(Step::GroupIncludes(group.includes(permission)))
    {
        return chain.end(Verdict::Denied);
    }
    match has {
        Some(has) if needs > Access::None => {
            let enough = chain.step(Step::AccessTo { needs, has });
            chain.end_if(enough, Verdict::Denied)
        }
        // A value is always in an environment.
        None if includes.is_none() && needs > Access::None => {
            chain.step(Step::AccessTo { needs, has: Access::None });
            chain.end(Verdict::Hidden)
        }
        _ => chain.end(Verdict::Allowed),
    }
}

fn in_team(mut chain: Chain, holds: &Holds, place: &Place) -> Decision {
    let permission = chain.permission;
    let role = if place.team.is_some() { holds.role } else { None };
    let includes = if holds.administrator && place.team.is_some() {
        chain.step(Step::Administrator(true)) && Role::Owner.holds(permission)
    } else if chain.step(Step::InTeam(role))
        && let Some(role) = role
    {
        chain.step(Step::RoleIncludes(role, role.holds(permission)))
    } else {
        return chain.end(Verdict::Hidden);
    };
    let otherwise = if holds.administrator || sees(holds, place) { Verdict::Denied } else { Verdict::Hidden };
    if !includes {
        return chain.end(otherwise);
    }
    let state = match permission {
        Permission::DeviceEditAssigned => Some(true),
        Permission::DeviceEditUnassigned => Some(false),
        _ => None,
    };
    if let Some(assigned) = state
        && !chain.step(Step::DeviceState { assigned, passed: place.assigned == Some(assigned) })
    {
        return chain.end(otherwise);
    }
    if permission.in_browser() && !chain.step(Step::InBrowser(!holds.by_token)) {
        return chain.end(Verdict::Denied);
    }
    if permission.creates() && !chain.step(Step::TeamActive(!holds.team_suspended)) {
        return chain.end(otherwise);
    }
    chain.end(Verdict::Allowed)
}
