//! Export and import: worlds that are told in a document, carried from one instance to another, and what stands in the way of that.

mod pages;
mod products;
mod program;
mod refused;
mod rights;
mod worlds;

use burgee::{
    api,
    audit::Way,
    authz::{Mint, NoNames},
    error::{Error, Result},
    transfer::{
        self, Document, Options, Outcome, Progress, Where, Which,
        permits::{ExportEverything, ImportEverything},
    },
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, Team};

const TEST_KEY: &str = "configcat-sdk-1/PKDVCLf-Hq-h-kCzMp-L7Q/HhOWfwVtZ0mb30i9wi17GQ";
const PRODUCTION_KEY: &str = "configcat-sdk-1/PKDVCLf-Hq-h-kCzMp-L7Q/psuH7BGHoUmdONrzzUOY7A";
const NEXT_KEY: &str = "configcat-sdk-1/PKDVCLf-Hq-h-kCzMp-L7Q/tiOvFw5gkky9LFu1Duuvzw";

/// As keys of the first generation were.
const OLD_KEY: &str = "PKDVCLf-Hq-h-kCzMp-L7Q/4mNiZ0TtOkSGgqDPK3VnxA";

/// Where nothing is sent to.
const HOOK: &str = "http://127.0.0.1:9/hook";

/// A world as somebody writes it by hand.
fn world() -> Value {
    json!({
        "burgee": 1,
        "teams": [{
            "name": "Harbor Works",
            "slug": "harbor-works",
            "people": [{ "email": "ada@example.com", "role": "owner" }, { "email": "kim@client.example", "role": "member" }],
            "products": [{
                "id": "01890000-0000-7000-8000-000000000001",
                "name": "Storefront",
                "description": "What customers see.",
                "keyStyle": "kebabCase",
                "hintMandatory": true,
                "defaultGroup": "Developer",
                "environments": [
                    { "id": "01890000-0000-7000-8000-000000000002", "name": "Test", "color": "blue" },
                    { "name": "Production", "color": "red", "description": "Live.", "noteRequired": true },
                ],
                "tags": [{ "id": 31, "name": "checkout", "color": "teal" }, { "name": "beta" }],
                "segments": [{ "name": "Staff", "conditions": [{ "attribute": "Email", "is": "textEndsWithAnyOf", "value": ["@harbor.example"] }] }],
                "configs": [{
                    "name": "Main Config",
                    "salt": "c2FsdA==",
                    "sdkKeys": { "Test": { "primary": TEST_KEY }, "production": { "primary": PRODUCTION_KEY, "secondary": NEXT_KEY } },
                    "settings": settings(),
                }, { "name": "Old apps", "version": "v1", "sdkKeys": { "Test": { "primary": OLD_KEY } }, "settings": [{ "key": "legacy", "type": "boolean", "values": { "Test": true } }] }],
                "permissionGroups": [
                    { "name": "Administrators", "permissions": ["canManageMembers", "canUseExportImport"], "access": "full" },
                    { "id": 12, "name": "Developer", "permissions": ["canCreateOrUpdateSetting"], "access": "custom",
                      "environments": { "Test": "full", "Production": "readOnly" }, "newEnvironments": "full" },
                ],
                "people": [{ "email": "noor@client.example", "group": "Developer" }],
                "webhooks": [{
                    "id": 9, "config": "Main Config", "environment": "Production", "url": HOOK, "method": "post", "content": "{{flag}}",
                    "headers": [{ "key": "X-Team", "value": "harbor" }, { "key": "Authorization", "value": "Bearer s3cret", "secure": true }],
                    "signingKeys": ["configcat_whsk_0123456789abcdef", "configcat_whsk_fedcba9876543210"],
                }],
            }],
        }],
    })
}

