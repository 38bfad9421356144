//! Products: every permission × level of access × role, group and oneself × session and token, from tables that the code makes; and the rule
//! that nobody hands out more than they hold, over all triples of groups.

use std::sync::Arc;

use burgee::{
    authz::{
        Access, GROUP_PERMISSIONS, Grants, Group, Held as By, Levels, Permission, Place, Reach, Role, Switches, Verdict, Where, decide,
        flips, grants::Held,
    },
    ids::{EnvironmentId, GroupId, PersonId, ProductId, TeamId},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

fn somebody(role: Option<Role>, group: Option<Group>) -> Held {
    Held {
        person: PersonId::new(),
        administrator: false,
        suspended: false,
        verified: true,
        password_expired: false,
        role,
        group: group.map(Arc::new),
        team_suspended: false,
        may_create_teams: false,
        by_token: false,
    }
}

fn group(switches: &[Permission], reach: Reach, new: Access, levels: &[(EnvironmentId, Access)]) -> Group {
    let switches = switches.iter().fold(Switches::default(), |switches, permission| switches.with(*permission, true));
    Group { id: GroupId(1), name: "Some".into(), switches, reach, new_environments: new, environments: levels.iter().copied().collect() }
}

/// The switch behind a permission and the access that it takes, told a second time.
fn takes(permission: Permission) -> (Option<Permission>, Access) {
    match permission.held() {
        By::Group(access) => (Some(permission), access),
        By::With(other) => (Some(other), Access::None),
        By::Reach(access) => (None, access),
        By::InProduct => (None, Access::None),
        other => panic!("{permission:?} is held by {other:?}"),
    }
}

/// What should come of it, by the words of the rules.
fn expected(permission: Permission, holds: &Held, own: bool, environment: Option<Access>) -> Verdict {
    if holds.administrator || holds.role == Some(Role::Owner) {
        return Verdict::Allowed;
    }
    let (Some(_), Some(group)) = (holds.role, &holds.group) else { return Verdict::Hidden };
    let permission = if own { permission.about_oneself().unwrap_or(permission) } else { permission };
    let (switch, needs) = takes(permission);
    match environment {
        // There is nothing to know about an environment without access to it.
        Some(Access::None) if needs > Access::None => Verdict::Hidden,
        None if switch.is_none() && needs > Access::None => Verdict::Hidden,
        _ if switch.is_some_and(|switch| !group.includes(switch)) => Verdict::Denied,
        Some(has) if has < needs => Verdict::Denied,
        _ => Verdict::Allowed,
    }
}

fn in_products() -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|permission| permission.is_in_product()).collect()
}

