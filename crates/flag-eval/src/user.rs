//! Who a flag is evaluated for.

use std::{
    collections::{BTreeMap, HashMap},
    hash::BuildHasher,
};

use serde_json::{Map, Value as Json};

/// The attribute that names a user, and by which percentage options divide users unless a setting says otherwise.
pub const IDENTIFIER: &str = "Identifier";
/// The attribute for the e-mail address.
pub const EMAIL: &str = "Email";
/// The attribute for the country.
pub const COUNTRY: &str = "Country";

/// Whoever a flag is evaluated for: attributes by name. Names are case-sensitive.
pub trait User {
    /// The attribute with this name.
    fn attribute(&self, name: &str) -> Option<Attribute<'_>>;
}

/// An attribute of a user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Attribute<'a> {
    /// Text, which may also be read as a number, a version, a date or a list.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Yes or no; its texts are `true` and `false`.
    Bool(bool),
    /// A date, in Unix seconds.
    Date(f64),
    /// A list of texts.
    List(Texts<'a>),
    /// Anything else that came as JSON; its text is compact JSON, and it is no number, version, date or list.
    Json(&'a Json),
}

impl<'a> Attribute<'a> {
    /// The attribute that a JSON value is; `null` is none.
    pub fn from_json(value: &'a Json) -> Option<Self> {
        match value {
            Json::Null => None,
            Json::Bool(value) => Some(Self::Bool(*value)),
            Json::Number(value) => value.as_f64().map(Self::Number),
            Json::String(value) => Some(Self::Text(value)),
            Json::Array(values) if values.iter().all(Json::is_string) => Some(Self::List(Texts(Inner::Json(values)))),
            Json::Array(_) | Json::Object(_) => Some(Self::Json(value)),
        }
    }

    /// A date in Unix milliseconds.
    pub fn millis(millis: i64) -> Self {
        Self::Date(millis as f64 / 1000.0)
    }
}

/// A list of texts that somebody else owns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Texts<'a>(Inner<'a>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Inner<'a> {
    Borrowed(&'a [&'a str]),
    Owned(&'a [String]),
    /// All of them texts.
    Json(&'a [Json]),
}

impl<'a> Texts<'a> {
    /// How many there are.
    pub const fn len(self) -> usize {
        match self.0 {
            Inner::Borrowed(texts) => texts.len(),
            Inner::Owned(texts) => texts.len(),
            Inner::Json(texts) => texts.len(),
        }
    }

    /// Is there none?
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |at| match self.0 {
            Inner::Borrowed(texts) => texts[at],
            Inner::Owned(texts) => &texts[at],
            Inner::Json(texts) => texts[at].as_str().unwrap_or_default(),
        })
    }
}

impl<'a> From<&'a str> for Attribute<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Attribute<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl From<f64> for Attribute<'_> {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for Attribute<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<&'a [&'a str]> for Attribute<'a> {
    fn from(value: &'a [&'a str]) -> Self {
        Self::List(Texts(Inner::Borrowed(value)))
    }
}

impl<'a> From<&'a [String]> for Attribute<'a> {
    fn from(value: &'a [String]) -> Self {
        Self::List(Texts(Inner::Owned(value)))
    }
}

/// A user put together from borrowed attributes; the one added last counts.
///
/// ```
/// use flag_eval::Attributes;
/// let user = Attributes::of("ada").email("ada@example.com").with("Age", 36.0);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attributes<'a>(Vec<(&'a str, Attribute<'a>)>);

impl<'a> Attributes<'a> {
    /// A user without attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A user with this `Identifier`.
    pub fn of(identifier: &'a str) -> Self {
        Self::new().with(IDENTIFIER, identifier)
    }

    /// The user with this `Email`.
    #[must_use]
    pub fn email(self, email: &'a str) -> Self {
        self.with(EMAIL, email)
    }

    /// The user with this `Country`.
    #[must_use]
    pub fn country(self, country: &'a str) -> Self {
        self.with(COUNTRY, country)
    }

    /// The user with one attribute more.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Into<Attribute<'a>>) -> Self {
        self.0.push((name, value.into()));
        self
    }
}

impl User for Attributes<'_> {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        self.0.iter().rev().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }
}

impl<'a> FromIterator<(&'a str, Attribute<'a>)> for Attributes<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, Attribute<'a>)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

impl<S: BuildHasher> User for HashMap<String, String, S> {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        self.get(name).map(Attribute::from)
    }
}

impl User for BTreeMap<String, String> {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        self.get(name).map(Attribute::from)
    }
}

/// A JSON object, read by [`Attribute::from_json`].
impl User for Map<String, Json> {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        self.get(name).and_then(Attribute::from_json)
    }
}

impl<U: User + ?Sized> User for &U {
    fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
        (**self).attribute(name)
    }
}
