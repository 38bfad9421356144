//! The mails about invitations.

use serde::{Deserialize, Serialize};

use super::{actions, store};
use crate::{
    authz::Mint,
    error::Result,
    ids::InvitationId,
    mail::{Letter, Sheet, Text},
};

/// To the person who is invited, with the link.
#[derive(Serialize, Deserialize)]
pub struct Invited {
    /// The invitation.
    pub invitation: InvitationId,
}

impl Letter for Invited {
    const KIND: &'static str = "invitations.invited";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(invitation) = store::find(&mint.read(), self.invitation).await? else { return Ok(None) };
        if actions::ended(&mint.read(), &invitation, mint.now()).await?.is_some() {
            return Ok(None);
        }
        let account = match invitation.invitee {
            Some(person) if invitation.email.is_none() => store::mailbox(&mint.read(), person).await?,
            _ => None,
        };
        let Some(to) = invitation.email.clone().or(account.map(|account| account.email)) else { return Ok(None) };
        let secret = actions::make_link(mint, self.invitation).await?;
        let until = invitation.expires_at.format("%A %-d %B %Y, %H:%M UTC");
        let sheet = Sheet {
            to: &to,
            subject: &format!("Join {} on Burgee", invitation.team_name),
            before: vec![format!("{} invites you to join {} as {}.", invitation.inviter_name, invitation.team_name, invitation.role)],
            link: Some(("Look at the invitation", mint.app().config.url(&format!("/invitation/{}", secret.reveal())))),
            after: vec![format!("Nothing changes until you accept. The invitation ends on {until}.")],
            ..Sheet::default()
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
    /// The team's name.
    pub team: String,
    /// The team's slug.
    pub slug: String,
    /// What they are now.
    pub role: String,
}

impl Letter for Accepted {
    const KIND: &'static str = "invitations.accepted";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Self { to, inviter, person, team, slug, role } = self;
        let sheet = Sheet {
            to,
            subject: &format!("{person} joined {team}"),
            name: inviter,
            before: vec![format!("{person} accepted your invitation and is in {team} now, as {role}.")],
            link: Some(("See the members", mint.app().config.url(&format!("/team/{slug}/members")))),
            after: vec![],
        };
        sheet.write(&mint.app().config).map(Some)
    }
}
