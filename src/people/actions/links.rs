//! What is done through links that mails carry: proving an address, taking another one, setting a new password.

use tokio::time::Instant;

use super::{
    credentials::{THE_SAME, end_tokens, judged},
    prove,
    sign_in::even,
    suspended, unchanged,
};
use crate::{
    audit::{Change, Event, Unaudited, Way},
    authn::password::Priority,
    authz::{Anyone, Authorized},
    error::{Error, Result},
    people::{
        PersonKey, Profile, mail,
        permits::{EditAccount, ManageCredentials, ServeAccount},
        store::{
            self,
            links::{self, Link},
        },
    },
    platform,
    text::EmailAddress,
};

/// A link that is valid.
#[derive(Debug)]
pub struct Kept {
    /// Whose it is.
    pub profile: Profile,
    /// The mailbox that it was sent to.
    pub email: String,
}

fn ended() -> Error {
    Error::Gone("This link has ended or was used before. Please ask for a new one.".into())
}

/// Finds a link by the secret that somebody shows.
///
/// # Errors
/// `Gone` if it is not valid, `Forbidden` if somebody else is signed in.
pub async fn find_link(anyone: &Anyone, kind: Link, token: &str) -> Result<Kept> {
    let db = anyone.read();
    let made = links::find(&db, kind, token, anyone.client.now).await?.ok_or_else(ended)?;
    let profile = store::profile(&db, made.person).await?.ok_or_else(ended)?;
    if anyone.actor.as_ref().is_some_and(|actor| actor.person != profile.id) {
        return Err(Error::forbidden(
            "This link belongs to another account than the one you are signed in with. Sign out first, then open it again.",
        ));
    }
    Ok(Kept { profile, email: made.email })
}

async fn serve(anyone: &Anyone, profile: &Profile) -> Result<Authorized<ServeAccount>> {
    anyone.authorize_as::<ServeAccount>(&profile.who(), Way::Link, &PersonKey::of(profile.id)).await
}

/// Sends the mail that proves the address again.
pub async fn verify_again(may: &Authorized<EditAccount>) -> Result<()> {
    if may.email_verified || !may.app().config.has_mail() {
        return Ok(());
    }
    if let Some(client) = may.client() {
        may.app().throttle.attempt(&format!("verify {}", may.id), client.address, false)?;
    }
    may.change(async |tx| {
        mail::post_confirmation(&tx, tx.on(), tx.now()).await?;
        Ok(((), Event::VerificationAsked { who: tx.on().who(), email: tx.on().email.clone() }))
    })
    .await
}

/// Proves the address of an account.
pub async fn verify(anyone: &Anyone, token: &str) -> Result<Profile> {
    let kept = find_link(anyone, Link::Verify, token).await?;
    let may = serve(anyone, &kept.profile).await?;
    may.change(async |tx| {
        if !links::spend(&tx, Link::Verify, token, tx.now()).await? || tx.on().email != kept.email {
            return Err(ended());
        }
        let event = match tx.on().email_verified {
            true => Event::Unaudited(Unaudited::Nothing),
            false => {
                if !store::release_email(&tx, &kept.email, tx.on().id).await? {
                    return Err(ended());
                }
                store::set_verified(&tx, tx.on(), tx.now()).await?;
                Event::EmailVerified { who: tx.on().who(), email: kept.email.clone() }
            }
        };
        Ok((tx.on().0.clone(), event))
    })
    .await
}

/// Whether a password may be reset by mail.
pub async fn reset_allowed(anyone: &Anyone) -> Result<bool> {
    Ok(anyone.app().config.has_mail() && platform::load(&anyone.read()).await?.reset_password)
}

/// Sends a link to set a new password, if there is such an account. The answer says nothing about it, and takes the same time.
pub async fn forgot_password(anyone: &Anyone, login: &str) -> Result<()> {
    let start = Instant::now();
    if !reset_allowed(anyone).await? {
        let message = "On this instance, passwords are not reset by mail. Please ask an administrator.".into();
        return Err(Error::Forbidden { code: "password_reset_unavailable", message });
    }
    let login: String = login.trim().chars().take(254).collect();
    if login.is_empty() {
        return Err(Error::field("user", "Please give your user name or address."));
    }
    anyone.app().throttle.attempt(&format!("reset {login}"), anyone.client.address, false)?;
    if let Some(profile) = store::by_login(&anyone.read(), &login).await?.filter(|profile| !profile.suspended) {
        let may = anyone.authorize::<ServeAccount>(&PersonKey::of(profile.id)).await?;
        may.change(async |tx| {
            mail::post_reset(&tx, tx.on(), tx.now()).await?;
            Ok(((), Event::PasswordResetAsked { who: tx.on().who() }))
        })
        .await?;
    }
    even(start).await;
    Ok(())
}

