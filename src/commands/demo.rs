//! `burgee demo`: an example instance in a folder that is thrown away.
//!
//! It is filled through Burgee's own API, as programs would: what stands in it is what the product makes.

use std::process::ExitCode;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use clap::Command;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::serve;
use crate::{
    app,
    audit::Way,
    authz::{App, Mint, NoNames},
    config::{Config, MailTarget},
    db::Target,
    error::{Error, Result},
    people::{self, permits::OpenAccount},
};

/// Everybody's password in the example.
const PASSWORD: &str = "seven lanterns on the pier";

/// Everybody in the example: user name, name, and what they are in the first team (none: only invited).
const PEOPLE: [(&str, &str, Option<i64>); 7] = [
    ("robin", "Robin", Some(50)),
    ("kim", "Kim", Some(30)),
    ("noor", "Noor", Some(30)),
    ("sasha", "Sasha", Some(30)),
    ("jules", "Jules", Some(30)),
    ("pat", "Pat", None),
    ("marin", "Marin", None),
];

pub fn command() -> Command {
    Command::new("demo")
        .about("Serve a filled example, and throw it away at the end")
        .after_help("Examples:\n  burgee demo\n  burgee demo --listen 127.0.0.1:9000")
}

pub async fn run(mut config: Config) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let folder = std::env::temp_dir().join(format!("burgee-demo-{}", uuid::Uuid::new_v4().simple()));
    config.database = Target::Sqlite(folder.join("burgee.db"));
    config.mail = MailTarget::Files(folder.join("mail"));
    config.data_dir.clone_from(&folder);
    let done = serve::serve(config, async |app| {
        fill(app).await?;
        println!("This is an example. Sign in as dana (administrator, owner), robin (owner) or kim (member) with the password: {PASSWORD}");
        Ok(())
    });
    let done = done.await;
    let _ = std::fs::remove_dir_all(&folder);
    done
}

/// People, two teams, open invitations, and a log that has something to tell.
async fn fill(app: &App) -> Result<()> {
    let opening = people::Opening { verified: true, administrator: true, how: "for the example" };
    let dana = people::NewPerson::parse("dana", "Dana", "dana@example.com", PASSWORD)?.ready(&app.hasher).await?;
    let may = Mint::new(app, Way::Command).authorize::<OpenAccount>(&NoNames {}).await?;
    people::open(&may, &dana, opening).await?;

    let router = app::router(app.clone());
    let dana = Caller::sign_in(&router, "dana").await?;
    let harbor = dana.post("/api/v1/teams", json!({ "name": "Harbor Works" })).await?;
    let harbor = format!("/api/v1/teams/{}", text(&harbor, "id"));
    dana.post("/api/v1/teams", json!({ "name": "Lighthouse" })).await?;
    for (username, name, role) in PEOPLE {
        let person = json!({ "username": username, "name": name, "email": format!("{username}@example.com"), "password": PASSWORD });
        dana.post("/api/v1/users", person).await?;
        let Some(role) = role else { continue };
        dana.post(&format!("{harbor}/invitations"), json!({ "user": username, "role": role })).await?;
        let invited = Caller::sign_in(&router, username).await?;
        let waiting = invited.call(Method::GET, "/api/v1/user/invitations", None).await?;
        let invitation = text(&waiting["invitations"][0], "id");
        invited.call(Method::PATCH, &format!("/api/v1/user/invitations/{invitation}"), None).await?;
    }
    let robin = Caller::sign_in(&router, "robin").await?;
    robin.post(&format!("{harbor}/invitations"), json!({ "user": "pat, ops@client.example, lee@example.com" })).await?;
    let members = dana.call(Method::GET, &format!("{harbor}/members"), None).await?;
    let jules = members["members"].as_array().into_iter().flatten().find(|member| member["username"] == "jules");
    let jules = format!("{harbor}/members/{}", jules.map(|member| text(member, "id")).unwrap_or_default());
    for role in [50, 30] {
        robin.call(Method::PUT, &jules, Some(json!({ "role": role }))).await?;
    }
    Ok(())
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Somebody in the example who uses the API.
struct Caller {
    router: Router,
    cookie: String,
}

impl Caller {
    async fn sign_in(router: &Router, username: &str) -> Result<Self> {
        let mut caller = Self { router: router.clone(), cookie: String::new() };
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = caller.send(Method::POST, "/account/login", Some(body)).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        caller.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(caller)
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let answer = self.send(method, path, body).await?;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.map_err(Error::internal)?;
        match status.is_success() {
            true => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            false => Err(Error::internal(format!("{path}: {status} {}", String::from_utf8_lossy(&bytes)))),
        }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<axum::response::Response> {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.map(|body| body.to_string()).unwrap_or_default()));
        self.router.clone().oneshot(request.map_err(Error::internal)?).await.map_err(|never| match never {})
    }
}
