//! What the public description says of these operations: enough for a client to be made from it.

use serde_json::{Value, json};

use crate::support::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_can_be_made_from_it() {
    let server = Server::sqlite().await;
    let api = server.anonymous().get("/api/openapi.json").await.ok();
    let parameter = |path: &str, method: &str, name: &str| -> Value {
        let all = api["paths"][path][method]["parameters"].as_array().unwrap_or_else(|| panic!("no {method} {path}"));
        all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {method} {path}"))["schema"].clone()
    };
    assert_eq!(parameter("/v1/permissions/{group}", "get", "group"), json!({ "type": "integer", "format": "int64" }));
    assert_eq!(parameter("/v1/products/{product}/permissions", "get", "product"), json!({ "type": "string", "format": "uuid" }));
    let pages = "/v2/organizations/{team}/auditlogs";
    assert_eq!(parameter(pages, "get", "pageNumber"), json!({ "type": "integer", "format": "int32" }));
    assert_eq!(parameter(pages, "get", "productId"), json!({ "type": "string", "format": "uuid" }));
    assert_eq!(parameter(pages, "get", "auditLogType"), json!({ "type": "string" }));

    let done = |path: &str, method: &str, status: &str| api["paths"][path][method]["responses"][status].clone();
    let made = done("/v1/products/{product}/permissions", "post", "201");
    assert_eq!(made["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/PermissionGroupModel");
    for (path, method, status) in [
        ("/v1/permissions/{group}", "delete", "204"),
        ("/v1/invitations/{invitation}", "delete", "204"),
        ("/v1/organizations/{team}/members/{person}", "delete", "204"),
        ("/v1/organizations/{team}/members/{person}", "post", "200"),
        ("/v1/products/{product}/members/invite", "post", "200"),
    ] {
        let said = done(path, method, status);
        assert!(said.is_object() && said["content"].is_null(), "{method} {path} answers {status} and nothing else: {said}");
    }
    let schemas = &api["components"]["schemas"];
    assert_eq!(schemas["PermissionGroupModel"]["required"].as_array().unwrap().len(), 30);
    assert_eq!(schemas["CreatePermissionGroupRequest"]["required"], json!(["name"]));
    assert_eq!(schemas["AuditLogItemModel"]["required"].as_array().unwrap().len(), 12);
    assert_eq!(schemas["UpdateMemberPermissionsRequest"]["required"], json!(null), "all of it may be absent");
    assert!(api["paths"]["/v1/permissions/{group}"]["get"]["security"].as_array().unwrap().contains(&json!({ "basic": [] })));

    // What is sent in a list is described, and a header that is needed is too.
    let patch = &api["paths"]["/v2/settings/{setting}/value"]["patch"];
    let operations = &patch["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!((&operations["type"], &operations["items"]["required"]), (&json!("array"), &json!(["op", "path"])));
    assert_eq!(patch["responses"]["204"]["content"], Value::Null);
    assert_eq!(parameter("/v2/settings/{setting}/value", "patch", "X-CONFIGCAT-SDKKEY"), json!({ "type": "string" }));
    assert_eq!(parameter("/v2/settings/{setting}/value", "patch", "setting"), json!({ "type": "string" }), "a key does as well");
    assert_eq!(parameter("/v1/settings/{setting}", "get", "setting"), json!({ "type": "integer", "format": "int32" }));
    assert_eq!(parameter("/api/v1/teams/{team}", "get", "team"), json!({ "type": "string", "format": "uuid" }));
    assert_eq!(parameter("/api/v1/teams/slug/{team}", "get", "team"), json!({ "type": "string" }));

    // Every schema that is referred to is there.
    let text = api.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas[name].is_object(), "there is no schema {name}");
    }
}

/// Two types with one name would be described as one of them.
#[test]
fn a_name_stands_for_one_schema() {
    let mut known: std::collections::BTreeMap<String, Value> = Default::default();
    for route in burgee::app::table() {
        for (name, schema) in [&route.body, &route.answer].into_iter().flatten().flat_map(|schema| schema.read().parts) {
            let schema = json!(schema);
            let before = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*before, schema, "{name} in {} {}", route.method, route.path);
        }
    }
    assert!(known.len() > 100, "{}", known.len());
}
