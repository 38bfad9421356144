//! Tags: labels of settings, by which they are found again.

mod actions;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{Changes, NewTag, change, create, delete};
pub use routes::pages;
pub use store::{Listed, all, one, put_all, taken};

use serde::Deserialize;

use crate::{
    audit::product_event::{InProduct, TagRef},
    authz::{Address, Asked, Kind, Place, Resource},
    db::{Reader, record},
    error::Result,
    ids::{ProductId, TagId, TeamId},
    products::{self, InTeam},
};

record! {
    /// A label of settings.
    #[derive(Clone, Debug)]
    pub struct Tag {
        /// The tag.
        pub id: TagId,
        /// Its product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// Its word.
        pub name: String,
        /// One of the six colours of the pages, or any that programs gave it.
        pub color: Option<String>,
    }
}

impl Tag {
    /// As events remember it.
    pub fn reference(&self) -> TagRef {
        TagRef { id: self.id, name: self.name.clone() }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct TagKey {
    tag: TagId,
}

impl TagKey {
    /// The key of a tag that is known.
    pub fn of(tag: TagId) -> Self {
        Self { tag }
    }
}

impl Resource for Tag {
    const KIND: Kind = Kind::Config;
    type Key = TagKey;

    async fn load(db: &Reader, key: &TagKey) -> Result<Option<Self>> {
        store::one(db, key.tag).await
    }

    fn key(&self) -> TagKey {
        TagKey { tag: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::Config, self.team, self.product)
    }
}

/// `/team/{team}/products/{product}/tags/{tag}/…`
#[derive(Deserialize)]
pub struct TagPath {
    team: String,
    product: ProductId,
    tag: TagId,
}

impl Address<Tag> for InTeam {
    type Path = TagPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: TagPath) -> Result<Option<Tag>> {
        let tag = store::one(db, path.tag).await?;
        Ok(tag.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}
