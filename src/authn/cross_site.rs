//! Requests that another site made a browser send are refused, WebSocket upgrades included.
//!
//! Browsers say so themselves (`Sec-Fetch-Site`); where that is missing, the `Origin` must be ours. A request with a bearer token carries
//! nothing that a browser adds by itself, and passes; a user name and a password are kept by browsers, and do not. See <https://web.dev/articles/fetch-metadata>.

use axum::http::{HeaderMap, Method, header};

/// Whether a request may have an effect. `public_url` is the origin that people see.
pub fn allowed(method: &Method, headers: &HeaderMap, public_url: &str) -> bool {
    let upgrades = headers.contains_key(header::UPGRADE);
    if (method.is_safe() && !upgrades) || super::identify::bears_token(headers) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = text("host").unwrap_or_default();
            origin == public_url || origin.split_once("://").is_some_and(|(_, authority)| authority == host)
        }
        (None, None) => !upgrades,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
    }

    #[test]
    fn another_site_has_no_effect() {
        let ours = "https://burgee.example";
        let post = |pairs: &[(&'static str, &str)]| allowed(&Method::POST, &with(pairs), ours);
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]), "a sister site is another site");
        assert!(!post(&[("sec-fetch-site", "cross-site"), ("origin", ours)]));
        assert!(post(&[("origin", ours)]));
        assert!(post(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(!post(&[("origin", "https://evil.example"), ("host", "burgee.example")]));
        assert!(!post(&[("origin", "null")]));
        assert!(post(&[]), "a program that is no browser");
        assert!(post(&[("sec-fetch-site", "cross-site"), ("authorization", "Bearer x")]));
        assert!(!post(&[("sec-fetch-site", "cross-site"), ("authorization", "Basic eDp5")]), "a browser adds it by itself");
        assert!(post(&[("authorization", "Basic eDp5")]), "a program that is no browser");
        assert!(allowed(&Method::GET, &with(&[("sec-fetch-site", "cross-site")]), ours));
        assert!(!allowed(&Method::GET, &with(&[("sec-fetch-site", "cross-site"), ("upgrade", "websocket")]), ours));
        assert!(!allowed(&Method::GET, &with(&[("upgrade", "websocket")]), ours));
    }
}
