//! The verbs about invitations.

use std::collections::HashSet;

use super::{
    AT_ONCE, Invitation, InvitationKey, mail,
    permits::{AcceptByLink, AcceptInvitation, DeclineInvitation, InvitePeople, ManageInvitation, ServeInvitation},
    store,
};
use crate::{
    audit::{Event, Unaudited, event::Who},
    authn::secret::Secret,
    authz::{Authorized, ChangesGrants, Grants, Mint, Permission, Permit, Resource as _, Role, Tx, decide},
    clock::{DAY, Time},
    db::Reader,
    error::{Error, Result},
    ids::InvitationId,
    members, platform,
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
    /// In the team already.
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

/// Whom to invite as what.
#[derive(Clone, Debug)]
pub struct NewInvitations {
    entries: Vec<Entry>,
    role: Role,
}

impl NewInvitations {
    /// Reads addresses and user names, separated by commas, semicolons, spaces or new lines; the same one twice counts once.
    pub fn parse(people: &str, role: Role) -> Result<Self> {
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
        Ok(Self { entries: entries.collect(), role })
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

/// Invites everybody who can be invited, and tells what became of each.
pub async fn invite(may: &Authorized<InvitePeople>, new: &NewInvitations) -> Result<Vec<(String, Outcome)>> {
    let actor = may.actor()?;
    may.app().throttle.invitations(&actor.person.to_string(), new.len())?;
    let has_mail = may.app().config.has_mail();
    may.change(async |tx| {
        let external = platform::load(&tx).await?.invite_external;
        if !tx.grants_held().include(new.role) {
            return Err(Error::forbidden("You cannot invite somebody to a role that includes more than you hold."));
        }
        let mut outcomes = vec![];
        let mut events = vec![];
        for entry in &new.entries {
            let (text, outcome) = match entry {
                Entry::Wrong(text, why) => (text.clone(), Outcome::Wrong(why.clone())),
                Entry::Email(email) if !has_mail => (email.to_string(), Outcome::NoMail),
                Entry::Email(email) => {
                    let account = store::by_email(&tx, tx.on().id, email.as_str()).await?;
                    let outcome = match account {
                        None if !external => Outcome::NoExternal,
                        account => one(&tx, account, Some(email), new.role, &mut events).await?,
                    };
                    (email.to_string(), outcome)
                }
                Entry::Name(username) => {
                    let outcome = match store::by_username(&tx, tx.on().id, username.as_str()).await? {
                        Some(account) => one(&tx, Some(account), None, new.role, &mut events).await?,
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
    })
    .await
}

/// Invites one person or address, unless they are in the team or have an open invitation.
async fn one(
    tx: &Tx<InvitePeople>,
    account: Option<store::Candidate>,
    email: Option<&EmailAddress>,
    role: Role,
    events: &mut Vec<Event>,
) -> Result<Outcome> {
    let team = tx.on();
    if account.as_ref().and_then(|account| account.role).is_some_and(|role| role >= Role::Member) {
        return Ok(Outcome::AlreadyMember);
    }
    let address = email.map(ToString::to_string).or_else(|| account.as_ref().map(|account| account.email.clone())).unwrap_or_default();
    let invitee = account.as_ref().map(|account| account.id);
    for earlier in store::earlier(tx, team.id, invitee, &address).await? {
        if earlier.expires_at > tx.now() {
            return Ok(Outcome::AlreadyInvited);
        }
        if let Some(ended) = store::find(tx, earlier.id).await? {
            store::delete(tx, earlier.id).await?;
            events.push(Event::InvitationEnded { team: team.id, invitation: ended.id, invitee: ended.invited, product: None });
        }
    }
    let Grants::Person(held) = tx.grants_held() else { return Err(Error::internal("the system does not invite")) };
    let id = InvitationId::new();
    let text = email.map(ToString::to_string);
    store::insert(tx, store::New { id, team: team.id, role, inviter: held.person, invitee, email: text.as_deref(), now: tx.now() }).await?;
    post(tx, id, &address, &team.name).await?;
    let invitee = email.map(ToString::to_string).or(account.map(|account| account.username)).unwrap_or_default();
    events.push(Event::InvitationSent { team: team.id, invitation: id, invitee, role: role.to_string(), product: None });
    Ok(Outcome::Invited(tx.now().plus(super::OPEN)))
}

/// Posts the mail of an invitation; without mail it stands in the account only.
async fn post<P: Permit>(tx: &Tx<P>, invitation: InvitationId, to: &str, team: &str) -> Result<()> {
    if !tx.has_mail() {
        return Ok(());
    }
    let posted = crate::mail::post(tx, mail::Invited { invitation }, to, &format!("Join {team} on Burgee"), tx.now()).await?;
    store::set_mail(tx, invitation, posted).await
}

/// Sends it again: a new link, another seven days, and the actor is the inviter from now on.
pub async fn resend(may: &Authorized<ManageInvitation>) -> Result<()> {
    let actor = may.actor()?.person;
    may.change(async |tx| {
        let invitation = tx.on();
        if !tx.grants_held().include(invitation.role) {
            return Err(Error::forbidden("You cannot offer a role that includes more than you hold."));
        }
        store::renew(&tx, invitation.id, actor, tx.now()).await?;
        let to = match (&invitation.email, invitation.invitee) {
            (Some(email), _) => email.clone(),
            (None, Some(person)) => store::mailbox(&tx, person).await?.ok_or(Error::NotFound)?.email,
            (None, None) => return Err(Error::NotFound),
        };
        post(&tx, invitation.id, &to, &invitation.team_name).await?;
        let invitee = invitation.invited.clone();
        Ok(((), Event::InvitationResent { team: invitation.team, invitation: invitation.id, invitee, product: None }))
    })
    .await
}

/// Takes it back.
pub async fn revoke(may: &Authorized<ManageInvitation>) -> Result<()> {
    may.change(async |tx| {
        let Invitation { team, id, invited, .. } = tx.on().clone();
        spend(&tx, id).await?;
        Ok(((), Event::InvitationRevoked { team, invitation: id, invitee: invited, product: None }))
    })
    .await
}

/// Accepts it: Member or Owner of the team from now on.
///
/// # Errors
/// `Gone` if it has expired, or if its inviter may no longer give what it offers.
pub async fn accept(may: &Authorized<AcceptInvitation>) -> Result<Role> {
    let who = may.actor()?.who();
    may.change(async |tx| take_up(&tx, tx.on(), &who).await).await
}

/// Accepts it in the name of somebody who has just opened an account through its link.
pub async fn accept_by_link(may: &Authorized<AcceptByLink>, who: &Who) -> Result<Role> {
    may.change(async |tx| take_up(&tx, tx.on(), who).await).await
}

async fn take_up<P: ChangesGrants>(tx: &Tx<P>, invitation: &Invitation, who: &Who) -> Result<(Role, Event)> {
    if let Some(why) = ended(tx, invitation, tx.now()).await? {
        return Err(Error::Gone(why.into()));
    }
    spend(tx, invitation.id).await?;
    let role = members::add(tx, invitation.team, who.id, invitation.role, &invitation.inviter_name, tx.now()).await?;
    if tx.has_mail()
        && let Some(inviter) = store::mailbox(tx, invitation.inviter).await?
    {
        let letter = mail::Accepted {
            to: inviter.email.clone(),
            inviter: inviter.name,
            person: who.name.clone(),
            team: invitation.team_name.clone(),
            slug: invitation.team_slug.clone(),
            role: role.to_string(),
        };
        let subject = format!("{} joined {}", who.name, invitation.team_name);
        crate::mail::post(tx, letter, &inviter.email, &subject, tx.now()).await?;
    }
    let (team, invitation, who, role_name) = (invitation.team, invitation.id, who.clone(), role.to_string());
    Ok((role, Event::InvitationAccepted { team, invitation, who, role: role_name, product: None }))
}

/// Why an invitation does not work any more: it is past its time, or its inviter may no longer give what it offers.
pub async fn ended(db: &Reader, invitation: &Invitation, now: Time) -> Result<Option<String>> {
    if invitation.expires_at <= now {
        return Ok(Some("This invitation ended after 7 days. Please ask for a new one.".into()));
    }
    let grants = Grants::load(db, invitation.inviter, &invitation.place(), None, false).await?;
    let may = decide(&grants, Permission::InvitationManage, &invitation.place()).allows() && grants.include(invitation.role);
    Ok((!may).then(|| {
        format!(
            "{} may no longer invite to {}. Please ask an owner of the team for a new invitation.",
            invitation.inviter_name, invitation.team_name
        )
    }))
}

/// Declines it.
pub async fn decline(may: &Authorized<DeclineInvitation>) -> Result<()> {
    may.change(async |tx| turn_down(&tx, tx.on()).await).await
}

/// Declines it by its link, without an account.
pub async fn decline_by_link(may: &Authorized<ServeInvitation>) -> Result<()> {
    may.change(async |tx| turn_down(&tx, tx.on()).await).await
}

async fn turn_down<P: Permit>(tx: &Tx<P>, invitation: &Invitation) -> Result<((), Event)> {
    spend(tx, invitation.id).await?;
    let invitee = invitation.invited.clone();
    Ok(((), Event::InvitationDeclined { team: invitation.team, invitation: invitation.id, invitee, product: None }))
}

/// An invitation is used once: whoever comes second finds it gone.
async fn spend<P: Permit>(tx: &Tx<P>, invitation: InvitationId) -> Result<()> {
    if store::delete(tx, invitation).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Makes the secret of an invitation's link and keeps its hash: the one before stops working.
pub async fn make_link(mint: &Mint, invitation: InvitationId) -> Result<Secret> {
    let secret = Secret::new("bgi_");
    let may = mint.authorize::<ServeInvitation>(&InvitationKey::of(invitation)).await?;
    may.change(async |tx| {
        store::set_hash(&tx, invitation, secret.hash()).await?;
        Ok(((), Event::Unaudited(Unaudited::LinkMade)))
    })
    .await?;
    Ok(secret)
}

/// Takes away invitations that ended a month ago; until then owners see them as ended and can send them again.
pub async fn clear_expired(mint: Mint) -> Result<()> {
    for invitation in store::expired(&mint.read(), mint.now().plus(-30 * DAY)).await? {
        let Ok(may) = mint.authorize::<ServeInvitation>(&InvitationKey::of(invitation)).await else { continue };
        let ended = may.change(async |tx| {
            let Invitation { team, id, invited, .. } = tx.on().clone();
            spend(&tx, id).await?;
            Ok(((), Event::InvitationEnded { team, invitation: id, invitee: invited, product: None }))
        });
        match ended.await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
