//! Config files, as ConfigCat’s SDKs fetch them: `GET /configuration-files/{sdkKey}/config_v6.json`.
//!
//! Compressed only for those who ask for it; 304 for those who have it already, which they say with `If-None-Match`, or with `ccetag` in the query
//! where a browser may not send headers; 404 for an unknown key, which SDKs take as final. Some say `empty` or `null` before they have anything.

use std::borrow::Cow;

use axum::{
    body::Body,
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse as _, Response},
};

use crate::{
    authz::{App, Argument, InPath, Operation, Preflight, Routes, SdkKey, Surface},
    error::{Error, Result},
    sdk_keys,
    serving::{Agent, File, Form},
};

/// For the SDKs.
pub fn routes() -> Routes {
    Routes::new(Surface::Application).get("/configuration-files/{*file}", "Read a config, as ConfigCat’s SDKs do", read).options(
        "/configuration-files/{*file}",
        "Allow pages of other sites to read a config",
        preflight,
    )
}

const EVERYBODY: HeaderValue = HeaderValue::from_static("*");
const REVALIDATE: HeaderValue = HeaderValue::from_static("max-age=0, must-revalidate");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const ETAG: HeaderValue = HeaderValue::from_static("ETag");
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("Accept-Encoding");
const AGENT: HeaderName = HeaderName::from_static("x-configcat-useragent");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// How a program asks.
struct Asked {
    coding: Coding,
    /// What it says it has: `If-None-Match`.
    tags: Option<HeaderValue>,
    /// The same in the query.
    tags_in_query: Option<String>,
    agent: Option<HeaderValue>,
    agent_in_query: Option<String>,
}

#[derive(Clone, Copy)]
enum Coding {
    Plain,
    Gzip,
    Brotli,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Self::of(&parts.headers, &parts.uri))
    }
}

impl Argument for Asked {
    fn describe(operation: &mut Operation) {
        operation.query.push(("ccetag", "the ETag that a browser’s page has already, where it may not send headers"));
        operation.query.push(("sdk", "the SDK, where it may not send headers"));
    }
}

impl Asked {
    fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let agent = headers.get(AGENT).or_else(|| headers.get(header::USER_AGENT));
        let named = |name: &str| {
            let pairs = || uri.query()?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            pairs().map(|value| decoded(value).into_owned())
        };
        Self {
            coding: coding(headers),
            tags: headers.get(header::IF_NONE_MATCH).cloned(),
            tags_in_query: named("ccetag"),
            agent: agent.cloned(),
            agent_in_query: named("sdk"),
        }
    }

    fn agent(&self) -> Agent<'_> {
        let in_header = || self.agent.as_ref().and_then(|agent| agent.to_str().ok());
        self.agent_in_query.as_deref().or_else(in_header).map_or(Agent::Other, Agent::Sdk)
    }

    fn has(&self, file: &File) -> bool {
        match (&self.tags, &self.tags_in_query) {
            (Some(tags), _) => tags.to_str().is_ok_and(|tags| file.is_one_of(tags)),
            (None, Some(tags)) => file.is_one_of(tags),
            (None, None) => false,
        }
    }
}

/// The best form that is listed; a form that is not listed is never sent.
fn coding(headers: &HeaderMap) -> Coding {
    let mut gzip = false;
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        for part in value.to_str().unwrap_or_default().split(',') {
            let (name, rest) = part.split_once(';').unwrap_or((part, ""));
            let quality = rest.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()).unwrap_or(1.0);
            match name.trim() {
                _ if quality <= 0.0 => {}
                "br" => return Coding::Brotli,
                "gzip" => gzip = true,
                _ => {}
            }
        }
    }
    if gzip { Coding::Gzip } else { Coding::Plain }
}

/// What `%22` and the like stand for.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned().into()
}

async fn read(key: SdkKey<InPath>, asked: Asked) -> Result<Response> {
    let file = sdk_keys::file(&key).await?;
    Ok(answer(&key, &asked, &file))
}

/// The answer to a request for a file that is in memory already. What has to wait, and what goes wrong, is the route’s.
pub fn at_once<B>(app: &App, request: &Request<B>) -> Option<Response> {
    if request.method() != Method::GET {
        return None;
    }
    let key = SdkKey::<InPath>::at_once(request.uri(), app)?;
    let file = key.pair.file()?;
    Some(answer(&key, &Asked::of(request.headers(), request.uri()), &file))
}

