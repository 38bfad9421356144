//! What every request can reach. The database is in it and is never given out: a witness opens it.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::turns::Turns;
use crate::{
    audit::{Event, Trace},
    authn::{Seen, password::Hasher, throttle::Throttle},
    bus::{Bus, Change},
    clock::Clock,
    config::Config,
    db::{Db, Writer, args},
    error::Result,
    ids::TeamId,
    limits::Streams,
    presence::Presence,
    serving::{Scope, Serving},
};

/// What hears the events of a change in its transaction, to queue what follows from them where the feature that changes something cannot know of it.
pub type Listener = for<'a> fn(&'a Writer, &'a [Event], &'a Trace) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// What brings the keys that applications use up to date with a commit before it is answered.
pub type Publisher = for<'a> fn(&'a App, &'a [Scope]) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The running instance. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// Its parts.
pub struct Inner {
    pub(super) db: Db,
    /// What it was told.
    pub config: Config,
    /// What time it is.
    pub clock: Clock,
    /// “Something changed.”
    pub bus: Bus,
    /// Who looks at the same thing.
    pub presence: Presence,
    /// What applications read.
    pub serving: Serving,
    /// Passwords.
    pub hasher: Hasher,
    /// Too many attempts.
    pub throttle: Throttle,
    /// Streams of events that are open.
    pub streams: Streams,
    /// Who was seen when.
    pub seen: Seen,
    pub(super) turns: Turns,
    pub(super) listener: OnceLock<Listener>,
    publisher: OnceLock<Publisher>,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Opens the database and puts the instance together.
    pub async fn open(config: Config, clock: Clock, throttle: Throttle) -> Result<Self> {
        let db = Db::open(&config.database).await?;
        let tx = db.begin().await?;
        let sql = "INSERT INTO grant_revisions (team, revision) VALUES ($1, $2) ON CONFLICT (team) DO NOTHING";
        tx.run(sql, args![TeamId(uuid::Uuid::nil()), uuid::Uuid::now_v7()]).await?;
        tx.commit().await?;
        let streams = Streams::new(&config.limits);
        Ok(Self(Arc::new(Inner {
            db,
            config,
            clock,
            bus: Bus::default(),
            presence: Presence::default(),
            serving: Serving::default(),
            hasher: Hasher::new()?,
            throttle,
            streams,
            seen: Seen::default(),
            turns: Turns::default(),
            listener: OnceLock::new(),
            publisher: OnceLock::new(),
        })))
    }

    /// Lets features hear what others change. Said once, where everything is put together.
    pub fn listen(&self, listener: Listener) {
        let _ = self.0.listener.set(listener);
    }

    /// What is done between a commit and its answer. Said once, where everything is put together.
    pub fn publish_with(&self, publisher: Publisher) {
        let _ = self.0.publisher.set(publisher);
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        self.db.ping().await
    }

    /// Whether several nodes may share the database.
    pub fn is_shared(&self) -> bool {
        self.db.is_shared()
    }

    /// The consequences of a commit on this node, in their order: what was saved is served, then everybody is told, then work that follows is done.
    pub(super) async fn committed(&self, change: Option<Change>) {
        if let Some(change) = change {
            self.outdate(&change);
            let scopes = Scope::of(&change);
            if let (Some(publish), false) = (self.publisher.get(), scopes.is_empty()) {
                publish(self, &scopes).await;
            }
            self.bus.say(change);
        }
        self.bus.wake();
    }

    /// The same for what another node has committed. The keeper of the keys reads them when it is told.
    fn heard(&self, change: Change) {
        self.outdate(&change);
        self.bus.say(change);
    }

    /// Nothing that a change has ended or altered is served for one moment longer.
    fn outdate(&self, change: &Change) {
        self.serving.forget(&change.gone);
        for scope in Scope::of(change) {
            self.serving.doubt(scope);
        }
    }

    /// Hears what other nodes commit, and says it here, until the server stops.
    pub async fn hear(&self) {
        let mut own = self.bus.subscribe();
        let stopped = async { while own.next().await.is_some() {} };
        tokio::select! {
            () = stopped => {}
            () = self.hear_others() => {}
        }
    }

    async fn hear_others(&self) {
        loop {
            let mut listener = match self.db.listen().await {
                Ok(Some(listener)) => listener,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "the other nodes cannot be heard");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            // Whatever was said before the line was open.
            self.heard(Change::anything());
            loop {
                match listener.next().await {
                    Ok(Some(words)) => {
                        if let Some(change) = self.bus.heard(&words) {
                            self.heard(change);
                        }
                        self.bus.wake();
                    }
                    Ok(None) => self.heard(Change::anything()),
                    Err(error) => {
                        tracing::warn!(%error, "the other nodes can no longer be heard");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        break;
                    }
                }
            }
        }
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
