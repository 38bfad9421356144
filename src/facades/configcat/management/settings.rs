//! Settings and what is said about them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    configs::Reason,
    deletions::delete_when_unused,
    patch::{JsonPatchOperation, Patch},
    tags::TagModel,
    told_tags::AsTold,
    typed::{self, PlainValue, TYPES, type_word},
    variations::{CreatePredefinedVariationModel, PredefinedVariationModel},
    wire::{self, ProductModel},
    words::SettingType,
};
use crate::{
    api::{Body, Created, Done, Json, Query},
    authz::{Authorized, Resource as _, Routes, Surface},
    db::Reader,
    error::{Error, Fields, Result},
    flags::{
        self, Changes, Initial, NewSetting, NewVariation, Setting, SettingKey,
        formula::kind_of,
        permits::{ChangeSetting, CreateSetting, DeleteSetting, ReadSetting, ReadSettings, TagSetting},
        stale,
        told::{self, Told},
    },
    ids::{EnvironmentId, ProductId, SettingId, TagId},
    products::LONGEST_NAME,
    tags::permits::ReadTag,
    text::{Name, Prose},
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/configs/{config}/settings", "List the flags and settings of a config", list)
        .post("/v1/configs/{config}/settings", "Create a flag or setting", create)
        .get("/v1/configs/{config}/deleted-settings", "List the flags and settings that were deleted from a config", deleted)
        .get("/v1/tags/{tag}/settings", "List the flags and settings that have a tag", of_tag)
        .get("/v1/settings/{setting}", "See a flag or setting", one)
        .put("/v1/settings/{setting}", "Replace what is said about a flag or setting", replace)
        .patch("/v1/settings/{setting}", "Change single things that are said about a flag or setting", patch)
        .delete("/v1/settings/{setting}", "Delete a flag or setting", delete)
}

/// A flag or setting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettingModel {
    setting_id: i64,
    key: String,
    name: String,
    #[schema(required)]
    hint: Option<String>,
    order: i64,
    /// `boolean`, `string`, `int` or `double`.
    #[schema(value_type = SettingType)]
    setting_type: &'static str,
    is_json: bool,
    config_id: String,
    config_name: String,
    created_at: String,
    tags: Vec<TagModel>,
    predefined_variations: Vec<PredefinedVariationModel>,
}

impl SettingModel {
    fn of(told: Told, product: Option<&ProductModel>) -> Self {
        let Told { setting, tags, variations } = told;
        let tags = tags.into_iter().filter_map(|tag| Some(TagModel::of(tag.id, tag.name, tag.color, product?.clone())));
        Self {
            setting_id: setting.id.0,
            key: setting.key,
            name: setting.name,
            hint: setting.hint,
            order: setting.position,
            setting_type: type_word(setting.kind),
            is_json: setting.is_json,
            config_id: setting.config.to_string(),
            config_name: setting.config_name,
            created_at: setting.created_at.iso(),
            tags: tags.collect(),
            predefined_variations: variations.into_iter().map(Into::into).collect(),
        }
    }
}

/// Settings of a product. It is looked up only where a tag tells of it.
async fn models(db: &Reader, told: Vec<Told>, product: ProductId) -> Result<Vec<SettingModel>> {
    let product = match told.iter().any(|told| !told.tags.is_empty()) {
        true => Some(wire::product(db, product).await?),
        false => None,
    };
    Ok(told.into_iter().map(|told| SettingModel::of(told, product.as_ref())).collect())
}

async fn model(db: &Reader, setting: SettingId, product: ProductId) -> Result<SettingModel> {
    models(db, vec![told::one(db, setting).await?], product).await?.pop().ok_or(Error::NotFound)
}

async fn list(may: Authorized<ReadSettings>) -> Result<Json<Vec<SettingModel>>> {
    let db = may.read();
    let told = told::of_config(&db, &may).await?;
    models(&db, told, may.product).await.map(Json)
}

async fn of_tag(may: Authorized<ReadTag>) -> Result<Json<Vec<SettingModel>>> {
    let db = may.read();
    let told = told::of_tag(&db, may.id).await?;
    models(&db, told, may.product).await.map(Json)
}

async fn one(may: Authorized<ReadSetting>) -> Result<Json<SettingModel>> {
    model(&may.read(), may.id, may.product).await.map(Json)
}

