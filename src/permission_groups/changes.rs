//! What is to be changed in a group, as people and programs say it: what is not said stays as it is.

use super::PermissionGroup;
use crate::{
    audit::Change,
    authz::{Access, GROUP_PERMISSIONS, Group, Levels, Permission, Reach, Switches},
    error::{Error, Fields, Result},
    ids::EnvironmentId,
    products::EnvironmentBrief,
    text::Name,
};

/// Changes of a group. `None`, or not in the list: as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<Name>,
    /// Switches that go on or off.
    pub switches: Vec<(Permission, bool)>,
    /// To which environments it gives access.
    pub reach: Option<Reach>,
    /// The level in environments that are created later.
    pub new_environments: Option<Access>,
    /// Levels of single environments. They count only where the group has a level for each.
    pub environments: Vec<(EnvironmentId, Access)>,
}

impl Changes {
    /// What the group gives afterwards.
    ///
    /// # Errors
    /// By field: an environment of another product, a switch without the one that it needs.
    pub fn apply(&self, before: &Group, environments: &[EnvironmentBrief]) -> Result<Group> {
        self.check(before, environments)?;
        Ok(self.outcome(before))
    }

    /// Whether they can be made, in a product with these environments.
    pub(super) fn check(&self, before: &Group, environments: &[EnvironmentBrief]) -> Result<()> {
        let mut fields = Fields::default();
        let known = |id: &EnvironmentId| environments.iter().any(|environment| environment.id == *id);
        if !self.environments.iter().all(|(id, _)| known(id)) {
            fields.add("environmentAccesses", "There is no such environment in this product.");
        }
        for (switch, needed) in self.switches(before).broken() {
            fields.add(switch.wire, format!("{} is not allowed without {}.", capital(switch.wire), capital(needed.wire)));
        }
        if fields.0.is_empty() { Ok(()) } else { Err(fields.into()) }
    }

    /// What the group would give, whether that is possible or not.
    pub(super) fn outcome(&self, before: &Group) -> Group {
        let reach = self.reach.unwrap_or(before.reach);
        let environments = match reach {
            Reach::Custom => before.environments.iter().chain(self.environments.iter().copied()).collect(),
            _ => Levels::default(),
        };
        Group {
            id: before.id,
            name: self.name.as_ref().map_or_else(|| before.name.clone(), ToString::to_string),
            switches: self.switches(before),
            reach,
            new_environments: self.new_environments.unwrap_or(before.new_environments),
            environments,
        }
    }

    fn switches(&self, before: &Group) -> Switches {
        self.switches.iter().fold(before.switches, |switches, (permission, on)| switches.with(*permission, *on))
    }
}

/// `canDeleteConfig` is spoken of as `CanDeleteConfig`.
fn capital(field: &str) -> String {
    let mut letters = field.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The difference between two states of a group, field by field, as the audit log keeps it.
pub fn differences(before: &Group, after: &Group, environments: &[EnvironmentBrief]) -> Vec<Change> {
    let levels =
        environments.iter().map(|environment| Change::of(&environment.name, before.access(environment.id), after.access(environment.id)));
    let word = |group: &Group, permission| if group.includes(permission) { "on" } else { "off" };
    let switches =
        GROUP_PERMISSIONS.iter().map(|switch| Change::of(switch.label, word(before, switch.permission), word(after, switch.permission)));
    let first = [
        Change::of("Name", &before.name, &after.name),
        Change::of("Access", before.reach.name(), after.reach.name()),
        Change::of("New environments", before.new_environments, after.new_environments),
    ];
    first.into_iter().chain(levels).chain(switches).flatten().collect()
}

/// How many levels and switches differ.
pub fn count(before: &Group, after: &Group, environments: &[EnvironmentBrief]) -> usize {
    let levels = environments.iter().filter(|environment| before.access(environment.id) != after.access(environment.id)).count();
    let switches =
        GROUP_PERMISSIONS.iter().filter(|switch| before.includes(switch.permission) != after.includes(switch.permission)).count();
    levels + switches + usize::from(before.access_to_new() != after.access_to_new()) + usize::from(before.name != after.name)
}

impl PermissionGroup {
    /// What it gives, with its levels.
    pub(super) fn giving(&self, environments: Levels) -> Group {
        Group {
            id: self.id,
            name: self.name.clone(),
            switches: self.switches,
            reach: self.reach,
            new_environments: self.new_environments,
            environments,
        }
    }
}

/// A group that is not acceptable because its name is taken is told so at the field.
pub(super) fn taken_to_field<T>(done: Result<T>) -> Result<T> {
    done.map_err(|error| match error {
        Error::Conflict { code: "taken", .. } => Error::field("name", "Another group of the product has this name."),
        other => other,
    })
}
