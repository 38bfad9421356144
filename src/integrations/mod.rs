//! Integrations: connections of a product to services of others. Six kinds can be kept, with what each needs; Slack is told what changes.
//!
//! An integration is for some environments and configs, or for all. It tells their values, so whoever makes, changes or deletes one sees all of
//! its environments; and to whoever sees none of them it is not there.

mod actions;
mod jobs;
pub mod pages;
mod parameters;
pub mod permits;
mod routes;
mod store;

pub use actions::{Wanted, change, create, delete, list, send_again, send_test};
pub use jobs::{jobs, tell};
pub use parameters::Service;
pub use routes::pages;
pub use store::one;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    audit::product_event::{InProduct, IntegrationRef},
    authz::{Access, Address, Asked, Grants, Kind, Place, Resource},
    db::{Reader, record},
    error::{Error, Result},
    ids::{ConfigId, EnvironmentId, IntegrationId, ProductId, TeamId},
    products::{self, InTeam},
};

crate::db::column!(Service as String: |service| service.wire().to_owned(), |text| Service::parse(&text));

record! {
    /// A connection of a product to a service of somebody else.
    #[derive(Clone, Debug)]
    pub struct Integration {
        /// The integration.
        pub id: IntegrationId,
        /// Its product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// The service.
        pub kind: Service,
        /// Its name.
        pub name: String,
        /// What the service needs, as it is stored.
        parameters: String,
        /// Its configs, as they are stored.
        configs: String,
        /// Its environments, as they are stored.
        environments: String,
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}

impl Integration {
    /// What the service needs, by name.
    pub fn parameters(&self) -> Result<BTreeMap<String, String>> {
        read(&self.parameters)
    }

    /// The configs that it is for; none means all.
    pub fn configs(&self) -> Result<Vec<ConfigId>> {
        read(&self.configs)
    }

    /// The environments that it is for; none means all.
    pub fn environments(&self) -> Result<Vec<EnvironmentId>> {
        read(&self.environments)
    }

    /// As events remember it.
    pub fn reference(&self) -> IntegrationRef {
        IntegrationRef { id: self.id, name: self.name.clone() }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }

    /// The address of the list in which it is.
    pub fn list(&self) -> String {
        format!("/team/{}/products/{}/integrations", self.team_slug, self.product)
    }

    /// The address of its page.
    pub fn path(&self) -> String {
        format!("{}/{}", self.list(), self.id)
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct IntegrationKey {
    integration: IntegrationId,
}

impl IntegrationKey {
    /// The key of an integration that is known.
    pub fn of(integration: IntegrationId) -> Self {
        Self { integration }
    }
}

impl Resource for Integration {
    const KIND: Kind = Kind::Product;
    type Key = IntegrationKey;

    async fn load(db: &Reader, key: &IntegrationKey) -> Result<Option<Self>> {
        store::one(db, key.integration).await
    }

    fn key(&self) -> IntegrationKey {
        IntegrationKey { integration: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::Product, self.team, self.product)
    }

    /// One that is for all environments is for those that are seen, too. What cannot be read is nobody’s to see.
    fn is_hidden_from(&self, grants: &Grants) -> bool {
        self.environments().map_or(true, |all| !all.is_empty() && all.iter().all(|one| grants.access(*one) == Access::None))
    }
}

/// `/team/{team}/products/{product}/integrations/{integration}/…`
#[derive(Deserialize)]
pub struct IntegrationPath {
    team: String,
    product: ProductId,
    integration: IntegrationId,
}

impl Address<Integration> for InTeam {
    type Path = IntegrationPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: IntegrationPath) -> Result<Option<Integration>> {
        let found = store::one(db, path.integration).await?;
        Ok(found.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}
