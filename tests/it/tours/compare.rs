//! Two environments side by side, and what differs carried over.

use serde_json::json;

use crate::support::{Server, visit};

/// How many settings differ, as the table shows them.
const ROWS: &str = "return document.querySelectorAll('.b-compare tbody tr').length";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_differs_is_seen_and_carried_over() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    for key in ["newCheckout", "banner", "search", "basket"] {
        let flag = server.flag(&team, &product, key).await;
        if key != "basket" {
            server.flip(&team.owner, &product, flag, &product.test, true).await;
        }
    }
    let preferences = json!({ "reasonRequired": true });
    team.owner.post(&format!("/v1/products/{}/preferences", product.id), preferences).await.ok();
    visit(server, async move |visit| {
        let owner = visit.signed_in("harbor-owner").await;
        owner.go(&format!("{}/configs/{}", product.path, product.config)).await;
        owner.press("Compare").await;
        owner.sees("1 the same").await;
        assert_eq!(owner.ask(ROWS).await, 3);
        owner.is_accessible().await;

        // One by itself.
        owner.press("Copy banner to Production").await;
        owner.sees("Copy banner to Production").await;
        owner.fill("note", "as tried").await;
        owner.press("Copy to Production").await;
        owner.sees("banner is in Production now what it is in Test.").await;
        owner.holds("see the rest", "return document.querySelectorAll('.b-compare tbody tr').length === 2").await;

        // The others at once, after a look at what changes; the note that is missing is asked for and nothing is lost.
        owner.press("Copy all that differs to Production").await;
        owner.sees("2 flags and settings change, all at once.").await;
        let changes =
            "return [...document.querySelectorAll('#dialog .b-review-diff')].map((one) => one.innerText.replace(/\\s+/g, ' ').trim())";
        let shown = owner.ask(changes).await.to_string();
        assert!(shown.contains("newCheckout") && shown.contains("search") && shown.contains("Off On"), "{shown}");
        owner.is_accessible().await;
        owner.press("Copy all to Production").await;
        owner.sees("Reason required: please say why.").await;
        owner.fill("note", "tried for a week").await;
        owner.press("Copy all to Production").await;
        owner.sees("2 flags and settings are in Production now what they are in Test.").await;
        owner.sees("No difference").await;

        // On a telephone, and without scripts, the way back.
        let phone = visit.phone().await;
        phone.sign_in("harbor-owner").await;
        phone.go(&format!("{}/configs/{}", product.path, product.config)).await;
        phone.press("Compare").await;
        phone.sees("No difference").await;
        phone.is_accessible().await;
        let plain = visit.without_scripts().await;
        plain.sign_in("harbor-owner").await;
        plain.go(&format!("{}/configs/{}/copy?from={}&to={}", product.path, product.config, product.test, product.production)).await;
        plain.sees("They are the same by now: nothing changes.").await;
    })
    .await;
}
