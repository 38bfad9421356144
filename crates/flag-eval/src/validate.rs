//! Is a comparison value one that its comparator can work with?
//!
//! This is for values that people enter: clear ones. Those in a config that is served may be hashed, and are checked by
//! [`Compiled::new`](crate::Compiled::new).

use std::{error::Error, fmt};

use crate::{
    attribute::version,
    comparator::{Comparator, Field, Reads},
    model::{ComparisonValue, UserCondition},
};

/// How long comparison values may be, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One text.
    pub text: usize,
    /// How many texts in a list.
    pub items: usize,
    /// Each text of a list.
    pub item: usize,
}

impl Default for Limits {
    /// The largest that ConfigCat’s plans allow.
    fn default() -> Self {
        Self { text: 65_535, items: 15_000, item: 255 }
    }
}

/// Years 1 to 9999 in Unix seconds.
const DATES: std::ops::RangeInclusive<f64> = -62_135_596_800.0..=253_402_300_799.0;

/// Why a comparison value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueError {
    /// The comparator takes another type of value.
    WrongType {
        /// What it takes.
        wanted: Field,
    },
    /// There is nothing to compare with.
    Empty,
    /// One text of the list is empty.
    EmptyItem {
        /// Its position.
        item: usize,
    },
    /// The text, or one text of the list, is no semantic version.
    NotAVersion {
        /// Its position in the list.
        item: Option<usize>,
    },
    /// The number is infinite or none at all.
    NotANumber,
    /// The number is no date in the years 1 to 9999.
    NotADate,
    /// The text, or one text of the list, is too long.
    TooLong {
        /// Its position in the list.
        item: Option<usize>,
        /// How many characters it may have.
        limit: usize,
    },
    /// The list is too long.
    TooMany {
        /// How many texts it may have.
        limit: usize,
    },
}

impl ValueError {
    /// Which text of the list it is about.
    pub fn item(&self) -> Option<usize> {
        match self {
            Self::EmptyItem { item } => Some(*item),
            Self::NotAVersion { item } | Self::TooLong { item, .. } => *item,
            _ => None,
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType { wanted: Field::Text } => f.write_str("a text is needed"),
            Self::WrongType { wanted: Field::Number } => f.write_str("a number is needed"),
            Self::WrongType { wanted: Field::List } => f.write_str("a list of texts is needed"),
            Self::Empty => f.write_str("there is nothing to compare with"),
            Self::EmptyItem { .. } => f.write_str("a text of the list is empty"),
            Self::NotAVersion { .. } => f.write_str("this is no semantic version, such as 1.2.3 or 1.2.3-beta.1"),
            Self::NotANumber => f.write_str("this is no number"),
            Self::NotADate => f.write_str("this is no date from the year 1 to 9999, in Unix seconds"),
            Self::TooLong { limit, .. } => write!(f, "this is longer than {limit} characters"),
            Self::TooMany { limit } => write!(f, "these are more than {limit} texts"),
        }
    }
}

impl Error for ValueError {}

/// Checks a comparison value that somebody entered.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn comparison_value(comparator: Comparator, value: &ComparisonValue, limits: &Limits) -> Result<(), ValueError> {
    let wanted = comparator.field();
    if value.field() != wanted {
        return Err(ValueError::WrongType { wanted });
    }
    let versions = comparator.reads() == Reads::Version;
    match value {
        ComparisonValue::Number(number) if !number.is_finite() => Err(ValueError::NotANumber),
        ComparisonValue::Number(number) if comparator.reads() == Reads::Date && !DATES.contains(number) => Err(ValueError::NotADate),
        ComparisonValue::Number(_) => Ok(()),
        ComparisonValue::Text(text) if text.is_empty() => Err(ValueError::Empty),
        ComparisonValue::Text(text) => one(text, None, limits.text, versions),
        ComparisonValue::List(texts) if texts.is_empty() => Err(ValueError::Empty),
        ComparisonValue::List(texts) if texts.len() > limits.items => Err(ValueError::TooMany { limit: limits.items }),
        ComparisonValue::List(texts) => texts.iter().enumerate().try_for_each(|(item, text)| {
            if text.is_empty() {
                return Err(ValueError::EmptyItem { item });
            }
            one(text, Some(item), limits.item, versions)
        }),
    }
}

fn one(text: &str, item: Option<usize>, limit: usize, versions: bool) -> Result<(), ValueError> {
    if text.len() > limit && text.chars().count() > limit {
        return Err(ValueError::TooLong { item, limit });
    }
    if versions && version(text).is_none() {
        return Err(ValueError::NotAVersion { item });
    }
    Ok(())
}

impl UserCondition {
    /// Checks the comparison value that somebody entered.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, limits: &Limits) -> Result<(), ValueError> {
        comparison_value(self.comparator, &self.value, limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(comparator: Comparator, value: impl Into<ComparisonValue>) -> Result<(), ValueError> {
        comparison_value(comparator, &value.into(), &Limits { text: 5, items: 2, item: 5 })
    }

    #[test]
    fn each_comparator_takes_one_type_of_value() {
        for comparator in Comparator::ALL {
            let values: [ComparisonValue; 3] = ["1.2.3".into(), 5.0.into(), ["1.2.3"].into()];
            for value in values {
                let fits = value.field() == comparator.field();
                assert_eq!(check(comparator, value.clone()).is_ok(), fits, "{comparator:?} {value:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        use Comparator::*;
        assert_eq!(check(TextEquals, ""), Err(ValueError::Empty));
        assert_eq!(check(IsOneOf, []), Err(ValueError::Empty));
        assert_eq!(check(IsOneOf, ["a", ""]), Err(ValueError::EmptyItem { item: 1 }));
        assert_eq!(check(VersionLess, "1.2"), Err(ValueError::NotAVersion { item: None }));
        assert_eq!(check(VersionIsOneOf, [" 1.2.3", "v1"]), Err(ValueError::TooLong { item: Some(0), limit: 5 }));
        assert_eq!(check(VersionIsOneOf, ["1.2.3", "v1"]), Err(ValueError::NotAVersion { item: Some(1) }));
        assert_eq!(check(NumberLess, f64::NAN), Err(ValueError::NotANumber));
        assert_eq!(check(DateAfter, f64::INFINITY), Err(ValueError::NotANumber));
        assert_eq!(check(DateAfter, 1e12), Err(ValueError::NotADate));
        assert_eq!(check(NumberLess, 1e12), Ok(()));
        assert_eq!(check(TextEquals, "äöüßé"), Ok(()), "characters are counted, not bytes");
        assert_eq!(check(TextEquals, "äöüßéx"), Err(ValueError::TooLong { item: None, limit: 5 }));
        assert_eq!(check(SensitiveIsOneOf, ["a", "b", "c"]), Err(ValueError::TooMany { limit: 2 }));
    }
}
