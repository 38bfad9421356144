//! Configs and their SDK keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{self, ProductModel};
use crate::{
    api::{Body, Created, Done, Json, Params, Query},
    authz::{Address, Asked, Authorized, By, Routes, Surface},
    configs::{
        self, Changes, Config, EvaluationVersion, NewConfig,
        permits::{ChangeConfig, CreateConfig, DeleteConfig, ListConfigs, ReadConfig},
    },
    db::Reader,
    error::Result,
    ids::{ConfigId, EnvironmentId},
    sdk_keys::{self, ReadSdkKeys, SdkKeys},
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/configs", "List the configs of a product", list)
        .post("/v1/products/{product}/configs", "Create a config", create)
        .get("/v1/configs/{config}", "See a config", one)
        .put("/v1/configs/{config}", "Change a config", change)
        .delete("/v1/configs/{config}", "Delete a config", delete)
        .get("/v1/configs/{config}/environments/{environment}", "See the SDK keys of a config in an environment", keys)
}

/// A config.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigModel {
    product: ProductModel,
    config_id: String,
    name: String,
    #[schema(required)]
    description: Option<String>,
    order: i64,
    /// Always null: configs are not converted in Burgee.
    #[schema(required)]
    migrated_config_id: Option<String>,
    /// `v1` or `v2`.
    evaluation_version: &'static str,
}

/// The name of a generation of rules.
pub fn generation(stored: i64) -> &'static str {
    if stored == EvaluationVersion::V1.stored() { EvaluationVersion::V1.wire() } else { EvaluationVersion::V2.wire() }
}

impl ConfigModel {
    /// A config of a product.
    pub fn of(config: Config, product: ProductModel) -> Self {
        Self {
            product,
            config_id: config.id.to_string(),
            name: config.name,
            description: config.description,
            order: config.position,
            migrated_config_id: None,
            evaluation_version: generation(config.evaluation_version),
        }
    }
}

async fn list(may: Authorized<ListConfigs>) -> Result<Json<Vec<ConfigModel>>> {
    let product = ProductModel::from(&*may);
    let configs = configs::all(&may.read(), may.id).await?.into_iter().map(|config| ConfigModel {
        product: product.clone(),
        config_id: config.id.to_string(),
        name: config.name,
        description: config.description,
        order: config.position,
        migrated_config_id: None,
        evaluation_version: generation(config.evaluation_version),
    });
    Ok(Json(configs.collect()))
}

/// A config that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateConfigRequest {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
    /// `v1` or `v2`; `v1` if not said.
    evaluation_version: Option<String>,
}

async fn create(may: Authorized<CreateConfig>, Body(body): Body<CreateConfigRequest>) -> Result<Created<ConfigModel>> {
    let version = body.evaluation_version.as_deref().unwrap_or(EvaluationVersion::V1.wire());
    let new = NewConfig::parse(&body.name, body.description.as_deref(), version)?;
    let made = configs::create(&may, &NewConfig { position: body.order, ..new }).await?;
    Ok(Created(ConfigModel::of(made, (&*may).into())))
}

async fn one(may: Authorized<ReadConfig>) -> Result<Json<ConfigModel>> {
    Ok(Json(ConfigModel::of(Config::clone(&may), wire::product(&may.read(), may.product).await?)))
}

/// Changes of a config. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
struct UpdateConfigRequest {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
}

async fn change(may: Authorized<ChangeConfig>, Body(body): Body<UpdateConfigRequest>) -> Result<Json<ConfigModel>> {
    let changes = Changes::parse(body.name.as_deref(), body.description.as_deref())?;
    let changed = configs::change(&may, &Changes { position: body.order, ..changes }).await?;
    let product = wire::product(&may.read(), changed.product).await?;
    Ok(Json(ConfigModel::of(changed, product)))
}

/// Why something is done.
#[derive(Deserialize)]
pub struct Reason {
    /// Why; empty is the same as absent.
    pub reason: Option<String>,
}

impl Params for Reason {
    const NAMES: &'static [(&'static str, &'static str)] = &[("reason", "why, where a reason is required")];
}

async fn delete(may: Authorized<DeleteConfig>, Query(why): Query<Reason>) -> Result<Done> {
    configs::delete(&may, why.reason.as_deref().filter(|why| !why.is_empty())).await.map(|()| Done)
}

/// The keys by which applications read a config in an environment.
#[derive(Serialize, ToSchema)]
struct SdkKeysModel {
    primary: String,
    #[schema(required)]
    secondary: Option<String>,
}

/// `/v1/configs/{config}/environments/{environment}`
struct InConfig;

#[derive(Deserialize)]
struct InConfigPath {
    config: ConfigId,
    environment: EnvironmentId,
}

impl Address<SdkKeys> for InConfig {
    type Path = InConfigPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: InConfigPath) -> Result<Option<SdkKeys>> {
        sdk_keys::of(db, path.config, path.environment).await
    }
}

async fn keys(may: By<InConfig, ReadSdkKeys>) -> Json<SdkKeysModel> {
    Json(SdkKeysModel { primary: may.primary.clone().unwrap_or_default(), secondary: may.secondary.clone() })
}
