//! Export and import: worlds that are told in a document, carried from one instance to another, and what stands in the way of that.

use burgee::{
    api,
    audit::{Way, log::Checked},
    authz::{Access, Mint, NoNames, Permission},
    error::{Error, Result},
    transfer::{
        self, Document, Options, Outcome, Progress, Thing, Where, Which,
        permits::{ExportEverything, ImportEverything},
    },
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, Team, on_both};

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

on_both! {
    async fn a_world_is_told_in_a_file_and_carried_on_to_another_instance(server) {
        let outcome = bring(&server, &world()).await.unwrap();
        assert_eq!(conflicts(&outcome), [""; 0]);
        assert_eq!(outcome.not_invited, []);
        let made = [Thing::Team, Thing::Product, Thing::Environment, Thing::Tag, Thing::Segment, Thing::Config, Thing::Setting, Thing::Group, Thing::Webhook];
        assert_eq!(made.map(|thing| outcome.count(thing)), [1, 1, 2, 2, 1, 2, 6, 2, 1]);
        assert_eq!(outcome.count(Thing::Invitation), 2, "the owner is there already: {:?}", outcome.made);
        assert_eq!(outcome.given, []);

        let told = carry(&server).await;
        let product = &told["teams"][0]["products"][0];
        assert_eq!(product["id"], "01890000-0000-7000-8000-000000000001");
        assert_eq!(product["environments"][0]["id"], "01890000-0000-7000-8000-000000000002");
        assert_eq!(product["configs"][0]["settings"][0]["id"], 57);
        assert_eq!(product["configs"][0]["settings"][1]["id"], 58, "the next number after the highest one");
        assert_eq!(product["configs"][0]["sdkKeys"]["Production"], json!({ "primary": PRODUCTION_KEY, "secondary": NEXT_KEY }));
        assert_eq!(product["configs"][0]["settings"][2]["values"]["Test"], 1.0);
        assert_eq!(product["people"], json!([{ "email": "noor@client.example", "group": "Developer" }]));

        assert_eq!(product["configs"][0]["settings"][3]["values"], json!({ "Test": "teal", "Production": "red" }), "the first that it can have");
        assert_eq!(product["configs"][0]["settings"][0]["values"]["Production"]["hints"], json!({ "NL": "The Netherlands" }));
        assert_eq!(product["configs"][1]["sdkKeys"]["Test"], json!({ "primary": OLD_KEY }));
        assert_eq!(product["webhooks"][0]["id"], 9);
        assert_eq!(product["webhooks"][0]["signingKeys"], json!(["configcat_whsk_0123456789abcdef", "configcat_whsk_fedcba9876543210"]));

        // What programs get from it.
        let production = served(&server, PRODUCTION_KEY).await;
        assert_eq!(production["f"]["new-checkout"]["r"][0]["c"][0]["s"], json!({ "s": 0, "c": 0 }));
        assert_eq!(production["f"]["new-checkout"]["r"][1]["c"][1]["p"], json!({ "f": "steps", "c": 0, "v": { "i": 3 } }));
        assert_eq!(production["f"]["new-checkout"]["r"][1]["p"][0]["p"], 20);
        assert_eq!(production["f"]["factor"]["r"][0]["c"][0]["u"], json!({ "a": "Since", "c": 19, "d": 1795338000.0 }));
        assert_eq!(production["p"]["s"], "c2FsdA==");
        assert_eq!(served(&server, NEXT_KEY).await, production);

        // An empty instance becomes the same.
        let other = Server::sqlite().await;
        assert_eq!(conflicts(&bring(&other, &told).await.unwrap()), [""; 0]);
        assert_eq!(carry(&other).await, told);
        for key in [TEST_KEY, PRODUCTION_KEY, NEXT_KEY, OLD_KEY] {
            assert_eq!(bytes(&other, key).await, bytes(&server, key).await);
        }
        let team = told["teams"][0]["id"].as_str().unwrap();
        assert!(matches!(server.check_chain(team).await, Checked::Intact(many) if many > 12));

        // What people do then goes on from there.
        let page = other.admin.get("/team/harbor-works/products/01890000-0000-7000-8000-000000000001/audit-log").await.page();
        assert!(page.contains("New checkout") && page.contains("Burgee"), "{page}");
        assert!(other.mail_to("noor@client.example").await.text.contains("Storefront"));
        assert!(other.mail_to("kim@client.example").await.text.contains("Harbor Works"));
    }

    async fn a_second_run_changes_nothing(server) {
        bring(&server, &world()).await.unwrap();
        let before = (counted(&server).await, carry(&server).await);
        for json in [world(), before.1.clone()] {
            let dry = bring_into(&server, &json, None, &Options::default(), true).await.unwrap();
            let again = bring(&server, &json).await.unwrap();
            assert_eq!((conflicts(&dry), dry.made), (vec![], vec![]));
            assert_eq!((conflicts(&again), again.made), (vec![], vec![]));
            assert_eq!(again.present[&Thing::Setting], 6);
            assert_eq!(again.present[&Thing::Invitation], 3);
            assert_eq!(again.present[&Thing::Webhook], 1);
        }
        assert_eq!((counted(&server).await, carry(&server).await), before);
    }

    async fn what_differs_stands_in_the_way_of_everything(server) {
        bring(&server, &world()).await.unwrap();
        let before = counted(&server).await;
        let mut other = world();
        let product = &mut other["teams"][0]["products"][0];
        product["description"] = "What nobody sees.".into();
        product["environments"][1]["color"] = "green".into();
        product["segments"][0]["conditions"][0]["value"] = json!(["@other.example"]);
        product["permissionGroups"][1]["environments"]["Production"] = "full".into();
        product["people"][0]["group"] = "Administrators".into();
        product["configs"][0]["settings"][0]["type"] = "boolean".into();
        product["configs"][0]["settings"][1]["values"]["Test"] = 5.into();
        product["configs"][0]["sdkKeys"]["Test"]["primary"] = "configcat-sdk-1/PKDVCLf-Hq-h-kCzMp-L7Q/aaaaaaaaaaaaaaaaaaaaaa".into();
        product["webhooks"][0]["signingKeys"] = json!(["configcat_whsk_another_one_altogether"]);
        product["configs"][1]["name"] = "Brand new".into();
        product["configs"][1]["settings"][0]["hint"] = "As before.".into();
        product["configs"][1]["sdkKeys"] = json!({ "Test": { "primary": NEXT_KEY } });
        let place = |rest: &str| format!("teams[0].products[0].{rest}");
        let wanted = [
            "description: Here it is “What customers see.”.",
            "environments[1].color: Here it is “red”.",
            "segments[0].conditions: Here its conditions are others.",
            "permissionGroups[1].access: Here it gives other access to the environments.",
            "people[0].group: Here noor@client.example is in “Developer”, or invited to it.",
            "configs[0].sdkKeys.Test.primary: Here applications use another key.",
            "configs[0].settings[1].values.Test: Here it is something else in Test.",
            "configs[1].sdkKeys.Test.primary: This SDK key is in use already.",
            "webhooks[0]: Here this webhook sends something else, or signs with other keys.",
        ];
        for dry in [true, false] {
            let outcome = bring_into(&server, &other, None, &Options::default(), dry).await.unwrap();
            assert_eq!(conflicts(&outcome), wanted.map(place));
            assert!(outcome.made.iter().any(|made| made.name == "Brand new"), "what would be created is told all the same");
        }
        assert_eq!(counted(&server).await, before, "nothing of it was written");
    }

    async fn ids_that_are_taken_are_replaced_and_listed(server) {
        let (team, product) = harbor(&server).await;
        let mut told = team.owner.get(&export_of(&product)).await.ok();
        let Team { id, owner: elsewhere, .. } = server.team("elsewhere").await;
        let path = format!("/api/v1/teams/{id}/import");
        // With the same keys there is nothing to be done: they open the other product.
        let refused = send(&elsewhere, &path, &told).await.refused(409);
        assert_eq!((&refused["imported"], &refused["code"]), (&json!(false), &json!("conflicts")));
        assert_eq!(refused["conflicts"].as_array().unwrap().len(), 2, "{refused}");
        let dry = send(&elsewhere, &format!("{path}?newKeys=true&dryRun=true"), &told).await.ok();
        assert_eq!((&dry["imported"], &dry["conflicts"]), (&json!(false), &json!([])));
        assert!(dry["ids"].as_array().unwrap().iter().all(|one| one["given"].is_null()));
        let done = send(&elsewhere, &format!("{path}?newKeys=true"), &told).await.ok();
        assert_eq!(done["imported"], true, "{done}");
        let ids = done["ids"].as_array().unwrap();
        let kinds: Vec<&str> = ids.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        for kind in ["product", "environment", "config", "setting", "permissionGroup"] {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }
        let given = ids.iter().find(|one| one["kind"] == "product").unwrap();
        assert_eq!(given["wanted"], product.id.as_str());
        let copy = elsewhere.get(&format!("/api/v1/products/{}/export", given["given"].as_str().unwrap())).await.ok();
        // Nothing but ids and keys is another.
        let mut copy = copy;
        for one in [&mut told, &mut copy] {
            strip(one);
        }
        assert_eq!(copy, told);
        // And the same file again finds everything there.
        let again = send(&elsewhere, &format!("{path}?newKeys=true"), &told).await.ok();
        assert_eq!((&again["imported"], &again["created"]), (&json!(false), &json!([])), "{again}");
    }

    async fn a_product_takes_what_is_missing(server) {
        let (team, product) = harbor(&server).await;
        let more = json!({ "burgee": 1, "products": [{
            "name": "whatever it is called",
            "environments": [{ "name": "Staging", "color": "amber" }],
            "tags": [{ "name": "ops" }],
            "segments": [{ "name": "Beta", "conditions": [{ "attribute": "Identifier", "is": "textEquals", "value": "ada" }] }],
            "configs": [{ "name": "main config", "settings": [
                { "key": "newCheckout", "type": "boolean", "values": { "Test": true, "Staging": { "value": false, "rules": [
                    { "if": [{ "segment": "Beta", "is": "isIn" }], "then": true }] } } },
                { "key": "ops", "type": "string", "tags": ["ops"], "values": { "Test": "a", "Staging": "b" } },
            ] }],
        }] });
        let key = team.owner.get(&export_of(&product)).await.ok()["products"][0]["configs"][0]["sdkKeys"]["Test"]["primary"].clone();
        assert_eq!(served(&server, key.as_str().unwrap()).await["f"]["ops"], Value::Null);
        let done = send(&team.owner, &import_into(&product), &more).await.ok();
        let made: Vec<(&str, &str)> =
            done["created"].as_array().unwrap().iter().map(|one| (one["kind"].as_str().unwrap(), one["name"].as_str().unwrap())).collect();
        let wanted = [("environment", "Staging"), ("tag", "ops"), ("segment", "Beta"), ("setting", "ops"), ("value", "newCheckout in Staging")];
        assert_eq!(made, wanted, "{done}");
        let told = team.owner.get(&export_of(&product)).await.ok();
        let config = &told["products"][0]["configs"][0];
        assert_eq!(told["products"][0]["name"], "Storefront");
        assert_eq!(config["settings"][0]["values"]["Staging"]["rules"][0]["then"], true);
        assert_eq!(config["settings"][1]["values"], json!({ "Test": "a", "Production": "", "Staging": "b" }));
        let staging = config["sdkKeys"]["Staging"]["primary"].as_str().unwrap();
        crate::serving::soon("serving what was imported", async || {
            served(&server, key.as_str().unwrap()).await["f"]["ops"]["v"]["s"] == "a"
        })
        .await;
        assert_eq!(served(&server, staging).await["f"]["newCheckout"]["r"][0]["c"][0]["s"]["c"], 0);
        assert_eq!(send(&team.owner, &import_into(&product), &more).await.ok()["imported"], false);
    }

    async fn no_access_is_obeyed(server) {
        let (team, product) = harbor(&server).await;
        let noor = server.person("noor").await;
        let switches = [Permission::ProductExport, Permission::SettingWrite, Permission::ConfigWrite, Permission::EnvironmentWrite, Permission::SdkKeyRead];
        let group = server.group(&product, "Exporters", &switches, &[(&product.test, Access::Full)]).await;
        server.put_in(&product, group, &noor).await;
        let whole = team.owner.get(&export_of(&product)).await.ok();
        let told = noor.get(&export_of(&product)).await.ok();
        let setting = &told["products"][0]["configs"][0]["settings"][0];
        assert_eq!(setting["values"], json!({ "Test": true }), "no value of Production");
        assert_eq!(told["products"][0]["configs"][0]["sdkKeys"].as_object().unwrap().keys().collect::<Vec<_>>(), ["Test"]);
        assert_eq!(told["products"][0]["permissionGroups"], Value::Null);
        let left_out = json!([
            { "product": "Storefront", "what": "permission groups and people" },
            { "product": "Storefront", "what": "webhooks", "environment": "Test" },
            { "product": "Storefront", "what": "values", "environment": "Production" },
            { "product": "Storefront", "what": "SDK keys", "environment": "Production" },
            { "product": "Storefront", "what": "webhooks", "environment": "Production" },
        ]);
        assert_eq!(told["leftOut"], left_out);
        assert_eq!(whole["leftOut"], Value::Null);

        // Nor does an import tell whether a guess about Production is right.
        let answers: Vec<Value> = [true, false]
            .into_iter()
            .map(|guess| json!({ "burgee": 1, "products": [{ "name": "x", "configs": [{ "name": "Main Config", "settings": [
                { "key": "newCheckout", "type": "boolean", "values": { "Production": guess } }] }] }] }))
            .collect();
        let mut said = vec![];
        for guess in &answers {
            said.push(send(&noor, &format!("{}?dryRun=true", import_into(&product)), guess).await.ok());
        }
        assert_eq!(said[0], said[1]);
        assert_eq!(said[0]["conflicts"][0]["message"], "You have no access to Production.");
        // Nor may they make a key for it that they know, or a value there.
        let key = json!({ "burgee": 1, "products": [{ "name": "x", "configs": [{ "name": "Another", "sdkKeys": { "Production": { "primary": NEXT_KEY } },
            "settings": [{ "key": "a", "type": "boolean", "values": { "Production": true } }] }] }] });
        let refused = send(&noor, &import_into(&product), &key).await.refused(409);
        let told: Vec<&str> = refused["conflicts"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
        assert_eq!(told, ["You may not set the SDK keys of Production.", "You have no access to Production."]);
    }

    async fn nobody_gives_more_than_they_hold(server) {
        let (_, product) = harbor(&server).await;
        let noor = server.person("noor").await;
        let switches = [Permission::ProductExport, Permission::ProductMembersManage, Permission::EnvironmentWrite];
        let levels = [(product.test.as_str(), Access::Full), (product.production.as_str(), Access::ReadOnly)];
        let group = server.group(&product, "Exporters", &switches, &levels).await;
        server.put_in(&product, group, &noor).await;
        let only = |part: Value| json!({ "burgee": 1, "products": [part] });
        let cases = [
            (json!({ "name": "x", "permissionGroups": [{ "name": "All", "access": "full" }] }),
             "You cannot give more than you hold yourself: Full access to Production, Full access to new environments."),
            (json!({ "name": "x", "permissionGroups": [{ "name": "Some", "permissions": ["canCreateOrUpdateTag"] }] }),
             "You cannot give more than you hold yourself: “Create and change tags”."),
            (json!({ "name": "x", "environments": [{ "name": "Own" }],
                     "permissionGroups": [{ "name": "Some", "environments": { "Own": "readOnly" } }] }),
             "You cannot give more than you hold yourself: Read-only access to Own."),
            (json!({ "name": "x", "people": [{ "email": "friend@example.com", "group": "Administrators" }] }),
             "You cannot give more than you hold yourself: "),
            (json!({ "name": "x", "configs": [{ "name": "New" }] }), "You may not create configs in this product."),
            (json!({ "name": "x", "tags": [{ "name": "New" }] }), "You may not create tags in this product."),
            (json!({ "name": "x", "segments": [{ "name": "New", "conditions": [{ "attribute": "a", "is": "textEquals", "value": "b" }] }] }),
             "You may not create segments in this product."),
            (json!({ "name": "x", "environments": [{ "name": "Noted", "noteRequired": true }] }),
             "You may not change the preferences of this product."),
            (json!({ "name": "x", "configs": [{ "name": "Main Config", "settings": [{ "key": "new", "type": "boolean" }] }] }),
             "You may not create flags and settings in this product."),
        ];
        let before = counted(&server).await;
        for (part, why) in cases {
            let refused = send(&noor, &import_into(&product), &only(part.clone())).await.refused(409);
            let message = refused["conflicts"][0]["message"].as_str().unwrap();
            assert!(message.starts_with(why), "{part}: {message}");
        }
        assert_eq!(counted(&server).await, before);
        // What they hold they may give; an environment does not take the id that they wish for.
        let fine = json!({ "name": "x", "environments": [{ "id": "01890000-0000-7000-8000-0000000000aa", "name": "Own" }],
            "permissionGroups": [{ "name": "Testers", "permissions": ["canManageMembers"], "environments": { "Test": "full" } }],
            "people": [{ "email": "friend@example.com", "group": "Testers" }] });
        let done = send(&noor, &import_into(&product), &only(fine)).await.ok();
        assert_eq!(done["imported"], true, "{done}");
        assert_eq!(done["ids"][0]["kind"], "environment");
        assert!(server.mail_to("friend@example.com").await.text.contains("Storefront"));
        // Without the switch there is no way in at all.
        let pat = server.person("pat").await;
        server.put_in(&product, product.developer, &pat).await;
        pat.get(&export_of(&product)).await.refused(403);
        send(&pat, &import_into(&product), &only(json!({ "name": "x" }))).await.refused(403);
    }

    async fn secret_headers_leave_on_the_command_line_only(server) {
        bring(&server, &world()).await.unwrap();
        let carried = carry(&server).await;
        assert_eq!(carried["teams"][0]["products"][0]["webhooks"][0]["headers"][1]["value"], "Bearer s3cret");
        let path = "/api/v1/products/01890000-0000-7000-8000-000000000001";
        let told = server.admin.get(&format!("{path}/export")).await.ok();
        let webhook = &told["products"][0]["webhooks"][0];
        assert_eq!(webhook["headers"], json!([{ "key": "X-Team", "value": "harbor" }, { "key": "Authorization", "secure": true }]));
        assert_eq!(webhook["signingKeys"][1], "configcat_whsk_fedcba9876543210");
        assert_eq!(told["leftOut"], json!([{ "product": "Storefront", "what": "values of secure headers of webhooks" }]));
    }

    async fn the_pages_carry_a_product_out_and_in(server) {
        let (team, product) = harbor(&server).await;
        let page = team.owner.get(&format!("{}/transfer", product.path)).await.page();
        assert!(page.contains("Export Storefront") && page.contains("Look what it would do"), "{page}");
        let file = team.owner.get(&format!("{}/transfer/export", product.path)).await;
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"storefront.json\"");
        let file = file.page();
        assert!(file.starts_with("{\n  \"burgee\": 1,\n"), "it can be read");
        let send = async |who: &Client, path: &str, fields: &[(&str, &str)]| {
            let part = |(name, value): &(&str, &str)| format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            let body = fields.iter().map(part).collect::<String>() + "--xyz--\r\n";
            who.send(Method::POST, path, |request| request.header("content-type", "multipart/form-data; boundary=xyz").body(body)).await
        };
        let path = format!("{}/transfer", product.path);
        assert!(send(&team.owner, &path, &[("file", &file), ("do", "try")]).await.page().contains("Everything is there already"));
        let more = file.replace("\"newCheckout\"", "\"another\"");
        let looked = send(&team.owner, &path, &[("file", &more), ("do", "try")]).await.page();
        assert!(looked.contains("This would be created") && looked.contains("Import all of it"), "{looked}");
        assert!(looked.contains("&quot;another&quot;") || looked.contains("&#34;another&#34;"), "the document is kept: {looked}");
        let before = counted(&server).await;
        let done = send(&team.owner, &path, &[("document", &more), ("do", "import")]).await.page();
        assert!(done.contains("<h2 id=\"result-title\">Imported</h2>"), "{done}");
        assert!(counted(&server).await > before);
        // What stands in the way, what makes no sense, and nothing at all.
        let other = file.replace("\"Test\": true", "\"Test\": false");
        assert!(other != file);
        let stopped = send(&team.owner, &path, &[("file", &other), ("do", "import")]).await;
        assert_eq!(stopped.status, 422);
        assert!(stopped.text.contains("Here it is something else in Test."), "{}", stopped.text);
        let wrong = send(&team.owner, &path, &[("file", "{\"burgee\":1,\"x\":1}"), ("do", "try")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("unknown field"), "{}", wrong.text);
        assert!(send(&team.owner, &path, &[("do", "try")]).await.text.contains("Please choose a file."));
        assert_eq!(team.owner.form(&path, &[("do", "try")]).await.status, 422);
        // A script hears how far it is, and gets the same page last.
        let next = file.replace("\"newCheckout\"", "\"third\"");
        let body = format!("--xyz\r\nContent-Disposition: form-data; name=\"document\"\r\n\r\n{next}\r\n--xyz\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\nimport\r\n--xyz--\r\n");
        let mut told = team
            .owner
            .listen_to(Method::POST, &path, |request| request.header("content-type", "multipart/form-data; boundary=xyz").body(body))
            .await;
        let mut steps = vec![];
        let page = loop {
            let said = told.data().await;
            match said["what"].as_str() {
                Some(what) => steps.push(what.to_owned()),
                None => break said,
            }
        };
        assert!(steps.contains(&"Storefront in harbor: 1 flag or setting".to_owned()), "{steps:?}");
        assert!(page["html"].as_str().unwrap().contains("<h2 id=\"result-title\">Imported</h2>"), "{page}");
        // A config file, into one of the configs.
        let of_files = format!("{path}/config-file");
        assert!(team.owner.get(&of_files).await.page().contains("Into the config"));
        let config_file = r#"{"f":{"fromFile":{"t":0,"v":{"b":true}}}}"#;
        let fields = [("file", config_file), ("config", product.config.as_str()), ("environment", product.production.as_str()), ("do", "try")];
        let looked = send(&team.owner, &of_files, &fields).await.page();
        assert!(looked.contains("This would be created") && looked.contains(&format!("name=\"config\" value=\"{}\"", product.config)), "{looked}");
        let wanted = [("document", config_file), fields[1], fields[2], ("do", "import")];
        let done = send(&team.owner, &of_files, &wanted).await.page();
        assert!(done.contains("<h2 id=\"result-title\">Imported</h2>"), "{done}");
        assert!(send(&team.owner, &of_files, &fields).await.page().contains("Everything is there already"));
        let missing = send(&team.owner, &of_files, &[fields[0], fields[1], ("environment", ""), ("do", "try")]).await;
        assert!(missing.status == 422 && missing.text.contains("Please say whose values these are."), "{}", missing.text);
        let no_file = send(&team.owner, &of_files, &[("file", &file), fields[1], fields[2], ("do", "try")]).await;
        assert!(no_file.status == 422 && no_file.text.contains("There are no flags and settings in this file."), "{}", no_file.text);
        // A team the same way, for its owners.
        let of_team = format!("/team/{}/transfer", team.slug);
        let whole = team.owner.get(&format!("{of_team}/export")).await.page();
        assert!(whole.contains("\"slug\": \"harbor\""), "{whole}");
        assert!(send(&team.owner, &of_team, &[("file", &whole), ("do", "try")]).await.page().contains("Everything is there already"));
        team.member.get(&of_team).await.refused(403);
    }

    async fn somebody_who_has_an_account_is_asked_all_the_same(server) {
        let pat = server.person("pat").await;
        let mut told = world();
        told["teams"][0]["people"] = json!([{ "email": "pat@example.com", "role": "owner" }]);
        told["teams"][0]["products"][0]["people"] = json!([]);
        bring(&server, &told).await.unwrap();
        assert_eq!(pat.get("/api/v1/user/teams").await.ok()["count"], 0, "nobody is put anywhere without having agreed");
        let waiting = pat.get("/api/v1/user/invitations").await.ok();
        assert_eq!(waiting["invitations"][0]["team"]["name"], "Harbor Works", "{waiting}");
        let id = waiting["invitations"][0]["id"].as_str().unwrap();
        pat.patch(&format!("/api/v1/user/invitations/{id}")).await.ok();
        assert_eq!(pat.get("/api/v1/user/teams").await.ok()["count"], 1);
    }

    async fn service_accounts_stay_where_they_are(server) {
        let (team, product) = harbor(&server).await;
        let path = format!("/api/v1/teams/{}/service-accounts", team.id);
        let account = team.owner.post(&path, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
        let whole = format!("/api/v1/teams/{}/export", team.id);
        let before = team.owner.get(&whole).await.ok();
        let path = format!("{path}/{account}/tokens");
        team.owner.post(&path, json!({ "name": "ci" })).await.ok();
        let mut robot = server.anonymous();
        robot.id = account;
        server.put_in(&product, product.manager, &robot).await;
        assert_eq!(team.owner.get(&whole).await.ok(), before);
        let people: Vec<&str> =
            before["teams"][0]["people"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect();
        assert!(people.contains(&"harbor-owner@example.com") && people.iter().all(|email| email.contains('@')), "{people:?}");
    }

    async fn what_a_setting_cannot_have_is_carried_where_nobody_has_chosen(server) {
        let (team, product) = harbor(&server).await;
        let one = json!({ "burgee": 1, "products": [{ "name": "x", "configs": [{ "name": "Main Config", "settings": [
            { "key": "colour", "type": "string", "variations": [{ "value": "red" }, { "value": "teal" }] }] }] }] });
        assert_eq!(send(&team.owner, &import_into(&product), &one).await.ok()["imported"], true);
        team.owner.form(&format!("{}/environments", product.path), &[("name", "Later")]).await.leads_to();
        let told = team.owner.get(&export_of(&product)).await.ok();
        let setting = |told: &Value| told["products"][0]["configs"][0]["settings"][1]["values"].clone();
        assert_eq!(setting(&told), json!({ "Test": "red", "Production": "red", "Later": "" }));
        let other = Server::sqlite().await;
        let pier = other.team("pier").await;
        let done = send(&pier.owner, &format!("/api/v1/teams/{}/import", pier.id), &told).await.ok();
        assert_eq!(done["imported"], true, "{done}");
        let again = carry(&other).await;
        assert_eq!(again["teams"].as_array().unwrap().iter().find(|team| team["slug"] == "pier").unwrap()["products"][0]["configs"], told["products"][0]["configs"]);
    }

    async fn notes_are_asked_for_where_they_are_mandatory(server) {
        bring(&server, &world()).await.unwrap();
        let more = json!({ "burgee": 1, "teams": [{ "name": "Harbor Works", "products": [{ "name": "Storefront", "configs": [{ "name": "Main Config",
            "settings": [{ "key": "more", "hint": "More.", "type": "boolean", "values": { "Production": true } }] }] }] }] });
        let refused = bring(&server, &more).await.unwrap();
        assert_eq!(
            conflicts(&refused),
            ["teams[0].products[0].configs[0].settings[0].values.Production: Reason required: in Production a value is set with a note. Please give one."]
        );
        let options = Options { note: Some("The season begins.".into()), ..Options::default() };
        let done = bring_into(&server, &more, None, &options, false).await.unwrap();
        assert_eq!((done.count(Thing::Setting), conflicts(&done)), (1, vec![]));
        assert_eq!(served(&server, PRODUCTION_KEY).await["f"]["more"]["v"]["b"], true);
        let log = server.admin.get("/team/harbor-works/products/01890000-0000-7000-8000-000000000001/audit-log").await.page();
        assert!(log.contains("The season begins."), "{log}");
    }

    async fn documents_that_make_no_sense_are_refused_at_their_place(server) {
        let with = |change: &dyn Fn(&mut Value)| {
            let mut told = world();
            change(&mut told["teams"][0]["products"][0]);
            told
        };
        let cases: Vec<(Value, &str)> = vec![
            (with(&|part| part["environments"][1]["name"] = "test".into()), "environments[1].name: Another environment"),
            (with(&|part| part["colour"] = "red".into()), "colour: unknown field"),
            (with(&|part| part["configs"][0]["settings"][1]["type"] = "number".into()), "configs[0].settings[1].type: Please say"),
            (with(&|part| part["configs"][0]["settings"][1]["values"]["Test"] = true.into()), "configs[0].settings[1].values.Test: IntValue field must be set"),
            (with(&|part| part["configs"][0]["settings"][1]["values"]["Test"] = json!([1])), "configs[0].settings[1].values.Test: invalid type: sequence"),
            (with(&|part| part["configs"][0]["settings"][1]["values"]["Moon"] = 1.into()), "configs[0].settings[1].values.Moon: There is no such environment"),
            (with(&|part| part["configs"][0]["settings"][1]["key"] = "a b".into()), "configs[0].settings[1].key: A key has only"),
            (with(&|part| part["configs"][0]["settings"][0]["tags"] = json!(["none"])), "configs[0].settings[0].tags[0]: There is no tag"),
            (with(&|part| part["configs"][0]["settings"][0]["values"]["Production"]["rules"][0]["if"][0]["segment"] = "none".into()),
             "configs[0].settings[0].values.Production.rules[0].if[0].segment: There is no segment"),
            (with(&|part| part["configs"][0]["settings"][0]["values"]["Production"]["rules"][1]["split"][0]["percent"] = 30.into()),
             "configs[0].settings[0].values.Production.rules[1].split: The percentages add up to 110"),
            (with(&|part| part["configs"][0]["settings"][0]["values"]["Production"]["rules"][1]["if"][0]["is"] = "isAny".into()),
             "configs[0].settings[0].values.Production.rules[1].if[0].is: There is no comparison"),
            (with(&|part| part["configs"][0]["settings"][1]["values"]["Production"] = json!({ "value": 1, "rules": [
                { "if": [{ "flag": "new-checkout", "is": "equals", "value": true }], "then": 2 }] })),
             "configs[0].settings: Circular dependency detected in Production."),
            (with(&|part| part["configs"][0]["sdkKeys"]["Test"]["primary"] = "abc/def".into()), "configs[0].sdkKeys.Test.primary: An SDK key is"),
            (with(&|part| part["configs"][1]["settings"][0]["values"]["Test"] = json!({ "value": true, "attribute": "Country" })),
             "configs[1].settings[0].values.Test.attribute: This config is of version 1."),
            (with(&|part| part["permissionGroups"][0]["permissions"] = json!(["canFly"])), "permissionGroups[0].permissions[0]: There is no permission"),
            (with(&|part| part["permissionGroups"][0]["permissions"] = json!(["canDeleteTag"])), "permissionGroups[0].permissions: `canDeleteTag` needs"),
            (with(&|part| part["people"][0]["email"] = "nobody".into()), "people[0].email: "),
            (with(&|part| part["people"][0]["group"] = "none".into()), "people[0].group: There is no group"),
            (with(&|part| part["id"] = "twelve".into()), "id: "),
            (with(&|part| part["webhooks"][0]["url"] = "ftp://x".into()), "webhooks[0].url: Url is invalid"),
            (with(&|part| part["webhooks"][0]["environment"] = "none".into()), "webhooks[0].environment: There is no such environment"),
            (with(&|part| part["webhooks"][0]["headers"][1] = json!({ "key": "Authorization", "secure": true })),
             "webhooks[0].headers[1].value: Please give a value."),
            (with(&|part| part["webhooks"][0]["signingKeys"] = json!(["short"])), "webhooks[0].signingKeys: There are at most two"),
            (with(&|part| part["segments"][0]["conditions"] = json!([])), "segments[0].conditions: A segment needs a condition."),
            (with(&|part| part["segments"][0]["conditions"][0]["value"] = json!([""])), "segments[0].conditions[0].value: There is nothing"),
        ];
        for (told, place) in cases {
            let said = wrong(bring(&server, &told).await);
            assert!(said.iter().any(|line| line.starts_with(&format!("teams[0].products[0].{place}"))), "{place}: {said:?}");
        }
        assert_eq!(wrong(bring(&server, &json!({ "burgee": 2 })).await), ["burgee: This is version 2 of the format. This Burgee reads version 1."]);
        assert_eq!(wrong(bring(&server, &json!({ "burgee": 1, "products": [{ "name": "x" }] })).await).len(), 1);
    }

    async fn config_files_become_the_settings_of_a_config(server) {
        let (team, product) = harbor(&server).await;
        let file = json!({
            "p": { "u": "https://elsewhere.example", "r": 0, "s": "salt" },
            "s": [{ "n": "Staff", "r": [{ "a": "Email", "c": 32, "l": ["@harbor.example"] }] }],
            "f": {
                "newCheckout": { "t": 0, "v": { "b": true }, "i": "x", "r": [{ "c": [{ "s": { "s": 0, "c": 0 } }], "s": { "v": { "b": false }, "i": "y" } }] },
                "steps": { "t": 2, "v": { "i": 4 }, "i": "z", "p": [{ "p": 50, "v": { "i": 3 }, "i": "" }, { "p": 50, "v": { "i": 4 }, "i": "" }] },
            },
        });
        let path = |rest: &str| format!("/api/v1/products/{}/configs/{}/import?environment={rest}", product.id, product.config);
        let refused = send(&team.owner, &path("Test"), &file).await.refused(409);
        assert_eq!(refused["conflicts"], json!([{ "path": "f.newCheckout.values.Test", "message": "Here it is something else in Test." }]));
        let done = send(&team.owner, &path("production"), &file).await.ok();
        let kinds: Vec<&str> = done["created"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["segment", "setting", "value"], "{done}");
        let config = &team.owner.get(&export_of(&product)).await.ok()["products"][0]["configs"][0];
        let production = served(&server, config["sdkKeys"]["Production"]["primary"].as_str().unwrap()).await;
        assert_eq!(production["f"]["steps"]["p"][0]["v"], json!({ "i": 3 }));
        assert_eq!(production["f"]["newCheckout"]["r"][0]["c"], json!([{ "s": { "s": 0, "c": 0 } }]));
        assert_eq!(config["settings"][1]["values"]["Test"], 0, "only the environment of the file");
        assert_eq!(send(&team.owner, &path("production"), &file).await.ok()["imported"], false);

        let mut hashed = file.clone();
        hashed["f"]["steps"]["r"] = json!([{ "c": [{ "u": { "a": "Email", "c": 16, "l": ["0123"] } }], "s": { "v": { "i": 1 }, "i": "" } }]);
        let refused = send(&team.owner, &path("Test"), &hashed).await.refused(400);
        assert!(refused["errors"]["f.steps.r[0].c[0]"].as_str().unwrap().contains("hash"), "{refused}");
        send(&team.owner, &path("Moon"), &file).await.refused(400);
    }
}

/// Webhooks go nowhere that the page of webhooks would not send them to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_into_private_networks_stand_in_the_way() {
    let server = Server::sqlite_with(|config| config.private_targets = false).await;
    let before = counted(&server).await;
    let refused = bring(&server, &world()).await.unwrap();
    let why = "teams[0].products[0].webhooks[0].url: Url is invalid: it leads into a private network or to this machine, and this instance sends nothing there.";
    assert_eq!(conflicts(&refused), [why]);
    assert_eq!(counted(&server).await, before);
    let mut told = world();
    for url in ["http://localhost:9/", "http://10.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://2130706433/hook"] {
        told["teams"][0]["products"][0]["webhooks"][0]["url"] = url.into();
        let dry = bring_into(&server, &told, None, &Options::default(), true).await.unwrap();
        assert_eq!(conflicts(&dry), [why], "{url}");
    }
    told["teams"][0]["products"][0]["webhooks"][0]["url"] = "http://192.175.48.1/".into();
    assert_eq!(conflicts(&bring(&server, &told).await.unwrap()), [""; 0]);
}

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

/// Takes out of a document what is each place’s own.
fn strip(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            for own in ["id", "sdkKeys", "salt"] {
                fields.remove(own);
            }
            fields.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
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

/// What is sent by mistake or malice gets an answer that says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_sent_is_answered() {
    let server = Server::sqlite().await;
    let (team, product) = harbor(&server).await;
    let post = async |path: &str, kind: &str, body: Vec<u8>| {
        let kind = kind.to_owned();
        team.owner.send(Method::POST, path, |request| request.header("content-type", kind).body(body)).await.status.as_u16()
    };
    let path = import_into(&product);
    let json = "application/json";
    let deep = "[".repeat(100_000);
    let many = format!(r#"{{"burgee":1,"products":[{{"name":"x","environments":[{}]}}]}}"#, vec![r#"{"name":"a"}"#; 5000].join(","));
    let wide: Vec<String> = (0..20_000).map(|at| format!(r#""e{at}":true"#)).collect();
    let wide = format!(
        r#"{{"burgee":1,"products":[{{"name":"x","configs":[{{"name":"c","settings":[{{"key":"k","type":"boolean","values":{{{}}}}}]}}]}}]}}"#,
        wide.join(",")
    );
    let bodies: Vec<(&str, &str, Vec<u8>, u16)> = vec![
        ("nothing", json, vec![], 400),
        ("no text", json, vec![0xff, 0xfe, 0], 400),
        ("half", json, br#"{"burgee":1,"products":[{"name":"x""#.to_vec(), 400),
        ("deep", json, deep.into_bytes(), 400),
        ("a form", "application/x-www-form-urlencoded", b"a=b".to_vec(), 400),
        ("NUL", json, br#"{"burgee":1,"products":[{"name":"a\u0000b"}]}"#.to_vec(), 400),
        ("huge number", json, br#"{"burgee":99999999999999999999}"#.to_vec(), 400),
        ("twice", json, br#"{"burgee":1,"burgee":1}"#.to_vec(), 400),
        ("many environments", json, many.into_bytes(), 400),
        ("many values", json, wide.into_bytes(), 400),
        ("too much", json, vec![b' '; 33 * 1024 * 1024], 413),
    ];
    for (name, kind, body, status) in bodies {
        assert_eq!(post(&path, kind, body).await, status, "{name}");
    }
    let values = json!([null, true, -1, 1.5, "x", [], {}, [[]], [{}], i64::MAX, "\u{202e}", "a".repeat(5000)]);
    let fields = ["burgee", "teams", "products", "leftOut"];
    let inside = ["id", "name", "description", "keyStyle", "environments", "tags", "segments", "configs", "permissionGroups", "people"];
    let in_setting = ["id", "key", "name", "hint", "type", "json", "tags", "variations", "values"];
    for value in values.as_array().unwrap() {
        for field in fields {
            let body = json!({ "burgee": 1, "products": [{ "name": "x" }], field: value });
            assert!(send(&team.owner, &path, &body).await.status.as_u16() < 500, "{body}");
        }
        for field in inside {
            let body = json!({ "burgee": 1, "products": [{ "name": "x", field: value }] });
            assert!(send(&team.owner, &format!("{path}?dryRun=true"), &body).await.status.as_u16() < 500, "{body}");
        }
        for field in in_setting {
            let mut setting = json!({ "key": "k", "type": "int" });
            setting[field] = value.clone();
            let body = json!({ "burgee": 1, "products": [{ "name": "x", "configs": [{ "name": "Main Config", "settings": [setting] }] }] });
            assert!(send(&team.owner, &format!("{path}?dryRun=true"), &body).await.status.as_u16() < 500, "{body}");
        }
    }
    assert_eq!(document(&world()).teams.len(), 1);
}
