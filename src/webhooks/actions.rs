//! The verbs about webhooks.

use std::time::Duration;

use super::{
    Header, MASK, Method, Published, Webhook,
    jobs::Tell,
    permits::{ChangeWebhook, CreateWebhook, DeleteWebhook, ListWebhooks, ReadWebhook},
    signature,
    store::{self, Row},
};
use crate::{
    audit::{Change, Event, ProductEvent, Unaudited},
    authz::Authorized,
    deliveries::{self, Destination, PRIVATE, Target as _},
    error::{Error, Fields, Result},
    ids::{DeliveryId, WebhookId},
};

/// The shortest and the longest address.
const URL: std::ops::RangeInclusive<usize> = 7..=1000;
/// The longest template.
const LONGEST_CONTENT: usize = 15_000;
/// So many headers at most, with names and values of at most so many characters.
const HEADERS: (usize, usize, usize) = (50, 255, 1000);
/// So many webhooks of a config in an environment at most.
pub const MOST: usize = 200;
/// For so long a name is looked up before a webhook is saved.
pub(super) const LOOKED_UP: Duration = Duration::from_secs(3);
/// Headers that belong to the request itself.
const OURS: [&str; 10] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "x-configcat-webhook-id",
    "x-configcat-webhook-timestamp",
    "x-configcat-webhook-signature-v1",
];

/// What a webhook is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    url: String,
    to: Destination,
    method: Method,
    content: Option<String>,
    headers: Vec<Header>,
}

impl Wanted {
    /// Reads what was sent. What is wrong stands at `url`, `method`, `content`, `headers`, `headers.0.key` or `headers.0.value`.
    pub fn parse(url: &str, method: Option<&str>, content: Option<&str>, headers: Vec<Header>) -> Result<Self> {
        let mut fields = Fields::default();
        let to = match URL.contains(&url.chars().count()) {
            true => Destination::parse(url).map_err(|why| format!("Url is invalid: {why}.")),
            false => Err("Url is invalid: it does not have 7 to 1000 characters.".to_owned()),
        };
        let to = fields.take("url", to);
        let method = method.map_or(Some(Method::Get), Method::parse);
        let method = fields.take("method", method.ok_or("Please choose get or post."));
        if content.is_some_and(|content| content.chars().count() > LONGEST_CONTENT) {
            fields.add("content", "A body has at most 15,000 characters.");
        }
        check_headers(&headers, &mut fields);
        match (to, method) {
            (Some(to), Some(method)) if fields.0.is_empty() => {
                Ok(Self { url: url.trim().to_owned(), to, method, content: content.map(str::to_owned), headers })
            }
            _ => Err(fields.into()),
        }
    }

    /// Refuses an address that leads where nothing is sent.
    async fn check(&self, private: bool) -> Result<()> {
        match leads_nowhere(&self.to, private, LOOKED_UP).await {
            true => Err(Error::field("url", nowhere())),
            false => Ok(()),
        }
    }

    /// With the values of secure headers that were sent masked, as they are stored. Another server does not get them that way.
    fn unmasked(&self, before: Option<&Webhook>) -> Result<Vec<Header>> {
        let known = before.map(Webhook::secrets).transpose()?.unwrap_or_default();
        let elsewhere = before.and_then(|before| Destination::parse(&before.url).ok()).is_none_or(|to| to.origin() != self.to.origin());
        let mut fields = Fields::default();
        let mut headers = self.headers.clone();
        for (at, header) in headers.iter_mut().enumerate().filter(|(_, header)| is_masked(header)) {
            // The same name may stand there several times: the first one masked is the first one kept, and so on.
            let same = |other: &&Header| other.secure && other.key.eq_ignore_ascii_case(&header.key);
            let earlier = self.headers[..at].iter().filter(same).count();
            match known.iter().filter(same).nth(earlier) {
                Some(_) if elsewhere => {
                    fields.add(format!("headers.{at}.value"), "Please give this value again: the webhook goes to another server now.");
                }
                Some(known) => known.value.clone_into(&mut header.value),
                None => fields.add(format!("headers.{at}.value"), "Please give a value."),
            }
        }
        if fields.0.is_empty() { Ok(headers) } else { Err(fields.into()) }
    }

    pub(super) fn row<'a>(&'a self, headers: &[Header]) -> Result<Row<'a>> {
        let headers = serde_json::to_string(headers).map_err(Error::internal)?;
        Ok(Row { url: &self.url, method: self.method, content: self.content.clone(), headers })
    }
}

