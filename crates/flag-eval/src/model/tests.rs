use super::*;
use crate::Comparator;

fn config() -> Config {
    let conditions = vec![
        Condition::User(UserCondition::new("Email", Comparator::TextEndsWithAnyOf, ["@example.com"])),
        Condition::Segment(SegmentCondition { segment: 0, comparator: SegmentComparator::IsNotIn }),
        Condition::Flag(FlagCondition { key: "limit".into(), comparator: FlagComparator::NotEquals, value: 5.into() }),
    ];
    let options = vec![PercentageOption::new(20, true, "on"), PercentageOption::new(80, false, "off")];
    let flag = Setting {
        percentage_attribute: Some("Country".into()),
        rules: vec![
            Rule { conditions, then: Then::Serve(Served::new(true, "on")) },
            Rule {
                conditions: vec![Condition::User(UserCondition::new("Age", Comparator::NumberLess, 18.5))],
                then: Then::Divide(options.clone()),
            },
        ],
        percentage_options: options,
        ..Setting::constant(false, "off")
    };
    Config {
        preferences: Preferences { url: "https://flags.example.com".into(), redirect: 0, salt: "salt".into() },
        segments: vec![Segment { name: "Beta".into(), conditions: vec![UserCondition::new("Identifier", Comparator::TextEquals, "ada")] }],
        settings: BTreeMap::from([
            ("welcome".into(), Setting::constant("Hello", "")),
            ("limit".into(), Setting::constant(5, "v5")),
            ("factor".into(), Setting::constant(0.5, "half")),
            ("flag".into(), flag),
        ]),
    }
}

const WIRE: &str = concat!(
    r#"{"p":{"u":"https://flags.example.com","r":0,"s":"salt"},"#,
    r#""s":[{"n":"Beta","r":[{"a":"Identifier","c":28,"s":"ada"}]}],"#,
    r#""f":{"factor":{"t":3,"v":{"d":0.5},"i":"half"},"#,
    r#""flag":{"t":0,"a":"Country","r":[{"c":[{"u":{"a":"Email","c":32,"l":["@example.com"]}},{"s":{"s":0,"c":1}},"#,
    r#"{"p":{"f":"limit","c":1,"v":{"i":5}}}],"s":{"v":{"b":true},"i":"on"}},"#,
    r#"{"c":[{"u":{"a":"Age","c":12,"d":18.5}}],"p":[{"p":20,"v":{"b":true},"i":"on"},{"p":80,"v":{"b":false},"i":"off"}]}],"#,
    r#""p":[{"p":20,"v":{"b":true},"i":"on"},{"p":80,"v":{"b":false},"i":"off"}],"v":{"b":false},"i":"off"},"#,
    r#""limit":{"t":2,"v":{"i":5},"i":"v5"},"welcome":{"t":1,"v":{"s":"Hello"},"i":""}}}"#,
);

#[test]
fn a_config_is_written_in_one_way_only() {
    assert_eq!(config().to_string(), WIRE);
}

#[test]
fn what_was_written_is_read() {
    assert_eq!(Config::from_json(WIRE).unwrap(), config());
}

#[test]
fn an_empty_config_has_settings_all_the_same() {
    assert_eq!(Config::default().to_string(), r#"{"p":{"u":"","r":0,"s":""},"f":{}}"#);
}

#[test]
fn absent_null_and_unknown_members_are_read() {
    let read = Config::from_json(
        r#"{"p":null,"s":null,"x":1,"f":{"a":{"t":0,"v":{"b":true,"s":null},"r":null,"p":null,"a":null,"i":null,"new":[]},
            "b":{"t":3,"v":{"d":1}}}}"#,
    )
    .unwrap();
    let settings = [("a", Setting::constant(true, "")), ("b", Setting::constant(1.0, ""))];
    assert_eq!(read, Config { settings: settings.map(|(key, it)| (key.to_owned(), it)).into(), ..Config::default() });
}

#[test]
fn what_the_format_does_not_know_is_refused() {
    let setting = |rest: &str| format!(r#"{{"f":{{"a":{{"t":0,"v":{{"b":true}},"i":""{rest}}}}}}}"#);
    assert!(Config::from_json(&setting("")).is_ok());
    let refused = [
        (r#","r":[{"c":[]}]"#, "either `s` or `p`"),
        (r#","r":[{"c":[],"s":{"v":{"b":true}},"p":[]}]"#, "either `s` or `p`"),
        (r#","r":[{"c":[{}],"p":[]}]"#, "exactly one of `u`, `s` and `p`"),
        (r#","r":[{"c":[{"u":{"a":"x","c":0}}],"p":[]}]"#, "exactly one of `s`, `d` and `l`"),
        (r#","r":[{"c":[{"u":{"a":"x","c":36,"l":[]}}],"p":[]}]"#, "no comparator 36"),
        (r#","r":[{"c":[{"s":{"s":0,"c":2}}],"p":[]}]"#, "no segment comparator 2"),
        (r#","r":[{"c":[{"s":{"s":-1,"c":0}}],"p":[]}]"#, "invalid value"),
        (r#","p":[{"p":101.5,"v":{"b":true}}]"#, "invalid type"),
        (r#","p":[{"p":50,"v":{"b":true,"s":""}}]"#, "exactly one of `b`, `s`, `i` and `d`"),
    ];
    for (rest, why) in refused {
        let error = Config::from_json(&setting(rest)).unwrap_err().to_string();
        assert!(error.contains(why), "{rest}: {error}");
    }
    assert!(Config::from_json(r#"{"f":{"a":{"t":4,"v":{"b":true}}}}"#).unwrap_err().to_string().contains("no setting type 4"));
}

#[test]
fn numbers_that_json_cannot_say_are_not_written() {
    let config = Config { settings: BTreeMap::from([("a".into(), Setting::constant(f64::NAN, ""))]), ..Config::default() };
    assert!(config.to_json().is_err());
}

#[test]
fn hashing_uses_the_key_of_the_setting_and_the_name_of_the_segment() {
    let mut config = config();
    config.segments[0].conditions[0].comparator = Comparator::SensitiveTextEquals;
    let flag = config.settings.get_mut("flag").unwrap();
    flag.rules[0].conditions[0] = Condition::User(UserCondition::new("Email", Comparator::SensitiveTextEndsWithAnyOf, ["@example.com"]));
    let hashed = config.hashed();
    assert_eq!(hashed.segments[0].conditions[0].value, crate::hash::sensitive("ada", "salt", "Beta").as_str().into());
    let Condition::User(condition) = &hashed.settings["flag"].rules[0].conditions[0] else { panic!("a user condition stays one") };
    assert_eq!(condition.value, [crate::hash::sensitive_slice("@example.com", "salt", "flag").as_str()].into());
    assert_eq!(config.clear(), self::config());
}
