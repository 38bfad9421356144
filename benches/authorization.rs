//! `decide` at the size of a large instance, beside the crate cedar-policy with the same rules in the same run.
//!
//! 100,000 people, each in one of 10,000 teams; every question is about a random person, so that what they hold is cold. A question is the
//! look-up of what the person holds and the decision; each is timed by itself, and what the timer takes is taken off. For Cedar only the
//! decision is timed: its requests are put together beforehand.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    hint::black_box,
    path::PathBuf,
    str::FromStr,
    time::Instant,
};

use burgee::{
    authz::{Grants, Held as By, Kind, Permission, Place, Role, decide, grants::Held},
    ids::{PersonId, TeamId},
};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

const PEOPLE: usize = 100_000;
const TEAMS: usize = 10_000;
const QUESTIONS: usize = 500_000;
const CEDAR_QUESTIONS: usize = 20_000;

/// What everybody holds where.
type Memberships = HashMap<(PersonId, TeamId), Grants, BuildHasherDefault<RandomAlready>>;

/// The end of an id is random: nothing is left to be hashed.
#[derive(Default)]
struct RandomAlready(u64);

impl Hasher for RandomAlready {
    fn write(&mut self, id: &[u8]) {
        if let Some(half) = id.last_chunk::<8>() {
            self.0 ^= u64::from_le_bytes(*half).rotate_left(32);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Question {
    person: PersonId,
    permission: Permission,
    place: Place,
}

fn main() {
    let mut random = StdRng::seed_from_u64(7);
    let people: Vec<PersonId> = (0..PEOPLE).map(|_| PersonId::new()).collect();
    let teams: Vec<TeamId> = (0..TEAMS).map(|_| TeamId::new()).collect();
    let memberships = memberships(&people, &teams, &mut random);
    let keys: Vec<(PersonId, TeamId)> = memberships.keys().copied().collect();
    let questions: Vec<Question> = (0..QUESTIONS).map(|_| question(&keys, &teams, &mut random)).collect();

    let ask = |question: &Question| decide(held(&memberships, question), question.permission, &question.place).allows();
    let timer = median(&mut times(&questions, |_| true));
    let mut ours = times(&questions, ask);
    let (ours_median, ours_p99) = (median(&mut ours) - timer, at(&mut ours, 0.99) - timer);

    let cedar = Cedar::new();
    let questions = &questions[..CEDAR_QUESTIONS];
    let requests: Vec<(Request, bool)> =
        questions.iter().map(|question| (cedar.request(held(&memberships, question), question), ask(question))).collect();
    assert!(requests.iter().all(|(request, allowed)| cedar.allows(request) == *allowed), "both give the same answers");
    let allowed = requests.iter().filter(|(_, allowed)| *allowed).count();
    assert!((CEDAR_QUESTIONS / 4..CEDAR_QUESTIONS).contains(&allowed), "both answers are asked for often: {allowed}");
    let theirs_median = median(&mut times(&requests, |(request, _)| cedar.allows(request))) - timer;

    let name = format!("decide, {PEOPLE} people, {TEAMS} teams");
    let rows = json!([
        { "name": format!("{name}: median"), "value": ours_median, "unit": "ns", "budget": ["<=", 120] },
        { "name": format!("{name}: p99"), "value": ours_p99, "unit": "ns", "budget": ["<=", 1000] },
        { "name": "cedar-policy, action groups, the same questions: median", "value": theirs_median, "unit": "ns", "budget": null },
        { "name": "decide beside cedar-policy, median", "value": theirs_median / ours_median, "unit": "times", "budget": [">=", 30] },
    ]);
    match std::env::var_os("BURGEE_BENCH_RESULTS") {
        Some(folder) => std::fs::write(PathBuf::from(folder).join("authorization.json"), rows.to_string()).unwrap(),
        None => println!("{rows:#}"),
    }
}

fn memberships(people: &[PersonId], teams: &[TeamId], random: &mut StdRng) -> Memberships {
    let mut memberships = Memberships::default();
    for person in people {
        let role = [Role::Owner, Role::Member, Role::Member, Role::Guest][random.random_range(0..4)];
        let holds = Held {
            person: *person,
            administrator: random.random_range(0..1000) == 0,
            suspended: random.random_range(0..100) == 0,
            verified: random.random_range(0..50) != 0,
            role: Some(role),
            group: None,
            team_suspended: false,
            may_create_teams: true,
            by_token: random.random_range(0..4) == 0,
        };
        memberships.insert((*person, teams[random.random_range(0..teams.len())]), Grants::Person(holds));
    }
    memberships
}

/// What somebody holds where the question is about; `Nobody` in a team that is not theirs.
fn held<'a>(memberships: &'a Memberships, question: &Question) -> &'a Grants {
    let team = question.place.team.unwrap_or(TeamId(uuid::Uuid::nil()));
    memberships.get(&(question.person, team)).unwrap_or(&Grants::Nobody)
}

/// Nine of ten are about the person's own team.
fn question(keys: &[(PersonId, TeamId)], teams: &[TeamId], random: &mut StdRng) -> Question {
    let (person, own) = keys[random.random_range(0..keys.len())];
    let team = if random.random_range(0..10) == 0 { teams[random.random_range(0..teams.len())] } else { own };
    let permission = loop {
        let permission = Permission::ALL[random.random_range(0..Permission::ALL.len())];
        if matches!(permission.held(), By::Owner | By::Member) {
            break permission;
        }
    };
    let about = (permission.kind() == Kind::Member).then(|| if random.random_range(0..2) == 0 { person } else { keys[0].0 });
    let assigned = (permission.kind() == Kind::Device).then(|| random.random_range(0..2) == 0);
    Question { person, permission, place: Place { assigned, ..Place::in_team(permission.kind(), team).about(about) } }
}

/// The nanoseconds of each.
fn times<T>(all: &[T], mut ask: impl FnMut(&T) -> bool) -> Vec<f64> {
    let mut times = Vec::with_capacity(all.len());
    for one in all {
        let start = Instant::now();
        black_box(ask(black_box(one)));
        times.push(start.elapsed().as_secs_f64() * 1e9);
    }
    times
}

fn median(times: &mut [f64]) -> f64 {
    at(times, 0.5)
}

fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[(times.len() as f64 * share) as usize]
}

