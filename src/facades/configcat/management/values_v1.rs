//! Values of the first generation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    configs::Reason,
    formula_v1::{UpdateSettingValueModel, place},
    patch::{JsonPatchOperation, Patch},
    values::{Beside, BySdkKey, Parts, SettingDataModel, Surroundings, is_of, parts, renamed, renamed_within},
    wire::{self, Patched},
};
use crate::{
    api::{Body, Json, Query},
    authz::{Authorized, By, Permit, Routes, Surface},
    error::Result,
    flags::{
        self, SettingValue, Values, Wanted, Write,
        permits::{ReadValue, ReadValues, WriteValue, WriteValues},
        told::{self, ToldValue},
    },
    ids::SettingId,
};

pub fn routes() -> Routes {
    const VALUE: &str = "/v1/environments/{environment}/settings/{setting}/value";
    const BY_KEY: &str = "/v1/settings/{setting}/value";
    const VALUES: &str = "/v1/configs/{config}/environments/{environment}/values";
    Routes::new(Surface::Management)
        .get(VALUE, "See the value of a flag or setting in an environment", one)
        .put(VALUE, "Replace the value of a flag or setting in an environment", replace)
        .patch(VALUE, "Change parts of the value of a flag or setting in an environment", patch)
        .get(BY_KEY, "See the value of a flag or setting where an SDK key reads it", one_by_key)
        .put(BY_KEY, "Replace the value of a flag or setting where an SDK key reads it", replace_by_key)
        .patch(BY_KEY, "Change parts of the value of a flag or setting where an SDK key reads it", patch_by_key)
        .get(VALUES, "See all values of a config in an environment", all)
        .post(VALUES, "Replace several values of a config in an environment", replace_several)
}

/// A value in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigSettingValueModel {
    setting: SettingDataModel,
    #[serde(flatten)]
    beside: Beside,
    #[serde(flatten)]
    value: UpdateSettingValueModel,
}

impl ConfigSettingValueModel {
    fn of(told: ToldValue, with_addresses: bool) -> Result<Self> {
        let Parts { setting, beside, rest } = parts(told, with_addresses);
        Ok(Self { setting, beside, value: UpdateSettingValueModel::of(&rest.formula)? })
    }
}

/// A value.
#[derive(Serialize, ToSchema)]
struct SettingValueModel {
    #[serde(flatten)]
    value: ConfigSettingValueModel,
    #[serde(flatten)]
    around: Surroundings,
}

/// The values of a config in an environment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigSettingValuesModel {
    #[serde(flatten)]
    around: Surroundings,
    setting_values: Vec<ConfigSettingValueModel>,
}

async fn told<P: Permit<On = SettingValue>>(may: &Authorized<P>) -> Result<SettingValueModel> {
    is_of(1, may.setting.generation)?;
    let around = Surroundings::of(may, may.setting.product, may.setting.config, may.at.id).await?;
    let value = told::value(&may.read(), may).await?;
    Ok(SettingValueModel { value: ConfigSettingValueModel::of(value, around.with_addresses)?, around })
}

async fn one(may: Authorized<ReadValue>) -> Result<Json<SettingValueModel>> {
    told(&may).await.map(Json)
}

async fn one_by_key(may: By<BySdkKey, ReadValue>) -> Result<Json<SettingValueModel>> {
    told(&may).await.map(Json)
}

async fn put(may: &Authorized<WriteValue>, why: &Reason, body: &UpdateSettingValueModel) -> Result<Json<SettingValueModel>> {
    is_of(1, may.setting.generation)?;
    let how = Write { seen: None, note: why.reason.as_deref() };
    flags::write_by(may, how, |now, _| body.read(now.setting.kind)).await.map_err(|error| renamed(error, place))?;
    told(may).await.map(Json)
}

async fn replace(
    may: Authorized<WriteValue>,
    Query(why): Query<Reason>,
    Body(body): Body<UpdateSettingValueModel>,
) -> Result<Json<SettingValueModel>> {
    put(&may, &why, &body).await
}

async fn replace_by_key(
    may: By<BySdkKey, WriteValue>,
    Query(why): Query<Reason>,
    Body(body): Body<UpdateSettingValueModel>,
) -> Result<Json<SettingValueModel>> {
    put(&may, &why, &body).await
}

async fn apply(may: &Authorized<WriteValue>, why: &Reason, body: Vec<JsonPatchOperation>) -> Result<Patched<SettingValueModel>> {
    is_of(1, may.setting.generation)?;
    let patch = Patch::read(body)?;
    let how = Write { seen: None, note: why.reason.as_deref() };
    let written = flags::write_by(may, how, |now, _| {
        let before = UpdateSettingValueModel::of(&now.formula()?)?;
        patch.apply(&before)?.read(now.setting.kind)
    });
    match written.await.map_err(|error| renamed(error, place))?.changed {
        true => Ok(Patched(Some(told(may).await?))),
        false => Ok(Patched(None)),
    }
}

async fn patch(
    may: Authorized<WriteValue>,
    Query(why): Query<Reason>,
    Body(body): Body<Vec<JsonPatchOperation>>,
) -> Result<Patched<SettingValueModel>> {
    apply(&may, &why, body).await
}

async fn patch_by_key(
    may: By<BySdkKey, WriteValue>,
    Query(why): Query<Reason>,
    Body(body): Body<Vec<JsonPatchOperation>>,
) -> Result<Patched<SettingValueModel>> {
    apply(&may, &why, body).await
}

async fn told_all<P: Permit<On = Values>>(may: &Authorized<P>) -> Result<ConfigSettingValuesModel> {
    is_of(1, may.config.evaluation_version)?;
    let around = Surroundings::of(may, may.config.product, may.config.id, may.at.id).await?;
    let values = told::values(&may.read(), may.config.id, may.at.id).await?;
    let setting_values =
        values.into_iter().map(|value| ConfigSettingValueModel::of(value, around.with_addresses)).collect::<Result<_>>()?;
    Ok(ConfigSettingValuesModel { around, setting_values })
}

async fn all(may: Authorized<ReadValues>) -> Result<Json<ConfigSettingValuesModel>> {
    told_all(&may).await.map(Json)
}

/// What several settings are to be; the others stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateSettingValuesWithIdModel {
    #[serde(default, deserialize_with = "wire::list")]
    setting_values: Vec<UpdateSettingValueWithSettingIdModel>,
}

/// What a setting is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateSettingValueWithSettingIdModel {
    #[serde(default)]
    setting_id: i64,
    #[serde(flatten)]
    value: UpdateSettingValueModel,
}

async fn replace_several(
    may: Authorized<WriteValues>,
    Query(why): Query<Reason>,
    Body(body): Body<UpdateSettingValuesWithIdModel>,
) -> Result<Json<ConfigSettingValuesModel>> {
    is_of(1, may.config.evaluation_version)?;
    let wanted: Vec<_> = body.setting_values.into_iter().map(|one| Wanted { setting: SettingId(one.setting_id), to: one.value }).collect();
    let how = Write { seen: None, note: why.reason.as_deref() };
    flags::write_all(&may, &wanted, how, |value, setting, _| value.read(setting.kind))
        .await
        .map_err(|error| renamed_within(error, "settingValues", |_, field| place(field)))?;
    told_all(&may).await.map(Json)
}
