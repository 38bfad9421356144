//! Flags that nobody has changed for long.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    configs::generation,
    wire::{self, setting_tag},
};
use crate::{
    api::{Json, Params, Query},
    authz::{Access, Authorized, Routes, Surface},
    code_references::{self, InCode},
    configs,
    error::{Error, Fields, Result},
    flags::{
        permits::ReadStale,
        stale::{self, Rested},
    },
    ids::{EnvironmentId, TagId},
    products::{self, EnvironmentBrief},
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management).get("/v1/products/{product}/staleflags", "List the flags that nobody has changed for long", list)
}

/// What counts as stale.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    scope: Option<String>,
    stale_flag_age_days: Option<i64>,
    stale_flag_stale_in_environments_type: Option<String>,
    #[serde(default)]
    ignored_environment_ids: Vec<EnvironmentId>,
    #[serde(default)]
    ignored_tag_ids: Vec<i64>,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("scope", "`all`, or `watchedByMe`, which is none: flags are not watched in Burgee"),
        ("staleFlagAgeDays", "for how many days nobody has changed what is stale, 7 to 90; 60 if not said"),
        ("staleFlagStaleInEnvironmentsType", "`staleInAllEnvironments`, which is meant if nothing is said, or `staleInAnyEnvironments`"),
        ("ignoredEnvironmentIds", "environments that do not count"),
        ("ignoredTagIds", "tags whose flags do not count"),
    ];
}

/// For so many days nobody has changed what is stale, if nothing else is said.
const AGE: i64 = 60;

impl Wanted {
    /// The days, whether it is enough to be stale in one environment, and whether anything is asked for at all.
    fn read(&self) -> Result<(i64, bool, bool)> {
        let mut fields = Fields::default();
        let mut choose = |field: &'static str, typed: &Option<String>, words: [&'static str; 2]| {
            let typed = typed.as_deref().filter(|typed| !typed.is_empty()).unwrap_or(words[0]);
            fields.take(field, wire::word(typed, words).ok_or_else(|| format!("Please choose one of {}.", words.join(", "))))
        };
        let scope = choose("scope", &self.scope, ["all", "watchedByMe"]);
        let way = choose(
            "staleFlagStaleInEnvironmentsType",
            &self.stale_flag_stale_in_environments_type,
            ["staleInAllEnvironments", "staleInAnyEnvironments"],
        );
        let days = self.stale_flag_age_days.unwrap_or(AGE);
        if !(7..=90).contains(&days) {
            fields.add("staleFlagAgeDays", "These are 7 to 90 days.");
        }
        match fields.0.is_empty() {
            true => Ok((days, way == Some("staleInAnyEnvironments"), scope == Some("all"))),
            false => Err(fields.into()),
        }
    }
}

/// The stale flags of a product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaleFlagProductModel {
    product_id: String,
    name: String,
    configs: Vec<StaleFlagConfigModel>,
    environments: Vec<StaleFlagEnvironmentModel>,
}

/// A config with stale flags.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaleFlagConfigModel {
    config_id: String,
    name: String,
    evaluation_version: &'static str,
    has_code_references: bool,
    settings: Vec<StaleFlagSettingModel>,
}

/// An environment that the caller may see.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaleFlagEnvironmentModel {
    environment_id: String,
    name: String,
}

/// A stale flag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaleFlagSettingModel {
    setting_id: i64,
    name: String,
    key: String,
    #[schema(required)]
    hint: Option<String>,
    has_code_references: bool,
    tags: Vec<StaleFlagSettingTagModel>,
    setting_values: Vec<StaleFlagSettingValueModel>,
}

/// A tag of a flag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaleFlagSettingTagModel {
    setting_tag_id: i64,
    tag_id: i64,
}

/// When a value was changed last.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaleFlagSettingValueModel {
    environment_id: String,
    updated_at: String,
    is_stale: bool,
}

async fn list(may: Authorized<ReadStale>, Query(wanted): Query<Wanted>) -> Result<Json<StaleFlagProductModel>> {
    let (days, any, everything) = wanted.read()?;
    let db = may.read();
    let sees = |environment: &EnvironmentBrief| {
        may.grants().access(environment.id) > Access::None && !wanted.ignored_environment_ids.contains(&environment.id)
    };
    let environments: Vec<EnvironmentBrief> = products::environments_of(&db, may.id).await?.into_iter().filter(sees).collect();
    let ids: Vec<EnvironmentId> = environments.iter().map(|environment| environment.id).collect();
    let rested = if everything && !ids.is_empty() { stale::of_product(&db, may.id, &ids).await? } else { vec![] };
    let ignored = |tag: TagId| wanted.ignored_tag_ids.contains(&tag.0);
    let stale: Vec<Rested> = rested
        .into_iter()
        .filter(|rested| !rested.told.tags.iter().any(|tag| ignored(tag.id)))
        .filter(|rested| {
            let mut each = (0..ids.len()).map(|at| rested.is_stale(at, days, may.now()));
            if any { each.any(|stale| stale) } else { each.all(|stale| stale) }
        })
        .collect();
    let in_code = code_references::settings_in_code(&db, may.id).await?;
    let mut found: Vec<StaleFlagConfigModel> = vec![];
    let configs = configs::all(&db, may.id).await?;
    for rested in stale {
        let config = configs.iter().find(|config| config.id == rested.told.setting.config).ok_or(Error::NotFound)?;
        let id = config.id.to_string();
        if found.last().is_none_or(|last| last.config_id != id) {
            found.push(StaleFlagConfigModel {
                config_id: id,
                name: config.name.clone(),
                evaluation_version: generation(config.evaluation_version),
                has_code_references: in_code.iter().any(|asked| asked.config == config.id),
                settings: vec![],
            });
        }
        if let Some(last) = found.last_mut() {
            last.settings.push(model(rested, &ids, &in_code, days, may.now()));
        }
    }
    Ok(Json(StaleFlagProductModel {
        product_id: may.id.to_string(),
        name: may.name.clone(),
        configs: found,
        environments: environments
            .into_iter()
            .map(|environment| StaleFlagEnvironmentModel { environment_id: environment.id.to_string(), name: environment.name })
            .collect(),
    }))
}

fn model(rested: Rested, environments: &[EnvironmentId], in_code: &[InCode], days: i64, now: crate::clock::Time) -> StaleFlagSettingModel {
    let values = environments.iter().zip(&rested.changed).enumerate().map(|(at, (environment, changed))| StaleFlagSettingValueModel {
        environment_id: environment.to_string(),
        updated_at: changed.iso(),
        is_stale: rested.is_stale(at, days, now),
    });
    let tags =
        rested.told.tags.iter().map(|tag| StaleFlagSettingTagModel { setting_tag_id: setting_tag(tag.setting, tag.id), tag_id: tag.id.0 });
    StaleFlagSettingModel {
        setting_id: rested.told.setting.id.0,
        has_code_references: in_code.iter().any(|asked| asked.setting == rested.told.setting.id),
        tags: tags.collect(),
        setting_values: values.collect(),
        name: rested.told.setting.name,
        key: rested.told.setting.key,
        hint: rested.told.setting.hint,
    }
}
