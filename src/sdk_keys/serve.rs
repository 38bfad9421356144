//! Keeps what applications are served true: reads the keys at the start, makes a file when it is first asked for, and makes it anew when a change
//! of what is in it has been committed, on this node or another.

use std::{sync::Arc, time::Duration};

use crate::{
    audit::Way,
    authz::{App, Mint, SdkKey},
    db::Reader,
    error::{Error, Result},
    flags,
    serving::{
        File, Pair, Scope,
        store::{self, Fingerprint},
    },
};

/// What a key opens: from memory, or made now if nobody has asked before or a commit has called it into question.
pub async fn file<W>(key: &SdkKey<W>) -> Result<Arc<File>> {
    match key.pair.file() {
        Some(file) => Ok(file),
        None => {
            let _one = key.pair.building.lock().await;
            match key.pair.file() {
                Some(file) => Ok(file),
                None => current(key.app(), &key.read(), &key.pair).await,
            }
        }
    }
}

/// The file as it is in the database. While that cannot be read, the one that there is: applications get their flags always.
async fn current(app: &App, db: &Reader, pair: &Pair) -> Result<Arc<File>> {
    match (renew(app, db, pair).await, pair.newest()) {
        (Err(error), Some(file)) if !matches!(error, Error::NotFound) => {
            tracing::warn!(%error, "what is served could not be made anew yet");
            Ok(file)
        }
        (made, _) => made,
    }
}

/// Compares the file of a pair with its revision, and makes it anew and serves it where it is older. The revision is read first: what is in the
/// file is at least as new.
async fn renew(app: &App, db: &Reader, pair: &Pair) -> Result<Arc<File>> {
    let begun = app.serving.begin();
    let publication = store::publication(db, pair.config, pair.environment).await?.ok_or(Error::NotFound)?;
    if let Some(file) = pair.newest().filter(|file| file.revision >= publication.revision) {
        pair.settle(begun);
        return Ok(file);
    }
    let config = flags::publish::config_json(db, pair.config, pair.environment, &app.config.public_url).await?;
    let json_settings = flags::publish::json_settings(db, pair.config).await?;
    let made = tokio::task::spawn_blocking(move || File::new(&config, json_settings, publication.revision, publication.published_at));
    let file = Arc::new(made.await.map_err(Error::internal)??);
    pair.serve(file.clone(), begun);
    Ok(file)
}

/// Reads the keys that a commit on this node may have changed: between the commit and its answer.
pub async fn publish(app: &App, scopes: &[Scope]) {
    // A command that serves nothing has no keys to keep.
    if !app.serving.is_loaded() {
        return;
    }
    let db = Mint::new(app, Way::System).read();
    for scope in scopes {
        if let Err(error) = set(app, &db, *scope).await {
            // The keeper tries again.
            tracing::warn!(%error, "the SDK keys could not be read after a change");
        }
    }
}

/// Makes the keys of a scope those that are stored, and tells which pairs have no file or one that is older than its revision.
async fn set(app: &App, db: &Reader, scope: Scope) -> Result<Vec<(Arc<Pair>, i64)>> {
    let _one = app.serving.reading.lock().await;
    loop {
        let begun = app.serving.begin();
        let keys = store::keys(db, scope).await?;
        if let Some(outdated) = app.serving.set(scope, &keys, begun) {
            return Ok(outdated);
        }
    }
}

/// Keeps everything true until the server stops.
pub async fn keep(app: App) {
    let mut changes = app.bus.subscribe();
    let keeper = Keeper { db: Mint::new(&app, Way::System).read(), app: app.clone() };
    // Other nodes are heard; should one not be, its change is found by looking.
    let look = if app.is_shared() { Duration::from_secs(1) } else { Duration::from_secs(30) };
    let mut seen = keeper.everything().await;
    let mut due = tokio::time::Instant::now() + look;
    loop {
        match tokio::time::timeout_at(due, changes.next()).await {
            Ok(None) => return,
            Ok(Some(change)) => {
                for scope in Scope::of(&change) {
                    keeper.again(scope).await;
                }
            }
            Err(_) => {
                seen = keeper.look(seen).await;
                due = tokio::time::Instant::now() + look;
            }
        }
    }
}

struct Keeper {
    db: Reader,
    app: App,
}

impl Keeper {
    /// Reads everything, as often as it takes.
    async fn everything(&self) -> Option<Fingerprint> {
        let mut changes = self.app.bus.subscribe();
        loop {
            let seen = store::fingerprint(&self.db).await.ok();
            match self.set(Scope::All).await {
                Ok(()) => return seen,
                Err(error) => tracing::error!(%error, "the SDK keys cannot be read"),
            }
            let pause = tokio::time::sleep(Duration::from_secs(1));
            tokio::pin!(pause);
            loop {
                tokio::select! {
                    () = &mut pause => break,
                    change = changes.next() => { change?; }
                }
            }
        }
    }

    async fn again(&self, scope: Scope) {
        if let Err(error) = self.set(scope).await {
            // The next look finds it.
            tracing::warn!(%error, "what is served could not be made anew yet");
        }
    }

    /// Makes everything anew if the database is not as it was last seen.
    async fn look(&self, seen: Option<Fingerprint>) -> Option<Fingerprint> {
        match store::fingerprint(&self.db).await {
            Ok(now) if seen.as_ref() == Some(&now) => seen,
            Ok(now) => match self.set(Scope::All).await {
                Ok(()) => Some(now),
                Err(_) => None,
            },
            Err(error) => {
                tracing::warn!(%error, "what is served cannot be compared with the database");
                seen
            }
        }
    }

    async fn set(&self, scope: Scope) -> Result<()> {
        let outdated = set(&self.app, &self.db, scope).await?;
        let mut failed = None;
        for (pair, revision) in outdated {
            let _one = pair.building.lock().await;
            // What nobody has asked for is made when somebody does.
            if pair.newest().is_some_and(|file| file.revision < revision) {
                match renew(&self.app, &self.db, &pair).await {
                    Ok(_) | Err(Error::NotFound) => {}
                    Err(error) => failed = Some(error),
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }
}
