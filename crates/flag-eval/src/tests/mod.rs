//! The rules of evaluation, each by example.

mod comparators;
mod defects;
mod explained;
mod prerequisites;
mod rules;

use crate::{
    Comparator, Compiled, Config, User, Value,
    model::{ComparisonValue, Condition, Preferences, Rule, Segment, Served, Setting, Then, UserCondition},
};

const SALT: &str = "the salt";

/// A config with these settings and no segments.
fn config<const N: usize>(settings: [(&str, Setting); N]) -> Config {
    let preferences = Preferences { salt: SALT.into(), ..Preferences::default() };
    Config { preferences, segments: Vec::new(), settings: settings.map(|(key, setting)| (key.to_owned(), setting)).into() }
}

fn with_segments<const N: usize>(segments: [(&str, Vec<UserCondition>); N], config: Config) -> Config {
    let segments = segments.map(|(name, conditions)| Segment { name: name.into(), conditions });
    Config { segments: segments.into(), ..config }
}

/// A flag that is off for whom no rule turns it on.
fn flag<const N: usize>(rules: [Rule; N]) -> Setting {
    Setting { rules: rules.into(), ..Setting::constant(false, "off") }
}

/// A rule that turns a flag on.
fn rule<const N: usize>(conditions: [Condition; N]) -> Rule {
    Rule { conditions: conditions.into(), then: Then::Serve(Served::new(true, "on")) }
}

fn user(attribute: &str, comparator: Comparator, value: impl Into<ComparisonValue>) -> Condition {
    Condition::User(UserCondition::new(attribute, comparator, value))
}

/// What a flag is, and what led to it, as the number of the rule.
fn ask(config: &Config, key: &str, user: &dyn User) -> (Value, Option<usize>) {
    let compiled = Compiled::lenient(config);
    let outcome = compiled.evaluate(key, Some(user)).unwrap();
    (outcome.value.clone(), outcome.reason.rule())
}

fn is_on(config: &Config, key: &str, user: &dyn User) -> bool {
    ask(config, key, user).0 == Value::Bool(true)
}
