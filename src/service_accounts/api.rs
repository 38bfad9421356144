//! Service accounts as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ServiceAccount, actions,
    permits::{CreateServiceAccount, ListServiceAccounts, MakeServiceToken, ManageServiceAccount, ReadServiceAccount, RevokeServiceToken},
    store::{self, Placed},
};
use crate::{
    api::{Body, Json, Meta, Okay},
    authz::Authorized,
    clock::Time,
    db::Reader,
    error::Result,
    people::{
        self,
        api::credentials::{PairBody, PairView, TokenList},
    },
    product_members::{GroupBody, GroupRef},
};

/// What a service account may do in a product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InProductView {
    /// The product.
    product_id: String,
    /// Its name.
    product_name: String,
    permission_group: GroupRef,
}

impl InProductView {
    fn of(place: Placed) -> Self {
        let permission_group = GroupRef { id: place.group.0, name: place.group_name };
        Self { product_id: place.product.to_string(), product_name: place.product_name, permission_group }
    }
}

/// A service account of a team.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountView {
    id: String,
    name: String,
    created_at: String,
    /// The name that its creator had then, whether they are still there or not.
    created_by: Option<String>,
    /// When one of its tokens was last used.
    last_seen_at: Option<String>,
    /// Its permission groups, one for each product that it works on.
    products: Vec<InProductView>,
}

impl ServiceAccountView {
    fn of(account: ServiceAccount, places: &[Placed]) -> Self {
        let own = places.iter().filter(|place| place.account == account.id).cloned();
        Self {
            products: own.map(InProductView::of).collect(),
            id: account.id.to_string(),
            name: account.name,
            created_at: account.created_at.iso(),
            created_by: account.created_by.clone(),
            last_seen_at: account.last_seen_at.map(Time::iso),
        }
    }

    async fn read(db: &Reader, account: &ServiceAccount) -> Result<Json<Self>> {
        Ok(Json(Self::of(account.clone(), &store::places(db, account.team).await?)))
    }
}

/// The service accounts of a team, by name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountList {
    meta: Meta,
    count: usize,
    service_accounts: Vec<ServiceAccountView>,
}

/// A service account that is wanted, or its new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountBody {
    /// Its name: no two of a team have the same.
    name: String,
}

pub(super) async fn list(may: Authorized<ListServiceAccounts>) -> Result<Json<ServiceAccountList>> {
    let places = store::places(&may.read(), may.id).await?;
    let found = store::list(&may.read(), may.id).await?.into_iter();
    let service_accounts: Vec<ServiceAccountView> = found.map(|account| ServiceAccountView::of(account, &places)).collect();
    Ok(Json(ServiceAccountList { meta: Meta::default(), count: service_accounts.len(), service_accounts }))
}

pub(super) async fn create(
    may: Authorized<CreateServiceAccount>,
    Body(body): Body<ServiceAccountBody>,
) -> Result<Json<ServiceAccountView>> {
    let made = actions::create(&may, &actions::parse(&body.name)?).await?;
    Ok(Json(ServiceAccountView::of(made, &[])))
}

pub(super) async fn read(may: Authorized<ReadServiceAccount>) -> Result<Json<ServiceAccountView>> {
    ServiceAccountView::read(&may.read(), &may).await
}

pub(super) async fn rename(may: Authorized<ManageServiceAccount>, Body(body): Body<ServiceAccountBody>) -> Result<Json<Okay>> {
    actions::rename(&may, &actions::parse(&body.name)?).await?;
    Ok(Okay::answer())
}

pub(super) async fn delete(may: Authorized<ManageServiceAccount>) -> Result<Json<Okay>> {
    actions::delete(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn give(may: Authorized<ManageServiceAccount>, Body(body): Body<GroupBody>) -> Result<Json<Okay>> {
    actions::give(&may, body.group()).await?;
    Ok(Okay::answer())
}

pub(super) async fn tokens(may: Authorized<ReadServiceAccount>) -> Result<Json<TokenList>> {
    Ok(Json(TokenList::of(people::tokens(&may.read(), may.id).await?)))
}

pub(super) async fn create_token(may: Authorized<MakeServiceToken>, Body(body): Body<PairBody>) -> Result<Json<PairView>> {
    Ok(Json(PairView::of(&actions::make_token(&may, &body.parse(may.now())?).await?)))
}

pub(super) async fn revoke_token(may: Authorized<RevokeServiceToken>) -> Result<Json<Okay>> {
    actions::revoke_token(&may).await?;
    Ok(Okay::answer())
}
