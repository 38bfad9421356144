//! Where the SDKs differ from each other, each by an example. The documentation of the crate lists the same; a new version of an SDK that
//! answers otherwise fails here.

use std::collections::BTreeMap;

use flag_eval::{
    Comparator, Config,
    model::{ComparisonValue, Condition, PercentageOption, Preferences, Rule, Served, Setting, Then, UserCondition},
};
use serde_json::Value as Json;

use super::{
    answers, clients,
    generator::{Case, Clients},
    users::{Given, GivenUser},
};

/// What happens: the rule matches, it does not, the user’s share, or there is no value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Is {
    On,
    Off,
    Split,
    Error,
}
use Is::*;

struct Example {
    what: &'static str,
    setting: Setting,
    user: Vec<(&'static str, Given)>,
    /// `@configcat/sdk`, `configcat-node`, `configcat-client` for Python.
    theirs: [Is; 3],
    ours: Is,
}

fn on_when(attribute: &str, comparator: Comparator, value: impl Into<ComparisonValue>) -> Setting {
    let conditions = vec![Condition::User(UserCondition::new(attribute, comparator, value))];
    Setting { rules: vec![Rule { conditions, then: Then::Serve(Served::new(true, "on")) }], ..Setting::constant(false, "off") }
}

fn text(text: &str) -> Given {
    Given::Text(text.to_owned())
}

fn examples() -> Vec<Example> {
    use Comparator::*;
    let example = |what, setting, user: (&'static str, Given), theirs, ours| Example { what, setting, user: vec![user], theirs, ours };
    let all = || vec![PercentageOption::new(100, true, "split")];
    vec![
        example("a version with a v", on_when("A", VersionLess, "2.0.0"), ("A", text("v1.0.0")), [On, On, Off], Off),
        example("a version beyond 2^53", on_when("A", VersionGreater, "1.0.0"), ("A", text("9007199254740993.0.0")), [Off, Off, On], On),
        example("zero and a space", on_when("A", NumberEquals, 0.0), ("A", text("0 ")), [Off, Off, On], On),
        example("zero between spaces", on_when("A", NumberEquals, 0.0), ("A", text(" 0")), [On, On, On], On),
        example("an underscore", on_when("A", NumberEquals, 10.0), ("A", text("1_0")), [Off, Off, On], Off),
        example("a short word for infinity", on_when("A", NumberGreater, 1.0), ("A", text("inf")), [Off, Off, On], Off),
        example("yes as a text", on_when("A", TextEquals, "true"), ("A", Given::Bool(true)), [On, On, Off], On),
        example("yes as a number", on_when("A", NumberEquals, 1.0), ("A", Given::Bool(true)), [Off, Off, On], Off),
        example("a date as a number", on_when("A", NumberEquals, 1.0), ("A", Given::Date(1_000)), [Off, Off, Error], Off),
        example("a small number as a text", on_when("A", TextEquals, "0.00001"), ("A", Given::Number(1e-5)), [On, On, Off], On),
        example("a large number as a text", on_when("A", TextEquals, "10000000000000000"), ("A", Given::Number(1e16)), [On, On, Off], On),
        example("a byte order mark", on_when("A", VersionIsOneOf, ["1.0.0"]), ("A", text("\u{feff}1.0.0")), [On, On, Off], Off),
        example("versions of spaces", on_when("A", VersionIsOneOf, ["1.0.0", " "]), ("A", text("1.0.0")), [Off, Off, On], Off),
        example("no versions, and none", on_when("A", VersionIsNotOneOf, [""]), ("A", text("one")), [Off, Off, On], Off),
        example("no hash", on_when("A", SensitiveTextStartsWithAnyOf, ["a"]), ("A", text("a")), [Error, Off, Error], Error),
        example("an attribute of every object", on_when("toString", TextNotEquals, "a"), ("A", text("a")), [Off, On, Off], Off),
        example("another member", on_when("A", TextEquals, ["a"]), ("A", text("a")), [Error, Off, Off], Error),
        example(
            "a rule without conditions",
            Setting {
                rules: vec![Rule { conditions: vec![], then: Then::Serve(Served::new(true, "on")) }],
                ..Setting::constant(false, "off")
            },
            ("A", text("a")),
            [On, On, Off],
            On,
        ),
        example(
            "percentages that end too early",
            Setting { percentage_options: vec![PercentageOption::new(0, true, "split")], ..Setting::constant(false, "off") },
            ("Identifier", text("a")),
            [Error, Error, Off],
            Error,
        ),
        example(
            "a chosen identifier that is missing",
            Setting { percentage_attribute: Some("Identifier".into()), percentage_options: all(), ..Setting::constant(false, "off") },
            ("A", text("a")),
            [Split, Split, Off],
            Off,
        ),
        example(
            "no identifier",
            Setting { percentage_options: all(), ..Setting::constant(false, "off") },
            ("A", text("a")),
            [Split, Split, Split],
            Split,
        ),
    ]
}

fn is(answer: &Json) -> Is {
    match answer["variation"].as_str() {
        Some("on") => On,
        Some("off") => Off,
        Some("split") => Split,
        _ => Error,
    }
}

#[test]
fn the_clients_differ_where_the_documentation_says_so() {
    let examples = examples();
    let case = |(number, example): (usize, &Example)| Case {
        number,
        clients: Clients::All,
        config: Config {
            preferences: Preferences { salt: "salt".into(), ..Preferences::default() },
            settings: BTreeMap::from([("flag".to_owned(), example.setting.clone())]),
            ..Config::default()
        },
        users: vec![Some(GivenUser(example.user.iter().map(|(name, given)| ((*name).to_owned(), given.clone())).collect()))],
    };
    let cases: Vec<Case> = examples.iter().enumerate().map(case).collect();
    let all: Vec<&Case> = cases.iter().collect();
    let server = clients::serve(cases.iter().map(|case| case.config.to_json().unwrap()).collect());
    let told = [
        clients::javascript("@configcat/sdk", &server, &all),
        clients::javascript("configcat-node", &server, &all),
        clients::python(&server, &all),
    ];
    let mut wrong = vec![];
    for (number, example) in examples.iter().enumerate() {
        let theirs = [0, 1, 2].map(|client: usize| is(&told[client][&number][0][0]));
        let ours = is(&answers(&cases[number])[0][0]);
        if (theirs, ours) != (example.theirs, example.ours) {
            wrong.push(format!("{}: theirs {theirs:?}, ours {ours:?}", example.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
