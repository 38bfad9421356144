//! The first page, set-up, sign-in, sign-up.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use super::{
    entry::{CheckMail, NotSetUp, SetUp, SignIn, SignUp},
    local, mail_folder, session_shown, status, with_cookie,
};
use crate::{
    api::{Params, Query},
    authn::session,
    authz::{Anyone, Role, Segment},
    error::{Error, Result},
    people::{actions, actions::NewPerson, store},
    platform, teams,
    ui::{Asked, Form, Frame, Html, Posted, Theme, done},
};

/// A frame without a reader: what stands in front of the sign-in looks the same to everybody.
pub(super) fn bare(anyone: &Anyone, title: &str) -> Frame {
    let mut frame = Frame::new(title);
    frame.theme = Theme::parse(&anyone.client.theme);
    frame.here = anyone.client.here.clone();
    frame
}

fn not_set_up(anyone: &Anyone) -> Response {
    Html(NotSetUp { frame: bare(anyone, "Burgee is not set up yet") }).into_response()
}

/// The first page: the default team, the own teams, the sign-in, or how to set up.
pub async fn home(anyone: Anyone, asked: Asked) -> Result<Response> {
    let Some(actor) = &anyone.actor else {
        return Ok(if store::anybody(&anyone.read()).await? { done(asked, "/sign-in", None) } else { not_set_up(&anyone) });
    };
    if actor.password_expired {
        return Ok(done(asked, "/account/security", None));
    }
    if !actor.verified && anyone.app().config.has_mail() {
        return Ok(done(asked, "/verify", None));
    }
    let mine = teams::of_person(&anyone.read(), actor.person).await?;
    let member = |team: &&teams::Mine| team.role >= Role::Member;
    let first = mine.iter().find(|team| Some(team.id) == actor.default_team).or_else(|| mine.iter().find(member)).or(mine.first());
    let to = first.map_or_else(|| "/account/teams".to_owned(), |team| format!("/team/{}/overview", team.slug));
    Ok(done(asked, &to, None))
}

/// The browser's proof that it opened the set-up link.
fn set_up_cookie(https: bool) -> &'static str {
    if https { "__Host-burgee_setup" } else { "burgee_setup" }
}

/// How long the form may take, in seconds.
const SET_UP_FOR: i64 = 30 * 60;

/// Exchanges the set-up link for a cookie, so that its secret does not stay in the address.
pub async fn open_set_up(anyone: Anyone, Segment(token): Segment, asked: Asked) -> Result<Response> {
    if !actions::opens_set_up(&anyone, &token).await? {
        return Err(Error::NotFound);
    }
    let https = anyone.app().config.is_https();
    let cookie = session::cookie(set_up_cookie(https), &token, SET_UP_FOR, true, https);
    Ok(with_cookie(done(asked, "/setup", None), &cookie))
}

async fn set_up_token(anyone: &Anyone, headers: &HeaderMap) -> Result<String> {
    let name = set_up_cookie(anyone.app().config.is_https());
    let token = session::read_cookie(headers, name).ok_or(Error::NotFound)?;
    match actions::opens_set_up(anyone, token).await? {
        true => Ok(token.to_owned()),
        false => Err(Error::NotFound),
    }
}

fn show_set_up(anyone: &Anyone, form: Form) -> Response {
    let status = status(&form);
    Html(SetUp { frame: bare(anyone, "Set up Burgee"), form, mail_folder: mail_folder(anyone.app()) }).with(status)
}

pub async fn set_up_form(anyone: Anyone, headers: HeaderMap) -> Result<Response> {
    set_up_token(&anyone, &headers).await?;
    Ok(show_set_up(&anyone, Form::new()))
}

fn new_person(posted: &Posted) -> Result<NewPerson> {
    NewPerson::parse(posted.get("username"), posted.get("name"), posted.get("email"), posted.get("password"))
}