/// Sets a new password through a mailed link, once. Every session ends, and every token if that is wanted; the address is proved by the way.
pub async fn reset_password(anyone: &Anyone, token: &str, password: &str, revoke_tokens: bool) -> Result<Profile> {
    let kept = find_link(anyone, Link::Reset, token).await?;
    anyone.app().throttle.from(anyone.client.address)?;
    let judged = judged(&kept.profile, password)?;
    // A new password was asked for because of the old one.
    if kept.profile.password_expired {
        let stored = store::password(&anyone.read(), kept.profile.id).await?;
        if anyone.app().hasher.matches(password.to_owned(), stored, Priority::Known).await? {
            return Err(Error::field("password", THE_SAME));
        }
    }
    let hash = anyone.app().hasher.hash(judged, Priority::Known).await?;
    let may = serve(anyone, &kept.profile).await?;
    may.change(async |tx| {
        let (profile, now) = (tx.on(), tx.now());
        if profile.suspended {
            return Err(suspended());
        }
        if !links::spend(&tx, Link::Reset, token, now).await? || profile.email != kept.email {
            return Err(ended());
        }
        store::set_password(&tx, profile.id, &hash, now).await?;
        let count = store::end_sessions(&tx, profile.id, None).await?;
        let who = profile.who();
        let mut events = vec![Event::PasswordReset { who: who.clone() }];
        if count > 0 {
            events.push(Event::SessionsEnded { who: who.clone(), count });
        }
        if revoke_tokens {
            events.extend(end_tokens(&tx, &who).await?);
        }
        if !profile.email_verified && store::release_email(&tx, &kept.email, profile.id).await? {
            store::set_verified(&tx, profile, now).await?;
            links::forget(&tx, Link::Verify, profile.id).await?;
            events.push(Event::EmailVerified { who, email: kept.email.clone() });
        }
        Ok((tx.on().0.clone(), events))
    })
    .await
}

/// Asks for another address, which takes the place of the old one when a mail to it was answered. Gives whether it waits for that:
/// where there is no mail, it is changed at once, and not proved.
pub async fn change_email(may: &Authorized<ManageCredentials>, email: &EmailAddress, password: &str) -> Result<bool> {
    if may.password_expired {
        return Err(Error::PasswordExpired);
    }
    let proved = prove(may, password, "password").await?;
    let waits = may.app().config.has_mail();
    let changed = may.change(async |tx| {
        let (person, now) = (tx.on().id, tx.now());
        unchanged(&tx, person, &proved).await?;
        if tx.on().email == email.as_str() {
            links::forget(&tx, Link::NewEmail, person).await?;
            return Ok((false, Event::Unaudited(Unaudited::Nothing)));
        }
        if waits {
            mail::post_new_address(&tx, person, email, now).await?;
            return Ok((true, Event::EmailChangeAsked { who: tx.on().who(), email: email.to_string() }));
        }
        store::set_email(&tx, person, email, false, now).await?;
        let changes = Change::of("E-mail", &tx.on().email, email).into_iter().collect();
        Ok((false, Event::AccountChanged { who: tx.on().who(), changes }))
    });
    changed.await.map_err(taken)
}

/// Takes the address that a mail has just proved.
pub async fn confirm_email(anyone: &Anyone, token: &str) -> Result<()> {
    let kept = find_link(anyone, Link::NewEmail, token).await?;
    let email = EmailAddress::parse(&kept.email).map_err(Error::internal)?;
    let may = serve(anyone, &kept.profile).await?;
    let confirmed = may.change(async |tx| {
        let (profile, now) = (tx.on(), tx.now());
        if !links::spend(&tx, Link::NewEmail, token, now).await? {
            return Err(ended());
        }
        if !store::release_email(&tx, email.as_str(), profile.id).await? {
            return Err(ended());
        }
        store::set_email(&tx, profile.id, &email, true, now).await?;
        // What was sent to the old mailbox opens nothing any more.
        links::forget(&tx, Link::Verify, profile.id).await?;
        links::forget(&tx, Link::Reset, profile.id).await?;
        mail::post_changed(&tx, profile, email.as_str(), now).await?;
        let changes = Change::of("E-mail", &profile.email, &email).into_iter().collect();
        Ok(((), Event::AccountChanged { who: profile.who(), changes }))
    });
    confirmed.await.map_err(taken)
}

fn taken(error: Error) -> Error {
    match error {
        Error::Conflict { code: "taken", .. } => Error::field("email", "There is another account with this address."),
        other => other,
    }
}
