//! The logs of a team and of a product.

use std::collections::BTreeSet;

use burgee::{
    authz::{Access, Permission},
    clock::DAY,
};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, Team, on_both};

async fn world(server: &Server) -> (Team, Product, i64) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let flag = server.flag(&team, &product, "newCheckout").await;
    server.flip(&team.owner, &product, flag, &product.production, true).await;
    server.flip(&team.owner, &product, flag, &product.test, true).await;
    (team, product, flag)
}

async fn pages(who: &Client, path: &str) -> Value {
    who.get(path).await.ok()
}

fn kinds(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["auditLogTypeEnum"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_log_is_read_by_pages(server) {
        let (team, product, _) = world(&server).await;
        let log = format!("/v2/products/{}/auditlogs", product.id);
        let all = pages(&team.owner, &log).await;
        let total = all["paging"]["totalCount"].as_i64().unwrap();
        assert_eq!(all["data"].as_array().unwrap().len() as i64, total);
        assert_eq!(all["paging"], json!({ "currentPage": 1, "totalPages": 1, "pageSize": 100, "totalCount": total, "hasPrevious": false, "hasNext": false }));
        assert_eq!(kinds(&all["data"])[..3], ["settingValueChanged", "settingValueChanged", "settingCreated"]);
        let newest = &all["data"][0];
        let keys: BTreeSet<&str> = newest.as_object().unwrap().keys().map(String::as_str).collect();
        let wanted = ["auditLogId", "auditLogDateTime", "auditLogTypeEnum", "truncated", "modelVersion", "auditLogType", "userEmail", "userName", "where", "why", "actionTarget", "details"];
        assert_eq!(keys, wanted.into_iter().collect());
        assert_eq!((&newest["userName"], &newest["userEmail"]), (&json!("Harbor-owner"), &json!("harbor-owner@example.com")));
        assert_eq!((&newest["actionTarget"], &newest["auditLogType"]), (&json!("newCheckout"), &json!("Value changed")));
        assert_eq!(newest["where"], "Storefront / Main Config / Test");
        assert!(newest["details"].as_str().unwrap().contains('→'), "{newest}");
        assert_eq!((&newest["why"], &newest["truncated"]), (&json!(null), &json!(false)));

        // The same in small pages, each event once.
        let mut found = vec![];
        let last = (total + 1) / 2;
        for page in 1..=last {
            let some = pages(&team.owner, &format!("{log}?pageNumber={page}&pageSize=2")).await;
            let paging = json!({ "currentPage": page, "totalPages": last, "pageSize": 2, "totalCount": total, "hasPrevious": page > 1, "hasNext": page < last });
            assert_eq!(some["paging"], paging);
            found.extend(some["data"].as_array().unwrap().clone());
        }
        assert_eq!(json!(found), all["data"]);
        let beyond = pages(&team.owner, &format!("{log}?pageNumber=2147483647")).await;
        assert_eq!((&beyond["data"], &beyond["paging"]["hasPrevious"]), (&json!([]), &json!(true)));
        for (query, field) in [
            ("pageNumber=0", "PageNumber"),
            ("pageNumber=two", "PageNumber"),
            ("pageSize=101", "PageSize"),
            ("auditLogType=somethingElse", "AuditLogType"),
            ("configId=main", "ConfigId"),
            ("environmentId=7", "EnvironmentId"),
            ("fromUtcDateTime=yesterday", "FromUtcDateTime"),
            ("fromUtcDateTime=2026-11-22T09:00:00Z&toUtcDateTime=2026-11-21T09:00:00Z", "ToUtcDateTime"),
        ] {
            let said = team.owner.get(&format!("{log}?{query}")).await.refused(400);
            assert!(said[field][0].is_string(), "{query}: {said}");
        }

        // The team's log has these, and what is about the team.
        let of_team = format!("/v2/organizations/{}/auditlogs", team.id);
        let whole = pages(&team.owner, &of_team).await;
        assert!(whole["paging"]["totalCount"].as_i64().unwrap() > total);
        assert!(kinds(&whole["data"]).contains(&"organizationAdded") && kinds(&whole["data"]).contains(&"organizationMemberJoined"), "{whole}");
        assert_eq!(pages(&team.owner, &format!("{of_team}?productId={}", product.id)).await["data"], all["data"]);
        team.member.get(&of_team).await.refused(403);
        server.person("sam").await.get(&of_team).await.refused(404);
    }

    async fn a_log_is_asked_for_something(server) {
        let (team, product, _) = world(&server).await;
        let other = server.product(&team, "Intranet").await;
        let log = format!("/v2/products/{}/auditlogs", product.id);
        let of_team = format!("/v2/organizations/{}/auditlogs", team.id);
        let values = pages(&team.owner, &format!("{log}?auditLogType=SETTINGVALUECHANGED")).await;
        assert_eq!(values["paging"]["totalCount"], 2);
        assert_eq!(kinds(&values["data"]), ["settingValueChanged", "settingValueChanged"]);
        assert_eq!(pages(&team.owner, &format!("{of_team}?auditLogType=settingValueChanged")).await["data"], values["data"]);
        let one = pages(&team.owner, &format!("{of_team}?auditLogType=settingValueChanged&environmentId={}", product.production)).await;
        assert_eq!((&one["paging"]["totalCount"], &one["data"][0]), (&json!(1), &values["data"][1]));
        // Several of our events are one of theirs.
        team.owner.put(&format!("/api/v1/teams/{}", team.id), json!({ "name": "Pier" })).await.ok();
        server.admin.put(&format!("/api/v1/teams/{}", team.id), json!({ "suspended": true })).await.ok();
        let changed = pages(&server.admin, &format!("{of_team}?auditLogType=organizationChanged&pageSize=1&pageNumber=2")).await;
        assert_eq!((&changed["paging"]["totalCount"], changed["data"][0]["details"].as_str().unwrap().contains("Pier")), (&json!(2), true));
        let none = pages(&team.owner, &format!("{log}?auditLogType=changeRequestCreated")).await;
        assert_eq!((&none["data"], &none["paging"]["totalCount"], &none["paging"]["totalPages"]), (&json!([]), &json!(0), &json!(0)));
        let config = pages(&team.owner, &format!("{log}?configId={}&environmentId={}", product.config, product.test)).await;
        assert_eq!(kinds(&config["data"]), ["settingValueChanged"]);
        let foreign = pages(&team.owner, &format!("{log}?configId={}", other.config)).await;
        assert_eq!(foreign["paging"]["totalCount"], 0, "what is about another product is not in this one’s log");
    }

    async fn the_first_version_reads_days(server) {
        let (team, product, flag) = world(&server).await;
        let log = format!("/v1/products/{}/auditlogs", product.id);
        let of_team = format!("/v1/organizations/{}/auditlogs", team.id);
        let first = team.owner.get(&log).await.ok();
        assert!(first.as_array().unwrap().len() > 3);
        server.later(8 * DAY);
        let owner = server.sign_in("harbor-owner").await;
        assert_eq!(owner.get(&log).await.ok(), json!([]), "seven days, if nothing is said");
        server.flip(&owner, &product, flag, &product.test, false).await;
        assert_eq!(kinds(&owner.get(&of_team).await.ok()), ["settingValueChanged"]);
        // The server's Sunday is the 22nd.
        let all = owner.get(&format!("{log}?fromUtcDateTime=2026-11-20T00:00:00&toUtcDateTime=2026-11-23T00:00:00Z")).await.ok();
        assert_eq!(all, first);
        assert_eq!(owner.get(&format!("{log}?fromUtcDateTime=2026-11-20T00:00:00Z")).await.ok().as_array().unwrap().len(), first.as_array().unwrap().len() + 1);
        assert_eq!(kinds(&owner.get(&format!("{of_team}?fromUtcDateTime=2026-11-20T00:00:00Z&productId={}&auditLogType=settingCreated", product.id)).await.ok()), ["settingCreated"]);
        let said = owner.get(&format!("{log}?fromUtcDateTime=2026-10-01T00:00:00Z&toUtcDateTime=2026-11-22T00:00:00Z")).await.refused(400);
        assert!(said["FromUtcDateTime"][0].as_str().unwrap().contains("30 days"), "{said}");
        let paged = owner.get(&format!("/v2/products/{}/auditlogs", product.id)).await.ok();
        assert_eq!(paged["data"].as_array().unwrap().len(), first.as_array().unwrap().len() + 1, "by pages there is no end");
    }

    async fn what_is_withheld_on_the_page_is_withheld_here(server) {
        let (team, product, _) = world(&server).await;
        let switches = [Permission::ProductAuditRead];
        let group = server.group(&product, "Auditors", &switches, &[(&product.test, Access::ReadOnly)]).await;
        let auditor = server.person("aud").await;
        server.put_in(&product, group, &auditor).await;
        for log in [format!("/v1/products/{}/auditlogs", product.id), format!("/v2/products/{}/auditlogs", product.id)] {
            let said = auditor.get(&log).await.ok();
            let items = if said.is_array() { &said } else { &said["data"] };
            let values: Vec<&Value> = items.as_array().unwrap().iter().filter(|item| item["auditLogTypeEnum"] == "settingValueChanged").collect();
            assert!(values[0]["details"].as_str().unwrap().contains('→'), "{}", values[0]);
            assert_eq!(values[1]["details"], "changed newCheckout in Production");
            assert!(items.as_array().unwrap().iter().all(|item| item["userEmail"].is_null()), "addresses are for those who manage the members");
        }
        let dev = server.person("dev").await;
        server.put_in(&product, product.developer, &dev).await;
        dev.get(&format!("/v2/products/{}/auditlogs", product.id)).await.refused(403);
        server.person("sam").await.get(&format!("/v1/products/{}/auditlogs", product.id)).await.refused(404);
        team.member.get(&format!("/v1/organizations/{}/auditlogs", team.id)).await.refused(403);
    }
}
