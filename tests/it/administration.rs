//! Running the instance: settings, people, mail.

use std::path::PathBuf;

use burgee::{
    clock::{DAY, MINUTE},
    config::MailTarget,
};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Server, on_both, parse};

async fn login(client: &Client, username: &str) -> Answer {
    client.post("/account/login", json!({ "username": username, "password": PASSWORD })).await
}

fn user(person: &Client) -> String {
    format!("/api/v1/users/{}", person.id)
}

on_both! {
    async fn settings_change_all_together_or_not_at_all(server) {
        let kim = server.person("kim").await;
        let read = async || server.admin.get("/api/v1/settings").await.ok();
        let before = read().await;
        assert_eq!(
            [&before["team:create"], &before["team:user:invite:external"], &before["user:signup"], &before["user:reset-password"]],
            [true, true, false, true]
        );
        for (wrong, key) in [
            (json!({ "team:create": false, "no:such": true }), "no:such"),
            (json!({ "team:create": "false" }), "team:create"),
            (json!({ "team:create": false, "user:tcs-url": true }), "user:tcs-url"),
            (json!({ "team:create": false, "user:tcs-url": "javascript:alert(1)" }), "user:tcs-url"),
            (json!({ "team:create": false, "user:tcs-required": true }), "user:tcs-url"),
            (json!({ "team:create": false, "setup:hash": "x" }), "setup:hash"),
            (json!({ "team:create": null }), "team:create"),
        ] {
            let answer = server.admin.put("/api/v1/settings", wrong.clone()).await.refused(400);
            assert!(answer["errors"][key].is_string(), "{wrong}: {answer}");
        }
        kim.put("/api/v1/settings", json!({ "team:create": false })).await.refused(403);
        server.anonymous().put("/api/v1/settings", json!({ "team:create": false })).await.refused(401);
        assert_eq!(read().await, before);
        let terms = json!({ "user:tcs-required": true, "user:tcs-url": "https://example.com/terms", "user:signup": true });
        server.admin.put("/api/v1/settings", terms).await.ok();
        let event = server.admin.get("/api/v1/admin/audit-log?limit=1").await.ok()["log"][0].clone();
        assert_eq!((&event["action"], event["body"]["updates"].as_array().unwrap().len()), (&json!("platform.settings-changed"), 3));

        // Everybody reads what concerns them.
        let public = server.anonymous().get("/api/v1/settings").await.ok();
        assert_eq!(
            public,
            json!({ "features": {}, "user:signup": true, "user:reset-password": true, "user:tcs-required": true, "user:tcs-url": "https://example.com/terms" })
        );
        let own = kim.get("/api/v1/settings").await.ok();
        assert_eq!((&own["team:create"], &own["email"], &own["user:team:auto-create"]), (&json!(true), &json!(true), &Value::Null));
        let body = |agreed: Value| json!({ "username": "lee", "email": "lee@example.com", "password": PASSWORD, "tcs-acceptance": agreed });
        server.anonymous().post("/account/register", body(json!(false))).await.refused(400);
        server.anonymous().post("/account/register", body(json!(true))).await.ok();
        // The page sends all of them at once.
        let form = [("user:signup", "on"), ("user:reset-password", "on"), ("user:tcs-url", "not an address")];
        assert_eq!(server.admin.form("/admin/settings", &form).await.status.as_u16(), 422);
        assert_eq!(server.admin.form("/admin/settings", &[("user:signup", "on"), ("user:tcs-url", "")]).await.status.as_u16(), 303);
        let after = read().await;
        assert_eq!([&after["user:signup"], &after["team:create"], &after["user:tcs-required"]], [true, false, false]);
    }

    async fn only_administrators_administer(server) {
        let kim = server.person("kim").await;
        for path in [
            "/api/v1/users",
            "/api/v1/admin/stats",
            "/api/v1/admin/invitations",
            "/api/v1/admin/mails",
            "/api/v1/admin/audit-log",
            "/admin",
            "/admin/people",
            "/admin/mail",
            "/admin/settings",
            "/admin/log",
            "/admin/teams",
            "/admin/invitations",
        ] {
            kim.get(path).await.refused(403);
            server.admin.get(path).await.page();
        }
        // Of a single person, it is not even told whether they exist.
        kim.get(&user(&server.admin)).await.refused(404);
        kim.put(&user(&server.admin), json!({ "admin": false })).await.refused(404);
        kim.put(&user(&kim), json!({ "admin": true })).await.refused(404);
        kim.delete(&user(&server.admin)).await.refused(404);
        kim.form(&format!("/admin/people/{}/promote", kim.id), &[]).await.refused(404);
        kim.post("/api/v1/users", json!({ "username": "lee", "name": "Lee", "email": "lee@example.com", "password": PASSWORD }))
            .await
            .refused(403);
        assert_eq!(kim.get("/api/v1/user").await.ok()["admin"], false);
        let stats = server.admin.get("/api/v1/admin/stats").await.ok();
        assert_eq!((&stats["userCount"], &stats["adminCount"], &stats["sessionCount"]), (&json!(2), &json!(1), &json!(2)));
    }

    async fn people_are_created_found_and_changed(server) {
        let create = async |body: Value| server.admin.post("/api/v1/users", body).await;
        let kim = create(json!({ "username": "kim", "name": "Kim", "email": "Kim@example.com", "password": PASSWORD })).await.ok();
        assert_eq!((&kim["email_verified"], &kim["admin"]), (&json!(true), &json!(false)), "the administrator vouches for the address");
        for (wrong, fields) in [
            (json!({ "username": "KIM", "name": "Kim", "email": "kIM@example.com", "password": PASSWORD }), vec!["email", "username"]),
            (
                json!({ "username": "root", "name": "", "email": "kim@", "password": "short" }),
                vec!["email", "name", "password", "username"],
            ),
            (json!({ "username": "Admin", "name": "A", "email": "a@example.com", "password": PASSWORD }), vec!["username"]),
            (json!({ "username": "-kim", "name": "A", "email": "a@example.com", "password": PASSWORD }), vec!["username"]),
            (json!({ "username": "k@m", "name": "A", "email": "a@example.com", "password": PASSWORD }), vec!["username"]),
        ] {
            let answer = create(wrong).await.refused(400);
            assert_eq!(answer["errors"].as_object().unwrap().keys().collect::<Vec<_>>(), fields, "{answer}");
        }
        let lee =
            create(json!({ "username": "lee", "name": "Lee_100%", "email": "lee@example.com", "password": PASSWORD, "isAdmin": true }))
                .await
                .ok();
        assert_eq!(lee["admin"], true);
        assert_eq!(
            server
                .admin
                .form("/admin/people/new", &[("username", "mo"), ("name", "Mo"), ("email", "mo@example.com"), ("password", PASSWORD)])
                .await
                .status
                .as_u16(),
            303
        );
        let found = async |query: &str| -> Vec<String> {
            let users = server.admin.get(&format!("/api/v1/users?{query}")).await.ok();
            users["users"].as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(found("").await, ["ada", "kim", "lee", "mo"]);
        assert_eq!(found("query=_100%25").await, ["lee"]);
        assert_eq!(found("query=KIM@EX").await, ["kim"]);
        let first = server.admin.get("/api/v1/users?limit=3").await.ok();
        assert_eq!(first["count"], 4);
        assert_eq!(found(&format!("limit=3&cursor={}", first["meta"]["next_cursor"].as_str().unwrap())).await, ["mo"]);

        let path = format!("/api/v1/users/{}", kim["id"].as_str().unwrap());
        server.admin.put(&path, json!({ "username": "LEE", "name": "Other" })).await.refused(400);
        server.admin.put(&path, json!({ "email": "lee@Example.com" })).await.refused(400);
        server.admin.put(&path, json!({ "password": PASSWORD })).await.refused(400);
        assert_eq!(server.admin.get(&path).await.ok(), kim);
        server.admin.put(&path, json!({ "username": "kimk", "email": "kimk@example.com" })).await.ok();
        assert_eq!(server.mail_to("Kim@example.com").await.subject, "Your e-mail address was changed");
        let kim = server.sign_in("kimk").await;
        server.admin.put(&path, json!({ "email_verified": false })).await.ok();
        kim.post("/api/v1/teams", json!({ "name": "Harbor" })).await.refused(401);
        server.admin.form(&format!("/admin/people/{}/verify", kim.id), &[]).await.leads_to();
        kim.post("/api/v1/teams", json!({ "name": "Harbor" })).await.ok();
        server.admin.form(&format!("/admin/people/{}/reset-password", kim.id), &[]).await.leads_to();
        server.mail_to("kimk@example.com").await.link(&server.base, "/reset-password/");
        let refused = server.admin.delete(&path).await.refused(400);
        assert_eq!(refused["code"], "last_owner");
        assert!(refused["error"].as_str().unwrap().contains("Harbor"), "{refused}");
        kim.delete(&format!("/api/v1/teams/{}", kim.get("/api/v1/user/teams").await.ok()["teams"][0]["id"].as_str().unwrap())).await.ok();
        assert_eq!(server.admin.form(&format!("/admin/people/{}/delete", kim.id), &[("confirm", "kim")]).await.status.as_u16(), 422);
        assert_eq!(
            server.admin.form(&format!("/admin/people/{}/delete", kim.id), &[("confirm", "kimk")]).await.leads_to(),
            "/admin/people"
        );
        kim.get("/api/v1/user").await.refused(401);
        server.admin.get(&path).await.refused(404);
    }

    async fn suspension_shuts_out_at_once(server) {
        let team = server.team("Harbor").await;
        let kim = server.join(&team, "kim", 50).await;
        let token = server.token(&kim, false).await;
        kim.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "out@example.com" })).await.ok();
        server.anonymous().post("/account/forgot_password", json!({ "email": "kim" })).await.ok();
        let reset = server.mail_to("kim@example.com").await.link(&server.base, "/reset-password/");
        server.admin.put(&user(&kim), json!({ "suspended": true })).await.ok();
        kim.get("/api/v1/user").await.refused(401);
        token.get("/api/v1/user").await.refused(401);
        token.put(&format!("/api/v1/teams/{}", team.id), json!({ "name": "Pier" })).await.refused(401);
        server.anonymous().form(&reset, &[("password", "nine quiet ferries at dusk")]).await.refused(410);
        assert_eq!(login(&server.anonymous(), "kim").await.refused(403)["code"], "user_suspended");
        let wrong = server.anonymous().post("/account/login", json!({ "username": "kim", "password": "not this one, surely" })).await;
        wrong.refused(401);
        let page = server.anonymous().form("/sign-in", &[("username", "kim"), ("password", PASSWORD)]).await;
        assert!(page.status == 403 && page.text.contains("suspended"), "{}", page.text);
        server.admin.put(&user(&kim), json!({ "suspended": false })).await.ok();
        kim.get("/api/v1/user").await.refused(401);
        login(&kim, "kim").await.ok();
        kim.get(&format!("/api/v1/teams/{}", team.id)).await.ok();
    }

    async fn somebody_always_runs_the_instance(server) {
        let admin = &server.admin;
        assert_eq!(admin.put(&user(admin), json!({ "admin": false })).await.refused(400)["code"], "last_administrator");
        let own = admin.get(&format!("/admin/people/{}", admin.id)).await.page();
        assert!(own.contains("runs this instance alone") && !own.contains("Take administration away"), "{own}");
        assert_eq!(admin.put(&user(admin), json!({ "suspended": true })).await.refused(409)["code"], "own_account");
        admin.put(&user(admin), json!({ "email_verified": false })).await.refused(409);
        assert_eq!(admin.delete(&user(admin)).await.refused(400)["code"], "own_account");
        let kim = server.person("kim").await;
        admin.form(&format!("/admin/people/{}/promote", kim.id), &[]).await.leads_to();
        kim.get("/admin").await.page();
        // A suspended administrator runs nothing: the other one is the last.
        admin.put(&user(&kim), json!({ "suspended": true })).await.ok();
        assert_eq!(admin.put(&user(admin), json!({ "admin": false })).await.refused(400)["code"], "last_administrator");
        admin.put(&user(&kim), json!({ "suspended": false })).await.ok();
        login(&kim, "kim").await.ok();
        assert_eq!(admin.form(&format!("/admin/people/{}/demote", admin.id), &[]).await.leads_to(), "/account");
        admin.get("/api/v1/users").await.refused(403);
        assert_eq!(kim.put(&user(&kim), json!({ "admin": false, "name": "Kim K." })).await.refused(400)["code"], "last_administrator");
        assert_eq!(kim.get("/api/v1/user").await.ok()["name"], "Kim");
    }

    async fn mails_are_listed_and_readable(server) {
        let team = server.team("Harbor").await;
        let invited =
            team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "one@example.com two@example.com" })).await;
        invited.ok();
        let revoked = team.owner.get(&format!("/api/v1/teams/{}/invitations", team.id)).await.ok();
        let gone =
            revoked["invitations"].as_array().unwrap().iter().find(|one| one["invitee"]["email"] == "two@example.com").unwrap()["id"]
                .clone();
        team.owner.delete(&format!("/api/v1/teams/{}/invitations/{}", team.id, gone.as_str().unwrap())).await.ok();
        let link = server.mail_to("one@example.com").await.link(&server.base, "/invitation/");
        let mails = server.admin.get("/api/v1/admin/mails").await.ok();
        let of = |to: &str| mails["mails"].as_array().unwrap().iter().find(|mail| mail["to"] == to).unwrap().clone();
        assert_eq!((&of("one@example.com")["state"], &of("one@example.com")["subject"]), (&json!("sent"), &json!("Join Harbor on Burgee")));
        assert_eq!(of("two@example.com")["state"], "not-wanted", "what was taken back is not sent");
        let id = of("one@example.com")["id"].as_str().unwrap().to_owned();
        assert!(server.admin.get("/admin/mail").await.page().contains(&id));
        assert!(server.admin.get(&format!("/admin/mail/{id}")).await.page().contains(&link), "files can be read here");
        let token = server.token(&server.admin, false).await;
        assert!(!token.get(&format!("/admin/mail/{id}")).await.page().contains(&link), "but not with a token: the link lets somebody in");
        team.owner.get(&format!("/admin/mail/{id}")).await.refused(404);
        // Sent again, the link is another one.
        team.owner.form(&format!("/admin/mail/{id}/send-again"), &[]).await.refused(404);
        server.admin.form(&format!("/admin/mail/{id}/send-again"), &[]).await.leads_to();
        assert_eq!(
            server.admin.post(&format!("/api/v1/admin/mails/{id}/send-again"), json!({})).await.refused(409)["code"],
            "already_waiting"
        );
        assert_ne!(server.mail_to("one@example.com").await.link(&server.base, "/invitation/"), link);
        server.anonymous().get(&link).await.refused(410);
        assert_eq!(server.admin.get("/api/v1/admin/audit-log?limit=1").await.ok()["log"][0]["action"], "mail.sent-again");
        server.admin.get("/admin/mail/00000000-0000-0000-0000-000000000000").await.refused(404);
    }
}

