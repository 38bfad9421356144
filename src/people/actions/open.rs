//! Opening an account: by signing up, through an invitation, at the set-up, by an administrator, on the command line.

use crate::{
    audit::{Event, Way, event::Who},
    authn::password::{Hasher, NewPassword, Priority},
    authz::{Anyone, Authorized, ChangesGrants, GrantWriter, NoNames, Platform},
    clock::Time,
    error::{Error, Fields, Result},
    ids::PersonId,
    people::{
        Profile, mail,
        permits::{CreatePerson, OpenAccount},
        store,
    },
    platform, teams,
    text::{EmailAddress, Name, Username},
};

/// What somebody gives to get an account.
pub struct NewPerson {
    /// The name by which they sign in.
    pub username: Username,
    /// Their name.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    password: NewPassword,
}

impl NewPerson {
    /// Reads all of it; every field at fault has its message.
    pub fn parse(username: &str, name: &str, email: &str, password: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let known = [username.trim(), name.trim(), email.trim(), "burgee"];
        let username = fields.take("username", Username::parse(username));
        let name = fields.take("name", Name::parse(name));
        let email = fields.take("email", EmailAddress::parse(email));
        let password = fields.take("password", NewPassword::parse(password, &known));
        match (username, name, email, password) {
            (Some(username), Some(name), Some(email), Some(password)) => Ok(Self { username, name, email, password }),
            _ => Err(fields.into()),
        }
    }

    /// Hashes the password, which takes a while, so that nothing waits for it inside a change.
    pub async fn ready(self, hasher: &Hasher) -> Result<Ready> {
        let hash = hasher.hash(self.password, Priority::Stranger).await?;
        Ok(Ready { id: PersonId::new(), username: self.username, name: self.name, email: self.email, hash })
    }
}

/// An account that is ready to be opened.
pub struct Ready {
    /// Its id.
    pub id: PersonId,
    /// The name by which they will sign in.
    pub username: Username,
    /// Their name.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
    hash: String,
}

impl Ready {
    /// As an event remembers them: whoever opens an account for themselves is its first actor.
    pub fn who(&self) -> Who {
        Who { id: self.id, username: self.username.to_string(), name: self.name.to_string() }
    }
}

/// How an account is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Whether the address is known to be theirs. If not, they are sent a link.
    pub verified: bool,
    /// Whether they run the instance.
    pub administrator: bool,
    /// For the log, after “created the account of …”: `by signing up`, `through an invitation`.
    pub how: &'static str,
}

/// Permits under which an account may be opened.
pub trait Opens: ChangesGrants<On = Platform> {}
impl Opens for OpenAccount {}
impl Opens for CreatePerson {}

/// Opens an account.
pub async fn open<P: Opens>(may: &Authorized<P>, new: &Ready, opening: Opening) -> Result<Profile> {
    let mail = may.app().config.has_mail();
    let opened = may.change(async |tx| {
        let now = tx.now();
        open_in(&tx.grants(), new, opening, mail, now).await
    });
    opened.await.map_err(taken)
}

/// Opens an account inside a change. `mail` is whether the instance sends any.
pub async fn open_in(tx: &GrantWriter<'_>, new: &Ready, opening: Opening, mail: bool, now: Time) -> Result<(Profile, Event)> {
    let mut fields = Fields::default();
    if store::find_by_username(tx, &new.username).await?.is_some() {
        fields.add("username", username_taken(&new.username));
    }
    // Who vouches for an address takes it from an account that has not proved it.
    let free = match opening.verified && mail {
        true => store::release_email(tx, new.email.as_str(), new.id).await?,
        false => store::find_by_email(tx, &new.email).await?.is_none(),
    };
    if !free {
        fields.add("email", "There is an account with this address already.");
    }
    if !fields.0.is_empty() {
        return Err(fields.into());
    }
    enter(tx, new, opening, true, mail, now).await
}

/// Opens the account; `claims_email`: its address is its own.
async fn enter(tx: &GrantWriter<'_>, new: &Ready, opening: Opening, claims_email: bool, mail: bool, now: Time) -> Result<(Profile, Event)> {
    let Opening { verified, administrator, how } = opening;
    let row = store::Row {
        id: new.id,
        username: &new.username,
        name: &new.name,
        email: &new.email,
        claims_email,
        password: &new.hash,
        verified,
        administrator,
    };
    store::insert(tx, row, now).await?;
    let profile = store::profile(tx, new.id).await?.ok_or(Error::NotFound)?;
    if !verified && mail {
        mail::post_confirmation(tx, &profile, now).await?;
    }
    Ok((profile, Event::AccountCreated { who: new.who(), email: new.email.to_string(), how: how.into() }))
}

fn username_taken(username: &Username) -> String {
    format!("“{username}” is taken. Please choose another one.")
}

/// Two people chose the same at the same moment: the second one is told at the field.
fn taken(error: Error) -> Error {
    match error {
        Error::Conflict { code: "taken", .. } => Error::field("username", "Somebody else has just taken this user name or address."),
        other => other,
    }
}

/// Whether anybody may sign up: the setting is on, and mail can prove addresses.
///
/// # Errors
/// `Forbidden` if not.
pub async fn sign_up_allowed(anyone: &Anyone) -> Result<platform::Settings> {
    let settings = platform::load(&anyone.read()).await?;
    match settings.sign_up && anyone.app().config.has_mail() {
        true => Ok(settings),
        false => Err(Error::Forbidden {
            code: "user_registration_unavailable",
            message: "This instance does not take sign-ups. Somebody in a team can invite you.".into(),
        }),
    }
}

/// Opens an account for whoever asks. If the address has one already, there is a new one all the same, which can never prove the address: nothing
/// that one can try from outside tells the two apart, and only the mailbox is told.
pub async fn sign_up(anyone: &Anyone, new: NewPerson, agrees: bool) -> Result<()> {
    let settings = sign_up_allowed(anyone).await?;
    if settings.terms_required && !agrees {
        return Err(Error::field("terms", "Please agree to the terms to go on."));
    }
    // Counted by mailbox as well: whoever signs up again and again only fills it.
    let mailbox = format!("sign up {}", new.email.key());
    anyone.app().throttle.attempt(&mailbox, anyone.client.address, false)?;
    let new = new.ready(&anyone.app().hasher).await?;
    let way = Way::Session { agent: anyone.client.agent.clone() };
    let may = anyone.authorize_as::<OpenAccount>(&new.who(), way, &NoNames {}).await?;
    let opened = may.change(async |tx| {
        let (now, grants) = (tx.now(), tx.grants());
        if store::find_by_username(&grants, &new.username).await?.is_some() {
            return Err(Error::field("username", username_taken(&new.username)));
        }
        let claims_email = store::find_by_email(&grants, &new.email).await?.is_none();
        let opening = Opening { verified: false, administrator: false, how: "by signing up" };
        let (profile, event) = enter(&grants, &new, opening, claims_email, true, now).await?;
        let mut events = vec![event];
        if settings.team_for_new_people {
            events.extend(teams::found_for(&grants, &profile.who(), now).await?);
        }
        Ok(((), events))
    });
    opened.await.map_err(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let wrong = NewPerson::parse("admin", "", "dana@", "dana").err();
        let Some(Error::Invalid(Fields(wrong))) = wrong else { panic!("{wrong:?}") };
        assert_eq!(wrong.keys().map(|name| &**name).collect::<Vec<_>>(), ["email", "name", "password", "username"]);
        assert!(NewPerson::parse("dana", "Dana", "dana@example.com", "lantern over quiet harbour").is_ok());
    }
}
