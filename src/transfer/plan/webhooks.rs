//! Webhooks of a product.

use super::{Planner, product::Scope};
use crate::{
    authz::Kind,
    error::Result,
    transfer::{
        document::{ProductPart, WebhookPart},
        formula::key,
        outcome::Thing,
    },
    webhooks::{
        ConfigInEnvironment, Header, MASK, Method, Wanted, Webhook,
        carried::{self, Carried, secret_headers},
        permits::CreateWebhook,
    },
};

/// How many webhooks a product of a document may have.
const MOST: usize = 2000;

impl Planner<'_> {
    /// The webhooks of a product.
    pub(super) fn webhooks(&mut self, part: &ProductPart, scope: &mut Scope<'_>) -> Result<()> {
        if part.webhooks.len() > MOST {
            self.wrong.add(format!("{}.webhooks", scope.place), format!("At most {MOST} webhooks."));
            return Ok(());
        }
        let mut found_before = vec![];
        for (at, part) in part.webhooks.iter().enumerate() {
            let place = format!("{}.webhooks[{at}]", scope.place);
            let configs = scope.state.configs.iter().chain(&scope.plan.configs);
            let config = configs.clone().find(|config| key(&config.name) == key(&part.config)).cloned();
            let environment = scope.environment(&part.environment).cloned();
            if config.is_none() {
                self.wrong.add(format!("{place}.config"), "There is no such config in this product.");
            }
            if environment.is_none() {
                self.wrong.add(format!("{place}.environment"), "There is no such environment in this product.");
            }
            let header = |header: &crate::transfer::document::HeaderPart| Header {
                key: header.key.clone(),
                value: header.value.clone().unwrap_or_default(),
                secure: header.secure,
            };
            let headers: Vec<Header> = part.headers.iter().map(header).collect();
            let wanted = Wanted::parse(&part.url, part.method.as_deref(), part.content.as_deref(), headers);
            let Some(wanted) = self.take(&place, wanted) else { continue };
            let (Some(config), Some(environment)) = (config, environment) else { continue };
            if !self.importer.may::<CreateWebhook>(&scope.at(Kind::Webhook).at(environment.id)) {
                self.forbid(place, format!("You may not manage webhooks in {}.", environment.name));
                continue;
            }
            let same_pair = |webhook: &&Webhook| webhook.config == config.id && webhook.environment == environment.id;
            let same = |webhook: &&Webhook| {
                let method = part.method.as_deref().and_then(Method::parse).unwrap_or(Method::Get);
                same_pair(webhook) && webhook.url == part.url.trim() && webhook.method == method && !found_before.contains(&webhook.id)
            };
            let by_id = scope.state.webhooks.iter().find(|webhook| Some(webhook.id) == part.id && same_pair(webhook));
            if let Some(found) = by_id.or_else(|| scope.state.webhooks.iter().find(same)) {
                found_before.push(found.id);
                if is_other(part, found)? {
                    self.outcome.conflict(place, "Here this webhook sends something else, or signs with other keys.");
                } else {
                    self.outcome.present(Thing::Webhook);
                }
                continue;
            }
            if self.nowhere.contains(part.url.trim()) {
                self.outcome.conflict(format!("{place}.url"), carried::nowhere());
            }
            let planned = scope.plan.webhooks.iter().filter(|one| one.at.config == config.id && one.at.environment == environment.id);
            if planned.count() + scope.state.webhooks.iter().filter(same_pair).count() >= carried::MOST {
                self.outcome.conflict(place, format!("A config has at most {} webhooks in an environment.", carried::MOST));
                continue;
            }
            let product = &scope.plan.product;
            let at = ConfigInEnvironment { config: config.id, environment: environment.id, product: product.id, team: product.team };
            let id = self.ids.webhook(&format!("{place}.id"), part.id);
            let Some(carried) = self.take(&place, Carried::new(id, at, wanted, &part.signing_keys)) else { continue };
            self.outcome.make(Thing::Webhook, &place, &format!("{} in {}", config.name, environment.name), &product.name);
            scope.plan.webhooks.push(carried);
        }
        Ok(())
    }
}

/// Whether a webhook that is there differs from what the document says. What is not said is not compared.
fn is_other(part: &WebhookPart, here: &Webhook) -> Result<bool> {
    let keys: Vec<&String> = [&here.key1, &here.key2].into_iter().flatten().collect();
    let other_keys = !part.signing_keys.is_empty() && part.signing_keys.iter().collect::<Vec<_>>() != keys;
    let headers = secret_headers(here)?;
    let same_header = |(wanted, here): (&crate::transfer::document::HeaderPart, &Header)| {
        let value = wanted.value.as_deref().filter(|value| !value.is_empty() && *value != MASK);
        // What is never shown is not told by comparing with it either.
        wanted.key.eq_ignore_ascii_case(&here.key)
            && wanted.secure == here.secure
            && (here.secure || value.is_none_or(|value| value == here.value))
    };
    let same_headers = part.headers.len() == headers.len() && part.headers.iter().zip(&headers).all(same_header);
    let method = part.method.as_deref().and_then(Method::parse).is_none_or(|method| method == here.method);
    let content = part.content.as_deref().filter(|content| !content.is_empty()) == here.content.as_deref();
    Ok(other_keys || !same_headers || !method || !content || part.url.trim() != here.url)
}