/// Whether an address leads where nothing is sent. What cannot be looked up at the moment is looked at again before anything is sent.
pub(super) async fn leads_nowhere(to: &Destination, private: bool, patience: Duration) -> bool {
    matches!(tokio::time::timeout(patience, to.resolve(private)).await, Ok(Err(failed)) if failed.for_good)
}

/// What is said of such an address.
pub fn nowhere() -> String {
    format!("Url is invalid: {PRIVATE}.")
}

/// Whether a value is none, but stands for the one that is kept.
fn is_masked(header: &Header) -> bool {
    header.value.is_empty() || header.value == MASK
}

fn check_headers(headers: &[Header], fields: &mut Fields) {
    let (most, longest_key, longest_value) = HEADERS;
    if headers.len() > most {
        fields.add("headers", format!("At most {most} headers."));
    }
    for (at, header) in headers.iter().enumerate() {
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if header.key.is_empty() || header.key.len() > longest_key || !header.key.chars().all(token) {
            fields.add(format!("headers.{at}.key"), "This is not the name of a header.");
        } else if OURS.iter().any(|ours| header.key.eq_ignore_ascii_case(ours)) {
            fields.add(format!("headers.{at}.key"), "This header is set by Burgee itself.");
        }
        let plain = |c: char| !c.is_control() || c == '\t';
        if header.value.chars().count() > longest_value || !header.value.chars().all(plain) {
            fields.add(format!("headers.{at}.value"), format!("A value stands on one line and has at most {longest_value} characters."));
        } else if header.value.is_empty() && !header.secure {
            fields.add(format!("headers.{at}.value"), "Please give a value.");
        }
    }
}

/// The server of an address: the rest of it is often a secret.
fn server(url: &str) -> String {
    Destination::parse(url).map_or_else(|_| String::new(), |to| to.origin())
}

