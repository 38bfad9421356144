use super::*;
use crate::{
    Attributes, EvalError, Fault, Reason,
    model::{PercentageOption, SegmentComparator, SegmentCondition},
};

fn halves() -> Vec<PercentageOption> {
    vec![PercentageOption::new(50, "first", "1"), PercentageOption::new(50, "second", "2")]
}

fn segment(segment: usize, comparator: SegmentComparator) -> Condition {
    Condition::Segment(SegmentCondition { segment, comparator })
}

#[test]
fn the_first_rule_that_matches_decides() {
    let config = config([(
        "flag",
        flag([
            rule([user("A", Comparator::NumberLess, 5.0)]),
            rule([user("A", Comparator::NumberLess, 10.0), user("B", Comparator::TextEquals, "b")]),
            Rule { then: Then::Serve(Served::new(false, "late")), ..rule([user("B", Comparator::TextEquals, "b")]) },
        ]),
    )]);
    assert_eq!(ask(&config, "flag", &Attributes::new().with("A", 1.0)), (true.into(), Some(0)));
    assert_eq!(ask(&config, "flag", &Attributes::new().with("A", 7.0).with("B", "b")), (true.into(), Some(1)));
    assert_eq!(ask(&config, "flag", &Attributes::new().with("B", "b")), (false.into(), Some(2)));
    assert_eq!(ask(&config, "flag", &Attributes::new().with("b", "b")), (false.into(), None));
}

#[test]
fn without_a_user_only_what_needs_none_is_evaluated() {
    let everybody = Setting { percentage_options: halves(), ..Setting::constant("nobody", "") };
    let not_in = flag([rule([segment(0, SegmentComparator::IsNotIn)]), rule([])]);
    let config = with_segments([("S", vec![])], config([("divided", everybody), ("flag", not_in)]));
    let compiled = Compiled::lenient(&config);
    let outcome = compiled.evaluate("divided", None).unwrap();
    assert_eq!((outcome.value, outcome.reason), (&"nobody".into(), Reason::Static));
    assert_eq!(compiled.evaluate("flag", None).unwrap().reason, Reason::TargetingMatch { rule: 1 });
}

#[test]
fn buckets_are_those_of_the_clients() {
    let config = config([("divided", Setting { percentage_options: halves(), ..Setting::constant("nobody", "") })]);
    let compiled = Compiled::new(&config).unwrap();
    // The first seven digits of sha1("divideduser0") and so on, modulo 100.
    for number in 0..100 {
        let name = format!("user{number}");
        let hash = <sha1::Sha1 as sha1::Digest>::digest(format!("divided{name}"));
        let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let option = usize::from(u32::from_str_radix(&digits[..7], 16).unwrap() % 100 >= 50);
        let outcome = compiled.evaluate("divided", Some(&Attributes::of(&name))).unwrap();
        assert_eq!(outcome.reason, Reason::Split { rule: None, option });
        assert_eq!(outcome.variation, ["1", "2"][option]);
    }
}

#[test]
fn percentages_go_by_an_attribute_of_the_setting() {
    let divided = Setting {
        percentage_attribute: Some("Country".into()),
        rules: vec![Rule { then: Then::Divide(halves()), ..rule([user("A", Comparator::TextEquals, "a")]) }],
        ..Setting::constant("nobody", "")
    };
    let config = config([("divided", divided)]);
    let compiled = Compiled::new(&config).unwrap();
    let reason = |user: &Attributes<'_>| compiled.evaluate("divided", Some(user)).unwrap().reason;
    let with_a = Attributes::of("ada").with("A", "a");
    assert_eq!(reason(&with_a), Reason::Static, "the rule is passed over without a country");
    let split = reason(&with_a.clone().country("CH"));
    assert!(matches!(split, Reason::Split { rule: Some(0), .. }));
    assert_eq!(reason(&Attributes::of("bob").with("A", "a").country("CH")), split);
    assert!(matches!(reason(&with_a.country("")), Reason::Split { .. }), "an empty text is not missing here");
}

