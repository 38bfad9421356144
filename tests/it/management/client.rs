//! ConfigCat’s own client for Angular, which is generated from the description of the API, drives every operation that is offered. The program is
//! compiled against the client’s types, and every answer is checked against them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use burgee::authz::{Operation, Surface};
use serde::Deserialize;
use serde_json::json;

use crate::support::Server;

/// A request that the program sent.
#[derive(Deserialize)]
struct Sent {
    operation: String,
    method: String,
    path: String,
    status: u16,
    problems: Vec<String>,
    text: String,
}

/// Runs a program of Node.js, and gives what it prints.
fn node(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let last = printed.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{command:?}\n{told}\n{last}");
    printed
}

/// Compiles the program beside the packages that it needs: an error of types fails here.
fn compiled() -> PathBuf {
    let packages = PathBuf::from(std::env::var("BURGEE_TEST_NPM_CLIENTS").expect("BURGEE_TEST_NPM_CLIENTS: run `make test`"));
    let (sources, folder) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients/management"), packages.join("management"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for file in fs::read_dir(sources).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    node(Command::new("node").arg(packages.join("node_modules/typescript/bin/tsc")).arg("-p").arg(&folder));
    folder.join("out/main.js")
}

fn leads_to(operation: &Operation, sent: &Sent) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (operation.path.split('/').collect(), sent.path.split('/').collect());
    operation.method.as_str() == sent.method
        && template.len() == path.len()
        && template.iter().zip(path).all(|(wanted, is)| wanted.starts_with('{') || *wanted == is)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generated_client_is_served_in_every_operation() {
    let server = Server::sqlite_with(|config| config.api_rate_limit = 100_000).await;
    let team = server.team("harbor").await;
    let leaver = server.join(&team, "harbor-leaver", 30).await;
    let pair = team.owner.post("/api/v1/user/api-credentials", json!({ "name": "client" })).await.ok();
    let words = [
        server.base.clone(),
        pair["username"].as_str().unwrap().into(),
        pair["password"].as_str().unwrap().into(),
        team.member.id,
        leaver.id,
    ];
    let run = tokio::task::spawn_blocking(move || node(Command::new("node").arg(compiled()).args(words)));
    let sent: Vec<Sent> = run.await.unwrap().lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();

    let wrong = |sent: &Sent| format!("{} {} {}: {}\n{}", sent.operation, sent.path, sent.status, sent.problems.join(", "), sent.text);
    let wrong: Vec<String> = sent.iter().filter(|sent| !sent.problems.is_empty()).map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let table = burgee::app::table();
    let offered: Vec<&Operation> = table.iter().filter(|operation| operation.surface == Surface::Management).collect();
    let mut seen: BTreeMap<(&str, &str), [usize; 2]> =
        offered.iter().map(|operation| ((operation.path, operation.method.as_str()), [0, 0])).collect();
    for sent in &sent {
        let operation = offered.iter().find(|operation| leads_to(operation, sent)).unwrap_or_else(|| panic!("{} leads nowhere", sent.path));
        let counted = seen.get_mut(&(operation.path, operation.method.as_str())).unwrap();
        counted[usize::from(sent.status >= 400)] += 1;
    }
    let missing: Vec<_> = seen.iter().filter(|(_, [served, refused])| *served == 0 || *refused == 0).collect();
    assert!(missing.is_empty(), "not served and refused: {missing:?}");
}
