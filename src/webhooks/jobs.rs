//! Telling a webhook: queued with the change that publishes something, sent by the job.

use axum::http::{HeaderName, HeaderValue, Method as Http, header};
use serde::{Deserialize, Serialize};

use super::{Header, Markup, Method, Published, Webhook, signature, store, template};
use crate::{
    api,
    authz::Mint,
    clock::{SECOND, Time},
    db::Writer,
    deliveries::{self, Deliver, Delivery, Destination, Request, Target},
    error::{Error, Result},
    ids::WebhookId,
    jobs::Registry,
};

/// The jobs of the feature.
pub fn jobs(registry: Registry) -> Registry {
    registry.job::<Deliver<Tell>>()
}

/// Queues a request to each webhook of the config in the environment, in the transaction of the change that publishes it.
pub async fn tell(tx: &Writer, published: &Published, now: Time) -> Result<()> {
    let webhooks = store::of_pair(tx, published.config.id, published.environment.id).await?;
    if webhooks.is_empty() {
        return Ok(());
    }
    let about = serde_json::to_string(published).map_err(Error::internal)?;
    for webhook in webhooks {
        deliveries::queue(tx, Tell(webhook), published.product, &about, now).await?;
    }
    Ok(())
}

/// A webhook that is to be told.
#[derive(Serialize, Deserialize)]
pub struct Tell(pub WebhookId);

impl Target for Tell {
    const KIND: &'static str = "webhook.deliver";

    fn name(&self) -> String {
        format!("webhook {}", self.0)
    }

    async fn request(&self, mint: &Mint, delivery: &Delivery) -> Result<Option<Request>> {
        let Some(webhook) = store::one(&mint.read(), self.0).await? else { return Ok(None) };
        let published: Published = serde_json::from_str(&delivery.about).map_err(Error::internal)?;
        let path = format!(
            "/team/{}/products/{}/configs/{}?environment={}",
            webhook.team_slug, webhook.product, webhook.config, webhook.environment
        );
        request(&webhook, &published, &mint.app().config.url(&path), &delivery.id.to_string(), mint.now()).map(Some)
    }
}

fn request(webhook: &Webhook, published: &Published, url: &str, id: &str, now: Time) -> Result<Request> {
    let to = Destination::parse(&webhook.url).map_err(|why| Error::internal(format!("the address of a webhook: {why}")))?;
    let own = webhook.secrets()?;
    let is_content_type = |header: &&Header| header.key.eq_ignore_ascii_case(header::CONTENT_TYPE.as_str());
    let content_type = own.iter().find(is_content_type).map(|header| header.value.as_str());
    let template = webhook.content.as_deref().filter(|_| webhook.method == Method::Post).unwrap_or_default();
    let json = content_type.is_some_and(api::is_json_type);
    let body = template::fill(template, published, template::Receiver { url, markup: Markup::of(&to), json });
    let mut headers = vec![];
    let mut add = |name: &str, value: &str| -> Result<()> {
        let name = HeaderName::try_from(name).map_err(Error::internal)?;
        headers.push((name, HeaderValue::from_str(value).map_err(Error::internal)?));
        Ok(())
    };
    for own in &own {
        add(&own.key, &own.value)?;
    }
    if !body.is_empty() && content_type.is_none() {
        let kind = if template::is_json(template) { "application/json; charset=utf-8" } else { "text/plain; charset=utf-8" };
        add(header::CONTENT_TYPE.as_str(), kind)?;
    }
    let timestamp = (now.0 / SECOND).to_string();
    let keys = [&webhook.key1, &webhook.key2].into_iter().flatten().map(String::as_str);
    add("x-configcat-webhook-id", id)?;
    add("x-configcat-webhook-timestamp", &timestamp)?;
    add("x-configcat-webhook-signature-v1", &signature::sign(keys, id, &timestamp, &body)?)?;
    let method = match webhook.method {
        Method::Get => Http::GET,
        Method::Post => Http::POST,
    };
    Ok(Request { to, method, headers, body })
}
