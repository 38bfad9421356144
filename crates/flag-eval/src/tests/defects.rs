use super::*;
use crate::{
    Attributes,
    model::{PercentageOption, SegmentComparator, SegmentCondition},
};

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let number = |value: Value| Setting { served: Served::new(value, ""), ..Setting::constant(1, "") };
    let many = flag([
        rule([]),
        Rule { then: Then::Serve(Served::new("on", "")), ..rule([user("A", Comparator::TextEquals, ["a"])]) },
        Rule {
            then: Then::Divide(vec![PercentageOption::new(60, true, ""), PercentageOption::new(60, 1, "")]),
            ..rule([
                user("A", Comparator::VersionLess, "1"),
                user("A", Comparator::SensitiveTextStartsWithAnyOf, ["5_a"]),
                user("A", Comparator::NumberLess, f64::INFINITY),
                Condition::Segment(SegmentCondition { segment: 2, comparator: SegmentComparator::IsIn }),
            ])
        },
    ]);
    let config = with_segments(
        [("", vec![UserCondition::new("A", Comparator::VersionIsOneOf, ["1.0.0", "x"])])],
        config([("flag", many), ("huge", number(i64::MAX.into())), ("nan", number(f64::NAN.into()))]),
    );
    let defects: Vec<String> = Compiled::new(&config).unwrap_err().0.iter().map(ToString::to_string).collect();
    let expected = [
        "segment 1: the segment has no name",
        "segment 1, condition 1: a comparison value is no semantic version",
        "setting 'flag', rule 1: the rule has no conditions",
        "setting 'flag', rule 2: the setting is of type boolean, but the value is of type string",
        "setting 'flag', rule 2, condition 1: the comparator textEquals needs its comparison value in `s`",
        "setting 'flag', rule 3: the setting is of type boolean, but the value is of type int",
        "setting 'flag', rule 3: the percentages add up to 120 instead of 100",
        "setting 'flag', rule 3, condition 1: a comparison value is no semantic version",
        "setting 'flag', rule 3, condition 2: a comparison value is not hashed as the comparator needs it",
        "setting 'flag', rule 3, condition 3: the number is not finite",
        "setting 'flag', rule 3, condition 4: there is no segment 2",
        "setting 'huge': the whole number is larger than all clients can read",
        "setting 'nan': the setting is of type int, but the value is of type double",
    ];
    assert_eq!(defects, expected);
}

#[test]
fn a_fault_matters_only_to_who_comes_to_it() {
    let wrong = flag([
        rule([user("A", Comparator::NumberLess, ["a"])]),
        Rule { then: Then::Serve(Served::new("on", "")), ..rule([user("B", Comparator::TextEquals, "b")]) },
        rule([user("C", Comparator::SensitiveTextStartsWithAnyOf, ["_"])]),
        rule([Condition::Segment(SegmentCondition { segment: 0, comparator: SegmentComparator::IsIn })]),
    ]);
    let compiled = Compiled::lenient(&config([("flag", wrong)]));
    let works = |user: &Attributes<'_>| compiled.evaluate("flag", Some(user)).is_ok();
    assert!(compiled.evaluate("flag", None).is_ok());
    for user in [Attributes::new(), Attributes::new().with("A", "x"), Attributes::new().with("B", "c")] {
        assert!(!works(&user), "the segment is asked for in the end");
    }
    let error = |user: &Attributes<'_>| compiled.evaluate("flag", Some(user)).unwrap_err().to_string();
    assert!(error(&Attributes::new().with("A", 5.0)).contains("needs its comparison value in `d`"));
    assert!(error(&Attributes::new().with("B", "b")).contains("of type string"));
    assert!(error(&Attributes::new().with("C", "c")).contains("not hashed"));
}
