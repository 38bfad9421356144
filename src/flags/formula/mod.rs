//! The formula of a value: what a setting is for whom in one environment. It is always of the second generation; what the first one cannot
//! express is refused where it is checked.
//!
//! It is stored as JSON, with what is absent left out, so that most are as short as `{"default":{"b":false}}`. A setting without a stored value
//! in an environment has the empty formula of its kind there.

mod check;
mod first_generation;
mod glance;
mod words;

pub use check::{Around, LONGEST_TEXT, Limit, Other, Variation, check, check_value};
pub use glance::{Glance, Summary};
pub use words::{condition_words, differences, formula_words, otherwise, rule_words, then_words, value_words};

use std::collections::BTreeMap;

use flag_eval::model::{ComparisonValue, FlagComparator, Kind, SegmentComparator, UserCondition, Value};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    ids::{SegmentId, SettingId},
};

/// The longest words for a value that is compared with.
pub const LONGEST_HINT: usize = 1500;

/// What a setting is for whom in one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// What everybody gets for whom nothing else decides.
    pub default: Value,
    /// The first rule whose conditions all hold decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Divides everybody for whom no rule decides; empty: they all get the default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<Share>,
    /// The attribute by which people are divided, here and in rules; without it, their identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// What values in lists that are compared with stand for, where somebody said so: for people, never served.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hints: BTreeMap<String, String>,
}

/// What people get for whom all conditions hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredRule", into = "StoredRule")]
pub struct Rule {
    /// All of them must hold; there is at least one.
    pub conditions: Vec<Condition>,
    /// What they get.
    pub then: Then,
}

/// What a rule gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    /// The same to everybody.
    Then(Value),
    /// It divides them.
    Split(Vec<Share>),
}

/// What a share of the people gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// How many of a hundred.
    pub percent: u8,
    /// What they get.
    pub value: Value,
}

/// One condition of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// About an attribute of the user.
    User(UserCondition),
    /// About a segment.
    Segment {
        /// The segment.
        id: SegmentId,
        /// In it or not.
        is: SegmentComparator,
    },
    /// About another setting of the config.
    Flag {
        /// The setting.
        id: SettingId,
        /// This value or another one.
        is: FlagComparator,
        /// The value.
        value: Value,
    },
}

/// A rule as it is stored: `{"if":[…],"then":…}` or `{"if":[…],"split":[…]}`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredRule {
    #[serde(rename = "if")]
    conditions: Vec<Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    then: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    split: Option<Vec<Share>>,
}

impl TryFrom<StoredRule> for Rule {
    type Error = &'static str;
    fn try_from(stored: StoredRule) -> Result<Self, &'static str> {
        let then = match (stored.then, stored.split) {
            (Some(value), None) => Then::Then(value),
            (None, Some(shares)) => Then::Split(shares),
            _ => return Err("a rule has either `then` or `split`"),
        };
        Ok(Self { conditions: stored.conditions, then })
    }
}

impl From<Rule> for StoredRule {
    fn from(rule: Rule) -> Self {
        let (then, split) = match rule.then {
            Then::Then(value) => (Some(value), None),
            Then::Split(shares) => (None, Some(shares)),
        };
        Self { conditions: rule.conditions, then, split }
    }
}

/// The value that a setting of this kind begins with.
pub fn empty_value(kind: Kind) -> Value {
    match kind {
        Kind::Bool => Value::Bool(false),
        Kind::Text => Value::Text(String::new()),
        Kind::Int => Value::Int(0),
        Kind::Double => Value::Double(0.0),
    }
}

impl Formula {
    /// The same to everybody.
    pub fn constant(value: Value) -> Self {
        Self { default: value, rules: vec![], split: vec![], attribute: None, hints: BTreeMap::new() }
    }

    /// What a setting of this kind begins with: off, no text, zero.
    pub fn empty(kind: Kind) -> Self {
        Self::constant(empty_value(kind))
    }

    /// Reads what is stored.
    ///
    /// # Errors
    /// If it was not stored by us.
    pub fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::internal(format!("a formula that cannot be read: {error}")))
    }

    /// Reads what an event remembers.
    ///
    /// # Errors
    /// If it was not stored by us.
    pub fn remembered(json: &serde_json::Value) -> Result<Self> {
        Self::deserialize(json).map_err(|error| Error::internal(format!("a formula that cannot be read: {error}")))
    }

    /// As an event remembers it.
    ///
    /// # Errors
    /// If a number in it is not finite, which [`check`] refuses.
    pub fn remember(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }

    /// As it is stored.
    ///
    /// # Errors
    /// If a number in it is not finite, which [`check`] refuses.
    pub fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// Every value that somebody may get.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let shares = self.split.iter().map(|share| &share.value);
        std::iter::once(&self.default).chain(shares).chain(self.rules.iter().flat_map(|rule| rule.then.values()))
    }

    /// The same with what another formula says that values stand for, as far as they are still compared with.
    pub fn with_hints_of(self, other: &Self) -> Self {
        self.with_hints(&other.hints)
    }

    /// The same with words for values that it compares with, where it has none.
    pub fn with_hints(mut self, hints: &BTreeMap<String, String>) -> Self {
        let listed = |condition: &Condition| match condition {
            Condition::User(UserCondition { value: ComparisonValue::List(texts), .. }) => texts.clone(),
            _ => vec![],
        };
        for text in self.conditions().flat_map(listed).collect::<Vec<_>>() {
            if let Some(hint) = hints.get(&text) {
                self.hints.entry(text).or_insert_with(|| hint.clone());
            }
        }
        self
    }

    /// Every condition.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.rules.iter().flat_map(|rule| &rule.conditions)
    }

    /// The segments that it asks for, each once.
    pub fn segments(&self) -> Vec<SegmentId> {
        once(self.conditions().filter_map(|condition| match condition {
            Condition::Segment { id, .. } => Some(*id),
            Condition::User(_) | Condition::Flag { .. } => None,
        }))
    }

    /// The other settings that it asks for, each once.
    pub fn prerequisites(&self) -> Vec<SettingId> {
        once(self.conditions().filter_map(|condition| match condition {
            Condition::Flag { id, .. } => Some(*id),
            Condition::User(_) | Condition::Segment { .. } => None,
        }))
    }
}

impl Then {
    /// Every value that somebody may get by it.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let (one, shares): (Option<&Value>, &[Share]) = match self {
            Self::Then(value) => (Some(value), &[]),
            Self::Split(shares) => (None, shares),
        };
        one.into_iter().chain(shares.iter().map(|share| &share.value))
    }
}

fn once<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<std::collections::BTreeSet<T>>().into_iter().collect()
}

/// Reads a value of a kind, as people type it and as variations are stored.
pub fn read_value(kind: Kind, text: &str) -> Result<Value, &'static str> {
    match kind {
        Kind::Bool => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "on" => Ok(Value::Bool(true)),
            "false" | "off" => Ok(Value::Bool(false)),
            _ => Err("Please choose on or off."),
        },
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Int => text.trim().parse().map(Value::Int).map_err(|_| "This is no whole number."),
        Kind::Double => {
            let number: Option<f64> = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Value::Double).ok_or("This is no number. Write it as 0.5.")
        }
    }
}

/// The kind of that name, in any case.
pub fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.to_string().eq_ignore_ascii_case(name.trim()))
}

#[cfg(test)]
mod tests;
