//! Settings, their tags and variations, over ConfigCat’s management API.

use burgee::{
    authz::{Access, Permission},
    clock::DAY,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{add, names, patch, refused_at, scene};
use crate::support::on_both;

fn keys(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_setting_is_created_read_changed_and_deleted(server) {
        let scene = scene(server).await;
        let (owner, list) = (scene.owner(), format!("/v1/configs/{}/settings", scene.v2));
        let new = json!({ "key": "newCheckout", "name": "New checkout", "hint": "", "settingType": "Boolean", "order": 7 });
        let made = owner.post(&list, new).await;
        assert_eq!(made.status, 201);
        let made = made.ok();
        assert_eq!(
            names(&made),
            [
                "configId", "configName", "createdAt", "hint", "isJson", "key", "name", "order", "predefinedVariations", "settingId",
                "settingType", "tags"
            ]
        );
        let setting = format!("/v1/settings/{}", made["settingId"]);
        assert_eq!((&made["hint"], &made["order"], &made["settingType"], &made["isJson"]), (&json!(""), &json!(7), &json!("boolean"), &json!(false)));
        assert_eq!((&made["configId"], &made["configName"], &made["tags"]), (&json!(scene.v2), &json!("Config v2"), &json!([])));
        // What is read is what was made, again and again.
        assert_eq!(owner.get(&setting).await.ok(), made);
        assert_eq!(owner.get(&list).await.ok(), json!([made]));
        let operations = json!([
            { "op": "replace", "path": "/name", "value": "Checkout" },
            { "op": "replace", "path": "/hint", "value": null },
            { "op": "replace", "path": "/order", "value": 3 },
        ]);
        let changed = patch(owner, &setting, operations).await.ok();
        let mut expected = made.clone();
        (expected["name"], expected["hint"], expected["order"]) = (json!("Checkout"), json!(null), json!(3));
        assert_eq!(changed, expected);
        assert_eq!(owner.get(&setting).await.ok(), changed);
        assert_eq!(patch(owner, &setting, json!([])).await.ok(), changed);
        // Another one with a smaller order stands first.
        owner.post(&list, json!({ "key": "first", "name": "First", "settingType": "int", "order": 1 })).await.ok();
        owner.post(&list, json!({ "key": "last", "name": "Last", "settingType": "int" })).await.ok();
        assert_eq!(keys(&owner.get(&list).await.ok()), ["first", "newCheckout", "last"]);
        let deleted = format!("/v1/configs/{}/deleted-settings", scene.v2);
        assert_eq!(owner.get(&deleted).await.ok(), json!([]));
        assert_eq!(owner.delete(&setting).await.status, 204);
        assert_eq!(owner.get(&setting).await.status, 404);
        assert_eq!(
            owner.get(&deleted).await.ok(),
            json!([{ "key": "newCheckout", "name": "Checkout", "hint": null, "settingType": "boolean" }])
        );
        assert_eq!(owner.get(&format!("/v1/configs/{}/deleted-settings", scene.v1)).await.ok(), json!([]));
        scene.add(&scene.v2, "newCheckout", "string").await;
        assert_eq!(owner.get(&deleted).await.ok(), json!([]));
    }

    async fn what_is_wrong_with_a_new_setting_is_told_at_its_field(server) {
        let scene = scene(server).await;
        let (owner, list) = (scene.owner(), format!("/v1/configs/{}/settings", scene.v2));
        let first = scene.add(&scene.v2, "taken", "boolean").await;
        let other = scene.add(&scene.v1, "elsewhere", "boolean").await;
        let test = &scene.product.test;
        let with = |change: Value| {
            let mut new = json!({ "key": "new", "name": "New", "settingType": "boolean" });
            new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            new
        };
        let nowhere = uuid::Uuid::new_v4();
        for (change, field, words) in [
            (json!({ "key": "taken" }), "Key", "This key is already in use. Please, choose another"),
            (json!({ "key": "no key" }), "Key", "only letters"),
            (json!({ "name": "" }), "Name", "give a name"),
            (json!({ "name": null }), "Name", "null"),
            (json!({ "hint": "x".repeat(1001) }), "Hint", "1000"),
            (json!({ "settingType": "bool" }), "SettingType", "boolean, string, int, double"),
            (json!({ "isJson": true }), "IsJson", "Only texts"),
            (json!({ "order": 3_000_000_000_i64 }), "Order", "32 bits"),
            (json!({ "tags": [4711] }), "Tags", "no such tag"),
            (json!({ "initialValues": [{ "environmentId": test, "value": "yes" }] }), "InitialValues[0].Value", "BoolValue field must be set"),
            (json!({ "initialValues": [{ "value": true }] }), "InitialValues[0].EnvironmentId", "no such environment"),
            (json!({ "initialValues": [{ "environmentId": nowhere, "value": true }] }), "InitialValues[0].Value", "no such environment"),
            (json!({ "predefinedVariations": [{ "value": { "intValue": 1 } }] }), "PredefinedVariations[0].Value", "BoolValue field must be set"),
            (
                json!({ "predefinedVariations": [{ "value": { "boolValue": true } }, { "value": { "boolValue": true } }] }),
                "PredefinedVariations[1].Value",
                "already",
            ),
            (json!({ "settingIdToInitFrom": 4711 }), "SettingIdToInitFrom", "no such flag"),
            (json!({ "settingIdToInitFrom": other }), "SettingIdToInitFrom", "no such flag"),
            (json!({ "settingIdToInitFrom": first, "settingType": "string" }), "SettingIdToInitFrom", "StringValue field must be set"),
            (
                json!({ "settingIdToInitFrom": first, "initialValues": [{ "environmentId": test, "value": true }] }),
                "SettingIdToInitFrom",
                "not both",
            ),
        ] {
            refused_at(owner.post(&list, with(change)).await, field, words);
        }
        owner.post(&format!("/v1/products/{}/preferences", scene.product.id), json!({ "mandatorySettingHint": true })).await.ok();
        refused_at(owner.post(&list, with(json!({ "hint": " " }))).await, "Hint", "wants a hint");
        refused_at(patch(owner, &format!("/v1/settings/{first}"), json!([{ "op": "add", "path": "/hint", "value": "" }])).await, "Hint", "wants a hint");
        patch(owner, &format!("/v1/settings/{first}"), json!([{ "op": "add", "path": "/name", "value": "Still without" }])).await.ok();
        assert_eq!(keys(&owner.get(&list).await.ok()), ["taken"]);
    }

    async fn a_setting_begins_with_what_is_said_or_like_another_one(server) {
        let scene = scene(server).await;
        let (owner, list, tag) = (scene.owner(), format!("/v1/configs/{}/settings", scene.v2), scene.tag("checkout").await);
        let (test, production) = (&scene.product.test, &scene.product.production);
        let new = json!({
            "key": "limit", "name": "Limit", "settingType": "int", "tags": [tag, tag],
            "initialValues": [{ "environmentId": test, "value": 4.0 }],
        });
        let limit = owner.post(&list, new).await.ok();
        assert_eq!((limit["tags"].as_array().unwrap().len(), &limit["tags"][0]["tagId"]), (1, &json!(tag)));
        assert_eq!(names(&limit["tags"][0]), ["color", "name", "product", "tagId"]);
        let value = async |id: &Value, environment: &str| {
            owner.get(&format!("/v2/environments/{environment}/settings/{id}/value")).await.ok()["defaultValue"]["intValue"].clone()
        };
        assert_eq!((value(&limit["settingId"], test).await, value(&limit["settingId"], production).await), (json!(4), json!(0)));
        let like = json!({ "key": "alike", "name": "Alike", "settingType": "int", "settingIdToInitFrom": limit["settingId"] });
        let alike = owner.post(&list, like.clone()).await.ok();
        assert_eq!((value(&alike["settingId"], test).await, &alike["tags"]), (json!(4), &limit["tags"]));
        // Where the empty value is none of the variations, it begins with the first.
        let new = json!({
            "key": "size", "name": "Size", "settingType": "int",
            "predefinedVariations": [{ "value": { "intValue": 7 }, "name": "Seven" }, { "value": { "intValue": 9 } }],
        });
        let size = owner.post(&list, new).await.ok();
        assert_eq!(names(&size["predefinedVariations"][0]), ["hint", "name", "predefinedVariationId", "value"]);
        assert_eq!(size["predefinedVariations"][0]["value"], json!({ "boolValue": null, "stringValue": null, "intValue": 7, "doubleValue": null }));
        assert_eq!(value(&size["settingId"], production).await, json!(7));

        // A request that is about an environment that one may write and one that one may not changes nothing.
        let half = scene.colleague("hal", &[Permission::SettingWrite], &[(test, Access::Full), (production, Access::ReadOnly)]).await;
        let both = json!({
            "key": "both", "name": "Both", "settingType": "int",
            "initialValues": [{ "environmentId": test, "value": 1 }, { "environmentId": production, "value": 1 }],
        });
        half.post(&list, both).await.refused(403);
        assert_eq!(keys(&owner.get(&list).await.ok()), ["limit", "alike", "size"]);
        // What one may see everywhere can be copied, without the tags that one may not give.
        half.post(&list, like.clone()).await.refused(400);
        let mut other = like.clone();
        other["key"] = json!("other");
        half.post(&list, other.clone()).await.refused(403);
        owner.delete(&format!("/v1/tags/{tag}")).await;
        half.post(&list, other).await.ok();
        let blind = scene.colleague("bo", &[Permission::SettingWrite], &[(test, Access::Full)]).await;
        let mut another = like;
        another["key"] = json!("another");
        blind.post(&list, another).await.refused(403);
        assert_eq!(keys(&owner.get(&list).await.ok()), ["limit", "alike", "size", "other"]);
    }

    async fn tags_come_and_go_one_by_one(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v2, "newCheckout", "boolean").await;
        let setting = format!("/v1/settings/{id}");
        let mut tags = vec![];
        for name in ["one", "two", "three", "four"] {
            tags.push(scene.tag(name).await);
        }
        let given = |setting: &Value| setting["tags"].as_array().unwrap().iter().map(|tag| tag["tagId"].as_i64().unwrap()).collect::<Vec<_>>();
        let with = |tag: i64| json!([{ "op": "add", "path": "/tags/-", "value": tag }]);
        assert_eq!(given(&patch(owner, &setting, with(tags[0])).await.ok()), [tags[0]]);
        assert_eq!(given(&patch(owner, &setting, with(tags[1])).await.ok()), [tags[0], tags[1]]);
        // Twice is once.
        assert_eq!(given(&patch(owner, &setting, with(tags[0])).await.ok()), [tags[0], tags[1]]);
        assert_eq!(keys(&owner.get(&format!("/v1/tags/{}/settings", tags[1])).await.ok()), ["newCheckout"]);
        let removed = patch(owner, &setting, json!([{ "op": "test", "path": "/tags/0", "value": tags[0] }, { "op": "remove", "path": "/tags/0" }])).await;
        assert_eq!(given(&removed.ok()), [tags[1]]);
        assert_eq!(owner.get(&format!("/v1/tags/{}/settings", tags[0])).await.ok(), json!([]));
        patch(owner, &setting, json!([{ "op": "remove", "path": "/tags/0" }])).await.ok();
        // Whoever adds at the same moment as others loses nothing.
        let all = futures_util::future::join_all(tags.iter().map(|tag| patch(owner, &setting, with(*tag)))).await;
        for answer in all {
            answer.ok();
        }
        let mut now = given(&owner.get(&setting).await.ok());
        now.sort_unstable();
        assert_eq!(now, tags);
    }

    async fn tags_and_words_need_their_own_permissions(server) {
        let scene = scene(server).await;
        let (id, tag) = (scene.add(&scene.v2, "newCheckout", "boolean").await, scene.tag("checkout").await);
        let setting = format!("/v1/settings/{id}");
        let tagger = scene.colleague("tag", &[Permission::SettingTag], &[]).await;
        let writer = scene.colleague("wri", &[Permission::SettingWrite], &[]).await;
        let onlooker = scene.colleague("onl", &[], &[]).await;
        let add = json!({ "op": "add", "path": "/tags/-", "value": tag });
        let rename = json!({ "op": "replace", "path": "/name", "value": "Another" });
        for (who, operations, status) in [
            (&onlooker, json!([add]), 403),
            (&onlooker, json!([rename]), 403),
            (&writer, json!([add]), 403),
            (&writer, json!([rename, add]), 403),
            (&tagger, json!([rename]), 403),
            (&tagger, json!([add, rename]), 403),
            (&writer, json!([rename]), 200),
            (&tagger, json!([add]), 200),
        ] {
            let answer = patch(who, &setting, operations.clone()).await;
            assert_eq!(answer.status, status, "{operations} by {}: {}", who.username, answer.text);
        }
        let now = onlooker.get(&setting).await.ok();
        assert_eq!((&now["name"], &now["tags"][0]["tagId"]), (&json!("Another"), &json!(tag)));
        // Replacing everything else keeps tags only if they are named.
        writer.put(&setting, json!({ "name": "Another" })).await.refused(403);
        writer.put(&setting, json!({ "name": "Once more", "tags": [tag] })).await.ok();
        let stranger = scene.server.person("sam").await;
        patch(&stranger, &setting, json!([])).await.refused(404);
        let program = scene.server.token(scene.owner(), true).await;
        patch(&program, &setting, json!([add])).await.refused(403);
        patch(&program, &setting, json!([rename])).await.refused(403);
    }

    async fn what_is_replaced_is_all_that_is_left(server) {
        let scene = scene(server).await;
        let (owner, tag) = (scene.owner(), scene.tag("checkout").await);
        let new = json!({ "key": "banner", "name": "Banner", "hint": "Over the page", "settingType": "string", "order": 4, "tags": [tag] });
        let made = owner.post(&format!("/v1/configs/{}/settings", scene.v1), new).await.ok();
        let setting = format!("/v1/settings/{}", made["settingId"]);
        // What programs send back with more than is meant is taken as it is.
        let mut whole = made.clone();
        whole["tags"] = json!([tag]);
        assert_eq!(owner.put(&setting, whole).await.ok(), made);
        let bare = owner.put(&setting, json!({ "name": "Bare" })).await.ok();
        assert_eq!((&bare["name"], &bare["hint"], &bare["tags"], &bare["order"]), (&json!("Bare"), &json!(null), &json!([]), &json!(4)));
        refused_at(owner.put(&setting, json!({ "hint": "no name" })).await, "", "missing field `name`");
        // A text that is no JSON stands in the way of texts that must be.
        let value = format!("/v1/environments/{}/settings/{}/value", scene.product.test, made["settingId"]);
        owner.put(&value, json!({ "value": "no JSON" })).await.ok();
        refused_at(owner.put(&setting, json!({ "name": "Bare", "isJson": true })).await, "IsJson", "is JSON");
        owner.put(&value, json!({ "value": "{}" })).await.ok();
        assert_eq!(owner.put(&setting, json!({ "name": "Bare", "isJson": true })).await.ok()["isJson"], json!(true));
        refused_at(owner.put(&value, json!({ "value": "no JSON" })).await, "Value", "not valid JSON");
        let flag = scene.add(&scene.v1, "flag", "boolean").await;
        refused_at(owner.put(&format!("/v1/settings/{flag}"), json!({ "name": "Flag", "isJson": true })).await, "IsJson", "Only texts");
    }

    async fn a_patch_that_does_not_fit_changes_nothing(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let setting = format!("/v1/settings/{}", scene.add(&scene.v2, "newCheckout", "boolean").await);
        let before = owner.get(&setting).await.ok();
        for (operations, field, words) in [
            (json!([{ "op": "unknown", "path": "/name", "value": "x" }]), "[0].op", "add, remove"),
            (json!([{ "op": "replace", "path": "/key", "value": "x" }]), "/key", "nothing that can be changed"),
            (json!([{ "op": "add", "path": "/key", "value": "x" }]), "/key", "nothing that can be changed"),
            (json!([{ "op": "replace", "path": "/name", "value": "x" }, { "op": "remove", "path": "/tags/0" }]), "[1]", "/tags/0"),
            (json!([{ "op": "test", "path": "/name", "value": "x" }, { "op": "replace", "path": "/name", "value": "y" }]), "[0]", "/name"),
            (json!([{ "op": "move", "path": "/name" }]), "[0].from", "from"),
            (json!([{ "op": "replace", "path": "name", "value": "x" }]), "[0].path", "no path"),
            (json!([{ "op": "replace", "path": "/name", "value": 5 }]), "Name", "string"),
            (json!([{ "op": "replace", "path": "/name", "value": " " }]), "Name", "give a name"),
            (json!([{ "op": "replace", "path": "/order", "value": 1e12 }]), "Order", ""),
            (json!([{ "op": "add", "path": "/tags/-", "value": "checkout" }]), "Tags", "is no number"),
            (json!([{ "op": "add", "path": "/tags/-", "value": 4711 }]), "Tags", "no such tag"),
            (json!({ "op": "replace" }), "Body", ""),
        ] {
            let answer = patch(owner, &setting, operations.clone()).await;
            if field == "Body" {
                answer.refused(400);
            } else {
                refused_at(answer, field, words);
            }
        }
        // Each of these doubles what is there.
        let value = format!("/v2/environments/{}{setting}/value", scene.product.test).replace("/v1/", "/");
        for (path, member) in [(&setting, "/tags"), (&value, "/targetingRules")] {
            let doubling: Vec<Value> = (0..28).map(|_| json!({ "op": "copy", "from": member, "path": format!("{member}/-") })).collect();
            let answer = patch(owner, path, json!(doubling)).await;
            assert!(answer.text.contains("larger than 1 MB"), "{}", answer.text);
            answer.refused(400);
        }
        let broken = owner.send(Method::PATCH, &setting, |request| request.header("content-type", "application/json").body("[{")).await;
        broken.refused(400);
        let form = owner.send(Method::PATCH, &setting, |request| request.form(&[("name", "x")])).await;
        form.refused(400);
        assert_eq!(owner.get(&setting).await.ok(), before);
    }

    async fn variations_are_told_with_where_they_are_used(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (test, production) = (&scene.product.test, &scene.product.production);
        let id = scene.add(&scene.v2, "size", "string").await;
        let path = format!("/v1/settings/{id}/predefined-variations");
        let wanted = json!({ "predefinedVariations": [
            { "value": { "stringValue": "" }, "name": "Nothing" },
            { "value": { "stringValue": "small" }, "name": "S", "hint": "For the hand" },
        ] });
        let made = owner.put(&path, wanted).await.ok();
        assert_eq!(names(&made), ["maxPredefinedVariations", "predefinedVariations"]);
        let [nothing, small] = made["predefinedVariations"].as_array().unwrap().as_slice() else { panic!("{made}") };
        assert_eq!((&small["name"], &small["hint"], &nothing["hint"]), (&json!("S"), &json!("For the hand"), &json!(null)));
        let value = |environment: &str| format!("/v2/environments/{environment}/settings/{id}/value");
        let by_id = json!({ "defaultValue": { "predefinedVariationId": small["predefinedVariationId"] } });
        let told = owner.put(&value(test), by_id).await.ok();
        assert_eq!(
            told["defaultValue"],
            json!({ "boolValue": null, "stringValue": "small", "intValue": null, "doubleValue": null, "predefinedVariationId": small["predefinedVariationId"] })
        );
        assert_eq!(told["setting"]["predefinedVariations"], made["predefinedVariations"]);

        let seen = owner.get(&path).await.ok();
        assert_eq!(names(&seen), ["environments", "maxPredefinedVariations", "predefinedVariations", "settingKey", "settingType"]);
        assert_eq!(seen["environments"].as_array().unwrap().len(), 2);
        assert_eq!(names(&seen["environments"][0]), ["accessType", "environmentId", "name"]);
        let used = &seen["predefinedVariations"][1];
        assert_eq!(
            names(used),
            [
                "changeRequestUsages", "changeRequestUsagesInOtherEnvironments", "hint", "name", "predefinedVariationId", "usages",
                "usagesInOtherEnvironments", "value"
            ]
        );
        assert_eq!(used["usages"], json!([{ "settingId": id, "environmentId": test }]));
        // Whoever may not see an environment learns nothing of it.
        let blind = scene.colleague("bo", &[], &[(production, Access::ReadOnly)]).await;
        let seen = blind.get(&path).await.ok();
        assert_eq!(seen["environments"], json!([{ "environmentId": production, "name": "Production", "accessType": "readOnly" }]));
        let [nothing_used, small_used] = seen["predefinedVariations"].as_array().unwrap().as_slice() else { panic!("{seen}") };
        assert_eq!((&small_used["usages"], &small_used["usagesInOtherEnvironments"]), (&json!([]), &json!(0)));
        assert_eq!((nothing_used["usages"].as_array().unwrap().len(), &nothing_used["usagesInOtherEnvironments"]), (1, &json!(0)));
        blind.put(&path, json!({ "predefinedVariations": [] })).await.refused(403);

        // What is used keeps its value and stays; its name may change.
        let change = |id: &Value, text: &str| json!({ "predefinedVariationId": id, "value": { "stringValue": text } });
        let (first, second) = (&nothing["predefinedVariationId"], &small["predefinedVariationId"]);
        let put = async |list: Value| owner.put(&path, json!({ "predefinedVariations": list })).await;
        refused_at(put(json!([change(first, ""), change(second, "tiny")])).await, "PredefinedVariations[1].Value", "is used in Test");
        refused_at(put(json!([change(first, "")])).await, "PredefinedVariations", "cannot be taken away");
        refused_at(put(json!([change(&json!(uuid::Uuid::new_v4()), "x")])).await, "PredefinedVariations[0].Value", "no such variation");
        refused_at(put(json!([{ "value": {} }])).await, "PredefinedVariations[0].Value", "StringValue field must be set");
        let renamed = put(json!([change(second, "small"), change(first, "")])).await.ok();
        assert_eq!((&renamed["predefinedVariations"][0]["predefinedVariationId"], &renamed["predefinedVariations"][0]["name"]), (second, &json!(null)));
        // A variation of one setting is not taken over by another.
        let new = json!({
            "key": "thief", "name": "Thief", "settingType": "string",
            "predefinedVariations": [{ "predefinedVariationId": second, "value": { "stringValue": "stolen" } }],
        });
        let thief = owner.post(&format!("/v1/configs/{}/settings", scene.v2), new).await.ok();
        assert_ne!(&thief["predefinedVariations"][0]["predefinedVariationId"], second);
        assert_eq!(owner.get(&value(test)).await.ok()["defaultValue"]["stringValue"], json!("small"));
    }

    async fn what_nobody_changes_is_stale(server) {
        let scene = scene(server).await;
        let (owner, tag) = (scene.owner(), scene.tag("kept").await);
        let (test, production) = (&scene.product.test, &scene.product.production);
        let old = scene.add(&scene.v2, "old", "boolean").await;
        let half = scene.add(&scene.v2, "half", "boolean").await;
        let kept = scene.add(&scene.v1, "kept", "boolean").await;
        patch(owner, &format!("/v1/settings/{kept}"), json!([{ "op": "add", "path": "/tags/-", "value": tag }])).await.ok();
        scene.colleague("bo", &[], &[(test, Access::ReadOnly)]).await;
        scene.server.later(61 * DAY);
        let blind = scene.server.sign_in("bo").await;
        let owner = &scene.server.sign_in(&scene.team.owner.username).await;
        owner.put(&format!("/v2/environments/{test}/settings/{half}/value"), json!({ "defaultValue": { "boolValue": true } })).await.ok();
        add(owner, &scene.v2, "new", "boolean").await;
        let stale = async |query: &str| owner.get(&format!("/v1/products/{}/staleflags{query}", scene.product.id)).await;
        let found = |report: &Value| {
            let settings = report["configs"].as_array().unwrap().iter().flat_map(|config| config["settings"].as_array().unwrap());
            settings.map(|setting| setting["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let report = stale("").await.ok();
        assert_eq!(found(&report), ["kept", "old"]);
        assert_eq!(names(&report), ["configs", "environments", "name", "productId"]);
        assert_eq!(names(&report["configs"][0]), ["configId", "evaluationVersion", "hasCodeReferences", "name", "settings"]);
        assert_eq!(names(&report["configs"][0]["settings"][0]), ["hasCodeReferences", "hint", "key", "name", "settingId", "settingValues", "tags"]);
        assert_eq!(names(&report["configs"][0]["settings"][0]["settingValues"][0]), ["environmentId", "isStale", "updatedAt"]);
        assert_eq!(names(&report["configs"][0]["settings"][0]["tags"][0]), ["settingTagId", "tagId"]);
        assert_eq!(report["configs"][1]["settings"][0]["settingId"], json!(old));
        let in_code = |report: &Value| {
            let configs = report["configs"].as_array().unwrap().iter();
            configs.map(|config| [&config["hasCodeReferences"], &config["settings"][0]["hasCodeReferences"]].map(|one| one == true)).collect::<Vec<_>>()
        };
        assert_eq!(in_code(&report), [[false, false], [false, false]]);
        let place = json!({ "file": "src/cart.ts", "referenceLine": { "lineNumber": 42, "lineText": "isOn('old')" } });
        let scan = json!({ "configId": scene.v2, "repository": "shop", "branch": "main", "flagReferences": [{ "settingId": old, "references": [place] }] });
        assert_eq!(owner.post("/v1/code-references", scan).await.text, "");
        assert_eq!(in_code(&stale("").await.ok()), [[false, false], [true, true]]);
        let reports = owner.get(&format!("/v1/settings/{old}/code-references")).await.ok();
        assert_eq!(reports[0]["references"][0]["referenceLine"], json!({ "lineNumber": 42, "lineText": "isOn('old')" }));
        let any = "staleFlagStaleInEnvironmentsType=StaleInAnyEnvironments";
        assert_eq!(found(&stale(&format!("?{any}")).await.ok()), ["kept", "old", "half"]);
        assert_eq!(found(&stale(&format!("?{any}&ignoredEnvironmentIds={production}&ignoredTagIds={tag}")).await.ok()), ["old"]);
        assert_eq!(found(&stale("?staleFlagAgeDays=90").await.ok()), [""; 0]);
        assert_eq!(found(&stale("?scope=watchedByMe").await.ok()), [""; 0]);
        refused_at(stale("?staleFlagAgeDays=5").await, "StaleFlagAgeDays", "7 to 90");
        refused_at(stale("?scope=everybody").await, "Scope", "watchedByMe");
        // Environments that one may not see do not count, and are not named.
        let report = blind.get(&format!("/v1/products/{}/staleflags?{any}", scene.product.id)).await.ok();
        assert_eq!((found(&report), report["environments"].as_array().unwrap().len()), (vec!["kept".into(), "old".into()], 1));
    }
}
