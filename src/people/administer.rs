//! What administrators do about somebody else's account.

use super::{Profile, administer_store as store, permits::EditPerson};
use crate::{
    audit::{Change, Event, Unaudited},
    authz::{Authorized, Tx},
    error::{Error, Fields, Result},
    text::{EmailAddress, Name, Username},
};

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
}

impl Edits {
    /// Reads names and address.
    pub fn parse(username: Option<&str>, name: Option<&str>, email: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let username = username.and_then(|username| fields.take("username", Username::parse(username)));
        let name = name.and_then(|name| fields.take("name", Name::parse(name)));
        let email = email.and_then(|email| fields.take("email", EmailAddress::parse(email)));
        if fields.0.is_empty() {
            Ok(Self {
                username,
                name,
                email,
                ..Self::default()
            })
        } else {
            Err(fields.into())
        }
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
            ..before.clone()
        }
    }
}

/// Confirms an address, suspends or lets in again, promotes or demotes, corrects names: all that was asked for, or nothing.
pub async fn edit(may: &Authorized<EditPerson>, edits: &Edits) -> Result<Profile> {
    let own = may.actor()?.person == may.id;
    may.change(async |tx| {
        let before = &tx.on().0;
        let after = edits.applied(before);
        let events = events(before, &after);
        if events.is_empty() {
            return Ok((after, vec![Event::Unaudited(Unaudited::Nothing)]));
        }
        if own && (after.suspended || (before.email_verified && !after.email_verified)) {
            return Err(Error::conflict(
                "own_account",
                "Nobody can shut out themselves. Please ask another administrator.",
            ));
        }
        remains_run(&tx, before, after.administrator && !after.suspended).await?;
        is_free(&tx, &after).await?;
        store::update(&tx.grants(), &after, tx.now()).await?;
        let ended = match after.suspended && !before.suspended {
            true => store::end_sessions(&tx, after.id).await?,
            false => 0,
        };
        if after.suspended || after.email != before.email {
            store::forget_links(&tx, after.id).await?;
        }
        let mut events = events;
        if ended > 0 {
            events.push(Event::SessionsEnded {
                who: after.who(),
                count: ended,
            });
        }
        Ok((
            Profile {
                updated_at: tx.now(),
                ..after
            },
            events,
        ))
    })
    .await
}

/// What is different, as the log tells it.
fn events(before: &Profile, after: &Profile) -> Vec<Event> {
    let who = || after.who();
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let verified = Change::of("Address confirmed", yes(before.email_verified), yes(after.email_verified));
    let changes: Vec<Change> = [
        Change::of("User name", &before.username, &after.username),
        Change::of("Name", &before.name, &after.name),
        Change::of("E-mail", &before.email, &after.email),
        verified.filter(|_| !after.email_verified),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut events = vec![];
    if !changes.is_empty() {
        events.push(Event::AccountChanged { who: who(), changes });
    }
    if !before.email_verified && after.email_verified {
        events.push(Event::EmailVerified {
            who: who(),
            email: after.email.clone(),
        });
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
    if runs_it && !after && !store::other_administrator(tx, before.id).await? {
        return Err(last_administrator(&before.name));
    }
    Ok(())
}

/// Why somebody cannot stop being an administrator.
pub(super) fn last_administrator(name: &str) -> Error {
    let message = format!("{name} is the last administrator. Please make somebody else an administrator first.");
    Error::conflict("last_administrator", message)
}

async fn is_free(tx: &Tx<EditPerson>, after: &Profile) -> Result<()> {
    let mut fields = Fields::default();
    if store::username_taken(tx, &after.username, after.id).await? {
        fields.add("username", format!("“{}” is taken.", after.username));
    }
    if store::email_taken(tx, &after.email, after.id).await? {
        fields.add("email", "Another account has this address.");
    }
    if fields.0.is_empty() { Ok(()) } else { Err(fields.into()) }
}
