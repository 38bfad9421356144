//! Permission groups, as the Terraform provider and the command line treat them.

use std::collections::BTreeSet;

use burgee::authz::{Access, GROUP_PERMISSIONS, Permission};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, Team, on_both};

/// All keys that a generated client insists on.
fn keys() -> BTreeSet<&'static str> {
    let others = [
        "permissionGroupId",
        "name",
        "accessType",
        "newEnvironmentAccessType",
        "environmentAccesses",
        "product",
        "approvalPermissionType",
        "newEnvironmentApprovalPermissionType",
        "environmentApprovalPermissions",
    ];
    others.into_iter().chain(GROUP_PERMISSIONS.iter().map(|switch| switch.wire)).collect()
}

fn has_all_keys(group: &Value) {
    let found: BTreeSet<&str> = group.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found, keys());
    assert_eq!(found.len(), 30);
}

/// The levels of a group by environment.
fn level<'a>(group: &'a Value, environment: &str) -> &'a Value {
    let levels = group["environmentAccesses"].as_array().unwrap();
    &levels.iter().find(|level| level["environmentId"] == environment).unwrap_or_else(|| panic!("no {environment} in {group}"))["environmentAccessType"]
}

async fn events(owner: &Client, product: &Product) -> i64 {
    owner.get(&format!("/v2/products/{}/auditlogs", product.id)).await.ok()["paging"]["totalCount"].as_i64().unwrap()
}

/// A Guest who manages the members of the product and holds nothing else.
async fn manager(server: &Server, product: &Product) -> Client {
    let group = server.group(product, "Hosts", &[Permission::ProductMembersManage], &[(&product.test, Access::ReadOnly)]).await;
    let host = server.person("hoa").await;
    server.put_in(product, group, &host).await;
    host
}

async fn world(server: &Server) -> (Team, Product, Client) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let terraform = server.token(&team.owner, false).await;
    (team, product, terraform)
}

