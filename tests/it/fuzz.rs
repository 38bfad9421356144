//! What a fuzzer makes of the description of the API: whatever it asks is answered, as described, and changes nothing of other teams.
//!
//! Here it asks little; with `BURGEE_TEST_FULL=1` much.

use std::{path::Path, process::Command};

use serde_json::{Map, Value, json};

use crate::support::{Client, Product, Server, Team};

/// Ids by the names that paths have for them. Those at the same place in their lists belong together.
pub type Ids = Map<String, Value>;

/// A team with something of everything.
pub struct World {
    pub team: Team,
    product: Product,
    pub kept: Ids,
    /// What may end.
    doomed: Ids,
}

fn text(made: &Value, name: &str) -> String {
    made[name].as_str().unwrap_or_else(|| panic!("no {name}: {made}")).to_owned()
}

/// All ids that a list answers.
async fn listed(who: &Client, path: &str, list: &str) -> Vec<Value> {
    who.get(path).await.ok()[list].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
}

/// Somebody in a team and its product.
async fn colleague(server: &Server, team: &Team, product: &Product, name: &str) -> Client {
    let person = server.join(team, &format!("{}-{name}", team.slug), 30).await;
    server.put_in(product, product.developer, &person).await;
    person
}

pub async fn world(server: &Server, name: &str) -> World {
    let team = server.team(name).await;
    let product = server.product(&team, &format!("{name} Storefront")).await;
    server.put_in(&product, product.manager, &team.member).await;
    let owner = &team.owner;
    let make = async |path: &str, new: Value| owner.post(path, new).await.ok();
    let in_product = |rest: &str| format!("/v1/products/{}/{rest}", product.id);
    let config = async |version: &str| {
        let new = json!({ "name": format!("{name} {version} {}", uuid::Uuid::new_v4()), "evaluationVersion": version });
        text(&make(&in_product("configs"), new).await, "configId")
    };
    let (v1, v2, no_config) = (config("v1").await, config("v2").await, config("v2").await);
    let setting = async |config: &str, key: &str, kind: &str| {
        let new = json!({ "key": format!("{name}{key}"), "name": key, "settingType": kind });
        make(&format!("/v1/configs/{config}/settings"), new).await["settingId"].clone()
    };
    let mut settings = vec![];
    for (key, kind) in [("Flag", "boolean"), ("Text", "string"), ("Limit", "int"), ("Rate", "double")] {
        settings.extend([setting(&v1, key, kind).await, setting(&v2, key, kind).await]);
    }
    let tag = async |name: &str| make(&in_product("tags"), json!({ "name": name })).await["tagId"].clone();
    let segment = async |name: &str| {
        let new = json!({ "name": name, "comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@" });
        text(&make(&in_product("segments"), new).await, "segmentId")
    };
    let group = async |name: &str| make(&in_product("permissions"), json!({ "name": name })).await["permissionGroupId"].clone();
    let webhook = async |config: &str| {
        let path = format!("/v1/configs/{config}/environments/{}/webhooks", product.test);
        make(&path, json!({ "url": "http://127.0.0.1:9/" })).await["webhookId"].clone()
    };
    let integration = async || {
        let new = json!({ "integrationType": "pubNub", "name": "Clients", "parameters": {}, "environmentIds": [], "configIds": [] });
        text(&make(&in_product("integrations"), new).await, "integrationId")
    };
    let no_environment = text(&make(&in_product("environments"), json!({ "name": "Staging" })).await, "environmentId");
    let no_product = text(&make(&format!("/v1/organizations/{}/products", team.id), json!({ "name": "Ended" })).await, "productId");
    let no_team = text(&make("/api/v1/teams", json!({ "name": format!("{name} Ended") })).await, "id");
    let accounts = format!("/api/v1/teams/{}/service-accounts", team.id);
    let account = async |name: &str| text(&make(&accounts, json!({ "name": name })).await, "id");
    let (account, no_account) = (account("Terraform").await, account("Ended").await);
    let token = async || text(&make(&format!("{accounts}/{account}/tokens"), json!({ "name": "ci" })).await, "id");
    let (token, no_token) = (token().await, token().await);
    let (offers, invitations) = (format!("/api/v1/products/{}/invitations", product.id), format!("/api/v1/teams/{}/invitations", team.id));
    for at in 0..5 {
        let address = |what: &str| format!("{what}{at}@{}.example", team.slug);
        make(&offers, json!({ "user": address("offered"), "permissionGroupId": product.developer })).await;
        make(&invitations, json!({ "user": address("invited") })).await;
    }
    let waiting = [listed(owner, &offers, "invitations").await, listed(owner, &invitations, "invitations").await];
    let ending: Vec<&Value> = (1..5).flat_map(|at| [&waiting[0][at], &waiting[1][at]]).collect();
    let (mut people, mut ended) = (vec![], vec![]);
    for at in 0..2 {
        people.push(colleague(server, &team, &product, &format!("kept{at}")).await.id);
    }
    for at in 0..6 {
        ended.push(colleague(server, &team, &product, &format!("ended{at}")).await.id);
    }
    let mut keys = vec![];
    for environment in [&product.test, &product.production] {
        for config in [&v1, &v2] {
            keys.push(owner.get(&format!("/v1/configs/{config}/environments/{environment}")).await.ok()["primary"].clone());
        }
    }
    let kept = json!({
        "team": [team.id], "product": [product.id], "config": [v1, v2], "setting": settings, "sdk_key": keys,
        "environment": [product.test, product.test, product.production, product.production],
        "tag": [tag("kept").await], "segment": [segment("Kept").await], "group": [product.developer, group("Kept").await],
        "webhook": [webhook(&v1).await], "integration": [integration().await], "account": [account], "token": [token],
        "invitation": [waiting[0][0], waiting[1][0]], "person": people,
    });
    let doomed = json!({
        "team": [no_team], "product": [no_product], "config": [no_config], "environment": [no_environment],
        "setting": [setting(&v1, "Ended", "boolean").await], "tag": [tag("ended").await], "segment": [segment("Ended").await],
        "group": [group("Ended").await], "webhook": [webhook(&v2).await], "integration": [integration().await],
        "account": [no_account], "token": [no_token], "invitation": ending, "person": ended,
    });
    let [Value::Object(kept), Value::Object(doomed)] = [kept, doomed] else { unreachable!() };
    World { team, product, kept, doomed }
}

