//! Rules of HTTP that hold on every surface, applied before routing and after: spellings of a path, `HEAD`, and answers without a body.

use axum::{
    body::{Body, HttpBody as _},
    http::{
        Method, Request, StatusCode, Uri,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
        uri::PathAndQuery,
    },
    response::Response,
};

/// Which method a request really had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsHead(bool);

/// Brings a request into the form that is routed: one spelling of its path, and `GET` in place of `HEAD`, so that the headers of both are the same.
pub fn prepare<B>(request: &mut Request<B>) -> IsHead {
    if let Some(uri) = normalized(request.uri()) {
        *request.uri_mut() = uri;
    }
    let is_head = request.method() == Method::HEAD;
    if is_head {
        *request.method_mut() = Method::GET;
    }
    IsHead(is_head)
}

/// The address with repeated slashes as one and without those at the end, if that is another one: clients append their paths to a base URL that
/// may end with a slash.
fn normalized(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if !path.contains("//") && (path.len() < 2 || !path.ends_with('/')) {
        return None;
    }
    let mut one = String::with_capacity(uri.path_and_query().map_or(0, |both| both.as_str().len()));
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        one.push('/');
        one.push_str(segment);
    }
    if one.is_empty() {
        one.push('/');
    }
    if let Some(query) = uri.query() {
        one.push('?');
        one.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(one).ok()?);
    Uri::from_parts(parts).ok()
}

/// Finishes an answer. To `HEAD` it says what `GET` would and has no body; 204 and 304 say nothing of a body that they do not have (RFC 9110,
/// sections 8.6, 9.3.2, 15.3.5 and 15.4.5).
pub fn finish(mut response: Response, IsHead(is_head): IsHead) -> Response {
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
            response.headers_mut().remove(name);
        }
    } else if is_head {
        if let Some(length) = response.body().size_hint().exact() {
            response.headers_mut().entry(CONTENT_LENGTH).or_insert(length.into());
        }
    } else {
        return response;
    }
    response.map(|_| Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_spelling() {
        for (asked, routed) in [
            ("//ofrep/v1/events?key=a//b/", "/ofrep/v1/events?key=a//b/"),
            ("/api/v1//teams", "/api/v1/teams"),
            ("/team/harbor/", "/team/harbor"),
            ("/team/harbor/?tab=a/", "/team/harbor?tab=a/"),
            ("///", "/"),
            ("//?a", "/?a"),
            ("https://burgee.example//v1/me/", "https://burgee.example/v1/me"),
        ] {
            assert_eq!(normalized(&asked.parse().unwrap()).unwrap(), routed, "{asked}");
        }
        for plain in ["/", "/?a=//", "/team/harbor", "/a%2F%2Fb", "*", "https://burgee.example", "https://burgee.example/"] {
            assert_eq!(normalized(&plain.parse().unwrap()), None, "{plain}");
        }
    }
}
