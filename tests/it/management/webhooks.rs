//! Webhooks, as programs manage them.

use burgee::{
    authz::{Access, Permission},
    webhooks::MASK,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{Scene, names, patch, refused_at, scene};
use crate::support::{Answer, Receiver, on_both};

/// Creates a webhook of the second config in production.
async fn create(scene: &Scene, new: Value) -> Answer {
    let path = format!("/v1/configs/{}/environments/{}/webhooks", scene.v2, scene.product.production);
    scene.owner().post(&path, new).await
}

async fn made(scene: &Scene, new: Value) -> (String, Value) {
    let answer = create(scene, new).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.ok();
    (format!("/v1/webhooks/{}", made["webhookId"]), made)
}

/// Sends a test with what is stored, as the page does.
async fn sent(scene: &Scene, path: &str) {
    let page = format!("{}/webhooks/{}", scene.product.path, path.rsplit('/').next().unwrap());
    scene.owner().form(&format!("{page}/test"), &[]).await.leads_to();
    scene.server.work().await;
}

on_both! {
    async fn a_webhook_is_made_read_replaced_and_deleted(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (path, first) = made(&scene, json!({ "url": "https://example.com/a" })).await;
        assert_eq!(names(&first), ["config", "content", "environment", "httpMethod", "url", "webHookHeaders", "webhookId"]);
        assert_eq!((names(&first["config"]), names(&first["environment"])), (vec!["configId", "name"], vec!["environmentId", "name"]));
        assert_eq!((&first["config"]["configId"], &first["environment"]["environmentId"]), (&json!(scene.v2), &json!(scene.product.production)));
        assert_eq!((&first["httpMethod"], &first["content"], &first["webHookHeaders"]), (&json!("get"), &Value::Null, &json!([])));
        assert!(first["webhookId"].as_i64().is_some_and(|id| i32::try_from(id).is_ok()));
        assert_eq!(owner.get(&path).await.ok(), first);
        assert_eq!(owner.get(&format!("/v1/products/{}/webhooks", scene.product.id)).await.ok(), json!([first]));

        let whole = json!({
            "url": "https://example.com/b", "httpMethod": "POST", "content": "##ChangeNotes##",
            "webHookHeaders": [{ "key": "X-Plain", "value": "plain" }, { "key": "X-Also", "value": "also", "isSecure": false }],
        });
        let replaced = owner.put(&path, whole).await.ok();
        assert_eq!((&replaced["httpMethod"], &replaced["content"]), (&json!("post"), &json!("##ChangeNotes##")));
        assert_eq!(
            replaced["webHookHeaders"],
            json!([{ "key": "X-Plain", "value": "plain", "isSecure": false }, { "key": "X-Also", "value": "also", "isSecure": false }])
        );
        // What a replacement does not list is reset.
        let reset = owner.put(&path, json!({ "url": "https://example.com/b" })).await.ok();
        assert_eq!((&reset["httpMethod"], &reset["content"], &reset["webHookHeaders"]), (&json!("get"), &Value::Null, &json!([])));

        let gone = owner.delete(&path).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        for method in [Method::GET, Method::DELETE] {
            owner.send(method, &path, |request| request).await.refused(404);
        }
        owner.put(&path, json!({ "url": "https://example.com/" })).await.refused(404);
        let log = owner.get(&format!("/v1/products/{}/auditlogs", scene.product.id)).await.ok();
        let told: Vec<&str> = log.as_array().unwrap().iter().filter_map(|entry| entry["auditLogType"].as_str()).collect();
        for kind in ["Webhook created", "Webhook changed", "Webhook deleted"] {
            assert!(told.contains(&kind), "{kind}: {told:?}");
        }
        scene.server.intact_chain(&scene.team.id).await;
    }

    async fn a_patch_changes_what_it_names(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let headers = json!([{ "key": "X-One", "value": "1" }, { "key": "X-Two", "value": "2" }]);
        let (path, before) = made(&scene, json!({ "url": "https://example.com/a", "content": "body", "webHookHeaders": headers })).await;
        let after = patch(owner, &path, json!([
            { "op": "replace", "path": "/url", "value": "https://example.com/b" },
            { "op": "Replace", "path": "/httpMethod", "value": "Post" },
            { "op": "add", "path": "/webHookHeaders/-", "value": { "key": "X-Three", "value": "3", "isSecure": true } },
            { "op": "remove", "path": "/webHookHeaders/0" },
        ])).await.ok();
        assert_eq!((&after["url"], &after["httpMethod"], &after["content"]), (&json!("https://example.com/b"), &json!("post"), &json!("body")));
        assert_eq!(after["webHookHeaders"], json!([{ "key": "X-Two", "value": "2", "isSecure": false }, { "key": "X-Three", "value": MASK, "isSecure": true }]));
        assert_eq!(patch(owner, &path, json!([])).await.ok(), after, "nothing changes nothing");
        for (operations, field, words) in [
            (json!([{ "op": "replace", "path": "/urls", "value": "x" }]), "/urls", "nothing that can be changed"),
            (json!([{ "op": "add", "path": "/colour", "value": "red" }]), "/colour", "nothing that can be changed"),
            (json!([{ "op": "replace", "path": "url", "value": "x" }]), "[0].path", "no path"),
            (json!([{ "op": "remove", "path": "/webHookHeaders/7" }]), "[0]", "/webHookHeaders/7"),
            (json!([{ "op": "test", "path": "/url", "value": before["url"] }]), "[0]", "/url"),
            (json!([{ "op": "replace", "path": "/url", "value": 7 }]), "Url", "string"),
            (json!([{ "op": "remove", "path": "/url" }]), "", "url"),
            (json!([{ "op": "unknown", "path": "/url" }]), "[0].op", "replace"),
            (json!([{ "op": "replace", "path": "/httpMethod", "value": "put" }]), "HttpMethod", "get or post"),
        ] {
            refused_at(patch(owner, &path, operations).await, field, words);
        }
        assert_eq!(owner.get(&path).await.ok(), after);
    }

    async fn secure_headers_are_masked_and_keys_are_told_apart(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let receiver = Receiver::start().await;
        let secure = |value: &str| json!([{ "key": "Authorization", "value": value, "isSecure": true }]);
        let new = json!({ "url": receiver.base, "httpMethod": "post", "webHookHeaders": secure("Bearer s3cret") });
        let (path, first) = made(&scene, new).await;
        assert_eq!(first["webHookHeaders"], secure(MASK));
        assert!(!owner.get(&path).await.text.contains("s3cret"));
        // The mask and nothing stand for what is stored, as long as it goes to the same server.
        for (value, at) in [(MASK, "one"), ("", "two")] {
            let kept = json!({ "url": format!("{}/{at}", receiver.base), "httpMethod": "post", "webHookHeaders": secure(value) });
            assert_eq!(owner.put(&path, kept).await.ok()["webHookHeaders"], secure(MASK));
        }
        patch(owner, &path, json!([{ "op": "replace", "path": "/content", "value": "new" }])).await.ok();
        sent(&scene, &path).await;
        let told = receiver.heard_one();
        assert_eq!((told.path.as_str(), told.header("authorization")), ("/two", "Bearer s3cret"));
        let elsewhere = json!({ "url": "http://127.0.0.1:9/", "webHookHeaders": secure(MASK) });
        refused_at(owner.put(&path, elsewhere).await, "WebHookHeaders[0].Value", "another server");
        refused_at(create(&scene, json!({ "url": receiver.base, "webHookHeaders": secure(MASK) })).await, "WebHookHeaders[0].Value", "give a value");

        let keys = owner.get(&format!("{path}/keys")).await.ok();
        assert_eq!(names(&keys), ["key1", "key2"]);
        let key = keys["key1"].as_str().unwrap().to_owned();
        assert!(key.starts_with("configcat_whsk_") && keys["key2"].is_null(), "{keys}");
        assert_eq!(told.header("x-configcat-webhook-signature-v1"), told.signatures(&[&key]));
        let page = format!("{}/webhooks/{}", scene.product.path, path.rsplit('/').next().unwrap());
        owner.form(&format!("{page}/keys"), &[]).await.leads_to();
        let both = owner.get(&format!("{path}/keys")).await.ok();
        assert_eq!(both["key1"], keys["key1"]);
        sent(&scene, &path).await;
        let told = receiver.heard_one();
        assert_eq!(told.header("x-configcat-webhook-signature-v1"), told.signatures(&[&key, both["key2"].as_str().unwrap()]));
    }

    async fn what_does_not_fit_is_refused_at_its_field(server) {
        let scene = scene(server).await;
        let url = "https://example.com/";
        let header = |key: &str, value: &str| json!({ "url": url, "webHookHeaders": [{ "key": "X-Fine", "value": "y" }, { "key": key, "value": value }] });
        for (new, field, words) in [
            (json!({}), "", "url"),
            (json!({ "url": 7 }), "Url", "string"),
            (json!({ "url": "invalid" }), "Url", "Url is invalid"),
            (json!({ "url": "ftp://example.com/" }), "Url", "Url is invalid"),
            (json!({ "url": format!("{url}{}", "x".repeat(1000)) }), "Url", "Url is invalid"),
            (json!({ "url": url, "httpMethod": "put" }), "HttpMethod", "get or post"),
            (json!({ "url": url, "content": "x".repeat(15_001) }), "Content", "15,000"),
            (json!({ "url": url, "webHookHeaders": vec![json!({ "key": "X", "value": "y" }); 51] }), "WebHookHeaders", "At most 50"),
            (json!({ "url": url, "webHookHeaders": [{ "key": "X" }] }), "WebHookHeaders[0]", "value"),
            (header("Host", "x"), "WebHookHeaders[1].Key", "set by Burgee"),
            (header("a b", "x"), "WebHookHeaders[1].Key", "not the name of a header"),
            (header("X", "a\nb"), "WebHookHeaders[1].Value", "one line"),
            (header("X", ""), "WebHookHeaders[1].Value", "give a value"),
        ] {
            refused_at(create(&scene, new).await, field, words);
        }
        assert_eq!(scene.owner().get(&format!("/v1/products/{}/webhooks", scene.product.id)).await.ok(), json!([]));
    }

    async fn it_is_for_those_who_manage_webhooks_where_they_see_values(server) {
        let scene = scene(server).await;
        let (path, _) = made(&scene, json!({ "url": "https://example.com/m4rk3r" })).await;
        let tester = scene.colleague("tes", &[Permission::WebhookManage], &[(&scene.product.test, Access::ReadOnly)]).await;
        let looker = scene.colleague("loo", &[], &[(&scene.product.test, Access::Full), (&scene.product.production, Access::Full)]).await;
        let stranger = scene.server.team("faraway").await.owner;
        let new = json!({ "url": "https://example.com/" });
        let (list, at) = (format!("/v1/products/{}/webhooks", scene.product.id), format!("/v1/configs/{}/environments", scene.v2));
        let (production, test) = (format!("{at}/{}/webhooks", scene.product.production), format!("{at}/{}/webhooks", scene.product.test));
        for (who, status) in [(&tester, 404), (&looker, 403), (&stranger, 404)] {
            who.get(&path).await.refused(status);
            who.get(&format!("{path}/keys")).await.refused(status);
            who.put(&path, new.clone()).await.refused(status);
            patch(who, &path, json!([])).await.refused(status);
            who.delete(&path).await.refused(status);
            who.post(&production, new.clone()).await.refused(status);
        }
        looker.get(&list).await.refused(403);
        stranger.get(&list).await.refused(404);
        assert_eq!(tester.get(&list).await.ok(), json!([]));
        tester.post(&test, new.clone()).await.ok();
        assert_eq!(tester.get(&list).await.ok().as_array().unwrap().len(), 1);
        scene.server.anonymous().get(&path).await.refused(401);
        let reading = scene.server.token(scene.owner(), true).await;
        reading.get(&path).await.ok();
        reading.delete(&path).await.refused(403);
        // An environment of one product and a config of another do not meet.
        let other = scene.server.product(&scene.team, "Backoffice").await;
        scene.owner().post(&format!("/v1/configs/{}/environments/{}/webhooks", scene.v2, other.test), new).await.refused(404);
        assert_eq!(scene.owner().get(&path).await.ok()["url"], "https://example.com/m4rk3r");
    }
}