impl World {
    /// What belongs to it and to nobody else: names and addresses.
    fn own_words(&self) -> Vec<String> {
        let environment = self.product.production.clone();
        vec![format!("{} Storefront", self.team.slug), format!("{}-owner@", self.team.slug), environment]
    }

    /// Everything that the Owner can read of it through the API.
    async fn read(&self, server: &Server) -> Vec<(String, String)> {
        let api = server.anonymous().get("/api/openapi.json").await.ok();
        let mut read = vec![];
        for (path, methods) in api["paths"].as_object().unwrap() {
            if methods["get"].is_null() || !path.contains('{') {
                continue;
            }
            for (turn, ids) in [&self.kept, &self.doomed].into_iter().flat_map(|ids| (0..8).map(move |turn| (turn, ids))) {
                let at = ids.iter().fold(path.clone(), |path, (name, ids)| {
                    let id = &ids[turn % ids.as_array().unwrap().len()];
                    path.replace(&format!("{{{name}}}"), id.to_string().trim_matches('"'))
                });
                if !read.iter().any(|(known, _)| *known == at) {
                    let answer = self.team.owner.get(&at).await;
                    read.push((at, format!("{} {}", answer.status, answer.text)));
                }
            }
        }
        assert!(read.iter().filter(|(_, said)| said.starts_with("200")).count() > 80, "{read:?}");
        read
    }
}

/// The paths of all operations.
const ALL: &str = "^/";

