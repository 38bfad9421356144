//! The real clients, unchanged but for the base URL: ConfigCat’s SDKs fetch, evaluate and follow changes; OpenFeature’s providers evaluate here.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use burgee::{audit::Way, authz::Mint, sdk_keys};
use serde_json::{Value, json};

use crate::support::{Product, Server};

/// How long a client may take to say something: it starts, it asks every second.
const PATIENCE: Duration = Duration::from_secs(40);

const COLOR: &str = r#"{"default":{"s":"blue"},"rules":[
    {"if":[{"user":{"a":"Email","c":32,"l":["@example.com"]}}],"then":{"s":"green"}},
    {"if":[{"user":{"a":"Identifier","c":16,"l":["ada"]}}],"then":{"s":"red"}}]}"#;

/// A client in a program of its own.
struct Program {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Program {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, input, lines }
    }

    /// What it says next.
    async fn says(&mut self) -> Value {
        let begun = Instant::now();
        loop {
            if let Ok(line) = self.lines.try_recv() {
                return serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            }
            assert!(begun.elapsed() < PATIENCE && self.child.try_wait().unwrap().is_none(), "the client says nothing");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What it answers.
    async fn answers(&mut self, question: Value) -> Value {
        writeln!(self.input.as_mut().unwrap(), "{question}").unwrap();
        self.says().await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients").join(name)
}

fn node(name: &str) -> Command {
    let packages = std::env::var("BURGEE_TEST_NPM_CLIENTS").expect("BURGEE_TEST_NPM_CLIENTS: run `make test`");
    let mut command = Command::new("node");
    command.arg(script(name)).arg(packages);
    command
}

fn python(name: &str) -> Command {
    let mut command = Command::new(std::env::var("BURGEE_TEST_PYTHON_CLIENTS").expect("BURGEE_TEST_PYTHON_CLIENTS: run `make test`"));
    command.arg("-B").arg(script(name));
    command
}

struct World {
    server: Server,
    product: Product,
    color: i64,
    key: String,
}

async fn world() -> World {
    let server = Server::sqlite().await;
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let color = server.setting(&product, "color", 1, COLOR).await;
    server.setting(&product, "on", 0, r#"{"default":{"b":true}}"#).await;
    server.setting(&product, "limit", 2, r#"{"default":{"i":7}}"#).await;
    server.setting(&product, "rate", 3, r#"{"default":{"d":0.5}}"#).await;
    for (key, text) in [("plan", r#"{"seats":[5,10]}"#), ("steps", r#"["one","two"]"#), ("scalar", "7")] {
        let formula = json!({ "default": { "s": text } }).to_string();
        let setting = server.setting(&product, key, 1, &formula).await;
        team.owner.put(&format!("/v1/settings/{setting}"), json!({ "name": key, "isJson": true })).await.ok();
    }
    let path = format!("/api/v1/products/{}/configs/{}/environments/{}/sdk-keys", product.id, product.config, product.production);
    let key = team.owner.get(&path).await.ok()["primary"]["key"].as_str().unwrap().to_owned();
    World { server, product, color, key }
}

impl World {
    async fn paint(&self, color: &str) {
        let formula = format!(r#"{{"default":{{"s":"{color}"}}}}"#);
        self.server.formula(&self.product, self.color, &self.product.production, &formula).await;
    }

    /// Who has asked so far, and how often.
    async fn asked(&self) -> Vec<(String, i64)> {
        sdk_keys::note_uses(Mint::new(&self.server.app, Way::System)).await.unwrap();
        let path = format!(
            "/api/v1/products/{}/configs/{}/environments/{}/sdk-keys",
            self.product.id, self.product.config, self.product.production
        );
        let uses = self.server.admin.get(&path).await.ok()["primary"]["uses"].clone();
        let one = |used: &Value| (used["agent"].as_str().unwrap().to_owned(), used["requests"].as_i64().unwrap());
        uses.as_array().unwrap().iter().map(one).collect()
    }
}

/// A client that polls sees a change within a few seconds, and most of its requests bring nothing new.
async fn follows(command: &mut Command, agent: &str) {
    let world = world().await;
    let mut client = Program::start(command.args([&world.server.base, &world.key, "color"]));
    let first = client.says().await;
    assert_eq!(first["value"], "red", "the rule of the hashed comparator");
    assert!(first["variation"].as_str().is_some_and(|variation| !variation.is_empty()), "{first}");
    world.paint("violet").await;
    let begun = Instant::now();
    assert_eq!(client.says().await["value"], "violet");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let asked = world.asked().await;
    assert!(asked.iter().any(|(name, requests)| name.starts_with(agent) && *requests >= 3), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sdk_for_javascript_follows_changes() {
    follows(node("watch.mjs").arg("@configcat/sdk"), "UnifiedJS-Node 1.1.0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_older_sdk_for_node_follows_changes() {
    follows(node("watch.mjs").arg("configcat-node"), "Node 11.4.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sdk_for_python_follows_changes() {
    follows(&mut python("watch.py"), "Python 10.0.1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sdk_for_rust_follows_changes() {
    let world = world().await;
    // A slash at the end makes this SDK send two.
    let url = format!("{}/", world.server.base);
    let client = configcat::Client::builder(&world.key).base_url(&url).polling_mode(configcat::PollingMode::Manual).build().unwrap();
    client.refresh().await.unwrap();
    let ada = || Some(configcat::User::new("ada"));
    assert_eq!(client.get_value("color", String::new(), ada()).await, "red");
    assert_eq!(client.get_value("limit", 0_i64, ada()).await, 7);
    assert!(client.get_value("on", false, None).await);
    world.paint("violet").await;
    crate::serving::soon("the new colour", async || {
        client.refresh().await.unwrap();
        client.get_value("color", String::new(), ada()).await == "violet"
    })
    .await;
    let asked = world.asked().await;
    assert!(asked.iter().any(|(name, _)| name == "Rust 0.1.7"), "{asked:?}");
}

/// A provider for servers gets values, reasons, variants and errors as they are meant.
async fn evaluates(mut client: Program, by_rule: &str) {
    let ada = json!({ "targetingKey": "ada" });
    let of = |flag: &str, default: Value, context: &Value| json!({ "flag": flag, "default": default, "context": context });
    let red = client.answers(of("color", json!("none"), &ada)).await;
    assert_eq!((&red["value"], &red["reason"]), (&json!("red"), &json!(by_rule)), "{red}");
    assert!(red["variant"].as_str().is_some_and(|variant| !variant.is_empty()), "{red}");
    let green = json!({ "targetingKey": "ada", "Email": "ada@example.com" });
    assert_eq!(client.answers(of("color", json!("none"), &green)).await["value"], "green");
    assert_eq!(client.answers(of("color", json!("none"), &json!({}))).await["value"], "blue", "without a targeting key");
    assert_eq!(client.answers(of("on", json!(false), &ada)).await["value"], true);
    assert_eq!(client.answers(of("limit", json!(1), &ada)).await["value"], 7);
    assert_eq!(client.answers(of("rate", json!(1.5), &ada)).await["value"], 0.5);
    let missing = client.answers(of("missing", json!("none"), &ada)).await;
    assert_eq!((&missing["value"], &missing["error"]), (&json!("none"), &json!("FLAG_NOT_FOUND")), "{missing}");
}

/// A provider that asks for structures gets them, and texts where the JSON is a scalar.
async fn evaluates_structures(client: &mut Program) {
    let of = |flag: &str, default: Value| json!({ "flag": flag, "default": default, "context": { "targetingKey": "ada" } });
    let plan = client.answers(of("plan", json!({}))).await;
    assert_eq!((&plan["value"], &plan["error"]), (&json!({ "seats": [5, 10] }), &Value::Null), "{plan}");
    let steps = client.answers(of("steps", json!([]))).await;
    assert_eq!((&steps["value"], &steps["error"]), (&json!(["one", "two"]), &Value::Null), "{steps}");
    assert_eq!(client.answers(of("scalar", json!("none"))).await["value"], "7");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openfeatures_provider_for_node_evaluates() {
    let world = world().await;
    let mut client = Program::start(node("ofrep.mjs").args([&world.server.base, &world.key]));
    evaluates_structures(&mut client).await;
    evaluates(client, "TARGETING_MATCH").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openfeatures_provider_for_python_evaluates() {
    let world = world().await;
    let mut client = Program::start(python("ofrep.py").args([&world.server.base, &world.key]));
    evaluates_structures(&mut client).await;
    evaluates(client, "TARGETING_MATCH").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openfeatures_provider_for_rust_evaluates() {
    let world = world().await;
    let program = std::env::var("BURGEE_TEST_RUST_CLIENT").expect("BURGEE_TEST_RUST_CLIENT: run `make test`");
    // It calls every reason static.
    evaluates(Program::start(Command::new(program).args([&world.server.base, &world.key])), "STATIC").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openfeatures_provider_for_browsers_hears_of_changes() {
    let world = world().await;
    let mut client = Program::start(node("ofrep_web.mjs").args([&world.server.base, &world.key, "color"]));
    let first = client.says().await;
    assert_eq!((&first["value"], &first["reason"]), (&json!("red"), &json!("TARGETING_MATCH")), "{first}");
    // It opens its stream when it has the first answer.
    tokio::time::sleep(Duration::from_millis(500)).await;
    for color in ["violet", "white"] {
        world.paint(color).await;
        let begun = Instant::now();
        assert_eq!(client.says().await["value"], color);
        assert!(begun.elapsed() < Duration::from_secs(3), "it is told, it does not ask: {:?}", begun.elapsed());
    }
}
