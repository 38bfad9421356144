//! axe on every page that there is, in light and in dark. The list comes from the code: a page that is added is looked at.

use std::collections::HashMap;

use burgee::authz::Surface;
use reqwest::Method;
use serde_json::json;

use crate::support::{Server, Team, visit};

/// What no person looks at.
const NO_PAGES: [&str; 7] = ["/assets/{*path}", "/avatar/{id}", "/healthz", "/readyz", "/", "/team/{team}", "/team/create/check"];
/// What is seen before there is an account, in the newcomer's tour.
const BEFORE: [&str; 2] = ["/setup", "/setup/{token}"];
/// What needs somebody whose address is not confirmed.
const UNVERIFIED: &str = "/verify";

/// Something of everything, so that no page is empty.
async fn world() -> (Server, HashMap<&'static str, String>) {
    let server = Server::sqlite().await;
    let settings = json!({ "user:signup": true, "user:reset-password": true });
    server.admin.put("/api/v1/settings", settings).await.ok();
    let made = server.admin.post("/api/v1/teams", json!({ "name": "Harbor" })).await.ok();
    let id = made["id"].as_str().unwrap().to_owned();
    let mut team = Team { id, slug: "harbor".into(), owner: server.admin.clone(), member: server.admin.clone() };
    team.member = server.join(&team, "kim", 30).await;
    let other = server.team("Pier").await;
    for (team, who) in [(&team, "new@example.com, kim, kim@@"), (&other, "ada, later@example.com")] {
        team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": who })).await.ok();
    }
    let open = server.admin.get(&format!("/api/v1/teams/{}/invitations", team.id)).await.ok();
    server.token(&server.admin, false).await;
    server.admin.form("/account/email", &[("email", "ada@new.example"), ("password", crate::support::PASSWORD)]).await.leads_to();
    let nobody = server.anonymous();
    nobody.form("/forgot-password", &[("user", "kim")]).await;
    nobody.form("/sign-in", &[("username", "ada"), ("password", "not this one at all")]).await;
    let newcomer = [("username", "una"), ("name", "Una"), ("email", "una@example.com"), ("password", crate::support::PASSWORD)];
    nobody.form("/sign-up", &newcomer).await;
    server.admin.put(&format!("/api/v1/users/{}", other.member.id), json!({ "suspended": true })).await.ok();
    server.work().await;
    let mails = server.admin.get("/api/v1/admin/mails").await.ok();
    let mut names = HashMap::new();
    names.insert("{team}", team.slug.clone());
    names.insert("{person}", team.member.id.clone());
    names.insert("{invitation}", open["invitations"][0]["id"].as_str().unwrap().to_owned());
    names.insert("{mail}", mails["mails"][0]["id"].as_str().unwrap().to_owned());
    for (path, to, prefix) in [
        ("/invitation/{token}", "new@example.com", "/invitation/"),
        ("/reset-password/{token}", "kim@example.com", "/reset-password/"),
        ("/verify/{token}", "una@example.com", "/verify/"),
        ("/account/confirm-email/{token}", "ada@new.example", "/account/confirm-email/"),
    ] {
        names.insert(path, server.mail_to(to).await.link(&server.base, prefix));
    }
    (server, names)
}

fn pages(names: &HashMap<&'static str, String>) -> Vec<String> {
    let table = burgee::app::table();
    let shown = table.iter().filter(|route| route.surface == Surface::Page && route.method == Method::GET);
    let mut paths: Vec<String> = shown
        .map(|route| route.path)
        .filter(|path| !NO_PAGES.contains(path) && !BEFORE.contains(path) && *path != UNVERIFIED)
        .map(|path| names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value)))
        .collect();
    // What a query makes of a page.
    paths.extend(
        [
            "/team/harbor/roles?permission=snapshot.delete",
            "/team/harbor/members?search=nobody",
            "/team/harbor/audit-log?action=team.created",
        ]
        .map(str::to_owned),
    );
    assert!(paths.iter().all(|path| !path.contains('{')), "a page with an unknown name: {paths:?}");
    paths
}

/// Signed in as an administrator who owns a team, or not at all.
async fn look(signed_in: bool) {
    let (server, names) = world().await;
    let paths = pages(&names);
    assert!(paths.len() > 40, "all pages are in the table");
    visit(server, async move |visit| {
        let page = visit.browser().await;
        if signed_in {
            page.sign_in("ada").await;
        }
        let mut seen = 0;
        for path in &paths {
            page.go(path).await;
            if !signed_in && page.path().await == "/sign-in" && path != "/sign-in" {
                continue;
            }
            seen += 1;
            page.misses("Something broke").await;
            let title = page.ask("return document.title").await;
            assert!(title.as_str().is_some_and(|title| title.len() > 6), "{path} has the title {title}");
            page.is_accessible().await;
            page.is_readable_in_the_dark().await;
            // No page is a dead end.
            let ways = "return document.querySelectorAll('a[href]:not([href^=\"#\"]), form button').length";
            assert!(page.ask(ways).await.as_u64().is_some_and(|ways| ways > 0), "{path} leads nowhere");
        }
        assert!(seen > if signed_in { 38 } else { 8 }, "only {seen} pages were seen");
        if !signed_in {
            page.sign_in("una").await;
            page.go(UNVERIFIED).await;
            page.at(UNVERIFIED).await;
            page.is_accessible().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_for_everybody() {
    look(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_for_everybody_before_the_sign_in() {
    look(false).await;
}
