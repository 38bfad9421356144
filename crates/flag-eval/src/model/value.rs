//! Values of settings and of conditions.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser, ser::SerializeMap};

use crate::comparator::Field;

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// On or off: a feature flag.
    Bool = 0,
    /// Text.
    Text = 1,
    /// A whole number.
    Int = 2,
    /// A decimal number.
    Double = 3,
}

impl Kind {
    /// All of them, by number.
    pub const ALL: [Self; 4] = [Self::Bool, Self::Text, Self::Int, Self::Double];

    /// The name of the member of a value of this type.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bool => "b",
            Self::Text => "s",
            Self::Int => "i",
            Self::Double => "d",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "boolean",
            Self::Text => "string",
            Self::Int => "int",
            Self::Double => "double",
        })
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        let kind = Self::ALL.get(usize::from(number)).copied();
        kind.ok_or_else(|| de::Error::custom(format_args!("there is no setting type {number}")))
    }
}

/// The value of a setting: an object with the one member that fits its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `b`
    Bool(bool),
    /// `s`
    Text(String),
    /// `i`
    Int(i64),
    /// `d`
    Double(f64),
}

impl Value {
    /// The type of setting that it is a value of.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Bool(_) => Kind::Bool,
            Self::Text(_) => Kind::Text,
            Self::Int(_) => Kind::Int,
            Self::Double(_) => Kind::Double,
        }
    }

    /// The plain JSON value, such as `true` instead of `{"b":true}`. A number that is not finite is `null`.
    pub fn plain(&self) -> serde_json::Value {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Text(value) => value.as_str().into(),
            Self::Int(value) => (*value).into(),
            Self::Double(value) => (*value).into(),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Double(value) => value.fmt(f),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        let key = self.kind().key();
        match self {
            Self::Bool(value) => map.serialize_entry(key, value)?,
            Self::Text(value) => map.serialize_entry(key, value)?,
            Self::Int(value) => map.serialize_entry(key, value)?,
            Self::Double(value) => map.serialize_entry(key, finite(value)?)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Older files have the bare value here.
        #[derive(Deserialize)]
        #[serde(expecting = "an object with one of `b`, `s`, `i` and `d`, as in config_v6.json; config_v5.json is not read")]
        struct Wire {
            b: Option<bool>,
            s: Option<String>,
            i: Option<i64>,
            d: Option<f64>,
        }
        match Wire::deserialize(deserializer)? {
            Wire { b: Some(value), s: None, i: None, d: None } => Ok(Self::Bool(value)),
            Wire { b: None, s: Some(value), i: None, d: None } => Ok(Self::Text(value)),
            Wire { b: None, s: None, i: Some(value), d: None } => Ok(Self::Int(value)),
            Wire { b: None, s: None, i: None, d: Some(value) } => Ok(Self::Double(value)),
            _ => Err(de::Error::custom("a value has exactly one of `b`, `s`, `i` and `d`")),
        }
    }
}

/// JSON has no word for what is not finite, and serde_json would write `null`.
pub(super) fn finite<E: ser::Error>(number: &f64) -> Result<&f64, E> {
    if number.is_finite() { Ok(number) } else { Err(E::custom("JSON has only finite numbers")) }
}

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum ComparisonValue {
    /// `s`
    Text(String),
    /// `d`
    Number(f64),
    /// `l`
    List(Vec<String>),
}

impl ComparisonValue {
    /// The member that holds it.
    pub const fn field(&self) -> Field {
        match self {
            Self::Text(_) => Field::Text,
            Self::Number(_) => Field::Number,
            Self::List(_) => Field::List,
        }
    }
}

impl From<&str> for ComparisonValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<f64> for ComparisonValue {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<Vec<String>> for ComparisonValue {
    fn from(value: Vec<String>) -> Self {
        Self::List(value)
    }
}

impl<const N: usize> From<[&str; N]> for ComparisonValue {
    fn from(value: [&str; N]) -> Self {
        Self::List(value.map(str::to_owned).into())
    }
}
