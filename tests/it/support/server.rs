//! A server of its own for each test.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use burgee::{
    app,
    authn::throttle::Throttle,
    authz::App,
    clock::Clock,
    config::{Config, MailTarget},
    db::Target,
    limits::Limits,
    listen,
};
use serde_json::json;

use super::{Client, HOST, PASSWORD};

/// A free port that only this machine reaches.
const LOOPBACK: &str = "127.0.0.1:0";

/// A Sunday in November.
const START: i64 = 1_795_338_000_000;

/// A running server with a fresh database.
pub struct Server {
    /// The instance.
    pub app: App,
    /// Where it listens.
    pub base: String,
    /// The administrator, who came first.
    pub admin: Client,
    time: Arc<AtomicI64>,
    folder: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

/// A team with one person of each kind.
pub struct Team {
    /// The team.
    pub id: String,
    /// Its slug.
    pub slug: String,
    /// Its owner.
    pub owner: Client,
    /// A member.
    pub member: Client,
}

/// A mail that was sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The mailbox.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Mail {
    /// The path of the first link in it that begins so.
    #[track_caller]
    pub fn link(&self, base: &str, prefix: &str) -> String {
        let start = self.text.find(&format!("{base}{prefix}")).unwrap_or_else(|| panic!("no link to {prefix} in {}", self.text));
        self.text[start + base.len()..].split_whitespace().next().unwrap().to_owned()
    }
}

/// A temporary folder's name.
pub fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("burgee-{}", uuid::Uuid::new_v4().simple()))
}

/// Lets people see a server at a host name that is not loopback.
pub fn at_a_name(config: &mut Config) {
    config.public_url = format!("http://{HOST}:{}", config.listen.port()).parse().unwrap();
}

