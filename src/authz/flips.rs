//! What another permission group changes for somebody: every permission, in every environment, that flips. It is asked of the function that
//! enforces it, once with the group before and once with the group after, so that it cannot say anything else than what will be enforced.

use std::sync::Arc;

use super::{
    decide::{Place, decide},
    grants::{Grants, Held as Holds},
    group::{Access, Group},
    permission::{Held, Permission},
};
use crate::ids::{EnvironmentId, ProductId, TeamId};

/// Where a permission flips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Where {
    /// In the product: it is not about environments.
    Product,
    /// In this environment.
    Environment(EnvironmentId),
    /// In environments that are created later.
    NewEnvironments,
}

/// A permission that somebody gains or loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flip {
    /// Which.
    pub permission: Permission,
    /// Where.
    pub at: Where,
    /// Whether they hold it afterwards.
    pub gains: bool,
}

/// Stands for an environment that does not exist yet.
const LATER: EnvironmentId = EnvironmentId(uuid::Uuid::max());

impl Permission {
    /// Whether it is held by being in a product, by the group there or by the access to an environment.
    pub const fn is_in_product(self) -> bool {
        matches!(self.held(), Held::InProduct | Held::Group(_) | Held::Reach(_) | Held::With(_))
    }

    /// Whether it takes access to an environment, and how much.
    pub const fn needs_access(self) -> Option<Access> {
        match self.held() {
            Held::Reach(access) => Some(access),
            Held::Group(access) if !matches!(access, Access::None) => Some(access),
            _ => None,
        }
    }
}

/// Everything that flips for somebody in a product when their group there turns from `before` into `after`; `None` is no group. In the order of
/// the catalogue, and of the environments as they are given.
pub fn flips(
    holds: &Holds,
    (team, product): (TeamId, ProductId),
    before: Option<&Group>,
    after: Option<&Group>,
    environments: &[EnvironmentId],
) -> Vec<Flip> {
    let with =
        |group: Option<&Group>| Grants::Person(Holds { group: group.map(|group| Arc::new(group.and_created(LATER))), ..holds.clone() });
    let (before, after) = (with(before), with(after));
    let mut found = vec![];
    for permission in Permission::ALL.iter().copied().filter(|permission| permission.is_in_product()) {
        let place = Place::in_product(permission.kind(), team, product);
        let mut compare = |place: &Place, at: Where| {
            let (had, has) = (decide(&before, permission, place).allows(), decide(&after, permission, place).allows());
            if had != has {
                found.push(Flip { permission, at, gains: has });
            }
        };
        if permission.needs_access().is_none() {
            compare(&place, Where::Product);
            continue;
        }
        for environment in environments {
            compare(&place.at(*environment), Where::Environment(*environment));
        }
        compare(&place.at(LATER), Where::NewEnvironments);
    }
    found
}
