//! Bodies that nobody sends by accident, at every route that takes one: refused with a message at a field, and never answered with a failure of
//! ours. The routes come from the code: one that is added is tested.

use burgee::authz::{Operation, Surface, routes::names_in};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    fuzz::{World, world},
    support::{Answer, Server, on_both},
};

/// The address of a route for the Owner of everything.
fn address(world: &World, route: &Operation) -> String {
    names_in(route.path).iter().fold(route.path.to_owned(), |path, name| {
        let id = world.kept.get(*name).map_or_else(|| "nothing".to_owned(), |ids| ids[0].to_string().trim_matches('"').to_owned());
        path.replace(&format!("{{{name}}}"), &id)
    })
}

/// Asks whoever may: the Owner, or the administrator of the instance.
async fn ask(server: &Server, world: &World, route: &Operation, kind: &str, body: &str) -> Answer {
    let path = address(world, route);
    let mut answer = None;
    for who in [&world.team.owner, &server.admin] {
        let send = |request: reqwest::RequestBuilder| {
            let key = world.kept["sdk_key"][0].as_str().unwrap();
            request.header(header::CONTENT_TYPE, kind).header("X-CONFIGCAT-SDKKEY", key).body(body.to_owned())
        };
        let said = who.send(route.method.clone(), &path, send).await;
        if !matches!(said.status.as_u16(), 403 | 404) {
            return said;
        }
        answer = Some(said);
    }
    answer.unwrap()
}

/// The fields that a refusal names, as its surface tells them.
fn fields(route: &Operation, answer: &Answer, status: u16) -> Vec<String> {
    assert_eq!(answer.status.as_u16(), status, "{}: {}", answer.asked, answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{}: {}", answer.asked, answer.text));
    let (named, said) = match route.surface {
        Surface::Json => (&body["errors"], body["error"].as_str().unwrap_or_default().to_owned()),
        _ => (&body, answer.text.clone()),
    };
    assert!(!said.is_empty() && body.is_object(), "{}: {}", answer.asked, answer.text);
    named.as_object().map(|named| named.keys().cloned().collect()).unwrap_or_default()
}

/// The schema of a route's body.
fn schema<'a>(api: &'a Value, route: &Operation) -> &'a Value {
    let method = route.method.as_str().to_lowercase();
    let schema = &api["paths"][route.path][method]["requestBody"]["content"]["application/json"]["schema"];
    schema["$ref"].as_str().map_or(schema, |name| &api["components"]["schemas"][name.rsplit('/').next().unwrap()])
}

/// Bodies for a schema that say nothing but what no version of the API knows, each beside the same without it: at the top, and in every object below.
fn strangers(api: &Value, schema: &Value, depth: usize) -> Vec<(Value, Value)> {
    let schema = schema["$ref"].as_str().map_or(schema, |name| &api["components"]["schemas"][name.rsplit('/').next().unwrap()]);
    if let Some(choice) = ["oneOf", "anyOf", "allOf"].iter().find_map(|of| schema[of].as_array()) {
        return choice.iter().flat_map(|one| strangers(api, one, depth)).collect();
    }
    if schema["items"].is_object() {
        return strangers(api, &schema["items"], depth).into_iter().map(|(with, without)| (json!([with]), json!([without]))).collect();
    }
    // What has no properties of its own is a map, in which every name means something.
    let Some(properties) = schema["properties"].as_object().filter(|_| depth < 7) else { return vec![] };
    let mut found = vec![(json!({ "memberOfTomorrow": { "a": [1] } }), json!({}))];
    for (name, property) in properties {
        let below = strangers(api, property, depth + 1).into_iter();
        found.extend(below.map(|(with, without)| (json!({ name: with }), json!({ name: without }))));
    }
    found
}

/// Whether a schema takes nothing but whole numbers.
fn is_whole_number(schema: &Value) -> bool {
    let kind = &schema["type"];
    *kind == "integer" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("integer")) && !kinds.contains(&json!("string")))
}

