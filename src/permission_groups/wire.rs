//! A group as programs write it: one field for each switch, the kind of access, and levels by environment. The fields come from the list of
//! switches, so that none is ever forgotten.

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
        let known = |field: &String| OTHERS.contains(&field.as_str()) || GROUP_PERMISSIONS.iter().any(|switch| switch.wire == field);
        match fields.keys().find(|field| !known(field)) {
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
        let mut fields = Fields::default();
        let mut changes = Changes::default();
        for (field, value) in self.0.iter().filter(|(_, value)| !value.is_null()) {
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
                    changes.environments.len() != self.0["environmentAccesses"].as_array().map_or(0, Vec::len)
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
}

/// `{"environmentId": "…", "environmentAccessType": "full"}`
fn level(value: &Value) -> Option<(crate::ids::EnvironmentId, Access)> {
    let environment = value.get("environmentId")?.as_str()?.parse().ok()?;
    Some((environment, Access::parse(value.get("environmentAccessType")?.as_str()?)?))
}

fn words(names: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(names))
}

impl PartialSchema for ChangesBody {
    fn schema() -> RefOr<Schema> {
        let access = || words(Access::ALL.map(Access::wire));
        let level = ObjectBuilder::new()
            .property("environmentId", ObjectBuilder::new().schema_type(SchemaType::new(Type::String)))
            .property("environmentAccessType", access());
        let object = ObjectBuilder::new()
            .description(Some("Changes of a permission group. What is absent stays as it is; levels are merged by environment."))
            .property("name", ObjectBuilder::new().schema_type(SchemaType::new(Type::String)))
            .property("accessType", words(Reach::ALL.map(Reach::wire)))
            .property("newEnvironmentAccessType", access())
            .property("environmentAccesses", ArrayBuilder::new().items(level));
        let switches = GROUP_PERMISSIONS.iter().fold(object, |object, switch| {
            let boolean = ObjectBuilder::new().schema_type(SchemaType::new(Type::Boolean)).description(Some(switch.label));
            object.property(switch.wire, boolean)
        });
        RefOr::T(Schema::Object(switches.build()))
    }
}

impl ToSchema for ChangesBody {
    fn name() -> std::borrow::Cow<'static, str> {
        "PermissionGroupChanges".into()
    }
}
