//! What holds for every request, whatever it asks for: addresses of clients, spellings of paths, answers without a body, challenges, and limits.

use std::time::{Duration, Instant};

use reqwest::{Method, header};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

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

/// What a server says on a connection until it closes it, and how long that took.
async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut read = vec![];
    // A connection that is reset is closed too.
    let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut read)).await;
    assert!(closed.is_ok(), "it stays open after {:?}", String::from_utf8_lossy(&read));
    (String::from_utf8_lossy(&read).into_owned(), begun.elapsed())
}

async fn connect(server: &Server, sends: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(sends.as_bytes()).await.unwrap();
    stream
}

/// The beginning of HTTP/2 without a request: the preface and empty settings.
const HTTP2: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_has_an_end() {
    let server = Server::sqlite_with(|config| {
        let limits = &mut config.limits;
        (limits.first_request, limits.idle) = (Duration::from_millis(300), Duration::from_millis(600));
        (limits.body, limits.stalled) = (Duration::from_millis(300), Duration::from_millis(400));
    })
    .await;
    let key = sdk_key(&server).await;
    let mut events = server.anonymous().listen(&format!("/ofrep/v1/events?key={key}")).await;

    let closes = async |sends: &str, answers: &str, after: Duration| {
        let (said, took) = until_closed(&mut connect(&server, sends).await).await;
        assert!(said.starts_with(answers), "{sends:?}: {said}");
        assert!(took >= after - Duration::from_millis(50) && took < after * 2 + Duration::from_secs(2), "{sends:?}: {took:?}");
    };
    let half_a_body = format!(
        "POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 50\r\n\r\n{{\"context\":"
    );
    let login = "POST /account/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    let (first, idle, body) = (Duration::from_millis(300), Duration::from_millis(600), Duration::from_millis(300));
    tokio::join!(
        closes("", "", first),
        closes("GET /healthz HTTP/1.1\r\nhost:", "", first),
        closes("PRI * HTTP", "", first),
        closes(HTTP2, "", first),
        closes("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "HTTP/1.1 200", idle),
        closes("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /heal", "HTTP/1.1 200", idle),
        closes(&half_a_body, "HTTP/1.1 408", body),
        closes(login, "HTTP/1.1 408", body),
    );

    // A head that arrives in drops, and a client that takes nothing of what it asks for.
    let mut drops = connect(&server, "GET /healthz HTTP/1.1\r\n").await;
    let dripping = async {
        let begun = Instant::now();
        while drops.write_all(b"x-drop: 1\r\n").await.is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(3), "it stays open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut deaf = connect(&server, &format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", burgee::ui::assets::APP_CSS).repeat(400)).await;
    let stalled = async {
        tokio::time::sleep(Duration::from_millis(1200)).await;
        until_closed(&mut deaf).await
    };
    let ((), (said, _)) = tokio::join!(dripping, stalled);
    assert!(said.matches("HTTP/1.1 200").count() < 400, "the rest was given up");

    // A stream lasts longer than all of that.
    let team = server.anonymous();
    events.is_quiet().await;
    assert_eq!(team.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_leaves_room_for_others() {
    let server = Server::sqlite_with(|config| {
        config.trusted_proxies = vec!["127.0.0.2/32".parse().unwrap()];
        let limits = &mut config.limits;
        (limits.connections, limits.connections_per_address) = (40, 20);
        (limits.streams_per_key, limits.streams_per_address) = (4, 3);
    })
    .await;
    let key = sdk_key(&server).await;
    let address = server.base.strip_prefix("http://").unwrap().parse::<std::net::SocketAddr>().unwrap();
    let from = async |local: &str| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{local}:0").parse().unwrap()).unwrap();
        socket.connect(address).await.unwrap()
    };
    let answers = async |stream: &mut TcpStream, request: &str| {
        let _ = stream.write_all(format!("{request} HTTP/1.1\r\nhost: x\r\n").as_bytes()).await;
        let _ = stream.write_all(b"\r\n").await;
        let mut said = [0; 1024];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut said)).await.expect("no answer").unwrap_or(0);
        String::from_utf8_lossy(&said[..read]).into_owned()
    };

    // Connections: as many as one address may have, and no more; a proxy stands for many.
    let mut held = vec![];
    for _ in 0..20 {
        let mut stream = from("127.0.0.3").await;
        assert!(answers(&mut stream, "GET /healthz").await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    assert_eq!(answers(&mut from("127.0.0.3").await, "GET /healthz").await, "", "one too many");
    assert!(answers(&mut from("127.0.0.4").await, "GET /healthz").await.starts_with("HTTP/1.1 200"), "another address");
    drop(held);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(answers(&mut from("127.0.0.3").await, "GET /healthz").await.starts_with("HTTP/1.1 200"), "what was closed makes room");
    let mut proxied = vec![];
    for _ in 0..25 {
        let mut stream = from("127.0.0.2").await;
        assert!(answers(&mut stream, "GET /healthz").await.starts_with("HTTP/1.1 200"));
        proxied.push(stream);
    }
    drop(proxied);
    tokio::time::sleep(Duration::from_millis(100)).await;

    // Streams: by address, which a proxy forwards, and by key.
    let listens = format!("GET /ofrep/v1/events?key={key}");
    let mut streams = vec![];
    for client in ["203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2"] {
        let mut stream = from("127.0.0.2").await;
        let said = answers(&mut stream, &format!("{listens} HTTP/1.1\r\nx-forwarded-for: {client}\r\nx-rest:")).await;
        assert!(said.starts_with("HTTP/1.1 200"), "{client}: {said}");
        streams.push(stream);
    }
    for client in ["203.0.113.1", "203.0.113.3"] {
        let said = answers(&mut from("127.0.0.2").await, &format!("{listens} HTTP/1.1\r\nx-forwarded-for: {client}\r\nx-rest:")).await;
        assert!(said.starts_with("HTTP/1.1 429") && said.contains("retry-after: "), "{client}: {said}");
    }
    drop(streams);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(answers(&mut from("127.0.0.2").await, &listens).await.starts_with("HTTP/1.1 200"), "what was closed makes room");
}
