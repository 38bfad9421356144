//! Members and invitations. An Organization Admin is an Owner, who is a billing manager too; everybody else is a member.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{Body, Done, Json, Silent},
    authz::{Authorized, By, Role, Routes, Surface},
    clock::Time,
    error::{Error, Result},
    ids::GroupId,
    invitations::{
        self, ToJoin,
        permits::{InviteToProduct, ManageProductInvitation, SeeOffers},
    },
    members::{
        self, Colleague, Known,
        permits::{MeetPeople, RemoveMember},
    },
    product_members::{
        self, Arrangement,
        permits::{ArrangeMember, ManagePeople, RemoveFromProduct},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/organizations/{team}/members", "List the people of a team whom one may see", list)
        .get("/v2/organizations/{team}/members", "List the people of a team whom one may see, with their permission groups", list_by_role)
        .get("/v1/organizations/{team}/invitations", "List the invitations to a team’s products", offers)
        .post("/v1/organizations/{team}/members/{person}", "Change somebody’s role and permission groups", arrange)
        .delete("/v1/organizations/{team}/members/{person}", "Remove somebody from a team, or leave it", remove)
        .get("/v1/products/{product}/members", "List the members of a product", of_product)
        .get("/v1/products/{product}/invitations", "List the invitations to a product, as ConfigCat does", offers_of_product)
        .post("/v1/products/{product}/members/invite", "Invite people to a product by e-mail", invite)
        .delete(
            "/v1/products/{product}/members/{person}",
            "Remove somebody from a product, or leave it, as ConfigCat does",
            remove_from_product,
        )
        .delete("/v1/invitations/{invitation}", "Take an invitation back by its id", revoke)
}

/// Somebody.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserModel {
    user_id: String,
    full_name: String,
    /// For those who manage members, and of oneself.
    #[schema(required)]
    email: Option<String>,
    two_factor_enabled: bool,
}

async fn list(may: Authorized<MeetPeople>) -> Result<Json<Vec<UserModel>>> {
    let people = members::known(&may).await?.into_iter();
    let user =
        |one: Colleague| UserModel { user_id: one.person.to_string(), full_name: one.name, email: one.email, two_factor_enabled: false };
    Ok(Json(people.map(user).collect()))
}

/// An Owner.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationAdminModel {
    user_id: String,
    full_name: String,
    /// Empty for those who manage no members.
    email: String,
    two_factor_enabled: bool,
}

impl From<&Colleague> for OrganizationAdminModel {
    fn from(one: &Colleague) -> Self {
        Self {
            user_id: one.person.to_string(),
            full_name: one.name.clone(),
            email: one.email.clone().unwrap_or_default(),
            two_factor_enabled: false,
        }
    }
}

/// Somebody who is no Owner.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationMemberModel {
    #[serde(flatten)]
    person: OrganizationAdminModel,
    permissions: Vec<OrganizationPermissionModel>,
}

/// Where somebody is, and by which permission group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationPermissionModel {
    product: OrganizationProductModel,
    permission_group: OrganizationPermissionGroupModel,
}

/// A product by name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationProductModel {
    product_id: String,
    name: String,
}

/// A permission group by name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationPermissionGroupModel {
    permission_group_id: i64,
    name: String,
}

/// The people of a team.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationMembersModel {
    /// The Owners.
    admins: Vec<OrganizationAdminModel>,
    /// The Owners again.
    billing_managers: Vec<OrganizationAdminModel>,
    /// Everybody else.
    members: Vec<OrganizationMemberModel>,
}

async fn list_by_role(may: Authorized<MeetPeople>) -> Result<Json<OrganizationMembersModel>> {
    let (owners, others): (Vec<Colleague>, Vec<Colleague>) =
        members::known(&may).await?.into_iter().partition(|one| one.role == Role::Owner);
    let admins: Vec<OrganizationAdminModel> = owners.iter().map(Into::into).collect();
    let permission = |place: members::Placed| OrganizationPermissionModel {
        product: OrganizationProductModel { product_id: place.product.to_string(), name: place.product_name },
        permission_group: OrganizationPermissionGroupModel { permission_group_id: place.group.0, name: place.group_name },
    };
    let member =
        |one: Colleague| OrganizationMemberModel { person: (&one).into(), permissions: one.places.into_iter().map(permission).collect() };
    let members = others.into_iter().map(member).collect();
    Ok(Json(OrganizationMembersModel { billing_managers: admins.clone(), admins, members }))
}

