//! Inviting: reading what was typed, and telling what became of each entry.

use std::collections::HashSet;

use super::post;
use crate::{
    audit::{Event, Unaudited, event::ToProduct},
    authz::{Authorized, Grants, Permit, Role, Tx},
    clock::Time,
    db::Reader,
    error::{Error, Fields, Result},
    ids::{GroupId, InvitationId, PersonId, TeamId},
    invitations::{
        AT_ONCE, Invitation, OPEN,
        permits::{InvitePeople, InviteToProduct},
        store,
    },
    platform, product_members,
    text::{EmailAddress, Username},
};

/// One entry of what was typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An address.
    Email(EmailAddress),
    /// A user name.
    Name(Username),
    /// Neither, and why.
    Wrong(String, String),
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Invited; open until then.
    Invited(Time),
    /// In the team, or in the product, already.
    AlreadyMember,
    /// Invited already, and that invitation is still open.
    AlreadyInvited,
    /// Not a user name of this instance.
    Unknown,
    /// People without an account may not be invited here.
    NoExternal,
    /// There is no mail here.
    NoMail,
    /// Neither an address nor a user name, and why.
    Wrong(String),
}

impl Outcome {
    /// Why nobody was invited, if nobody was.
    fn refusal(&self) -> Option<&str> {
        Some(match self {
            Self::Invited(_) => return None,
            Self::AlreadyMember => "is in the product already.",
            Self::AlreadyInvited => "is invited already.",
            Self::Unknown => "is not the user name of anybody here.",
            Self::NoExternal => "has no account here, and only people with an account can be invited.",
            Self::NoMail => "cannot be invited by mail: this instance sends none.",
            Self::Wrong(why) => why,
        })
    }
}

/// Whom to invite.
#[derive(Clone, Debug)]
pub struct NewInvitations {
    entries: Vec<Entry>,
}

/// To what.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The team.
    pub team: TeamId,
    /// What it is called: the team, or the product.
    pub name: String,
    /// What it makes of somebody in the team; Guest where it is to a product.
    pub role: Role,
    /// The product with the group, where it is to one.
    pub product: Option<ToProduct>,
}

impl NewInvitations {
    /// Reads addresses and user names, separated by commas, semicolons, spaces or new lines; the same one twice counts once.
    pub fn parse(people: &str) -> Result<Self> {
        let mut seen = HashSet::new();
        let texts = people.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|text| !text.is_empty());
        let texts: Vec<&str> = texts.filter(|text| seen.insert(text.to_lowercase())).collect();
        match texts.len() {
            0 => return Err(Error::field("people", "Please give at least one e-mail address or user name.")),
            1..=AT_ONCE => {}
            many => {
                return Err(Error::field(
                    "people",
                    format!("At most {AT_ONCE} people at once, please; these are {many}. Nobody was invited."),
                ));
            }
        }
        let entries = texts.into_iter().map(|text| {
            let parsed =
                if text.contains('@') { EmailAddress::parse(text).map(Entry::Email) } else { Username::parse(text).map(Entry::Name) };
            parsed.unwrap_or_else(|why| Entry::Wrong(text.chars().take(254).collect(), why.into_owned()))
        });
        Ok(Self { entries: entries.collect() })
    }

    /// Reads addresses; the same one twice counts once.
    ///
    /// # Errors
    /// `emails` for none or too many; `emails[n]` for each that is no address.
    pub fn addresses(emails: &[String]) -> Result<Self> {
        match emails.len() {
            0 => return Err(Error::field("emails", "Please give at least one e-mail address.")),
            1..=AT_ONCE => {}
            many => return Err(Error::field("emails", format!("At most {AT_ONCE} people at once, please; these are {many}."))),
        }
        let mut fields = Fields::default();
        let mut seen = HashSet::new();
        let mut entries = vec![];
        for (at, email) in emails.iter().enumerate() {
            match EmailAddress::parse(email) {
                Ok(email) if seen.insert(email.to_string().to_lowercase()) => entries.push(Entry::Email(email)),
                Ok(_) => {}
                Err(why) => fields.add(format!("emails[{at}]"), why),
            }
        }
        if fields.0.is_empty() { Ok(Self { entries }) } else { Err(fields.into()) }
    }

    /// How many different entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Never: parsing refuses that.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Invites everybody who can be invited to the team, in a role, and tells what became of each.
