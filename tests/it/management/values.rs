//! Values of the first generation, over ConfigCat’s management API; and what both generations have in common.

use burgee::authz::{Access, Permission};
use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{names, patch, refused_at, scene};
use crate::support::{Answer, Client, on_both};

/// The members of a value in a list.
pub const VALUE: [&str; 9] = [
    "integrationLinks",
    "lastUpdaterUserEmail",
    "lastUpdaterUserFullName",
    "rolloutPercentageItems",
    "rolloutRules",
    "setting",
    "settingTags",
    "updatedAt",
    "value",
];

/// The parts of a value that programs write.
fn written(value: &Value) -> Value {
    json!({ "value": value["value"], "rolloutRules": value["rolloutRules"], "rolloutPercentageItems": value["rolloutPercentageItems"] })
}

/// A request that shows an SDK key in a header.
async fn with_key(who: &Client, method: Method, path: &str, header: &str, key: &str, body: Option<Value>) -> Answer {
    let with = |request: reqwest::RequestBuilder| {
        let request = request.header(header, key);
        match &body {
            Some(body) => request.json(body),
            None => request,
        }
    };
    who.send(method, path, with).await
}

on_both! {
    async fn a_value_is_written_and_read_without_a_difference(server) {
        let scene = scene(server).await;
        let (owner, segment, tag) = (scene.owner(), scene.segment("beta").await, scene.tag("checkout").await);
        let id = scene.add(&scene.v1, "newCheckout", "boolean").await;
        patch(owner, &format!("/v1/settings/{id}"), json!([{ "op": "add", "path": "/tags/-", "value": tag }])).await.ok();
        let path = format!("/v1/environments/{}/settings/{id}/value", scene.product.test);
        let first = owner.get(&path).await.ok();
        let mut all = VALUE.to_vec();
        all.extend(["config", "environment", "featureFlagLimitations", "readOnly"]);
        all.sort_unstable();
        assert_eq!(names(&first), all);
        assert_eq!(
            names(&first["setting"]),
            [
                "createdAt", "creatorEmail", "creatorFullName", "hint", "isJson", "isWatching", "key", "name", "order", "settingId", "settingType"
            ]
        );
        assert_eq!(names(&first["settingTags"][0]), ["color", "name", "settingTagId", "tagId"]);
        assert_eq!(names(&first["featureFlagLimitations"]).len(), 7);
        assert_eq!(
            names(&first["environment"]),
            ["approveRequired", "color", "description", "environmentId", "name", "order", "product", "reasonRequired"]
        );
        assert_eq!(written(&first), json!({ "value": false, "rolloutRules": [], "rolloutPercentageItems": [] }));
        assert_eq!((&first["readOnly"], &first["setting"]["key"]), (&json!(false), &json!("newCheckout")));

        let wanted = json!({
            "value": true,
            "rolloutRules": [
                { "comparisonAttribute": "Email", "comparator": "Contains", "comparisonValue": "a,b", "value": true },
                { "comparisonAttribute": "Country", "comparator": "isOneOf", "comparisonValue": "nl, be", "value": false, "segmentId": null },
                { "segmentId": segment, "segmentComparator": "isNotIn", "value": true },
                { "comparisonAttribute": "Version", "comparator": "semVerLess", "comparisonValue": "1.2.3", "value": true },
                { "comparisonAttribute": "Age", "comparator": "numberGreater", "comparisonValue": "4,2", "value": true },
            ],
            "rolloutPercentageItems": [{ "percentage": 30, "value": true }, { "percentage": 70, "value": false }],
        });
        let rule = |attribute: Value, comparator: Value, value: Value, serve: bool, segment: (Value, Value)| {
            json!({
                "comparisonAttribute": attribute, "comparator": comparator, "comparisonValue": value, "value": serve,
                "segmentComparator": segment.0, "segmentId": segment.1
            })
        };
        let none = || (json!(null), json!(null));
        let expected = json!({
            "value": true,
            "rolloutRules": [
                rule(json!("Email"), json!("contains"), json!("a,b"), true, none()),
                rule(json!("Country"), json!("isOneOf"), json!("nl,be"), false, none()),
                rule(json!(null), json!(null), json!(null), true, (json!("isNotIn"), json!(segment))),
                rule(json!("Version"), json!("semVerLess"), json!("1.2.3"), true, none()),
                rule(json!("Age"), json!("numberGreater"), json!("4.2"), true, none()),
            ],
            "rolloutPercentageItems": [{ "percentage": 30, "value": true }, { "percentage": 70, "value": false }],
        });
        let saved = owner.put(&format!("{path}?reason="), wanted).await.ok();
        assert_eq!(written(&saved), expected);
        assert_eq!((&saved["lastUpdaterUserEmail"], &saved["updatedAt"].is_string()), (&json!("harbor-owner@example.com"), &true), "{saved}");
        // Read again, and written as it was read: nothing changes.
        assert_eq!(owner.get(&path).await.ok(), saved);
        assert_eq!(owner.put(&path, written(&saved)).await.ok(), saved);
        let listed = owner.get(&format!("/v1/configs/{}/environments/{}/values", scene.v1, scene.product.test)).await.ok();
        assert_eq!(names(&listed), ["config", "environment", "featureFlagLimitations", "readOnly", "settingValues"]);
        assert_eq!(names(&listed["settingValues"][0]), VALUE);
        assert_eq!(written(&listed["settingValues"][0]), expected);
        // What is not named is reset; the other environment was never touched.
        assert_eq!(written(&owner.put(&path, json!({ "value": false })).await.ok()), written(&first));
        let other = owner.get(&format!("/v1/environments/{}/settings/{id}/value", scene.product.production)).await.ok();
        assert_eq!(written(&other), written(&first));
    }

    async fn parts_of_a_value_are_changed_by_themselves(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v1, "banner", "string").await;
        let path = format!("/v1/environments/{}/settings/{id}/value", scene.product.test);
        let rule = |value: &str| json!({ "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValue": value, "value": value });
        let share = |percentage: i64, value: &str| json!({ "percentage": percentage, "value": value });
        let added = patch(owner, &path, json!([
            { "op": "replace", "path": "/value", "value": "hello" },
            { "op": "add", "path": "/rolloutRules/-", "value": rule("a") },
            { "op": "add", "path": "/rolloutRules/-", "value": rule("b") },
            { "op": "add", "path": "/rolloutRules/0", "value": rule("c") },
            { "op": "add", "path": "/rolloutPercentageItems", "value": [share(50, "x"), share(50, "y")] },
        ])).await.ok();
        let order = |value: &Value| value["rolloutRules"].as_array().unwrap().iter().map(|rule| rule["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!((order(&added), &added["value"]), (vec!["c".into(), "a".into(), "b".into()], &json!("hello")));
        let moved = patch(owner, &path, json!([{ "op": "move", "from": "/rolloutRules/2", "path": "/rolloutRules/0" }])).await.ok();
        assert_eq!(order(&moved), ["b", "c", "a"]);
        let removed = patch(owner, &path, json!([
            { "op": "test", "path": "/rolloutRules/0/value", "value": "b" },
            { "op": "remove", "path": "/rolloutRules/0" },
            { "op": "copy", "from": "/value", "path": "/rolloutRules/1/value" },
        ])).await.ok();
        assert_eq!(order(&removed), ["c", "hello"]);
        for nothing in [json!([]), json!([{ "op": "replace", "path": "/value", "value": "hello" }])] {
            let answer = patch(owner, &path, nothing).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        }
        for (operations, field, words) in [
            (json!([{ "op": "remove", "path": "/rolloutRules/5" }]), "[0]", "/rolloutRules/5"),
            (json!([{ "op": "test", "path": "/value", "value": "bye" }]), "[0]", "/value"),
            (json!([{ "op": "add", "path": "/rolloutRules/0/colour", "value": "red" }]), "/rolloutRules/0/colour", "nothing that can be changed"),
            (json!([{ "op": "add", "path": "/setting", "value": 5 }]), "/setting", "nothing that can be changed"),
            (json!([{ "op": "remove", "path": "/value" }]), "", "value"),
            (json!([{ "op": "replace", "path": "/value", "value": true }]), "Value", "StringValue field must be set"),
            (json!([{ "op": "remove", "path": "/rolloutPercentageItems/0" }]), "RolloutPercentageItems", "Invalid percentage option value."),
        ] {
            refused_at(patch(owner, &path, operations).await, field, words);
        }
        assert_eq!(written(&owner.get(&path).await.ok()), written(&removed));
    }

    async fn what_is_wrong_with_a_value_is_told_at_its_field(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v1, "limit", "int").await;
        let path = format!("/v1/environments/{}/settings/{id}/value", scene.product.test);
        let rule = |change: Value| {
            let mut rule = json!({ "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValue": "a", "value": 1 });
            rule.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            json!({ "value": 1, "rolloutRules": [rule] })
        };
        for (body, field, words) in [
            (json!({ "value": "1" }), "Value", "IntValue field must be set"),
            (json!({ "value": 1.5 }), "Value", "IntValue field must be set"),
            (json!({ "value": 5_000_000_000_i64 }), "Value", "whole number"),
            (json!({ "rolloutRules": [] }), "", "value"),
            (rule(json!({ "value": true })), "RolloutRules[0].Value", "IntValue field must be set"),
            (rule(json!({ "comparator": "textEquals" })), "RolloutRules[0].Comparator", "isOneOf"),
            (rule(json!({ "comparator": null })), "RolloutRules[0].Comparator", "isOneOf"),
            (rule(json!({ "comparisonAttribute": null })), "RolloutRules[0].ComparisonAttribute", "name an attribute"),
            (rule(json!({ "comparator": "semVerLess" })), "RolloutRules[0].ComparisonValue", "Invalid term value."),
            (rule(json!({ "comparator": "numberLess" })), "RolloutRules[0].ComparisonValue", "Invalid term value."),
            (rule(json!({ "comparisonValue": "" })), "RolloutRules[0].ComparisonValue", "nothing to compare"),
            (rule(json!({ "segmentId": uuid::Uuid::new_v4() })), "RolloutRules[0]", "not about both"),
            (
                rule(json!({ "comparator": null, "segmentId": uuid::Uuid::new_v4(), "segmentComparator": "isIn" })),
                "RolloutRules[0].SegmentId",
                "no such segment",
            ),
            (
                rule(json!({ "comparator": null, "segmentId": uuid::Uuid::new_v4(), "segmentComparator": "maybe" })),
                "RolloutRules[0].SegmentComparator",
                "isIn, isNotIn",
            ),
            (
                json!({ "value": 1, "rolloutPercentageItems": [{ "percentage": 30, "value": 1 }] }),
                "RolloutPercentageItems",
                "Invalid percentage option value.",
            ),
            (
                json!({ "value": 1, "rolloutPercentageItems": [{ "percentage": 100, "value": "x" }] }),
                "RolloutPercentageItems[0].Value",
                "Invalid percentage option value.",
            ),
            (
                json!({ "value": 1, "rolloutPercentageItems": [{ "percentage": 300, "value": 1 }] }),
                "RolloutPercentageItems[0].Percentage",
                "Invalid percentage option value.",
            ),
        ] {
            refused_at(owner.put(&path, body).await, field, words);
        }
        assert_eq!(owner.get(&path).await.ok()["value"], json!(0));
    }

    async fn several_values_are_replaced_at_once_or_none(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (flag, limit, other) =
            (scene.add(&scene.v1, "flag", "boolean").await, scene.add(&scene.v1, "limit", "int").await, scene.add(&scene.v1, "other", "double").await);
        let elsewhere = scene.add(&scene.v2, "elsewhere", "boolean").await;
        let path = format!("/v1/configs/{}/environments/{}/values", scene.v1, scene.product.test);
        let values = |list: &Value| {
            let of = |value: &Value| (value["setting"]["settingId"].as_i64().unwrap(), value["value"].clone());
            list["settingValues"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        let before = values(&owner.get(&path).await.ok());
        assert_eq!(before, [(flag, json!(false)), (limit, json!(0)), (other, json!(0.0))]);
        let one = |id: i64, value: Value| json!({ "settingId": id, "value": value });
        for (list, field, words) in [
            (json!([one(flag, json!(true)), one(limit, json!("x"))]), "SettingValues[1].Value", "IntValue field must be set"),
            (json!([one(flag, json!(true)), one(flag, json!(true))]), "SettingValues[1].SettingId", "named twice"),
            (json!([one(flag, json!(true)), one(elsewhere, json!(true))]), "SettingValues[1].SettingId", "no such flag"),
            (json!([one(flag, json!(true)), { "value": true }]), "SettingValues[1].SettingId", "no such flag"),
            (
                json!([one(flag, json!(true)), { "settingId": limit, "value": 1, "rolloutPercentageItems": [{ "percentage": 9, "value": 1 }] }]),
                "SettingValues[1].RolloutPercentageItems",
                "Invalid percentage option value.",
            ),
        ] {
            refused_at(owner.post(&path, json!({ "settingValues": list })).await, field, words);
            assert_eq!(values(&owner.get(&path).await.ok()), before);
        }
        let saved = owner.post(&path, json!({ "settingValues": [one(limit, json!(7.0)), one(flag, json!(true))] })).await.ok();
        assert_eq!(values(&saved), [(flag, json!(true)), (limit, json!(7)), (other, json!(0.0))]);
        assert_eq!(owner.post(&path, json!({ "settingValues": null })).await.ok(), saved);
        let changes: i64 = scene.server.value("SELECT count(*) FROM audit_events WHERE event = 'value.changed'", vec![]).await;
        assert_eq!(changes, 2);
        // Whoever may only look changes nothing, and whoever may not look sees nothing.
        let production = format!("/v1/configs/{}/environments/{}/values", scene.v1, scene.product.production);
        let half = scene.colleague("hal", &[], &[(&scene.product.test, Access::ReadOnly)]).await;
        assert_eq!(half.get(&path).await.ok()["readOnly"], json!(true));
        half.post(&path, json!({ "settingValues": [one(flag, json!(false))] })).await.refused(403);
        half.get(&production).await.refused(404);
        half.post(&production, json!({ "settingValues": [one(flag, json!(false))] })).await.refused(404);
        assert_eq!(values(&owner.get(&path).await.ok()), values(&saved));
    }

    async fn an_sdk_key_names_the_config_and_the_environment(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (test, production) = (&scene.product.test, &scene.product.production);
        let id = scene.add(&scene.v1, "newCheckout", "boolean").await;
        let second = scene.add(&scene.v2, "newCheckout", "boolean").await;
        let key = scene.sdk_key(&scene.v1, production).await;
        let by_key = "/v1/settings/newCheckout/value";
        let by_id = format!("/v1/settings/{id}/value");
        for (path, header) in [(by_key, "X-CONFIGCAT-SDKKEY"), (by_id.as_str(), "X-CONFIGCAT-APIKEY")] {
            let told = with_key(owner, Method::GET, path, header, &key, None).await.ok();
            assert_eq!((&told["setting"]["settingId"], &told["environment"]["environmentId"]), (&json!(id), &json!(production)));
        }
        let on = with_key(owner, Method::PUT, by_key, "X-CONFIGCAT-SDKKEY", &key, Some(json!({ "value": true }))).await.ok();
        assert_eq!(on["value"], json!(true));
        let off = json!([{ "op": "replace", "path": "/value", "value": false }]);
        assert_eq!(with_key(owner, Method::PATCH, &by_id, "X-CONFIGCAT-SDKKEY", &key, Some(off.clone())).await.ok()["value"], json!(false));
        assert_eq!(with_key(owner, Method::PATCH, by_key, "X-CONFIGCAT-SDKKEY", &key, Some(off.clone())).await.status, 204);
        let untouched = owner.get(&format!("/v1/environments/{test}/settings/{id}/value")).await.ok();
        assert_eq!(untouched["lastUpdaterUserEmail"], json!("harbor-owner@example.com"));
        assert_eq!(untouched["value"], json!(false));

        // The same key in the config of the second generation; a key of another config; no key at all.
        let newer = scene.sdk_key(&scene.v2, production).await;
        let told = with_key(owner, Method::GET, "/v2/settings/newCheckout/value", "X-CONFIGCAT-SDKKEY", &newer, None).await.ok();
        assert_eq!(told["setting"]["settingId"], json!(second));
        let formula = json!({ "defaultValue": { "boolValue": true } });
        let told = with_key(owner, Method::PUT, &format!("/v2/settings/{second}/value"), "X-CONFIGCAT-APIKEY", &newer, Some(formula)).await.ok();
        assert_eq!(told["defaultValue"]["boolValue"], json!(true));
        let same = json!([{ "op": "replace", "path": "/defaultValue/boolValue", "value": true }]);
        assert_eq!(with_key(owner, Method::PATCH, "/v2/settings/newCheckout/value", "X-CONFIGCAT-SDKKEY", &newer, Some(same)).await.status, 204);
        for (path, key, status) in [
            (by_id.as_str(), newer.as_str(), 404),
            ("/v1/settings/unknown/value", key.as_str(), 404),
            (by_key, "unknown", 404),
            (by_key, newer.as_str(), 400),
            ("/v2/settings/newCheckout/value", key.as_str(), 400),
            (by_key, "", 400),
        ] {
            with_key(owner, Method::GET, path, "X-CONFIGCAT-SDKKEY", key, None).await.refused(status);
        }
        owner.get(by_key).await.refused(400);
        // A key opens nothing to whoever may not go there.
        let half = scene.colleague("hal", &[], &[(test, Access::Full), (production, Access::ReadOnly)]).await;
        with_key(&half, Method::GET, by_key, "X-CONFIGCAT-SDKKEY", &key, None).await.ok();
        with_key(&half, Method::PATCH, by_key, "X-CONFIGCAT-SDKKEY", &key, Some(off)).await.refused(403);
        let blind = scene.colleague("bo", &[], &[(test, Access::Full)]).await;
        with_key(&blind, Method::GET, by_key, "X-CONFIGCAT-SDKKEY", &key, None).await.refused(404);
        let stranger = scene.server.person("sam").await;
        with_key(&stranger, Method::GET, by_key, "X-CONFIGCAT-SDKKEY", &key, None).await.refused(404);
        with_key(&scene.server.anonymous(), Method::GET, by_key, "X-CONFIGCAT-SDKKEY", &key, None).await.refused(401);
    }

    async fn a_reason_is_given_where_one_is_mandatory(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (first, second) = (scene.add(&scene.v1, "one", "boolean").await, scene.add(&scene.v2, "two", "boolean").await);
        scene.require_reasons().await;
        let test = &scene.product.test;
        let (one, two) = (format!("/v1/environments/{test}/settings/{first}/value"), format!("/v2/environments/{test}/settings/{second}/value"));
        let (ones, twos) =
            (format!("/v1/configs/{}/environments/{test}/values", scene.v1), format!("/v2/configs/{}/environments/{test}/values", scene.v2));
        assert_eq!(owner.get(&two).await.ok()["reasonRequired"], json!(true));
        let v1 = json!({ "value": false });
        let v2 = json!({ "defaultValue": { "boolValue": false } });
        for reason in ["", "?reason=", "?reason=%20"] {
            // Even where nothing would change.
            refused_at(owner.put(&format!("{one}{reason}"), v1.clone()).await, "Reason", "Reason required");
            refused_at(owner.put(&format!("{two}{reason}"), v2.clone()).await, "Reason", "Reason required");
            refused_at(patch(owner, &format!("{one}{reason}"), json!([{ "op": "replace", "path": "/value", "value": true }])).await, "Reason", "Reason required");
            refused_at(owner.post(&format!("{ones}{reason}"), json!({ "settingValues": [{ "settingId": first, "value": true }] })).await, "Reason", "Reason required");
            let formulas = json!({ "updateFormulas": [{ "settingId": second, "defaultValue": { "boolValue": true } }] });
            refused_at(owner.post(&format!("{twos}{reason}"), formulas).await, "Reason", "Reason required");
        }
        owner.put(&format!("{one}?reason=because"), json!({ "value": true })).await.ok();
        owner.put(&format!("{two}?reason=because&bypassApproval=true&latestVersionId="), json!({ "defaultValue": { "boolValue": true } })).await.ok();
        let told: i64 = scene.server.value("SELECT count(*) FROM audit_events WHERE event = 'value.changed' AND data LIKE '%because%'", vec![]).await;
        assert_eq!(told, 2);
        // Programs have no word for a reason when they delete.
        assert_eq!(owner.delete(&format!("/v1/settings/{first}")).await.status, 204);
    }

    async fn each_generation_has_its_own_values(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (first, second) = (scene.add(&scene.v1, "one", "boolean").await, scene.add(&scene.v2, "two", "boolean").await);
        let test = &scene.product.test;
        for (old, new, id, config) in [("v1", "v2", second, &scene.v2), ("v2", "v1", first, &scene.v1)] {
            let value = format!("/{old}/environments/{test}/settings/{id}/value");
            let values = format!("/{old}/configs/{config}/environments/{test}/values");
            let body = json!({ "value": true, "defaultValue": { "boolValue": true }, "settingValues": [], "updateFormulas": [] });
            for answer in [
                owner.get(&value).await,
                owner.put(&value, body.clone()).await,
                patch(owner, &value, json!([])).await,
                owner.get(&values).await,
                owner.post(&values, body).await,
            ] {
                refused_at(answer, "", &format!("version {new}"));
            }
            owner.get(&value.replace(old, new)).await.ok();
        }
    }

    async fn whoever_may_only_look_is_told_so_and_learns_no_address(server) {
        let scene = scene(server).await;
        let test = &scene.product.test;
        let (first, second) = (scene.add(&scene.v1, "one", "boolean").await, scene.add(&scene.v2, "two", "boolean").await);
        let looking = scene.colleague("loo", &[], &[(test, Access::ReadOnly)]).await;
        let managing = scene.colleague("man", &[Permission::ProductMembersManage], &[(test, Access::Full)]).await;
        for path in [format!("/v1/environments/{test}/settings/{first}/value"), format!("/v2/environments/{test}/settings/{second}/value")] {
            let told = looking.get(&path).await.ok();
            let people = |told: &Value| (told["lastUpdaterUserEmail"].clone(), told["setting"]["creatorEmail"].clone());
            assert_eq!((&told["readOnly"], people(&told)), (&json!(true), (json!(null), json!(null))));
            assert!(told["lastUpdaterUserFullName"].is_string() && told["setting"]["creatorFullName"].is_string());
            let told = managing.get(&path).await.ok();
            let owner = json!("harbor-owner@example.com");
            assert_eq!((&told["readOnly"], people(&told)), (&json!(false), (owner.clone(), owner)));
            patch(&looking, &path, json!([])).await.refused(403);
        }
        let hidden = format!("/v1/environments/{}/settings/{first}/value", scene.product.production);
        looking.get(&hidden).await.refused(404);
    }
}
