//! The description of the API, made from the route table: it cannot say what is not so.

use std::sync::{Arc, OnceLock};

use axum::{body::Bytes, extract::Extension, http::Method};
use serde_json::{Map, Value, json};

use super::reference::{Subject, subjects};
use crate::authz::{
    Argument, Operation, Permission,
    routes::{Guard, Surface, names_in},
};

/// What is made from the table of all routes, when somebody asks for it the first time.
#[derive(Clone)]
pub struct Documents {
    table: fn() -> Vec<Operation>,
    openapi: Arc<OnceLock<Bytes>>,
    subjects: Arc<OnceLock<Arc<[Subject]>>>,
}

impl Documents {
    /// Those of a table.
    pub fn of(table: fn() -> Vec<Operation>) -> Self {
        Self { table, openapi: Arc::default(), subjects: Arc::default() }
    }

    /// OpenAPI 3.1, as JSON.
    pub fn openapi(&self) -> Bytes {
        self.openapi.get_or_init(|| describe(&(self.table)()).to_string().into()).clone()
    }

    /// The same to read, by subject.
    pub fn subjects(&self) -> Arc<[Subject]> {
        self.subjects.get_or_init(|| subjects(&(self.table)()).into()).clone()
    }
}

impl Argument for Extension<Documents> {
    fn describe(_: &mut Operation) {}
}

/// What a surface of JSON has that others do not.
struct Words {
    /// The name of the schema of its errors.
    error: &'static str,
    /// How one may say who one is.
    security: Value,
}

impl Words {
    fn of(surface: Surface) -> Option<Self> {
        match surface {
            Surface::Json => Some(Self { error: "Error", security: json!([{ "token": [] }, { "basic": [] }, { "session": [] }]) }),
            Surface::Management => Some(Self { error: "Mistakes", security: json!([{ "basic": [] }, { "token": [] }]) }),
            Surface::Page | Surface::Application => None,
        }
    }
}

/// Describes all JSON routes of the table.
fn describe(table: &[Operation]) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let error = json!({
        "type": "object", "required": ["code", "error"],
        "properties": {
            "code": { "type": "string", "description": "a stable word for programs" },
            "error": { "description": "a sentence for people, or messages by name" },
            "errors": { "type": "object", "additionalProperties": { "type": "string" }, "description": "messages by field" }
        }
    });
    schemas.insert("Error".into(), error);
    let mistakes = json!({
        "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } },
        "description": "messages by field; those about the whole request stand under the empty name"
    });
    schemas.insert("Mistakes".into(), mistakes);
    for operation in table {
        let Some(words) = Words::of(operation.surface) else { continue };
        for schema in [operation.body, operation.answer].into_iter().flatten() {
            for (name, schema) in schema.read().parts {
                schemas.entry(name).or_insert_with(|| json!(schema));
            }
        }
        let entry = paths.entry(operation.path.replace("{*", "{")).or_insert_with(|| json!({}));
        entry[operation.method.as_str().to_lowercase()] = described(operation, &words);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Burgee", "version": env!("CARGO_PKG_VERSION"),
            "description": "Teams, and who may change what runs. Sign in with a token: `Authorization: Bearer …`, or Basic with the token’s id as the user name and the token as the password.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": {
            "token": { "type": "http", "scheme": "bearer", "description": "a token" },
            "basic": { "type": "http", "scheme": "basic", "description": "the same token: its id is the user name, itself the password" },
            "session": { "type": "apiKey", "in": "cookie", "name": "burgee", "description": "the cookie of a signed-in browser; over https its name is __Host-burgee" }
        } },
    })
}