on_both! {
    async fn what_is_absent_stays(server) {
        let (_team, product, terraform) = world(&server).await;
        let list = format!("/v1/products/{}/permissions", product.id);
        let levels = json!([
            { "environmentId": product.test, "environmentAccessType": "full" },
            { "environmentId": product.production, "environmentAccessType": "readOnly" },
        ]);
        let mut body = json!({ "name": "Testers", "accessType": "custom", "newEnvironmentAccessType": "none", "environmentAccesses": levels });
        for switch in GROUP_PERMISSIONS {
            body[switch.wire] = json!(false);
        }
        body["canTagSetting"] = json!(true);
        let made = terraform.post(&list, body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.ok();
        has_all_keys(&made);
        assert_eq!((&made["name"], &made["canTagSetting"], &made["canManageMembers"]), (&json!("Testers"), &json!(true), &json!(false)));
        assert_eq!((level(&made, &product.test), level(&made, &product.production)), (&json!("full"), &json!("readOnly")));
        assert_eq!(made["environmentAccesses"][0].as_object().unwrap().len(), 8);
        assert_eq!(made["product"]["productId"], product.id.as_str());
        assert_eq!(made["environmentApprovalPermissions"], json!([]));
        let path = format!("/v1/permissions/{}", made["permissionGroupId"]);
        assert_eq!(terraform.get(&path).await.ok(), made);
        let all = terraform.get(&list).await.ok();
        let names: Vec<&str> = all.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Administrators", "Developer", "Product Manager", "Testers"]);
        all.as_array().unwrap().iter().for_each(has_all_keys);
        assert_eq!(all[3], made);

        // Another kind of access keeps the level for new environments, and has none for each.
        let changed = terraform.put(&path, json!({ "accessType": "readOnly", "newEnvironmentAccessType": "full" })).await.ok();
        assert_eq!((&changed["accessType"], &changed["newEnvironmentAccessType"]), (&json!("readOnly"), &json!("full")));
        assert_eq!(changed["environmentAccesses"], json!([]));
        assert_eq!((&changed["name"], &changed["canTagSetting"]), (&json!("Testers"), &json!(true)), "what is absent stays");

        // Levels are merged by environment; none takes one away.
        let both = json!({ "accessType": "custom", "environmentAccesses": levels });
        terraform.put(&path, both).await.ok();
        let one = json!({ "environmentAccesses": [{ "environmentId": product.test, "environmentAccessType": "none" }], "name": null });
        let cleared = terraform.put(&path, one).await.ok();
        assert_eq!((level(&cleared, &product.test), level(&cleared, &product.production)), (&json!("none"), &json!("readOnly")));

        let refused = terraform.put(&path, json!({ "canDeleteConfig": true })).await;
        assert!(refused.text.contains("CanDeleteConfig is not allowed without"), "{}", refused.text);
        refused.refused(400);
        terraform.put(&path, json!({ "canDeleteConfig": true, "canCreateOrUpdateConfig": true })).await.ok();
        let broken = terraform.put(&path, json!({ "canCreateOrUpdateConfig": false })).await;
        assert!(broken.text.contains("CanDeleteConfig is not allowed without"), "{}", broken.text);
    }

    async fn a_whole_group_is_sent_back(server) {
        let (team, product, terraform) = world(&server).await;
        let path = format!("/v1/permissions/{}", product.developer);
        let whole = terraform.get(&path).await.ok();
        let before = events(&team.owner, &product).await;
        assert_eq!(terraform.put(&path, whole.clone()).await.ok(), whole);
        assert_eq!(events(&team.owner, &product).await, before, "nothing was changed");

        let mut edited = whole.clone();
        edited["accessType"] = json!("readonly");
        edited["newEnvironmentAccessType"] = json!("READONLY");
        edited["canRotateSdkKey"] = json!(true);
        edited["canViewSdkKey"] = json!(true);
        edited["product"]["name"] = json!("Another name");
        edited["somethingNewer"] = json!({ "a": 1 });
        let after = terraform.put(&path, edited).await.ok();
        assert_eq!((&after["accessType"], &after["newEnvironmentAccessType"]), (&json!("readOnly"), &json!("readOnly")));
        assert_eq!((&after["canRotateSdkKey"], &after["product"]["name"]), (&json!(true), &json!("Storefront")));
        assert_eq!(events(&team.owner, &product).await, before + 1);

        // As it was, with all levels as they were read.
        let back = terraform.put(&path, whole.clone()).await.ok();
        assert_eq!(back, whole);
    }

    async fn nothing_is_approved(server) {
        let (_team, product, terraform) = world(&server).await;
        let (list, path) = (format!("/v1/products/{}/permissions", product.id), format!("/v1/permissions/{}", product.manager));
        for fine in [json!(null), json!("cannotApprove"), json!("CANNOTAPPROVE")] {
            terraform.put(&path, json!({ "approvalPermissionType": fine, "newEnvironmentApprovalPermissionType": fine })).await.ok();
        }
        let each = json!([{ "environmentId": product.test, "environmentApprovalPermissionType": "cannotApprove" }]);
        terraform.put(&path, json!({ "environmentApprovalPermissions": each })).await.ok();
        for (field, asked) in [
            ("approvalPermissionType", json!("canApproveOthers")),
            ("approvalPermissionType", json!(7)),
            ("newEnvironmentApprovalPermissionType", json!("canBypassApproval")),
            ("environmentApprovalPermissions", json!([{ "environmentId": product.test, "environmentApprovalPermissionType": "canApproveOthers" }])),
            ("environmentApprovalPermissions", json!("all")),
        ] {
            let capital = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
            let said = terraform.put(&path, json!({ field: asked })).await.refused(400);
            assert!(said[&capital][0].as_str().unwrap().contains("not approved"), "{said}");
            let said = terraform.post(&list, json!({ "name": "X", field: asked })).await.refused(400);
            assert!(said[&capital][0].is_string(), "{said}");
        }
    }

    async fn what_does_not_fit_is_named(server) {
        let (team, product, terraform) = world(&server).await;
        let (list, path) = (format!("/v1/products/{}/permissions", product.id), format!("/v1/permissions/{}", product.developer));
        let other = server.product(&team, "Intranet").await;
        let foreign = json!([{ "environmentId": other.test, "environmentAccessType": "full" }]);
        for (body, field) in [
            (json!({ "name": "" }), "Name"),
            (json!({ "name": "Administrators" }), "Name"),
            (json!({ "name": 5 }), "Name"),
            (json!({ "accessType": "some" }), "AccessType"),
            (json!({ "newEnvironmentAccessType": "custom" }), "NewEnvironmentAccessType"),
            (json!({ "canManageMembers": "yes" }), "CanManageMembers"),
            (json!({ "environmentAccesses": [{ "environmentId": "nowhere", "environmentAccessType": "full" }] }), "EnvironmentAccesses"),
            (json!({ "environmentAccesses": [{ "environmentId": product.test }] }), "EnvironmentAccesses"),
            (json!({ "environmentAccesses": foreign }), "EnvironmentAccesses"),
        ] {
            let said = terraform.put(&path, body.clone()).await.refused(400);
            assert!(said[field][0].is_string(), "{body}: {said}");
        }
        assert!(terraform.post(&list, json!({})).await.refused(400)["Name"][0].is_string());
        terraform.post(&list, json!([])).await.refused(400);
        terraform.get("/v1/permissions/999999999").await.refused(404);
        terraform.get("/v1/permissions/first").await.refused(404);
    }

    async fn a_group_in_use_stays(server) {
        let (team, product, terraform) = world(&server).await;
        let dev = server.person("dev").await;
        server.put_in(&product, product.developer, &dev).await;
        let path = format!("/v1/permissions/{}", product.developer);
        let said = terraform.delete(&path).await.refused(400);
        assert!(said[""][0].as_str().unwrap().contains("Move them"), "{said}");
        terraform.get(&path).await.ok();
        team.owner.delete(&format!("/v1/products/{}/members/{}", product.id, dev.id)).await.ok();
        terraform.delete(&path).await.ok();
    }

    async fn nobody_hands_out_more_than_they_hold(server) {
        let (_team, product, _) = world(&server).await;
        let host = manager(&server, &product).await;
        let list = format!("/v1/products/{}/permissions", product.id);
        let own = host.get(&list).await.ok().as_array().unwrap().iter().find(|group| group["name"] == "Hosts").unwrap()["permissionGroupId"].clone();
        for too_much in [
            json!({ "canDeleteTag": true, "canCreateOrUpdateTag": true }),
            json!({ "accessType": "full" }),
            json!({ "newEnvironmentAccessType": "readOnly" }),
            json!({ "environmentAccesses": [{ "environmentId": product.test, "environmentAccessType": "full" }] }),
            json!({ "environmentAccesses": [{ "environmentId": product.production, "environmentAccessType": "readOnly" }] }),
        ] {
            host.put(&format!("/v1/permissions/{own}"), too_much.clone()).await.refused(403);
            let mut new = too_much;
            new["name"] = json!("Backdoor");
            host.post(&list, new).await.refused(403);
        }
        assert!(!host.get(&list).await.text.contains("Backdoor"));
        // Nothing is given, so it is theirs to make; and lowering is theirs, too.
        host.post(&list, json!({ "name": "Onlookers" })).await.ok();
        host.put(&format!("/v1/permissions/{}", product.manager), json!({ "canTagSetting": false, "accessType": "readOnly" })).await.ok();
        let dev = server.person("dev").await;
        server.put_in(&product, product.developer, &dev).await;
        dev.get(&list).await.refused(403);
        dev.delete(&format!("/v1/permissions/{own}")).await.refused(403);
        server.person("sam").await.get(&list).await.refused(404);
        let reads = server.token(&host, true).await;
        reads.get(&list).await.ok();
        reads.post(&list, json!({ "name": "By a token that reads" })).await.refused(403);
    }
}
