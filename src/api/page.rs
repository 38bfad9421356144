//! Lists in pages: `limit` and `cursor` in, `meta.next_cursor` out. The cursor is the id of the last item that was seen, so that nothing is
//! skipped or shown twice while new items arrive.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
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
        if query.contains("%00") {
            return Err(Error::field("query", "The text contains bytes that are not text."));
        }
        let pairs = serde_html_form::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        let read = serde_path_to_error::deserialize(pairs).map(Self);
        read.map_err(|error| Error::field(field_of(error.path(), "query"), error.into_inner().to_string()))
    }
}

impl<T: Params> Argument for Query<T> {
    fn describe(operation: &mut Operation) {
        operation.query = T::NAMES.to_vec();
        operation.types.extend(T::TYPES);
    }
}

/// How many at once.
pub type Limit = Option<u16>;
/// After which item.
pub type Cursor = Option<String>;

/// A stretch of a list.
#[derive(Debug, Default, Deserialize)]
pub struct Page {
    /// How many at most: 1 to 200, 30 if not said.
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
        i64::from(self.limit.unwrap_or(30)).clamp(1, 200)
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
