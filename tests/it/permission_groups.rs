//! Permission groups: what they give, what a change of one does to people before and after it is saved, and why.

use burgee::authz::{Access, GROUP_PERMISSIONS, Permission};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, Team, on_both};

/// The form of a group: its switches by their fields, its levels, and the level of environments that are created later.
pub fn form(name: &str, on: &[&str], levels: &[(&str, &str)], later: &str) -> Vec<(String, String)> {
    let mut fields = vec![("name".to_owned(), name.to_owned()), ("new_environments".to_owned(), later.to_owned())];
    fields.extend(on.iter().map(|field| ((*field).to_owned(), "on".to_owned())));
    fields.extend(levels.iter().map(|(environment, level)| (format!("env_{environment}"), (*level).to_owned())));
    fields
}

pub async fn post(client: &Client, path: &str, fields: &[(String, String)]) -> crate::support::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.form(path, &fields).await
}

async fn harbor(server: &Server) -> (Team, Product) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    (team, product)
}

/// What JSON says would flip: `value.write@Production-: kim`.
fn flips(preview: &Value) -> Vec<String> {
    let one = |flip: &Value| {
        let place = match (flip["environment"]["name"].as_str(), flip["newEnvironments"].as_bool()) {
            (Some(name), _) => format!("@{name}"),
            (None, Some(true)) => "@new".into(),
            _ => String::new(),
        };
        let people: Vec<&str> = flip["people"].as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap()).collect();
        format!("{}{place}{}: {}", flip["permission"].as_str().unwrap(), if flip["gains"] == true { "+" } else { "-" }, people.join(" "))
    };
    preview["flips"].as_array().unwrap().iter().map(one).collect()
}

