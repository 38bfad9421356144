//! The types of `config_v6.json`, as they are on the wire.
//!
//! What is absent is left out, never `null`; `f`, and `i` of everything that is served, are always written. The members of maps have an order
//! of their own, so that the same config is always the same bytes. Reading is stricter than the format needs to be in one way: where the format
//! wants exactly one of several members, none and two are errors. Unknown members are skipped, and `null` is read as absent.

mod condition;
mod value;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

pub use condition::{Condition, FlagComparator, FlagCondition, SegmentComparator, SegmentCondition, UserCondition};
pub use value::{ComparisonValue, Kind, Value};

/// A whole `config_v6.json`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Config {
    /// Where clients fetch, and the salt of the hashes.
    #[serde(rename = "p", default, deserialize_with = "or_default")]
    pub preferences: Preferences,
    /// The segments that conditions refer to by their position.
    #[serde(rename = "s", default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// The settings by key.
    #[serde(rename = "f", default, deserialize_with = "or_default")]
    pub settings: BTreeMap<String, Setting>,
}

impl Config {
    /// Reads a config.
    ///
    /// # Errors
    /// When the text is no JSON or not in the format.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Writes the config, always the same bytes for the same config.
    ///
    /// # Errors
    /// Only when a number is not finite, which JSON cannot say.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

/// Where clients fetch, and the salt of the hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preferences {
    /// The base address that clients are told.
    #[serde(rename = "u", default, deserialize_with = "or_default")]
    pub url: String,
    /// Are clients to go there: 0 no, 1 they should, 2 they must.
    #[serde(rename = "r", default, deserialize_with = "or_default")]
    pub redirect: u8,
    /// Goes into every hash of a comparison value, as text.
    #[serde(rename = "s", default, deserialize_with = "or_default")]
    pub salt: String,
}

/// People whom conditions describe once and settings name often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Goes into the hashes of its own comparison values.
    #[serde(rename = "n")]
    pub name: String,
    /// A user for whom all of them are true is in the segment.
    #[serde(rename = "r", default, deserialize_with = "or_default")]
    pub conditions: Vec<UserCondition>,
}

/// A feature flag, or a setting of another type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The type of all its values.
    #[serde(rename = "t")]
    pub kind: Kind,
    /// The attribute by which percentage options divide users; without it, the user’s `Identifier`.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub percentage_attribute: Option<String>,
    /// The first one that matches decides.
    #[serde(rename = "r", default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Divide the users for whom no rule decides.
    #[serde(rename = "p", default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub percentage_options: Vec<PercentageOption>,
    /// What is served when nothing else decides.
    #[serde(flatten)]
    pub served: Served,
}

impl Setting {
    /// A setting that serves the same to everybody.
    pub fn constant(value: impl Into<Value>, variation: impl Into<String>) -> Self {
        let served = Served::new(value, variation);
        Self { kind: served.value.kind(), percentage_attribute: None, rules: Vec::new(), percentage_options: Vec::new(), served }
    }

    /// The keys of the settings that its rules ask for.
    pub fn prerequisites(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| &rule.conditions).filter_map(|condition| match condition {
            Condition::Flag(condition) => Some(condition.key.as_str()),
            Condition::User(_) | Condition::Segment(_) => None,
        })
    }
}

/// A value and the name of the variation that it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// The value.
    #[serde(rename = "v")]
    pub value: Value,
    /// The variation’s identifier.
    #[serde(rename = "i", default, deserialize_with = "or_default")]
    pub variation: String,
}

impl Served {
    /// This value as this variation.
    pub fn new(value: impl Into<Value>, variation: impl Into<String>) -> Self {
        Self { value: value.into(), variation: variation.into() }
    }
}

/// A targeting rule: what is served when all its conditions are true.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// All of them must be true.
    pub conditions: Vec<Condition>,
    /// What is served then.
    pub then: Then,
}

/// What a rule that matches serves.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// `s`: this to everybody.
    Serve(Served),
    /// `p`: the users are divided.
    Divide(Vec<PercentageOption>),
}

/// What is served to a share of the users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PercentageOption {
    /// The share, 0 to 100.
    #[serde(rename = "p")]
    pub percentage: u8,
    /// What they get.
    #[serde(flatten)]
    pub served: Served,
}

impl PercentageOption {
    /// This share of the users gets this.
    pub fn new(percentage: u8, value: impl Into<Value>, variation: impl Into<String>) -> Self {
        Self { percentage, served: Served::new(value, variation) }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("c", &self.conditions)?;
        match &self.then {
            Then::Serve(served) => map.serialize_entry("s", served)?,
            Then::Divide(options) => map.serialize_entry("p", options)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(rename = "c", default, deserialize_with = "or_default")]
            conditions: Vec<Condition>,
            s: Option<Served>,
            p: Option<Vec<PercentageOption>>,
        }
        let wire = Wire::deserialize(deserializer)?;
        let then = match (wire.s, wire.p) {
            (Some(served), None) => Then::Serve(served),
            (None, Some(options)) => Then::Divide(options),
            _ => return Err(de::Error::custom("a targeting rule has either `s` or `p`")),
        };
        Ok(Self { conditions: wire.conditions, then })
    }
}

/// Reads `null` as the value that absence means.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json().map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests;
