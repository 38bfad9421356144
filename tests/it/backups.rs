//! Backups of a running server, and what a restored one must not revive.

use std::{
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Client, PASSWORD, Server, Team, burgee, folder, said};

/// A command on a data folder of its own, with mail as files there.
fn on(data: &Path, command: &[&str]) -> (bool, String, String) {
    let mut command = burgee(data, command);
    command.env("BURGEE_MAIL", format!("file:{}", data.join("mail").display()));
    tokio::task::block_in_place(|| said(&command.output().unwrap()))
}

/// A team with everything that a backup could revive: sessions, a reset and an invitation by mail, tokens, a service account, an SDK key.
struct World {
    team: Team,
    kim: Client,
    token: Client,
    program: Client,
    reset: String,
    invitation: String,
    file: String,
}

async fn world(server: &Server) -> World {
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    server.setting(&product, "newCheckout", 0, r#"{"default":{"b":true}}"#).await;
    let kim = server.join(&team, "kim", 30).await;
    let token = server.token(&kim, false).await;
    let accounts = format!("/api/v1/teams/{}/service-accounts", team.id);
    let account = team.owner.post(&accounts, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
    let made = team.owner.post(&format!("{accounts}/{account}/tokens"), json!({ "name": "ci" })).await.ok();
    let program = team.owner.with_token(made["password"].as_str().unwrap());
    server.anonymous().post("/account/forgot_password", json!({ "email": "kim" })).await.ok();
    let reset = server.mail_to("kim@example.com").await.link(&server.base, "/reset-password/");
    let invitations = format!("/api/v1/teams/{}/invitations", team.id);
    team.owner.post(&invitations, json!({ "user": "lee@example.com" })).await.ok();
    let invitation = server.mail_to("lee@example.com").await.link(&server.base, "/invitation/");
    // One that is still to be sent when the backup is made.
    team.owner.post(&invitations, json!({ "user": "pat@example.com" })).await.ok();
    let keys = format!("/api/v1/products/{}/configs/{}/environments/{}/sdk-keys", product.id, product.config, product.production);
    let key = team.owner.get(&keys).await.ok()["primary"]["key"].as_str().unwrap().to_owned();
    let file = format!("/configuration-files/{key}/config_v6.json");
    World { team, kim, token, program, reset, invitation, file }
}

/// What is served to applications.
async fn flags(client: &Client, file: &str) -> Value {
    let config: Value = serde_json::from_str(&client.get(file).await.page()).unwrap();
    config["f"]["newCheckout"]["v"]["b"].clone()
}

/// The newest event of a name in the platform's log.
async fn newest(admin: &Client, event: &str) -> Value {
    admin.get(&format!("/api/v1/admin/audit-log?event={event}&limit=1")).await.ok()["log"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_revives_nothing_that_was_revoked() {
    let server = Server::sqlite().await;
    let world = world(&server).await;
    let shelf = folder();
    std::fs::create_dir_all(&shelf).unwrap();
    let backup = shelf.join("burgee.tar");
    let file = backup.to_str().unwrap();
    let (done, told, errors) = said(&server.command(&["backup", file]));
    assert!(done && told.contains(file), "{told}{errors}");
    assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&shelf).unwrap().count(), 1, "nothing else is left");

    // What is revoked afterwards is not known to the backup.
    let tokens = world.kim.get("/api/v1/user/tokens").await.ok();
    world.kim.delete(&format!("/api/v1/user/tokens/{}", tokens["tokens"][0]["id"].as_str().unwrap())).await.ok();
    world.token.get("/api/v1/user").await.refused(401);
    world.kim.post("/account/logout", json!({})).await.page();

    let data = folder();
    let (done, told, errors) = on(&data, &["restore", file]);
    assert!(done, "{told}{errors}");
    for line in [
        "1 personal token, revoked:\n  test of kim: created",
        "1 service account, deleted:\n  Terraform of harbor, 1 token: created",
        "2 SDK keys, kept",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert_eq!(std::fs::metadata(data.join("burgee.db")).unwrap().permissions().mode() & 0o777, 0o600);
    let restored = Server::existing(data.clone()).await;
    for revived in [&world.kim, &world.token, &world.program, &world.team.owner, &server.admin] {
        revived.at(&restored.base).get("/api/v1/user").await.refused(401);
    }
    let anonymous = restored.anonymous();
    anonymous.get(&world.reset).await.refused(410);
    let opened = anonymous.get(&world.invitation).await;
    assert!(opened.status.as_u16() == 410 || opened.status.as_u16() == 404, "{}: {}", opened.asked, opened.status);
    // Neither is a mail sent now that would carry a new link.
    let before = restored.mails().await.len();
    assert_eq!(
        before,
        server.mails().await.iter().filter(|mail| mail.to != "pat@example.com").count(),
        "the mails that were sent are there"
    );
    assert_eq!(flags(&anonymous, &world.file).await, true, "flags are served as before");
    // The platform's log tells it, and so does the team's.
    let admin = restored.sign_in("ada").await;
    let event = newest(&admin, "platform.restored").await;
    let info = event["body"]["info"].as_str().unwrap();
    assert!(info.contains("revoked 1 personal token, deleted 1 service account, kept 2 SDK keys"), "{event}");
    assert_eq!((&event["source"], &event["trigger"]["name"]), (&json!("command"), &json!("Burgee")));
    assert_eq!(newest(&admin, "account.token-revoked").await["body"]["user"]["username"], "kim");
    let log = admin.get(&format!("/api/v1/teams/{}/audit-log?event=service-account.deleted", world.team.id)).await.ok();
    assert_eq!(log["log"].as_array().unwrap().len(), 1, "{log}");
    let mails = admin.get("/admin/mail").await.page();
    assert!(mails.contains("a backup of the instance was restored"), "{mails}");
    assert!(said(&restored.command(&["audit", "verify"])).0);
    restored.sign_in("kim").await;

    // A running instance is not replaced, one that is there only when it is said.
    let (done, _, errors) = on(&data, &["restore", "--replace", file]);
    assert!(!done && errors.contains("Burgee is running"), "{errors}");
    let (done, _, errors) = on(&data, &["restore", "--in-place"]);
    assert!(!done && errors.contains("Burgee is running"), "{errors}");
    restored.app.close().await;
    let (done, _, errors) = on(&data, &["restore", file]);
    assert!(!done && errors.contains("--replace"), "{errors}");
    let (done, told, errors) = on(&data, &["restore", "--replace", "--keep-credentials", file]);
    assert!(done && told.contains("burgee.db.replaced-") && told.contains("1 personal token, kept"), "{told}{errors}");

    // With their credentials kept, programs go on; people sign in again.
    drop(restored);
    let data = folder();
    assert!(on(&data, &["restore", "--keep-credentials", file]).0);
    let kept = Server::existing(data).await;
    for program in [&world.token, &world.program] {
        program.at(&kept.base).get("/api/v1/user").await.ok();
    }
    world.kim.at(&kept.base).get("/api/v1/user").await.refused(401);
    assert_eq!(flags(&kept.anonymous(), &world.file).await, true);

    // A copy by hand revives as much, until it is put right where it is.
    let data = folder();
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("burgee.db"), &unpack(&backup)[0].1).unwrap();
    let (done, told, errors) = on(&data, &["restore", "--in-place"]);
    assert!(done && told.contains("1 personal token, revoked"), "{told}{errors}");
    let (done, told, errors) = on(&data, &["restore", "--in-place"]);
    assert!(done && !told.contains("personal token") && told.contains("2 SDK keys, kept"), "{told}{errors}");
    let _ = std::fs::remove_dir_all(data);
    let _ = std::fs::remove_dir_all(shelf);
}

/// The files in an archive.
fn unpack(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(std::fs::File::open(archive).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = vec![];
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().to_string_lossy().into_owned(), bytes)
    });
    entries.collect()
}

