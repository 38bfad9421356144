//! Webhooks. The values of secure headers are never told: whoever sends the mask back keeps what is stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    patch::{JsonPatchOperation, Patch},
    wire,
};
use crate::{
    api::{Body, Created, Done, Json},
    authz::{Authorized, Routes, Surface},
    error::{Error, Result},
    webhooks::{
        self, Header, Wanted, Webhook,
        permits::{ChangeWebhook, CreateWebhook, DeleteWebhook, ListWebhooks, ReadWebhook},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/webhooks", "List the webhooks of a product", list)
        .post("/v1/configs/{config}/environments/{environment}/webhooks", "Create a webhook", create)
        .get("/v1/webhooks/{webhook}", "See a webhook", one)
        .put("/v1/webhooks/{webhook}", "Replace a webhook", replace)
        .patch("/v1/webhooks/{webhook}", "Change a webhook", change)
        .delete("/v1/webhooks/{webhook}", "Delete a webhook", delete)
        .get("/v1/webhooks/{webhook}/keys", "See what a webhook signs with", keys)
}

/// The config of a webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookConfig {
    name: String,
    config_id: String,
}

/// The environment of a webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookEnvironment {
    name: String,
    environment_id: String,
}

/// A header that a webhook sends.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookHeaderModel {
    #[schema(min_length = 1, max_length = 255)]
    key: String,
    /// Masked where it is secure.
    #[schema(max_length = 1000)]
    value: String,
    #[serde(default)]
    is_secure: bool,
}

/// A webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookResponseModel {
    webhook_id: i64,
    url: String,
    /// `get` or `post`.
    http_method: &'static str,
    #[schema(required)]
    content: Option<String>,
    web_hook_headers: Vec<WebhookHeaderModel>,
    config: WebhookConfig,
    environment: WebhookEnvironment,
}

impl WebhookResponseModel {
    fn of(webhook: &Webhook) -> Result<Self> {
        Ok(Self {
            webhook_id: webhook.id.0,
            url: webhook.url.clone(),
            http_method: webhook.method.wire(),
            content: webhook.content.clone(),
            web_hook_headers: headers(webhook)?,
            config: WebhookConfig { name: webhook.config_name.clone(), config_id: webhook.config.to_string() },
            environment: WebhookEnvironment { name: webhook.environment_name.clone(), environment_id: webhook.environment.to_string() },
        })
    }
}

fn headers(webhook: &Webhook) -> Result<Vec<WebhookHeaderModel>> {
    let header = |header: Header| WebhookHeaderModel { key: header.key, value: header.value, is_secure: header.secure };
    Ok(webhook.headers()?.into_iter().map(header).collect())
}

/// What a webhook is to be. What is absent is reset.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebHookRequestModel {
    #[schema(min_length = 7, max_length = 1000)]
    url: String,
    #[schema(max_length = 15_000)]
    content: Option<String>,
    /// `get` or `post`; `get` if not said.
    http_method: Option<String>,
    web_hook_headers: Option<Vec<WebhookHeaderModel>>,
}

impl WebHookRequestModel {
    /// What would be sent to leave a webhook as it is.
    fn of(webhook: &Webhook) -> Result<Self> {
        Ok(Self {
            url: webhook.url.clone(),
            content: webhook.content.clone(),
            http_method: Some(webhook.method.wire().to_owned()),
            web_hook_headers: Some(headers(webhook)?),
        })
    }

    fn wanted(self) -> Result<Wanted> {
        let headers = self.web_hook_headers.unwrap_or_default().into_iter();
        let headers = headers.map(|header| Header { key: header.key, value: header.value, secure: header.is_secure });
        Wanted::parse(&self.url, self.http_method.as_deref(), self.content.as_deref(), headers.collect())
    }
}

/// Mistakes at the names that their fields have here.
fn renamed(error: Error) -> Error {
    wire::renamed(error, |field| match field.split('.').collect::<Vec<_>>().as_slice() {
        ["method"] => Some("httpMethod".to_owned()),
        ["headers"] => Some("webHookHeaders".to_owned()),
        ["headers", at, "key"] => Some(format!("webHookHeaders[{at}].Key")),
        ["headers", at, "value"] => Some(format!("webHookHeaders[{at}].Value")),
        _ => None,
    })
}

async fn list(may: Authorized<ListWebhooks>) -> Result<Json<Vec<WebhookResponseModel>>> {
    webhooks::list(&may).await?.iter().map(WebhookResponseModel::of).collect::<Result<_>>().map(Json)
}

async fn create(may: Authorized<CreateWebhook>, Body(body): Body<WebHookRequestModel>) -> Result<Created<WebhookResponseModel>> {
    let made = async { webhooks::create(&may, &body.wanted()?).await };
    WebhookResponseModel::of(&made.await.map_err(renamed)?).map(Created)
}

async fn one(may: Authorized<ReadWebhook>) -> Result<Json<WebhookResponseModel>> {
    WebhookResponseModel::of(&may).map(Json)
}

async fn made_so(may: &Authorized<ChangeWebhook>, wanted: WebHookRequestModel) -> Result<Json<WebhookResponseModel>> {
    let changed = async { webhooks::change(may, &wanted.wanted()?).await };
    WebhookResponseModel::of(&changed.await.map_err(renamed)?).map(Json)
}

async fn replace(may: Authorized<ChangeWebhook>, Body(body): Body<WebHookRequestModel>) -> Result<Json<WebhookResponseModel>> {
    made_so(&may, body).await
}

async fn change(may: Authorized<ChangeWebhook>, Body(body): Body<Vec<JsonPatchOperation>>) -> Result<Json<WebhookResponseModel>> {
    let whole = Patch::read(body)?.apply(&WebHookRequestModel::of(&may)?)?;
    made_so(&may, whole).await
}

async fn delete(may: Authorized<DeleteWebhook>) -> Result<Done> {
    webhooks::delete(&may).await.map(|()| Done)
}

/// What a webhook signs with: one key, or two while one replaces the other.
#[derive(Serialize, ToSchema)]
struct WebhookSigningKeysModel {
    #[schema(required)]
    key1: Option<String>,
    #[schema(required)]
    key2: Option<String>,
}

async fn keys(may: Authorized<ReadWebhook>) -> Json<WebhookSigningKeysModel> {
    Json(WebhookSigningKeysModel { key1: may.key1.clone(), key2: may.key2.clone() })
}
