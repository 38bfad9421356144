use Comparator::*;

use super::*;
use crate::{Attribute, Attributes, Verdict, Why, condition::UserTest};

/// What a comparator says, the same clear and hashed.
fn says<'a>(attribute: impl Into<Attribute<'a>>, comparator: Comparator, value: impl Into<ComparisonValue>) -> Verdict {
    let user = Attributes::new().with("A", attribute);
    let condition = UserCondition::new("A", comparator, value);
    let verdict = |condition: &UserCondition| UserTest::new(condition, SALT, "key", &mut |_| {}).ask(Some(&user)).unwrap();
    let clear = verdict(&condition);
    if let Some(sensitive) = comparator.sensitive() {
        let hashed = UserCondition { comparator: sensitive, ..condition }.hashed(SALT, "key");
        assert_eq!(verdict(&hashed), clear, "{hashed:?}");
    }
    clear
}

const NO_VERSION: Verdict = Verdict::CannotEvaluate(Why::NotAVersion);
const NO_NUMBER: Verdict = Verdict::CannotEvaluate(Why::NotANumber);
const NO_LIST: Verdict = Verdict::CannotEvaluate(Why::NotAList);

/// The comparator and its denial, which is the next one.
fn both<'a>(attribute: impl Into<Attribute<'a>>, comparator: Comparator, value: impl Into<ComparisonValue>) -> bool {
    let (attribute, value) = (attribute.into(), value.into());
    let denial = Comparator::from_number(u64::from(comparator.number()) + 1).unwrap();
    let holds = says(attribute, comparator, value.clone());
    assert_ne!(holds, says(attribute, denial, value));
    holds == Verdict::True
}

#[test]
fn texts() {
    assert!(both("a", TextEquals, "a"));
    assert!(!both("a", TextEquals, "A"), "case matters");
    assert!(!both("a", TextEquals, " a "), "spaces matter");
    assert!(both("b", IsOneOf, ["a", "b"]));
    assert!(!both("c", IsOneOf, ["a", "b"]));
    assert!(!both("c", IsOneOf, []));
    assert!(both("grüezi", ContainsAnyOf, ["x", "üe"]));
    assert!(!both("grüezi", ContainsAnyOf, ["UE"]));
    assert!(both("grüezi", TextStartsWithAnyOf, ["x", "grü"]));
    assert!(!both("grüezi", TextStartsWithAnyOf, ["rü", "grüezi mitenand"]));
    assert!(both("naïve@example.com", TextEndsWithAnyOf, ["x", "ïve@example.com"]));
    assert!(!both("😀", TextEndsWithAnyOf, ["\u{0}"]));
    assert!(both("x", TextEndsWithAnyOf, [""]));
}

#[test]
fn a_long_list() {
    let texts: Vec<String> = (0..100).map(|number| format!("user{number}")).collect();
    assert!(both("user99", IsOneOf, texts.clone()));
    assert!(!both("user100", IsOneOf, texts));
}

