//! Products: applications whose flags are managed, and who is in them.
//!
//! A product has environments, configs, segments, tags and permission groups. It exists for Owners of its team, for administrators, and for
//! people who have a permission group in it; a person has exactly one. Whoever is in the team only through products is a Guest of the team, and
//! leaves it with the last of them.

mod actions;
mod frame;
mod hidden;
mod order;
pub mod pages;
mod parts;
mod parts_store;
pub mod permits;
mod routes;
mod store;
mod stream;

pub use actions::{Changes, KEY_STYLES, NewProduct, change, create, delete, shift};
pub use frame::frame;
pub use hidden::{hidden_from, see_everywhere, why_not_everywhere};
pub use order::To;
pub use parts::{EvaluationVersion, LONGEST_NAME, LONGEST_TEXT, NewConfig, NewEnvironment, NewGroup, fresh_salt, read_note};
pub use parts_store::{put_config, put_environment, put_group};
pub use routes::pages;
pub use store::{Listed, environments_of, first_config, let_guests_go, list, member, of_person, of_team, one, owners, put_all, taken};

use serde::Deserialize;

use crate::{
    audit::{event::Who, product_event::InProduct},
    authz::{Address, Asked, Kind, Place, Resource, Role},
    clock::Time,
    db::{Reader, record},
    error::Result,
    ids::{EnvironmentId, GroupId, PersonId, ProductId, TeamId},
    text::Slug,
};

record! {
    /// An application whose flags are managed.
    #[derive(Clone, Debug)]
    pub struct Product {
        /// The product.
        pub id: ProductId,
        /// Its team.
        pub team: TeamId,
        /// The team's name.
        pub team_name: String,
        /// The team's slug.
        pub team_slug: String,
        /// Its name.
        pub name: String,
        /// What it is.
        pub description: Option<String>,
        /// Its place among the team's products, from 0.
        pub position: i64,
        /// How keys of new settings are written: `camelCase`, `lowerCase`, `upperCase`, `pascalCase` or `kebabCase`.
        pub key_style: String,
        /// Whether the pages show the ids of variations.
        pub show_variation_id: bool,
        /// Whether a setting needs a hint.
        pub hint_mandatory: bool,
        /// Whether every change of a value needs a note.
        pub note_required: bool,
        /// The permission group that invitations start with.
        pub default_group: Option<GroupId>,
        /// When it was created.
        pub created_at: Time,
    }
}

impl Product {
    /// As events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.id, name: self.name.clone() }
    }

    /// The address of its pages.
    pub fn path(&self) -> String {
        format!("/team/{}/products/{}", self.team_slug, self.id)
    }

    /// The place of something in it.
    pub fn place_of(&self, kind: Kind) -> Place {
        Place::in_product(kind, self.team, self.id)
    }
}

/// By its id.
#[derive(Clone, Deserialize)]
pub struct ProductKey {
    product: ProductId,
}

impl ProductKey {
    /// The key of a product that is known.
    pub fn of(product: ProductId) -> Self {
        Self { product }
    }
}

impl Resource for Product {
    const KIND: Kind = Kind::Product;
    type Key = ProductKey;

    async fn load(db: &Reader, key: &ProductKey) -> Result<Option<Self>> {
        store::one(db, key.product).await
    }

    fn key(&self) -> ProductKey {
        ProductKey { product: self.id }
    }

    fn place(&self) -> Place {
        self.place_of(Kind::Product)
    }
}

/// `/team/{team}/products/{product}/…`: the team by its slug. Both must belong together.
pub struct InTeam;

/// The names in such an address.
#[derive(Deserialize)]
pub struct ProductPath {
    team: String,
    product: ProductId,
}

impl Address<Product> for InTeam {
    type Path = ProductPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ProductPath) -> Result<Option<Product>> {
        Ok(store::one(db, path.product).await?.filter(|product| is_slug(&path.team, &product.team_slug)))
    }
}

/// Whether a slug in an address is the team's.
pub fn is_slug(typed: &str, slug: &str) -> bool {
    Slug::parse(typed).is_ok_and(|typed| typed.as_str() == slug)
}

record! {
    /// A person's place in a product.
    #[derive(Clone, Debug)]
    pub struct ProductMember {
        /// The product.
        pub product: ProductId,
        /// The product's name.
        pub product_name: String,
        /// Its team.
        pub team: TeamId,
        /// The team's slug.
        pub team_slug: String,
        /// The person.
        pub person: PersonId,
        /// Their user name.
        pub username: String,
        /// Their name.
        pub name: String,
        /// Whether it is a service account.
        pub service: bool,
        /// What they are in the team.
        pub role: Role,
        /// Their permission group.
        pub group: GroupId,
        /// The group's name.
        pub group_name: String,
        /// Since when.
        pub joined_at: Time,
    }
}

impl ProductMember {
    /// As events remember them.
    pub fn who(&self) -> Who {
        Who { id: self.person, username: self.username.clone(), name: self.name.clone() }
    }

    /// The product, as events remember it.
    pub fn at(&self) -> InProduct {
        InProduct { team: self.team, product: self.product, name: self.product_name.clone() }
    }
}

/// By product and person.
#[derive(Clone, Deserialize)]
pub struct ProductMemberKey {
    product: ProductId,
    person: PersonId,
}

impl ProductMemberKey {
    /// The key of a place that is known.
    pub fn of(product: ProductId, person: PersonId) -> Self {
        Self { product, person }
    }
}

impl Resource for ProductMember {
    const KIND: Kind = Kind::ProductMember;
    type Key = ProductMemberKey;

    async fn load(db: &Reader, key: &ProductMemberKey) -> Result<Option<Self>> {
        store::member(db, key.product, key.person).await
    }

    fn key(&self) -> ProductMemberKey {
        ProductMemberKey { product: self.product, person: self.person }
    }

    fn place(&self) -> Place {
        Place::in_product(Kind::ProductMember, self.team, self.product).about(Some(self.person))
    }
}

/// `/team/{team}/products/{product}/members/{person}/…`
#[derive(Deserialize)]
pub struct ProductMemberPath {
    team: String,
    product: ProductId,
    person: PersonId,
}

impl Address<ProductMember> for InTeam {
    type Path = ProductMemberPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ProductMemberPath) -> Result<Option<ProductMember>> {
        let member = store::member(db, path.product, path.person).await?;
        Ok(member.filter(|member| is_slug(&path.team, &member.team_slug)))
    }
}

record! {
    /// An environment in short: what lists and decisions need.
    #[derive(Clone, Debug)]
    pub struct EnvironmentBrief {
        /// The environment.
        pub id: EnvironmentId,
        /// Its name.
        pub name: String,
        /// Its colour.
        pub color: Option<String>,
        /// Whether every change of a value in it needs a note.
        pub note_required: bool,
    }
}

impl EnvironmentBrief {
    /// As pages show it.
    pub fn shown(&self) -> crate::ui::Environment {
        crate::ui::Environment::new(self.id.to_string(), &self.name, self.color.as_deref().unwrap_or_default())
    }
}
