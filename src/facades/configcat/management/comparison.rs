//! Comparisons as the first generation of the API writes them: a word, and one text for whatever is compared with. A list is written with
//! commas.

use flag_eval::{
    comparator::{Comparator, Field},
    model::{ComparisonValue, UserCondition},
};

/// The words, each at the number of its comparator.
pub const WORDS: [&str; 18] = [
    "isOneOf",
    "isNotOneOf",
    "contains",
    "doesNotContain",
    "semVerIsOneOf",
    "semVerIsNotOneOf",
    "semVerLess",
    "semVerLessOrEquals",
    "semVerGreater",
    "semVerGreaterOrEquals",
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
    "sensitiveIsOneOf",
    "sensitiveIsNotOneOf",
];

/// The comparator of a word, in any case.
pub fn comparator(word: &str) -> Option<Comparator> {
    let at = WORDS.iter().position(|known| known.eq_ignore_ascii_case(word.trim()))?;
    Comparator::from_number(at as u64)
}

/// The word of a comparator, if the first generation has one.
pub fn word(comparator: Comparator) -> Option<&'static str> {
    WORDS.get(usize::from(comparator.number())).copied()
}

/// What is compared with, as one text.
pub fn text(value: &ComparisonValue) -> String {
    match value {
        ComparisonValue::Text(text) => text.clone(),
        ComparisonValue::Number(number) => number.to_string(),
        ComparisonValue::List(texts) => texts.join(","),
    }
}

/// A condition, as it is written here.
///
/// # Errors
/// What is wrong with the text.
pub fn condition(attribute: &str, comparator: Comparator, value: &str) -> Result<UserCondition, &'static str> {
    let value = match comparator.field() {
        Field::Text => ComparisonValue::Text(value.to_owned()),
        Field::Number => {
            let number = value.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite());
            ComparisonValue::Number(number.ok_or("Invalid term value. This is no number.")?)
        }
        // What contains a text may contain a comma.
        Field::List if matches!(comparator, Comparator::ContainsAnyOf | Comparator::NotContainsAnyOf) => {
            ComparisonValue::List(vec![value.to_owned()])
        }
        Field::List => {
            let texts = value.split(',').map(str::trim).filter(|text| !text.is_empty());
            ComparisonValue::List(texts.map(str::to_owned).collect())
        }
    };
    Ok(UserCondition::new(attribute, comparator, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for (at, known) in WORDS.iter().enumerate() {
            let comparator = comparator(&known.to_uppercase()).unwrap();
            assert_eq!((usize::from(comparator.number()), word(comparator)), (at, Some(*known)));
            let written = match comparator.field() {
                Field::Number => "4.2",
                Field::Text => "1.2.3",
                Field::List => "1.0.0,2.0.0",
            };
            assert_eq!(text(&condition("Email", comparator, written).unwrap().value), written);
        }
        assert!(condition("Age", Comparator::NumberLess, "many").is_err());
        assert_eq!(condition("Age", Comparator::NumberLess, "4,2").unwrap().value, ComparisonValue::Number(4.2));
    }
}
