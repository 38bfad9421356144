//! axe on every page that there is, in light and in dark. The list comes from the code: a page that is added is looked at.

use std::collections::HashMap;

use burgee::authz::Surface;
use reqwest::Method;
use serde_json::json;

use crate::support::{Server, Team, visit};

/// What no person looks at.
const NO_PAGES: [&str; 16] = [
    "/assets/{*path}",
    "/avatar/{id}",
    "/healthz",
    "/readyz",
    "/",
    "/team/{team}",
    "/team/create/check",
    "/team/{team}/products/{product}",
    "/team/{team}/products/{product}/stream",
    "/team/{team}/transfer/export",
    "/team/{team}/products/{product}/transfer/export",
    // They are about a value that the page before names.
    "/team/{team}/products/{product}/configs/{config}/flags/{flag}/switch",
    "/team/{team}/products/{product}/configs/{config}/flags/{flag}/restore",
    "/team/{team}/products/{product}/configs/{config}/flags/{flag}/copy",
    "/team/{team}/products/{product}/configs/{config}/copy",
    "/team/{team}/products/{product}/configs/{config}/keys/{environment}/revoke",
];
/// A flag with a rule and a split, so that every part of its page is there.
const RULES: &str = r#"{"default":{"b":false},"rules":[{"if":[{"user":{"a":"Email","c":32,"l":["@example.com"]}}],"then":{"b":true}}],
    "split":[{"percent":20,"value":{"b":true}},{"percent":80,"value":{"b":false}}]}"#;
/// What is seen before there is an account, in the newcomer's tour.
const BEFORE: [&str; 2] = ["/setup", "/setup/{token}"];
/// What needs somebody whose address is not confirmed.
const UNVERIFIED: &str = "/verify";

/// Something of everything, so that no page is empty.
async fn world() -> (Server, HashMap<&'static str, String>) {
    let server = Server::named().await;
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
    let product = server.product(&team, "Storefront").await;
    server.put_in(&product, product.manager, &team.member).await;
    server.put_in(&product, product.developer, &server.person("reader").await).await;
    let offers = format!("/api/v1/products/{}/invitations", product.id);
    server.admin.post(&offers, json!({ "user": "offered@example.com", "permissionGroupId": product.developer })).await.ok();
    let offer = server.admin.get(&offers).await.ok()["invitations"][0]["id"].as_str().unwrap().to_owned();
    let flag = server.setting(&product, "newCheckout", 0, RULES).await;
    server.sql(&format!("UPDATE setting_values SET updater = {}", server.literal(&server.admin.id))).await;
    server.admin.form(&format!("{}/tags", product.path), &[("name", "checkout")]).await.leads_to();
    let tag = server.value::<burgee::ids::TagId>("SELECT MAX(id) FROM tags", vec![]).await;
    let beta = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "kim")];
    let segment = server.admin.form(&format!("{}/segments", product.path), &beta).await.leads_to().rsplit('/').next().unwrap().to_owned();
    let accounts = format!("/api/v1/teams/{}/service-accounts", team.id);
    let account = server.admin.post(&accounts, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
    let keys = format!("/api/v1/products/{}/configs/{}/environments/{}/sdk-keys", product.id, product.config, product.production);
    assert!(server.admin.post(&keys, json!({})).await.status.is_success());
    let hook = [
        ("config", product.config.as_str()),
        ("environment", &product.production),
        ("url", "http://127.0.0.1:9/"),
        ("method", "post"),
        ("content", "{}"),
        ("headers.0.key", "X-From"),
        ("headers.0.value", "burgee"),
    ];
    let webhook = server.admin.form(&format!("{}/webhooks", product.path), &hook).await.leads_to();
    server.admin.form(&format!("{webhook}/test"), &[]).await.leads_to();
    server.admin.form(&format!("{webhook}/keys"), &[]).await.leads_to();
    let slack = [("kind", "slack"), ("name", "Changes"), ("parameters.incoming_webhook.url", "https://hooks.slack.com/services/T0/B0/x")];
    let integration = server.admin.form(&format!("{}/integrations", product.path), &slack).await.leads_to();
    let found =
        json!({ "settingId": flag, "references": [{ "file": "src/cart.ts", "line": { "number": 42, "text": "isOn('newCheckout')" } }] });
    let scan = json!({ "repository": "shop", "branch": "main", "commitHash": "0123456789", "found": [found] });
    server.admin.post(&format!("/api/v1/products/{}/configs/{}/code-references", product.id, product.config), scan).await.ok();
    server.work().await;
    let mails = server.admin.get("/api/v1/admin/mails").await.ok();
    let mut names = HashMap::new();
    names.insert("{team}", team.slug.clone());
    names.insert("{offer}", offer);
    names.insert("{product}", product.id.clone());
    names.insert("{config}", product.config.clone());
    names.insert("{environment}", product.production.clone());
    names.insert("{group}", product.developer.to_string());
    names.insert("{flag}", flag.to_string());
    names.insert("{tag}", tag.to_string());
    names.insert("{segment}", segment);
    names.insert("{webhook}", webhook.rsplit('/').next().unwrap().to_owned());
    names.insert("{integration}", integration.rsplit('/').next().unwrap().to_owned());
    names.insert("{account}", account);
    names.insert("{person}", team.member.id.clone());
    names.insert("{invitation}", open["invitations"][0]["id"].as_str().unwrap().to_owned());
    names.insert("{mail}", mails["mails"][0]["id"].as_str().unwrap().to_owned());
    for (path, to, prefix) in [
        ("/invitation/{token}", "new@example.com", "/invitation/"),
        ("/reset-password/{token}", "kim@example.com", "/reset-password/"),
        ("/verify/{token}", "una@example.com", "/verify/"),
        ("/account/confirm-email/{token}", "ada@new.example", "/account/confirm-email/"),
    ] {
        names.insert(path, server.mail_to(to).await.link(server.public_url(), prefix));
    }
    (server, names)
}

