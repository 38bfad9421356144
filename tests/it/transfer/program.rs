//! The command line and its manual.

use burgee::transfer::Thing;
use serde_json::Value;

use super::{bring, carry, conflicts, served, world};
use crate::support::Server;

/// What the manual shows is true: the example can be imported, and every field is explained.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_manual_explains_the_document() {
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/export.md")).unwrap();
    let example = manual.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let told: Value = serde_json::from_str(example).unwrap();
    let server = Server::sqlite().await;
    let done = bring(&server, &told).await.unwrap();
    assert_eq!((conflicts(&done), done.not_invited.len()), (vec![], 0));
    assert_eq!(done.count(Thing::Product), 1);
    let keys = &told["teams"][0]["products"][0]["configs"][0]["sdkKeys"];
    assert!(served(&server, keys["Production"]["primary"].as_str().unwrap()).await["f"]["newCheckout"].is_object());
    let again = carry(&server).await;
    let product = &again["teams"].as_array().unwrap().iter().find(|team| team["slug"] == told["teams"][0]["slug"]).unwrap()["products"][0];
    assert_eq!(product["configs"][0]["settings"][0]["id"], told["teams"][0]["products"][0]["configs"][0]["settings"][0]["id"]);

    let described = server.anonymous().get("/api/openapi.json").await.ok();
    let (mut waiting, mut seen) = (vec!["Document".to_owned()], std::collections::BTreeSet::new());
    while let Some(part) = waiting.pop() {
        let schema = &described["components"]["schemas"][&part];
        for (field, about) in schema["properties"].as_object().unwrap() {
            assert!(manual.contains(&format!("`{field}`")), "{field} of {part} is not explained");
            let more = about.to_string();
            let parts = more
                .match_indices("#/components/schemas/")
                .map(|(at, start)| more[at + start.len()..].split('"').next().unwrap().to_owned());
            waiting.extend(parts.filter(|part| seen.insert(part.clone())));
        }
    }
    assert!(seen.len() > 12, "{seen:?}");
}

/// The program itself, as it is called.
#[test]
fn the_command_line_carries_worlds() {
    let folder = crate::support::folder();
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("world.json");
    std::fs::write(&file, world().to_string()).unwrap();
    let run = |database: &str, args: &[&str], input: &str| {
        use std::io::Write as _;
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_burgee"));
        command.env("BURGEE_WEBHOOK_PRIVATE_TARGETS", "allow");
        command.args(args).current_dir(&folder).env("BURGEE_DATABASE_URL", format!("sqlite://{}/{database}.db", folder.display()));
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let admin = ["admin", "create", "--username", "ada", "--email", "ada@example.com", "--password-stdin"];
    let world_file = file.to_str().unwrap();
    let (code, _, said) = run("one", &["import", world_file], "");
    assert!(code == 1 && said.contains("There is no administrator yet."), "{code} {said}");
    for database in ["one", "two"] {
        assert_eq!(run(database, &admin, crate::support::PASSWORD).0, 0);
    }
    let (code, told, _) = run("one", &["import", world_file, "--dry-run"], "");
    assert!(code == 0 && told.contains("Would create: 1 team, 1 product, 2 environments"), "{told}");
    let (code, told, said) = run("one", &["import", world_file], "");
    assert!(code == 0 && told.contains("Created: 1 team, 1 product, 2 environments"), "{told} {said}");
    assert!(told.contains("noor@client.example: Storefront: there is no mail here"), "{told}");
    assert!(said.contains("[1/2] Storefront in Harbor Works: 6 flags and settings"), "progress: {said}");
    let (code, exported, _) = run("one", &["export", "--team", "harbor-works"], "");
    assert_eq!(code, 0);
    let (code, told, said) = run("two", &["import", "-"], &exported);
    assert!(code == 0, "{told} {said}");
    assert_eq!(run("two", &["export"], "").1, exported);
    let (code, told, _) = run("two", &["import", "-"], &exported.replace("What customers see.", "Else."));
    assert!(code == 1 && told.contains("products[0].description: Here it is “What customers see.”."), "{told}");
    let (code, _, said) = run("two", &["import", "-"], "{");
    assert!(code == 2 && said.contains("The document cannot be read"), "{said}");
    assert_eq!(run("two", &["export", "--team", "none"], "").0, 2);
    let config_file = folder.join("config_v6.json");
    std::fs::write(&config_file, r#"{"f":{"fromFile":{"t":0,"v":{"b":true}}}}"#).unwrap();
    let into = ["--team", "harbor-works", "--product", "storefront", "--into", "Old apps", "--environment", "test"];
    let with = |more: &[&'static str]| [&["import", config_file.to_str().unwrap()][..], &into[..], more].concat();
    let (code, told, said) = run("two", &with(&["--dry-run"]), "");
    assert!(code == 0 && told.contains("Would create: 1 flag or setting"), "{told} {said}");
    let (code, told, said) = run("two", &with(&[]), "");
    assert!(code == 0 && told.contains("Created: 1 flag or setting"), "{told} {said}");
    assert!(run("two", &with(&[]), "").1.contains("There is nothing to create."));
    let (code, _, said) = run("two", &["import", config_file.to_str().unwrap(), "--into", "Old apps"], "");
    assert!(code == 2 && said.contains("--team"), "{said}");
    let product = run("two", &["export", "--product", "storefront", "--out", "shop.json"], "");
    assert_eq!(product.0, 0, "{product:?}");
    assert!(std::fs::read_to_string(folder.join("shop.json")).unwrap().contains("\"products\""));
    std::fs::remove_dir_all(&folder).unwrap();
}
