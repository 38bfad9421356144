//! What is open or under way when somebody loses a right: it ends within a second, and nothing is told after the answer.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{extract::FromRequestParts as _, http::Request};
use burgee::{
    authn,
    authz::{Access, Authorized, Permission, SignedIn},
    clock::DAY,
    ids::RequestId,
    products::{ProductKey, permits::ReadProduct},
};
use serde_json::json;

use crate::support::{Client, Events, PASSWORD, Product, Server, Team, on_both};

/// How soon everything ends.
const SOON: Duration = Duration::from_secs(1);

async fn storefront(server: &Server) -> (Team, Product) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    (team, product)
}

fn stream(product: &Product) -> String {
    format!("{}/stream", product.path)
}

fn keys(product: &Product, environment: &str) -> String {
    format!("/api/v1/products/{}/configs/{}/environments/{environment}/sdk-keys", product.id, product.config)
}

fn member(product: &Product, person: &Client) -> String {
    format!("/api/v1/products/{}/members/{}", product.id, person.id)
}

/// Changes something that everybody with access to Test hears of.
async fn change(by: &Client, product: &Product) {
    let path = keys(product, &product.test);
    if by.get(&path).await.ok()["secondary"].is_null() {
        by.post(&path, json!({})).await.ok();
    } else {
        by.delete(&format!("{path}/secondary")).await.ok();
    }
}

/// Somebody new in the group Developer.
async fn developer(server: &Server, product: &Product, name: &str) -> Client {
    let person = server.person(name).await;
    server.put_in(product, product.developer, &person).await;
    person
}

/// What a stream told until it ended, which must be soon.
async fn rest(events: &mut Events) -> Vec<String> {
    let mut told = vec![];
    let end = async {
        while let Some(event) = events.next().await {
            told.push(event);
        }
    };
    tokio::time::timeout(SOON, end).await.expect("the stream goes on");
    told
}

/// Takes a right away while somebody else changes things all the time. The stream ends, and the owner, who changes something once the answer
/// is there, is not heard in it.
async fn silences(server: &Server, team: &Team, product: &Product, mut events: Events, revoke: impl Future<Output = ()>) {
    let busy = AtomicBool::new(true);
    let noise = async {
        while busy.load(Ordering::SeqCst) {
            change(&server.admin, product).await;
        }
    };
    let revocation = async {
        assert!(events.next().await.is_some_and(|event| event.contains("Ada")), "it is told while it may be");
        revoke.await;
        let (told, ()) = tokio::join!(rest(&mut events), async {
            busy.store(false, Ordering::SeqCst);
            let name = uuid::Uuid::new_v4().to_string();
            team.owner.form(&format!("{}/tags", product.path), &[("name", name.as_str())]).await.leads_to();
        });
        assert!(told.iter().all(|event| event.contains("Ada")), "told after the answer: {told:?}");
    };
    tokio::join!(noise, revocation);
}