fn described(operation: &Operation, words: &Words) -> Value {
    let mut described = json!({
        "operationId": identifier(operation),
        "summary": operation.sentence,
        "tags": [tag(operation.path)],
        "parameters": parameters(operation),
        "responses": responses(operation, words),
        "security": [],
    });
    if matches!(operation.guard, Some(Guard::SignedIn | Guard::Permission(_) | Guard::InBody(_))) {
        described["security"] = words.security.clone();
    }
    if let Some(Guard::Permission(permission) | Guard::InBody(permission)) = operation.guard {
        described["x-permission"] = json!(permission.key());
        described["description"] = json!(sentence(permission));
    }
    if let Some(body) = &operation.body {
        described["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": body.read().schema } } });
    }
    described
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let kind = |name: &str| operation.types.iter().find(|(typed, _)| *typed == name).map_or("string", |(_, kind)| kind);
    let in_path = names_in(operation.path).into_iter().map(|name| {
        let schema = schema_of(if kind(name) == "integer" { number(operation.surface, name) } else { kind(name) });
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    });
    let in_query = operation
        .query
        .iter()
        .map(|(name, meaning)| json!({ "name": name, "in": "query", "description": meaning, "schema": schema_of(kind(name)) }));
    let header = operation.header.map(
        |(name, meaning)| json!({ "name": name, "in": "header", "required": true, "description": meaning, "schema": schema_of("string") }),
    );
    in_path.chain(in_query).chain(header).collect()
}

/// Clients that were made for ConfigCat’s API keep some numbers in 32 bits.
fn number(surface: Surface, name: &str) -> &'static str {
    match (surface, name) {
        (Surface::Management, "setting" | "webhook") => "integer",
        _ => "long",
    }
}

/// What it answers, by status.
fn responses(operation: &Operation, words: &Words) -> Value {
    let refused = |meaning: &str| json!({ "description": meaning, "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{}", words.error) } } } });
    let done = match &operation.answer {
        Some(answer) => json!({ "description": "done", "content": { "application/json": { "schema": answer.read().schema } } }),
        None => json!({ "description": "done" }),
    };
    let mut responses = json!({ operation.status.as_str(): done, "429": refused("too many attempts"), "503": refused("nothing can be saved at the moment") });
    if operation.or_nothing {
        responses["204"] = json!({ "description": "done, and nothing was to be changed" });
    }
    let [unknown, forbidden, missing] = match operation.guard {
        Some(Guard::Permission(_) | Guard::InBody(_)) => {
            ["nobody is signed in", "the permission is not held", "there is no such thing, or it is not for the caller to see"]
        }
        _ => ["nobody is signed in, or what was shown is wrong", "not possible on this instance", "there is no such thing"],
    };
    responses["400"] = refused("the input does not fit, and every field at fault is named; or a rule stands in the way");
    responses["401"] = refused(unknown);
    responses["403"] = refused(forbidden);
    responses["404"] = refused(missing);
    let changes = operation.method != Method::GET;
    if operation.body.is_some() {
        responses["413"] = refused("the body is larger than is read");
    }
    if changes {
        responses["409"] = refused("it contradicts the state of things");
    }
    if changes && !operation.names.is_empty() {
        responses["410"] = refused("it was there and has ended");
    }
    responses
}

fn schema_of(kind: &str) -> Value {
    match kind {
        "string" => json!({ "type": "string" }),
        "boolean" => json!({ "type": "boolean" }),
        "integer" => json!({ "type": "integer", "format": "int32" }),
        "long" => json!({ "type": "integer", "format": "int64" }),
        format => json!({ "type": "string", "format": format }),
    }
}

fn sentence(permission: Permission) -> String {
    format!("Needs `{}`: {}.", permission.key(), permission.sentence())
}

/// `GET /api/v1/teams/{team}/members` is `get-teams-team-members`.
fn identifier(operation: &Operation) -> String {
    let path = operation.path.trim_start_matches("/api/v1").replace(['{', '}', '*'], "").replace('/', "-");
    format!("{}{path}", operation.method.as_str().to_lowercase())
}

/// The group of an operation: the first noun of its path.
pub fn tag(path: &str) -> &str {
    path.split('/').find(|part| !["", "api", "v1", "v2"].contains(part)).unwrap_or("api")
}
