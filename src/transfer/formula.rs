//! What a setting is, in the words of the document and in ours: names become ids and ids names.

use std::collections::{BTreeMap, HashMap};

use flag_eval::{
    comparator::{Comparator, Field, Reads},
    model::{ComparisonValue, FlagComparator, Kind, SegmentComparator, UserCondition, Value},
};
use unicode_normalization::UnicodeNormalization as _;

use super::document::{Comparand, ConditionPart, RulePart, RulesPart, Scalar, SharePart, ValuePart};
use crate::{
    error::{Error, Fields, Result},
    flags::{
        Formula,
        formula::{Condition, LONGEST_HINT, Rule, Share, Then},
    },
    ids::{SegmentId, SettingId},
    segments::comparison,
};

/// What names mean around a formula.
#[derive(Default)]
pub struct Meaning {
    /// Segments of the product by their names in small letters.
    pub segments: HashMap<String, SegmentId>,
    /// Settings of the config by key, with what their values are.
    pub settings: HashMap<String, (SettingId, Kind)>,
}

/// What ids are called around a formula.
pub struct Names<'a> {
    /// Segments of the product.
    pub segments: &'a BTreeMap<SegmentId, String>,
    /// Settings of the config.
    pub settings: &'a HashMap<SettingId, String>,
}

/// A value of a kind: a whole number may stand where a decimal one is wanted.
pub fn value(kind: Kind, scalar: &Scalar) -> Value {
    match (kind, &scalar.0) {
        (Kind::Double, Value::Int(number)) => Value::Double(*number as f64),
        (_, value) => value.clone(),
    }
}

/// Reads a formula; what cannot be read is noted at its place.
pub fn read(kind: Kind, part: &ValuePart, place: &str, meaning: &Meaning, wrong: &mut Fields) -> Option<Formula> {
    let rules = match part {
        ValuePart::Plain(plain) => return Some(Formula::constant(value(kind, plain))),
        ValuePart::Rules(rules) => rules,
    };
    let shares = |shares: &[SharePart]| -> Vec<Share> {
        shares.iter().map(|share| Share { percent: share.percent, value: value(kind, &share.value) }).collect()
    };
    let mut read = vec![];
    for (at, rule) in rules.rules.iter().enumerate() {
        let place = format!("{place}.rules[{at}]");
        let then = match (&rule.then, rule.split.is_empty()) {
            (Some(one), true) => Then::Then(value(kind, one)),
            (None, false) => Then::Split(shares(&rule.split)),
            _ => {
                wrong.add(place, "A rule has either `then` or `split`.");
                continue;
            }
        };
        let conditions = rule.conditions.iter().enumerate();
        let conditions: Vec<Option<Condition>> =
            conditions.map(|(number, part)| condition(part, &format!("{place}.if[{number}]"), meaning, wrong)).collect();
        if let Some(conditions) = conditions.into_iter().collect() {
            read.push(Rule { conditions, then });
        }
    }
    let complete = read.len() == rules.rules.len();
    let formula = Formula {
        default: value(kind, &rules.value),
        rules: read,
        split: shares(&rules.split),
        attribute: rules.attribute.clone().filter(|attribute| !attribute.is_empty()),
        hints: BTreeMap::new(),
    };
    for (text, hint) in &rules.hints {
        if hint.chars().count() > LONGEST_HINT {
            wrong.add(format!("{place}.hints.{text}"), format!("A hint has at most {LONGEST_HINT} characters."));
        }
    }
    // What nothing is compared with any more needs no words.
    complete.then(|| formula.with_hints(&rules.hints))
}

fn condition(part: &ConditionPart, place: &str, meaning: &Meaning, wrong: &mut Fields) -> Option<Condition> {
    match (&part.attribute, &part.segment, &part.flag) {
        (Some(_), None, None) => user_condition(part, place, wrong).map(Condition::User),
        (None, Some(segment), None) => {
            let is = SegmentComparator::from_name(part.is.trim());
            let id = meaning.segments.get(&key(segment));
            if is.is_none() {
                wrong.add(format!("{place}.is"), "About a segment, this is `isIn` or `isNotIn`.");
            }
            if id.is_none() {
                wrong.add(format!("{place}.segment"), format!("There is no segment “{segment}” in this product."));
            }
            Some(Condition::Segment { id: *id?, is: is? })
        }
        (None, None, Some(flag)) => {
            let is = FlagComparator::from_name(part.is.trim());
            let found = meaning.settings.get(flag);
            if is.is_none() {
                wrong.add(format!("{place}.is"), "About another flag, this is `equals` or `doesNotEqual`.");
            }
            if found.is_none() {
                wrong.add(format!("{place}.flag"), format!("There is no flag or setting with the key “{flag}” in this config."));
            }
            let Some(Comparand::One(scalar)) = &part.value else {
                wrong.add(format!("{place}.value"), "Please say which value the other flag must have.");
                return None;
            };
            let (id, kind) = *found?;
            Some(Condition::Flag { id, is: is?, value: value(kind, scalar) })
        }
        _ => {
            wrong.add(place.to_owned(), "A condition has exactly one of `attribute`, `segment` and `flag`.");
            None
        }
    }
}

