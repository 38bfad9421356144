//! The example that `burgee demo` serves: it fills itself, and what stands in it has a past, people and places.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::Client;

struct Running(std::process::Child);

impl Drop for Running {
    /// Asks it to stop, so that it throws its folder away; and does not wait for ever.
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        for _ in 0..50 {
            if self.0.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn demo() -> (Running, Client) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_burgee"));
    command.arg("demo").env("BURGEE_LISTEN", &listen).env("BURGEE_LOG", "error").stdout(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let client = Client::new(&format!("http://{listen}"));
    for _ in 0..600 {
        if let Some(status) = running.0.try_wait().unwrap() {
            panic!("the example did not start: {status}");
        }
        if tokio::net::TcpStream::connect(&listen).await.is_ok() {
            let answers = tokio::time::timeout(Duration::from_secs(1), client.get("/healthz")).await;
            if answers.is_ok_and(|answer| answer.status == 200) {
                return (running, client);
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the example did not start within two minutes");
}

#[tokio::test]
async fn the_example_is_filled_with_products_and_a_past() {
    let (_running, dana) = demo().await;
    let password = "seven lanterns on the pier";
    dana.post("/account/login", json!({ "username": "dana", "password": password })).await.ok();
    let products = dana.get("/team/harbor-works/products").await.page();
    for name in ["Storefront", "Warehouse", "Mobile app"] {
        assert!(products.contains(name), "{name}: {products}");
    }
    let storefront = products.split("href=\"").find(|rest| rest.contains(">Storefront<")).unwrap().split('"').next().unwrap().to_owned();
    let path = dana.get(&storefront).await.leads_to();
    let page = dana.get(&path).await.page();
    for shown in ["New checkout", "Staging", "Partner", "20 % On, 80 % Off", "Stale only (", "stale 9"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }

    let kim = Client::new(&dana.url(""));
    kim.post("/account/login", json!({ "username": "kim", "password": password })).await.ok();
    let page = kim.get(&path).await.page();
    assert!(page.contains("No access") && page.contains("Read-only"), "{page}");

    let teams = dana.get("/api/v1/user/teams").await.ok();
    let team = teams["teams"].as_array().unwrap().iter().find(|team| team["slug"] == "harbor-works").unwrap()["id"].as_str().unwrap();
    let log: Value = dana.get(&format!("/api/v1/teams/{team}/audit-log?limit=1000")).await.ok();
    let log = log["log"].as_array().unwrap();
    let times: Vec<&str> = log.iter().map(|entry| entry["createdAt"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older), "the story goes forward: {times:?}");
    assert!(log.iter().any(|entry| entry["body"]["note"] == "Widen after a quiet week"));
    let from: Vec<&str> = log.iter().filter_map(|entry| entry["address"].as_str()).collect();
    assert!(from.iter().all(|address| address.starts_with("192.0.2.")) && !from.is_empty(), "{from:?}");
    let page = dana.get("/team/harbor-works/audit-log").await.page();
    assert!(page.contains("session, ") && !page.contains("unknown program"), "{page}");
}