pub async fn invite(may: &Authorized<InvitePeople>, new: &NewInvitations, role: Role) -> Result<Vec<(String, Outcome)>> {
    may.app().throttle.invitations(&may.actor()?.person.to_string(), new.len())?;
    may.change(async |tx| {
        if !tx.grants_held().include(role) {
            return Err(Error::forbidden("You cannot invite somebody to a role that includes more than you hold."));
        }
        let team = tx.on();
        let offer = Offer { team: team.id, name: team.name.clone(), role, product: None };
        each(&tx, &new.entries, &offer).await
    })
    .await
}

/// Invites everybody who can be invited to the product, with a permission group, and tells what became of each.
///
/// # Errors
/// `Forbidden` where the group gives more than the actor holds, and while the team is suspended.
pub async fn invite_to_product(may: &Authorized<InviteToProduct>, new: &NewInvitations, group: GroupId) -> Result<Vec<(String, Outcome)>> {
    may.app().throttle.invitations(&may.actor()?.person.to_string(), new.len())?;
    may.change(async |tx| to_product(&tx, new, group).await).await
}

/// Invites everybody to the product, with a permission group; or nobody, if there is one who cannot be invited.
///
/// # Errors
/// `emails[n]` for each of those; else as [`invite_to_product`].
pub async fn invite_all_to_product(may: &Authorized<InviteToProduct>, emails: &[String], group: GroupId) -> Result<()> {
    let new = NewInvitations::addresses(emails)?;
    may.app().throttle.invitations(&may.actor()?.person.to_string(), new.len())?;
    may.change(async |tx| {
        let (outcomes, events) = to_product(&tx, &new, group).await?;
        let mut fields = Fields::default();
        for (address, outcome) in outcomes {
            let Some(why) = outcome.refusal() else { continue };
            let at = emails.iter().position(|email| email.trim().eq_ignore_ascii_case(&address)).unwrap_or_default();
            fields.add(format!("emails[{at}]"), format!("{address}: {why}"));
        }
        if fields.0.is_empty() { Ok(((), events)) } else { Err(fields.into()) }
    })
    .await
}

async fn to_product(tx: &Tx<InviteToProduct>, new: &NewInvitations, group: GroupId) -> Result<(Vec<(String, Outcome)>, Vec<Event>)> {
    if let Grants::Person(held) = tx.grants_held()
        && held.team_suspended
    {
        let message = "This team is suspended. Nobody can be invited until an administrator ends that.";
        return Err(Error::Forbidden { code: "team_suspended", message: message.into() });
    }
    let product = tx.on();
    let group = product_members::group_in(tx, product.id, group).await?;
    product_members::may_give(tx, tx.grants_held(), None, &group).await?;
    let to = ToProduct { id: product.id, name: product.name.clone(), group: group.id, group_name: group.name };
    let offer = Offer { team: product.team, name: product.name.clone(), role: Role::Guest, product: Some(to) };
    each(tx, &new.entries, &offer).await
}

async fn each<P: Permit>(tx: &Tx<P>, entries: &[Entry], offer: &Offer) -> Result<(Vec<(String, Outcome)>, Vec<Event>)> {
    let external = platform::load(tx).await?.invite_external;
    let Grants::Person(held) = tx.grants_held() else { return Err(Error::internal("the system does not invite")) };
    let inviter = held.person;
    let product = offer.product.as_ref().map(|to| to.id);
    let mut outcomes = vec![];
    let mut events = vec![];
    for entry in entries {
        let (text, outcome) = match entry {
            Entry::Wrong(text, why) => (text.clone(), Outcome::Wrong(why.clone())),
            Entry::Email(email) if !tx.has_mail() => (email.to_string(), Outcome::NoMail),
            Entry::Email(email) => {
                let account = store::by_email(tx, offer.team, product, email.as_str()).await?;
                let outcome = match account {
                    None if !external => Outcome::NoExternal,
                    account => one(tx, inviter, account, Some(email), offer, &mut events).await?,
                };
                (email.to_string(), outcome)
            }
            Entry::Name(username) => {
                let outcome = match store::by_username(tx, offer.team, product, username.as_str()).await? {
                    Some(account) => one(tx, inviter, Some(account), None, offer, &mut events).await?,
                    None => Outcome::Unknown,
                };
                (username.to_string(), outcome)
            }
        };
        outcomes.push((text, outcome));
    }
    if events.is_empty() {
        events.push(Event::Unaudited(Unaudited::Nothing));
    }
    Ok((outcomes, events))
}

