//! An environment that somebody has no access to changes no answer: what they get is the same, byte for byte and in order, whatever it holds, and what
//! is refused because of it is refused in the same words. The product’s log is the one exception: that something happened there, and who did it.

use burgee::{
    authz::{Access, GROUP_PERMISSIONS, Operation, Permission, Surface, routes::Guard},
    ids::{IntegrationId, TagId},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Product, Server, Team, on_both};

/// A product in which somebody has every permission, and no access to Production.
struct Scene {
    server: Server,
    team: Team,
    product: Product,
    outsider: Client,
    /// A flag, a text, and a text with predefined variations.
    flag: i64,
    text: i64,
    size: i64,
    tag: String,
    segment: String,
    webhook: String,
    /// Integrations of all environments and of Test.
    everywhere: String,
    in_test: String,
}

/// What was asked, and the answer.
type Told = Vec<(String, u16, String)>;

fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

async fn scene(server: Server) -> Scene {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let owner = &team.owner;
    let flag = server.flag(&team, &product, "newCheckout").await;
    let text = server.setting(&product, "layout", 1, r#"{"default":{"s":"{}"}}"#).await;
    let size = server.setting(&product, "size", 1, r#"{"default":{"s":""}}"#).await;
    let sizes = json!({ "predefinedVariations": [{ "value": { "stringValue": "" } }, { "value": { "stringValue": "S" } }] });
    owner.put(&format!("/v1/settings/{size}/predefined-variations"), sizes).await.ok();
    owner.form(&format!("{}/tags", product.path), &[("name", "checkout")]).await.leads_to();
    let tag = server.value::<TagId>("SELECT MAX(id) FROM tags", vec![]).await.to_string();
    let beta = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "kim")];
    let segment = last(&owner.form(&format!("{}/segments", product.path), &beta).await.leads_to());
    let outsider = server.person("outsider").await;
    let all: Vec<Permission> = GROUP_PERMISSIONS.iter().map(|one| one.permission).collect();
    let group = server.group(&product, "Outsiders", &all, &[(&product.test, Access::Full)]).await;
    server.put_in(&product, group, &outsider).await;
    let mut scene = Scene {
        server,
        outsider,
        flag,
        text,
        size,
        tag,
        segment,
        webhook: String::new(),
        everywhere: String::new(),
        in_test: String::new(),
        team,
        product,
    };
    scene.webhook = scene.webhook_in(&scene.product.test).await;
    scene.everywhere = scene.integration(&[]).await;
    scene.in_test = scene.integration(&[("environment", &scene.product.test)]).await;
    // One message that the outsider may see.
    scene.server.flip(&scene.team.owner, &scene.product, flag, &scene.product.test, true).await;
    scene
}

impl Scene {
    async fn webhook_in(&self, environment: &str) -> String {
        let fields =
            [("config", self.product.config.as_str()), ("environment", environment), ("url", "http://127.0.0.1:9/"), ("method", "get")];
        last(&self.team.owner.form(&format!("{}/webhooks", self.product.path), &fields).await.leads_to())
    }

    async fn integration(&self, more: &[(&str, &str)]) -> String {
        let slack = "https://hooks.slack.com/services/T0/B0/abc";
        let fields = [&[("kind", "slack"), ("name", "Changes"), ("parameters.incoming_webhook.url", slack)][..], more].concat();
        last(&self.team.owner.form(&format!("{}/integrations", self.product.path), &fields).await.leads_to())
    }

    async fn value(&self, setting: i64, value: Value) {
        let path = format!("/v2/environments/{}/settings/{setting}/value", self.product.production);
        self.team.owner.put(&path, value).await.ok();
    }

    /// What stands for a name in a path; nothing where the route is about somebody or something of no product.
    fn choices(&self, route: &Operation, name: &str) -> Vec<String> {
        let by_slug = route.path.starts_with("/team/") || route.path.contains("/slug/");
        match name {
            "team" if by_slug => vec![self.team.slug.clone()],
            "team" => vec![self.team.id.clone()],
            "product" => vec![self.product.id.clone()],
            "environment" => vec![self.product.test.clone(), self.product.production.clone()],
            "config" => vec![self.product.config.clone()],
            "flag" | "setting" => [self.flag, self.text, self.size].map(|id| id.to_string()).to_vec(),
            "tag" => vec![self.tag.clone()],
            "segment" => vec![self.segment.clone()],
            "webhook" => vec![self.webhook.clone()],
            "integration" => vec![self.everywhere.clone(), self.in_test.clone()],
            "group" => vec![self.product.developer.to_string()],
            "person" => vec![self.outsider.id.clone()],
            _ => vec![],
        }
    }

