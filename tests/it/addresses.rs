//! What nobody finds out by an address, and who owns one; passwords that are to be replaced.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, Client, PASSWORD, Server, on_both};

async fn login(client: &Client, username: &str, password: &str) -> Answer {
    client.post("/account/login", json!({ "username": username, "password": password })).await
}

async fn sign_up(server: &Server, username: &str, email: &str) {
    let body = json!({ "username": username, "email": email, "password": PASSWORD });
    server.anonymous().post("/account/register", body).await.ok();
}

/// The names of the events in somebody's own log, newest first.
async fn own_log(person: &Client) -> Vec<String> {
    let log = person.get("/api/v1/user/audit-log").await.ok();
    log["log"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn an_expired_password_is_changed_before_anything_else(server) {
        const NEW: &str = "another thing to say at the pier";
        let kim = server.person("kim").await;
        kim.post("/api/v1/teams", json!({ "name": "Harbor" })).await.ok();
        let token = kim.post("/api/v1/user/tokens", json!({ "name": "script" })).await.ok()["token"].as_str().unwrap().to_owned();
        let script = kim.with_token(&token);
        script.get("/api/v1/user/teams").await.ok();
        let harbor = kim.get("/api/v1/user/teams").await.ok()["teams"][0]["id"].as_str().unwrap().to_owned();
        let pat = server.person("pat").await;
        kim.post(&format!("/api/v1/teams/{harbor}/invitations"), json!({ "user": "pat" })).await.ok();
        let page = format!("/admin/people/{}", kim.id);
        server.admin.form(&format!("{page}/expire-password"), &[]).await.leads_to();
        assert!(server.admin.get(&page).await.page().contains("new password asked for"));

        for caller in [&kim, &script] {
            assert_eq!(caller.get("/api/v1/user").await.ok()["password_expired"], true);
            assert_eq!(caller.get("/api/v1/user/teams").await.refused(401)["code"], "password_expired");
            assert_eq!(caller.post("/api/v1/teams", json!({ "name": "Pier" })).await.refused(401)["code"], "password_expired");
            assert_eq!(caller.put("/api/v1/user", json!({ "name": "K" })).await.refused(401)["code"], "password_expired");
        }
        for path in ["/api/v1/user/invitations", "/v1/organizations", "/v1/products", "/v1/me", &format!("/api/v1/teams/{harbor}")] {
            assert!(script.get(path).await.refused(401).to_string().contains("new password"), "{path}");
        }
        kim.form("/account/email", &[("email", "other@example.com"), ("password", PASSWORD)]).await.refused(303);
        assert!(server.mails().await.iter().all(|mail| mail.to != "other@example.com"));
        assert_eq!(kim.post("/api/v1/user/tokens", json!({ "name": "x" })).await.refused(401)["code"], "password_expired");
        assert_eq!(kim.get("/").await.leads_to(), "/account/security");
        assert_eq!(kim.get("/team/harbor/overview").await.leads_to(), "/account/security");
        assert!(kim.get("/account/security").await.page().contains("An administrator asks you to choose a new password"));

        // What they have given away stays given.
        let invited = pat.get("/api/v1/user/invitations").await.ok()["invitations"][0]["id"].as_str().unwrap().to_owned();
        pat.patch(&format!("/api/v1/user/invitations/{invited}")).await.ok();

        // The one that they have is none; another one ends it, for the token too.
        let change = async |new: &str| kim.form("/account/password", &[("old_password", PASSWORD), ("password", new)]).await;
        change(PASSWORD).await.refused(422);
        kim.get("/api/v1/user/teams").await.refused(401);
        assert_eq!(change(NEW).await.leads_to(), "/");
        kim.get("/team/harbor/overview").await.page();
        script.get("/api/v1/user/teams").await.ok();
        let log = own_log(&kim).await;
        assert_eq!(log.iter().filter(|name| *name == "account.password-expired").count(), 1, "{log:?}");

        // An account that an administrator opens can begin with it; a mailed link ends it as well, and so does the administrator.
        let account = json!({ "username": "lee", "name": "Lee", "email": "lee@example.com", "password": PASSWORD, "password_expired": true });
        let lee_id = server.admin.post("/api/v1/users", account).await.ok()["id"].as_str().unwrap().to_owned();
        let lee = server.sign_in("lee").await;
        lee.get("/api/v1/user/teams").await.refused(401);
        server.admin.put(&format!("/api/v1/users/{lee_id}"), json!({ "password_expired": false })).await.ok();
        lee.get("/api/v1/user/teams").await.ok();
        server.admin.put(&format!("/api/v1/users/{lee_id}"), json!({ "password_expired": true })).await.ok();
        lee.get("/api/v1/user/teams").await.refused(401);
        server.admin.form(&format!("/admin/people/{lee_id}/reset-password"), &[]).await.leads_to();
        let link = server.mail_to("lee@example.com").await.link(&server.base, "/reset-password/");
        server.anonymous().form(&link, &[("password", PASSWORD)]).await.refused(422);
        server.anonymous().form(&link, &[("password", NEW)]).await.leads_to();
        assert_eq!(server.admin.get(&format!("/api/v1/users/{lee_id}")).await.ok()["password_expired"], false);
    }

    async fn known_and_unknown_accounts_are_answered_alike(server) {
        const OTHER: &str = "another thing to say at the pier";
        server.account("kim").await;
        server.admin.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
        let nobody = server.anonymous();
        let timed = async |username: &str| {
            let start = Instant::now();
            let answer = login(&nobody, username, "not the password at all").await;
            (answer, start.elapsed())
        };
        let (known, unknown) = (timed("kim").await, timed("kam").await);
        assert_eq!((known.0.status.as_u16(), &known.0.text), (401, &unknown.0.text));
        assert_eq!(unknown.0.status.as_u16(), 401);
        assert!(known.1.min(unknown.1) >= Duration::from_millis(240), "a refusal takes a whole step: {:?} {:?}", known.1, unknown.1);
        let page = async |username: &str| {
            let answer = nobody.form("/sign-in", &[("username", username), ("password", "not the password at all")]).await;
            assert_eq!(answer.status.as_u16(), 422);
            answer.text.replace(username, "…")
        };
        assert_eq!(page("kim").await, page("kam").await);

        let forgot = async |user: &str| nobody.post("/account/forgot_password", json!({ "email": user })).await;
        let (known, unknown) = (forgot("kim@example.com").await, forgot("kam@example.com").await);
        assert_eq!((known.status.as_u16(), &known.text), (200, &unknown.text));
        assert_eq!(unknown.status.as_u16(), 200);
        assert_eq!(server.mails().await.len(), 1, "only the account's own mailbox hears of it");

        let register = async |username: &str, email: &str| {
            let body = json!({ "username": username, "email": email, "password": OTHER });
            nobody.post("/account/register", body).await
        };
        let (known, unknown) = (register("two", "KIM@example.com").await, register("three", "three@example.com").await);
        assert_eq!((known.status.as_u16(), &known.text), (200, &unknown.text));
        assert_eq!(server.mail_to("kim@example.com").await.subject, "You have an account already");
        // What can be tried afterwards says no more: both let one in by their names alone, both wait for a mail, and neither name is free.
        let texts = async |username: &str, email: &str| {
            let account = server.anonymous();
            let by_address = login(&account, email, OTHER).await.status.as_u16();
            let again = register(username, "other@example.com").await.text;
            login(&account, username, OTHER).await.ok();
            let me = &account;
            let profile = me.get("/api/v1/user").await.ok();
            me.post("/account/verify", json!({})).await.ok();
            let (home, wall) = (me.get("/").await.leads_to().to_owned(), me.get("/verify").await.page().to_owned());
            let by_id = login(&server.anonymous(), profile["id"].as_str().unwrap(), OTHER).await.status.as_u16();
            let seen = format!("{by_address} {by_id} {again} {} {home} {wall}", profile["email_verified"]);
            seen.replace(email, "…").replace(username, "…").replace(profile["id"].as_str().unwrap(), "…")
        };
        assert_eq!(texts("two", "KIM@example.com").await, texts("three", "three@example.com").await);
        let mail = server.mail_to("kim@example.com").await;
        assert_eq!(mail.subject, "You have an account already", "no mail proves an address that is another account’s");
        let two = login(&server.anonymous(), "two", OTHER).await.ok()["id"].as_str().unwrap().to_owned();
        server.admin.put(&format!("/api/v1/users/{two}"), json!({ "email_verified": true })).await.refused(400);
        server.admin.put(&format!("/api/v1/users/{two}"), json!({ "name": "Two" })).await.ok();
        assert_eq!(login(&nobody, "kim@example.com", PASSWORD).await.ok()["username"], "kim");
    }

    async fn who_proves_an_address_takes_it_from_who_claims_it(server) {
        server.admin.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
        sign_up(&server, "first", "sea@example.com").await;
        let claimed = server.mail_to("sea@example.com").await.link(&server.base, "/verify/");
        sign_up(&server, "owner", "sea@example.com").await;
        let proved = server.mail_to("sea@example.com").await.link(&server.base, "/verify/");
        assert_eq!(server.anonymous().form(&proved, &[]).await.status.as_u16(), 303);
        let owner = server.sign_in("owner").await;
        assert_eq!(owner.get("/api/v1/user").await.ok()["email_verified"], true);
        assert_eq!(login(&server.anonymous(), "sea@example.com", PASSWORD).await.ok()["username"], "owner");
        // Whoever was first has it no more, and cannot get it back.
        server.anonymous().form(&claimed, &[]).await.refused(410);
        let first = server.sign_in("first").await;
        first.post("/account/verify", json!({})).await.ok();
        assert_eq!(server.mail_to("sea@example.com").await.subject, "You have an account already");
        server.anonymous().form("/forgot-password", &[("user", "first")]).await.page();
        assert_eq!(server.mail_to("sea@example.com").await.subject, "You have an account already");
        assert_eq!(first.get("/api/v1/user").await.ok()["email_verified"], false);

        // An invitation opens an account for its address, whoever claims that.
        let team = server.team("Harbor").await;
        team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "pier@example.com" })).await.ok();
        let link = server.mail_to("pier@example.com").await.link(&server.base, "/invitation/");
        sign_up(&server, "other", "pier@example.com").await;
        let fields = [("username", "newcomer"), ("name", "New"), ("password", PASSWORD)];
        assert_eq!(server.anonymous().form(&format!("{link}/sign-up"), &fields).await.leads_to(), "/team/harbor/overview");
        let newcomer = server.sign_in("newcomer").await;
        let profile = newcomer.get("/api/v1/user").await.ok();
        assert_eq!((&profile["email"], &profile["email_verified"]), (&json!("pier@example.com"), &json!(true)));
        // An administrator finds all of them by the address.
        let found = server.admin.get("/api/v1/users?query=sea@example.com").await.ok();
        assert_eq!((found["users"].as_array().unwrap().len(), &found["count"]), (2, &json!(2)));
    }
}
