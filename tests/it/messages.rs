//! What people and programs are told: the cause, in words that are no parser's, and names that a reader can tell apart.

use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, fields, on_both};

on_both! {
    async fn a_parameter_that_does_not_fit_is_answered_with_what_it_takes(server) {
        let team = server.team("harbor").await;
        let log = format!("/api/v1/teams/{}/audit-log", team.id);
        for (path, what) in [
            ("/api/v1/admin/mails?limit=0".to_owned(), "1 to 200"),
            ("/api/v1/admin/mails?limit=201".to_owned(), "1 to 200"),
            ("/api/v1/admin/mails?limit=many".to_owned(), "Expected a whole number"),
            ("/api/v1/users?limit=-1".to_owned(), "1 to 200"),
            ("/api/v1/teams?limit=99999999".to_owned(), "1 to 200"),
            (format!("{log}?limit=0"), "1 to 1000"),
            (format!("{log}?limit=1001"), "1 to 1000"),
        ] {
            let answer = server.admin.get(&path).await.refused(400);
            let told = answer["errors"]["limit"].as_str().unwrap_or_else(|| panic!("{path}: {answer}"));
            assert!(told.contains(what) && !told.contains("digit"), "{path}: {told}");
        }
        for fits in ["/api/v1/admin/mails?limit=200", "/api/v1/admin/mails?limit=1", "/api/v1/admin/mails?limit=", "/api/v1/admin/mails"] {
            server.admin.get(fits).await.ok();
        }
        let broken = team.owner.send(Method::POST, "/api/v1/teams", |request| request.header("content-type", "application/json").body("{\"name\":")).await;
        assert!(broken.refused(400).to_string().contains("This is not JSON: see line 1, column 8."));
    }

    async fn a_body_that_is_too_large_is_told_how_large_it_may_be(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let key: String = server.value("SELECT key FROM sdk_keys WHERE config = $1 AND slot = 1 LIMIT 1", vec![product.config.parse::<burgee::ids::ConfigId>().unwrap().into()]).await;
        let context = json!({ "context": { "targetingKey": "x".repeat(300_000) } });
        let refused = server.anonymous().send(Method::POST, "/ofrep/v1/evaluate/flags", |request| request.bearer_auth(&key).json(&context)).await;
        assert!(refused.refused(413)["errorDetails"].as_str().unwrap().contains("256 KB"));
        let refused = team.owner.post("/api/v1/teams", json!({ "name": "x".repeat(1_100_000) })).await;
        assert!(refused.refused(413)["error"].as_str().unwrap().contains("1 MB"));
    }

    async fn a_webhook_is_told_what_is_wrong_with_its_address(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        for (url, why) in [
            ("https://example.com/#part", "behind “#”"),
            ("https://kim:secret@example.com/", "user name or a password"),
            ("ftp://example.com/", "does not begin with http://"),
            ("example.com/hook", "not an address"),
        ] {
            let new = json!({ "url": url, "httpMethod": "post" });
            let path = format!("/v1/configs/{}/environments/{}/webhooks", product.config, product.test);
            let refused = team.owner.post(&path, new).await.refused(400).to_string();
            assert!(refused.contains("Url is invalid") && refused.contains(why), "{url}: {refused}");
        }
    }

    async fn names_show_something_and_can_be_told_apart(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (v1, owner) = (format!("/v1/products/{}", product.id), &team.owner);
        for nothing in ["\u{3164}", "\u{2800}", "\u{200B}", "a\u{00AD}b", "a\u{202E}b", "a\u{200D}b"] {
            owner.post(&format!("{v1}/environments"), json!({ "name": nothing })).await.refused(400);
            owner.post("/api/v1/teams", json!({ "name": nothing })).await.refused(400);
            owner.put("/api/v1/user", json!({ "name": nothing })).await.refused(400);
        }
        // Cyrillic letters that look like ours.
        for (list, name, twin) in [
            ("environments", "Production", "Рroduction"),
            ("configs", "Web", "Wеb"),
            ("tags", "Tax", "Таx"),
            ("permissions", "Hosts", "Ноsts"),
            ("segments", "Beta", "Bеtа"),
        ] {
            let new = |name: &str| match list {
                "segments" => json!({ "name": name, "comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "x" }),
                _ => json!({ "name": name }),
            };
            if name != "Production" {
                owner.post(&format!("{v1}/{list}"), new(name)).await.ok();
            }
            let refused = owner.post(&format!("{v1}/{list}"), new(twin)).await.refused(400).to_string();
            assert!(refused.contains("looks the same"), "{list}: {refused}");
            // Something of its own can still be called as it likes.
            owner.post(&format!("{v1}/{list}"), new("x1")).await.ok();
            owner.post(&format!("{v1}/{list}"), new("xl")).await.ok();
        }
        for slug in ["--", "-a", "xn--hrbor-0ra"] {
            owner.post("/api/v1/teams", json!({ "name": "Pier", "slug": slug })).await.refused(400);
        }
    }

    async fn a_form_that_sets_a_password_says_whose_it_is(server) {
        let kim = server.person("kim").await;
        let page = kim.get("/account/security").await.page();
        let named = |page: &str| page.contains("value=\"kim\" autocomplete=\"username\"");
        assert!(named(&page), "{page}");
        assert!(!fields(&page, "/account/password").iter().any(|(_, value)| value == "kim"), "for password managers alone");
        server.anonymous().form("/forgot-password", &[("user", "kim")]).await.page();
        server.work().await;
        let link = server.mail_to("kim@example.com").await.link(&server.base, "/reset-password/");
        assert!(named(&server.anonymous().get(&link).await.page()));
        server.anonymous().form(&link, &[("password", PASSWORD)]).await;
    }
}
