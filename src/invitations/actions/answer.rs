//! Answering an invitation, and whether it still works.

use super::{send::has_arrived, spend};
use crate::{
    audit::{
        Event,
        event::{ToProduct, Who},
    },
    authz::{Authorized, ChangesGrants, Grants, Permission, Permit, Place, Resource as _, Role, Tx, decide},
    clock::Time,
    db::Reader,
    error::{Error, Result},
    ids::{GroupId, PersonId},
    invitations::{
        Invitation, mail,
        permits::{AcceptByLink, AcceptInvitation, DeclineInvitation, ServeInvitation},
        store,
    },
    members, permission_groups, product_members,
};

/// What somebody has become by accepting.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// What they are in the team.
    pub role: Role,
    /// Their permission group in the product, if it was to one.
    pub group: Option<String>,
}

/// Accepts it: in the team or in the product from now on.
///
/// # Errors
/// `Gone` if it has expired, or if its inviter may no longer give what it offers.
pub async fn accept(may: &Authorized<AcceptInvitation>) -> Result<Accepted> {
    let who = may.actor()?.who();
    may.change(async |tx| take_up(&tx, tx.on(), &who).await).await
}

/// Accepts it in the name of somebody who has just opened an account through its link.
pub async fn accept_by_link(may: &Authorized<AcceptByLink>, who: &Who) -> Result<Accepted> {
    may.change(async |tx| take_up(&tx, tx.on(), who).await).await
}

async fn take_up<P: ChangesGrants>(tx: &Tx<P>, invitation: &Invitation, who: &Who) -> Result<(Accepted, Event)> {
    if let Some(why) = ended(tx, invitation, tx.now()).await? {
        return Err(Error::Gone(why.into()));
    }
    spend(tx, invitation.id).await?;
    let was_in = has_arrived(tx, invitation, who.id).await?;
    let (accepted, product) = match invitation.to_product() {
        Some(to) => {
            let group = product_members::group_in(tx, to.id, to.group).await?;
            let (group, role) = product_members::add(tx, &group, who.id, &invitation.inviter_name).await?;
            let name = group.name.clone();
            (Accepted { role, group: Some(name.clone()) }, Some(ToProduct { group: group.id, group_name: name, ..to }))
        }
        None => {
            let role = members::add(tx, invitation.team, who.id, invitation.role, &invitation.inviter_name, tx.now()).await?;
            (Accepted { role, group: None }, None)
        }
    };
    if !was_in
        && tx.has_mail()
        && let Some(inviter) = store::mailbox(tx, invitation.inviter).await?
    {
        let letter = mail::Accepted::of(invitation, &inviter, &who.name, &accepted);
        let subject = format!("{} joined {}", who.name, invitation.to());
        crate::mail::post(tx, letter, &inviter.email, &subject, tx.now()).await?;
    }
    let role = accepted.role.to_string();
    let event = Event::InvitationAccepted { team: invitation.team, invitation: invitation.id, who: who.clone(), role, product };
    Ok((accepted, event))
}

/// Why an invitation does not work any more: it is past its time, or its inviter may no longer give what it offers.
pub async fn ended(db: &Reader, invitation: &Invitation, now: Time) -> Result<Option<String>> {
    if invitation.expires_at <= now {
        return Ok(Some("This invitation ended after 7 days. Please ask for a new one.".into()));
    }
    if may_still_give(db, invitation.inviter, &invitation.place(), invitation.role, invitation.group).await? {
        return Ok(None);
    }
    Ok(Some(match invitation.to_product() {
        Some(to) => format!(
            "{} may no longer give {} in {}. Please ask somebody who manages its members for a new invitation.",
            invitation.inviter_name, to.group_name, to.name
        ),
        None => format!(
            "{} may no longer invite to {}. Please ask an owner of the team for a new invitation.",
            invitation.inviter_name, invitation.team_name
        ),
    }))
}

/// Whether somebody may still give what an invitation at `place` offers: the role, or the permission group.
pub async fn may_still_give(db: &Reader, inviter: PersonId, place: &Place, role: Role, group: Option<GroupId>) -> Result<bool> {
    let mut grants = Grants::load(db, inviter, place, None, false).await?;
    // That they have to choose another password takes nothing from them.
    if let Grants::Person(held) = &mut grants {
        held.password_expired = false;
    }
    let Some(group) = group else {
        return Ok(decide(&grants, Permission::InvitationManage, place).allows() && grants.include(role));
    };
    if !decide(&grants, Permission::ProductInvitationManage, place).allows() {
        return Ok(false);
    }
    match permission_groups::one(db, group).await? {
        Some(group) => Ok(product_members::beyond(db, &grants, None, &group).await?.is_nothing()),
        None => Ok(false),
    }
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
    let (invitee, product) = (invitation.invited.clone(), invitation.to_product());
    Ok(((), Event::InvitationDeclined { team: invitation.team, invitation: invitation.id, invitee, product }))
}
