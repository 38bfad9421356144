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

    // Every schema that is referred to is there.
    let text = api.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas[name].is_object(), "there is no schema {name}");
    }
}
