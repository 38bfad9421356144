//! Credentials: one token, shown as a bearer token or as a user name and a password.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use burgee::clock::{DAY, HOUR, Time};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Server, on_both};

const PAIRS: &str = "/api/v1/user/api-credentials";
const TOKENS: &str = "/api/v1/user/tokens";

/// A new token of somebody: its id, the program that shows it as a pair, and the one that shows it as a bearer token.
async fn made(person: &Client, body: Value) -> (String, Client, Client) {
    let made = person.post(PAIRS, body).await.ok();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    assert_eq!(made["id"], made["username"]);
    (text("id"), person.with_pair(&text("username"), &text("password")), person.with_token(&text("password")))
}

async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let with = |request| headers.iter().fold(request, |request: reqwest::RequestBuilder, (name, value)| request.header(*name, *value));
    server.anonymous().send(Method::GET, path, with).await
}

/// Refused, and without asking a browser for a password, which it would keep and send to us from every site.
#[track_caller]
fn silent(answer: Answer, what: &str) {
    assert_eq!(answer.status.as_u16(), 401, "{what}: {}", answer.text);
    let asks = answer.headers.get("www-authenticate").and_then(|scheme| scheme.to_str().ok());
    assert!(asks.is_none_or(|scheme| scheme.starts_with("Bearer")), "{what}: {asks:?}");
}

