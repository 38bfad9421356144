use std::collections::BTreeMap;

use flag_eval::Comparator;
use uuid::Uuid;

use super::*;
use crate::ids::VariationId;

const BETA: SegmentId = SegmentId(Uuid::from_u128(7));

fn around(kind: Kind) -> Around {
    let other = |key: &str, kind| Other { key: key.into(), name: key.into(), kind };
    Around {
        kind,
        is_json: false,
        generation: 2,
        variations: vec![],
        segments: BTreeMap::from([(BETA, "beta users".into())]),
        beyond_first: Default::default(),
        settings: BTreeMap::from([(SettingId(1), other("own", kind)), (SettingId(2), other("limit", Kind::Int))]),
    }
}

fn user(attribute: &str, comparator: Comparator, value: impl Into<flag_eval::model::ComparisonValue>) -> Condition {
    Condition::User(UserCondition::new(attribute, comparator, value))
}

fn rule(conditions: Vec<Condition>, value: impl Into<Value>) -> Rule {
    Rule { conditions, then: Then::Then(value.into()) }
}

fn shares(each: &[(u8, bool)]) -> Vec<Share> {
    each.iter().map(|(percent, value)| Share { percent: *percent, value: Value::Bool(*value) }).collect()
}

fn whole() -> Formula {
    let conditions = vec![
        user("Email", Comparator::TextEndsWithAnyOf, ["@example.com"]),
        Condition::Segment { id: BETA, is: SegmentComparator::IsIn },
        Condition::Flag { id: SettingId(2), is: FlagComparator::NotEquals, value: Value::Int(5) },
    ];
    Formula {
        default: Value::Bool(false),
        rules: vec![
            rule(conditions, true),
            Rule { conditions: vec![user("Age", Comparator::NumberLess, 18.5)], then: Then::Split(shares(&[(50, true), (50, false)])) },
        ],
        split: shares(&[(20, true), (80, false)]),
        attribute: Some("Country".into()),
        hints: Default::default(),
    }
}

#[test]
fn what_values_stand_for_stays_as_long_as_they_are_compared_with() {
    let with = |values: &[&str]| Formula {
        rules: vec![rule(
            vec![user("Email", Comparator::IsOneOf, values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())],
            true,
        )],
        ..Formula::empty(Kind::Bool)
    };
    let hints = |list: &[(&str, &str)]| list.iter().map(|(value, hint)| ((*value).to_owned(), (*hint).to_owned())).collect();
    let before = Formula { hints: hints(&[("17", "Harbor"), ("18", "Pier")]), ..with(&["17", "18"]) };
    assert_eq!(Formula::read(&before.write().unwrap()).unwrap(), before);
    let after = Formula { hints: hints(&[("19", "Quay")]), ..with(&["18", "19"]) }.with_hints_of(&before);
    assert_eq!(after.hints, hints(&[("18", "Pier"), ("19", "Quay")]));
}

fn wrong(formula: &Formula, around: &Around) -> Vec<(String, String)> {
    let Err(fields) = check(formula, around) else { return vec![] };
    fields.0.into_iter().map(|(name, message)| (name.into(), message.into())).collect()
}

