//! Keeping invitations: sending them again, changing what they offer, taking them back, and what is done now and then.

use super::{ended, post, send::has_arrived, spend};
use crate::{
    audit::{Event, Unaudited, event::ToProduct},
    authn::secret::Secret,
    authz::{Authorized, Mint, Permit, Tx},
    clock::DAY,
    error::{Error, Result},
    ids::{GroupId, InvitationId},
    invitations::{
        Invitation, InvitationKey, mail,
        permits::{ManageInvitation, ManageProductInvitation, ServeInvitation},
        store,
    },
    permission_groups, product_members,
};

/// How long before its end both sides are told.
const SOON: i64 = 2 * DAY;

/// Permits under which an invitation may be sent again and revoked.
pub trait Manages: Permit<On = Invitation> {}
impl Manages for ManageInvitation {}
impl Manages for ManageProductInvitation {}

/// Sends it again: a new link, another seven days, and the actor is the inviter from now on.
///
/// # Errors
/// `Forbidden` where it offers more than the actor holds.
pub async fn resend<P: Manages>(may: &Authorized<P>) -> Result<()> {
    let actor = may.actor()?.person;
    may.change(async |tx| {
        let invitation = tx.on();
        match invitation.group {
            Some(group) => {
                let group = permission_groups::one(&tx, group).await?.ok_or(Error::NotFound)?;
                product_members::may_give(&tx, tx.grants_held(), None, &group).await?;
            }
            None if !tx.grants_held().include(invitation.role) => {
                return Err(Error::forbidden("You cannot offer a role that includes more than you hold."));
            }
            None => {}
        }
        store::renew(&tx, invitation.id, actor, tx.now()).await?;
        let to = recipient(&tx, invitation).await?.ok_or(Error::NotFound)?;
        post(&tx, invitation.id, &to, invitation.to()).await?;
        let (invitee, product) = (invitation.invited.clone(), invitation.to_product());
        Ok(((), Event::InvitationResent { team: invitation.team, invitation: invitation.id, invitee, product }))
    })
    .await
}

/// The mailbox of whoever is invited.
async fn recipient<P: Permit>(tx: &Tx<P>, invitation: &Invitation) -> Result<Option<String>> {
    match (&invitation.email, invitation.invitee) {
        (Some(email), _) => Ok(Some(email.clone())),
        (None, Some(person)) => Ok(store::mailbox(tx, person).await?.map(|mailbox| mailbox.email)),
        (None, None) => Ok(None),
    }
}

/// Makes an invitation to a product offer another permission group. Who sent it stays its inviter, and must hold what it then offers.
///
/// # Errors
/// `Forbidden` where the group gives more than the actor holds.
pub async fn change_group(may: &Authorized<ManageProductInvitation>, group: GroupId) -> Result<()> {
    may.change(async |tx| {
        let invitation = tx.on();
        let before = invitation.to_product().ok_or(Error::NotFound)?;
        let after = product_members::group_in(&tx, before.id, group).await?;
        if after.id == before.group {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        }
        let offered = product_members::group_in(&tx, before.id, before.group).await?;
        product_members::may_give(&tx, tx.grants_held(), Some(&offered), &after).await?;
        store::set_group(&tx, invitation.id, after.id).await?;
        let invitee = invitation.invited.clone();
        let product = Some(ToProduct { group: after.id, group_name: after.name, ..before.clone() });
        let (team, invitation) = (invitation.team, invitation.id);
        Ok(((), Event::InvitationChanged { team, invitation, invitee, before: before.group_name, product }))
    })
    .await
}

/// Takes it back.
pub async fn revoke<P: Manages>(may: &Authorized<P>) -> Result<()> {
    may.change(async |tx| {
        let invitation = tx.on().clone();
        spend(&tx, invitation.id).await?;
        let product = invitation.to_product();
        let Invitation { team, id, invited, .. } = invitation;
        Ok(((), Event::InvitationRevoked { team, invitation: id, invitee: invited, product }))
    })
    .await
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

/// Tells whoever is invited, and whoever invited them, that an invitation ends in two days: once, and only if it still works.
pub async fn remind(mint: Mint) -> Result<()> {
    if !mint.app().config.has_mail() {
        return Ok(());
    }
    for invitation in store::ending(&mint.read(), mint.now(), mint.now().plus(SOON)).await? {
        let Ok(may) = mint.authorize::<ServeInvitation>(&InvitationKey::of(invitation)).await else { continue };
        let reminded = may.change(async |tx| {
            let invitation = tx.on();
            let was_in = match invitation.invitee {
                Some(person) => has_arrived(&tx, invitation, person).await?,
                None => false,
            };
            if store::set_reminded(&tx, invitation.id).await? && !was_in && ended(&tx, invitation, tx.now()).await?.is_none() {
                let to = invitation.to();
                if let Some(mailbox) = recipient(&tx, invitation).await? {
                    let letter = mail::Reminder { invitation: invitation.id };
                    crate::mail::post(&tx, letter, &mailbox, &format!("Your invitation to {to} ends soon"), tx.now()).await?;
                }
                if let Some(inviter) = store::mailbox(&tx, invitation.inviter).await? {
                    let letter = mail::Unanswered { invitation: invitation.id };
                    let subject = format!("{} has not answered yet", invitation.invited);
                    crate::mail::post(&tx, letter, &inviter.email, &subject, tx.now()).await?;
                }
            }
            Ok(((), Event::Unaudited(Unaudited::Delivery)))
        });
        match reminded.await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes away invitations that ended a month ago; until then owners see them as ended and can send them again.
pub async fn clear_expired(mint: Mint) -> Result<()> {
    for invitation in store::expired(&mint.read(), mint.now().plus(-30 * DAY)).await? {
        let Ok(may) = mint.authorize::<ServeInvitation>(&InvitationKey::of(invitation)).await else { continue };
        let ended = may.change(async |tx| {
            let invitation = tx.on().clone();
            spend(&tx, invitation.id).await?;
            let product = invitation.to_product();
            let Invitation { team, id, invited, .. } = invitation;
            Ok(((), Event::InvitationEnded { team, invitation: id, invitee: invited, product }))
        });
        match ended.await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
