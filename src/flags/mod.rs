//! Flags and settings, and their values in each environment.
//!
//! A setting belongs to a config and has a key that never changes, by which programs ask for it; a flag is a setting that is on or off. In each
//! environment it has a value: a [`Formula`] that says what it is for whom. The setting itself is visible to everybody in the product, its
//! value only to those who have access to the environment. Every change of a value makes a new version, by which a second writer is noticed,
//! and raises the revision of what is served ([`publish`]).

mod actions;
pub mod api;
mod around;
pub mod formula;
pub mod history;
mod key;
pub mod pages;
pub mod permits;
pub mod publish;
mod routes;
pub mod stale;
mod store;
pub mod told;
mod told_store;
mod value_store;
pub mod whole;
mod whole_store;
mod values;

pub use actions::{
    CHANGED_MEANWHILE, Changes, Differences, Initial, NewSetting, NewVariation, To, Wanted, Write, Written, change, change_by, copy,
    copy_all, create, delete, differing, restore, set_variations, shift, switch, tag, tag_by, write, write_all, write_by,
};
pub use formula::Formula;
pub use key::{SettingKey, Style};
pub use routes::{json, pages};
pub use store::{Listed, by_key, list, one, value};
pub use values::{Values, ValuesAt};

use flag_eval::model::{Kind, Value};
use serde::Deserialize;

use crate::{
    audit::product_event::{ConfigRef, EnvironmentRef, InProduct, SettingRef},
    authz::{self, Address, Asked, Place, Resource},
    clock::Time,
    db::{Reader, column, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, PersonId, ProductId, SettingId, TeamId, VersionId},
    products::{self, InTeam},
};

/// The longest hint of a setting or of one of its variations, in characters.
pub const LONGEST_HINT: usize = 1000;

column!(Kind as i64: |kind| kind as i64, |number| Kind::ALL.get(usize::try_from(number).ok()?).copied());

record! {
    /// Something that programs ask for by its key.
    #[derive(Clone, Debug)]
    pub struct Setting {
        /// The setting.
        pub id: SettingId,
        /// The config that it stands in.
        pub config: ConfigId,
        /// The config's name.
        pub config_name: String,
        /// The generation of the config's rules: 1 or 2.
        pub generation: i64,
        /// The product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// What programs ask for; never changed.
        pub key: String,
        /// Its name.
        pub name: String,
        /// What it is for.
        pub hint: Option<String>,
        /// What its values are.
        pub kind: Kind,
        /// Whether its texts must be JSON.
        pub is_json: bool,
        /// Its place in the config.
        pub position: i64,
        /// Who created it.
        pub creator: Option<PersonId>,
        /// When it was created.
        pub created_at: Time,
    }
}

impl Setting {
    /// As events remember it.
    pub fn reference(&self) -> SettingRef {
        let config = ConfigRef { id: self.config, name: self.config_name.clone() };
        SettingRef { id: self.id, key: self.key.clone(), name: self.name.clone(), config }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }

    /// The address of the config's pages.
    pub fn config_path(&self) -> String {
        format!("/team/{}/products/{}/configs/{}", self.team_slug, self.product, self.config)
    }

    /// The address of its own pages.
    pub fn path(&self) -> String {
        format!("{}/flags/{}", self.config_path(), self.id)
    }

    /// The place of its value in an environment.
    pub fn place_at(&self, environment: EnvironmentId) -> Place {
        Place::in_product(authz::Kind::Value, self.team, self.product).at(environment)
    }

    /// The id under which programs know a value, always the same for the same value of the same setting.
    pub fn variation(&self, value: &Value) -> String {
        publish::variation(self.id, value)
    }
}

/// By its number.
#[derive(Clone, Deserialize)]
pub struct SettingAt {
    setting: SettingId,
}

impl SettingAt {
    /// The key of a setting that is known.
    pub fn of(setting: SettingId) -> Self {
        Self { setting }
    }
}

