//! Permission groups: named sets of permissions in one product, with a level of access to each environment. What a group can include, and the
//! rule that nobody hands out more than they hold, is `authz`'s; here groups are kept.

mod actions;
mod api;
mod changes;
pub mod pages;
pub mod permits;
mod preview;
mod routes;
mod store;
pub mod why;
mod wire;

pub use actions::{NewGroup, change, create, delete, set_default};
pub use changes::{Changes, differences};
pub use pages::{brief, meaning};
pub use preview::{Effect, Somebody, matters_most, preview};
pub use routes::{json, pages};
pub use store::{group, of_product, one, put_all, put_levels, taken};
pub use wire::{WholeGroup, described};

use serde::Deserialize;

use crate::{
    audit::product_event::{self, GroupRef},
    authz::{Access, Address, Asked, Kind, Place, Reach, Resource, Switches},
    db::{Reader, record},
    error::Result,
    ids::{GroupId, ProductId, TeamId},
    products::{self, InTeam},
};

record! {
    /// A named set of permissions in a product.
    #[derive(Clone, Debug)]
    pub struct PermissionGroup {
        /// The group.
        pub id: GroupId,
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
        /// Its switches.
        pub switches: Switches,
        /// To which environments it gives access.
        pub reach: Reach,
        /// The level in environments that are created later, where it has one for each.
        pub new_environments: Access,
    }
}

impl PermissionGroup {
    /// As events remember it.
    pub fn reference(&self) -> GroupRef {
        GroupRef { id: self.id, name: self.name.clone() }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> product_event::InProduct {
        product_event::InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct GroupKey {
    group: GroupId,
}

impl GroupKey {
    /// The key of a group that is known.
    pub fn of(group: GroupId) -> Self {
        Self { group }
    }
}

impl Resource for PermissionGroup {
    const KIND: Kind = Kind::PermissionGroup;
    type Key = GroupKey;

    async fn load(db: &Reader, key: &GroupKey) -> Result<Option<Self>> {
        store::one(db, key.group).await
    }

    fn key(&self) -> GroupKey {
        GroupKey { group: self.id }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::PermissionGroup, self.team, self.product)
    }
}

/// `/team/{team}/products/{product}/groups/{group}/…`
#[derive(Deserialize)]
pub struct GroupPath {
    team: String,
    product: ProductId,
    group: GroupId,
}

impl Address<PermissionGroup> for InTeam {
    type Path = GroupPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: GroupPath) -> Result<Option<PermissionGroup>> {
        let group = store::one(db, path.group).await?;
        Ok(group.filter(|found| found.product == path.product && products::is_slug(&path.team, &found.team_slug)))
    }
}

/// `/api/v1/products/{product}/permission-groups/{group}/…`
pub struct InProduct;

/// The ids of both.
#[derive(Deserialize)]
pub struct InProductPath {
    product: ProductId,
    group: GroupId,
}

impl Address<PermissionGroup> for InProduct {
    type Path = InProductPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: InProductPath) -> Result<Option<PermissionGroup>> {
        Ok(store::one(db, path.group).await?.filter(|found| found.product == path.product))
    }
}
