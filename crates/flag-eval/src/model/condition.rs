//! What a rule or a segment asks of a user.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

use super::{ComparisonValue, Value, value::finite};
use crate::comparator::Comparator;

/// One condition of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `u`: about an attribute of the user.
    User(UserCondition),
    /// `s`: about a segment.
    Segment(SegmentCondition),
    /// `p`: about the value that another setting has for the user.
    Flag(FlagCondition),
}

/// A condition about an attribute of the user.
#[derive(Debug, Clone, PartialEq)]
pub struct UserCondition {
    /// The attribute’s name.
    pub attribute: String,
    /// How it is compared.
    pub comparator: Comparator,
    /// What it is compared with; its type is that of the comparator’s field.
    pub value: ComparisonValue,
}

impl UserCondition {
    /// A condition about this attribute.
    pub fn new(attribute: impl Into<String>, comparator: Comparator, value: impl Into<ComparisonValue>) -> Self {
        Self { attribute: attribute.into(), comparator, value: value.into() }
    }
}

/// Is the user in a segment?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentCondition {
    /// The position of the segment in the config.
    #[serde(rename = "s")]
    pub segment: usize,
    /// In it or not.
    #[serde(rename = "c")]
    pub comparator: SegmentComparator,
}

/// Has another setting this value for the user?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlagCondition {
    /// The key of the other setting.
    #[serde(rename = "f")]
    pub key: String,
    /// This value or another one.
    #[serde(rename = "c")]
    pub comparator: FlagComparator,
    /// The value.
    #[serde(rename = "v")]
    pub value: Value,
}

macro_rules! pair {
    ($(#[$doc:meta])* $name:ident, $what:literal { $(#[$d0:meta])* $zero:ident $n0:literal $w0:literal, $(#[$d1:meta])* $one:ident $n1:literal $w1:literal }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name { $(#[$d0])* $zero = 0, $(#[$d1])* $one = 1 }

        impl $name {
            /// Both, by number.
            pub const ALL: [Self; 2] = [Self::$zero, Self::$one];

            /// Its number in JSON.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The name that the Public Management API gives it.
            pub const fn name(self) -> &'static str {
                match self { Self::$zero => $n0, Self::$one => $n1 }
            }

            /// The one with this [`name`](Self::name), whatever the case of its letters.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
            }

            /// Its words for people.
            pub const fn wording(self) -> &'static str {
                match self { Self::$zero => $w0, Self::$one => $w1 }
            }

            /// Does it ask for the opposite?
            pub const fn is_negated(self) -> bool {
                matches!(self, Self::$one)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.wording())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u8(self.number())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match u64::deserialize(deserializer)? {
                    0 => Ok(Self::$zero),
                    1 => Ok(Self::$one),
                    number => Err(de::Error::custom(format_args!("there is no {} {number}", $what))),
                }
            }
        }
    };
}

pair! {
    /// How a condition asks for a segment.
    SegmentComparator, "segment comparator" {
        /// The user is in it.
        IsIn "isIn" "IS IN SEGMENT",
        /// The user is not in it.
        IsNotIn "isNotIn" "IS NOT IN SEGMENT"
    }
}

pair! {
    /// How a condition asks for the value of another setting.
    FlagComparator, "prerequisite comparator" {
        /// It has this value.
        Equals "equals" "EQUALS",
        /// It has another value.
        NotEquals "doesNotEqual" "NOT EQUALS"
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::User(condition) => map.serialize_entry("u", condition)?,
            Self::Segment(condition) => map.serialize_entry("s", condition)?,
            Self::Flag(condition) => map.serialize_entry("p", condition)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            u: Option<UserCondition>,
            s: Option<SegmentCondition>,
            p: Option<FlagCondition>,
        }
        match Wire::deserialize(deserializer)? {
            Wire { u: Some(condition), s: None, p: None } => Ok(Self::User(condition)),
            Wire { u: None, s: Some(condition), p: None } => Ok(Self::Segment(condition)),
            Wire { u: None, s: None, p: Some(condition) } => Ok(Self::Flag(condition)),
            _ => Err(de::Error::custom("a condition has exactly one of `u`, `s` and `p`")),
        }
    }
}

impl Serialize for UserCondition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("a", &self.attribute)?;
        map.serialize_entry("c", &self.comparator)?;
        let key = self.value.field().key();
        match &self.value {
            ComparisonValue::Text(value) => map.serialize_entry(key, value)?,
            ComparisonValue::Number(value) => map.serialize_entry(key, finite(value)?)?,
            ComparisonValue::List(value) => map.serialize_entry(key, value)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for UserCondition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            a: String,
            c: Comparator,
            s: Option<String>,
            d: Option<f64>,
            l: Option<Vec<String>>,
        }
        let wire = Wire::deserialize(deserializer)?;
        let value = match (wire.s, wire.d, wire.l) {
            (Some(value), None, None) => ComparisonValue::Text(value),
            (None, Some(value), None) => ComparisonValue::Number(value),
            (None, None, Some(value)) => ComparisonValue::List(value),
            _ => return Err(de::Error::custom("a user condition has exactly one of `s`, `d` and `l`")),
        };
        Ok(Self { attribute: wire.a, comparator: wire.c, value })
    }
}