/// A setting that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateSettingInitialValues {
    #[schema(min_length = 1, max_length = 255)]
    key: String,
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(max_length = 1000)]
    hint: Option<String>,
    /// `boolean`, `string`, `int` or `double`.
    #[schema(value_type = SettingType)]
    setting_type: String,
    is_json: Option<bool>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
    /// The ids of its tags.
    #[serde(default, deserialize_with = "wire::list")]
    tags: Vec<i64>,
    #[serde(default, deserialize_with = "wire::list")]
    predefined_variations: Vec<CreatePredefinedVariationModel>,
    /// What it is at first, where it is not the empty value of its type.
    #[serde(default, deserialize_with = "wire::list")]
    initial_values: Vec<InitialValue>,
    /// A setting of the same config whose values and tags it has at first.
    setting_id_to_init_from: Option<i64>,
}

/// What a setting is at first in an environment.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InitialValue {
    environment_id: Option<String>,
    #[schema(value_type = PlainValue)]
    value: serde_json::Value,
}

impl CreateSettingInitialValues {
    fn read(&self) -> Result<NewSetting> {
        let mut fields = Fields::default();
        let key = fields.take("key", SettingKey::parse(&self.key));
        let name = fields.take("name", Name::up_to(LONGEST_NAME, &self.name));
        let hint = self.hint.as_deref().and_then(|hint| fields.take("hint", Prose::up_to(flags::LONGEST_HINT, hint)));
        let kind = wire::word(&self.setting_type, TYPES).and_then(kind_of);
        let kind = fields.take("settingType", kind.ok_or_else(|| format!("Please choose one of {}.", TYPES.join(", "))));
        let like = self.setting_id_to_init_from.map(SettingId);
        if like.is_some() && !self.initial_values.is_empty() {
            fields.add("settingIdToInitFrom", "Please give initial values or a setting to begin like, not both.");
        }
        let (mut variations, mut initial) = (vec![], vec![]);
        if let Some(kind) = kind {
            let read = super::variations::read(kind, &self.predefined_variations, &mut fields);
            variations = read.into_iter().map(|new| NewVariation { id: None, ..new }).collect();
            for (at, one) in self.initial_values.iter().enumerate() {
                let environment = one.environment_id.as_deref().and_then(|id| id.parse::<EnvironmentId>().ok());
                match (environment, typed::plain(kind, &one.value)) {
                    (Some(environment), Ok(value)) => initial.push(Initial { environment, value }),
                    (None, _) => fields.add(format!("initialValues[{at}].EnvironmentId"), "There is no such environment in this product."),
                    (_, Err(why)) => fields.add(format!("initialValues[{at}].Value"), why),
                }
            }
        }
        let (Some(key), Some(name), Some(kind), true) = (key, name, kind, fields.0.is_empty()) else { return Err(fields.into()) };
        let tags = self.tags.iter().copied().map(TagId).collect();
        let is_json = self.is_json.unwrap_or_default();
        Ok(NewSetting { name, key, kind, is_json, hint, tags, variations, initial, like, position: self.order })
    }

    /// A mistake under the name that its field has here.
    fn renamed(&self, error: Error) -> Error {
        super::variations::renamed(wire::renamed(error, |field| {
            if field == "like" {
                return Some("settingIdToInitFrom".into());
            }
            let environment = field.strip_prefix("initial.")?;
            let at = self.initial_values.iter().position(|one| one.environment_id.as_deref() == Some(environment));
            Some(format!("initialValues[{}].Value", at.unwrap_or_default()))
        }))
    }
}

async fn create(may: Authorized<CreateSetting>, Body(body): Body<CreateSettingInitialValues>) -> Result<Created<SettingModel>> {
    let made = flags::create(&may, &body.read()?).await.map_err(|error| body.renamed(error))?;
    model(&may.read(), made, may.product).await.map(Created)
}

/// What is said about a setting: all of it. What is absent is taken away; the place alone stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReplaceSettingModel {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(max_length = 1000)]
    hint: Option<String>,
    /// The ids of its tags.
    #[serde(default, deserialize_with = "wire::list")]
    tags: Vec<i64>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
    is_json: Option<bool>,
}

