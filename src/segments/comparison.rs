//! What an attribute of a user is compared with: as it is typed, as it is shown, and what is wrong with it.

use flag_eval::{
    comparator::{Comparator, Field, Reads},
    model::{ComparisonValue, UserCondition},
    validate::{Limits, ValueError},
};

use super::pages::words;
use crate::{error::Fields, ui::Control};

/// How many values of a list are named where there is little room.
const FEW: usize = 5;
/// How many characters of a text are.
const SHORT: usize = 40;
/// The longest name of an attribute.
const LONGEST_ATTRIBUTE: usize = 1000;
/// How many conditions a segment has at most.
const CONDITIONS: usize = 100;

/// Reads what was typed, one value a line, in the writing of [`Control::Line`].
///
/// # Errors
/// Why that is nothing the comparator compares with.
pub fn typed(comparator: Comparator, values: &str) -> Result<ComparisonValue, &'static str> {
    match comparator.field() {
        Field::List => {
            let lines = values.lines().filter(|line| !line.is_empty());
            Ok(ComparisonValue::List(lines.map(|line| Control::Line.read(line)).collect()))
        }
        Field::Text => Ok(ComparisonValue::Text(Control::Line.read(values.trim_end_matches(['\r', '\n'])))),
        Field::Number if values.trim().is_empty() => Err("There is nothing to compare with. Please write a value."),
        Field::Number if comparator.reads() == Reads::Date => {
            moment(values.trim()).map(ComparisonValue::Number).ok_or("This is no point in time. Write it as 2026-11-22T09:00Z.")
        }
        Field::Number => {
            let number = values.trim().parse().ok().filter(|number: &f64| number.is_finite());
            number.map(ComparisonValue::Number).ok_or("This is no number. Write it as 4.2.")
        }
    }
}

/// The same as it is typed again: one value a line.
pub fn shown(condition: &UserCondition) -> String {
    match &condition.value {
        ComparisonValue::Text(text) => Control::Line.show(text),
        ComparisonValue::Number(seconds) if condition.comparator.reads() == Reads::Date => date(*seconds),
        ComparisonValue::Number(number) => number.to_string(),
        ComparisonValue::List(texts) => texts.iter().map(|text| Control::Line.show(text)).collect::<Vec<_>>().join("\n"),
    }
}

/// A condition in two parts: what is asked, and the value that it is compared with.
pub struct Asked {
    /// “Email ends with any of”.
    pub what: String,
    /// “@example.com”.
    pub value: String,
}

/// A condition in its two parts.
pub fn asked(condition: &UserCondition) -> Asked {
    let value = match &condition.value {
        ComparisonValue::List(texts) => {
            let few: Vec<String> = texts.iter().take(FEW).map(|text| short(text)).collect();
            let more = if texts.len() > FEW { format!(" and {} more", texts.len() - FEW) } else { String::new() };
            format!("{}{more}", few.join(", "))
        }
        _ => short(&shown(condition)),
    };
    let comparator = words(condition.comparator.name()).map_or(condition.comparator.wording(), |known| known.words);
    Asked { what: format!("{} {comparator}", condition.attribute), value }
}

/// A condition in words: “Email ends with any of @example.com”.
pub fn told(condition: &UserCondition) -> String {
    let Asked { what, value } = asked(condition);
    format!("{what} {value}")
}

/// Several conditions in words.
pub fn all_told(conditions: &[UserCondition]) -> String {
    conditions.iter().map(told).collect::<Vec<_>>().join(" and ")
}

/// Notes what is wrong with conditions, each at its own field.
pub fn check(conditions: &[UserCondition], wrong: &mut Fields) {
    if conditions.is_empty() {
        wrong.add("conditions", "A segment needs a condition.");
    }
    if conditions.len() > CONDITIONS {
        wrong.add("conditions", format!("These are more than {CONDITIONS} conditions."));
    }
    for (at, condition) in conditions.iter().enumerate() {
        check_one(condition, &format!("condition.{at}"), wrong);
    }
}

/// Notes what is wrong with a condition, at the fields below its place.
pub fn check_one(condition: &UserCondition, place: &str, wrong: &mut Fields) {
    check_attribute(&condition.attribute, format!("{place}.attribute"), wrong);
    if let Err(error) = condition.check(&Limits::default()) {
        wrong.add(format!("{place}.values"), sentence(condition, &error));
    }
}

/// Notes what is wrong with the name of an attribute.
pub fn check_attribute(name: &str, field: String, wrong: &mut Fields) {
    if name.is_empty() {
        wrong.add(field, "Please name an attribute.");
    } else if name.chars().count() > LONGEST_ATTRIBUTE {
        wrong.add(field, format!("The name of an attribute has at most {LONGEST_ATTRIBUTE} characters."));
    } else if name.contains('\0') {
        wrong.add(field, "The name of an attribute cannot contain the character NUL.");
    }
}