pub async fn set_up(anyone: Anyone, asked: Asked, headers: HeaderMap, posted: Posted) -> Result<Response> {
    let token = set_up_token(&anyone, &headers).await?;
    let opened = match new_person(&posted) {
        Ok(new) => actions::set_up(&anyone, &token, new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(opened)? {
        Err(form) => Ok(show_set_up(&anyone, form)),
        Ok(profile) => {
            let https = anyone.app().config.is_https();
            let session = actions::sign_in_as(&anyone, session_shown(&anyone, &headers), &profile).await?;
            let forget = session::cookie(set_up_cookie(https), "", 0, true, https);
            Ok(with_cookie(with_cookie(done(asked, "/team/create", None), &session), &forget))
        }
    }
}

/// Where to go after signing in.
#[derive(serde::Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

impl Params for Next {
    const NAMES: &'static [(&'static str, &'static str)] = &[("next", "the page to go to afterwards")];
}

async fn show_sign_in(anyone: &Anyone, form: Form, next: &str, status: StatusCode) -> Result<Response> {
    let settings = platform::load(&anyone.read()).await?;
    let mail = anyone.app().config.has_mail();
    let (sign_up, reset) = (mail && settings.sign_up, mail && settings.reset_password);
    let next = local(next).unwrap_or_default().to_owned();
    Ok(Html(SignIn { frame: bare(anyone, "Sign in"), form, next, sign_up, reset }).with(status))
}

pub async fn sign_in_form(anyone: Anyone, Query(query): Query<Next>, asked: Asked) -> Result<Response> {
    if anyone.actor.is_some() {
        return Ok(done(asked, local(&query.next).unwrap_or("/"), None));
    }
    if !store::anybody(&anyone.read()).await? {
        return Ok(not_set_up(&anyone));
    }
    show_sign_in(&anyone, Form::new(), &query.next, StatusCode::OK).await
}

pub async fn sign_in(anyone: Anyone, asked: Asked, headers: HeaderMap, posted: Posted) -> Result<Response> {
    let form = Form::new().with("username", posted.get("username"));
    let (form, status) =
        match actions::sign_in(&anyone, session_shown(&anyone, &headers), posted.get("username"), posted.get("password")).await {
            Ok(Some(entered)) => {
                return Ok(with_cookie(done(asked, local(posted.get("next")).unwrap_or("/"), None), &entered.cookie));
            }
            Ok(None) => (form.wrong("password", "The name or the password is wrong."), StatusCode::UNPROCESSABLE_ENTITY),
            Err(error @ (Error::Limited(_) | Error::Forbidden { .. })) => (form.wrong("", error.message()), error.status()),
            Err(error) => return Err(error),
        };
    show_sign_in(&anyone, form, posted.get("next"), status).await
}

pub async fn sign_out(anyone: Anyone, asked: Asked) -> Result<Response> {
    let forget = actions::sign_out(&anyone).await?;
    Ok(with_cookie(done(asked, "/sign-in", None), &forget))
}

fn show_sign_up(anyone: &Anyone, settings: &platform::Settings, form: Form) -> Response {
    let status = status(&form);
    let terms = settings.terms_required.then(|| settings.terms_url.clone());
    Html(SignUp { frame: bare(anyone, "Make an account"), form, terms }).with(status)
}

pub async fn sign_up_form(anyone: Anyone, asked: Asked) -> Result<Response> {
    if anyone.actor.is_some() {
        return Ok(done(asked, "/", None));
    }
    let settings = actions::sign_up_allowed(&anyone).await?;
    Ok(show_sign_up(&anyone, &settings, Form::new()))
}

pub async fn sign_up(anyone: Anyone, posted: Posted) -> Result<Response> {
    let settings = actions::sign_up_allowed(&anyone).await?;
    let opened = match new_person(&posted) {
        Ok(new) => actions::sign_up(&anyone, new, posted.get("terms") == "on").await,
        Err(error) => Err(error),
    };
    match posted.or_again(opened)? {
        Err(form) => Ok(show_sign_up(&anyone, &settings, form)),
        Ok(()) => {
            let text = format!(
                "A mail is on its way to {}. Open the link in it to confirm the address, then sign in.",
                posted.get("email").trim()
            );
            Ok(Html(CheckMail { frame: bare(&anyone, "Check your mail"), text, again: false, mail_folder: None }).into_response())
        }
    }
}

/// Keeps the choice of light or dark.
pub async fn theme(_: Anyone, asked: Asked, posted: Posted) -> Result<Response> {
    let to = local(posted.get("next")).unwrap_or("/");
    Ok(with_cookie(done(asked, to, None), &Theme::parse(posted.get("theme")).cookie()))
}
