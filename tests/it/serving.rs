//! Config files and the keys that open them: the protocol of ConfigCat’s SDKs, rotation, counting, several nodes.

use std::time::{Duration, Instant};

use burgee::{
    audit::Way,
    authz::{Access, Mint, Permission},
    sdk_keys,
};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, on_both};

/// The address of the keys of a product’s config in an environment.
fn keys(product: &Product, environment: &str) -> String {
    format!("/api/v1/products/{}/configs/{}/environments/{environment}/sdk-keys", product.id, product.config)
}

fn file(key: &str) -> String {
    format!("/configuration-files/{key}/config_v6.json")
}

async fn primary(owner: &Client, product: &Product, environment: &str) -> String {
    owner.get(&keys(product, environment)).await.ok()["primary"]["key"].as_str().unwrap().to_owned()
}

fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Asks until something is so, and tells how long that took.
pub async fn soon(what: &str, is_so: impl AsyncFn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(5), "{what} does not happen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    begun.elapsed()
}

on_both! {
    async fn a_config_is_served_as_the_sdks_want_it(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        server.setting(&product, "newCheckout", 0, r#"{"default":{"b":true}}"#).await;
        let key = primary(&team.owner, &product, &product.production).await;
        assert!(key.starts_with("configcat-sdk-1/") && key.len() == 16 + 22 + 1 + 22, "{key}");
        let sdk = server.anonymous();

        let first = sdk.get(&file(&key)).await;
        let config: Value = serde_json::from_str(&first.text).unwrap();
        assert_eq!(config["f"]["newCheckout"]["v"]["b"], true);
        assert_eq!(config["p"]["u"], server.base.as_str());
        assert_eq!(config["p"]["r"], 0);
        let etag = text(&first, "etag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        assert_eq!(text(&first, "content-type"), "application/json; charset=utf-8");
        assert_eq!(text(&first, "cache-control"), "max-age=0, must-revalidate");
        assert_eq!(text(&first, "access-control-allow-origin"), "*");
        assert_eq!(text(&first, "access-control-expose-headers"), "ETag");
        assert_eq!(text(&first, "content-encoding"), "");

        let known = async |name: &'static str, value: &str| sdk.send(Method::GET, &file(&key), |request| request.header(name, value)).await;
        let again = known("if-none-match", &etag).await;
        assert_eq!((again.status.as_u16(), again.text.as_str(), text(&again, "etag")), (304, "", etag.as_str()));
        for value in ["empty", "null", "\"other\"", ""] {
            assert_eq!(known("if-none-match", value).await.status, 200, "{value:?}");
        }
        assert_eq!(known("if-none-match", &format!("W/{etag}")).await.status, 304);
        let quoted = etag.replace('"', "%22");
        let by_query = sdk.get(&format!("{}?sdk=ConfigCat-Node%2Fm-1&ccetag={quoted}", file(&key))).await;
        assert_eq!(by_query.status, 304, "a browser says it in the query");
        let both = sdk.send(Method::GET, &format!("{}?ccetag={quoted}", file(&key)), |request| request.header("if-none-match", "null")).await;
        assert_eq!(both.status, 200, "the header counts");

        for (asked, coding) in [("gzip", "gzip"), ("gzip, deflate, br", "br"), ("deflate", ""), ("identity", ""), ("*", "")] {
            let answer = known("accept-encoding", asked).await;
            assert_eq!(text(&answer, "content-encoding"), coding, "{asked}");
            assert_eq!(answer.status, 200);
            assert_eq!(text(&answer, "vary"), "Accept-Encoding");
            assert_eq!(text(&answer, "etag") == etag, coding.is_empty(), "other bytes have another ETag");
            assert_eq!(known("if-none-match", text(&answer, "etag")).await.status, 304);
        }

        let doubled = sdk.get(&format!("/{}", file(&key))).await;
        assert_eq!((doubled.status.as_u16(), &doubled.text), (200, &first.text));
        let head = sdk.send(Method::HEAD, &file(&key), |request| request).await;
        assert_eq!((head.status.as_u16(), text(&head, "etag"), head.text.as_str()), (200, etag.as_str(), ""));
        assert_eq!(text(&head, "content-length"), first.text.len().to_string());
        let preflight = sdk.send(Method::OPTIONS, &file(&key), |request| request.header("origin", "https://shop.example")).await;
        assert_eq!((preflight.status.as_u16(), text(&preflight, "access-control-allow-origin")), (204, "*"));
        assert!(text(&preflight, "access-control-allow-headers").contains("X-ConfigCat-UserAgent"));
        let traced = "baggage,sentry-trace,traceparent,x-requested-with";
        for path in [file(&key), "/ofrep/v1/evaluate/flags".into(), "/ofrep/v1/evaluate/flags/on".into(), "/ofrep/v1/events".into()] {
            let asked = |request: reqwest::RequestBuilder| request.header("access-control-request-headers", traced);
            let preflight = sdk.send(Method::OPTIONS, &path, asked).await;
            assert_eq!((preflight.status.as_u16(), text(&preflight, "access-control-allow-headers")), (204, traced), "{path}");
            assert_eq!(text(&preflight, "access-control-allow-credentials"), "", "{path}: no cookie is sent");
        }

        for wrong in ["configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaa", "x", "%F0%9F%9A%80"] {
            let answer = sdk.get(&file(wrong)).await;
            assert_eq!((answer.status.as_u16(), text(&answer, "access-control-allow-origin")), (404, "*"), "{wrong}");
        }
        sdk.get(&file(&key).replace("_v6", "_v5")).await.refused(404);
        sdk.get(&format!("/configuration-files/{key}")).await.refused(404);
        let test = primary(&team.owner, &product, &product.test).await;
        assert_ne!(test, key, "each environment has its own");
    }

    async fn what_is_saved_is_served_at_once(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.setting(&product, "newCheckout", 0, r#"{"default":{"b":false}}"#).await;
        let key = primary(&team.owner, &product, &product.production).await;
        let sdk = server.anonymous();
        let shows = async |on: bool| sdk.get(&file(&key)).await.ok()["f"]["newCheckout"]["v"]["b"] == on;
        assert!(shows(false).await);
        server.formula(&product, flag, &product.production, r#"{"default":{"b":true}}"#).await;
        let took = soon("the new value", async || shows(true).await).await;
        assert!(took < Duration::from_millis(400), "{took:?}");
        let test = primary(&team.owner, &product, &product.test).await;
        assert_eq!(sdk.get(&file(&test)).await.ok()["f"]["newCheckout"]["v"]["b"], false);
    }

    async fn a_switch_reaches_applications(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        let key = primary(&team.owner, &product, &product.production).await;
        let sdk = server.anonymous();
        let shows = async |on: bool| sdk.get(&file(&key)).await.ok()["f"]["newCheckout"]["v"]["b"] == on;
        soon("the new flag", async || shows(false).await).await;
        let mut fastest = Duration::MAX;
        for on in [true, false, true, false, true] {
            server.flip(&team.owner, &product, flag, &product.production, on).await;
            fastest = fastest.min(soon("the switch", async || shows(on).await).await);
        }
        assert!(fastest < Duration::from_millis(100), "{fastest:?}");
        team.owner.form(&format!("{}/configs/{}/flags/{flag}/delete", product.path, product.config), &[("confirm", "newCheckout")]).await.leads_to();
        soon("the end of the flag", async || sdk.get(&file(&key)).await.ok()["f"].as_object().unwrap().is_empty()).await;
    }

    async fn what_is_saved_is_what_the_next_reader_gets(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        let key = primary(&team.owner, &product, &product.production).await;
        let sdk = server.anonymous();
        let mut etag = text(&sdk.get(&file(&key)).await, "etag").to_owned();
        for round in 0..200 {
            if round == 160 {
                // From here on the file is large.
                let text = "x".repeat(4000);
                for at in 0..100 {
                    server.setting(&product, &format!("text{at}"), 1, &format!(r#"{{"default":{{"s":"{text}{at}"}}}}"#)).await;
                }
            }
            let on = round % 2 == 0;
            server.flip(&team.owner, &product, flag, &product.production, on).await;
            let polled = sdk.send(Method::GET, &file(&key), |request| request.header("if-none-match", &etag)).await;
            etag = text(&polled, "etag").to_owned();
            assert_eq!(polled.ok()["f"]["newCheckout"]["v"]["b"], on, "round {round}");
            if round % 20 == 0 {
                let path = keys(&product, &product.test);
                let made = team.owner.post(&path, json!({})).await.ok()["key"].as_str().unwrap().to_owned();
                sdk.get(&file(&made)).await.ok();
                team.owner.delete(&format!("{path}/secondary")).await.ok();
            }
        }
    }

    async fn a_key_is_rotated_without_standing_still(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let path = keys(&product, &product.production);
        let sdk = server.anonymous();
        let works = async |key: &str| sdk.get(&file(key)).await.status == 200;
        let first = primary(&team.owner, &product, &product.production).await;
        assert!(works(&first).await);

        let refused = team.owner.delete(&format!("{path}/primary")).await.refused(400);
        assert_eq!(refused["code"], "last_key");
        team.owner.delete(&format!("{path}/secondary")).await.refused(409);
        team.owner.post(&format!("{path}/promote"), json!({})).await.refused(409);

        let second = team.owner.post(&path, json!({})).await.ok()["key"].as_str().unwrap().to_owned();
        soon("the second key", async || works(&second).await).await;
        assert!(works(&first).await);
        assert_eq!(team.owner.post(&path, json!({})).await.refused(409)["code"], "two_keys");

        team.owner.post(&format!("{path}/promote"), json!({})).await.ok();
        let now = team.owner.get(&path).await.ok();
        assert_eq!((&now["primary"]["key"], &now["secondary"]["key"]), (&json!(second), &json!(first)));
        assert!(works(&first).await && works(&second).await);

        team.owner.delete(&format!("{path}/secondary")).await.ok();
        assert!(!works(&first).await, "not for one moment longer");
        assert!(works(&second).await);

        let third = team.owner.post(&path, json!({})).await.ok()["key"].as_str().unwrap().to_owned();
        team.owner.delete(&format!("{path}/primary")).await.ok();
        assert!(!works(&second).await);
        let now = team.owner.get(&path).await.ok();
        assert_eq!((&now["primary"]["key"], &now["secondary"]), (&json!(third), &Value::Null));
        soon("the third key", async || works(&third).await).await;
    }

    async fn what_has_ended_is_served_no_more(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let key = primary(&team.owner, &product, &product.test).await;
        let sdk = server.anonymous();
        assert_eq!(sdk.get(&file(&key)).await.status, 200);
        team.owner.form(&format!("{}/delete", product.path), &[("confirm", "Storefront")]).await.leads_to();
        assert_eq!(sdk.get(&file(&key)).await.status, 404);

        let product = server.product(&team, "Other").await;
        let key = primary(&team.owner, &product, &product.test).await;
        soon("a new product", async || sdk.get(&file(&key)).await.status == 200).await;
        team.owner.form(&format!("{}/delete", product.path), &[("confirm", "Other")]).await.leads_to();
        assert_eq!(sdk.get(&file(&key)).await.status, 404);
    }

    async fn keys_are_for_those_who_may_see_them(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let who = async |name: &str, switches: &[Permission], access: Access| {
            let person = server.person(name).await;
            let group = server.group(&product, name, switches, &[(&product.test, Access::Full), (&product.production, access)]).await;
            server.put_in(&product, group, &person).await;
            person
        };
        let (test, production) = (keys(&product, &product.test), keys(&product, &product.production));
        let outsider = who("outsider", &[Permission::SdkKeyRead, Permission::SdkKeyRotate], Access::None).await;
        outsider.get(&production).await.refused(404);
        outsider.post(&production, json!({})).await.refused(404);
        let seen = outsider.get(&test).await.ok();
        assert!(seen["primary"]["key"].is_string());
        assert!(seen["primary"].get("uses").is_none(), "how often it is used is another permission");
        let page = outsider.get(&format!("{}/configs/{}/keys", product.path, product.config)).await.page();
        let hidden = primary(&team.owner, &product, &product.production).await;
        assert!(page.contains(seen["primary"]["key"].as_str().unwrap()) && !page.contains(&hidden));
        assert!(page.contains("Production"), "that there is such an environment is no secret");

        let reader = who("reader", &[Permission::SdkKeyRead], Access::ReadOnly).await;
        reader.get(&production).await.ok();
        reader.post(&production, json!({})).await.refused(403);
        let unswitched = who("unswitched", &[], Access::Full).await;
        unswitched.get(&production).await.refused(403);
        let page = unswitched.get(&format!("{}/configs/{}/keys", product.path, product.config)).await.page();
        assert!(!page.contains("configcat-sdk-1/"));
        let stranger = server.person("stranger").await;
        stranger.get(&production).await.refused(404);
        team.member.get(&production).await.refused(404);
    }

    async fn uses_are_counted_and_shown(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let key = primary(&team.owner, &product, &product.production).await;
        let sdk = server.anonymous();
        for _ in 0..3 {
            sdk.send(Method::GET, &file(&key), |request| request.header("x-configcat-useragent", "ConfigCat-Python/a-10.0.1")).await.ok();
        }
        sdk.get(&format!("{}?sdk=ConfigCat-UnifiedJS-Browser%2Fm-1.1.0", file(&key))).await.ok();
        let path = keys(&product, &product.production);
        assert_eq!(team.owner.get(&path).await.ok()["primary"]["uses"], json!([]), "nothing is written for each request");
        sdk_keys::note_uses(Mint::new(&server.app, Way::System)).await.unwrap();
        let counted = json!([{ "agent": "Python 10.0.1", "requests": 3 }, { "agent": "UnifiedJS-Browser 1.1.0", "requests": 1 }]);
        let shown = team.owner.get(&path).await.ok();
        assert_eq!(shown["primary"]["uses"], counted);
        assert!(shown["primary"]["lastSeenAt"].is_string());

        sdk.send(Method::GET, &file(&key), |request| request.header("x-configcat-useragent", "ConfigCat-Python/m-10.0.1")).await.ok();
        sdk_keys::note_uses(Mint::new(&server.app, Way::System)).await.unwrap();
        assert_eq!(team.owner.get(&path).await.ok()["primary"]["uses"][0]["requests"], 4, "they are added up");
        let page = team.owner.get(&format!("{}/configs/{}/keys", product.path, product.config)).await.page();
        assert!(page.contains("Python 10.0.1") && page.contains("5 requests in the last hour"), "{page}");

        // A key that is in use is not taken away by the way.
        let revoke = format!("{}/configs/{}/keys/{}/revoke", product.path, product.config, product.production);
        team.owner.post(&path, json!({})).await.ok();
        let asked = team.owner.form(&revoke, &[("which", "primary")]).await;
        assert_eq!(asked.status, 422);
        assert!(asked.text.contains("5 requests in the last hour"));
        team.owner.form(&revoke, &[("which", "primary"), ("confirm", "Production")]).await.leads_to();
        sdk.get(&file(&key)).await.refused(404);
        server.later(burgee::clock::DAY + burgee::clock::HOUR);
        assert_eq!(team.owner.get(&path).await.ok()["primary"]["uses"], json!([]));
    }

    async fn a_page_rotates_keys(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        server.setting(&product, "newCheckout", 0, r#"{"default":{"b":false}}"#).await;
        let page = format!("{}/configs/{}/keys", product.path, product.config);
        let at = format!("{page}/{}", product.test);
        for (act, which) in [("rotate", ""), ("promote", ""), ("revoke", "secondary")] {
            team.owner.get(format!("{at}/{act}?which={which}").trim_end_matches("?which=")).await.page();
            assert_eq!(team.owner.form(&format!("{at}/{act}"), &[("which", which)]).await.leads_to(), page);
        }
        assert_eq!(team.owner.form(&format!("{at}/promote"), &[]).await.status, 422);
        assert_eq!(team.owner.form(&format!("{at}/revoke"), &[("which", "primary")]).await.status, 422, "the last one stays");
        let shown = team.owner.get(&format!("{page}?environment={}&sdk=python", product.production)).await.page();
        let key = primary(&team.owner, &product, &product.production).await;
        let code = format!("configcatclient.get(&#39;{key}&#39;, ConfigCatOptions(base_url=&#39;{}&#39;))", server.base);
        assert!(shown.contains(&code), "{shown}");
        assert!(shown.contains("newCheckout"), "the sample asks for a flag that there is");
        let log = team.owner.get(&format!("/team/{}/audit-log", team.slug)).await.page();
        for words in ["made a secondary SDK key for", "the primary one in", "took away the secondary SDK key of"] {
            assert!(log.contains(words), "{words}");
        }
        assert!(!log.contains("configcat-sdk-1"), "a log holds no keys");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_serve_what_others_change() {
    let server = Server::postgres().await;
    let node = server.beside().await;
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let path = keys(&product, &product.production);
    let there = Client::new(&node.base);
    let works = async |key: &str| there.get(&file(key)).await.status == 200;
    let first = primary(&team.owner, &product, &product.production).await;
    soon("a new product on the other node", async || works(&first).await).await;

    let second = team.owner.post(&path, json!({})).await.ok()["key"].as_str().unwrap().to_owned();
    let took = soon("a new key on the other node", async || works(&second).await).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    team.owner.delete(&format!("{path}/primary")).await.ok();
    let took = soon("the end of a key on the other node", async || !works(&first).await).await;
    assert!(took < Duration::from_secs(1), "{took:?}");

    let flag = server.flag(&team, &product, "newCheckout").await;
    let shows = async |on: bool| there.get(&file(&second)).await.ok()["f"]["newCheckout"]["v"]["b"] == on;
    soon("a new flag on the other node", async || shows(false).await).await;
    for on in [true, false] {
        server.flip(&team.owner, &product, flag, &product.production, on).await;
        let took = soon("a switch on the other node", async || shows(on).await).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
    }

    // A change that nobody announces is found by looking.
    server.formula(&product, flag, &product.production, r#"{"default":{"b":true}}"#).await;
    let took = soon("a new value on the other node", async || shows(true).await).await;
    assert!(took < Duration::from_millis(1500), "{took:?}");

    team.owner.form(&format!("{}/delete", product.path), &[("confirm", "Storefront")]).await.leads_to();
    let took = soon("the end of the product on the other node", async || !works(&second).await).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_of_another_site_may_read_it() {
    let server = Server::sqlite().await;
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let key = primary(&team.owner, &product, &product.test).await;
    let foreign = |request: reqwest::RequestBuilder| {
        request.header(header::ORIGIN, "https://shop.example").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "cors")
    };
    let answer = team.owner.send(Method::GET, &file(&key), foreign).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers.get("set-cookie").is_none());
    assert!(answer.headers.get("access-control-allow-credentials").is_none(), "no cookie of a person belongs here");
}