#[test]
fn other_attributes_as_texts() {
    assert!(both(1e21, TextEquals, "1e+21"));
    assert!(both(0.5, IsOneOf, ["0.5"]));
    assert!(both(true, TextEquals, "true"));
    assert!(both(Attribute::Date(1.5), TextEquals, "1.5"));
    let list: &[&str] = &["a", "b"];
    assert!(both(list, TextEquals, r#"["a","b"]"#));
    assert!(both(Attribute::Json(&serde_json::json!({ "a": [1] })), TextEquals, r#"{"a":[1]}"#));
}

#[test]
fn versions() {
    assert!(both(" 1.0.0 ", VersionIsOneOf, ["0.1.0", "", " 1.0.0+build "]));
    assert!(!both("1.0.0-rc", VersionIsOneOf, ["1.0.0"]));
    assert!(!both("1.0.0", VersionIsOneOf, [""]));
    for comparator in [VersionIsOneOf, VersionIsNotOneOf] {
        assert_eq!(says("1.0.0", comparator, ["1.0.0", "1.x"]), Verdict::False, "one of them is no version");
        assert_eq!(says("1.0", comparator, ["1.0.0"]), NO_VERSION);
        assert_eq!(says(1.0, comparator, ["1.0.0"]), NO_VERSION);
    }
    let order = |own: &str, other: &str| {
        [VersionLess, VersionLessOrEqual, VersionGreater, VersionGreaterOrEqual].map(|it| says(own, it, other) == Verdict::True)
    };
    assert_eq!(order("1.9.0", "1.10.0"), [true, true, false, false]);
    assert_eq!(order("1.0.0+a", "1.0.0+b"), [false, true, false, true]);
    assert_eq!(order("1.0.0-beta.11", "1.0.0-beta.2"), [false, false, true, true]);
    assert_eq!(order("1.0.0-1", "1.0.0-a"), [true, true, false, false]);
    assert_eq!(order("1.0.0", "v1"), [false; 4]);
    assert_eq!(says("one", VersionLess, "v1"), NO_VERSION);
}

#[test]
fn numbers_and_dates() {
    let order = |own: Attribute<'_>, other: f64| {
        [NumberEquals, NumberNotEquals, NumberLess, NumberLessOrEqual, NumberGreater, NumberGreaterOrEqual]
            .map(|it| says(own, it, other) == Verdict::True)
    };
    assert_eq!(order(5.0.into(), 5.0), [true, false, false, true, false, true]);
    assert_eq!(order(" 4,5 ".into(), 5.0), [false, true, true, true, false, false]);
    assert_eq!(order("Infinity".into(), 1e308), [false, true, false, false, true, true]);
    assert_eq!(order("NaN".into(), 5.0), [false, true, false, false, false, false]);
    assert_eq!(says("five", NumberNotEquals, 5.0), NO_NUMBER);
    assert_eq!(says(Attribute::Date(5.0), NumberEquals, 5.0), NO_NUMBER);
    assert_eq!(says(true, NumberEquals, 1.0), NO_NUMBER);

    for attribute in [Attribute::Date(5.0), 5.0.into(), "5".into()] {
        assert_eq!(says(attribute, DateBefore, 5.001), Verdict::True);
        assert_eq!(says(attribute, DateBefore, 5.0), Verdict::False);
        assert_eq!(says(attribute, DateAfter, 4.999), Verdict::True);
        assert_eq!(says(attribute, DateAfter, 5.0), Verdict::False);
    }
    assert_eq!(says("2024-01-01T00:00:00Z", DateAfter, 0.0), Verdict::CannotEvaluate(Why::NotADate));
}

#[test]
fn lists() {
    let list: &[&str] = &["a", "b"];
    assert!(both(list, ArrayContainsAnyOf, ["b", "c"]));
    assert!(!both(list, ArrayContainsAnyOf, ["c", "[\"a\",\"b\"]"]));
    assert!(both(r#"["a", "\u0062"]"#, ArrayContainsAnyOf, ["b"]));
    assert!(!both("[]", ArrayContainsAnyOf, ["b"]));
    assert!(!both(&[] as &[&str], ArrayContainsAnyOf, ["b"]), "an empty list is not missing");
    for comparator in [ArrayContainsAnyOf, ArrayNotContainsAnyOf] {
        assert_eq!(says("a", comparator, ["a"]), NO_LIST);
        assert_eq!(says(r#"["a", 1]"#, comparator, ["a"]), NO_LIST);
    }
}

#[test]
fn an_empty_text_is_missing() {
    for comparator in Comparator::ALL {
        let value: ComparisonValue = match comparator.field() {
            crate::comparator::Field::Text => "".into(),
            crate::comparator::Field::Number => 0.0.into(),
            crate::comparator::Field::List => [""].into(),
        };
        assert_eq!(says("", comparator, value), Verdict::CannotEvaluate(Why::Missing));
    }
}

#[test]
fn a_value_that_is_not_hashed_equals_nothing() {
    let user = Attributes::new().with("A", "a");
    let holds = |comparator, value: ComparisonValue| {
        UserTest::new(&UserCondition::new("A", comparator, value), SALT, "key", &mut |_| {}).ask(Some(&user)).unwrap() == Verdict::True
    };
    let hash = crate::hash::sensitive("a", SALT, "key");
    assert!(holds(SensitiveIsOneOf, [hash.as_str()].into()));
    assert!(!holds(SensitiveIsOneOf, [hash.to_uppercase().as_str()].into()));
    assert!(!holds(SensitiveTextEquals, "a".into()));
    assert!(holds(SensitiveTextNotEquals, "a".into()));
}
