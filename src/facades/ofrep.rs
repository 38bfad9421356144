//! OpenFeature’s remote evaluation protocol (OFREP): flags are evaluated here, for a context that the client sends.
//!
//! The SDK key is the credential. A success always has key, value, reason and variant: clients exist that fail without any one of them. Clients
//! of browsers evaluate all flags at once, ask again with the ETag of the answer, and hear through a stream of events when to ask.

mod context;
mod events;

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequestParts},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flag_eval::{EvalError, Outcome, User, Value};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::configcat::cdn;
use crate::{
    authz::{App, Argument, InHeader, Operation, Preflight, Routes, SdkKey, Segment, Surface},
    error::{Error, Result},
    sdk_keys,
    serving::{Agent, File},
};
use context::{Context, Question};

/// The largest context that is accepted.
pub const LARGEST: usize = 256 * 1024;

/// For clients of OpenFeature.
pub fn routes() -> Routes {
    Routes::new(Surface::Application)
        .post("/ofrep/v1/evaluate/flags", "Evaluate all flags for a context", all)
        .options("/ofrep/v1/evaluate/flags", "Allow pages of other sites to evaluate all flags", preflight)
        .post("/ofrep/v1/evaluate/flags/{key}", "Evaluate a flag for a context", one)
        .options("/ofrep/v1/evaluate/flags/{key}", "Allow pages of other sites to evaluate a flag", preflight)
        .get("/ofrep/v1/events", "Hear when flags are to be evaluated again", events::stream)
        .options("/ofrep/v1/events", "Allow pages of other sites to hear it", preflight)
}

async fn preflight(asked: Preflight) -> Response {
    cdn::allowed(&asked, HeaderValue::from_static("GET, POST, OPTIONS"))
}

/// A flag’s value for a context.
#[derive(Serialize)]
struct Success<'a> {
    key: &'a str,
    value: WireValue<'a>,
    reason: &'static str,
    variant: &'a str,
}

impl<'a> Success<'a> {
    fn of(file: &File, key: &'a str, outcome: Outcome<'a>) -> Self {
        let value = WireValue::of(outcome.value, file.json_settings.contains(key));
        Self { key, value, reason: outcome.reason.name(), variant: outcome.variation }
    }
}

/// A value as it is sent: providers take objects and arrays for structured flags, and texts for texts.
#[derive(Serialize)]
#[serde(untagged)]
enum WireValue<'a> {
    Bool(bool),
    Text(&'a str),
    Int(i64),
    Double(f64),
    /// The text of a JSON object or array, sent as it was written.
    Json(&'a RawValue),
}

impl<'a> WireValue<'a> {
    fn of(value: &'a Value, is_json: bool) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Text(text) => match structure(text).filter(|_| is_json) {
                Some(json) => Self::Json(json),
                None => Self::Text(text),
            },
            Value::Int(value) => Self::Int(*value),
            Value::Double(value) => Self::Double(*value),
        }
    }
}

/// The JSON object or array that a text is. A scalar stays a text: a provider that asks for a text would refuse a number.
fn structure(text: &str) -> Option<&RawValue> {
    serde_json::from_str::<&RawValue>(text).ok().filter(|json| json.get().starts_with(['{', '[']))
}

/// Why a flag has no value.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    error_code: &'static str,
    error_details: String,
}

impl<'a> Failure<'a> {
    fn of(key: &'a str, error: &EvalError) -> Self {
        let error_code = if matches!(error, EvalError::UnknownSetting) { "FLAG_NOT_FOUND" } else { "GENERAL" };
        Self { key: Some(key), error_code, error_details: error.to_string() }
    }

