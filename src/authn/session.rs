//! The session cookie. The session itself is a row with the hash of the cookie's secret: it can be listed and ended.

use axum::http::HeaderMap;

use crate::clock::{DAY, MINUTE};

/// A session that is not used for so long has ended.
pub const IDLE: i64 = 14 * DAY;
/// A session ends after so long in any case.
pub const ABSOLUTE: i64 = 90 * DAY;
/// How stale “last seen” may be.
pub const SEEN_EVERY: i64 = MINUTE;

/// The cookie's name: with the prefix that makes browsers insist on https and on this very host, where there is https.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-burgee" } else { "burgee" }
}

/// The cookie that signs a browser in.
pub fn sign_in_cookie(secret: &str, https: bool) -> String {
    cookie(cookie_name(https), secret, ABSOLUTE / 1000, true, https)
}

/// The cookie that forgets the session.
pub fn sign_out_cookie(https: bool) -> String {
    cookie(cookie_name(https), "", 0, true, https)
}

/// A `Set-Cookie` line: this site only, this host only.
pub fn cookie(name: &str, value: &str, seconds: i64, hidden: bool, https: bool) -> String {
    let hidden = if hidden { "; HttpOnly" } else { "" };
    let secure = if https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{hidden}{secure}")
}

/// The value of a cookie that a request carries.
pub fn read_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(found, _)| *found == name).map(|(_, value)| value)
}
