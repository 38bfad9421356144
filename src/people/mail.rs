//! The letters about accounts. What stands in them was parsed when it came in, and every address in them is one of this instance.

use serde::{Deserialize, Serialize};

use super::{
    PersonKey, Profile,
    permits::ServeAccount,
    store::{
        self,
        links::{self, Link, Made},
    },
};
use crate::{
    audit::{Event, Unaudited},
    authn::secret::Secret,
    authz::Mint,
    clock::Time,
    db::Writer,
    error::{Error, Result},
    ids::PersonId,
    jobs::Registry,
    mail::{self, Letter, Posted, Sheet, Text},
    text::EmailAddress,
};

/// Names the letters, so that they can be sent.
pub fn letters(registry: Registry) -> Registry {
    registry
        .job::<Posted<ConfirmAddress>>()
        .job::<Posted<ConfirmNewAddress>>()
        .job::<Posted<AddressChanged>>()
        .job::<Posted<ResetPassword>>()
        .job::<Posted<AlreadyHere>>()
}

const CONFIRM: &str = "Confirm your e-mail address";
const CONFIRM_NEW: &str = "Confirm your new e-mail address";
const CHANGED: &str = "Your e-mail address was changed";
const RESET: &str = "Set a new password";
const HERE: &str = "You have an account already";

/// Asks somebody to prove the address of their account. If it belongs to another account, only its mailbox is told.
pub async fn post_confirmation(tx: &Writer, profile: &Profile, now: Time) -> Result<()> {
    if let Some(owner) = store::owner_of_email(tx, profile).await? {
        return post_already_here(tx, &owner, now).await;
    }
    let letter = ConfirmAddress { person: profile.id, email: profile.email.clone() };
    mail::post(tx, letter, &profile.email, CONFIRM, now).await.map(|_| ())
}

/// Asks for proof of the address that is to take the place of the account's. It waits from now on, and is seen to wait.
pub async fn post_new_address(tx: &Writer, person: PersonId, email: &EmailAddress, now: Time) -> Result<()> {
    // Nobody knows this secret: the letter makes another one when it is sent.
    let made = Made { person, email: email.to_string() };
    links::keep(tx, Link::NewEmail, &made, Secret::new("").hash(), now).await?;
    let letter = ConfirmNewAddress { person, email: email.to_string() };
    mail::post(tx, letter, email.as_str(), CONFIRM_NEW, now).await.map(|_| ())
}

/// Tells the old address that it is no longer the account's.
pub async fn post_changed(tx: &Writer, before: &Profile, email: &str, now: Time) -> Result<()> {
    let letter = AddressChanged { name: before.name.clone(), before: before.email.clone(), after: email.to_owned() };
    mail::post(tx, letter, &before.email, CHANGED, now).await.map(|_| ())
}

/// Sends somebody a link by which they set a new password.
pub async fn post_reset(tx: &Writer, profile: &Profile, now: Time) -> Result<()> {
    if let Some(owner) = store::owner_of_email(tx, profile).await? {
        return post_already_here(tx, &owner, now).await;
    }
    mail::post(tx, ResetPassword { person: profile.id }, &profile.email, RESET, now).await.map(|_| ())
}

/// Tells somebody that their address was given to open a second account.
async fn post_already_here(tx: &Writer, profile: &Profile, now: Time) -> Result<()> {
    mail::post(tx, AlreadyHere { person: profile.id }, &profile.email, HERE, now).await.map(|_| ())
}

/// See [`post_confirmation`].
#[derive(Serialize, Deserialize)]
pub struct ConfirmAddress {
    person: PersonId,
    email: String,
}

impl Letter for ConfirmAddress {
    const KIND: &'static str = "people.confirm-address";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let wanted = |profile: &Profile| !profile.email_verified && profile.email == self.email;
        let Some(profile) = store::profile(&mint.read(), self.person).await?.filter(wanted) else {
            return Ok(None);
        };
        let address = link(mint, Link::Verify, &profile, &self.email, "/verify").await?;
        let before = vec![format!(
            "somebody, most likely you, opened the account {} with this address. Please confirm that the address is yours:",
            profile.username
        )];
        let after = vec![
            "The link is valid for 48 hours. If it was not you, there is nothing to do: without the link, the account stays locked."
                .to_owned(),
        ];
        written(mint, &self.email, CONFIRM, &profile.name, before, Some(("Confirm the address", address)), after).map(Some)
    }
}

