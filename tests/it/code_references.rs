//! Code references: what is uploaded is shown at the flag, branch by branch, until it is forgotten.

use serde_json::{Value, json};

use crate::support::{Client, Product, on_both};

async fn upload(by: &Client, product: &Product, branch: &str, flag: i64, more: Value) -> crate::support::Answer {
    let line = json!({ "number": 42, "text": format!("if (isOn('newCheckout')) // {branch}") });
    let place = json!({ "file": "src/cart.ts", "fileUrl": "https://git.example/cart.ts#L42", "before": [{ "number": 41, "text": null }], "line": line });
    let mut body = json!({ "repository": "shop", "branch": branch, "commitHash": "0123456789abcdef", "commitUrl": "javascript:alert(1)", "uploader": "scan 1.0", "found": [{ "settingId": flag, "references": [place] }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    by.post(&format!("/api/v1/products/{}/configs/{}/code-references", product.id, product.config), body).await
}

on_both! {
    async fn what_is_found_is_shown_at_the_flag(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        let page = format!("{}/configs/{}/flags/{flag}", product.path, product.config);
        let code = format!("{}/configs/{}/code", product.path, product.config);
        assert!(!team.owner.get(&page).await.page().contains("In the code"));
        upload(&team.owner, &product, "main", flag, json!({})).await.ok();
        upload(&team.owner, &product, "topic", flag, json!({})).await.ok();
        let shown = team.owner.get(&page).await.page();
        assert!(shown.contains("shop, main") && shown.contains("shop, topic") && shown.contains("src/cart.ts:42"), "{shown}");
        assert!(shown.contains("href=\"https://git.example/cart.ts#L42\"") && shown.contains("if (isOn(&#39;newCheckout&#39;)) // main"));
        let branches = team.owner.get(&code).await.page();
        assert!(branches.contains("0123456789") && !branches.contains("javascript:"), "{branches}");

        // A branch is searched anew; a branch that is gone is forgotten; a flag of another product is nothing here.
        let other = server.product(&team, "Backoffice").await;
        let foreign = server.flag(&team, &other, "foreign").await;
        upload(&team.owner, &product, "main", foreign, json!({ "activeBranches": ["main", "next"] })).await.ok();
        let shown = team.owner.get(&page).await.page();
        assert!(!shown.contains("shop, main") && !shown.contains("shop, topic"), "{shown}");
        assert_eq!(server.value::<i64>("SELECT count(*) FROM code_references", vec![]).await, 0);

        upload(&team.owner, &product, "main", flag, json!({})).await.ok();
        upload(&team.owner, &product, "next", flag, json!({})).await.ok();
        let forget = format!("/api/v1/products/{}/configs/{}/code-references/delete", product.id, product.config);
        team.owner.post(&forget, json!({ "repository": "shop", "branch": "next", "settingId": flag })).await.ok();
        let shown = team.owner.get(&page).await.page();
        assert!(shown.contains("shop, main") && !shown.contains("shop, next"));
        team.owner.form(&format!("{code}/delete"), &[("repository", "shop"), ("branch", "main")]).await.leads_to();
        assert!(!team.owner.get(&page).await.page().contains("In the code"));
        team.owner.post(&forget, json!({ "repository": "shop" })).await.ok();
        assert_eq!(server.value::<i64>("SELECT count(*) FROM code_reports", vec![]).await, 0);
        team.owner.post(&forget, json!({ "repository": "shop" })).await.ok();

        for wrong in [json!({ "repository": "" }), json!({ "branch": "x".repeat(256) }), json!({ "uploader": "x".repeat(256) }), json!({ "surprise": 1 })] {
            assert_eq!(upload(&team.owner, &product, "main", flag, wrong.clone()).await.status, 400, "{wrong}");
        }
        let stranger = server.person("sam").await;
        assert_eq!(upload(&stranger, &product, "main", flag, json!({})).await.status, 404);
        let log = team.owner.get(&format!("{}/audit-log", product.path)).await.page();
        assert!(log.contains("uploaded code references of") && log.contains("deleted code references of"));
        server.intact_chain(&team.id).await;
    }
}
