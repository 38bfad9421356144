//! Permission groups. A whole group is answered always, and may be sent back whole: what is not known of it, and what cannot be changed, is
//! passed over as long as it says nothing new.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, schema::SchemaType, schema::Type},
};

use super::{
    deletions::{IN_USE, delete_when_unused},
    wire::{self, ProductModel},
    words::AccessLevel,
};
use crate::{
    api::{Body, Created, Done, Json},
    authz::{Authorized, GROUP_PERMISSIONS, Group, Reach, Routes, Surface},
    db::Reader,
    environments::{self, Environment},
    error::{Error, Fields, Result},
    ids::ProductId,
    permission_groups::{
        self, Changes, NewGroup, PermissionGroup, WholeGroup,
        permits::{ChangeGroup, CreateGroup, DeleteGroup, ListGroups, ReadGroup},
    },
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/permissions", "List the permission groups of a product", list)
        .post("/v1/products/{product}/permissions", "Create a permission group", create)
        .get("/v1/permissions/{group}", "See a permission group", one)
        .put("/v1/permissions/{group}", "Change a permission group", change)
        .delete("/v1/permissions/{group}", "Delete a permission group", delete)
}

/// Changes are not approved in Burgee: this is what every group says of it.
const CANNOT_APPROVE: &str = "cannotApprove";
const NO_APPROVALS: &str = "Changes are not approved in Burgee: only cannotApprove is possible.";

/// What the groups of a product have around them.
struct Around {
    product: ProductModel,
    environments: Vec<Environment>,
}

impl Around {
    async fn load(db: &Reader, id: ProductId, product: ProductModel) -> Result<Arc<Self>> {
        Ok(Arc::new(Self { product, environments: environments::all(db, id).await? }))
    }
}

/// A permission group.
struct PermissionGroupModel {
    group: Group,
    around: Arc<Around>,
}

/// An environment with the level that a group gives in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EnvironmentAccessModel<'a> {
    #[schema(value_type = String)]
    environment_id: crate::ids::EnvironmentId,
    name: &'a str,
    #[schema(required)]
    color: Option<&'a str>,
    #[schema(required)]
    description: Option<&'a str>,
    order: i64,
    reason_required: bool,
    /// Always false.
    approve_required: bool,
    /// One of `full`, `readOnly` and `none`.
    #[schema(value_type = AccessLevel)]
    environment_access_type: &'static str,
}

impl PermissionGroupModel {
    /// The levels, where the group has one for each environment.
    fn levels(&self) -> Vec<EnvironmentAccessModel<'_>> {
        let own = self.around.environments.iter().filter(|_| self.group.reach == Reach::Custom);
        own.map(|environment| EnvironmentAccessModel {
            environment_id: environment.id,
            name: &environment.name,
            color: environment.color.as_deref(),
            description: environment.description.as_deref(),
            order: environment.position,
            reason_required: environment.note_required,
            approve_required: false,
            environment_access_type: self.group.access(environment.id).wire(),
        })
        .collect()
    }
}

impl Serialize for PermissionGroupModel {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let mut model = to.serialize_map(None)?;
        model.serialize_entry("permissionGroupId", &self.group.id)?;
        model.serialize_entry("name", &self.group.name)?;
        for switch in GROUP_PERMISSIONS {
            model.serialize_entry(switch.wire, &self.group.includes(switch.permission))?;
        }
        model.serialize_entry("accessType", self.group.reach.wire())?;
        model.serialize_entry("newEnvironmentAccessType", self.group.new_environments.wire())?;
        model.serialize_entry("environmentAccesses", &self.levels())?;
        model.serialize_entry("approvalPermissionType", CANNOT_APPROVE)?;
        model.serialize_entry("newEnvironmentApprovalPermissionType", CANNOT_APPROVE)?;
        model.serialize_entry("environmentApprovalPermissions", &[(); 0])?;
        model.serialize_entry("product", &self.around.product)?;
        model.end()
    }
}

impl PartialSchema for PermissionGroupModel {
    fn schema() -> RefOr<Schema> {
        let cannot = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some([CANNOT_APPROVE]));
        let model = permission_groups::described()
            .property("permissionGroupId", ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer)))
            .property("environmentAccesses", ArrayBuilder::new().items(Ref::from_schema_name("EnvironmentAccessModel")))
            .property("approvalPermissionType", cannot())
            .property("newEnvironmentApprovalPermissionType", cannot())
            .property("environmentApprovalPermissions", ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)))
            .property("product", Ref::from_schema_name("ProductModel"))
            .description(Some("A permission group. There is a level for each environment only where `accessType` is `custom`."))
            .build();
        let mut model = model;
        model.required = model.properties.keys().cloned().collect();
        RefOr::T(Schema::Object(model))
    }
}

impl ToSchema for PermissionGroupModel {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((EnvironmentAccessModel::name().into(), EnvironmentAccessModel::schema()));
        EnvironmentAccessModel::schemas(schemas);
        schemas.push((ProductModel::name().into(), ProductModel::schema()));
        ProductModel::schemas(schemas);
    }
}

