//! Passwords, sessions and tokens of one's own account.

use super::{prove, unchanged};
use crate::{
    audit::{Event, Unaudited, event::Who},
    authn::{
        Credential,
        password::{NewPassword, Priority},
        secret::Secret,
    },
    authz::Authorized,
    clock::{DAY, Time},
    db::Writer,
    error::{Error, Fields, Result},
    ids::{PersonId, TokenId},
    people::{
        OwnToken, Profile,
        permits::{EndSession, ManageCredentials, RevokeToken},
        store::{
            self,
            links::{self, Link},
        },
    },
    text::Name,
};

pub(super) const THE_SAME: &str = "This is the password that you have. Please choose another one.";

/// Judges a new password for somebody.
pub(super) fn judged(profile: &Profile, password: &str) -> Result<NewPassword> {
    let known = [profile.username.as_str(), &profile.name, &profile.email, "burgee"];
    NewPassword::parse(password, &known).map_err(|why| Error::field("password", why))
}

/// Changes the password; the old one is needed. All other sessions end, links to set a new one too, and the tokens if that is wanted.
pub async fn change_password(may: &Authorized<ManageCredentials>, old: &str, new: &str, revoke_tokens: bool) -> Result<()> {
    let mut fields = Fields::default();
    let judged = match judged(may, new) {
        Ok(judged) => Some(judged),
        Err(Error::Invalid(Fields(wrong))) => {
            wrong.into_iter().for_each(|(name, message)| fields.add(name, message));
            None
        }
        Err(error) => return Err(error),
    };
    if judged.is_some() && old == new {
        fields.add("password", THE_SAME);
    }
    let proved = match prove(may, old, "old_password").await {
        Err(Error::Invalid(Fields(wrong))) => {
            wrong.into_iter().for_each(|(name, message)| fields.add(name, message));
            None
        }
        done => Some(done?),
    };
    let (Some(judged), Some(proved), true) = (judged, proved, fields.0.is_empty()) else {
        return Err(fields.into());
    };
    let hash = may.app().hasher.hash(judged, Priority::Known).await?;
    let current = current_session(may)?;
    may.change(async |tx| {
        let person = tx.on().id;
        unchanged(&tx, person, &proved).await?;
        store::set_password(&tx, person, &hash, tx.now()).await?;
        links::forget(&tx, Link::Reset, person).await?;
        let ended = store::end_sessions(&tx, person, current).await?;
        let who = tx.on().who();
        let mut events = vec![Event::PasswordChanged { who: who.clone() }];
        if ended > 0 {
            events.push(Event::SessionsEnded { who: who.clone(), count: ended });
        }
        if revoke_tokens {
            events.extend(end_tokens(&tx, &who).await?);
        }
        Ok(((), events))
    })
    .await
}

/// Revokes all personal tokens of somebody, inside a change.
pub(super) async fn end_tokens(tx: &Writer, who: &Who) -> Result<Vec<Event>> {
    let ended = store::delete_tokens(tx, who.id).await?;
    Ok(ended.into_iter().map(|token| Event::TokenRevoked { who: who.clone(), token: token.id, name: token.name }).collect())
}

fn current_session(may: &Authorized<ManageCredentials>) -> Result<Option<crate::ids::SessionId>> {
    Ok(match &may.actor()?.credential {
        Credential::Session { id, .. } => Some(*id),
        Credential::Token { .. } => None,
    })
}

/// Ends one of one's own sessions.
pub async fn end_session(may: &Authorized<EndSession>) -> Result<()> {
    let who = may.actor()?.who();
    may.change(async |tx| {
        let session = tx.on().id;
        store::end_session(&tx, session).await?;
        Ok(((), Event::SessionEnded { who: who.clone(), session }))
    })
    .await
}

/// Ends all of one's own sessions but this one, and tells how many.
pub async fn end_other_sessions(may: &Authorized<ManageCredentials>) -> Result<u64> {
    let current = current_session(may)?;
    may.change(async |tx| {
        let count = store::end_sessions(&tx, tx.on().id, current).await?;
        let event = if count > 0 { Event::SessionsEnded { who: tx.on().who(), count } } else { Event::Unaudited(Unaudited::Nothing) };
        Ok((count, event))
    })
    .await
}

/// The most tokens of one person: enough for many programs, too few to be used as a store.
const MOST_TOKENS: usize = 100;
/// The longest that a token may last.
const LONGEST: i64 = 366 * DAY;

/// When a token ends.
#[derive(Clone, Copy, Debug)]
pub enum Ends {
    /// When it is revoked.
    Never,
    /// At this moment.
    At(Time),
}

/// A token that is wanted.
pub struct NewToken {
    name: Name,
    expires_at: Option<Time>,
    read_only: bool,
}

impl NewToken {
    /// Reads its name and when it ends.
    pub fn parse(name: &str, ends: Option<Ends>, read_only: bool, now: Time) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::parse(name));
        let end = match ends {
            Some(Ends::Never) => Ok(None),
            Some(Ends::At(end)) if end > now && end <= now.plus(LONGEST) => Ok(Some(end)),
            _ => Err("A token ends in the future, within a year, or never."),
        };
        match (name, fields.take("expires", end)) {
            (Some(name), Some(expires_at)) => Ok(Self { name, expires_at, read_only }),
            _ => Err(fields.into()),
        }
    }
}

/// A token at the one moment at which it is known.
pub struct FreshToken {
    /// What is kept of it.
    pub token: OwnToken,
    /// What its holder has to keep.
    pub secret: Secret,
}

/// The secret of a new token.
pub fn token_secret() -> Secret {
    Secret::new("bgp_")
}

/// Makes a token.
pub async fn create_token(may: &Authorized<ManageCredentials>, new: &NewToken) -> Result<FreshToken> {
    let secret = token_secret();
    let token = may.change(async |tx| {
        let token = make_token(&tx, tx.on().id, new, &secret, tx.now()).await?;
        let event = Event::TokenCreated { who: tx.on().who(), token: token.id, name: token.name.clone(), read_only: token.read_only };
        Ok((token, event))
    });
    Ok(FreshToken { token: token.await?, secret })
}

/// Makes a token of somebody with a secret, inside a change.
///
/// # Errors
/// `too_many_tokens` if there are enough.
pub async fn make_token(tx: &Writer, person: PersonId, new: &NewToken, secret: &Secret, now: Time) -> Result<OwnToken> {
    if store::tokens(tx, person).await?.len() >= MOST_TOKENS {
        let message = format!("There are {MOST_TOKENS} tokens already. Please revoke one that is not used any more.");
        return Err(Error::conflict("too_many_tokens", message));
    }
    let NewToken { name, expires_at, read_only } = new;
    let (id, name) = (TokenId::new(), name.to_string());
    let token = OwnToken {
        id,
        person,
        name,
        read_only: *read_only,
        created_at: now,
        expires_at: *expires_at,
        last_used_at: None,
        last_used_address: None,
    };
    store::insert_token(tx, secret.hash(), &token).await?;
    Ok(token)
}

/// Revokes one of one's own tokens.
pub async fn revoke_token(may: &Authorized<RevokeToken>) -> Result<()> {
    let who = may.actor()?.who();
    may.change(async |tx| {
        let (token, name) = (tx.on().id, tx.on().name.clone());
        store::delete_token(&tx, token).await?;
        Ok(((), Event::TokenRevoked { who: who.clone(), token, name }))
    })
    .await
}
