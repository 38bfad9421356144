//! How often a program may ask, and how it is told.

use reqwest::header;

use crate::support::{Answer, Server};

fn number(answer: &Answer, name: &str) -> i64 {
    answer.headers.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers)).to_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_credential_has_a_count_of_its_own() {
    let server = Server::sqlite_with(|config| config.api_rate_limit = 5).await;
    let (kim, lou) = (server.person("kim").await, server.person("lou").await);
    let (first, second) = (server.token(&kim, false).await, server.token(&lou, false).await);
    // The first time that it is shown it counts for the address, from then on for itself.
    assert_eq!(number(&first.get("/v1/me").await, "x-rate-limit-remaining"), 4);
    let left: Vec<i64> = [
        first.get("/v1/me").await,
        first.get("/v1/organizations").await,
        first.get("/v1/permissions/1").await,
        first.get("/v1/me").await,
        first.get("/v1/me").await,
    ]
    .iter()
    .map(|answer| number(answer, "x-rate-limit-remaining"))
    .collect();
    assert_eq!(left, [4, 3, 2, 1, 0], "errors count too");
    let refused = first.get("/v1/me").await;
    assert_eq!(number(&refused, header::RETRY_AFTER.as_str()), 60);
    assert_eq!(refused.headers["x-rate-limit-remaining"], "0");
    assert!(refused.headers["x-rate-limit-reset"].to_str().unwrap().ends_with('Z'));
    let said = refused.refused(429);
    assert!(said[""][0].is_string(), "{said}");
    second.get("/v1/me").await.ok();
    second.get("/v1/me").await.ok();
    // Only this API is counted.
    for _ in 0..10 {
        first.get("/api/v1/user").await.ok();
    }
    server.later(20_000);
    assert_eq!(number(&first.get("/v1/me").await, header::RETRY_AFTER.as_str()), 40);
    server.later(40_000);
    first.get("/v1/me").await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_up_gives_nobody_more() {
    let server = Server::sqlite_with(|config| config.api_rate_limit = 20).await;
    let kim = server.person("kim").await;
    let known = server.token(&kim, false).await;
    known.get("/v1/me").await.ok();
    let mut refused = 0;
    for number in 0..60 {
        let answer = kim.with_token(&format!("bgp_made-up-{number}")).get("/v1/me").await;
        match answer.status.as_u16() {
            401 => {}
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(refused, 41, "the address had 19 left");
    known.get("/v1/me").await.ok();
    // A method that no route has is answered before anybody is recognised.
    server.later(60_000);
    let odd = kim.with_token("bgp_another");
    for _ in 0..20 {
        odd.patch("/v1/me").await.refused(404);
    }
    odd.get("/v1/me").await.refused(429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_limit_nothing_is_said_of_it() {
    let server = Server::sqlite().await;
    let answer = server.admin.get("/v1/me").await;
    assert!(answer.headers.get("x-rate-limit-remaining").is_none());
    answer.ok();
}
