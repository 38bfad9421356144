//! Permission groups, and who is invited to them. Nobody hands out more than they hold.

use std::collections::HashSet;

use super::{Planner, here, product::Scope};
use crate::{
    audit::event::ToProduct,
    authz::{Access, Grants, Group, GroupPermission, Kind, Levels, Reach, Role, Switches},
    ids::{EnvironmentId, GroupId},
    invitations::{Offer, permits::InviteToProduct},
    permission_groups::permits::CreateGroup,
    products::{LONGEST_NAME, NewGroup},
    teams::Team,
    text::{EmailAddress, Name},
    transfer::{
        document::{GroupPart, ProductPart},
        formula::key,
        outcome::Thing,
        state::People,
    },
};

impl Planner<'_> {
    /// All groups of the product, those that are there first.
    pub(super) fn groups(&mut self, part: &ProductPart, scope: &mut Scope<'_>) -> Vec<Group> {
        let mut all: Vec<Group> = scope.state.groups.clone();
        for environment in &scope.plan.environments {
            for group in &mut all {
                if group.reach == Reach::Custom && group.new_environments > Access::None {
                    scope.plan.levels.push((group.id, environment.id, group.new_environments));
                }
                *group = group.and_created(environment.id);
            }
        }
        let administrators = || vec![GroupPart { name: "Administrators".into(), ..GroupPart::default() }];
        let usual = part.permission_groups.is_none() && scope.is_new;
        let parts = if usual { administrators() } else { part.permission_groups.clone().unwrap_or_default() };
        let manages = self.importer.may::<CreateGroup>(&scope.at(Kind::Product));
        let mut seen = HashSet::new();
        for (at, part) in parts.iter().enumerate() {
            let place = format!("{}.permissionGroups[{at}]", scope.place);
            if !manages && !scope.is_new {
                self.forbid(place, "You may not manage the permission groups of this product.");
                break;
            }
            let Some(wanted) = (if usual { usual_group() } else { self.group(part, &place, scope) }) else { continue };
            if !self.is_first(&mut seen, key(&wanted.name), &place, "group of this product") {
                continue;
            }
            if let Some(found) = here(&all, |group| Some(group.id) == part.id, &wanted.name, |group| &group.name).cloned() {
                self.same_name(&place, &wanted.name, &found.name);
                if found.switches != wanted.switches {
                    self.outcome.conflict(format!("{place}.permissions"), "Here it has other permissions.");
                }
                let levels = |group: &Group| -> Vec<Access> {
                    let all = scope.environments.iter().map(|environment| group.access(environment.id));
                    all.chain([group.access_to_new()]).collect()
                };
                if found.reach != wanted.reach || levels(&found) != levels(&wanted) {
                    self.outcome.conflict(format!("{place}.access"), "Here it gives other access to the environments.");
                }
                self.outcome.present(Thing::Group);
                continue;
            }
            let group = Group { id: self.ids.group(&format!("{place}.id"), part.id), ..wanted };
            if let Some(why) = self.beyond(&group, scope) {
                self.forbid(place.clone(), why);
            }
            self.outcome.make(Thing::Group, &place, &group.name, &scope.plan.product.name);
            all.push(group.clone());
            scope.plan.groups.push(group);
        }
        if scope.is_new
            && let Some(name) = &part.default_group
        {
            match all.iter().find(|group| key(&group.name) == key(name)) {
                Some(group) => scope.plan.product.default_group = Some(group.id),
                None => self.wrong.add(format!("{}.defaultGroup", scope.place), format!("There is no group “{name}” in this product.")),
            }
        }
        all
    }

    /// Why a group would give more than the importer holds, if it would.
    fn beyond(&self, group: &Group, scope: &Scope<'_>) -> Option<String> {
        if matches!(self.importer.grants, Grants::System) {
            return None;
        }
        let ids: Vec<EnvironmentId> = scope.environments.iter().map(|environment| environment.id).collect();
        let name = |id| scope.environments.iter().find(|one| one.id == id).map(|one| one.name.clone()).unwrap_or_default();
        let refused = self.importer.grants.excess(None, group, &ids).refuse(group, name);
        refused.err().map(|error| error.message().into_owned())
    }

    /// Reads a group.
    fn group(&mut self, part: &GroupPart, place: &str, scope: &Scope<'_>) -> Option<Group> {
        let name = self.wrong.take(format!("{place}.name"), Name::up_to(LONGEST_NAME, &part.name));
        let reach = part.access.as_deref().map_or(Some(Reach::Custom), Reach::parse);
        if reach.is_none() {
            self.wrong.add(format!("{place}.access"), "Please say `full`, `readOnly` or `custom`.");
        }
        let mut switches = Switches::default();
        for (at, wire) in part.permissions.iter().enumerate() {
            match GroupPermission::by_wire(wire) {
                Some(switch) => switches = switches.with(switch.permission, true),
                None => self.wrong.add(format!("{place}.permissions[{at}]"), format!("There is no permission “{wire}”.")),
            }
        }
        if let Some((switch, needs)) = switches.broken().next() {
            self.wrong.add(format!("{place}.permissions"), format!("`{}` needs `{}`.", switch.wire, needs.wire));
        }
        let mut levels: Vec<(EnvironmentId, Access)> = vec![];
        for (environment, level) in &part.environments.0 {
            match (scope.environment(environment), Access::parse(level)) {
                (None, _) => {
                    self.wrong.add(format!("{place}.environments.{environment}"), "There is no such environment in this product.");
                }
                (_, None) => self.wrong.add(format!("{place}.environments.{environment}"), "Please say `full`, `readOnly` or `none`."),
                (Some(environment), Some(level)) => levels.push((environment.id, level)),
            }
        }
        let new_environments = part.new_environments.as_deref().map_or(Some(Access::None), Access::parse);
        if new_environments.is_none() {
            self.wrong.add(format!("{place}.newEnvironments"), "Please say `full`, `readOnly` or `none`.");
        }
        let (reach, new_environments) = (reach?, new_environments?);
        let custom = reach == Reach::Custom;
        if !custom && (!levels.is_empty() || part.new_environments.is_some()) {
            self.wrong.add(format!("{place}.access"), "Levels by environment are for groups whose access is `custom`.");
        }
        Some(Group {
            id: GroupId(0),
            name: name?.to_string(),
            switches,
            reach,
            new_environments: match reach {
                Reach::Custom => new_environments,
                Reach::Full => Access::Full,
                Reach::ReadOnly => Access::ReadOnly,
            },
            environments: levels.into_iter().collect(),
        })
    }

    /// Who is to be invited to the product.
    pub(super) fn people(&mut self, part: &ProductPart, scope: &mut Scope<'_>, team: &Team, people: &People, groups: &[Group]) {
        let manages = self.importer.may::<InviteToProduct>(&scope.at(Kind::Product));
        let known = people.products.get(&scope.plan.product.id);
        let mut seen = HashSet::new();
        for (at, person) in part.people.iter().enumerate() {
            let place = format!("{}.people[{at}]", scope.place);
            if !manages && !scope.is_new {
                self.forbid(place, "You may not manage the people of this product.");
                break;
            }
            let Some(email) = self.wrong.take(format!("{place}.email"), EmailAddress::parse(&person.email)) else { continue };
            let Some(group) = groups.iter().find(|group| key(&group.name) == key(&person.group)) else {
                self.wrong.add(format!("{place}.group"), format!("There is no group “{}” in this product.", person.group));
                continue;
            };
            if !seen.insert(email.key()) {
                self.wrong.add(format!("{place}.email"), "This address stands here twice.");
                continue;
            }
            let owns = people.team.get(&email.key()).is_some_and(|(role, _)| *role == Role::Owner);
            match known.and_then(|known| known.get(&email.key())) {
                Some((here, _)) if key(here) == key(&group.name) => self.outcome.present(Thing::Invitation),
                Some((here, _)) => {
                    self.outcome.conflict(format!("{place}.group"), format!("Here {email} is in “{here}”, or invited to it."));
                }
                None if owns => self.outcome.present(Thing::Invitation),
                None => {
                    if team.suspended {
                        self.forbid(place, "This team is suspended. Nobody can be invited until an administrator ends that.");
                        continue;
                    }
                    if let Some(why) = self.beyond(group, scope) {
                        self.forbid(place, why);
                        continue;
                    }
                    let product = &scope.plan.product;
                    self.outcome.make(Thing::Invitation, &place, email.as_str(), &product.name);
                    let to = ToProduct { id: product.id, name: product.name.clone(), group: group.id, group_name: group.name.clone() };
                    let offer = Offer { team: team.id, name: product.name.clone(), role: Role::Guest, product: Some(to) };
                    scope.plan.people.push((email, offer));
                }
            }
        }
    }
}

/// The group that every product begins with.
fn usual_group() -> Option<Group> {
    let usual = NewGroup::administrators().ok()?;
    Some(Group {
        id: GroupId(0),
        name: usual.name.to_string(),
        switches: usual.switches,
        reach: usual.reach,
        new_environments: usual.new_environments,
        environments: Levels::default(),
    })
}
