//! Integrations. Parameters are told as they were sent: whoever manages integrations sets them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{self, ProductModel};
use crate::{
    api::{Body, Created, Done, Json},
    authz::{Authorized, Routes, Surface},
    error::{Error, Result},
    integrations::{
        self, Integration, Service, Wanted,
        permits::{ChangeIntegration, CreateIntegration, DeleteIntegration, ListIntegrations, ReadIntegration},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/integrations", "List the integrations of a product", list)
        .post("/v1/products/{product}/integrations", "Create an integration", create)
        .get("/v1/integrations/{integration}", "See an integration", one)
        .put("/v1/integrations/{integration}", "Replace an integration", change)
        .delete("/v1/integrations/{integration}", "Delete an integration", delete)
}

/// An integration.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IntegrationModel {
    product: ProductModel,
    integration_id: String,
    name: String,
    /// `dataDog`, `slack`, `amplitude`, `mixPanel`, `segment` or `pubNub`.
    integration_type: &'static str,
    parameters: BTreeMap<String, String>,
    /// Empty: all of them.
    environment_ids: Vec<String>,
    /// Empty: all of them.
    config_ids: Vec<String>,
}

impl IntegrationModel {
    fn of(integration: &Integration, product: ProductModel) -> Result<Self> {
        Ok(Self {
            product,
            integration_id: integration.id.to_string(),
            name: integration.name.clone(),
            integration_type: integration.kind.wire(),
            parameters: integration.parameters()?,
            environment_ids: integration.environments()?.iter().map(ToString::to_string).collect(),
            config_ids: integration.configs()?.iter().map(ToString::to_string).collect(),
        })
    }
}

/// The integrations of a product.
#[derive(Serialize, ToSchema)]
struct IntegrationsModel {
    integrations: Vec<IntegrationModel>,
}

async fn list(may: Authorized<ListIntegrations>) -> Result<Json<IntegrationsModel>> {
    let product = ProductModel::from(&*may);
    let all = integrations::list(&may).await?;
    let integrations = all.iter().map(|integration| IntegrationModel::of(integration, product.clone())).collect::<Result<_>>()?;
    Ok(Json(IntegrationsModel { integrations }))
}

/// An integration that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateIntegrationModel {
    integration_type: String,
    #[serde(flatten)]
    wanted: ModifyIntegrationRequest,
}

/// What an integration is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ModifyIntegrationRequest {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    parameters: BTreeMap<String, String>,
    /// Empty: all of them.
    environment_ids: Vec<String>,
    /// Empty: all of them.
    config_ids: Vec<String>,
}

/// Ids of a list, each refused at its place.
fn ids<T: std::str::FromStr>(field: &str, texts: &[String]) -> Result<Vec<T>> {
    let id = |(at, text): (usize, &String)| text.parse().map_err(|_| Error::field(format!("{field}[{at}]"), "This is no id."));
    texts.iter().enumerate().map(id).collect()
}

impl ModifyIntegrationRequest {
    fn wanted(self, kind: Service) -> Result<Wanted> {
        let environments = ids("environmentIds", &self.environment_ids)?;
        let configs = ids("configIds", &self.config_ids)?;
        Wanted::parse(kind, &self.name, self.parameters, environments, configs)
    }
}

/// Mistakes at the names that their fields have here.
fn renamed(error: Error) -> Error {
    wire::renamed(error, |field| match field {
        "environments" => Some("environmentIds".to_owned()),
        "configs" => Some("configIds".to_owned()),
        _ => None,
    })
}

async fn create(may: Authorized<CreateIntegration>, Body(body): Body<CreateIntegrationModel>) -> Result<Created<IntegrationModel>> {
    let unknown = || Error::field("integrationType", "Please choose dataDog, slack, amplitude, mixPanel, segment or pubNub.");
    let kind = Service::parse(&body.integration_type).ok_or_else(unknown)?;
    let made = integrations::create(&may, &body.wanted.wanted(kind)?).await.map_err(renamed)?;
    IntegrationModel::of(&made, (&*may).into()).map(Created)
}

async fn one(may: Authorized<ReadIntegration>) -> Result<Json<IntegrationModel>> {
    IntegrationModel::of(&may, wire::product(&may.read(), may.product).await?).map(Json)
}

async fn change(may: Authorized<ChangeIntegration>, Body(body): Body<ModifyIntegrationRequest>) -> Result<Json<IntegrationModel>> {
    let changed = integrations::change(&may, &body.wanted(may.kind)?).await.map_err(renamed)?;
    IntegrationModel::of(&changed, wire::product(&may.read(), changed.product).await?).map(Json)
}

async fn delete(may: Authorized<DeleteIntegration>) -> Result<Done> {
    integrations::delete(&may).await.map(|()| Done)
}
