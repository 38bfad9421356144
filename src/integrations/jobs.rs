//! Telling services: queued with the change that publishes something, sent by the job.

use axum::http::{HeaderValue, Method, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Integration, Service,
    parameters::{SLACK_CONFIDENTIAL, SLACK_URL},
    store,
};
use crate::{
    authz::Mint,
    clock::Time,
    db::Writer,
    deliveries::{self, Deliver, Delivery, Destination, Request, Target},
    error::{Error, Result},
    ids::IntegrationId,
    jobs::Registry,
    webhooks::{Markup, Published, for_people},
};

/// The jobs of the feature.
pub fn jobs(registry: Registry) -> Registry {
    registry.job::<Deliver<Tell>>()
}

/// Queues a message for each integration that is told about the config in the environment, in the transaction of the change that publishes it.
pub async fn tell(tx: &Writer, published: &Published, now: Time) -> Result<()> {
    for integration in store::told(tx, published.product).await? {
        let (environments, configs) = (integration.environments()?, integration.configs()?);
        let there = environments.is_empty() || environments.contains(&published.environment.id);
        if there && (configs.is_empty() || configs.contains(&published.config.id)) {
            let about = serde_json::to_string(published).map_err(Error::internal)?;
            deliveries::queue(tx, Tell(integration.id), published.product, &about, now).await?;
        }
    }
    Ok(())
}

/// An integration that is to be told.
#[derive(Serialize, Deserialize)]
pub struct Tell(pub IntegrationId);

impl Target for Tell {
    const KIND: &'static str = "integration.deliver";

    fn name(&self) -> String {
        format!("integration {}", self.0)
    }

    async fn request(&self, mint: &Mint, delivery: &Delivery) -> Result<Option<Request>> {
        let Some(integration) = store::one(&mint.read(), self.0).await? else { return Ok(None) };
        let published: Published = serde_json::from_str(&delivery.about).map_err(Error::internal)?;
        match integration.kind {
            Service::Slack => slack(&integration, &published, &mint.app().config.public_url).map(Some),
            _ => Ok(None),
        }
    }
}

fn slack(integration: &Integration, published: &Published, url: &str) -> Result<Request> {
    let parameters = integration.parameters()?;
    let to = parameters.get(SLACK_URL).and_then(|url| Destination::parse(url).ok());
    let confidential = parameters.get(SLACK_CONFIDENTIAL).is_some_and(|told| told.eq_ignore_ascii_case("true"));
    let plain = |text: &str| Markup::Slack.escape(text).into_owned();
    let text = match published.test {
        true => format!("A test by {}: changes in {} will be told here.", plain(&published.by), plain(&integration.product_name)),
        false => {
            let told = match confidential {
                true => published.clone(),
                false => Published { changes: published.changes.iter().map(|told| told.masked()).collect(), ..published.clone() },
            };
            let path = format!("/team/{}/products/{}/configs/{}", integration.team_slug, integration.product, published.config.id);
            let link = format!("<{url}{path}?environment={}|{}>", published.environment.id, plain(&published.config.name));
            let note = published.note.as_deref().map(|note| format!("\n> {}", plain(note).replace('\n', "\n> "))).unwrap_or_default();
            let (by, environment) = (plain(&published.by), plain(&published.environment.name));
            format!("{by} changed {link} in *{environment}*\n{}{note}", for_people(&told, Markup::Slack))
        }
    };
    Ok(Request {
        to: to.ok_or_else(|| Error::internal("a Slack integration without an address"))?,
        method: Method::POST,
        headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))],
        body: json!({ "text": text }).to_string(),
    })
}
