//! The stream of events that tells clients when to evaluate again. It carries no values: whoever hears it asks.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, header, request::Parts},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Serialize;

use crate::{
    authz::{App, Argument, ClientAddress, InQuery, Operation, SdkKey},
    bus::Changes,
    error::{Error, Result},
    limits::StreamSlot,
    sdk_keys,
    serving::{File, Key},
};

/// Where a client hears of changes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stream<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    url: String,
    inactivity_delay_sec: u32,
}

impl Stream<'static> {
    /// The stream of a key, from a file on: what changes before the client listens is not missed.
    pub fn of<W>(key: &SdkKey<W>, file: &File) -> Self {
        let path = format!("/ofrep/v1/events?key={}&after={}", key.text, file.tag);
        Self { kind: "sse", url: key.app().config.url(&path), inactivity_delay_sec: 120 }
    }
}

/// What a client heard of before it asked again.
pub struct Heard {
    etag: String,
    modified: i64,
}

/// A node that is behind catches up within this time.
const CATCHING_UP: Duration = Duration::from_secs(1);

impl Heard {
    /// From the query.
    pub fn read(query: &str) -> Option<Self> {
        let named = |name: &str| url::form_urlencoded::parse(query.as_bytes()).find_map(|(found, value)| (found == name).then_some(value));
        let etag = named("flagConfigEtag")?.into_owned();
        Some(Self { etag, modified: named("flagConfigLastModified").and_then(|text| text.parse().ok()).unwrap_or(0) })
    }

    /// The file that the client heard of, where this node has an older one and gets it in time.
    pub async fn awaited<W>(&self, key: &SdkKey<W>, file: &File) -> Option<Arc<File>> {
        let known = |file: &File| file.plain.etag == self.etag.as_str() || seconds(file) > self.modified;
        // What nobody can have heard of yet is not waited for.
        let possible = (seconds(file)..=key.now().0.div_euclid(1000) + 60).contains(&self.modified);
        if known(file) || !possible {
            return None;
        }
        let mut changes = key.pair.changes();
        let newer = changes.wait_for(|file| file.as_ref().is_some_and(|file| known(file)));
        tokio::time::timeout(CATCHING_UP, newer).await.ok()?.ok()?.clone()
    }
}

fn seconds(file: &File) -> i64 {
    file.published_at.0.div_euclid(1000)
}

/// What a client says it heard last.
pub struct Last(Option<String>);

impl FromRequestParts<App> for Last {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let header = || parts.headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let after = || {
            let mut pairs = url::form_urlencoded::parse(parts.uri.query()?.as_bytes());
            pairs.find_map(|(name, value)| (name == "after").then(|| value.into_owned()))
        };
        Ok(Self(header().or_else(after)))
    }
}

impl Argument for Last {
    fn describe(operation: &mut Operation) {
        operation.query.push(("key", "the SDK key, where no headers can be sent"));
        operation.query.push(("after", "the config that the client has"));
    }
}

struct Listening {
    key: Arc<Key>,
    files: tokio::sync::watch::Receiver<Option<Arc<File>>>,
    stop: Changes,
    /// What the client has.
    last: Box<str>,
    _slot: StreamSlot,
}

/// Tells of every new config, until the key is taken away or the server stops.
pub async fn stream(key: SdkKey<InQuery>, client: ClientAddress, last: Last) -> Result<Response> {
    let slot = key.app().streams.with_key(&key.text, client.0)?;
    let files = key.pair.changes();
    let file = sdk_keys::file(&key).await?;
    let last = last.0.map_or_else(|| file.tag.clone(), Into::into);
    let listening = Listening { key: key.key(), files, stop: key.app().bus.subscribe(), last, _slot: slot };
    let events = stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok::<_, Infallible>(event), listening))
    });
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(20));
    let headers = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(events).keep_alive(keep_alive)).into_response())
}

impl Listening {
    async fn next(&mut self) -> Option<Event> {
        loop {
            let file = self.files.borrow_and_update().clone();
            if let Some(file) = file.filter(|file| file.tag != self.last) {
                self.last = file.tag.clone();
                let data = serde_json::json!({
                    "type": "refetchEvaluation",
                    "etag": file.plain.etag.to_str().unwrap_or_default(),
                    "lastModified": seconds(&file),
                });
                return Some(Event::default().id(&*file.tag).event("message").data(data.to_string()));
            }
            tokio::select! {
                changed = self.files.changed() => changed.ok()?,
                () = self.key.removed() => return None,
                () = self.stop.stopped() => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_is_read() {
        let heard = Heard::read("flagConfigEtag=%22v2%22&flagConfigLastModified=17").unwrap();
        assert_eq!((heard.etag.as_str(), heard.modified), ("\"v2\"", 17));
        assert!(Heard::read("flagConfigLastModified=17").is_none());
    }
}
