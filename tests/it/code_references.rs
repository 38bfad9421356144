//! Code references: what is uploaded is shown at the flag, branch by branch, until it is forgotten.

use burgee::authz::Permission;
use serde_json::{Value, json};

use crate::support::{Client, Product, on_both};

async fn upload(by: &Client, product: &Product, branch: &str, flag: i64, more: Value) -> crate::support::Answer {
    let line = json!({ "number": 42, "text": format!("if (isOn('newCheckout')) // {branch}") });
    let place = json!({ "file": "src/cart.ts", "fileUrl": "https://git.example/cart.ts#L42", "before": [{ "number": 41, "text": null }], "line": line });
    let mut body = json!({ "repository": "shop", "branch": branch, "commitHash": "0123456789abcdef", "commitUrl": "javascript:alert(1)", "uploader": "scan 1.0", "found": [{ "settingId": flag, "references": [place] }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    by.post(&format!("/api/v1/products/{}/configs/{}/code-references", product.id, product.config), body).await
}

/// Code that the scan of a large repository finds: about 900 kB.
fn much(flag: i64) -> Value {
    let place = |n: usize| json!({ "file": format!("src/{n}.ts"), "line": { "number": n, "text": "x".repeat(1000) } });
    json!({ "found": [{ "settingId": flag, "references": (0..850).map(place).collect::<Vec<_>>() }] })
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
        // Whoever may only look at the product neither forges what was found nor deletes it.
        let guest = server.person("gus").await;
        let looks = server.group(&product, "Onlookers", &[], &[]).await;
        server.put_in(&product, looks, &guest).await;
        upload(&team.owner, &product, "main", flag, json!({})).await.ok();
        assert_eq!(upload(&guest, &product, "main", flag, json!({})).await.status, 403);
        assert_eq!(guest.post(&forget, json!({ "repository": "shop" })).await.status, 403);
        let report = json!({ "configId": product.config, "repository": "shop", "branch": "main" });
        for path in ["/v1/code-references", "/v1/code-references/delete-reports"] {
            assert_eq!(guest.post(path, report.clone()).await.status, 403, "{path}");
        }
        assert_eq!(guest.form(&format!("{code}/delete"), &[("repository", "shop"), ("branch", "main")]).await.status, 403);
        let seen = guest.get(&code).await.page();
        assert!(seen.contains("shop") && !seen.contains("/code/delete"), "{seen}");
        let writes = server.group(&product, "Writers", &[Permission::SettingWrite], &[]).await;
        server.put_in(&product, writes, &guest).await;
        upload(&guest, &product, "main", flag, json!({})).await.ok();

        let stranger = server.person("sam").await;
        assert_eq!(upload(&stranger, &product, "main", flag, json!({})).await.status, 404);
        let log = team.owner.get(&format!("{}/audit-log", product.path)).await.page();
        assert!(log.contains("uploaded code references of") && log.contains("deleted code references of"));
        server.intact_chain(&team.id).await;
    }

    async fn reports_are_few_and_small_and_read_in_pages(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        for branch in 0..4 {
            upload(&team.owner, &product, &format!("b{branch}"), flag, much(flag)).await.ok();
        }
        let mut next = Some(format!("/v1/settings/{flag}/code-references"));
        let mut branches = vec![];
        while let Some(path) = next {
            let answer = team.owner.get(&path).await;
            assert!(answer.text.len() < 2_000_000, "{} bytes", answer.text.len());
            let link = answer.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
            next = link.map(|link| link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned());
            branches.extend(answer.ok().as_array().unwrap().iter().map(|report| report["branch"].as_str().unwrap().to_owned()));
        }
        assert_eq!(branches, ["b0", "b1", "b2", "b3"]);
        let page = format!("{}/configs/{}/flags/{flag}", product.path, product.config);
        let shown = team.owner.get(&page).await.page();
        assert!(shown.len() < 200_000 && shown.contains("and 800 more") && shown.contains("shop, b0") && !shown.contains("shop, b1"), "{} bytes", shown.len());
        let more = shown.split("href=\"").find(|link| link.contains("code=")).unwrap().split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        assert!(team.owner.get(&more).await.page().contains("shop, b1"));

        // Names of members take room too, where many lines are nearly empty.
        let lines: Vec<Value> = (0..60_000).map(|n| json!({ "number": n })).collect();
        let place = json!({ "file": "a", "line": { "number": 1 }, "before": lines });
        let large = upload(&team.owner, &product, "large", flag, json!({ "found": [{ "settingId": flag, "references": [place] }] })).await;
        assert_eq!(large.status, 400, "{}", large.text);
        assert!(large.text.contains("more than 1 MB"), "{}", large.text);

        for branch in 4..100 {
            upload(&team.owner, &product, &format!("b{branch}"), flag, json!({})).await.ok();
        }
        let one_more = upload(&team.owner, &product, "b100", flag, json!({})).await;
        assert_eq!((one_more.status.as_u16(), one_more.text.contains("too_many_reports")), (400, true), "{}", one_more.text);
        upload(&team.owner, &product, "b7", flag, json!({})).await.ok();
        upload(&team.owner, &product, "b100", flag, json!({ "activeBranches": ["b7", "b100"] })).await.ok();
        assert_eq!(server.value::<i64>("SELECT count(*) FROM code_reports", vec![]).await, 2);
    }
}
