//! What came in over the API, shown in its form and saved untouched, is what it was: forms hold all that the model holds.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, fields, on_both};

/// Pieces of texts that controls of forms do not hold by themselves, or that could be taken for something else.
const PIECES: [&str; 24] = [
    "a",
    "B",
    "é",
    "王",
    " ",
    "  ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\"",
    "<b>",
    "&amp;",
    "'",
    "␊",
    "␍",
    "␛",
    "␠",
    ",",
    ":",
    "\\n",
    "%0A",
    "\u{FFFD}",
    "</textarea>",
];

struct Texts(StdRng);

impl Texts {
    fn text(&mut self, most: usize) -> String {
        let count = self.0.random_range(1..=most);
        (0..count).map(|_| PIECES[self.0.random_range(0..PIECES.len())]).collect()
    }

    /// A text that is not refused for being empty or too like another.
    fn some(&mut self) -> String {
        format!("{}x{}", self.text(4), self.text(4))
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.0.random_range(1..4)).map(|_| self.some()).collect()
    }

    fn number(&mut self) -> f64 {
        match self.0.random_range(0..3) {
            0 => f64::from(self.0.random_range(-1_000_000..1_000_000)) / 7.0,
            1 => f64::from(self.0.random_range(0..2_000_000_000)) + f64::from(self.0.random_range(0..1000)) / 997.0,
            _ => self.0.random_range(-5.0..5.0) * 1e9,
        }
    }
}

/// Opens a page, sends its form as a browser does in which nothing is touched, and follows.
async fn saved_untouched(who: &Client, page: &str, action: &str) {
    let shown = who.get(page).await.page();
    let fields = fields(&shown, action);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = who.form(action, &fields).await;
    assert!(answer.status == 303 || answer.status == 200, "{page}: {} {:#?} {}", answer.status, fields, answer.text);
}

fn user_condition(texts: &mut Texts) -> Value {
    let (comparator, value) = match texts.0.random_range(0..5) {
        0 => ("isOneOf", json!({ "listValue": texts.texts().iter().map(|text| json!({ "value": text })).collect::<Vec<_>>() })),
        1 => ("textEquals", json!({ "stringValue": texts.some() })),
        2 => ("numberLess", json!({ "doubleValue": texts.number() })),
        3 => ("dateTimeBefore", json!({ "doubleValue": texts.number() })),
        _ => ("containsAnyOf", json!({ "listValue": texts.texts().iter().map(|text| json!({ "value": text })).collect::<Vec<_>>() })),
    };
    json!({ "userCondition": { "comparisonAttribute": texts.some(), "comparator": comparator, "comparisonValue": value } })
}

async fn rules(owner: &Client, product: &Product, config: &str, texts: &mut Texts) {
    let add = async |key: &str| {
        let new = json!({ "key": key, "name": key, "settingType": "string" });
        owner.post(&format!("/v1/configs/{config}/settings"), new).await.ok()["settingId"].as_i64().unwrap()
    };
    let (setting, other) = (add("greeting").await, add("other").await);
    let value = format!("/v2/environments/{}/settings/{setting}/value", product.test);
    let flag = format!("{}/configs/{config}/flags/{setting}", product.path);
    for _ in 0..12 {
        let flag_condition = json!({ "prerequisiteFlagCondition": {
            "prerequisiteSettingId": other, "comparator": "equals", "prerequisiteComparisonValue": { "stringValue": texts.text(5) },
        } });
        let wanted = json!({
            "defaultValue": { "stringValue": texts.text(6) },
            "targetingRules": [
                { "conditions": [user_condition(texts), flag_condition, user_condition(texts)], "value": { "stringValue": texts.text(6) } },
                { "conditions": [user_condition(texts)], "percentageOptions": [
                    { "percentage": 40, "value": { "stringValue": texts.text(3) } }, { "percentage": 60, "value": { "stringValue": texts.text(3) } },
                ] },
            ],
            "percentageEvaluationAttribute": null,
        });
        let before = owner.put(&value, wanted).await.ok();
        saved_untouched(owner, &format!("{flag}?environment={}", product.test), &format!("{flag}/value")).await;
        let after = owner.get(&value).await.ok();
        assert_eq!(after["targetingRules"], before["targetingRules"]);
        assert_eq!(
            (&after["defaultValue"], &after["lastVersionId"]),
            (&before["defaultValue"], &before["lastVersionId"]),
            "nothing was saved"
        );
    }
}

async fn webhooks(owner: &Client, product: &Product, texts: &mut Texts) {
    for round in 0..6 {
        let header = |key: &str, value: String, secure: bool| json!({ "key": key, "value": value, "isSecure": secure });
        // No header holds a line break.
        let plain = |text: String| text.replace(['\r', '\n'], " ");
        let new = json!({
            "url": format!("https://example.com/{round}?a=%0A&b=1"),
            "httpMethod": if round % 2 == 0 { "post" } else { "get" },
            "content": if round == 0 { String::new() } else { texts.text(8) },
            "webHookHeaders": [header("X-A", plain(texts.some()), false), header("X-S", "one".into(), true), header("X-S", "two".into(), true)],
        });
        let made = owner.post(&format!("/v1/configs/{}/environments/{}/webhooks", product.config, product.test), new).await.ok();
        let id = made["webhookId"].as_i64().unwrap();
        let (path, read) = (format!("{}/webhooks/{id}", product.path), format!("/v1/webhooks/{id}"));
        let before = owner.get(&read).await.ok();
        saved_untouched(owner, &format!("{path}/edit"), &path).await;
        assert_eq!(owner.get(&read).await.ok(), before);
        let log = owner.get(&format!("/api/v1/products/{}/audit-log?limit=1", product.id)).await.ok();
        assert_ne!(log["log"][0]["action"], "webhook.changed", "{log}");
    }
}

