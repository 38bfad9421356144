//! What ConfigCat’s Terraform provider does with each kind of its resources: it creates them, reads them before every plan, changes them, takes in
//! what others created, and deletes them. Whatever it reads must be what it sent: a difference would be a plan that never ends.

use std::collections::BTreeMap;

use burgee::authz::GROUP_PERMISSIONS;
use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{Scene, scene};
use crate::support::{Answer, Client, on_both};

/// The provider, with the credential of an owner.
struct Provider {
    http: Client,
}

/// A resource, from its creation to a change.
struct Life<'a> {
    /// Where it is created.
    new: &'a str,
    /// Where all of its kind are listed.
    all: &'a str,
    /// Where things of its kind are.
    below: &'a str,
    /// The member that is its id.
    id: &'a str,
    /// What it is to be.
    wanted: Value,
    /// What it is to be then.
    then: Value,
}

impl Provider {
    async fn of(scene: &Scene) -> Self {
        Self { http: scene.server.token(scene.owner(), false).await }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let with = |request: reqwest::RequestBuilder| {
            let request = request.header("user-agent", "terraform-provider-configcat/5.1.0");
            body.into_iter().fold(request, |request, body| request.json(body))
        };
        self.http.send(method, path, with).await
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.ok()
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(&body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> Value {
        self.send(Method::PUT, path, Some(body)).await.ok()
    }

    async fn patch(&self, path: &str, operations: Value) -> Value {
        self.send(Method::PATCH, path, Some(&operations)).await.ok()
    }

    /// Creates a resource, reads it, changes it, reads it, and finds it in the list. Says where it is.
    async fn lives(&self, life: Life<'_>) -> String {
        let (path, made) = self.creates(&life).await;
        let changed = self.put(&path, &life.then).await;
        self.finds(&life, &path, &changed).await;
        shows(&life.then, &changed, "");
        assert_eq!(made[life.id], changed[life.id]);
        path
    }

    async fn creates(&self, life: &Life<'_>) -> (String, Value) {
        let made = self.post(life.new, life.wanted.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.ok();
        shows(&life.wanted, &made, "");
        let id = made[life.id].as_str().map_or_else(|| made[life.id].to_string(), str::to_owned);
        let path = format!("{}/{id}", life.below);
        self.finds(life, &path, &made).await;
        (path, made)
    }

    /// What was answered is what is read before the next plan, by the id alone as an import has it, and what the list tells.
    async fn finds(&self, life: &Life<'_>, path: &str, answered: &Value) {
        assert_eq!(self.get(path).await, *answered);
        let all = self.get(life.all).await;
        let list = all.as_array().or_else(|| all["integrations"].as_array()).unwrap_or_else(|| panic!("no list: {all}"));
        let listed = list.iter().find(|one| one[life.id] == answered[life.id]).unwrap_or_else(|| panic!("not listed: {path}"));
        for (name, value) in answered.as_object().unwrap() {
            assert!(listed.get(name).is_none_or(|listed| listed == value), "{path}: {name} is listed as {}", listed[name]);
        }
    }

    /// Deletes it. What is gone is told as such, so that it leaves the state.
    async fn ends(&self, path: &str) {
        let gone = self.send(Method::DELETE, path, None).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""), "{path}");
        self.send(Method::GET, path, None).await.refused(404);
        self.send(Method::DELETE, path, None).await.refused(404);
    }
}

/// That an answer shows all that was wanted, as it was wanted.
#[track_caller]
fn shows(wanted: &Value, told: &Value, place: &str) {
    match (wanted, told) {
        (Value::Object(members), Value::Object(_)) => {
            members.iter().for_each(|(name, wanted)| shows(wanted, &told[name], &format!("{place}/{name}")));
        }
        (Value::Array(wanted), Value::Array(told)) if wanted.len() == told.len() => {
            wanted.iter().zip(told).enumerate().for_each(|(at, (wanted, told))| shows(wanted, told, &format!("{place}/{at}")));
        }
        (Value::Number(wanted), Value::Number(told)) => assert_eq!(wanted.as_f64(), told.as_f64(), "{place}"),
        _ => assert_eq!(wanted, told, "{place}"),
    }
}

/// The ids of the tags of a setting.
fn tags(setting: &Value) -> Vec<i64> {
    setting["tags"].as_array().unwrap().iter().map(|tag| tag["tagId"].as_i64().unwrap()).collect()
}

/// The environments that a group reaches.
fn levels(group: &Value) -> BTreeMap<&str, &str> {
    let levels = group["environmentAccesses"].as_array().unwrap().iter();
    let levels = levels.map(|level| (level["environmentId"].as_str().unwrap(), level["environmentAccessType"].as_str().unwrap()));
    levels.filter(|(_, level)| *level != "none").collect()
}

on_both! {
    async fn a_product_and_its_preferences(server) {
        let scene = scene(server).await;
        let terraform = Provider::of(&scene).await;
        let who = terraform.get("/v1/me").await;
        assert!(who["email"].is_string() && who["fullName"].is_string(), "it asks who it is, and needs both: {who}");
        let product = terraform.lives(Life {
            new: &format!("/v1/organizations/{}/products", scene.team.id),
            all: "/v1/products",
            below: "/v1/products",
            id: "productId",
            wanted: json!({ "name": "Harbor", "description": null, "order": 4 }),
            then: json!({ "name": "Harbor office", "description": "", "order": 0 }),
        }).await;

        let path = format!("{product}/preferences");
        let wanted = json!({
            "keyGenerationMode": "kebabCase", "showVariationId": true, "mandatorySettingHint": true, "reasonRequired": true,
            "reasonRequiredEnvironments": [],
        });
        let told = terraform.post(&path, wanted.clone()).await.ok();
        shows(&wanted, &told, "");
        assert_eq!(terraform.get(&path).await, told);
        let environment = async |name: &str| {
            let made = terraform.post(&format!("{product}/environments"), json!({ "name": name, "description": null, "color": null, "order": 1 })).await;
            made.ok()["environmentId"].as_str().unwrap().to_owned()
        };
        let (test, live) = (environment("Test").await, environment("Live").await);
        let each = json!([{ "environmentId": live, "reasonRequired": true }, { "environmentId": test, "reasonRequired": false }]);
        let wanted = json!({
            "keyGenerationMode": "camelCase", "showVariationId": false, "mandatorySettingHint": false, "reasonRequired": false,
            "reasonRequiredEnvironments": each,
        });
        let mut told = terraform.post(&path, wanted.clone()).await.ok();
        assert_eq!(terraform.get(&path).await, told);
        let listed = told["reasonRequiredEnvironments"].as_array_mut().unwrap();
        listed.sort_by_key(|one| one["environmentName"].as_str().map(str::to_owned));
        shows(&wanted, &told, "");
        terraform.ends(&product).await;
    }

    async fn environments_and_configs(server) {
        let scene = scene(server).await;
        let terraform = Provider::of(&scene).await;
        let list = |kind: &str| format!("/v1/products/{}/{kind}", scene.product.id);
        let environment = terraform.lives(Life {
            new: &list("environments"),
            all: &list("environments"),
            below: "/v1/environments",
            id: "environmentId",
            wanted: json!({ "name": "Staging", "description": "", "color": "", "order": 0 }),
            then: json!({ "name": "Stage", "description": "Before it is live", "color": "#008000", "order": 5 }),
        }).await;
        for (version, name) in [("v1", "First"), ("v2", "Second")] {
            let config = terraform.lives(Life {
                new: &list("configs"),
                all: &list("configs"),
                below: "/v1/configs",
                id: "configId",
                wanted: json!({ "name": name, "description": null, "order": 3, "evaluationVersion": version }),
                then: json!({ "name": format!("{name} again"), "description": "", "order": 2 }),
            }).await;
            assert_eq!(terraform.get(&config).await["evaluationVersion"], version);
            let id = config.rsplit('/').next().unwrap();
            let keys = terraform.get(&format!("/v1/configs/{id}/environments/{}", scene.product.test)).await;
            assert!(keys["primary"].is_string() && keys["secondary"].is_null(), "{keys}");
            terraform.ends(&config).await;
        }
        terraform.ends(&environment).await;
    }

    async fn tags_and_segments(server) {
        let scene = scene(server).await;
        let terraform = Provider::of(&scene).await;
        let list = |kind: &str| format!("/v1/products/{}/{kind}", scene.product.id);
        for (color, then) in [(json!("panther"), "whale"), (json!("#ABCDEF"), "koala")] {
            let tag = terraform.lives(Life {
                new: &list("tags"),
                all: &list("tags"),
                below: "/v1/tags",
                id: "tagId",
                wanted: json!({ "name": "Night", "color": color }),
                then: json!({ "name": "Night shift", "color": then }),
            }).await;
            terraform.ends(&tag).await;
        }
        for (comparator, value) in [("contains", "@example.com, @example.org"), ("isOneOf", "a,b"), ("semVerGreater", "1.2.0"), ("numberLess", "4.5")] {
            let segment = terraform.lives(Life {
                new: &list("segments"),
                all: &list("segments"),
                below: "/v1/segments",
                id: "segmentId",
                wanted: json!({ "name": "Pilots", "description": "", "comparisonAttribute": "A", "comparator": comparator, "comparisonValue": value }),
                then: json!({ "name": "Pilot", "description": "x", "comparisonAttribute": "B", "comparator": "sensitiveIsOneOf", "comparisonValue": "c" }),
            }).await;
            if comparator == "numberLess" {
                terraform.ends(&segment).await;
            } else {
                terraform.send(Method::DELETE, &segment, None).await.ok();
            }
        }
    }

    async fn permission_groups(server) {
        let scene = scene(server).await;
        let (terraform, product) = (Provider::of(&scene).await, &scene.product);
        let list = format!("/v1/products/{}/permissions", product.id);
        let mut wanted = json!({ "name": "Testers", "accessType": "custom", "newEnvironmentAccessType": "none" });
        for (number, switch) in GROUP_PERMISSIONS.iter().enumerate() {
            wanted[switch.wire] = json!(number < 4);
        }
        let mut then = wanted.clone();
        (then["name"], then["canDeleteConfig"], then["canDisable2FA"]) = (json!("Test"), json!(false), json!(true));
        let group = terraform.lives(Life { new: &list, all: &list, below: "/v1/permissions", id: "permissionGroupId", wanted, then }).await;
        // Environments are compared as a map without those that the group does not reach.
        let reach = async |access: &str, each: &[(&str, &str)]| {
            let each: Vec<Value> =
                each.iter().map(|(environment, level)| json!({ "environmentId": environment, "environmentAccessType": level })).collect();
            let told = terraform.put(&group, &json!({ "accessType": access, "newEnvironmentAccessType": "full", "environmentAccesses": each })).await;
            assert_eq!(terraform.get(&group).await, told);
            assert_eq!((&told["accessType"], &told["newEnvironmentAccessType"]), (&json!(access), &json!("full")));
            told
        };
        let (test, live) = (product.test.as_str(), product.production.as_str());
        assert_eq!(levels(&reach("custom", &[(test, "full"), (live, "readOnly")]).await), BTreeMap::from([(test, "full"), (live, "readOnly")]));
        // Those that are to be reached no longer are sent with no access.
        assert_eq!(levels(&reach("custom", &[(test, "readOnly"), (live, "none")]).await), BTreeMap::from([(test, "readOnly")]));
        assert_eq!(levels(&reach("readOnly", &[(test, "none")]).await), BTreeMap::new());
        assert_eq!(levels(&reach("full", &[]).await), BTreeMap::new());
        terraform.ends(&group).await;
    }

    async fn settings_and_their_tags(server) {
        let scene = scene(server).await;
        let terraform = Provider::of(&scene).await;
        let list = format!("/v1/configs/{}/settings", scene.v2);
        let mut last = String::new();
        for (at, kind) in ["boolean", "string", "int", "double"].into_iter().enumerate() {
            let wanted = json!({ "key": kind, "name": kind, "hint": null, "settingType": kind, "order": at });
            let life = Life { new: &list, all: &list, below: "/v1/settings", id: "settingId", wanted, then: Value::Null };
            let (path, _) = terraform.creates(&life).await;
            let replace = |name: &str, value: Value| json!({ "op": "replace", "path": format!("/{name}"), "value": value });
            let told = terraform.patch(&path, json!([replace("name", json!("Another")), replace("hint", json!("")), replace("order", json!(9))])).await;
            shows(&json!({ "key": kind, "settingType": kind, "name": "Another", "hint": "", "order": 9 }), &told, "");
            terraform.finds(&life, &path, &told).await;
            last = path;
        }
        let new = json!({ "key": "int", "name": "Again", "hint": null, "settingType": "int", "order": 0 });
        let taken = terraform.post(&list, new).await;
        assert!(taken.text.contains("This key is already in use. Please, choose another"), "{}", taken.text);

        // Tags are given with a number that is written as a text, and seen among those of the setting.
        let mut given = vec![];
        for name in ["one", "two", "three", "four"] {
            let tag = scene.tag(name).await;
            terraform.patch(&last, json!([{ "op": "add", "path": "/tags/-", "value": tag.to_string() }])).await;
            given.push(tag);
            assert_eq!(tags(&terraform.get(&last).await), given);
        }
        // Several are taken away at once, each by its place in a list that was read before the others were gone.
        let place = async |tag: i64| tags(&terraform.get(&last).await).iter().position(|one| *one == tag).unwrap();
        let places = [place(given[0]).await, place(given[1]).await, place(given[3]).await];
        for place in places {
            terraform.patch(&last, json!([{ "op": "remove", "path": format!("/tags/{place}") }])).await;
        }
        assert_eq!(tags(&terraform.get(&last).await), [given[2]]);
        let place = place(given[2]).await;
        let gone = terraform.patch(&last, json!([{ "op": "remove", "path": format!("/tags/{place}") }])).await;
        assert_eq!(tags(&gone), Vec::<i64>::new());
        terraform.ends(&last).await;
    }

    async fn values_of_both_generations(server) {
        let scene = scene(server).await;
        let (terraform, test, segment) = (Provider::of(&scene).await, &scene.product.test, scene.segment("Pilots").await);
        // It writes with an empty reason, reads again, and imports by the ids of the environment and the setting.
        let writes = async |version: &str, setting: i64, wanted: Value| {
            let path = format!("/{version}/environments/{test}/settings/{setting}/value");
            let told = terraform.put(&format!("{path}?reason="), &wanted).await;
            shows(&wanted, &told, "");
            assert_eq!(terraform.get(&path).await, told);
            shows(&json!({ "environment": { "environmentId": test }, "setting": { "settingId": setting } }), &told, "");
        };
        let rule = |attribute: &str, comparator: &str, value: &str, serve: Value| {
            json!({ "comparisonAttribute": attribute, "comparator": comparator, "comparisonValue": value, "value": serve })
        };
        for (kind, [one, other]) in [
            ("boolean", [json!(true), json!(false)]),
            ("string", [json!("on"), json!("")]),
            ("int", [json!(-7), json!(0)]),
            ("double", [json!(1.5), json!(2)]),
        ] {
            let setting = scene.add(&scene.v1, kind, kind).await;
            let options = json!([{ "percentage": 25, "value": one }, { "percentage": 75, "value": other }]);
            let rules = json!([
                rule("Email", "contains", "@example.com", one.clone()),
                rule("Version", "semVerIsOneOf", "1.0.0,2.0.0", other.clone()),
                { "segmentComparator": "isIn", "segmentId": segment, "value": one },
            ]);
            writes("v1", setting, json!({ "value": one, "rolloutRules": rules, "rolloutPercentageItems": options })).await;
            writes("v1", setting, json!({ "value": other, "rolloutRules": [], "rolloutPercentageItems": [] })).await;
        }
        let gate = scene.add(&scene.v2, "gate", "boolean").await;
        for (kind, member, [one, other]) in [
            ("boolean", "boolValue", [json!(true), json!(false)]),
            ("string", "stringValue", [json!("on"), json!("off")]),
            ("int", "intValue", [json!(3), json!(-3)]),
            ("double", "doubleValue", [json!(3), json!(-0.5)]),
        ] {
            let setting = scene.add(&scene.v2, kind, kind).await;
            let value = |value: &Value| json!({ member: value });
            let about = |comparator: &str, compared: Value| {
                json!({ "userCondition": { "comparisonAttribute": "A", "comparator": comparator, "comparisonValue": compared } })
            };
            let rules = json!([
                {
                    "conditions": [
                        about("isOneOf", json!({ "listValue": [{ "value": "17", "hint": "Sea Swallow" }, { "value": "18", "hint": null }] })),
                        about("dateTimeBefore", json!({ "doubleValue": 1_707_752_290.1 })),
                        about("sensitiveTextEquals", json!({ "stringValue": "a" })),
                    ],
                    "percentageOptions": [],
                    "value": value(&one),
                },
                {
                    "conditions": [
                        { "segmentCondition": { "segmentId": segment, "comparator": "isNotIn" } },
                        { "prerequisiteFlagCondition": { "prerequisiteSettingId": gate, "comparator": "equals", "prerequisiteComparisonValue": { "boolValue": true } } },
                    ],
                    "percentageOptions": [{ "percentage": 40, "value": value(&one) }, { "percentage": 60, "value": value(&other) }],
                    "value": null,
                },
                { "conditions": [], "percentageOptions": [{ "percentage": 100, "value": value(&other) }], "value": null },
            ]);
            writes("v2", setting, json!({ "defaultValue": value(&other), "targetingRules": rules, "percentageEvaluationAttribute": "Crew" })).await;
            writes("v2", setting, json!({ "defaultValue": value(&one), "targetingRules": [], "percentageEvaluationAttribute": null })).await;
        }
    }

    async fn webhooks_and_integrations(server) {
        let scene = scene(server).await;
        let (terraform, test) = (Provider::of(&scene).await, &scene.product.test);
        let new = format!("/v1/configs/{}/environments/{test}/webhooks", scene.v2);
        let all = format!("/v1/products/{}/webhooks", scene.product.id);
        let plain = json!([{ "key": "x-plain", "value": "seen", "isSecure": false }]);
        let life = Life {
            new: &new,
            all: &all,
            below: "/v1/webhooks",
            id: "webhookId",
            wanted: json!({ "url": "https://example.com/hook", "httpMethod": "get", "content": null, "webHookHeaders": [] }),
            then: json!({ "url": "https://example.com/hook2", "httpMethod": "post", "content": "##URL##", "webHookHeaders": plain }),
        };
        let webhook = terraform.lives(life).await;
        // What is secret is known to the provider alone: it is told that there is something, and not what.
        let secret = json!({ "key": "x-secret", "value": "hidden", "isSecure": true });
        let wanted = json!({ "url": "https://example.com", "httpMethod": "post", "content": "", "webHookHeaders": [plain[0], secret] });
        let told = terraform.put(&webhook, &wanted).await;
        assert_eq!(terraform.get(&webhook).await, told);
        let mut known = told.clone();
        assert!(!told.to_string().contains("hidden"), "{told}");
        known["webHookHeaders"][1]["value"] = json!("hidden");
        shows(&wanted, &known, "");
        assert!(terraform.get(&format!("{webhook}/keys")).await["key1"].as_str().unwrap().starts_with("configcat_whsk_"));
        terraform.ends(&webhook).await;

        let list = format!("/v1/products/{}/integrations", scene.product.id);
        for (kind, parameters) in [
            ("dataDog", json!({ "apikey": "a", "site": "Eu" })),
            ("slack", json!({ "incoming_webhook.url": "https://test.slack.com/hook" })),
            ("amplitude", json!({ "apiKey": "a", "secretKey": "s" })),
            ("mixPanel", json!({ "serviceAccountUserName": "u", "serviceAccountSecret": "s", "projectId": "p", "server": "EUResidencyServer" })),
            ("segment", json!({ "writeKey": "w", "server": "Us" })),
        ] {
            let integration = terraform.lives(Life {
                new: &list,
                all: &list,
                below: "/v1/integrations",
                id: "integrationId",
                wanted: json!({ "integrationType": kind, "name": "Told", "parameters": parameters, "environmentIds": [], "configIds": [] }),
                then: json!({ "name": "Told more", "parameters": parameters, "environmentIds": [test], "configIds": [scene.v2] }),
            }).await;
            terraform.ends(&integration).await;
        }
    }
}
