//! Values of the second generation.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    formula_v2::{Named, UpdateEvaluationFormulaModel},
    patch::{JsonPatchOperation, Patch},
    places_v2::place,
    values::{Beside, BySdkKey, How, Parts, SettingDataModel, Surroundings, is_of, parts, renamed, renamed_within},
    variations::PredefinedVariationModel,
    wire::{self, Patched},
};
use crate::{
    api::{Body, Json, Query},
    authz::{Authorized, By, Permit, Routes, Surface},
    error::Result,
    flags::{
        self, Setting, SettingValue, Values, Wanted,
        formula::Variation,
        permits::{ReadValue, ReadValues, WriteValue, WriteValues},
        told::{self, ToldValue, Variations},
    },
    ids::{ConfigId, SettingId},
};

pub fn routes() -> Routes {
    const VALUE: &str = "/v2/environments/{environment}/settings/{setting}/value";
    const BY_KEY: &str = "/v2/settings/{setting}/value";
    const VALUES: &str = "/v2/configs/{config}/environments/{environment}/values";
    Routes::new(Surface::Management)
        .get(VALUE, "See the value of a flag or setting of version 2 in an environment", one)
        .put(VALUE, "Replace the value of a flag or setting of version 2 in an environment", replace)
        .patch(VALUE, "Change parts of the value of a flag or setting of version 2 in an environment", patch)
        .get(BY_KEY, "See the value of a flag or setting of version 2 where an SDK key reads it", one_by_key)
        .put(BY_KEY, "Replace the value of a flag or setting of version 2 where an SDK key reads it", replace_by_key)
        .patch(BY_KEY, "Change parts of the value of a flag or setting of version 2 where an SDK key reads it", patch_by_key)
        .get(VALUES, "See all values of a config of version 2 in an environment", all)
        .post(VALUES, "Replace several values of a config of version 2 in an environment", replace_several)
}

/// A setting, as it stands beside its value.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettingDataV2Model {
    #[serde(flatten)]
    setting: SettingDataModel,
    predefined_variations: Vec<PredefinedVariationModel>,
}

/// A value in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigSettingFormulaModel {
    /// The version of the value: what a change may name as the one that it knows.
    last_version_id: String,
    setting: SettingDataV2Model,
    #[serde(flatten)]
    beside: Beside,
    #[serde(flatten)]
    formula: UpdateEvaluationFormulaModel,
    /// The settings whose rules ask for it in this environment.
    setting_ids_where_prerequisite: Vec<i64>,
    /// Always 0: changes are not requested in Burgee.
    change_request_count: i64,
}

impl ConfigSettingFormulaModel {
    fn of(told: ToldValue, others: &Variations, with_addresses: bool) -> Self {
        let Parts { setting, beside, rest } = parts(told, with_addresses);
        Self {
            last_version_id: rest.version.to_string(),
            formula: UpdateEvaluationFormulaModel::of(&rest.formula, Named { own: &rest.variations, others }),
            setting: SettingDataV2Model { setting, predefined_variations: rest.variations.into_iter().map(Into::into).collect() },
            beside,
            setting_ids_where_prerequisite: rest.asked_by.into_iter().map(|id| id.0).collect(),
            change_request_count: 0,
        }
    }
}

/// Where values are, and what a change of them needs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SurroundingsV2 {
    #[serde(flatten)]
    around: Surroundings,
    /// Always false: changes are not approved in Burgee.
    approve_required: bool,
    /// Always false.
    can_bypass_approval: bool,
    /// Whether a change needs a reason.
    reason_required: bool,
}

impl From<Surroundings> for SurroundingsV2 {
    fn from(around: Surroundings) -> Self {
        Self { approve_required: false, can_bypass_approval: false, reason_required: around.reason_required, around }
    }
}

/// A value.
#[derive(Serialize, ToSchema)]
struct SettingFormulaModel {
    #[serde(flatten)]
    formula: ConfigSettingFormulaModel,
    #[serde(flatten)]
    around: SurroundingsV2,
}

/// The values of a config in an environment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigSettingFormulasModel {
    #[serde(flatten)]
    around: SurroundingsV2,
    setting_formulas: Vec<ConfigSettingFormulaModel>,
}

async fn told<P: Permit<On = SettingValue>>(may: &Authorized<P>) -> Result<SettingFormulaModel> {
    is_of(2, may.setting.generation)?;
    let around = Surroundings::of(may, may.setting.product, may.setting.config, may.at.id).await?;
    let value = told::value(&may.read(), may).await?;
    let others = others(may, may.setting.config, !value.formula.prerequisites().is_empty()).await?;
    Ok(SettingFormulaModel { formula: ConfigSettingFormulaModel::of(value, &others, around.with_addresses), around: around.into() })
}

/// The predefined variations of the other settings of a config, where they are needed.
async fn others<P: Permit>(may: &Authorized<P>, config: ConfigId, needed: bool) -> Result<Variations> {
    if needed { told::variations_in(&may.read(), config).await } else { Ok(Variations::new()) }
}

