//! `decide` at the size of a large instance, beside the crate cedar-policy with the same rules in the same run.
//!
//! 100,000 people, each with one of 10,000 permission groups in one of 2,500 products with four environments; every question is about a random
//! person, so that what they hold is cold: the entry of the map, the group behind it, and the group's levels are three places in memory. A
//! question is the look-up of what the person holds and the decision; each is timed by itself, and what the timer takes is taken off. Ids are
//! random enough to be their own hash; what the standard library's hasher takes instead is measured too. For Cedar only the decision is timed:
//! its requests are put together beforehand.
//!
//! How long one read of memory takes that is as far away is measured in the same run: on a machine where that alone is more than the budget of the
//! median, no look-up of 100,000 people can hold it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
    hint::black_box,
    path::PathBuf,
    str::FromStr,
    sync::Arc,
    time::Instant,
};

use burgee::{
    authz::{Access, GROUP_PERMISSIONS, Grants, Group, Held as By, Kind, Permission, Place, Reach, Role, Switches, decide, grants::Held},
    ids::{EnvironmentId, GroupId, PersonId, ProductId, TeamId},
};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

const PEOPLE: usize = 100_000;
const PRODUCTS: usize = 2_500;
const GROUPS: usize = 10_000;
const ENVIRONMENTS: usize = 4;
const QUESTIONS: usize = 500_000;
const CEDAR_QUESTIONS: usize = 20_000;

/// What everybody holds where.
type Memberships<S> = HashMap<(PersonId, ProductId), Grants, S>;

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

struct Product {
    id: ProductId,
    team: TeamId,
    environments: Vec<EnvironmentId>,
    groups: Vec<Arc<Group>>,
}

struct Question {
    person: PersonId,
    permission: Permission,
    place: Place,
}

fn main() {
    let mut random = StdRng::seed_from_u64(7);
    let products = products(&mut random);
    let memberships: Memberships<BuildHasherDefault<RandomAlready>> = memberships(&products, &mut random);
    let people: Vec<(PersonId, ProductId)> = memberships.keys().copied().collect();
    let by_id: HashMap<ProductId, &Product> = products.iter().map(|product| (product.id, product)).collect();
    let questions: Vec<Question> = (0..QUESTIONS).map(|_| question(&people, &products, &by_id, &mut random)).collect();

    let ask = |question: &Question| decide(held(&memberships, question), question.permission, &question.place).allows();
    let timer = median(&mut times(&questions, |_| true));
    let mut ours = times(&questions, ask);
    let (ours_median, ours_p99) = (median(&mut ours) - timer, at(&mut ours, 0.99) - timer);

    let far: Vec<[u64; 8]> = (0..PEOPLE).map(|_| random.random()).collect();
    let places: Vec<usize> = (0..QUESTIONS).map(|_| random.random_range(0..PEOPLE)).collect();
    let read_median = median(&mut times(&places, |place| far[*place][0] & 1 == 0)) - timer;

    let standard: Memberships<RandomState> = memberships.iter().map(|(key, grants)| (*key, grants.clone())).collect();
    let ask_standard = |question: &Question| decide(held(&standard, question), question.permission, &question.place).allows();
    let standard_median = median(&mut times(&questions, ask_standard)) - timer;

    let cedar = Cedar::new();
    let questions = &questions[..CEDAR_QUESTIONS];
    let requests: Vec<(Request, bool)> =
        questions.iter().map(|question| (cedar.request(held(&memberships, question), question), ask(question))).collect();
    assert!(requests.iter().all(|(request, allowed)| cedar.allows(request) == *allowed), "both give the same answers");
    let allowed = requests.iter().filter(|(_, allowed)| *allowed).count();
    assert!((CEDAR_QUESTIONS / 4..CEDAR_QUESTIONS * 3 / 4).contains(&allowed), "both answers are asked for often: {allowed}");
    let theirs_median = median(&mut times(&requests, |(request, _)| cedar.allows(request))) - timer;

    let name = format!("decide, {PEOPLE} people, {GROUPS} permission groups");
    let rows = json!([
        { "name": format!("{name}: median"), "value": ours_median, "unit": "ns", "budget": ["<=", 120] },
        { "name": format!("{name}: p99"), "value": ours_p99, "unit": "ns", "budget": ["<=", 1000] },
        { "name": "one read of memory as far away: median", "value": read_median, "unit": "ns", "budget": null },
        { "name": format!("{name}, found with the standard library’s hasher: median"), "value": standard_median, "unit": "ns", "budget": null },
        { "name": "cedar-policy, action groups, the same questions: median", "value": theirs_median, "unit": "ns", "budget": null },
        { "name": "decide beside cedar-policy, median", "value": theirs_median / ours_median, "unit": "times", "budget": [">=", 30] },
    ]);
    match std::env::var_os("BURGEE_BENCH_RESULTS") {
        Some(folder) => std::fs::write(PathBuf::from(folder).join("authorization.json"), rows.to_string()).unwrap(),
        None => println!("{rows:#}"),
    }
}

fn products(random: &mut StdRng) -> Vec<Product> {
    (0..PRODUCTS)
        .map(|_| {
            let environments: Vec<EnvironmentId> = (0..ENVIRONMENTS).map(|_| EnvironmentId::new()).collect();
            let groups = (0..GROUPS / PRODUCTS).map(|_| Arc::new(group(&environments, random))).collect();
            Product { id: ProductId::new(), team: TeamId::new(), environments, groups }
        })
        .collect()
}

