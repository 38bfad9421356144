//! Segments. Here a segment has one condition, of the first generation’s; those with more are to be seen in lists and changed on their pages.

use flag_eval::model::UserCondition;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    comparison,
    deletions::delete_when_unused,
    wire::{self, ProductModel},
    words::FirstComparator,
};
use crate::{
    api::{Body, Created, Done, Json},
    authz::{Authorized, Routes, Surface},
    error::{Error, Result},
    products::Product,
    segments::{
        self, Authors, Changes, NewSegment, Segment,
        permits::{ChangeSegment, CreateSegment, DeleteSegment, ListSegments, ReadSegment},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/segments", "List the segments of a product", list)
        .post("/v1/products/{product}/segments", "Create a segment", create)
        .get("/v1/segments/{segment}", "See a segment", one)
        .put("/v1/segments/{segment}", "Change a segment", change)
        .delete("/v1/segments/{segment}", "Delete a segment", delete)
}

/// Who created something and who changed it last. Addresses are for those who may see the members.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct By {
    #[schema(required)]
    creator_email: Option<String>,
    #[schema(required)]
    creator_full_name: Option<String>,
    created_at: String,
    #[schema(required)]
    last_updater_email: Option<String>,
    #[schema(required)]
    last_updater_full_name: Option<String>,
    updated_at: String,
}

impl By {
    fn of(authors: Authors, with_addresses: bool) -> Self {
        Self {
            creator_email: authors.creator_email.filter(|_| with_addresses),
            creator_full_name: authors.creator_name,
            created_at: authors.created_at.iso(),
            last_updater_email: authors.updater_email.filter(|_| with_addresses),
            last_updater_full_name: authors.updater_name,
            updated_at: authors.updated_at.iso(),
        }
    }
}

/// A segment in the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SegmentListModel {
    product: ProductModel,
    segment_id: String,
    name: String,
    #[schema(required)]
    description: Option<String>,
    #[serde(flatten)]
    by: By,
    /// In how many values it is used, in environments that the caller may see.
    usage: i64,
}

/// A segment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SegmentModel {
    product: ProductModel,
    segment_id: String,
    name: String,
    #[schema(required)]
    description: Option<String>,
    #[serde(flatten)]
    by: By,
    comparison_attribute: String,
    #[schema(value_type = FirstComparator)]
    comparator: &'static str,
    comparison_value: String,
}

const TOO_MUCH: &str = "This segment has more than this API can tell: several conditions, or a newer comparison. Please use its page.";

async fn list(may: Authorized<ListSegments>) -> Result<Json<Vec<SegmentListModel>>> {
    let product = ProductModel::from(&*may);
    let with_addresses = wire::shows_addresses(&may, &may);
    let segments = segments::all(&may.read(), may.id).await?;
    let authors = segments::authors(&may.read(), may.id).await?;
    let uses = segments::use_counts(&may.read(), may.id, may.grants()).await?;
    let listed = segments.into_iter().zip(authors).map(|(segment, authors)| SegmentListModel {
        product: product.clone(),
        segment_id: segment.id.to_string(),
        name: segment.name,
        description: segment.description,
        by: By::of(authors, with_addresses),
        usage: uses.get(&segment.id).copied().unwrap_or_default(),
    });
    Ok(Json(listed.collect()))
}

/// A segment, if it can be told here.
async fn told(db: &crate::db::Reader, segment: &Segment, product: &Product, with_addresses: bool) -> Result<SegmentModel> {
    let conditions = segment.conditions()?;
    let too_much = || Error::refused("not_expressible", TOO_MUCH);
    let [UserCondition { attribute, comparator, value }] = conditions.as_slice() else { return Err(too_much()) };
    let authors = segments::authors_of(db, segment.id).await?.ok_or(Error::NotFound)?;
    Ok(SegmentModel {
        product: product.into(),
        segment_id: segment.id.to_string(),
        name: segment.name.clone(),
        description: segment.description.clone(),
        by: By::of(authors, with_addresses),
        comparison_attribute: attribute.clone(),
        comparator: comparison::word(*comparator).ok_or_else(too_much)?,
        comparison_value: comparison::text(value),
    })
}

