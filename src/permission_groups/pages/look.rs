//! How groups, environments and what a change does are put into words and views. Nothing is asked of the database here.

use super::{Band, Effect, Flip, Heading, Level, Through};
use crate::{
    authz::{self, GROUP_PERMISSIONS, Grants, Group, GroupPermission, Permission, Where},
    permission_groups::{Somebody, changes, matters_most, preview},
    products::EnvironmentBrief,
    ui::{self, Access, Avatar, Environment},
};

/// An environment as the pages show it.
pub fn brief(environment: &EnvironmentBrief) -> Environment {
    Environment::new(environment.id.to_string(), &environment.name, environment.color.as_deref().unwrap_or_default())
}

pub(super) const fn access(access: authz::Access) -> Access {
    match access {
        authz::Access::None => Access::None,
        authz::Access::ReadOnly => Access::ReadOnly,
        authz::Access::Full => Access::Full,
    }
}

/// The environments that matter most first; else in their order.
pub(super) fn ordered(mut environments: Vec<EnvironmentBrief>) -> Vec<EnvironmentBrief> {
    environments.sort_by_key(|environment| !matters_most(environment));
    environments
}

/// “Kim, Noor”, “Kim, Noor, Sasha and 12 more”.
pub(super) fn names(people: &[&Somebody], most: usize) -> String {
    let shown: Vec<&str> = people.iter().take(most).map(|person| person.name.as_str()).collect();
    match people.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn some_people(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 person {one}") } else { format!("{count} people {many}") }
}

/// What a group means in one line: “Read-only in Production, Full elsewhere · Manage resources”.
pub fn meaning(group: &Group, environments: &[EnvironmentBrief]) -> String {
    let mut parts = vec![];
    for level in authz::Access::ALL.into_iter().rev() {
        let there: Vec<&str> =
            environments.iter().filter(|one| group.access(one.id) == level).map(|environment| environment.name.as_str()).collect();
        let preposition = if level == authz::Access::None { "to" } else { "in" };
        match there.len() {
            0 => {}
            all if all == environments.len() => parts.push(format!("{level} everywhere")),
            _ => parts.push(format!("{level} {preposition} {}", there.join(", "))),
        }
    }
    let may = may(group);
    format!("{} · {may}", parts.join(", ")).trim_start_matches(" · ").to_owned()
}

/// “Manage members, 3 of 11 manage resources”, or “values only”.
pub(super) fn may(group: &Group) -> String {
    let headings = authz::Heading::ALL.into_iter().filter_map(|heading| {
        let (on, of) = (heading.switches().filter(|switch| group.includes(switch.permission)).count(), heading.switches().count());
        match on {
            0 => None,
            on if on == of => Some(heading.name().to_owned()),
            on => Some(format!("{on} of {of} {}", heading.name().to_lowercase())),
        }
    });
    let list = headings.collect::<Vec<_>>().join(", ");
    if list.is_empty() { "values only".into() } else { list }
}

/// What the bands over a page are made of.
pub(super) struct Everybody {
    pub people: Vec<Somebody>,
    pub groups: Vec<Group>,
    pub administrators: u64,
}

/// Who may change the environments that matter most, now and with a changed group.
pub(super) fn bands(product: &str, environments: &[EnvironmentBrief], all: &Everybody, changed: Option<&Group>) -> Vec<Band> {
    let most: Vec<_> = environments.iter().filter(|environment| matters_most(environment)).collect();
    let shown = if most.is_empty() { environments.last().into_iter().collect() } else { most };
    shown.into_iter().map(|environment| band(product, environment, all, changed)).collect()
}

fn band(product: &str, environment: &EnvironmentBrief, all: &Everybody, changed: Option<&Group>) -> Band {
    let active = || all.people.iter().filter(|person| !person.suspended);
    let owners: Vec<&Somebody> = active().filter(|person| person.role == Some(authz::Role::Owner)).collect();
    let (mut now, mut after, mut administrators) = (owners.len(), owners.len(), all.administrators);
    administrators = administrators.saturating_sub(owners.iter().filter(|person| person.administrator).count() as u64);
    let mut who = vec![];
    if !owners.is_empty() {
        who.push(Through { group: "Owners".into(), people: names(&owners, 3), leaving: false, coming: false });
    }
    for group in &all.groups {
        let may = |group: &Group| group.access(environment.id) == authz::Access::Full;
        let then = changed.filter(|changed| changed.id == group.id).unwrap_or(group);
        let (before, later) = (may(group), may(then));
        let there: Vec<&Somebody> = active().filter(|person| person.group == Some(group.id) && !person.has_everything()).collect();
        if there.is_empty() || !(before || later) {
            continue;
        }
        now += if before { there.len() } else { 0 };
        after += if later { there.len() } else { 0 };
        who.push(Through { group: group.name.clone(), people: names(&there, 3), leaving: !later, coming: !before });
    }
    Band {
        environment: brief(environment),
        product: product.to_owned(),
        now: now as u64,
        after: changed.map(|_| after as u64),
        who,
        administrators,
    }
}

/// The lines of the environments, and the one of those that are created later.
pub(super) fn levels(held: &Grants, before: &Group, after: &Group, environments: &[EnvironmentBrief]) -> (Vec<Level>, Level) {
    let limit = |held: authz::Access| (held < authz::Access::Full).then(|| format!("You hold {held} here yourself, and can give no more."));
    let lines = environments.iter().map(|environment| Level {
        environment: Some(brief(environment)),
        chosen: access(after.access(environment.id)),
        was: access(before.access(environment.id)),
        limit: limit(held.access(environment.id)),
    });
    let later = held.excess(None, &Group { new_environments: authz::Access::Full, ..Group::nothing() }, &[]).new_environments;
    let new = Level {
        environment: None,
        chosen: access(after.access_to_new()),
        was: access(before.access_to_new()),
        limit: later.then(|| "You do not hold Full access to new environments yourself.".to_owned()),
    };
    (lines.collect(), new)
}

/// The three headings with their switches.
pub(super) fn headings(held: &Grants, before: &Group, after: &Group) -> Vec<Heading> {
    let beyond = held.excess(None, &Group { switches: authz::Switches::all(), ..Group::nothing() }, &[]).permissions;
    authz::Heading::ALL
        .into_iter()
        .map(|heading| {
            let details = heading.switches().map(|switch| super::Detail {
                key: switch.wire.into(),
                label: switch.label.into(),
                on: after.includes(switch.permission),
                was: before.includes(switch.permission),
                needs: switch.needs.and_then(GroupPermission::of).map(|needed| needed.wire.to_owned()).unwrap_or_default(),
                limit: beyond.contains(&switch.permission).then(|| "You do not hold it yourself.".into()),
            });
            let about = match heading {
                authz::Heading::ManageMembers => "Invite, move and remove people, edit groups, read the product’s audit log",
                authz::Heading::ManageResources => "Create, change and delete what the product is made of",
                authz::Heading::More => "SDK keys, statistics, and what connects the product to other systems",
            };
            Heading { title: heading.name().into(), about: about.into(), details: details.collect() }
        })
        .collect()
}

/// What these people's group is, and what it is to be.
pub(super) struct Change<'a> {
    pub place: (crate::ids::TeamId, crate::ids::ProductId),
    pub before: &'a Group,
    pub after: &'a Group,
    pub people: &'a [Somebody],
    pub environments: &'a [EnvironmentBrief],
}

