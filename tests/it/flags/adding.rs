//! Flags are added, described, ordered, tagged and given variations.

use burgee::{
    authz::{Access, Permission},
    ids::ProductId,
};
use serde_json::json;

use super::{says, scene};
use crate::support::on_both;

on_both! {
    async fn a_flag_is_created_with_its_empty_value_everywhere(server) {
        let scene = scene(server).await;
        let (test, production) = (scene.product.test.clone(), scene.product.production.clone());
        let before = scene.revision(&production).await;
        let initial = format!("initial_{test}");
        let fields = [("name", "New checkout"), ("key", ""), ("kind", "boolean"), ("hint", "For the new till"), (initial.as_str(), "on")];
        scene.owner().form(&format!("{}/flags", scene.path), &fields).await.leads_to();
        let id = scene.setting("newCheckout").await;
        assert_eq!(scene.stored(id, &test).await.0, json!({ "default": { "b": true } }));
        assert_eq!(scene.stored(id, &production).await.0, json!({ "default": { "b": false } }));
        assert!(scene.revision(&production).await > before, "what is served has changed");
        let page = scene.owner().get(&scene.path).await.page();
        assert!(page.contains("New checkout") && page.contains("newCheckout"));
        for (kind, empty) in [("string", json!({ "s": "" })), ("int", json!({ "i": 0 })), ("double", json!({ "d": 0.0 }))] {
            let id = scene.add(kind, kind).await;
            assert_eq!(scene.stored(id, &production).await.0, json!({ "default": empty }));
        }
    }

    async fn a_new_flag_is_refused_at_the_field_that_is_wrong(server) {
        let scene = scene(server).await;
        scene.add("taken", "boolean").await;
        let initial = format!("initial_{}", scene.product.test);
        let long = "x".repeat(256);
        for (fields, what) in [
            (vec![("name", ""), ("key", "a")], "Please give a name."),
            (vec![("name", "A"), ("key", "taken")], "This key is already in use. Please, choose another"),
            (vec![("name", "A"), ("key", "a b")], "A key has only letters"),
            (vec![("name", "A"), ("key", &long)], "A key has at most 255 characters."),
            (vec![("name", "王")], "No key can be made of this name."),
            (vec![("name", "A"), ("kind", "date")], "Please say what it is."),
            (vec![("name", "A"), ("kind", "int"), (&initial, "1.5")], "This is no whole number."),
            (vec![("name", "A"), ("kind", "int"), (&initial, "2147483648")], "A whole number is between"),
            (vec![("name", "A"), ("tag", "77")], "There is no such tag"),
        ] {
            let answer = scene.owner().form(&format!("{}/flags", scene.path), &fields).await;
            assert_eq!(answer.status, 422, "{fields:?}: {}", answer.text);
            if what != "There is no such tag" {
                says(answer, 422, what);
            }
        }
        assert_eq!(scene.settings().await, 1);
    }

    async fn flags_are_described_ordered_and_given_variations(server) {
        let scene = scene(server).await;
        let ids = [scene.add("one", "string").await, scene.add("two", "boolean").await, scene.add("three", "boolean").await];
        let order = async || {
            let page = scene.owner().get(&scene.path).await.page();
            let mut found: Vec<(usize, &str)> = ["one", "two", "three"].iter().map(|key| (page.find(&format!("<code>{key}</code>")).unwrap(), *key)).collect();
            found.sort_unstable();
            found.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
        };
        let shift = async |id: i64, field: &str, value: &str| scene.owner().form(&format!("{}/move", scene.flag(id)), &[(field, value)]).await;
        assert_eq!(shift(ids[2], "to", "up").await.status, 303);
        assert_eq!(order().await, ["one", "three", "two"]);
        assert_eq!(shift(ids[1], "before", &ids[0].to_string()).await.status, 303);
        assert_eq!(order().await, ["two", "one", "three"]);
        assert_eq!(shift(ids[1], "before", "").await.status, 303);
        assert_eq!(order().await, ["one", "three", "two"]);
        assert_eq!(shift(ids[1], "to", "sideways").await.status, 422);

        let edit = format!("{}/edit", scene.flag(ids[0]));
        let variations = [("name", "First"), ("hint", "What it says"), ("variation.0.id", ""), ("variation.0.value", "red"), ("variation.0.name", "Red"),
            ("variation.1.id", ""), ("variation.1.value", "blue"), ("variation.1.name", ""), ("variation.2.id", ""), ("variation.2.value", "")];
        scene.owner().form(&edit, &variations).await.leads_to();
        let page = scene.owner().get(&edit).await.page();
        assert!(page.contains("What it says") && page.contains("value=\"red\"") && page.contains("value=\"blue\""), "{page}");
        let twice = [("name", "First"), ("variation.0.value", "red"), ("variation.1.value", "red")];
        says(scene.owner().form(&edit, &twice).await, 422, "Another variation has this value already.");
        let test = scene.product.test.clone();
        says(scene.save(scene.owner(), ids[0], &test, &[("default", "green")]).await, 422, "This is none of the predefined variations.");
        let red: burgee::ids::VariationId = scene.server.value("SELECT id FROM predefined_variations WHERE value = 'red'", vec![]).await;
        let (red, production) = (red.to_string(), scene.product.production.clone());
        scene.save(scene.owner(), ids[0], &production, &[("default", &red)]).await.leads_to();
        assert_eq!(scene.stored(ids[0], &production).await.0, json!({ "default": { "s": "red" } }));
        // What is used stays; who does not see every environment changes none of them, whether they are used or not.
        let outsider = scene.person("outsider", &[Permission::SettingWrite], &[(&test, Access::Full)]).await;
        let changed = [("name", "First"), ("variation.0.id", red.as_str()), ("variation.0.value", "crimson")];
        says(scene.owner().form(&edit, &changed).await, 422, "is used in Production and stays as it is.");
        for changed in [&changed[..], &[("name", "First"), ("variation.0.value", "blue")]] {
            says(outsider.form(&edit, changed).await, 403, "You have no access to Production.");
        }
        let dialog = outsider.get(&edit).await.page();
        assert!(dialog.contains("You have no access to Production.") && !dialog.contains("variation.0.value"), "{dialog}");
        outsider.form(&edit, &[("name", "First"), ("hint", "x")]).await.leads_to();
        assert_eq!(scene.owner().form(&edit, &[("name", ""), ("hint", "x")]).await.status, 422);
        let renamed = scene.owner().form(&edit, &[("name", "Renamed"), ("hint", "")]).await;
        assert_eq!(renamed.status, 303);
        assert!(scene.owner().get(&scene.path).await.page().contains("Renamed"));
    }

    async fn flags_are_tagged_searched_and_filtered(server) {
        let scene = scene(server).await;
        let tags = format!("{}/tags", scene.product.path);
        scene.owner().form(&tags, &[("name", "checkout"), ("color", "whale")]).await.leads_to();
        let product: ProductId = scene.product.id.parse().unwrap();
        let tag: burgee::ids::TagId = scene.server.value("SELECT id FROM tags WHERE product = $1", vec![product.into()]).await;
        let (one, two) = (scene.add("giftCards", "boolean").await, scene.add("fastSearch", "boolean").await);
        let tag = tag.to_string();
        let tagger = scene.person("tagger", &[Permission::SettingTag], &[]).await;
        let edit = |id: i64| format!("{}/edit", scene.flag(id));
        assert_eq!(tagger.form(&edit(one), &[("name", "Mine now"), ("tag", &tag)]).await.status, 403);
        assert_eq!(tagger.form(&format!("{}/tags", scene.flag(one)), &[("tag", &tag)]).await.status, 303);
        says(tagger.form(&format!("{}/tags", scene.flag(one)), &[("tag", "4711")]).await, 422, "There is no such tag");
        let page = scene.owner().get(&format!("{}?tag={tag}", scene.path)).await.page();
        assert!(page.contains("giftCards") && !page.contains("fastSearch") && !page.contains("Mine now"), "{page}");
        let page = scene.owner().get(&format!("{}?search=SEARCH", scene.path)).await.page();
        assert!(!page.contains("giftCards") && page.contains("fastSearch"), "{page}");
        let writer = scene.person("writer", &[Permission::SettingWrite], &[]).await;
        assert_eq!(writer.form(&edit(two), &[("name", "Fast"), ("tag", &tag)]).await.status, 303, "tags are not for this group: they stay");
        let page = scene.owner().get(&format!("{}?tag={tag}", scene.path)).await.page();
        assert!(!page.contains("fastSearch"));
        let nothing = scene.person("plain", &[], &[]).await;
        assert_eq!(nothing.get(&edit(two)).await.status, 403);
        assert_eq!(nothing.form(&edit(two), &[("name", "No")]).await.status, 403);
    }
}
