//! What the pages of flags tell besides the values: what is stale, how often is asked, the ids of values, and mistakes beside their fields.

use burgee::{
    authz::{Access, Permission},
    clock::DAY,
};

use serde_json::json;

use crate::support::{Client, PASSWORD, Product, Server, Team, on_both};

/// A product with its first config.
async fn product(server: &Server) -> (Team, Product, String) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let path = format!("{}/configs/{}", product.path, product.config);
    (team, product, path)
}

/// Somebody with these switches and levels.
async fn person(server: &Server, product: &Product, name: &str, switches: &[Permission], levels: &[(&str, Access)]) -> Client {
    let person = server.person(name).await;
    let group = server.group(product, name, switches, levels).await;
    server.put_in(product, group, &person).await;
    person
}

/// Days go by, and everybody comes back.
async fn days_later(server: &Server, days: i64, everybody: &[&Client]) {
    server.later(days * DAY);
    for one in everybody {
        one.post("/account/login", json!({ "username": one.username, "password": PASSWORD })).await.ok();
    }
}

on_both! {
    async fn of_two_who_move_a_switch_the_second_is_led_to_the_flags_as_they_are(server) {
        let (team, product, path) = product(&server).await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        let page = team.owner.get(&path).await.page();
        let flip = page.split("value=\"").filter_map(|rest| rest.split_once('"')).map(|(value, _)| value);
        let flip = flip.filter(|value| value.contains(&product.test)).find(|value| value.starts_with("true~")).unwrap().to_owned();
        let switch = format!("{path}/flags/{flag}/switch");
        assert_eq!(team.owner.form(&switch, &[("flip", &flip)]).await.leads_to(), path);
        server.flip(&team.owner, &product, flag, &product.test, false).await;
        let late = team.owner.form(&switch, &[("flip", &flip)]).await;
        assert_eq!(late.status.as_u16(), 409);
        assert!(late.text.contains("Show the flags as they are now") && late.text.contains(&format!("href=\"{path}\"")), "{}", late.text);
        assert!(team.owner.get(&path).await.page().contains("aria-checked=\"false\" aria-label=\"newCheckout in Test\""));
    }

    async fn what_nobody_has_changed_for_long_is_stale_as_far_as_the_reader_sees(server) {
        let (team, product, path) = product(&server).await;
        let old = server.flag(&team, &product, "oldBadge").await;
        let busy = server.flag(&team, &product, "busyBadge").await;
        let kim = person(&server, &product, "kim", &[], &[(&product.test, Access::ReadOnly)]).await;
        let robin = person(&server, &product, "robin", &[], &[(&product.production, Access::ReadOnly)]).await;
        assert!(!team.owner.get(&path).await.page().contains("Stale only"), "nothing is stale yet");

        let everybody = [&team.owner, &kim, &robin];
        days_later(&server, 59, &everybody).await;
        server.flip(&team.owner, &product, busy, &product.production, true).await;
        assert!(!team.owner.get(&path).await.page().contains("Stale only"), "59 days are not 60");
        days_later(&server, 1, &everybody).await;
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("Stale only (1)") && page.contains("stale 60 days"), "{page}");
        let only = team.owner.get(&format!("{path}?stale=on")).await.page();
        assert!(only.contains("oldBadge") && !only.contains("busyBadge"), "{only}");
        assert!(!only.contains("data-order"), "what is not shown whole is not put into order");
        let sooner = team.owner.get(&format!("{path}?stale=1")).await.page();
        assert!(sooner.contains("oldBadge") && sooner.contains("busyBadge"));
        let full = team.owner.get(&format!("{path}?environment={}&stale=on", product.test)).await.page();
        assert!(full.contains("oldBadge") && !full.contains("busyBadge"), "what happened elsewhere counts in full, too");

        // A change where the reader has no access is none for them: it is not even to be guessed.
        assert!(kim.get(&path).await.page().contains("Stale only (2)"));
        assert!(robin.get(&path).await.page().contains("Stale only (1)"));
        server.flip(&team.owner, &product, old, &product.test, true).await;
        let page = robin.get(&format!("{path}?stale=on")).await.page();
        assert!(page.contains("oldBadge"), "{page}");
        assert!(!kim.get(&format!("{path}?stale=on")).await.page().contains("oldBadge"));
    }

    async fn how_often_is_asked_is_told_to_those_who_may_see_it(server) {
        let (team, product, path) = product(&server).await;
        let flag = server.flag(&team, &product, "checkout").await;
        let at = format!("{path}/flags/{flag}?environment={}", product.test);
        let counts = person(&server, &product, "kim", &[Permission::ProductStatistics], &[(&product.test, Access::ReadOnly)]).await;
        let others = person(&server, &product, "noor", &[], &[(&product.test, Access::Full)]).await;
        let (config, test) = (server.literal(&product.config), server.literal(&product.test));
        let hour = server.app.clock.now().0.div_euclid(burgee::clock::HOUR) * burgee::clock::HOUR;
        let key = format!("(SELECT key FROM sdk_keys WHERE config = {config} AND environment = {test})");
        server.sql(&format!("INSERT INTO sdk_key_hours (key, hour, agent, requests) VALUES ({key}, {hour}, 'Go 9', 1240)")).await;

        assert!(team.owner.get(&at).await.page().contains("1,240 requests in the last hour"));
        assert!(counts.get(&at).await.page().contains("1,240 requests in the last hour"));
        assert!(!others.get(&at).await.page().contains("in the last hour"));
        let production = format!("{path}/flags/{flag}?environment={}", product.production);
        assert!(team.owner.get(&production).await.page().contains("0 requests in the last hour"), "another environment is another key");
    }

    async fn ids_of_values_are_shown_where_the_product_wants_it(server) {
        let (team, product, path) = product(&server).await;
        let flag = server.flag(&team, &product, "checkout").await;
        let at = format!("{path}/flags/{flag}?environment={}", product.test);
        let tried = async || team.owner.form(&format!("{path}/try"), &[("environment", &product.test)]).await.page();
        let off = team.owner.get(&at).await.page();
        assert!(!off.contains("Variation IDs"), "{off}");
        let before = tried().await;
        let settings = format!("{}/settings", product.path);
        team.owner.form(&settings, &[("name", "Storefront"), ("key_style", "camelCase"), ("show_variation_id", "on")]).await.leads_to();
        let page = team.owner.get(&at).await.page();
        assert!(page.contains("Variation IDs"), "{page}");
        let id = page.split("<dt>Off</dt><dd><code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
        assert!(!id.is_empty() && tried().await.contains(&id) && !before.contains(&id));
    }

    async fn a_setting_is_added_with_its_variations_and_its_kind_of_text(server) {
        let (team, product, path) = product(&server).await;
        let flags = format!("{path}/flags");
        let of_text = team.owner.get(&format!("{flags}/new?kind=string")).await.page();
        assert!(of_text.contains("name=\"is_json\"") && of_text.contains("name=\"variation.0.value\""), "{of_text}");
        let of_flag = team.owner.get(&format!("{flags}/new?kind=boolean")).await.page();
        assert!(!of_flag.contains("name=\"is_json\"") && !of_flag.contains("variation.0"), "{of_flag}");

        let json = [("name", "Theme"), ("key", "theme"), ("kind", "string"), ("is_json", "on")];
        let initial = format!("initial_{}", product.test);
        let refused = team.owner.form(&flags, &[&json[..], &[(&initial, "{accent}")]].concat()).await;
        assert_eq!(refused.status, 422, "what is no JSON is refused: {}", refused.text);
        team.owner.form(&flags, &[&json[..], &[(&initial, "{\"accent\": 1}")]].concat()).await.leads_to();

        let named = [
            ("name", "Layout"),
            ("key", "layout"),
            ("kind", "string"),
            ("variation.0.value", "steps"),
            ("variation.0.name", "Step by step"),
            ("variation.1.value", "single"),
            ("variation.1.name", ""),
            ("variation.2.value", ""),
        ];
        let wrong = team.owner.form(&flags, &[&named[..], &[(&initial, "wide")]].concat()).await;
        assert!(wrong.status == 422 && wrong.text.contains("none of the predefined variations") && wrong.text.contains("value=\"steps\""));
        team.owner.form(&flags, &[&named[..], &[(&initial, "single")]].concat()).await.leads_to();
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("“single”"), "{page}");
        assert!(page.contains("Step by step"), "where nothing else is said it starts with the first: {page}");
    }

    async fn a_mistake_beside_its_field_says_what_to_write(server) {
        let (team, product, path) = product(&server).await;
        let flag = server.flag(&team, &product, "checkout").await;
        let version: String = {
            let page = team.owner.get(&format!("{path}/flags/{flag}?environment={}", product.test)).await.page();
            page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let rule = [
            ("environment", product.test.as_str()),
            ("version", &version),
            ("default", "false"),
            ("rule.0.from", ""),
            ("rule.0.value", "true"),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", "App version"),
            ("rule.0.condition.0.comparator", "semVerGreaterOrEquals"),
            ("rule.0.condition.0.values", "4.2"),
        ];
        let refused = team.owner.form(&format!("{path}/flags/{flag}/value"), &rule).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("<span>Not a semantic version. Write it as 4.2.0.</span>"), "{}", refused.text);
    }
}