/// Reads a condition about an attribute.
pub fn user_condition(part: &ConditionPart, place: &str, wrong: &mut Fields) -> Option<UserCondition> {
    let Some(attribute) = part.attribute.as_ref().filter(|_| part.segment.is_none() && part.flag.is_none()) else {
        wrong.add(place.to_owned(), "Here, a condition is about an `attribute`.");
        return None;
    };
    let Some(comparator) = Comparator::from_name(part.is.trim()) else {
        wrong.add(format!("{place}.is"), format!("There is no comparison “{}”.", part.is));
        return None;
    };
    let value = match (comparator.field(), &part.value) {
        (Field::List, Some(Comparand::List(texts))) => Ok(ComparisonValue::List(texts.clone())),
        (Field::List, Some(Comparand::One(Scalar(Value::Text(text))))) => Ok(ComparisonValue::List(vec![text.clone()])),
        (Field::List, _) => Err("a list of texts".to_owned()),
        (Field::Text, Some(Comparand::One(Scalar(Value::Text(text))))) => Ok(ComparisonValue::Text(text.clone())),
        (Field::Text, _) => Err("a text".to_owned()),
        (Field::Number, Some(Comparand::One(Scalar(Value::Int(number))))) => Ok(ComparisonValue::Number(*number as f64)),
        (Field::Number, Some(Comparand::One(Scalar(Value::Double(number))))) => Ok(ComparisonValue::Number(*number)),
        (Field::Number, Some(Comparand::One(Scalar(Value::Text(text))))) if comparator.reads() == Reads::Date => {
            comparison::typed(comparator, text).map_err(|_| "a moment, such as 2026-11-22T09:00Z or Unix seconds".to_owned())
        }
        (Field::Number, _) => Err("a number".to_owned()),
    };
    match value {
        Ok(value) => Some(UserCondition { attribute: attribute.clone(), comparator, value }),
        Err(what) => {
            wrong.add(format!("{place}.value"), format!("{} compares with {what}.", comparator.name()));
            None
        }
    }
}

/// The form under which names are the same.
pub fn key(name: &str) -> String {
    name.trim().nfc().collect::<String>().to_lowercase()
}

/// Where the document says what the check of a formula or of a segment names by its own fields: `rule.1.condition.0.values`.
pub fn place_of(place: &str, field: &str, plain: bool) -> String {
    let mut found = place.to_owned();
    let mut words = field.split('.').peekable();
    let mut in_rule = false;
    while let Some(word) = words.next().filter(|word| !word.is_empty()) {
        let name = match word {
            "default" if plain => continue,
            "default" => "value",
            "percentage_attribute" => "attribute",
            "rule" => "rules",
            "condition" if in_rule => "if",
            "condition" => "conditions",
            "values" => "value",
            "comparator" => "is",
            "value" if in_rule && found.ends_with(']') && is_rule(&found) => "then",
            other => other,
        };
        in_rule |= word == "rule";
        match word.parse::<usize>() {
            Ok(number) => found.push_str(&format!("[{number}]")),
            Err(_) => found.push_str(&format!(".{name}")),
        }
    }
    found
}

/// Whether a place is that of a rule itself, not of something in it.
fn is_rule(place: &str) -> bool {
    place.rsplit('.').next().is_some_and(|last| last.starts_with("rules["))
}

