//! Flags, settings and their values: what is saved, what is refused and why, who may see and change what.

use burgee::{
    authz::{Access, GROUP_PERMISSIONS, Permission, Surface, routes::names_in},
    ids::{ConfigId, EnvironmentId, ProductId, SettingId},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, Team, on_both};

/// A product with its first config, and what tests do with it.
struct Scene {
    server: Server,
    team: Team,
    product: Product,
    /// The address of the config's pages.
    path: String,
}

async fn scene(server: Server) -> Scene {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let path = format!("{}/configs/{}", product.path, product.config);
    Scene { server, team, product, path }
}

impl Scene {
    fn owner(&self) -> &Client {
        &self.team.owner
    }

    /// Adds a setting on the page.
    async fn add(&self, key: &str, kind: &str) -> i64 {
        let added = self.owner().form(&format!("{}/flags", self.path), &[("name", key), ("key", key), ("kind", kind)]).await;
        assert_eq!(added.leads_to(), self.path);
        self.setting(key).await
    }

    async fn setting(&self, key: &str) -> i64 {
        let config: ConfigId = self.product.config.parse().unwrap();
        let sql = "SELECT id FROM config_settings WHERE config = $1 AND key = $2";
        self.server.value::<SettingId>(sql, vec![config.into(), key.into()]).await.0
    }

    async fn settings(&self) -> i64 {
        let config: ConfigId = self.product.config.parse().unwrap();
        self.server.value("SELECT count(*) FROM config_settings WHERE config = $1", vec![config.into()]).await
    }

    fn flag(&self, id: i64) -> String {
        format!("{}/flags/{id}", self.path)
    }

    /// What is stored of a value.
    async fn stored(&self, id: i64, environment: &str) -> (Value, String) {
        let environment: EnvironmentId = environment.parse().unwrap();
        let args = || vec![SettingId(id).into(), environment.into()];
        let formula: String = self.server.value("SELECT formula FROM setting_values WHERE setting = $1 AND environment = $2", args()).await;
        let sql = "SELECT version FROM setting_values WHERE setting = $1 AND environment = $2";
        let version: burgee::ids::VersionId = self.server.value(sql, args()).await;
        (serde_json::from_str(&formula).unwrap(), version.to_string())
    }

    async fn revision(&self, environment: &str) -> i64 {
        let config: ConfigId = self.product.config.parse().unwrap();
        let environment: EnvironmentId = environment.parse().unwrap();
        let sql = "SELECT revision FROM publications WHERE config = $1 AND environment = $2";
        self.server.value(sql, vec![config.into(), environment.into()]).await
    }

    /// Saves the editor as it would be sent.
    async fn save(&self, who: &Client, id: i64, environment: &str, fields: &[(&str, &str)]) -> Answer {
        let (_, version) = self.stored(id, environment).await;
        self.save_over(who, id, environment, &version, fields).await
    }

    async fn save_over(&self, who: &Client, id: i64, environment: &str, version: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("environment", environment), ("version", version)];
        all.extend(fields);
        who.form(&format!("{}/value", self.flag(id)), &all).await
    }

    async fn flip(&self, who: &Client, id: i64, environment: &str, on: bool, more: &[(&str, &str)]) -> Answer {
        let (_, version) = self.stored(id, environment).await;
        let flip = format!("{on}~{environment}~{version}");
        let mut all = vec![("flip", flip.as_str())];
        all.extend(more);
        who.form(&format!("{}/switch", self.flag(id)), &all).await
    }

    /// Somebody in a group of their own.
    async fn person(&self, name: &str, switches: &[Permission], levels: &[(&str, Access)]) -> Client {
        let person = self.server.person(name).await;
        let group = self.server.group(&self.product, name, switches, levels).await;
        self.server.put_in(&self.product, group, &person).await;
        person
    }

    fn api(&self, id: i64, environment: &str, what: &str) -> String {
        let (product, config) = (&self.product.id, &self.product.config);
        format!("/api/v1/products/{product}/configs/{config}/settings/{id}/environments/{environment}/{what}")
    }
}

