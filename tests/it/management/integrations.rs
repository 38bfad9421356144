//! Integrations, as programs manage them.

use burgee::authz::{Access, Permission};
use serde_json::{Value, json};

use super::scene::{Scene, names, refused_at, scene};
use crate::support::{Answer, on_both};

/// What an integration of this service is to be, for everything.
fn wanted(kind: &str, parameters: Value) -> Value {
    json!({ "integrationType": kind, "name": "Changes", "parameters": parameters, "environmentIds": [], "configIds": [] })
}

async fn create(scene: &Scene, new: Value) -> Answer {
    scene.owner().post(&format!("/v1/products/{}/integrations", scene.product.id), new).await
}

async fn made(scene: &Scene, new: Value) -> (String, Value) {
    let answer = create(scene, new).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.ok();
    (format!("/v1/integrations/{}", made["integrationId"].as_str().unwrap()), made)
}

on_both! {
    async fn each_service_is_made_read_replaced_and_deleted(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let list = format!("/v1/products/{}/integrations", scene.product.id);
        let slack = "https://hooks.slack.com/services/T0/B0/abc";
        let mut paths = vec![];
        for (kind, parameters) in [
            ("dataDog", json!({ "apikey": "a", "site": "Eu" })),
            ("slack", json!({ "incoming_webhook.url": slack })),
            ("amplitude", json!({ "apiKey": "a", "secretKey": "b" })),
            ("mixPanel", json!({ "serviceAccountUserName": "u", "serviceAccountSecret": "s", "projectId": "p", "server": "EUResidencyServer" })),
            ("segment", json!({ "writeKey": "w", "server": "Us" })),
            ("pubNub", json!({})),
        ] {
            // Words are read in any case.
            let (path, one) = made(&scene, wanted(&kind.to_uppercase(), parameters.clone())).await;
            assert_eq!(names(&one), ["configIds", "environmentIds", "integrationId", "integrationType", "name", "parameters", "product"]);
            assert_eq!((&one["integrationType"], &one["parameters"], &one["name"]), (&json!(kind), &parameters, &json!("Changes")));
            assert_eq!((&one["environmentIds"], &one["configIds"]), (&json!([]), &json!([])));
            assert_eq!(one["product"]["productId"], json!(scene.product.id));
            assert_eq!(owner.get(&path).await.ok(), one);
            paths.push(path);
        }
        let all = owner.get(&list).await.ok();
        assert_eq!((names(&all), all["integrations"].as_array().unwrap().len()), (vec!["integrations"], 6));

        let narrowed = json!({
            "name": "Only production", "parameters": { "apiKey": "c", "secretKey": "d" },
            "environmentIds": [scene.product.production], "configIds": [scene.v2, scene.v1],
        });
        let changed = owner.put(&paths[2], narrowed.clone()).await.ok();
        for name in ["name", "parameters", "environmentIds", "configIds"] {
            assert_eq!(changed[name], narrowed[name], "{name}");
        }
        assert_eq!(changed["integrationType"], "amplitude");
        assert_eq!(owner.get(&paths[2]).await.ok(), changed);
        for path in &paths {
            assert_eq!(owner.delete(path).await.status, 204);
            owner.get(path).await.refused(404);
            owner.delete(path).await.refused(404);
        }
        assert_eq!(owner.get(&list).await.ok(), json!({ "integrations": [] }));
        scene.server.intact_chain(&scene.team.id).await;
    }

    async fn what_does_not_fit_is_refused_at_its_field(server) {
        let scene = scene(server).await;
        let foreign = uuid::Uuid::new_v4().to_string();
        let with = |name: &str, value: Value| {
            let mut new = wanted("pubNub", json!({}));
            new[name] = value;
            new
        };
        let without = |name: &str| {
            let mut new = wanted("pubNub", json!({}));
            new.as_object_mut().unwrap().remove(name);
            new
        };
        for (new, field, words) in [
            (with("integrationType", json!("carrierPigeon")), "IntegrationType", "dataDog, slack"),
            (without("integrationType"), "", "integrationType"),
            (without("name"), "", "name"),
            (without("parameters"), "", "parameters"),
            (without("environmentIds"), "", "environmentIds"),
            (without("configIds"), "", "configIds"),
            (with("name", json!("")), "Name", ""),
            (with("name", json!("x".repeat(256))), "Name", "255"),
            (with("environmentIds", json!([foreign])), "EnvironmentIds", "no such environment"),
            (with("configIds", json!([foreign])), "ConfigIds", "no such config"),
            (with("environmentIds", json!([scene.product.test, "x"])), "EnvironmentIds[1]", "no id"),
            (with("configIds", json!(["x"])), "ConfigIds[0]", "no id"),
            (with("parameters", json!((0..21).map(|at| (at.to_string(), json!("x"))).collect::<serde_json::Map<_, _>>())), "Parameters", "At most 20"),
            (wanted("amplitude", json!({ "secretKey": "s" })), "Parameters.apiKey", "apiKey parameter is required"),
            (wanted("amplitude", json!({ "apiKey": "s" })), "Parameters.secretKey", "secretKey parameter is required"),
            (wanted("dataDog", json!({})), "Parameters.apikey", "apikey parameter is required"),
            (wanted("dataDog", json!({ "apikey": "a", "site": "Mars" })), "Parameters.site", "'site' is invalid"),
            (wanted("mixPanel", json!({ "server": "x" })), "Parameters.server", "'server' is invalid"),
            (wanted("mixPanel", json!({})), "Parameters.serviceAccountUserName", "serviceAccountUserName parameter is required"),
            (wanted("mixPanel", json!({})), "Parameters.serviceAccountSecret", "serviceAccountSecret parameter is required"),
            (wanted("segment", json!({})), "Parameters.writeKey", "writeKey parameter is required"),
            (wanted("slack", json!({})), "Parameters.incoming_webhook.url", "incoming_webhook.url parameter is required"),
            (wanted("slack", json!({ "incoming_webhook.url": "nowhere" })), "Parameters.incoming_webhook.url", "is not a valid URL."),
            (wanted("slack", json!({ "incoming_webhook.url": "https://example.com/services/x" })), "Parameters.incoming_webhook.url", "not a valid Slack"),
        ] {
            refused_at(create(&scene, new).await, field, words);
        }
        // What a replacement leaves out or gets wrong changes nothing.
        let (path, before) = made(&scene, wanted("segment", json!({ "writeKey": "w" }))).await;
        let replacement = json!({ "name": "x", "parameters": {}, "environmentIds": [], "configIds": [] });
        refused_at(scene.owner().put(&path, replacement).await, "Parameters.writeKey", "writeKey parameter is required");
        refused_at(scene.owner().put(&path, json!({ "name": "x" })).await, "", "parameters");
        assert_eq!(scene.owner().get(&path).await.ok(), before);
    }

    async fn it_is_for_those_who_manage_integrations(server) {
        let scene = scene(server).await;
        let (path, before) = made(&scene, wanted("pubNub", json!({}))).await;
        let list = format!("/v1/products/{}/integrations", scene.product.id);
        let only_test = [(scene.product.test.as_str(), Access::ReadOnly)];
        let tester = scene.colleague("tes", &[Permission::IntegrationManage], &only_test).await;
        let looker = scene.colleague("loo", &[], &only_test).await;
        let stranger = scene.server.team("faraway").await.owner;
        let body = json!({ "name": "Mine", "parameters": {}, "environmentIds": [], "configIds": [] });
        for (who, status) in [(&looker, 403), (&stranger, 404), (&scene.server.anonymous(), 401)] {
            who.get(&list).await.refused(status);
            who.get(&path).await.refused(status);
            who.post(&list, wanted("pubNub", json!({}))).await.refused(status);
            who.put(&path, body.clone()).await.refused(status);
            who.delete(&path).await.refused(status);
        }
        // Nobody lets values be told that they cannot see.
        tester.post(&list, wanted("pubNub", json!({}))).await.refused(403);
        tester.put(&path, body).await.refused(403);
        let mut own = wanted("pubNub", json!({}));
        own["environmentIds"] = json!([scene.product.test]);
        tester.post(&list, own).await.ok();
        assert_eq!(tester.get(&list).await.ok()["integrations"].as_array().unwrap().len(), 2);
        assert_eq!(scene.owner().get(&path).await.ok(), before);
        let reading = scene.server.token(scene.owner(), true).await;
        reading.get(&path).await.ok();
        reading.delete(&path).await.refused(403);
    }
}
