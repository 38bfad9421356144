//! What administrators do about somebody else's account.

use super::{
    NewPerson, Opening, Profile, actions, administer_store, mail,
    permits::{CreatePerson, DeletePerson, EditPerson},
    store::{
        self,
        links::{self, Link, Made},
        ties,
    },
};
use crate::{
    audit::{Change, Event, Unaudited},
    authn::{Actor, secret::Secret},
    authz::{Authorized, Tx},
    error::{Error, Fields, Result},
    text::{EmailAddress, Name, Username},
};

/// What no token does, whoever made it.
const CREDENTIALS: &str = "A token cannot handle credentials. Please sign in with a browser.";
const PROMOTES: &str = "A token cannot make anybody an administrator. Please sign in with a browser.";

fn is_token(actor: Option<&Actor>) -> bool {
    actor.is_some_and(|actor| !actor.credential.is_session())
}

/// What an account is from the start that an administrator opens.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtFirst {
    /// Whether they run the instance.
    pub administrator: bool,
    /// Whether they have to choose another password than the one that the administrator knows.
    pub password_expired: bool,
}

/// Opens an account for somebody; the administrator vouches for the address.
///
/// # Errors
/// `Forbidden` to a token, besides what is wrong with the account.
pub async fn create(may: &Authorized<CreatePerson>, new: NewPerson, at_first: AtFirst) -> Result<Profile> {
    let AtFirst { administrator, password_expired } = at_first;
    // Whoever knows the password would get in when the token has long been revoked.
    if is_token(may.person()) {
        return Err(Error::forbidden(CREDENTIALS));
    }
    let new = new.ready(&may.app().hasher).await?;
    let mail = may.app().config.has_mail();
    may.change(async |tx| {
        let opening = Opening { verified: true, administrator, how: "in the administration" };
        let (opened, event) = actions::open_in(&tx.grants(), &new, opening, mail, tx.now()).await?;
        let profile = Profile { password_expired, ..opened };
        if password_expired {
            administer_store::update(&tx.grants(), &profile, tx.now()).await?;
        }
        let more = [
            administrator.then(|| Event::Promoted { who: profile.who() }),
            password_expired.then(|| Event::PasswordExpired { who: profile.who() }),
        ];
        Ok((profile, [event].into_iter().chain(more.into_iter().flatten()).collect::<Vec<_>>()))
    })
    .await
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// Another user name.
    pub username: Option<Username>,
    /// Another name.
    pub name: Option<Name>,
    /// Another address. Whether it counts as confirmed stays as it is: the administrator vouches for it.
    pub email: Option<EmailAddress>,
    /// Whether the address counts as confirmed.
    pub verified: Option<bool>,
    /// Whether they run the instance.
    pub administrator: Option<bool>,
    /// Whether they are shut out.
    pub suspended: Option<bool>,
    /// Whether they have to choose a new password before they do anything else.
    pub password_expired: Option<bool>,
}

impl Edits {
    /// Reads names and address.
    pub fn parse(username: Option<&str>, name: Option<&str>, email: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let username = username.and_then(|username| fields.take("username", Username::parse(username)));
        let name = name.and_then(|name| fields.take("name", Name::parse(name)));
        let email = email.and_then(|email| fields.take("email", EmailAddress::parse(email)));
        if fields.0.is_empty() { Ok(Self { username, name, email, ..Self::default() }) } else { Err(fields.into()) }
    }

    fn applied(&self, before: &Profile) -> Profile {
        let text = |new: Option<String>, old: &str| new.unwrap_or_else(|| old.to_owned());
        Profile {
            username: text(self.username.as_ref().map(ToString::to_string), &before.username),
            name: text(self.name.as_ref().map(ToString::to_string), &before.name),
            email: text(self.email.as_ref().map(ToString::to_string), &before.email),
            email_verified: self.verified.unwrap_or(before.email_verified),
            administrator: self.administrator.unwrap_or(before.administrator),
            suspended: self.suspended.unwrap_or(before.suspended),
            password_expired: self.password_expired.unwrap_or(before.password_expired),
            ..before.clone()
        }
    }
}

/// Confirms an address, suspends or lets in again, promotes or demotes, corrects names: all that was asked for, or nothing.
pub async fn edit(may: &Authorized<EditPerson>, edits: &Edits) -> Result<Profile> {
    let own = may.actor()?.person == may.id;
    let mails = may.app().config.has_mail();
    if is_token(may.person()) {
        // Whoever holds the address sets the password.
        if edits.email.as_ref().is_some_and(|email| email.as_str() != may.email) {
            return Err(Error::forbidden(CREDENTIALS));
        }
        if edits.administrator == Some(true) && !may.administrator {
            return Err(Error::forbidden(PROMOTES));
        }
    }
    may.change(async |tx| {
        let before = &tx.on().0;
        let after = edits.applied(before);
        let events = events(before, &after);
        if events.is_empty() {
            return Ok((after, vec![Event::Unaudited(Unaudited::Nothing)]));
        }
        if own && (after.suspended || (before.email_verified && !after.email_verified)) {
            return Err(Error::conflict("own_account", "Nobody can shut out themselves. Please ask another administrator."));
        }
        remains_run(&tx, before, after.administrator && !after.suspended).await?;
        is_free(&tx, &after, edits).await?;
        administer_store::update(&tx.grants(), &after, tx.now()).await?;
        let ended = match after.suspended && !before.suspended {
            true => store::end_sessions(&tx, after.id, None).await?,
            false => 0,
        };
        if after.suspended || after.email != before.email {
            administer_store::forget_links(&tx, after.id).await?;
        }
        if after.email != before.email && mails {
            mail::post_changed(&tx, before, &after.email, tx.now()).await?;
            if !after.email_verified {
                mail::post_confirmation(&tx, &after, tx.now()).await?;
            }
        }
        let mut events = events;
        if ended > 0 {
            events.push(Event::SessionsEnded { who: after.who(), count: ended });
        }
        Ok((Profile { updated_at: tx.now(), ..after }, events))
    })
    .await
}