/// Somebody in a product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MemberModel {
    user_id: String,
    product_id: String,
    permission_group_id: i64,
    full_name: String,
    /// Null for a service account.
    #[schema(required)]
    email: Option<String>,
}

async fn of_product(may: Authorized<ManagePeople>) -> Result<Json<Vec<MemberModel>>> {
    let people = product_members::list(&may.read(), may.id).await?.into_iter().map(|one| MemberModel {
        user_id: one.person.to_string(),
        product_id: may.id.to_string(),
        permission_group_id: one.group.0,
        full_name: one.name,
        email: Some(one.email).filter(|_| !one.service),
    });
    Ok(Json(people.collect()))
}

/// An invitation to a product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InvitationModel {
    invitation_id: String,
    /// Null where an account is invited by its user name.
    #[schema(required)]
    email: Option<String>,
    permission_group_id: i64,
    created_at: String,
    /// Whether it has ended: it can be sent again on its page.
    expired: bool,
}

impl InvitationModel {
    fn of(offer: &ToJoin, now: Time) -> Self {
        Self {
            invitation_id: offer.id.to_string(),
            email: offer.email.clone(),
            permission_group_id: offer.group.0,
            created_at: offer.created_at.iso(),
            expired: offer.expires_at <= now,
        }
    }
}

/// An invitation to a product of the team.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationInvitationModel {
    #[serde(flatten)]
    invitation: InvitationModel,
    product_id: String,
    product_name: String,
    expires: String,
}

async fn offers(may: Authorized<SeeOffers>) -> Result<Json<Vec<OrganizationInvitationModel>>> {
    let offers = invitations::to_products(&may).await?;
    let told = offers.into_iter().map(|offer| OrganizationInvitationModel {
        invitation: InvitationModel::of(&offer, may.now()),
        product_id: offer.product.to_string(),
        product_name: offer.product_name,
        expires: offer.expires_at.iso(),
    });
    Ok(Json(told.collect()))
}

async fn offers_of_product(may: Authorized<InviteToProduct>) -> Result<Json<Vec<InvitationModel>>> {
    let offers = invitations::to_product(&may).await?;
    Ok(Json(offers.iter().map(|offer| InvitationModel::of(offer, may.now())).collect()))
}

/// Whom to invite to a product. All of them are, or nobody.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InviteMembersRequest {
    /// 100 at most.
    emails: Vec<String>,
    permission_group_id: i64,
}

async fn invite(may: Authorized<InviteToProduct>, Body(body): Body<InviteMembersRequest>) -> Result<Silent> {
    invitations::invite_all_to_product(&may, &body.emails, GroupId(body.permission_group_id)).await.map(|()| Silent)
}

/// What somebody is to be. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateMemberPermissionsRequest {
    /// Groups to be in, one of a product at most.
    permission_group_ids: Option<Vec<i64>>,
    /// Whether they are an Owner. An Owner who is one no longer stays as a Guest if a permission group remains, else leaves the team.
    is_admin: Option<bool>,
    /// The same as whether they are an Owner, and nothing to be set by itself.
    is_billing_manager: Option<bool>,
    /// Whether they leave all products of which no permission group is named.
    #[serde(default)]
    remove_from_permission_groups_where_id_not_set: bool,
}

async fn arrange(may: By<Known, ArrangeMember>, Body(body): Body<UpdateMemberPermissionsRequest>) -> Result<Silent> {
    let owner = body.is_admin.unwrap_or(may.role == Role::Owner);
    if body.is_billing_manager.is_some_and(|bills| bills != owner) {
        let message = "Owners (isAdmin) are billing managers, and nobody else is: this cannot be set by itself.";
        return Err(Error::field("isBillingManager", message));
    }
    let groups = body.permission_group_ids.unwrap_or_default().into_iter().map(GroupId).collect();
    let wanted = Arrangement { groups, only: body.remove_from_permission_groups_where_id_not_set, owner: body.is_admin };
    product_members::arrange(&may, &wanted).await.map(|()| Silent)
}

async fn remove(may: Authorized<RemoveMember>) -> Result<Done> {
    members::remove(&may).await.map(|()| Done)
}

async fn remove_from_product(may: Authorized<RemoveFromProduct>) -> Result<Done> {
    product_members::remove(&may).await.map(|()| Done)
}

async fn revoke(may: Authorized<ManageProductInvitation>) -> Result<Done> {
    invitations::revoke(&may).await.map(|()| Done)
}