fn sentence(condition: &UserCondition, error: &ValueError) -> String {
    let place = error.item().map_or(String::new(), |item| format!(" (number {} of the list)", item + 1));
    match error {
        ValueError::Empty | ValueError::EmptyItem { .. } => format!("There is nothing to compare with{place}. Please write a value."),
        ValueError::NotAVersion { item } => {
            let text = match (&condition.value, item) {
                (ComparisonValue::List(texts), Some(item)) => texts.get(*item).map_or("", String::as_str),
                (ComparisonValue::Text(text), _) => text,
                _ => "",
            };
            format!("Invalid term value. Not a semantic version{place}. Write it as {}.", version(text))
        }
        ValueError::NotADate => "Invalid term value. This is no date of the years 1 to 9999.".into(),
        ValueError::NotANumber => "Invalid term value. This is no number.".into(),
        ValueError::TooLong { limit, .. } => format!("This is longer than {limit} characters{place}."),
        ValueError::TooMany { limit } => format!("These are more than {limit} values."),
        ValueError::WrongType { wanted } => {
            let field = match wanted {
                Field::Text => "StringValue",
                Field::Number => "DoubleValue",
                Field::List => "ListValue",
            };
            format!("{field} field must be set for {}.", condition.comparator.name())
        }
    }
}

/// A version that is not complete, as it would be written.
fn version(text: &str) -> String {
    let parts: Vec<&str> = text.trim().trim_start_matches(['v', 'V']).split('.').collect();
    let digits = parts.iter().all(|part| !part.is_empty() && part.len() < 10 && part.bytes().all(|byte| byte.is_ascii_digit()));
    match (digits, parts.as_slice()) {
        (true, [major]) => format!("{major}.0.0"),
        (true, [major, minor]) => format!("{major}.{minor}.0"),
        (true, [major, minor, patch]) => format!("{major}.{minor}.{patch}"),
        _ => "1.2.3".into(),
    }
}

/// Whether programs of the first generation can be told it: one condition, with a comparison of theirs.
pub fn is_of_first_generation(conditions: &[UserCondition]) -> bool {
    matches!(conditions, [one] if one.comparator.number() <= Comparator::SensitiveIsNotOneOf.number() && unsayable(one).is_none())
}

/// Why programs of the first generation cannot be told these values: they have one text to compare with; a list is that text with commas.
pub fn unsayable(condition: &UserCondition) -> Option<&'static str> {
    let ComparisonValue::List(texts) = &condition.value else { return None };
    match condition.comparator {
        Comparator::ContainsAnyOf | Comparator::NotContainsAnyOf => (texts.len() > 1).then_some("It looks for one text only."),
        _ => texts.iter().any(|text| text.contains(',')).then_some("A value cannot contain a comma."),
    }
}

/// The beginning of a text, where there is little room.
pub fn short(text: &str) -> String {
    let line = text.split('\n').next().unwrap_or_default();
    match line.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

/// A point in time in Unix seconds, as people write it; as a number where a date would be another moment.
fn date(seconds: f64) -> String {
    let time = jiff::Timestamp::from_microsecond((seconds * 1_000_000.0).round() as i64);
    let written = time.ok().map(|time| time.to_string());
    written.filter(|written| moment(written) == Some(seconds)).unwrap_or_else(|| seconds.to_string())
}

/// A point in time in Unix seconds: as such, as a date, or as a date with a time, which is UTC unless it says otherwise.
fn moment(text: &str) -> Option<f64> {
    let seconds = |time: jiff::Timestamp| time.as_microsecond() as f64 / 1_000_000.0;
    let civil = || {
        let date = text.parse::<jiff::civil::DateTime>().ok()?;
        date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    };
    let number = || text.parse().ok().filter(|number: &f64| number.is_finite());
    text.parse::<jiff::Timestamp>().ok().or_else(civil).map(seconds).or_else(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_shown_again() {
        for (comparator, text) in [
            (Comparator::IsOneOf, "a\nb"),
            (Comparator::TextEquals, " a, b "),
            (Comparator::NumberLess, "4.2"),
            (Comparator::VersionLess, "1.2.3"),
            (Comparator::DateAfter, "2026-11-22T09:00:00Z"),
        ] {
            let condition = UserCondition::new("Email", comparator, typed(comparator, text).unwrap());
            assert_eq!(shown(&condition), text);
            let mut wrong = Fields::default();
            check(&[condition], &mut wrong);
            assert_eq!(wrong, Fields::default());
        }
        for seconds in [0.1 + 0.2, 1_795_338_000.000_000_2, -0.0, 1e300] {
            assert_eq!(moment(&date(seconds)), Some(seconds), "{seconds}");
        }
        assert!(typed(Comparator::DateAfter, "soon").is_err() && typed(Comparator::NumberLess, "NaN").is_err());
        let ways = ["2026-11-22T09:00Z", "2026-11-22T10:00+01:00", "2026-11-22 09:00", "1795338000"];
        assert_eq!(ways.map(moment), [Some(1_795_338_000.0); 4]);
        assert_eq!([moment("2026-11-22"), moment(&date(0.5))], [Some(1_795_305_600.0), Some(0.5)]);
    }

    #[test]
    fn every_mistake_has_its_field() {
        let mut wrong = Fields::default();
        let conditions = [
            UserCondition::new("", Comparator::IsOneOf, ["a"]),
            UserCondition::new("Version", Comparator::VersionIsOneOf, ["1.2.3", "1.2"]),
            UserCondition::new("Age", Comparator::NumberLess, "5"),
        ];
        check(&conditions, &mut wrong);
        let names: Vec<&str> = wrong.0.keys().map(AsRef::as_ref).collect();
        assert_eq!(names, ["condition.0.attribute", "condition.1.values", "condition.2.values"]);
        assert!(wrong.0["condition.1.values"].contains("number 2 of the list"));
    }
}
