//! The mails about invitations.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::{actions, store};
use crate::{
    authz::Mint,
    error::{Error, Result},
    ids::InvitationId,
    mail::{Letter, Text},
};

/// To the person who is invited, with the link.
#[derive(Serialize, Deserialize)]
pub struct Invited {
    /// The invitation.
    pub invitation: InvitationId,
}

#[derive(Template)]
#[template(path = "invitations/templates/mail/invited.html")]
struct InvitedHtml<'a>(&'a InvitedView);

#[derive(Template)]
#[template(path = "invitations/templates/mail/invited.txt", escape = "none")]
struct InvitedText<'a>(&'a InvitedView);

struct InvitedView {
    inviter: String,
    team: String,
    role: String,
    link: String,
    until: String,
    url: String,
}

macro_rules! sees {
    ($($name:ident => $view:ty),*) => {$(
        impl std::ops::Deref for $name<'_> {
            type Target = $view;
            fn deref(&self) -> &$view {
                self.0
            }
        }
    )*};
}

sees!(InvitedHtml => InvitedView, InvitedText => InvitedView, AcceptedHtml => AcceptedView, AcceptedText => AcceptedView);

impl Letter for Invited {
    const KIND: &'static str = "invitation";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let Some(invitation) = store::find(&mint.read(), self.invitation).await? else { return Ok(None) };
        if actions::ended(&mint.read(), &invitation, mint.now()).await?.is_some() {
            return Ok(None);
        }
        let to = match (invitation.email, invitation.invitee) {
            (Some(email), _) => email,
            (None, Some(person)) => match store::mailbox(&mint.read(), person).await? {
                Some(mailbox) => mailbox.email,
                None => return Ok(None),
            },
            (None, None) => return Ok(None),
        };
        let secret = actions::make_link(mint, self.invitation).await?;
        let config = &mint.app().config;
        let view = InvitedView {
            inviter: invitation.inviter_name,
            team: invitation.team_name,
            role: invitation.role.to_string(),
            link: config.url(&format!("/invitation/{}", secret.reveal())),
            until: invitation.expires_at.format("%A %-d %B %Y, %H:%M UTC"),
            url: config.public_url.clone(),
        };
        let subject = format!("Join {} on Burgee", view.team);
        let (plain, html) = (InvitedText(&view).render().map_err(Error::internal)?, InvitedHtml(&view).render().map_err(Error::internal)?);
        Ok(Some(Text { to, subject, plain, html }))
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

#[derive(Template)]
#[template(path = "invitations/templates/mail/accepted.html")]
struct AcceptedHtml<'a>(&'a AcceptedView);

#[derive(Template)]
#[template(path = "invitations/templates/mail/accepted.txt", escape = "none")]
struct AcceptedText<'a>(&'a AcceptedView);

struct AcceptedView {
    inviter: String,
    person: String,
    team: String,
    role: String,
    link: String,
    url: String,
}

impl Letter for Accepted {
    const KIND: &'static str = "invitation-accepted";

    async fn write(&self, mint: &Mint) -> Result<Option<Text>> {
        let config = &mint.app().config;
        let view = AcceptedView {
            inviter: self.inviter.clone(),
            person: self.person.clone(),
            team: self.team.clone(),
            role: self.role.clone(),
            link: config.url(&format!("/team/{}/members", self.slug)),
            url: config.public_url.clone(),
        };
        let (plain, html) =
            (AcceptedText(&view).render().map_err(Error::internal)?, AcceptedHtml(&view).render().map_err(Error::internal)?);
        Ok(Some(Text { to: self.to.clone(), subject: format!("{} joined {}", self.person, self.team), plain, html }))
    }
}