/// A segment that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateSegmentModel {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[schema(min_length = 1, max_length = 1000)]
    comparison_attribute: String,
    #[schema(value_type = FirstComparator)]
    comparator: String,
    #[schema(min_length = 1)]
    comparison_value: String,
}

fn condition(attribute: &str, word: &str, value: &str) -> Result<UserCondition> {
    let unknown = || Error::field("comparator", format!("Please choose one of {}.", comparison::WORDS.join(", ")));
    let comparator = comparison::comparator(word).ok_or_else(unknown)?;
    comparison::condition(attribute, comparator, value).map_err(|why| Error::field("comparisonValue", why))
}

/// Mistakes in the condition, under the names that it has here.
fn renamed(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for (from, to) in
        [("condition.0.attribute", "comparisonAttribute"), ("condition.0.values", "comparisonValue"), ("conditions", "comparator")]
    {
        if let Some(message) = fields.0.remove(from) {
            fields.add(to, message);
        }
    }
    fields.into()
}

async fn create(may: Authorized<CreateSegment>, Body(body): Body<CreateSegmentModel>) -> Result<Created<SegmentModel>> {
    let condition = condition(&body.comparison_attribute, &body.comparator, &body.comparison_value)?;
    let new = NewSegment::parse(&body.name, body.description.as_deref(), vec![condition]).map_err(renamed)?;
    let made = segments::create(&may, &new).await.map_err(renamed)?;
    let with_addresses = wire::shows_addresses(&may, &may);
    Ok(Created(told(&may.read(), &made, &may, with_addresses).await?))
}

async fn one(may: Authorized<ReadSegment>) -> Result<Json<SegmentModel>> {
    let product = wire::whole_product(&may.read(), may.product).await?;
    let with_addresses = wire::shows_addresses(&may, &product);
    Ok(Json(told(&may.read(), &may, &product, with_addresses).await?))
}

/// Changes of a segment. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateSegmentModel {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[schema(max_length = 1000)]
    comparison_attribute: Option<String>,
    #[schema(value_type = Option<FirstComparator>)]
    comparator: Option<String>,
    comparison_value: Option<String>,
}

impl UpdateSegmentModel {
    /// The whole condition, if a part of it is to be another.
    fn condition(&self, segment: &Segment) -> Result<Option<Vec<UserCondition>>> {
        if self.comparison_attribute.is_none() && self.comparator.is_none() && self.comparison_value.is_none() {
            return Ok(None);
        }
        let conditions = segment.conditions()?;
        let [now] = conditions.as_slice() else { return Err(Error::refused("not_expressible", TOO_MUCH)) };
        let word = match &self.comparator {
            Some(word) => word,
            None => comparison::word(now.comparator).ok_or_else(|| Error::refused("not_expressible", TOO_MUCH))?,
        };
        let value = self.comparison_value.clone().unwrap_or_else(|| comparison::text(&now.value));
        condition(self.comparison_attribute.as_ref().unwrap_or(&now.attribute), word, &value).map(|condition| Some(vec![condition]))
    }
}

async fn change(may: Authorized<ChangeSegment>, Body(body): Body<UpdateSegmentModel>) -> Result<Json<SegmentModel>> {
    let changes = Changes::parse(body.name.as_deref(), body.description.as_deref(), body.condition(&may)?).map_err(renamed)?;
    let changed = segments::change(&may, &changes).await.map_err(renamed)?;
    let product = wire::whole_product(&may.read(), may.product).await?;
    let with_addresses = wire::shows_addresses(&may, &product);
    Ok(Json(told(&may.read(), &changed, &product, with_addresses).await?))
}

async fn delete(may: Authorized<DeleteSegment>) -> Result<Done> {
    delete_when_unused(&may, async || segments::delete(&may).await).await
}
