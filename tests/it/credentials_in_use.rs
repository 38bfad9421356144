//! What shows that a credential is in other hands, and what ends it: the address of a token's last use, the maker of a service account, and
//! the end of all sessions and tokens at once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Server, on_both};

const NEW: &str = "nine quiet ferries at dusk";
const TOKENS: &str = "/api/v1/user/tokens";

/// The actions of the newest events of the platform's log, newest first.
async fn newest(server: &Server, count: usize) -> Vec<String> {
    let log = server.admin.get(&format!("/api/v1/admin/audit-log?limit={count}")).await.ok();
    log["log"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// What the list says of the only token.
async fn only(person: &Client, path: &str) -> Value {
    person.get(path).await.ok()["tokens"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_shows_from_where_it_was_last_used() {
    let server = Server::sqlite_with(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]).await;
    let team = server.team("Harbor").await;
    let token = server.token(&team.owner, true).await;
    let accounts = format!("/api/v1/teams/{}/service-accounts", team.id);
    let account = team.owner.post(&accounts, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
    let tokens = format!("{accounts}/{account}/tokens");
    let made = team.owner.post(&tokens, json!({ "name": "ci" })).await.ok();
    let program = server.anonymous().with_token(made["password"].as_str().unwrap());
    let use_from = async |token: &Client, address: &str| {
        token.send(Method::GET, "/api/v1/user", |request| request.header("x-forwarded-for", address)).await.ok();
        server.note_seen().await;
    };
    assert_eq!(only(&team.owner, TOKENS).await["lastUsedAddress"], Value::Null);
    for (token, list, page) in
        [(&token, TOKENS.to_owned(), "/account/tokens".to_owned()), (&program, tokens, format!("/team/harbor/service-accounts/{account}"))]
    {
        use_from(token, "192.0.2.7").await;
        assert_eq!(only(&team.owner, &list).await["lastUsedAddress"], "192.0.2.7");
        // Somebody else has it too, and uses it in the same moment.
        use_from(token, "2001:db8::66").await;
        assert_eq!(only(&team.owner, &list).await["lastUsedAddress"], "2001:db8::66");
        let page = team.owner.get(&page).await.page();
        assert!(page.contains("from 2001:db8::66"), "{page}");
    }
}

on_both! {
    async fn a_service_account_shows_who_made_it_after_they_have_left(server) {
        let team = server.team("Harbor").await;
        let lee = server.join(&team, "lee", 50).await;
        let accounts = format!("/api/v1/teams/{}/service-accounts", team.id);
        let account = lee.post(&accounts, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
        server.admin.delete(&format!("/api/v1/users/{}", lee.id)).await.ok();
        let shown = team.owner.get(&format!("{accounts}/{account}")).await.ok();
        assert_eq!((&shown["createdBy"], &shown["createdAt"]), (&json!("Lee"), &json!("2026-11-22T09:00:00.000Z")));
        let page = team.owner.get(&format!("/team/harbor/service-accounts/{account}")).await.page();
        assert!(page.contains("by Lee."), "{page}");
    }

    async fn administrators_end_all_sessions_of_a_person(server) {
        let kim = server.person("kim").await;
        let (second, third) = (server.sign_in("kim").await, server.sign_in("kim").await);
        let token = server.token(&kim, false).await;
        let path = format!("/api/v1/users/{}/sessions", kim.id);
        kim.delete(&path).await.refused(404);
        server.anonymous().delete(&path).await.refused(401);
        server.admin.delete(&path).await.ok();
        for ended in [&kim, &second, &third] {
            ended.get("/api/v1/user").await.refused(401);
        }
        token.get("/api/v1/user").await.ok();
        assert_eq!(newest(&server, 1).await, ["account.sessions-ended"]);
        // One's own are ended where one is asked who one is, never by a token.
        let own = format!("/api/v1/users/{}/sessions", server.admin.id);
        assert_eq!(server.token(&server.admin, false).await.delete(&own).await.refused(400)["code"], "own_account");
        // Again, there is none, and no event.
        server.admin.delete(&path).await.ok();
        assert_eq!(newest(&server, 2).await, ["account.token-created", "account.sessions-ended"]);
        let again = server.sign_in("kim").await;
        let page = server.admin.get(&format!("/admin/people/{}", kim.id)).await.page();
        assert!(page.contains("End all sessions"), "{page}");
        server.admin.form(&format!("/admin/people/{}/end-sessions", kim.id), &[]).await.leads_to();
        again.get("/api/v1/user").await.refused(401);
    }

    async fn a_new_password_revokes_tokens_if_that_is_wanted(server) {
        let kim = server.person("kim").await;
        // Nothing is offered where there is nothing to be revoked.
        assert!(!kim.get("/account/security").await.page().contains("revoke_tokens"));
        let tokens = [server.token(&kim, false).await, server.token(&kim, true).await];
        let page = kim.get("/account/security").await.page();
        assert!(page.contains("revoke_tokens") && page.contains("There are 2 tokens."), "{page}");
        let change = json!({ "old_password": PASSWORD, "password": NEW });
        kim.put("/api/v1/user/change_password", change).await.ok();
        tokens[0].get("/api/v1/user").await.ok();
        let back = [("old_password", NEW), ("password", PASSWORD), ("revoke_tokens", "on")];
        kim.form("/account/password", &back).await.leads_to();
        for token in &tokens {
            token.get("/api/v1/user").await.refused(401);
        }
        assert_eq!(newest(&server, 3).await, ["account.token-revoked", "account.token-revoked", "account.password-changed"]);

        // Through a mailed link, on the page and over the API.
        let token = server.token(&kim, false).await;
        let ask = async || {
            server.later(burgee::clock::HOUR);
            server.anonymous().post("/account/forgot_password", json!({ "email": "kim" })).await.ok();
            server.mail_to("kim@example.com").await.link(&server.base, "/reset-password/")
        };
        let link = ask().await;
        let page = server.anonymous().get(&link).await.page();
        assert!(page.contains("revoke_tokens") && page.contains("There is 1 token."), "{page}");
        server.anonymous().form(&link, &[("password", NEW)]).await.leads_to();
        token.get("/api/v1/user").await.ok();
        let link = ask().await;
        server.anonymous().form(&link, &[("password", PASSWORD), ("revoke_tokens", "on")]).await.leads_to();
        token.get("/api/v1/user").await.refused(401);
        assert!(newest(&server, 3).await.contains(&"account.token-revoked".to_owned()));
        let token = server.token(&server.sign_in("kim").await, false).await;
        let secret = ask().await.rsplit('/').next().unwrap().to_owned();
        let body = json!({ "password": NEW, "revoke_tokens": true });
        server.anonymous().post(&format!("/account/reset_password/{secret}"), body).await.ok();
        token.get("/api/v1/user").await.refused(401);
    }
}
