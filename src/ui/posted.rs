//! The edge of the HTML surface: forms as they are sent, and errors as pages.

use std::{collections::BTreeMap, pin::Pin};

use askama::Template;
use axum::{
    extract::{FromRequest, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Asked, Dialog, Failure, Form, Frame, Html, Theme, done};
use crate::{
    authn::{Client, session},
    authz::{Answer, App, Argument, Operation},
    error::{Error, Fields, Result},
};

/// The fields that take a password, in all forms.
const PASSWORDS: [&str; 2] = ["password", "old_password"];

/// The most bytes that a form has, where nothing else is said.
pub const LARGEST: usize = 1024 * 1024;

/// A form as it was sent: text by field name. A field that is missing is empty.
#[derive(Clone, Debug, Default)]
pub struct Posted(BTreeMap<String, Vec<String>>);

impl Posted {
    /// What a field holds; of a field that was sent several times, the last.
    pub fn get(&self, field: &str) -> &str {
        self.all(field).last().map_or("", String::as_str)
    }

    /// Everything that was sent for a field, such as the boxes that were ticked.
    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether a field was sent at all.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// The fields whose names begin so: the rest of the name, and what it holds.
    pub fn below<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = self.0.range::<str, _>((std::ops::Bound::Included(start), std::ops::Bound::Unbounded));
        from.map_while(move |(name, values)| Some((name.strip_prefix(start)?, values.last().map_or("", String::as_str))))
    }

    /// The form to show again, with what was typed (never what was typed into a field for a secret) and what is wrong.
    pub fn again(&self, fields: &Fields) -> Form {
        let kept = self.0.iter().filter(|(name, _)| !PASSWORDS.contains(&name.as_str()));
        let values = kept.map(|(name, values)| (name.clone(), values.last().cloned().unwrap_or_default())).collect();
        Form { values, errors: fields.0.iter().map(|(name, message)| (name.to_string(), beside(message).to_owned())).collect() }
    }

    /// Shows a form again if that is what the error asks for; every other error goes on to its own page.
    pub fn or_again<T>(&self, done: Result<T>) -> Result<Result<T, Form>> {
        match done {
            Ok(value) => Ok(Ok(value)),
            Err(Error::Invalid(fields)) => Ok(Err(self.again(&fields))),
            Err(Error::Conflict { message, .. } | Error::Refused { message, .. }) => {
                Ok(Err(self.again(&Fields::default()).wrong("", message)))
            }
            Err(error @ Error::Limited(_)) => Ok(Err(self.again(&Fields::default()).wrong("", error.message()))),
            Err(error) => Err(error),
        }
    }
}

/// What is wrong, as it stands beside its field. Programs are told first what kind of mistake it is (“Invalid term value.”); people see that.
fn beside(message: &str) -> &str {
    match message.split_once(" value. ") {
        Some((kind, rest)) if kind.starts_with("Invalid ") && !kind.contains('.') => rest,
        _ => message,
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Error;
    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let bytes = axum::body::Bytes::from_request(request, app).await.map_err(|error| Error::of_body(&error, LARGEST))?;
        let pairs: Vec<(String, String)> = serde_html_form::from_bytes(&bytes).map_err(|_| Error::field("form", "This is not a form."))?;
        // What is no UTF-8 would be read as U+FFFD, which is a character like others.
        let is_text = percent_encoding::percent_decode(&bytes).decode_utf8().is_ok();
        if !is_text || pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Error::field("form", "The text contains bytes that are not text."));
        }
        let mut posted = Self::default();
        for (name, value) in pairs {
            posted.0.entry(name).or_default().push(value);
        }
        Ok(posted)
    }
}

impl Argument for Posted {
    fn describe(_: &mut Operation) {}
}

impl Argument for Asked {
    fn describe(_: &mut Operation) {}
}

impl<T: Template> Answer for Html<T> {}
impl<T: Template> Answer for Dialog<T> {}
impl Answer for Theme {}

/// What makes the frame around an error's page, for whoever sent the request. Pages know no teams, so it is given to them.
pub type Around = fn(App, Parts) -> Pin<Box<dyn Future<Output = Option<Frame>> + Send>>;

/// What [`render_errors`] needs to know.
#[derive(Clone)]
pub struct Errors {
    /// The instance.
    pub app: App,
    /// What makes the frame.
    pub around: Around,
}

/// What a request said of itself, without its body: by which its sender is known again.
fn said(request: &Request) -> Parts {
    let (mut parts, ()) = axum::http::Request::new(()).into_parts();
    parts.method = request.method().clone();
    parts.uri = request.uri().clone();
    parts.headers = request.headers().clone();
    if let Some(client) = request.extensions().get::<Client>() {
        parts.extensions.insert(client.clone());
    }
    parts
}

/// Renders the neutral error of a handler as a page or a dialog. Somebody who is not signed in is shown where.
pub async fn render_errors(State(Errors { app, around }): State<Errors>, request: Request, next: Next) -> Response {
    let asked = Asked::from(request.headers());
    let here = request.uri().path_and_query().map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned());
    let reading = request.method().is_safe();
    let theme = session::read_cookie(request.headers(), Theme::COOKIE).map(Theme::parse).unwrap_or_default();
    let id = request.extensions().get::<Client>().map(|client| client.request);
    let said = said(&request);
    let mut response = next.run(request).await;
    let plain = |status: StatusCode| match status {
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::WrongMethod),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::TooLarge(LARGEST)),
        _ => None,
    };
    let Some(error) = response.extensions_mut().remove::<Error>().or_else(|| plain(response.status())) else { return response };
    if let Error::Internal(what) = &error {
        tracing::error!(request = ?id, %what, "a request failed");
    }
    match &error {
        Error::NotSignedIn => {
            let next = if reading { percent(&here) } else { String::new() };
            let forget = session::sign_out_cookie(app.config.is_https());
            let mut response = done(asked, &format!("/sign-in?next={next}"), None);
            if let Ok(cookie) = HeaderValue::from_str(&forget) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Error::Unverified => done(asked, "/verify", None),
        Error::PasswordExpired => done(asked, "/account/security", None),
        _ => {
            let known = match asked {
                Asked::Plainly => around(app.clone(), said).await,
                Asked::ByHtmx => None,
            };
            let frame = known.unwrap_or_else(|| Frame { theme, here, ..Frame::new("Not possible") });
            let detail = match &error {
                Error::NotFound => None,
                other => Some(other.message().into_owned()),
            };
            let status = if matches!(error, Error::Invalid(_)) { StatusCode::UNPROCESSABLE_ENTITY } else { error.status() };
            let request = id.map(|id| id.to_string());
            let mut page = Failure { frame, status: status.as_u16(), detail, request, way_out: None }.respond(asked);
            if let Some(after) = error.into_response().headers_mut().remove(header::RETRY_AFTER) {
                page.headers_mut().insert(header::RETRY_AFTER, after);
            }
            page
        }
    }
}

/// A text as the value of a query parameter.
fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
        out
    })
}
