//! What a cell of the dashboard tells of a formula. A page has hundreds of them: rules are counted as they are read, and not built.

use std::fmt;

use flag_eval::model::Value;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};

use super::{Condition, Formula, Share, Variation, words};
use crate::error::{Error, Result};

/// A formula at a glance.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Glance {
    /// What everybody gets for whom nothing else decides.
    pub default: Value,
    /// How everybody is divided for whom no rule decides.
    #[serde(default)]
    pub split: Vec<Share>,
    /// How many rules come first.
    #[serde(default, deserialize_with = "count")]
    rules: Rules,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Rules {
    number: usize,
    /// Whether the first asks for other settings only.
    prerequisites: bool,
}

/// A formula in a cell: a strong word and a second line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What everybody gets for whom no rule decides: `On`, `20 % On, 80 % Off`, `“Autumn sale”`.
    pub value: String,
    /// To whom that applies: `for everybody`, `2 rules, else Off`, `after 2 rules`.
    pub note: String,
}

const EVERYBODY: &str = "for everybody";

impl Summary {
    /// Both on one line: `On`, `2 rules, else 20 % On, 80 % Off`.
    pub fn line(self) -> String {
        match self.note.strip_prefix("after ") {
            Some(rules) => format!("{rules}, else {}", self.value),
            None if self.note == EVERYBODY => self.value,
            None => self.note,
        }
    }
}

impl Glance {
    /// Reads what is stored.
    ///
    /// # Errors
    /// If it was not stored by us.
    pub fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| Error::internal(format!("a formula that cannot be read: {error}")))
    }

    /// The formula in short.
    pub fn summary(&self, variations: &[Variation]) -> Summary {
        let value = words::given(&self.default, &self.split, variations);
        let word = match self.rules {
            Rules { number: 0, .. } => return Summary { value, note: EVERYBODY.to_owned() },
            Rules { number: 1, prerequisites: true } => "1 prerequisite".to_owned(),
            Rules { number: 1, .. } => "1 rule".to_owned(),
            Rules { number, .. } => format!("{number} rules"),
        };
        // A switch stands beside its words and does not say them; every other value does.
        let switch = self.split.is_empty() && matches!(self.default, Value::Bool(_));
        let note = if switch { format!("{word}, else {value}") } else { format!("after {word}") };
        Summary { value, note }
    }
}

impl Formula {
    /// The formula at a glance.
    pub fn glance(&self) -> Glance {
        let asks = |condition: &Condition| matches!(condition, Condition::Flag { .. });
        let prerequisites = self.rules.first().is_some_and(|rule| rule.conditions.iter().all(asks));
        let rules = Rules { number: self.rules.len(), prerequisites };
        Glance { default: self.default.clone(), split: self.split.clone(), rules }
    }
}

/// As much of a rule as a glance needs.
#[derive(Deserialize)]
struct First {
    #[serde(rename = "if")]
    conditions: Vec<About>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum About {
    User(IgnoredAny),
    Segment(IgnoredAny),
    Flag(IgnoredAny),
}

fn count<'de, D: Deserializer<'de>>(json: D) -> Result<Rules, D::Error> {
    struct Count;

    impl<'de> Visitor<'de> for Count {
        type Value = Rules;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of rules")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rules, A::Error> {
            let Some(first) = list.next_element::<First>()? else { return Ok(Rules::default()) };
            let mut rules = Rules { number: 1, prerequisites: first.conditions.iter().all(|one| matches!(one, About::Flag(_))) };
            while list.next_element::<IgnoredAny>()?.is_some() {
                rules.number += 1;
            }
            Ok(rules)
        }
    }

    json.deserialize_seq(Count)
}
