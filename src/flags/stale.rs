//! Settings that nobody has changed for long, and those that are gone.

use std::collections::HashMap;

use super::{
    told::{self, Told},
    told_store::{self, Of},
};
use crate::{
    audit::{
        Chain, Event,
        product_event::ProductEvent,
        read::{self, Wanted},
    },
    clock::{DAY, Time},
    configs::Config,
    db::Reader,
    error::Result,
    ids::{EnvironmentId, ProductId},
};

/// A setting with when it was changed last in each of some environments.
#[derive(Clone, Debug)]
pub struct Rested {
    /// The setting.
    pub told: Told,
    /// When it was changed last, in the order of the environments; where it has never been, when it was created.
    pub changed: Vec<Time>,
}

impl Rested {
    /// Whether nobody has changed it in the environment at this position for so many days.
    pub fn is_stale(&self, at: usize, days: i64, now: Time) -> bool {
        self.changed.get(at).is_some_and(|changed| now.since(*changed) >= days * DAY)
    }
}

/// The settings of a product, with when they were changed last in these environments.
pub async fn of_product(db: &Reader, product: ProductId, environments: &[EnvironmentId]) -> Result<Vec<Rested>> {
    let all = told::settings(db, Of::Product(product)).await?;
    let last = told_store::last_changes(db, product).await?;
    let last: HashMap<_, Time> = last.into_iter().map(|row| ((row.setting, row.environment), row.updated_at)).collect();
    let rested = all.into_iter().map(|told| {
        let (id, created) = (told.setting.id, told.setting.created_at);
        let changed = environments.iter().map(|environment| last.get(&(id, *environment)).copied().unwrap_or(created).max(created));
        Rested { changed: changed.collect(), told }
    });
    Ok(rested.collect())
}

/// A setting that is gone.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Its key.
    pub key: String,
    /// Its name at the end.
    pub name: String,
    /// What it was for.
    pub hint: Option<String>,
    /// What its values were.
    pub kind: String,
}

/// How many settings that are gone are remembered.
const REMEMBERED: i64 = 10_000;

/// The settings that were deleted from a config, the last one first. A key that is in use again is not among them.
pub async fn deleted(db: &Reader, config: &Config) -> Result<Vec<Deleted>> {
    let wanted = Wanted { events: vec!["setting.deleted".into()], within: vec![config.id.0], ..Wanted::default() };
    let events = read::events(db, Chain::Team(config.team), &wanted, REMEMBERED).await?;
    let mut known: std::collections::HashSet<String> =
        told_store::settings(db, Of::Config(config.id)).await?.into_iter().map(|setting| setting.key).collect();
    let gone = events.into_iter().filter_map(|event| match event {
        Event::Product(ProductEvent::SettingDeleted { setting, kind, hint, .. }) => {
            Some(Deleted { key: setting.key, name: setting.name, hint, kind })
        }
        _ => None,
    });
    Ok(gone.filter(|gone| known.insert(gone.key.clone())).collect())
}
