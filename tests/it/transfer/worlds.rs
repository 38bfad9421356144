//! Worlds that are told in a file: brought in, carried on, brought in again.

use burgee::audit::log::Checked;
use burgee::transfer::{Options, Thing};
use serde_json::{Value, json};

use super::{
    NEXT_KEY, OLD_KEY, PRODUCTION_KEY, TEST_KEY, bring, bring_into, bytes, carry, conflicts, counted, export_of, harbor, send, served,
    world,
};
use crate::support::{Server, Team, on_both};

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
