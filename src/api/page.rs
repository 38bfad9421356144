//! Lists in pages: `limit` and `cursor` in, `meta.next_cursor` out. The cursor is the id of the last item that was seen, so that nothing is
//! skipped or shown twice while new items arrive.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use utoipa::ToSchema;

use super::json::field_of;
use crate::{
    authz::{App, Argument, Operation},
    error::{Error, Result},
};

/// Query parameters: their names and meanings, for the description.
pub trait Params: DeserializeOwned + Send {
    /// Each with its meaning.
    const NAMES: &'static [(&'static str, &'static str)];
    /// Those that are no plain text: `integer`, `boolean`, or a format such as `uuid` and `date-time`.
    const TYPES: &'static [(&'static str, &'static str)] = &[];
}

/// The query of an address. A parameter that does not parse is refused by name.
pub struct Query<T>(pub T);

impl<T: Params> FromRequestParts<App> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        if url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Error::field("query", "The text contains bytes that are not text."));
        }
        let pairs = serde_html_form::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        let read = serde_path_to_error::deserialize(pairs).map(Self);
        read.map_err(|error| {
            let field = field_of(error.path(), "query");
            let why = expected::<T>(&field);
            Error::field(field, why)
        })
    }
}

/// What a parameter takes, in the words of its description. What the parser says is for programmers.
fn expected<T: Params>(name: &str) -> String {
    let kind = T::TYPES.iter().find(|(of, _)| *of == name).map_or("a text", |(_, kind)| match *kind {
        "integer" => "a whole number",
        "boolean" => "true or false",
        "uuid" => "an id",
        "date-time" => "a time such as 2026-11-22T09:14:00Z",
        other => other,
    });
    match T::NAMES.iter().find(|(of, _)| *of == name) {
        Some((_, meaning)) => format!("This does not fit. Expected {kind}: {meaning}."),
        None => "The part of the address behind the question mark cannot be read.".to_owned(),
    }
}

impl<T: Params> Argument for Query<T> {
    fn describe(operation: &mut Operation) {
        operation.query = T::NAMES.to_vec();
        operation.types.extend(T::TYPES);
    }
}

/// How many items at once: 1 to `MOST`, 30 if not said.
#[derive(Clone, Copy, Debug)]
pub struct Limit<const MOST: u16 = 200>(u16);

impl<const MOST: u16> Default for Limit<MOST> {
    fn default() -> Self {
        Self(30)
    }
}

impl<'de, const MOST: u16> Deserialize<'de> for Limit<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Option::<u16>::deserialize(from)? {
            None => Ok(Self::default()),
            Some(limit) if (1..=MOST).contains(&limit) => Ok(Self(limit)),
            Some(_) => Err(D::Error::custom("out of range")),
        }
    }
}

impl<const MOST: u16> From<Limit<MOST>> for i64 {
    fn from(limit: Limit<MOST>) -> Self {
        limit.0.into()
    }
}

/// After which item.
pub type Cursor = Option<String>;

/// A stretch of a list.
#[derive(Debug, Default, Deserialize)]
pub struct Page {
    /// How many at most: 1 to 200, 30 if not said.
    #[serde(default)]
    pub limit: Limit,
    /// The `next_cursor` of the stretch before.
    pub cursor: Cursor,
    /// Only what contains this text.
    pub query: Option<String>,
}

impl Params for Page {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("limit", "how many at most, 1 to 200; 30 if not said"),
        ("cursor", "next_cursor of the stretch before"),
        ("query", "only what contains this text"),
    ];
    const TYPES: &'static [(&'static str, &'static str)] = &[("limit", "integer")];
}

impl Page {
    /// How many.
    pub fn limit(&self) -> i64 {
        self.limit.into()
    }

    /// After which item; one that does not parse is refused.
    pub fn after<T: std::str::FromStr>(&self) -> Result<Option<T>> {
        let cursor = self.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        cursor.map(|cursor| cursor.parse().map_err(|_| Error::field("cursor", "is not one that was given out"))).transpose()
    }
}

/// What stands around a list.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Meta {
    /// Where the next stretch begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl Meta {
    /// There is more after the last item if the stretch is full.
    pub fn after<T>(items: &[T], limit: i64, id: impl Fn(&T) -> String) -> Self {
        let full = i64::try_from(items.len()).is_ok_and(|length| length >= limit);
        Self { next_cursor: items.last().filter(|_| full).map(id) }
    }
}
