//! The pages about people: before somebody is signed in, and their own account.

pub mod account;
pub(super) mod credentials;
pub mod entry;
pub(super) mod links;
pub(super) mod own;
pub mod tokens;
pub(super) mod way_in;

use std::sync::LazyLock;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use url::Url;

use crate::{
    authn::session,
    authz::{Anyone, App, Authorized, Permit},
    config::MailTarget,
    error::{Error, Result},
    ui::Form,
};

/// The status of a page with a form: shown again with what is wrong, it is 422.
fn status(form: &Form) -> StatusCode {
    if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The same answer, with a cookie.
pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The secret in the session cookie that a browser shows.
pub fn session_shown<'a>(anyone: &Anyone, headers: &'a HeaderMap) -> Option<&'a str> {
    session::read_cookie(headers, session::cookie_name(anyone.app().config.is_https()))
}

/// Where somebody wanted to go, if that is a page of this instance: what a browser makes of it is at the same place, whatever that is.
fn local(next: &str) -> Option<&str> {
    static HERE: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("https://burgee.invalid").ok());
    let here = HERE.as_ref()?;
    let ours = next.starts_with('/') && here.join(next).is_ok_and(|there| there.origin() == here.origin());
    (ours && next.len() < 2000 && next.bytes().all(|byte| byte.is_ascii_graphic())).then_some(next)
}

/// The folder that takes the mails, where there is no mail server.
fn mail_folder(app: &App) -> Option<String> {
    match &app.config.mail {
        MailTarget::Files(folder) => Some(folder.display().to_string()),
        MailTarget::Off | MailTarget::Smtp(_) => None,
    }
}

/// Until the address is confirmed, and while a new password is asked for, an account makes no tokens and is in no team.
pub fn confirmed<P: Permit>(may: &Authorized<P>) -> Result<()> {
    if may.actor()?.password_expired {
        return Err(Error::PasswordExpired);
    }
    match may.actor()?.verified || !may.app().config.has_mail() {
        true => Ok(()),
        false => Err(Error::Unverified),
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn one_goes_on_only_to_our_own_pages() {
        for good in ["/", "/team/harbor-works/members?x=1", "/account#top"] {
            assert_eq!(local(good), Some(good));
        }
        for bad in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/a b", "/\r\nset-cookie:x", "evil", "/é"]
        {
            assert_eq!(local(bad), None, "{bad:?}");
        }
    }
}