#[test]
fn every_permission_is_decided_as_the_rules_say() {
    let (team, product, environment, other) = (TeamId::new(), ProductId::new(), EnvironmentId::new(), EnvironmentId::new());
    let all: Vec<Permission> = GROUP_PERMISSIONS.iter().map(|switch| switch.permission).collect();
    let (mut asked, mut allowed) = (0, 0);
    for permission in in_products() {
        let switch = takes(permission).0.into_iter().collect::<Vec<_>>();
        let others: Vec<Permission> = all.iter().copied().filter(|one| !switch.contains(one)).collect();
        for access in Access::ALL {
            // Read-only and Full everywhere; and a level for each, where the other environment and those made later have the opposite.
            let opposite = if access == Access::Full { Access::None } else { Access::Full };
            let custom = (Reach::Custom, opposite, vec![(environment, access), (other, opposite)]);
            let everywhere = match access {
                Access::None => None,
                Access::ReadOnly => Some((Reach::ReadOnly, Access::None, vec![])),
                Access::Full => Some((Reach::Full, Access::None, vec![])),
            };
            for (reach, new, levels) in std::iter::once(custom).chain(everywhere) {
                for switches in [&[][..], &switch, &others, &all] {
                    let group = group(switches, reach, new, &levels);
                    for (role, administrator, group) in [
                        (None, false, Some(group.clone())),
                        (None, true, None),
                        (Some(Role::Guest), false, Some(group.clone())),
                        (Some(Role::Guest), false, None),
                        (Some(Role::Member), false, Some(group.clone())),
                        (Some(Role::Member), false, None),
                        (Some(Role::Member), true, Some(group.clone())),
                        (Some(Role::Owner), false, Some(group.clone())),
                        (Some(Role::Owner), false, None),
                    ] {
                        for (own, by_token, at) in [false, true]
                            .into_iter()
                            .flat_map(|own| [false, true].map(|by| (own, by)))
                            .flat_map(|(own, by)| [None, Some(environment)].map(|at| (own, by, at)))
                        {
                            let holds = Held { administrator, by_token, ..somebody(role, group.clone()) };
                            let person = if own { holds.person } else { PersonId::new() };
                            let place = Place::in_product(permission.kind(), team, product).about(Some(person));
                            let place = Place { environment: at, ..place };
                            let decision = decide(&Grants::Person(holds.clone()), permission, &place);
                            let wanted = expected(permission, &holds, own, at.map(|_| access));
                            assert_eq!(decision.verdict, wanted, "{permission:?} with {holds:?} at {place:?}");
                            let steps: Vec<_> = decision.steps().collect();
                            let (last, before) = steps.split_last().unwrap();
                            assert!(before.iter().all(|step| step.passed()), "{permission:?}: {steps:?}");
                            assert_eq!(last.passed(), decision.allows(), "{permission:?}: {steps:?}");
                            asked += 1;
                            allowed += usize::from(decision.allows());
                        }
                    }
                }
            }
        }
    }
    // Levels: three custom ones, two everywhere. Switches: four sets. Nine people. Oneself or not, session or token, environment or not.
    assert_eq!(asked, in_products().len() * 5 * 4 * 9 * 8);
    assert!(allowed > asked / 3 && allowed < asked * 9 / 10, "{allowed} of {asked}");
}

#[test]
fn a_group_counts_only_in_its_own_product_and_for_nobody_who_is_shut_out() {
    let (team, product) = (TeamId::new(), ProductId::new());
    let everything = group(&GROUP_PERMISSIONS.iter().map(|one| one.permission).collect::<Vec<_>>(), Reach::Full, Access::Full, &[]);
    for permission in in_products() {
        let place = Place::in_product(permission.kind(), team, product).at(EnvironmentId::new());
        let holds = somebody(Some(Role::Guest), Some(everything.clone()));
        assert!(decide(&Grants::Person(holds.clone()), permission, &place).allows());
        let outside = Place { product: None, ..place };
        assert_eq!(decide(&Grants::Person(holds.clone()), permission, &outside).verdict, Verdict::Hidden, "{permission:?}");
        let nowhere = Place { team: None, ..place };
        assert_eq!(decide(&Grants::Person(holds.clone()), permission, &nowhere).verdict, Verdict::Hidden, "{permission:?}");
        let suspended = Held { suspended: true, ..holds.clone() };
        assert_eq!(decide(&Grants::Person(suspended), permission, &place).verdict, Verdict::Hidden, "{permission:?}");
        let unverified = Held { verified: false, ..holds };
        assert_eq!(decide(&Grants::Person(unverified), permission, &place).verdict, Verdict::Denied, "{permission:?}");
    }
    // What belongs to the team or to its owners is in no group.
    for permission in Permission::ALL.iter().copied().filter(|permission| !permission.is_in_product()) {
        let place = Place { assigned: Some(true), ..Place::in_product(permission.kind(), team, product) };
        let holds = somebody(Some(Role::Guest), Some(everything.clone()));
        let with = decide(&Grants::Person(holds), permission, &place).allows();
        let without = decide(&Grants::Person(somebody(Some(Role::Guest), None)), permission, &place).allows();
        assert_eq!(with, without, "{permission:?}");
    }
}