/// What is different, as the log tells it.
fn events(before: &Profile, after: &Profile) -> Vec<Event> {
    let who = || after.who();
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let verified = Change::of("Address confirmed", yes(before.email_verified), yes(after.email_verified));
    let expired = Change::of("New password asked for", yes(before.password_expired), yes(after.password_expired));
    let changes: Vec<Change> = [
        Change::of("User name", &before.username, &after.username),
        Change::of("Name", &before.name, &after.name),
        Change::of("E-mail", &before.email, &after.email),
        verified.filter(|_| !after.email_verified),
        expired.filter(|_| !after.password_expired),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut events = vec![];
    if !changes.is_empty() {
        events.push(Event::AccountChanged { who: who(), changes });
    }
    if !before.email_verified && after.email_verified {
        events.push(Event::EmailVerified { who: who(), email: after.email.clone() });
    }
    if !before.password_expired && after.password_expired {
        events.push(Event::PasswordExpired { who: who() });
    }
    match (before.administrator, after.administrator) {
        (false, true) => events.push(Event::Promoted { who: who() }),
        (true, false) => events.push(Event::Demoted { who: who() }),
        _ => {}
    }
    match (before.suspended, after.suspended) {
        (false, true) => events.push(Event::Suspended { who: who() }),
        (true, false) => events.push(Event::Resumed { who: who() }),
        _ => {}
    }
    events
}

/// Somebody must be left who runs the instance. The change holds the platform's row, so two cannot both find the other one still there.
async fn remains_run(tx: &Tx<EditPerson>, before: &Profile, after: bool) -> Result<()> {
    let runs_it = before.administrator && !before.suspended;
    if runs_it && !after && !ties::other_administrator(tx, before.id).await? {
        let message = format!("{} is the last administrator. Please make somebody else an administrator first.", before.name);
        return Err(Error::refused("last_administrator", message));
    }
    Ok(())
}

async fn is_free(tx: &Tx<EditPerson>, after: &Profile, edits: &Edits) -> Result<()> {
    let mut fields = Fields::default();
    if let Some(username) = &edits.username
        && store::find_by_username(tx, username).await?.is_some_and(|other| other.id != after.id)
    {
        fields.add("username", format!("“{username}” is taken. Please choose another one."));
    }
    if (edits.email.is_some() || after.email_verified) && store::holder_of_email(tx, after).await?.is_some() {
        fields.add("email", "There is another account with this address.");
    }
    if fields.0.is_empty() { Ok(()) } else { Err(fields.into()) }
}

/// Lets somebody set a new password: by a mailed link; where there is no mail, by a link that the administrator hands over.
pub async fn reset_password(may: &Authorized<EditPerson>) -> Result<Option<String>> {
    if is_token(may.person()) {
        return Err(Error::forbidden(CREDENTIALS));
    }
    let config = &may.app().config;
    let secret = (!config.has_mail()).then(|| Secret::new(""));
    may.change(async |tx| {
        let profile = &tx.on().0;
        if profile.suspended {
            return Err(Error::refused("user_suspended", "This account is suspended. Please end the suspension first."));
        }
        match &secret {
            Some(secret) => {
                let made = Made { person: profile.id, email: profile.email.clone() };
                links::keep(&tx, Link::Reset, &made, secret.hash(), tx.now()).await?;
            }
            None => mail::post_reset(&tx, profile, tx.now()).await?,
        }
        Ok(((), Event::PasswordResetAsked { who: profile.who() }))
    })
    .await?;
    Ok(secret.map(|secret| config.url(&format!("/reset-password/{}", secret.reveal()))))
}

/// Ends all sessions of somebody else, and tells how many. Their tokens and their password stay.
pub async fn end_sessions(may: &Authorized<EditPerson>) -> Result<u64> {
    if may.actor()?.person == may.id {
        return Err(Error::refused("own_account", "This is your own account. You can end its sessions in your account, under Security."));
    }
    may.change(async |tx| {
        let count = store::end_sessions(&tx, tx.on().id, None).await?;
        let event = if count > 0 { Event::SessionsEnded { who: tx.on().who(), count } } else { Event::Unaudited(Unaudited::Nothing) };
        Ok((count, event))
    })
    .await
}

/// Why somebody's account cannot be deleted now, one sentence each.
pub async fn refusals(may: &Authorized<DeletePerson>) -> Result<Vec<String>> {
    if may.actor()?.person == may.id {
        return Ok(vec!["This is your own account. You can delete it in your account, under Profile.".into()]);
    }
    actions::refusals(&may.read(), may).await
}

/// Deletes somebody's account, and everything that hangs on it. What they did stays in the logs.
pub async fn delete(may: &Authorized<DeletePerson>) -> Result<()> {
    let by = may.actor()?.person;
    if by == may.id {
        return Err(Error::refused("own_account", "This is your own account. Please delete it in your account, not here."));
    }
    may.change(async |tx| {
        let events = actions::erase(&tx.grants(), tx.on(), Some(by)).await?;
        Ok(((), events))
    })
    .await
}
