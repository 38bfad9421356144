//! What is in an environment reaches nobody who has no access to it.

use burgee::{
    authz::{Access, GROUP_PERMISSIONS, Mint, Permission, Surface, routes::names_in},
    clock::DAY,
};
use reqwest::Method;
use serde_json::json;

use super::{Scene, scene};
use crate::support::{Client, PASSWORD, on_both};

on_both! {
    async fn what_is_in_an_environment_reaches_nobody_without_access(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let id = scene.add("banner", "string").await;
        let marker = "zq-marker-7781";
        let fields = [
            ("rule.0.from", ""),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", marker),
            ("rule.0.condition.0.comparator", "isOneOf"),
            ("rule.0.condition.0.values", marker),
            ("rule.0.value", marker),
            ("default", marker),
            ("note", marker),
        ];
        scene.save(scene.owner(), id, &production, &fields).await.leads_to();
        scene.save(scene.owner(), id, &production, &[("default", "zq-marker-7781 again"), ("note", marker)]).await.leads_to();
        let secret = scene.primary_key(&production).await;
        let all: Vec<Permission> = GROUP_PERMISSIONS.iter().map(|switch| switch.permission).collect();
        let outsider = scene.person("outsider", &all, &[(&test, Access::Full)]).await;
        let token = scene.server.token(&outsider, false).await;
        let mut asked = 0;
        for route in burgee::app::table().iter().filter(|route| route.method == Method::GET && !route.path.ends_with("stream")) {
            let id = id.to_string();
            let path = names_in(route.path).iter().fold(route.path.to_owned(), |path, name| {
                let value = match *name {
                    "team" if route.path.starts_with("/team/") || route.path.contains("/slug/") => &scene.team.slug,
                    "team" => &scene.team.id,
                    "product" => &scene.product.id,
                    "config" => &scene.product.config,
                    "environment" => &production,
                    "flag" | "setting" => &id,
                    "person" => &outsider.id,
                    _ => &scene.product.id,
                };
                path.replace(&format!("{{{name}}}"), value).replace(&format!("{{*{name}}}"), value)
            });
            let mut answers = vec![];
            for query in ["".to_owned(), format!("?environment={production}&position=1"), format!("?config={}&setting={id}", scene.product.config), format!("?search={marker}&query={marker}")] {
                answers.push((if route.surface != Surface::Page { &token } else { &outsider }).get(&format!("{path}{query}")).await);
            }
            for answer in answers {
                // What somebody searches for is shown to them again.
                let text = answer.text.replace(&format!("value=\"{marker}\""), "").replace(&format!("={marker}"), "");
                assert!(!text.contains("zq-marker") && !text.contains(&secret), "{}: {}", answer.asked, answer.text);
                asked += 1;
            }
        }
        assert!(asked > 200, "only {asked}");
        let tried = outsider.form(&format!("{}/try", scene.path), &[("environment", &test), ("attribute.0.name", marker), ("attribute.0.value", "x")]).await.page();
        assert!(!tried.contains("zq-marker-7781 again"), "{tried}");
        assert_eq!(outsider.form(&format!("{}/try", scene.path), &[("environment", &production)]).await.status, 404);
    }

    async fn what_is_refused_and_what_is_previewed_tells_nothing_of_it(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let (id, segment) = marked(&scene).await;
        let outsider = outsider(&scene).await;
        let token = scene.server.token(&outsider, false).await;
        let flag = scene.flag(id);
        let (_, version) = scene.stored(id, &production).await;
        let flip = format!("true~{production}~{version}");
        let at = [("environment", production.as_str()), ("version", version.as_str()), ("position", "2"), ("flip", flip.as_str())];
        let value = [("default", "x"), ("confirm", "banner"), ("note", "x"), ("name", "Banner"), ("act", "check")];
        let here = [("environment", test.as_str()), ("attribute.0.name", "Email"), ("attribute.0.value", "kim@example.com")];
        let condition = [("condition.0.attribute", "a"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "a")];
        let fields = [&at[..], &value, &condition].concat();
        let (product, keys) = (&scene.product.path, format!("{}/keys/{production}", scene.path));
        let mut answers = vec![];
        for path in [
            format!("{flag}/value"), format!("{flag}/editor"), format!("{flag}/switch"), format!("{flag}/restore"), format!("{flag}/delete"),
            format!("{flag}/edit"), format!("{flag}/move"), format!("{flag}/tags"), format!("{}/try", scene.path), segment.clone(),
            format!("{segment}/delete"), format!("{}/delete", scene.path), format!("{product}/environments/{production}/delete"),
            format!("{keys}/rotate"), format!("{keys}/promote"), format!("{keys}/revoke"), format!("{}/flags", scene.path),
            format!("{product}/groups/{}/preview", scene.product.developer),
        ] {
            answers.push(outsider.form(&path, &fields).await);
            answers.push(outsider.send(Method::POST, &path, |request| request.header("hx-request", "true").form(&fields)).await);
        }
        answers.push(outsider.form(&format!("{}/try", scene.path), &here).await);
        let restore = json!({ "position": 2, "version": version, "note": "x" });
        answers.push(token.post(&scene.api(id, &production, "restore"), restore).await);
        let json_keys = format!("/api/v1/products/{}/configs/{}/environments/{production}/sdk-keys", scene.product.id, scene.product.config);
        answers.push(token.post(&json_keys, json!({})).await);
        answers.push(token.post(&format!("{json_keys}/promote"), json!({})).await);
        answers.push(token.delete(&format!("{json_keys}/primary")).await);
        let groups = format!("/api/v1/products/{}/permission-groups/{}/preview", scene.product.id, scene.product.manager);
        answers.push(token.post(&groups, json!({ "canDeleteConfig": true, "canCreateOrUpdateConfig": true })).await);
        let secret = scene.primary_key(&production).await;
        for answer in answers {
            assert!(answer.status.as_u16() < 500, "{}: {}", answer.asked, answer.text);
            assert!(!answer.text.contains(MARKER) && !answer.text.contains(&secret), "{}: {} {}", answer.asked, answer.status, answer.text);
            let headers = format!("{:?}", answer.headers);
            assert!(!headers.contains(MARKER), "{}: {headers}", answer.asked);
        }
        assert_eq!(scene.stored(id, &production).await.1, version, "nothing of it was done");
    }

    async fn no_mail_tells_it(server) {
        let scene = scene(server).await;
        let (server, product) = (&scene.server, &scene.product);
        let (id, _) = marked(&scene).await;
        // Invited and reminded, before and after the marker is there; then in the product, and inviting others.
        let outsider = server.person("outsider").await;
        let group = server.group(product, "Outsiders", &all(), &[(&product.test, Access::Full)]).await;
        let invitations = format!("/api/v1/products/{}/invitations", product.id);
        scene.owner().post(&invitations, json!({ "user": "outsider", "permissionGroupId": group })).await.ok();
        server.later(5 * DAY);
        let remind = async || burgee::invitations::remind(Mint::new(&server.app, burgee::audit::Way::System)).await.unwrap();
        remind().await;
        let link = server.mail_to("outsider@example.com").await.link(&server.base, "/invitation/");
        let shown = outsider.get(&link).await.page();
        assert!(!shown.contains(MARKER), "{shown}");
        outsider.form(&format!("{link}/accept"), &[]).await.leads_to();
        let again = [("default", "zq-marker-7781 again"), ("note", MARKER)];
        scene.save(scene.owner(), id, &product.production, &again).await.leads_to();
        let kim = server.person("kim").await;
        for who in ["kim", "new@example.com"] {
            outsider.post(&invitations, json!({ "user": who, "permissionGroupId": group })).await.ok();
        }
        server.mails().await;
        let own = kim.get("/api/v1/user/invitations").await.ok()["invitations"][0]["id"].as_str().unwrap().to_owned();
        kim.patch(&format!("/api/v1/user/invitations/{own}")).await.ok();
        server.later(5 * DAY);
        remind().await;
        server.mails().await;
        scene.owner().put(&format!("/api/v1/products/{}/members/{}", product.id, outsider.id), json!({ "permissionGroupId": product.developer })).await.ok();
        outsider.form("/account/email", &[("email", "out@example.com"), ("password", PASSWORD)]).await.leads_to();
        let mails = server.mails().await;
        let to = |address: &str| mails.iter().filter(|mail| mail.to == address).count();
        let subjects: Vec<_> = mails.iter().map(|mail| (&mail.to, &mail.subject)).collect();
        assert!(to("outsider@example.com") >= 4, "invited, reminded, accepted, unanswered: {subjects:?}");
        assert!(to("kim@example.com") >= 1 && to("new@example.com") >= 2, "{subjects:?}");
        for mail in mails {
            assert!(!mail.text.contains(MARKER) && !mail.subject.contains(MARKER), "{mail:?}");
        }
    }

    async fn no_stream_tells_it(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let (id, _) = marked(&scene).await;
        let outsider = outsider(&scene).await;
        let mut page = outsider.listen(&format!("{}/stream", scene.product.path)).await;
        let key = scene.primary_key(&test).await;
        let app = scene.server.anonymous();
        let evaluate = async |path: &str| {
            let context = json!({ "context": { "targetingKey": "kim", "Email": "kim@example.com" } });
            app.send(Method::POST, &format!("/ofrep/v1/evaluate/flags{path}"), |request| request.bearer_auth(&key).json(&context)).await
        };
        let bulk = evaluate("").await.ok();
        let events = bulk["eventStreams"][0]["url"].as_str().unwrap().strip_prefix(&scene.server.base).unwrap().to_owned();
        let mut refetch = app.listen(&events).await;

        let again = [("default", "zq-marker-7781 again"), ("note", MARKER)];
        scene.save(scene.owner(), id, &production, &again).await.leads_to();
        refetch.is_quiet().await;
        page.is_quiet().await;
        scene.save(scene.owner(), id, &test, &[("default", "plain"), ("note", "plain")]).await.leads_to();
        for told in [page.next().await.unwrap(), refetch.next().await.unwrap()] {
            assert!(!told.contains(MARKER) && !told.contains(&production), "{told}");
        }
        page.is_quiet().await;
        refetch.is_quiet().await;
        // With a key of another environment there is nothing of it either, whatever is asked.
        let file = format!("/configuration-files/{key}/config_v6.json");
        for answer in [evaluate("").await, evaluate("/banner").await, evaluate("/zq").await, app.get(&file).await, app.get(&format!("{file}?ccetag=x")).await] {
            assert!(!answer.text.contains(MARKER), "{}: {}", answer.asked, answer.text);
        }
        assert!(evaluate("/banner").await.text.contains("plain"));
    }
}