/// Writes a formula.
///
/// # Errors
/// If it names something that is not there: it was read while somebody changed it.
pub fn write(formula: &Formula, names: &Names<'_>) -> Result<ValuePart> {
    let scalar = |value: &Value| Scalar(value.clone());
    if formula.rules.is_empty() && formula.split.is_empty() && formula.attribute.is_none() {
        return Ok(ValuePart::Plain(scalar(&formula.default)));
    }
    let shares = |shares: &[Share]| shares.iter().map(|share| SharePart { percent: share.percent, value: scalar(&share.value) }).collect();
    let rule = |rule: &Rule| {
        let conditions = rule.conditions.iter().map(|condition| write_condition(condition, names)).collect::<Result<_>>()?;
        Ok(match &rule.then {
            Then::Then(value) => RulePart { conditions, then: Some(scalar(value)), split: vec![] },
            Then::Split(split) => RulePart { conditions, then: None, split: shares(split) },
        })
    };
    Ok(ValuePart::Rules(RulesPart {
        value: scalar(&formula.default),
        rules: formula.rules.iter().map(rule).collect::<Result<_>>()?,
        split: shares(&formula.split),
        attribute: formula.attribute.clone(),
        hints: formula.hints.clone(),
    }))
}

fn write_condition(condition: &Condition, names: &Names<'_>) -> Result<ConditionPart> {
    let gone = || Error::internal("a formula names what is not there");
    Ok(match condition {
        Condition::User(condition) => write_user_condition(condition),
        Condition::Segment { id, is } => {
            let segment = Some(names.segments.get(id).ok_or_else(gone)?.clone());
            ConditionPart { segment, is: is.name().into(), ..ConditionPart::default() }
        }
        Condition::Flag { id, is, value } => {
            let flag = Some(names.settings.get(id).ok_or_else(gone)?.clone());
            let value = Some(Comparand::One(Scalar(value.clone())));
            ConditionPart { flag, is: is.name().into(), value, ..ConditionPart::default() }
        }
    })
}

/// Writes a condition about an attribute.
pub fn write_user_condition(condition: &UserCondition) -> ConditionPart {
    let value = match &condition.value {
        ComparisonValue::Text(text) => Comparand::One(Scalar(Value::Text(text.clone()))),
        ComparisonValue::Number(number) => Comparand::One(Scalar(Value::Double(*number))),
        ComparisonValue::List(texts) => Comparand::List(texts.clone()),
    };
    ConditionPart {
        attribute: Some(condition.attribute.clone()),
        is: condition.comparator.name().into(),
        value: Some(value),
        ..ConditionPart::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_in_the_words_of_the_document() {
        let of = |field| place_of("v", field, false);
        assert_eq!(of("default"), "v.value");
        assert_eq!(place_of("v", "default", true), "v");
        assert_eq!(of("percentage_attribute"), "v.attribute");
        assert_eq!(of("split.0.value"), "v.split[0].value");
        assert_eq!(of("rule.1"), "v.rules[1]");
        assert_eq!(of("rule.1.value"), "v.rules[1].then");
        assert_eq!(of("rule.1.condition.0.values"), "v.rules[1].if[0].value");
        assert_eq!(of("rule.1.condition.0.value"), "v.rules[1].if[0].value");
        assert_eq!(of("rule.1.split.2.percent"), "v.rules[1].split[2].percent");
        assert_eq!(of("rule.1.split.2.value"), "v.rules[1].split[2].value");
        assert_eq!(place_of("s", "condition.0.attribute", false), "s.conditions[0].attribute");
        assert_eq!(of(""), "v");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let json = serde_json::json!({
            "value": 0.5,
            "rules": [
                { "if": [{ "attribute": "Email", "is": "textEndsWithAnyOf", "value": ["@example.com"] },
                         { "segment": "Beta", "is": "isNotIn" },
                         { "flag": "other", "is": "equals", "value": true }], "then": 1.0 },
                { "if": [{ "attribute": "Age", "is": "numberLess", "value": 18.0 }], "split": [{ "percent": 20, "value": 2.0 }, { "percent": 80, "value": 3.0 }] },
            ],
            "split": [{ "percent": 100, "value": 0.25 }],
            "attribute": "Country",
            "hints": { "@example.com": "Ourselves" },
        });
        let part: ValuePart = serde_json::from_value(json.clone()).unwrap();
        let segment = SegmentId::new();
        let meaning = Meaning {
            segments: HashMap::from([("beta".into(), segment)]),
            settings: HashMap::from([("other".into(), (SettingId(7), Kind::Bool))]),
        };
        let mut wrong = Fields::default();
        let formula = read(Kind::Double, &part, "v", &meaning, &mut wrong).unwrap();
        assert_eq!(wrong, Fields::default());
        let (segments, settings) = (BTreeMap::from([(segment, "Beta".into())]), HashMap::from([(SettingId(7), "other".into())]));
        let again = write(&formula, &Names { segments: &segments, settings: &settings }).unwrap();
        assert_eq!(serde_json::to_value(again).unwrap(), json);
    }
}