on_both! {
    async fn a_group_is_created_changed_cloned_and_deleted(server) {
        let (team, product) = harbor(&server).await;
        let groups = format!("{}/groups", product.path);
        let page = team.owner.form(&groups, &[("name", "Reviewers"), ("from", "")]).await.leads_to();
        assert!(page.starts_with(&groups), "{page}");
        let shown = team.owner.get(&page).await.page();
        assert!(shown.contains("Reviewers") && shown.contains("nobody yet") && shown.contains("Nothing changes yet"), "{shown}");

        let levels = [(product.production.as_str(), "readOnly"), (product.test.as_str(), "full")];
        post(&team.owner, &page, &form("Reviewers", &["canViewSdkKey", "canRotateSdkKey"], &levels, "none")).await.leads_to();
        let clone = team.owner.form(&groups, &[("name", "Auditors"), ("from", page.rsplit('/').next().unwrap())]).await.leads_to();
        let kim = server.person("kim").await;
        server.put_in(&product, clone.rsplit('/').next().unwrap().parse().unwrap(), &kim).await;
        let why = |client: Client, permission: &'static str, environment: String| {
            let path = format!("/api/v1/products/{}/why?permission={permission}&environment={environment}", product.id);
            async move { client.get(&path).await.ok()["allowed"] == true }
        };
        for (permission, environment, expected) in [
            ("value.write", &product.production, false),
            ("value.read", &product.production, true),
            ("value.write", &product.test, true),
            ("sdk-key.rotate", &product.production, true),
            ("config.write", &product.production, false),
        ] {
            assert_eq!(why(kim.clone(), permission, environment.clone()).await, expected, "{permission}");
        }

        // In use: it is not deleted without another group, and not without its name.
        let delete = format!("{clone}/delete");
        assert!(team.owner.get(&delete).await.page().contains("Kim"));
        assert!(team.owner.form(&delete, &[("confirm", "Auditors")]).await.text.contains("Choose the group that they move to"));
        let replacement = product.developer.to_string();
        team.owner.form(&delete, &[("confirm", "auditors"), ("replacement", &replacement)]).await.refused(422);
        team.owner.form(&delete, &[("confirm", "Auditors"), ("replacement", "999999")]).await.refused(422);
        team.owner.form(&delete, &[("confirm", "Auditors"), ("replacement", &replacement)]).await.leads_to();
        team.owner.get(&clone).await.refused(404);
        assert!(why(kim.clone(), "config.write", product.production.clone()).await, "Kim is a Developer now");
        let log = team.owner.get(&format!("/api/v1/teams/{}/audit-log?limit=2", team.id)).await.ok();
        assert_eq!([&log["log"][0]["action"], &log["log"][1]["action"]], ["permission-group.deleted", "product-member.moved"], "{log}");
    }

    async fn two_groups_cannot_have_one_name(server) {
        let (team, product) = harbor(&server).await;
        let groups = format!("{}/groups", product.path);
        let answer = team.owner.form(&groups, &[("name", "developer"), ("from", "")]).await;
        assert!(answer.text.contains("called developer already"), "{}", answer.text);
        answer.refused(422);
        let other = server.product(&team, "Warehouse").await;
        team.owner.form(&format!("{}/groups", other.path), &[("name", "Reviewers"), ("from", "")]).await.leads_to();
        team.owner.form(&groups, &[("name", "Reviewers"), ("from", "")]).await.leads_to();
        // A group of another product is nothing to start from, and not what anybody moves to.
        let foreign = other.developer.to_string();
        team.owner.form(&groups, &[("name", "Copied"), ("from", &foreign)]).await.refused(422);
        team.owner.put(&format!("/api/v1/products/{}/default-group", product.id), json!({ "permissionGroupId": other.developer })).await.refused(400);
        team.owner.get(&format!("{}/groups/{foreign}", product.path)).await.refused(404);
    }

    async fn a_switch_needs_the_one_that_it_builds_on(server) {
        let (team, product) = harbor(&server).await;
        let preview = format!("/api/v1/products/{}/permission-groups/{}/preview", product.id, product.manager);
        for switch in GROUP_PERMISSIONS.iter().filter(|switch| switch.needs.is_some()) {
            let refused = team.owner.post(&preview, json!({ switch.wire: true })).await.refused(400);
            let text = refused["errors"][switch.wire].as_str().unwrap_or_else(|| panic!("{refused}"));
            let name = format!("C{} is not allowed without Can", &switch.wire[1..]);
            assert!(text.starts_with(&name), "{text}");
            let needed = GROUP_PERMISSIONS.iter().find(|other| Some(other.permission) == switch.needs).unwrap();
            team.owner.post(&preview, json!({ switch.wire: true, needed.wire: true })).await.ok();
        }
        let page = format!("{}/groups/{}", product.path, product.manager);
        let answer = post(&team.owner, &page, &form("Product Manager", &["canDeleteConfig"], &[], "full")).await;
        assert!(answer.text.contains("“Delete configs” is not possible without “Create and change configs”"), "{}", answer.text);
        answer.refused(422);
    }

    async fn a_preview_names_everybody_and_everything_that_flips_worst_first(server) {
        let (team, product) = harbor(&server).await;
        let (kim, noor, sasha) = (server.person("kim").await, server.person("noor").await, server.person("sasha").await);
        for person in [&kim, &noor, &team.owner] {
            server.put_in(&product, product.manager, person).await;
        }
        server.put_in(&product, product.developer, &sasha).await;
        let preview = format!("/api/v1/products/{}/permission-groups/{}/preview", product.id, product.manager);
        let levels = json!([{ "environmentId": product.production, "environmentAccessType": "readonly" }, { "environmentId": product.test, "environmentAccessType": "none" }]);
        let body = json!({ "accessType": "CUSTOM", "newEnvironmentAccessType": "none", "environmentAccesses": levels, "canCreateOrUpdateTag": true });
        let found = team.owner.post(&preview, body.clone()).await.ok();
        assert_eq!(found["allowed"], true);
        let expected = [
            "value.write@Production-: kim noor",
            "value.write@Test-: kim noor",
            "value.read@Test-: kim noor",
            "value.write@new-: kim noor",
            "value.read@new-: kim noor",
            "tag.write+: kim noor",
        ];
        assert_eq!(flips(&found), expected, "the owner, who is in the group too, keeps everything");

        // Nothing was saved; what is saved then is what was said.
        assert_eq!(flips(&team.owner.post(&preview, json!({})).await.ok()), [""; 0]);
        let before = held(&kim, &product).await;
        let levels = [(product.production.as_str(), "readOnly"), (product.test.as_str(), "none")];
        let page = format!("{}/groups/{}", product.path, product.manager);
        let shown = post(&team.owner, &format!("{page}/preview"), &form("Product Manager", &["canCreateOrUpdateTag"], &levels, "none")).await.page();
        for text in ["2 people lose write access to Production", "2 people lose all access to Test", "2 people can now create and change tags", "after saving: 1"] {
            assert!(shown.contains(text), "{text} is missing in\n{shown}");
        }
        post(&team.owner, &page, &form("Product Manager", &["canCreateOrUpdateTag"], &levels, "none")).await.leads_to();
        let after = held(&kim, &product).await;
        let real = |name: &str, at: &str| before.contains(&(name.to_owned(), at.to_owned())) != after.contains(&(name.to_owned(), at.to_owned()));
        assert!(real("value.write", &product.production) && !real("value.read", &product.production) && real("value.read", &product.test));
        assert!(real("tag.write", "") && !real("tag.delete", ""));

        // Another group for one person.
        let path = format!("/api/v1/products/{}/members/{}/preview", product.id, sasha.id);
        let found = team.owner.post(&path, json!({ "permissionGroupId": product.administrators })).await.ok();
        assert_eq!(flips(&found)[0], "value.write@Production+: sasha");
        let found = team.owner.post(&path, json!({ "permissionGroupId": null })).await.ok();
        assert_eq!(flips(&found)[0], "product.read-: sasha", "{found}");
        team.owner.post(&path, json!({ "permissionGroupId": 999_999 })).await.refused(400);
        kim.post(&path, json!({ "permissionGroupId": product.administrators })).await.refused(403);
        kim.post(&preview, json!({})).await.refused(403);
    }

    async fn deleting_a_group_tells_first_what_its_replacement_changes_for_whom(server) {
        let (team, product) = harbor(&server).await;
        let (kim, noor) = (server.person("kim").await, server.person("noor").await);
        for person in [&kim, &noor, &team.owner] {
            server.put_in(&product, product.manager, person).await;
        }
        let page = format!("{}/groups/{}/delete", product.path, product.manager);
        let preview = format!("/api/v1/products/{}/permission-groups/{}/delete/preview", product.id, product.manager);
        let found = team.owner.post(&preview, json!({ "permissionGroupId": product.developer })).await.ok();
        let told = flips(&found);
        assert_eq!((found["allowed"].as_bool(), told[0].as_str()), (Some(true), "value.write@Production-: kim noor"), "the owner keeps everything: {found}");

        // Nothing is chosen yet, then a choice is looked at: by a script, and without one. What was typed stays.
        let shown = team.owner.get(&page).await.page();
        assert!(shown.contains("Choose a group: what changes for whom") && shown.contains("Show what changes"), "{shown}");
        let asked = format!("{page}?replacement={}&confirm=Product+Man", product.developer);
        let fragment = team.owner.get(&format!("{asked}&preview=on")).await.page();
        let whole = team.owner.get(&asked).await.page();
        let inside = &whole[whole.find(r#"id="moves""#).unwrap()..];
        for shown in [fragment.as_str(), inside] {
            let worst = shown.find("2 people lose write access to Production").unwrap_or_else(|| panic!("{shown}"));
            let kim = shown.find("<b>Kim</b>").unwrap();
            assert!(worst < kim && kim < shown.find("<b>Noor</b>").unwrap(), "{shown}");
            assert!(shown.contains("Full → Read-only") && !shown.contains("<b>Harbor-owner</b>"), "{shown}");
        }
        assert!(fragment.trim_start().starts_with("<section") && !fragment.contains("<form"), "{fragment}");
        assert!(whole.contains(r#"value="Product Man""#) && whole.contains(&format!(r#"value="{}" checked"#, product.developer)), "{whole}");
        // What was refused is shown with it too, and nothing of all this has changed anything.
        let replacement = product.developer.to_string();
        let refused = team.owner.form(&page, &[("confirm", "Product"), ("replacement", &replacement)]).await;
        assert!(refused.text.contains("2 people lose write access to Production"), "{}", refused.text);
        refused.refused(422);
        let before = held(&kim, &product).await;
        assert_eq!(flips(&team.owner.post(&preview, json!({ "permissionGroupId": product.developer })).await.ok()), told);

        // It says what deleting does.
        team.owner.form(&page, &[("confirm", "Product Manager"), ("replacement", &replacement)]).await.leads_to();
        let after = held(&kim, &product).await;
        assert!(before.contains(&("value.write".into(), product.production.clone())) && !after.contains(&("value.write".into(), product.production.clone())));

        // Nobody moves people to more than they hold, to the group itself, to one that is not there, or to one of another product.
        let people = server.group(&product, "People", &[Permission::ProductMembersManage], &[(&product.test, Access::Full)]).await;
        server.put_in(&product, people, &noor).await;
        let preview = format!("/api/v1/products/{}/permission-groups/{}/delete/preview", product.id, product.developer);
        let found = noor.post(&preview, json!({ "permissionGroupId": product.administrators })).await.ok();
        assert_eq!(found["allowed"], false, "{found}");
        let shown = noor.get(&format!("{}/groups/{}/delete?replacement={}&preview=on", product.path, product.developer, product.administrators)).await.page();
        assert!(shown.contains(found["refusal"].as_str().unwrap()), "{shown}");
        let other = server.product(&team, "Warehouse").await;
        for nothing in [product.developer, other.developer, 999_999] {
            team.owner.post(&preview, json!({ "permissionGroupId": nothing })).await.refused(400);
        }
        kim.post(&preview, json!({ "permissionGroupId": product.administrators })).await.refused(403);
    }

    async fn without_scripts_a_change_is_shown_before_it_can_be_saved(server) {
        let (team, product) = harbor(&server).await;
        let kim = server.person("kim").await;
        server.put_in(&product, product.developer, &kim).await;
        let page = format!("{}/groups/{}", product.path, product.developer);
        let shown = team.owner.get(&page).await.page();
        assert!(shown.contains(&format!(r#"formaction="{page}/preview">Show what changes"#)) && !shown.contains("Save changes"), "{shown}");
        let levels = [(product.production.as_str(), "full"), (product.test.as_str(), "full")];
        let fields = form("Builders", &["canViewSdkKey"], &levels, "full");
        let shown = post(&team.owner, &format!("{page}/preview"), &fields).await.page();
        for text in ["1 person gains write access to Production", "<b>Kim</b>", "Save changes", r#"value="Builders""#, "Show again", "data-dirty"] {
            assert!(shown.contains(text), "{text} is missing in\n{shown}");
        }
        let checked = |field: &str, value: &str| {
            let at = shown.find(&format!(r#"name="{field}" value="{value}""#)).unwrap_or_else(|| panic!("{field} {value}"));
            shown[at..].split('>').next().unwrap().contains("checked")
        };
        assert!(checked(&format!("env_{}", product.production), "full") && checked("canViewSdkKey", "on") && !checked("canDeleteConfig", "on"));
        assert!(team.owner.get(&page).await.page().contains("Nothing changes yet"), "nothing is saved");
    }

    async fn what_is_absent_stays_and_levels_are_merged(server) {
        let (team, product) = harbor(&server).await;
        let kim = server.person("kim").await;
        server.put_in(&product, product.developer, &kim).await;
        // A Developer: Read-only in Production, Full elsewhere.
        let preview = format!("/api/v1/products/{}/permission-groups/{}/preview", product.id, product.developer);
        let one = json!([{ "environmentId": product.production, "environmentAccessType": "none" }]);
        let found = team.owner.post(&preview, json!({ "environmentAccesses": one })).await.ok();
        assert_eq!(flips(&found), ["value.read@Production-: kim"], "Test stays as it is");
        let found = team.owner.post(&preview, json!({ "accessType": "full" })).await.ok();
        assert_eq!(flips(&found), ["value.write@Production+: kim"]);
        for (body, field) in [
            (json!({ "accessType": "some" }), "accessType"),
            (json!({ "canDeleteTag": "yes" }), "canDeleteTag"),
            (json!({ "environmentAccesses": [{ "environmentId": product.team, "environmentAccessType": "full" }] }), "environmentAccesses"),
            (json!({ "environmentAccesses": [{ "environmentId": product.test }] }), "environmentAccesses"),
            (json!({ "name": "" }), "name"),
        ] {
            let refused = team.owner.post(&preview, body.clone()).await.refused(400);
            assert!(refused["errors"][field].is_string(), "{body}: {refused}");
        }
        team.owner.post(&preview, json!({ "canFly": true })).await.refused(400);
    }

    async fn the_default_group_is_one_of_the_product_and_ends_with_it(server) {
        let (team, product) = harbor(&server).await;
        let path = format!("/api/v1/products/{}/default-group", product.id);
        assert_eq!(team.owner.get(&path).await.ok()["permissionGroupId"], Value::Null);
        team.owner.put(&path, json!({ "permissionGroupId": product.developer })).await.ok();
        assert_eq!(team.owner.get(&path).await.ok()["permissionGroupId"], product.developer);
        assert!(team.owner.get(&format!("{}/groups", product.path)).await.page().contains("default"));
        team.owner.form(&format!("{}/groups/{}/delete", product.path, product.developer), &[("confirm", "Developer")]).await.leads_to();
        assert_eq!(team.owner.get(&path).await.ok()["permissionGroupId"], Value::Null);
        let group = format!("{}/groups/{}/default", product.path, product.manager);
        team.owner.form(&group, &[("default", "on")]).await.leads_to();
        assert_eq!(team.owner.get(&path).await.ok()["permissionGroupId"], product.manager);
        team.owner.form(&group, &[("default", "off")]).await.leads_to();
        assert_eq!(team.owner.get(&path).await.ok()["permissionGroupId"], Value::Null);
    }

    async fn why_is_answered_by_what_enforces_it(server) {
        let (team, product) = harbor(&server).await;
        let kim = server.person("kim").await;
        server.put_in(&product, product.developer, &kim).await;
        let ask = |client: Client, query: String| {
            let path = format!("/api/v1/products/{}/why?{query}", product.id);
            async move { client.get(&path).await }
        };
        let question = format!("person={}&permission=value.write&environment={}", kim.id, product.production);
        let answer = ask(team.owner.clone(), question.clone()).await.ok();
        assert_eq!(answer["allowed"], false);
        let last = answer["steps"].as_array().unwrap().last().unwrap();
        assert_eq!([&last["what"], &last["fact"]], ["Developer has Read-only access to Production", "it takes Full access"], "{answer}");
        assert_eq!(answer["change"], "Would change it: Full access to Production in the group Developer, or another group for Kim.");
        assert_eq!(ask(kim.clone(), question).await.ok()["allowed"], false, "one may ask about oneself");
        let own = ask(kim.clone(), "permission=product.members.manage".into()).await.ok();
        assert_eq!(own["steps"].as_array().unwrap().last().unwrap()["what"], "Developer does not include it");
        // Owners hold everything; a Member without a group holds nothing; a stranger is not there.
        let owner = ask(team.owner.clone(), "permission=product.delete".into()).await.ok();
        assert_eq!([&owner["allowed"], &owner["steps"][2]["what"]], [&json!(true), &json!("The role Owner includes it")], "{owner}");
        let member = ask(team.owner.clone(), format!("person={}&permission=product.read", team.member.id)).await.ok();
        assert_eq!(member["change"], "Would change it: an invitation to Storefront with a permission group.");
        let stranger = server.person("sam").await;
        ask(team.owner.clone(), format!("person={}&permission=product.read", stranger.id)).await.refused(404);
        ask(stranger, "permission=product.read".into()).await.refused(404);
        ask(kim.clone(), format!("person={}&permission=product.read", team.owner.id)).await.refused(403);
        ask(kim.clone(), format!("person={}&permission=product.read", team.member.id)).await.refused(404);
        ask(kim.clone(), "permission=value.read".into()).await.refused(400);
        ask(kim.clone(), "permission=team.read".into()).await.refused(400);
        // The page says the same.
        let page = format!("{}/why?person={}&permission=value.write&environment={}", product.path, kim.id, product.production);
        assert!(team.owner.get(&page).await.page().contains("Developer has Read-only access to Production"));
        assert!(kim.get(&format!("{}/why", product.path)).await.page().contains("Kim"));
    }

    async fn an_environment_that_is_created_later_starts_with_the_level_for_new_ones(server) {
        let (team, product) = harbor(&server).await;
        let (kim, noor) = (server.person("kim").await, server.person("noor").await);
        let selected = server.group(&product, "Selected", &[], &[(&product.test, Access::Full)]).await;
        server.put_in(&product, product.developer, &kim).await;
        server.put_in(&product, selected, &noor).await;
        let create = async || {
            team.owner.form(&format!("{}/environments", product.path), &[("name", "Staging"), ("color", "yellow"), ("description", "")]).await.leads_to();
            let sql = "SELECT id FROM environments WHERE name = $1";
            server.value::<burgee::ids::EnvironmentId>(sql, vec!["Staging".into()]).await.to_string()
        };
        let write = async |person: &Client, environment: &str| {
            let path = format!("/api/v1/products/{}/why?permission=value.write&environment={environment}", product.id);
            person.get(&path).await.ok()["allowed"] == true
        };
        let staging = create().await;
        assert!(write(&kim, &staging).await && !write(&noor, &staging).await);
        // What was given in it does not come back with its name.
        let page = format!("{}/groups/{selected}", product.path);
        let levels = [(staging.as_str(), "full"), (product.test.as_str(), "full")];
        post(&team.owner, &page, &form("Selected", &[], &levels, "none")).await.leads_to();
        assert!(write(&noor, &staging).await);
        team.owner.form(&format!("{}/environments/{staging}/delete", product.path), &[("confirm", "Staging"), ("note", "")]).await.leads_to();
        let again = create().await;
        assert_ne!(again, staging);
        assert!(write(&kim, &again).await && !write(&noor, &again).await);
    }

    async fn the_pages_of_groups_are_for_those_who_manage_members(server) {
        let (team, product) = harbor(&server).await;
        let (kim, noor) = (server.person("kim").await, server.person("noor").await);
        server.put_in(&product, product.developer, &kim).await;
        let managers = server.group(&product, "People", &[Permission::ProductMembersManage], &[(&product.test, Access::Full)]).await;
        server.put_in(&product, managers, &noor).await;
        for page in ["groups", "groups/new", &format!("groups/{}", product.developer), &format!("groups/{}/delete", product.developer)] {
            let path = format!("{}/{page}", product.path);
            kim.get(&path).await.refused(403);
            team.member.get(&path).await.refused(404);
            noor.get(&path).await.page();
        }
        // The levels that Noor cannot give are said to be so.
        let shown = noor.get(&format!("{}/groups/{}", product.path, product.developer)).await.page();
        assert!(shown.contains("You hold No access here yourself") && shown.contains("You do not hold it yourself"), "{shown}");
    }
}

/// All that somebody may do in a product: by permission, and by environment where it takes one.
async fn held(person: &Client, product: &Product) -> Vec<(String, String)> {
    let mut found = vec![];
    for permission in Permission::ALL.iter().filter(|permission| permission.is_in_product()) {
        let environments = match permission.needs_access() {
            Some(_) => vec![product.test.as_str(), product.production.as_str()],
            None => vec![""],
        };
        for environment in environments {
            let at = if environment.is_empty() { String::new() } else { format!("&environment={environment}") };
            let answer = person.get(&format!("/api/v1/products/{}/why?permission={}{at}", product.id, permission.key())).await.ok();
            if answer["allowed"] == true {
                found.push((permission.key().to_owned(), environment.to_owned()));
            }
        }
    }
    found
}
