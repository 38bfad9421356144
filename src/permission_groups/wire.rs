//! A group as programs write it: one field for each switch, the kind of access, and levels by environment. The fields come from the list of
//! switches, so that none is ever forgotten. A change names what is to be another; a whole group may be sent back with all that was read of it.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type},
    },
};

use super::Changes;
use crate::{
    authz::{Access, GROUP_PERMISSIONS, GroupPermission, Reach},
    error::{Error, Fields, Result},
    products::LONGEST_NAME,
    text::Name,
};

/// Changes of a group. A field that is absent or `null` stays as it is; levels are merged environment by environment.
pub struct ChangesBody(Map<String, Value>);

const OTHERS: [&str; 4] = ["name", "accessType", "newEnvironmentAccessType", "environmentAccesses"];

impl<'de> Deserialize<'de> for ChangesBody {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Map::deserialize(from)?;
        match fields.keys().find(|field| !is_known(field)) {
            Some(field) => Err(D::Error::custom(format!("unknown field `{field}`"))),
            None => Ok(Self(fields)),
        }
    }
}

impl ChangesBody {
    /// What is to be changed.
    ///
    /// # Errors
    /// Every field that cannot be read, by its name.
    pub fn changes(&self) -> Result<Changes> {
        changes(&self.0)
    }
}

/// A group as it was read, with changes in it: what is no part of a group is passed over, so that a whole answer can be sent back.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct WholeGroup(Map<String, Value>);

impl WholeGroup {
    /// What is to be changed.
    ///
    /// # Errors
    /// Every field that cannot be read, by its name.
    pub fn changes(&self) -> Result<Changes> {
        changes(&self.0)
    }

    /// A field that is there and says something.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}

/// Whether a field is one of a group’s.
fn is_known(field: &str) -> bool {
    OTHERS.contains(&field) || GROUP_PERMISSIONS.iter().any(|switch| switch.wire == field)
}

fn changes(said: &Map<String, Value>) -> Result<Changes> {
    let mut fields = Fields::default();
    let mut changes = Changes::default();
    for (field, value) in said.iter().filter(|(field, value)| !value.is_null() && is_known(field)) {
        let wrong = match (field.as_str(), value) {
            ("name", Value::String(text)) => {
                changes.name = fields.take("name", Name::up_to(LONGEST_NAME, text));
                false
            }
            ("accessType", Value::String(text)) => {
                changes.reach = Reach::parse(text);
                changes.reach.is_none()
            }
            ("newEnvironmentAccessType", Value::String(text)) => {
                changes.new_environments = Access::parse(text);
                changes.new_environments.is_none()
            }
            ("environmentAccesses", Value::Array(levels)) => {
                let levels: Option<Vec<_>> = levels.iter().map(level).collect();
                changes.environments = levels.unwrap_or_default();
                changes.environments.len() != said["environmentAccesses"].as_array().map_or(0, Vec::len)
            }
            (field, Value::Bool(on)) => match GroupPermission::by_wire(field) {
                Some(switch) => {
                    changes.switches.push((switch.permission, *on));
                    false
                }
                None => true,
            },
            _ => true,
        };
        if wrong {
            fields.add(field.clone(), "This is not a value that it can have.");
        }
    }
    if fields.0.is_empty() { Ok(changes) } else { Err(Error::Invalid(fields)) }
}

/// `{"environmentId": "…", "environmentAccessType": "full"}`
fn level(value: &Value) -> Option<(crate::ids::EnvironmentId, Access)> {
    let environment = value.get("environmentId")?.as_str()?.parse().ok()?;
    Some((environment, Access::parse(value.get("environmentAccessType")?.as_str()?)?))
}

fn words(names: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(names))
}

/// How the fields of a group are described to programs.
pub fn described() -> ObjectBuilder {
    let access = || words(Access::ALL.map(Access::wire));
    let level = ObjectBuilder::new()
        .property("environmentId", ObjectBuilder::new().schema_type(SchemaType::new(Type::String)))
        .required("environmentId")
        .property("environmentAccessType", access())
        .required("environmentAccessType");
    let object = ObjectBuilder::new()
        .property("name", ObjectBuilder::new().schema_type(SchemaType::new(Type::String)))
        .property("accessType", words(Reach::ALL.map(Reach::wire)))
        .property("newEnvironmentAccessType", access())
        .property("environmentAccesses", ArrayBuilder::new().items(level));
    GROUP_PERMISSIONS.iter().fold(object, |object, switch| {
        let boolean = ObjectBuilder::new().schema_type(SchemaType::new(Type::Boolean)).description(Some(switch.label));
        object.property(switch.wire, boolean)
    })
}

impl PartialSchema for ChangesBody {
    fn schema() -> RefOr<Schema> {
        let what = "Changes of a permission group. What is absent stays as it is; levels are merged by environment.";
        RefOr::T(Schema::Object(described().description(Some(what)).build()))
    }
}

impl ToSchema for ChangesBody {
    fn name() -> std::borrow::Cow<'static, str> {
        "PermissionGroupChanges".into()
    }
}