on_both! {
    async fn a_page_hears_nothing_more_once_its_reader_may_not(server) {
        let (team, product) = storefront(&server).await;
        let path = stream(&product);

        let kim = developer(&server, &product, "kim").await;
        let removed = async { team.owner.delete(&member(&product, &kim)).await.ok(); };
        silences(&server, &team, &product, kim.listen(&path).await, removed).await;
        kim.get(&path).await.refused(404);

        let lee = developer(&server, &product, "lee").await;
        let left = async { lee.delete(&format!("/api/v1/products/{}/members/me", product.id)).await.ok(); };
        silences(&server, &team, &product, lee.listen(&path).await, left).await;

        server.put_in(&product, product.developer, &team.member).await;
        let out_of_the_team = async { team.owner.delete(&format!("/api/v1/teams/{}/members/{}", team.id, team.member.id)).await.ok(); };
        silences(&server, &team, &product, team.member.listen(&path).await, out_of_the_team).await;

        let second = server.join(&team, "second", 50).await;
        let lowered = async { team.owner.put(&format!("/api/v1/teams/{}/members/{}", team.id, second.id), json!({ "role": 30 })).await.ok(); };
        silences(&server, &team, &product, second.listen(&path).await, lowered).await;
        second.get(&path).await.refused(404);

        let sam = developer(&server, &product, "sam").await;
        let suspended = async { server.admin.put(&format!("/api/v1/users/{}", sam.id), json!({ "suspended": true })).await.ok(); };
        silences(&server, &team, &product, sam.listen(&path).await, suspended).await;
    }

    async fn a_page_hears_nothing_more_once_its_session_or_token_has_ended(server) {
        let (team, product) = storefront(&server).await;
        let path = stream(&product);
        let kim = developer(&server, &product, "kim").await;

        let desk = server.sign_in("kim").await;
        let ended = async { kim.form("/account/sessions/end-others", &[]).await.leads_to(); };
        silences(&server, &team, &product, desk.listen(&path).await, ended).await;

        let desk = server.sign_in("kim").await;
        let new = json!({ "old_password": PASSWORD, "password": "another seventeen lanterns" });
        let changed = async { kim.put("/api/v1/user/change_password", new).await.ok(); };
        silences(&server, &team, &product, desk.listen(&path).await, changed).await;

        let program = server.token(&kim, true).await;
        let tokens = kim.get("/api/v1/user/tokens").await.ok();
        let id = tokens["tokens"][0]["id"].as_str().unwrap_or_else(|| panic!("{tokens}"));
        let revoked = async { kim.delete(&format!("/api/v1/user/tokens/{id}")).await.ok(); };
        silences(&server, &team, &product, program.listen(&path).await, revoked).await;

        let mut stays = kim.listen(&path).await;
        change(&server.admin, &product).await;
        assert_eq!(stays.data().await["who"], "Ada", "the session that did all that goes on");
    }

    async fn a_group_that_loses_sight_of_an_environment_hears_no_more_of_it(server) {
        let (team, product) = storefront(&server).await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        let sees = server.group(&product, "Sees", &[], &[(&product.test, Access::Full), (&product.production, Access::Full)]).await;
        let blind = server.group(&product, "Blind", &[], &[(&product.test, Access::Full)]).await;
        let (kim, lee) = (server.person("kim").await, server.person("lee").await);
        server.put_in(&product, sees, &kim).await;
        server.put_in(&product, sees, &lee).await;
        for (person, moved) in [(&kim, true), (&lee, false)] {
            let mut events = person.listen(&stream(&product)).await;
            server.flip(&team.owner, &product, flag, &product.production, true).await;
            assert!(events.data().await["topics"].to_string().contains(&product.production));
            if moved {
                team.owner.put(&member(&product, &kim), json!({ "permissionGroupId": blind })).await.ok();
            } else {
                let level = |environment: &str| format!("env_{environment}");
                let (test, production) = (level(&product.test), level(&product.production));
                let fields = [("name", "Sees"), ("new_environments", "none"), (test.as_str(), "full"), (production.as_str(), "none")];
                team.owner.form(&format!("{}/groups/{sees}", product.path), &fields).await.leads_to();
            }
            server.flip(&team.owner, &product, flag, &product.production, false).await;
            server.flip(&team.owner, &product, flag, &product.test, moved).await;
            loop {
                let told = events.data().await.to_string();
                assert!(!told.contains(&product.production), "{told}");
                if told.contains(&format!("value:{flag}:{}", product.test)) {
                    break;
                }
                assert!(!told.contains(&product.config), "of the config only the change in Test is told: {told}");
            }
        }
    }

    async fn whoever_waits_for_the_end_of_a_right_is_told(server) {
        let (team, product) = storefront(&server).await;
        let kim = developer(&server, &product, "kim").await;
        let id: burgee::ids::ProductId = product.id.parse().unwrap();
        let witness = async |program: &Client| -> Authorized<ReadProduct> {
            let request = Request::get("/").header("authorization", format!("Bearer {}", program.secret()));
            let mut parts = request.body(()).unwrap().into_parts().0;
            parts.extensions.insert(authn::Client {
                address: [127, 0, 0, 1].into(),
                agent: String::new(),
                request: RequestId::new(),
                here: "/".into(),
                theme: String::new(),
                now: server.app.clock.now(),
            });
            let who = SignedIn::from_request_parts(&mut parts, &server.app).await.unwrap();
            who.on::<ReadProduct>(&ProductKey::of(id)).await.unwrap()
        };
        let first = server.token(&kim, true).await;
        let tokens = kim.get("/api/v1/user/tokens").await.ok();
        let id = tokens["tokens"][0]["id"].as_str().unwrap();
        let second = server.token(&kim, true).await;

        // It goes on through changes that take nothing away, and ends with its own token.
        let end = tokio::spawn(witness(&first).await.until_revoked());
        let other = tokio::spawn(witness(&second).await.until_revoked());
        change(&server.admin, &product).await;
        team.owner.put(&member(&product, &kim), json!({ "permissionGroupId": product.manager })).await.ok();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!end.is_finished() && !other.is_finished());
        kim.delete(&format!("/api/v1/user/tokens/{id}")).await.ok();
        tokio::time::timeout(SOON, end).await.expect("it goes on without its token").unwrap();
        assert!(!other.is_finished());

        // What is taken away before anybody waits is not missed.
        let program = server.token(&kim, false).await;
        let (end, more) = (witness(&program).await.until_revoked(), witness(&program).await.until_revoked());
        let running = tokio::spawn(more);
        team.owner.delete(&member(&product, &kim)).await.ok();
        tokio::time::timeout(SOON, end).await.expect("what came first was missed");
        tokio::time::timeout(SOON, running).await.expect("it goes on without the right").unwrap();
        tokio::time::timeout(SOON, other).await.expect("it goes on without the right").unwrap();

        // And everything ends when the server stops.
        let owner = server.token(&team.owner, false).await;
        let end = tokio::spawn(witness(&owner).await.until_revoked());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!end.is_finished());
        server.app.bus.stop();
        tokio::time::timeout(SOON, end).await.expect("the server stops").unwrap();
    }

    async fn no_request_that_starts_after_the_answer_gets_through(server) {
        let (team, product) = storefront(&server).await;
        let switches = [Permission::SdkKeyRead, Permission::SdkKeyRotate];
        let full = [(product.test.as_str(), Access::Full), (product.production.as_str(), Access::Full)];
        let kim = server.person("kim").await;
        let program = server.token(&kim, false).await;
        let path = keys(&product, &product.production);
        let strong = server.group(&product, "Strong", &switches, &full).await;
        let blind = server.group(&product, "Blind", &switches, &full[..1]).await;
        let level = |environment: &str| format!("env_{environment}");
        let (test, production) = (level(&product.test), level(&product.production));
        let fields = [("name", "Strong"), ("new_environments", "none"), (test.as_str(), "full"), (production.as_str(), "full")];
        for (how, refused) in [("moved", 404), ("lowered", 403), ("removed", 404)] {
            let strong = if how == "lowered" { strong } else { server.group(&product, how, &switches, &full).await };
            server.put_in(&product, strong, &kim).await;
            let group = format!("{}/groups/{strong}", product.path);
            let revoke = async {
                match how {
                    "moved" => drop(team.owner.put(&member(&product, &kim), json!({ "permissionGroupId": blind })).await.ok()),
                    "lowered" => drop(team.owner.form(&group, &fields).await.leads_to()),
                    _ => drop(team.owner.delete(&member(&product, &kim)).await.ok()),
                }
            };
            let (before, after) = storm(&[kim.clone(), program.clone()], &path, refused, revoke).await;
            assert!(before > 5 && after > 5, "{how}: {before} before, {after} after");
            let rotations = team.owner.get(&format!("/api/v1/products/{}/audit-log?limit=1", product.id)).await.ok();
            let newest = &rotations["log"][0]["action"];
            assert!(!newest.as_str().unwrap().starts_with("sdk-key"), "{how}: the last thing that happened is the revocation, not {newest}");
        }
    }
}