async fn integrations(server: &Server, owner: &Client, product: &Product, texts: &mut Texts) {
    let gone = uuid::Uuid::new_v4();
    for (kind, parameters) in [
        ("slack", json!({ "incoming_webhook.url": "https://hooks.slack.com/services/T0/B0/abc", "team.id": texts.some() })),
        ("dataDog", json!({ "apikey": texts.some(), "site": "us" })),
        ("dataDog", json!({ "apikey": "k" })),
        ("pubNub", json!({ "anything": texts.some() })),
    ] {
        let new = json!({ "integrationType": kind, "name": "Changes", "parameters": parameters, "environmentIds": [product.test], "configIds": [] });
        let made = owner.post(&format!("/v1/products/{}/integrations", product.id), new).await.ok();
        let id = made["integrationId"].as_str().unwrap().to_owned();
        // An environment that is gone by now.
        let both = json!([product.test, gone]).to_string();
        server.sql(&format!("UPDATE integrations SET environments = '{both}' WHERE id = {}", server.literal(&id))).await;
        let (path, read) = (format!("{}/integrations/{id}", product.path), format!("/v1/integrations/{id}"));
        let before = owner.get(&read).await.ok();
        saved_untouched(owner, &path, &path).await;
        assert_eq!(owner.get(&read).await.ok(), before, "{kind}");
    }
}

async fn groups_and_segments(owner: &Client, product: &Product, texts: &mut Texts) {
    for (round, access) in ["full", "readOnly", "custom", "custom"].into_iter().enumerate() {
        let new = json!({
            "name": format!("Group {round}"), "canManageMembers": round % 2 == 0, "canCreateOrUpdateTag": round % 2 == 1, "accessType": access,
            "newEnvironmentAccessType": (["full", "readOnly", "none"][round % 3]),
            "environmentAccesses": [
                { "environmentId": product.test, "environmentAccessType": "readOnly" }, { "environmentId": product.production, "environmentAccessType": "none" },
            ],
        });
        let id = owner.post(&format!("/v1/products/{}/permissions", product.id), new).await.ok()["permissionGroupId"].as_i64().unwrap();
        let before = owner.get(&format!("/v1/permissions/{id}")).await.ok();
        let path = format!("{}/groups/{id}", product.path);
        saved_untouched(owner, &path, &path).await;
        assert_eq!(owner.get(&format!("/v1/permissions/{id}")).await.ok(), before, "{access}");
    }
    for round in 0..4 {
        let new = json!({
            "name": format!("Segment {round}"), "description": texts.text(4).replace("\r\n", "\n").replace('\r', "\n"),
            "comparisonAttribute": texts.some(), "comparator": "contains", "comparisonValue": texts.some(),
        });
        let id = owner.post(&format!("/v1/products/{}/segments", product.id), new).await.ok()["segmentId"].as_str().unwrap().to_owned();
        let before = owner.get(&format!("/v1/segments/{id}")).await.ok();
        let path = format!("{}/segments/{id}", product.path);
        saved_untouched(owner, &path, &path).await;
        assert_eq!(owner.get(&format!("/v1/segments/{id}")).await.ok(), before);
    }
}

async fn texts_and_names(owner: &Client, product: &Product, config: &str, texts: &mut Texts) {
    // What is said about things is text over lines, without control characters.
    let prose = |text: String| text.replace("\r\n", "\n").replace('\r', "\n");
    for round in 0..4 {
        let color = ["#12ab34", "red", "rgb(1, 2, 3)", "slate"][round];
        let new = json!({ "name": format!("Env {round}"), "color": color, "description": prose(texts.text(6)) });
        let id =
            owner.post(&format!("/v1/products/{}/environments", product.id), new).await.ok()["environmentId"].as_str().unwrap().to_owned();
        let before = owner.get(&format!("/v1/environments/{id}")).await.ok();
        let path = format!("{}/environments/{id}", product.path);
        saved_untouched(owner, &path, &path).await;
        assert_eq!(owner.get(&format!("/v1/environments/{id}")).await.ok(), before);

        let variations = json!([
            { "value": { "stringValue": "" }, "name": "Nothing", "hint": prose(texts.text(4)) },
            { "value": { "stringValue": texts.some() }, "name": "Something" },
        ]);
        let key = format!("text{round}");
        let new =
            json!({ "key": key, "name": key, "settingType": "string", "hint": prose(texts.some()), "predefinedVariations": variations });
        let id = owner.post(&format!("/v1/configs/{config}/settings"), new).await.ok()["settingId"].as_i64().unwrap();
        let before = owner.get(&format!("/v1/settings/{id}")).await.ok();
        let path = format!("{}/configs/{config}/flags/{id}/edit", product.path);
        saved_untouched(owner, &path, &path).await;
        assert_eq!(owner.get(&format!("/v1/settings/{id}")).await.ok(), before);
    }
}

on_both! {
    async fn a_form_that_is_saved_untouched_changes_nothing(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let made = team.owner.post(&format!("/v1/products/{}/configs", product.id), json!({ "name": "Texts", "evaluationVersion": "v2" })).await.ok();
        let config = made["configId"].as_str().unwrap();
        let seed = rand::random();
        eprintln!("seed {seed}");
        let mut texts = Texts(StdRng::seed_from_u64(seed));
        rules(&team.owner, &product, config, &mut texts).await;
        webhooks(&team.owner, &product, &mut texts).await;
        integrations(&server, &team.owner, &product, &mut texts).await;
        groups_and_segments(&team.owner, &product, &mut texts).await;
        texts_and_names(&team.owner, &product, config, &mut texts).await;
    }
}
