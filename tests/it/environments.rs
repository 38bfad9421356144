//! Environments, configs and tags: how they are made and changed, and what is refused.

use burgee::{
    authz::{Access, Permission},
    db::Value,
    ids::{EnvironmentId, GroupId, ProductId, SettingId},
};

use crate::support::{Client, Product, Server, on_both};

/// A flag that is off for everybody.
const OFF: &str = r#"{"default":{"b":false}}"#;

fn at(product: &Product, place: &str) -> String {
    format!("{}/{place}", product.path)
}

/// The id of an environment by its name, which must be there.
async fn environment(server: &Server, product: &Product, name: &str) -> String {
    let args = vec![product.id.parse::<ProductId>().unwrap().into(), name.into()];
    server.value::<EnvironmentId>("SELECT id FROM environments WHERE product = $1 AND name = $2", args).await.to_string()
}

async fn count(server: &Server, sql: &'static str, args: Vec<Value>) -> i64 {
    server.value(sql, args).await
}

fn id(text: &str) -> Value {
    text.parse::<EnvironmentId>().unwrap().into()
}

/// Somebody with a group of their own in the product.
async fn person(server: &Server, product: &Product, name: &str, switches: &[Permission], levels: &[(&str, Access)]) -> Client {
    let person = server.person(name).await;
    let group = server.group(product, &format!("{name}s"), switches, levels).await;
    server.put_in(product, group, &person).await;
    person
}

