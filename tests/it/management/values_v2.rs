//! Values of the second generation, over ConfigCat’s management API.

use serde_json::{Value, json};

use super::scene::{names, patch, refused_at, scene};
use crate::support::on_both;

/// The parts of a value that programs write.
fn written(value: &Value) -> Value {
    json!({
        "defaultValue": value["defaultValue"],
        "targetingRules": value["targetingRules"],
        "percentageEvaluationAttribute": value["percentageEvaluationAttribute"],
    })
}

/// A value with every member, as it is told.
fn told(member: &str, value: Value) -> Value {
    let mut all = json!({ "boolValue": null, "stringValue": null, "intValue": null, "doubleValue": null, "predefinedVariationId": null });
    all[member] = value;
    all
}

/// A condition with every member, as it is told.
fn condition(member: &str, value: Value) -> Value {
    let mut all = json!({ "userCondition": null, "segmentCondition": null, "prerequisiteFlagCondition": null });
    all[member] = value;
    all
}

fn user(comparator: &str, member: &str, value: Value) -> Value {
    let mut compared = json!({ "stringValue": null, "doubleValue": null, "listValue": null });
    compared[member] = value;
    condition("userCondition", json!({ "comparisonAttribute": "Email", "comparator": comparator, "comparisonValue": compared }))
}

