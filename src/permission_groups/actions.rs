//! The verbs about permission groups. Nobody hands out more than they hold: what a group gives afterwards and did not give before is compared
//! with what the actor holds, inside the change.

use super::{
    PermissionGroup,
    changes::{Changes, differences, taken_to_field},
    permits::{ChangeGroup, CreateGroup, DeleteGroup, SetDefaultGroup},
    store,
};
use crate::{
    audit::{
        Event, Unaudited,
        product_event::{GroupRef, ProductEvent},
    },
    authz::{Authorized, Grants, Group},
    error::{Error, Result},
    ids::{GroupId, ProductId},
    products::{self, EnvironmentBrief},
    text::Name,
};

/// A new group.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its name.
    pub name: Name,
    /// The group whose switches and levels it starts with; else it gives nothing.
    pub from: Option<GroupId>,
    /// What is changed in that.
    pub changes: Changes,
}

impl NewGroup {
    /// Reads a name and a group to start from.
    pub fn parse(name: &str, from: &str) -> Result<Self> {
        let name = Name::up_to(products::LONGEST_NAME, name).map_err(|message| Error::field("name", message))?;
        let from = match from.trim() {
            "" => None,
            id => Some(id.parse().map_err(|_| Error::field("from", NO_SUCH_GROUP))?),
        };
        Ok(Self { name, from, changes: Changes::default() })
    }
}

pub(super) const NO_SUCH_GROUP: &str = "There is no such group in this product.";

/// Nobody hands out more than they hold.
fn check(held: &Grants, before: Option<&Group>, after: &Group, environments: &[EnvironmentBrief]) -> Result<()> {
    let ids: Vec<_> = environments.iter().map(|environment| environment.id).collect();
    let name = |id| environments.iter().find(|environment| environment.id == id).map(|found| found.name.clone()).unwrap_or_default();
    held.excess(before, after, &ids).refuse(after, name)
}

/// What would stand in the way of turning `before` into `after`.
pub(super) fn refusal(held: &Grants, before: Option<&Group>, after: &Group, environments: &[EnvironmentBrief]) -> Option<String> {
    check(held, before, after, environments).err().map(|error| error.message().into_owned())
}

/// Another group of the same product.
async fn other(db: &crate::db::Reader, product: ProductId, group: GroupId, field: &'static str) -> Result<PermissionGroup> {
    let found = store::one(db, group).await?.filter(|found| found.product == product);
    found.ok_or_else(|| Error::field(field, NO_SUCH_GROUP))
}

/// Refuses a name that another group of the product has, or that looks like it.
async fn is_free(db: &crate::db::Reader, product: ProductId, name: &Name, except: Option<GroupId>) -> Result<()> {
    let others = store::other_names(db, product, except).await?;
    name.unlike("a permission group", others.iter().map(String::as_str)).map_err(|why| Error::field("name", why))
}

/// Creates a group, empty or as another one is.
///
/// # Errors
/// `beyond_own` if it gives more than the actor holds.
pub async fn create(may: &Authorized<CreateGroup>, new: &NewGroup) -> Result<PermissionGroup> {
    let made = may.change(async |tx| {
        let product = tx.on();
        let environments = products::environments_of(&tx, product.id).await?;
        let start = match new.from {
            Some(from) => store::group(&tx, &other(&tx, product.id, from, "from").await?).await?,
            None => Group::nothing(),
        };
        let start = Group { name: new.name.to_string(), ..start };
        let group = new.changes.apply(&start, &environments)?;
        check(tx.grants_held(), None, &group, &environments)?;
        is_free(&tx, product.id, &new.name, None).await?;
        let part = products::NewGroup {
            name: new.name.clone(),
            switches: group.switches,
            reach: group.reach,
            new_environments: group.new_environments,
            environments: group.environments.iter().collect(),
        };
        let id = products::put_group(&tx.grants(), product.id, &part, tx.now()).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        let nothing = Group { name: group.name.clone(), ..Group::nothing() };
        let changes = differences(&nothing, &group, &environments);
        Ok((made.clone(), Event::from(ProductEvent::GroupCreated { at: product.at(), group: made.reference(), changes })))
    });
    taken_to_field(made.await)
}

