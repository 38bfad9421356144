//! In a real browser, with scripts: a form that is opened and saved untouched changes nothing.

use serde_json::{Value, json};

use crate::support::{Client, Server, visit};

async fn read(owner: &Client, path: &str) -> Value {
    owner.get(path).await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_that_are_saved_untouched_change_nothing() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    let owner = team.owner.clone();
    let awkward = " line\nbreak\r\n\ttab ␊ <b> ";

    let config =
        owner.post(&format!("/v1/products/{}/configs", product.id), json!({ "name": "Texts", "evaluationVersion": "v2" })).await.ok();
    let config = config["configId"].as_str().unwrap().to_owned();
    let setting = json!({ "key": "greeting", "name": "Greeting", "settingType": "string" });
    let setting = owner.post(&format!("/v1/configs/{config}/settings"), setting).await.ok()["settingId"].as_i64().unwrap();
    let value = format!("/v2/environments/{}/settings/{setting}/value", product.test);
    let texts = json!({ "listValue": [{ "value": awkward }, { "value": "a,b" }] });
    let condition = |comparator: &str, value: Value| json!({ "userCondition": { "comparisonAttribute": awkward, "comparator": comparator, "comparisonValue": value } });
    let rules = json!([
        { "conditions": [condition("isOneOf", texts), condition("textEquals", json!({ "stringValue": awkward }))], "value": { "stringValue": awkward } },
        { "conditions": [condition("dateTimeBefore", json!({ "doubleValue": 1_795_338_000.123_456_7 }))], "percentageOptions": [
            { "percentage": 40, "value": { "stringValue": "\n" } }, { "percentage": 60, "value": { "stringValue": awkward } },
        ] },
    ]);
    owner.put(&value, json!({ "defaultValue": { "stringValue": "\n\nfirst lines" }, "targetingRules": rules })).await.ok();
    let webhook = json!({
        "url": "https://example.com/hook", "httpMethod": "post", "content": "\n{\r\n \"a\": 1 }\n",
        "webHookHeaders": [{ "key": "X-A", "value": " padded ", "isSecure": false }, { "key": "X-S", "value": "secret", "isSecure": true }],
    });
    let webhook = owner.post(&format!("/v1/configs/{config}/environments/{}/webhooks", product.test), webhook).await.ok()["webhookId"]
        .as_i64()
        .unwrap();
    let integration = json!({ "integrationType": "dataDog", "name": "Changes", "parameters": { "apikey": " k ", "more": "x" }, "environmentIds": [], "configIds": [config] });
    let integration = owner.post(&format!("/v1/products/{}/integrations", product.id), integration).await.ok()["integrationId"]
        .as_str()
        .unwrap()
        .to_owned();

    visit(server, async move |visit| {
        let page = visit.signed_in("harbor-owner").await;
        for (open, read_at, button, says) in [
            (
                format!("{}/configs/{config}/flags/{setting}?environment={}", product.path, product.test),
                value,
                "Save to Test",
                "is already like that in Test",
            ),
            (format!("{}/webhooks/{webhook}/edit", product.path), format!("/v1/webhooks/{webhook}"), "Save", "The webhook was changed."),
            (
                format!("{}/integrations/{integration}", product.path),
                format!("/v1/integrations/{integration}"),
                "Save",
                "Changes was changed.",
            ),
        ] {
            let before = read(&owner, &read_at).await;
            page.go(&open).await;
            page.press(button).await;
            page.sees(says).await;
            assert_eq!(read(&owner, &read_at).await, before, "{open}");
        }
    })
    .await;
}