on_both! {
    async fn every_body_has_a_form(server) {
        let world = world(&server, "harbor").await;
        let api = server.anonymous().get("/api/openapi.json").await.ok();
        let table = burgee::app::table();
        let routes: Vec<&Operation> =
            table.iter().filter(|route| route.body.is_some() && matches!(route.surface, Surface::Json | Surface::Management)).collect();
        assert!(routes.len() > 60, "only {} routes", routes.len());
        let large = format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024));
        let deep = format!("{{\"name\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        let (mut numbers, mut patches) = (0, 0);
        for route in routes {
            let asked = async |kind: &str, body: &str| ask(&server, &world, route, kind, body).await;
            let json = "application/json";
            for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
                let named = fields(route, &asked(kind, "{}").await, 400);
                assert!(named.iter().any(|name| name.eq_ignore_ascii_case("content-type")), "{}: {named:?}", route.path);
            }
            for wrong in ["", "{", "{\"name\":}", "7", "{} {}", "{\"name\":\"\\ud800\"}", "[{\"op\":}]", deep.as_str()] {
                let named = fields(route, &asked(json, wrong).await, 400);
                assert!(!named.is_empty(), "{} {}: {}", route.method, route.path, &wrong[..wrong.len().min(30)]);
            }
            let named = fields(route, &asked(json, "{\"a\":{\"b\":[1,\"x\\u0000y\"]}}").await, 400);
            assert!(named.iter().any(|name| name.eq_ignore_ascii_case("a.b[1]")), "{}: {named:?}", route.path);
            let named = fields(route, &asked(json, "{\"a\":[{\"b\":1,\"b\":2}]}").await, 400);
            assert!(named.iter().any(|name| name.to_lowercase().starts_with("a[0]")), "{}: {named:?}", route.path);
            // What is imported may be larger than other bodies.
            let too_large = if route.path.ends_with("/import") { 400 } else { 413 };
            fields(route, &asked(json, &large).await, too_large);

            let schema = schema(&api, route);
            for (name, _) in schema["properties"].as_object().into_iter().flatten().filter(|(_, schema)| is_whole_number(schema)) {
                // A role may be a word as well: what it is none of has a code of its own.
                if name == "role" {
                    continue;
                }
                numbers += 1;
                for number in ["99999999999999999999999999", "1e999", "1e400000000", "9223372036854775808", "0.5"] {
                    let named = fields(route, &asked(json, &format!("{{\"{name}\":{number}}}")).await, 400);
                    assert!(named.iter().any(|field| field.eq_ignore_ascii_case(name)), "{} {number}: {named:?}", route.path);
                }
            }
            if route.method == Method::PATCH {
                patches += 1;
                for (operation, place) in [
                    (json!({ "op": "replace", "path": "nowhere", "value": 1 }), "[0].path"),
                    (json!({ "op": "remove", "path": "/nowhere/at/all" }), "/nowhere/at/all"),
                    (json!({ "op": "replace", "path": "/~2", "value": 1 }), "[0].path"),
                    (json!({ "op": "move", "path": "/a", "from": "/nowhere" }), "/a"),
                    (json!({ "op": "copy", "path": "/a" }), "[0].from"),
                    (json!({ "op": "fly", "path": "/a" }), "[0].op"),
                    (json!({ "op": "add", "path": "/nowhere", "value": 1 }), "/nowhere"),
                ] {
                    // The setting of the first config is of the first generation.
                    if route.path.starts_with("/v2/") {
                        continue;
                    }
                    let named = fields(route, &asked(json, &json!([operation]).to_string()).await, 400);
                    assert!(named.iter().any(|name| name == place), "{} {operation}: {named:?}", route.path);
                }
            }
        }
        assert!(numbers > 10 && patches >= 4, "{numbers} numbers, {patches} patches");
        server.intact_chain(&world.team.id).await;
    }

    async fn what_a_later_management_api_may_say_is_ignored(server) {
        let world = world(&server, "harbor").await;
        let api = server.anonymous().get("/api/openapi.json").await.ok();
        let table = burgee::app::table();
        let mut compared = 0;
        for route in table.iter().filter(|route| route.body.is_some() && route.surface == Surface::Management) {
            for (with, without) in strangers(&api, schema(&api, route), 0) {
                let said = async |body: &Value| {
                    let answer = ask(&server, &world, route, "application/json", &body.to_string()).await;
                    (answer.status, answer.text)
                };
                assert_eq!(said(&with).await, said(&without).await, "{} {} {with}", route.method, route.path);
                compared += 1;
            }
        }
        assert!(compared > 60, "only {compared} bodies");
    }

    async fn a_key_that_is_none_is_not_found(server) {
        let world = world(&server, "harbor").await;
        let key = world.kept["sdk_key"][1].as_str().unwrap();
        let ask = async |path: &str| {
            world.team.owner.send(Method::GET, path, |request| request.header("X-CONFIGCAT-SDKKEY", key)).await
        };
        ask("/v2/settings/harborFlag/value").await.ok();
        for odd in ["%00", "harborFlag%00", "%FF", "%F0%9F%92%A5", "9223372036854775808", "-1", "..%2F"] {
            ask(&format!("/v2/settings/{odd}/value")).await.refused(404);
            ask(&format!("/api/v1/teams/slug/{odd}")).await.refused(404);
        }
        for odd in ["", "\u{1}", "configcat-sdk-1/x", "\u{fffd}"] {
            let header = header::HeaderValue::from_bytes(odd.as_bytes());
            let Ok(header) = header else { continue };
            let send = |request: reqwest::RequestBuilder| request.header("X-CONFIGCAT-SDKKEY", header);
            let answer = world.team.owner.send(Method::GET, "/v2/settings/harborFlag/value", send).await;
            assert!(matches!(answer.status.as_u16(), 400 | 404), "{odd:?}: {}", answer.text);
        }
    }
}
