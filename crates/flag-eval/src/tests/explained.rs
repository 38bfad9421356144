use serde_json::json;

use super::*;
use crate::{
    Attributes,
    model::{FlagComparator, FlagCondition, PercentageOption, SegmentComparator, SegmentCondition},
};

fn example() -> Config {
    let beta = Condition::Segment(SegmentCondition { segment: 0, comparator: SegmentComparator::IsNotIn });
    let limit = Condition::Flag(FlagCondition { key: "limit".into(), comparator: FlagComparator::Equals, value: 5.into() });
    let halves = vec![PercentageOption::new(50, true, "a"), PercentageOption::new(50, false, "b")];
    let flag = Setting {
        rules: vec![
            rule([user("Age", Comparator::NumberLess, 18.0), user("Email", Comparator::TextEquals, "x")]),
            rule([user("Email", Comparator::TextEndsWithAnyOf, ["@example.com"]), beta]),
            Rule { then: Then::Divide(halves.clone()), ..rule([limit]) },
        ],
        percentage_options: halves,
        ..Setting::constant(false, "off")
    };
    let beta = vec![UserCondition::new("Country", Comparator::IsOneOf, ["CH"])];
    with_segments([("Beta", beta)], config([("flag", flag), ("limit", Setting::constant(5, "v5"))]))
}

#[test]
fn every_step_is_told() {
    let config = example();
    let compiled = Compiled::new(&config).unwrap();
    let user = Attributes::of("ada").email("ada@example.com").country("CH").with("Age", "young");
    let trace = compiled.explain("flag", Some(&user)).unwrap();
    let bucket = |split: serde_json::Value| split["chosen"]["bucket"].clone();
    let told = serde_json::to_value(&trace).unwrap();
    let bucket = bucket(told["rules"][2]["percentages"].clone());
    let (option, on, variation) = if bucket.as_u64() < Some(50) { (0, true, "a") } else { (1, false, "b") };
    let expected = json!({
        "key": "flag",
        "rules": [
            { "rule": 0, "result": { "cannotEvaluate": "notANumber" }, "conditions": [
                { "condition": 0, "about": "user", "attribute": "Age", "comparator": "numberLess", "found": "young",
                  "verdict": { "cannotEvaluate": "notANumber" } },
            ] },
            { "rule": 1, "result": "notMatched", "conditions": [
                { "condition": 0, "about": "user", "attribute": "Email", "comparator": "textEndsWithAnyOf", "found": "ada@example.com",
                  "verdict": "true" },
                { "condition": 1, "about": "segment", "name": "Beta", "comparator": "isNotIn", "verdict": "false", "conditions": [
                    { "condition": 0, "about": "user", "attribute": "Country", "comparator": "isOneOf", "found": "CH", "verdict": "true" },
                ] },
            ] },
            { "rule": 2, "result": "matched", "conditions": [
                { "condition": 0, "about": "flag", "key": "limit", "comparator": "equals", "value": 5, "verdict": "true", "setting":
                  { "key": "limit", "rules": [], "outcome": { "value": 5, "variation": "v5", "reason": "STATIC" } } },
              ], "percentages": { "attribute": "Identifier", "chosen": { "bucket": bucket, "option": option } } },
        ],
        "outcome": { "value": on, "variation": variation, "reason": "SPLIT", "rule": 2, "option": option },
    });
    assert_eq!(told, expected);
}

#[test]
fn a_failure_is_told_where_it_was() {
    let mut config = example();
    config.settings.remove("limit");
    let compiled = Compiled::lenient(&config);
    let trace = compiled.explain("flag", None).unwrap();
    assert_eq!(trace.outcome, compiled.evaluate("flag", None));
    let told = serde_json::to_value(&trace).unwrap();
    assert_eq!(told["rules"][0]["result"], json!({ "cannotEvaluate": "noUser" }));
    assert_eq!(told["rules"][0]["conditions"][0]["found"], json!(null));
    assert_eq!(told["rules"][2]["result"], "failed");
    assert_eq!(told["rules"][2]["conditions"][0]["verdict"], json!(null));
    assert_eq!(told["outcome"], json!({ "error": "setting 'flag': the prerequisite 'limit' does not exist" }));
    assert!(compiled.explain("limit", None).is_err());
}

#[test]
fn percentages_without_a_user_are_passed_over() {
    let config = example();
    let compiled = Compiled::new(&config).unwrap();
    let told = serde_json::to_value(compiled.explain("flag", None).unwrap()).unwrap();
    assert_eq!(told["rules"][2]["result"], "notDivided");
    assert_eq!(told["percentages"], json!({ "attribute": "Identifier", "skipped": "noUser" }));
    assert_eq!(told["outcome"]["reason"], "STATIC");
}
