//! Products: what they start with, who sees them, their order, their preferences, their end.

use burgee::{authz::Permission, ids::ProductId};

use crate::support::{Client, Product, Server, Team, on_both};

/// A flag that is off for everybody.
const OFF: &str = r#"{"default":{"b":false}}"#;

fn list(team: &Team) -> String {
    format!("/team/{}/products", team.slug)
}

/// The events of a product, newest first.
async fn actions(by: &Client, product: &Product) -> Vec<String> {
    let log = by.get(&format!("/api/v1/products/{}/audit-log", product.id)).await.ok();
    log["log"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

async fn count(server: &Server, sql: &'static str, product: &Product) -> i64 {
    server.value(sql, vec![product.id.parse::<ProductId>().unwrap().into()]).await
}

on_both! {
    async fn a_product_starts_with_what_was_asked_for(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let page = team.owner.get(&list(&team)).await.page();
        for word in ["Storefront", "Test", "Production"] {
            assert!(page.contains(word), "{word}");
        }
        assert_eq!(team.owner.get(&product.path).await.leads_to(), format!("{}/configs/{}", product.path, product.config));
        assert_eq!(count(&server, "SELECT count(*) FROM sdk_keys k JOIN configs c ON c.id = k.config WHERE c.product = $1 AND k.key LIKE 'configcat-sdk-1/%'", &product).await, 2);
        assert_eq!(count(&server, "SELECT count(*) FROM publications u JOIN configs c ON c.id = u.config WHERE c.product = $1", &product).await, 2);
        // Developer: Read-only where it is red, Full elsewhere and in what comes.
        let levels = "SELECT count(*) FROM permission_group_environments l JOIN permission_groups g ON g.id = l.permission_group \
                      JOIN environments e ON e.id = l.environment WHERE g.product = $1 AND g.name = 'Developer' AND g.reach = 3 \
                      AND g.new_environments = 2 AND ((e.name = 'Production' AND l.access = 1) OR (e.name = 'Test' AND l.access = 2))";
        assert_eq!(count(&server, levels, &product).await, 2);
        let mut told = actions(&team.owner, &product).await;
        told.sort();
        let created = ["config.created", "environment.created", "environment.created", "permission-group.created",
            "permission-group.created", "permission-group.created", "product.created"];
        assert_eq!(told, created);
        server.intact_chain(&team.id).await;

        // Without a wish, the Administrators alone.
        let path = team.owner.form(&list(&team), &[("name", "Bare")]).await.leads_to();
        let bare = Product { id: path.rsplit('/').next().unwrap().into(), ..product };
        assert_eq!(count(&server, "SELECT count(*) FROM permission_groups WHERE product = $1", &bare).await, 1);
        assert_eq!(count(&server, "SELECT count(*) FROM permission_groups WHERE product = $1 AND switches = 2097151 AND reach = 2", &bare).await, 1);
    }

    async fn names_and_descriptions_have_rules(server) {
        let team = server.team("harbor").await;
        let (long, blank) = ("x".repeat(1001), "  ");
        for (name, description) in [(blank, ""), (long.as_str(), ""), ("Storefront", long.as_str()), ("a\u{202E}b", ""), ("http://x", "")] {
            let page = team.owner.form(&list(&team), &[("name", name), ("description", description)]).await;
            assert_eq!(page.status, 422, "{name:?}");
        }
        assert!(team.owner.get(&list(&team)).await.page().contains("No products yet"));
        let lines = [("name", "  Zoë 王 "), ("description", "one\r\ntwo")];
        let path = team.owner.form(&list(&team), &lines).await.leads_to();
        let page = team.owner.get(&format!("{path}/settings")).await.page();
        assert!(page.contains("value=\"Zoë 王\"") && page.contains("one\ntwo</textarea>"), "{page}");
    }

    async fn a_product_is_there_for_owners_and_for_those_with_a_group_in_it(server) {
        let team = server.team("harbor").await;
        let (shop, secret) = (server.product(&team, "Storefront").await, server.product(&team, "Hidden depths").await);
        let guest = server.person("gus").await;
        server.put_in(&shop, shop.developer, &guest).await;
        server.put_in(&shop, shop.developer, &team.member).await;
        for person in [&guest, &team.member] {
            let page = person.get(&list(&team)).await.page();
            assert!(page.contains("Storefront") && page.contains("Developer") && !page.contains("Hidden depths"));
            person.get(&format!("{}/environments", shop.path)).await.page();
            for path in [secret.path.clone(), format!("{}/environments", secret.path), format!("{}/tags", secret.path)] {
                person.get(&path).await.refused(404);
            }
            // What the group does not include is no secret, and refused.
            person.get(&format!("{}/settings", shop.path)).await.refused(403);
            person.get(&format!("{}/delete", shop.path)).await.refused(403);
            person.form(&format!("{}/move", shop.path), &[("to", "down")]).await.refused(403);
            person.form(&list(&team), &[("name", "Mine")]).await.refused(if person.username == "gus" { 404 } else { 403 });
        }
        // A Guest finds the products where the team would be, and nothing else of it.
        for path in ["/", "/team/harbor", "/team/harbor/overview"] {
            let to = guest.get(path).await.leads_to();
            let to = if to.ends_with("/products") { to } else { guest.get(&to).await.leads_to() };
            assert_eq!(to, list(&team), "{path}");
        }
        guest.get("/team/harbor/members").await.refused(404);
        let nav = guest.get(&format!("{}/environments", shop.path)).await.page();
        assert!(nav.contains(&format!("href=\"{}\"", list(&team))) && !nav.contains("/team/harbor/members") && !nav.contains("/settings"));
        let teams = guest.get("/api/v1/user/teams").await.ok();
        assert_eq!((&teams["teams"][0]["slug"], &teams["teams"][0]["role"]), (&"harbor".into(), &5.into()));
        // Administrators hold everything everywhere; strangers find nothing. Parts that do not belong together are nothing too.
        assert!(server.admin.get(&list(&team)).await.page().contains("Hidden depths"));
        let other = server.team("faraway").await;
        other.owner.get(&list(&team)).await.refused(404);
        other.owner.get(&shop.path).await.refused(404);
        team.owner.get(&shop.path.replace("/harbor/", "/faraway/")).await.refused(404);
        team.owner.get(&format!("{}/environments/{}", secret.path, shop.test)).await.refused(404);
    }

    async fn products_stand_in_the_order_of_the_owners(server) {
        let team = server.team("harbor").await;
        let mut products = vec![];
        for name in ["Alpha", "Beta", "Gamma"] {
            products.push(server.product(&team, name).await);
        }
        let order = async || {
            let page = team.owner.get(&list(&team)).await.page();
            let mut found: Vec<(usize, &str)> =
                ["Alpha", "Beta", "Gamma"].map(|name| (page.find(&format!(">{name}<")).unwrap(), &name[..1])).to_vec();
            found.sort_unstable();
            found.into_iter().map(|(_, name)| name).collect::<String>()
        };
        assert_eq!(order().await, "ABG");
        team.owner.form(&format!("{}/move", products[2].path), &[("to", "up")]).await.leads_to();
        assert_eq!(order().await, "AGB");
        team.owner.form(&format!("{}/move", products[0].path), &[("to", "down")]).await.leads_to();
        assert_eq!(order().await, "GAB");
        team.owner.form(&format!("{}/move", products[2].path), &[("to", "up")]).await.leads_to();
        assert_eq!(order().await, "GAB", "at the end already");
        assert_eq!(team.owner.form(&format!("{}/move", products[2].path), &[("to", "sideways")]).await.status, 422);
    }

    async fn preferences_are_for_those_whose_group_says_so_and_names_for_owners(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let settings = format!("{}/settings", product.path);
        let keeper = server.person("kim").await;
        let group = server.group(&product, "Keepers", &[Permission::ProductPreferences], &[]).await;
        server.put_in(&product, group, &keeper).await;
        let in_production = format!("note_{}", product.production);
        let wanted = [("name", "Mine now"), ("key_style", "kebabCase"), ("hint_mandatory", "on"), (in_production.as_str(), "on")];
        keeper.form(&settings, &wanted).await.leads_to();
        let page = keeper.get(&settings).await.page();
        assert!(!page.contains("Mine now") && !page.contains("Delete product"), "names are for owners");
        assert_eq!(count(&server, "SELECT count(*) FROM products WHERE id = $1 AND key_style = 'kebabCase' AND hint_mandatory AND NOT note_required", &product).await, 1);
        assert_eq!(count(&server, "SELECT count(*) FROM environments WHERE product = $1 AND note_required AND name = 'Production'", &product).await, 1);
        let log = team.owner.get(&format!("/api/v1/products/{}/audit-log", product.id)).await.ok();
        assert_eq!(log["log"][0]["action"], "product.changed", "{log}");
        let told = log["log"][0].to_string();
        assert!(told.contains(r#""key":"environments with a mandatory note","old":null,"new":"Production""#), "{told}");

        assert_eq!(keeper.form(&settings, &[("key_style", "runes")]).await.status, 422);
        assert_eq!(team.owner.form(&settings, &[("name", ""), ("key_style", "camelCase"), ("note_required", "on")]).await.status, 422);
        assert_eq!(count(&server, "SELECT count(*) FROM products WHERE id = $1 AND note_required", &product).await, 0, "all of it or nothing");
        team.owner.form(&settings, &[("name", "Shop"), ("key_style", "camelCase"), ("note_required", "on")]).await.leads_to();
        assert!(team.owner.get(&list(&team)).await.page().contains(">Shop<"));
        let before = actions(&team.owner, &product).await.len();
        let same = [("name", "Shop"), ("key_style", "camelCase"), ("note_required", "on")];
        team.owner.form(&settings, &same).await.leads_to();
        assert_eq!(actions(&team.owner, &product).await.len(), before, "nothing changed, nothing is told");
        server.intact_chain(&team.id).await;
    }

    async fn a_product_ends_with_everything_in_it(server) {
        let team = server.team("harbor").await;
        let (shop, other) = (server.product(&team, "Storefront").await, server.product(&team, "Other").await);
        let (gone, stays) = (server.person("gus").await, server.person("sue").await);
        server.put_in(&shop, shop.developer, &gone).await;
        server.put_in(&shop, shop.developer, &stays).await;
        server.put_in(&other, other.developer, &stays).await;
        // Parts that rest on each other do not hold each other up.
        let (flag, needed) = (server.setting(&shop, "flag", 0, OFF).await, server.setting(&shop, "needed", 0, OFF).await);
        let production = server.literal(&shop.production);
        server.sql(&format!("INSERT INTO formula_uses (setting, environment, prerequisite) VALUES ({flag}, {production}, {needed})")).await;
        let delete = format!("{}/delete", shop.path);
        assert!(team.owner.get(&delete).await.page().contains("2 flags in 1 config"));
        assert_eq!(team.owner.form(&delete, &[("confirm", "storefront")]).await.status, 422);
        team.owner.get(&format!("{}/environments", shop.path)).await.page();
        team.owner.form(&delete, &[("confirm", "Storefront")]).await.leads_to();
        team.owner.get(&shop.path).await.refused(404);
        stays.get(&shop.path).await.refused(404);
        stays.get(&format!("{}/environments", other.path)).await.page();
        // With the last product, a Guest leaves the team.
        gone.get(&list(&team)).await.refused(404);
        assert_eq!(gone.get("/api/v1/user/teams").await.ok()["count"], 0);
        assert_eq!(count(&server, "SELECT count(*) FROM permission_groups WHERE product = $1", &shop).await, 0);
        let log = team.owner.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.ok();
        let text = log.to_string();
        assert!(text.contains("product.deleted") && text.contains("Gus"), "{text}");
        // A team that owns a product stays; a product takes all of its flags with it, whatever they rest on.
        let flag = server.setting(&other, "flag", 0, OFF).await;
        let (needed, production) = (server.setting(&other, "needed", 0, OFF).await, server.literal(&other.production));
        server.sql(&format!("INSERT INTO formula_uses (setting, environment, prerequisite) VALUES ({flag}, {production}, {needed})")).await;
        let here = format!("/api/v1/teams/{}", team.id);
        let refused = team.owner.delete(&here).await.refused(400);
        assert_eq!((&refused["code"], &refused["error"]), (&serde_json::json!("team_not_empty"), &serde_json::json!("harbor still owns 1 product. Please delete that first.")));
        assert!(team.owner.get("/team/harbor/delete").await.page().contains("1 product"));
        team.owner.form("/team/harbor/delete", &[("confirm", "harbor")]).await.refused(400);
        assert_eq!(count(&server, "SELECT count(*) FROM products WHERE id = $1", &other).await, 1);
        team.owner.form(&format!("{}/delete", other.path), &[("confirm", "Other")]).await.leads_to();
        assert_eq!(count(&server, "SELECT count(*) FROM products WHERE id = $1", &other).await, 0);
        team.owner.delete(&here).await.ok();
    }

    async fn a_suspended_team_creates_no_products(server) {
        let team = server.team("harbor").await;
        server.admin.put(&format!("/api/v1/teams/{}", team.id), serde_json::json!({ "suspended": true })).await.ok();
        let page = team.owner.form(&list(&team), &[("name", "Storefront")]).await;
        assert!(page.status == 403 && page.text.contains("suspended"), "{}", page.text);
    }
}
