//! What several operations have in common: how a product stands in every answer, words from lists, times.

use axum::response::{IntoResponse, Response};
use flag_eval::model::SegmentComparator;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use crate::{
    api::{Done, Json},
    authz::{Answer, Authorized, Operation, Permission, Permit, Resource as _},
    db::Reader,
    error::{Error, Fields, Result},
    ids::{ProductId, SettingId, TagId},
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

/// Mistakes under the names that their fields have here, where they have others.
pub fn renamed(error: Error, name: impl Fn(&str) -> Option<String>) -> Error {
    let Error::Invalid(fields) = error else { return error };
    let mut renamed = Fields::default();
    for (field, message) in fields.0 {
        renamed.add(name(&field).map_or(field, Into::into), message);
    }
    renamed.into()
}

/// The number of a tag on a setting: another one for each pair.
pub const fn setting_tag(setting: SettingId, tag: TagId) -> i64 {
    let sum = setting.0.wrapping_add(tag.0);
    (sum.wrapping_mul(sum.wrapping_add(1)) / 2).wrapping_add(tag.0)
}

/// How a segment is asked for.
pub const SEGMENT_WORDS: [&str; 2] = ["isIn", "isNotIn"];

/// The word for it.
pub const fn segment_word(is: SegmentComparator) -> &'static str {
    match is {
        SegmentComparator::IsIn => SEGMENT_WORDS[0],
        SegmentComparator::IsNotIn => SEGMENT_WORDS[1],
    }
}

/// What the word means.
pub fn segment_comparator(typed: &str) -> Option<SegmentComparator> {
    let word = word(typed, SEGMENT_WORDS)?;
    [SegmentComparator::IsIn, SegmentComparator::IsNotIn].into_iter().find(|is| segment_word(*is) == word)
}

/// A share of a hundred, or a mistake at this field.
pub fn percent(typed: i64, field: &str, fields: &mut Fields) -> Option<u8> {
    let percent = u8::try_from(typed).ok().filter(|percent| *percent <= 100);
    if percent.is_none() {
        fields.add(field.to_owned(), "A percentage is between 0 and 100.");
    }
    percent
}

/// The word of a list that is meant, however its letters are written: command lines send them as people type them.
pub fn word(typed: &str, words: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    words.into_iter().find(|word| word.eq_ignore_ascii_case(typed.trim()))
}

/// The answer to a patch: what it made, or 204 where it changed nothing.
pub struct Patched<T>(pub Option<T>);

impl<T: Serialize> IntoResponse for Patched<T> {
    fn into_response(self) -> Response {
        self.0.map_or_else(|| Done.into_response(), |made| Json(made).into_response())
    }
}

impl<T: ToSchema> Answer for Patched<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
        operation.or_nothing = true;
    }
}

/// A list that may be null: no list is an empty one.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The numbers of things. Terraform writes them as texts.
pub fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Number(i64),
        Text(String),
    }
    let number = |written| match written {
        Number::Number(number) => Ok(number),
        Number::Text(text) => text.parse().map_err(|_| D::Error::custom(format!("{text:?} is no number"))),
    };
    Vec::<Number>::deserialize(from)?.into_iter().map(number).collect()
}

/// A whole number that names a place in a list.
pub fn order<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let order = Option::<i64>::deserialize(from)?;
    match order {
        Some(order) if i32::try_from(order).is_err() => Err(D::Error::custom("must be a whole number of 32 bits")),
        order => Ok(order),
    }
}
