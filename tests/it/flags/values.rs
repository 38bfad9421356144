//! Values change at once, with a reason where one is asked for, never over what somebody else has saved, and come back.

use burgee::authz::Access;
use reqwest::Method;
use serde_json::{Value, json};

use super::{OFF, ON, says, scene};
use crate::support::on_both;

on_both! {
    async fn of_two_who_change_the_same_value_the_second_sees_both(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let production = scene.product.production.clone();
        let (_, opened) = scene.stored(id, &production).await;
        let other = scene.person("robin", &[], &[(&production, Access::Full)]).await;
        assert_eq!(scene.save_over(&other, id, &production, &opened, &[("default", "true"), ("note", "Quiet week")]).await.status, 303);
        let split = [("default", "false"), ("split.0.percent", "10"), ("split.0.value", "true"), ("split.1.percent", "90"), ("split.1.value", "false")];
        let refused = scene.save_over(scene.owner(), id, &production, &opened, &split).await;
        assert_eq!(refused.status, 409);
        for text in ["Robin", "saved while you were editing", "Quiet week", "10 % On, 90 % Off"] {
            assert!(refused.text.to_lowercase().contains(&text.to_lowercase()), "{text}: {}", refused.text);
        }
        let (now, version) = scene.stored(id, &production).await;
        assert_eq!(now, json!({ "default": { "b": true } }), "what the first one saved stays");
        assert!(refused.text.contains(&version), "saving again overwrites it knowingly");
        let stale = scene.owner().form(&format!("{}/switch", scene.flag(id)), &[("flip", &format!("false~{production}~{opened}"))]).await;
        assert_eq!(stale.status, 409);

        // Many at the same moment: one wins.
        let writers: Vec<_> = (0..6).map(|_| scene.save_over(scene.owner(), id, &production, &version, OFF)).collect();
        let mut statuses = vec![];
        for answer in futures_util::future::join_all(writers).await {
            statuses.push(answer.status.as_u16());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409, 409, 409, 409, 409]);
        assert_eq!(scene.save(scene.owner(), id, &production, OFF).await.status, 303, "the same again is no change");
        let past = scene.owner().get(&scene.api(id, &production, "history")).await.ok();
        assert_eq!(past["history"].as_array().unwrap().len(), 3, "created, on, off: {past}");
    }

    async fn notes_are_mandatory_where_the_environment_or_the_product_says_so(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let needs = format!("note_{production}");
        let fields = [("name", "Storefront"), ("description", ""), ("key_style", "camelCase"), (needs.as_str(), "on")];
        scene.owner().form(&format!("{}/settings", scene.product.path), &fields).await.leads_to();
        says(scene.save(scene.owner(), id, &production, ON).await, 422, "Reason required");
        says(scene.flip(scene.owner(), id, &production, true, &[("note", "  ")]).await, 422, "Reason required");
        assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": false } }));
        assert_eq!(scene.save(scene.owner(), id, &test, ON).await.status, 303, "not in Test");
        assert_eq!(scene.flip(scene.owner(), id, &production, true, &[("note", "Launch day")]).await.status, 303);
        let past = scene.owner().get(&scene.api(id, &production, "history")).await.ok();
        assert_eq!(past["history"][0]["note"], "Launch day");
        let flip = format!("?flip=false~{production}~{}", scene.stored(id, &production).await.1);
        says(scene.owner().get(&format!("{}/switch{flip}", scene.flag(id))).await, 200, "A note is mandatory in Production");
        let gone = scene.owner().form(&format!("{}/delete", scene.flag(id)), &[("confirm", "flag"), ("note", "")]).await;
        says(gone, 422, "Reason required");
        assert_eq!(scene.owner().form(&format!("{}/delete", scene.flag(id)), &[("confirm", "flag"), ("note", "Done")]).await.status, 303);
    }

    async fn an_earlier_value_comes_back(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let split = [("default", "false"), ("split.0.percent", "20"), ("split.0.value", "true"), ("split.1.percent", "80"), ("split.1.value", "false")];
        scene.save(scene.owner(), id, &test, &split).await.leads_to();
        scene.save(scene.owner(), id, &test, ON).await.leads_to();
        let past = scene.owner().get(&scene.api(id, &test, "history")).await.ok();
        let history = past["history"].as_array().unwrap();
        assert_eq!(history.len(), 3, "{past}");
        assert_eq!(history[1]["changes"], json!([{ "field": "Else", "before": "Off", "after": "20 % On, 80 % Off" }]));
        assert_eq!(history[2]["version"], Value::Null);
        let position = history[1]["position"].as_i64().unwrap();
        let dialog = scene.owner().get(&format!("{}/restore?environment={test}&position={position}", scene.flag(id))).await;
        says(dialog, 200, "20 % On, 80 % Off");
        let back = scene.owner().post(&scene.api(id, &test, "restore"), json!({ "position": position, "note": "Too soon" })).await.ok();
        assert_eq!(back["formula"]["split"][0]["percent"], 20);
        assert_eq!(scene.stored(id, &test).await.0, history[1]["formula"]);
        let past = scene.owner().get(&scene.api(id, &test, "history?limit=1")).await.ok();
        assert_eq!((&past["history"][0]["restored"], &past["history"][0]["note"]), (&json!(position), &json!("Too soon")));
        assert!(past["meta"]["next_cursor"].is_string());
        let (_, version) = scene.stored(id, &test).await;
        let first = history[2]["position"].to_string();
        let fields = [("environment", test.as_str()), ("position", first.as_str()), ("version", version.as_str()), ("note", "")];
        scene.owner().form(&format!("{}/restore", scene.flag(id)), &fields).await.leads_to();
        assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": false } }));
        // Positions of other values are none of this one.
        assert_eq!(scene.owner().post(&scene.api(id, &production, "restore"), json!({ "position": position })).await.status, 404);
        let stale = json!({ "position": position, "version": version });
        assert_eq!(scene.owner().post(&scene.api(id, &test, "restore"), stale).await.refused(409)["code"], "changed_meanwhile");
        let pages = scene.owner().get(&format!("{}/history?environment={test}", scene.flag(id))).await.page();
        assert!(pages.contains("restored") && pages.contains("created"), "{pages}");
    }

    async fn switches_act_at_once_and_never_over_a_later_change(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let test = scene.product.test.clone();
        let (_, version) = scene.stored(id, &test).await;
        let flip = format!("true~{test}~{version}");
        let by_script = |flip: String| {
            let (path, owner) = (format!("{}/switch", scene.flag(id)), scene.owner().clone());
            async move { owner.send(Method::POST, &path, |request| request.header("hx-request", "true").form(&[("flip", flip)])).await }
        };
        let cell = by_script(flip.clone()).await;
        says(cell, 200, "aria-checked=\"true\"");
        assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": true } }));
        let late = by_script(flip).await;
        says(late, 200, "Somebody else has changed this value");
        // Off is off for everybody whom no rule names.
        let split = [("default", "true"), ("split.0.percent", "20"), ("split.0.value", "true"), ("split.1.percent", "80"), ("split.1.value", "false")];
        scene.save(scene.owner(), id, &test, &split).await.leads_to();
        assert_eq!(scene.flip(scene.owner(), id, &test, false, &[]).await.leads_to(), scene.path);
        assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": false } }));
        let text = scene.add("text", "string").await;
        assert_eq!(scene.flip(scene.owner(), text, &test, true, &[]).await.status, 422);
    }

    async fn flags_are_tried_out_with_the_reasons(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let test = scene.product.test.clone();
        let fields = [
            ("rule.0.from", ""),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", "Email"),
            ("rule.0.condition.0.comparator", "sensitiveTextEndsWithAnyOf"),
            ("rule.0.condition.0.values", "@example.com"),
            ("rule.0.value", "true"),
            ("default", "false"),
        ];
        scene.save(scene.owner(), id, &test, &fields).await.leads_to();
        let tried = async |fields: &[(&str, &str)]| {
            let all = [&[("environment", test.as_str())], fields].concat();
            scene.owner().form(&format!("{}/try", scene.path), &all).await
        };
        says(tried(&[("user", r#"{"Email": "kim@example.com"}"#)]).await, 200, "rule 1");
        says(tried(&[("attribute.0.name", "Email"), ("attribute.0.value", "kim@other.example")]).await, 200, "Email is kim@other.example");
        says(tried(&[("user", "")]).await, 200, "Email is missing");
        says(tried(&[("user", "{kim}")]).await, 422, "This is not valid JSON");
    }
}