/// The same rules as Cedar policies; what a role includes is an action group.
struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

const POLICIES: &str = r#"
    permit(principal, action in Action::"Owner", resource) when { context.administrator || context.role == 50 };
    permit(principal, action in Action::"Member", resource) when { context.administrator || context.role >= 30 };
    permit(principal, action in Action::"Oneself", resource) when { context.own && (context.administrator || context.role >= 30) };
    forbid(principal, action, resource) when { context.suspended };
    forbid(principal, action, resource) when { !context.verified };
    forbid(principal, action in Action::"Creates", resource) when { context.teamSuspended };
    forbid(principal, action == Action::"device.edit-assigned", resource) unless { context.assigned == 1 };
    forbid(principal, action == Action::"device.edit-unassigned", resource) unless { context.assigned == 0 };
"#;

fn id(text: &str) -> EntityUid {
    EntityUid::from_str(text).unwrap()
}

fn action(name: &str) -> EntityUid {
    id(&format!("Action::\"{name}\""))
}

impl Cedar {
    fn new() -> Self {
        let actions = Permission::ALL.iter().map(|permission| {
            let group = match permission.held() {
                By::Owner => "Owner",
                By::Member => "Member",
                _ => "Other",
            };
            let mut groups = HashSet::from([action(group)]);
            groups.extend(permission.about_oneself().map(|_| action("Oneself")));
            groups.extend(permission.creates().then(|| action("Creates")));
            Entity::new(action(permission.key()), HashMap::new(), groups).unwrap()
        });
        Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(POLICIES).unwrap(),
            entities: Entities::from_entities(actions, None).unwrap(),
        }
    }

    fn request(&self, grants: &Grants, question: &Question) -> Request {
        let nobody = Held {
            person: question.person,
            administrator: false,
            suspended: true,
            verified: false,
            role: None,
            group: None,
            team_suspended: false,
            may_create_teams: false,
            by_token: false,
        };
        let holds = if let Grants::Person(holds) = grants { holds } else { &nobody };
        let context = json!({
            "administrator": holds.administrator,
            "suspended": holds.suspended,
            "verified": holds.verified,
            "role": holds.role.map_or(0, |role| role as i64),
            "teamSuspended": holds.team_suspended,
            "own": question.place.person == Some(question.person),
            "assigned": question.place.assigned.map_or(-1, i64::from),
        });
        let context = Context::from_json_value(context, None).unwrap();
        let (person, object) = (format!("Person::\"{}\"", question.person), format!("Object::\"{:?}\"", question.place.kind));
        Request::new(id(&person), action(question.permission.key()), id(&object), context, None).unwrap()
    }

    fn allows(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}
