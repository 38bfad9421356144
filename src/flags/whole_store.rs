//! The queries about settings by the thousand.

use super::{
    Formula,
    value_store::{TagRow, VariationRow},
    whole::Whole,
};
use crate::{
    clock::Time,
    db::{Reader, Value, Writer, args, record},
    error::Result,
    ids::{EnvironmentId, PersonId, ProductId, SettingId, VariationId, VersionId},
};

pub(super) async fn tags(db: &Reader, product: ProductId) -> Result<Vec<TagRow>> {
    let sql = "SELECT st.setting, t.id, t.name FROM setting_tags st JOIN tags t ON t.id = st.tag \
               WHERE t.product = $1 ORDER BY st.setting, st.position, t.id LIMIT 1000000";
    db.all(sql, args![product]).await
}

pub(super) async fn variations(db: &Reader, product: ProductId) -> Result<Vec<VariationRow>> {
    let sql = "SELECT v.setting, s.kind, v.id, v.value, v.name, v.hint FROM predefined_variations v \
               JOIN config_settings s ON s.id = v.setting JOIN configs c ON c.id = s.config \
               WHERE c.product = $1 ORDER BY v.setting, v.position, v.id LIMIT 1000000";
    db.all(sql, args![product]).await
}

record! {
    /// What is stored of a setting in an environment.
    pub struct Stored { pub setting: SettingId, pub environment: EnvironmentId, pub formula: String }
}

pub(super) async fn values(db: &Reader, product: ProductId) -> Result<Vec<Stored>> {
    let sql = "SELECT v.setting, v.environment, v.formula FROM setting_values v JOIN environments e ON e.id = v.environment \
               WHERE e.product = $1 ORDER BY v.setting, e.position, e.id LIMIT 1000000";
    db.all(sql, args![product]).await
}

pub(super) async fn taken(db: &Reader, ids: &[SettingId]) -> Result<Vec<SettingId>> {
    db.among("SELECT id FROM config_settings WHERE id IN", ids.iter().map(|id| (*id).into()).collect()).await
}

pub(super) async fn variations_taken(db: &Reader, ids: Vec<VariationId>) -> Result<Vec<VariationId>> {
    db.among("SELECT id FROM predefined_variations WHERE id IN", ids.into_iter().map(Into::into).collect()).await
}

pub(super) async fn put_settings(tx: &Writer, settings: &[Whole], by: Option<PersonId>, now: Time) -> Result<()> {
    let row = |one: &Whole| {
        let setting = &one.setting;
        let (key, name) = (setting.key.as_str(), setting.name.as_str());
        args![setting.id, setting.config, key, name, setting.hint.clone(), setting.kind, setting.is_json, setting.position, by, now]
    };
    let into = "INSERT INTO config_settings (id, config, key, name, hint, kind, is_json, position, creator, created_at)";
    tx.put(into, settings.iter().map(row).collect()).await?;
    let variations = settings.iter().flat_map(|one| {
        (0_i64..).zip(&one.variations).map(|(position, found)| {
            args![found.id, one.setting.id, found.value.to_string(), found.name.clone(), found.hint.clone(), position]
        })
    });
    tx.put("INSERT INTO predefined_variations (id, setting, value, name, hint, position)", variations.collect()).await?;
    let tags = settings.iter().flat_map(|one| (0_i64..).zip(&one.tags).map(|(position, tag)| args![one.setting.id, *tag, position]));
    tx.put("INSERT INTO setting_tags (setting, tag, position)", tags.collect()).await
}

pub(super) async fn put_values(tx: &Writer, values: &[(&Whole, EnvironmentId, &Formula)], by: Option<PersonId>, now: Time) -> Result<()> {
    let (mut rows, mut segments, mut prerequisites, mut variations): (Vec<Vec<Value>>, Vec<_>, Vec<_>, Vec<_>) = Default::default();
    for (one, environment, formula) in values.iter().copied() {
        let setting = one.setting.id;
        rows.push(args![setting, environment, formula.write()?, VersionId::new(), by, now]);
        segments.extend(formula.segments().into_iter().map(|id| args![setting, environment, id]));
        prerequisites.extend(formula.prerequisites().into_iter().map(|id| args![setting, environment, id]));
        let used = one.variations.iter().filter(|found| formula.values().any(|value| *value == found.value));
        variations.extend(used.map(|found| args![setting, environment, found.id]));
    }
    tx.put("INSERT INTO setting_values (setting, environment, formula, version, updater, updated_at)", rows).await?;
    tx.put("INSERT INTO formula_uses (setting, environment, segment)", segments).await?;
    tx.put("INSERT INTO formula_uses (setting, environment, prerequisite)", prerequisites).await?;
    tx.put("INSERT INTO formula_uses (setting, environment, variation)", variations).await
}