on_both! {
    async fn a_user_name_and_a_password_are_another_spelling_of_a_token(server) {
        let team = server.team("Harbor").await;
        let path = format!("/api/v1/teams/{}", team.id);
        let (id, pair, bearer) = made(&team.owner, json!({ "name": "terraform" })).await;
        assert_eq!(pair.get("/api/v1/user").await.ok(), bearer.get("/api/v1/user").await.ok());
        assert_eq!(pair.get("/api/v1/user").await.ok()["username"], "harbor-owner");
        pair.put(&path, json!({ "name": "Pier" })).await.ok();
        bearer.put(&path, json!({ "name": "Quay" })).await.ok();

        // A token that was made as a token works as a pair as well.
        let token = team.owner.post(TOKENS, json!({ "name": "ci" })).await.ok();
        let also = team.owner.with_pair(token["id"].as_str().unwrap(), token["token"].as_str().unwrap());
        also.get(&path).await.ok();

        // Both stand in one list, without their secrets; the page shows the user name.
        let list = team.owner.get(TOKENS).await;
        assert!(!list.text.contains("bgp_"), "a secret is shown once");
        let list = list.ok();
        assert_eq!(list["count"], 2);
        assert_eq!((&list["tokens"][1]["id"], &list["tokens"][1]["expiresAt"]), (&json!(id), &json!(null)));
        server.note_seen().await;
        let page = team.owner.get("/account/tokens").await.page();
        assert!(page.contains(&id) && page.contains("terraform") && !page.contains("bgp_"));
        assert!(team.owner.get(TOKENS).await.ok()["tokens"][1]["lastUsedAt"].is_string());

        // The log says who it was and by which token, however it was shown.
        let log = team.owner.get(&format!("{path}/audit-log?event=team.changed")).await.ok();
        let sources: Vec<&str> = log["log"].as_array().unwrap().iter().map(|entry| entry["source"].as_str().unwrap()).collect();
        assert_eq!(sources, ["token", "token"], "{log}");
        assert!(team.owner.get("/team/harbor/audit-log").await.page().contains("token “terraform”"));
    }

    async fn both_belong_together_and_nothing_else_is_let_in(server) {
        let (kim, sam) = (server.person("kim").await, server.person("sam").await);
        let (id, ..) = made(&kim, json!({ "name": "one" })).await;
        let other = sam.post(PAIRS, json!({ "name": "two" })).await.ok();
        let (other_id, other_secret) = (other["username"].as_str().unwrap(), other["password"].as_str().unwrap());
        let basic = |username: &str, password: &str| format!("Basic {}", STANDARD.encode(format!("{username}:{password}")));
        assert_eq!(ask(&server, "/api/v1/user", &[("authorization", &basic(other_id, other_secret))]).await.ok()["username"], "sam");
        for wrong in [
            basic(&id, other_secret),
            basic(other_id, "bgp_wrong"),
            basic(other_id, ""),
            basic("sam", other_secret),
            basic("sam", PASSWORD),
            basic("", other_secret),
            basic(other_id, &format!("{other_secret} ")),
            format!("Basic {}", STANDARD.encode(other_id)),
            format!("Basic {other_secret}"),
            "Basic".into(),
            "Basic ".into(),
            "Basic ====".into(),
            "Basic /w==".into(),
            format!("Digest {other_secret}"),
            other_secret.to_owned(),
            "Bearer".into(),
        ] {
            silent(ask(&server, "/api/v1/user", &[("authorization", &wrong)]).await, &wrong);
            // What is shown counts: a cookie does not make up for it.
            let cookie = sam.send(Method::GET, "/api/v1/user", |request| request.header("authorization", &wrong)).await;
            silent(cookie, &wrong);
        }
        silent(server.anonymous().get("/api/v1/user").await, "nothing");
    }

    async fn a_pair_counts_for_programs_only_and_never_across_sites(server) {
        let kim = server.person("kim").await;
        let made = kim.post(PAIRS, json!({ "name": "one" })).await.ok();
        let (username, password) = (made["username"].as_str().unwrap(), made["password"].as_str().unwrap());
        let pair = kim.with_pair(username, password);
        // On pages, only the cookie counts.
        assert!(pair.get("/account").await.leads_to().starts_with("/sign-in"));
        assert!(pair.form("/account", &[("name", "Kim K."), ("username", "kim")]).await.leads_to().starts_with("/sign-in"));
        assert_eq!(kim.get("/api/v1/user").await.ok()["name"], "Kim");
        // A proxy in front of the pages may ask for a password of its own.
        let behind = |request: reqwest::RequestBuilder| request.basic_auth("proxy", Some("secret"));
        assert!(kim.send(Method::GET, "/account", behind).await.page().contains("kim@example.com"));
        // A browser that has kept it is not made to send it by another site, neither for itself nor beside the cookie.
        for client in [&pair, &kim] {
            for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
                let with = |request: reqwest::RequestBuilder| {
                    request.basic_auth(username, Some(password)).header(name, value).json(&json!({ "name": "Pier" }))
                };
                client.send(Method::PUT, "/api/v1/user", with).await.refused(403);
            }
        }
        assert_eq!(kim.get("/api/v1/user").await.ok()["name"], "Kim");
    }

    async fn a_pair_that_may_only_read_changes_nothing(server) {
        let team = server.team("Harbor").await;
        let path = format!("/api/v1/teams/{}", team.id);
        let (_, pair, _) = made(&team.owner, json!({ "name": "reader", "readOnly": true })).await;
        pair.get(&path).await.ok();
        for answer in [
            pair.put(&path, json!({ "name": "Pier" })).await,
            pair.delete(&path).await,
            pair.post("/api/v1/teams", json!({ "name": "Pier" })).await,
        ] {
            answer.refused(403);
        }
        assert_eq!(team.owner.get(&path).await.ok()["name"], "Harbor");
    }

    async fn a_token_lasts_until_its_end_or_for_ever_and_is_revoked_at_once(server) {
        let kim = server.person("kim").await;
        let now = Time(1_795_338_000_000);
        let (_, ending, ending_bearer) = made(&kim, json!({ "name": "ending", "expiresAt": now.plus(DAY).iso() })).await;
        let (id, lasting, lasting_bearer) = made(&kim, json!({ "name": "lasting" })).await;
        for wrong in [json!("soon"), json!(now.iso()), json!(now.plus(400 * DAY).iso())] {
            let refused = kim.post(PAIRS, json!({ "name": "x", "expiresAt": wrong })).await.refused(400);
            assert!(refused["errors"]["expiresAt"].is_string(), "{refused}");
        }
        kim.post(PAIRS, json!({ "name": "" })).await.refused(400);
        kim.post(PAIRS, json!({ "name": "x", "person": kim.id })).await.refused(400);
        let offered = kim.form("/account/tokens", &[("name", "page"), ("expires", "never")]).await.page();
        assert!(offered.contains("bgp_") && offered.contains("Basic, user name"));

        server.later(DAY - HOUR);
        ending.get("/api/v1/user").await.ok();
        server.later(HOUR);
        silent(ending.get("/api/v1/user").await, "its time is up");
        silent(ending_bearer.get("/api/v1/user").await, "its time is up");
        server.later(4_000 * DAY);
        server.work().await;
        lasting.get("/api/v1/user").await.ok();
        lasting_bearer.get("/api/v1/user").await.ok();
        lasting.put("/api/v1/user", json!({ "name": "Kim K." })).await.ok();

        let kim = server.sign_in("kim").await;
        kim.delete(&format!("{TOKENS}/{id}")).await.ok();
        silent(lasting.get("/api/v1/user").await, "revoked");
        silent(lasting.put("/api/v1/user", json!({ "name": "Kim" })).await, "revoked");
        silent(lasting_bearer.get("/api/v1/user").await, "revoked");
    }

    async fn no_token_makes_or_revokes_one(server) {
        let (id, pair, bearer) = made(&server.admin, json!({ "name": "boss" })).await;
        for program in [&pair, &bearer] {
            program.post(PAIRS, json!({ "name": "more" })).await.refused(403);
            program.post(TOKENS, json!({ "name": "more" })).await.refused(403);
            program.delete(&format!("{TOKENS}/{id}")).await.refused(403);
        }
        assert_eq!(server.admin.get(TOKENS).await.ok()["count"], 1);
    }
}
