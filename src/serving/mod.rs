//! What applications are served: for each SDK key one file, ready in memory with its ETag and its compressed forms, so that a request costs one
//! look-up and no copy.
//!
//! The keys are a map that is swapped whole when one comes or goes; a file is swapped in its place when it changes. This module holds and
//! hands out; `sdk_keys` fills it and keeps it true. A commit calls what it may have changed into question before anybody hears of it: whoever
//! reads a file then is sure that it is as new as its revision, or makes it anew. [`file`] is what is served · [`uses`] counts who asks, in memory · [`store`] makes keys and
//! raises revisions, for every verb that changes what is served.

mod file;
pub mod store;
mod uses;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use uuid::Uuid;

pub use file::{File, Form};
pub use uses::{Agent, Use, lately};

use crate::{
    bus::Change,
    ids::{ConfigId, EnvironmentId, ProductId, TeamId},
};
use uses::Uses;

/// All keys, with what each one opens.
pub struct Serving {
    keys: ArcSwap<Keys>,
    /// One at a time changes the map.
    changing: Mutex<()>,
    /// How often a key was taken away: a list of keys that was read before that is no longer true.
    removals: AtomicU64,
    /// How often files were called into question.
    doubts: AtomicU64,
    /// Held while keys are read and set: a list that was read earlier is never set later.
    pub reading: tokio::sync::Mutex<()>,
    loaded: watch::Sender<bool>,
}

type Keys = HashMap<Arc<str>, Arc<Key>>;

/// A key that is accepted.
pub struct Key {
    /// As applications send it.
    pub text: Arc<str>,
    /// What it opens.
    pub pair: Arc<Pair>,
    uses: Uses,
    removed: watch::Sender<bool>,
}

/// A config in an environment: what its keys open.
pub struct Pair {
    /// Its team.
    pub team: TeamId,
    /// Its product.
    pub product: ProductId,
    /// The config.
    pub config: ConfigId,
    /// The environment.
    pub environment: EnvironmentId,
    /// `None` until somebody asks for it.
    file: watch::Sender<Option<Arc<File>>>,
    /// The last doubt about the file.
    doubted: AtomicU64,
    /// The last doubt that the file was compared with the database after.
    settled: AtomicU64,
    /// Held while the file is made.
    pub building: tokio::sync::Mutex<()>,
}

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// As applications send it.
    pub key: String,
    /// Its team.
    pub team: TeamId,
    /// Its product.
    pub product: ProductId,
    /// Its config.
    pub config: ConfigId,
    /// Its environment.
    pub environment: EnvironmentId,
    /// The revision of what is served.
    pub revision: i64,
}

/// A moment before something is read from the database, see [`Serving::begin`].
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    removals: u64,
    doubts: u64,
}

/// Which keys a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All there are.
    All,
    /// Those of a team.
    Team(TeamId),
    /// Those of a product.
    Product(ProductId),
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            keys: ArcSwap::default(),
            changing: Mutex::default(),
            removals: AtomicU64::default(),
            doubts: AtomicU64::default(),
            reading: tokio::sync::Mutex::default(),
            loaded: watch::Sender::new(false),
        }
    }
}

impl Serving {
    /// The key of that text.
    pub fn find(&self, text: &str) -> Option<Arc<Key>> {
        self.keys.load().get(text).cloned()
    }

    /// Whether the keys have been read at all.
    pub fn is_loaded(&self) -> bool {
        *self.loaded.borrow()
    }

    /// Waits until the keys have been read for the first time.
    pub async fn loaded(&self) {
        let _ = self.loaded.subscribe().wait_for(|loaded| *loaded).await;
    }

    /// To be taken before keys or files are read from the database, and given back with them.
    pub fn begin(&self) -> Begun {
        Begun { removals: self.removals.load(Ordering::SeqCst), doubts: self.doubts.load(Ordering::SeqCst) }
    }

    /// Calls the files of a scope into question: whoever wants one compares it with its revision first.
    pub fn doubt(&self, scope: Scope) {
        let doubt = self.doubts.fetch_add(1, Ordering::SeqCst) + 1;
        for key in self.keys.load().values().filter(|key| scope.holds(&key.pair)) {
            key.pair.doubted.fetch_max(doubt, Ordering::SeqCst);
        }
    }

