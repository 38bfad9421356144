//! Keeps what applications are served true: reads the keys at the start, makes a file when it is first asked for, and makes it anew when a change
//! of what is in it has been committed, on this node or another.

use std::{sync::Arc, time::Duration};

use crate::{
    audit::Way,
    authz::{App, Mint, SdkKey},
    bus::Change,
    db::Reader,
    error::{Error, Result},
    flags,
    ids::ProductId,
    serving::{
        File, Pair, Scope,
        store::{self, Fingerprint},
    },
};

/// What a key opens: from memory, or made now if nobody has asked before.
pub async fn file<W>(key: &SdkKey<W>) -> Result<Arc<File>> {
    match key.pair.file() {
        Some(file) => Ok(file),
        None => {
            let _one = key.pair.building.lock().await;
            match key.pair.file() {
                Some(file) => Ok(file),
                None => make(&key.read(), &key.pair, &key.app().config.public_url).await,
            }
        }
    }
}

/// Makes the file of a pair and serves it. The revision is read first: what is in the file is at least as new.
async fn make(db: &Reader, pair: &Pair, url: &str) -> Result<Arc<File>> {
    let publication = store::publication(db, pair.config, pair.environment).await?.ok_or(Error::NotFound)?;
    let config = flags::publish::config_json(db, pair.config, pair.environment, url).await?;
    let made = tokio::task::spawn_blocking(move || File::new(&config, publication.revision, publication.published_at));
    let file = Arc::new(made.await.map_err(Error::internal)??);
    pair.serve(file.clone());
    Ok(file)
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
                for scope in scopes(&change) {
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

/// Whose keys and files a change may be about.
fn scopes(change: &Change) -> Vec<Scope> {
    if change.anything {
        return vec![Scope::All];
    }
    let mut products: Vec<ProductId> = change.news.iter().map(|news| news.product).collect();
    products.dedup();
    match (products.is_empty(), change.team) {
        (false, _) => products.into_iter().map(Scope::Product).collect(),
        // Told only in short, or the team itself has ended.
        (true, Some(team)) if change.about.is_empty() || !change.gone.is_empty() => vec![Scope::Team(team)],
        _ => vec![],
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
        let outdated = loop {
            let begun = self.app.serving.begin();
            let keys = store::keys(&self.db, scope).await?;
            if let Some(outdated) = self.app.serving.set(scope, &keys, begun) {
                break outdated;
            }
        };
        let mut failed = None;
        for (pair, revision) in outdated {
            let _one = pair.building.lock().await;
            // What nobody has asked for is made when somebody does.
            if pair.file().is_some_and(|file| file.revision < revision) {
                match make(&self.db, &pair, &self.app.config.public_url).await {
                    Ok(_) | Err(Error::NotFound) => {}
                    Err(error) => failed = Some(error),
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TeamId;

    #[test]
    fn a_change_is_about_as_little_as_it_says() {
        let team = TeamId::new();
        let quiet = Change { team: Some(team), about: vec![uuid::Uuid::new_v4()], ..Change::default() };
        assert_eq!(scopes(&quiet), [], "a member who comes or goes changes no file");
        assert_eq!(scopes(&Change { about: vec![], ..quiet.clone() }), [Scope::Team(team)]);
        assert_eq!(scopes(&Change { gone: vec![team.0], ..quiet }), [Scope::Team(team)]);
        assert_eq!(scopes(&Change::anything()), [Scope::All]);
    }
}