/// See [`post_new_address`].
#[derive(Serialize, Deserialize)]
pub struct ConfirmNewAddress {
    person: PersonId,
    email: String,
}

impl Letter for ConfirmNewAddress {
    const KIND: &'static str = "people.confirm-new-address";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let db = mint.read();
        let Some(profile) = store::profile(&db, self.person).await? else {
            return Ok(None);
        };
        let waits = links::waiting(&db, Link::NewEmail, self.person, mint.now()).await?;
        let email = EmailAddress::parse(&self.email).map_err(Error::internal)?;
        // An address that belongs to another account is not told so to whoever asked for it.
        let other = |other: &Profile| other.id != self.person && other.email_verified;
        let taken = store::find_by_email(&db, &email).await?.as_ref().is_some_and(other);
        if waits.as_deref() != Some(&self.email) || taken {
            return Ok(None);
        }
        let address = link(mint, Link::NewEmail, &profile, &self.email, "/account/confirm-email").await?;
        let before =
            vec![format!("the account {} asked to use this address from now on. Please confirm that it is yours:", profile.username)];
        let after = vec!["The link is valid for 48 hours. If you do not know of this, ignore it and nothing will change.".to_owned()];
        written(mint, &self.email, CONFIRM_NEW, &profile.name, before, Some(("Use this address", address)), after).map(Some)
    }
}

/// See [`post_changed`].
#[derive(Serialize, Deserialize)]
pub struct AddressChanged {
    name: String,
    before: String,
    after: String,
}

impl Letter for AddressChanged {
    const KIND: &'static str = "people.address-changed";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let before = vec![format!("the e-mail address of your account was changed to {}. This address is not used any more.", self.after)];
        let after = vec!["If it was not you, tell an administrator of this instance at once.".to_owned()];
        written(mint, &self.before, CHANGED, &self.name, before, None, after).map(Some)
    }
}

/// See [`post_reset`].
#[derive(Serialize, Deserialize)]
pub struct ResetPassword {
    person: PersonId,
}

impl Letter for ResetPassword {
    const KIND: &'static str = "people.reset-password";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(profile) = store::profile(&mint.read(), self.person).await?.filter(|profile| !profile.suspended) else {
            return Ok(None);
        };
        let address = link(mint, Link::Reset, &profile, &profile.email, "/reset-password").await?;
        let before = vec![format!("here you set a new password for the account {}:", profile.username)];
        let after = vec![
            "The link works once, for 24 hours. If you did not ask for it, there is nothing to do: your password stays as it is."
                .to_owned(),
        ];
        written(mint, &profile.email, RESET, &profile.name, before, Some(("Set a new password", address)), after).map(Some)
    }
}

/// See [`post_already_here`].
#[derive(Serialize, Deserialize)]
pub struct AlreadyHere {
    person: PersonId,
}

impl Letter for AlreadyHere {
    const KIND: &'static str = "people.already-here";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(profile) = store::profile(&mint.read(), self.person).await? else {
            return Ok(None);
        };
        let before = vec![format!(
            "somebody, most likely you, has given this address for another account. There is one with it already: {}.",
            profile.username
        )];
        let after =
            vec!["If you have forgotten its password, ask for a new one there. If it was not you, there is nothing to do.".to_owned()];
        let address = mint.app().config.url("/sign-in");
        written(mint, &profile.email, HERE, &profile.name, before, Some(("Sign in", address)), after).map(Some)
    }
}

/// Makes a link whose secret is known only to the mailbox.
async fn link(mint: &Mint, kind: Link, profile: &Profile, email: &str, path: &str) -> Result<String> {
    let secret = Secret::new("");
    let may = mint.authorize::<ServeAccount>(&PersonKey::of(profile.id)).await?;
    let made = Made { person: profile.id, email: email.to_owned() };
    may.change(async |tx| Ok((links::keep(&tx, kind, &made, secret.hash(), tx.now()).await?, Event::Unaudited(Unaudited::LinkMade))))
        .await?;
    Ok(mint.app().config.url(&format!("{path}/{}", secret.reveal())))
}

fn written(
    mint: &Mint,
    to: &str,
    subject: &str,
    name: &str,
    before: Vec<String>,
    link: Option<(&str, String)>,
    after: Vec<String>,
) -> Result<Text> {
    Sheet { to, subject, name, before, link, after }.write(&mint.app().config)
}
