//! The end of an account.

use super::{prove, unchanged};
use crate::{
    audit::{
        Event, ProductEvent,
        event::ToProduct,
        product_event::{GroupRef, InProduct},
    },
    authz::{Authorized, GrantWriter},
    db::Reader,
    error::{Error, Result},
    ids::PersonId,
    people::{Profile, permits::DeleteAccount, store::ties},
};

/// Why an account cannot end now, one sentence each: a team would have no owner, the instance no administrator.
pub async fn refusals(db: &Reader, profile: &Profile) -> Result<Vec<String>> {
    let alone = ties::owned_alone(db, profile.id).await?;
    let mut refusals: Vec<String> =
        alone.iter().map(|team| format!("The only owner of {team}: make somebody else an owner first, or delete the team.")).collect();
    if profile.administrator && !ties::other_administrator(db, profile.id).await? {
        refusals.push("The last administrator of this instance: make somebody else an administrator first.".into());
    }
    Ok(refusals)
}

/// Ends an account inside a change: its sessions, tokens, links, memberships and invitations end with it. `by` is who does it.
///
/// The platform's row is locked by the change, the teams' rows are locked here: two owners who leave at the same moment do so one after the
/// other, and the second one stays.
///
/// # Errors
/// `Refused` for the last owner of a team and for the last administrator.
pub async fn erase(tx: &GrantWriter<'_>, profile: &Profile, by: Option<PersonId>) -> Result<Vec<Event>> {
    ties::lock(tx, profile.id).await?;
    let refusals = refusals(tx, profile).await?;
    if !refusals.is_empty() {
        let code = if ties::owned_alone(tx, profile.id).await?.is_empty() { "last_administrator" } else { "last_owner" };
        return Err(Error::refused(code, refusals.join(" ")));
    }
    let who = profile.who();
    let own = by == Some(profile.id);
    let mut events = vec![match profile.service_of {
        Some(team) => Event::ServiceAccountDeleted { team, who: who.clone() },
        None => Event::AccountDeleted { who: who.clone() },
    }];
    for ended in ties::invitations(tx, profile.id).await? {
        let (team, invitation, invitee) = (ended.team, ended.id, ended.invitee);
        let product = ToProduct::of(ended.product, ended.product_name, ended.group, ended.group_name);
        events.push(match ended.inviter == profile.id {
            true => Event::InvitationRevoked { team, invitation, invitee, product },
            false => Event::InvitationDeclined { team, invitation, invitee, product },
        });
    }
    for place in ties::places(tx, profile.id).await? {
        let at = InProduct { team: place.team, product: place.product, name: place.product_name };
        let (who, group) = (who.clone(), GroupRef { id: place.group, name: place.group_name });
        let event = if own { ProductEvent::MemberLeft { at, who, group } } else { ProductEvent::MemberRemoved { at, who, group } };
        events.push(event.into());
    }
    // A service account does not leave its team: it ends.
    for membership in ties::memberships(tx, profile.id).await?.into_iter().filter(|_| profile.service_of.is_none()) {
        let (team, who, role) = (membership.team, who.clone(), membership.role.name().into());
        events.push(if own { Event::MemberLeft { team, who, role } } else { Event::MemberRemoved { team, who, role } });
    }
    ties::erase(tx, profile.id).await?;
    Ok(events)
}

/// Deletes one's own account. The user name is typed and the password given.
pub async fn delete(may: &Authorized<DeleteAccount>, typed: &str, password: &str) -> Result<()> {
    if typed.trim() != may.username {
        return Err(Error::field("confirm", format!("Please type {} to confirm.", may.username)));
    }
    let proved = prove(may, password, "password").await?;
    may.change(async |tx| {
        let person = tx.on().id;
        unchanged(&tx, person, &proved).await?;
        let events = erase(&tx.grants(), tx.on(), Some(person)).await?;
        Ok(((), events))
    })
    .await
}