/// The permission groups of a product.
#[derive(Serialize)]
#[serde(transparent)]
struct PermissionGroups(Vec<PermissionGroupModel>);

impl PartialSchema for PermissionGroups {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name(PermissionGroupModel::name())).into()
    }
}

impl ToSchema for PermissionGroups {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PermissionGroupModel::name().into(), PermissionGroupModel::schema()));
        PermissionGroupModel::schemas(schemas);
    }
}

async fn list(may: Authorized<ListGroups>) -> Result<Json<PermissionGroups>> {
    let db = may.read();
    let around = Around::load(&db, may.id, (&*may).into()).await?;
    let groups = permission_groups::of_product(&db, may.id).await?;
    let groups = groups.into_iter().map(|group| PermissionGroupModel { group, around: around.clone() });
    Ok(Json(PermissionGroups(groups.collect())))
}

async fn told(db: &Reader, found: &PermissionGroup) -> Result<PermissionGroupModel> {
    let product = wire::product(db, found.product).await?;
    Ok(PermissionGroupModel { group: permission_groups::group(db, found).await?, around: Around::load(db, found.product, product).await? })
}

/// A permission group that is to be. A switch that is absent is off, a level that is absent is none.
#[derive(Deserialize)]
#[serde(transparent)]
struct CreatePermissionGroupRequest(WholeGroup);

/// Changes of a permission group. What is absent or null stays as it is; levels are merged by environment.
#[derive(Deserialize)]
#[serde(transparent)]
struct UpdatePermissionGroupRequest(WholeGroup);

macro_rules! described {
    ($body:ident, $what:literal $(, $required:literal)?) => {
        impl PartialSchema for $body {
            fn schema() -> RefOr<Schema> {
                let body = permission_groups::described().description(Some($what))$(.required($required))?;
                RefOr::T(Schema::Object(body.build()))
            }
        }
        impl ToSchema for $body {}
    };
}

described!(CreatePermissionGroupRequest, "A permission group that is to be. What is absent is off, or no access.", "name");
described!(
    UpdatePermissionGroupRequest,
    "Changes of a permission group. What is absent or null stays as it is; levels are merged by environment."
);

/// What is to be changed, if nothing is asked for that there is not.
fn changes(body: &WholeGroup) -> Result<Changes> {
    let says_no = |word: &Value| word.as_str().is_some_and(|word| wire::word(word, [CANNOT_APPROVE]).is_some());
    let each_says_no = |list: &Value| {
        let level = |one: &Value| one.get("environmentApprovalPermissionType").is_none_or(|word| word.is_null() || says_no(word));
        list.as_array().is_some_and(|list| list.iter().all(level))
    };
    let mut fields = Fields::default();
    for field in ["approvalPermissionType", "newEnvironmentApprovalPermissionType"] {
        if !body.field(field).is_none_or(says_no) {
            fields.add(field, NO_APPROVALS);
        }
    }
    if !body.field("environmentApprovalPermissions").is_none_or(each_says_no) {
        fields.add("environmentApprovalPermissions", NO_APPROVALS);
    }
    match (fields.0.is_empty(), body.changes()) {
        (true, changes) => changes,
        (false, Err(Error::Invalid(others))) => {
            fields.0.extend(others.0);
            Err(fields.into())
        }
        (false, _) => Err(fields.into()),
    }
}

async fn create(may: Authorized<CreateGroup>, Body(body): Body<CreatePermissionGroupRequest>) -> Result<Created<PermissionGroupModel>> {
    let changes = changes(&body.0)?;
    let name = changes.name.clone().ok_or_else(|| Error::field("name", "Please give a name."))?;
    let made = permission_groups::create(&may, &NewGroup { name, from: None, changes }).await?;
    Ok(Created(told(&may.read(), &made).await?))
}

async fn one(may: Authorized<ReadGroup>) -> Result<Json<PermissionGroupModel>> {
    Ok(Json(told(&may.read(), &may).await?))
}

async fn change(may: Authorized<ChangeGroup>, Body(body): Body<UpdatePermissionGroupRequest>) -> Result<Json<PermissionGroupModel>> {
    let changed = permission_groups::change(&may, &changes(&body.0)?).await?;
    Ok(Json(told(&may.read(), &changed).await?))
}

const SOMEBODY_IN_IT: &str = "Somebody is in this permission group, or invited to it. Move them to another one first.";

async fn delete(may: Authorized<DeleteGroup>) -> Result<Done> {
    let delete = async || match permission_groups::delete(&may, None).await {
        // There is no way to name another group here.
        Err(Error::Invalid(fields)) if fields.0.contains_key("replacement") => Err(Error::refused(IN_USE, SOMEBODY_IN_IT)),
        done => done,
    };
    delete_when_unused(&may, delete).await
}