#[test]
fn a_user_without_an_identifier_is_divided_as_if_it_were_empty() {
    let divided = Setting { percentage_options: halves(), ..Setting::constant("nobody", "") };
    let chosen = Setting { percentage_attribute: Some("Identifier".into()), ..divided.clone() };
    let config = config([("divided", divided), ("chosen", chosen)]);
    let compiled = Compiled::new(&config).unwrap();
    let reason = |key: &str, user: &Attributes<'_>| compiled.evaluate(key, Some(user)).unwrap().reason;
    assert!(matches!(reason("divided", &Attributes::new()), Reason::Split { .. }));
    assert_eq!(reason("divided", &Attributes::new()), reason("divided", &Attributes::of("")));
    assert_eq!(reason("chosen", &Attributes::new()), Reason::Static, "but not where the setting asks for this attribute");
}

#[test]
fn percentages_that_end_too_early_fail() {
    let options = vec![PercentageOption::new(0, "never", "")];
    let config = config([("divided", Setting { percentage_options: options, ..Setting::constant("nobody", "") })]);
    let compiled = Compiled::lenient(&config);
    let error = compiled.evaluate("divided", Some(&Attributes::of("ada"))).unwrap_err();
    assert_eq!(error, EvalError::Faulty { setting: "divided".into(), fault: Fault::Percentages { sum: 0 }.into() });
    assert!(compiled.evaluate("divided", None).is_ok());
}

#[test]
fn segments_hold_and_are_denied() {
    let beta = vec![UserCondition::new("A", Comparator::NumberGreater, 5.0), UserCondition::new("B", Comparator::TextEquals, "b")];
    let settings = [("in", SegmentComparator::IsIn), ("not in", SegmentComparator::IsNotIn)];
    let settings = settings.map(|(key, comparator)| (key, flag([rule([segment(0, comparator)])])));
    let config = with_segments([("Beta", beta)], config(settings));
    let both = |user: &Attributes<'_>| [is_on(&config, "in", user), is_on(&config, "not in", user)];
    assert_eq!(both(&Attributes::new().with("A", 6.0).with("B", "b")), [true, false]);
    assert_eq!(both(&Attributes::new().with("A", 5.0)), [false, true]);
    assert_eq!(both(&Attributes::new().with("A", 6.0)), [false, false], "it cannot be evaluated");
}

#[test]
fn sensitive_conditions_of_a_segment_are_hashed_with_its_name() {
    let beta = vec![UserCondition::new("Email", Comparator::SensitiveTextStartsWithAnyOf, ["ada@"])];
    let settings =
        flag([rule([segment(0, SegmentComparator::IsIn)]), rule([user("Email", Comparator::SensitiveIsOneOf, ["bob@example.com"])])]);
    let config = with_segments([("Beta", beta)], config([("flag", settings)]));
    for config in [config.hashed(), config.clear()] {
        Compiled::new(&config).unwrap();
        assert_eq!(ask(&config, "flag", &Attributes::new().email("ada@example.com")).1, Some(0));
        assert_eq!(ask(&config, "flag", &Attributes::new().email("bob@example.com")).1, Some(1));
        assert_eq!(ask(&config, "flag", &Attributes::new().email("eve@example.com")).1, None);
    }
    assert!(Compiled::new(&config).is_err(), "clear values where hashes belong");
}

#[test]
fn settings_are_found_by_key_and_by_index() {
    let config = config([("b", Setting::constant(2, "v")), ("a", Setting::constant(1, "v"))]);
    let compiled = Compiled::new(&config).unwrap();
    assert_eq!(compiled.keys().collect::<Vec<_>>(), ["a", "b"]);
    let at = compiled.index("b").unwrap();
    assert_eq!(compiled.evaluate_at(at, None), compiled.evaluate("b", None));
    assert_eq!(compiled.evaluate("c", None), Err(EvalError::UnknownSetting));
    assert_eq!(compiled.evaluate_at(2, None), Err(EvalError::UnknownSetting));
    let all: Vec<_> = compiled.evaluate_all(None).map(|(key, outcome)| (key, outcome.unwrap().value.clone())).collect();
    assert_eq!(all, [("a", 1.into()), ("b", 2.into())]);
}
