//! What both generations of values have in common: what stands around a value, how it is asked for and how it is changed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    configs::{ConfigModel, generation},
    environments::EnvironmentModel,
    organizations::FeatureFlagLimitations,
    typed::type_word,
    wire::{self, ProductModel, setting_tag},
};
use crate::{
    api::Params,
    authz::{Address, Asked, Authorized, Permission, Permit},
    configs,
    db::Reader,
    environments,
    error::{Error, Result},
    flags::{
        self, SettingValue, Write,
        told::{Tagged, ToldValue},
    },
    ids::{ConfigId, EnvironmentId, ProductId, VersionId},
    sdk_keys,
};

/// How a value is changed, besides to what.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct How {
    reason: Option<String>,
    /// Accepted and ignored: changes are not approved in Burgee.
    #[serde(rename = "bypassApproval")]
    _bypass_approval: Option<String>,
    latest_version_id: Option<String>,
}

impl Params for How {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("reason", "why, where a reason is required"),
        ("bypassApproval", "accepted and ignored: changes are not approved in Burgee"),
        ("latestVersionId", "the version that is known; another one by now is a conflict"),
    ];
}

impl How {
    /// As the verbs take it.
    pub fn write(&self) -> Result<Write<'_>> {
        let seen = self.latest_version_id.as_deref().filter(|id| !id.is_empty());
        let seen =
            seen.map(|id| id.parse::<VersionId>().map_err(|_| Error::field("latestVersionId", "This is no version."))).transpose()?;
        Ok(Write { seen, note: self.reason.as_deref() })
    }
}

/// `/v1/settings/{setting}/value` and the same of the second generation: the setting by its key or number, the config and the environment by
/// the SDK key in a header.
pub struct BySdkKey;

/// The name in such an address.
#[derive(Deserialize)]
pub struct KeyOrId {
    setting: String,
}

/// The header of today, and the one that older programs send.
const HEADERS: [&str; 2] = ["x-configcat-sdkkey", "x-configcat-apikey"];

impl Address<SettingValue> for BySdkKey {
    type Path = KeyOrId;
    const HEADER: Option<(&'static str, &'static str)> =
        Some(("X-CONFIGCAT-SDKKEY", "an SDK key of the config and environment that are meant"));
    async fn find(db: &Reader, asked: &Asked<'_>, path: KeyOrId) -> Result<Option<SettingValue>> {
        let shown = HEADERS.into_iter().find_map(|name| asked.headers.get(name)).and_then(|key| key.to_str().ok()).map(str::trim);
        let Some(key) = shown.filter(|key| !key.is_empty()) else {
            return Err(Error::field("X-CONFIGCAT-SDKKEY", "Please send the SDK key of the config and environment in this header."));
        };
        let Some(opened) = sdk_keys::opened_by(db, key).await? else { return Ok(None) };
        let setting = match flags::by_key(db, opened.config, &path.setting).await? {
            Some(setting) => setting,
            None => match path.setting.parse() {
                Ok(setting) => setting,
                Err(_) => return Ok(None),
            },
        };
        let value = flags::value(db, setting, opened.environment).await?;
        Ok(value.filter(|found| found.setting.config == opened.config))
    }
}

/// Refuses the values of another generation than the one that is asked for.
pub fn is_of(asked: i64, stored: i64) -> Result<()> {
    match asked == stored {
        true => Ok(()),
        false => {
            let is = generation(stored);
            Err(Error::refused("other_version", format!("This config is of version {is}: please use its values below /{is}.")))
        }
    }
}

/// Where values are, as it stands in every answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Surroundings {
    config: ConfigModel,
    environment: EnvironmentModel,
    /// Whether the caller may only look.
    read_only: bool,
    feature_flag_limitations: FeatureFlagLimitations,
    /// Whether a change needs a reason.
    #[serde(skip)]
    pub reason_required: bool,
    /// Whether the caller may see addresses of people.
    #[serde(skip)]
    pub with_addresses: bool,
}

impl Surroundings {
    /// Those of a config in an environment.
    pub async fn of<P: Permit>(may: &Authorized<P>, product: ProductId, config: ConfigId, environment: EnvironmentId) -> Result<Self> {
        let db = may.read();
        let product = wire::whole_product(&db, product).await?;
        let config = configs::one(&db, config).await?.ok_or(Error::NotFound)?;
        let environment = environments::one(&db, environment).await?.ok_or(Error::NotFound)?;
        let model = ProductModel::from(&product);
        let place = product.place_of(crate::authz::Kind::Value).at(environment.id);
        Ok(Self {
            read_only: !may.may(Permission::ValueWrite, &place),
            reason_required: product.note_required || environment.note_required,
            with_addresses: wire::shows_addresses(may, &product),
            config: ConfigModel::of(config, model.clone()),
            environment: EnvironmentModel::of(environment, model),
            feature_flag_limitations: FeatureFlagLimitations::ours(),
        })
    }
}

