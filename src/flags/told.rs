//! Settings and values with everything that programs are told about them, many at once: the cost of each does not grow with their number.

use std::collections::HashMap;

pub use super::told_store::{Plain, Tagged, ValueFacts};
use super::{
    Formula, Setting, SettingValue,
    around::variation,
    formula::Variation,
    told_store::{self, Of},
};
use crate::{
    configs::Config,
    db::Reader,
    error::{Error, Result},
    ids::{ConfigId, EnvironmentId, SettingId, TagId},
};

/// A setting with its tags and its predefined variations.
#[derive(Clone, Debug)]
pub struct Told {
    /// The setting.
    pub setting: Plain,
    /// Its tags, in their order.
    pub tags: Vec<Tagged>,
    /// The values that it can have, in their order; none: any of its kind.
    pub variations: Vec<Variation>,
}

/// The settings of a config, in their order.
pub async fn of_config(db: &Reader, config: &Config) -> Result<Vec<Told>> {
    settings(db, Of::Config(config.id)).await
}

/// The settings that have a tag, by config and in their order.
pub async fn of_tag(db: &Reader, tag: TagId) -> Result<Vec<Told>> {
    settings(db, Of::Tag(tag)).await
}

/// One setting.
///
/// # Errors
/// `NotFound` if it has just been deleted.
pub async fn one(db: &Reader, setting: SettingId) -> Result<Told> {
    settings(db, Of::Setting(setting)).await?.pop().ok_or(Error::NotFound)
}

pub(super) async fn settings(db: &Reader, of: Of) -> Result<Vec<Told>> {
    let plain = told_store::settings(db, of).await?;
    let (mut tags, mut variations) = (tags(db, of).await?, variations(db, of).await?);
    let told = plain.into_iter().map(|setting| Told {
        tags: tags.remove(&setting.id).unwrap_or_default(),
        variations: variations.remove(&setting.id).unwrap_or_default(),
        setting,
    });
    Ok(told.collect())
}

/// The predefined variations of several settings.
pub type Variations = HashMap<SettingId, Vec<Variation>>;

/// Those of all settings of a config.
pub async fn variations_in(db: &Reader, config: ConfigId) -> Result<Variations> {
    variations(db, Of::Config(config)).await
}

/// A value with what stands around it.
#[derive(Clone, Debug)]
pub struct ToldValue {
    /// The setting, and when and by whom the value was changed.
    pub facts: ValueFacts,
    /// What the setting is for whom.
    pub formula: Formula,
    /// The setting's tags, in their order.
    pub tags: Vec<Tagged>,
    /// The values that the setting can have.
    pub variations: Vec<Variation>,
    /// The settings whose rules ask for it in this environment.
    pub asked_by: Vec<SettingId>,
}

/// The values of a config in an environment, in the order of the settings.
pub async fn values(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Vec<ToldValue>> {
    values_of(db, Of::Config(config), environment).await
}

/// One value, as it is now.
///
/// # Errors
/// `NotFound` if the setting has just been deleted.
pub async fn value(db: &Reader, value: &SettingValue) -> Result<ToldValue> {
    values_of(db, Of::Setting(value.setting.id), value.at.id).await?.pop().ok_or(Error::NotFound)
}

async fn values_of(db: &Reader, of: Of, environment: EnvironmentId) -> Result<Vec<ToldValue>> {
    let facts = told_store::values(db, of, environment).await?;
    let (mut tags, mut variations) = (tags(db, of).await?, variations(db, of).await?);
    let mut asked_by: HashMap<SettingId, Vec<SettingId>> = HashMap::new();
    for edge in told_store::asked_by(db, of, environment).await? {
        asked_by.entry(edge.prerequisite).or_default().push(edge.setting);
    }
    let told = facts.into_iter().map(|facts| {
        Ok(ToldValue {
            formula: facts.formula.as_deref().map_or_else(|| Ok(Formula::empty(facts.kind)), Formula::read)?,
            tags: tags.remove(&facts.id).unwrap_or_default(),
            variations: variations.remove(&facts.id).unwrap_or_default(),
            asked_by: asked_by.remove(&facts.id).unwrap_or_default(),
            facts,
        })
    });
    told.collect()
}

async fn tags(db: &Reader, of: Of) -> Result<HashMap<SettingId, Vec<Tagged>>> {
    let mut tags: HashMap<SettingId, Vec<Tagged>> = HashMap::new();
    for tag in told_store::tags(db, of).await? {
        tags.entry(tag.setting).or_default().push(tag);
    }
    Ok(tags)
}

async fn variations(db: &Reader, of: Of) -> Result<Variations> {
    let mut variations = Variations::new();
    for row in told_store::variations(db, of).await? {
        variations.entry(row.setting).or_default().push(variation(row)?);
    }
    Ok(variations)
}

/// Where a variation is used.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    /// The variation.
    pub variation: crate::ids::VariationId,
    /// Where.
    pub environment: EnvironmentId,
}

/// Where the predefined variations of a setting are used.
pub async fn uses(db: &Reader, setting: &Setting) -> Result<Vec<Used>> {
    let uses = super::value_store::variation_uses(db, setting.id).await?;
    Ok(uses.into_iter().map(|used| Used { variation: used.variation, environment: used.environment }).collect())
}
