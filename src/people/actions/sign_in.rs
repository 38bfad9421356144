//! Signing in and out. Whether an account exists shows neither in the answer nor in the time that it takes.

use std::time::Duration;

use tokio::time::Instant;

use super::suspended;
use crate::{
    audit::{Chain, Event, Way, read},
    authn::{
        Credential,
        password::Priority,
        secret::{self, Secret},
        session::{self, ABSOLUTE},
    },
    authz::Anyone,
    error::{Error, Result},
    ids::{PersonId, SessionId},
    people::{OwnSession, PersonKey, Profile, permits::ServeAccount, store},
};

/// Somebody who has come in.
pub struct Entered {
    /// Who.
    pub profile: Profile,
    /// The `Set-Cookie` line that keeps them in.
    pub cookie: String,
}

/// A refusal takes a whole number of these, so that what else was done (a note in the log, a mail) does not show.
const STEP: Duration = Duration::from_millis(250);

/// Waits for the end of the step that has begun since `start`.
pub(super) async fn even(start: Instant) {
    let steps = start.elapsed().as_millis() / STEP.as_millis() + 1;
    tokio::time::sleep_until(start + STEP * u32::try_from(steps).unwrap_or(1)).await;
}

/// Signs in by user name or address. `None`: there is no such account, or its password is another one. `before` is the secret in the session
/// cookie that the browser showed, if it showed one: that session ends.
///
/// # Errors
/// `Limited` after too many attempts, `Forbidden` if the password is right and the account is suspended.
pub async fn sign_in(anyone: &Anyone, before: Option<&str>, login: &str, password: &str) -> Result<Option<Entered>> {
    let start = Instant::now();
    let db = anyone.read();
    // An address that is not proved lets nobody in: it may be another account's.
    let proved = |profile: &Profile| profile.email_verified || !login.contains('@') || !anyone.app().config.has_mail();
    let profile = store::by_login(&db, login).await?.filter(proved);
    // The same queries for nobody.
    let person = profile.as_ref().map_or(PersonId(uuid::Uuid::nil()), |profile| profile.id);
    let stored = store::password(&db, person).await?;
    let known = was_here(anyone, person).await?;
    // Counted by what was typed: whether a user name and an address belong together does not show.
    let account: String = login.trim().chars().take(254).collect();
    anyone.app().throttle.attempt(&account, anyone.client.address, known)?;
    let priority = if known { Priority::Known } else { Priority::Stranger };
    let matches = anyone.app().hasher.matches(password.to_owned(), stored.clone(), priority).await?;
    let Some(profile) = profile else {
        even(start).await;
        return Ok(None);
    };
    if !matches {
        let may = anyone.authorize::<ServeAccount>(&PersonKey::of(person)).await?;
        may.change(async |_tx| Ok(((), Event::SignInFailed { who: profile.who() }))).await?;
        even(start).await;
        return Ok(None);
    }
    let cookie = begin(anyone, before, &profile, stored.as_deref()).await?;
    Ok(Some(Entered { profile, cookie }))
}

/// Whether the account was used from this address before: an allowance of its own, whatever others try from elsewhere.
async fn was_here(anyone: &Anyone, person: PersonId) -> Result<bool> {
    let (db, address) = (anyone.read(), anyone.client.address.to_string());
    if store::is_known_at(&db, person, &address).await? {
        return Ok(true);
    }
    let wanted = read::Wanted { actor: Some(person), events: vec!["account.signed-in".into()], ..read::Wanted::default() };
    let lately = read::list(&db, Chain::Platform, &wanted, 20).await?;
    Ok(lately.iter().any(|entry| entry.address.as_deref() == Some(&address)))
}

/// Signs somebody in who has shown who they are in another way: whoever has just opened their account. `before` is the secret in the session
/// cookie that the browser showed, if it showed one. Gives the `Set-Cookie` line.
pub async fn sign_in_as(anyone: &Anyone, before: Option<&str>, profile: &Profile) -> Result<String> {
    begin(anyone, before, profile, None).await
}

/// Begins a session with a secret of its own; the one that the browser had before ends.
async fn begin(anyone: &Anyone, before: Option<&str>, profile: &Profile, proved: Option<&str>) -> Result<String> {
    let https = anyone.app().config.is_https();
    let before = before.map(secret::hash);
    let secret = Secret::new("bgs_");
    let client = &anyone.client;
    let new = OwnSession {
        id: SessionId::new(),
        person: profile.id,
        agent: client.agent.clone(),
        address: client.address.to_string(),
        created_at: client.now,
        last_seen_at: client.now,
        expires_at: client.now.plus(ABSOLUTE),
    };
    let way = Way::Session { agent: client.agent.clone() };
    let may = anyone.authorize_as::<ServeAccount>(&profile.who(), way, &PersonKey::of(profile.id)).await?;
    may.change(async |tx| {
        if tx.on().suspended {
            return Err(suspended());
        }
        if let Some(proved) = proved {
            super::unchanged(&tx, profile.id, proved).await?;
        }
        let mut events = vec![];
        if let Some(hash) = before.clone()
            && let Some(old) = store::session_of_cookie(&tx, hash).await?
            && let Some(owner) = store::profile(&tx, old.person).await?
        {
            store::end_session(&tx, old.id).await?;
            let (who, session) = (owner.who(), old.id);
            events.push(match owner.id == profile.id {
                true => Event::SignedOut { who, session },
                false => Event::SessionEnded { who, session },
            });
        }
        store::insert_session(&tx, secret.hash(), &new).await?;
        events.push(Event::SignedIn { who: tx.on().who(), session: new.id });
        Ok(((), events))
    })
    .await?;
    Ok(session::sign_in_cookie(secret.reveal(), https))
}

/// Ends the session that the request came with, if it came with one. Gives the `Set-Cookie` line that forgets it.
pub async fn sign_out(anyone: &Anyone) -> Result<String> {
    if let Some(actor) = &anyone.actor
        && let Credential::Session { id, .. } = &actor.credential
    {
        let may = anyone.authorize_as::<ServeAccount>(&actor.who(), actor.credential.way(), &PersonKey::of(actor.person)).await;
        match may {
            Ok(may) => {
                may.change(async |tx| {
                    store::end_session(&tx, *id).await?;
                    Ok(((), Event::SignedOut { who: tx.on().who(), session: *id }))
                })
                .await?;
            }
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(session::sign_out_cookie(anyone.app().config.is_https()))
}