/// What a group really gives: every permission in every place, asked of `decide`.
pub fn gives(group: Option<&Group>, environments: &[EnvironmentId], later: EnvironmentId) -> Vec<(Permission, Where)> {
    let holds = Grants::Person(somebody(Some(Role::Guest), group.map(|group| group.and_created(later))));
    let (team, product) = (TeamId::new(), ProductId::new());
    let mut found = vec![];
    for permission in in_products() {
        let place = Place::in_product(permission.kind(), team, product);
        let mut ask = |place: Place, at: Where| {
            if decide(&holds, permission, &place).allows() {
                found.push((permission, at));
            }
        };
        // A switch may also be asked about without an environment.
        ask(place, Where::Product);
        for environment in environments {
            ask(place.at(*environment), Where::Environment(*environment));
        }
        ask(place.at(later), Where::NewEnvironments);
    }
    found
}

/// Checks one triple: what is allowed to be handed out never goes beyond what the actor holds; and what is refused really does.
fn check(held: &Group, before: Option<&Group>, after: &Group, environments: &[EnvironmentId], later: EnvironmentId) -> bool {
    let actor = Grants::Person(somebody(Some(Role::Guest), Some(held.clone())));
    let excess = actor.excess(before, after, environments);
    let (holds, had, gets) = (
        gives(Some(held), environments, later),
        before.map_or_else(Vec::new, |before| gives(Some(before), environments, later)),
        gives(Some(after), environments, later),
    );
    // That the actor is in the product is what everything begins with.
    let beyond: Vec<_> = gets.iter().filter(|one| !had.contains(one) && !holds.contains(one)).collect();
    assert_eq!(excess.is_nothing(), beyond.is_empty(), "{held:?} turns {before:?} into {after:?}: {excess:?}, beyond: {beyond:?}");
    let refused = excess.refuse(after, |_| "Production".into());
    assert_eq!(refused.is_err(), !excess.is_nothing());
    excess.is_nothing()
}

#[test]
fn nobody_hands_out_more_than_they_hold_over_all_triples_of_groups() {
    let (environment, later) = (EnvironmentId::new(), EnvironmentId(uuid::Uuid::max()));
    // One switch that takes access and one that does not are enough to tell all kinds apart.
    let sets = [&[][..], &[Permission::SdkKeyRead], &[Permission::TagWrite], &[Permission::SdkKeyRead, Permission::TagWrite]];
    let mut groups = vec![];
    for switches in sets {
        groups.extend([Reach::ReadOnly, Reach::Full].map(|reach| group(switches, reach, Access::None, &[])));
        for level in Access::ALL {
            groups.extend(Access::ALL.map(|new| group(switches, Reach::Custom, new, &[(environment, level)])));
        }
    }
    assert_eq!(groups.len(), 4 * 11);
    let (mut allowed, mut all) = (0, 0);
    let known: Vec<_> = groups.iter().map(|one| (one, gives(Some(one), &[environment], later))).collect();
    for (held, holds) in &known {
        let actor = Grants::Person(somebody(Some(Role::Guest), Some((*held).clone())));
        for before in std::iter::once(None).chain(known.iter().map(Some)) {
            for (after, gets) in &known {
                let had = before.map_or(&[][..], |(_, had)| had);
                let beyond = gets.iter().any(|one| !had.contains(one) && !holds.contains(one));
                let excess = actor.excess(before.map(|(before, _)| *before), after, &[environment]);
                assert_eq!(excess.is_nothing(), !beyond, "{held:?} turns {before:?} into {after:?}: {excess:?}");
                all += 1;
                allowed += usize::from(excess.is_nothing());
            }
        }
    }
    assert_eq!(all, 44 * 45 * 44);
    assert!(allowed > all / 4 && allowed < all, "{allowed} of {all}");
}

pub fn random_group(random: &mut StdRng, environments: &[EnvironmentId]) -> Group {
    let likely = [0.1, 0.5, 0.9][random.random_range(0..3)];
    let switches: Vec<Permission> =
        GROUP_PERMISSIONS.iter().map(|switch| switch.permission).filter(|_| random.random_bool(likely)).collect();
    let mut level = || Access::ALL[random.random_range(0..3)];
    let levels: Vec<_> = environments.iter().map(|environment| (*environment, level())).collect();
    let new = level();
    group(&switches, Reach::ALL[[0, 1, 2, 2, 2][random.random_range(0..5)]], new, &levels)
}