const MARKER: &str = "zq-marker-7781";

fn all() -> Vec<Permission> {
    GROUP_PERMISSIONS.iter().map(|switch| switch.permission).collect()
}

/// Somebody who may do everything in the product, and has no access to Production.
async fn outsider(scene: &Scene) -> Client {
    scene.person("outsider", &all(), &[(&scene.product.test, Access::Full)]).await
}

/// A text whose value in Production is the marker, by rules that name it, with a segment that is used there alone.
async fn marked(scene: &Scene) -> (i64, String) {
    let id = scene.add("banner", "string").await;
    let beta = [
        ("name", "beta"),
        ("condition.0.attribute", "Email"),
        ("condition.0.comparator", "isOneOf"),
        ("condition.0.values", "kim@example.com"),
    ];
    let segment = scene.owner().form(&format!("{}/segments", scene.product.path), &beta).await.leads_to();
    let fields = [
        ("rule.0.from", ""),
        ("rule.0.condition.0.type", "user"),
        ("rule.0.condition.0.attribute", MARKER),
        ("rule.0.condition.0.comparator", "isOneOf"),
        ("rule.0.condition.0.values", MARKER),
        ("rule.0.condition.1.type", "segment"),
        ("rule.0.condition.1.segment", segment.rsplit('/').next().unwrap()),
        ("rule.0.condition.1.comparator", "isIn"),
        ("rule.0.value", MARKER),
        ("default", MARKER),
        ("note", MARKER),
    ];
    scene.save(scene.owner(), id, &scene.product.production, &fields).await.leads_to();
    (id, segment)
}
