//! What is wrong with a document, and what nobody should send.

use burgee::transfer::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::{bring, bring_into, conflicts, counted, document, harbor, import_into, send, world, wrong};
use crate::support::{Server, on_both};

on_both! {
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
    told["teams"][0]["products"][0]["webhooks"][0]["url"] = "http://1.1.1.1/".into();
    assert_eq!(conflicts(&bring(&server, &told).await.unwrap()), [""; 0]);
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
