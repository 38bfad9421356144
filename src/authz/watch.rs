//! Keeping a witness true over time: for streams and sockets, which outlive the moment at which they were allowed.

use std::{future::Future, sync::Arc, time::Duration};

use super::{
    app::App,
    permit::{Permit, Resource},
    witness::{Authorized, Caller},
};
use crate::{
    authn,
    bus::{Change, Changes},
    error::{Error, Result},
};

/// However quiet it is, so often it is decided again: a session may end by itself.
const AT_LEAST: Duration = Duration::from_secs(60);

/// A witness that is decided again with every change that it may hang on.
pub struct Watch<P: Permit> {
    may: Authorized<P>,
    changes: Changes,
}

impl<P: Permit> Watch<P> {
    /// The witness as it was decided last.
    pub fn may(&self) -> &Authorized<P> {
        &self.may
    }

    /// The next change in the witness’s team, or about its person, decided again after it. `None`: it may no longer be done, or the server stops.
    pub async fn next(&mut self) -> Option<Arc<Change>> {
        loop {
            let heard = tokio::time::timeout(AT_LEAST, self.changes.next()).await;
            let change = match heard {
                Ok(change) => Some(change?),
                Err(_) => None,
            };
            if change.as_ref().is_none_or(|change| self.may.hangs_on(change)) {
                self.may = self.may.again().await.ok()?;
            }
            if let Some(change) = change.filter(|change| self.may.hangs_on(change)) {
                return Some(change);
            }
        }
    }
}

impl<P: Permit> Authorized<P> {
    /// Decides again, with what is true now.
    ///
    /// # Errors
    /// As a request would be answered now.
    pub async fn again(&self) -> Result<Self> {
        let db = self.read();
        let mut trace = self.by.trace.clone();
        trace.at = self.app.clock.now();
        let on = P::On::load(&db, &self.on.key()).await?.ok_or(Error::NotFound)?;
        let by = match &self.by.actor {
            Some(actor) if !authn::is_alive(&db, actor, trace.at).await? => return Err(Error::NotSignedIn),
            Some(actor) => Caller::decided::<P>(&self.app, &db, actor.clone(), trace, self.by.client.clone(), &on).await?,
            None => Caller { actor: None, grants: self.by.grants.clone(), trace, client: None },
        };
        Ok(Self { on, by, app: self.app.clone() })
    }

    /// Listens first and then decides once more, so that nothing is missed in between.
    ///
    /// # Errors
    /// As a request would be answered now.
    pub async fn watch(&self) -> Result<Watch<P>> {
        let changes = self.app.bus.subscribe();
        Ok(Watch { may: self.again().await?, changes })
    }

    /// Waits until it may no longer be done, or the server stops.
    pub fn until_revoked(&self) -> impl Future<Output = ()> + Send + use<P> {
        let changes = self.app.bus.subscribe();
        let (app, key, by) = (self.app.clone(), self.on.key(), self.by.clone());
        async move {
            let Some(may) = recalled::<P>(app, &key, by).await else { return };
            let mut watch = Watch { may, changes };
            while watch.next().await.is_some() {}
        }
    }

    /// Whether what is decided may be another after that change.
    fn hangs_on(&self, change: &Change) -> bool {
        let person = self.by.actor.as_ref().map(|actor| actor.person.0);
        let team = self.on.place().team;
        change.anything || (team.is_some() && change.team == team) || person.is_some_and(|person| change.about.contains(&person))
    }
}

async fn recalled<P: Permit>(app: App, key: &<P::On as Resource>::Key, by: Caller) -> Option<Authorized<P>> {
    let on = P::On::load(&app.db.reader(), key).await.ok()??;
    Authorized::<P> { on, by, app }.again().await.ok()
}