/// That a page says what is wrong, beside a field.
#[track_caller]
fn says(answer: Answer, status: u16, what: &str) {
    let text = answer.text.replace("&#39;", "'").replace("&#34;", "\"").replace("&#62;", ">").replace("&#60;", "<");
    assert_eq!(answer.status.as_u16(), status, "{}: {text}", answer.asked);
    assert!(text.contains(what), "{} does not say “{what}”:\n{text}", answer.asked);
}

const OFF: &[(&str, &str)] = &[("default", "false")];
const ON: &[(&str, &str)] = &[("default", "true")];

on_both! {
    async fn a_flag_is_created_with_its_empty_value_everywhere(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let before = scene.revision(&production).await;
        let initial = format!("initial_{test}");
        let fields = [("name", "New checkout"), ("key", ""), ("kind", "boolean"), ("hint", "For the new till"), (initial.as_str(), "on")];
        scene.owner().form(&format!("{}/flags", scene.path), &fields).await.leads_to();
        let id = scene.setting("newCheckout").await;
        assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": true } }));
        assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": false } }));
        assert!(scene.revision(&production).await > before, "what is served has changed");
        let page = scene.owner().get(&scene.path).await.page();
        assert!(page.contains("New checkout") && page.contains("newCheckout"));
        for (kind, empty) in [("string", json!({ "s": "" })), ("int", json!({ "i": 0 })), ("double", json!({ "d": 0.0 }))] {
            let id = scene.add(kind, kind).await;
            assert_eq!(scene.stored(id, &production).await.0, json!({ "default": empty }));
        }
    }

    async fn a_new_flag_is_refused_at_the_field_that_is_wrong(server) {
        let scene = scene(server).await;
        scene.add("taken", "boolean").await;
        let initial = format!("initial_{}", scene.product.test);
        let long = "x".repeat(256);
        for (fields, what) in [
            (vec![("name", ""), ("key", "a")], "Please give a name."),
            (vec![("name", "A"), ("key", "taken")], "This key is already in use. Please, choose another"),
            (vec![("name", "A"), ("key", "a b")], "A key has only letters"),
            (vec![("name", "A"), ("key", &long)], "A key has at most 255 characters."),
            (vec![("name", "王")], "No key can be made of this name."),
            (vec![("name", "A"), ("kind", "date")], "Please say what it is."),
            (vec![("name", "A"), ("kind", "int"), (&initial, "1.5")], "This is no whole number."),
            (vec![("name", "A"), ("kind", "int"), (&initial, "2147483648")], "A whole number is between"),
            (vec![("name", "A"), ("tag", "77")], "There is no such tag"),
        ] {
            let answer = scene.owner().form(&format!("{}/flags", scene.path), &fields).await;
            assert_eq!(answer.status, 422, "{fields:?}: {}", answer.text);
            if what != "There is no such tag" {
                says(answer, 422, what);
            }
        }
        assert_eq!(scene.settings().await, 1);
    }

    async fn rules_are_saved_read_and_served(server) {
        let scene = scene(server).await;
        let (id, limit) = (scene.add("newCheckout", "boolean").await, scene.add("limit", "int").await);
        let (test, limit) = (scene.product.test.clone(), limit.to_string());
        let fields = [
            ("rule.0.from", ""),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", "Email"),
            ("rule.0.condition.0.comparator", "sensitiveTextEndsWithAnyOf"),
            ("rule.0.condition.0.values", "@example.com\r\n@client.example"),
            ("rule.0.condition.1.type", "flag"),
            ("rule.0.condition.1.flag", &limit),
            ("rule.0.condition.1.comparator", "doesNotEqual"),
            ("rule.0.condition.1.value", "5"),
            ("rule.0.value", "true"),
            ("rule.1.from", ""),
            ("rule.1.condition.0.type", "user"),
            ("rule.1.condition.0.attribute", "Seen"),
            ("rule.1.condition.0.comparator", "dateTimeAfter"),
            ("rule.1.condition.0.values", "2026-11-22T09:00Z"),
            ("rule.1.split.0.percent", "50"),
            ("rule.1.split.0.value", "true"),
            ("rule.1.split.1.percent", "50"),
            ("rule.1.split.1.value", "false"),
            ("default", "false"),
            ("split.0.percent", "20"),
            ("split.0.value", "true"),
            ("split.1.percent", "80"),
            ("split.1.value", "false"),
            ("percentage_attribute", "Country"),
            ("note", "Widen after a quiet week"),
        ];
        let checked = scene.owner().form(&format!("{}/editor", scene.flag(id)), &[&[("environment", test.as_str()), ("act", "check")], &fields[..]].concat()).await;
        says(checked, 200, "4 differences");
        let saved = scene.save(scene.owner(), id, &test, &fields).await;
        assert_eq!(saved.leads_to(), format!("{}?environment={test}", scene.flag(id)));
        let (formula, _) = scene.stored(id, &test).await;
        let wanted = json!({
            "default": { "b": false },
            "rules": [
                {
                    "if": [
                        { "user": { "a": "Email", "c": 24, "l": ["@example.com", "@client.example"] } },
                        { "flag": { "id": limit.parse::<i64>().unwrap(), "is": 1, "value": { "i": 5 } } },
                    ],
                    "then": { "b": true },
                },
                {
                    "if": [{ "user": { "a": "Seen", "c": 19, "d": 1_795_338_000.0 } }],
                    "split": [{ "percent": 50, "value": { "b": true } }, { "percent": 50, "value": { "b": false } }],
                },
            ],
            "split": [{ "percent": 20, "value": { "b": true } }, { "percent": 80, "value": { "b": false } }],
            "attribute": "Country",
        });
        assert_eq!(formula, wanted);

        let page = scene.owner().get(&format!("{}?environment={test}", scene.flag(id))).await.page();
        for text in ["@client.example", "2026-11-22T09:00:00Z", "20 % On, 80 % Off", "Widen after a quiet week"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let keys = format!("/api/v1/products/{}/configs/{}/environments/{test}/sdk-keys", scene.product.id, scene.product.config);
        let key = scene.owner().get(&keys).await.ok()["primary"]["key"].as_str().unwrap().to_owned();
        let served = scene.server.anonymous().get(&format!("/configuration-files/{key}/config_v6.json")).await.ok();
        let flag = &served["f"]["newCheckout"];
        let (salt, hash) = (served["p"]["s"].as_str().unwrap(), flag["r"][0]["c"][0]["u"]["l"][0].as_str().unwrap());
        assert_eq!(hash, flag_eval::hash::sensitive_slice("@example.com", salt, "newCheckout"));
        assert_eq!(flag["r"][0]["c"][1]["p"], json!({ "f": "limit", "c": 1, "v": { "i": 5 } }));
        assert_eq!(flag["a"], "Country");
        assert_eq!(flag["p"][0]["i"], flag["r"][0]["s"]["i"], "the same value is the same variation");
        assert_ne!(flag["p"][0]["i"], flag["p"][1]["i"]);
        assert!(!served.to_string().contains("@example.com"), "{served}");
    }

    async fn every_mistake_is_told_at_its_field_and_nothing_is_saved(server) {
        let scene = scene(server).await;
        let (id, json_text) = (scene.add("flag", "boolean").await, scene.add("text", "string").await);
        let other = scene.add("limit", "int").await.to_string();
        let own = id.to_string();
        let test = scene.product.test.clone();
        let before = (scene.stored(id, &test).await, scene.revision(&test).await);
        let user = |comparator: &'static str, values: String| {
            vec![
                ("rule.0.from", String::new()),
                ("rule.0.condition.0.type", "user".into()),
                ("rule.0.condition.0.attribute", "Email".into()),
                ("rule.0.condition.0.comparator", comparator.into()),
                ("rule.0.condition.0.values", values),
                ("rule.0.value", "true".into()),
                ("default", "false".into()),
            ]
        };
        let flag = |flag: &str, value: &str| {
            vec![
                ("rule.0.from", String::new()),
                ("rule.0.condition.0.type", "flag".into()),
                ("rule.0.condition.0.flag", flag.into()),
                ("rule.0.condition.0.comparator", "equals".into()),
                ("rule.0.condition.0.value", value.into()),
                ("rule.0.value", "true".into()),
                ("default", "false".into()),
            ]
        };
        let split = |one: &str, two: &str| vec![
            ("default", "false".to_owned()),
            ("split.0.percent", one.into()),
            ("split.0.value", "true".into()),
            ("split.1.percent", two.into()),
            ("split.1.value", "false".into()),
        ];
        let segment = vec![
            ("rule.0.from", String::new()),
            ("rule.0.condition.0.type", "segment".into()),
            ("rule.0.condition.0.segment", uuid::Uuid::new_v4().to_string()),
            ("rule.0.condition.0.comparator", "isIn".into()),
            ("rule.0.value", "true".into()),
            ("default", "false".into()),
        ];
        let cases: Vec<(Vec<(&str, String)>, &str, &str)> = vec![
            (vec![("default", "maybe".into())], "default", "Please choose on or off."),
            (split("20", "79"), "split", "The percentages add up to 99, not to 100."),
            (split("20", "eighty"), "split.1.percent", "A percentage is a whole number between 0 and 100."),
            (split("-20", "120"), "split.0.percent", "A percentage is a whole number between 0 and 100."),
            (user("soundsLike", "a".into()), "rule.0.condition.0.comparator", "There is no such comparison."),
            (user("isOneOf", String::new()), "rule.0.condition.0.values", "There is nothing to compare with."),
            (user("textEquals", String::new()), "rule.0.condition.0.values", "There is nothing to compare with."),
            (user("textEquals", "x".repeat(65_536)), "rule.0.condition.0.values", "This is longer than 65535 characters."),
            (user("isOneOf", "x".repeat(256)), "rule.0.condition.0.values", "This is longer than 255 characters (number 1 of the list)."),
            (user("semVerGreaterOrEquals", "4.2".into()), "rule.0.condition.0.values", "Not a semantic version. Write it as 4.2.0."),
            (user("semVerIsOneOf", "1.0.0\nnext".into()), "rule.0.condition.0.values", "Not a semantic version (number 2 of the list)."),
            (user("numberLess", "many".into()), "rule.0.condition.0.values", "This is no number."),
            (user("dateTimeBefore", "soon".into()), "rule.0.condition.0.values", "This is no point in time."),
            (user("dateTimeBefore", "99999999999999".into()), "rule.0.condition.0.values", "This is no date of the years 1 to 9999."),
            (segment, "rule.0.condition.0.segment", "There is no such segment in this product."),
            (flag("", "true"), "rule.0.condition.0.flag", "Please choose a flag."),
            (flag("4711", "true"), "rule.0.condition.0.flag", "Prerequisite setting not found."),
            (flag(&other, "true"), "rule.0.condition.0.value", "Invalid prerequisite value."),
            (flag(&own, "true"), "rule.0.condition.0.flag", "Circular dependency detected. flag ➔ flag"),
        ];
        for (fields, field, what) in cases {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = scene.save(scene.owner(), id, &test, &fields).await;
            assert!(answer.text.contains(&format!("id=\"{field}-error\"")), "{field}: {}", answer.text);
            says(answer, 422, what);
        }
        // All of them at once.
        let fields = [("default", "maybe"), ("split.0.percent", "1"), ("split.0.value", "perhaps")];
        let answer = scene.save(scene.owner(), id, &test, &fields).await;
        assert_eq!(["default-error", "split-error", "split.0.value-error"].map(|id| answer.text.contains(id)), [true; 3], "{}", answer.text);
        assert_eq!((scene.stored(id, &test).await, scene.revision(&test).await), before, "nothing was saved");
        let long = "ä".repeat(100_001);
        says(scene.save(scene.owner(), json_text, &test, &[("default", &long)]).await, 422, "A text has at most 100000 characters.");
        assert_eq!(scene.save(scene.owner(), json_text, &test, &[("default", &long[2..])]).await.status, 303);
    }

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

    async fn circles_of_prerequisites_are_refused_with_their_chain(server) {
        let scene = scene(server).await;
        let ids = [scene.add("a", "boolean").await, scene.add("b", "boolean").await, scene.add("c", "boolean").await];
        let test = scene.product.test.clone();
        let asks = async |who: usize, whom: usize| {
            let whom = ids[whom].to_string();
            let fields = [
                ("rule.0.from", ""),
                ("rule.0.condition.0.type", "flag"),
                ("rule.0.condition.0.flag", whom.as_str()),
                ("rule.0.condition.0.comparator", "equals"),
                ("rule.0.condition.0.value", "true"),
                ("rule.0.value", "true"),
                ("default", "false"),
            ];
            scene.save(scene.owner(), ids[who], &test, &fields).await
        };
        assert_eq!(asks(0, 1).await.status, 303);
        assert_eq!(asks(1, 2).await.status, 303);
        says(asks(2, 0).await, 422, "Circular dependency detected. c ➔ a ➔ b ➔ c");
        // In another environment nothing of that stands.
        let production = scene.product.production.clone();
        let whom = ids[0].to_string();
        let fields = [("rule.0.from", ""), ("rule.0.condition.0.type", "flag"), ("rule.0.condition.0.flag", whom.as_str()),
            ("rule.0.condition.0.comparator", "equals"), ("rule.0.condition.0.value", "true"), ("rule.0.value", "true"), ("default", "false")];
        assert_eq!(scene.save(scene.owner(), ids[2], &production, &fields).await.status, 303);
        // What others ask for is not deleted, and they are named.
        let refused = scene.owner().form(&format!("{}/delete", scene.flag(ids[1])), &[("confirm", "b"), ("note", "")]).await;
        says(refused, 422, "a in Test");
        let dialog = scene.owner().get(&format!("{}/delete", scene.flag(ids[2]))).await;
        says(dialog, 200, "Other flags need it in their rules");
        assert_eq!(scene.owner().form(&format!("{}/delete", scene.flag(ids[1])), &[("confirm", "nope")]).await.status, 422);
        assert_eq!(scene.settings().await, 3);

        // Two who close a circle together: one of them is refused.
        assert_eq!(scene.save(scene.owner(), ids[0], &test, OFF).await.status, 303);
        assert_eq!(scene.save(scene.owner(), ids[1], &test, OFF).await.status, 303);
        let (one, two) = tokio::join!(asks(0, 1), asks(1, 0));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
    }

    async fn the_level_in_the_environment_decides(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        scene.save(scene.owner(), id, &production, &[("default", "true"), ("note", "zq-marker-note")]).await.leads_to();
        let reader = scene.person("reader", &[], &[(&test, Access::Full), (&production, Access::ReadOnly)]).await;
        let outsider = scene.person("outsider", &[], &[(&test, Access::Full)]).await;
        let nobody = scene.server.person("nobody").await;
        for (who, wanted) in [(&reader, 403), (&outsider, 404), (&nobody, 404)] {
            assert_eq!(scene.save(who, id, &production, OFF).await.status, wanted);
            assert_eq!(scene.flip(who, id, &production, false, &[]).await.status, wanted);
            let editor = who.form(&format!("{}/editor", scene.flag(id)), &[("environment", &production), ("default", "false")]).await;
            assert_eq!(editor.status, wanted);
            assert_eq!(who.post(&scene.api(id, &production, "restore"), json!({ "position": 1 })).await.status, wanted);
        }
        assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": true } }));
        assert_eq!(scene.save(&outsider, id, &test, ON).await.status, 303);
        for what in [format!("{}?environment={production}", scene.flag(id)), format!("{}/history?environment={production}", scene.flag(id)),
            format!("{}?environment={production}", scene.path), format!("{}/try?environment={production}", scene.path),
            scene.api(id, &production, "history")] {
            assert_eq!(outsider.get(&what).await.status, 404, "{what}");
            assert_eq!(reader.get(&what).await.status, 200, "{what}");
            assert_eq!(nobody.get(&what).await.status, 404, "{what}");
        }
        let page = reader.get(&format!("{}?environment={production}", scene.flag(id))).await.page();
        assert!(page.contains("You may see this value and not change it") && !page.contains("Save to Production"));
        let page = outsider.get(&scene.path).await.page();
        assert!(page.contains("Production") && page.contains("No access"), "the name of the environment is no secret");
        let other = scene.server.product(&scene.team, "Elsewhere").await;
        let foreign = format!("{}/configs/{}/flags/{id}", other.path, other.config);
        assert_eq!(scene.owner().get(&foreign).await.status, 404, "parts that do not belong together");
        let foreign = scene.api(id, &production, "history").replace(&scene.product.config, &other.config);
        assert_eq!(scene.owner().get(&foreign).await.status, 404);
    }

    async fn creating_and_deleting_do_not_get_around_a_level(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let switches = [Permission::SettingWrite, Permission::SettingDelete];
        let reader = scene.person("reader", &switches, &[(&test, Access::Full), (&production, Access::ReadOnly)]).await;
        let outsider = scene.person("outsider", &switches, &[(&test, Access::Full)]).await;
        let (in_test, in_production) = (format!("initial_{test}"), format!("initial_{production}"));
        let create = format!("{}/flags", scene.path);
        for who in [&reader, &outsider] {
            let both = [("name", "Both"), ("kind", "boolean"), (in_test.as_str(), "on"), (in_production.as_str(), "on")];
            says(who.form(&create, &both).await, 403, "You may not change values in Production");
            assert_eq!(scene.settings().await, 0, "an allowed and a forbidden environment: nothing");
        }
        for (who, key) in [(&reader, "first"), (&outsider, "second")] {
            who.form(&create, &[("name", key), ("key", key), ("kind", "boolean"), (in_test.as_str(), "on")]).await.leads_to();
            let id = scene.setting(key).await;
            assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": true } }));
            assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": false } }));
        }
        let (first, second) = (scene.setting("first").await, scene.setting("second").await);
        // No access: it would change what one cannot see.
        for path in [scene.flag(first), scene.flag(second)] {
            says(outsider.get(&format!("{path}/delete")).await, 403, "Production");

            let key = if path == scene.flag(first) { "first" } else { "second" };
            says(outsider.form(&format!("{path}/delete"), &[("confirm", key)]).await, 403, "Production");
        }
        assert_eq!(scene.settings().await, 2);
        // Read-only: allowed, and the dialog names every environment.
        let dialog = reader.get(&format!("{}/delete", scene.flag(first))).await.page();
        assert!(dialog.contains("Test") && dialog.contains("Production") && dialog.contains("Delete in 2 environments"), "{dialog}");
        let before = scene.revision(&production).await;
        reader.form(&format!("{}/delete", scene.flag(first)), &[("confirm", "first")]).await.leads_to();
        assert!(scene.revision(&production).await > before);
        assert_eq!(reader.get(&scene.flag(first)).await.status, 404);
        let plain = scene.person("plain", &[], &[(&test, Access::Full), (&production, Access::Full)]).await;
        assert_eq!(plain.form(&create, &[("name", "No"), ("kind", "boolean")]).await.status, 403);
        assert_eq!(plain.get(&format!("{}/delete", scene.flag(second))).await.status, 403);
        assert_eq!(plain.form(&format!("{}/move", scene.flag(second)), &[("to", "up")]).await.status, 403);
    }

    async fn what_is_in_an_environment_reaches_nobody_without_access(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let id = scene.add("banner", "string").await;
        let marker = "zq-marker-7781";
        let fields = [
            ("rule.0.from", ""),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", marker),
            ("rule.0.condition.0.comparator", "isOneOf"),
            ("rule.0.condition.0.values", marker),
            ("rule.0.value", marker),
            ("default", marker),
            ("note", marker),
        ];
        scene.save(scene.owner(), id, &production, &fields).await.leads_to();
        scene.save(scene.owner(), id, &production, &[("default", "zq-marker-7781 again"), ("note", marker)]).await.leads_to();
        let all: Vec<Permission> = GROUP_PERMISSIONS.iter().map(|switch| switch.permission).collect();
        let outsider = scene.person("outsider", &all, &[(&test, Access::Full)]).await;
        let token = scene.server.token(&outsider, false).await;
        let mut asked = 0;
        for route in burgee::app::table().iter().filter(|route| route.method == Method::GET && !route.path.ends_with("stream")) {
            let id = id.to_string();
            let path = names_in(route.path).iter().fold(route.path.to_owned(), |path, name| {
                let value = match *name {
                    "team" if route.path.starts_with("/team/") || route.path.contains("/slug/") => &scene.team.slug,
                    "team" => &scene.team.id,
                    "product" => &scene.product.id,
                    "config" => &scene.product.config,
                    "environment" => &production,
                    "flag" | "setting" => &id,
                    "person" => &outsider.id,
                    _ => &scene.product.id,
                };
                path.replace(&format!("{{{name}}}"), value).replace(&format!("{{*{name}}}"), value)
            });
            let mut answers = vec![];
            for query in ["".to_owned(), format!("?environment={production}&position=1"), format!("?config={}&setting={id}", scene.product.config), format!("?search={marker}&query={marker}")] {
                answers.push((if route.surface != Surface::Page { &token } else { &outsider }).get(&format!("{path}{query}")).await);
            }
            for answer in answers {
                // What somebody searches for is shown to them again.
                let text = answer.text.replace(&format!("value=\"{marker}\""), "").replace(&format!("={marker}"), "");
                assert!(!text.contains("zq-marker"), "{}: {}", answer.asked, answer.text);
                asked += 1;
            }
        }
        assert!(asked > 200, "only {asked}");
        let tried = outsider.form(&format!("{}/try", scene.path), &[("environment", &test), ("attribute.0.name", marker), ("attribute.0.value", "x")]).await.page();
        assert!(!tried.contains("zq-marker-7781 again"), "{tried}");
        assert_eq!(outsider.form(&format!("{}/try", scene.path), &[("environment", &production)]).await.status, 404);
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

    async fn a_config_of_version_1_refuses_what_it_cannot_express(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let test = scene.product.test.clone();
        let config = scene.server.literal(&scene.product.config);
        scene.server.sql(&format!("UPDATE configs SET evaluation_version = 1 WHERE id = {config}")).await;
        let user = |comparator: &'static str, values: &'static str| [
            ("rule.0.from", ""),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", "Email"),
            ("rule.0.condition.0.comparator", comparator),
            ("rule.0.condition.0.values", values),
            ("rule.0.value", "true"),
            ("default", "false"),
        ];
        says(scene.save(scene.owner(), id, &test, &user("textEquals", "a")).await, 422, "This config is of version 1. It does not know this comparison.");
        says(scene.save(scene.owner(), id, &test, &user("isOneOf", "a,b")).await, 422, "A value cannot contain a comma.");
        let named = [&user("isOneOf", "a")[..], &[("percentage_attribute", "Country")]].concat();
        says(scene.save(scene.owner(), id, &test, &[&named[..], &[("split.0.percent", "100"), ("split.0.value", "true")]].concat()).await, 422, "This config is of version 1.");
        let two = [&user("isOneOf", "a")[..], &[("rule.0.condition.1.type", "user"), ("rule.0.condition.1.attribute", "B"),
            ("rule.0.condition.1.comparator", "isOneOf"), ("rule.0.condition.1.values", "b")]].concat();
        says(scene.save(scene.owner(), id, &test, &two).await, 422, "A rule has one condition.");
        assert_eq!(scene.save(scene.owner(), id, &test, &user("isOneOf", "a\nb")).await.status, 303);
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

    async fn flags_are_described_ordered_and_given_variations(server) {
        let scene = scene(server).await;
        let ids = [scene.add("one", "string").await, scene.add("two", "boolean").await, scene.add("three", "boolean").await];
        let order = async || {
            let page = scene.owner().get(&scene.path).await.page();
            let mut found: Vec<(usize, &str)> = ["one", "two", "three"].iter().map(|key| (page.find(&format!("<code>{key}</code>")).unwrap(), *key)).collect();
            found.sort_unstable();
            found.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
        };
        let shift = async |id: i64, field: &str, value: &str| scene.owner().form(&format!("{}/move", scene.flag(id)), &[(field, value)]).await;
        assert_eq!(shift(ids[2], "to", "up").await.status, 303);
        assert_eq!(order().await, ["one", "three", "two"]);
        assert_eq!(shift(ids[1], "before", &ids[0].to_string()).await.status, 303);
        assert_eq!(order().await, ["two", "one", "three"]);
        assert_eq!(shift(ids[1], "before", "").await.status, 303);
        assert_eq!(order().await, ["one", "three", "two"]);
        assert_eq!(shift(ids[1], "to", "sideways").await.status, 422);

        let edit = format!("{}/edit", scene.flag(ids[0]));
        let variations = [("name", "First"), ("hint", "What it says"), ("variation.0.id", ""), ("variation.0.value", "red"), ("variation.0.name", "Red"),
            ("variation.1.id", ""), ("variation.1.value", "blue"), ("variation.1.name", ""), ("variation.2.id", ""), ("variation.2.value", "")];
        scene.owner().form(&edit, &variations).await.leads_to();
        let page = scene.owner().get(&edit).await.page();
        assert!(page.contains("What it says") && page.contains("value=\"red\"") && page.contains("value=\"blue\""), "{page}");
        let twice = [("name", "First"), ("variation.0.value", "red"), ("variation.1.value", "red")];
        says(scene.owner().form(&edit, &twice).await, 422, "Another variation has this value already.");
        let test = scene.product.test.clone();
        says(scene.save(scene.owner(), ids[0], &test, &[("default", "green")]).await, 422, "This is none of the predefined variations.");
        let red: burgee::ids::VariationId = scene.server.value("SELECT id FROM predefined_variations WHERE value = 'red'", vec![]).await;
        let (red, production) = (red.to_string(), scene.product.production.clone());
        scene.save(scene.owner(), ids[0], &production, &[("default", &red)]).await.leads_to();
        assert_eq!(scene.stored(ids[0], &production).await.0, json!({ "default": { "s": "red" } }));
        // What is used stays; who cannot see where is not told where.
        let outsider = scene.person("outsider", &[Permission::SettingWrite], &[(&test, Access::Full)]).await;
        let changed = [("name", "First"), ("variation.0.id", red.as_str()), ("variation.0.value", "crimson")];
        says(scene.owner().form(&edit, &changed).await, 422, "is used in Production and stays as it is.");
        let told = outsider.form(&edit, &changed).await;
        says(told, 422, "is used in an environment that you cannot see");
        says(outsider.form(&edit, &[("name", "First"), ("variation.0.value", "blue")]).await, 422, "cannot be taken away");
        assert_eq!(scene.owner().form(&edit, &[("name", ""), ("hint", "x")]).await.status, 422);
        let renamed = scene.owner().form(&edit, &[("name", "Renamed"), ("hint", "")]).await;
        assert_eq!(renamed.status, 303);
        assert!(scene.owner().get(&scene.path).await.page().contains("Renamed"));
    }

    async fn flags_are_tagged_searched_and_filtered(server) {
        let scene = scene(server).await;
        let tags = format!("{}/tags", scene.product.path);
        scene.owner().form(&tags, &[("name", "checkout"), ("color", "whale")]).await.leads_to();
        let product: ProductId = scene.product.id.parse().unwrap();
        let tag: burgee::ids::TagId = scene.server.value("SELECT id FROM tags WHERE product = $1", vec![product.into()]).await;
        let (one, two) = (scene.add("giftCards", "boolean").await, scene.add("fastSearch", "boolean").await);
        let tag = tag.to_string();
        let tagger = scene.person("tagger", &[Permission::SettingTag], &[]).await;
        let edit = |id: i64| format!("{}/edit", scene.flag(id));
        assert_eq!(tagger.form(&edit(one), &[("name", "Mine now"), ("tag", &tag)]).await.status, 403);
        assert_eq!(tagger.form(&format!("{}/tags", scene.flag(one)), &[("tag", &tag)]).await.status, 303);
        says(tagger.form(&format!("{}/tags", scene.flag(one)), &[("tag", "4711")]).await, 422, "There is no such tag");
        let page = scene.owner().get(&format!("{}?tag={tag}", scene.path)).await.page();
        assert!(page.contains("giftCards") && !page.contains("fastSearch") && !page.contains("Mine now"), "{page}");
        let page = scene.owner().get(&format!("{}?search=SEARCH", scene.path)).await.page();
        assert!(!page.contains("giftCards") && page.contains("fastSearch"), "{page}");
        let writer = scene.person("writer", &[Permission::SettingWrite], &[]).await;
        assert_eq!(writer.form(&edit(two), &[("name", "Fast"), ("tag", &tag)]).await.status, 303, "tags are not for this group: they stay");
        let page = scene.owner().get(&format!("{}?tag={tag}", scene.path)).await.page();
        assert!(!page.contains("fastSearch"));
        let nothing = scene.person("plain", &[], &[]).await;
        assert_eq!(nothing.get(&edit(two)).await.status, 403);
        assert_eq!(nothing.form(&edit(two), &[("name", "No")]).await.status, 403);
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
