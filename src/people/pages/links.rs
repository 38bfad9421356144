//! What is behind the links of mails. Opening one changes nothing: the button does.

use axum::response::{IntoResponse as _, Response};

use super::{
    entry::{CheckMail, Confirm, ForgotPassword, ResetPassword},
    mail_folder, status, tokens,
    way_in::bare,
};
use crate::{
    authz::{Anyone, By, Segment},
    error::{Error, Result},
    people::{
        Own, actions,
        permits::{EditAccount, ReadAccount},
        store::links::Link,
    },
    ui::{Asked, Form, Frame, Html, Posted, Theme, Toast, done},
};

/// What somebody sees whose address is not confirmed yet.
pub async fn unverified(may: By<Own, ReadAccount>, asked: Asked) -> Result<Response> {
    if may.email_verified || !may.app().config.has_mail() {
        return Ok(done(asked, "/", None));
    }
    let mut frame = Frame::new("Confirm your address");
    if let Some(client) = may.client() {
        frame.theme = Theme::parse(&client.theme);
        frame.here = client.here.clone();
    }
    let text = format!("We have sent a link to {}. Open it, and you can go on.", may.email);
    Ok(Html(CheckMail { frame, text, again: true, mail_folder: mail_folder(may.app()) }).into_response())
}

pub async fn verify_again(may: By<Own, EditAccount>, asked: Asked) -> Result<Response> {
    actions::verify_again(&may).await?;
    let toast = Toast(format!("A new link is on its way to {}.", may.email));
    Ok(done(asked, "/verify", Some(toast)))
}

pub async fn show_verify(anyone: Anyone, Segment(token): Segment) -> Result<Html<Confirm>> {
    let kept = actions::find_link(&anyone, Link::Verify, &token).await?;
    let (frame, action) = (bare(&anyone, "Confirm your address"), format!("/verify/{token}"));
    Ok(Html(Confirm { frame, email: kept.email, action, button: "Yes, it is mine".into() }))
}

/// After a link: on to one's pages, or to the sign-in.
fn onward(anyone: &Anyone, asked: Asked, signed_in: &str, toast: &str) -> Response {
    let to = if anyone.actor.is_some() { signed_in } else { "/sign-in" };
    done(asked, to, Some(Toast(toast.to_owned())))
}

pub async fn verify(anyone: Anyone, Segment(token): Segment, asked: Asked) -> Result<Response> {
    actions::verify(&anyone, &token).await?;
    Ok(onward(&anyone, asked, "/", "Your address is confirmed."))
}

pub async fn show_confirm_email(anyone: Anyone, Segment(token): Segment) -> Result<Html<Confirm>> {
    let kept = actions::find_link(&anyone, Link::NewEmail, &token).await?;
    let (frame, action) = (bare(&anyone, "Use a new address"), format!("/account/confirm-email/{token}"));
    Ok(Html(Confirm { frame, email: kept.email, action, button: "Use this address".into() }))
}

pub async fn confirm_email(anyone: Anyone, Segment(token): Segment, asked: Asked) -> Result<Response> {
    actions::confirm_email(&anyone, &token).await?;
    Ok(onward(&anyone, asked, "/account", "Your address was changed."))
}

async fn show_forgot(anyone: &Anyone, form: Form) -> Result<Response> {
    if !actions::reset_allowed(anyone).await? {
        return Err(Error::forbidden("On this instance, passwords are not reset by mail. Please ask an administrator."));
    }
    let status = status(&form);
    Ok(Html(ForgotPassword { frame: bare(anyone, "Set a new password"), form }).with(status))
}

pub async fn forgot_form(anyone: Anyone) -> Result<Response> {
    show_forgot(&anyone, Form::new()).await
}

pub async fn forgot(anyone: Anyone, posted: Posted) -> Result<Response> {
    match posted.or_again(actions::forgot_password(&anyone, posted.get("user")).await)? {
        Err(form) => show_forgot(&anyone, form).await,
        Ok(()) => {
            let text = "If there is such an account, a mail with a link is on its way to its address. It works once, for a day.".into();
            Ok(Html(CheckMail { frame: bare(&anyone, "Check your mail"), text, again: false, mail_folder: None }).into_response())
        }
    }
}

async fn show_reset(anyone: &Anyone, token: String, form: Form) -> Result<Response> {
    let kept = actions::find_link(anyone, Link::Reset, &token).await?;
    let tokens = tokens::revoking(&anyone.read(), kept.profile.id).await?;
    let status = status(&form);
    let frame = bare(anyone, "Choose a new password");
    Ok(Html(ResetPassword { frame, form, tokens, token, username: kept.profile.username }).with(status))
}

pub async fn reset_form(anyone: Anyone, Segment(token): Segment) -> Result<Response> {
    show_reset(&anyone, token, Form::new()).await
}

pub async fn reset(anyone: Anyone, Segment(token): Segment, asked: Asked, posted: Posted) -> Result<Response> {
    let revoke_tokens = posted.get("revoke_tokens") == "on";
    match posted.or_again(actions::reset_password(&anyone, &token, posted.get("password"), revoke_tokens).await)? {
        Err(form) => show_reset(&anyone, token, form).await,
        Ok(_) => Ok(done(asked, "/sign-in", Some(Toast("Your new password is set. Please sign in with it.".into())))),
    }
}