/// Changes a group for everybody in it.
///
/// # Errors
/// `beyond_own` if it would give more than before, and more than the actor holds.
pub async fn change(may: &Authorized<ChangeGroup>, changes: &Changes) -> Result<PermissionGroup> {
    let changed = may.change(async |tx| {
        let found = tx.on();
        let environments = products::environments_of(&tx, found.product).await?;
        let before = store::group(&tx, found).await?;
        let after = changes.apply(&before, &environments)?;
        let list = differences(&before, &after, &environments);
        if list.is_empty() {
            return Ok((found.clone(), Event::Unaudited(Unaudited::Nothing)));
        }
        check(tx.grants_held(), Some(&before), &after, &environments)?;
        let name = Name::stored(&after.name);
        if after.name != before.name {
            is_free(&tx, found.product, &name, Some(found.id)).await?;
        }
        store::update(&tx.grants(), &name, &after, tx.now()).await?;
        let changed = store::one(&tx, found.id).await?.ok_or(Error::NotFound)?;
        let group = GroupRef { id: found.id, name: before.name.clone() };
        Ok((changed, Event::from(ProductEvent::GroupChanged { at: found.at(), group, changes: list })))
    });
    taken_to_field(changed.await)
}

/// Deletes a group. Who is in it, and who is invited to it, moves to `replacement`.
///
/// # Errors
/// At `replacement` while the group is in use and none is named; `beyond_own` if that one gives more than the actor holds.
pub async fn delete(may: &Authorized<DeleteGroup>, replacement: Option<GroupId>) -> Result<()> {
    may.change(async |tx| {
        let found = tx.on();
        let people = store::in_group(&tx, found).await?;
        let invitations = store::invitations(&tx, found.id).await?;
        let mut events = vec![];
        let replacement = match replacement {
            _ if people.is_empty() && invitations == 0 => None,
            Some(id) if id != found.id => Some(other(&tx, found.product, id, "replacement").await?),
            _ => return Err(Error::field("replacement", "Somebody is in it, or invited to it. Choose the group that they move to.")),
        };
        if let Some(to) = &replacement {
            let environments = products::environments_of(&tx, found.product).await?;
            let (before, after) = (store::group(&tx, found).await?, store::group(&tx, to).await?);
            check(tx.grants_held(), Some(&before), &after, &environments)?;
            store::move_all(&tx.grants(), found.id, to.id).await?;
            let moved = |who| ProductEvent::MemberMoved { at: found.at(), who, before: found.reference(), after: to.reference() };
            events.extend(people.iter().map(|person| Event::from(moved(person.who()))));
        }
        let product = products::one(&tx, found.product).await?.ok_or(Error::NotFound)?;
        if product.default_group == Some(found.id) {
            store::set_default(&tx, found.product, None).await?;
            events.push(ProductEvent::GroupDefault { at: found.at(), group: None }.into());
        }
        store::delete(&tx.grants(), found.id).await?;
        let replacement = replacement.map(|to| to.reference());
        events.push(ProductEvent::GroupDeleted { at: found.at(), group: found.reference(), replacement }.into());
        Ok(((), events))
    })
    .await
}

/// Chooses the group that invitations start with; `None`: none.
///
/// # Errors
/// `beyond_own` if it gives more than the actor holds.
pub async fn set_default(may: &Authorized<SetDefaultGroup>, group: Option<GroupId>) -> Result<()> {
    may.change(async |tx| {
        let product = tx.on();
        let chosen = match group {
            Some(group) => Some(other(&tx, product.id, group, "permissionGroupId").await?),
            None => None,
        };
        if product.default_group == group {
            return Ok(((), Event::Unaudited(Unaudited::Nothing)));
        }
        if let Some(chosen) = &chosen {
            let environments = products::environments_of(&tx, product.id).await?;
            check(tx.grants_held(), None, &store::group(&tx, chosen).await?, &environments)?;
        }
        store::set_default(&tx, product.id, group).await?;
        let group = chosen.map(|chosen| chosen.reference());
        Ok(((), Event::from(ProductEvent::GroupDefault { at: product.at(), group })))
    })
    .await
}
