//! Two environments side by side: what differs, what may be carried over, and what was deleted.

use burgee::authz::Access;

use crate::support::on_both;

on_both! {
    async fn what_differs_is_shown_and_carried_over(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (flag, same) = (server.flag(&team, &product, "newCheckout").await, server.flag(&team, &product, "banner").await);
        server.flip(&team.owner, &product, flag, &product.test, true).await;
        let config = format!("{}/configs/{}", product.path, product.config);
        let sides = format!("{config}/compare?left={}&right={}", product.test, product.production);
        let page = team.owner.get(&sides).await.page();
        assert!(page.contains("newCheckout") && !page.contains(&format!("flags/{same}\"")) && page.contains("1 the same"), "{page}");
        assert!(team.owner.get(&format!("{sides}&all=on")).await.page().contains(&format!("flags/{same}\"")));

        let copy = format!("{config}/flags/{flag}/copy");
        let asked = team.owner.get(&format!("{copy}?from={}&to={}", product.test, product.production)).await.page();
        assert!(asked.contains("Copy to Production") && asked.contains("<del>Off</del>") && asked.contains("<ins>On</ins>"), "{asked}");
        let version = asked.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let carry = [("from", product.test.as_str()), ("to", &product.production), ("version", version), ("note", "as tried")];
        // Whoever may not change production carries nothing there, and whoever does not see a side does not read it that way.
        let developer = server.person("dev").await;
        server.put_in(&product, product.developer, &developer).await;
        let theirs = developer.get(&sides).await.page();
        assert!(theirs.contains("to Test\"") && !theirs.contains("to Production\""), "{theirs}");
        assert_eq!(developer.form(&copy, &carry).await.status, 403);
        let tester = server.person("tes").await;
        let group = server.group(&product, "Testers", &[], &[(&product.test, Access::Full)]).await;
        server.put_in(&product, group, &tester).await;
        assert_eq!(tester.get(&sides).await.status, 404);
        assert!(tester.get(&format!("{config}/compare")).await.page().contains("Nothing to compare"));
        let back = [("from", product.production.as_str()), ("to", &product.test), ("version", version), ("note", "")];
        assert_eq!(tester.form(&copy, &back).await.status, 404);
        assert_eq!(team.owner.form(&copy, &[("from", product.test.as_str()), ("to", &product.test), ("version", version)]).await.status, 422);

        team.owner.form(&copy, &carry).await.leads_to();
        assert!(team.owner.get(&sides).await.page().contains("No difference"));
        assert_eq!(team.owner.form(&copy, &carry).await.status, 422, "somebody has seen an older version");
        assert!(team.owner.get(&format!("{}/audit-log", product.path)).await.page().contains("as tried"));
        server.intact_chain(&team.id).await;
    }

    async fn all_that_differs_is_copied_at_once(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let mut flags = vec![];
        for key in ["one", "two", "three"] {
            flags.push(server.flag(&team, &product, key).await);
        }
        let (test, production) = (product.test.as_str(), product.production.as_str());
        for flag in &flags[..2] {
            server.flip(&team.owner, &product, *flag, test, true).await;
        }
        let config = format!("{}/configs/{}", product.path, product.config);
        let (copy, sides) = (format!("{config}/copy"), format!("{config}/compare?left={test}&right={production}"));
        let ask = format!("{copy}?from={test}&to={production}");
        let page = team.owner.get(&sides).await.page();
        assert!(page.contains("Copy all that differs to Production") && page.contains("Copy all that differs to Test"), "{page}");
        let seen = |page: &str| page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let asked = team.owner.get(&ask).await.page();
        assert!(asked.contains("2 flags and settings change") && asked.matches("<ins>On</ins>").count() == 2, "{asked}");
        let first = seen(&asked);
        let carry = async |who: &crate::support::Client, seen: &str, note: &str| {
            who.form(&copy, &[("from", test), ("to", production), ("seen", seen), ("note", note)]).await
        };

        // Whoever may not change production carries nothing there, and whoever does not see a side does not read it that way.
        let developer = server.person("dev").await;
        server.put_in(&product, product.developer, &developer).await;
        let theirs = developer.get(&sides).await.page();
        assert!(theirs.contains("Copy all that differs to Test") && !theirs.contains("Copy all that differs to Production"), "{theirs}");
        developer.get(&ask).await.refused(403);
        assert_eq!(carry(&developer, &first, "").await.status, 403);
        let blind = server.person("bli").await;
        let group = server.group(&product, "Blind", &[], &[(production, Access::Full)]).await;
        server.put_in(&product, group, &blind).await;
        blind.get(&ask).await.refused(404);
        assert_eq!(carry(&blind, &first, "").await.status, 404);

        // What was changed since the dialog was opened is looked at again, on both sides.
        server.flip(&team.owner, &product, flags[1], test, false).await;
        let slower = carry(&team.owner, &first, "").await;
        assert!(slower.status == 422 && slower.text.contains("Somebody else has changed") && slower.text.contains("one flag or setting changes"), "{}", slower.text);
        server.flip(&team.owner, &product, flags[1], test, true).await;
        server.flip(&team.owner, &product, flags[2], production, true).await;
        assert_eq!(carry(&team.owner, &seen(&slower.text), "").await.status, 422);

        // A note that is mandatory is asked for, and stands beside each change.
        team.owner.post(&format!("/v1/products/{}/preferences", product.id), serde_json::json!({ "reasonRequired": true })).await.ok();
        let asked = team.owner.get(&ask).await.page();
        assert!(asked.contains("A note is mandatory in Production") && asked.contains("<del>On</del>"), "{asked}");
        let without = carry(&team.owner, &seen(&asked), " ").await;
        assert!(without.status == 422 && without.text.contains("note-error"), "{}", without.text);
        let count = async || server.intact_chain(&team.id).await;
        let before = count().await;
        carry(&team.owner, &seen(&without.text), "as tried").await.leads_to();
        assert_eq!(count().await, before + 3, "each is an event of its own");
        assert!(team.owner.get(&sides).await.page().contains("No difference"));
        let log = team.owner.get(&format!("/api/v1/products/{}/audit-log?limit=3", product.id)).await.ok();
        for entry in log["log"].as_array().unwrap() {
            assert_eq!((&entry["action"], &entry["body"]["note"]), (&"value.changed".into(), &"as tried".into()), "{log}");
        }
        let nothing = team.owner.get(&ask).await.page();
        assert!(nothing.contains("nothing changes"), "{nothing}");
        assert_eq!(team.owner.form(&copy, &[("from", test), ("to", test), ("seen", ""), ("note", "x")]).await.status, 422);
        let elsewhere = server.product(&team, "Backoffice").await;
        team.owner.get(&format!("{copy}?from={}&to={production}", elsewhere.test)).await.refused(404);
    }

    async fn if_one_cannot_be_copied_none_is(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (test, production) = (product.test.as_str(), product.production.as_str());
        let asks = |other: i64| format!(r#"{{"default":{{"b":false}},"rules":[{{"if":[{{"flag":{{"id":{other},"is":0,"value":{{"b":true}}}}}}],"then":{{"b":true}}}}]}}"#);
        let (a, b) = (server.flag(&team, &product, "aFlag").await, server.flag(&team, &product, "bFlag").await);
        let put = async |flag: i64, environment: &str, other: i64| {
            let path = format!("/v2/environments/{environment}/settings/{flag}/value");
            let condition = serde_json::json!({ "prerequisiteSettingId": other, "comparator": "equals", "prerequisiteComparisonValue": { "boolValue": true } });
            let rule = serde_json::json!({ "conditions": [{ "prerequisiteFlagCondition": condition }], "value": { "boolValue": true } });
            team.owner.put(&path, serde_json::json!({ "defaultValue": { "boolValue": false }, "targetingRules": [rule] })).await.ok()
        };
        // In one environment a waits for b, in the other b for a: together they may change places.
        put(a, test, b).await;
        put(b, production, a).await;
        let copy = format!("{}/configs/{}/copy", product.path, product.config);
        let ask = format!("{copy}?from={test}&to={production}");
        let seen = |page: &str| page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = team.owner.get(&ask).await.page();
        team.owner.form(&copy, &[("from", test), ("to", production), ("seen", &seen(&page)), ("note", "")]).await.leads_to();

        // What became impossible meanwhile stops all of it.
        server.formula(&product, a, test, &asks(a)).await;
        server.flip(&team.owner, &product, b, test, true).await;
        let page = team.owner.get(&ask).await.page();
        let refused = team.owner.form(&copy, &[("from", test), ("to", production), ("seen", &seen(&page)), ("note", "")]).await;
        assert!(refused.status == 422 && refused.text.contains("aFlag cannot be copied: Circular dependency detected."), "{}", refused.text);
        let page = team.owner.get(&ask).await.page();
        assert!(page.contains("bFlag"), "it still differs: {page}");
    }

    async fn what_was_deleted_is_told(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let gone = server.flag(&team, &product, "goneFlag").await;
        let again = server.flag(&team, &product, "againFlag").await;
        let config = format!("{}/configs/{}", product.path, product.config);
        for (flag, key) in [(gone, "goneFlag"), (again, "againFlag")] {
            team.owner.form(&format!("{config}/flags/{flag}/delete"), &[("confirm", key)]).await.leads_to();
        }
        server.flag(&team, &product, "againFlag").await;
        let page = team.owner.get(&format!("{config}/compare")).await.page();
        let deleted = page.split("Deleted from this config").nth(1).unwrap();
        assert!(deleted.contains("goneFlag") && !deleted.contains("againFlag"), "{deleted}");
    }
}
