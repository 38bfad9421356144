//! The witness of applications: whoever shows an SDK key may read what it opens. One look-up in memory; no session, no database.

use std::{borrow::Cow, marker::PhantomData, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, Uri, header, request::Parts},
};

use super::app::App;
use crate::{
    authn::client::address_of,
    clock::Time,
    db::Reader,
    error::{Error, Result},
    serving::Key,
};

/// Somebody has shown an SDK key that is accepted.
pub struct SdkKey<W> {
    key: Arc<Key>,
    app: App,
    way: PhantomData<W>,
}

/// Where a key is shown.
pub trait Shown: Send + Sync + 'static {
    /// The key, if there is something that may be one.
    fn shown(parts: &Parts) -> Option<Cow<'_, str>>;
    /// The answer to what is none.
    const REFUSAL: Error;
}

/// In the address of a file: `/configuration-files/{key}/config_v6.json`. A key holds slashes itself.
pub struct InPath;

impl InPath {
    fn in_path(uri: &Uri) -> Option<&str> {
        uri.path().strip_prefix("/configuration-files/")?.strip_suffix("/config_v6.json")
    }
}

impl Shown for InPath {
    fn shown(parts: &Parts) -> Option<Cow<'_, str>> {
        Self::in_path(&parts.uri).map(Cow::from)
    }
    const REFUSAL: Error = Error::NotFound;
}

/// In a header: `Authorization: Bearer …` or `X-API-Key`.
pub struct InHeader;

impl Shown for InHeader {
    fn shown(parts: &Parts) -> Option<Cow<'_, str>> {
        let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let bearer = || text(header::AUTHORIZATION.as_str()).and_then(|value| Some(value.split_once(' ')?.1));
        text("x-api-key").or_else(bearer).map(|key| key.trim().into())
    }
    const REFUSAL: Error = Error::NotSignedIn;
}

/// In a header, or as `key` in the query: what a browser opens as a stream has no headers of its own.
pub struct InQuery;

impl Shown for InQuery {
    fn shown(parts: &Parts) -> Option<Cow<'_, str>> {
        let query = || {
            let mut pairs = url::form_urlencoded::parse(parts.uri.query()?.as_bytes());
            pairs.find_map(|(name, key)| (name == "key").then_some(key))
        };
        InHeader::shown(parts).or_else(query)
    }
    const REFUSAL: Error = Error::NotSignedIn;
}

/// How long the first requests after a start wait until the keys have been read.
const PATIENCE: Duration = Duration::from_secs(5);

impl<W: Shown> FromRequestParts<App> for SdkKey<W> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let shown = W::shown(parts).ok_or(W::REFUSAL)?;
        if !app.serving.is_loaded() {
            tokio::time::timeout(PATIENCE, app.serving.loaded()).await.map_err(|_| Error::Unavailable)?;
        }
        let key = app.serving.find(&shown).ok_or(W::REFUSAL)?;
        Ok(Self { key, app: app.clone(), way: PhantomData })
    }
}

impl SdkKey<InPath> {
    /// The witness without a wait: `None` where the keys have not been read yet, and where the route has to refuse.
    pub fn at_once(uri: &Uri, app: &App) -> Option<Self> {
        let key = app.serving.find(InPath::in_path(uri)?)?;
        Some(Self { key, app: app.clone(), way: PhantomData })
    }
}

impl<W> std::ops::Deref for SdkKey<W> {
    type Target = Key;
    fn deref(&self) -> &Key {
        &self.key
    }
}

impl<W> SdkKey<W> {
    /// The key, for what outlives the request.
    pub fn key(&self) -> Arc<Key> {
        self.key.clone()
    }

    /// The instance.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Reads the database: for what is not in memory yet.
    pub fn read(&self) -> Reader {
        self.app.db.reader()
    }

    /// The moment it is.
    pub fn now(&self) -> Time {
        self.app.clock.now()
    }
}

/// Where the request of an application is from.
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self(address_of(&parts.extensions, &parts.headers, &app.config.trusted_proxies)))
    }
}

/// What a browser asks before it sends a request of another site’s page: nothing is done, and nothing told of anything.
pub struct Preflight {
    /// The headers that the page wants to send, as the browser lists them.
    pub headers: Option<HeaderValue>,
}

impl FromRequestParts<App> for Preflight {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Self { headers: parts.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned() })
    }
}