on_both! {
    async fn a_new_environment_gives_what_groups_give_in_new_ones(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        for (kind, formula) in [OFF, r#"{"default":{"s":"a"}}"#, r#"{"default":{"i":1}}"#, r#"{"default":{"d":1.5}}"#].into_iter().enumerate() {
            server.setting(&product, &format!("kind{kind}"), kind as i64, formula).await;
        }
        let tester = server.group(&product, "Testers", &[], &[(&product.test, Access::Full)]).await;
        let fields = [("name", "Staging"), ("color", "violet"), ("description", "before the real thing")];
        team.owner.form(&at(&product, "environments"), &fields).await.leads_to();
        let staging = environment(&server, &product, "Staging").await;
        let level = async |group: i64| {
            let sql = "SELECT access FROM permission_group_environments WHERE permission_group = $1 AND environment = $2";
            server.reader().value::<Access>(sql, vec![GroupId(group).into(), id(&staging)]).await.unwrap()
        };
        assert_eq!((level(product.developer).await, level(tester).await), (Some(Access::Full), None));
        assert_eq!(count(&server, "SELECT count(*) FROM sdk_keys WHERE environment = $1", vec![id(&staging)]).await, 1);
        assert_eq!(count(&server, "SELECT count(*) FROM publications WHERE environment = $1", vec![id(&staging)]).await, 1);
        let values: i64 = count(&server, "SELECT count(*) FROM setting_values WHERE environment = $1", vec![id(&staging)]).await;
        assert_eq!(values, 4);
        let sql = "SELECT v.formula FROM setting_values v JOIN config_settings s ON s.id = v.setting WHERE v.environment = $1 AND s.kind = 3";
        assert_eq!(server.value::<String>(sql, vec![id(&staging)]).await, r#"{"default":{"d":0.0}}"#);
        let page = team.owner.get(&at(&product, "environments")).await.page();
        assert!(page.contains("before the real thing") && page.contains("env-violet") && page.contains("may change values"));

        // One that is created again is a new one: what was given in the old one does not come back.
        let old = server.group(&product, "Old", &[], &[(&staging, Access::Full)]).await;
        let gone = format!("environments/{staging}/delete");
        assert_eq!(team.owner.form(&at(&product, &gone), &[("confirm", "staging")]).await.status, 422);
        team.owner.form(&at(&product, &gone), &[("confirm", "Staging")]).await.leads_to();
        team.owner.form(&at(&product, "environments"), &fields).await.leads_to();
        let again = environment(&server, &product, "Staging").await;
        assert_ne!(again, staging);
        let sql = "SELECT count(*) FROM permission_group_environments WHERE permission_group = $1";
        assert_eq!(count(&server, sql, vec![GroupId(old).into()]).await, 0);
        server.intact_chain(&team.id).await;
    }

    async fn environments_are_changed_and_ordered(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let list = at(&product, "environments");
        for (name, status) in [("", 422), ("test", 422), (&"x".repeat(256), 422)] {
            assert_eq!(team.owner.form(&list, &[("name", name), ("color", "red")]).await.status, status, "{name}");
        }
        let production = at(&product, &format!("environments/{}", product.production));
        assert_eq!(team.owner.form(&production, &[("name", "TEST"), ("color", "red")]).await.status, 422);
        team.owner.form(&production, &[("name", "production"), ("color", "#ff8800")]).await.leads_to();
        let page = team.owner.get(&list).await.page();
        assert!(page.contains(">production<") && page.contains("#ff8800"));
        assert!(page.find(">Test<").unwrap() < page.find(">production<").unwrap());
        team.owner.form(&format!("{production}/move"), &[("to", "up")]).await.leads_to();
        let page = team.owner.get(&list).await.page();
        assert!(page.find(">production<").unwrap() < page.find(">Test<").unwrap());
        // A mandatory note is a preference of the product.
        let writer = person(&server, &product, "wim", &[Permission::EnvironmentWrite], &[]).await;
        writer.form(&list, &[("name", "Noted"), ("note_required", "on")]).await.refused(403);
        writer.form(&production, &[("name", "production"), ("note_required", "on"), ("color", "#ff8800")]).await.leads_to();
        assert_eq!(count(&server, "SELECT count(*) FROM environments WHERE note_required AND id = $1", vec![id(&product.production)]).await, 0);
        writer.form(&list, &[("name", "Plain")]).await.leads_to();
        writer.form(&format!("{production}/delete"), &[("confirm", "production")]).await.refused(403);
    }

    async fn nobody_ends_what_they_may_not_see(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let resources = [Permission::EnvironmentWrite, Permission::EnvironmentDelete, Permission::ConfigWrite, Permission::ConfigDelete];
        let blind = person(&server, &product, "bo", &resources, &[(&product.test, Access::Full)]).await;
        let reader = person(&server, &product, "rea", &resources,
            &[(&product.test, Access::ReadOnly), (&product.production, Access::ReadOnly)]).await;
        let production = at(&product, &format!("environments/{}/delete", product.production));
        let config = at(&product, &format!("configs/{}/delete", product.config));
        for (path, name) in [(&production, "Production"), (&config, "Main Config")] {
            let page = blind.get(path).await;
            assert!(page.status == 422 && page.text.contains("no access") && page.text.contains("Production"), "{}", page.text);
            blind.form(path, &[("confirm", name)]).await.refused(403);
        }
        // What may not be done is not offered; what may be done, is.
        let page = blind.get(&at(&product, "environments")).await.page();
        assert!(!page.contains(&production) && page.contains(&format!("{}/delete", product.test)));
        assert!(!blind.get(&at(&product, "configs")).await.page().contains("/delete"));
        assert!(reader.get(&at(&product, "configs")).await.page().contains(&config));
        // Read-only is enough to delete, and the confirmation names every environment that changes.
        let page = reader.get(&config).await.page();
        assert!(page.contains("Test") && page.contains("Production") && page.contains("Delete in 2 environments"));
        // Where a note is mandatory anywhere, it is mandatory here.
        let settings = [("name", "Storefront"), ("key_style", "camelCase"), (&*format!("note_{}", product.production), "on")];
        team.owner.form(&at(&product, "settings"), &settings).await.leads_to();
        for (path, name) in [(&config, "Main Config"), (&production, "Production")] {
            let page = reader.form(path, &[("confirm", name), ("note", " ")]).await;
            assert!(page.status == 422 && page.text.contains("Reason required"), "{}", page.text);
            reader.form(path, &[("confirm", name), ("note", "moved to the new shop")]).await.leads_to();
        }
        let log = team.owner.get(&format!("/api/v1/products/{}/audit-log", product.id)).await.ok();
        let first = &log["log"][0];
        assert_eq!(first["action"], "environment.deleted");
        assert!(first.to_string().contains("moved to the new shop"), "{first}");
    }

    async fn configs_have_keys_of_their_generation(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let list = at(&product, "configs");
        assert_eq!(team.owner.form(&list, &[("name", "Old"), ("evaluation_version", "v3")]).await.status, 422);
        assert_eq!(team.owner.form(&list, &[("name", "main config"), ("evaluation_version", "v2")]).await.status, 422);
        let made = team.owner.form(&list, &[("name", "Old"), ("description", ""), ("evaluation_version", "v1")]).await.leads_to();
        let sql = "SELECT k.key FROM sdk_keys k JOIN configs c ON c.id = k.config WHERE c.name = 'Old' LIMIT 1";
        let key: String = server.value(sql, vec![]).await;
        assert!(!key.contains("configcat-sdk-1") && key.len() == 45 && key.as_bytes()[22] == b'/', "{key}");
        team.owner.form(&format!("{made}/edit"), &[("name", "Legacy"), ("description", "for old apps")]).await.leads_to();
        team.owner.form(&format!("{made}/move"), &[("to", "up")]).await.leads_to();
        let page = team.owner.get(&list).await.page();
        assert!(page.contains("for old apps") && page.contains("evaluation v1"));
        assert!(page.find(">Legacy<").unwrap() < page.find(">Main Config<").unwrap());
        assert_eq!(team.owner.get(&product.path).await.leads_to(), made, "the first config opens first");
        let writer = person(&server, &product, "wim", &[Permission::ConfigWrite], &[]).await;
        writer.form(&format!("{made}/edit"), &[("name", "Mine")]).await.leads_to();
        writer.form(&format!("{made}/delete"), &[("confirm", "Mine")]).await.refused(403);
        assert_eq!(team.owner.form(&format!("{made}/delete"), &[("confirm", "Legacy")]).await.status, 422);
        team.owner.form(&format!("{made}/delete"), &[("confirm", "Mine")]).await.leads_to();
        team.owner.get(&format!("{made}/edit")).await.refused(404);
        server.intact_chain(&team.id).await;
    }

    async fn tags_are_words_with_a_colour(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let list = at(&product, "tags");
        let writer = person(&server, &product, "wim", &[Permission::TagWrite], &[]).await;
        let onlooker = person(&server, &product, "ona", &[], &[]).await;
        writer.form(&list, &[("name", "checkout"), ("color", "whale")]).await.leads_to();
        assert_eq!(writer.form(&list, &[("name", "Checkout")]).await.status, 422);
        onlooker.form(&list, &[("name", "mine")]).await.refused(403);
        let page = onlooker.get(&list).await.page();
        assert!(page.contains("checkout") && !page.contains("/tags/new") && !page.contains("/delete"));
        let tag: i64 = server.value("SELECT id FROM tags", vec![]).await;
        let setting = server.setting(&product, "flag", 0, OFF).await;
        server.sql(&format!("INSERT INTO setting_tags (setting, tag, position) VALUES ({setting}, {tag}, 0)")).await;
        let page = onlooker.get(&list).await.page();
        assert!(page.contains("1 flag") && page.contains(&format!("/configs/{}?tag={tag}", product.config)));
        writer.form(&format!("{list}/{tag}"), &[("name", "basket"), ("color", "#123456")]).await.leads_to();
        writer.form(&format!("{list}/{tag}/delete"), &[]).await.refused(403);
        assert!(team.owner.get(&format!("{list}/{tag}/delete")).await.page().contains("1 flag"));
        team.owner.form(&format!("{list}/{tag}/delete"), &[]).await.leads_to();
        assert_eq!(count(&server, "SELECT count(*) FROM setting_tags WHERE setting = $1", vec![SettingId(setting).into()]).await, 0);
        // A number is never given twice.
        writer.form(&list, &[("name", "checkout")]).await.leads_to();
        assert!(server.value::<i64>("SELECT MAX(id) FROM tags", vec![]).await > tag);
    }
}
