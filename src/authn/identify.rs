//! From a request's headers to the person who sent it.

use axum::http::{HeaderMap, header};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{
    Actor, Client, Credential, Seen, session,
    store::{self, Found, LastUse},
};
use crate::{
    db::Reader,
    error::Result,
    ids::{SessionId, TokenId},
};

/// What a request shows.
#[derive(Debug, PartialEq)]
enum Shown<'a> {
    /// A token's secret.
    Token(&'a str),
    /// A token as a user name, which is its id, and a password, which is its secret.
    Pair(TokenId, String),
    /// A session's cookie, if there is one.
    Cookie,
    /// Something that cannot be read. It is not made up for by a cookie.
    Unreadable,
}

/// What the header says; `basic`: whether a user name and a password are heard. Where they are not, they are for somebody else, such as a
/// proxy in front.
fn shown(headers: &HeaderMap, basic: bool) -> Shown<'_> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Shown::Cookie };
    let Some((scheme, value)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else { return Shown::Unreadable };
    if scheme.eq_ignore_ascii_case("bearer") {
        Shown::Token(value.trim())
    } else if !scheme.eq_ignore_ascii_case("basic") {
        Shown::Unreadable
    } else if basic {
        pair(value.trim()).map_or(Shown::Unreadable, |(id, secret)| Shown::Pair(id, secret))
    } else {
        Shown::Cookie
    }
}

/// With or without the padding: programs do both.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

fn pair(encoded: &str) -> Option<(TokenId, String)> {
    let text = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (username, password) = text.split_once(':')?;
    Some((username.parse().ok()?, password.to_owned()))
}

/// Whether a request shows a bearer token, which no browser adds by itself.
pub(super) fn bears_token(headers: &HeaderMap) -> bool {
    matches!(shown(headers, false), Shown::Token(_))
}

/// Who sent a request: by its token if it shows one, else by its session cookie. Suspended people are nobody. `basic`: whether a token may
/// be shown as a user name and a password.
pub async fn identify(db: &Reader, headers: &HeaderMap, https: bool, basic: bool, client: &Client, seen: &Seen) -> Result<Option<Actor>> {
    let now = client.now;
    let (found, by_token) = match shown(headers, basic) {
        Shown::Token(secret) => (store::by_token(db, secret, now).await?, true),
        Shown::Pair(id, secret) => (store::by_token(db, &secret, now).await?.filter(|found| found.credential == id.0), true),
        Shown::Cookie => match session::read_cookie(headers, session::cookie_name(https)) {
            Some(cookie) => (store::by_session(db, cookie, now).await?, false),
            None => return Ok(None),
        },
        Shown::Unreadable => return Ok(None),
    };
    let Some(Found {
        credential: id,
        label,
        read_only,
        since,
        last,
        last_address,
        person,
        username,
        name,
        email,
        email_verified,
        password_expired,
        administrator,
        default_team,
    }) = found
    else {
        return Ok(None);
    };
    // A token that is used from two places shows the last one, also if that was a moment after the other.
    let moved = || by_token && last_address.is_none_or(|last| last.parse() != Ok(client.address));
    if last.is_none_or(|last| now.since(last) >= session::SEEN_EVERY) || moved() {
        seen.note(id, LastUse { person, at: now, address: client.address });
    }
    let credential = match by_token {
        true => Credential::Token { id: TokenId(id), name: label, read_only },
        false => Credential::Session { id: SessionId(id), agent: label, since },
    };
    Ok(Some(Actor { person, username, name, email, verified: email_verified, password_expired, administrator, default_team, credential }))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn header(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_header_is_a_token_a_pair_or_nothing() {
        let id = TokenId::new();
        let basic = |text: &str| header(&format!("Basic {}", STANDARD.encode(text)));
        assert_eq!(shown(&header("bearer  bgp_x "), true), Shown::Token("bgp_x"));
        assert_eq!(shown(&basic(&format!("{id}:bgp_x")), true), Shown::Pair(id, "bgp_x".into()));
        assert_eq!(shown(&basic(&format!("{id}:a:b")), true), Shown::Pair(id, "a:b".into()), "a password may hold colons");
        let bare = STANDARD.encode(format!("{id}:bgp")).trim_end_matches('=').to_owned();
        assert_eq!(shown(&header(&format!("BASIC {bare}")), true), Shown::Pair(id, "bgp".into()));
        assert_eq!(shown(&basic(&format!("{id}:bgp_x")), false), Shown::Cookie, "on a page it is for somebody else");
        for unreadable in ["", "Bearer", "Basic", "Basic ", "Basic !", "Digest x", "Basic eA==", "bgp_x"] {
            assert_eq!(shown(&header(unreadable), true), Shown::Unreadable, "{unreadable}");
        }
        for unreadable in ["", ":", "kim:secret", &format!("{id}")] {
            assert_eq!(shown(&basic(unreadable), true), Shown::Unreadable, "{unreadable}");
        }
        assert_eq!(shown(&header("Basic /w=="), true), Shown::Unreadable, "no text");
        assert_eq!(shown(&HeaderMap::new(), true), Shown::Cookie);
    }
}
