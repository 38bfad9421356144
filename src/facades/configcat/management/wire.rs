//! What several operations have in common: how a product stands in every answer, words from lists, times.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use crate::{
    authz::{Authorized, Permission, Permit, Resource as _},
    db::Reader,
    error::{Error, Result},
    ids::ProductId,
    products::{self, Product},
};

/// A team.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationModel {
    /// The team’s id.
    pub organization_id: String,
    /// Its name.
    pub name: String,
}

/// A product.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductModel {
    organization: OrganizationModel,
    product_id: String,
    name: String,
    #[schema(required)]
    description: Option<String>,
    order: i64,
    /// Whether every change of a value needs a reason.
    reason_required: bool,
    /// Always false: changes are not approved in Burgee.
    approve_required: bool,
}

impl From<&Product> for ProductModel {
    fn from(product: &Product) -> Self {
        Self {
            organization: OrganizationModel { organization_id: product.team.to_string(), name: product.team_name.clone() },
            product_id: product.id.to_string(),
            name: product.name.clone(),
            description: product.description.clone(),
            order: product.position,
            reason_required: product.note_required,
            approve_required: false,
        }
    }
}

/// The product of something that is at hand.
///
/// # Errors
/// `NotFound` if it has just been deleted.
pub async fn product(db: &Reader, product: ProductId) -> Result<ProductModel> {
    Ok((&whole_product(db, product).await?).into())
}

/// The same with everything that is known of it.
///
/// # Errors
/// `NotFound` if it has just been deleted.
pub async fn whole_product(db: &Reader, product: ProductId) -> Result<Product> {
    products::one(db, product).await?.ok_or(Error::NotFound)
}

/// Whether the caller may see the addresses of the people of a product.
pub fn shows_addresses<P: Permit>(may: &Authorized<P>, product: &Product) -> bool {
    may.may(Permission::ProductMembersManage, &product.place())
}

/// The word of a list that is meant, however its letters are written: command lines send them as people type them.
pub fn word(typed: &str, words: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    words.into_iter().find(|word| word.eq_ignore_ascii_case(typed.trim()))
}

/// A whole number that names a place in a list.
pub fn order<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let order = Option::<i64>::deserialize(from)?;
    match order {
        Some(order) if i32::try_from(order).is_err() => Err(D::Error::custom("must be a whole number of 32 bits")),
        order => Ok(order),
    }
}
