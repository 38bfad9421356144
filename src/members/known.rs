//! Whom somebody knows of a team’s people. Owners know everybody; others the Owners, themselves, and those who are in a product in which they manage
//! the members. Members of the team know its other Members by name.

use serde::Deserialize;

use super::{
    Member,
    permits::MeetPeople,
    store::{self, Placed},
};
use crate::{
    authz::{Address, Asked, Authorized, Grants, Permission, Role},
    db::Reader,
    error::Result,
    ids::{PersonId, ProductId, TeamId},
};

/// Somebody whom one knows, as far as one knows them.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address, for those who manage members; a service account has none.
    pub email: Option<String>,
    /// What they are in the team.
    pub role: Role,
    /// Where they are, in products of which one may see the members.
    pub places: Vec<Placed>,
}

/// The products of a team in which somebody manages the members by their permission group.
pub async fn managed(db: &Reader, team: TeamId, person: PersonId) -> Result<Vec<ProductId>> {
    let groups = store::own_groups(db, team, person).await?.into_iter();
    Ok(groups.filter(|own| own.switches.0.contains(Permission::ProductMembersManage)).map(|own| own.product).collect())
}

/// Everybody whom one knows: Owners first, by name among equals.
pub async fn known(may: &Authorized<MeetPeople>) -> Result<Vec<Colleague>> {
    let (db, own) = (may.read(), may.actor()?.person);
    let everybody = matches!(may.grants(), Grants::Person(held) if held.has_everything());
    let products = if everybody { vec![] } else { managed(&db, may.id, own).await? };
    let (people, places) = match everybody {
        true => (store::everybody(&db, may.id).await?, store::all_places(&db, may.id).await?),
        false => (store::some(&db, may.id, own, &products).await?, store::some_places(&db, may.id, own, &products).await?),
    };
    let mut by_person: std::collections::HashMap<PersonId, Vec<Placed>> = std::collections::HashMap::new();
    for place in places {
        by_person.entry(place.person).or_default().push(place);
    }
    let sees_addresses = everybody || !products.is_empty();
    let told = people.into_iter().map(|found| Colleague {
        places: by_person.remove(&found.person).unwrap_or_default(),
        email: found.email.filter(|_| sees_addresses || found.person == own),
        person: found.person,
        name: found.name,
        role: found.role,
    });
    Ok(told.collect())
}

/// By the ids of the team and of somebody whom one knows in it: others are not there.
pub struct Known;

/// The ids of both.
#[derive(Deserialize)]
pub struct KnownPath {
    team: TeamId,
    person: PersonId,
}

impl Address<Member> for Known {
    type Path = KnownPath;
    async fn find(db: &Reader, asked: &Asked<'_>, path: KnownPath) -> Result<Option<Member>> {
        let Some(member) = store::find(db, path.team, path.person).await? else { return Ok(None) };
        let own = asked.actor.person;
        let role = store::find(db, path.team, own).await?.map(|own| own.role);
        let at_once = asked.actor.administrator
            || own == path.person
            || member.role == Role::Owner
            || role == Some(Role::Owner)
            || (role >= Some(Role::Member) && member.role >= Role::Member);
        if at_once {
            return Ok(Some(member));
        }
        let products = managed(db, path.team, own).await?;
        let there = store::places(db, path.team, path.person).await?;
        Ok(Some(member).filter(|_| there.iter().any(|place| products.contains(&place.product))))
    }
}
