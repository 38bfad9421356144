//! Bodies in and out.

use std::collections::HashSet;

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    authn::Client,
    authz::{Answer, App, Argument, Operation, routes::Schema},
    error::{Error, Result},
};

/// The most bytes that a body has, where nothing else is said.
pub const MOST: usize = 1024 * 1024;

/// A JSON body of so many bytes at most. What does not fit is refused with the path of the field.
pub struct Body<T, const AT_MOST: usize = MOST>(pub T);

impl<T: DeserializeOwned, const AT_MOST: usize> FromRequest<App> for Body<T, AT_MOST> {
    type Rejection = Error;
    async fn from_request(request: Request, _: &App) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Error::field("content-type", "The body must be application/json."));
        }
        let bytes = axum::body::to_bytes(request.into_body(), AT_MOST).await.map_err(|error| Error::of_body(&error, AT_MOST))?;
        read(&bytes).map(Self)
    }
}

/// Reads JSON.
///
/// # Errors
/// With the path of what does not fit.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize::<_, Sound>(&mut reader).map_err(at_its_field)?;
    reader.end().map_err(|error| Error::field("body", in_words(&error)))?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(at_its_field)
}

fn at_its_field(error: serde_path_to_error::Error<serde_json::Error>) -> Error {
    Error::field(field_of(error.path(), "body"), in_words(&error.into_inner()))
}

/// The field that a path leads to; `whole` if it leads nowhere.
pub fn field_of(path: &serde_path_to_error::Path, whole: &str) -> String {
    let path = path.to_string();
    if path == "." { whole.to_owned() } else { path }
}

/// What does not fit: without the name of what it was read into, and the place in the text only where the text is no JSON.
pub fn in_words(error: &serde_json::Error) -> String {
    if !error.is_data() {
        return format!("This is not JSON: see line {}, column {}.", error.line(), error.column());
    }
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = whole.strip_suffix(&place).unwrap_or(&whole);
    match what.split_once("expected struct ") {
        Some((before, _)) => format!("{before}expected an object"),
        None => what.to_owned(),
    }
}

/// JSON that means the same to everybody: without the character NUL, which not every database can keep, and without a key that is there twice.
struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

fn text<E: de::Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom("the text contains the character NUL")) } else { Ok(()) }
}

impl<'de> Visitor<'de> for Sound {
    type Value = Self;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: de::Error>(self, found: &str) -> Result<Self, E> {
        text(found).map(|()| self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = members.next_key::<String>()? {
            text(&key)?;
            if seen.contains(&key) {
                return Err(de::Error::custom(format!("{key:?} is there twice")));
            }
            seen.insert(key);
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}

/// Whether a media type, with or without parameters, is JSON (RFC 6838, section 4.2.8: the suffix `+json`).
pub fn is_json_type(media_type: &str) -> bool {
    let essence = media_type.split_once(';').map_or(media_type, |(essence, _)| essence).trim().to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("application" | "text", "json")) => true,
        Some((_, subtype)) => subtype.ends_with("+json"),
        None => false,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json_type)
}

impl<T: ToSchema, const AT_MOST: usize> Argument for Body<T, AT_MOST> {
    fn describe(operation: &mut Operation) {
        operation.body = Some(Schema::of::<T>());
    }
}

/// A JSON answer.
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(1024);
        match serde_json::to_writer(&mut text, &self.0) {
            Ok(()) => ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], text).into_response(),
            Err(error) => Error::internal(error).into_response(),
        }
    }
}

impl<T: ToSchema> Answer for Json<T> {
    fn describe(operation: &mut Operation) {
        operation.answer = Some(Schema::of::<T>());
    }
}

/// A JSON answer about something that was made: 201.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.0).into_response();
        if response.status().is_success() {
            *response.status_mut() = StatusCode::CREATED;
        }
        response
    }
}

impl<T: ToSchema> Answer for Created<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
        operation.status = StatusCode::CREATED;
    }
}

/// The answer of what is done and has nothing to tell: 204.
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Answer for Done {
    fn describe(operation: &mut Operation) {
        operation.status = StatusCode::NO_CONTENT;
    }
}

/// The answer of what is done and says nothing: 200 without a body.
pub struct Silent;

impl IntoResponse for Silent {
    fn into_response(self) -> Response {
        StatusCode::OK.into_response()
    }
}

impl Answer for Silent {}

/// The answer of what has nothing else to say: `{"status":"okay"}`.
#[derive(Serialize, ToSchema)]
pub struct Okay {
    /// Always `okay`.
    status: &'static str,
}

impl Okay {
    /// The answer.
    pub fn answer() -> Json<Self> {
        Json(Self { status: "okay" })
    }
}

/// The answer of a handler, or the neutral error that it ended with. What is a defect of ours stands in the server log.
///
/// # Errors
/// Whatever the handler ended with.
pub async fn caught(request: Request, next: Next) -> Result<Response> {
    let id = request.extensions().get::<Client>().map(|client| client.request);
    let mut response = next.run(request).await;
    let plain = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::TooLarge(MOST)),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::NotFound),
        _ => None,
    };
    let Some(error) = response.extensions_mut().remove::<Error>().or_else(|| plain(response.status())) else { return Ok(response) };
    if let Error::Internal(what) = &error {
        tracing::error!(request = ?id, %what, "a request failed");
    }
    Err(error)
}

/// An error, told by this body.
pub fn refusal(error: Error, body: serde_json::Value) -> Response {
    let bare = error.into_response();
    let mut answer = (bare.status(), [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response();
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = bare.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// Renders the neutral error of a handler: `{"code": "…", "error": "…"}`, with `errors` by field for bad input.
pub async fn render_errors(request: Request, next: Next) -> Response {
    let error = match caught(request, next).await {
        Ok(response) => return response,
        Err(error) => error,
    };
    let message = match &error {
        Error::NotFound => "Not Found".into(),
        Error::NotSignedIn => "unauthorized".into(),
        other => other.message(),
    };
    let mut body = json!({ "code": error.code(), "error": message });
    if let Error::Invalid(fields) = &error {
        body["errors"] =
            fields.0.iter().map(|(name, message)| (name.to_string(), json!(message))).collect::<serde_json::Map<_, _>>().into();
    }
    refusal(error, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> Option<String> {
        serde_json::from_str::<Sound>(json).err().map(|error| error.to_string())
    }

    #[test]
    fn only_the_character_itself_is_refused() {
        for wrong in [r#"{"name":"a\u0000b"}"#, r#"{"name":"\\\u0000"}"#, r#"[{"a\u0000":1}]"#] {
            assert!(refused(wrong).is_some_and(|why| why.contains("the character NUL")), "{wrong}");
        }
        for fine in [r#"{"code":"text.split(/\\u0000/)"}"#, r#"{"name":"Zo\u00eb"}"#, "[1,-1,1.5,true,null,\"\",{}]"] {
            assert_eq!(refused(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_key_is_there_once() {
        assert_eq!(refused(r#"{"a":{"b":1},"c":{"b":2}}"#), None);
        for wrong in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"\u0061":2}]}"#] {
            assert!(refused(wrong).is_some_and(|why| why.contains("\"a\" is there twice")), "{wrong}");
        }
    }
}
