use super::*;
use crate::{
    Attributes, EvalError, Fault,
    compile::LONGEST_CHAIN,
    model::{FlagComparator, FlagCondition},
};

fn wants(key: &str, comparator: FlagComparator, value: impl Into<Value>) -> Condition {
    Condition::Flag(FlagCondition { key: key.into(), comparator, value: value.into() })
}

fn fault(config: &Config, key: &str) -> Fault {
    match Compiled::lenient(config).evaluate(key, None) {
        Err(EvalError::Faulty { fault, .. }) => *fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_prerequisite_is_evaluated_for_the_same_user() {
    let beta = flag([rule([user("Email", Comparator::SensitiveTextEndsWithAnyOf, ["@example.com"])])]);
    let config = config([
        ("beta", beta),
        ("yes", flag([rule([wants("beta", FlagComparator::Equals, true)])])),
        ("no", flag([rule([wants("beta", FlagComparator::NotEquals, true)])])),
    ])
    .hashed();
    let both = |user: &Attributes<'_>| [is_on(&config, "yes", user), is_on(&config, "no", user)];
    assert_eq!(both(&Attributes::new().email("ada@example.com")), [true, false]);
    assert_eq!(both(&Attributes::new()), [false, true]);
}

#[test]
fn a_prerequisite_must_be_there_and_of_the_same_type() {
    let config = config([
        ("none", flag([rule([wants("missing", FlagComparator::NotEquals, true)])])),
        ("other", flag([rule([wants("number", FlagComparator::NotEquals, 5.0)])])),
        ("number", Setting::constant(5, "")),
    ]);
    assert_eq!(fault(&config, "none"), Fault::NoPrerequisite { key: "missing".into() });
    assert!(matches!(fault(&config, "other"), Fault::PrerequisiteType { .. }));
    assert_eq!(Compiled::new(&config).unwrap_err().0.len(), 2);
}

#[test]
fn a_circle_is_refused_and_named() {
    let config = config([
        ("a", flag([rule([wants("b", FlagComparator::Equals, true)])])),
        ("b", flag([rule([user("A", Comparator::TextEquals, "a")]), rule([wants("c", FlagComparator::Equals, true)])])),
        ("c", flag([rule([wants("b", FlagComparator::Equals, true)])])),
        ("itself", flag([rule([wants("itself", FlagComparator::Equals, true)])])),
    ]);
    assert_eq!(crate::cycles::in_config(&config).unwrap().to_string(), "'b' -> 'c' -> 'b'");
    let defects = Compiled::new(&config).unwrap_err();
    assert_eq!(defects.to_string(), "setting 'b': these wait for each other: 'b' -> 'c' -> 'b'");
    assert_eq!(fault(&config, "a").to_string(), "these wait for each other: 'b' -> 'c' -> 'b'");
    assert_eq!(fault(&config, "itself").to_string(), "these wait for each other: 'itself' -> 'itself'");
    assert!(is_on(&config, "a", &Attributes::new().with("A", "a")), "whoever does not come round is not bothered");
}

fn chain(length: usize) -> Config {
    let setting = |at: usize| match at {
        0 => Setting::constant(true, ""),
        _ => flag([rule([wants(&format!("s{}", at - 1), FlagComparator::Equals, true)])]),
    };
    Config { settings: (0..=length).map(|at| (format!("s{at}"), setting(at))).collect(), ..Config::default() }
}

#[test]
fn a_chain_is_followed_a_long_way() {
    let long = chain(LONGEST_CHAIN);
    Compiled::new(&long).unwrap();
    assert!(is_on(&long, &format!("s{LONGEST_CHAIN}"), &Attributes::new()));
    let longer = chain(10_000);
    assert_eq!(Compiled::new(&longer).unwrap_err().0.len(), 1);
    assert_eq!(fault(&longer, "s10000"), Fault::ChainTooLong { limit: LONGEST_CHAIN });
}

#[test]
fn what_would_take_for_ever_is_given_up() {
    let setting = |at: usize| match at {
        0 => Setting::constant(false, ""),
        _ => {
            let asks = || rule([wants(&format!("s{}", at - 1), FlagComparator::Equals, true)]);
            flag([asks(), asks()])
        }
    };
    let config = Config { settings: (0..64).map(|at| (format!("s{at}"), setting(at))).collect(), ..Config::default() };
    let compiled = Compiled::new(&config).unwrap();
    assert_eq!(compiled.evaluate("s63", None), Err(EvalError::TooComplex));
    assert!(compiled.evaluate("s5", None).is_ok());
}
