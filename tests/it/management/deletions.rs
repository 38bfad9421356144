//! What names others and what is named, deleted at the same moment: Terraform deletes both in parallel, in any order.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::{provider::Provider, scene::scene};
use crate::support::on_both;

/// How often each pair is deleted.
const ROUNDS: usize = 12;

fn rule(condition: Value) -> Value {
    let rule = json!({ "conditions": [condition], "value": { "boolValue": true } });
    json!({ "defaultValue": { "boolValue": false }, "targetingRules": [rule] })
}

on_both! {
    async fn users_and_what_they_use_are_deleted_together(server) {
        let scene = scene(server).await;
        let terraform = &Provider::of(&scene).await;
        let value = async |setting: i64, formula: Value| {
            terraform.put(&format!("/v2/environments/{}/settings/{setting}/value", scene.product.test), &formula).await;
        };
        for round in 0..ROUNDS {
            let segment = scene.segment(&format!("Pilots {round}")).await;
            let asked = scene.add(&scene.v2, &format!("asked{round}"), "boolean").await;
            let asking = scene.add(&scene.v2, &format!("asking{round}"), "boolean").await;
            let in_segment = scene.add(&scene.v2, &format!("inSegment{round}"), "boolean").await;
            let prerequisite = json!({ "prerequisiteSettingId": asked, "comparator": "equals", "prerequisiteComparisonValue": { "boolValue": true } });
            value(asking, rule(json!({ "prerequisiteFlagCondition": prerequisite }))).await;
            value(in_segment, rule(json!({ "segmentCondition": { "segmentId": segment, "comparator": "isIn" } }))).await;

            // The users come last, and every other time noticeably later.
            let delay = Duration::from_millis(if round % 2 == 0 { 0 } else { 100 });
            let delete = async |path: String, after: Duration| {
                tokio::time::sleep(after).await;
                let gone = terraform.send(Method::DELETE, &path, None).await;
                assert_eq!(gone.status, 204, "round {round}, {path}: {}", gone.text);
            };
            tokio::join!(
                delete(format!("/v1/segments/{segment}"), Duration::ZERO),
                delete(format!("/v1/settings/{asked}"), Duration::ZERO),
                delete(format!("/v1/settings/{in_segment}"), delay),
                delete(format!("/v1/settings/{asking}"), delay),
            );
        }
        let listed = async |what: &str| terraform.get(what).await.as_array().unwrap().len();
        assert_eq!(listed(&format!("/v1/products/{}/segments", scene.product.id)).await, 0);
        assert_eq!(listed(&format!("/v1/configs/{}/settings", scene.v2)).await, 0);
        scene.server.intact_chain(&scene.team.id).await;
    }

    async fn what_stays_in_use_stays(server) {
        let scene = scene(server).await;
        let terraform = Provider::of(&scene).await;
        let (segment, setting) = (scene.segment("Pilots").await, scene.add(&scene.v2, "checkout", "boolean").await);
        let path = format!("/v2/environments/{}/settings/{setting}/value", scene.product.test);
        terraform.put(&path, &rule(json!({ "segmentCondition": { "segmentId": segment, "comparator": "isIn" } }))).await;
        let begun = Instant::now();
        let refused = terraform.send(Method::DELETE, &format!("/v1/segments/{segment}"), None).await;
        assert!(refused.refused(400).to_string().contains("Rules name this segment"));
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        terraform.get(&format!("/v1/segments/{segment}")).await;
    }
}
