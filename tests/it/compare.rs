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
        server.check_chain(&team.id).await;
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