/// Invites an address inside a change that has decided whether `inviter` may give what is offered. Where there is no mail, whoever has the address
/// confirmed is invited by their account.
pub async fn offer<P: Permit>(
    tx: &Tx<P>,
    inviter: PersonId,
    offer: &Offer,
    email: &EmailAddress,
    events: &mut Vec<Event>,
) -> Result<Outcome> {
    let account = store::by_email(tx, offer.team, offer.product.as_ref().map(|to| to.id), email.as_str()).await?;
    match account {
        None if !tx.has_mail() => Ok(Outcome::NoMail),
        None if !platform::load(tx).await?.invite_external => Ok(Outcome::NoExternal),
        account => one(tx, inviter, account, Some(email).filter(|_| tx.has_mail()), offer, events).await,
    }
}

/// Whether somebody is in the team, or in the product if that is what is offered. An Owner of the team is in every product.
fn is_in(account: &store::Candidate, product: bool) -> bool {
    match product {
        true => account.in_product || account.role == Some(Role::Owner),
        false => account.role.is_some_and(|role| role >= Role::Member),
    }
}

/// Whether somebody is already where an invitation leads.
pub(super) async fn has_arrived(db: &Reader, invitation: &Invitation, person: PersonId) -> Result<bool> {
    let account = store::by_id(db, invitation.team, invitation.product, person).await?;
    Ok(account.is_some_and(|account| is_in(&account, invitation.product.is_some())))
}

/// Invites one person or address, unless they are in already or have an open invitation.
async fn one<P: Permit>(
    tx: &Tx<P>,
    inviter: PersonId,
    account: Option<store::Candidate>,
    email: Option<&EmailAddress>,
    offer: &Offer,
    events: &mut Vec<Event>,
) -> Result<Outcome> {
    let (team, role) = (offer.team, offer.role);
    if account.as_ref().is_some_and(|account| is_in(account, offer.product.is_some())) {
        return Ok(Outcome::AlreadyMember);
    }
    let address = email.map(ToString::to_string).or_else(|| account.as_ref().map(|account| account.email.clone())).unwrap_or_default();
    let invitee = account.as_ref().map(|account| account.id);
    let named = email.map_or(store::Named::Account(invitee), store::Named::Address);
    for earlier in store::earlier(tx, team, offer.product.as_ref().map(|to| to.id), &named).await? {
        if earlier.expires_at > tx.now() {
            return Ok(Outcome::AlreadyInvited);
        }
        if let Some(ended) = store::find(tx, earlier.id).await? {
            store::delete(tx, earlier.id).await?;
            let product = ended.to_product();
            events.push(Event::InvitationEnded { team, invitation: ended.id, invitee: ended.invited, product });
        }
    }
    let id = InvitationId::new();
    let text = email.map(ToString::to_string);
    let product = offer.product.as_ref();
    let new = store::New { id, team, role, product, inviter, invitee, email: text.as_deref(), now: tx.now() };
    store::insert(tx, new).await?;
    post(tx, id, &address, &offer.name).await?;
    let invitee = text.or(account.map(|account| account.username)).unwrap_or_default();
    events.push(Event::InvitationSent { team, invitation: id, invitee, role: role.to_string(), product: product.cloned() });
    Ok(Outcome::Invited(tx.now().plus(OPEN)))
}