async fn replace(may: Authorized<ChangeSetting>, Body(body): Body<ReplaceSettingModel>) -> Result<Json<SettingModel>> {
    let Said { name, hint, .. } = Said::read(&body.name, body.hint.as_deref())?;
    let changes = Changes {
        name: Some(name),
        hint: Some(hint),
        tags: Some(body.tags.into_iter().map(TagId).collect()),
        position: body.order,
        is_json: Some(body.is_json.unwrap_or_default()),
        variations: None,
    };
    flags::change(&may, &changes).await?;
    model(&may.read(), may.id, may.product).await.map(Json)
}

struct Said {
    name: Name,
    hint: Option<Prose>,
}

impl Said {
    fn read(name: &str, hint: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::up_to(LONGEST_NAME, name));
        let hint = hint.and_then(|hint| fields.take("hint", Prose::up_to(flags::LONGEST_HINT, hint)));
        match (name, fields.0.is_empty()) {
            (Some(name), true) => Ok(Self { name, hint }),
            _ => Err(fields.into()),
        }
    }
}

/// What a patch can change about a setting.
#[derive(Serialize, Deserialize)]
struct Patchable {
    name: String,
    hint: Option<String>,
    #[serde(deserialize_with = "wire::order")]
    order: Option<i64>,
    #[serde(deserialize_with = "wire::numbers")]
    tags: Vec<i64>,
}

impl Patchable {
    fn of(setting: &Setting, tags: &[TagId]) -> Self {
        Self { name: setting.name.clone(), hint: setting.hint.clone(), order: Some(setting.position), tags: numbers(tags) }
    }

    /// What is to be changed: nothing that stays as it is.
    fn changes(self, before: &Self) -> Result<Changes> {
        let Said { name, hint } = Said::read(&self.name, self.hint.as_deref())?;
        Ok(Changes {
            name: (self.name != before.name).then_some(name),
            hint: (self.hint != before.hint).then_some(hint),
            position: self.order,
            tags: (self.tags != before.tags).then(|| self.tags.into_iter().map(TagId).collect()),
            ..Changes::default()
        })
    }
}

/// The tags of a setting, where nothing else is changed.
#[derive(Serialize, Deserialize)]
struct Tags {
    #[serde(deserialize_with = "wire::numbers")]
    tags: Vec<i64>,
}

fn numbers(tags: &[TagId]) -> Vec<i64> {
    tags.iter().map(|tag| tag.0).collect()
}

/// Whoever may tag a setting may patch its tags, and nothing else; so what is needed is decided when the patch is known.
async fn patch(may: Authorized<ReadSetting>, places: AsTold, Body(body): Body<Vec<JsonPatchOperation>>) -> Result<Json<SettingModel>> {
    let patch = Patch::read(body)?;
    if patch.is_empty() {
    } else if patch.is_about("tags") {
        let may = may.on::<TagSetting>(&may.key()).await?;
        flags::tag_by(&may, |tags| {
            let tags = places.changed(numbers(tags), |tags| Ok(patch.apply(&Tags { tags })?.tags))?;
            Ok(tags.into_iter().map(TagId).collect())
        })
        .await?;
    } else {
        let may = may.on::<ChangeSetting>(&may.key()).await?;
        flags::change_by(&may, |setting, tags| {
            let before = Patchable::of(setting, tags);
            patch.apply(&before)?.changes(&before)
        })
        .await?;
    }
    model(&may.read(), may.id, may.product).await.map(Json)
}

async fn delete(may: Authorized<DeleteSetting>, Query(why): Query<Reason>) -> Result<Done> {
    // Most of its clients have no word for a reason here.
    let note = why.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    delete_when_unused(&may, async || flags::delete(&may, note).await).await
}

/// A setting that is gone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeletedSettingModel {
    key: String,
    name: String,
    #[schema(required)]
    hint: Option<String>,
    /// `boolean`, `string`, `int` or `double`.
    #[schema(value_type = SettingType)]
    setting_type: String,
}

async fn deleted(may: Authorized<ReadSettings>) -> Result<Json<Vec<DeletedSettingModel>>> {
    let deleted = stale::deleted(&may.read(), &may).await?.into_iter();
    Ok(Json(deleted.map(|gone| DeletedSettingModel { key: gone.key, name: gone.name, hint: gone.hint, setting_type: gone.kind }).collect()))
}
