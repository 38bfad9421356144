//! Input that nobody sends by accident: it is refused with a message or taken as text, and never answered with a failure of ours.

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, on_both};

/// Texts that break things elsewhere.
const ODD: &[&str] = &[
    "\0",
    "a\0b",
    "\u{202e}gpj.exe",
    "a\u{200b}b",
    "\u{feff}",
    "\u{fffd}",
    "a\r\nBcc: evil@example.com",
    "\u{1b}[31m",
    "'; DROP TABLE people; --",
    "\\",
    "%",
    "{{7*7}}${7*7}",
    "../../etc/passwd",
    "\u{1F4A5}\u{1F4A5}\u{1F4A5}",
    "NaN",
];

/// Marks that hide or reorder text, and control characters.
fn misleads(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
}

async fn raw(client: &Client, method: Method, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    client.send(method, path, |request| request.header(header::CONTENT_TYPE, kind).body(body)).await
}

async fn json_text(client: &Client, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    raw(client, Method::POST, path, "application/json", body).await
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every field of the API that takes a text, each in a body that would otherwise do.
fn bodies(team: &str, odd: &str) -> Vec<(Method, String, Value)> {
    let person = |field: &str| {
        let mut body = json!({ "username": "somebody", "name": "Somebody", "email": "somebody@example.com", "password": PASSWORD });
        body[field] = json!(odd);
        body
    };
    let own = |field: &str| json!({ field: odd, "password": PASSWORD });
    let (post, put) = (Method::POST, Method::PUT);
    vec![
        (post.clone(), "/account/login".into(), json!({ "username": odd, "password": odd })),
        (post.clone(), "/account/forgot_password".into(), json!({ "email": odd })),
        (post.clone(), "/account/register".into(), person("username")),
        (post.clone(), format!("/account/reset_password/{}", encoded(odd)), json!({ "password": odd })),
        (post.clone(), format!("/account/verify/{}", encoded(odd)), json!({})),
        (post.clone(), "/api/v1/users".into(), person("username")),
        (post.clone(), "/api/v1/users".into(), person("name")),
        (post.clone(), "/api/v1/users".into(), person("email")),
        (post.clone(), "/api/v1/users".into(), person("password")),
        (post.clone(), "/api/v1/teams".into(), json!({ "name": odd })),
        (post.clone(), "/api/v1/teams".into(), json!({ "name": "Pier", "slug": odd })),
        (post.clone(), "/api/v1/teams".into(), json!({ "name": "Pier", "type": odd })),
        (post.clone(), "/api/v1/teams/check-slug".into(), json!({ "slug": odd })),
        (put.clone(), format!("/api/v1/teams/{team}"), json!({ "name": odd })),
        (put.clone(), format!("/api/v1/teams/{team}"), json!({ "slug": odd })),
        (post.clone(), format!("/api/v1/teams/{team}/invitations"), json!({ "user": odd })),
        (post.clone(), format!("/api/v1/teams/{team}/invitations"), json!({ "user": "x", "role": odd })),
        (put.clone(), "/api/v1/user".into(), own("name")),
        (put.clone(), "/api/v1/user".into(), own("username")),
        (put.clone(), "/api/v1/user".into(), own("email")),
        (put.clone(), "/api/v1/user".into(), own("defaultTeam")),
        (put.clone(), "/api/v1/user/change_password".into(), json!({ "old_password": odd, "password": odd })),
        (post.clone(), "/api/v1/user/tokens".into(), json!({ "name": odd })),
        (post, "/api/v1/user/tokens".into(), json!({ "name": "x", "expiresAt": odd })),
        (put, "/api/v1/settings".into(), json!({ "user:tcs-url": odd, odd: true })),
    ]
}

on_both! {
    async fn odd_texts_are_refused_or_stay_text(server) {
        let team = server.team("Harbor").await;
        let (admin, base) = (&server.admin, format!("/api/v1/teams/{}", team.id));
        for odd in ODD {
            for (method, path, body) in bodies(&team.id, odd) {
                let answer = admin.send(method, &path, |request| request.json(&body)).await;
                assert!(answer.status.as_u16() < 500, "{body} {}: {} {}", answer.asked, answer.status, answer.text);
                if misleads(odd) {
                    for path in ["/api/v1/user", &base] {
                        let name = admin.get(path).await.ok()["name"].as_str().unwrap().to_owned();
                        assert!(!misleads(&name), "{body}");
                    }
                }
            }
            // In addresses, too.
            let odd = encoded(odd);
            for path in [
                format!("/api/v1/users?query={odd}"),
                format!("/api/v1/users?cursor={odd}"),
                format!("/api/v1/teams?query={odd}"),
                format!("/api/v1/teams?slug={odd}"),
                format!("/api/v1/teams/slug/{odd}"),
                format!("{base}/audit-log?username={odd}"),
                format!("{base}/audit-log?event={odd}"),
                format!("{base}/audit-log?from=2026-11-22&query={odd}"),
                format!("{base}/audit-log?from={odd}&to={odd}&cursor={odd}"),
                format!("{base}/audit-log/export?event={odd}"),
                format!("{base}/members/{}/why?permission={odd}", team.owner.id),
                format!("/team/harbor/members?search={odd}&role={odd}&after={odd}"),
                format!("/team/harbor/audit-log?person={odd}&search={odd}"),
                format!("/team/harbor/audit-log?action={odd}"),
                format!("/team/harbor/roles?person={odd}&permission={odd}"),
                format!("/team/create/check?slug={odd}"),
                format!("/team/create/check?name={odd}"),
                format!("/team/{odd}/overview"),
                format!("/admin/people?search={odd}"),
                format!("/admin/people?before={odd}"),
                format!("/admin/teams?search={odd}"),
                format!("/invitation/{odd}"),
                format!("/verify/{odd}"),
                format!("/avatar/{odd}"),
                format!("/assets/{odd}"),
                format!("/sign-in?next={odd}"),
                format!("/{odd}"),
            ] {
                let answer = admin.get(&path).await;
                assert!(answer.status.as_u16() < 500, "{}: {} {}", answer.asked, answer.status, answer.text);
            }
            for (path, fields) in [
                ("/sign-in", ["username", "password", "next"]),
                ("/forgot-password", ["user", "x", "y"]),
                ("/team/create", ["name", "slug", "z"]),
                ("/team/harbor/settings", ["name", "slug", "z"]),
                ("/team/harbor/invitations", ["people", "role", "z"]),
                ("/account", ["name", "username", "z"]),
                ("/account/tokens", ["name", "expires", "read_only"]),
                ("/account/theme", ["theme", "next", "z"]),
                ("/admin/people/new", ["username", "name", "email"]),
                ("/admin/settings", ["user:tcs-url", "user:signup", "z"]),
            ] {
                let body = fields.map(|field| format!("{field}={odd}")).join("&");
                let by = if path == "/sign-in" { &server.anonymous() } else { admin };
                let answer = raw(by, Method::POST, path, "application/x-www-form-urlencoded", body).await;
                assert!(answer.status.as_u16() < 500, "{odd} {}: {} {}", answer.asked, answer.status, answer.text);
            }
        }
        for misleading in ODD.iter().filter(|odd| misleads(odd)) {
            admin.post("/api/v1/teams", json!({ "name": misleading, "slug": "misleading" })).await.refused(400);
            admin.put("/api/v1/user", json!({ "name": misleading })).await.refused(400);
            admin.post("/api/v1/user/tokens", json!({ "name": misleading })).await.refused(400);
        }
        admin.get("/api/v1/users").await.ok();
        assert!(
            server.admin.get("/api/v1/admin/mails").await.ok()["mails"]
                .as_array()
                .unwrap()
                .iter()
                .all(|mail| !misleads(mail["to"].as_str().unwrap()))
        );
    }

    async fn bodies_have_a_form_and_a_size(server) {
        let team = server.team("Harbor").await;
        let (owner, base) = (&team.owner, format!("/api/v1/teams/{}", team.id));
        let megabyte = 1024 * 1024;
        let large = json!({ "name": "x".repeat(megabyte) }).to_string();
        assert_eq!(json_text(owner, "/api/v1/teams", large.clone()).await.refused(413)["code"], "too_large");
        json_text(&server.anonymous(), "/account/login", large).await.refused(413);
        let form = format!("name={}", "x".repeat(megabyte));
        raw(owner, Method::POST, "/team/create", "application/x-www-form-urlencoded", form).await.refused(413);
        let just = json!({ "name": "x".repeat(megabyte - 100) }).to_string();
        json_text(owner, "/api/v1/teams", just).await.refused(400);

        for wrong in [
            "".to_owned(),
            "null".into(),
            "[]".into(),
            "7".into(),
            "\"name\"".into(),
            "{".into(),
            "{\"name\":}".into(),
            "{\"name\":\"Pier\"} {}".into(),
            "{\"name\":\"Pier\",\"name\":\"Quay\"}".into(),
            "{\"name\":7}".into(),
            "{\"name\":null}".into(),
            "{\"name\":[\"Pier\"]}".into(),
            "{\"slug\":\"pier\"}".into(),
            "{\"name\":\"Pier\",\"owner\":\"x\"}".into(),
            "{\"name\":\"\\ud800\"}".into(),
            "{\"name\":\"Pier\",\"suspended\":true}".into(),
            "[".repeat(200_000),
            "{\"name\":".repeat(100_000),
        ] {
            let answer = json_text(owner, "/api/v1/teams", wrong.clone()).await.refused(400);
            assert_eq!(answer["code"], "invalid_request", "{}", &wrong[..wrong.len().min(50)]);
            assert!(!answer["error"].as_str().unwrap().is_empty());
        }
        let invalid = b"{\"name\":\"Pi\xffer\"}".to_vec();
        json_text(owner, "/api/v1/teams", invalid).await.refused(400);
        for form in [
            &b"name=Pi%FFer&slug=pier"[..],
            &b"name=Pi\xffer&slug=pier"[..],
            &b"name=Pi%00er&slug=pier"[..],
            &b"name=Pi\x00er&slug=pier"[..],
        ] {
            raw(owner, Method::POST, "/team/create", "application/x-www-form-urlencoded", form.to_vec()).await.refused(422);
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""] {
            raw(owner, Method::POST, "/api/v1/teams", kind, "{\"name\":\"Pier\"}").await.refused(400);
        }
        owner.send(Method::POST, "/api/v1/teams", |request| request.body("{\"name\":\"Pier\"}")).await.refused(400);
        let deep = format!("{{\"role\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        let member = format!("{base}/members/{}", team.member.id);
        for role in ["1e999", "-1", "50.0001", "99999999999999999999999999", "9223372036854775808", "\"50 or 1=1\"", "{}"] {
            raw(owner, Method::PUT, &member, "application/json", format!("{{\"role\":{role}}}")).await.refused(400);
        }
        raw(owner, Method::PUT, &member, "application/json", deep.clone()).await.refused(400);
        raw(&server.admin, Method::PUT, "/api/v1/settings", "application/json", deep).await.refused(400);
        for query in ["limit=-1", "limit=0", "limit=1001", "limit=65535", "limit=1e9", "limit=99999999999999999999", "limit=x"] {
            owner.get(&format!("{base}/audit-log?{query}")).await.refused(400);
        }
        for query in ["limit=", "limit=1", "limit=1000", "cursor=-1", "cursor=0", "cursor=9223372036854775807"] {
            owner.get(&format!("{base}/audit-log?{query}")).await.ok();
        }
        owner.get(&format!("{base}/audit-log?cursor=9223372036854775808")).await.refused(400);

        // Fields that nobody may set are refused, not passed over.
        for (path, body) in [
            ("/api/v1/user", json!({ "name": "Kim", "admin": true })),
            ("/api/v1/user", json!({ "name": "Kim", "suspended": false })),
            (base.as_str(), json!({ "name": "Pier", "id": team.id })),
            (base.as_str(), json!({ "name": "Pier", "memberCount": 100 })),
            (member.as_str(), json!({ "role": 50, "person": server.admin.id })),
        ] {
            owner.put(path, body).await.refused(400);
        }
        for (path, body) in [
            (format!("{base}/invitations"), json!({ "user": "ada", "inviter": server.admin.id })),
            ("/api/v1/user/tokens".to_owned(), json!({ "name": "x", "person": server.admin.id })),
            ("/account/login".to_owned(), json!({ "username": "ada", "password": PASSWORD, "admin": true })),
        ] {
            owner.post(&path, body).await.refused(400);
        }
        assert_eq!(owner.get("/api/v1/user/teams").await.ok()["count"], 1);
        assert_eq!(owner.get(&base).await.ok()["name"], "Harbor");
    }

    async fn an_id_that_is_none_is_like_one_of_somebody_else(server) {
        let (team, other) = (server.team("Harbor").await, server.team("Quay").await);
        let kim = server.person("kim").await;
        other.owner.post(&format!("/api/v1/teams/{}/invitations", other.id), json!({ "user": "kim" })).await.ok();
        let invitation = kim.get("/api/v1/user/invitations").await.ok()["invitations"][0]["id"].as_str().unwrap().to_owned();
        let token = other.owner.post("/api/v1/user/tokens", json!({ "name": "x" })).await.ok()["id"].as_str().unwrap().to_owned();
        let session = other.owner.get("/api/v1/user/sessions").await.ok()["sessions"][0]["id"].as_str().unwrap().to_owned();
        let random = uuid::Uuid::now_v7().to_string();
        let (base, owner) = (format!("/api/v1/teams/{}", team.id), &team.owner);
        let malformed =
            ["x", "0", "-1", "null", "%20", "%00", "%FF", "%F0%9F%92%A5", "..%2F..", "{team}", "00000000-0000-0000-0000-00000000000g"];
        for (before, after, foreign) in [
            ("/api/v1/teams/", "", &other.id),
            ("/api/v1/teams/", "/members", &other.id),
            ("/api/v1/teams/", "/invitations", &other.id),
            ("/api/v1/teams/", "/audit-log", &other.id),
            ("/api/v1/users/", "", &kim.id),
            ("/api/v1/user/tokens/", "", &token),
            ("/api/v1/user/sessions/", "", &session),
            ("/api/v1/user/invitations/", "", &invitation),
            (&format!("{base}/members/"), "", &other.member.id),
            (&format!("{base}/members/"), "/why?permission=team.read", &other.member.id),
            (&format!("{base}/invitations/"), "", &invitation),
            (&format!("/api/v1/teams/{}/invitations/", other.id), "", &invitation),
        ] {
            let reads = before.contains("teams/")
                && !before.ends_with("invitations/")
                && (!before.ends_with("members/") || after.starts_with("/why"));
            let method = if reads || before.contains("users") { Method::GET } else { Method::DELETE };
            let ask = async |id: &str| {
                let answer = owner.send(method.clone(), &format!("{before}{id}{after}"), |request| request).await;
                (answer.status.as_u16(), answer.headers.get(header::CONTENT_TYPE).cloned(), answer.text)
            };
            let expected = ask(&random).await;
            assert_eq!((expected.0, expected.2.as_str()), (404, "{\"code\":\"not_found\",\"error\":\"Not Found\"}"), "{before}{after}");
            for id in malformed.iter().chain([&foreign.as_str()]) {
                assert_eq!(ask(id).await, expected, "{before}{id}{after}");
            }
        }
        for (path, slug) in [
            ("/team/quay/overview", "quay"),
            ("/team/nobody/overview", "nobody"),
            ("/team/%F0%9F%92%A5/overview", "%F0%9F%92%A5"),
            ("/team/A%00/overview", "A%00"),
        ] {
            let page = owner.get(path).await;
            assert_eq!(page.status.as_u16(), 404, "{path}");
            assert!(!page.text.to_lowercase().contains("quay") || slug == "quay");
        }
        for path in ["/api/v1/nowhere", "/api/v2/teams", "/api/v1/nowhere/"] {
            assert_eq!(owner.get(path).await.refused(404)["code"], "not_found");
        }
        assert_eq!(owner.patch(&base).await.refused(404)["code"], "not_found");
        assert!(owner.get("/nowhere").await.text.contains("<html"), "a page for people");
        // It all is still there.
        other.owner.get("/api/v1/user/sessions").await.ok();
        assert_eq!(other.owner.get("/api/v1/user/tokens").await.ok()["count"], 1);
        assert_eq!(kim.get("/api/v1/user/invitations").await.ok()["count"], 1);
    }

    async fn what_people_typed_is_text_on_every_page(server) {
        let kim = server.person("kim").await;
        let name = "<img src=x onerror=alert(1)>\"'&amp;";
        kim.put("/api/v1/user", json!({ "name": name })).await.ok();
        let team = kim.post("/api/v1/teams", json!({ "name": name, "slug": "harbor" })).await.ok();
        kim.post("/api/v1/user/tokens", json!({ "name": name })).await.ok();
        kim.post(&format!("/api/v1/teams/{}/invitations", team["id"].as_str().unwrap()), json!({ "user": "o'neil+<b>@example.com, ada" }))
            .await;
        server.work().await;
        let person = format!("/admin/people/{}", kim.id);
        for (reader, path) in [
            (&kim, "/team/harbor/overview"),
            (&kim, "/team/harbor/members"),
            (&kim, "/team/harbor/invitations"),
            (&kim, "/team/harbor/roles"),
            (&kim, "/team/harbor/audit-log"),
            (&kim, "/team/harbor/settings"),
            (&kim, "/team/harbor/delete"),
            (&kim, "/account"),
            (&kim, "/account/teams"),
            (&kim, "/account/tokens"),
            (&kim, "/account/log"),
            (&server.admin, "/account/teams"),
            (&server.admin, "/admin/people"),
            (&server.admin, person.as_str()),
            (&server.admin, "/admin/teams"),
            (&server.admin, "/admin/invitations"),
            (&server.admin, "/admin/mail"),
            (&server.admin, "/admin/log"),
            (&server.admin, "/admin/people?search=%3Cimg+src%3Dx+onerror"),
            (&kim, "/team/harbor/members?search=%3Cimg+src%3Dx+onerror"),
            (&kim, "/nowhere/%3Cimg%20src=x%20onerror"),
        ] {
            let page = reader.get(path).await;
            assert!(page.status == 200 || page.status == 404, "{path}: {}", page.status);
            assert!(!page.text.contains("<img src=x"), "{path}");
            assert!(!page.text.contains("&amp;amp;amp;"), "{path}");
        }
        let saved = kim.form("/account", &[("name", name), ("username", "kim")]).await;
        assert_eq!(saved.status.as_u16(), 303);
    }

    async fn mails_lead_only_to_the_public_address(server) {
        let team = server.team("Harbor").await;
        let kim = server.person("kim").await;
        server.admin.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
        let evil = async |client: &Client, path: &str, body: Value| {
            client
                .send(Method::POST, path, |request| {
                    request
                        .header(header::HOST, "evil.example")
                        .header("x-forwarded-host", "evil.example")
                        .header("x-forwarded-proto", "https")
                        .header("forwarded", "host=evil.example;proto=https")
                        .json(&body)
                })
                .await
        };
        let before = server.mails().await.len();
        evil(&server.anonymous(), "/account/forgot_password", json!({ "email": "kim" })).await.ok();
        evil(&server.anonymous(), "/account/register", json!({ "username": "lee", "email": "lee@example.com", "password": PASSWORD }))
            .await
            .ok();
        evil(&server.anonymous(), "/account/register", json!({ "username": "leo", "email": "kim@example.com", "password": PASSWORD }))
            .await
            .ok();
        evil(&team.owner, &format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "kim out@example.com" })).await.ok();
        let waiting = kim.get("/api/v1/user/invitations").await.ok();
        let accept = format!("/api/v1/user/invitations/{}", waiting["invitations"][0]["id"].as_str().unwrap());
        kim.send(Method::PATCH, &accept, |request| request.header(header::HOST, "evil.example")).await.ok();
        kim.send(Method::PUT, "/api/v1/user", |request| {
            request.header(header::HOST, "evil.example").json(&json!({ "email": "kim2@example.com", "password": PASSWORD }))
        })
        .await
        .ok();
        let mails = server.mails().await.split_off(before);
        assert_eq!(mails.len(), 6, "the invitation that was accepted before it was sent needs no mail");
        for mail in mails {
            assert!(!mail.text.contains("evil.example"), "{}", mail.text);
            assert_eq!(mail.text.matches("://").count(), mail.text.matches(&server.base).count(), "{}", mail.text);
        }
        let answer = server.anonymous().send(Method::GET, "/account", |request| request.header(header::HOST, "evil.example")).await;
        assert_eq!(answer.leads_to(), "/sign-in?next=/account");
        let team = evil(&team.owner, "/api/v1/teams", json!({ "name": "Quay" })).await.ok();
        assert!(team["links"]["self"].as_str().unwrap().starts_with(&server.base));
    }
}
