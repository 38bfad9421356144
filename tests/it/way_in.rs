//! What guards the way in: tokens, passwords, other sites, headers, and the set-up of a fresh instance.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, header},
};
use burgee::{
    app,
    authn::throttle::Throttle,
    authz::App,
    clock::{Clock, DAY, HOUR},
    config::{Config, MailTarget},
    db::Target,
    limits::Limits,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;

use crate::support::{Client, PASSWORD, Server, folder, on_both};

/// An instance that nobody has set up, behind https; requests go straight in.
struct Fresh {
    app: App,
    folder: PathBuf,
}

struct Said {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

impl Fresh {
    async fn start(public_url: &str) -> Self {
        let folder = folder();
        let config = Config {
            listen: "127.0.0.1:1".parse().unwrap(),
            public_url: public_url.parse().unwrap(),
            data_dir: folder.clone(),
            database: Target::Sqlite(folder.join("burgee.db")),
            mail: MailTarget::Off,
            mail_from: "burgee@example.com".into(),
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            api_rate_limit: 0,
            private_targets: false,
            kept_heads: None,
            limits: Limits::default(),
            log: "off".into(),
        };
        let clock = Clock::Manual(Arc::new(1_795_338_000_000.into()));
        Self { app: App::open(config, clock, Throttle::new(false)).await.unwrap(), folder }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Said {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4000))));
        let response = app::router(self.app.clone()).oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 10_000_000).await.unwrap();
        Said { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn setup_path(&self) -> String {
        let link = burgee::people::setup_link(&self.app).await.unwrap().unwrap();
        link.strip_prefix(&*self.app.config.public_url).unwrap().to_owned()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Said {
    fn cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    fn cookie(&self, name: &str) -> &str {
        self.cookies()
            .into_iter()
            .find(|line| line.starts_with(&format!("{name}=")))
            .unwrap_or_else(|| panic!("{name} in {:?}", self.cookies()))
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const ADA: &str = "username=ada&name=Ada&email=ada%40example.com&password=seventeen+lanterns+on+the+pier";

#[tokio::test]
async fn the_set_up_link_works_once_and_cookies_insist_on_https() {
    let fresh = Fresh::start("https://burgee.example").await;
    let first = fresh.ask("GET", "/", &[], "").await;
    assert!(first.text.contains("not set up"), "{}", first.text);
    for closed in ["/setup", "/setup/guess"] {
        assert_eq!(fresh.ask("GET", closed, &[], "").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(fresh.ask("POST", "/setup", &[FORM], ADA).await.status, StatusCode::NOT_FOUND);
    let older = fresh.setup_path().await;
    let path = fresh.setup_path().await;
    assert_eq!(fresh.ask("GET", &older, &[], "").await.status, StatusCode::NOT_FOUND, "a restart replaces the link");

    let opened = fresh.ask("GET", &path, &[], "").await;
    assert_eq!((opened.status, &opened.headers[header::LOCATION]), (StatusCode::SEE_OTHER, &"/setup".parse().unwrap()));
    let line = opened.cookie("__Host-burgee_setup");
    assert!(line.contains("; HttpOnly") && line.contains("; Secure") && line.contains("; Path=/"), "{line}");
    let proof = ("cookie", line.split(';').next().unwrap());
    assert_eq!(fresh.ask("GET", "/setup", &[proof], "").await.status, StatusCode::OK);
    let wrong = fresh.ask("POST", "/setup", &[proof, FORM], "username=admin&name=&email=ada&password=short").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = fresh.ask("POST", "/setup", &[proof, FORM], ADA).await;
    assert_eq!((done.status, &done.headers[header::LOCATION]), (StatusCode::SEE_OTHER, &"/team/create".parse().unwrap()));
    let line = done.cookie("__Host-burgee");
    assert!(
        ["; HttpOnly", "; Secure", "; Path=/;", "; SameSite=Lax"].iter().all(|part| line.contains(part)) && !line.contains("Domain"),
        "{line}"
    );
    let session = ("cookie", line.split(';').next().unwrap());
    let me = fresh.ask("GET", "/api/v1/user", &[session], "").await;
    let me: serde_json::Value = serde_json::from_str(&me.text).unwrap();
    assert_eq!((&me["username"], &me["admin"]), (&json!("ada"), &json!(true)));

    // From now on there is no set-up, for nobody.
    for path in [path.as_str(), "/setup"] {
        assert_eq!(fresh.ask("GET", path, &[proof], "").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(fresh.ask("POST", "/setup", &[proof, FORM], ADA).await.status, StatusCode::NOT_FOUND);
    assert!(burgee::people::setup_link(&fresh.app).await.unwrap().is_none());
    // A cookie without the prefix is not the session.
    let plain = session.1.replace("__Host-burgee", "burgee");
    assert_eq!(fresh.ask("GET", "/api/v1/user", &[("cookie", &plain)], "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_answer_carries_its_guards() {
    let fresh = Fresh::start("https://burgee.example").await;
    for path in ["/", "/sign-in", "/api/v1/user", "/nowhere", "/api/v1/nowhere", "/healthz", "/docs/api", "/avatar/x"] {
        let said = fresh.ask("GET", path, &[], "").await;
        let header = |name: &str| said.headers.get(name).unwrap_or_else(|| panic!("{path}: no {name}")).to_str().unwrap();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin", "no-referrer makes browsers send `Origin: null` with our own forms");
        assert_eq!(header("strict-transport-security"), "max-age=63072000", "for two years and this host alone, as docs/hosting.md says");
        assert!(header("x-request-id").len() == 36);
        for inline in ["<script>", " style=\"", " onclick=", "javascript:"] {
            assert!(!said.text.contains(inline), "{path} holds {inline}");
        }
    }
    let page = fresh.ask("GET", "/sign-in", &[], "").await;
    assert_eq!(page.headers[header::CACHE_CONTROL], "private, no-store");
    let plain = Fresh::start("http://burgee.example").await;
    assert!(!plain.ask("GET", "/", &[], "").await.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_owner_is_let_in() {
    let fresh = Fresh::start("https://burgee.example").await;
    let path = fresh.setup_path().await;
    let opened = fresh.ask("GET", &path, &[], "").await;
    let proof = ("cookie", opened.cookie("__Host-burgee_setup").split(';').next().unwrap());
    let home = ("x-forwarded-for", "203.0.113.7");
    assert_eq!(fresh.ask("POST", "/setup", &[proof, FORM, home], ADA).await.status, StatusCode::SEE_OTHER);

    let json = ("content-type", "application/json");
    let guess = json!({ "username": "ada", "password": "a guess that is wrong" }).to_string();
    let mut statuses = vec![];
    for _ in 0..2 {
        let tries = (0..12).map(|n| {
            let (fresh, guess) = (&fresh, guess.clone());
            let from = format!("198.51.100.{n}");
            async move { fresh.ask("POST", "/account/login", &[json, ("x-forwarded-for", &from)], guess).await }
        });
        for said in futures_of(tries).await {
            if said.status == StatusCode::TOO_MANY_REQUESTS {
                let after: u64 = said.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
                assert!((1..=60).contains(&after), "{after}");
            }
            statuses.push(said.status);
        }
    }
    let slowed = statuses.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count();
    assert!(slowed >= 2, "24 guesses from 12 addresses: {statuses:?}");
    let right = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let stranger = fresh.ask("POST", "/account/login", &[json, ("x-forwarded-for", "198.51.100.99")], right.clone()).await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS, "from an unknown address the account is closed for a while");
    let owner = fresh.ask("POST", "/account/login", &[json, home], right).await;
    assert_eq!(owner.status, StatusCode::OK, "from where it was used before it is open: {}", owner.text);

    // Nobody invites without measure.
    let session = ("cookie", owner.cookie("__Host-burgee").split(';').next().unwrap());
    let team = fresh.ask("POST", "/api/v1/teams", &[session, json], "{\"name\":\"Harbor\"}").await;
    let team: serde_json::Value = serde_json::from_str(&team.text).unwrap();
    let many = json!({ "user": (0..100).map(|n| format!("nobody{n}")).collect::<Vec<_>>().join(" ") }).to_string();
    let path = format!("/api/v1/teams/{}/invitations", team["id"].as_str().unwrap());
    let mut statuses = vec![];
    for _ in 0..3 {
        statuses.push(fresh.ask("POST", &path, &[session, json], many.clone()).await);
    }
    assert_eq!(statuses.iter().map(|said| said.status.as_u16()).collect::<Vec<_>>(), [200, 200, 429]);
    assert!(statuses[2].headers.contains_key(header::RETRY_AFTER));
}

/// All of these at the same moment.
async fn futures_of<F: Future<Output = Said>>(tries: impl Iterator<Item = F>) -> Vec<Said> {
    let mut tries: Vec<_> = tries.map(Box::pin).collect();
    let mut said = vec![];
    std::future::poll_fn(|context| {
        tries.retain_mut(|task| match task.as_mut().poll(context) {
            std::task::Poll::Ready(done) => {
                said.push(done);
                false
            }
            std::task::Poll::Pending => true,
        });
        if tries.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    said
}

/// What a browser says of a request that it sends.
async fn told(client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> u16 {
    let answer = client.send(method, path, |request| headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)));
    answer.await.status.as_u16()
}

on_both! {
    async fn another_site_cannot_use_the_cookie(server) {
        let kim = server.person("kim").await;
        let ours = server.base.clone();
        let host = ours.strip_prefix("http://").unwrap().to_owned();
        for refused in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "cross-site"), ("origin", ours.as_str())],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
        ] {
            for path in ["/sign-out", "/account/theme", "/account/sessions/end-others", "/account/logout", "/api/v1/teams"] {
                assert_eq!(told(&kim, Method::POST, path, &refused).await, 403, "{path} {refused:?}");
            }
            assert_eq!(told(&kim, Method::DELETE, "/api/v1/user", &refused).await, 403, "{refused:?}");
        }
        let upgrade = [("upgrade", "websocket"), ("connection", "upgrade"), ("origin", "https://evil.example")];
        assert_eq!(told(&kim, Method::GET, "/api/v1/user", &upgrade).await, 403);
        kim.get("/api/v1/user").await.ok();
        // A link from elsewhere may be followed, and our own pages work.
        assert_eq!(told(&kim, Method::GET, "/account", &[("sec-fetch-site", "cross-site")]).await, 200);
        let token = server.token(&kim, false).await;
        let create = |client: &Client, name: &str, headers: Vec<(&'static str, String)>| {
            let (client, body) = (client.clone(), json!({ "name": name }));
            async move {
                let with = |request: reqwest::RequestBuilder| headers.into_iter().fold(request.json(&body), |r, (n, v)| r.header(n, v));
                client.send(Method::POST, "/api/v1/teams", with).await
            }
        };
        create(&kim, "one", vec![("sec-fetch-site", "same-origin".into())]).await.ok();
        create(&kim, "two", vec![("origin", ours.clone()), ("host", host)]).await.ok();
        create(&token, "three", vec![("sec-fetch-site", "cross-site".into())]).await.ok();
    }

    async fn a_token_does_no_more_than_its_owner_and_never_lets_anybody_in(server) {
        let team = server.team("Harbor").await;
        let kim = server.join(&team, "kim", 50).await;
        let made = kim.post("/api/v1/user/tokens", json!({ "name": "reader", "readOnly": true })).await.ok();
        let secret = made["token"].as_str().unwrap();
        let reader = kim.with_token(secret);
        let writer = server.token(&kim, false).await;
        let list = kim.get("/api/v1/user/tokens").await;
        assert!(!list.text.contains(secret), "a token is shown once");
        assert_eq!(list.ok()["tokens"][1]["lastUsedAt"], json!(null));
        assert!(!kim.get("/account/tokens").await.page().contains(secret));

        let path = format!("/api/v1/teams/{}", team.id);
        reader.get(&path).await.ok();
        server.note_seen().await;
        assert!(kim.get("/api/v1/user/tokens").await.ok()["tokens"][1]["lastUsedAt"].is_string());
        for answer in [
            reader.put(&path, json!({ "name": "Pier" })).await,
            reader.delete(&path).await,
            reader.post("/api/v1/teams", json!({ "name": "Pier" })).await,
            reader.post(&format!("{path}/invitations"), json!({ "user": "ada" })).await,
            reader.delete(&format!("{path}/members/{}", team.member.id)).await,
            reader.put("/api/v1/user", json!({ "name": "Kim K." })).await,
            reader.form("/team/harbor/settings", &[("name", "Pier"), ("slug", "pier")]).await,
        ] {
            answer.refused(403);
        }
        writer.put(&path, json!({ "name": "Pier" })).await.ok();

        // No token handles credentials, not even an administrator's.
        let boss = server.token(&server.admin, false).await;
        let sessions = kim.get("/api/v1/user/sessions").await.ok();
        let session = sessions["sessions"][0]["id"].as_str().unwrap();
        let password = json!({ "old_password": PASSWORD, "password": "nine quiet ferries at dusk" });
        for answer in [
            writer.post("/api/v1/user/tokens", json!({ "name": "more" })).await,
            writer.delete(&format!("/api/v1/user/tokens/{}", made["id"].as_str().unwrap())).await,
            writer.put("/api/v1/user/change_password", password.clone()).await,
            writer.put("/api/v1/user", json!({ "email": "other@example.com", "password": PASSWORD })).await,
            writer.delete(&format!("/api/v1/user/sessions/{session}")).await,
            writer.form("/account/sessions/end-others", &[]).await,
            writer.form("/account/email", &[("email", "other@example.com"), ("password", PASSWORD)]).await,
            writer.form("/account/delete", &[("confirm", "kim"), ("password", PASSWORD)]).await,
            writer.send(Method::DELETE, "/api/v1/user", |request| request.json(&json!({ "username": "kim", "password": PASSWORD }))).await,
            boss.put(&format!("/api/v1/users/{}", server.admin.id), json!({ "email": "other@example.com" })).await,
            boss.put(&format!("/api/v1/users/{}", kim.id), json!({ "email": "other@example.com" })).await,
            boss.form(&format!("/admin/people/{}/reset-password", kim.id), &[]).await,
        ] {
            answer.refused(403);
        }
        // It opens no accounts, whose passwords it would know, and makes nobody an administrator.
        let account = |name: &str, admin: bool| {
            let email = format!("{name}@example.com");
            json!({ "username": name, "name": name, "email": email, "password": PASSWORD, "isAdmin": admin })
        };
        let opened = [
            boss.post("/api/v1/users", account("newcomer", false)).await,
            boss.post("/api/v1/users", account("usurper", true)).await,
            boss.form("/admin/people/new", &[("username", "usurper"), ("name", "U"), ("email", "u@example.com"), ("password", PASSWORD)]).await,
        ];
        for opens in opened {
            assert!(opens.text.contains("A token cannot handle credentials"), "{}", opens.text);
            opens.refused(403);
        }
        for promotes in [
            boss.put(&format!("/api/v1/users/{}", kim.id), json!({ "admin": true })).await,
            boss.form(&format!("/admin/people/{}/promote", kim.id), &[]).await,
        ] {
            assert!(promotes.text.contains("make anybody an administrator"), "{}", promotes.text);
            promotes.refused(403);
        }
        let usernames = server.admin.get("/api/v1/users?limit=100").await.page();
        assert!(!usernames.contains("newcomer") && !usernames.contains("usurper"));
        boss.put(&format!("/api/v1/users/{}", kim.id), json!({ "admin": false, "name": "Kim the Second" })).await.ok();
        server.work().await;
        assert!(server.mails().await.iter().all(|mail| mail.to != "other@example.com"));

        // It holds what its owner holds now.
        team.owner.put(&format!("{path}/members/{}", kim.id), json!({ "role": 30 })).await.ok();
        writer.put(&path, json!({ "name": "Quay" })).await.refused(403);
        team.owner.delete(&format!("{path}/members/{}", kim.id)).await.ok();
        writer.get(&path).await.refused(404);

        // It ends when it is revoked, when its time is up, and it does not fall back to a cookie.
        kim.delete(&format!("/api/v1/user/tokens/{}", made["id"].as_str().unwrap())).await.ok();
        reader.get("/api/v1/user").await.refused(401);
        team.owner.delete("/api/v1/user/tokens/not-an-id").await.refused(404);
        assert_eq!(told(&kim, Method::GET, "/api/v1/user", &[("authorization", "Bearer bgp_wrong")]).await, 401);
        assert_eq!(told(&kim, Method::GET, "/api/v1/user", &[("authorization", "Basic a2ltOng=")]).await, 401);
        server.later(13 * DAY);
        writer.get("/api/v1/user").await.ok();
        server.later(17 * DAY);
        writer.get("/api/v1/user").await.refused(401);
    }

    async fn a_token_ends_within_a_year(server) {
        let make = async |ends: i64| {
            let now = burgee::clock::Time(1_795_338_000_000);
            server.admin.post("/api/v1/user/tokens", json!({ "name": "x", "expiresAt": now.plus(ends).iso() })).await
        };
        for wrong in [0, -HOUR, 367 * DAY] {
            assert!(make(wrong).await.refused(400)["errors"]["expiresAt"].is_string());
        }
        make(365 * DAY).await.ok();
        for wrong in [json!({ "name": "x", "expiresAt": "soon" }), json!({ "name": "", "expiresAt": null }), json!({ "name": "a\nb" })] {
            server.admin.post("/api/v1/user/tokens", wrong).await.refused(400);
        }
        let fields = [("name", "ci"), ("expires", "8"), ("read_only", "on")];
        assert_eq!(server.admin.form("/account/tokens", &fields).await.status.as_u16(), 422);
        let page = server.admin.form("/account/tokens", &[("name", "ci"), ("expires", "7"), ("read_only", "on")]).await;
        assert_eq!(page.status.as_u16(), 201);
        assert!(page.page().contains("bgp_"));
    }

    async fn passwords_are_long_and_taken_whole(server) {
        let create = async |username: &str, password: &str| {
            let body = json!({ "username": username, "name": username, "email": format!("{username}@example.com"), "password": password });
            server.admin.post("/api/v1/users", body).await
        };
        for weak in ["", "short", "fourteen chars", "passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "kim@example.com", "kim-kim-kim-kim"] {
            assert!(create("kim", weak).await.refused(400)["errors"]["password"].is_string(), "{weak}");
        }
        let long = format!("{} {}", PASSWORD, "tugboat ".repeat(20));
        create("long", &long).await.ok();
        let enter = async |username: &str, password: &str| {
            server.anonymous().post("/account/login", json!({ "username": username, "password": password })).await.status.as_u16()
        };
        assert_eq!(enter("long", &long[..long.len() - 1]).await, 401, "nothing is cut off");
        assert_eq!(enter("long", &long).await, 200);
        create("zoe", "caf\u{e9} 七転び八起き lanterns").await.ok();
        assert_eq!(enter("zoe", "cafe\u{301} 七転び八起き lanterns").await, 200, "typed on another system");
        assert_eq!(enter("zoe", &"x".repeat(100_000)).await, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_mail_an_administrator_hands_over_the_link_to_a_new_password() {
    let server = Server::sqlite_with(|config| config.mail = MailTarget::Off).await;
    let kim = server.person("kim").await;
    assert_eq!(kim.get("/api/v1/settings").await.ok()["email"], false);
    let public = server.anonymous().get("/api/v1/settings").await.ok();
    assert_eq!((&public["user:reset-password"], &public["user:signup"]), (&json!(false), &json!(false)));
    server.anonymous().form("/forgot-password", &[("user", "kim")]).await.refused(403);
    let path = format!("/admin/people/{}/reset-password", kim.id);
    server.token(&server.admin, false).await.form(&path, &[]).await.refused(403);
    let page = server.admin.form(&path, &[]).await.page();
    let start = page.find("/reset-password/").unwrap();
    let link: String = page[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect();
    assert_eq!(server.anonymous().form(&link, &[("password", "nine quiet ferries at dusk")]).await.leads_to(), "/sign-in");
    kim.get("/api/v1/user").await.refused(401);
}