impl Resource for Setting {
    const KIND: authz::Kind = authz::Kind::Config;
    type Key = SettingAt;

    async fn load(db: &Reader, key: &SettingAt) -> Result<Option<Self>> {
        store::one(db, key.setting).await
    }

    fn key(&self) -> SettingAt {
        SettingAt { setting: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(authz::Kind::Config, self.team, self.product)
    }
}

/// `/team/{team}/products/{product}/configs/{config}/flags/{flag}/…`
#[derive(Deserialize)]
pub struct FlagPath {
    team: String,
    product: ProductId,
    config: ConfigId,
    flag: SettingId,
}

impl Address<Setting> for InTeam {
    type Path = FlagPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: FlagPath) -> Result<Option<Setting>> {
        let setting = store::one(db, path.flag).await?.filter(|found| found.product == path.product && found.config == path.config);
        Ok(setting.filter(|found| products::is_slug(&path.team, &found.team_slug)))
    }
}

record! {
    /// The environment of a value.
    #[derive(Clone, Debug)]
    pub struct Whereabouts {
        /// The environment.
        pub id: EnvironmentId,
        /// Its name.
        pub name: String,
        /// Its colour.
        pub color: Option<String>,
        /// Whether a change in it needs a note, for its own sake or the product's.
        pub note_required: bool,
        /// The formula, as it is stored, if one is.
        pub formula: Option<String>,
        /// Its version.
        pub version: Option<VersionId>,
        /// Who changed it last.
        pub updater: Option<PersonId>,
        /// Their name, if the account is still there.
        pub updater_name: Option<String>,
        /// When.
        pub updated_at: Option<Time>,
    }
}

/// The value of a setting in an environment.
#[derive(Clone, Debug)]
pub struct SettingValue {
    /// The setting.
    pub setting: Setting,
    /// Where, and what is stored there.
    pub at: Whereabouts,
}

impl SettingValue {
    /// What the setting is for whom.
    ///
    /// # Errors
    /// If it was not stored by us.
    pub fn formula(&self) -> Result<Formula> {
        self.at.formula.as_deref().map_or_else(|| Ok(Formula::empty(self.setting.kind)), Formula::read)
    }

    /// The version; nil as long as nobody has changed anything.
    pub fn version(&self) -> VersionId {
        self.at.version.unwrap_or(VersionId::NONE)
    }

    /// The environment, as events remember it.
    pub fn environment(&self) -> EnvironmentRef {
        EnvironmentRef { id: self.at.id, name: self.at.name.clone(), color: self.at.color.clone() }
    }
}

/// By setting and environment.
#[derive(Clone, Deserialize)]
pub struct ValueAt {
    setting: SettingId,
    environment: EnvironmentId,
}

impl ValueAt {
    /// The key of a value that is known.
    pub fn of(setting: SettingId, environment: EnvironmentId) -> Self {
        Self { setting, environment }
    }
}

impl Resource for SettingValue {
    const KIND: authz::Kind = authz::Kind::Value;
    type Key = ValueAt;

    async fn load(db: &Reader, key: &ValueAt) -> Result<Option<Self>> {
        store::value(db, key.setting, key.environment).await
    }

    fn key(&self) -> ValueAt {
        ValueAt { setting: self.setting.id, environment: self.at.id }
    }

    fn place(&self) -> Place {
        self.setting.place_at(self.at.id)
    }
}

/// `/api/v1/products/{product}/configs/{config}/settings/{setting}/environments/{environment}/…`
pub struct InProductById;

/// The names in such an address.
#[derive(Deserialize)]
pub struct ValuePath {
    product: ProductId,
    config: ConfigId,
    setting: SettingId,
    environment: EnvironmentId,
}

impl Address<SettingValue> for InProductById {
    type Path = ValuePath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ValuePath) -> Result<Option<SettingValue>> {
        let value = store::value(db, path.setting, path.environment).await?;
        Ok(value.filter(|found| found.setting.product == path.product && found.setting.config == path.config))
    }
}
