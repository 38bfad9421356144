//! Who may see and change what: the level in the environment decides, by every way.

use burgee::authz::{Access, Permission};
use serde_json::json;

use super::{OFF, ON, says, scene};
use crate::support::on_both;

on_both! {
    async fn the_level_in_the_environment_decides(server) {
        let scene = scene(server).await;
        let id = scene.add("flag", "boolean").await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        scene.save(scene.owner(), id, &production, &[("default", "true"), ("note", "zq-marker-note")]).await.leads_to();
        let reader = scene.person("reader", &[], &[(&test, Access::Full), (&production, Access::ReadOnly)]).await;
        let outsider = scene.person("outsider", &[], &[(&test, Access::Full)]).await;
        let nobody = scene.server.person("nobody").await;
        for (who, wanted) in [(&reader, 403), (&outsider, 404), (&nobody, 404)] {
            assert_eq!(scene.save(who, id, &production, OFF).await.status, wanted);
            assert_eq!(scene.flip(who, id, &production, false, &[]).await.status, wanted);
            let editor = who.form(&format!("{}/editor", scene.flag(id)), &[("environment", &production), ("default", "false")]).await;
            assert_eq!(editor.status, wanted);
            assert_eq!(who.post(&scene.api(id, &production, "restore"), json!({ "position": 1 })).await.status, wanted);
        }
        assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": true } }));
        assert_eq!(scene.save(&outsider, id, &test, ON).await.status, 303);
        for what in [format!("{}?environment={production}", scene.flag(id)), format!("{}/history?environment={production}", scene.flag(id)),
            format!("{}?environment={production}", scene.path), format!("{}/try?environment={production}", scene.path),
            scene.api(id, &production, "history")] {
            assert_eq!(outsider.get(&what).await.status, 404, "{what}");
            assert_eq!(reader.get(&what).await.status, 200, "{what}");
            assert_eq!(nobody.get(&what).await.status, 404, "{what}");
        }
        let page = reader.get(&format!("{}?environment={production}", scene.flag(id))).await.page();
        assert!(page.contains("You may see this value and not change it") && !page.contains("Save to Production"));
        let page = outsider.get(&scene.path).await.page();
        assert!(page.contains("Production") && page.contains("No access"), "the name of the environment is no secret");
        let other = scene.server.product(&scene.team, "Elsewhere").await;
        let foreign = format!("{}/configs/{}/flags/{id}", other.path, other.config);
        assert_eq!(scene.owner().get(&foreign).await.status, 404, "parts that do not belong together");
        let foreign = scene.api(id, &production, "history").replace(&scene.product.config, &other.config);
        assert_eq!(scene.owner().get(&foreign).await.status, 404);
    }

    async fn creating_and_deleting_do_not_get_around_a_level(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let switches = [Permission::SettingWrite, Permission::SettingDelete];
        let reader = scene.person("reader", &switches, &[(&test, Access::Full), (&production, Access::ReadOnly)]).await;
        let outsider = scene.person("outsider", &switches, &[(&test, Access::Full)]).await;
        let (in_test, in_production) = (format!("initial_{test}"), format!("initial_{production}"));
        let create = format!("{}/flags", scene.path);
        for who in [&reader, &outsider] {
            let both = [("name", "Both"), ("kind", "boolean"), (in_test.as_str(), "on"), (in_production.as_str(), "on")];
            says(who.form(&create, &both).await, 403, "You may not change values in Production");
            assert_eq!(scene.settings().await, 0, "an allowed and a forbidden environment: nothing");
        }
        for (who, key) in [(&reader, "first"), (&outsider, "second")] {
            who.form(&create, &[("name", key), ("key", key), ("kind", "boolean"), (in_test.as_str(), "on")]).await.leads_to();
            let id = scene.setting(key).await;
            assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": true } }));
            assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": false } }));
        }
        let (first, second) = (scene.setting("first").await, scene.setting("second").await);
        // No access: it would change what one cannot see.
        for path in [scene.flag(first), scene.flag(second)] {
            says(outsider.get(&format!("{path}/delete")).await, 403, "Production");

            let key = if path == scene.flag(first) { "first" } else { "second" };
            says(outsider.form(&format!("{path}/delete"), &[("confirm", key)]).await, 403, "Production");
        }
        assert_eq!(scene.settings().await, 2);
        // Read-only: allowed, and the dialog names every environment.
        let dialog = reader.get(&format!("{}/delete", scene.flag(first))).await.page();
        assert!(dialog.contains("Test") && dialog.contains("Production") && dialog.contains("Delete in 2 environments"), "{dialog}");
        let before = scene.revision(&production).await;
        reader.form(&format!("{}/delete", scene.flag(first)), &[("confirm", "first")]).await.leads_to();
        assert!(scene.revision(&production).await > before);
        assert_eq!(reader.get(&scene.flag(first)).await.status, 404);
        let plain = scene.person("plain", &[], &[(&test, Access::Full), (&production, Access::Full)]).await;
        assert_eq!(plain.form(&create, &[("name", "No"), ("kind", "boolean")]).await.status, 403);
        assert_eq!(plain.get(&format!("{}/delete", scene.flag(second))).await.status, 403);
        assert_eq!(plain.form(&format!("{}/move", scene.flag(second)), &[("to", "up")]).await.status, 403);
    }
}