/// Headers as events remember them: names, and values that are no secret.
fn told(headers: &[Header]) -> String {
    let each = headers.iter().map(|header| match header.secure {
        true => format!("{} (secure)", header.key),
        false => format!("{}: {}", header.key, header.value),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// What the log says of a new webhook.
pub(super) fn first_words(wanted: &Wanted, headers: &[Header]) -> Vec<Change> {
    let list = [
        Change::of("Server", "", server(&wanted.url)),
        Change::of("Method", "", wanted.method.wire()),
        Change::of("Headers", "", told(headers)),
    ];
    list.into_iter().flatten().collect()
}

/// The headers of a new webhook: each has its value.
pub(super) fn unmasked(wanted: &Wanted) -> Result<Vec<Header>> {
    wanted.unmasked(None)
}

/// The webhooks of a product, by environment and config: those that the reader may see.
pub async fn list(may: &Authorized<ListWebhooks>) -> Result<Vec<Webhook>> {
    let mut all = store::all(&may.read(), may.id).await?;
    all.retain(|webhook| may.also::<ReadWebhook>(webhook));
    Ok(all)
}

/// Creates a webhook, with a key that it signs with.
///
/// # Errors
/// `url` if it leads into a private network.
pub async fn create(may: &Authorized<CreateWebhook>, wanted: &Wanted) -> Result<Webhook> {
    wanted.check(may.app().config.private_targets).await?;
    may.change(async |tx| {
        let at = tx.on();
        if store::of_pair(&tx, at.config, at.environment).await?.len() >= MOST {
            return Err(Error::refused("too_many_webhooks", format!("A config has at most {MOST} webhooks in an environment.")));
        }
        let headers = wanted.unmasked(None)?;
        let id = WebhookId(tx.number("webhook").await?);
        store::insert(&tx, id, at, wanted.row(&headers)?, &signature::mint(), tx.now()).await?;
        let made = store::one(&tx, id).await?.ok_or(Error::NotFound)?;
        let (at, config, environment) = (made.at(), made.config(), made.environment());
        let changes = first_words(wanted, &headers);
        Ok((made, Event::from(ProductEvent::WebhookCreated { at, webhook: id, config, environment, changes })))
    })
    .await
}

/// Changes a webhook: everything is as wanted afterwards.
///
/// # Errors
/// As [`create`]; and at `headers.0.value` where a secure value would go to another server.
pub async fn change(may: &Authorized<ChangeWebhook>, wanted: &Wanted) -> Result<Webhook> {
    wanted.check(may.app().config.private_targets).await?;
    may.change(async |tx| {
        let before = tx.on();
        let (had, has) = (before.secrets()?, wanted.unmasked(Some(before))?);
        let other = |same: bool, text: &str| if same { String::new() } else { text.to_owned() };
        let (was, is) = (server(&before.url), server(&wanted.url));
        let content = |content: &Option<String>| content.clone().unwrap_or_default();
        let list = [
            Change::of("Server", &was, &is),
            Change::of("Address", "", other(was != is || before.url == wanted.url, "another one at the same server")),
            Change::of("Method", before.method.wire(), wanted.method.wire()),
            Change::of("Headers", told(&had), told(&has)),
            Change::of("Secure values", "", other(had == has || told(&had) != told(&has), "changed")),
            Change::of("Body", content(&before.content), content(&wanted.content)),
        ];
        let changes: Vec<Change> = list.into_iter().flatten().collect();
        if changes.is_empty() {
            return Ok((before.clone(), Event::Unaudited(Unaudited::Nothing)));
        }
        store::update(&tx, before.id, wanted.row(&has)?).await?;
        let after = store::one(&tx, before.id).await?.ok_or(Error::NotFound)?;
        let (at, config, environment) = (after.at(), after.config(), after.environment());
        Ok((after, Event::from(ProductEvent::WebhookChanged { at, webhook: before.id, config, environment, changes })))
    })
    .await
}

/// Deletes a webhook: it is told nothing more.
pub async fn delete(may: &Authorized<DeleteWebhook>) -> Result<()> {
    may.change(async |tx| {
        let webhook = tx.on();
        store::delete(&tx, webhook.id).await?;
        let (at, config, environment) = (webhook.at(), webhook.config(), webhook.environment());
        let changes = Change::of("Server", server(&webhook.url), "").into_iter().collect();
        Ok(((), Event::from(ProductEvent::WebhookDeleted { at, webhook: webhook.id, config, environment, changes })))
    })
    .await
}

/// Makes a second signing key beside the first: requests are signed with both.
pub async fn add_key(may: &Authorized<ChangeWebhook>) -> Result<String> {
    may.change(async |tx| {
        let webhook = tx.on();
        let key = signature::mint();
        let (key1, key2) = match (&webhook.key1, &webhook.key2) {
            (None, key2) => (Some(key.clone()), key2.clone()),
            (key1, None) => (key1.clone(), Some(key.clone())),
            _ => return Err(Error::conflict("two_keys", "There are two signing keys already. Take one of them away first.")),
        };
        store::set_keys(&tx, webhook.id, key1, key2).await?;
        let (at, config, environment) = (webhook.at(), webhook.config(), webhook.environment());
        Ok((key, Event::from(ProductEvent::SigningKeyAdded { at, webhook: webhook.id, config, environment })))
    })
    .await
}

/// Takes a signing key away. What was the second one is then the first.
pub async fn remove_key(may: &Authorized<ChangeWebhook>, second: bool) -> Result<()> {
    may.change(async |tx| {
        let webhook = tx.on();
        let (Some(key1), Some(key2)) = (&webhook.key1, &webhook.key2) else {
            return Err(Error::refused("last_key", "This is the only signing key. Add a second one first and give it to the receiver."));
        };
        let left = if second { key1 } else { key2 };
        store::set_keys(&tx, webhook.id, Some(left.clone()), None).await?;
        let (at, config, environment) = (webhook.at(), webhook.config(), webhook.environment());
        Ok(((), Event::from(ProductEvent::SigningKeyRemoved { at, webhook: webhook.id, config, environment })))
    })
    .await
}

/// Sends a request that says that nothing has changed, to try whether it arrives.
pub async fn send_test(may: &Authorized<ChangeWebhook>) -> Result<DeliveryId> {
    let by = may.person().map_or_else(String::new, |actor| actor.name.clone());
    may.change(async |tx| {
        let webhook = tx.on();
        let published = Published {
            product: webhook.product,
            config: webhook.config(),
            environment: webhook.environment(),
            by: by.clone(),
            note: Some("A test: nothing has changed.".to_owned()),
            changes: vec![],
            test: true,
        };
        let about = serde_json::to_string(&published).map_err(Error::internal)?;
        let queued = deliveries::queue(&tx, Tell(webhook.id), webhook.product, &about, tx.now()).await?;
        Ok((queued, Event::Unaudited(Unaudited::Delivery)))
    })
    .await
}

/// Sends again what was sent before.
///
/// # Errors
/// `NotFound` if it was not sent to this webhook, or has been forgotten.
pub async fn send_again(may: &Authorized<ChangeWebhook>, delivery: DeliveryId) -> Result<DeliveryId> {
    may.change(async |tx| {
        let target = Tell(tx.on().id);
        let sent = deliveries::find(&tx, delivery).await?.filter(|sent| sent.target == target.name()).ok_or(Error::NotFound)?;
        let queued = deliveries::queue(&tx, target, sent.product, &sent.about, tx.now()).await?;
        Ok((queued, Event::Unaudited(Unaudited::Delivery)))
    })
    .await
}
