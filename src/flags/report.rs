//! What can be said of settings over time: those that were deleted, and those that nobody has changed for long.

use flag_eval::model::Kind;

use super::{
    permits::ReadSettings,
    store::{self, Aged},
};
use crate::{
    audit::{Chain, Event, ProductEvent, read},
    authz::{Access, Authorized},
    clock::{DAY, Time},
    db::Reader,
    error::Result,
    ids::{ConfigId, EnvironmentId, ProductId, SettingId, TagId},
    products::permits::ReadProduct,
};

/// A setting that was deleted.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it was for.
    pub hint: Option<String>,
    /// What its values were.
    pub kind: Kind,
}

/// So many events are looked at.
const LOOKED_AT: i64 = 5000;

/// The settings that were deleted from a config and whose keys are free, the last one first.
pub async fn deleted(may: &Authorized<ReadSettings>) -> Result<Vec<Deleted>> {
    let db = may.read();
    let wanted = read::Wanted { events: vec!["setting.deleted".into()], object: Some(may.id.0), ..read::Wanted::default() };
    let living = store::list(&db, may.id).await?;
    let mut all: Vec<Deleted> = vec![];
    for event in read::events(&db, Chain::Team(may.team), &wanted, LOOKED_AT).await? {
        let Event::Product(ProductEvent::SettingDeleted { setting, kind, hint, .. }) = event else { continue };
        let known = living.iter().any(|one| one.key == setting.key) || all.iter().any(|one| one.key == setting.key);
        if let Some(kind) = Kind::ALL.into_iter().find(|one| one.to_string() == kind).filter(|_| !known) {
            all.push(Deleted { key: setting.key, name: setting.name, hint, kind });
        }
    }
    Ok(all)
}

/// Which settings are stale.
#[derive(Clone, Debug)]
pub struct Stale {
    /// Not changed for so many days.
    pub days: i64,
    /// In any environment; else in all of them.
    pub any: bool,
    /// Environments that do not count.
    pub ignored: Vec<EnvironmentId>,
    /// Settings with these tags do not count.
    pub ignored_tags: Vec<TagId>,
}

/// A setting that nobody has changed for long.
#[derive(Clone, Debug)]
pub struct StaleSetting {
    /// The setting.
    pub id: SettingId,
    /// Its config.
    pub config: ConfigId,
    /// The config's name.
    pub config_name: String,
    /// The generation of the config's rules.
    pub generation: i64,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub hint: Option<String>,
    /// Its tags.
    pub tags: Vec<StaleTag>,
    /// The environments that count and that the reader can see.
    pub values: Vec<StaleValue>,
}

/// A tag of such a setting.
#[derive(Clone, Debug)]
pub struct StaleTag {
    /// The tag.
    pub id: TagId,
    /// Its word.
    pub name: String,
    /// Its colour.
    pub color: Option<String>,
}

/// How such a setting stands in an environment.
#[derive(Clone, Debug)]
pub struct StaleValue {
    /// The environment.
    pub environment: EnvironmentId,
    /// When it was changed last.
    pub changed_at: Time,
    /// Whether that is too long ago.
    pub stale: bool,
}

/// The settings of a product that nobody has changed for long, by config and place.
pub async fn stale(may: &Authorized<ReadProduct>, wanted: &Stale) -> Result<Vec<StaleSetting>> {
    stale_in(&may.read(), may.id, may.now(), wanted, |environment| may.grants().access(environment) > Access::None).await
}

/// The same for somebody who sees these environments.
pub async fn stale_in(
    db: &Reader,
    product: ProductId,
    now: Time,
    wanted: &Stale,
    sees: impl Fn(EnvironmentId) -> bool,
) -> Result<Vec<StaleSetting>> {
    let since = now.plus(-wanted.days.saturating_mul(DAY));
    let mut all: Vec<StaleSetting> = vec![];
    for Aged { id, config, config_name, generation, key, name, hint, environment, changed_at } in store::ages(db, product).await? {
        if all.last().is_none_or(|last| last.id != id) {
            all.push(StaleSetting { id, config, config_name, generation, key, name, hint, tags: vec![], values: vec![] });
        }
        let counts = sees(environment) && !wanted.ignored.contains(&environment);
        if let Some(last) = all.last_mut().filter(|_| counts) {
            last.values.push(StaleValue { environment, changed_at, stale: changed_at <= since });
        }
    }
    for tag in store::all_tags(db, product).await? {
        if let Some(setting) = all.iter_mut().find(|setting| setting.id == tag.setting) {
            setting.tags.push(StaleTag { id: tag.id, name: tag.name, color: tag.color });
        }
    }
    all.retain(|setting| {
        let is_stale = match wanted.any {
            true => setting.values.iter().any(|value| value.stale),
            false => !setting.values.is_empty() && setting.values.iter().all(|value| value.stale),
        };
        is_stale && !setting.tags.iter().any(|tag| wanted.ignored_tags.contains(&tag.id))
    });
    Ok(all)
}
