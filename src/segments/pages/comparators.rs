//! The comparators of user attributes, in the words of the pages.

/// What a comparator compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Several texts.
    Texts,
    /// One text.
    Text,
    /// Several semantic versions.
    Versions,
    /// A semantic version.
    Version,
    /// A number.
    Number,
    /// A point in time.
    Date,
}

impl Operand {
    /// Whether there may be several.
    pub fn many(self) -> bool {
        matches!(self, Self::Texts | Self::Versions)
    }

    /// What to type, before anything is typed.
    pub fn example(self) -> &'static str {
        match self {
            Self::Texts => "value",
            Self::Text => "text",
            Self::Versions | Self::Version => "4.2.0",
            Self::Number => "42",
            Self::Date => "2026-11-22T09:00Z",
        }
    }
}

/// A comparator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// What forms and the API call it.
    pub name: &'static str,
    /// As it is read in a sentence.
    pub words: &'static str,
    /// What it compares with.
    pub operand: Operand,
}

/// Comparators of one kind, as the select groups them.
pub type Group = (&'static str, &'static [Comparator]);

const fn is(name: &'static str, words: &'static str, operand: Operand) -> Comparator {
    Comparator { name, words, operand }
}

use Operand::{Date, Number, Text, Texts, Version, Versions};

const VERSION: &[Comparator] = &[
    is("semVerIsOneOf", "is one of the versions", Versions),
    is("semVerIsNotOneOf", "is none of the versions", Versions),
    is("semVerLess", "is below version", Version),
    is("semVerLessOrEquals", "is at most version", Version),
    is("semVerGreater", "is above version", Version),
    is("semVerGreaterOrEquals", "is at least version", Version),
];

const NUMBER: &[Comparator] = &[
    is("numberEquals", "is the number", Number),
    is("numberDoesNotEqual", "is not the number", Number),
    is("numberLess", "is less than", Number),
    is("numberLessOrEquals", "is at most", Number),
    is("numberGreater", "is more than", Number),
    is("numberGreaterOrEquals", "is at least", Number),
];

const ALL: &[Group] = &[
    (
        "Text",
        &[
            is("isOneOf", "is one of", Texts),
            is("isNotOneOf", "is none of", Texts),
            is("textEquals", "is", Text),
            is("textDoesNotEqual", "is not", Text),
            is("textStartsWithAnyOf", "starts with any of", Texts),
            is("textNotStartsWithAnyOf", "starts with none of", Texts),
            is("textEndsWithAnyOf", "ends with any of", Texts),
            is("textNotEndsWithAnyOf", "ends with none of", Texts),
            is("containsAnyOf", "contains any of", Texts),
            is("doesNotContainAnyOf", "contains none of", Texts),
        ],
    ),
    (
        "Text, served as hashes",
        &[
            is("sensitiveIsOneOf", "is one of (hashed)", Texts),
            is("sensitiveIsNotOneOf", "is none of (hashed)", Texts),
            is("sensitiveTextEquals", "is (hashed)", Text),
            is("sensitiveTextDoesNotEqual", "is not (hashed)", Text),
            is("sensitiveTextStartsWithAnyOf", "starts with any of (hashed)", Texts),
            is("sensitiveTextNotStartsWithAnyOf", "starts with none of (hashed)", Texts),
            is("sensitiveTextEndsWithAnyOf", "ends with any of (hashed)", Texts),
            is("sensitiveTextNotEndsWithAnyOf", "ends with none of (hashed)", Texts),
        ],
    ),
    ("Version", VERSION),
    ("Number", NUMBER),
    ("Time", &[is("dateTimeBefore", "is before", Date), is("dateTimeAfter", "is after", Date)]),
    (
        "List",
        &[
            is("arrayContainsAnyOf", "has any of", Texts),
            is("arrayDoesNotContainAnyOf", "has none of", Texts),
            is("sensitiveArrayContainsAnyOf", "has any of (hashed)", Texts),
            is("sensitiveArrayDoesNotContainAnyOf", "has none of (hashed)", Texts),
        ],
    ),
];

/// What a config of version v1 knows.
pub const LEGACY: &[Group] = &[
    (
        "Text",
        &[
            is("isOneOf", "is one of", Texts),
            is("isNotOneOf", "is none of", Texts),
            is("containsAnyOf", "contains any of", Texts),
            is("doesNotContainAnyOf", "contains none of", Texts),
        ],
    ),
    (
        "Text, served as hashes",
        &[is("sensitiveIsOneOf", "is one of (hashed)", Texts), is("sensitiveIsNotOneOf", "is none of (hashed)", Texts)],
    ),
    ("Version", VERSION),
    ("Number", NUMBER),
];

/// All 36, grouped.
pub fn all() -> &'static [Group] {
    ALL
}

/// The comparator of that name.
pub fn words(name: &str) -> Option<&'static Comparator> {
    ALL.iter().flat_map(|(_, group)| *group).find(|comparator| comparator.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_thirty_six_are_there_once_and_read_differently() {
        let mut names: Vec<&str> = ALL.iter().flat_map(|(_, group)| *group).map(|comparator| comparator.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 36);
        let mut said: Vec<&str> = ALL.iter().flat_map(|(_, group)| *group).map(|comparator| comparator.words).collect();
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), 36);
        assert!(LEGACY.iter().flat_map(|(_, group)| *group).all(|comparator| words(comparator.name) == Some(comparator)));
    }
}
