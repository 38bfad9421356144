//! OpenFeature’s remote evaluation protocol: answers, errors, ETags, and the stream of changes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, on_both};

const RULES: &str = r#"{"default":{"s":"blue"},"rules":[
    {"if":[{"user":{"a":"Email","c":32,"l":["@example.com"]}}],"then":{"s":"green"}},
    {"if":[{"user":{"a":"Identifier","c":28,"s":"ada"}}],"then":{"s":"red"}}]}"#;

async fn key(server: &Server, owner: &Client, product: &Product) -> String {
    let path = format!("/api/v1/products/{}/configs/{}/environments/{}/sdk-keys", product.id, product.config, product.production);
    let _ = server;
    owner.get(&path).await.ok()["primary"]["key"].as_str().unwrap().to_owned()
}

async fn evaluate(client: &Client, key: &str, path: &str, body: &str) -> Answer {
    let path = format!("/ofrep/v1/evaluate/flags{path}");
    client
        .send(Method::POST, &path, |request| request.bearer_auth(key).header("content-type", "application/json").body(body.to_owned()))
        .await
}

fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

on_both! {
    async fn a_flag_is_evaluated(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        server.setting(&product, "on", 0, r#"{"default":{"b":true}}"#).await;
        server.setting(&product, "color", 1, RULES).await;
        server.setting(&product, "limit", 2, r#"{"default":{"i":7}}"#).await;
        server.setting(&product, "rate", 3, r#"{"default":{"d":0.5},"split":[{"percent":0,"value":{"d":0.5}},{"percent":100,"value":{"d":1.5}}]}"#).await;
        let key = key(&server, &team.owner, &product).await;
        let app = server.anonymous();

        let plain = evaluate(&app, &key, "/on", r#"{"context":{"targetingKey":"u"}}"#).await.ok();
        assert_eq!((&plain["key"], &plain["value"], &plain["reason"]), (&json!("on"), &json!(true), &json!("STATIC")));
        assert!(plain["variant"].as_str().is_some_and(|variant| !variant.is_empty()), "{plain}");
        let value = async |flag: &str, body: &str| {
            let answer = evaluate(&app, &key, &format!("/{flag}"), body).await.ok();
            (answer["value"].clone(), answer["reason"].as_str().unwrap().to_owned())
        };
        assert_eq!(value("color", r#"{"context":{"targetingKey":"ada"}}"#).await, (json!("red"), "TARGETING_MATCH".into()));
        let by_mail = r#"{"context":{"targetingKey":"ada","Email":"ada@example.com"}}"#;
        assert_eq!(value("color", by_mail).await, (json!("green"), "TARGETING_MATCH".into()));
        assert_eq!(value("color", r#"{"context":{"email":"ada@example.com"}}"#).await, (json!("blue"), "STATIC".into()), "names are case-sensitive");
        assert_eq!(value("limit", "{}").await, (json!(7), "STATIC".into()));
        assert_eq!(value("rate", r#"{"context":{"targetingKey":"u"}}"#).await, (json!(1.5), "SPLIT".into()));
        assert_eq!(value("on", "").await, (json!(true), "STATIC".into()), "without a body, for nobody in particular");

        let by_key = app.send(Method::POST, "/ofrep/v1/evaluate/flags/on", |request| request.header("x-api-key", &key).body("{}")).await;
        assert_eq!(by_key.ok()["value"], true);
    }

    async fn percentages_apply_to_whoever_is_named(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let halves = r#"{"default":{"s":"none"},"split":[{"percent":0,"value":{"s":"none"}},{"percent":100,"value":{"s":"all"}}]}"#;
        server.setting(&product, "color", 1, halves).await;
        let key = key(&server, &team.owner, &product).await;
        let app = server.anonymous();
        for (body, value, reason) in [
            ("", "none", "STATIC"),
            ("null", "none", "STATIC"),
            ("{}", "none", "STATIC"),
            (r#"{"context":null}"#, "none", "STATIC"),
            (r#"{"context":{}}"#, "all", "SPLIT"),
            (r#"{"context":{"targetingKey":""}}"#, "all", "SPLIT"),
        ] {
            let one = evaluate(&app, &key, "/color", body).await.ok();
            assert_eq!((&one["value"], &one["reason"]), (&json!(value), &json!(reason)), "{body:?}");
            let all = evaluate(&app, &key, "", body).await.ok();
            assert_eq!(all["flags"][0], one, "{body:?}");
        }
        let tag = async |body: &str| text(&evaluate(&app, &key, "", body).await, "etag").to_owned();
        assert_eq!(tag("").await, tag("{}").await);
        assert_ne!(tag("{}").await, tag(r#"{"context":{}}"#).await);
    }

    async fn texts_of_json_settings_are_served_parsed(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let of = |text: &str| json!({ "default": { "s": text } }).to_string();
        let object = " {\"b\": [1.50, {}],\n \"a\": 12345678901234567890123} ";
        let limits = server.setting(&product, "limits", 1, &of(object)).await;
        let key = key(&server, &team.owner, &product).await;
        let app = server.anonymous();
        let raw = async || evaluate(&app, &key, "/limits", "{}").await.text;
        let mark = async |is_json: bool| {
            team.owner.put(&format!("/v1/settings/{limits}"), json!({ "name": "limits", "isJson": is_json })).await.ok();
        };
        assert_eq!(evaluate(&app, &key, "/limits", "{}").await.ok()["value"], object);
        let before = evaluate(&app, &key, "", "{}").await;
        let file = app.get(&format!("/configuration-files/{key}/config_v6.json")).await.text;
        let bulk: Value = serde_json::from_str(&before.text).unwrap();
        let mut events = app.listen(bulk["eventStreams"][0]["url"].as_str().unwrap().strip_prefix(&server.base).unwrap()).await;

        mark(true).await;
        assert!(raw().await.contains(&format!("\"value\":{},", object.trim())), "every digit is sent as it was written: {}", raw().await);
        let after = evaluate(&app, &key, "", "{}").await;
        assert_ne!(text(&before, "etag"), text(&after, "etag"));
        assert_eq!(after.ok()["flags"][0]["value"]["b"], json!([1.5, {}]));
        assert_eq!(events.data().await["type"], "refetchEvaluation", "whoever listens is told");
        assert_eq!(app.get(&format!("/configuration-files/{key}/config_v6.json")).await.text, file, "SDKs get the text");
        let told = team.owner.send(Method::GET, "/v2/settings/limits/value", |request| request.header("X-CONFIGCAT-SDKKEY", &key)).await;
        assert_eq!(told.ok()["defaultValue"]["stringValue"], object);
        for (text, value) in [
            ("[]", json!([])), ("7", json!("7")), ("\"a\"", json!("\"a\"")), ("true", json!("true")), ("null", json!("null")), ("", json!("")),
            ("{\"a\":}", json!("{\"a\":}")), ("[1] [2]", json!("[1] [2]")),
        ] {
            server.formula(&product, limits, &product.production, &of(text)).await;
            crate::serving::soon(text, async || evaluate(&app, &key, "/limits", "{}").await.ok()["value"] == value).await;
        }
        server.formula(&product, limits, &product.production, &of("[]")).await;
        crate::serving::soon("the list", async || evaluate(&app, &key, "/limits", "{}").await.ok()["value"] == json!([])).await;
        mark(false).await;
        assert_eq!(evaluate(&app, &key, "/limits", "{}").await.ok()["value"], "[]");
    }

    async fn what_is_wrong_is_said_in_the_protocols_words(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        server.setting(&product, "on", 0, r#"{"default":{"b":true}}"#).await;
        let key = key(&server, &team.owner, &product).await;
        let app = server.anonymous();
        let missing = evaluate(&app, &key, "/missing", "{}").await.refused(404);
        assert_eq!((&missing["key"], &missing["errorCode"]), (&json!("missing"), &json!("FLAG_NOT_FOUND")));
        assert!(missing["errorDetails"].is_string());
        for (body, code) in [("{", "PARSE_ERROR"), (r#"{"context":3}"#, "INVALID_CONTEXT"), (r#"{"context":{"targetingKey":3}}"#, "INVALID_CONTEXT")] {
            let one = evaluate(&app, &key, "/on", body).await.refused(400);
            assert_eq!((&one["key"], &one["errorCode"]), (&json!("on"), &json!(code)), "{body}");
            let all = evaluate(&app, &key, "", body).await.refused(400);
            assert_eq!((all.get("key"), &all["errorCode"]), (None, &json!(code)), "{body}");
        }
        for key in ["", "configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaa"] {
            let refused = evaluate(&app, key, "/on", "{}").await;
            assert_eq!(text(&refused, "access-control-allow-origin"), "*");
            assert!(refused.refused(401)["errorDetails"].is_string());
            evaluate(&app, key, "", "{}").await.refused(401);
        }
        let large = format!(r#"{{"context":{{"a":"{}"}}}}"#, "x".repeat(300_000));
        evaluate(&app, &key, "/on", &large).await.refused(413);
        let preflight = app.send(Method::OPTIONS, "/ofrep/v1/evaluate/flags", |request| request.header("origin", "https://shop.example")).await;
        assert_eq!(preflight.status, 204);
        assert!(text(&preflight, "access-control-allow-headers").contains("Authorization"));
        assert!(text(&preflight, "access-control-allow-methods").contains("POST"));
    }

    async fn all_flags_have_one_etag_for_config_and_context(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.setting(&product, "on", 0, r#"{"default":{"b":true}}"#).await;
        server.setting(&product, "color", 1, RULES).await;
        let key = key(&server, &team.owner, &product).await;
        let app = server.anonymous();
        let ada = r#"{"context":{"targetingKey":"ada","plan":"pro"}}"#;
        let first = evaluate(&app, &key, "", ada).await;
        let etag = text(&first, "etag").to_owned();
        assert!(text(&first, "access-control-expose-headers").contains("ETag"));
        let body = first.ok();
        let flags = body["flags"].as_array().unwrap();
        assert_eq!(flags.iter().map(|flag| &flag["key"]).collect::<Vec<_>>(), ["color", "on"]);
        assert!(flags.iter().all(|flag| ["key", "value", "reason", "variant"].iter().all(|name| flag.get(*name).is_some())), "{body}");
        assert_eq!(flags[0]["value"], "red");

        let known = async |etag: &str, body: &str| {
            let ask = |request: reqwest::RequestBuilder| request.bearer_auth(&key).header("if-none-match", etag).body(body.to_owned());
            app.send(Method::POST, "/ofrep/v1/evaluate/flags", ask).await
        };
        let again = known(&etag, r#"{"context":{"plan":"pro","targetingKey":"ada"}}"#).await;
        assert_eq!((again.status.as_u16(), again.text.as_str(), text(&again, "etag")), (304, "", etag.as_str()));
        assert_eq!(known(&etag, r#"{"context":{"targetingKey":"ada","plan":"free"}}"#).await.status, 200);
        server.formula(&product, flag, &product.production, r#"{"default":{"b":false}}"#).await;
        crate::serving::soon("the new config", async || known(&etag, ada).await.status == 200).await;
    }

    async fn changes_are_told(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.setting(&product, "on", 0, r#"{"default":{"b":true}}"#).await;
        let key = key(&server, &team.owner, &product).await;
        let app = server.anonymous();
        let bulk = evaluate(&app, &key, "", "{}").await.ok();
        let stream = &bulk["eventStreams"][0];
        assert_eq!(stream["type"], "sse");
        assert!(stream["inactivityDelaySec"].is_number());
        let path = stream["url"].as_str().unwrap().strip_prefix(&server.base).unwrap().to_owned();
        let mut events = app.listen(&path).await;
        events.is_quiet().await;

        server.formula(&product, flag, &product.production, r#"{"default":{"b":false}}"#).await;
        let event = events.next().await.unwrap();
        assert!(event.contains("event: message") && event.contains("id: "), "{event}");
        let data: Value = serde_json::from_str(event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap()).unwrap();
        assert_eq!(data["type"], "refetchEvaluation");
        let file = app.get(&format!("/configuration-files/{key}/config_v6.json")).await;
        assert_eq!(data["etag"], text(&file, "etag"));
        let query = format!("?flagConfigEtag={}&flagConfigLastModified={}", data["etag"].as_str().unwrap().replace('"', "%22"), data["lastModified"]);
        assert_eq!(evaluate(&app, &key, &query, "{}").await.ok()["flags"][0]["value"], false);

        // What was changed before the client listened is told at once.
        let mut late = app.listen(&path).await;
        assert_eq!(late.data().await["etag"], data["etag"]);
        let last = event.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
        let mut current = app.listen(&format!("/ofrep/v1/events?key={key}&after={last}")).await;
        current.is_quiet().await;

        // A change elsewhere is none.
        server.formula(&product, flag, &product.test, r#"{"default":{"b":false}}"#).await;
        events.is_quiet().await;

        // The stream ends with its key.
        let keys = format!("/api/v1/products/{}/configs/{}/environments/{}/sdk-keys", product.id, product.config, product.production);
        team.owner.post(&keys, json!({})).await.ok();
        team.owner.delete(&format!("{keys}/primary")).await.ok();
        events.ends().await;
        late.ends().await;
        app.get(&path).await.refused(401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_when_the_server_stops() {
    let server = Server::sqlite().await;
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let key = key(&server, &team.owner, &product).await;
    let mut events = server.anonymous().listen(&format!("/ofrep/v1/events?key={key}")).await;
    let mut page = team.owner.listen(&format!("{}/stream", product.path)).await;
    server.app.bus.stop();
    events.ends().await;
    page.ends().await;
}
