//! Webhooks as they are carried from one place to another, with their ids and signing keys.

use std::collections::{HashMap, HashSet};

pub use super::actions::{MOST, nowhere};
use super::{
    ConfigInEnvironment, Header, Wanted, Webhook,
    actions::{LOOKED_UP, first_words, leads_nowhere, unmasked},
    signature, store,
};
use crate::{
    audit::{
        Event, ProductEvent,
        product_event::{ConfigRef, EnvironmentRef, InProduct},
    },
    clock::Time,
    db::{Reader, Writer},
    deliveries::Destination,
    error::{Error, Result},
    ids::{ProductId, WebhookId},
};

/// A webhook that is to be, as another place knew it.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Its number.
    pub id: WebhookId,
    /// Where it is.
    pub at: ConfigInEnvironment,
    /// What it sends, and where.
    pub wanted: Wanted,
    /// Its headers with their values.
    pub headers: Vec<Header>,
    /// What it signs with.
    pub keys: (String, Option<String>),
}

impl Carried {
    /// A webhook with the signing keys that it had, or a new one.
    ///
    /// # Errors
    /// At `headers.0.value` where a value is missing, at `signingKeys` where one is none.
    pub fn new(id: WebhookId, at: ConfigInEnvironment, wanted: Wanted, keys: &[String]) -> Result<Self> {
        if keys.len() > 2 || !keys.iter().all(|key| signature::is_key(key)) {
            return Err(Error::field("signingKeys", "There are at most two signing keys, each of 20 to 200 plain characters."));
        }
        let keys = (keys.first().cloned().unwrap_or_else(signature::mint), keys.get(1).cloned());
        Ok(Self { id, at, headers: unmasked(&wanted)?, wanted, keys })
    }

    /// What the log says of it.
    pub fn created(&self, at: InProduct, config: ConfigRef, environment: EnvironmentRef) -> Event {
        let changes = first_words(&self.wanted, &self.headers);
        ProductEvent::WebhookCreated { at, webhook: self.id, config, environment, changes }.into()
    }
}

/// The headers of a webhook with all their values: only for what runs the instance.
///
/// # Errors
/// If they were not stored by us.
pub fn secret_headers(webhook: &Webhook) -> Result<Vec<Header>> {
    webhook.secrets()
}

/// The webhooks of a product, in their order. Whoever asks leaves out those in environments that the reader has no access to.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Webhook>> {
    store::all(db, product).await
}

/// Which of these numbers are taken.
pub async fn taken(db: &Reader, ids: &[WebhookId]) -> Result<Vec<WebhookId>> {
    store::taken(db, ids).await
}

/// Which of these addresses lead where nothing is sent, as far as that is known soon: the rest is looked at again before anything is sent.
pub async fn leading_nowhere<'a>(addresses: impl Iterator<Item = &'a str>, private: bool) -> HashSet<String> {
    let mut found = HashSet::new();
    if private {
        return found;
    }
    let end = tokio::time::Instant::now() + 4 * LOOKED_UP;
    let mut known = HashMap::<String, bool>::new();
    for address in addresses {
        let Ok(to) = Destination::parse(address) else { continue };
        let server = to.origin();
        let nowhere = match known.get(&server) {
            Some(nowhere) => *nowhere,
            // Without patience, what has to be looked up is skipped, and what says itself where it leads is not.
            None => leads_nowhere(&to, private, LOOKED_UP.min(end.saturating_duration_since(tokio::time::Instant::now()))).await,
        };
        known.insert(server, nowhere);
        if nowhere {
            found.insert(address.trim().to_owned());
        }
    }
    found
}

/// Keeps webhooks as they are given, inside a change.
pub async fn put_all(tx: &Writer, webhooks: &[Carried], now: Time) -> Result<()> {
    for one in webhooks {
        store::insert(tx, one.id, &one.at, one.wanted.row(&one.headers)?, &one.keys.0, now).await?;
        if let Some(second) = &one.keys.1 {
            store::set_keys(tx, one.id, Some(one.keys.0.clone()), Some(second.clone())).await?;
        }
    }
    Ok(())
}
