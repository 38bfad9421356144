//! What holds for every request, whatever it asks for: addresses of clients, spellings of paths, answers without a body, challenges.

use reqwest::{Method, header};

use crate::support::{Answer, Client, PASSWORD, Server};

fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn sdk_key(server: &Server) -> String {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    server.setting(&product, "on", 0, r#"{"default":{"b":true}}"#).await;
    let path = format!("/api/v1/products/{}/configs/{}/environments/{}/sdk-keys", product.id, product.config, product.production);
    team.owner.get(&path).await.ok()["primary"]["key"].as_str().unwrap().to_owned()
}

/// The headers of an answer that do not differ from one request to the next.
fn lasting(answer: &Answer) -> Vec<(String, String)> {
    // How a body is sent is said where there is one.
    let passing = [header::DATE.as_str(), header::TRANSFER_ENCODING.as_str(), "x-request-id"];
    let headers = answer.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str()));
    headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_surface_speaks_the_same_http() {
    let server = Server::sqlite_with(|_| {}).await;
    let key = sdk_key(&server).await;
    let token = server.token(&server.admin, false).await;
    let nobody = server.anonymous();
    let file = format!("/configuration-files/{key}/config_v6.json");
    let as_application = |request: reqwest::RequestBuilder| request.bearer_auth(&key).body("{}");

    // A base URL that ends with a slash.
    for path in ["/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/on"] {
        for spelling in [format!("/{path}"), format!("{path}/"), path.replace("/evaluate", "//evaluate")] {
            nobody.send(Method::POST, &spelling, as_application).await.ok();
            assert_eq!(nobody.send(Method::OPTIONS, &spelling, |request| request).await.status, 204, "{spelling}");
        }
    }
    for (client, path) in
        [(&token, "/v1/me"), (&token, "/v1/organizations"), (&token, "/api/v1/user"), (&nobody, &*file), (&nobody, "/docs/api")]
    {
        let plain = client.get(path).await.page();
        for spelling in [format!("/{path}"), format!("///{path}/"), format!("{path}//")] {
            assert_eq!(client.get(&spelling).await.page(), plain, "{spelling}");
        }
    }
    let elsewhere = nobody.get("//evil.example/nowhere//").await;
    assert!(elsewhere.status == 404 && !elsewhere.text.contains("//evil.example"), "{}", elsewhere.text);

    // HEAD says what GET says.
    let stylesheet = burgee::ui::assets::APP_CSS;
    for path in [
        "/sign-in",
        "/nowhere",
        "/docs/api",
        stylesheet,
        "/healthz",
        "/api/v1/user",
        "/v1/me",
        "/api/nowhere",
        "/team/harbor/overview",
        &file,
    ] {
        for coding in ["identity", "gzip", "br, gzip"] {
            let accept = |request: reqwest::RequestBuilder| request.header("accept-encoding", coding);
            let get = nobody.send(Method::GET, path, accept).await;
            let head = nobody.send(Method::HEAD, path, accept).await;
            assert_eq!((head.status, lasting(&head)), (get.status, lasting(&get)), "{path} {coding}");
            assert_eq!(head.text, "");
        }
    }

    // 304 and 204 say nothing of a body.
    let etag = text(&nobody.get(&file).await, "etag").to_owned();
    let all = "/ofrep/v1/evaluate/flags";
    let evaluated = text(&nobody.send(Method::POST, all, as_application).await, "etag").to_owned();
    for (method, path, etag) in [(Method::GET, &*file, &etag), (Method::HEAD, &*file, &etag), (Method::POST, all, &evaluated)] {
        let known = nobody.send(method, path, |request| as_application(request).header("if-none-match", etag)).await;
        assert_eq!((known.status.as_u16(), text(&known, "etag")), (304, &**etag), "{path}");
        for name in ["content-type", "content-length", "content-encoding"] {
            assert_eq!(text(&known, name), "", "{path}: {name}");
        }
    }

    // What programs ask is told how to show who they are; a browser is never made to ask for a password.
    let program = server.anonymous();
    let refused = [
        program.get("/api/v1/user").await,
        program.get("/v1/me").await,
        program.get("/v2/nowhere").await,
        program.send(Method::POST, all, |request| request.bearer_auth("none").body("{}")).await,
        program.get("/ofrep/v1/events").await,
        program.with_pair("ada", PASSWORD).get("/api/v1/user").await,
    ];
    for answer in refused.iter().filter(|answer| answer.status != 404) {
        assert_eq!((answer.status.as_u16(), text(answer, "www-authenticate")), (401, "Bearer"), "{}", answer.asked);
    }
    let page = program.get("/team/harbor/overview").await;
    assert_eq!((page.status.as_u16(), text(&page, "www-authenticate")), (303, ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_canonical() {
    let server = Server::everywhere(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]).await;
    server.account("kim").await;
    let signed_in_from = async |forwarded: &[&str]| {
        let kim = Client::new(&server.base);
        let body = serde_json::json!({ "username": "kim", "password": PASSWORD });
        let forwarded = |request: reqwest::RequestBuilder| {
            forwarded.iter().fold(request.json(&body), |request, line| request.header("x-forwarded-for", *line))
        };
        kim.send(Method::POST, "/account/login", forwarded).await.ok();
        server.value::<String>("SELECT address FROM sessions ORDER BY created_at DESC, id DESC LIMIT 1", vec![]).await
    };
    assert_eq!(signed_in_from(&[]).await, "127.0.0.1", "on a socket of IPv6");
    assert_eq!(signed_in_from(&["192.0.2.66, 203.0.113.7:51234"]).await, "203.0.113.7");
    assert_eq!(signed_in_from(&["192.0.2.66", "[2001:db8::7]:51234"]).await, "2001:db8::7");
    assert_eq!(signed_in_from(&["192.0.2.66, ::ffff:203.0.113.8"]).await, "203.0.113.8");
    assert_eq!(signed_in_from(&["192.0.2.66, unknown"]).await, "127.0.0.1", "what the client chose is not believed");
}