/// Somebody reads and writes without pause, by all their clients, while a right is taken away. How many requests got through before it was;
/// and how many were sent after the answer, each of which must be refused so.
async fn storm(clients: &[Client], path: &str, refused: u16, revoke: impl Future<Output = ()>) -> (usize, usize) {
    let stop = Arc::new(AtomicBool::new(false));
    let work = |client: Client, writes: bool| {
        let (path, stop) = (path.to_owned(), stop.clone());
        tokio::spawn(async move {
            let mut seen = vec![];
            while !stop.load(Ordering::SeqCst) {
                let started = Instant::now();
                let answer = match (writes, seen.len() % 2) {
                    (false, _) => client.get(&path).await,
                    (true, 0) => client.post(&path, json!({})).await,
                    (true, _) => client.delete(&format!("{path}/secondary")).await,
                };
                seen.push((started, answer.status.as_u16()));
            }
            seen
        })
    };
    let all: Vec<_> = clients.iter().flat_map(|client| [false, true].map(|writes| work(client.clone(), writes))).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    revoke.await;
    let answered = Instant::now();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::SeqCst);
    let (mut before, mut after) = (0, 0);
    for one in all {
        for (started, status) in one.await.unwrap() {
            if started > answered {
                assert_eq!(status, refused, "a request that started {:?} after the answer", started - answered);
                after += 1;
            } else {
                before += usize::from(status < 300);
            }
        }
    }
    (before, after)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_on_another_node_too() {
    let server = Server::postgres().await;
    let (team, product) = storefront(&server).await;
    let node = server.beside().await;
    let kim = developer(&server, &product, "kim").await;
    let there = server.token(&kim, true).await.at(&node.base);
    let mut events = there.listen(&stream(&product)).await;
    // The other node may have begun to hear only now.
    tokio::time::sleep(Duration::from_millis(300)).await;
    change(&server.admin, &product).await;
    while events.data().await["who"] != "Ada" {}
    team.owner.delete(&member(&product, &kim)).await.ok();
    let told = rest(&mut events).await;
    assert!(told.iter().all(|event| !event.contains("Harbor-owner")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_does_not_outlive_its_token() {
    let server = Server::sqlite().await;
    let (team, product) = storefront(&server).await;
    let until = server.app.clock.now().0 + DAY;
    let body = json!({ "name": "short", "readOnly": true, "expiresAt": burgee::clock::Time(until).iso() });
    let made = team.owner.post("/api/v1/user/tokens", body).await.ok();
    let program = team.owner.with_token(made["token"].as_str().unwrap());
    let mut events = program.listen(&stream(&product)).await;
    change(&server.admin, &product).await;
    assert_eq!(events.data().await["who"], "Ada");
    server.later(DAY);
    change(&server.admin, &product).await;
    assert_eq!(rest(&mut events).await, Vec::<String>::new());
}