fn answer(key: &SdkKey<InPath>, asked: &Asked, file: &File) -> Response {
    key.used(asked.agent(), key.now());
    let (form, coding): (&Form, _) = match asked.coding {
        Coding::Plain => (&file.plain, None),
        Coding::Gzip => (&file.gzip, Some(HeaderValue::from_static("gzip"))),
        Coding::Brotli => (&file.brotli, Some(HeaderValue::from_static("br"))),
    };
    let mut response = Response::new(Body::empty());
    let has = asked.has(file);
    if has {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = form.bytes.clone().into();
    }
    let headers = response.headers_mut();
    headers.reserve(9);
    headers.insert(header::ETAG, form.etag.clone());
    headers.insert(header::CACHE_CONTROL, REVALIDATE);
    headers.insert(header::VARY, ACCEPT_ENCODING);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ETAG);
    if !has {
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, coding);
        }
    }
    response
}

async fn preflight(asked: Preflight) -> Response {
    allowed(&asked, HeaderValue::from_static("GET, HEAD, OPTIONS"))
}

/// The headers that a browser hears of if it does not say which ones it means to send.
const OWN_HEADERS: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, If-None-Match, Last-Event-ID, X-API-Key, X-ConfigCat-UserAgent");

/// The most bytes of header names that are repeated to whoever asks for them.
const LONGEST_LIST: usize = 4096;

/// The answer to a browser that asks on behalf of another site’s page. The page may send any header: what is served here depends on no cookie, so
/// nothing that a page adds (for tracing, for example) is of a danger to anybody.
pub fn allowed(asked: &Preflight, methods: HeaderValue) -> Response {
    let headers = asked.headers.clone().filter(names_headers).unwrap_or(OWN_HEADERS);
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY),
        (header::ACCESS_CONTROL_ALLOW_METHODS, methods),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, headers),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
        (header::VARY, HeaderValue::from_static("Access-Control-Request-Headers")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Whether it is a list of names of headers, and no longer than one that a browser sends.
fn names_headers(list: &HeaderValue) -> bool {
    let names = |list: &str| list.split(',').all(|name| HeaderName::from_bytes(name.trim().as_bytes()).is_ok());
    list.len() <= LONGEST_LIST && list.to_str().is_ok_and(names)
}

/// What went wrong, in the words of this surface: the status, and a line for those who look.
pub async fn render_errors(mut response: Response) -> Response {
    let Some(error) = response.extensions_mut().remove::<Error>() else { return response };
    let words = match &error {
        Error::NotFound => "There is no such SDK key. Keys are shown in Burgee under “SDK keys”.".into(),
        other => other.message(),
    };
    if let Error::Internal(what) = &error {
        tracing::error!(%what, "a config could not be served");
    }
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, NOSNIFF),
    ];
    (error.status(), headers, words.into_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_sent() {
        let chosen = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            match coding(&headers) {
                Coding::Plain => "plain",
                Coding::Gzip => "gzip",
                Coding::Brotli => "br",
            }
        };
        for (value, coding) in [
            ("gzip, deflate", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("deflate", "plain"),
            ("*", "plain"),
            ("identity", "plain"),
            ("gzip;q=0", "plain"),
            ("", "plain"),
        ] {
            assert_eq!(chosen(value), coding, "{value}");
        }
    }

    #[test]
    fn only_names_of_headers_are_repeated() {
        let allowed = |list: &str| {
            let asked = Preflight { headers: Some(HeaderValue::from_str(list).unwrap()) };
            super::allowed(&asked, HeaderValue::from_static("GET")).headers()[header::ACCESS_CONTROL_ALLOW_HEADERS].clone()
        };
        for names in ["traceparent", "baggage,sentry-trace, x-requested-with", "authorization,content-type"] {
            assert_eq!(allowed(names), names);
        }
        let long = vec!["x"; LONGEST_LIST].join(",");
        for wrong in ["", ",", "a b", "a,,b", "<script>", "a\tb", &long] {
            assert_eq!(allowed(wrong), OWN_HEADERS, "{wrong}");
        }
    }

    #[test]
    fn what_stands_for_other_characters_is_read() {
        assert_eq!(decoded("%22a-b_c%22"), "\"a-b_c\"");
        assert_eq!(decoded("plain"), "plain");
        assert_eq!(decoded("%2"), "%2");
        assert_eq!(decoded("%zz%41"), "%zzA");
    }
}