    /// Every address that a route has here.
    fn paths(&self, route: &Operation) -> Vec<String> {
        burgee::authz::routes::names_in(route.path).into_iter().fold(vec![route.path.to_owned()], |paths, name| {
            let choices = self.choices(route, name);
            let filled = |path: String| choices.iter().map(move |choice| path.replace(&format!("{{{name}}}"), choice)).collect::<Vec<_>>();
            paths.into_iter().flat_map(filled).collect()
        })
    }

    /// Everything that can be read.
    async fn read(&self) -> Told {
        let mut told = vec![];
        let is_log = |route: &Operation| route.guard == Some(Guard::Permission(Permission::ProductAuditRead));
        for route in burgee::app::table().iter().filter(|route| route.method == Method::GET && !is_log(route)) {
            let names = burgee::authz::routes::names_in(route.path);
            let inside = names.iter().any(|name| !["token", "file", "session", "mail"].contains(name));
            if route.surface == Surface::Application || !inside {
                continue;
            }
            for path in self.paths(route) {
                let answer = self.outsider.get(&path).await;
                told.push((path, answer.status.as_u16(), without_request(&answer.text)));
            }
        }
        for query in ["configs/{c}/compare?from={t}&to={p}", "configs/{c}/try?environment={p}", "configs/{c}?environment={t}"] {
            let query =
                query.replace("{c}", &self.product.config).replace("{t}", &self.product.test).replace("{p}", &self.product.production);
            let answer = self.outsider.get(&format!("{}/{query}", self.product.path)).await;
            told.push((query, answer.status.as_u16(), without_request(&answer.text)));
        }
        told
    }

    /// Everything that is refused because of an environment that is not seen, and what would be if it were.
    async fn refusals(&self) -> Told {
        let Self { outsider, product, flag, text, size, segment, everywhere, .. } = self;
        let (path, config, production) = (&product.path, &product.config, &product.production);
        let flags = format!("{path}/configs/{config}/flags");
        let beta =
            [("name", "gamma"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "lee")];
        let no_sizes = json!({ "predefinedVariations": [{ "value": { "stringValue": "M" } }] });
        let json_body = json!({ "name": "layout", "isJson": true });
        let new_beta = json!({ "name": "gamma", "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValue": "lee" });
        let like = json!({ "key": "copied", "name": "copied", "settingType": "boolean", "settingIdToInitFrom": flag });
        let everything = json!({ "integrationType": "pubNub", "name": "x", "parameters": {}, "environmentIds": [], "configIds": [] });
        let here = json!({ "name": "x", "parameters": { "incoming_webhook.url": "https://hooks.slack.com/services/T/B/c" }, "environmentIds": [product.test], "configIds": [] });
        let value = json!({ "defaultValue": { "stringValue": "x" }, "targetingRules": [], "percentageEvaluationAttribute": null });
        let variation = [("name", "size"), ("variation.0.value", "M")];
        let answers: Vec<Answer> = vec![
            outsider.put(&format!("/v1/settings/{text}"), json_body).await,
            outsider.put(&format!("/v1/settings/{size}/predefined-variations"), no_sizes).await,
            outsider.form(&format!("{flags}/{size}/edit"), &variation).await,
            outsider.put(&format!("/v1/segments/{segment}"), new_beta).await,
            outsider.form(&format!("{path}/segments/{segment}"), &beta).await,
            outsider.delete(&format!("/v1/segments/{segment}")).await,
            outsider.form(&format!("{path}/segments/{segment}/delete"), &[]).await,
            outsider.delete(&format!("/v1/settings/{flag}")).await,
            outsider.form(&format!("{flags}/{flag}/delete"), &[("confirm", "newCheckout")]).await,
            outsider.delete(&format!("/v1/configs/{config}")).await,
            outsider.delete(&format!("/v1/environments/{production}")).await,
            outsider.post(&format!("/v1/configs/{config}/settings"), like).await,
            outsider.post(&format!("/v1/products/{}/integrations", product.id), everything).await,
            outsider.put(&format!("/v1/integrations/{everywhere}"), here).await,
            outsider.delete(&format!("/v1/integrations/{everywhere}")).await,
            outsider.put(&format!("/v2/environments/{production}/settings/{text}/value"), value).await,
            outsider.form(&format!("{flags}/{flag}/editor"), &[("environment", production), ("default", "true")]).await,
            outsider.form(&format!("{flags}/{flag}/copy"), &[("from", production), ("to", &product.test)]).await,
            outsider.form(&format!("{path}/configs/{config}/copy"), &[("from", production), ("to", &product.test)]).await,
        ];
        answers.into_iter().map(|answer| (answer.asked, answer.status.as_u16(), without_request(&answer.text))).collect()
    }
}

