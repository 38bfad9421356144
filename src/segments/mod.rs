//! Segments: named sets of conditions about users, for the rules of many settings. A segment stands in the product and is served with every
//! value that uses it: so whoever changes one needs access to every environment, and full access wherever it is used.

mod actions;
pub mod comparison;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{CHANGED_MEANWHILE, Changes, NewSegment, change, create, delete};
pub use routes::pages;
pub use store::{Authors, Listed, Use, all, authors, authors_of, of_product, one, put_all, taken, use_counts, uses};

use flag_eval::model::UserCondition;
use serde::Deserialize;

use crate::{
    audit::product_event::{InProduct, SegmentRef},
    authz::{Address, Asked, Kind, Place, Resource},
    clock::Time,
    db::{Reader, record},
    error::{Error, Result},
    ids::{PersonId, ProductId, SegmentId, TeamId, VersionId},
    products::{self, InTeam},
};

record! {
    /// A named set of conditions.
    #[derive(Clone, Debug)]
    pub struct Segment {
        /// The segment.
        pub id: SegmentId,
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
        /// Its conditions, as they are stored.
        pub conditions: String,
        /// A new one with every change.
        pub version: VersionId,
        /// Who created it.
        pub creator: Option<PersonId>,
        /// When.
        pub created_at: Time,
        /// Who changed it last.
        pub updater: Option<PersonId>,
        /// When.
        pub updated_at: Time,
    }
}

impl Segment {
    /// As events remember it.
    pub fn reference(&self) -> SegmentRef {
        SegmentRef { id: self.id, name: self.name.clone() }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }

    /// Its conditions, all of which must hold.
    ///
    /// # Errors
    /// If they were not stored by us.
    pub fn conditions(&self) -> Result<Vec<UserCondition>> {
        read(&self.conditions)
    }
}

/// Reads conditions as they are stored.
///
/// # Errors
/// If they were not stored by us.
pub fn read(stored: &str) -> Result<Vec<UserCondition>> {
    serde_json::from_str(stored).map_err(|error| Error::internal(format!("conditions that cannot be read: {error}")))
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct SegmentKey {
    segment: SegmentId,
}

impl SegmentKey {
    /// The key of a segment that is known.
    pub fn of(segment: SegmentId) -> Self {
        Self { segment }
    }
}

impl Resource for Segment {
    const KIND: Kind = Kind::Config;
    type Key = SegmentKey;

    async fn load(db: &Reader, key: &SegmentKey) -> Result<Option<Self>> {
        store::one(db, key.segment).await
    }

    fn key(&self) -> SegmentKey {
        SegmentKey { segment: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::Config, self.team, self.product)
    }
}

/// `/team/{team}/products/{product}/segments/{segment}/…`
#[derive(Deserialize)]
pub struct SegmentPath {
    team: String,
    product: ProductId,
    segment: SegmentId,
}

impl Address<Segment> for InTeam {
    type Path = SegmentPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: SegmentPath) -> Result<Option<Segment>> {
        let segment = store::one(db, path.segment).await?;
        Ok(segment.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}