impl Change<'_> {
    /// How many switches and levels differ.
    pub(super) fn count(&self) -> u64 {
        changes::count(self.before, self.after, self.environments) as u64
    }

    /// What it does to them, worst first.
    pub(super) fn effects(&self) -> Vec<Effect> {
        effects(&preview(self.place, self.people, Some(self.before), Some(self.after), self.environments), self)
    }
}

/// The flips in the words of a page: one entry for each environment whose values are touched, then one for each switch, in the order in which
/// the worst of each comes.
fn effects(found: &[preview::Effect<'_>], change: &Change<'_>) -> Vec<Effect> {
    let mut told: Vec<Effect> = vec![];
    let mut environments: Vec<Where> = vec![];
    let mut switches: Vec<Permission> = vec![];
    for effect in found {
        let permission = effect.flip.permission;
        match permission {
            Permission::ValueWrite | Permission::ValueRead if !environments.contains(&effect.flip.at) => {
                environments.push(effect.flip.at);
                told.push(values(effect, found, change));
            }
            _ if switched(change, permission) && !switches.contains(&permission) => {
                switches.push(permission);
                told.push(switch(effect, found, change));
            }
            _ => {}
        }
    }
    told
}

/// Whether the switch itself is moved, not only the access that it takes.
fn switched(change: &Change<'_>, permission: Permission) -> bool {
    GroupPermission::of(permission).is_some() && change.before.includes(permission) != change.after.includes(permission)
}

fn values(effect: &preview::Effect<'_>, found: &[preview::Effect<'_>], change: &Change<'_>) -> Effect {
    let environment = match effect.flip.at {
        Where::Environment(id) => change.environments.iter().find(|environment| environment.id == id),
        _ => None,
    };
    let level = |group: &Group| environment.map_or_else(|| group.access_to_new(), |environment| group.access(environment.id));
    let (from, to) = (level(change.before), level(change.after));
    let (one, many) = match (from, to) {
        (_, authz::Access::None) => ("loses all access to", "lose all access to"),
        (authz::Access::Full, _) => ("loses write access to", "lose write access to"),
        (_, authz::Access::Full) => ("gains write access to", "gain write access to"),
        _ => ("gains read access to", "gain read access to"),
    };
    let name = environment.map_or("environments made later", |environment| &environment.name);
    let with = GROUP_PERMISSIONS.iter().filter(|switch| {
        let flips = |other: &&preview::Effect<'_>| other.flip.at == effect.flip.at && other.flip.permission == switch.permission;
        !switched(change, switch.permission) && found.iter().any(|other| flips(&other))
    });
    let with: Vec<String> = with.map(|switch| switch.label.to_lowercase().replace("sdk", "SDK")).collect();
    const MOST: usize = 12;
    let more = match effect.people.len().saturating_sub(MOST) {
        0 => vec![],
        more => vec![format!("and {more} more")],
    };
    let with = if with.is_empty() { vec![] } else { vec![format!("with it: {}", with.join(", "))] };
    Effect {
        title: format!("{} {name}", some_people(effect.people.len(), one, many)),
        environment: environment.map(brief),
        gain: to > from,
        worst: environment.is_some_and(matters_most) && (from == authz::Access::Full || to == authz::Access::Full),
        people: effect
            .people
            .iter()
            .take(MOST)
            .map(|person| Flip {
                avatar: Avatar::of(&person.id.to_string(), &person.name),
                name: person.name.clone(),
                from: access(from),
                to: access(to),
            })
            .collect(),
        note: more.into_iter().chain(with).collect::<Vec<_>>().join(" · "),
    }
}

