//! Environments.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{self, ProductModel};
use crate::{
    api::{Body, Created, Done, Json, Params, Query},
    authz::{Authorized, Routes, Surface},
    environments::{
        self, Changes, Environment, NewEnvironment,
        permits::{ChangeEnvironment, CreateEnvironment, DeleteEnvironment, ListEnvironments, ReadEnvironment},
    },
    error::Result,
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/environments", "List the environments of a product", list)
        .post("/v1/products/{product}/environments", "Create an environment", create)
        .get("/v1/environments/{environment}", "See an environment", one)
        .put("/v1/environments/{environment}", "Change an environment", change)
        .delete("/v1/environments/{environment}", "Delete an environment", delete)
}

/// An environment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentModel {
    product: ProductModel,
    environment_id: String,
    name: String,
    #[schema(required)]
    color: Option<String>,
    #[schema(required)]
    description: Option<String>,
    order: i64,
    /// Whether every change of a value in it needs a reason.
    reason_required: bool,
    /// Always false.
    approve_required: bool,
}

impl EnvironmentModel {
    /// An environment of a product.
    pub fn of(environment: Environment, product: ProductModel) -> Self {
        Self {
            product,
            environment_id: environment.id.to_string(),
            name: environment.name,
            color: environment.color,
            description: environment.description,
            order: environment.position,
            reason_required: environment.note_required,
            approve_required: false,
        }
    }
}

async fn list(may: Authorized<ListEnvironments>) -> Result<Json<Vec<EnvironmentModel>>> {
    let product = ProductModel::from(&*may);
    let environments = environments::all(&may.read(), may.id).await?;
    Ok(Json(environments.into_iter().map(|environment| EnvironmentModel::of(environment, product.clone())).collect()))
}

/// An environment that is to be.
#[derive(Deserialize, ToSchema)]
struct CreateEnvironmentModel {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(max_length = 255)]
    color: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
}

async fn create(may: Authorized<CreateEnvironment>, Body(body): Body<CreateEnvironmentModel>) -> Result<Created<EnvironmentModel>> {
    let new = NewEnvironment::parse(&body.name, body.color.as_deref(), body.description.as_deref())?;
    let made = environments::create(&may, &NewEnvironment { position: body.order, ..new }).await?;
    Ok(Created(EnvironmentModel::of(made, (&*may).into())))
}

async fn one(may: Authorized<ReadEnvironment>) -> Result<Json<EnvironmentModel>> {
    Ok(Json(EnvironmentModel::of(Environment::clone(&may), wire::product(&may.read(), may.product).await?)))
}

/// Changes of an environment. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
struct UpdateEnvironmentModel {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 255)]
    color: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
}

async fn change(may: Authorized<ChangeEnvironment>, Body(body): Body<UpdateEnvironmentModel>) -> Result<Json<EnvironmentModel>> {
    let changes = Changes::parse(body.name.as_deref(), body.color.as_deref(), body.description.as_deref())?;
    let changed = environments::change(&may, &Changes { position: body.order, ..changes }).await?;
    let product = wire::product(&may.read(), changed.product).await?;
    Ok(Json(EnvironmentModel::of(changed, product)))
}

/// How an environment is deleted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deleting {
    /// Accepted and ignored: the log keeps its history.
    #[serde(rename = "cleanupAuditLogs")]
    _cleanup_audit_logs: Option<bool>,
    reason: Option<String>,
}

impl Params for Deleting {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("cleanupAuditLogs", "accepted and ignored: the log keeps its history"), ("reason", "why, where a reason is required")];
}

async fn delete(may: Authorized<DeleteEnvironment>, Query(how): Query<Deleting>) -> Result<Done> {
    environments::delete(&may, how.reason.as_deref().filter(|why| !why.is_empty())).await.map(|()| Done)
}
