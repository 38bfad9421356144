//! Products and config files that are brought into a product.

use burgee::transfer::{Options, Thing};
use serde_json::{Value, json};

use super::{PRODUCTION_KEY, bring, bring_into, carry, conflicts, export_of, harbor, import_into, send, served, world};
use crate::support::{Server, on_both};

on_both! {
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