/// Lets the fuzzer ask with the token of somebody, which still lives at the end.
async fn ask(server: &Server, who: &Client, known: Value, paths: &str) {
    let full = std::env::var("BURGEE_TEST_FULL").is_ok_and(|full| full == "1");
    let program = server.token(who, false).await;
    let python = std::env::var("BURGEE_TEST_PYTHON_CLIENTS").expect("BURGEE_TEST_PYTHON_CLIENTS: run `make test`");
    let folder = crate::support::folder();
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(python);
    command
        .args(["-B", "-m", "schemathesis.cli", "run", &program.url("/api/openapi.json")])
        .args(["--header", &format!("Authorization: Bearer {}", program.secret())])
        .args(["--phases", if full { "coverage,fuzzing,stateful" } else { "fuzzing" }])
        .args(["--max-examples", if full { "100" } else { "4" }, "--generation-deterministic"])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,nothing_is_told,enough_is_met",
        ])
        .args(["--generation-with-security-parameters", "false", "--continue-on-failure", "--request-timeout", "20"])
        .args(["--include-path-regex", paths, "--suppress-health-check", "all", "--warnings", "off", "--no-color"])
        .env("SCHEMATHESIS_HOOKS", Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients/fuzz.py"))
        .env("BURGEE_FUZZ", known.to_string())
        .current_dir(&folder);
    let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    program.get("/api/v1/user").await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_is_answered_as_described() {
    let server = Server::sqlite().await;
    let world = world(&server, "harbor").await;
    let other = self::world(&server, "faraway").await;
    let known = json!({ "path": world.kept, "doomed": world.doomed, "body": world.kept, "untold": other.own_words(), "met": 90 });
    ask(&server, &world.team.owner, known, ALL).await;
    server.intact_chain(&world.team.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_is_answered_as_described() {
    let server = Server::sqlite().await;
    let world = world(&server, "harbor").await;
    let known = json!({ "path": world.kept, "doomed": world.doomed, "body": world.kept, "untold": [], "met": 45 });
    ask(&server, &world.team.member, known, ALL).await;
    server.intact_chain(&world.team.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_is_answered_as_described() {
    let server = Server::sqlite().await;
    let world = world(&server, "harbor").await;
    server.work().await;
    let mails = server.admin.get("/api/v1/admin/mails").await.ok();
    let (mut kept, people) = (world.kept.clone(), [&world.team.member.id]);
    kept.insert("mail".into(), json!([mails["mails"][0]["id"]]));
    kept.insert("person".into(), json!(people));
    let known = json!({ "path": kept, "doomed": world.doomed, "body": kept, "untold": [], "met": 20 });
    ask(&server, &server.admin, known, "^/api/v1/(admin|settings|users?|teams)").await;
    server.intact_chain(&world.team.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_learns_nothing_and_changes_nothing() {
    let server = Server::sqlite().await;
    let (world, own) = (world(&server, "harbor").await, world(&server, "faraway").await);
    let before = world.read(&server).await;
    // By turns in the own team, with ids of the other one in what is sent, and in the other one.
    let mixed = |of: fn(&World) -> &Ids| -> Ids {
        let both = of(&own).iter().map(|(name, ids)| {
            let (own, other) = (ids.as_array().unwrap(), of(&world)[name].as_array().unwrap());
            let pairs = (0..8).flat_map(|at| [own[at % own.len()].clone(), other[at % other.len()].clone()]);
            (name.clone(), pairs.collect())
        });
        both.collect()
    };
    let known = json!({
        "path": mixed(|world| &world.kept), "doomed": mixed(|world| &world.doomed), "body": world.kept, "untold": world.own_words(), "met": 70,
    });
    ask(&server, &own.team.owner, known, ALL).await;
    for ((path, before), (_, after)) in before.into_iter().zip(world.read(&server).await) {
        assert_eq!(before, after, "{path}");
    }
    server.intact_chain(&world.team.id).await;
}
