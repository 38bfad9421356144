//! Configs: sets of settings, each served as one file per environment. A config has one of two generations of rules, chosen when it is created:
//! what programs of the first one cannot express is refused in it.

mod actions;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{Changes, change, create, delete, shift};
pub use routes::pages;
pub use store::{Listed, all, of_product, one, put_all, taken};

pub use crate::products::{EvaluationVersion, NewConfig};

use serde::Deserialize;

use crate::{
    audit::product_event::{ConfigRef, InProduct},
    authz::{Address, Asked, Kind, Place, Resource},
    db::{Reader, record},
    error::Result,
    ids::{ConfigId, ProductId, TeamId},
    products::{self, InTeam},
};

record! {
    /// A set of settings that is served as one file.
    #[derive(Clone, Debug)]
    pub struct Config {
        /// The config.
        pub id: ConfigId,
        /// Its product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// Its name.
        pub name: String,
        /// What it is.
        pub description: Option<String>,
        /// Its place among the product's configs, from 0.
        pub position: i64,
        /// The generation of its rules: 1 or 2.
        pub evaluation_version: i64,
        /// What the sensitive comparison values of its files are hashed with.
        pub salt: String,
    }
}

impl Config {
    /// As events remember it.
    pub fn reference(&self) -> ConfigRef {
        ConfigRef { id: self.id, name: self.name.clone() }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct ConfigKey {
    config: ConfigId,
}

impl ConfigKey {
    /// The key of a config that is known.
    pub fn of(config: ConfigId) -> Self {
        Self { config }
    }
}

impl Resource for Config {
    const KIND: Kind = Kind::Config;
    type Key = ConfigKey;

    async fn load(db: &Reader, key: &ConfigKey) -> Result<Option<Self>> {
        store::one(db, key.config).await
    }

    fn key(&self) -> ConfigKey {
        ConfigKey { config: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::Config, self.team, self.product)
    }
}

/// `/team/{team}/products/{product}/configs/{config}/…`
#[derive(Deserialize)]
pub struct ConfigPath {
    team: String,
    product: ProductId,
    config: ConfigId,
}

impl Address<Config> for InTeam {
    type Path = ConfigPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ConfigPath) -> Result<Option<Config>> {
        let config = store::one(db, path.config).await?;
        Ok(config.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}
