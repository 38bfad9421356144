//! Trying flags out: for a user who is written as attributes or as JSON, with the reasons.

use serde_json::json;

use crate::support::{Server, visit};

const RULES: &str = r#"{"default":{"b":false},"rules":[{"if":[{"user":{"a":"Email","c":32,"l":["@example.com"]}},
    {"user":{"a":"Country","c":28,"s":"DE"}}],"then":{"b":true}}],
    "split":[{"percent":0,"value":{"b":true}},{"percent":100,"value":{"b":false}}]}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_are_tried_out() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    let flag = server.setting(&product, "newCheckout", 0, RULES).await;
    server.setting(&product, "limit", 2, r#"{"default":{"i":48}}"#).await;
    visit(server, async move |visit| {
        let owner = visit.signed_in("harbor-owner").await;
        let config = format!("{}/configs/{}", product.path, product.config);
        owner.go(&format!("{config}/flags/{flag}?environment={}", product.production)).await;
        owner.press("Try it").await;
        owner.at(&format!("{config}/try")).await;
        owner.sees("What would somebody get?").await;
        owner.is_accessible().await;
        let value = async |field: &str| owner.ask(&format!("return document.querySelector('[name={field}] :checked').innerText")).await;
        assert_eq!((value("environment").await, value("flag").await), (json!("Production"), json!("newCheckout")), "where one came from");

        // As attributes: each rule and condition, and what was found.
        owner.type_into("Value of attribute 2", "kim@example.com").await;
        owner.type_into("Value of attribute 3", "DE").await;
        owner.send("Try it").await;
        owner.sees("IF Email ends with any of @example.com").await;
        owner.sees("Email is kim@example.com").await;
        owner.sees("AND Country is DE").await;
        let result = "return document.querySelector('.b-result').innerText.replace(/\\s+/g, ' ')";
        assert!(owner.ask(result).await.as_str().unwrap().starts_with("On rule 1"), "{}", owner.ask(result).await);
        let held = "return [...document.querySelectorAll('.b-trace li')].map((one) => one.className.includes('is-yes'))";
        assert_eq!(owner.ask(held).await, json!([true, true, true]));
        owner.is_accessible().await;
        assert_eq!(owner.value("attribute.1.value").await, "kim@example.com", "what was typed stays");

        owner.fill("attribute.0.value", "kim").await;
        owner.fill("attribute.2.value", "FR").await;
        owner.send("Try it").await;
        owner.sees("Country is FR").await;
        assert_eq!(owner.ask(held).await, json!([false, true, false, true]), "the rule, its two conditions, and the split");
        owner.sees("Split by Identifier").await;
        assert!(owner.ask(result).await.as_str().unwrap().starts_with("Off share 2"));

        // As JSON, for the whole config; what cannot be read is told beside it, and stays.
        owner.choose("flag", "All of them").await;
        owner.press("or as JSON").await;
        owner.fill("user", "{\"Email\": kim}").await;
        owner.send("Try it").await;
        owner.sees("This is not valid JSON").await;
        owner.focused("The user as JSON").await;
        assert_eq!(owner.value("user").await, "{\"Email\": kim}");
        owner.is_accessible().await;
        owner.fill("user", "{\"Email\": \"kim@example.com\", \"Country\": \"DE\"}").await;
        owner.send("Try it").await;
        owner.holds("see both", "return document.querySelectorAll('.b-evaluated').length === 2").await;
        let results = "return [...document.querySelectorAll('.b-result b')].map((one) => one.innerText).sort()";
        assert_eq!(owner.ask(results).await, json!(["48", "On"]));
        owner.ask("document.querySelector('.b-evaluated summary').click()").await;
        owner.sees("Email is kim@example.com").await;
        owner.is_accessible().await;

        // In another environment it may be another answer.
        owner.go(&format!("{config}/flags/{flag}?environment={}", product.test)).await;
        owner.is_accessible().await;
    })
    .await;
}
