//! The verbs about the people of a product.

use super::{
    give::{group_in, may_give},
    permits::{MoveMember, RemoveFromProduct},
    store,
};
use crate::{
    audit::{Event, ProductEvent, Unaudited, event::Who, product_event::GroupRef},
    authz::{Authorized, ChangesGrants, Role, Tx},
    error::{Error, Result},
    ids::{GroupId, PersonId},
    members,
    permission_groups::PermissionGroup,
    products::{self, ProductMember},
};

/// Puts somebody into another permission group of the product.
///
/// # Errors
/// `Forbidden` for an Owner, and where the group gives more than the actor holds.
pub async fn move_to(may: &Authorized<MoveMember>, group: GroupId) -> Result<()> {
    may.change(async |tx| {
        let member = tx.on();
        not_an_owner(member)?;
        let after = group_in(&tx, member.product, group).await?;
        if member.group == group {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        }
        let before = group_in(&tx, member.product, member.group).await?;
        may_give(&tx, tx.grants_held(), Some(&before), &after).await?;
        store::set_group(&tx.grants(), member.product, member.person, group).await?;
        let (before, after) = (before.reference(), after.reference());
        Ok(((), ProductEvent::MemberMoved { at: member.at(), who: member.who(), before, after }.into()))
    })
    .await
}

/// Removes somebody from the product, or leaves it. A Guest who is in no other product leaves the team with it.
///
/// # Errors
/// `Refused` for an Owner.
pub async fn remove(may: &Authorized<RemoveFromProduct>) -> Result<()> {
    let actor = may.actor()?.person;
    may.change(async |tx| {
        let member = tx.on();
        not_an_owner(member)?;
        store::delete(&tx.grants(), member.product, member.person).await?;
        let (at, who) = (member.at(), member.who());
        let group = GroupRef { id: member.group, name: member.group_name.clone() };
        let event = match member.person == actor {
            true => ProductEvent::MemberLeft { at, who, group },
            false => ProductEvent::MemberRemoved { at, who, group },
        };
        let mut events: Vec<Event> = vec![event.into()];
        for who in products::let_guests_go(&tx.grants(), member.team).await? {
            let (team, role) = (member.team, Role::Guest.to_string());
            events.push(if who.id == actor { Event::MemberLeft { team, who, role } } else { Event::MemberRemoved { team, who, role } });
        }
        Ok(((), events))
    })
    .await
}

/// Puts somebody into a product, inside the change that decided it: with the group, and into the team as a Guest if they are new to it. Whoever
/// is in the product already keeps the group they have.
///
/// Gives the group and the role they have afterwards.
pub async fn add<P: ChangesGrants>(tx: &Tx<P>, group: &PermissionGroup, person: PersonId, invited_by: &str) -> Result<(GroupRef, Role)> {
    let role = members::add(tx, group.team, person, Role::Guest, invited_by, tx.now()).await?;
    if let Some(there) = products::member(tx, group.product, person).await? {
        return Ok((GroupRef { id: there.group, name: there.group_name }, role));
    }
    let new = store::New { product: group.product, team: group.team, person, group: group.id, invited_by, now: tx.now() };
    store::insert(&tx.grants(), new).await?;
    Ok((group.reference(), role))
}

/// Gives somebody of the team a permission group in a product, or another one than they have, inside the change that decided it.
///
/// # Errors
/// `Forbidden` where the group gives more than the actor holds.
pub async fn give<P: ChangesGrants>(tx: &Tx<P>, who: &Who, group: &PermissionGroup, by: &str) -> Result<Event> {
    let (at, who) = (group.at(), who.clone());
    let Some(there) = products::member(tx, group.product, who.id).await? else {
        may_give(tx, tx.grants_held(), None, group).await?;
        let new = store::New { product: group.product, team: group.team, person: who.id, group: group.id, invited_by: by, now: tx.now() };
        store::insert(&tx.grants(), new).await?;
        return Ok(ProductEvent::MemberAdded { at, who, group: group.reference() }.into());
    };
    if there.group == group.id {
        return Ok(Event::Unaudited(Unaudited::Nothing));
    }
    let before = group_in(tx, group.product, there.group).await?;
    may_give(tx, tx.grants_held(), Some(&before), group).await?;
    store::set_group(&tx.grants(), group.product, who.id, group.id).await?;
    Ok(ProductEvent::MemberMoved { at, who, before: before.reference(), after: group.reference() }.into())
}

fn not_an_owner(member: &ProductMember) -> Result<()> {
    match member.role {
        Role::Owner => Err(Error::Forbidden {
            code: "owner",
            message: format!("{} is an Owner of the team and holds everything in every product of it.", member.name).into(),
        }),
        _ => Ok(()),
    }
}