fn pack(files: &[(String, Vec<u8>)], to: &Path) {
    let mut archive = tar::Builder::new(std::fs::File::create(to).unwrap());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().flush().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_was_tampered_with_is_refused_with_the_reason() {
    let server = Server::sqlite().await;
    server.team("Harbor").await;
    let shelf = folder();
    std::fs::create_dir_all(&shelf).unwrap();
    let whole = shelf.join("whole.tar");
    assert!(said(&server.command(&["backup", whole.to_str().unwrap()])).0);
    let files = unpack(&whole);
    assert_eq!((files[0].0.as_str(), files.last().unwrap().0.as_str()), ("burgee.db", "backup.json"));

    // Somebody alters an event, and what the archive says of itself with it.
    let altered = shelf.join("altered.db");
    std::fs::write(&altered, &files[0].1).unwrap();
    let alter = rusqlite::Connection::open(&altered).unwrap();
    alter.execute("UPDATE audit_events SET actor_name = 'Somebody' WHERE event = 'team.created'", []).unwrap();
    alter.close().unwrap();
    let database = std::fs::read(&altered).unwrap();
    let mut list: Value = serde_json::from_slice(&files.last().unwrap().1).unwrap();
    let mut tampered = files.clone();
    tampered[0].1 = database.clone();
    let damaged = tampered.clone();
    list["database"] = Sha256::digest(&database).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
    tampered.last_mut().unwrap().1 = list.to_string().into_bytes();
    let outside = [files.clone(), vec![("mails/../../x.eml".to_owned(), vec![])]].concat();
    let of = |name: &str, files: &[(String, Vec<u8>)]| -> PathBuf {
        let path = shelf.join(name);
        // The crate refuses to write a path that leads outside: its name is put in by hand.
        if files.iter().all(|(name, _)| !name.contains("..")) {
            pack(files, &path);
        } else {
            let mut archive = tar::Builder::new(std::fs::File::create(&path).unwrap());
            for (name, bytes) in files {
                let mut header = tar::Header::new_gnu();
                header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
                header.set_size(bytes.len() as u64);
                header.set_cksum();
                archive.append(&header, bytes.as_slice()).unwrap();
            }
            archive.into_inner().unwrap();
        }
        path
    };
    for (archive, why) in [
        (of("tampered.tar", &tampered), "BROKEN at position 1:"),
        (of("damaged.tar", &damaged), "altered or is damaged"),
        (of("cut.tar", &files[..1]), "its end is missing"),
        (of("outside.tar", &outside), "does not know"),
        (altered.clone(), "cannot be read as a backup"),
        (shelf.join("nowhere.tar"), "cannot be read as a backup"),
    ] {
        let data = folder();
        let (done, told, errors) = on(&data, &["restore", archive.to_str().unwrap()]);
        assert!(!done && errors.contains(why), "{}: {told}{errors}", archive.display());
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "{}: nothing is left behind", archive.display());
        let _ = std::fs::remove_dir_all(data);
    }
    let _ = std::fs::remove_dir_all(shelf);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_pg_restore_restored_is_put_right_in_place() {
    let server = Server::postgres().await;
    let world = world(&server).await;
    let asked = server.command(&["backup", "/backups/burgee.tar"]);
    let (_, told, errors) = said(&asked);
    assert_eq!(asked.status.code(), Some(2), "no backup was made, so the command fails: {told}");
    assert!(errors.contains("pg_dump --format=custom --file='/backups/burgee.tar'") && errors.contains("restore --in-place"), "{errors}");
    let (done, told, errors) = said(&server.command(&["restore", "--in-place"]));
    assert!(done && told.contains("1 personal token, revoked") && told.contains("1 service account, deleted"), "{told}{errors}");
    for revived in [&world.kim, &world.token, &world.program, &world.team.owner] {
        revived.get("/api/v1/user").await.refused(401);
    }
    server.anonymous().get(&world.reset).await.refused(410);
    assert_eq!(flags(&server.anonymous(), &world.file).await, true);
    let admin = server.sign_in("ada").await;
    assert_eq!(newest(&admin, "platform.restored").await["source"], "command");
    let login = server
        .anonymous()
        .send(Method::POST, "/account/login", |request| request.json(&json!({ "username": "kim", "password": PASSWORD })))
        .await;
    login.ok();
    // A log that was altered stops it.
    server.sql("UPDATE audit_events SET actor_name = 'Somebody' WHERE event = 'team.created'").await;
    let (done, _, errors) = said(&server.command(&["restore", "--in-place"]));
    assert!(!done && errors.contains("BROKEN at position 1"), "{errors}");
}
