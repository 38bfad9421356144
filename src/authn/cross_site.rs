//! Requests that another site made a browser send are refused, WebSocket upgrades included.
//!
//! Browsers say so themselves (`Sec-Fetch-Site`); where that is missing, the `Origin` must be ours: scheme, host and port of the public address, or
//! its scheme with the host that was asked for. A request with a bearer token carries nothing that a browser adds by itself, and passes; a user name
//! and a password are kept by browsers, and do not. See <https://web.dev/articles/fetch-metadata>.

use axum::http::{header, request::Parts};
use url::{Origin, Url};

/// Whether a request may have an effect. `public_url` is the origin that people see.
pub fn allowed(parts: &Parts, public_url: &str) -> bool {
    let headers = &parts.headers;
    let upgrades = headers.contains_key(header::UPGRADE);
    if (parts.method.is_safe() && !upgrades) || super::identify::bears_token(headers) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None if !headers.contains_key(header::ORIGIN) => !upgrades,
        None => {
            let host = text("host").or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
            text("origin").and_then(origin).is_some_and(|origin| is_ours(&origin, public_url, host))
        }
    }
}

/// An origin that can be compared; `null` is none.
fn origin(text: &str) -> Option<Origin> {
    Url::parse(text).ok().map(|url| url.origin()).filter(Origin::is_tuple)
}

fn is_ours(from: &Origin, public_url: &str, host: Option<&str>) -> bool {
    let Ok(public) = Url::parse(public_url) else { return false };
    let asked = || origin(&format!("{}://{}", public.scheme(), host?));
    *from == public.origin() || asked().is_some_and(|asked| *from == asked)
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, Request};

    use super::*;

    fn asked(method: Method, pairs: &[(&str, &str)], public_url: &str) -> bool {
        let request = pairs.iter().fold(Request::builder().method(method), |request, (name, value)| request.header(*name, *value));
        allowed(&request.body(()).unwrap().into_parts().0, public_url)
    }

    #[test]
    fn another_site_has_no_effect() {
        let ours = "https://burgee.example";
        let post = |pairs: &[(&str, &str)]| asked(Method::POST, pairs, ours);
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]), "a sister site is another site");
        assert!(!post(&[("sec-fetch-site", "cross-site"), ("origin", ours)]));
        assert!(post(&[("origin", ours)]));
        assert!(post(&[("origin", "https://burgee.example:443"), ("host", "burgee.internal:8080")]), "the same origin, written otherwise");
        assert!(post(&[("origin", "https://BURGEE.internal"), ("host", "burgee.internal:443")]));
        assert!(!post(&[("origin", "http://burgee.internal"), ("host", "burgee.internal")]), "not encrypted: anybody on the way can be it");
        assert!(!post(&[("origin", "http://burgee.example"), ("host", "burgee.example")]));
        assert!(!post(&[("origin", "http://burgee.example:443"), ("host", "burgee.example")]));
        assert!(asked(Method::POST, &[("origin", "http://localhost:8080"), ("host", "localhost:8080")], "http://burgee.lan"));
        assert!(!post(&[("origin", "https://burgee.example.evil.example"), ("host", "burgee.example")]));
        assert!(!post(&[("origin", "file://"), ("host", "")]));
        assert!(!post(&[("origin", "https://evil.example"), ("host", "burgee.example")]));
        assert!(!post(&[("origin", "null")]));
        assert!(post(&[]), "a program that is no browser");
        assert!(post(&[("sec-fetch-site", "cross-site"), ("authorization", "Bearer x")]));
        assert!(!post(&[("sec-fetch-site", "cross-site"), ("authorization", "Basic eDp5")]), "a browser adds it by itself");
        assert!(post(&[("authorization", "Basic eDp5")]), "a program that is no browser");
        assert!(asked(Method::GET, &[("sec-fetch-site", "cross-site")], ours));
        assert!(!asked(Method::GET, &[("sec-fetch-site", "cross-site"), ("upgrade", "websocket")], ours));
        assert!(!asked(Method::GET, &[("upgrade", "websocket")], ours));
    }
}
