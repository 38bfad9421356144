//! JSON Patch: single changes of what a whole request would say. They are applied to the whole, which is then read as if it had been sent.

use json_patch::{PatchOperation, jsonptr::Pointer};
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

/// How many changes a patch has at most.
const MOST_OPERATIONS: usize = 100;

/// How large what is patched may become by any of its changes, in bytes of JSON. Some changes double what is there.
const LARGEST: usize = api::MOST;
/// How deeply it may be nested, as in a body.
const DEEPEST: usize = 128;

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
        if operations.len() > MOST_OPERATIONS {
            return Err(Error::field("body", format!("A patch has at most {MOST_OPERATIONS} operations.")));
        }
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
        self.0.iter().flat_map(paths).all(|path| path.first().is_some_and(|first| first.decoded() == member))
    }

    /// What becomes of something by it. Nothing may come in that is not told of it, and nothing may become larger than a body may be: both is
    /// seen before there is work to do.
    pub fn apply<T: Serialize + DeserializeOwned>(&self, to: &T) -> Result<T> {
        let mut whole = serde_json::to_value(to).map_err(Error::internal)?;
        let is_known = |path: &Pointer| path.first().is_some_and(|first| whole.get(&*first.decoded()).is_some());
        if let Some(path) = self.0.iter().flat_map(paths).find(|path| !is_known(path)) {
            return Err(no_member(path.as_str()));
        }
        let largest = size(&whole, DEEPEST).unwrap_or(0).max(LARGEST);
        for (at, operation) in self.0.iter().enumerate() {
            json_patch::patch_unsafe(&mut whole, std::slice::from_ref(operation))
                .map_err(|error| Error::field(format!("[{at}]"), format!("This cannot be applied to {}: {}.", error.path, error.kind)))?;
            if grows(operation) && size(&whole, DEEPEST).is_none_or(|size| size > largest) {
                return Err(Error::field(format!("[{at}]"), "By this it becomes larger than 1 MB, or too deeply nested."));
            }
        }
        let changed: T = serde_path_to_error::deserialize(&whole)
            .map_err(|error| Error::field(api::field_of(error.path(), "body"), error.into_inner().to_string()))?;
        let known = serde_json::to_value(&changed).map_err(Error::internal)?;
        match stranger(&whole, &known, "") {
            Some(path) => Err(no_member(&path)),
            None => Ok(changed),
        }
    }
}

/// The paths that a change speaks of.
fn paths(operation: &PatchOperation) -> impl Iterator<Item = &Pointer> {
    let from = match operation {
        PatchOperation::Move(one) => Some(&*one.from),
        PatchOperation::Copy(one) => Some(&*one.from),
        _ => None,
    };
    std::iter::once(operation.path()).chain(from)
}

/// Whether it can make something larger.
fn grows(operation: &PatchOperation) -> bool {
    !matches!(operation, PatchOperation::Remove(_) | PatchOperation::Test(_))
}

/// How many bytes of JSON something has, about: what has to be escaped in a text is not counted twice. `None` if it is nested deeper than so
/// many levels: what walks through it, such as giving its memory back, calls itself for each of them.
fn size(value: &Value, levels: usize) -> Option<usize> {
    let levels = levels.checked_sub(1)?;
    Some(match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().try_fold(2, |sum, item| Some(sum + size(item, levels)? + 1))?,
        Value::Object(members) => members.iter().try_fold(2, |sum, (name, value)| Some(sum + name.len() + size(value, levels)? + 4))?,
    })
}

fn no_member(path: &str) -> Error {
    Error::field(path.to_owned(), format!("{path} is nothing that can be changed here."))
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
    fn the_cost_of_a_patch_is_bounded() {
        let doubling = |times: usize| -> Vec<Value> {
            std::iter::repeat_with(|| json!({ "op": "copy", "from": "/tags", "path": "/tags/0" })).take(times).collect()
        };
        let started = std::time::Instant::now();
        let field = |error: Error| match error {
            Error::Invalid(fields) => fields.0.into_iter().next().unwrap(),
            other => panic!("{other}"),
        };
        let (at, why) = field(patched(json!(doubling(100))).unwrap_err());
        assert!(at.starts_with("[1") && why.contains("1 MB"), "{at}: {why}");
        assert_eq!(field(patched(json!(doubling(101))).unwrap_err()).0, "body");
        // Each of these nests twice as deep as the one before.
        let mut deeper = vec![json!({ "op": "replace", "path": "/tags", "value": [[1]] })];
        deeper.extend((0..20).map(|times| json!({ "op": "copy", "from": "/tags", "path": format!("/tags{}", "/0".repeat(1 << times)) })));
        assert!(field(patched(json!(deeper)).unwrap_err()).1.contains("too deeply nested"));
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
        // What is outside of the members is refused before anything is done.
        for path in ["/colour", "", "/nam", "/tags~1x"] {
            let first = json!({ "op": "copy", "from": path, "path": "/tags/9" });
            assert_eq!(field(patched(json!([first])).unwrap_err()).0, path);
        }
    }

    #[test]
    fn a_patch_knows_what_it_is_about() {
        let about = |operations: Value| Patch::read(serde_json::from_value(operations).unwrap()).unwrap().is_about("tags");
        assert!(about(json!([{ "op": "remove", "path": "/tags/0" }, { "op": "add", "path": "/tags", "value": [] }])));
        assert!(!about(json!([{ "op": "remove", "path": "/tags/0" }, { "op": "remove", "path": "/tagsy" }])));
        assert!(!about(json!([{ "op": "copy", "from": "/order", "path": "/tags/0" }])));
    }
}
