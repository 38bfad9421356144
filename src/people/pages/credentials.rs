//! Password, sessions and tokens of one's own account.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::{
    account::{Security, SessionRow, Tokens},
    confirmed, status,
    tokens::{self, FreshToken, NewToken, TokenRow},
};
use crate::{
    authn::{Credential, session},
    authz::{Authorized, By},
    error::Result,
    people::{
        Own, actions,
        permits::{EndSession, ManageCredentials, ReadAccount, RevokeToken},
        store,
    },
    teams::account_frame,
    ui::{Asked, Dialog, Form, Html, Posted, Section, Toast, done},
};

async fn show_security(may: &Authorized<ManageCredentials>, form: Form) -> Result<Response> {
    let current = match &may.actor()?.credential {
        Credential::Session { id, .. } => Some(*id),
        Credential::Token { .. } => None,
    };
    let mut found = store::sessions(&may.read(), may.id, may.now()).await?;
    found.sort_by_key(|session| Some(session.id) != current);
    let row = |session: crate::people::OwnSession| SessionRow {
        current: Some(session.id) == current,
        id: session.id.to_string(),
        device: session.agent,
        address: session.address,
        began: session.created_at.into(),
        seen: session.last_seen_at.into(),
    };
    let status = status(&form);
    let frame = account_frame(may, "Security", Some(Section::Security)).await?;
    let tokens = tokens::revoking(&may.read(), may.id).await?;
    let username = may.username.clone();
    Ok(Html(Security { frame, form, tokens, username, sessions: found.into_iter().map(row).collect() }).with(status))
}

pub async fn security(may: By<Own, ManageCredentials>) -> Result<Response> {
    show_security(&may, Form::new()).await
}

pub async fn change_password(may: By<Own, ManageCredentials>, asked: Asked, posted: Posted) -> Result<Response> {
    let was_asked = may.actor()?.password_expired;
    let revoke_tokens = posted.get("revoke_tokens") == "on";
    let changed = actions::change_password(&may, posted.get("old_password"), posted.get("password"), revoke_tokens).await;
    match posted.or_again(changed)? {
        Err(form) => show_security(&may, form).await,
        Ok(()) => {
            let to = if was_asked { "/" } else { "/account/security" };
            let ended = if revoke_tokens { "All other sessions and all tokens have ended." } else { "All other sessions have ended." };
            Ok(done(asked, to, Some(Toast(format!("Your password was changed. {ended}")))))
        }
    }
}

pub async fn end_session(may: Authorized<EndSession>, asked: Asked) -> Result<Response> {
    actions::end_session(&may).await?;
    if matches!(&may.actor()?.credential, Credential::Session { id, .. } if *id == may.id) {
        let forget = session::sign_out_cookie(may.app().config.is_https());
        return Ok(super::with_cookie(done(asked, "/sign-in", None), &forget));
    }
    Ok(done(asked, "/account/security", Some(Toast("The session has ended.".into()))))
}

pub async fn end_others(may: By<Own, ManageCredentials>, asked: Asked) -> Result<Response> {
    let toast = match actions::end_other_sessions(&may).await? {
        0 => "There was no other session.".to_owned(),
        1 => "One other session has ended.".to_owned(),
        count => format!("{count} other sessions have ended."),
    };
    Ok(done(asked, "/account/security", Some(Toast(toast))))
}

/// Where they are.
const TOKENS: &str = "/account/tokens";

async fn show_tokens(may: &Authorized<ReadAccount>, fresh: Option<FreshToken>) -> Result<Html<Tokens>> {
    confirmed(may)?;
    let tokens = TokenRow::all(store::tokens(&may.read(), may.id).await?, TOKENS, true, may.now());
    Ok(Html(Tokens { frame: account_frame(may, "Tokens", Some(Section::Tokens)).await?, tokens, fresh }))
}

pub async fn list_tokens(may: By<Own, ReadAccount>) -> Result<Html<Tokens>> {
    show_tokens(&may, None).await
}

async fn show_new_token(may: &Authorized<ManageCredentials>, asked: Asked, form: Form) -> Result<Response> {
    confirmed(may)?;
    let status = status(&form);
    let frame = account_frame(may, "New token", Some(Section::Tokens)).await?;
    Ok(Dialog { asked, frame, body: NewToken::at(TOKENS, form) }.with(status))
}

pub async fn new_token(may: By<Own, ManageCredentials>, asked: Asked) -> Result<Response> {
    show_new_token(&may, asked, Form::new().with("expires", "30")).await
}

pub async fn create_token(may: By<Own, ManageCredentials>, asked: Asked, posted: Posted) -> Result<Response> {
    confirmed(&may)?;
    let created = match tokens::read(&posted, may.now()) {
        Ok(new) => actions::create_token(&may, &new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Err(form) => show_new_token(&may, asked, form).await,
        Ok(fresh) => {
            let reading = may.on::<ReadAccount>(&crate::people::PersonKey::of(may.id)).await?;
            let shown =
                FreshToken { name: fresh.token.name, username: fresh.token.id.to_string(), secret: fresh.secret.reveal().to_owned() };
            Ok((StatusCode::CREATED, show_tokens(&reading, Some(shown)).await?).into_response())
        }
    }
}

pub async fn revoke_token(may: Authorized<RevokeToken>, asked: Asked) -> Result<Response> {
    actions::revoke_token(&may).await?;
    Ok(done(asked, "/account/tokens", Some(Toast(format!("The token “{}” does not work any more.", may.name)))))
}
