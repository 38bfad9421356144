//! Who may carry what out, and bring what in.

use burgee::authz::{Access, Permission};
use serde_json::{Value, json};

use super::{NEXT_KEY, bring, carry, counted, export_of, harbor, import_into, send, world};
use crate::support::on_both;

on_both! {
    async fn no_access_is_obeyed(server) {
        let (team, product) = harbor(&server).await;
        let noor = server.person("noor").await;
        let switches = [Permission::ProductExport, Permission::SettingWrite, Permission::ConfigWrite, Permission::EnvironmentWrite, Permission::SdkKeyRead];
        let group = server.group(&product, "Exporters", &switches, &[(&product.test, Access::Full)]).await;
        server.put_in(&product, group, &noor).await;
        let whole = team.owner.get(&export_of(&product)).await.ok();
        let told = noor.get(&export_of(&product)).await.ok();
        let setting = &told["products"][0]["configs"][0]["settings"][0];
        assert_eq!(setting["values"], json!({ "Test": true }), "no value of Production");
        assert_eq!(told["products"][0]["configs"][0]["sdkKeys"].as_object().unwrap().keys().collect::<Vec<_>>(), ["Test"]);
        assert_eq!(told["products"][0]["permissionGroups"], Value::Null);
        let left_out = json!([
            { "product": "Storefront", "what": "permission groups and people" },
            { "product": "Storefront", "what": "webhooks", "environment": "Test" },
            { "product": "Storefront", "what": "values", "environment": "Production" },
            { "product": "Storefront", "what": "SDK keys", "environment": "Production" },
            { "product": "Storefront", "what": "webhooks", "environment": "Production" },
        ]);
        assert_eq!(told["leftOut"], left_out);
        assert_eq!(whole["leftOut"], Value::Null);

        // Nor does an import tell whether a guess about Production is right.
        let answers: Vec<Value> = [true, false]
            .into_iter()
            .map(|guess| json!({ "burgee": 1, "products": [{ "name": "x", "configs": [{ "name": "Main Config", "settings": [
                { "key": "newCheckout", "type": "boolean", "values": { "Production": guess } }] }] }] }))
            .collect();
        let mut said = vec![];
        for guess in &answers {
            said.push(send(&noor, &format!("{}?dryRun=true", import_into(&product)), guess).await.ok());
        }
        assert_eq!(said[0], said[1]);
        assert_eq!(said[0]["conflicts"][0]["message"], "You have no access to Production.");
        // Nor may they make a key for it that they know, or a value there.
        let key = json!({ "burgee": 1, "products": [{ "name": "x", "configs": [{ "name": "Another", "sdkKeys": { "Production": { "primary": NEXT_KEY } },
            "settings": [{ "key": "a", "type": "boolean", "values": { "Production": true } }] }] }] });
        let refused = send(&noor, &import_into(&product), &key).await.refused(409);
        let told: Vec<&str> = refused["conflicts"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
        assert_eq!(told, ["You may not set the SDK keys of Production.", "You have no access to Production."]);
    }

    async fn nobody_gives_more_than_they_hold(server) {
        let (_, product) = harbor(&server).await;
        let noor = server.person("noor").await;
        let switches = [Permission::ProductExport, Permission::ProductMembersManage, Permission::EnvironmentWrite];
        let levels = [(product.test.as_str(), Access::Full), (product.production.as_str(), Access::ReadOnly)];
        let group = server.group(&product, "Exporters", &switches, &levels).await;
        server.put_in(&product, group, &noor).await;
        let only = |part: Value| json!({ "burgee": 1, "products": [part] });
        let cases = [
            (json!({ "name": "x", "permissionGroups": [{ "name": "All", "access": "full" }] }),
             "You cannot give more than you hold yourself: Full access to Production, Full access to new environments."),
            (json!({ "name": "x", "permissionGroups": [{ "name": "Some", "permissions": ["canCreateOrUpdateTag"] }] }),
             "You cannot give more than you hold yourself: “Create and change tags”."),
            (json!({ "name": "x", "environments": [{ "name": "Own" }],
                     "permissionGroups": [{ "name": "Some", "environments": { "Own": "readOnly" } }] }),
             "You cannot give more than you hold yourself: Read-only access to Own."),
            (json!({ "name": "x", "people": [{ "email": "friend@example.com", "group": "Administrators" }] }),
             "You cannot give more than you hold yourself: "),
            (json!({ "name": "x", "configs": [{ "name": "New" }] }), "You may not create configs in this product."),
            (json!({ "name": "x", "tags": [{ "name": "New" }] }), "You may not create tags in this product."),
            (json!({ "name": "x", "segments": [{ "name": "New", "conditions": [{ "attribute": "a", "is": "textEquals", "value": "b" }] }] }),
             "You may not create segments in this product."),
            (json!({ "name": "x", "environments": [{ "name": "Noted", "noteRequired": true }] }),
             "You may not change the preferences of this product."),
            (json!({ "name": "x", "configs": [{ "name": "Main Config", "settings": [{ "key": "new", "type": "boolean" }] }] }),
             "You may not create flags and settings in this product."),
        ];
        let before = counted(&server).await;
        for (part, why) in cases {
            let refused = send(&noor, &import_into(&product), &only(part.clone())).await.refused(409);
            let message = refused["conflicts"][0]["message"].as_str().unwrap();
            assert!(message.starts_with(why), "{part}: {message}");
        }
        assert_eq!(counted(&server).await, before);
        // What they hold they may give; an environment does not take the id that they wish for.
        let fine = json!({ "name": "x", "environments": [{ "id": "01890000-0000-7000-8000-0000000000aa", "name": "Own" }],
            "permissionGroups": [{ "name": "Testers", "permissions": ["canManageMembers"], "environments": { "Test": "full" } }],
            "people": [{ "email": "friend@example.com", "group": "Testers" }] });
        let done = send(&noor, &import_into(&product), &only(fine)).await.ok();
        assert_eq!(done["imported"], true, "{done}");
        assert_eq!(done["ids"][0]["kind"], "environment");
        assert!(server.mail_to("friend@example.com").await.text.contains("Storefront"));
        // Without the switch there is no way in at all.
        let pat = server.person("pat").await;
        server.put_in(&product, product.developer, &pat).await;
        pat.get(&export_of(&product)).await.refused(403);
        send(&pat, &import_into(&product), &only(json!({ "name": "x" }))).await.refused(403);
    }

    async fn secret_headers_leave_on_the_command_line_only(server) {
        bring(&server, &world()).await.unwrap();
        let carried = carry(&server).await;
        assert_eq!(carried["teams"][0]["products"][0]["webhooks"][0]["headers"][1]["value"], "Bearer s3cret");
        let path = "/api/v1/products/01890000-0000-7000-8000-000000000001";
        let told = server.admin.get(&format!("{path}/export")).await.ok();
        let webhook = &told["products"][0]["webhooks"][0];
        assert_eq!(webhook["headers"], json!([{ "key": "X-Team", "value": "harbor" }, { "key": "Authorization", "secure": true }]));
        assert_eq!(webhook["signingKeys"][1], "configcat_whsk_fedcba9876543210");
        assert_eq!(told["leftOut"], json!([{ "product": "Storefront", "what": "values of secure headers of webhooks" }]));
    }

    async fn service_accounts_stay_where_they_are(server) {
        let (team, product) = harbor(&server).await;
        let path = format!("/api/v1/teams/{}/service-accounts", team.id);
        let account = team.owner.post(&path, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
        let whole = format!("/api/v1/teams/{}/export", team.id);
        let before = team.owner.get(&whole).await.ok();
        let path = format!("{path}/{account}/tokens");
        team.owner.post(&path, json!({ "name": "ci" })).await.ok();
        let mut robot = server.anonymous();
        robot.id = account;
        server.put_in(&product, product.manager, &robot).await;
        assert_eq!(team.owner.get(&whole).await.ok(), before);
        let people: Vec<&str> =
            before["teams"][0]["people"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect();
        assert!(people.contains(&"harbor-owner@example.com") && people.iter().all(|email| email.contains('@')), "{people:?}");
    }
}
