//! SDK keys: what applications read a config with, in one environment.
//!
//! Each config has a primary key in each environment, and may have a secondary one beside it: both work, so that applications move from one to
//! the other without standing still. Rotation is: add a secondary key, give it to the applications, make it the primary one, take the old one away.
//! [`serve`] keeps what they are served true.

mod actions;
mod api;
mod jobs;
pub mod pages;
mod permits;
mod routes;
mod serve;
mod store;

pub use actions::{add, promote, revoke};
pub use jobs::{jobs, note_uses};
pub use permits::{ReadKeyUses, ReadSdkKeys, RotateSdkKeys};
pub use routes::{json, pages};
pub use serve::{file, keep, publish};
pub use store::{Kept, Opened, of_product, one as of, opened_by, put_all, taken};

use serde::Deserialize;

use crate::{
    audit::product_event::{ConfigRef, EnvironmentRef, InProduct},
    authz::{Address, Asked, Kind, Place, Resource},
    clock::Time,
    db::{Reader, record},
    error::Result,
    ids::{ConfigId, EnvironmentId, ProductId, TeamId},
    products::{self, InTeam},
    serving::store::{PRIMARY, SECONDARY},
};

record! {
    /// The keys of a config in an environment.
    #[derive(Clone, Debug)]
    pub struct SdkKeys {
        /// The config.
        pub config: ConfigId,
        /// The config's name.
        pub config_name: String,
        /// The generation of its rules: 1 or 2.
        pub evaluation_version: i64,
        /// The environment.
        pub environment: EnvironmentId,
        /// The environment's name.
        pub environment_name: String,
        /// The environment's colour.
        pub environment_color: Option<String>,
        /// Their product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// The key that applications use.
        pub primary: Option<String>,
        /// When it was made.
        pub primary_since: Option<Time>,
        /// When it was used last, as far as it has been written down.
        pub primary_seen: Option<Time>,
        /// The one beside it.
        pub secondary: Option<String>,
        /// When it was made.
        pub secondary_since: Option<Time>,
        /// When it was used last, as far as it has been written down.
        pub secondary_seen: Option<Time>,
    }
}

/// One of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slot {
    /// The one that applications use.
    Primary,
    /// The one beside it.
    Secondary,
}

impl Slot {
    /// As it is stored.
    pub const fn number(self) -> i64 {
        match self {
            Self::Primary => PRIMARY,
            Self::Secondary => SECONDARY,
        }
    }

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

impl SdkKeys {
    /// The key in a slot.
    pub fn key(&self, slot: Slot) -> Option<&str> {
        match slot {
            Slot::Primary => self.primary.as_deref(),
            Slot::Secondary => self.secondary.as_deref(),
        }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }

    /// The config, as events remember it.
    pub fn config(&self) -> ConfigRef {
        ConfigRef { id: self.config, name: self.config_name.clone() }
    }

    /// The environment, as events remember it.
    pub fn environment(&self) -> EnvironmentRef {
        EnvironmentRef { id: self.environment, name: self.environment_name.clone(), color: self.environment_color.clone() }
    }

    /// The address of the page on which they are.
    pub fn path(&self) -> String {
        format!("/team/{}/products/{}/configs/{}/keys", self.team_slug, self.product, self.config)
    }
}

/// By config and environment, which must be in the product.
#[derive(Clone, Deserialize)]
pub struct SdkKeysKey {
    product: ProductId,
    config: ConfigId,
    environment: EnvironmentId,
}

impl Resource for SdkKeys {
    const KIND: Kind = Kind::SdkKey;
    type Key = SdkKeysKey;

    async fn load(db: &Reader, key: &SdkKeysKey) -> Result<Option<Self>> {
        Ok(store::one(db, key.config, key.environment).await?.filter(|found| found.product == key.product))
    }

    fn key(&self) -> SdkKeysKey {
        SdkKeysKey { product: self.product, config: self.config, environment: self.environment }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::SdkKey, self.team, self.product).at(self.environment)
    }
}

/// `/team/{team}/products/{product}/configs/{config}/keys/{environment}/…`
#[derive(Deserialize)]
pub struct SdkKeysPath {
    team: String,
    product: ProductId,
    config: ConfigId,
    environment: EnvironmentId,
}

impl Address<SdkKeys> for InTeam {
    type Path = SdkKeysPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: SdkKeysPath) -> Result<Option<SdkKeys>> {
        let found = store::one(db, path.config, path.environment).await?;
        Ok(found.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}