/// A fresh PostgreSQL database.
pub async fn postgres_url() -> String {
    let base = std::env::var("BURGEE_TEST_POSTGRES")
        .expect("BURGEE_TEST_POSTGRES names a server: run `make test`, or `make servers` beside `cargo test`");
    let name = format!("burgee_{}", uuid::Uuid::new_v4().simple());
    let pool = sqlx::PgPool::connect(&base).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    pool.close().await;
    let (server, _) = base.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

impl Server {
    /// On SQLite.
    pub async fn sqlite() -> Self {
        let folder = folder();
        let target = Target::Sqlite(folder.join("burgee.db"));
        Self::start(target, folder, |_| {}).await
    }

    /// On PostgreSQL.
    pub async fn postgres() -> Self {
        Self::start(postgres_url().await.parse().unwrap(), folder(), |_| {}).await
    }

    /// On SQLite, told something else.
    pub async fn sqlite_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = folder();
        let target = Target::Sqlite(folder.join("burgee.db"));
        Self::start(target, folder, change).await
    }

    /// On SQLite, listening on all addresses of both generations, told something else.
    pub async fn everywhere(change: impl FnOnce(&mut Config)) -> Self {
        let folder = folder();
        let target = Target::Sqlite(folder.join("burgee.db"));
        Self::ready(Self::begin("[::]:0", target, folder, change).await).await
    }

    /// On SQLite, found by browsers at a host name that is not loopback.
    pub async fn named() -> Self {
        Self::sqlite_with(at_a_name).await
    }

    /// On SQLite, before anybody has an account; with the path of the set-up link.
    pub async fn untouched(change: impl FnOnce(&mut Config)) -> (Self, String) {
        let folder = folder();
        let target = Target::Sqlite(folder.join("burgee.db"));
        let (server, link) = Self::begin(LOOPBACK, target, folder, change).await;
        (server, link.expect("nobody has an account yet"))
    }

    /// On SQLite, in a folder with a database that is in use already. Nobody is signed in.
    pub async fn existing(folder: PathBuf) -> Self {
        let target = Target::Sqlite(folder.join("burgee.db"));
        Self::begin(LOOPBACK, target, folder, |_| {}).await.0
    }

    async fn start(database: Target, folder: PathBuf, change: impl FnOnce(&mut Config)) -> Self {
        Self::ready(Self::begin(LOOPBACK, database, folder, change).await).await
    }

    /// With its administrator.
    async fn ready((mut server, link): (Self, Option<String>)) -> Self {
        let link = link.expect("nobody has an account yet");
        server.admin.get(&link).await.leads_to();
        let fields = [("username", "ada"), ("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
        server.admin.form("/setup", &fields).await.leads_to();
        server.admin.id = server.admin.get("/api/v1/user").await.ok()["id"].as_str().unwrap().to_owned();
        server.admin.username = "ada".into();
        server
    }

    async fn begin(bind: &str, database: Target, folder: PathBuf, change: impl FnOnce(&mut Config)) -> (Self, Option<String>) {
        let listener = tokio::net::TcpListener::bind(bind).await.unwrap();
        let listen = listener.local_addr().unwrap();
        let base = format!("http://127.0.0.1:{}", listen.port());
        let mut config = Config {
            listen,
            public_url: base.parse().unwrap(),
            data_dir: folder.clone(),
            database,
            mail: MailTarget::Files(folder.join("mail")),
            mail_from: "burgee@example.com".into(),
            trusted_proxies: vec![],
            api_rate_limit: 0,
            private_targets: true,
            kept_heads: None,
            limits: Limits::default(),
            log: "off".into(),
        };
        change(&mut config);
        let time = Arc::new(AtomicI64::new(START));
        let app = App::open(config, Clock::Manual(time.clone()), Throttle::new(true)).await.unwrap();
        let link = burgee::people::setup_link(&app).await.unwrap();
        let served = listen::serve(listener, app.clone(), std::future::pending());
        let background = app::background(app.clone());
        let task = tokio::spawn(async move { tokio::join!(served, background).0 });
        let admin = Client::new(&base);
        let path = link.map(|link| link.strip_prefix(&*app.config.public_url).unwrap().to_owned());
        (Self { app, base, admin, time, folder, task }, path)
    }

    /// The address as people see it, with which the links in mails begin.
    pub fn public_url(&self) -> &str {
        &self.app.config.public_url
    }

    /// Another node on the same database.
    pub async fn beside(&self) -> Node {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = App::open(self.app.config.clone(), Clock::Manual(self.time.clone()), Throttle::new(true)).await.unwrap();
        let served = listen::serve(listener, app.clone(), std::future::pending());
        let background = app::background(app);
        let task = tokio::spawn(async move { tokio::join!(served, background).0 });
        Node { base, task }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base)
    }

    /// Moves the clock.
    pub fn later(&self, milliseconds: i64) {
        self.time.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// An account that an administrator has made.
    pub async fn account(&self, username: &str) -> String {
        let body =
            json!({ "username": username, "name": capital(username), "email": format!("{username}@example.com"), "password": PASSWORD });
        self.admin.post("/api/v1/users", body).await.ok()["id"].as_str().unwrap().to_owned()
    }

    /// Somebody with an account, signed in.
    pub async fn person(&self, username: &str) -> Client {
        let id = self.account(username).await;
        let mut client = self.sign_in(username).await;
        client.id = id;
        client
    }

    /// Signs somebody in in a new browser.
    pub async fn sign_in(&self, username: &str) -> Client {
        let mut client = self.anonymous();
        client.username = username.to_owned();
        client.id = client.post("/account/login", json!({ "username": username, "password": PASSWORD })).await.ok()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        client
    }

    /// A team with an owner and a member, named after it.
    pub async fn team(&self, name: &str) -> Team {
        let slug = name.to_lowercase();
        let owner = self.person(&format!("{slug}-owner")).await;
        let team = owner.post("/api/v1/teams", json!({ "name": name })).await.ok();
        let mut team = Team { id: team["id"].as_str().unwrap().to_owned(), slug, owner: owner.clone(), member: owner };
        team.member = self.join(&team, &format!("{}-member", team.slug), 30).await;
        team
    }

    /// Invites somebody new, who accepts.
    pub async fn join(&self, team: &Team, username: &str, role: i64) -> Client {
        let person = self.person(username).await;
        let body = json!({ "user": username, "role": role });
        let answer = team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), body).await.ok();
        assert_eq!(answer["status"], "okay", "{answer}");
        let invitations = person.get("/api/v1/user/invitations").await.ok();
        let id = invitations["invitations"][0]["id"].as_str().unwrap_or_else(|| panic!("no invitation: {invitations}"));
        person.patch(&format!("/api/v1/user/invitations/{id}")).await.ok();
        person
    }

    /// A personal access token of somebody.
    pub async fn token(&self, person: &Client, read_only: bool) -> Client {
        let answer = person.post("/api/v1/user/tokens", json!({ "name": "test", "readOnly": read_only, "expiresAt": null })).await.ok();
        person.with_token(answer["token"].as_str().unwrap())
    }

    /// Makes somebody a Guest of a team, as a product's permission group will.
    pub async fn make_guest(&self, team: &str, person: &str) {
        let (team, person) = (self.literal(team), self.literal(person));
        self.sql(&format!("INSERT INTO members (team, person, role, joined_at) VALUES ({team}, {person}, 5, {START})")).await;
    }

    /// Checks the chain of a team.
    #[must_use = "`intact_chain` asserts that it is whole"]
    pub async fn check_chain(&self, team: &str) -> burgee::audit::log::Checked {
        let db = burgee::authz::Mint::new(&self.app, burgee::audit::Way::System).read();
        burgee::audit::log::check(&db, team.parse().unwrap()).await.unwrap()
    }

    /// Asserts that the chain of a team is whole, and tells how many events are in it.
    pub async fn intact_chain(&self, team: &str) -> i64 {
        match self.check_chain(team).await {
            burgee::audit::log::Checked::Intact(length) => length,
            broken => panic!("the chain of {team}: {broken:?}"),
        }
    }

    /// Does all work that is due.
    pub async fn work(&self) {
        while app::jobs().step(&self.app).await.unwrap() {}
    }

    /// All mails that were sent, oldest first, after doing the work that is due.
    pub async fn mails(&self) -> Vec<Mail> {
        self.work().await;
        let mut names: Vec<PathBuf> = match std::fs::read_dir(self.folder.join("mail")) {
            Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
            Err(_) => vec![],
        };
        names.sort();
        names.into_iter().map(|path| parse(&std::fs::read_to_string(path).unwrap())).collect()
    }

    /// The newest mail to a mailbox.
    pub async fn mail_to(&self, to: &str) -> Mail {
        let mails = self.mails().await;
        mails.iter().rev().find(|mail| mail.to == to).cloned().unwrap_or_else(|| panic!("no mail to {to}: {mails:?}"))
    }
}

/// Another node of an instance.
pub struct Node {
    /// Where it listens.
    pub base: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// `kim-two` is called Kim-two.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The plain part of a mail as it was sent.
pub fn parse(raw: &str) -> Mail {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ");
    let header = |name: &str| unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default().to_owned();
    let boundary = unfolded.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let part = body.split(&format!("--{boundary}")).find(|part| part.contains("text/plain")).unwrap_or(body);
    let (part_head, text) = part.split_once("\r\n\r\n").unwrap_or(("", part));
    let text = if part_head.contains("quoted-printable") {
        unquoted(text)
    } else if part_head.contains("base64") {
        use base64::Engine as _;
        let compact: String = text.split_whitespace().collect();
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(compact).unwrap()).unwrap()
    } else {
        text.to_owned()
    };
    Mail { to: header("To"), subject: header("Subject"), text }
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'=' && tail.len() >= 2 {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}
