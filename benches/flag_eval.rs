//! `flag-eval` beside the crate configcat: the same flag with five rules, the same users, in the same run.
//!
//! The users of both are put together beforehand. configcat takes its users by value, so it gets copies that were made before the clock starts.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{hint::black_box, path::PathBuf, time::Instant};

use configcat::{Client, FileDataSource, OverrideBehavior, PollingMode};
use flag_eval::{
    Attributes, Comparator, Compiled, Config, Value,
    model::{Condition, PercentageOption, Preferences, Rule, Served, Setting, Then, UserCondition},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;

const USERS: usize = 1_000;
const ROUNDS: usize = 200;
const FLAGS: usize = 500;

struct Person {
    identifier: String,
    email: String,
    country: &'static str,
    version: String,
    age: f64,
    plan: &'static str,
}

fn main() {
    let mut random = StdRng::seed_from_u64(7);
    let people: Vec<Person> = (0..USERS).map(|_| person(&mut random)).collect();
    let users: Vec<Attributes<'_>> = people.iter().map(attributes).collect();
    let theirs: Vec<configcat::User> = people.iter().map(their_user).collect();

    let (clear, hashed) = (config(1, false), config(1, true).hashed());
    let ours = Compiled::new(&clear).unwrap();
    let ours_hashed = Compiled::new(&hashed).unwrap();
    let (client, client_hashed) = (client(&clear), client(&hashed));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let mut rules = [0; 6];
    for (user, their) in users.iter().zip(&theirs) {
        let outcome = ours.evaluate("flag0", Some(user)).unwrap();
        rules[outcome.reason.rule().unwrap_or(5)] += 1;
        for client in [&client, &client_hashed] {
            let details = runtime.block_on(client.get_value_details("flag0", String::new(), Some(their.clone())));
            assert_eq!(outcome.value, &Value::Text(details.value), "both give the same answers");
        }
        assert_eq!(ours_hashed.evaluate("flag0", Some(user)), Ok(outcome), "hashed or clear");
    }
    assert!(rules.iter().all(|count| *count > USERS / 50), "every rule decides for some: {rules:?}");

    let evaluated =
        |flags: &Compiled| microseconds(|| (), |()| users.iter().for_each(|user| drop(black_box(flags.evaluate("flag0", Some(user))))));
    let theirs_evaluated = |client: &Client| {
        microseconds(
            || theirs.clone(),
            |users| {
                runtime.block_on(async {
                    for user in users {
                        black_box(client.get_value_details("flag0", String::new(), Some(user)).await);
                    }
                });
            },
        )
    };
    let (clear_time, their_time) = (evaluated(&ours), theirs_evaluated(&client));
    let (hashed_time, their_hashed_time) = (evaluated(&ours_hashed), theirs_evaluated(&client_hashed));
    let explained = microseconds(|| (), |()| users.iter().for_each(|user| drop(black_box(ours.explain("flag0", Some(user))))));
    let many = config(FLAGS, true).hashed();
    let start = Instant::now();
    black_box(Compiled::new(black_box(&many)).unwrap());
    let compiled = start.elapsed().as_secs_f64() * 1e3;

    let rows = json!([
        { "name": "evaluate a flag with 5 rules", "value": clear_time, "unit": "µs", "budget": ["<=", 0.3] },
        { "name": "the same with the crate configcat", "value": their_time, "unit": "µs", "budget": null },
        { "name": "evaluate beside the crate configcat", "value": their_time / clear_time, "unit": "times", "budget": [">=", 3] },
        { "name": "evaluate a flag with 5 rules, values hashed", "value": hashed_time, "unit": "µs", "budget": null },
        { "name": "evaluate beside the crate configcat, values hashed", "value": their_hashed_time / hashed_time, "unit": "times", "budget": null },
        { "name": "explain a flag with 5 rules", "value": explained, "unit": "µs", "budget": null },
        { "name": "make a config with 500 flags ready", "value": compiled, "unit": "ms", "budget": null },
    ]);
    match std::env::var_os("BURGEE_BENCH_RESULTS") {
        Some(folder) => std::fs::write(PathBuf::from(folder).join("flag_eval.json"), rows.to_string()).unwrap(),
        None => println!("{rows:#}"),
    }
}

/// Flags that are all the same: five rules, the last with percentages.
fn config(flags: usize, sensitive: bool) -> Config {
    let user = |attribute: &str, comparator: Comparator, value: flag_eval::model::ComparisonValue| {
        let comparator = if sensitive { comparator.sensitive().unwrap_or(comparator) } else { comparator };
        Condition::User(UserCondition::new(attribute, comparator, value))
    };
    let rule = |variation: &str, conditions: Vec<Condition>| Rule { conditions, then: Then::Serve(Served::new(variation, variation)) };
    let setting = Setting {
        rules: vec![
            rule(
                "few",
                vec![user("Identifier", Comparator::IsOneOf, (0..20).map(|number| format!("user{number}")).collect::<Vec<_>>().into())],
            ),
            rule(
                "staff",
                vec![
                    user("Email", Comparator::TextEndsWithAnyOf, ["@example.com", "@example.org", "@example.net"].into()),
                    user("Country", Comparator::IsOneOf, ["CH", "AT", "DE", "FR", "IT"].into()),
                ],
            ),
            rule("new", vec![user("Version", Comparator::VersionGreaterOrEqual, "2.10.0".into())]),
            rule("old", vec![user("Age", Comparator::NumberGreaterOrEqual, 65.0.into())]),
            Rule {
                conditions: vec![user("Plan", Comparator::TextEquals, "enterprise".into())],
                then: Then::Divide(vec![PercentageOption::new(20, "on", "on"), PercentageOption::new(80, "off", "off")]),
            },
        ],
        ..Setting::constant("nobody", "nobody")
    };
    let preferences = Preferences { salt: "Vq2LrkoGBvWBbZf4PcYH9Q".into(), ..Preferences::default() };
    let settings = (0..flags).map(|number| (format!("flag{number}"), setting.clone())).collect();
    Config { preferences, segments: Vec::new(), settings }
}

fn person(random: &mut StdRng) -> Person {
    let number = random.random_range(0..400);
    let domain = ["example.com", "example.net", "customer.example", "elsewhere.example"][random.random_range(0..4)];
    Person {
        identifier: format!("user{number}"),
        email: format!("user{number}@{domain}"),
        country: ["CH", "FR", "US", "JP", "BR", "NG"][random.random_range(0..6)],
        version: format!("{}.{}.0", random.random_range(0..4), random.random_range(0..20)),
        age: f64::from(random.random_range(18..90)),
        plan: ["free", "enterprise"][random.random_range(0..2)],
    }
}

fn attributes(person: &Person) -> Attributes<'_> {
    let user = Attributes::of(&person.identifier).email(&person.email).country(person.country);
    user.with("Version", &person.version).with("Age", person.age).with("Plan", person.plan)
}

fn their_user(person: &Person) -> configcat::User {
    let user = configcat::User::new(&person.identifier).email(&person.email).country(person.country);
    user.custom("Version", person.version.as_str()).custom("Age", person.age).custom("Plan", person.plan)
}

/// A client that evaluates this config and fetches nothing.
fn client(config: &Config) -> Client {
    let file = std::env::temp_dir().join(format!("flag-eval-bench-{}.json", std::process::id()));
    std::fs::write(&file, config.to_string()).unwrap();
    let source = FileDataSource::new(file.to_str().unwrap()).unwrap();
    std::fs::remove_file(file).unwrap();
    let builder = Client::builder("local").polling_mode(PollingMode::Manual);
    builder.overrides(Box::new(source), OverrideBehavior::LocalOnly).build().unwrap()
}

/// The time of one evaluation, the median of many rounds over all users.
fn microseconds<T>(mut prepare: impl FnMut() -> T, mut round: impl FnMut(T)) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let prepared = prepare();
            let start = Instant::now();
            round(prepared);
            start.elapsed().as_secs_f64() * 1e6 / USERS as f64
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    times[ROUNDS / 2]
}
