//! The 36 ways to compare an attribute of a user with the value of a condition.

use std::{error::Error, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The member of a condition that holds its comparison value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `s`, one text.
    Text,
    /// `d`, a number.
    Number,
    /// `l`, a list of texts.
    List,
}

impl Field {
    /// The name of the member in JSON.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Text => "s",
            Self::Number => "d",
            Self::List => "l",
        }
    }
}

/// What a comparator makes of the attribute before it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reads {
    /// Any attribute, as text.
    Text,
    /// Text that is a semantic version.
    Version,
    /// A number, or text that is one.
    Number,
    /// A date or a number of Unix seconds, or text that is such a number.
    Date,
    /// A list of texts, or text that is a JSON array of texts.
    List,
}

macro_rules! comparators {
    ($($number:literal $name:ident $key:literal $wording:literal $field:ident $reads:ident)*) => {
        /// How a condition compares an attribute of the user with its value.
        ///
        /// In JSON it is its number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each is its wording")]
        pub enum Comparator { $($name = $number),* }

        impl Comparator {
            /// All of them, by number.
            pub const ALL: [Self; 36] = [$(Self::$name),*];

            /// The name that the Public Management API gives it, such as `textEndsWithAnyOf`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// Its words for people, such as `ENDS WITH ANY OF`. A clear comparator and its sensitive twin have the same.
            pub const fn wording(self) -> &'static str {
                match self { $(Self::$name => $wording),* }
            }

            /// The member that holds the comparison value.
            pub const fn field(self) -> Field {
                match self { $(Self::$name => Field::$field),* }
            }

            /// What it makes of the attribute.
            pub const fn reads(self) -> Reads {
                match self { $(Self::$name => Reads::$reads),* }
            }
        }
    };
}

comparators! {
     0 IsOneOf                            "isOneOf"                            "IS ONE OF"                  List   Text
     1 IsNotOneOf                         "isNotOneOf"                         "IS NOT ONE OF"              List   Text
     2 ContainsAnyOf                      "containsAnyOf"                      "CONTAINS ANY OF"            List   Text
     3 NotContainsAnyOf                   "doesNotContainAnyOf"                "NOT CONTAINS ANY OF"        List   Text
     4 VersionIsOneOf                     "semVerIsOneOf"                      "IS ONE OF"                  List   Version
     5 VersionIsNotOneOf                  "semVerIsNotOneOf"                   "IS NOT ONE OF"              List   Version
     6 VersionLess                        "semVerLess"                         "<"                          Text   Version
     7 VersionLessOrEqual                 "semVerLessOrEquals"                 "<="                         Text   Version
     8 VersionGreater                     "semVerGreater"                      ">"                          Text   Version
     9 VersionGreaterOrEqual              "semVerGreaterOrEquals"              ">="                         Text   Version
    10 NumberEquals                       "numberEquals"                       "="                          Number Number
    11 NumberNotEquals                    "numberDoesNotEqual"                 "!="                         Number Number
    12 NumberLess                         "numberLess"                         "<"                          Number Number
    13 NumberLessOrEqual                  "numberLessOrEquals"                 "<="                         Number Number
    14 NumberGreater                      "numberGreater"                      ">"                          Number Number
    15 NumberGreaterOrEqual               "numberGreaterOrEquals"              ">="                         Number Number
    16 SensitiveIsOneOf                   "sensitiveIsOneOf"                   "IS ONE OF"                  List   Text
    17 SensitiveIsNotOneOf                "sensitiveIsNotOneOf"                "IS NOT ONE OF"              List   Text
    18 DateBefore                         "dateTimeBefore"                     "BEFORE"                     Number Date
    19 DateAfter                          "dateTimeAfter"                      "AFTER"                      Number Date
    20 SensitiveTextEquals                "sensitiveTextEquals"                "EQUALS"                     Text   Text
    21 SensitiveTextNotEquals             "sensitiveTextDoesNotEqual"          "NOT EQUALS"                 Text   Text
    22 SensitiveTextStartsWithAnyOf       "sensitiveTextStartsWithAnyOf"       "STARTS WITH ANY OF"         List   Text
    23 SensitiveTextNotStartsWithAnyOf    "sensitiveTextNotStartsWithAnyOf"    "NOT STARTS WITH ANY OF"     List   Text
    24 SensitiveTextEndsWithAnyOf         "sensitiveTextEndsWithAnyOf"         "ENDS WITH ANY OF"           List   Text
    25 SensitiveTextNotEndsWithAnyOf      "sensitiveTextNotEndsWithAnyOf"      "NOT ENDS WITH ANY OF"       List   Text
    26 SensitiveArrayContainsAnyOf        "sensitiveArrayContainsAnyOf"        "ARRAY CONTAINS ANY OF"      List   List
    27 SensitiveArrayNotContainsAnyOf     "sensitiveArrayDoesNotContainAnyOf"  "ARRAY NOT CONTAINS ANY OF"  List   List
    28 TextEquals                         "textEquals"                         "EQUALS"                     Text   Text
    29 TextNotEquals                      "textDoesNotEqual"                   "NOT EQUALS"                 Text   Text
    30 TextStartsWithAnyOf                "textStartsWithAnyOf"                "STARTS WITH ANY OF"         List   Text
    31 TextNotStartsWithAnyOf             "textNotStartsWithAnyOf"             "NOT STARTS WITH ANY OF"     List   Text
    32 TextEndsWithAnyOf                  "textEndsWithAnyOf"                  "ENDS WITH ANY OF"           List   Text
    33 TextNotEndsWithAnyOf               "textNotEndsWithAnyOf"               "NOT ENDS WITH ANY OF"       List   Text
    34 ArrayContainsAnyOf                 "arrayContainsAnyOf"                 "ARRAY CONTAINS ANY OF"      List   List
    35 ArrayNotContainsAnyOf              "arrayDoesNotContainAnyOf"           "ARRAY NOT CONTAINS ANY OF"  List   List
}

