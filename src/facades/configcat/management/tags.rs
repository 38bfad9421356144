//! Tags.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{self, ProductModel};
use crate::{
    api::{Body, Created, Done, Json},
    authz::{Authorized, Routes, Surface},
    error::Result,
    tags::{
        self, Changes, NewTag, Tag,
        permits::{ChangeTag, CreateTag, DeleteTag, ListTags, ReadTag},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/tags", "List the tags of a product", list)
        .post("/v1/products/{product}/tags", "Create a tag", create)
        .get("/v1/tags/{tag}", "See a tag", one)
        .put("/v1/tags/{tag}", "Change a tag", change)
        .delete("/v1/tags/{tag}", "Delete a tag", delete)
}

/// A tag.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagModel {
    product: ProductModel,
    tag_id: i64,
    name: String,
    #[schema(required)]
    color: Option<String>,
}

impl TagModel {
    /// A tag of a product.
    pub fn of(id: crate::ids::TagId, name: String, color: Option<String>, product: ProductModel) -> Self {
        Self { product, tag_id: id.0, name, color }
    }

    fn from(tag: Tag, product: ProductModel) -> Self {
        Self::of(tag.id, tag.name, tag.color, product)
    }
}

async fn list(may: Authorized<ListTags>) -> Result<Json<Vec<TagModel>>> {
    let product = ProductModel::from(&*may);
    let tags = tags::all(&may.read(), may.id).await?;
    Ok(Json(tags.into_iter().map(|tag| TagModel::of(tag.id, tag.name, tag.color, product.clone())).collect()))
}

/// A tag that is to be.
#[derive(Deserialize, ToSchema)]
struct CreateTagModel {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    #[schema(max_length = 255)]
    color: Option<String>,
}

async fn create(may: Authorized<CreateTag>, Body(body): Body<CreateTagModel>) -> Result<Created<TagModel>> {
    let made = tags::create(&may, &NewTag::parse(&body.name, body.color.as_deref())?).await?;
    Ok(Created(TagModel::from(made, (&*may).into())))
}

async fn one(may: Authorized<ReadTag>) -> Result<Json<TagModel>> {
    Ok(Json(TagModel::from(Tag::clone(&may), wire::product(&may.read(), may.product).await?)))
}

/// Changes of a tag. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
struct UpdateTagModel {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 255)]
    color: Option<String>,
}

async fn change(may: Authorized<ChangeTag>, Body(body): Body<UpdateTagModel>) -> Result<Json<TagModel>> {
    let changed = tags::change(&may, &Changes::parse(body.name.as_deref(), body.color.as_deref())?).await?;
    let product = wire::product(&may.read(), changed.product).await?;
    Ok(Json(TagModel::from(changed, product)))
}

async fn delete(may: Authorized<DeleteTag>) -> Result<Done> {
    tags::delete(&may).await.map(|()| Done)
}
