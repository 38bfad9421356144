//! The rules of a flag: what is saved, and what is refused at which field.

use serde_json::json;

use super::{OFF, says, scene};
use crate::support::on_both;

on_both! {
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
        type Case = (Vec<(&'static str, String)>, &'static str, &'static str);
        let cases: Vec<Case> = vec![
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
            (flag(&other, "true"), "rule.0.condition.0.value", "This is no whole number."),
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
        says(asks(2, 0).await, 422, "Circular dependency detected. a ➔ b ➔ c ➔ a");
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

    async fn a_config_of_version_1_offers_what_it_can_hold_and_no_more(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let test = scene.product.test.clone();
        let list = format!("{}/segments", scene.product.path);
        let beta = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "a")];
        let made = scene.owner().form(&list, &beta).await.leads_to();
        let segment = made.rsplit('/').next().unwrap().to_owned();
        let page = format!("{}?environment={test}", scene.flag(id));
        let editor = format!("{}/editor", scene.flag(id));
        let act = async |act: &str, fields: &[(&str, &str)]| {
            let fields = [&[("environment", test.as_str()), ("act", act), ("default", "false")], fields].concat();
            scene.owner().form(&editor, &fields).await.page()
        };
        let rule = [("rule.0.from", ""), ("rule.0.condition.0.type", "user"), ("rule.0.condition.0.attribute", "Email"),
            ("rule.0.condition.0.comparator", "isOneOf"), ("rule.0.condition.0.values", "a"), ("rule.0.value", "true")];
        let offers = |page: &str| ["split:0", "add-condition:0:user", "ask:0:segment", "split:else"].map(|act| page.contains(&format!("value=\"{act}\"")));
        assert_eq!(offers(&act("check", &rule).await), [true, true, false, true], "version 2");

        let config = scene.server.literal(&scene.product.config);
        scene.server.sql(&format!("UPDATE configs SET evaluation_version = 1 WHERE id = {config}")).await;
        assert_eq!(offers(&act("check", &rule).await), [false, false, true, true], "version 1");
        let divided = act("split:else", &rule).await;
        assert!(divided.contains("split.0.percent") && !divided.contains("percentage_attribute"), "a split goes by the identifier");

        // The condition becomes one about a segment, is saved as such, and becomes one about an attribute again.
        let asks = act("ask:0:segment", &rule).await;
        assert!(asks.contains("rule.0.condition.0.segment") && !asks.contains("rule.0.condition.0.attribute"), "{asks}");
        assert!(asks.contains(&format!("<option value=\"{segment}\">beta")) && asks.contains("value=\"ask:0:user\""), "{asks}");
        let fields = [("rule.0.from", ""), ("rule.0.condition.0.type", "segment"), ("rule.0.condition.0.segment", segment.as_str()),
            ("rule.0.condition.0.comparator", "isNotIn"), ("rule.0.value", "true"), ("default", "false")];
        assert_eq!(scene.save(scene.owner(), id, &test, &fields).await.status, 303);
        let wanted = json!({ "default": { "b": false }, "rules": [{ "if": [{ "segment": { "id": segment, "is": 1 } }], "then": { "b": true } }] });
        assert_eq!(scene.stored(id, &test).await.0, wanted);
        assert!(scene.owner().get(&page).await.page().contains("not in segment"));
        let back = act("ask:0:user", &fields[..5]).await;
        assert!(back.contains("rule.0.condition.0.attribute") && !back.contains("rule.0.condition.0.segment"), "{back}");

        // A segment that version 1 cannot express is not among them; without any other, segments are not offered.
        assert_eq!(scene.save(scene.owner(), id, &test, OFF).await.status, 303);
        let rich = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "textEquals"), ("condition.0.values", "a")];
        scene.owner().form(&made, &rich).await.leads_to();
        assert_eq!(offers(&act("check", &rule).await), [false, false, false, true]);
    }

    async fn the_value_of_a_prerequisite_is_one_of_the_flag_that_is_chosen(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let mut others = std::collections::BTreeMap::new();
        for (key, kind) in [("on", "boolean"), ("other", "boolean"), ("limit", "int"), ("rate", "double"), ("text", "string")] {
            others.insert(key, scene.add(key, kind).await.to_string());
        }
        let test = scene.product.test.clone();
        let fields = |of: &str, flag: &str, value: &str| {
            let fields = [
                ("rule.0.from", ""),
                ("rule.0.condition.0.type", "flag"),
                ("rule.0.condition.0.of", others.get(of).map_or("", String::as_str)),
                ("rule.0.condition.0.flag", &others[flag]),
                ("rule.0.condition.0.comparator", "equals"),
                ("rule.0.condition.0.value", value),
                ("rule.0.value", "true"),
                ("default", "false"),
            ];
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
        };
        // What stands in the field after another flag was chosen; of a list, the one that is selected.
        let shown = async |of: &str, flag: &str, value: &str| {
            let mut all = vec![("environment".to_owned(), test.clone()), ("act".to_owned(), "check".to_owned())];
            all.extend(fields(of, flag, value));
            let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let page = scene.owner().form(&format!("{}/editor", scene.flag(id)), &all).await.page();
            assert!(!page.contains("rule.0.condition.0.value-error"), "nobody has come to it yet: {page}");
            let field = page.split("name=\"rule.0.condition.0.value\"").nth(1).unwrap();
            if field.contains(">Off</option>") && field.find(">Off</option>") < field.find("</div>") {
                return if field[..field.find(">On<").unwrap()].contains("selected") { "On".to_owned() } else { "Off".to_owned() };
            }
            let (start, end) = if field.find("</textarea>").is_some_and(|at| at < field.find("</div>").unwrap()) { (">\n", "</textarea>") } else { ("value=\"", "\"") };
            field.split_once(start).unwrap().1.split_once(end).unwrap().0.to_owned()
        };
        for (of, flag, value, wanted) in [
            ("on", "limit", "true", ""),
            ("on", "rate", "false", ""),
            ("on", "text", "true", ""),
            ("on", "other", "false", "Off"),
            ("", "limit", "true", ""),
            ("", "on", "false", "Off"),
            ("limit", "rate", "5", "5"),
            ("rate", "limit", "0.5", ""),
            ("limit", "on", "5", "On"),
            ("limit", "limit", "7", "7"),
        ] {
            assert_eq!(shown(of, flag, value).await, wanted, "{value} of {of} for {flag}");
        }
        // Without a script the value of the flag before may arrive with the new one: nothing is saved, and it is asked for.
        let before = scene.stored(id, &test).await;
        for (of, flag, value) in [("on", "text", "true"), ("on", "limit", "true"), ("limit", "on", "5")] {
            let all = fields(of, flag, value);
            let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = scene.save(scene.owner(), id, &test, &all).await;
            assert!(answer.text.contains("id=\"rule.0.condition.0.value-error\""), "{}", answer.text);
            says(answer, 422, "The flag is another one. Please say which value of it.");
        }
        assert_eq!(scene.stored(id, &test).await, before);
        let all = fields("limit", "limit", "7");
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(scene.save(scene.owner(), id, &test, &all).await.status, 303);
    }

    async fn a_value_of_version_1_begins_to_use_no_segment_that_version_1_cannot_express(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let test = scene.product.test.clone();
        let config = scene.server.literal(&scene.product.config);
        scene.server.sql(&format!("UPDATE configs SET evaluation_version = 1 WHERE id = {config}")).await;
        let list = format!("{}/segments", scene.product.path);
        const SIMPLE: [(&str, &str); 4] = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "a")];
        const OTHERWISE: [(&str, &str); 4] = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "textEquals"), ("condition.0.values", "a")];
        const COMMA: [(&str, &str); 4] = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "a,b")];
        const SECOND: [(&str, &str); 3] = [("condition.1.attribute", "Country"), ("condition.1.comparator", "isOneOf"), ("condition.1.values", "DE")];
        let path = scene.owner().form(&list, &SIMPLE).await.leads_to();
        let path = path.as_str();
        let segment = path.rsplit('/').next().unwrap();
        let with = [
            ("rule.0.from", ""),
            ("rule.0.condition.0.type", "segment"),
            ("rule.0.condition.0.segment", segment),
            ("rule.0.condition.0.comparator", "isIn"),
            ("rule.0.value", "true"),
            ("default", "false"),
        ];
        for rich in [OTHERWISE.to_vec(), COMMA.to_vec(), [&SIMPLE[..], &SECOND].concat()] {
            scene.owner().form(path, &rich).await.leads_to();
            let refused = scene.save(scene.owner(), id, &test, &with).await;
            assert!(refused.text.contains("id=\"rule.0.condition.0.segment-error\""), "{}", refused.text);
            says(refused, 422, "This config is of version 1. This segment");
            assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": false } }));
        }
        // Whoever makes it richer, and whoever begins to use it, at the same moment: one of them is refused.
        for round in 0..4 {
            assert_eq!(scene.save(scene.owner(), id, &test, OFF).await.status, 303);
            scene.owner().form(path, &SIMPLE).await.leads_to();
            let (used, enriched) = tokio::join!(scene.save(scene.owner(), id, &test, &with), scene.owner().form(path, &OTHERWISE));
            let mut statuses = [used.status.as_u16(), enriched.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 422], "round {round}: {} {}", used.text, enriched.text);
        }
    }
}
