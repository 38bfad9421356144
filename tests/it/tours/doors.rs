//! The doors of the house: set-up, sign-up, sign-in, invitation, reset and sign-out, at each kind of address that people give an instance.
//! Browsers grant a host name over http less than loopback or https, and send other headers with its forms.

use burgee::config::Config;
use serde_json::json;

use crate::support::{PASSWORD, Page, Proxy, SECURE_HOST, Server, Visit, at_a_name, visit, visit_through};

const ANOTHER: &str = "nine quiet ferries at dusk";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doors_open_on_loopback() {
    let (server, link) = Server::untouched(|_| {}).await;
    visit(server, async move |visit| every_door(&visit, &link).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doors_open_at_a_host_name_over_http() {
    let (server, link) = Server::untouched(at_a_name).await;
    visit(server, async move |visit| every_door(&visit, &link).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doors_open_behind_a_proxy_over_https() {
    let behind = |config: &mut Config| {
        config.public_url = format!("https://{SECURE_HOST}").parse().unwrap();
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    };
    let (server, link) = Server::untouched(behind).await;
    let proxy = Proxy::before(server.app.config.listen.port()).await;
    visit_through(server, Some(proxy.port), async move |visit| every_door(&visit, &link).await).await;
}

async fn every_door(visit: &Visit, set_up: &str) {
    let server = &visit.server;
    let public = server.public_url();
    let dana = visit.browser().await;

    // Set-up.
    dana.go(set_up).await;
    dana.at("/setup").await;
    account(&dana, "dana", "Save and name your first team").await;
    dana.at("/team/create").await;
    dana.fill("name", "Harbor").await;
    dana.press("Create team").await;
    dana.at("/team/harbor/overview").await;

    // Sign-out and sign-in.
    signs_out(&dana, "Dana").await;
    dana.sign_in("dana").await;
    dana.at("/team/harbor/overview").await;

    // A button that copies.
    dana.go("/account/tokens").await;
    dana.press("New token").await;
    dana.fill("name", "ci").await;
    dana.press("Make token").await;
    dana.sees("Copy it now").await;
    dana.press("Copy the token").await;
    dana.sees("Copied").await;

    // An invitation to somebody who has no account.
    dana.go("/team/harbor/members").await;
    dana.press("Invite people").await;
    dana.focused("E-mail addresses or user names").await;
    dana.type_text("kim@example.com ").await;
    dana.press("Send 1 invitation").await;
    dana.sees("Sent just now").await;
    let kim = visit.browser().await;
    kim.go(&server.mail_to("kim@example.com").await.link(public, "/invitation/")).await;
    kim.press("Make an account").await;
    named(&kim, "kim").await;
    kim.press("Make account and join").await;
    kim.at("/team/harbor/overview").await;
    signs_out(&kim, "Kim").await;

    // A forgotten password.
    kim.go("/forgot-password").await;
    kim.fill("user", "kim").await;
    kim.press("Send the link").await;
    kim.sees("is on its way").await;
    kim.go(&server.mail_to("kim@example.com").await.link(public, "/reset-password/")).await;
    kim.fill("password", ANOTHER).await;
    kim.press("Save password").await;
    kim.until("have another password", async || !kim.path().await.starts_with("/reset-password")).await;

    // An account of one's own making.
    server.sign_in("dana").await.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
    let noor = visit.browser().await;
    noor.go("/sign-up").await;
    account(&noor, "noor", "Make account").await;
    noor.sees("is on its way").await;
    noor.go(&server.mail_to("noor@example.com").await.link(public, "/verify/")).await;
    noor.press("Yes, it is mine").await;
    noor.until("be confirmed", async || !noor.path().await.starts_with("/verify")).await;
}

async fn account(page: &Page, username: &str, button: &str) {
    page.fill("email", &format!("{username}@example.com")).await;
    named(page, username).await;
    page.press(button).await;
}

async fn named(page: &Page, username: &str) {
    page.fill("username", username).await;
    page.fill("name", &format!("{}{}", username[..1].to_uppercase(), &username[1..])).await;
    page.fill("password", PASSWORD).await;
}

async fn signs_out(page: &Page, name: &str) {
    page.press(name).await;
    page.press("Sign out").await;
    page.at("/sign-in").await;
}
