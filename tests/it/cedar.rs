//! `decide` beside a policy engine that was written by others: the same rules as Cedar policies, thousands of random questions, one answer; in
//! teams, and in products with groups and environments.

use std::{str::FromStr, sync::Arc};

use burgee::{
    authz::{
        Access, GROUP_PERMISSIONS, Grants, Group, Held as By, Kind, Permission, Place, Reach, Role, Switch, Switches, decide, grants::Held,
    },
    ids::{EnvironmentId, GroupId, PersonId, ProductId, TeamId},
};
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

/// The rules, written down a second time.
fn policies() -> PolicySet {
    let group = |wanted: fn(By) -> bool| {
        let keys = Permission::ALL.iter().filter(|permission| wanted(permission.held()));
        keys.map(|permission| format!("Action::\"{}\"", permission.key())).collect::<Vec<_>>().join(", ")
    };
    let owner = group(|held| matches!(held, By::Owner | By::InProduct | By::Group(_) | By::Reach(_) | By::With(_)));
    let member = group(|held| held == By::Member);
    let guest = group(|held| held == By::InTeam);
    let own = group(|held| held == By::Own);
    let browser = group(|held| held == By::OwnInBrowser);
    let administrator = group(|held| held == By::Administrator);
    let create = group(|held| held == By::Everyone(Switch::TeamCreate));
    let in_product = group(|held| held == By::InProduct);
    let text = in_products()
        + &format!(
            r#"
        permit(principal, action in [{in_product}], resource) when {{ context.inTeam && context.role >= 5 && context.inGroup }};
        // About oneself, everybody in the product may leave it and ask why.
        permit(principal, action in [Action::"product.member.remove", Action::"product.member.explain"], resource)
            when {{ context.inTeam && context.role >= 5 && context.inGroup && context.own }};
        permit(principal, action in [{owner}], resource) when {{ context.inTeam && (context.administrator || context.role == 50) }};
        permit(principal, action in [{member}], resource) when {{ context.inTeam && (context.administrator || context.role >= 30) }};
        permit(principal, action in [{guest}], resource) when {{ context.inTeam && (context.administrator || context.role >= 5) }};
        // About oneself, a Member may leave and ask why.
        permit(principal, action in [Action::"team.member.remove-other", Action::"team.member.explain"], resource)
            when {{ context.inTeam && context.own && (context.administrator || context.role >= 30) }};
        permit(principal, action in [{own}], resource) when {{ context.own }};
        permit(principal, action in [{browser}], resource) when {{ context.own && !context.byToken }};
        permit(principal, action in [{administrator}], resource) when {{ context.administrator }};
        permit(principal, action in [{create}], resource) when {{ context.administrator || context.mayCreateTeams }};
        forbid(principal, action == Action::"service-account.credentials", resource) when {{ context.byToken }};
        forbid(principal, action, resource) when {{ context.suspended }};
        forbid(principal, action, resource) when {{ !context.verified && !context.account }};
        forbid(principal, action, resource) when {{ context.passwordExpired && !context.renews }};
        forbid(principal, action in [Action::"project.create", Action::"project.lifecycle", Action::"device.register", Action::"snapshot.create",
            Action::"snapshot.rollback", Action::"team.member.invite", Action::"product.create", Action::"service-account.create"], resource) when {{ context.teamSuspended }};
        forbid(principal, action == Action::"device.edit-assigned", resource) unless {{ context.assigned == 1 }};
        forbid(principal, action == Action::"device.edit-unassigned", resource) unless {{ context.assigned == 0 }};
        "#
        );
    PolicySet::from_str(&text).unwrap()
}

/// What a group gives, one policy for each permission: its switch, and the access to the environment that is asked about (-1: none is).
fn in_products() -> String {
    let one = |permission: &Permission| {
        let (switch, access) = match permission.held() {
            By::Group(access) => (Some(*permission), access),
            By::With(other) => (Some(other), Access::None),
            By::Reach(access) => (None, access),
            _ => return None,
        };
        let mut when = vec!["context.inTeam && context.role >= 5 && context.inGroup".to_owned()];
        when.extend(switch.map(|switch| format!("context.switches.contains(\"{}\")", switch.key())));
        let level = access as i64;
        match (access, switch) {
            (Access::None, _) => {}
            (_, Some(_)) => when.push(format!("(context.access == -1 || context.access >= {level})")),
            (_, None) => when.push(format!("context.access >= {level}")),
        }
        Some(format!("permit(principal, action == Action::\"{}\", resource) when {{ {} }};\n", permission.key(), when.join(" && ")))
    };
    Permission::ALL.iter().filter_map(one).collect()
}

