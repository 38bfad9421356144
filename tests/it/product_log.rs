//! The log of a product: who reads it, and what is kept from those who have no access to an environment.

use burgee::{
    audit::{Change, Event, ProductEvent, product_event::*},
    authz::{Access, Permission},
    ids::{SettingId, VersionId},
};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, Team, on_both};

const MARKER: &str = "m4rk3r-of-production";

/// Writes into the team's log that a value was changed, as the dashboard does.
async fn value_changed(server: &Server, team: &Team, product: &Product, environment: (&str, &str, &str)) {
    let at = InProduct { team: team.id.parse().unwrap(), product: product.id.parse().unwrap(), name: "Storefront".into() };
    let config = ConfigRef { id: product.config.parse().unwrap(), name: "Main Config".into() };
    let (id, name, color) = environment;
    let event = Event::from(ProductEvent::ValueChanged {
        at,
        setting: SettingRef { id: SettingId(1), key: "checkout".into(), name: "New checkout".into(), config },
        environment: EnvironmentRef { id: id.parse().unwrap(), name: name.into(), color: Some(color.into()) },
        note: Some(format!("because of {MARKER} in {name}")),
        before: json!(format!("{MARKER} before in {name}")),
        after: json!(format!("{MARKER} after in {name}")),
        version: VersionId::new(),
        restored: None,
        changes: vec![Change { field: "Else".into(), before: "off".into(), after: format!("{MARKER} value in {name}") }],
    });
    let chain = server.literal(&team.id);
    let position: i64 =
        server.value("SELECT MAX(position) FROM audit_events WHERE chain = $1", vec![team.id.parse::<uuid::Uuid>().unwrap().into()]).await;
    let data = serde_json::to_string(&event).unwrap().replace('\'', "''");
    let (position, request, actor) = (position + 1, server.literal(&uuid::Uuid::new_v4().to_string()), server.literal(&team.owner.id));
    server
        .sql(&format!(
            "INSERT INTO audit_events (chain, position, at, event, actor, actor_name, way, address, request, data, hash) \
             SELECT chain, {position}, at, 'value.changed', {actor}, 'Harbor-owner', way, '192.0.2.77', {request}, '{data}', hash \
             FROM audit_events WHERE chain = {chain} AND position = {position} - 1"
        ))
        .await;
    for object in event.objects() {
        let object = server.literal(&object.to_string());
        server.sql(&format!("INSERT INTO audit_objects (chain, object, position) VALUES ({chain}, {object}, {position})")).await;
    }
}

async fn log(by: &Client, product: &Product, query: &str) -> Vec<Value> {
    by.get(&format!("/api/v1/products/{}/audit-log?{query}", product.id)).await.ok()["log"].as_array().unwrap().clone()
}

on_both! {
    async fn values_of_a_closed_environment_stay_closed(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let other = server.product(&team, "Backoffice").await;
        let reader = server.person("rea").await;
        let group = server.group(&product, "Readers", &[Permission::ProductAuditRead], &[(&product.test, Access::ReadOnly)]).await;
        server.put_in(&product, group, &reader).await;
        value_changed(&server, &team, &product, (&product.test, "Test", "blue")).await;
        value_changed(&server, &team, &product, (&product.production, "Production", "red")).await;
        let path = format!("{}/audit-log", product.path);

        // An Owner reads all of it, in the product's log, in the team's and in its table.
        for all in [path.clone(), "/team/harbor/audit-log".into()] {
            let page = team.owner.get(&all).await.page();
            assert!(page.contains(&format!("because of {MARKER} in Production")), "the note stands in {all}");
            assert!(page.contains(&format!("{MARKER} value in Production")) && page.contains("env-red"), "{all}");
        }
        assert!(team.owner.get("/team/harbor/audit-log/export").await.page().contains(&format!("because of {MARKER} in Production")));
        let entries = log(&team.owner, &product, "limit=2").await;
        assert_eq!(entries[0]["body"]["note"], format!("because of {MARKER} in Production"));

        // Without access: that it happened, and who did it.
        let closed = |text: &str| text.contains(MARKER) && text.contains("in Production") && {
            [format!("{MARKER} value in Production"), format!("{MARKER} in Production")].iter().any(|part| text.contains(part.as_str()))
        };
        for query in ["", "?action=value.changed", &format!("?environment={}", product.production), &format!("?search={MARKER}"), &format!("?config={}", product.config)] {
            let page = reader.get(&format!("{path}{query}")).await.page();
            assert!(!closed(&page), "{query}: {page}");
            assert!(page.contains("New checkout") && page.contains("Production"), "{query}: the sentence stays");
            assert!(!page.contains("192.0.2.77"), "from where somebody else came is the team’s to know");
        }
        let page = reader.get(&path).await.page();
        assert!(page.contains(&format!("because of {MARKER} in Test")) && page.contains("is not shown"), "{page}");
        let found = log(&reader, &product, &format!("event=value.changed&environment={}", product.production)).await;
        assert_eq!(found.len(), 1);
        assert!(!found[0].to_string().contains(MARKER), "{}", found[0]);
        assert_eq!(found[0]["body"]["info"], "changed New checkout in Production");
        assert_eq!(log(&reader, &product, &format!("event=value.changed&environment={}", product.test)).await[0]["body"]["note"], format!("because of {MARKER} in Test"));

        // The filters.
        let changed = |more: String| format!("event=value.changed&config={}{more}", product.config);
        assert_eq!(log(&reader, &product, &changed(String::new())).await.len(), 2);
        assert_eq!(log(&reader, &product, &changed(format!("&environment={}", product.test))).await.len(), 1);
        assert!(log(&reader, &product, &format!("event=value.changed&config={}", uuid::Uuid::new_v4())).await.is_empty());
        assert_eq!(log(&reader, &product, "event=value.changed&username=harbor-owner").await.len(), 2);
        assert!(log(&reader, &product, "event=value.changed&username=rea").await.is_empty());
        assert!(log(&reader, &product, "from=2030-01-01").await.is_empty());
        assert_eq!(log(&team.owner, &other, &format!("environment={}", product.test)).await.len(), 0, "nothing of another product");
        reader.get(&format!("{path}?environment=nonsense")).await.refused(422);
        for (by, status) in [(&team.member, 404), (&server.person("sam").await, 404)] {
            by.get(&path).await.refused(status);
            by.get(&format!("/api/v1/products/{}/audit-log", product.id)).await.refused(status);
        }
        reader.get(&format!("{}/audit-log", other.path)).await.refused(404);
        reader.get("/team/harbor/audit-log").await.refused(404);
    }

    async fn an_error_keeps_the_navigation(server) {
        let team = server.team("Harbor").await;
        let page = team.member.get("/team/harbor/audit-log").await;
        assert_eq!(page.status.as_u16(), 403);
        assert!(page.text.contains("/team/harbor/members") && page.text.contains("Harbor-member") && !page.text.contains("/team/harbor/settings"), "{}", page.text);
        let page = team.member.get("/team/nowhere/members").await;
        assert_eq!(page.status.as_u16(), 404);
        assert!(page.text.contains("/team/harbor/members"), "their own team is around it: {}", page.text);
        let lost = server.anonymous().get("/nowhere").await;
        assert!(lost.status == 404 && !lost.text.contains("b-side"), "{}", lost.text);
        let admin = server.admin.get("/admin/people/nobody").await;
        assert!(admin.status == 404 && admin.text.contains("/admin/people"), "{}", admin.text);
    }
}
