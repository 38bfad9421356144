//! The pages behind the link of an invitation. Looking at it changes nothing.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    Invitation, InvitationKey, actions,
    pages::{Show, SignUp, Stand, welcome},
    permits::{AcceptByLink, AcceptInvitation, ServeInvitation},
    store,
};
use crate::{
    audit::Way,
    authn::secret,
    authz::{Anyone, NoNames, Segment, SignedIn},
    error::{Error, Result},
    people::{self, permits::OpenAccount},
    platform, teams,
    ui::{Asked, Form, Html, Posted, Signal, Toast, done},
};

const GONE: &str = "This link does not work. It may have been used, taken back, or replaced by a newer one in your mailbox.";

/// The invitation that a link is for.
async fn find(anyone: &Anyone, token: &str) -> Result<Invitation> {
    store::by_hash(&anyone.read(), secret::hash(token)).await?.ok_or(Error::Gone(GONE.into()))
}

pub async fn show(anyone: Anyone, Segment(token): Segment) -> Result<Response> {
    let invitation = find(&anyone, &token).await?;
    let db = anyone.read();
    let stand = match (actions::ended(&db, &invitation, anyone.client.now).await?, &anyone.actor) {
        (Some(why), _) => Stand::Ended { why },
        (None, Some(actor)) if invitation.invitee == Some(actor.person) => Stand::Open,
        (None, Some(actor)) => Stand::SomebodyElse { me: actor.username.clone() },
        // Whoever has the link has the mailbox, and may know whether it has an account.
        (None, None) => Stand::SignedOut { sign_up: invitation.invitee.is_none() && invitation.email.is_some() },
    };
    let ended = matches!(stand, Stand::Ended { .. });
    let page = Show {
        frame: teams::anyone_frame(&anyone, &format!("Join {}", invitation.to())).await?,
        token,
        team: invitation.team_name.clone(),
        signal: Signal::of(&invitation.team.to_string()),
        role: invitation.role.name().into(),
        product: invitation.product_name.clone(),
        group: invitation.group_name.clone(),
        inviter: invitation.inviter_name.clone(),
        expires: invitation.expires_at.into(),
        stand,
    };
    Ok(Html(page).with(if ended { StatusCode::GONE } else { StatusCode::OK }))
}

pub async fn accept(may: SignedIn, Segment(token): Segment, asked: Asked) -> Result<Response> {
    let invitation = store::by_hash(&may.read(), secret::hash(&token)).await?.ok_or(Error::Gone(GONE.into()))?;
    let may = may.on::<AcceptInvitation>(&InvitationKey::of(invitation.id)).await?;
    let accepted = actions::accept(&may).await?;
    Ok(done(asked, &may.inside(), Some(welcome(&may, &accepted))))
}

pub async fn decline(anyone: Anyone, Segment(token): Segment, asked: Asked) -> Result<Response> {
    let invitation = find(&anyone, &token).await?;
    let key = InvitationKey::of(invitation.id);
    let may = match (&anyone.actor, invitation.invitee) {
        (Some(actor), _) if actor.password_expired => return Err(Error::PasswordExpired),
        (Some(actor), Some(person)) if actor.person == person => {
            anyone.authorize_as::<ServeInvitation>(&actor.who(), actor.credential.way(), &key).await?
        }
        // It is somebody else’s: the link is not for this account.
        (Some(_), _) => return Err(Error::NotFound),
        // Whoever has the link has the mailbox.
        (None, Some(person)) => {
            let invited = people::profile(&anyone.read(), person).await?.ok_or(Error::NotFound)?;
            anyone.authorize_as::<ServeInvitation>(&invited.who(), Way::Link, &key).await?
        }
        (None, None) => anyone.authorize::<ServeInvitation>(&key).await?,
    };
    actions::decline_by_link(&may).await?;
    let to = if anyone.actor.is_some() { "/account/teams" } else { "/sign-in" };
    Ok(done(asked, to, Some(Toast(format!("You have declined the invitation to {}.", invitation.to())))))
}

/// The invitation that an account can be opened by: it names an address without one.
async fn find_open(anyone: &Anyone, token: &str) -> Result<(Invitation, String)> {
    let invitation = find(anyone, token).await?;
    if let Some(why) = actions::ended(&anyone.read(), &invitation, anyone.client.now).await? {
        return Err(Error::Gone(why.into()));
    }
    match (&invitation.email, invitation.invitee) {
        (Some(email), None) => Ok((invitation.clone(), email.clone())),
        _ => Err(Error::conflict("has_account", "There is an account for this invitation already. Please sign in.")),
    }
}

async fn show_form(anyone: &Anyone, token: String, invitation: &Invitation, email: String, form: Form) -> Result<Response> {
    let frame = teams::anyone_frame(anyone, &format!("Join {}", invitation.to())).await?;
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let settings = platform::load(&anyone.read()).await?;
    let terms = settings.terms_required.then_some(settings.terms_url);
    Ok(Html(SignUp { frame, token, team: invitation.to().to_owned(), email, form, terms }).with(status))
}

pub async fn sign_up_form(anyone: Anyone, Segment(token): Segment) -> Result<Response> {
    let (invitation, email) = find_open(&anyone, &token).await?;
    show_form(&anyone, token, &invitation, email, Form::new()).await
}

pub async fn sign_up(anyone: Anyone, Segment(token): Segment, headers: HeaderMap, asked: Asked, posted: Posted) -> Result<Response> {
    let (invitation, email) = find_open(&anyone, &token).await?;
    let opened = open_account(&anyone, &posted, &email).await;
    let profile = match posted.or_again(opened)? {
        Ok(profile) => profile,
        Err(form) => return show_form(&anyone, token, &invitation, email, form).await,
    };
    let may = anyone.authorize_as::<AcceptByLink>(&profile.who(), Way::Link, &InvitationKey::of(invitation.id)).await?;
    let accepted = actions::accept_by_link(&may, &profile.who()).await?;
    let cookie = people::sign_in_as(&anyone, people::pages::session_shown(&anyone, &headers), &profile).await?;
    let mut response = done(asked, &invitation.inside(), Some(welcome(&invitation, &accepted)));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whoever has the link has the mailbox: the address counts as confirmed.
async fn open_account(anyone: &Anyone, posted: &Posted, email: &str) -> Result<people::Profile> {
    anyone.app().throttle.from(anyone.client.address)?;
    if platform::load(&anyone.read()).await?.terms_required && posted.get("terms") != "on" {
        return Err(Error::field("terms", "Please agree to the terms to go on."));
    }
    let new = people::NewPerson::parse(posted.get("username"), posted.get("name"), email, posted.get("password"))?;
    let new = new.ready(&anyone.app().hasher).await?;
    let may = anyone.authorize_as::<OpenAccount>(&new.who(), Way::Link, &NoNames {}).await?;
    people::open(&may, &new, people::Opening { verified: true, administrator: false, how: "through an invitation" }).await
}