/// Mails to a mailbox in the test's mail server.
fn delivered(to: &str) -> Vec<String> {
    let folder = PathBuf::from(std::env::var("BURGEE_TEST_SMTP_DIR").expect("BURGEE_TEST_SMTP_DIR: run `make test`"));
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"));
    let texts = files.map(|path| std::fs::read_to_string(path).unwrap());
    texts.filter(|text| text.contains(&format!("X-Envelope-To: {to}\r\n"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_goes_through_a_mail_server_and_failures_are_told() {
    let url = std::env::var("BURGEE_TEST_SMTP").expect("BURGEE_TEST_SMTP names a mail server: run `make test`");
    let server = Server::sqlite_with(|config| config.mail = url.parse().unwrap()).await;
    let team = server.team("Harbor").await;
    let unique = uuid::Uuid::new_v4().simple().to_string();
    let [good, refused, later] = ["zoë", "refused", "later"].map(|name| format!("{name}-{unique}@example.com"));
    let good = good.replace('ë', "e");
    let path = format!("/api/v1/teams/{}/invitations", team.id);
    team.owner.put(&format!("/api/v1/teams/{}", team.id), json!({ "name": "Häfen & Söhne 王" })).await.ok();
    team.owner.post(&path, json!({ "user": format!("{good} {refused} {later}") })).await.ok();
    server.work().await;

    let [mail] = <[String; 1]>::try_from(delivered(&good)).unwrap();
    assert!(mail.starts_with("X-Envelope-From: burgee@example.com\r\n"), "{mail}");
    assert!(mail.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{mail}");
    let read = parse(&mail);
    assert_eq!(read.to, good);
    assert!(read.text.contains("invites you to join Häfen & Söhne 王 as Member"), "{}", read.text);
    server.anonymous().get(&read.link(&server.base, "/invitation/")).await.page();

    let state = async |to: &str| {
        let mails = server.admin.get("/api/v1/admin/mails?limit=200").await.ok();
        mails["mails"].as_array().unwrap().iter().find(|mail| mail["to"] == to).unwrap().clone()
    };
    assert_eq!(state(&good).await["state"], "sent");
    // For good: it is given up, and everybody who needs to know sees why.
    let failed = state(&refused).await;
    assert_eq!((&failed["state"], &failed["attempts"]), (&json!("failed"), &json!(1)));
    assert!(failed["error"].as_str().unwrap().contains("No such mailbox"), "{failed}");
    assert!(team.owner.get("/team/harbor/invitations").await.page().contains("No such mailbox"));
    assert!(server.admin.get("/admin/mail").await.page().contains("No such mailbox"));
    let given_up = server.admin.get("/api/v1/admin/audit-log?event=mail.given-up").await.ok();
    assert_eq!(given_up["log"][0]["body"]["mail"]["name"], json!(refused));
    // For now: it waits and is tried again, with growing pauses.
    let waiting = state(&later).await;
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("waiting"), &json!(1)));
    assert!(waiting["error"].as_str().unwrap().contains("Try again later"), "{waiting}");
    let page = team.owner.get("/team/harbor/invitations").await.page();
    assert!(page.contains("Try again later") && page.contains("will be tried again"), "{page}");
    let list = server.admin.get("/admin/mail").await.page();
    assert!(list.contains("Try again later"), "{list}");
    for (pause, attempts) in [(29_000, 1), (1_000, 2), (30_000, 2), (30_000, 3)] {
        server.later(pause);
        server.work().await;
        assert_eq!(state(&later).await["attempts"], attempts);
    }
    for _ in 0..40 {
        server.later(6 * 60 * MINUTE);
        server.work().await;
    }
    assert_eq!(state(&later).await["state"], "failed");
    assert_eq!(state(&refused).await["attempts"], 1);

    // By hand it is tried once more, and the invitation is still there to be sent to another address.
    let id = state(&refused).await["id"].as_str().unwrap().to_owned();
    let admin = server.sign_in("ada").await;
    admin.post(&format!("/api/v1/admin/mails/{id}/send-again"), json!({})).await.ok();
    assert_eq!(state(&refused).await["state"], "waiting");
    server.work().await;
    assert_eq!(state(&refused).await["state"], "not-wanted", "after seven days nobody wants it any more");
    assert!(delivered(&refused).is_empty() && delivered(&later).is_empty());
    assert_eq!(server.sign_in("harbor-owner").await.get(&path).await.ok()["count"], 3);
    assert!(admin.get(&format!("/admin/mail/{id}")).await.page().contains(&refused), "there is no text to read, only what became of it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_without_mail_says_so() {
    let server = Server::sqlite_with(|config| config.mail = MailTarget::Off).await;
    let kim = server.person("kim").await;
    server.admin.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
    assert_eq!(server.anonymous().get("/api/v1/settings").await.ok()["user:signup"], false);
    server.anonymous().get("/sign-up").await.refused(403);
    server.admin.get("/admin/mail").await.page();
    // Nobody has to confirm what cannot be confirmed.
    kim.put("/api/v1/user", json!({ "email": "new@example.com", "password": PASSWORD })).await.ok();
    let profile = kim.get("/api/v1/user").await.ok();
    assert_eq!((&profile["email"], &profile["email_verified"]), (&json!("new@example.com"), &json!(false)));
    kim.post("/api/v1/teams", json!({ "name": "Harbor" })).await.ok();
    server.later(DAY);
    server.work().await;
    assert_eq!(server.admin.get("/api/v1/admin/mails").await.ok()["count"], 0);
}
