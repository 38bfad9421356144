//! Integrations: what each service needs, who may make one, and Slack, which is really told.

use burgee::authz::{Access, Permission};

use crate::support::{Answer, Client, Product, Receiver, Server, Team, on_both};

const SLACK: &str = "https://hooks.slack.com/services/T0/B0/abc";

fn list(product: &Product) -> String {
    format!("{}/integrations", product.path)
}

async fn create(by: &Client, product: &Product, kind: &str, fields: &[(&str, &str)]) -> Answer {
    let all = [&[("kind", kind), ("name", "Changes")], fields].concat();
    by.form(&list(product), &all).await
}

async fn storefront(server: &Server) -> (Team, Product, i64) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let flag = server.flag(&team, &product, "newCheckout").await;
    server.work().await;
    (team, product, flag)
}

/// Lets an integration send somewhere else than Slack, behind the server's back.
async fn send_to(server: &Server, path: &str, url: &str, more: &str) {
    let id = server.literal(path.rsplit('/').next().unwrap());
    server.sql(&format!("UPDATE integrations SET parameters = '{{\"incoming_webhook.url\":\"{url}\"{more}}}' WHERE id = {id}")).await;
}

on_both! {
    async fn each_service_says_what_it_needs(server) {
        let (team, product, _) = storefront(&server).await;
        for (kind, fields, field, why) in [
            ("amplitude", &[("parameters.secretKey", "s")][..], "apiKey", "apiKey parameter is required"),
            ("amplitude", &[("parameters.apiKey", "s")][..], "secretKey", "secretKey parameter is required"),
            ("dataDog", &[][..], "apikey", "apikey parameter is required"),
            ("dataDog", &[("parameters.apikey", "a"), ("parameters.site", "Mars")][..], "site", "&#39;site&#39; is invalid"),
            ("mixPanel", &[][..], "serviceAccountUserName", "serviceAccountUserName parameter is required"),
            ("mixPanel", &[][..], "serviceAccountSecret", "serviceAccountSecret parameter is required"),
            ("mixPanel", &[("parameters.server", "x")][..], "server", "&#39;server&#39; is invalid"),
            ("segment", &[][..], "writeKey", "writeKey parameter is required"),
            ("slack", &[][..], "incoming_webhook.url", "incoming_webhook.url parameter is required"),
            ("slack", &[("parameters.incoming_webhook.url", "nowhere")][..], "incoming_webhook.url", "is not a valid URL."),
            ("slack", &[("parameters.incoming_webhook.url", "https://example.com/services/x")][..], "incoming_webhook.url", "is not a valid Slack Incoming Webhook URL."),
            ("slack", &[("parameters.incoming_webhook.url", "https://hooks.slack.com.example.com/services/x")][..], "incoming_webhook.url", "is not a valid Slack Incoming Webhook URL."),
            ("slack", &[("parameters.incoming_webhook.url", "http://hooks.slack.com/services/x")][..], "incoming_webhook.url", "is not a valid Slack Incoming Webhook URL."),
            ("slack", &[("parameters.incoming_webhook.url", "https://hooks.slack.com")][..], "incoming_webhook.url", "is not a valid Slack Incoming Webhook URL."),
        ] {
            let answer = create(&team.owner, &product, kind, fields).await;
            assert!(answer.status == 422 && answer.text.contains(&format!("parameters.{field}-error")), "{kind} {field}: {}", answer.text);
            assert!(answer.text.contains(why), "{kind}: {}", answer.text);
        }
        let kept = [("parameters.serviceAccountUserName", "u"), ("parameters.serviceAccountSecret", "s"), ("parameters.projectId", "p"), ("environment", product.test.as_str()), ("config", &product.config)];
        let path = create(&team.owner, &product, "mixpanel", &kept).await.leads_to();
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("value=\"u\"") && page.contains("Nothing is sent to it"), "{page}");
        assert_eq!(create(&team.owner, &product, "pubNub", &[]).await.status, 303);
        let foreign = uuid::Uuid::new_v4().to_string();
        assert_eq!(create(&team.owner, &product, "pubNub", &[("environment", &foreign)]).await.status, 422);
        assert_eq!(create(&team.owner, &product, "pubNub", &[("config", &foreign)]).await.status, 422);

        let renamed = [&kept[..], &[("kind", "mixPanel"), ("name", "Charts")]].concat();
        team.owner.form(&path, &renamed).await.leads_to();
        assert!(team.owner.get(&list(&product)).await.page().contains("Charts"));
        assert_eq!(team.owner.form(&format!("{path}/test"), &[]).await.status, 400);
        team.owner.form(&format!("{path}/delete"), &[]).await.leads_to();
        let log = team.owner.get(&format!("{}/audit-log", product.path)).await.page();
        for told in ["created the integration", "changed the", "deleted the integration"] {
            assert!(log.contains(told), "{told}");
        }
        server.intact_chain(&team.id).await;
    }

    async fn slack_is_told_what_changes(server) {
        let (team, product, flag) = storefront(&server).await;
        let receiver = Receiver::start().await;
        let only = [("parameters.incoming_webhook.url", SLACK), ("environment", product.production.as_str())];
        let path = create(&team.owner, &product, "slack", &only).await.leads_to();
        send_to(&server, &path, &receiver.base, "").await;
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        server.flip(&team.owner, &product, flag, &product.test, true).await;
        server.work().await;
        let told: serde_json::Value = serde_json::from_str(&receiver.heard_one().body).unwrap();
        let text = told["text"].as_str().unwrap();
        assert!(text.starts_with("Harbor-owner (harbor-owner@example.com) changed <http://") && text.ends_with("|Main Config> in *Production*\n*newCheckout*: Off ➔ On"), "{text}");

        // What is confidential is told only where that is wanted.
        let formula = |comparator: &str, value: &str| {
            [("rule.0.condition.0.attribute", "Email".into()), ("rule.0.condition.0.comparator", comparator.to_owned()), ("rule.0.condition.0.values", value.to_owned())]
        };
        for (more, shown) in [("", false), (",\"includeSensitiveData\":\"true\"", true)] {
            send_to(&server, &path, &receiver.base, more).await;
            let to = if shown { "lee@example.com" } else { "kim@example.com" };
            save_rule(&server, &team, &product, flag, &formula("sensitiveIsOneOf", to)).await;
            server.work().await;
            let told = receiver.heard_one().body;
            assert_eq!(told.contains(to), shown, "{told}");
        }
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("taken, 200"), "{page}");
        let newest = page.split("name=\"delivery\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        team.owner.form(&format!("{path}/again"), &[("delivery", newest)]).await.leads_to();
        team.owner.form(&format!("{path}/test"), &[]).await.leads_to();
        server.work().await;
        let heard = receiver.heard();
        assert!(heard.len() == 2 && heard.iter().any(|one| one.body.contains("A test by Harbor-owner")), "{heard:?}");
    }

    async fn nobody_lets_values_be_told_that_they_cannot_see(server) {
        let (team, product, flag) = storefront(&server).await;
        let person = server.person("kim").await;
        let group = server.group(&product, "Testers", &[Permission::IntegrationManage], &[(&product.test, Access::ReadOnly)]).await;
        server.put_in(&product, group, &person).await;
        let url = ("parameters.incoming_webhook.url", SLACK);
        for fields in [&[url][..], &[url, ("environment", product.production.as_str())]] {
            let answer = create(&person, &product, "slack", fields).await;
            assert!(answer.status == 403 && answer.text.contains("Production, to which you have no access"), "{}", answer.text);
        }
        let own = create(&person, &product, "slack", &[url, ("environment", &product.test)]).await.leads_to();
        let widened = person.form(&own, &[url, ("kind", "slack"), ("name", "Changes")]).await;
        assert_eq!(widened.status, 403);
        // What somebody else's tells of production is not shown, and not sent again.
        let everywhere = create(&team.owner, &product, "slack", &[url]).await.leads_to();
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        assert!(team.owner.get(&everywhere).await.page().contains("newCheckout: Off"));
        assert!(!person.get(&everywhere).await.page().contains("newCheckout: Off"));
        let id: burgee::ids::DeliveryId = server.value("SELECT id FROM deliveries", vec![]).await;
        assert_eq!(person.form(&format!("{everywhere}/again"), &[("delivery", &id.to_string())]).await.status, 404);
        let group = server.group(&product, "Without", &[], &[]).await;
        server.put_in(&product, group, &person).await;
        assert_eq!(person.get(&list(&product)).await.status, 403);
    }
}

/// Saves one rule for production, as the editor does.
async fn save_rule(server: &Server, team: &Team, product: &Product, flag: i64, rule: &[(&str, String)]) {
    let page = format!("{}/configs/{}/flags/{flag}", product.path, product.config);
    let version: burgee::ids::VersionId = server
        .value(
            "SELECT version FROM setting_values WHERE setting = $1 AND environment = $2",
            vec![flag.into(), product.production.parse::<burgee::ids::EnvironmentId>().unwrap().into()],
        )
        .await;
    let version = version.to_string();
    let mut fields: Vec<(&str, &str)> = vec![
        ("environment", product.production.as_str()),
        ("version", version.as_str()),
        ("rule.0.from", ""),
        ("rule.0.condition.0.type", "user"),
        ("rule.0.value", "true"),
        ("default", "false"),
    ];
    fields.extend(rule.iter().map(|(name, value)| (*name, value.as_str())));
    team.owner.form(&format!("{page}/value"), &fields).await.leads_to();
}
