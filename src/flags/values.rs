//! All values of a config in an environment, as one object.

use serde::Deserialize;

use crate::{
    audit::product_event::EnvironmentRef,
    authz::{self, Place, Resource},
    configs::{self, Config},
    db::Reader,
    error::Result,
    ids::{ConfigId, EnvironmentId},
    products::{self, EnvironmentBrief},
};

/// The values of a config in an environment.
#[derive(Clone, Debug)]
pub struct Values {
    /// The config.
    pub config: Config,
    /// Where; a change in it needs a note for its own sake or the product's.
    pub at: EnvironmentBrief,
}

impl Values {
    /// The environment, as events remember it.
    pub fn environment(&self) -> EnvironmentRef {
        EnvironmentRef { id: self.at.id, name: self.at.name.clone(), color: self.at.color.clone() }
    }
}

/// By config and environment.
#[derive(Clone, Deserialize)]
pub struct ValuesAt {
    config: ConfigId,
    environment: EnvironmentId,
}

impl ValuesAt {
    /// The key of values that are known.
    pub fn of(config: ConfigId, environment: EnvironmentId) -> Self {
        Self { config, environment }
    }
}

impl Resource for Values {
    const KIND: authz::Kind = authz::Kind::Value;
    type Key = ValuesAt;

    async fn load(db: &Reader, key: &ValuesAt) -> Result<Option<Self>> {
        let Some(config) = configs::one(db, key.config).await? else { return Ok(None) };
        let Some(product) = products::one(db, config.product).await? else { return Ok(None) };
        let environments = products::environments_of(db, config.product).await?;
        let at = environments.into_iter().find(|environment| environment.id == key.environment);
        Ok(at.map(|at| Self { at: EnvironmentBrief { note_required: at.note_required || product.note_required, ..at }, config }))
    }

    fn key(&self) -> ValuesAt {
        ValuesAt { config: self.config.id, environment: self.at.id }
    }

    fn place(&self) -> Place {
        Place::in_product(authz::Kind::Value, self.config.team, self.config.product).at(self.at.id)
    }
}
