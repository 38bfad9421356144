//! Webhooks: what is told to servers of others when the values of a config change in an environment.
//!
//! A webhook stands in one environment: whoever has no access to that does not know of it. What it sends is made when it is sent ([`jobs`]), signed
//! with one key or, while the receiver moves from one to the other, with two. Secure headers are written and never read back.

mod actions;
pub mod carried;
mod jobs;
mod markup;
pub mod pages;
pub mod permits;
mod published;
mod routes;
mod signature;
mod store;
mod template;

pub use actions::{Wanted, add_key, change, create, delete, list, remove_key, send_again, send_test};
pub use jobs::{jobs, tell};
pub use markup::{Markup, SLACK};
pub use published::{Line, Published, Told, published};
pub use routes::pages;
pub use store::{of_pair, one};
pub use template::for_people;

use serde::{Deserialize, Serialize};

use crate::{
    audit::product_event::{ConfigRef, EnvironmentRef, InProduct},
    authz::{Address, Asked, Kind, Place, Resource},
    clock::Time,
    db::{Reader, record},
    error::{Error, Result},
    ids::{ConfigId, EnvironmentId, ProductId, TeamId, WebhookId},
    products::{self, InTeam},
};

/// What stands in the place of a secure header's value. Sent back, it means: as it is.
pub const MASK: &str = "********";

/// A header that a webhook sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether the value is never shown again.
    pub secure: bool,
}

/// How a webhook asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Without a body.
    Get,
    /// With one.
    Post,
}

impl Method {
    /// As it is stored, and as programs write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
        }
    }

    /// Reads it, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Get, Self::Post].into_iter().find(|method| method.wire().eq_ignore_ascii_case(text.trim()))
    }
}

crate::db::column!(Method as String: |method| method.wire().to_owned(), |text| Method::parse(&text));

record! {
    /// A webhook of a config in an environment.
    #[derive(Clone, Debug)]
    pub struct Webhook {
        /// The webhook.
        pub id: WebhookId,
        /// Its config.
        pub config: ConfigId,
        /// The config's name.
        pub config_name: String,
        /// Its environment.
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
        /// Where it sends.
        pub url: String,
        /// How.
        pub method: Method,
        /// The template of what it says.
        pub content: Option<String>,
        /// Its headers, as they are stored.
        headers: String,
        /// What it signs with.
        pub key1: Option<String>,
        /// What it signs with besides.
        pub key2: Option<String>,
        /// When it was created.
        pub created_at: Time,
    }
}

impl Webhook {
    /// Its headers, as they may be shown: secure values are masked.
    pub fn headers(&self) -> Result<Vec<Header>> {
        let mut headers = self.secrets()?;
        for header in headers.iter_mut().filter(|header| header.secure) {
            MASK.clone_into(&mut header.value);
        }
        Ok(headers)
    }

    /// Its headers as they are sent.
    fn secrets(&self) -> Result<Vec<Header>> {
        serde_json::from_str(&self.headers).map_err(Error::internal)
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

    /// The address of the list in which it is.
    pub fn list(&self) -> String {
        format!("/team/{}/products/{}/webhooks", self.team_slug, self.product)
    }

    /// The address of its page.
    pub fn path(&self) -> String {
        format!("{}/{}", self.list(), self.id)
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct WebhookKey {
    webhook: WebhookId,
}

impl WebhookKey {
    /// The key of a webhook that is known.
    pub fn of(webhook: WebhookId) -> Self {
        Self { webhook }
    }
}

impl Resource for Webhook {
    const KIND: Kind = Kind::Webhook;
    type Key = WebhookKey;

    async fn load(db: &Reader, key: &WebhookKey) -> Result<Option<Self>> {
        store::one(db, key.webhook).await
    }

    fn key(&self) -> WebhookKey {
        WebhookKey { webhook: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::Webhook, self.team, self.product).at(self.environment)
    }
}

/// `/team/{team}/products/{product}/webhooks/{webhook}/…`
#[derive(Deserialize)]
pub struct WebhookPath {
    team: String,
    product: ProductId,
    webhook: WebhookId,
}

impl Address<Webhook> for InTeam {
    type Path = WebhookPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: WebhookPath) -> Result<Option<Webhook>> {
        let webhook = store::one(db, path.webhook).await?;
        Ok(webhook.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}

record! {
    /// A config in an environment: where a webhook can be.
    #[derive(Clone, Debug)]
    pub struct ConfigInEnvironment {
        /// The config.
        pub config: ConfigId,
        /// The environment, of the same product.
        pub environment: EnvironmentId,
        /// Their product.
        pub product: ProductId,
        /// Its team.
        pub team: TeamId,
    }
}

/// By config and environment.
#[derive(Clone, Deserialize)]
pub struct ConfigInEnvironmentKey {
    config: ConfigId,
    environment: EnvironmentId,
}

impl ConfigInEnvironmentKey {
    /// The key of a config in an environment.
    pub fn of(config: ConfigId, environment: EnvironmentId) -> Self {
        Self { config, environment }
    }
}

impl Resource for ConfigInEnvironment {
    const KIND: Kind = Kind::Webhook;
    type Key = ConfigInEnvironmentKey;

    async fn load(db: &Reader, key: &ConfigInEnvironmentKey) -> Result<Option<Self>> {
        store::pair(db, key.config, key.environment).await
    }

    fn key(&self) -> ConfigInEnvironmentKey {
        ConfigInEnvironmentKey { config: self.config, environment: self.environment }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::Webhook, self.team, self.product).at(self.environment)
    }
}
