//! What the program writes about itself: the server log and what it says when it cannot start hold no password, no e-mail address and no
//! control characters.

use std::{
    fs::File,
    io::Write as _,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use burgee::{
    audit::{Event, Unaudited, Way},
    authz::{Mint, NoNames},
    error::{Error, Result},
    jobs::Registry,
    mail::{self, Letter, Posted, SendMail, Text},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    kill::{free_port, ready},
    support::{Client, PASSWORD, Server, folder},
};

const SECRET: &str = "hunter2";

fn burgee(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burgee"));
    command.args(arguments).env_clear().current_dir(std::env::temp_dir());
    command
}

/// Everything that a command wrote, and its exit code.
fn written(command: &mut Command) -> (String, Option<i32>) {
    let output = command.output().unwrap();
    (format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)), output.status.code())
}

#[test]
fn a_program_that_cannot_start_names_the_setting_and_not_its_value() {
    let data = folder();
    for (variable, value) in [
        ("BURGEE_MAIL", "smtp://kim:hunter2@mail.example:port"),
        ("BURGEE_MAIL", "smtp://kim:hunter2@mail.example?tls=maybe"),
        ("BURGEE_DATABASE_URL", "postgres://kim:hunter2@db.example:port/burgee"),
        ("BURGEE_PUBLIC_URL", "https://kim:hunter2@burgee.example"),
        // What is right and leads nowhere.
        ("BURGEE_DATABASE_URL", "postgres://kim:hunter2@127.0.0.1:1/burgee"),
    ] {
        let (text, code) =
            written(burgee(&["serve"]).env("BURGEE_DATA_DIR", &data).env("BURGEE_LISTEN", "127.0.0.1:0").env(variable, value));
        assert!(code.is_some_and(|code| code != 0), "{value}: {text}");
        assert!(!text.contains(SECRET) && !text.trim().is_empty(), "{value}: {text}");
        assert!(text.contains(variable) || code == Some(1), "{value}: {text}");
    }
    let mail = "smtp://kim:hunter2@mail.example?tls=maybe";
    let (help, _) = written(burgee(&["serve", "--help"]).env("BURGEE_MAIL", mail));
    assert!(help.contains("BURGEE_MAIL") && !help.contains(SECRET), "{help}");
    // Where everybody on the machine can read it, that is said.
    let (text, code) = written(&mut burgee(&["serve", "--mail", mail]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("password in --mail in the list of processes") && !text.contains(SECRET), "{text}");
    for mode in ["required", "opportunistic", "none"] {
        assert!(text.contains(&format!("tls={mode}")), "{text}");
    }
    let _ = std::fs::remove_dir_all(data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_log_holds_neither_addresses_nor_secrets_nor_colours() {
    let data = folder();
    let listen = format!("127.0.0.1:{}", free_port());
    let mut create = burgee(&["admin", "create", "--username", "dana", "--email", "dana@example.com", "--password-stdin"])
        .env("BURGEE_DATA_DIR", &data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    create.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(create.wait().unwrap().success());

    let log = data.join("log");
    let mut serve = burgee(&["serve"]);
    serve.env("BURGEE_DATA_DIR", &data).env("BURGEE_LISTEN", &listen).env("BURGEE_LOG", "info");
    serve.env("BURGEE_MAIL", std::env::var("BURGEE_TEST_SMTP").expect("BURGEE_TEST_SMTP names a mail server: run `make test`"));
    serve.stdout(Stdio::null()).stderr(File::create(&log).unwrap());
    let running = ready(serve, &listen, &reqwest::Client::new()).await;

    let dana = Client::new(&format!("http://{listen}"));
    dana.post("/account/login", json!({ "username": "dana", "password": PASSWORD })).await.ok();
    let team = dana.post("/api/v1/teams", json!({ "name": "Harbor" })).await.ok()["id"].as_str().unwrap().to_owned();
    let unique = uuid::Uuid::new_v4().simple().to_string();
    let invited = json!({ "user": format!("refused-{unique}@example.com, later-{unique}@example.com") });
    dana.post(&format!("/api/v1/teams/{team}/invitations"), invited).await.ok();
    let mut text = String::new();
    for _ in 0..100 {
        text = std::fs::read_to_string(&log).unwrap();
        if text.contains("a job failed") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(running);
    assert!(text.contains("a job failed"), "a mail that the server puts off is logged: {text}");
    assert!(!text.contains('@') && !text.contains('\u{1b}') && !text.contains(PASSWORD), "{text}");
    std::fs::remove_dir_all(data).unwrap();
}

/// A mail about something that goes while its mail is written.
#[derive(Serialize, Deserialize)]
struct JustGone;

impl Letter for JustGone {
    const KIND: &'static str = "test.just-gone";

    async fn write(&self, _: &Mint) -> Result<Option<Text>> {
        Err(Error::NotFound)
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_was_answered_while_its_mail_is_written_is_no_failure() {
    let server = Server::sqlite().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::fmt().with_writer(move || writer.clone()).finish());
    let mint = Mint::new(&server.app, Way::System);
    let may = mint.authorize::<SendMail>(&NoNames {}).await.unwrap();
    may.change(async |tx| {
        mail::post(&tx, JustGone, "kim@example.com", "Hello", tx.now()).await?;
        Ok(((), Event::Unaudited(Unaudited::Delivery)))
    })
    .await
    .unwrap();
    let registry = Registry::default().job::<Posted<JustGone>>();
    while registry.step(&server.app).await.unwrap() {}
    let mails = server.admin.get("/api/v1/admin/mails").await.ok();
    assert_eq!((&mails["mails"][0]["state"], &mails["mails"][0]["error"]), (&json!("not-wanted"), &serde_json::Value::Null), "{mails}");
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("WARN") && !text.contains("ERROR"), "{text}");
}
