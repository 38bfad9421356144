//! The queries about what stands around values: variations, tags, uses, and what is stored of a value.

use flag_eval::model::Kind;

use super::Formula;
use crate::{
    clock::Time,
    db::{Reader, Sql, Value, Writer, args, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, PersonId, ProductId, SegmentId, SettingId, TagId, VariationId, VersionId},
};

record! {
    /// A stored variation.
    pub struct VariationRow {
        pub setting: SettingId,
        pub kind: Kind,
        pub id: VariationId,
        pub value: String,
        pub name: Option<String>,
        pub hint: Option<String>,
    }
}

/// The predefined variations of a setting, in their order.
pub(super) async fn variations(db: &Reader, setting: SettingId) -> Result<Vec<VariationRow>> {
    let sql = "SELECT v.setting, s.kind, v.id, v.value, v.name, v.hint FROM predefined_variations v JOIN config_settings s ON s.id = v.setting \
               WHERE v.setting = $1 ORDER BY v.position, v.id LIMIT 1000";
    db.all(sql, args![setting]).await
}

pub(super) async fn put_variation(
    tx: &Writer,
    setting: SettingId,
    id: VariationId,
    value: &str,
    name: Option<&str>,
    hint: Option<&str>,
    position: i64,
) -> Result<()> {
    let sql = "INSERT INTO predefined_variations (id, setting, value, name, hint, position) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (id) DO UPDATE SET value = excluded.value, name = excluded.name, hint = excluded.hint, position = excluded.position";
    let (name, hint) = (name.map(str::to_owned), hint.map(str::to_owned));
    tx.run(sql, args![id, setting, value, name, hint, position]).await.map(|_| ())
}

/// Gives a variation a value that no other one has, so that two can change places.
pub(super) async fn unname_variation(tx: &Writer, id: VariationId) -> Result<()> {
    tx.run("UPDATE predefined_variations SET value = $2 WHERE id = $1", args![id, format!("\u{1}{id}")]).await.map(|_| ())
}

pub(super) async fn delete_variation(tx: &Writer, id: VariationId) -> Result<()> {
    tx.run("DELETE FROM predefined_variations WHERE id = $1", args![id]).await.map(|_| ())
}

record! {
    /// Where a variation is used.
    pub struct VariationUse { pub variation: VariationId, pub environment: EnvironmentId, pub name: String }
}

/// Where the variations of a setting are used.
pub(super) async fn variation_uses(db: &Reader, setting: SettingId) -> Result<Vec<VariationUse>> {
    let sql = "SELECT DISTINCT u.variation, u.environment, e.name, e.position FROM formula_uses u JOIN environments e ON e.id = u.environment \
               WHERE u.setting = $1 AND u.variation IS NOT NULL ORDER BY e.position, e.name, u.environment, u.variation LIMIT 100000";
    db.all(sql, args![setting]).await
}

record! {
    /// A segment's name.
    pub struct SegmentName { pub id: SegmentId, pub name: String }
}

/// The segments of a product, by name.
pub(super) async fn segments(db: &Reader, product: ProductId) -> Result<Vec<SegmentName>> {
    db.all("SELECT id, name FROM segments WHERE product = $1 ORDER BY name_key LIMIT 10000", args![product]).await
}

/// Keeps segments as they are until the transaction ends: whoever changes one is waited for here, and not where the change is written down,
/// for which that one would wait in turn.
pub(super) async fn hold_segments(tx: &Writer, segments: impl IntoIterator<Item = SegmentId>) -> Result<()> {
    for segment in segments {
        let sql = tx.locking("SELECT id FROM segments WHERE id = $1", "FOR SHARE");
        tx.value::<SegmentId>(sql, args![segment]).await?;
    }
    Ok(())
}

record! {
    /// A setting in short.
    pub struct Brief { pub id: SettingId, pub key: String, pub name: String, pub kind: Kind }
}

