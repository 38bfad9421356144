//! Environments: where the values of settings differ. Their names and colours are visible to everybody in the product; what is in them only to
//! those whose permission group gives access. One that is created again is a new one: old levels, keys and values do not come back.

mod actions;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{Changes, change, create, delete, shift};
pub use routes::pages;
pub use store::{all, one, put_all, taken};

pub use crate::products::NewEnvironment;

use serde::Deserialize;

use crate::{
    audit::product_event::{EnvironmentRef, InProduct},
    authz::{Address, Asked, Kind, Place, Resource},
    db::{Reader, record},
    error::Result,
    ids::{EnvironmentId, ProductId, TeamId},
    products::{self, InTeam},
};

record! {
    /// Where the values of settings differ.
    #[derive(Clone, Debug)]
    pub struct Environment {
        /// The environment.
        pub id: EnvironmentId,
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
        /// One of the six colours, or any that programs gave it.
        pub color: Option<String>,
        /// What it is.
        pub description: Option<String>,
        /// Its place among the product's environments, from 0.
        pub position: i64,
        /// Whether every change of a value in it needs a note.
        pub note_required: bool,
    }
}

impl Environment {
    /// As events remember it.
    pub fn reference(&self) -> EnvironmentRef {
        EnvironmentRef { id: self.id, name: self.name.clone(), color: self.color.clone() }
    }

    /// As pages show it.
    pub fn shown(&self) -> crate::ui::Environment {
        crate::ui::Environment::new(self.id.to_string(), &self.name, self.color.as_deref().unwrap_or_default())
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct EnvironmentKey {
    environment: EnvironmentId,
}

impl EnvironmentKey {
    /// The key of an environment that is known.
    pub fn of(environment: EnvironmentId) -> Self {
        Self { environment }
    }
}

impl Resource for Environment {
    const KIND: Kind = Kind::Environment;
    type Key = EnvironmentKey;

    async fn load(db: &Reader, key: &EnvironmentKey) -> Result<Option<Self>> {
        store::one(db, key.environment).await
    }

    fn key(&self) -> EnvironmentKey {
        EnvironmentKey { environment: self.id }
    }

    /// The environment itself, whose name everybody in the product sees: not what is in it.
    fn place(&self) -> Place {
        Place::in_product(Kind::Environment, self.team, self.product)
    }
}

/// `/team/{team}/products/{product}/environments/{environment}/…`
#[derive(Deserialize)]
pub struct EnvironmentPath {
    team: String,
    product: ProductId,
    environment: EnvironmentId,
}

impl Address<Environment> for InTeam {
    type Path = EnvironmentPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: EnvironmentPath) -> Result<Option<Environment>> {
        let environment = store::one(db, path.environment).await?;
        Ok(environment.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}
