//! Signing in and up, and the links of mails.

use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ProfileView, Remembered};
use crate::{
    api::{Body, Json, Okay},
    authz::{Anyone, By, Segment},
    error::{Error, Result},
    people::{NewPerson, Own, actions, pages::session_shown, permits::EditAccount},
};

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    /// The user name, or the address.
    username: String,
    /// The password.
    password: String,
    /// Accepted and without effect: a session lasts until it is not used for 14 days.
    #[allow(dead_code)]
    remember: Option<bool>,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    /// The name by which they will sign in.
    username: String,
    /// The password.
    password: String,
    /// Their name; the user name if absent.
    name: Option<String>,
    /// Their address, which gets a mail.
    email: String,
    /// Whether they agree to the terms, where there are any.
    #[serde(rename = "tcs-acceptance")]
    terms: Option<bool>,
}

/// Who forgot a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotBody {
    /// The address, or the user name.
    email: String,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetBody {
    /// The password.
    password: String,
    /// Whether all personal tokens are revoked as well.
    #[serde(default)]
    revoke_tokens: bool,
}

pub(in crate::people) async fn login(anyone: Anyone, headers: HeaderMap, Body(body): Body<LoginBody>) -> Result<Remembered<ProfileView>> {
    let entered =
        actions::sign_in(&anyone, session_shown(&anyone, &headers), &body.username, &body.password).await?.ok_or(Error::NotSignedIn)?;
    Ok(Remembered(ProfileView::of(&entered.profile, &anyone.app().config.public_url), entered.cookie))
}

pub(in crate::people) async fn logout(anyone: Anyone) -> Result<Remembered<Okay>> {
    let forget = actions::sign_out(&anyone).await?;
    let Json(okay) = Okay::answer();
    Ok(Remembered(okay, forget))
}

pub(in crate::people) async fn register(anyone: Anyone, Body(body): Body<RegisterBody>) -> Result<Json<Okay>> {
    actions::sign_up_allowed(&anyone).await?;
    let name = body.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&body.username);
    let new = NewPerson::parse(&body.username, name, &body.email, &body.password)?;
    actions::sign_up(&anyone, new, body.terms == Some(true)).await?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn verify_again(may: By<Own, EditAccount>) -> Result<Json<Okay>> {
    actions::verify_again(&may).await?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn verify(anyone: Anyone, Segment(token): Segment) -> Result<Json<Okay>> {
    actions::verify(&anyone, &token).await?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn forgot_password(anyone: Anyone, Body(body): Body<ForgotBody>) -> Result<Json<Okay>> {
    actions::forgot_password(&anyone, &body.email).await?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn reset_password(anyone: Anyone, Segment(token): Segment, Body(body): Body<ResetBody>) -> Result<Json<Okay>> {
    actions::reset_password(&anyone, &token, &body.password, body.revoke_tokens).await?;
    Ok(Okay::answer())
}
