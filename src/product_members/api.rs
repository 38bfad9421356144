//! The people of a product as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    actions,
    permits::{MoveMember, RemoveFromProduct, SeePeople},
    store,
};
use crate::{
    api::{Body, Json, Meta, Okay},
    authz::{Authorized, Permission, Segment, SignedIn},
    error::{Error, Result},
    ids::{GroupId, PersonId, ProductId},
    products::ProductMemberKey,
};

/// A permission group, in short.
#[derive(Serialize, ToSchema)]
pub struct GroupRef {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// Somebody who holds everything as an Owner of the team.
#[derive(Serialize, ToSchema)]
pub struct OwnerView {
    id: String,
    username: String,
    name: String,
    /// An image of their mark.
    avatar: String,
}

/// Somebody with a permission group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductMemberView {
    id: String,
    username: String,
    name: String,
    /// An image of their mark.
    avatar: String,
    /// What they are in the team: 30 Member, 5 Guest.
    role: i64,
    /// Whether it is a service account of the team.
    service_account: bool,
    permission_group: GroupRef,
    joined_at: String,
}

/// The people of a product: all of them for those who manage members, else the Owners and oneself.
#[derive(Serialize, ToSchema)]
pub struct ProductPeople {
    meta: Meta,
    /// How many have a permission group.
    count: usize,
    owners: Vec<OwnerView>,
    members: Vec<ProductMemberView>,
}

/// Which permission group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GroupBody {
    permission_group_id: i64,
}

impl GroupBody {
    /// The group's id.
    pub fn group(&self) -> GroupId {
        GroupId(self.permission_group_id)
    }
}

pub(super) async fn list(may: Authorized<SeePeople>) -> Result<Json<ProductPeople>> {
    let (db, own) = (may.read(), may.actor()?.person);
    let manages = may.may(Permission::ProductMembersManage, &crate::authz::Resource::place(&*may));
    let url = &may.app().config.public_url;
    let avatar = |person: PersonId| format!("{url}/avatar/{person}");
    let owners = store::owners(&db, may.team).await?.into_iter().map(|owner| OwnerView {
        avatar: avatar(owner.person),
        id: owner.person.to_string(),
        username: owner.username,
        name: owner.name,
    });
    let members = store::list(&db, may.id).await?.into_iter().filter(|member| manages || member.person == own);
    let members: Vec<ProductMemberView> = members
        .map(|member| ProductMemberView {
            avatar: avatar(member.person),
            id: member.person.to_string(),
            username: member.username,
            name: member.name,
            role: member.role.into(),
            service_account: member.service,
            permission_group: GroupRef { id: member.group.0, name: member.group_name },
            joined_at: member.joined_at.iso(),
        })
        .collect();
    Ok(Json(ProductPeople { meta: Meta::default(), count: members.len(), owners: owners.collect(), members }))
}

pub(super) async fn change_group(may: Authorized<MoveMember>, Body(body): Body<GroupBody>) -> Result<Json<Okay>> {
    actions::move_to(&may, body.group()).await?;
    Ok(Okay::answer())
}

pub(super) async fn remove(may: Authorized<RemoveFromProduct>) -> Result<Json<Okay>> {
    actions::remove(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn leave(may: SignedIn, Segment(product): Segment) -> Result<Json<Okay>> {
    let product: ProductId = product.parse().map_err(|_| Error::NotFound)?;
    let may = may.on::<RemoveFromProduct>(&ProductMemberKey::of(product, may.actor.person)).await?;
    actions::remove(&may).await?;
    Ok(Okay::answer())
}
