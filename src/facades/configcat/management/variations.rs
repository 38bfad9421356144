//! The predefined variations of a setting.

use flag_eval::model::Kind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    typed::{PredefinedVariationValueModel, type_word},
    wire,
    words::{AccessLevel, SettingType},
};
use crate::{
    api::{Body, Json},
    authz::{Access, Authorized, Routes, Surface},
    error::{Error, Fields, Result},
    flags::{
        self, NewVariation,
        formula::{Limit, Variation},
        permits::{ChangeSetting, ReadSetting},
        told::{self, Used},
    },
    ids::VariationId,
    products,
    text::{Name, Prose},
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get(
            "/v1/settings/{setting}/predefined-variations",
            "See the predefined variations of a flag or setting and where they are used",
            list,
        )
        .put("/v1/settings/{setting}/predefined-variations", "Replace the predefined variations of a flag or setting", replace)
}

/// A value that a setting can have.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PredefinedVariationModel {
    value: PredefinedVariationValueModel,
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    hint: Option<String>,
    predefined_variation_id: String,
}

impl From<Variation> for PredefinedVariationModel {
    fn from(variation: Variation) -> Self {
        Self {
            value: (&variation.value).into(),
            name: variation.name,
            hint: variation.hint,
            predefined_variation_id: variation.id.to_string(),
        }
    }
}

/// A value that a new setting can have.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatePredefinedVariationModel {
    value: PredefinedVariationValueModel,
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 1000)]
    hint: Option<String>,
    /// The one that is meant, in a setting that is there; without it, a new one.
    predefined_variation_id: Option<String>,
}

/// Reads variations of this type.
pub fn read(kind: Kind, wanted: &[CreatePredefinedVariationModel], fields: &mut Fields) -> Vec<NewVariation> {
    let mut read = vec![];
    for (line, one) in wanted.iter().enumerate() {
        let field = |member: &str| format!("predefinedVariations[{line}].{member}");
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let id = one.predefined_variation_id.as_deref().map(str::parse::<VariationId>).transpose();
        let name = said(&one.name).map(|name| Name::up_to(products::LONGEST_NAME, &name)).transpose();
        let hint = said(&one.hint).map(|hint| Prose::up_to(flags::LONGEST_HINT, &hint)).transpose();
        match (id, one.value.read(kind), name, hint) {
            (Ok(id), Ok(value), Ok(name), Ok(hint)) => read.push(NewVariation { id, value, name, hint, line }),
            (Err(_), ..) => fields.add(field("PredefinedVariationId"), "There is no such variation of this setting."),
            (_, Err(why), ..) => fields.add(field("Value"), why),
            (_, _, Err(why), _) => fields.add(field("Name"), why),
            (.., Err(why)) => fields.add(field("Hint"), why),
        }
    }
    read
}

/// Mistakes under the names that they have here.
pub fn renamed(error: Error) -> Error {
    wire::renamed(error, |field| match field.strip_prefix("variation.") {
        Some(rest) => Some(format!("predefinedVariations[{}].Value", rest.strip_suffix(".value").unwrap_or(rest))),
        None => (field == "variations").then(|| "predefinedVariations".to_owned()),
    })
}

/// A variation with where it is used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PredefinedVariationWithUsagesModel {
    #[serde(flatten)]
    variation: PredefinedVariationModel,
    /// In the environments that the caller may see.
    usages: Vec<PredefinedVariationUsageModel>,
    /// Always 0: of environments that the caller may not see nothing is told.
    usages_in_other_environments: usize,
    /// Always empty: changes are not requested in Burgee.
    #[schema(value_type = Vec<Object>)]
    change_request_usages: [(); 0],
    /// Always 0.
    change_request_usages_in_other_environments: usize,
}

/// Where a variation is used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PredefinedVariationUsageModel {
    setting_id: i64,
    environment_id: String,
}

/// An environment that the caller may see.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PredefinedVariationEnvironmentModel {
    environment_id: String,
    name: String,
    /// `full` or `readOnly`.
    #[schema(value_type = AccessLevel)]
    access_type: &'static str,
}

/// The variations of a setting with where they are used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PredefinedVariationsWithUsagesModel {
    setting_key: String,
    #[schema(value_type = SettingType)]
    setting_type: &'static str,
    predefined_variations: Vec<PredefinedVariationWithUsagesModel>,
    environments: Vec<PredefinedVariationEnvironmentModel>,
    max_predefined_variations: usize,
}

async fn list(may: Authorized<ReadSetting>) -> Result<Json<PredefinedVariationsWithUsagesModel>> {
    let db = may.read();
    let access = |environment| may.grants().access(environment);
    let environments = products::environments_of(&db, may.product).await?;
    let seen = environments.into_iter().filter(|environment| access(environment.id) > Access::None);
    let environments = seen.map(|environment| PredefinedVariationEnvironmentModel {
        environment_id: environment.id.to_string(),
        name: environment.name,
        access_type: access(environment.id).wire(),
    });
    let uses = told::uses(&db, &may).await?;
    let variations = told::one(&db, may.id).await?.variations.into_iter().map(|variation| {
        let seen = uses.iter().filter(|used| used.variation == variation.id && access(used.environment) > Access::None);
        let usage = |used: &Used| PredefinedVariationUsageModel { setting_id: may.id.0, environment_id: used.environment.to_string() };
        PredefinedVariationWithUsagesModel {
            usages: seen.map(usage).collect(),
            usages_in_other_environments: 0,
            variation: variation.into(),
            change_request_usages: [],
            change_request_usages_in_other_environments: 0,
        }
    });
    Ok(Json(PredefinedVariationsWithUsagesModel {
        setting_key: may.key.clone(),
        setting_type: type_word(may.kind),
        predefined_variations: variations.collect(),
        environments: environments.collect(),
        max_predefined_variations: Limit::VARIATIONS,
    }))
}

/// All variations that a setting is to have. One with an id stays and may be changed; one without is new; the others go.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdatePredefinedVariationsRequest {
    predefined_variations: Vec<CreatePredefinedVariationModel>,
}

/// The variations of a setting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PredefinedVariationsModel {
    predefined_variations: Vec<PredefinedVariationModel>,
    max_predefined_variations: usize,
}

async fn replace(
    may: Authorized<ChangeSetting>,
    Body(body): Body<UpdatePredefinedVariationsRequest>,
) -> Result<Json<PredefinedVariationsModel>> {
    let mut fields = Fields::default();
    let wanted = read(may.kind, &body.predefined_variations, &mut fields);
    if !fields.0.is_empty() {
        return Err(fields.into());
    }
    flags::set_variations(&may, &wanted).await.map_err(renamed)?;
    let variations = told::one(&may.read(), may.id).await?.variations;
    Ok(Json(PredefinedVariationsModel {
        predefined_variations: variations.into_iter().map(Into::into).collect(),
        max_predefined_variations: Limit::VARIATIONS,
    }))
}