#[test]
fn what_is_stored_is_short_and_read_again() {
    let stored = [Kind::Bool, Kind::Text, Kind::Int, Kind::Double].map(|kind| Formula::empty(kind).write().unwrap());
    let wanted = [r#"{"default":{"b":false}}"#, r#"{"default":{"s":""}}"#, r#"{"default":{"i":0}}"#, r#"{"default":{"d":0.0}}"#];
    assert_eq!(stored, wanted);
    let stored = whole().write().unwrap();
    let wanted = concat!(
        r#"{"default":{"b":false},"rules":[{"if":[{"user":{"a":"Email","c":32,"l":["@example.com"]}},"#,
        r#"{"segment":{"id":"00000000-0000-0000-0000-000000000007","is":0}},{"flag":{"id":2,"is":1,"value":{"i":5}}}],"then":{"b":true}},"#,
        r#"{"if":[{"user":{"a":"Age","c":12,"d":18.5}}],"split":[{"percent":50,"value":{"b":true}},{"percent":50,"value":{"b":false}}]}],"#,
        r#""split":[{"percent":20,"value":{"b":true}},{"percent":80,"value":{"b":false}}],"attribute":"Country"}"#,
    );
    assert_eq!(stored, wanted);
    assert_eq!(Formula::read(&stored).unwrap(), whole());
    assert_eq!(Formula::remembered(&whole().remember().unwrap()).unwrap(), whole());
    assert!(Formula::read(r#"{"default":{"b":true},"rules":[{"if":[]}]}"#).is_err());
}

#[test]
fn a_whole_formula_is_accepted() {
    assert_eq!(wrong(&whole(), &around(Kind::Bool)), []);
}

#[test]
fn every_mistake_is_told_at_its_field_and_all_at_once() {
    let mut formula = whole();
    formula.default = Value::Int(1);
    formula.split[0].percent = 19;
    formula.attribute = Some(String::new());
    formula.rules[0].conditions = vec![
        user("", Comparator::TextEndsWithAnyOf, ["@example.com", ""]),
        user("App version", Comparator::VersionGreaterOrEqual, "4.2"),
        user("Seen", Comparator::DateAfter, 1e13),
        user("Age", Comparator::NumberLess, "18"),
        Condition::Segment { id: SegmentId(Uuid::nil()), is: SegmentComparator::IsIn },
        Condition::Flag { id: SettingId(9), is: FlagComparator::Equals, value: Value::Bool(true) },
        Condition::Flag { id: SettingId(2), is: FlagComparator::Equals, value: Value::Bool(true) },
    ];
    formula.rules[1] = Rule { conditions: vec![], then: Then::Split(vec![]) };
    let found = wrong(&formula, &around(Kind::Bool));
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "default",
            "percentage_attribute",
            "rule.0.condition.0.attribute",
            "rule.0.condition.0.values",
            "rule.0.condition.1.values",
            "rule.0.condition.2.values",
            "rule.0.condition.3.values",
            "rule.0.condition.4.segment",
            "rule.0.condition.5.flag",
            "rule.0.condition.6.value",
            "rule.1",
            "rule.1.split",
            "split",
        ]
    );
    let said = |name: &str| found.iter().find(|(field, _)| field == name).unwrap().1.as_str();
    assert!(said("default").starts_with("BoolValue field must be set"));
    assert!(said("rule.0.condition.1.values").ends_with("Not a semantic version. Write it as 4.2.0."));
    assert!(said("rule.0.condition.3.values").starts_with("DoubleValue field must be set"));
    assert_eq!(said("rule.0.condition.5.flag"), "Prerequisite setting not found.");
    assert!(said("rule.0.condition.6.value").starts_with("Invalid prerequisite value."));
    assert_eq!(said("split"), "The percentages add up to 99, not to 100.");
}

#[test]
fn values_are_of_the_kind_within_their_limits_and_among_the_variations() {
    let refused = |kind, value: Value| !wrong(&Formula::constant(value), &around(kind)).is_empty();
    assert!(!refused(Kind::Int, Value::Int(i64::from(i32::MIN))) && refused(Kind::Int, Value::Int(1 << 31)));
    assert!(!refused(Kind::Double, Value::Double(-0.5)) && refused(Kind::Double, Value::Double(f64::NAN)));
    assert!(!refused(Kind::Text, "ä".repeat(LONGEST_TEXT).into()) && refused(Kind::Text, "ä".repeat(LONGEST_TEXT + 1).into()));
    let json = Around { is_json: true, ..around(Kind::Text) };
    assert_eq!(wrong(&Formula::constant("[1, {}]".into()), &json), []);
    assert!(wrong(&Formula::constant("[1".into()), &json)[0].1.starts_with("This is not valid JSON"));
    let variation = Variation { id: VariationId::new(), value: "blue".into(), name: None, hint: None };
    let named = Around { variations: vec![variation], ..around(Kind::Text) };
    assert_eq!(wrong(&Formula::constant("blue".into()), &named), []);
    assert_eq!(wrong(&Formula::constant("red".into()), &named)[0].0, "default");
}

#[test]
fn the_first_generation_refuses_what_it_cannot_express() {
    let first = Around { generation: 1, ..around(Kind::Bool) };
    let names = |formula: &Formula| wrong(formula, &first).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(
        names(&whole()),
        ["percentage_attribute", "rule.0", "rule.0.condition.0.comparator", "rule.0.condition.2.flag", "rule.1.split",]
    );
    let with = |condition| Formula {
        rules: vec![rule(vec![condition], true)],
        split: shares(&[(20, true), (80, false)]),
        ..Formula::empty(Kind::Bool)
    };
    assert!(names(&with(user("Email", Comparator::SensitiveIsOneOf, ["a", "b"]))).is_empty());
    assert!(names(&with(Condition::Segment { id: BETA, is: SegmentComparator::IsNotIn })).is_empty());
    let rich = Around { generation: 1, beyond_first: [BETA].into(), ..around(Kind::Bool) };
    let refused = wrong(&with(Condition::Segment { id: BETA, is: SegmentComparator::IsIn }), &rich);
    assert_eq!(refused.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["rule.0.condition.0.segment"]);
    assert_eq!(names(&with(user("Email", Comparator::IsOneOf, ["a,b"]))), ["rule.0.condition.0.values"]);
    assert_eq!(names(&with(user("Email", Comparator::ContainsAnyOf, ["a", "b"]))), ["rule.0.condition.0.values"]);
    assert_eq!(names(&with(user("Seen", Comparator::DateAfter, 1.0))), ["rule.0.condition.0.comparator"]);
}

#[test]
fn it_reads_like_a_sentence() {
    let words = formula_words(&whole(), &around(Kind::Bool));
    let wanted = "IF Email ends with any of @example.com AND in beta users AND limit is not 5 THEN On, \
                  IF Age is less than 18.5 THEN 50 % On, 50 % Off, ELSE 20 % On, 80 % Off";
    assert_eq!(words, wanted);
    assert_eq!(Formula::empty(Kind::Text).glance().summary(&[]), Summary { value: "“”".into(), note: "for everybody".into() });
    let summary = whole().glance().summary(&[]);
    assert_eq!(summary, Summary { value: "20 % On, 80 % Off".into(), note: "after 2 rules".into() });
    assert_eq!(summary.line(), "2 rules, else 20 % On, 80 % Off");
    assert_eq!(Formula::empty(Kind::Bool).glance().summary(&[]).line(), "Off");
    let with_rules = Formula { split: vec![], ..whole() };
    assert_eq!(with_rules.glance().summary(&[]), Summary { value: "Off".into(), note: "2 rules, else Off".into() });
}

#[test]
fn differences_name_what_went_and_what_came() {
    let around = around(Kind::Bool);
    let told = |before: &Formula, after: &Formula| {
        differences(before, after, &around).into_iter().map(|change| (change.field, change.before, change.after)).collect::<Vec<_>>()
    };
    let simple = |text: &str, on: bool| rule(vec![user("Email", Comparator::TextEquals, text)], on);
    let with = |rules: Vec<Rule>| Formula { rules, ..Formula::empty(Kind::Bool) };
    let (a, b, c) = (simple("a", true), simple("b", true), simple("c", false));
    let both = with(vec![a.clone(), b.clone()]);
    assert_eq!(told(&both, &both), []);
    assert_eq!(
        told(&both, &with(vec![a.clone(), c.clone(), b.clone()])),
        [("Rule 2".into(), String::new(), "IF Email is c THEN Off".into())]
    );
    assert_eq!(told(&both, &with(vec![b.clone()])), [("Rule 1".into(), "IF Email is a THEN On".into(), String::new())]);
    assert_eq!(told(&both, &with(vec![a, c])), [("Rule 2".into(), "IF Email is b THEN On".into(), "IF Email is c THEN Off".into())]);
    let split = Formula { split: shares(&[(35, true), (65, false)]), ..both.clone() };
    assert_eq!(told(&both, &split), [("Else".into(), "Off".into(), "35 % On, 65 % Off".into())]);
}

#[test]
fn a_glance_at_what_is_stored_tells_what_the_formula_tells() {
    let flag = Condition::Flag { id: SettingId(7), is: FlagComparator::Equals, value: Value::Bool(true) };
    let one = |conditions: Vec<Condition>| Formula { rules: vec![rule(conditions, true)], ..Formula::empty(Kind::Bool) };
    let email = || user("Email", Comparator::TextEquals, "a");
    let all = [
        (Formula::empty(Kind::Double), "for everybody"),
        (one(vec![flag.clone()]), "1 prerequisite, else Off"),
        (one(vec![flag, email()]), "1 rule, else Off"),
        (one(vec![email()]), "1 rule, else Off"),
        (whole(), "after 2 rules"),
    ];
    for (formula, note) in all {
        let read = Glance::read(&formula.write().unwrap()).unwrap();
        assert_eq!(read, formula.glance());
        assert_eq!(read.summary(&[]).note, note);
    }
    assert!(Glance::read(r#"{"default":{"b":true},"rules":[{"if":[{"moon":1}]}]}"#).is_err());
}