/// Clear comparators and their sensitive twins.
const TWINS: [(Comparator, Comparator); 10] = [
    (Comparator::IsOneOf, Comparator::SensitiveIsOneOf),
    (Comparator::IsNotOneOf, Comparator::SensitiveIsNotOneOf),
    (Comparator::TextEquals, Comparator::SensitiveTextEquals),
    (Comparator::TextNotEquals, Comparator::SensitiveTextNotEquals),
    (Comparator::TextStartsWithAnyOf, Comparator::SensitiveTextStartsWithAnyOf),
    (Comparator::TextNotStartsWithAnyOf, Comparator::SensitiveTextNotStartsWithAnyOf),
    (Comparator::TextEndsWithAnyOf, Comparator::SensitiveTextEndsWithAnyOf),
    (Comparator::TextNotEndsWithAnyOf, Comparator::SensitiveTextNotEndsWithAnyOf),
    (Comparator::ArrayContainsAnyOf, Comparator::SensitiveArrayContainsAnyOf),
    (Comparator::ArrayNotContainsAnyOf, Comparator::SensitiveArrayNotContainsAnyOf),
];

impl Comparator {
    /// Its number in JSON.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The comparator with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// The comparator with this [`name`](Self::name), whatever the case of its letters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparator| comparator.name().eq_ignore_ascii_case(name))
    }

    /// Are its comparison values hashed in the config JSON?
    pub fn is_sensitive(self) -> bool {
        matches!(self.number(), 16 | 17 | 20..=27)
    }

    /// Its twin whose comparison values are hashed. A sensitive comparator is its own; some comparators have none.
    pub fn sensitive(self) -> Option<Self> {
        TWINS.iter().find(|(clear, sensitive)| *clear == self || *sensitive == self).map(|(_, sensitive)| *sensitive)
    }

    /// Its twin whose comparison values can be read; most comparators are their own.
    pub fn clear(self) -> Self {
        TWINS.iter().find(|(_, sensitive)| *sensitive == self).map_or(self, |(clear, _)| *clear)
    }

    /// Is it the denial of another, such as `IS NOT ONE OF`?
    pub fn is_negated(self) -> bool {
        matches!(self.number(), 1 | 3 | 5 | 11 | 17 | 21 | 23 | 25 | 27 | 29 | 31 | 33 | 35)
    }
}

impl fmt::Display for Comparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wording())
    }
}

/// There is no comparator with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownComparator(pub u64);

impl fmt::Display for UnknownComparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no comparator {}", self.0)
    }
}

impl Error for UnknownComparator {}

impl Serialize for Comparator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for Comparator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| de::Error::custom(UnknownComparator(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions_and_names_are_found_again() {
        for (at, comparator) in Comparator::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(comparator.number()), at);
            assert_eq!(Comparator::from_number(at as u64), Some(comparator));
            assert_eq!(Comparator::from_name(&comparator.name().to_uppercase()), Some(comparator));
        }
        assert_eq!(Comparator::from_number(36), None);
        assert_eq!(Comparator::from_name("is one of"), None);
    }

    #[test]
    fn twins_differ_in_nothing_but_the_hash() {
        for comparator in Comparator::ALL {
            let clear = comparator.clear();
            assert_eq!(comparator.is_sensitive(), clear != comparator, "{comparator:?}");
            assert_eq!(comparator.is_sensitive(), comparator.name().starts_with("sensitive"));
            assert_eq!((clear.wording(), clear.field(), clear.reads()), (comparator.wording(), comparator.field(), comparator.reads()));
            assert_eq!(clear.is_negated(), comparator.is_negated());
            assert_eq!(comparator.is_negated(), comparator.name().contains("Not"), "{comparator:?}");
            assert_eq!(comparator.sensitive(), clear.sensitive());
        }
        assert_eq!(Comparator::ALL.into_iter().filter(|it| it.is_sensitive()).count(), TWINS.len());
    }
}
