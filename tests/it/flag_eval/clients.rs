//! The SDKs, each in a program of its own, and the server from which they fetch.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
};

use serde_json::{Value as Json, json};

use super::generator::Case;

/// Serves configs by their numbers, and says where.
pub fn serve(configs: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let configs = Arc::new(configs);
    // It ends with the test binary.
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let configs = configs.clone();
            thread::spawn(move || respond(connection, &configs));
        }
    });
    url
}

/// Answers requests until the client goes away.
fn respond(mut connection: TcpStream, configs: &[String]) -> Option<()> {
    let mut lines = BufReader::new(connection.try_clone().ok()?).lines();
    loop {
        let first = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        let number = first.split_once(KEY)?.1.split_once('/')?.0.parse::<usize>().ok()?;
        let body = &configs[number];
        let head =
            format!("HTTP/1.1 200 OK\r\nETag: \"{number}\"\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        connection.write_all(&[head.as_bytes(), body.as_bytes()].concat()).ok()?;
    }
}

/// What an SDK key begins with that may be anything.
const KEY: &str = "configcat-proxy/";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients")
}

/// The answers of one of the SDKs for JavaScript.
pub fn javascript(package: &str, url: &str, cases: &[&Case]) -> BTreeMap<usize, Json> {
    let packages = std::env::var("BURGEE_TEST_NPM_CLIENTS").expect("BURGEE_TEST_NPM_CLIENTS: run `make test`");
    ask(Command::new("node").arg(folder().join("evaluate.mjs")).arg(packages).args([package, url]), cases)
}

/// The answers of the SDK for Python.
pub fn python(url: &str, cases: &[&Case]) -> BTreeMap<usize, Json> {
    let python = std::env::var("BURGEE_TEST_PYTHON_CLIENTS").expect("BURGEE_TEST_PYTHON_CLIENTS: run `make test`");
    ask(Command::new(python).arg("-B").arg(folder().join("evaluate.py")).arg(url), cases)
}

/// The answers to all cases, by the number of the case.
fn ask(command: &mut Command, cases: &[&Case]) -> BTreeMap<usize, Json> {
    let mut client = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut questions = client.stdin.take().unwrap();
    let answers = BufReader::new(client.stdout.take().unwrap());
    let told = thread::scope(|threads| {
        threads.spawn(move || {
            for case in cases {
                let settings: Vec<&String> = case.config.settings.keys().collect();
                let question = json!({ "key": format!("{KEY}{}", case.number), "settings": settings, "users": case.users });
                // A client that has failed says so itself.
                let _ = writeln!(questions, "{question}");
            }
        });
        let answers = answers.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap());
        cases.iter().map(|case| case.number).zip(answers).collect::<BTreeMap<usize, Json>>()
    });
    assert!(client.wait().unwrap().success(), "{command:?}");
    assert_eq!(told.len(), cases.len(), "every question is answered");
    told
}
