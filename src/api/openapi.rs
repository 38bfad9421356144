//! The description of the API, made from the route table: it cannot say what is not so.

use std::sync::Arc;

use axum::extract::Extension;
use serde_json::{Map, Value, json};

use crate::authz::{
    Argument, Operation, Permission,
    routes::{Guard, Surface},
};

/// The finished description and the table it was made from.
#[derive(Clone)]
pub struct Documents {
    /// OpenAPI 3.1.
    pub openapi: Arc<Value>,
    /// All routes.
    pub table: Arc<Vec<Operation>>,
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
pub fn describe(table: Vec<Operation>) -> Documents {
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
    for operation in &table {
        let Some(words) = Words::of(operation.surface) else { continue };
        for schema in [&operation.body, &operation.answer].into_iter().flatten() {
            for (name, schema) in &schema.parts {
                schemas.entry(name.clone()).or_insert_with(|| json!(schema));
            }
        }
        let entry = paths.entry(operation.path.replace("{*", "{")).or_insert_with(|| json!({}));
        entry[operation.method.as_str().to_lowercase()] = described(operation, &words);
    }
    let openapi = json!({
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
    });
    Documents { openapi: Arc::new(openapi), table: Arc::new(table) }
}

fn described(operation: &Operation, words: &Words) -> Value {
    let path_names = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let mut parameters: Vec<Value> = path_names
        .map(|name| name.trim_start_matches('*'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": in_path(operation, name) }))
        .collect();
    let kind = |name: &str| operation.types.iter().find(|(typed, _)| *typed == name).map_or("string", |(_, kind)| kind);
    parameters.extend(
        operation
            .query
            .iter()
            .map(|(name, meaning)| json!({ "name": name, "in": "query", "description": meaning, "schema": schema_of(kind(name)) })),
    );
    let refused = |meaning: &str| json!({ "description": meaning, "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{}", words.error) } } } });
    let done = match &operation.answer {
        Some(answer) => json!({ "description": "done", "content": { "application/json": { "schema": answer.schema } } }),
        None => json!({ "description": "done" }),
    };
    let mut responses = json!({ operation.status.as_str(): done, "429": refused("too many attempts"), "503": refused("nothing can be saved at the moment") });
    if operation.body.is_some() || !operation.query.is_empty() {
        responses["400"] = refused("the input does not fit; every field at fault is named");
        responses["413"] = refused("the body is larger than 1 MB");
    }
    if operation.body.is_some() {
        responses["409"] = refused("it contradicts the state of things");
    }
    let mut described = json!({
        "operationId": identifier(operation),
        "summary": operation.sentence,
        "tags": [tag(operation.path)],
        "parameters": parameters,
        "security": [],
    });
    if matches!(operation.guard, Some(Guard::SignedIn)) {
        described["security"] = words.security.clone();
    }
    if let Some(Guard::Permission(permission)) = operation.guard {
        responses["401"] = refused("nobody is signed in");
        responses["403"] = refused("the permission is not held");
        responses["404"] = refused("there is no such thing, or it is not for the caller to see");
        described["security"] = words.security.clone();
        described["x-permission"] = json!(permission.key());
        described["description"] = json!(sentence(permission));
    } else {
        responses["404"] = refused("there is no such thing");
        responses["401"] = refused("nobody is signed in, or what was shown is wrong");
        responses["403"] = refused("not possible on this instance");
    }
    described["responses"] = responses;
    if let Some(body) = &operation.body {
        described["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": body.schema } } });
    }
    described
}

/// What a name in a path stands for. Where it is a slug, a secret or the path of a file, it is a text.
fn in_path(operation: &Operation, name: &str) -> Value {
    match (operation.surface, name) {
        (Surface::Management, "group" | "tag") => json!({ "type": "integer", "format": "int64" }),
        // The key of a setting does as well, where an SDK key says of which config.
        (Surface::Management, "setting") if ["/v1/settings/{setting}/value", "/v2/settings/{setting}/value"].contains(&operation.path) => {
            schema_of("string")
        }
        (Surface::Management, "setting" | "webhook") => json!({ "type": "integer", "format": "int32" }),
        (Surface::Management, _) => schema_of("uuid"),
        _ => schema_of("string"),
    }
}

fn schema_of(kind: &str) -> Value {
    match kind {
        "string" => json!({ "type": "string" }),
        "integer" => json!({ "type": "integer", "format": "int32" }),
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
