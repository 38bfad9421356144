//! `burgee demo`: an example instance in a folder that is thrown away.
//!
//! It is filled through Burgee's own pages and API, as people and programs would: what stands in it is what the product makes. The clock is
//! put back for it and comes forward with the story, so that there is a past to look at.

mod product;
mod scene;
mod storefront;
mod traffic;
mod warehouse;

use std::process::ExitCode;

use axum::http::Method;
use clap::Command;
use serde_json::json;

use self::scene::Scene;
use super::serve;
use crate::{
    audit::Way,
    authz::{App, Mint, NoNames},
    clock::Clock,
    config::{Config, MailTarget},
    db::Target,
    error::Result,
    people::{self, permits::OpenAccount},
};

/// Everybody's password in the example.
const PASSWORD: &str = "seven lanterns on the pier";

/// Everybody in the example but Dana: user name, name, and what they are in the first team (none: not in it).
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
    let off = std::sync::Arc::default();
    let done = serve::serve(config, Clock::Off(std::sync::Arc::clone(&off)), async |app| {
        fill(&Scene::new(app, off)).await?;
        println!("This is an example. Everybody’s password: {PASSWORD}");
        println!("  dana   administrator, owner of both teams");
        println!("  robin  owner");
        println!("  kim    member, Developer in Storefront: Production read-only, Partner not at all");
        println!("  jules  member, may change values everywhere and nothing else");
        println!("  marin  guest, sees Partner alone\n");
        Ok(())
    });
    let done = done.await;
    let _ = std::fs::remove_dir_all(&folder);
    done
}

/// People, two teams, three products with what happened in them, open invitations, and applications that ask.
async fn fill(scene: &Scene) -> Result<()> {
    scene.day(96, 9, 0);
    open_dana(scene.app()).await?;
    let harbor = scene.post("dana", "/api/v1/teams", json!({ "name": "Harbor Works" })).await?;
    let harbor = format!("/api/v1/teams/{}", scene::text(&harbor, "id"));
    scene.post("dana", "/api/v1/teams", json!({ "name": "Lighthouse" })).await?;
    for (username, name, role) in PEOPLE {
        let person = json!({ "username": username, "name": name, "email": format!("{username}@example.com"), "password": PASSWORD });
        scene.post("dana", "/api/v1/users", person).await?;
        let Some(role) = role else { continue };
        scene.post("dana", &format!("{harbor}/invitations"), json!({ "user": username, "role": role })).await?;
        scene.accept(username).await?;
    }
    let storefront = storefront::begin(scene).await?;
    let warehouse = warehouse::begin(scene).await?;
    storefront::go_on(scene, &storefront).await?;
    warehouse::mobile(scene).await?;

    scene.day(3, 15, 20);
    let people = json!({ "user": "pat, ops@client.example, lee@example.com" });
    scene.post("robin", &format!("{harbor}/invitations"), people).await?;
    let members = scene.call("dana", Method::GET, &format!("{harbor}/members"), None).await?;
    let jules = members["members"].as_array().into_iter().flatten().find(|member| member["username"] == "jules");
    let jules = format!("{harbor}/members/{}", jules.map(|member| scene::text(member, "id")).unwrap_or_default());
    for role in [50, 30] {
        scene.call("robin", Method::PUT, &jules, Some(json!({ "role": role }))).await?;
    }
    storefront::end(scene, &storefront).await?;
    traffic::run(scene, &[&storefront, &warehouse]).await?;
    scene.now();
    Ok(())
}

/// The first account of all, as the command line makes it.
async fn open_dana(app: &App) -> Result<()> {
    let opening = people::Opening { verified: true, administrator: true, how: "for the example" };
    let dana = people::NewPerson::parse("dana", "Dana", "dana@example.com", PASSWORD)?.ready(&app.hasher).await?;
    let may = Mint::new(app, Way::Command).authorize::<OpenAccount>(&NoNames {}).await?;
    people::open(&may, &dana, opening).await?;
    Ok(())
}