/// A setting, as it stands beside its value.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingDataModel {
    setting_id: i64,
    key: String,
    name: String,
    #[schema(required)]
    hint: Option<String>,
    /// `boolean`, `string`, `int` or `double`.
    setting_type: &'static str,
    is_json: bool,
    order: i64,
    created_at: String,
    #[schema(required)]
    creator_email: Option<String>,
    #[schema(required)]
    creator_full_name: Option<String>,
    /// Always false: flags are not watched in Burgee.
    is_watching: bool,
}

/// A tag of a setting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettingTagModel {
    setting_tag_id: i64,
    tag_id: i64,
    name: String,
    #[schema(required)]
    color: Option<String>,
}

impl From<Tagged> for SettingTagModel {
    fn from(tag: Tagged) -> Self {
        Self { setting_tag_id: setting_tag(tag.setting, tag.id), tag_id: tag.id.0, name: tag.name, color: tag.color }
    }
}

/// What stands beside a value.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Beside {
    #[schema(required)]
    updated_at: Option<String>,
    #[schema(required)]
    last_updater_user_email: Option<String>,
    #[schema(required)]
    last_updater_user_full_name: Option<String>,
    /// Always empty: values are not linked to other tools in Burgee.
    #[schema(value_type = Vec<Object>)]
    integration_links: [(); 0],
    setting_tags: Vec<SettingTagModel>,
}

/// A value in its parts.
pub struct Parts {
    /// The setting.
    pub setting: SettingDataModel,
    /// What stands beside the value.
    pub beside: Beside,
    /// The rest.
    pub rest: Rest,
}

/// What both generations write in their own way.
pub struct Rest {
    /// What the setting is for whom.
    pub formula: flags::Formula,
    /// The values that it can have.
    pub variations: Vec<flags::formula::Variation>,
    /// The version of the value.
    pub version: VersionId,
    /// The settings whose rules ask for it.
    pub asked_by: Vec<crate::ids::SettingId>,
}

/// Takes a value apart.
pub fn parts(told: ToldValue, with_addresses: bool) -> Parts {
    let ToldValue { facts, formula, tags, variations, asked_by } = told;
    Parts {
        setting: SettingDataModel {
            setting_id: facts.id.0,
            key: facts.key,
            name: facts.name,
            hint: facts.hint,
            setting_type: type_word(facts.kind),
            is_json: facts.is_json,
            order: facts.position,
            created_at: facts.created_at.iso(),
            creator_email: facts.creator_email.filter(|_| with_addresses),
            creator_full_name: facts.creator_name,
            is_watching: false,
        },
        beside: Beside {
            updated_at: facts.updated_at.map(crate::clock::Time::iso),
            last_updater_user_email: facts.updater_email.filter(|_| with_addresses),
            last_updater_user_full_name: facts.updater_name,
            integration_links: [],
            setting_tags: tags.into_iter().map(Into::into).collect(),
        },
        rest: Rest { formula, variations, version: facts.version.unwrap_or(VersionId::NONE), asked_by },
    }
}

/// Mistakes in a value under the names that its parts have here. Whatever is wrong with a division, or with what a rule gives, is told as clients
/// look for it.
pub fn renamed(error: Error, place: impl Fn(&str) -> Option<String>) -> Error {
    let error = match error {
        Error::Invalid(mut fields) => {
            for (field, message) in &mut fields.0 {
                if let Some(first) = told_first(field).filter(|first| !message.contains(first)) {
                    *message = format!("{first} {message}").into();
                }
            }
            Error::Invalid(fields)
        }
        other => other,
    };
    wire::renamed(error, place)
}

/// What clients look for in a mistake at this place of a formula.
fn told_first(field: &str) -> Option<&'static str> {
    let parts: Vec<&str> = field.split('.').collect();
    match parts.as_slice() {
        parts if parts.contains(&"split") => Some("Invalid percentage option value."),
        [.., "rule", _, "value"] => Some("Invalid term value."),
        _ => None,
    }
}

/// The same in one of many: the position stands first.
pub fn renamed_within(error: Error, list: &str, place: impl Fn(usize, &str) -> Option<String>) -> Error {
    renamed(error, |field| {
        let (at, rest) = field.split_once('.')?;
        let number = at.parse().ok()?;
        let rest = if rest == "setting" { Some("SettingId".to_owned()) } else { place(number, rest) };
        let rest = rest.unwrap_or_default();
        let mut letters = rest.chars();
        let rest: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let dot = if rest.is_empty() { "" } else { "." };
        Some(format!("{list}[{at}]{dot}{rest}"))
    })
}