on_both! {
    async fn a_value_is_written_and_read_without_a_difference(server) {
        let scene = scene(server).await;
        let (owner, segment) = (scene.owner(), scene.segment("beta").await);
        let id = scene.add(&scene.v2, "price", "double").await;
        let asked = scene.add(&scene.v2, "newCheckout", "boolean").await;
        let path = format!("/v2/environments/{}/settings/{id}/value", scene.product.test);
        let first = owner.get(&path).await.ok();
        let value = [
            "changeRequestCount", "defaultValue", "integrationLinks", "lastUpdaterUserEmail", "lastUpdaterUserFullName", "lastVersionId",
            "percentageEvaluationAttribute", "setting", "settingIdsWherePrerequisite", "settingTags", "targetingRules", "updatedAt",
        ];
        let around = ["approveRequired", "canBypassApproval", "config", "environment", "featureFlagLimitations", "readOnly", "reasonRequired"];
        let mut all = [value.as_slice(), around.as_slice()].concat();
        all.sort_unstable();
        assert_eq!(names(&first), all);
        assert!(names(&first["setting"]).contains(&"predefinedVariations") && names(&first["setting"]).len() == 12);
        assert_eq!(
            written(&first),
            json!({ "defaultValue": told("doubleValue", json!(0.0)), "targetingRules": [], "percentageEvaluationAttribute": null })
        );
        let expected = json!({
            "defaultValue": told("doubleValue", json!(1.5)),
            "targetingRules": [
                {
                    "conditions": [
                        user("sensitiveTextEquals", "stringValue", json!("kim@example.com")),
                        user("textEndsWithAnyOf", "listValue", json!([{ "value": "@example.com", "hint": "Ourselves" }])),
                        user("dateTimeBefore", "doubleValue", json!(1_795_338_000.5)),
                        condition("segmentCondition", json!({ "segmentId": segment, "comparator": "isNotIn" })),
                        condition("prerequisiteFlagCondition", json!({
                            "prerequisiteSettingId": asked, "comparator": "doesNotEqual", "prerequisiteComparisonValue": told("boolValue", json!(true)),
                        })),
                    ],
                    "percentageOptions": [],
                    "value": told("doubleValue", json!(2.0)),
                },
                {
                    "conditions": [user("isOneOf", "listValue", json!([{ "value": "a", "hint": null }, { "value": "b", "hint": null }]))],
                    "percentageOptions": [
                        { "percentage": 40, "value": told("doubleValue", json!(3.0)) },
                        { "percentage": 60, "value": told("doubleValue", json!(4.0)) },
                    ],
                    "value": null,
                },
                {
                    "conditions": [],
                    "percentageOptions": [
                        { "percentage": 1, "value": told("doubleValue", json!(5.0)) },
                        { "percentage": 99, "value": told("doubleValue", json!(6.0)) },
                    ],
                    "value": null,
                },
            ],
            "percentageEvaluationAttribute": "Company",
        });
        // As a program writes it: what is null is left out, words in any case.
        let wanted = json!({
            "defaultValue": { "doubleValue": 1.5 },
            "targetingRules": [
                {
                    "conditions": [
                        { "userCondition": { "comparisonAttribute": "Email", "comparator": "SensitiveTextEquals", "comparisonValue": { "stringValue": "kim@example.com" } } },
                        { "userCondition": { "comparisonAttribute": "Email", "comparator": "textEndsWithAnyOf", "comparisonValue": { "listValue": [{ "value": "@example.com", "hint": "Ourselves" }] } } },
                        { "userCondition": { "comparisonAttribute": "Email", "comparator": "dateTimeBefore", "comparisonValue": { "doubleValue": 1_795_338_000.5 } } },
                        { "segmentCondition": { "segmentId": segment, "comparator": "isnotin" } },
                        { "prerequisiteFlagCondition": { "prerequisiteSettingId": asked, "comparator": "doesNotEqual", "prerequisiteComparisonValue": { "boolValue": true } } },
                    ],
                    "value": { "doubleValue": 2 },
                },
                {
                    "conditions": [{ "userCondition": { "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValue": { "listValue": [{ "value": "a" }, { "value": "b" }] } } }],
                    "percentageOptions": [{ "percentage": 40, "value": { "doubleValue": 3 } }, { "percentage": 60, "value": { "doubleValue": 4 } }],
                },
                { "conditions": null, "percentageOptions": [{ "percentage": 1, "value": { "doubleValue": 5 } }, { "percentage": 99, "value": { "doubleValue": 6 } }] },
            ],
            "percentageEvaluationAttribute": "Company",
        });
        let saved = owner.put(&format!("{path}?reason="), wanted).await.ok();
        assert_eq!(written(&saved), expected);
        assert_ne!(saved["lastVersionId"], first["lastVersionId"]);
        assert_eq!(owner.get(&path).await.ok(), saved);
        assert_eq!(owner.put(&path, written(&saved)).await.ok(), saved);
        let values = format!("/v2/configs/{}/environments/{}/values", scene.v2, scene.product.test);
        let listed = owner.get(&values).await.ok();
        let mut members = around.to_vec();
        members.push("settingFormulas");
        assert_eq!(names(&listed), members);
        assert_eq!(names(&listed["settingFormulas"][0]), value);
        assert_eq!(written(&listed["settingFormulas"][0]), expected);
        assert_eq!(listed["settingFormulas"][1]["settingIdsWherePrerequisite"], json!([id]));
        let reset = owner.put(&path, json!({ "defaultValue": { "doubleValue": 0 } })).await.ok();
        assert_eq!(written(&reset), written(&first));
        assert_eq!(owner.get(&values).await.ok()["settingFormulas"][1]["settingIdsWherePrerequisite"], json!([]));
    }

    async fn parts_of_a_value_are_changed_by_themselves(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v2, "newCheckout", "boolean").await;
        let path = format!("/v2/environments/{}/settings/{id}/value", scene.product.test);
        let rule = |text: &str, on: bool| json!({ "conditions": [user("textEquals", "stringValue", json!(text))], "value": { "boolValue": on } });
        let order = |value: &Value| {
            let rules = value["targetingRules"].as_array().unwrap().iter();
            rules.map(|rule| rule["conditions"][0]["userCondition"]["comparisonValue"]["stringValue"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let added = patch(owner, &path, json!([
            { "op": "add", "path": "/targetingRules/-", "value": rule("a", true) },
            { "op": "add", "path": "/targetingRules/-", "value": rule("b", true) },
            { "op": "replace", "path": "/defaultValue/boolValue", "value": true },
            { "op": "add", "path": "/percentageEvaluationAttribute", "value": "Company" },
        ])).await.ok();
        assert_eq!((order(&added), &added["defaultValue"]["boolValue"]), (vec!["a".into(), "b".into()], &json!(true)));
        assert_eq!(added["percentageEvaluationAttribute"], json!("Company"));
        let moved = patch(owner, &path, json!([
            { "op": "move", "from": "/targetingRules/1", "path": "/targetingRules/0" },
            { "op": "replace", "path": "/targetingRules/0/value/boolValue", "value": false },
            { "op": "remove", "path": "/percentageEvaluationAttribute" },
        ])).await.ok();
        assert_eq!((order(&moved), &moved["targetingRules"][0]["value"]["boolValue"]), (vec!["b".into(), "a".into()], &json!(false)));
        assert_eq!(moved["percentageEvaluationAttribute"], json!(null));
        assert_eq!(patch(owner, &path, json!([{ "op": "test", "path": "/targetingRules/0/value/boolValue", "value": false }])).await.status, 204);
        for (operations, field, words) in [
            (json!([{ "op": "test", "path": "/defaultValue/boolValue", "value": false }]), "[0]", "/defaultValue/boolValue"),
            (json!([{ "op": "remove", "path": "/targetingRules/2" }]), "[0]", "/targetingRules/2"),
            (json!([{ "op": "add", "path": "/defaultValue/color", "value": 1 }]), "/defaultValue/color", "nothing that can be changed"),
            (json!([{ "op": "add", "path": "/targetingRules/0/conditions/0/userCondition/x", "value": 1 }]), "/targetingRules/0/conditions/0/userCondition/x", "nothing"),
            (json!([{ "op": "replace", "path": "/targetingRules/1/value", "value": null }]), "TargetingRules[1].Value", "what the people get"),
            (json!([{ "op": "replace", "path": "/targetingRules/0/conditions", "value": [] }]), "TargetingRules[0]", "needs a condition"),
            (json!([{ "op": "replace", "path": "/defaultValue", "value": { "intValue": 1 } }]), "DefaultValue", "BoolValue field must be set"),
        ] {
            refused_at(patch(owner, &path, operations).await, field, words);
        }
        assert_eq!(owner.get(&path).await.ok(), moved);
    }

    async fn a_patch_means_the_variation_or_the_value_that_it_names(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let new = json!({
            "key": "size", "name": "Size", "settingType": "string",
            "predefinedVariations": [{ "value": { "stringValue": "small" } }, { "value": { "stringValue": "large" } }],
        });
        let made = owner.post(&format!("/v1/configs/{}/settings", scene.v2), new).await.ok();
        let large = &made["predefinedVariations"][1]["predefinedVariationId"];
        let path = format!("/v2/environments/{}/settings/{}/value", scene.product.test, made["settingId"]);
        let value = |answer: &Value| answer["defaultValue"]["stringValue"].as_str().unwrap().to_owned();
        assert_eq!(value(&owner.get(&path).await.ok()), "small");
        let by_id = json!([{ "op": "replace", "path": "/defaultValue/predefinedVariationId", "value": large }]);
        assert_eq!(value(&patch(owner, &path, by_id.clone()).await.ok()), "large");
        assert_eq!(patch(owner, &path, by_id).await.status, 204);
        assert_eq!(value(&patch(owner, &path, json!([{ "op": "replace", "path": "/defaultValue/stringValue", "value": "small" }])).await.ok()), "small");
        let none = json!([{ "op": "replace", "path": "/defaultValue/stringValue", "value": "tiny" }]);
        refused_at(patch(owner, &path, none).await, "DefaultValue", "none of the predefined variations");
        let both = json!({ "defaultValue": { "stringValue": "small", "predefinedVariationId": large } });
        refused_at(owner.put(&path, both).await, "DefaultValue", "another one");
        refused_at(owner.put(&path, json!({ "defaultValue": { "predefinedVariationId": uuid::Uuid::new_v4() } })).await, "DefaultValue", "no such predefined");
        assert_eq!(value(&owner.put(&path, json!({ "defaultValue": { "stringValue": "large" } })).await.ok()), "large");
    }

    async fn what_is_wrong_with_a_value_is_told_at_its_field(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v2, "newCheckout", "boolean").await;
        let text = scene.add(&scene.v2, "banner", "string").await;
        let path = format!("/v2/environments/{}/settings/{id}/value", scene.product.test);
        let on = || json!({ "boolValue": true });
        let rule = |condition: Value| json!({ "defaultValue": on(), "targetingRules": [{ "conditions": [condition], "value": on() }] });
        let about = |comparator: &str, value: Value| {
            rule(json!({ "userCondition": { "comparisonAttribute": "A", "comparator": comparator, "comparisonValue": value } }))
        };
        let flag = |id: i64, comparator: &str, value: Value| {
            rule(json!({ "prerequisiteFlagCondition": { "prerequisiteSettingId": id, "comparator": comparator, "prerequisiteComparisonValue": value } }))
        };
        let options = |options: Value| json!({ "defaultValue": on(), "targetingRules": [{ "percentageOptions": options }] });
        let first = "TargetingRules[0].Conditions[0]";
        for (body, field, words) in [
            (json!({ "defaultValue": { "stringValue": "on" } }), "DefaultValue".to_owned(), "BoolValue field must be set"),
            (json!({ "defaultValue": {} }), "DefaultValue".into(), "BoolValue field must be set"),
            (json!({ "targetingRules": [] }), String::new(), "defaultValue"),
            (about("numberLess", json!({ "stringValue": "5" })), format!("{first}.UserCondition.ComparisonValue"), "DoubleValue field must be set"),
            (about("textEquals", json!({ "doubleValue": 5 })), format!("{first}.UserCondition.ComparisonValue"), "StringValue field must be set"),
            (about("isOneOf", json!({ "stringValue": "a" })), format!("{first}.UserCondition.ComparisonValue"), "ListValue field must be set"),
            (about("semVerLess", json!({ "stringValue": "1" })), format!("{first}.UserCondition.ComparisonValue"), "Invalid term value."),
            (about("isSomething", json!({ "stringValue": "1" })), format!("{first}.UserCondition.Comparator"), "no comparator"),
            (
                json!({ "defaultValue": on(), "targetingRules": [{ "conditions": [user("isOneOf", "listValue", json!([{ "value": "a" }]))], "value": { "intValue": 10 } }] }),
                "TargetingRules[0].Value".into(),
                "Invalid term value. BoolValue field must be set",
            ),
            (flag(4711, "equals", on()), format!("{first}.PrerequisiteFlagCondition.PrerequisiteSettingId"), "Prerequisite setting not found."),
            (flag(text, "equals", on()), format!("{first}.PrerequisiteFlagCondition.PrerequisiteComparisonValue"), "Invalid prerequisite value."),
            (flag(text, "equals", json!({})), format!("{first}.PrerequisiteFlagCondition.PrerequisiteComparisonValue"), "Invalid prerequisite value."),
            (flag(text, "is", on()), format!("{first}.PrerequisiteFlagCondition.Comparator"), "equals, doesNotEqual"),
            (rule(json!({})), first.into(), "exactly one of the three"),
            (
                rule(json!({ "segmentCondition": { "segmentId": uuid::Uuid::new_v4(), "comparator": "isIn" } })),
                format!("{first}.SegmentCondition.SegmentId"),
                "no such segment",
            ),
            (
                options(json!([{ "percentage": 50, "value": on() }])),
                "TargetingRules[0].PercentageOptions".into(),
                "Invalid percentage option value.",
            ),
            (
                options(json!([{ "percentage": 100, "value": { "stringValue": "on" } }])),
                "TargetingRules[0].PercentageOptions[0].Value".into(),
                "Invalid percentage option value. BoolValue field must be set",
            ),
            (
                options(json!([{ "percentage": -1, "value": on() }, { "percentage": 101, "value": on() }])),
                "TargetingRules[0].PercentageOptions[1].Percentage".into(),
                "Invalid percentage option value.",
            ),
            (
                json!({ "defaultValue": on(), "targetingRules": [{ "percentageOptions": [{ "percentage": 100, "value": on() }] }, { "value": on() }] }),
                "TargetingRules[0]".into(),
                "Only the last rule",
            ),
            (
                json!({ "defaultValue": on(), "targetingRules": [{ "conditions": [user("isOneOf", "listValue", json!([{ "value": "a" }]))] }] }),
                "TargetingRules[0].Value".into(),
                "what the people get",
            ),
        ] {
            refused_at(owner.put(&path, body).await, &field, words);
        }
        let broken = owner.put(&path, json!({ "defaultValue": { "boolValue": "true" } })).await;
        refused_at(broken, "DefaultValue.boolValue", "boolean");
    }

    async fn flags_that_wait_for_each_other_are_refused(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let (a, b) = (scene.add(&scene.v2, "A", "boolean").await, scene.add(&scene.v2, "B", "boolean").await);
        let test = &scene.product.test;
        let waits = |other: i64| json!({ "defaultValue": { "boolValue": false }, "targetingRules": [{
            "conditions": [{ "prerequisiteFlagCondition": { "prerequisiteSettingId": other, "comparator": "equals", "prerequisiteComparisonValue": { "boolValue": true } } }],
            "value": { "boolValue": true },
        }] });
        let field = "TargetingRules[0].Conditions[0].PrerequisiteFlagCondition.PrerequisiteSettingId";
        let path = |id: i64| format!("/v2/environments/{test}/settings/{id}/value");
        owner.put(&path(b), waits(a)).await.ok();
        refused_at(owner.put(&path(a), waits(b)).await, field, "Circular dependency detected. B ➔ A ➔ B");
        refused_at(owner.put(&path(a), waits(a)).await, field, "Circular dependency detected. A ➔ A");
        owner.put(&path(b), json!({ "defaultValue": { "boolValue": false } })).await.ok();
        // Both at once make a circle too, and one that is resolved at the same time makes none.
        let values = format!("/v2/configs/{}/environments/{test}/values", scene.v2);
        let with = |id: i64, mut formula: Value| { formula["settingId"] = json!(id); formula };
        let both = json!({ "updateFormulas": [with(a, waits(b)), with(b, waits(a))] });
        refused_at(owner.post(&values, both).await, &format!("UpdateFormulas[0].{field}"), "Circular dependency detected. B ➔ A ➔ B");
        owner.put(&path(a), waits(b)).await.ok();
        let turned = json!({ "updateFormulas": [with(b, waits(a)), with(a, json!({ "defaultValue": { "boolValue": true } }))] });
        let saved = owner.post(&values, turned).await.ok();
        assert_eq!(saved["settingFormulas"][0]["settingIdsWherePrerequisite"], json!([b]));
        assert_eq!(saved["settingFormulas"][0]["defaultValue"]["boolValue"], json!(true));
    }

    async fn a_prerequisite_is_named_by_its_variation(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v2, "newCheckout", "boolean").await;
        let new = json!({
            "key": "color", "name": "Color", "settingType": "string",
            "predefinedVariations": [{ "value": { "stringValue": "red" } }, { "value": { "stringValue": "blue" } }],
        });
        let other = owner.post(&format!("/v1/configs/{}/settings", scene.v2), new).await.ok();
        let variation = |at: usize| other["predefinedVariations"][at]["predefinedVariationId"].clone();
        let waits = |value: Value| {
            let asked = json!({ "prerequisiteSettingId": other["settingId"], "comparator": "equals", "prerequisiteComparisonValue": value });
            json!({ "defaultValue": { "boolValue": false }, "targetingRules": [{ "conditions": [{ "prerequisiteFlagCondition": asked }], "value": { "boolValue": true } }] })
        };
        let path = format!("/v2/environments/{}/settings/{id}/value", scene.product.test);
        let asked = |answer: &Value| answer["targetingRules"][0]["conditions"][0]["prerequisiteFlagCondition"]["prerequisiteComparisonValue"].clone();
        let told = |text: &str, at: usize| {
            json!({ "boolValue": null, "stringValue": text, "intValue": null, "doubleValue": null, "predefinedVariationId": variation(at) })
        };
        assert_eq!(asked(&owner.put(&path, waits(json!({ "predefinedVariationId": variation(1) }))).await.ok()), told("blue", 1));
        assert_eq!(asked(&owner.get(&path).await.ok()), told("blue", 1));
        // What was told can be sent back, and by its value it is the same.
        let version = owner.get(&path).await.ok()["lastVersionId"].clone();
        for same in [told("blue", 1), json!({ "stringValue": "blue" })] {
            assert_eq!(owner.put(&path, waits(same)).await.ok()["lastVersionId"], version);
        }
        let all = format!("/v2/configs/{}/environments/{}/values", scene.v2, scene.product.test);
        let mut one = waits(json!({ "predefinedVariationId": variation(0) }));
        one["settingId"] = json!(id);
        assert_eq!(asked(&owner.post(&all, json!({ "updateFormulas": [one] })).await.ok()["settingFormulas"][0]), told("red", 0));
        let at = "/targetingRules/0/conditions/0/prerequisiteFlagCondition/prerequisiteComparisonValue";
        let change = |path: &str, value: Value| json!([{ "op": "replace", "path": path, "value": value }]);
        let by_id = patch(owner, &path, change(&format!("{at}/predefinedVariationId"), variation(1))).await;
        assert_eq!(asked(&by_id.ok()), told("blue", 1));
        let by_value = patch(owner, &path, change(&format!("{at}/stringValue"), json!("red"))).await;
        assert_eq!(asked(&by_value.ok()), told("red", 0));

        let field = "TargetingRules[0].Conditions[0].PrerequisiteFlagCondition.PrerequisiteComparisonValue";
        for (value, words) in [
            (json!({ "predefinedVariationId": uuid::Uuid::new_v4() }), "Invalid prerequisite value. There is no such predefined variation"),
            (json!({ "predefinedVariationId": variation(1), "stringValue": "red" }), "another one than that of the predefined variation"),
            (json!({ "stringValue": "red", "boolValue": true }), "Please give one value."),
            (json!({}), "Please give one value."),
        ] {
            refused_at(owner.put(&path, waits(value)).await, field, words);
        }
    }

    async fn of_two_writers_who_saw_the_same_version_one_is_refused(server) {
        let scene = scene(server).await;
        let owner = scene.owner();
        let id = scene.add(&scene.v2, "limit", "int").await;
        let other = scene.add(&scene.v2, "other", "int").await;
        let path = format!("/v2/environments/{}/settings/{id}/value", scene.product.test);
        let seen = owner.get(&path).await.ok()["lastVersionId"].as_str().unwrap().to_owned();
        let known = format!("{path}?latestVersionId={seen}");
        let write = |n: i64| { let known = &known; async move { owner.put(known, json!({ "defaultValue": { "intValue": n } })).await } };
        let answers = futures_util::future::join_all((1..=6).map(write)).await;
        let won: Vec<&crate::support::Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 409)));
        let now: Value = serde_json::from_str(&won[0].text).unwrap();
        assert_eq!(owner.get(&path).await.ok(), now);
        let change = json!([{ "op": "replace", "path": "/defaultValue/intValue", "value": 9 }]);
        patch(owner, &known, change.clone()).await.refused(409);
        let several = json!({ "updateFormulas": [{ "settingId": id, "defaultValue": { "intValue": 9 } }] });
        let values = format!("/v2/configs/{}/environments/{}/values", scene.v2, scene.product.test);
        owner.post(&format!("{values}?latestVersionId={seen}"), several.clone()).await.refused(409);
        refused_at(owner.put(&format!("{path}?latestVersionId=7"), json!({ "defaultValue": { "intValue": 9 } })).await, "LatestVersionId", "no version");
        let latest = now["lastVersionId"].as_str().unwrap();
        let saved = owner.post(&format!("{values}?latestVersionId={latest}"), several).await.ok();
        let of = |at: usize| (&saved["settingFormulas"][at]["setting"]["settingId"], &saved["settingFormulas"][at]["defaultValue"]["intValue"]);
        assert_eq!((of(0), of(1)), ((&json!(id), &json!(9)), (&json!(other), &json!(0))));
        // Single changes at the same moment are all made: each to what the one before left.
        let append = |n: i64| {
            let rule = json!({ "conditions": [user("textEquals", "stringValue", json!(n.to_string()))], "value": { "intValue": n } });
            let path = &path;
            async move { patch(owner, path, json!([{ "op": "add", "path": "/targetingRules/-", "value": rule }])).await }
        };
        for answer in futures_util::future::join_all((0..6).map(append)).await {
            answer.ok();
        }
        assert_eq!(owner.get(&path).await.ok()["targetingRules"].as_array().unwrap().len(), 6);
        patch(owner, &path, change).await.ok();
    }
}
