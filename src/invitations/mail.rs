//! The mails about invitations.

use serde::{Deserialize, Serialize};

use super::{Invitation, actions, store};
use crate::{
    authz::Mint,
    error::Result,
    ids::InvitationId,
    mail::{Letter, Sheet, Text},
};

/// The invitation that a mail is about, if it still works.
async fn still_open(mint: &Mint, invitation: InvitationId) -> Result<Option<Invitation>> {
    let Some(invitation) = store::find(&mint.read(), invitation).await? else { return Ok(None) };
    let ended = actions::ended(&mint.read(), &invitation, mint.now()).await?;
    Ok(ended.is_none().then_some(invitation))
}

/// To the person who is invited, with the link.
#[derive(Serialize, Deserialize)]
pub struct Invited {
    /// The invitation.
    pub invitation: InvitationId,
}

impl Letter for Invited {
    const KIND: &'static str = "invitations.invited";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(invitation) = still_open(mint, self.invitation).await? else { return Ok(None) };
        let mut before = vec![offered(&invitation)];
        if invitation.product.is_some() {
            before.push(format!("{} belongs to the team {}.", invitation.to(), invitation.team_name));
        }
        let subject = format!("Join {} on Burgee", invitation.to());
        with_link(mint, &invitation, &subject, before).await
    }
}

/// “Dana invites you to join Harbor Works as Member.”
fn offered(invitation: &Invitation) -> String {
    let Invitation { inviter_name, .. } = invitation;
    match &invitation.group_name {
        Some(group) => format!("{inviter_name} invites you to join {}, in the permission group {group}.", invitation.to()),
        None => format!("{inviter_name} invites you to join {} as {}.", invitation.to(), invitation.role),
    }
}

/// A mail to whoever is invited, with a link that only this mail has: the one before stops working.
async fn with_link(mint: &Mint, invitation: &Invitation, subject: &str, before: Vec<String>) -> Result<Option<Text>> {
    let account = match invitation.invitee {
        Some(person) if invitation.email.is_none() => store::mailbox(&mint.read(), person).await?,
        _ => None,
    };
    let Some(to) = invitation.email.clone().or(account.map(|account| account.email)) else { return Ok(None) };
    let secret = actions::make_link(mint, invitation.id).await?;
    let sheet = Sheet {
        to: &to,
        subject,
        before,
        link: Some(("Look at the invitation", mint.app().config.url(&format!("/invitation/{}", secret.reveal())))),
        after: vec![format!("Nothing changes until you accept. The invitation ends on {}.", end(invitation))],
        ..Sheet::default()
    };
    sheet.write(&mint.app().config).map(Some)
}

fn end(invitation: &Invitation) -> String {
    invitation.expires_at.format("%A %-d %B %Y, %H:%M UTC")
}

/// To the person who is invited, two days before it ends.
#[derive(Serialize, Deserialize)]
pub struct Reminder {
    /// The invitation.
    pub invitation: InvitationId,
}

impl Letter for Reminder {
    const KIND: &'static str = "invitations.reminder";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(invitation) = still_open(mint, self.invitation).await? else { return Ok(None) };
        let before = vec![offered(&invitation), "You have not answered yet. This link replaces the one in the mail before.".into()];
        let subject = format!("Your invitation to {} ends soon", invitation.to());
        with_link(mint, &invitation, &subject, before).await
    }
}

/// To the inviter, at the same time.
#[derive(Serialize, Deserialize)]
pub struct Unanswered {
    /// The invitation.
    pub invitation: InvitationId,
}

impl Letter for Unanswered {
    const KIND: &'static str = "invitations.unanswered";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(invitation) = still_open(mint, self.invitation).await? else { return Ok(None) };
        let Some(inviter) = store::mailbox(&mint.read(), invitation.inviter).await? else { return Ok(None) };
        let page = match invitation.product {
            Some(product) => format!("/team/{}/products/{product}/manage", invitation.team_slug),
            None => format!("/team/{}/invitations", invitation.team_slug),
        };
        let sheet = Sheet {
            to: &inviter.email,
            subject: &format!("{} has not answered yet", invitation.invited),
            name: &inviter.name,
            before: vec![format!(
                "{} has not answered your invitation to {} yet. It ends on {}.",
                invitation.invited,
                invitation.to(),
                end(&invitation)
            )],
            link: Some(("See the invitations", mint.app().config.url(&page))),
            after: vec!["Sent again, it is open for another 7 days.".into()],
        };
        sheet.write(&mint.app().config).map(Some)
    }
}

/// To the inviter, when it was accepted.
#[derive(Serialize, Deserialize)]
pub struct Accepted {
    /// The inviter's mailbox.
    pub to: String,
    /// The inviter's name.
    pub inviter: String,
    /// Who accepted.
    pub person: String,
    /// What it was to: the team, or the product.
    pub to_what: String,
    /// Where its people are listed.
    pub page: String,
    /// “as Member”, “in the permission group Developer”.
    pub what: String,
}

impl Accepted {
    /// The letter about an invitation that was just accepted.
    pub fn of(invitation: &Invitation, inviter: &store::Mailbox, person: &str, accepted: &actions::Accepted) -> Self {
        let (page, what) = match (invitation.product, &accepted.group) {
            (Some(product), Some(group)) => {
                (format!("/team/{}/products/{product}/manage", invitation.team_slug), format!("in the permission group {group}"))
            }
            _ => (format!("/team/{}/members", invitation.team_slug), format!("as {}", accepted.role)),
        };
        Self {
            to: inviter.email.clone(),
            inviter: inviter.name.clone(),
            person: person.to_owned(),
            to_what: invitation.to().to_owned(),
            page,
            what,
        }
    }
}

impl Letter for Accepted {
    const KIND: &'static str = "invitations.accepted";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Self { to, inviter, person, to_what, page, what } = self;
        let sheet = Sheet {
            to,
            subject: &format!("{person} joined {to_what}"),
            name: inviter,
            before: vec![format!("{person} accepted your invitation and is in {to_what} now, {what}.")],
            link: Some(("See who is in it", mint.app().config.url(page))),
            after: vec![],
        };
        sheet.write(&mint.app().config).map(Some)
    }
}