async fn one(may: Authorized<ReadValue>) -> Result<Json<SettingFormulaModel>> {
    told(&may).await.map(Json)
}

async fn one_by_key(may: By<BySdkKey, ReadValue>) -> Result<Json<SettingFormulaModel>> {
    told(&may).await.map(Json)
}

async fn put(may: &Authorized<WriteValue>, how: &How, body: &UpdateEvaluationFormulaModel) -> Result<Json<SettingFormulaModel>> {
    is_of(2, may.setting.generation)?;
    let others = others(may, may.setting.config, body.names_others()).await?;
    flags::write_by(may, how.write()?, |now, own| body.read(now.setting.kind, Named { own, others: &others }, false))
        .await
        .map_err(|error| renamed(error, |field| place(field, body.targeting_rules.len())))?;
    told(may).await.map(Json)
}

async fn replace(
    may: Authorized<WriteValue>,
    Query(how): Query<How>,
    Body(body): Body<UpdateEvaluationFormulaModel>,
) -> Result<Json<SettingFormulaModel>> {
    put(&may, &how, &body).await
}

async fn replace_by_key(
    may: By<BySdkKey, WriteValue>,
    Query(how): Query<How>,
    Body(body): Body<UpdateEvaluationFormulaModel>,
) -> Result<Json<SettingFormulaModel>> {
    put(&may, &how, &body).await
}

async fn apply(may: &Authorized<WriteValue>, how: &How, body: Vec<JsonPatchOperation>) -> Result<Patched<SettingFormulaModel>> {
    is_of(2, may.setting.generation)?;
    let patch = Patch::read(body)?;
    let rules = AtomicUsize::new(0);
    let others = others(may, may.setting.config, true).await?;
    let written = flags::write_by(may, how.write()?, |now, own| {
        let named = Named { own, others: &others };
        let before = UpdateEvaluationFormulaModel::for_patch(&now.formula()?, named);
        let after = patch.apply(&before)?;
        rules.store(after.targeting_rules.len(), Ordering::Relaxed);
        after.read(now.setting.kind, named, true)
    });
    let named = |error| renamed(error, |field| place(field, rules.load(Ordering::Relaxed)));
    match written.await.map_err(named)?.changed {
        true => Ok(Patched(Some(told(may).await?))),
        false => Ok(Patched(None)),
    }
}

async fn patch(
    may: Authorized<WriteValue>,
    Query(how): Query<How>,
    Body(body): Body<Vec<JsonPatchOperation>>,
) -> Result<Patched<SettingFormulaModel>> {
    apply(&may, &how, body).await
}

async fn patch_by_key(
    may: By<BySdkKey, WriteValue>,
    Query(how): Query<How>,
    Body(body): Body<Vec<JsonPatchOperation>>,
) -> Result<Patched<SettingFormulaModel>> {
    apply(&may, &how, body).await
}

async fn told_all<P: Permit<On = Values>>(may: &Authorized<P>) -> Result<ConfigSettingFormulasModel> {
    is_of(2, may.config.evaluation_version)?;
    let around = Surroundings::of(may, may.config.product, may.config.id, may.at.id).await?;
    let values = told::values(&may.read(), may.config.id, may.at.id).await?;
    let others: Variations = values.iter().map(|value| (value.facts.id, value.variations.clone())).collect();
    let setting_formulas = values.into_iter().map(|value| ConfigSettingFormulaModel::of(value, &others, around.with_addresses)).collect();
    Ok(ConfigSettingFormulasModel { around: around.into(), setting_formulas })
}

async fn all(may: Authorized<ReadValues>) -> Result<Json<ConfigSettingFormulasModel>> {
    told_all(&may).await.map(Json)
}

/// What several settings are to be; the others stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateEvaluationFormulasModel {
    #[serde(default, deserialize_with = "wire::list")]
    update_formulas: Vec<UpdateEvaluationFormulaWithIdModel>,
}

/// What a setting is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateEvaluationFormulaWithIdModel {
    #[serde(default)]
    setting_id: i64,
    #[serde(flatten)]
    formula: UpdateEvaluationFormulaModel,
}

async fn replace_several(
    may: Authorized<WriteValues>,
    Query(how): Query<How>,
    Body(body): Body<UpdateEvaluationFormulasModel>,
) -> Result<Json<ConfigSettingFormulasModel>> {
    is_of(2, may.config.evaluation_version)?;
    let wanted: Vec<_> =
        body.update_formulas.into_iter().map(|one| Wanted { setting: SettingId(one.setting_id), to: one.formula }).collect();
    let rules = |at: usize| wanted.get(at).map_or(0, |one| one.to.targeting_rules.len());
    let others = others(&may, may.config.id, wanted.iter().any(|one| one.to.names_others())).await?;
    let make = |formula: &UpdateEvaluationFormulaModel, setting: &Setting, own: &[Variation]| {
        formula.read(setting.kind, Named { own, others: &others }, false)
    };
    flags::write_all(&may, &wanted, how.write()?, make)
        .await
        .map_err(|error| renamed_within(error, "updateFormulas", |at, field| place(field, rules(at))))?;
    told_all(&may).await.map(Json)
}