/// Half of the switches, and in four of five groups a level for each environment.
fn group(environments: &[EnvironmentId], random: &mut StdRng) -> Group {
    let on = GROUP_PERMISSIONS.iter().filter(|_| random.random_bool(0.5));
    let switches = on.fold(Switches::default(), |switches, switch| switches.with(switch.permission, true));
    let mut level = || Access::ALL[random.random_range(0..3)];
    let (new_environments, environments) = (level(), environments.iter().map(|environment| (*environment, level())).collect());
    let reach = [Reach::Full, Reach::Custom, Reach::Custom, Reach::Custom, Reach::Custom][random.random_range(0..5)];
    Group { id: GroupId(random.random_range(1..i64::MAX)), name: "Developers".into(), switches, reach, new_environments, environments }
}

fn memberships<S: BuildHasher + Default>(products: &[Product], random: &mut StdRng) -> Memberships<S> {
    let person = |_| {
        let product = &products[random.random_range(0..products.len())];
        let group = &product.groups[random.random_range(0..product.groups.len())];
        let holds = Held {
            person: PersonId::new(),
            administrator: random.random_range(0..1000) == 0,
            suspended: random.random_range(0..100) == 0,
            verified: random.random_range(0..50) != 0,
            role: Some([Role::Owner, Role::Member, Role::Member, Role::Member, Role::Guest, Role::Guest][random.random_range(0..6)]),
            group: Some(group.clone()),
            team_suspended: false,
            may_create_teams: true,
            by_token: random.random_range(0..4) == 0,
        };
        ((holds.person, product.id), Grants::Person(holds))
    };
    (0..PEOPLE).map(person).collect()
}

/// What somebody holds where the question is about; `Nobody` in a product that is not theirs.
fn held<'a, S: BuildHasher>(memberships: &'a Memberships<S>, question: &Question) -> &'a Grants {
    let product = question.place.product.unwrap_or(ProductId(uuid::Uuid::nil()));
    memberships.get(&(question.person, product)).unwrap_or(&Grants::Nobody)
}

/// Nine of ten are about the person's own product; two of three of those that know environments are about values.
fn question(people: &[(PersonId, ProductId)], products: &[Product], by_id: &HashMap<ProductId, &Product>, random: &mut StdRng) -> Question {
    let (person, own) = people[random.random_range(0..people.len())];
    let product = if random.random_range(0..10) == 0 { &products[random.random_range(0..products.len())] } else { by_id[&own] };
    let permission = match random.random_range(0..3) {
        0 => [Permission::ValueRead, Permission::ValueWrite][random.random_range(0..2)],
        _ => loop {
            let permission = Permission::ALL[random.random_range(0..Permission::ALL.len())];
            if permission.is_in_product() {
                break permission;
            }
        },
    };
    let place = Place::in_product(permission.kind(), product.team, product.id);
    let about = (permission.kind() == Kind::ProductMember).then(|| if random.random_range(0..2) == 0 { person } else { people[0].0 });
    let environment = permission.needs_access().map(|_| product.environments[random.random_range(0..ENVIRONMENTS)]);
    Question { person, permission, place: Place { environment, ..place.about(about) } }
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

/// The same rules as Cedar policies; what a permission takes is an action group.
struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

const POLICIES: &str = r#"
    permit(principal, action, resource) when { context.administrator || context.role == 50 };
    permit(principal, action in Action::"InProduct", resource) when { context.inGroup };
    permit(principal, action in Action::"Oneself", resource) when { context.inGroup && context.own };
    permit(principal, action in Action::"Switch", resource) when { context.inGroup && context.switches.contains(context.wanted) };
    permit(principal, action in Action::"SwitchWithAccess", resource)
        when { context.inGroup && context.switches.contains(context.wanted) && context.access >= 1 };
    permit(principal, action in Action::"Read", resource) when { context.inGroup && context.access >= 1 };
    permit(principal, action in Action::"Write", resource) when { context.inGroup && context.access >= 2 };
    forbid(principal, action, resource) when { context.suspended };
    forbid(principal, action, resource) when { !context.verified };
"#;

fn id(text: &str) -> EntityUid {
    EntityUid::from_str(text).unwrap()
}

fn action(name: &str) -> EntityUid {
    id(&format!("Action::\"{name}\""))
}

impl Cedar {
    fn new() -> Self {
        let actions = Permission::ALL.iter().filter(|permission| permission.is_in_product()).map(|permission| {
            let group = match permission.held() {
                By::Group(Access::None) | By::With(_) => "Switch",
                By::Group(_) => "SwitchWithAccess",
                By::Reach(Access::Full) => "Write",
                By::Reach(_) => "Read",
                _ => "InProduct",
            };
            let mut groups = HashSet::from([action(group)]);
            groups.extend(permission.about_oneself().map(|_| action("Oneself")));
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
        let wanted = match question.permission.held() {
            By::With(other) => other,
            _ => question.permission,
        };
        let on = GROUP_PERMISSIONS
            .iter()
            .map(|switch| switch.permission)
            .filter(|one| holds.group.as_ref().is_some_and(|group| group.includes(*one)));
        let access =
            question.place.environment.map_or(Access::None, |at| holds.group.as_ref().map_or(Access::None, |group| group.access(at)));
        let context = json!({
            "administrator": holds.administrator,
            "suspended": holds.suspended,
            "verified": holds.verified,
            "role": holds.role.map_or(0, |role| role as i64),
            "inGroup": holds.group.is_some(),
            "switches": on.map(Permission::key).collect::<Vec<_>>(),
            "wanted": wanted.key(),
            "access": access as i64,
            "own": question.place.person == Some(question.person),
        });
        let context = Context::from_json_value(context, None).unwrap();
        let (person, object) = (format!("Person::\"{}\"", question.person), format!("Object::\"{:?}\"", question.place.kind));
        Request::new(id(&person), action(question.permission.key()), id(&object), context, None).unwrap()
    }

    fn allows(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}