/// The settings of a config in short, in their order.
pub(super) async fn briefs(db: &Reader, config: ConfigId) -> Result<Vec<Brief>> {
    let sql = "SELECT id, key, name, kind FROM config_settings WHERE config = $1 ORDER BY position, id LIMIT 10000";
    db.all(sql, args![config]).await
}

record! {
    /// One setting asks for another.
    pub struct Edge { pub setting: SettingId, pub prerequisite: SettingId }
}

/// Which settings of a config ask for which others in an environment.
pub(super) async fn prerequisites(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Vec<Edge>> {
    let sql = "SELECT u.setting, u.prerequisite FROM config_settings s JOIN formula_uses u ON u.setting = s.id AND u.environment = $2 \
               WHERE s.config = $1 AND u.prerequisite IS NOT NULL ORDER BY u.setting, u.prerequisite LIMIT 1000000";
    db.all(sql, args![config, environment]).await
}

record! {
    /// A setting that asks for another one.
    pub struct AskedBy { pub id: SettingId, pub name: String, pub key: String, pub environment: String }
}

/// Which settings ask for this one, and where.
pub(super) async fn asked_by(db: &Reader, setting: SettingId) -> Result<Vec<AskedBy>> {
    let sql = "SELECT s.id, s.name, s.key, e.name AS environment FROM formula_uses u JOIN config_settings s ON s.id = u.setting \
               JOIN environments e ON e.id = u.environment WHERE u.prerequisite = $1 AND u.setting <> $1 \
               ORDER BY s.position, s.id, e.position, e.id LIMIT 100";
    db.all(sql, args![setting]).await
}

/// Stores a value with its version, and what it rests on.
pub(super) async fn put_value(tx: &Writer, at: Stored<'_>, formula: &Formula, now: Time) -> Result<()> {
    let sql = "INSERT INTO setting_values (setting, environment, formula, version, updater, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (setting, environment) DO UPDATE SET formula = excluded.formula, version = excluded.version, \
               updater = excluded.updater, updated_at = excluded.updated_at";
    tx.run(sql, args![at.setting, at.environment, formula.write()?, at.version, at.updater, now]).await?;
    put_uses(tx, at.setting, at.environment, formula, at.variations).await
}

/// Where a value is stored, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    pub setting: SettingId,
    pub environment: EnvironmentId,
    pub version: VersionId,
    pub updater: Option<PersonId>,
    pub variations: &'a [super::formula::Variation],
}

/// Notes anew what a formula rests on.
pub(super) async fn put_uses(
    tx: &Writer,
    setting: SettingId,
    environment: EnvironmentId,
    formula: &Formula,
    variations: &[super::formula::Variation],
) -> Result<()> {
    tx.run("DELETE FROM formula_uses WHERE setting = $1 AND environment = $2", args![setting, environment]).await?;
    let insert = |column: &str| Sql::made(format!("INSERT INTO formula_uses (setting, environment, {column}) VALUES ($1, $2, $3)"));
    for segment in formula.segments() {
        tx.run(insert("segment"), args![setting, environment, segment]).await?;
    }
    for prerequisite in formula.prerequisites() {
        tx.run(insert("prerequisite"), args![setting, environment, prerequisite]).await?;
    }
    for variation in variations.iter().filter(|variation| formula.values().any(|value| *value == variation.value)) {
        tx.run(insert("variation"), args![setting, environment, variation.id]).await?;
    }
    Ok(())
}

record! {
    /// A value of a config's setting, for the dashboard.
    pub struct ValueRow {
        pub setting: SettingId,
        pub environment: EnvironmentId,
        pub formula: String,
        pub version: VersionId,
        pub updated_at: Time,
    }
}

/// The values of a config in these environments, and in no others.
pub(super) async fn values_in(db: &Reader, config: ConfigId, environments: &[EnvironmentId]) -> Result<Vec<ValueRow>> {
    if environments.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<String> = (2..environments.len() + 2).map(|at| format!("${at}")).collect();
    let mut args: Vec<Value> = args![config];
    args.extend(environments.iter().map(|id| Value::from(*id)));
    let sql = format!(
        "SELECT v.setting, v.environment, v.formula, v.version, v.updated_at FROM config_settings s \
         JOIN setting_values v ON v.setting = s.id WHERE s.config = $1 AND v.environment IN ({}) LIMIT 1000000",
        places.join(", ")
    );
    db.all(Sql::made(sql), args).await
}