    fn respond(&self) -> Response {
        let status = if self.error_code == "FLAG_NOT_FOUND" { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        json(status, self)
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Evaluated<'a> {
    Success(Success<'a>),
    Failure(Failure<'a>),
}

/// All flags for a context.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bulk<'a> {
    #[serde(serialize_with = "flags")]
    flags: (&'a File, Option<&'a Context>),
    event_streams: [events::Stream<'a>; 1],
}

fn flags<S: Serializer>((file, context): &(&File, Option<&Context>), serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(file.compiled.evaluate_all(user(*context)).map(|(key, result)| match result {
        Ok(outcome) => Evaluated::Success(Success::of(file, key, outcome)),
        Err(error) => Evaluated::Failure(Failure::of(key, &error)),
    }))
}

fn user(context: Option<&Context>) -> Option<&dyn User> {
    context.map(|context| context as &dyn User)
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => Error::internal(error).into_response(),
    }
}

async fn one(key: SdkKey<InHeader>, Segment(flag): Segment, question: Question) -> Result<Response> {
    key.used(Agent::OpenFeature, key.now());
    let context = match question.0 {
        Ok(context) => context,
        Err(fault) => return Ok(fault.about(Some(&flag)).respond()),
    };
    let file = sdk_keys::file(&key).await?;
    Ok(match file.compiled.evaluate(&flag, user(context.as_ref())) {
        Ok(outcome) => json(StatusCode::OK, &Success::of(&file, &flag, outcome)),
        Err(error) => Failure::of(&flag, &error).respond(),
    })
}

/// What a client says that it knows.
struct Known {
    /// The ETag of the answer that it has.
    tags: Option<HeaderValue>,
    /// The config that it heard of.
    config: Option<events::Heard>,
}

impl FromRequestParts<App> for Known {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let config = parts.uri.query().and_then(events::Heard::read);
        Ok(Self { tags: parts.headers.get(header::IF_NONE_MATCH).cloned(), config })
    }
}

impl Argument for Known {
    fn describe(operation: &mut Operation) {
        operation.query.push(("flagConfigEtag", "the config that the client heard of"));
        operation.query.push(("flagConfigLastModified", "when that was published, in Unix seconds"));
    }
}

async fn all(key: SdkKey<InHeader>, known: Known, question: Question) -> Result<Response> {
    key.used(Agent::OpenFeature, key.now());
    let context = match question.0 {
        Ok(context) => context,
        Err(fault) => return Ok(fault.about(None).respond()),
    };
    let mut file = sdk_keys::file(&key).await?;
    if let Some(heard) = &known.config
        && let Some(newer) = heard.awaited(&key, &file).await
    {
        file = newer;
    }
    let etag = format!("\"{}\"", tag(&file, context.as_ref()));
    let has = |tags: &HeaderValue| {
        let tags = tags.to_str().unwrap_or_default();
        tags.split(',').map(str::trim).any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == etag)
    };
    let mut response = match known.tags.as_ref().is_some_and(has) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let stream = events::Stream::of(&key, &file);
            json(StatusCode::OK, &Bulk { flags: (&file, context.as_ref()), event_streams: [stream] })
        }
    };
    response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&etag).map_err(Error::internal)?);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=0, must-revalidate"));
    Ok(response)
}

/// The name of an answer: the same for the same config and context, on every node.
fn tag(file: &File, context: Option<&Context>) -> String {
    let mut hash = Sha256::new();
    hash.update(file.tag.as_bytes());
    hash.update(Context::canonical(context));
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..16])
}

/// What every answer of this surface has, and errors in its words.
pub async fn render(mut response: Response) -> Response {
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        if let Error::Internal(what) = &error {
            tracing::error!(%what, "flags could not be evaluated");
        }
        let details = match &error {
            Error::NotSignedIn => "This needs an SDK key, as bearer token or in the header X-API-Key.".into(),
            other => other.message(),
        };
        let body = serde_json::json!({ "errorDetails": details });
        let mut answer = json(error.status(), &body);
        for name in [header::RETRY_AFTER, header::ALLOW, header::WWW_AUTHENTICATE] {
            if let Some(value) = response.headers().get(&name) {
                answer.headers_mut().insert(name, value.clone());
            }
        }
        response = answer;
    }
    open_to_all(response.headers_mut());
    response
}

fn open_to_all(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Retry-After"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// How much is read of a request.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST)
}