/// A group with some switches and some levels.
fn random_group(random: &mut StdRng, environments: &[EnvironmentId]) -> Group {
    let on = GROUP_PERMISSIONS.iter().filter(|_| random.random_bool(0.6));
    let switches = on.fold(Switches::default(), |switches, switch| switches.with(switch.permission, true));
    let mut level = || Access::ALL[random.random_range(0..3)];
    let (new_environments, environments) = (level(), environments.iter().map(|environment| (*environment, level())).collect());
    let reach = Reach::ALL[random.random_range(0..3)];
    Group { id: GroupId(1), name: "Some".into(), switches, reach, new_environments, environments }
}

#[test]
fn decide_agrees_with_cedar() {
    let policies = policies();
    let authorizer = Authorizer::new();
    let entities = Entities::empty();
    let mut random = StdRng::seed_from_u64(20_261_122);
    let mut allowed = 0;
    let environments: Vec<EnvironmentId> = (0..3).map(|_| EnvironmentId::new()).collect();
    for round in 0..20_000 {
        let permission = Permission::ALL[random.random_range(0..Permission::ALL.len())];
        let role = [None, Some(Role::Guest), Some(Role::Member), Some(Role::Owner)][random.random_range(0..4)];
        let group = (!random.random_bool(0.2)).then(|| Arc::new(random_group(&mut random, &environments)));
        let environment = random.random_bool(0.8).then(|| environments[random.random_range(0..3)]);
        let product = random.random_bool(0.9).then(ProductId::new);
        let mut coin = || random.random_range(0..4) == 0;
        let holds = Held {
            person: PersonId::new(),
            administrator: coin(),
            suspended: coin() && coin(),
            verified: !coin(),
            password_expired: coin(),
            role,
            group: group.clone(),
            team_suspended: coin(),
            may_create_teams: coin(),
            by_token: coin(),
        };
        let own = coin();
        let in_team = !coin();
        let assigned = if coin() { None } else { Some(coin()) };
        let place = Place {
            kind: permission.kind(),
            team: in_team.then(TeamId::new),
            person: Some(if own { holds.person } else { PersonId::new() }),
            assigned,
            product,
            environment,
        };
        let ours = decide(&Grants::Person(holds.clone()), permission, &place).allows();
        let context = json!({
            "administrator": holds.administrator,
            "suspended": holds.suspended,
            "verified": holds.verified,
            "passwordExpired": holds.password_expired,
            "renews": matches!(permission, Permission::AccountRead | Permission::AccountCredentials),
            "role": role.map_or(0, |role| role as i64),
            "teamSuspended": holds.team_suspended,
            "mayCreateTeams": holds.may_create_teams,
            "byToken": holds.by_token,
            "inGroup": group.is_some() && product.is_some(),
            "switches": GROUP_PERMISSIONS.iter().map(|switch| switch.permission).filter(|one| group.as_ref().is_some_and(|group| group.includes(*one)))
                .map(Permission::key).collect::<Vec<_>>(),
            "access": environment.map_or(-1, |at| group.as_ref().map_or(0, |group| group.access(at) as i64)),
            "own": own,
            "inTeam": in_team,
            "account": permission.kind() == Kind::Account,
            "assigned": assigned.map_or(-1, i64::from),
        });
        let id = |text: &str| EntityUid::from_str(text).unwrap();
        let action = id(&format!("Action::\"{}\"", permission.key()));
        let context = Context::from_json_value(context, None).unwrap();
        let request = Request::new(id("Person::\"a\""), action, id("Object::\"b\""), context, None).unwrap();
        let answer = authorizer.is_authorized(&request, &policies, &entities);
        assert_eq!(answer.diagnostics().errors().count(), 0, "a policy could not be evaluated");
        let theirs = answer.decision() == Decision::Allow;
        assert_eq!(ours, theirs, "round {round}: {permission:?} by {holds:?} at {place:?}");
        allowed += usize::from(ours);
    }
    assert!((2_000..18_000).contains(&allowed), "both answers are asked for often: {allowed}");
}
