//! What is in an environment reaches nobody who has no access to it.

use burgee::authz::{Access, GROUP_PERMISSIONS, Permission, Surface, routes::names_in};
use reqwest::Method;

use super::scene;
use crate::support::on_both;

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
                answers.push((if route.surface == Surface::Json { &token } else { &outsider }).get(&format!("{path}{query}")).await);
            }
            for answer in answers {
                // What somebody searches for is shown to them again.
                let text = answer.text.replace(&format!("value=\"{marker}\""), "").replace(&format!("={marker}"), "");
                assert!(!text.contains("zq-marker"), "{}: {}", answer.asked, answer.text);
                asked += 1;
            }
        }
        assert!(asked > 200, "only {asked}");
        let tried = outsider.form(&format!("{}/try", scene.path), &[("environment", &test), ("attribute.0.name", marker), ("attribute.0.value", "x")]).await.page();
        assert!(!tried.contains("zq-marker-7781 again"), "{tried}");
        assert_eq!(outsider.form(&format!("{}/try", scene.path), &[("environment", &production)]).await.status, 404);
    }
}
