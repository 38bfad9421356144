//! Bad days. The server is killed while it writes, thirty times: what it acknowledged is there, nothing is half there, and the log is whole.
//! The disk is full: what can be read is still read, what cannot be saved is refused and said so.

use std::{
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rand::RngExt as _;
use serde_json::json;

use crate::support::{self, Client, PASSWORD, folder};

pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn burgee(data: &Path, listen: &str, command: &[&str]) -> Command {
    let mut burgee = support::burgee(data, command);
    burgee.env("BURGEE_LISTEN", listen);
    burgee
}

/// Makes the first administrator on the command line.
fn create_administrator(data: &Path, listen: &str) {
    let mut create = burgee(data, listen, &["admin", "create", "--username", "dana", "--email", "dana@example.com", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    create.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(create.wait().unwrap().success());
}

/// Signs her in and gives a program that may write.
async fn program(base: &str) -> (Client, String) {
    let browser = Client::new(base);
    browser.post("/account/login", json!({ "username": "dana", "password": PASSWORD })).await.ok();
    let token = browser.post("/api/v1/user/tokens", json!({ "name": "writer", "readOnly": false })).await.ok();
    let token = token["token"].as_str().unwrap().to_owned();
    (browser.with_token(&token), token)
}

pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn start(data: &Path, listen: &str, client: &reqwest::Client) -> Running {
    let mut serve = burgee(data, listen, &["serve"]);
    serve.stdout(Stdio::null()).stderr(Stdio::null());
    ready(serve, listen, client).await
}

pub(crate) async fn ready(mut command: Command, listen: &str, client: &reqwest::Client) -> Running {
    let running = Running(command.spawn().unwrap());
    for _ in 0..200 {
        if client.get(format!("http://{listen}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
            return running;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the server did not start");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_changes_survive_kill_9() {
    let data = folder();
    let listen = format!("127.0.0.1:{}", free_port());
    create_administrator(&data, &listen);
    let probe = reqwest::Client::new();
    let base = format!("http://{listen}");
    let mut running = start(&data, &listen, &probe).await;
    let (program, token) = program(&base).await;
    let mut acknowledged: Vec<String> = vec![];
    for round in 0..30 {
        let writers = (0..3).map(|writer| {
            let (http, base, token) = (reqwest::Client::new(), base.clone(), token.clone());
            tokio::spawn(async move {
                let mut done = vec![];
                for n in 0.. {
                    let slug = format!("t-{round}-{writer}-{n}");
                    let body = json!({ "name": slug, "slug": slug });
                    match http.post(format!("{base}/api/v1/teams")).bearer_auth(&token).json(&body).send().await {
                        Ok(answer) if answer.status().is_success() => done.push(slug),
                        _ => break,
                    }
                }
                done
            })
        });
        let writers: Vec<_> = writers.collect();
        let moment = rand::rng().random_range(30..160);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        drop(running);
        for writer in writers {
            acknowledged.extend(writer.await.unwrap());
        }
        running = start(&data, &listen, &probe).await;
    }
    assert!(acknowledged.len() > 100, "only {} changes were acknowledged", acknowledged.len());

    let mine = program.get("/api/v1/user/teams").await.ok();
    let teams = mine["teams"].as_array().unwrap();
    let slugs: std::collections::HashSet<&str> = teams.iter().map(|team| team["slug"].as_str().unwrap()).collect();
    for slug in acknowledged.iter().take(900) {
        assert!(slugs.contains(slug.as_str()) || teams.len() >= 1000, "{slug} was acknowledged and is gone");
    }
    // A team is there with its owner and its two events, or not at all.
    for team in teams.iter().rev().take(40) {
        assert_eq!(team["role"], 50, "{team}");
        let log = program.get(&format!("/api/v1/teams/{}/audit-log", team["id"].as_str().unwrap())).await.ok();
        assert_eq!(log["log"].as_array().unwrap().len(), 2, "{team}: {log}");
    }
    drop(running);
    let verified = burgee(&data, &listen, &["audit", "verify"]).output().unwrap();
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success() && said.contains("intact") && !said.contains("BROKEN"), "{said}");
    let _ = std::fs::remove_dir_all(&data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_changes_and_not_reading() {
    let data = folder();
    let listen = format!("127.0.0.1:{}", free_port());
    create_administrator(&data, &listen);
    // No file of this process may grow beyond two megabytes: to the database that is a disk without room.
    let mut full = Command::new("bash");
    full.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" serve", env!("CARGO_BIN_EXE_burgee")]);
    full.env("BURGEE_DATA_DIR", &data).env("BURGEE_LISTEN", &listen).env("BURGEE_LOG", "off").env("BURGEE_MAIL", "off");
    full.stdout(Stdio::null()).stderr(Stdio::null());
    let base = format!("http://{listen}");
    let running = ready(full, &listen, &reqwest::Client::new()).await;
    let (program, _) = program(&base).await;
    let mut made = 0;
    let refused = loop {
        let answer = program.post("/api/v1/teams", json!({ "name": format!("Team number {made}") })).await;
        if !answer.status.is_success() {
            break answer;
        }
        made += 1;
        assert!(made < 5_000, "the disk never filled");
    };
    assert_eq!(refused.refused(503)["code"], "unavailable");
    let mine = program.get("/api/v1/user/teams").await.ok();
    assert_eq!(mine["count"], made.min(1000), "what was acknowledged is read, what was refused is not there");
    program.get("/readyz").await.page();
    drop(running);

    // With room again, it goes on where it was.
    let _running = start(&data, &listen, &reqwest::Client::new()).await;
    program.post("/api/v1/teams", json!({ "name": "Room again" })).await.ok();
    let verified = burgee(&data, &listen, &["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let _ = std::fs::remove_dir_all(&data);
}