/// The settings of that world’s main config.
fn settings() -> Value {
    json!([
        { "id": 57, "key": "new-checkout", "name": "New checkout", "hint": "The one with fewer steps.", "type": "boolean",
          "tags": ["checkout", "beta"],
          "variations": [{ "value": true, "name": "On" }, { "value": false, "name": "Off", "hint": "As before." }],
          "values": { "Test": true, "Production": {
              "value": false,
              "rules": [
                  { "if": [{ "segment": "staff", "is": "isIn" }], "then": true },
                  { "if": [{ "attribute": "Country", "is": "isOneOf", "value": ["NL", "BE"] },
                           { "flag": "steps", "is": "equals", "value": 3 }],
                    "split": [{ "percent": 20, "value": true }, { "percent": 80, "value": false }] },
              ],
              "attribute": "CustomerId",
              "hints": { "NL": "The Netherlands" },
          } } },
        { "key": "steps", "type": "int", "values": { "Test": 3, "Production": 4 } },
        { "key": "factor", "type": "double", "values": { "Test": 1, "Production": { "value": 0.5, "rules": [
            { "if": [{ "attribute": "Since", "is": "dateTimeAfter", "value": "2026-11-22T09:00Z" }], "then": 2 }] } } },
        { "key": "colour", "type": "string", "variations": [{ "value": "red" }, { "value": "teal", "name": "Ours" }], "values": { "Test": "teal" } },
        { "key": "banner", "type": "string", "json": true, "values": { "Production": "{\"text\":\"Ahoy\"}" } },
    ])
}

fn document(json: &Value) -> Document {
    api::read(json.to_string().as_bytes()).unwrap()
}

/// What an import on the command line does.
async fn bring_into(server: &Server, json: &Value, team: Option<&str>, options: &Options, dry: bool) -> Result<Outcome> {
    let document: Document = api::read(json.to_string().as_bytes())?;
    let may = Mint::new(&server.app, Way::Command).authorize::<ImportEverything>(&NoNames {}).await?;
    let place = Where { team: team.map(str::to_owned), administrator: None };
    match dry {
        true => transfer::try_everything(&may, &document, &place, options).await,
        false => transfer::import_everything(&may, document.into(), &place, options, &Progress::silent()).await,
    }
}

async fn bring(server: &Server, json: &Value) -> Result<Outcome> {
    bring_into(server, json, None, &Options::default(), false).await
}

/// What an export on the command line writes.
async fn carry(server: &Server) -> Value {
    let may = Mint::new(&server.app, Way::Command).authorize::<ExportEverything>(&NoNames {}).await.unwrap();
    let document = transfer::export_everything(&may, &Which::default(), &Progress::silent()).await.unwrap();
    serde_json::to_value(document).unwrap()
}

/// What a program with this key is served, but for where it was fetched.
async fn served(server: &Server, key: &str) -> Value {
    let mut file = server.anonymous().get(&format!("/configuration-files/{key}/config_v6.json")).await.ok();
    assert_eq!(file["p"]["u"].take(), server.base.as_str());
    file
}

/// The same as it is sent, every byte of it.
async fn bytes(server: &Server, key: &str) -> String {
    let file = server.anonymous().get(&format!("/configuration-files/{key}/config_v6.json")).await.page();
    assert!(file.contains(&server.base));
    file.replace(&server.base, "")
}

/// Everything that is in the database, counted.
async fn counted(server: &Server) -> i64 {
    let tables = ["teams", "products", "environments", "configs", "config_settings", "setting_values", "tags", "segments", "audit_events"];
    let more = ["permission_groups", "sdk_keys", "invitations", "publications", "predefined_variations", "mails", "members"];
    let sql = tables.iter().chain(&more).map(|table| format!("(SELECT count(*) FROM {table})")).collect::<Vec<_>>().join(" + ");
    server.value(Box::leak(format!("SELECT {sql}").into_boxed_str()), vec![]).await
}

fn wrong(done: Result<Outcome>) -> Vec<String> {
    match done {
        Err(Error::Invalid(fields)) => fields.0.iter().map(|(place, message)| format!("{place}: {message}")).collect(),
        other => panic!("it was accepted: {other:?}"),
    }
}

fn conflicts(outcome: &Outcome) -> Vec<String> {
    outcome.conflicts.iter().map(|one| format!("{}: {}", one.place, one.message)).collect()
}

async fn send(who: &Client, path: &str, body: &Value) -> Answer {
    who.send(Method::POST, path, |request| request.json(body)).await
}

fn export_of(product: &Product) -> String {
    format!("/api/v1/products/{}/export", product.id)
}

fn import_into(product: &Product) -> String {
    format!("/api/v1/products/{}/import", product.id)
}

/// A team with a product that has a flag, on in Test and off in Production.
async fn harbor(server: &Server) -> (Team, Product) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let flag = server.flag(&team, &product, "newCheckout").await;
    server.flip(&team.owner, &product, flag, &product.test, true).await;
    (team, product)
}
