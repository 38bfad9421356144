//! What another group changes, before it is saved: every person, permission and environment that flips, worst first.

use crate::{
    audit::event::Who,
    authz::{Flip, Group, Permission, Role, Where, flips, grants::Held},
    ids::{GroupId, PersonId, ProductId, TeamId},
    products::EnvironmentBrief,
};

/// Somebody whose permissions in a product are looked at.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// The person.
    pub id: PersonId,
    /// Their user name.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are in the team.
    pub role: Option<Role>,
    /// Whether they are shut out of the instance.
    pub suspended: bool,
    /// Whether they run it.
    pub administrator: bool,
    /// Their group in the product.
    pub group: Option<GroupId>,
}

impl Somebody {
    /// As events remember them.
    pub fn who(&self) -> Who {
        Who { id: self.id, username: self.username.clone(), name: self.name.clone() }
    }

    /// Whether they hold everything, whatever their group says.
    pub fn has_everything(&self) -> bool {
        self.administrator || self.role == Some(Role::Owner)
    }

    /// What they hold besides their group. A suspension can end and an address be confirmed at any moment: neither hides what a group gives.
    fn holds(&self) -> Held {
        Held {
            person: self.id,
            administrator: self.administrator,
            suspended: false,
            verified: true,
            password_expired: false,
            role: self.role,
            group: None,
            team_suspended: false,
            may_create_teams: false,
            by_token: false,
        }
    }
}

/// One permission that flips somewhere, and for whom.
#[derive(Debug)]
pub struct Effect<'a> {
    /// What flips.
    pub flip: Flip,
    /// Everybody for whom it does, in the order in which they were given.
    pub people: Vec<&'a Somebody>,
}

/// Whether changes in the environment are the ones that matter most.
pub fn matters_most(environment: &EnvironmentBrief) -> bool {
    environment.color.as_deref().is_some_and(|color| color.trim().eq_ignore_ascii_case("red"))
}

/// What flips for these people when their group turns from `before` into `after`, worst first; `None` is no group.
pub fn preview<'a>(
    place: (TeamId, ProductId),
    people: &'a [Somebody],
    before: Option<&Group>,
    after: Option<&Group>,
    environments: &[EnvironmentBrief],
) -> Vec<Effect<'a>> {
    let ids: Vec<_> = environments.iter().map(|environment| environment.id).collect();
    let mut effects: Vec<Effect<'a>> = vec![];
    // What flips depends on the role alone: people who are alike are asked about once.
    type Alike = (Option<Role>, bool);
    let mut asked: Vec<(Alike, Vec<Flip>)> = vec![];
    for person in people {
        let alike = (person.role, person.administrator);
        if !asked.iter().any(|(known, _)| *known == alike) {
            asked.push((alike, flips(&person.holds(), place, before, after, &ids)));
        }
        for flip in asked.iter().filter(|(known, _)| *known == alike).flat_map(|(_, flips)| flips) {
            match effects.iter_mut().find(|effect| effect.flip == *flip) {
                Some(effect) => effect.people.push(person),
                None => effects.push(Effect { flip: *flip, people: vec![person] }),
            }
        }
    }
    effects.sort_by_key(|effect| rank(&effect.flip, environments));
    effects
}

/// The product itself first; then values where it matters most, lost before gained; then values elsewhere, lost before gained; then the rest.
fn rank(flip: &Flip, environments: &[EnvironmentBrief]) -> (u8, usize, bool) {
    let at = match flip.at {
        Where::Environment(id) => environments.iter().position(|environment| environment.id == id).unwrap_or(environments.len()),
        _ => environments.len(),
    };
    let most = environments.get(at).is_some_and(matters_most);
    let class = match (flip.permission, most, flip.gains) {
        (Permission::ProductRead, ..) => 0,
        (Permission::ValueWrite | Permission::ValueRead, true, false) => 1,
        (Permission::ValueWrite | Permission::ValueRead, true, true) => 2,
        (Permission::ValueWrite | Permission::ValueRead, false, false) => 3,
        (Permission::ValueWrite | Permission::ValueRead, false, true) => 4,
        (.., false) => 5,
        (.., true) => 6,
    };
    (class, at, flip.permission != Permission::ValueWrite)
}
