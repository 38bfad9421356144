//! `decide` beside a policy engine that was written by others: the same rules as Cedar policies, thousands of random questions, one answer.

use std::str::FromStr;

use burgee::{
    authz::{Grants, Held as By, Kind, Permission, Place, Role, Switch, decide, grants::Held},
    ids::{PersonId, TeamId},
};
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use rand::{RngExt as _, SeedableRng as _};
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
    let text = format!(
        r#"
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
        forbid(principal, action, resource) when {{ context.suspended }};
        forbid(principal, action, resource) when {{ !context.verified && !context.account }};
        forbid(principal, action in [Action::"project.create", Action::"project.lifecycle", Action::"device.register", Action::"snapshot.create",
            Action::"snapshot.rollback", Action::"team.member.invite", Action::"product.create"], resource) when {{ context.teamSuspended }};
        forbid(principal, action == Action::"device.edit-assigned", resource) unless {{ context.assigned == 1 }};
        forbid(principal, action == Action::"device.edit-unassigned", resource) unless {{ context.assigned == 0 }};
        "#
    );
    PolicySet::from_str(&text).unwrap()
}

#[test]
fn decide_agrees_with_cedar() {
    let policies = policies();
    let authorizer = Authorizer::new();
    let entities = Entities::empty();
    let mut random = rand::rngs::StdRng::seed_from_u64(20_261_122);
    let mut allowed = 0;
    for round in 0..20_000 {
        let permission = Permission::ALL[random.random_range(0..Permission::ALL.len())];
        let role = [None, Some(Role::Guest), Some(Role::Member), Some(Role::Owner)][random.random_range(0..4)];
        let mut coin = || random.random_range(0..4) == 0;
        let holds = Held {
            person: PersonId::new(),
            administrator: coin(),
            suspended: coin() && coin(),
            verified: !coin(),
            role,
            group: None,
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
            ..Place::PLATFORM
        };
        let ours = decide(&Grants::Person(holds.clone()), permission, &place).allows();
        let context = json!({
            "administrator": holds.administrator,
            "suspended": holds.suspended,
            "verified": holds.verified,
            "role": role.map_or(0, |role| role as i64),
            "teamSuspended": holds.team_suspended,
            "mayCreateTeams": holds.may_create_teams,
            "byToken": holds.by_token,
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