record! {
    /// Who changed a value last.
    pub struct Updater { pub setting: SettingId, pub name: String }
}

/// Who changed the values of a config in an environment last; without those that nobody changed, or somebody who is gone.
pub(super) async fn updaters_in(db: &Reader, config: ConfigId, environment: EnvironmentId) -> Result<Vec<Updater>> {
    let sql = "SELECT v.setting, a.name FROM config_settings s JOIN setting_values v ON v.setting = s.id JOIN people a ON a.id = v.updater \
               WHERE s.config = $1 AND v.environment = $2 LIMIT 1000000";
    db.all(sql, args![config, environment]).await
}

record! {
    /// What is stored of a setting in an environment.
    pub struct FormulaRow { pub environment: EnvironmentId, pub name: String, pub color: Option<String>, pub formula: Option<String> }
}

/// The formulas of a setting in every environment of its product, in their order.
pub(super) async fn formulas(db: &Reader, setting: SettingId, product: ProductId) -> Result<Vec<FormulaRow>> {
    let sql = "SELECT e.id AS environment, e.name, e.color, v.formula FROM environments e \
               LEFT JOIN setting_values v ON v.environment = e.id AND v.setting = $1 WHERE e.product = $2 ORDER BY e.position, e.id LIMIT 1000";
    db.all(sql, args![setting, product]).await
}

record! {
    /// A tag of a setting.
    pub struct TagRow { pub setting: SettingId, pub id: TagId, pub name: String }
}

/// The tags of all settings of a config.
pub(super) async fn tags_in(db: &Reader, config: ConfigId) -> Result<Vec<TagRow>> {
    let sql = "SELECT st.setting, t.id, t.name FROM setting_tags st JOIN tags t ON t.id = st.tag \
               JOIN config_settings s ON s.id = st.setting WHERE s.config = $1 ORDER BY st.setting, st.position, t.id LIMIT 100000";
    db.all(sql, args![config]).await
}

/// The tags of a setting.
pub(super) async fn tags_of(db: &Reader, setting: SettingId) -> Result<Vec<TagRow>> {
    let sql = "SELECT st.setting, t.id, t.name FROM setting_tags st JOIN tags t ON t.id = st.tag \
               WHERE st.setting = $1 ORDER BY st.position, t.id LIMIT 1000";
    db.all(sql, args![setting]).await
}

record! {
    /// A tag of a product.
    pub struct ProductTag { pub id: TagId, pub name: String }
}

/// The tags of a product, by name.
pub(super) async fn tags_of_product(db: &Reader, product: ProductId) -> Result<Vec<ProductTag>> {
    db.all("SELECT id, name FROM tags WHERE product = $1 ORDER BY name_key LIMIT 1000", args![product]).await
}

/// Gives a setting these tags and no others.
pub(super) async fn set_tags(tx: &Writer, setting: SettingId, tags: &[TagId]) -> Result<()> {
    tx.run("DELETE FROM setting_tags WHERE setting = $1", args![setting]).await?;
    for (position, tag) in (0_i64..).zip(tags) {
        tx.run("INSERT INTO setting_tags (setting, tag, position) VALUES ($1, $2, $3)", args![setting, *tag, position]).await?;
    }
    Ok(())
}

record! {
    /// A config of a product.
    pub struct ConfigName { pub id: ConfigId, pub name: String }
}

/// The configs of a product, in their order.
pub(super) async fn configs_of(db: &Reader, product: ProductId) -> Result<Vec<ConfigName>> {
    db.all("SELECT id, name FROM configs WHERE product = $1 ORDER BY position, id LIMIT 1000", args![product]).await
}
