//! Users that can be told to a client of another language.

use std::collections::BTreeMap;

use flag_eval::{Attribute, User};
use serde::{Serialize, Serializer};

/// An attribute with its type, as `tests/it/clients` read it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    Text(String),
    #[serde(serialize_with = "in_words")]
    Number(f64),
    Bool(bool),
    /// Unix milliseconds.
    Date(i64),
    List(Vec<String>),
}

/// JSON has no words for what is not finite.
fn in_words<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    let words = match number {
        number if number.is_infinite() && *number > 0.0 => "Infinity".to_owned(),
        number if number.is_infinite() => "-Infinity".to_owned(),
        number => format!("{number:e}"),
    };
    serializer.serialize_str(&words)
}

#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct GivenUser(pub BTreeMap<String, Given>);

impl User for GivenUser {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        Some(match self.0.get(name)? {
            Given::Text(text) => text.into(),
            Given::Number(number) => (*number).into(),
            Given::Bool(value) => (*value).into(),
            Given::Date(millis) => Attribute::millis(*millis),
            Given::List(texts) => texts.as_slice().into(),
        })
    }
}
