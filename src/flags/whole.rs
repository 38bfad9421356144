//! Settings with everything that belongs to them, many at once: for carrying whole products from one place to another.

use super::{
    Formula, Setting,
    around::variation,
    formula::Variation,
    store,
    value_store::{self, TagRow, VariationRow},
    whole_store,
};
use crate::{
    clock::Time,
    db::{Reader, Writer},
    error::Result,
    ids::{EnvironmentId, PersonId, ProductId, SettingId, TagId, VersionId},
};

/// A setting with its tags, its predefined variations, and what it is in each environment.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The setting.
    pub setting: Setting,
    /// Its tags, in their order.
    pub tags: Vec<TagId>,
    /// The values that it can have, in their order; none: any of its kind.
    pub variations: Vec<Variation>,
    /// What it is where.
    pub values: Vec<(EnvironmentId, Formula)>,
}

impl Whole {
    /// What it begins with where nothing else is said: the empty value of its kind, or the first that it can have.
    pub fn beginning(&self) -> Formula {
        let empty = Formula::empty(self.setting.kind);
        match self.variations.first() {
            Some(first) if self.variations.iter().all(|one| one.value != empty.default) => Formula::constant(first.value.clone()),
            _ => empty,
        }
    }

    /// What it is in an environment; where nothing is stored, it is empty.
    pub fn value(&self, environment: EnvironmentId) -> Formula {
        let stored = self.values.iter().find(|(other, _)| *other == environment);
        stored.map_or_else(|| Formula::empty(self.setting.kind), |(_, formula)| formula.clone())
    }
}

/// All settings of a product, by config and in their order.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Whole>> {
    let settings = store::of_product(db, product).await?;
    let mut whole: Vec<Whole> =
        settings.into_iter().map(|setting| Whole { setting, tags: vec![], variations: vec![], values: vec![] }).collect();
    let at: std::collections::HashMap<SettingId, usize> = whole.iter().enumerate().map(|(at, one)| (one.setting.id, at)).collect();
    for TagRow { setting, id, .. } in whole_store::tags(db, product).await? {
        if let Some(at) = at.get(&setting) {
            whole[*at].tags.push(id);
        }
    }
    for row in whole_store::variations(db, product).await? {
        let VariationRow { setting, .. } = row;
        if let Some(at) = at.get(&setting) {
            whole[*at].variations.push(variation(row)?);
        }
    }
    for row in whole_store::values(db, product).await? {
        if let Some(at) = at.get(&row.setting) {
            whole[*at].values.push((row.environment, Formula::read(&row.formula)?));
        }
    }
    Ok(whole)
}

/// Which of these numbers are taken.
pub async fn taken(db: &Reader, ids: &[SettingId]) -> Result<Vec<SettingId>> {
    whole_store::taken(db, ids).await
}

/// Which of these variations there are already, anywhere.
pub async fn variations_taken(db: &Reader, ids: Vec<crate::ids::VariationId>) -> Result<Vec<crate::ids::VariationId>> {
    whole_store::variations_taken(db, ids).await
}

/// Keeps new settings as they are given, inside a change. Who does so raises what is served of their configs.
pub async fn put_all(tx: &Writer, settings: &[Whole], by: Option<PersonId>, now: Time) -> Result<()> {
    whole_store::put_settings(tx, settings, by, now).await?;
    let values = settings.iter().flat_map(|one| one.values.iter().map(move |(environment, formula)| (one, *environment, formula)));
    whole_store::put_values(tx, &values.collect::<Vec<_>>(), by, now).await
}

/// Keeps what settings are in environments that are new to them.
pub async fn put_values(tx: &Writer, values: &[(&Whole, EnvironmentId, &Formula)], by: Option<PersonId>, now: Time) -> Result<()> {
    whole_store::put_values(tx, values, by, now).await
}

/// Changes what a setting is in an environment, and tells the new version. The formula has been checked.
pub async fn overwrite(
    tx: &Writer,
    one: &Whole,
    environment: EnvironmentId,
    formula: &Formula,
    by: Option<PersonId>,
    now: Time,
) -> Result<VersionId> {
    let version = VersionId::new();
    let at = value_store::Stored { setting: one.setting.id, environment, version, updater: by, variations: &one.variations };
    value_store::put_value(tx, at, formula, now).await?;
    Ok(version)
}
