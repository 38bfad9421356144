//! Accounts: signing up, in and out, sessions, passwords, addresses, and the end of an account.

use burgee::clock::{DAY, HOUR, MINUTE};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Server, on_both};

const OTHER: &str = "nine quiet ferries at dusk";

/// The session cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let set = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let line = set.into_iter().find(|line| line.starts_with("burgee=")).unwrap_or_else(|| panic!("{}: no session", answer.asked));
    line.split(';').next().unwrap().to_owned()
}

/// Asks for the own profile with a cookie and nothing else.
async fn with_cookie(server: &Server, cookie: &str) -> Answer {
    server.anonymous().send(Method::GET, "/api/v1/user", |request| request.header(header::COOKIE, cookie)).await
}

async fn login(client: &Client, username: &str, password: &str) -> Answer {
    client.post("/account/login", json!({ "username": username, "password": password })).await
}

async fn sign_up(server: &Server, username: &str) -> Answer {
    let email = format!("{username}@example.com");
    let fields = [("username", username), ("name", username), ("email", &email), ("password", PASSWORD)];
    server.anonymous().form("/sign-up", &fields).await
}

/// The names of the events in somebody's own log, newest first.
async fn own_log(person: &Client) -> Vec<String> {
    let log = person.get("/api/v1/user/audit-log").await.ok();
    log["log"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn somebody_signs_up_and_confirms_the_address(server) {
        sign_up(&server, "kim").await.refused(403);
        assert_eq!(server.anonymous().get("/api/v1/settings").await.ok()["user:signup"], false);
        server.admin.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
        assert_eq!(server.anonymous().get("/api/v1/settings").await.ok()["user:signup"], true);
        assert!(sign_up(&server, "kim").await.page().contains("kim@example.com"));

        // Until then, the account can be looked at and nothing else be done.
        let kim = server.sign_in("kim").await;
        assert_eq!(kim.get("/api/v1/user").await.ok()["email_verified"], false);
        assert_eq!(kim.get("/").await.leads_to(), "/verify");
        assert_eq!(kim.post("/api/v1/teams", json!({ "name": "Harbor" })).await.refused(401)["code"], "email_not_verified");
        assert_eq!(kim.post("/api/v1/user/tokens", json!({ "name": "x" })).await.refused(401)["code"], "email_not_verified");
        kim.get("/api/v1/user/teams").await.refused(401);

        let link = server.mail_to("kim@example.com").await.link(&server.base, "/verify/");
        kim.get(&link).await.page();
        assert_eq!(kim.get("/api/v1/user").await.ok()["email_verified"], false, "looking at a link changes nothing");
        let stranger = server.person("pat").await;
        stranger.form(&link, &[]).await.refused(403);
        assert_eq!(kim.form(&link, &[]).await.leads_to(), "/");
        assert_eq!(kim.get("/api/v1/user").await.ok()["email_verified"], true);
        kim.form(&link, &[]).await.refused(410);
        kim.post("/api/v1/teams", json!({ "name": "Harbor" })).await.ok();
        let log = own_log(&kim).await;
        for event in ["account.created", "account.email-verified", "account.signed-in"] {
            assert_eq!(log.iter().filter(|name| *name == event).count(), 1, "{event} in {log:?}");
        }

        // A link ends after two days, and when a newer one was sent.
        sign_up(&server, "lee").await.page();
        let lee = server.sign_in("lee").await;
        let first = server.mail_to("lee@example.com").await.link(&server.base, "/verify/");
        lee.post("/account/verify", json!({})).await.ok();
        let second = server.mail_to("lee@example.com").await.link(&server.base, "/verify/");
        lee.form(&first, &[]).await.refused(410);
        server.later(48 * HOUR);
        lee.form(&second, &[]).await.refused(410);
        lee.post("/account/verify", json!({})).await.ok();
        let third = server.mail_to("lee@example.com").await.link(&server.base, "/verify/");
        server.anonymous().form(&third, &[]).await.leads_to();
        assert_eq!(lee.get("/api/v1/user").await.ok()["email_verified"], true);
    }

    async fn a_forgotten_password_is_set_anew_once(server) {
        let kim = server.person("kim").await;
        let ask = async || {
            server.anonymous().form("/forgot-password", &[("user", "kim")]).await.page();
            server.mail_to("kim@example.com").await.link(&server.base, "/reset-password/")
        };
        let first = ask().await;
        let link = ask().await;
        let nobody = server.anonymous();
        nobody.form(&first, &[("password", OTHER)]).await.refused(410);
        nobody.get(&link).await.page();
        kim.get("/api/v1/user").await.ok();
        let weak = nobody.form(&link, &[("password", "password")]).await;
        assert_eq!(weak.status.as_u16(), 422);
        assert_eq!(nobody.form(&link, &[("password", OTHER)]).await.leads_to(), "/sign-in");
        kim.get("/api/v1/user").await.refused(401);
        login(&nobody, "kim", PASSWORD).await.refused(401);
        login(&nobody, "KIM@Example.com", OTHER).await.ok();
        nobody.form(&link, &[("password", PASSWORD)]).await.refused(410);

        let late = ask().await;
        server.later(DAY);
        server.anonymous().form(&late, &[("password", PASSWORD)]).await.refused(410);
        server.sign_in("ada").await.put("/api/v1/settings", json!({ "user:reset-password": false })).await.ok();
        server.anonymous().form("/forgot-password", &[("user", "kim")]).await.refused(403);
        assert_eq!(server.anonymous().get("/api/v1/settings").await.ok()["user:reset-password"], false);
    }

    async fn a_session_ends_in_many_ways(server) {
        let id = server.account("kim").await;
        let browser = server.anonymous();
        let first = login(&browser, "kim", PASSWORD).await;
        let line = first.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(
            line.contains("; HttpOnly") && line.contains("; SameSite=Lax") && line.contains("; Path=/;") && !line.contains("Secure"),
            "{line}"
        );
        let second = login(&browser, "kim", PASSWORD).await;
        assert_ne!(cookie(&first), cookie(&second), "a session begins with a secret of its own");
        with_cookie(&server, &cookie(&first)).await.refused(401);
        assert_eq!(with_cookie(&server, &cookie(&second)).await.ok()["id"], json!(id));

        // Listed with what is known of them, and ended one by one, or all others at once.
        let third = server
            .anonymous()
            .send(Method::POST, "/account/login", |request| {
                let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
                request.header(header::USER_AGENT, agent).json(&json!({ "username": "kim", "password": PASSWORD }))
            })
            .await;
        let sessions = browser.get("/api/v1/user/sessions").await.ok();
        assert_eq!(sessions["count"], 2);
        let listed =
            |current: bool| sessions["sessions"].as_array().unwrap().iter().find(|session| session["current"] == current).unwrap().clone();
        assert_eq!((&listed(false)["device"], &listed(false)["address"]), (&json!("Firefox on Linux"), &json!("127.0.0.1")));
        let stranger = server.person("pat").await;
        let path = format!("/api/v1/user/sessions/{}", listed(false)["id"].as_str().unwrap());
        stranger.delete(&path).await.refused(404);
        browser.delete(&path).await.ok();
        with_cookie(&server, &cookie(&third)).await.refused(401);
        let (fourth, fifth) = (login(&server.anonymous(), "kim", PASSWORD).await, login(&server.anonymous(), "kim", PASSWORD).await);
        browser.form("/account/sessions/end-others", &[]).await.leads_to();
        for ended in [&fourth, &fifth] {
            with_cookie(&server, &cookie(ended)).await.refused(401);
        }

        // Another password ends all others, and needs the old one.
        let token = server.token(&browser, false).await;
        let sixth = login(&server.anonymous(), "kim", PASSWORD).await;
        let change = |old: &str, new: &str| json!({ "old_password": old, "password": new });
        let wrong = browser.put("/api/v1/user/change_password", change("not this one, surely", "short")).await.refused(400);
        assert!(wrong["errors"]["old_password"].is_string() && wrong["errors"]["password"].is_string(), "{wrong}");
        browser.put("/api/v1/user/change_password", change(PASSWORD, PASSWORD)).await.refused(400);
        browser.put("/api/v1/user/change_password", change(PASSWORD, OTHER)).await.ok();
        with_cookie(&server, &cookie(&sixth)).await.refused(401);
        browser.get("/api/v1/user").await.ok();
        token.get("/api/v1/user").await.ok();
        login(&server.anonymous(), "kim", PASSWORD).await.refused(401);

        // Signing out ends it on the server too.
        let last = login(&browser, "kim", OTHER).await;
        browser.form("/sign-out", &[]).await.leads_to();
        with_cookie(&server, &cookie(&last)).await.refused(401);
    }

    async fn a_session_ends_by_itself(server) {
        let kim = server.person("kim").await;
        let idle = server.sign_in("kim").await;
        for _ in 0..6 {
            server.later(14 * DAY - MINUTE);
            kim.get("/api/v1/user").await.ok();
            server.note_seen().await;
        }
        idle.get("/api/v1/user").await.refused(401);
        server.later(6 * DAY + 6 * MINUTE);
        kim.get("/api/v1/user").await.refused(401);
        let next = kim.get("/account/security?x=1").await.leads_to();
        assert_eq!(next, "/sign-in?next=/account/security%3Fx%3D1", "a page leads to the sign-in and back");
        let fields = [("username", "kim"), ("password", PASSWORD), ("next", "/account/security?x=1")];
        assert_eq!(kim.form("/sign-in", &fields).await.leads_to(), "/account/security?x=1");
        let elsewhere = [("username", "kim"), ("password", PASSWORD), ("next", "//evil.example/")];
        assert_eq!(kim.form("/sign-in", &elsewhere).await.leads_to(), "/");
    }

    async fn another_address_must_prove_itself(server) {
        let kim = server.person("kim").await;
        server.account("pat").await;
        let ask = |email: &str, password: &str| json!({ "email": email, "password": password });
        let wrong = kim.put("/api/v1/user", ask("new@example.com", "not this one, surely")).await.refused(400);
        assert!(wrong["errors"]["password"].is_string(), "{wrong}");
        kim.put("/api/v1/user", json!({ "email": "new@example.com" })).await.refused(400);
        server.anonymous().form("/forgot-password", &[("user", "kim")]).await.page();
        let reset = server.mail_to("kim@example.com").await.link(&server.base, "/reset-password/");

        let waiting = kim.put("/api/v1/user", ask("new@example.com", PASSWORD)).await.ok();
        assert_eq!(waiting["email"], "kim@example.com", "until it is confirmed, the old one counts");
        let link = server.mail_to("new@example.com").await.link(&server.base, "/account/confirm-email/");
        kim.get(&link).await.page();
        assert_eq!(kim.get("/api/v1/user").await.ok()["email"], "kim@example.com");
        assert_eq!(kim.form(&link, &[]).await.leads_to(), "/account");
        assert_eq!(kim.get("/api/v1/user").await.ok()["email"], "new@example.com");
        kim.form(&link, &[]).await.refused(410);
        assert_eq!(server.mail_to("kim@example.com").await.subject, "Your e-mail address was changed");
        kim.form(&reset, &[("password", OTHER)]).await.refused(410);

        // That an address belongs to somebody else is not told.
        let before = server.mails().await.len();
        kim.put("/api/v1/user", ask("PAT@example.com", PASSWORD)).await.ok();
        assert_eq!(server.mails().await.len(), before);
        // A link that was overtaken ends.
        kim.put("/api/v1/user", ask("one@example.com", PASSWORD)).await.ok();
        let one = server.mail_to("one@example.com").await.link(&server.base, "/account/confirm-email/");
        kim.put("/api/v1/user", ask("two@example.com", PASSWORD)).await.ok();
        server.work().await;
        kim.form(&one, &[]).await.refused(410);
    }

    async fn a_profile_keeps_what_is_acceptable(server) {
        let harbor = server.team("Harbor").await;
        let kim = server.join(&harbor, "kim", 30).await;
        assert_eq!(kim.get("/").await.leads_to(), "/team/harbor/overview");
        let own = kim.post("/api/v1/teams", json!({ "name": "Own" })).await.ok();
        kim.put("/api/v1/user", json!({ "name": "Kim K.", "username": "kimk", "defaultTeam": own["id"] })).await.ok();
        let profile = kim.get("/api/v1/user").await.ok();
        assert_eq!([&profile["name"], &profile["username"], &profile["defaultTeam"]], [&json!("Kim K."), &json!("kimk"), &own["id"]]);
        assert_eq!(kim.get("/").await.leads_to(), "/team/own/overview");
        let other = server.admin.post("/api/v1/teams", json!({ "name": "Other" })).await.ok();
        for bad in [
            json!({ "defaultTeam": other["id"] }),
            json!({ "defaultTeam": "garbage" }),
            json!({ "defaultTeam": "" }),
            json!({ "username": "ADA" }),
            json!({ "username": "root" }),
            json!({ "username": "Admin" }),
            json!({ "name": "" }),
            json!({ "admin": true }),
            json!({ "email_verified": true }),
        ] {
            let before = kim.get("/api/v1/user").await.ok();
            kim.put("/api/v1/user", bad.clone()).await.refused(400);
            assert_eq!(kim.get("/api/v1/user").await.ok(), before, "{bad}");
        }
        let length = own_log(&kim).await.len();
        kim.put("/api/v1/user", json!({ "name": "Kim K." })).await.ok();
        assert_eq!(own_log(&kim).await.len(), length, "no change, no event");

        // Without the default team they land in another one, and without any on their own page.
        kim.delete(&format!("/api/v1/teams/{}", own["id"].as_str().unwrap())).await.ok();
        assert_eq!(kim.get("/api/v1/user").await.ok()["defaultTeam"], Value::Null);
        assert_eq!(kim.get("/").await.leads_to(), "/team/harbor/overview");
        kim.delete(&format!("/api/v1/teams/{}/members/{}", harbor.id, kim.id)).await.ok();
        assert_eq!(kim.get("/").await.leads_to(), "/account/teams");
        kim.get("/account/teams").await.page();
    }

    async fn an_account_ends_with_everything_that_hangs_on_it(server) {
        let team = server.team("Harbor").await;
        let own = |username: &str, password: &str| json!({ "username": username, "password": password });
        let end = async |person: &Client, body: Value| person.send(Method::DELETE, "/api/v1/user", |request| request.json(&body)).await;
        let alone = end(&team.owner, own("harbor-owner", PASSWORD)).await.refused(400);
        assert_eq!(alone["code"], "last_owner");
        assert!(alone["error"].as_str().unwrap().contains("Harbor"), "{alone}");
        assert_eq!(end(&server.admin, own("ada", PASSWORD)).await.refused(400)["code"], "last_administrator");

        let kim = server.join(&team, "kim", 50).await;
        let token = server.token(&kim, false).await;
        kim.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "sent@example.com" })).await.ok();
        let other = server.admin.post("/api/v1/teams", json!({ "name": "Other" })).await.ok();
        server.admin.post(&format!("/api/v1/teams/{}/invitations", other["id"].as_str().unwrap()), json!({ "user": "kim" })).await.ok();
        let wrong = end(&kim, own("kim", "not this one, surely")).await.refused(400);
        assert!(wrong["errors"]["password"].is_string(), "{wrong}");
        end(&kim, own("kimberley", PASSWORD)).await.refused(400);
        kim.get("/account/delete").await.page();
        let answer = kim.form("/account/delete", &[("confirm", "kim"), ("password", PASSWORD)]).await;
        assert_eq!(answer.leads_to(), "/sign-in");

        kim.get("/api/v1/user").await.refused(401);
        token.get("/api/v1/user").await.refused(401);
        login(&server.anonymous(), "kim", PASSWORD).await.refused(401);
        let members = team.owner.get(&format!("/api/v1/teams/{}/members", team.id)).await.ok();
        assert_eq!(members["count"], 2);
        let log = team.owner.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.ok();
        assert_eq!(
            (&log["log"][0]["action"], &log["log"][0]["username"]),
            (&json!("member.left"), &json!("Kim")),
            "the name stays readable"
        );
        for id in [&team.id, other["id"].as_str().unwrap()] {
            assert_eq!(server.admin.get(&format!("/api/v1/teams/{id}/invitations")).await.ok()["count"], 0);
        }
        server.account("kim").await;
        server.sign_in("kim").await.get(&format!("/api/v1/teams/{}", team.id)).await.refused(404);
    }
}
