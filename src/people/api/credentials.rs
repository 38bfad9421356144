//! Sessions and tokens of one's own account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Body, Json, Meta, Okay},
    authn::Credential,
    authz::{Authorized, By},
    clock::{DAY, Time},
    error::{Error, Result},
    people::{
        Own, OwnToken,
        actions::{self, Ends, FreshToken, NewToken},
        pages::confirmed,
        permits::{EndSession, ManageCredentials, ReadAccount, RevokeToken},
        store,
    },
};

/// A personal access token, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenView {
    id: String,
    name: String,
    /// Whether it may only read.
    read_only: bool,
    created_at: String,
    /// `null`: never.
    expires_at: Option<String>,
    last_used_at: Option<String>,
    /// From which address.
    last_used_address: Option<String>,
    /// The secret, in the answer to making it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl TokenView {
    /// A token, with its secret while that is known.
    pub fn of(token: OwnToken, secret: Option<String>) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            read_only: token.read_only,
            created_at: token.created_at.iso(),
            expires_at: token.expires_at.map(Time::iso),
            last_used_at: token.last_used_at.map(Time::iso),
            last_used_address: token.last_used_address,
            token: secret,
        }
    }
}

/// One's own tokens, newest first.
#[derive(Serialize, ToSchema)]
pub struct TokenList {
    meta: Meta,
    count: usize,
    tokens: Vec<TokenView>,
}

impl TokenList {
    /// All of somebody's tokens.
    pub fn of(tokens: Vec<OwnToken>) -> Self {
        let tokens: Vec<TokenView> = tokens.into_iter().map(|token| TokenView::of(token, None)).collect();
        Self { meta: Meta::default(), count: tokens.len(), tokens }
    }
}

/// A token that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TokenBody {
    /// Its name.
    name: String,
    /// When it ends (RFC 3339), within a year; after 30 days if absent.
    expires_at: Option<String>,
    /// Whether it may only read; false if absent.
    read_only: Option<bool>,
}

/// A token that is wanted as a user name and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PairBody {
    /// Its name.
    name: String,
    /// When it ends (RFC 3339), within a year; never if absent.
    expires_at: Option<String>,
    /// Whether it may only read; false if absent.
    read_only: Option<bool>,
}

impl PairBody {
    /// Reads what is wanted.
    pub fn parse(&self, now: Time) -> Result<NewToken> {
        wanted(&self.name, self.expires_at.as_deref(), Ends::Never, self.read_only, now)
    }
}

/// A token as a user name and a password, for `Authorization: Basic`.
#[derive(Serialize, ToSchema)]
pub struct PairView {
    /// The token, as it stands in the list of tokens.
    id: String,
    /// The user name: the same.
    username: String,
    /// The secret, in this answer and never again. It is a bearer token too.
    password: String,
}

impl PairView {
    /// A token at the one moment at which its secret is known.
    pub fn of(fresh: &FreshToken) -> Self {
        let id = fresh.token.id.to_string();
        Self { username: id.clone(), id, password: fresh.secret.reveal().to_owned() }
    }
}

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    id: String,
    /// For example “Firefox on Linux”.
    device: String,
    /// Where it was begun.
    address: String,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// One's own sessions, last used first.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    meta: Meta,
    count: usize,
    sessions: Vec<SessionView>,
}

pub(in crate::people) async fn tokens(may: By<Own, ReadAccount>) -> Result<Json<TokenList>> {
    Ok(Json(TokenList::of(store::tokens(&may.read(), may.id).await?)))
}

pub(in crate::people) async fn create_token(may: By<Own, ManageCredentials>, Body(body): Body<TokenBody>) -> Result<Json<TokenView>> {
    confirmed(&may)?;
    let new = wanted(&body.name, body.expires_at.as_deref(), Ends::At(may.now().plus(30 * DAY)), body.read_only, may.now())?;
    let fresh = actions::create_token(&may, &new).await?;
    Ok(Json(TokenView::of(fresh.token, Some(fresh.secret.reveal().to_owned()))))
}

pub(in crate::people) async fn create_pair(may: By<Own, ManageCredentials>, Body(body): Body<PairBody>) -> Result<Json<PairView>> {
    confirmed(&may)?;
    Ok(Json(PairView::of(&actions::create_token(&may, &body.parse(may.now())?).await?)))
}

/// What is asked for, with the fields named as here.
fn wanted(name: &str, expires_at: Option<&str>, otherwise: Ends, read_only: Option<bool>, now: Time) -> Result<NewToken> {
    let ends = match expires_at {
        Some(text) => Time::parse(text).map(Ends::At),
        None => Some(otherwise),
    };
    NewToken::parse(name, ends, read_only == Some(true), now).map_err(|error| match error {
        Error::Invalid(mut fields) => {
            if let Some(message) = fields.0.remove("expires") {
                fields.add("expiresAt", message);
            }
            fields.into()
        }
        other => other,
    })
}

pub(in crate::people) async fn revoke_token(may: Authorized<RevokeToken>) -> Result<Json<Okay>> {
    actions::revoke_token(&may).await?;
    Ok(Okay::answer())
}

pub(in crate::people) async fn sessions(may: By<Own, ReadAccount>) -> Result<Json<SessionList>> {
    let current = match &may.actor()?.credential {
        Credential::Session { id, .. } => Some(*id),
        Credential::Token { .. } => None,
    };
    let found = store::sessions(&may.read(), may.id, may.now()).await?;
    let sessions: Vec<SessionView> = found
        .into_iter()
        .map(|session| SessionView {
            current: Some(session.id) == current,
            id: session.id.to_string(),
            device: session.agent,
            address: session.address,
            created_at: session.created_at.iso(),
            last_seen_at: session.last_seen_at.iso(),
            expires_at: session.expires_at.iso(),
        })
        .collect();
    Ok(Json(SessionList { meta: Meta::default(), count: sessions.len(), sessions }))
}

pub(in crate::people) async fn end_session(may: Authorized<EndSession>) -> Result<Json<Okay>> {
    actions::end_session(&may).await?;
    Ok(Okay::answer())
}