fn switch(effect: &preview::Effect<'_>, found: &[preview::Effect<'_>], change: &Change<'_>) -> Effect {
    let permission = effect.flip.permission;
    let at: Vec<Where> = found.iter().filter(|other| other.flip.permission == permission).map(|other| other.flip.at).collect();
    let places: Vec<&str> = change
        .environments
        .iter()
        .filter(|environment| at.contains(&Where::Environment(environment.id)))
        .map(|environment| environment.name.as_str())
        .collect();
    let place = match places.len() {
        _ if at.contains(&Where::Product) => String::new(),
        all if all == change.environments.len() => " · every environment".into(),
        0 => " · environments made later".into(),
        _ => format!(" · {}", places.join(", ")),
    };
    let (one, many) = if effect.flip.gains { ("can now", "can now") } else { ("can no longer", "can no longer") };
    Effect {
        title: format!("{} {}", some_people(effect.people.len(), one, many), permission.sentence()),
        environment: None,
        gain: effect.flip.gains,
        worst: false,
        people: vec![],
        note: format!("{}{place}", names(&effect.people, 8)),
    }
}

/// How far a group reaches in each environment.
pub(super) fn reach(group: &Group, environments: &[EnvironmentBrief]) -> Vec<ui::Reach> {
    environments.iter().map(|one| ui::Reach { environment: brief(one), access: access(group.access(one.id)) }).collect()
}
