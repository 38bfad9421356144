//! What somebody is in a team and in its products, changed at once: all of it or nothing.

use super::{
    give::may_give,
    permits::{ArrangeMember, ManagePeople},
    store,
};
use crate::{
    audit::{
        Event, ProductEvent, Unaudited,
        product_event::{GroupRef, InProduct},
    },
    authz::{Authorized, Grants, Resource as _, Role, Tx},
    error::{Error, Result},
    ids::GroupId,
    members::{self, Member, MemberKey, Placed, permits::ChangeRole},
    permission_groups::{self, PermissionGroup},
    products::{self, ProductKey},
};

/// What somebody is to be.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    /// Permission groups to be in: one of a product at most.
    pub groups: Vec<GroupId>,
    /// Whether they leave the products of which no group is named, as far as these are the actor’s to manage.
    pub only: bool,
    /// Whether they are to be an Owner; else as they are.
    pub owner: Option<bool>,
}

const FIELD: &str = "permissionGroupIds";
const UNKNOWN: &str = "There is no such permission group in the products of this team.";

/// Puts somebody who is in the team into permission groups, takes them out of others, and makes them an Owner or ends that. An Owner who is one no
/// longer stays as a Guest if a group remains, else leaves the team; a Guest without a group leaves it too.
///
/// # Errors
/// `permissionGroupIds` for a group that there is not, two of one product, or an Owner; `beyond_own` for a group that gives more than the actor
/// holds; `last_owner`; `Forbidden` where the actor does not manage the members of the product, or the roles of the team.
pub async fn arrange(may: &Authorized<ArrangeMember>, wanted: &Arrangement) -> Result<()> {
    let by = may.actor()?.person;
    may.change(async |tx| {
        let member = tx.on();
        let was_owner = member.role == Role::Owner;
        let is_owner = wanted.owner.unwrap_or(was_owner);
        if is_owner != was_owner {
            match tx.also::<ChangeRole>(&MemberKey::of(member.team, member.person)).await {
                // They are known to be there.
                Err(Error::NotFound) => return Err(Error::forbidden("Only Owners change somebody’s role.")),
                others => drop(others?),
            }
        }
        if is_owner && !wanted.groups.is_empty() {
            let message = format!("{} is an Owner of the team and holds everything in every product of it.", member.name);
            return Err(Error::field(FIELD, message));
        }
        let there = members::places(&tx, member.team, member.person).await?;
        let groups = chosen(&tx, wanted).await?;
        let mut events: Vec<Event> = vec![];
        for group in &groups {
            events.extend(put(&tx, group, there.iter().find(|place| place.product == group.product), may.actor()?.name.as_str()).await?);
        }
        let others = there.iter().filter(|place| wanted.only && !is_owner && groups.iter().all(|group| group.product != place.product));
        for place in others {
            events.extend(take(&tx, place, by == member.person).await?);
        }
        if is_owner && !was_owner {
            events.push(members::make_owner(&tx, member).await?);
        } else if was_owner && !is_owner {
            events.push(members::unmake_owner(&tx, member, by).await?);
        }
        for who in products::let_guests_go(&tx.grants(), member.team).await? {
            let (team, role) = (member.team, Role::Guest.to_string());
            events.push(if who.id == by { Event::MemberLeft { team, who, role } } else { Event::MemberRemoved { team, who, role } });
        }
        if events.is_empty() {
            events.push(Event::Unaudited(Unaudited::Nothing));
        }
        Ok(((), events))
    })
    .await
}

/// The groups that are named, each in a product whose members the actor manages.
async fn chosen(tx: &Tx<ArrangeMember>, wanted: &Arrangement) -> Result<Vec<PermissionGroup>> {
    let mut groups: Vec<PermissionGroup> = vec![];
    for id in &wanted.groups {
        let group = permission_groups::one(tx, *id).await?.filter(|group| group.team == tx.on().team);
        let group = group.ok_or_else(|| Error::field(FIELD, UNKNOWN))?;
        match tx.also::<ManagePeople>(&ProductKey::of(group.product)).await {
            // A product that is not the actor’s to see is not there.
            Err(Error::NotFound) => return Err(Error::field(FIELD, UNKNOWN)),
            others => drop(others?),
        }
        match groups.iter().find(|other| other.product == group.product) {
            Some(other) if other.id == group.id => {}
            Some(_) => return Err(Error::field(FIELD, "Somebody has one permission group in a product: please name one of each.")),
            None => groups.push(group),
        }
    }
    Ok(groups)
}

async fn put(tx: &Tx<ArrangeMember>, group: &PermissionGroup, before: Option<&Placed>, invited_by: &str) -> Result<Option<Event>> {
    let member = tx.on();
    let held = tx.held_at(&group.place()).await?;
    let (at, who) = (group.at(), member.who());
    match before {
        Some(place) if place.group == group.id => Ok(None),
        Some(place) => {
            let before = permission_groups::one(tx, place.group).await?.ok_or(Error::NotFound)?;
            may_give(tx, &held, Some(&before), group).await?;
            store::set_group(&tx.grants(), group.product, member.person, group.id).await?;
            let (before, after) = (before.reference(), group.reference());
            Ok(Some(ProductEvent::MemberMoved { at, who, before, after }.into()))
        }
        None => {
            if let Grants::Person(held) = &held
                && held.team_suspended
            {
                let message = "This team is suspended. Nobody can be added until an administrator ends that.";
                return Err(Error::Forbidden { code: "team_suspended", message: message.into() });
            }
            may_give(tx, &held, None, group).await?;
            let (product, team, person) = (group.product, group.team, member.person);
            store::insert(&tx.grants(), store::New { product, team, person, group: group.id, invited_by, now: tx.now() }).await?;
            Ok(Some(ProductEvent::MemberAdded { at, who, group: group.reference() }.into()))
        }
    }
}

async fn take(tx: &Tx<ArrangeMember>, place: &Placed, oneself: bool) -> Result<Option<Event>> {
    match tx.also::<ManagePeople>(&ProductKey::of(place.product)).await {
        // Where somebody is beyond what the actor manages stays as it is.
        Err(Error::NotFound | Error::Forbidden { .. }) => return Ok(None),
        others => drop(others?),
    }
    store::delete(&tx.grants(), place.product, place.person).await?;
    let member: &Member = tx.on();
    let (at, who) = (InProduct { team: member.team, product: place.product, name: place.product_name.clone() }, member.who());
    let group = GroupRef { id: place.group, name: place.group_name.clone() };
    Ok(Some(match oneself {
        true => ProductEvent::MemberLeft { at, who, group }.into(),
        false => ProductEvent::MemberRemoved { at, who, group }.into(),
    }))
}
