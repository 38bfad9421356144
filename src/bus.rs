//! “Something changed”: tells everything in this process that waits for a commit, and carries what other nodes have committed.
//!
//! [`Bus::wake`] wakes the worker of the queue. [`Bus::say`] tells what changed, to open streams and to what is kept in memory. Nodes that share
//! a database tell each other through it: a change is announced in its own transaction, and heard by all others once it is committed.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;

use crate::{
    audit::{Chain, Event, ProductEvent, Trace},
    ids::{ConfigId, EnvironmentId, PersonId, ProductId, SettingId, TeamId},
};

/// What was committed by one change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Whatever it says elsewhere: anything may have changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anything: bool,
    /// The team in which it happened.
    pub team: Option<TeamId>,
    /// What it was about: the ids under which the audit log finds it.
    pub about: Vec<Uuid>,
    /// What has ended by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Uuid>,
    /// Who did it, if it was a person.
    pub by: Option<PersonId>,
    /// Their name.
    pub name: String,
    /// What happened in products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub news: Vec<News>,
}

/// One thing that happened in a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct News {
    /// The event’s name: `value.changed`.
    pub event: String,
    /// The product.
    pub product: ProductId,
    /// The config, if it is about one.
    pub config: Option<ConfigId>,
    /// The environment whose values or keys it is about: not to be told to those who have no access to it.
    pub environment: Option<EnvironmentId>,
    /// The setting, if it is about one.
    pub setting: Option<SettingId>,
}

impl Change {
    /// Anything may have changed: what was missed is not known.
    pub fn anything() -> Self {
        Self { anything: true, ..Self::default() }
    }

    /// What these events say; `None` if they are no news. `team`: where the change was made.
    pub fn of(events: &[Event], team: Option<TeamId>, trace: &Trace) -> Option<Self> {
        let told = || events.iter().filter(|event| !matches!(event, Event::Unaudited(_)));
        told().next()?;
        let chain = told().find_map(|event| match event.chain() {
            Chain::Team(team) => Some(team),
            Chain::Platform => None,
        });
        Some(Self {
            anything: false,
            team: chain.or(team),
            about: told().flat_map(Event::objects).collect(),
            gone: told().filter_map(gone).collect(),
            by: trace.actor,
            name: trace.actor_name.clone(),
            news: told().filter_map(News::of).collect(),
        })
    }

    /// The same, saying no more than where it happened: for announcements that may not be long.
    fn short(&self) -> Self {
        Self { anything: self.anything || self.team.is_none(), team: self.team, ..Self::default() }
    }
}

fn gone(event: &Event) -> Option<Uuid> {
    match event {
        Event::TeamDeleted { team, .. } => Some(team.0),
        Event::Product(ProductEvent::Deleted { at }) => Some(at.product.0),
        Event::Product(ProductEvent::ConfigDeleted { config, .. }) => Some(config.id.0),
        Event::Product(ProductEvent::EnvironmentDeleted { environment, .. }) => Some(environment.id.0),
        _ => None,
    }
}

impl News {
    fn of(event: &Event) -> Option<Self> {
        let Event::Product(event) = event else { return None };
        let (config, setting) = event.scope();
        Some(Self {
            event: event.name().to_owned(),
            product: event.at().product,
            config,
            environment: event.environment().map(|environment| environment.id),
            setting,
        })
    }
}

/// Tells and hears. Cheap to clone.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    work: Notify,
    changes: broadcast::Sender<Arc<Change>>,
    stopping: watch::Sender<bool>,
    /// This process, among those that share a database.
    node: Uuid,
}

/// A listener that is so far behind is told that anything may have changed.
const REMEMBERED: usize = 256;
/// The longest announcement that PostgreSQL carries.
const LONGEST: usize = 7900;

impl Default for Bus {
    fn default() -> Self {
        let (changes, _) = broadcast::channel(REMEMBERED);
        Self(Arc::new(Inner { work: Notify::new(), changes, stopping: watch::Sender::new(false), node: Uuid::new_v4() }))
    }
}

#[derive(Serialize, Deserialize)]
struct Announcement {
    node: Uuid,
    change: Change,
}

impl Bus {
    /// Says that something was committed that the worker may have to do something about.
    pub fn wake(&self) {
        self.0.work.notify_one();
    }

    /// Waits until something is committed, or until the time is up.
    pub async fn wait(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.work.notified()).await;
    }

    /// Tells everything in this process what was committed.
    pub fn say(&self, change: Change) {
        let _ = self.0.changes.send(Arc::new(change));
    }

    /// Hears everything that is said from now on.
    pub fn subscribe(&self) -> Changes {
        Changes { changes: self.0.changes.subscribe(), stopping: self.0.stopping.subscribe() }
    }

    /// A change in the words in which it is announced to the other nodes.
    pub fn announcement(&self, change: &Change) -> Option<String> {
        let words = |change: Change| serde_json::to_string(&Announcement { node: self.0.node, change }).ok();
        words(change.clone()).filter(|text| text.len() <= LONGEST).or_else(|| words(change.short()))
    }

    /// What another node announced; `None` if it was this one.
    pub fn heard(&self, announcement: &str) -> Option<Change> {
        match serde_json::from_str::<Announcement>(announcement) {
            Ok(heard) => (heard.node != self.0.node).then_some(heard.change),
            // From a node of another version.
            Err(_) => Some(Change::anything()),
        }
    }

    /// Ends everything that listens: the server stops.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }
}

/// What is heard of a [`Bus`].
pub struct Changes {
    changes: broadcast::Receiver<Arc<Change>>,
    stopping: watch::Receiver<bool>,
}

impl Changes {
    /// Waits until the server stops.
    pub async fn stopped(&mut self) {
        let _ = self.stopping.wait_for(|stopping| *stopping).await;
    }

    /// The next change; `None` when the server stops. Whoever did not keep up is told that anything may have changed.
    pub async fn next(&mut self) -> Option<Arc<Change>> {
        tokio::select! {
            biased;
            _ = self.stopping.wait_for(|stopping| *stopping) => None,
            heard = self.changes.recv() => match heard {
                Ok(change) => Some(change),
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    self.changes = self.changes.resubscribe();
                    Some(Arc::new(Change::anything()))
                }
                Err(broadcast::error::RecvError::Closed) => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_announcement_says_only_where() {
        let (here, there) = (Bus::default(), Bus::default());
        let team = TeamId::new();
        let long = Change { team: Some(team), about: vec![Uuid::new_v4(); 1000], ..Change::default() };
        let text = here.announcement(&long).unwrap();
        assert!(text.len() < LONGEST);
        assert_eq!(there.heard(&text).unwrap().team, Some(team));
        assert_eq!(here.heard(&text), None, "one's own voice is not news");
        assert!(there.heard("{}").unwrap().anything);
    }

    #[tokio::test]
    async fn whoever_falls_behind_is_told_that_anything_may_have_changed() {
        let bus = Bus::default();
        let mut changes = bus.subscribe();
        for _ in 0..=REMEMBERED {
            bus.say(Change::default());
        }
        assert!(changes.next().await.unwrap().anything);
        bus.stop();
        assert!(changes.next().await.is_none());
    }
}
