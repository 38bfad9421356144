//! `decide` at the size of a large instance, beside the crate cedar-policy with the same rules in the same run.
//!
//! 100,000 people, each with one of 10,000 permission groups in one of 2,500 products with four environments; every question is about a random
//! person, so that what they hold is cold: what they are, and the group behind it with its levels, lie anywhere in memory. As in a request, what the
//! person holds is given and the decision is timed, each by itself, less what the timer takes; for Cedar too, whose requests are put together
//! beforehand. Finding the person in a map of the standard library as well is a row of its own.
//!
//! How long one read of memory takes that is as far away is measured in the same run.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::{HashMap, HashSet},
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

struct Product {
    id: ProductId,
    team: TeamId,
    environments: Vec<EnvironmentId>,
    groups: Vec<Arc<Group>>,
}

/// As short as it can be: a list of half a million takes no room in the caches from what is measured.
#[derive(Clone, Copy)]
struct Question {
    holder: u32,
    product: u16,
    environment: u8,
    permission: Permission,
    about: About,
}

#[derive(Clone, Copy)]
enum About {
    Nobody,
    Oneself,
    Another,
}

/// What is measured, made of a question before the timer starts.
struct Asked<'a> {
    grants: &'a Grants,
    permission: Permission,
    place: Place,
}

struct World {
    products: Vec<Product>,
    /// What everybody holds, and apart from it who they are and where: what a decision reads lies as close together as it can.
    grants: Vec<Grants>,
    people: Vec<PersonId>,
    places: Vec<u16>,
}

fn main() {
    let mut random = StdRng::seed_from_u64(7);
    let products = products(&mut random);
    let mut world = World { products, grants: vec![], people: vec![], places: vec![] };
    (0..PEOPLE).for_each(|_| world.join(&mut random));
    let questions: Vec<Question> = (0..QUESTIONS).map(|_| question(&world, &mut random)).collect();

    let ask = |asked: &Asked| decide(asked.grants, asked.permission, &asked.place).allows();
    let timer = median(&mut times(&questions, |question| world.ask(question), |_| true));
    let mut ours = times(&questions, |question| world.ask(question), ask);
    let (ours_median, ours_p99) = (median(&mut ours) - timer, at(&mut ours, 0.99) - timer);

    let far: Vec<[u64; 8]> = (0..PEOPLE).map(|_| random.random()).collect();
    let read_median = median(&mut times(&questions, |question| &far[question.holder()], |place| place[0] & 1 == 0)) - timer;
    drop(far);

    let by_person: HashMap<PersonId, Grants> = world.people.iter().copied().zip(world.grants.iter().cloned()).collect();
    let named = |question: &'_ Question| (world.people[question.holder()], world.ask(question));
    let find = |(person, asked): &(PersonId, Asked)| {
        by_person.get(person).is_some_and(|grants| decide(grants, asked.permission, &asked.place).allows())
    };
    let found_median = median(&mut times(&questions, named, find)) - timer;

    let cedar = Cedar::new();
    let questions = &questions[..CEDAR_QUESTIONS];
    let requests: Vec<(Request, bool)> =
        questions.iter().map(|question| world.ask(question)).map(|asked| (cedar.request(&asked), ask(&asked))).collect();
    assert!(requests.iter().all(|(request, allowed)| cedar.allows(request) == *allowed), "both give the same answers");
    let allowed = requests.iter().filter(|(_, allowed)| *allowed).count();
    assert!((CEDAR_QUESTIONS / 4..CEDAR_QUESTIONS * 3 / 4).contains(&allowed), "both answers are asked for often: {allowed}");
    let theirs_median = median(&mut times(&requests, |request| request, |(request, _)| cedar.allows(request))) - timer;

    let name = format!("decide, {PEOPLE} people, {GROUPS} permission groups");
    let rows = json!([
        { "name": format!("{name}: median"), "value": ours_median, "unit": "ns", "budget": ["<=", 120] },
        { "name": format!("{name}: p99"), "value": ours_p99, "unit": "ns", "budget": ["<=", 1000] },
        { "name": "one read of memory as far away: median", "value": read_median, "unit": "ns", "budget": null },
        { "name": format!("{name}, and finding the person in a map: median"), "value": found_median, "unit": "ns", "budget": null },
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

/// Somebody with one of these groups.
fn holds(groups: &[Arc<Group>], random: &mut StdRng) -> Held {
    Held {
        person: PersonId::new(),
        administrator: random.random_range(0..1000) == 0,
        suspended: random.random_range(0..100) == 0,
        verified: random.random_range(0..50) != 0,
        password_expired: false,
        role: Some([Role::Owner, Role::Member, Role::Member, Role::Member, Role::Guest, Role::Guest][random.random_range(0..6)]),
        group: Some(groups[random.random_range(0..groups.len())].clone()),
        team_suspended: false,
        may_create_teams: true,
        by_token: random.random_range(0..4) == 0,
    }
}

/// Two of three of those that know environments are about values.
fn question(world: &World, random: &mut StdRng) -> Question {
    let holder = random.random_range(0..world.grants.len());
    let permission = match random.random_range(0..3) {
        0 => [Permission::ValueRead, Permission::ValueWrite][random.random_range(0..2)],
        _ => loop {
            let permission = Permission::ALL[random.random_range(0..Permission::ALL.len())];
            if permission.is_in_product() {
                break permission;
            }
        },
    };
    let about = match permission.kind() {
        Kind::ProductMember => [About::Oneself, About::Another][random.random_range(0..2)],
        _ => About::Nobody,
    };
    let environment = random.random_range(0..ENVIRONMENTS) as u8;
    Question { holder: holder as u32, product: world.places[holder], environment, permission, about }
}

impl Question {
    fn holder(&self) -> usize {
        self.holder as usize
    }
}

impl World {
    fn join(&mut self, random: &mut StdRng) {
        let product = random.random_range(0..self.products.len());
        let held = holds(&self.products[product].groups, random);
        self.places.push(product as u16);
        self.people.push(held.person);
        self.grants.push(Grants::Person(held));
    }

    fn ask(&self, question: &Question) -> Asked<'_> {
        let product = &self.products[usize::from(question.product)];
        let about = match question.about {
            About::Nobody => None,
            About::Oneself => Some(self.people[question.holder()]),
            About::Another => Some(self.people[0]),
        };
        let environment = question.permission.needs_access().map(|_| product.environments[usize::from(question.environment)]);
        let place = Place { environment, ..Place::in_product(question.permission.kind(), product.team, product.id).about(about) };
        Asked { grants: &self.grants[question.holder()], permission: question.permission, place }
    }
}

/// The nanoseconds of each, made ready before its time starts.
fn times<'a, T, R>(all: &'a [T], mut ready: impl FnMut(&'a T) -> R, mut ask: impl FnMut(&R) -> bool) -> Vec<f64> {
    let mut times = Vec::with_capacity(all.len());
    for one in all {
        let one = black_box(ready(one));
        let start = Instant::now();
        black_box(ask(&one));
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

    fn request(&self, question: &Asked) -> Request {
        let Grants::Person(holds) = question.grants else { unreachable!("everybody is a person") };
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
            "own": question.place.person == Some(holds.person),
        });
        let context = Context::from_json_value(context, None).unwrap();
        let (person, object) = (format!("Person::\"{}\"", holds.person), format!("Object::\"{:?}\"", question.place.kind));
        Request::new(id(&person), action(question.permission.key()), id(&object), context, None).unwrap()
    }

    fn allows(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}
