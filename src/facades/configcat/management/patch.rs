//! JSON Patch: single changes of what a whole request would say. They are applied to the whole, which is then read as if it had been sent.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{wire, words::PatchWord};
use crate::{
    api,
    error::{Error, Result},
};

/// What a change can be.
pub const WORDS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// A single change.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct JsonPatchOperation {
    /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
    #[schema(value_type = PatchWord)]
    op: String,
    /// What is changed, such as `/tags/-`.
    #[schema(min_length = 1)]
    path: String,
    /// Where it is taken from: for `move` and `copy`.
    from: Option<String>,
    /// What it is changed to, or tested for.
    #[schema(value_type = Option<Value>)]
    value: Option<Value>,
}

/// Changes that can be applied.
#[derive(Clone, Debug)]
pub struct Patch(json_patch::Patch);

impl Patch {
    /// Reads the changes of a request.
    pub fn read(operations: Vec<JsonPatchOperation>) -> Result<Self> {
        let read = operations.into_iter().enumerate().map(|(at, operation)| {
            let unknown = || Error::field(format!("[{at}].op"), format!("Please choose one of {}.", WORDS.join(", ")));
            let op = wire::word(&operation.op, WORDS).ok_or_else(unknown)?;
            let JsonPatchOperation { path, from, value, .. } = operation;
            let whole = match op {
                "move" | "copy" => {
                    let from = from.ok_or_else(|| Error::field(format!("[{at}].from"), "Please say where it is taken from."))?;
                    json!({ "op": op, "path": path, "from": from })
                }
                "remove" => json!({ "op": op, "path": path }),
                _ => json!({ "op": op, "path": path, "value": value }),
            };
            serde_json::from_value(whole).map_err(|_| Error::field(format!("[{at}].path"), "This is no path, such as /name or /tags/0."))
        });
        Ok(Self(json_patch::Patch(read.collect::<Result<_>>()?)))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it changes nothing but this member.
    pub fn is_about(&self, member: &str) -> bool {
        let below = |path: &str| path.strip_prefix('/').and_then(|path| path.split('/').next()) == Some(member);
        self.0.iter().all(|operation| {
            let from = match operation {
                json_patch::PatchOperation::Move(one) => Some(one.from.as_str()),
                json_patch::PatchOperation::Copy(one) => Some(one.from.as_str()),
                _ => None,
            };
            below(operation.path().as_str()) && from.is_none_or(below)
        })
    }

    /// What becomes of something by it. Nothing may come in that is not told of it.
    pub fn apply<T: Serialize + DeserializeOwned>(&self, to: &T) -> Result<T> {
        let mut whole = serde_json::to_value(to).map_err(Error::internal)?;
        json_patch::patch(&mut whole, &self.0).map_err(|error| {
            Error::field(format!("[{}]", error.operation), format!("This cannot be applied to {}: {}.", error.path, error.kind))
        })?;
        let changed: T = serde_path_to_error::deserialize(&whole)
            .map_err(|error| Error::field(api::field_of(error.path(), "body"), error.into_inner().to_string()))?;
        let known = serde_json::to_value(&changed).map_err(Error::internal)?;
        match stranger(&whole, &known, "") {
            Some(path) => Err(Error::field(path.clone(), format!("{path} is nothing that can be changed here."))),
            None => Ok(changed),
        }
    }
}

/// The path of something that was not read.
fn stranger(whole: &Value, known: &Value, path: &str) -> Option<String> {
    match (whole, known) {
        (Value::Object(whole), Value::Object(known)) => whole.iter().find_map(|(name, value)| {
            let path = format!("{path}/{name}");
            match known.get(name) {
                Some(known) => stranger(value, known, &path),
                None => Some(path),
            }
        }),
        (Value::Array(whole), Value::Array(known)) => {
            whole.iter().zip(known).enumerate().find_map(|(at, (value, known))| stranger(value, known, &format!("{path}/{at}")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Thing {
        name: String,
        hint: Option<String>,
        tags: Vec<i64>,
    }

    fn patched(operations: Value) -> Result<Thing> {
        let patch = Patch::read(serde_json::from_value(operations).unwrap())?;
        patch.apply(&Thing { name: "a".into(), hint: None, tags: vec![1, 2] })
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let thing = patched(json!([
            { "op": "Replace", "path": "/name", "value": "b" },
            { "op": "add", "path": "/tags/-", "value": 3 },
            { "op": "move", "from": "/tags/0", "path": "/tags/2" },
            { "op": "test", "path": "/hint", "value": null },
        ]));
        assert_eq!(thing.unwrap(), Thing { name: "b".into(), hint: None, tags: vec![2, 3, 1] });
    }

    #[test]
    fn what_cannot_be_applied_is_refused_with_its_place() {
        let field = |operations| match patched(operations).unwrap_err() {
            Error::Invalid(fields) => fields.0.into_keys().next().unwrap().into_owned(),
            other => panic!("{other}"),
        };
        assert_eq!(field(json!([{ "op": "unknown", "path": "/name" }])), "[0].op");
        assert_eq!(field(json!([{ "op": "move", "path": "/name" }])), "[0].from");
        assert_eq!(field(json!([{ "op": "remove", "path": "name" }])), "[0].path");
        assert_eq!(field(json!([{ "op": "add", "path": "/name", "value": "b" }, { "op": "remove", "path": "/tags/7" }])), "[1]");
        assert_eq!(field(json!([{ "op": "test", "path": "/name", "value": "z" }])), "[0]");
        assert_eq!(field(json!([{ "op": "add", "path": "/colour", "value": "z" }])), "/colour");
        assert_eq!(field(json!([{ "op": "replace", "path": "/tags/1", "value": "z" }])), "tags[1]");
        assert_eq!(field(json!([{ "op": "remove", "path": "/name" }])), "body");
    }

    #[test]
    fn a_patch_knows_what_it_is_about() {
        let about = |operations: Value| Patch::read(serde_json::from_value(operations).unwrap()).unwrap().is_about("tags");
        assert!(about(json!([{ "op": "remove", "path": "/tags/0" }, { "op": "add", "path": "/tags", "value": [] }])));
        assert!(!about(json!([{ "op": "remove", "path": "/tags/0" }, { "op": "remove", "path": "/tagsy" }])));
        assert!(!about(json!([{ "op": "copy", "from": "/order", "path": "/tags/0" }])));
    }
}
