use std::{cell::Cell, convert::Infallible, fmt::Write as _};

use askama::Template;
use axum::{
    body::Bytes,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

use super::{Environment, Frame};

/// A page: `Html(view)`, or `Html(view).with(StatusCode::UNPROCESSABLE_ENTITY)`.
pub struct Html<T>(pub T);

impl<T: Template> Html<T> {
    /// The same page under another status.
    pub fn with(self, status: StatusCode) -> Response {
        (status, self).into_response()
    }
}

thread_local! {
    /// Where this thread writes pages: room that has grown once need not grow again for every page.
    static ROOM: Cell<String> = const { Cell::new(String::new()) };
}

/// More room than this is given back.
const MOST_ROOM: usize = 512 * 1024;

/// The page, in as many bytes as it has.
fn written(view: &impl Template) -> askama::Result<Bytes> {
    let mut room = ROOM.take();
    room.clear();
    view.render_into(&mut room)?;
    let page = Bytes::copy_from_slice(room.as_bytes());
    if room.capacity() <= MOST_ROOM {
        ROOM.set(room);
    }
    Ok(page)
}

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        match written(&self.0) {
            Ok(page) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
            // Templates hold plain data, so rendering cannot fail; if it ever does, say no more than that.
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// How a page was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// By the browser itself: it wants a whole page.
    Plainly,
    /// By htmx: it wants a fragment.
    ByHtmx,
}

impl From<&HeaderMap> for Asked {
    fn from(headers: &HeaderMap) -> Self {
        if headers.get("hx-request").is_some_and(|value| value == "true") { Self::ByHtmx } else { Self::Plainly }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from(&parts.headers))
    }
}

/// A dialog: its fragment for htmx, the same fragment in a page of its own otherwise.
pub struct Dialog<T> {
    /// How it was asked for.
    pub asked: Asked,
    /// The frame of the page of its own.
    pub frame: Frame,
    /// The fragment.
    pub body: T,
}

#[derive(Template)]
#[template(path = "ui/templates/dialog.html")]
struct DialogPage<T: Template> {
    frame: Frame,
    body: T,
}

impl<T: Template> Dialog<T> {
    /// The same dialog under another status: 422 shows a form again.
    pub fn with(self, status: StatusCode) -> Response {
        (status, self).into_response()
    }
}

impl<T: Template> IntoResponse for Dialog<T> {
    fn into_response(self) -> Response {
        let mut response = match self.asked {
            Asked::ByHtmx => Html(self.body).into_response(),
            Asked::Plainly => Html(DialogPage { frame: self.frame, body: self.body }).into_response(),
        };
        // One address, two representations: a cache and the back button must not mix them up.
        response.headers_mut().append(header::VARY, HeaderValue::from_static("hx-request"));
        response
    }
}

/// A sentence in the past tense that the next page shows for a few seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast(pub String);

impl Toast {
    /// The `Set-Cookie` value. The script that shows the toast deletes it.
    pub fn cookie(&self) -> String {
        let mut value = String::with_capacity(self.0.len() * 2);
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                let _ = write!(value, "%{byte:02X}");
            }
        }
        format!("burgee_toast={value}; Path=/; Max-Age=30; SameSite=Lax")
    }
}

/// The answer after a change: go there, and say that it is done.
pub fn done(asked: Asked, to: &str, toast: Option<Toast>) -> Response {
    let mut response = match asked {
        Asked::Plainly => Redirect::to(to).into_response(),
        Asked::ByHtmx => match HeaderValue::from_str(to) {
            Ok(to) => [(HeaderName::from_static("hx-redirect"), to)].into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
    };
    if let Some(cookie) = toast.and_then(|toast| HeaderValue::from_str(&toast.cookie()).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer after a change in an environment: like [`done`], and the toast bears the environment's stripe and mark.
pub fn done_in(asked: Asked, to: &str, environment: &Environment, text: impl Into<String>) -> Response {
    let mut response = done(asked, to, None);
    let cookie = Toast(text.into()).cookie().replacen("; Path", &format!("&{}; Path", environment.color.class()), 1);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toast_is_one_harmless_cookie_value() {
        let cookie = Toast("Kim; Path=/x\r\nis “Owner”".to_owned()).cookie();
        assert_eq!(cookie, "burgee_toast=Kim%3B%20Path%3D%2Fx%0D%0Ais%20%E2%80%9COwner%E2%80%9D; Path=/; Max-Age=30; SameSite=Lax");
    }

    #[test]
    fn a_toast_may_bear_an_environment() {
        let answer = done_in(Asked::Plainly, "/a", &Environment::new("1", "Test", "blue"), "On & off");
        assert_eq!(answer.headers()["set-cookie"], "burgee_toast=On%20%26%20off&env-blue; Path=/; Max-Age=30; SameSite=Lax");
    }

    #[test]
    fn done_redirects_in_the_way_it_was_asked() {
        assert_eq!(done(Asked::Plainly, "/a", None).status(), StatusCode::SEE_OTHER);
        let answer = done(Asked::ByHtmx, "/a", Some(Toast("Done".to_owned())));
        assert_eq!(answer.headers()["hx-redirect"], "/a");
        assert!(answer.headers().contains_key(header::SET_COOKIE));
    }
}