#[test]
fn nobody_hands_out_more_than_they_hold_with_random_groups() {
    let environments: Vec<EnvironmentId> = (0..3).map(|_| EnvironmentId::new()).collect();
    let later = EnvironmentId(uuid::Uuid::max());
    let mut random = StdRng::seed_from_u64(20_261_122);
    let mut allowed = 0;
    for _ in 0..1_500 {
        let held = random_group(&mut random, &environments);
        let before = random_group(&mut random, &environments);
        // Half of the time something close to what there was, so that both answers are common.
        let after = match random.random_bool(0.5) {
            true => random_group(&mut random, &environments),
            false => {
                let one = GROUP_PERMISSIONS[random.random_range(0..GROUP_PERMISSIONS.len())].permission;
                Group { switches: before.switches.with(one, !before.includes(one)), ..before.clone() }
            }
        };
        let before = random.random_bool(0.9).then_some(&before);
        allowed += usize::from(check(&held, before, &after, &environments, later));
    }
    assert!((200..1_300).contains(&allowed), "{allowed} of 1500");
}

#[test]
fn owners_hand_out_everything_and_the_suspended_nothing() {
    let after = group(&[Permission::TagWrite], Reach::Full, Access::Full, &[]);
    let owner = somebody(Some(Role::Owner), None);
    assert!(Grants::Person(owner.clone()).excess(None, &after, &[]).is_nothing());
    assert!(Grants::Person(Held { administrator: true, ..somebody(None, None) }).excess(None, &after, &[]).is_nothing());
    for nobody in [
        Grants::Nobody,
        Grants::System,
        Grants::Person(Held { suspended: true, ..owner }),
        Grants::Person(somebody(Some(Role::Member), None)),
        Grants::Person(somebody(None, None)),
    ] {
        assert!(!nobody.excess(None, &after, &[]).is_nothing(), "{nobody:?}");
    }
}

#[test]
fn a_preview_is_the_difference_of_what_is_really_decided() {
    let environments: Vec<EnvironmentId> = (0..3).map(|_| EnvironmentId::new()).collect();
    let later = EnvironmentId(uuid::Uuid::max());
    let mut random = StdRng::seed_from_u64(7);
    let place = (TeamId::new(), ProductId::new());
    for round in 0..300 {
        let groups: Vec<Option<Group>> =
            (0..2).map(|_| random.random_bool(0.9).then(|| random_group(&mut random, &environments))).collect();
        let (before, after) = (groups[0].as_ref(), groups[1].as_ref());
        let (had, has) = (gives(before, &environments, later), gives(after, &environments, later));
        let told = flips(&somebody(Some(Role::Guest), None), place, before, after, &environments);
        for permission in in_products() {
            let places = match permission.needs_access() {
                None => vec![Where::Product],
                Some(_) => environments.iter().copied().map(Where::Environment).chain([Where::NewEnvironments]).collect(),
            };
            for at in places {
                let (before, after) = (had.contains(&(permission, at)), has.contains(&(permission, at)));
                let flip = told.iter().find(|flip| flip.permission == permission && flip.at == at);
                assert_eq!(flip.map(|flip| flip.gains), (before != after).then_some(after), "round {round}: {permission:?} at {at:?}");
            }
        }
        // Whoever holds everything by another way loses and gains nothing.
        assert!(flips(&somebody(Some(Role::Owner), None), place, before, after, &environments).is_empty());
    }
}

#[test]
fn levels_are_found_in_any_order_and_the_last_one_counts() {
    let mut random = StdRng::seed_from_u64(1);
    for size in [0, 1, 2, 7, 100] {
        let ids: Vec<EnvironmentId> = (0..size).map(|_| EnvironmentId(uuid::Uuid::from_u128(random.random()))).collect();
        let named: Vec<_> = ids.iter().map(|id| (*id, Access::ALL[random.random_range(0..3)])).collect();
        let levels: Levels = ids.iter().map(|id| (*id, Access::ReadOnly)).chain(named.clone()).collect();
        assert!(named.iter().all(|(id, access)| levels.of(*id) == *access));
        assert_eq!(levels.of(EnvironmentId::new()), Access::None);
        assert!(levels.iter().all(|(_, access)| access > Access::None), "no access is not kept");
    }
}
