//! Products and their preferences.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{self, ProductModel};
use crate::{
    api::{Body, Created, Done, Json},
    authz::{Authorized, Routes, SignedIn, Surface},
    error::{Error, Result},
    products::{
        self, Changes, KEY_STYLES, NewProduct, Product,
        permits::{ChangePreferences, CreateProduct, DeleteProduct, ReadProduct},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products", "List the products that one is in", list)
        .post("/v1/organizations/{team}/products", "Create a product", create)
        .get("/v1/products/{product}", "See a product", one)
        .put("/v1/products/{product}", "Change a product", change)
        .delete("/v1/products/{product}", "Delete a product", delete)
        .get("/v1/products/{product}/preferences", "See a product’s preferences", preferences)
        .post("/v1/products/{product}/preferences", "Change a product’s preferences", prefer)
}

async fn list(who: SignedIn) -> Result<Json<Vec<ProductModel>>> {
    let products = products::of_person(&who.read(), who.actor.person).await?;
    Ok(Json(products.iter().map(Into::into).collect()))
}

/// A product that is to be.
#[derive(Deserialize, ToSchema)]
struct CreateProductRequest {
    #[schema(min_length = 1, max_length = 1000)]
    name: String,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
}

async fn create(may: Authorized<CreateProduct>, Body(body): Body<CreateProductRequest>) -> Result<Created<ProductModel>> {
    let new = NewProduct { position: body.order, ..NewProduct::parse(&body.name, body.description.as_deref())? };
    Ok(Created((&products::create(&may, &new).await?).into()))
}

async fn one(may: Authorized<ReadProduct>) -> Json<ProductModel> {
    Json((&*may).into())
}

/// Changes of a product. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
struct UpdateProductRequest {
    #[schema(max_length = 1000)]
    name: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::order")]
    order: Option<i64>,
}

async fn change(may: Authorized<ChangePreferences>, Body(body): Body<UpdateProductRequest>) -> Result<Json<ProductModel>> {
    let changes = Changes { position: body.order, ..Changes::parse(body.name.as_deref(), body.description.as_deref(), None)? };
    Ok(Json((&products::change(&may, &changes).await?).into()))
}

async fn delete(may: Authorized<DeleteProduct>) -> Result<Done> {
    products::delete(&may).await.map(|()| Done)
}

/// Whether an environment wants a reason for every change of a value in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReasonRequiredEnvironmentModel {
    environment_id: String,
    environment_name: String,
    reason_required: bool,
}

/// Nothing: changes are not approved in Burgee.
#[derive(Serialize, ToSchema)]
struct ApproveRequiredEnvironmentModel {}

/// What is preferred in a product.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PreferencesModel {
    reason_required: bool,
    key_generation_mode: String,
    show_variation_id: bool,
    mandatory_setting_hint: bool,
    /// All environments, unless the product wants a reason for each of them anyway.
    reason_required_environments: Vec<ReasonRequiredEnvironmentModel>,
    /// Always false.
    approve_required: bool,
    /// Always empty.
    approve_required_environments: Vec<ApproveRequiredEnvironmentModel>,
}

async fn told(db: &crate::db::Reader, product: &Product) -> Result<Json<PreferencesModel>> {
    let environments = products::environments_of(db, product.id).await?;
    let environments = environments.into_iter().map(|environment| ReasonRequiredEnvironmentModel {
        environment_id: environment.id.to_string(),
        environment_name: environment.name,
        reason_required: environment.note_required,
    });
    Ok(Json(PreferencesModel {
        reason_required: product.note_required,
        key_generation_mode: product.key_style.clone(),
        show_variation_id: product.show_variation_id,
        mandatory_setting_hint: product.hint_mandatory,
        reason_required_environments: environments.collect(),
        approve_required: false,
        approve_required_environments: vec![],
    }))
}

async fn preferences(may: Authorized<ReadProduct>) -> Result<Json<PreferencesModel>> {
    told(&may.read(), &may).await
}

/// Whether an environment is to want a reason.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateReasonRequiredEnvironmentModel {
    environment_id: String,
    reason_required: bool,
}

/// Changes of preferences. What is absent or null stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdatePreferencesRequest {
    reason_required: Option<bool>,
    /// One of `camelCase`, `lowerCase`, `upperCase`, `pascalCase` and `kebabCase`.
    key_generation_mode: Option<String>,
    show_variation_id: Option<bool>,
    mandatory_setting_hint: Option<bool>,
    reason_required_environments: Option<Vec<UpdateReasonRequiredEnvironmentModel>>,
    /// Must not be true: changes are not approved in Burgee.
    approve_required: Option<bool>,
}

async fn prefer(may: Authorized<ChangePreferences>, Body(body): Body<UpdatePreferencesRequest>) -> Result<Json<PreferencesModel>> {
    if body.approve_required == Some(true) {
        return Err(Error::field("approveRequired", "Changes are not approved in Burgee: this cannot be required."));
    }
    let style = match body.key_generation_mode.as_deref() {
        Some(style) => Some(
            wire::word(style, KEY_STYLES)
                .ok_or_else(|| Error::field("keyGenerationMode", format!("Please choose one of {}.", KEY_STYLES.join(", "))))?,
        ),
        None => None,
    };
    let environments = body.reason_required_environments.unwrap_or_default();
    let notes = environments.into_iter().enumerate().map(|(at, noted)| {
        let id = noted.environment_id.parse();
        let unknown = || Error::field(format!("reasonRequiredEnvironments[{at}].environmentId"), "There is no such environment.");
        Ok((id.map_err(|_| unknown())?, noted.reason_required))
    });
    let changes = Changes {
        key_style: style,
        show_variation_id: body.show_variation_id,
        hint_mandatory: body.mandatory_setting_hint,
        note_required: body.reason_required,
        notes: notes.collect::<Result<_>>()?,
        ..Changes::default()
    };
    let changed = products::change(&may, &changes).await?;
    told(&may.read(), &changed).await
}