fn pages(names: &HashMap<&'static str, String>) -> Vec<String> {
    let table = burgee::app::table();
    let shown = table.iter().filter(|route| route.surface == Surface::Page && route.method == Method::GET);
    let mut paths: Vec<String> = shown
        .map(|route| route.path)
        .filter(|path| !NO_PAGES.contains(path) && !BEFORE.contains(path) && *path != UNVERIFIED)
        .map(|path| path.replace("{product}/invitations/{invitation}", "{product}/invitations/{offer}"))
        .map(|path| names.iter().fold(path, |path, (name, value)| path.replace(name, value)))
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
    let unknown: Vec<&String> = paths.iter().filter(|path| path.contains('{')).collect();
    assert!(unknown.is_empty(), "pages with unknown names: {unknown:?}");
    paths
}

/// Signed in as an administrator who owns a team, or not at all.
async fn look(signed_in: bool) {
    let (server, names) = world().await;
    let paths = pages(&names);
    let path = "/team/harbor/products/{product}/configs/{config}/flags/{flag}";
    let value = names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    let environment = names["{environment}"].clone();
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
            page.misses("datetime=").await;
            let title = page.ask("return document.title").await;
            assert!(title.as_str().is_some_and(|title| title.len() > 6), "{path} has the title {title}");
            page.is_accessible().await;
            page.is_readable_in_the_dark().await;
            // No page is a dead end.
            let ways = "return document.querySelectorAll('a[href]:not([href^=\"#\"]), form button').length";
            assert!(page.ask(ways).await.as_u64().is_some_and(|ways| ways > 0), "{path} leads nowhere");
        }
        if signed_in {
            // Who may see a value and not change it reads it on the same page.
            let reader = visit.signed_in("reader").await;
            reader.go(&format!("{}?environment={}", value, environment)).await;
            reader.sees("You may see this value and not change it").await;
            reader.sees("last changed").await;
            reader.misses("datetime=").await;
            reader.is_accessible().await;
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