/// A page of an error without the number of its request.
fn without_request(text: &str) -> String {
    match text.split_once("Request <code>") {
        Some((before, rest)) => format!("{before}{}", rest.split_once("</code>").map_or(rest, |(_, after)| after)),
        None => text.to_owned(),
    }
}

/// The first place at which two answers differ.
fn same(before: &Told, after: &Told) {
    assert_eq!(before.len(), after.len());
    for ((what, status, text), (_, other_status, other)) in before.iter().zip(after) {
        let at = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        let near = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(200).min(text.len())..(at + 200).min(text.len())]).into_owned()
        };
        assert!(
            status == other_status && text == other,
            "{what} tells of an environment that is not seen: {status} and {other_status}\n--- before\n{}\n--- after\n{}",
            near(text),
            near(other)
        );
    }
}

on_both! {
    async fn a_hidden_environment_changes_no_answer(server) {
        let scene = scene(server).await;
        let Scene { product, team, outsider, .. } = &scene;
        let (read, refused) = (scene.read().await, scene.refusals().await);
        assert!(read.len() > 100, "only {} addresses", read.len());
        assert!(read.iter().filter(|(_, status, _)| *status == 200).count() > 60, "{:?}", read.iter().map(|(what, status, _)| (what, status)).collect::<Vec<_>>());
        for (what, status, text) in &refused {
            assert!([403, 404].contains(status), "{what}: {status} {text}");
        }

        // Texts that are JSON and texts that are not, a segment and a variation that are used, and places that only the owner knows.
        scene.value(scene.text, json!({ "defaultValue": { "stringValue": "no JSON {" }, "targetingRules": [], "percentageEvaluationAttribute": null })).await;
        scene.value(scene.size, json!({ "defaultValue": { "stringValue": "S" }, "targetingRules": [], "percentageEvaluationAttribute": null })).await;
        let rule = json!({ "conditions": [{ "segmentCondition": { "segmentId": scene.segment, "comparator": "isIn" } }], "percentageOptions": [], "value": { "boolValue": true } });
        scene.value(scene.flag, json!({ "defaultValue": { "boolValue": false }, "targetingRules": [rule], "percentageEvaluationAttribute": null })).await;
        let hook = scene.webhook_in(&product.production).await;
        let hidden = scene.integration(&[("environment", &product.production)]).await;
        for on in 0..32 {
            scene.server.flip(&team.owner, product, scene.flag, &product.production, on % 2 == 0).await;
        }
        same(&read, &scene.read().await);
        same(&refused, &scene.refusals().await);

        // What stands there alone is to them as if it were not.
        let missing = IntegrationId::new().to_string();
        let slack = json!({ "name": "x", "parameters": { "incoming_webhook.url": "https://hooks.slack.com/services/T/B/c" }, "environmentIds": [], "configIds": [] });
        for id in [&hidden, &missing] {
            let page = format!("{}/integrations/{id}", product.path);
            let answers = [
                outsider.get(&format!("/v1/integrations/{id}")).await,
                outsider.put(&format!("/v1/integrations/{id}"), slack.clone()).await,
                outsider.delete(&format!("/v1/integrations/{id}")).await,
                outsider.get(&page).await,
                outsider.get(&format!("{page}/delete")).await,
                outsider.form(&page, &[("kind", "slack"), ("name", "x")]).await,
                outsider.form(&format!("{page}/test"), &[]).await,
                outsider.form(&format!("{page}/delete"), &[]).await,
            ];
            answers.into_iter().for_each(|answer| assert_eq!(answer.status, 404, "{}: {}", answer.asked, answer.text));
        }
        assert_eq!(outsider.get(&format!("/v1/webhooks/{hook}")).await.status, 404);
        assert_eq!(team.owner.get(&format!("/v1/integrations/{hidden}")).await.status, 200);

        // The same deeds, by somebody who sees everything, answer what there is.
        team.owner.put(&format!("/v1/settings/{}", scene.text), json!({ "name": "layout", "isJson": true })).await.refused(400);
        team.owner.delete(&format!("/v1/segments/{}", scene.segment)).await.refused(400);
        let usage = team.owner.get(&format!("/v1/products/{}/segments", product.id)).await.ok();
        assert_eq!(usage[0]["usage"], json!(1), "{usage}");
        let usage = outsider.get(&format!("/v1/products/{}/segments", product.id)).await.ok();
        assert_eq!(usage[0]["usage"], json!(0), "{usage}");
    }
}
