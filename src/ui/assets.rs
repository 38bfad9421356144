//! Styles, scripts, icons and fonts: bundled by `build.rs`, embedded here.
//!
//! Every file is named by its content, so a browser may keep it for ever. The constants are
//! the addresses: a template writes `{{ crate::ui::assets::APP_CSS }}`, and a name that does
//! not exist does not compile.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

#[derive(Embed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

/// Compressed twins made at build, best first: content coding and file ending.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Answers `/assets/{*path}`.
pub fn respond(path: &str, headers: &HeaderMap) -> Response {
    let Some(content_type) = content_type(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some((file, coding)) = best(path, headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::new(Body::from(file.data));
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn best(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    CODINGS
        .iter()
        .filter(|(coding, _)| accepts(headers, coding))
        .find_map(|(coding, ending)| Some((Files::get(&format!("{path}{ending}"))?, Some(*coding))))
        .or_else(|| Some((Files::get(path)?, None)))
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|offer| offer.split_once(';').unwrap_or((offer, "")))
        .any(|(name, weight)| name.trim().eq_ignore_ascii_case(coding) && !refused(weight))
}

/// `q=0`, `q=0.000` and the like.
fn refused(weight: &str) -> bool {
    weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0)
}

fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, accept: &'static str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
        respond(path.trim_start_matches("/assets/"), &headers)
    }

    #[test]
    fn every_named_file_is_there() {
        for path in [APP_CSS, APP_JS, ICONS_SVG, FAVICON_SVG] {
            assert_eq!(get(path, "").status(), StatusCode::OK, "{path}");
        }
    }

    #[test]
    fn the_best_coding_that_is_accepted_is_served() {
        let coding = |accept| get(APP_CSS, accept).headers().get(header::CONTENT_ENCODING).cloned();
        assert_eq!(coding("gzip, br").unwrap(), "br");
        assert_eq!(coding("gzip, br;q=0").unwrap(), "gzip");
        assert_eq!(coding("identity"), None);
    }

    #[test]
    fn nothing_else_is_served() {
        assert_eq!(get("../assets.rs", "").status(), StatusCode::NOT_FOUND);
        assert_eq!(get("app.css.br", "").status(), StatusCode::NOT_FOUND);
    }
}