    /// Makes the keys of a scope those that are stored, and tells which pairs have a file that is older than its revision. `None`: a key was
    /// taken away since `begun`, read again.
    pub fn set(&self, scope: Scope, stored: &[Stored], begun: Begun) -> Option<Vec<(Arc<Pair>, i64)>> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.removals.load(Ordering::SeqCst) != begun.removals {
            return None;
        }
        let before = self.keys.load_full();
        let mut pairs: HashMap<(ConfigId, EnvironmentId), Arc<Pair>> =
            before.values().filter(|key| scope.holds(&key.pair)).map(|key| (key.pair.at(), key.pair.clone())).collect();
        let mut revisions = HashMap::new();
        let mut fresh = vec![];
        let mut kept = 0;
        for one in stored {
            revisions.insert((one.config, one.environment), one.revision);
            if before.contains_key(one.key.as_str()) {
                kept += 1;
                continue;
            }
            let pair = pairs.entry((one.config, one.environment)).or_insert_with(|| Arc::new(Pair::of(one)));
            fresh.push(Arc::new(Key::new(&one.key, pair.clone())));
        }
        let in_scope = before.values().filter(|key| scope.holds(&key.pair)).count();
        if !fresh.is_empty() || kept != in_scope {
            let known: std::collections::HashSet<&str> = stored.iter().map(|one| one.key.as_str()).collect();
            let mut after = Keys::clone(&before);
            after.retain(|text, key| {
                let stays = !scope.holds(&key.pair) || known.contains(&**text);
                if !stays {
                    key.removed.send_replace(true);
                }
                stays
            });
            after.extend(fresh.into_iter().map(|key| (key.text.clone(), key)));
            self.keys.store(Arc::new(after));
        }
        self.loaded.send_replace(true);
        let outdated = |pair: &Pair, revision: i64| {
            let is_true = pair.newest().is_some_and(|file| file.revision >= revision);
            if is_true {
                pair.settle(begun);
            }
            !is_true
        };
        let found = revisions.into_iter().filter_map(|(at, revision)| Some((pairs.get(&at)?.clone(), revision)));
        Some(found.filter(|(pair, revision)| outdated(pair, *revision)).collect())
    }

    /// Takes a key away, now.
    pub fn remove(&self, text: &str) {
        self.remove_where(|key| &*key.text == text);
    }

    /// Takes away what opens something that is gone: a config, an environment, a product, a team.
    pub fn forget(&self, gone: &[Uuid]) {
        if !gone.is_empty() {
            self.remove_where(|key| {
                let pair = &key.pair;
                [pair.config.0, pair.environment.0, pair.product.0, pair.team.0].iter().any(|id| gone.contains(id))
            });
        }
    }

    fn remove_where(&self, gone: impl Fn(&Key) -> bool) {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.removals.fetch_add(1, Ordering::SeqCst);
        let mut keys = Keys::clone(&self.keys.load());
        keys.retain(|_, key| {
            let goes = gone(key);
            if goes {
                key.removed.send_replace(true);
            }
            !goes
        });
        self.keys.store(Arc::new(keys));
    }

    /// Takes what was counted since the last time.
    pub fn take_uses(&self) -> Vec<Use> {
        let mut uses: Vec<Use> = self.keys.load().values().flat_map(|key| key.uses.take(&key.text)).collect();
        // In one order on every node: rows that are written in the same order do not wait for each other in a circle.
        uses.sort_by(|one, other| (&one.key, one.hour, &one.agent).cmp(&(&other.key, other.hour, &other.agent)));
        uses
    }
}

impl Scope {
    /// Whose keys and files a change may be about.
    pub fn of(change: &Change) -> Vec<Self> {
        if change.anything {
            return vec![Self::All];
        }
        let mut products: Vec<ProductId> = change.news.iter().map(|news| news.product).collect();
        products.dedup();
        match (products.is_empty(), change.team) {
            (false, _) => products.into_iter().map(Self::Product).collect(),
            // Told only in short, or the team itself has ended.
            (true, Some(team)) if change.about.is_empty() || !change.gone.is_empty() => vec![Self::Team(team)],
            _ => vec![],
        }
    }

    fn holds(self, pair: &Pair) -> bool {
        match self {
            Self::All => true,
            Self::Team(team) => pair.team == team,
            Self::Product(product) => pair.product == product,
        }
    }
}

impl Key {
    fn new(text: &str, pair: Arc<Pair>) -> Self {
        Self { text: text.into(), pair, uses: Uses::default(), removed: watch::Sender::new(false) }
    }

    /// Notes that somebody asked with it.
    pub fn used(&self, agent: Agent<'_>, now: crate::clock::Time) {
        self.uses.note(agent, now);
    }

    /// Waits until it is accepted no more.
    pub async fn removed(&self) {
        let _ = self.removed.subscribe().wait_for(|removed| *removed).await;
    }
}

impl Pair {
    fn of(stored: &Stored) -> Self {
        Self {
            team: stored.team,
            product: stored.product,
            config: stored.config,
            environment: stored.environment,
            file: watch::Sender::new(None),
            doubted: AtomicU64::default(),
            settled: AtomicU64::default(),
            building: tokio::sync::Mutex::default(),
        }
    }

    fn at(&self) -> (ConfigId, EnvironmentId) {
        (self.config, self.environment)
    }

    /// The file, if it has been made and nothing calls it into question.
    pub fn file(&self) -> Option<Arc<File>> {
        let is_settled = self.settled.load(Ordering::SeqCst) >= self.doubted.load(Ordering::SeqCst);
        is_settled.then(|| self.newest()).flatten()
    }

    /// The file that was made last, also while it is in question.
    pub fn newest(&self) -> Option<Arc<File>> {
        self.file.borrow().clone()
    }

    /// Serves this from now on. It was read after `begun`.
    pub fn serve(&self, file: Arc<File>, begun: Begun) {
        self.file.send_replace(Some(file));
        self.settle(begun);
    }

    /// The file was found to be as new as the revision that was read after `begun`.
    pub fn settle(&self, begun: Begun) {
        self.settled.fetch_max(begun.doubts, Ordering::SeqCst);
    }

    /// Tells of every file that is served from now on.
    pub fn changes(&self) -> watch::Receiver<Option<Arc<File>>> {
        self.file.subscribe()
    }
}

#[cfg(test)]
mod tests;
