//! The verbs about members.

use super::{
    Member,
    permits::{ChangeRole, RemoveMember},
    store,
};
use crate::{
    audit::{
        Event, ProductEvent, Unaudited,
        product_event::{GroupRef, InProduct},
    },
    authz::{Authorized, ChangesGrants, Role, Tx},
    clock::Time,
    error::{Error, Result},
    ids::{PersonId, TeamId},
};

const LAST_OWNER: &str = "A team keeps at least one owner. Make somebody else an owner first.";

/// Changes somebody's role to Owner or Member.
///
/// # Errors
/// `last_owner` if nobody would be left to own the team; `is_guest` for somebody who has no role in the team.
pub async fn change_role(may: &Authorized<ChangeRole>, role: Role) -> Result<()> {
    may.change(async |tx| {
        let member = tx.on();
        if member.role == Role::Guest {
            let message = format!("{} is a guest. An invitation to the team makes them a member of it.", member.name);
            return Err(Error::refused("is_guest", message));
        }
        if member.role == role {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        }
        if !tx.grants_held().include(role) {
            return Err(Error::forbidden("You cannot give a role that includes more than you hold."));
        }
        if member.role == Role::Owner && store::owners(&tx, member.team).await? <= 1 {
            return Err(Error::Forbidden { code: "last_owner", message: LAST_OWNER.into() });
        }
        store::set_role(&tx.grants(), member.team, member.person, role).await?;
        let (before, after) = (member.role.to_string(), role.to_string());
        Ok(((), Event::RoleChanged { team: member.team, who: member.who(), before, after }))
    })
    .await
}

/// Removes somebody from the team, or leaves it. Their permission groups in its products end with it.
///
/// # Errors
/// `last_owner` if nobody would be left to own the team.
pub async fn remove(may: &Authorized<RemoveMember>) -> Result<()> {
    let actor = may.actor()?.person;
    may.change(async |tx| {
        let member = tx.on();
        if member.role == Role::Owner && store::owners(&tx, member.team).await? <= 1 {
            return Err(Error::refused("last_owner", LAST_OWNER));
        }
        let left = member.person == actor;
        let mut events: Vec<Event> = vec![];
        for place in store::places(&tx, member.team, member.person).await? {
            let at = InProduct { team: member.team, product: place.product, name: place.product_name };
            let (who, group) = (member.who(), GroupRef { id: place.group, name: place.group_name });
            let event = if left { ProductEvent::MemberLeft { at, who, group } } else { ProductEvent::MemberRemoved { at, who, group } };
            events.push(event.into());
        }
        store::delete(&tx.grants(), member.team, member.person).await?;
        let (team, who, role) = (member.team, member.who(), member.role.to_string());
        events.push(if left { Event::MemberLeft { team, who, role } } else { Event::MemberRemoved { team, who, role } });
        Ok(((), events))
    })
    .await
}

/// Puts somebody into a team, inside the change that decided it. An Owner or Member keeps the role they have; a Guest gets the new one, if there
/// is one.
///
/// Gives the role they have afterwards.
pub async fn add<P: ChangesGrants>(tx: &Tx<P>, team: TeamId, person: PersonId, role: Role, invited_by: &str, now: Time) -> Result<Role> {
    match store::find(tx, team, person).await? {
        Some(member) if member.role >= Role::Member || member.role == role => Ok(member.role),
        _ => {
            store::put(&tx.grants(), team, person, role, invited_by, now).await?;
            Ok(role)
        }
    }
}

/// Makes somebody an Owner, inside the change that decided it.
///
/// # Errors
/// `Forbidden` for whoever holds less than an Owner.
pub async fn make_owner<P: ChangesGrants>(tx: &Tx<P>, member: &Member) -> Result<Event> {
    if !tx.grants_held().include(Role::Owner) {
        return Err(Error::forbidden("You cannot give a role that includes more than you hold."));
    }
    store::set_role(&tx.grants(), member.team, member.person, Role::Owner).await?;
    let (before, after) = (member.role.to_string(), Role::Owner.to_string());
    Ok(Event::RoleChanged { team: member.team, who: member.who(), before, after })
}

/// Takes the role from an Owner, inside the change that decided it: whoever has a permission group in a product stays as a Guest, others leave the
/// team.
///
/// # Errors
/// `last_owner` if nobody would be left to own the team.
pub async fn unmake_owner<P: ChangesGrants>(tx: &Tx<P>, member: &Member, by: PersonId) -> Result<Event> {
    let (team, who) = (member.team, member.who());
    if store::owners(tx, team).await? <= 1 {
        return Err(Error::refused("last_owner", LAST_OWNER));
    }
    if !store::places(tx, team, member.person).await?.is_empty() {
        store::set_role(&tx.grants(), team, member.person, Role::Guest).await?;
        let (before, after) = (member.role.to_string(), Role::Guest.to_string());
        return Ok(Event::RoleChanged { team, who, before, after });
    }
    store::delete(&tx.grants(), team, member.person).await?;
    let role = member.role.to_string();
    Ok(if member.person == by { Event::MemberLeft { team, who, role } } else { Event::MemberRemoved { team, who, role } })
}
