//! Service accounts: what acts for a team without being a person, and what it can never become.

use burgee::clock::{DAY, Time};
use serde_json::json;

use crate::support::{Client, PASSWORD, Product, Server, Team, on_both};

fn accounts(team: &Team) -> String {
    format!("/api/v1/teams/{}/service-accounts", team.id)
}

/// A service account with a token: its address, and the program that uses it.
async fn made(server: &Server, team: &Team, name: &str) -> (String, Client) {
    let id = team.owner.post(&accounts(team), json!({ "name": name })).await.ok()["id"].as_str().unwrap().to_owned();
    let path = format!("{}/{id}", accounts(team));
    let token = team.owner.post(&format!("{path}/tokens"), json!({ "name": "ci" })).await.ok();
    let mut program = server.anonymous().with_token(token["password"].as_str().unwrap());
    program.id = id;
    (path, program)
}

async fn give(by: &Client, path: &str, group: i64) {
    by.put(&format!("{path}/group"), json!({ "permissionGroupId": group })).await.ok();
}

/// Its groups, as the Owners see them.
async fn groups(team: &Team, path: &str) -> Vec<String> {
    let account = team.owner.get(path).await.ok();
    let products = account["products"].as_array().unwrap();
    products
        .iter()
        .map(|one| format!("{} · {}", one["productName"].as_str().unwrap(), one["permissionGroup"]["name"].as_str().unwrap()))
        .collect()
}

async fn actions(team: &Team) -> Vec<String> {
    let log = team.owner.get(&format!("/api/v1/teams/{}/audit-log?limit=200", team.id)).await.ok();
    log["log"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// Whether a switch was flipped: refused with the status otherwise.
async fn flips(server: &Server, program: &Client, product: &Product, flag: i64, environment: &str) -> Result<(), u16> {
    let id: burgee::ids::EnvironmentId = environment.parse().unwrap();
    let sql = "SELECT version FROM setting_values WHERE setting = $1 AND environment = $2";
    let version: burgee::ids::VersionId = server.value(sql, vec![flag.into(), id.into()]).await;
    let path = format!("{}/configs/{}/flags/{flag}/switch", product.path, product.config);
    let answer = program.form(&path, &[("flip", &format!("true~{environment}~{version}"))]).await;
    if answer.status.is_client_error() { Err(answer.status.as_u16()) } else { Ok(()) }
}

on_both! {
    async fn it_does_exactly_what_its_groups_say(server) {
        let team = server.team("Harbor").await;
        let (product, other) = (server.product(&team, "Storefront").await, server.product(&team, "Mobile").await);
        let flag = server.flag(&team, &product, "newCheckout").await;
        let (path, program) = made(&server, &team, "Terraform").await;
        let people = format!("/api/v1/products/{}/members", product.id);

        // Without a group it sees the team’s name and nothing of the products.
        program.get(&people).await.refused(404);
        assert_eq!(flips(&server, &program, &product, flag, &product.test).await, Err(404));
        assert_eq!(program.get("/api/v1/user/teams").await.ok()["teams"][0]["role"], 5);

        // A Developer may change Test and only look at Production.
        give(&team.owner, &path, product.developer).await;
        program.get(&people).await.ok();
        assert_eq!(flips(&server, &program, &product, flag, &product.test).await, Ok(()));
        assert_eq!(flips(&server, &program, &product, flag, &product.production).await, Err(403));
        program.get(&format!("/api/v1/products/{}/members", other.id)).await.refused(404);
        assert_eq!(groups(&team, &path).await, ["Storefront · Developer"]);

        // Another group holds from the next request on; in each product it has one.
        give(&team.owner, &path, product.manager).await;
        give(&team.owner, &path, other.developer).await;
        assert_eq!(flips(&server, &program, &product, flag, &product.production).await, Ok(()));
        assert_eq!(groups(&team, &path).await, ["Storefront · Product Manager", "Mobile · Developer"]);
        let events = actions(&team).await;
        assert_eq!(events.iter().filter(|event| *event == "product-member.added").count(), 2);
        assert_eq!(events.iter().filter(|event| *event == "product-member.moved").count(), 1);

        // What it did bears its name and its way.
        let log = team.owner.get(&format!("/api/v1/products/{}/audit-log", product.id)).await.ok();
        let flip = log["log"].as_array().unwrap().iter().find(|entry| entry["action"] == "value.changed").unwrap();
        assert_eq!((&flip["trigger"]["name"], &flip["username"], &flip["source"]), (&json!("Terraform"), &json!("Terraform"), &json!("token")));
        assert!(team.owner.get(&format!("{}/audit-log", product.path)).await.page().contains("Terraform"));

        // Why is answered for it as for people.
        let why = team.owner.get(&format!("{}/why?person={}&permission=config.delete", product.path, program.id)).await.page();
        assert!(why.contains("Terraform"));

        // It loses its last group and stays.
        team.owner.delete(&format!("{people}/{}", program.id)).await.ok();
        program.get(&people).await.refused(404);
        team.owner.delete(&format!("/api/v1/products/{}/members/{}", other.id, program.id)).await.ok();
        assert!(groups(&team, &path).await.is_empty());
        assert_eq!(program.get("/api/v1/user").await.ok()["name"], "Terraform");
        // So it does when a product ends, while a Guest goes.
        give(&team.owner, &path, product.developer).await;
        team.owner.form(&format!("{}/delete", product.path), &[("confirm", "Storefront")]).await.leads_to();
        assert!(groups(&team, &path).await.is_empty());
        program.get("/api/v1/user").await.ok();
        give(&team.owner, &path, other.developer).await;
        program.get(&format!("/api/v1/products/{}/members", other.id)).await.ok();
    }

    async fn nobody_gives_it_more_than_they_hold(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let stranger = server.team("Quay").await;
        let elsewhere = server.product(&stranger, "Shop").await;
        let (path, program) = made(&server, &team, "Terraform").await;
        give(&team.owner, &path, product.developer).await;

        // Whoever manages the people of the product may give it another group, no more than their own.
        let kim = server.person("kim").await;
        let manages = [burgee::authz::Permission::ProductMembersManage];
        let lead = server.group(&product, "Leads", &manages, &[(&product.test, burgee::authz::Access::Full)]).await;
        let less = server.group(&product, "Less", &[], &[(&product.test, burgee::authz::Access::ReadOnly)]).await;
        server.put_in(&product, lead, &kim).await;
        let member = format!("/api/v1/products/{}/members/{}", product.id, program.id);
        kim.put(&member, json!({ "permissionGroupId": less })).await.ok();
        let refused = kim.put(&member, json!({ "permissionGroupId": product.administrators })).await.refused(403);
        assert_eq!(refused["code"], "beyond_own");
        kim.put(&member, json!({ "permissionGroupId": lead })).await.ok();
        assert_eq!(groups(&team, &path).await, ["Storefront · Leads"]);

        // A service account that manages members hands out no more either, and only in its product.
        give(&team.owner, &path, lead).await;
        let own = program.put(&member, json!({ "permissionGroupId": product.administrators })).await.refused(403);
        assert_eq!(own["code"], "beyond_own");
        let invite = json!({ "user": "sam@example.com", "permissionGroupId": product.administrators });
        program.post(&format!("/api/v1/products/{}/invitations", product.id), invite).await;
        assert_eq!(team.owner.get(&format!("/api/v1/products/{}/invitations", product.id)).await.ok()["count"], 0);

        // Members and Guests of the team, and other teams’ Owners, have nothing to do with it.
        for (who, status) in [(&team.member, 403), (&kim, 404), (&stranger.owner, 404), (&program, 404)] {
            who.get(&accounts(&team)).await.refused(status);
            who.get(&path).await.refused(status);
            who.post(&accounts(&team), json!({ "name": "Mine" })).await.refused(status);
            who.put(&path, json!({ "name": "Mine" })).await.refused(status);
            who.put(&format!("{path}/group"), json!({ "permissionGroupId": less })).await.refused(status);
            who.post(&format!("{path}/tokens"), json!({ "name": "mine" })).await.refused(status);
            who.delete(&path).await.refused(status);
        }
        // A group of another team is none, and an account is not reached through another team.
        team.owner.put(&format!("{path}/group"), json!({ "permissionGroupId": elsewhere.developer })).await.refused(400);
        stranger.owner.get(&format!("{}/{}", accounts(&stranger), program.id)).await.refused(404);
        stranger.owner.get(&format!("/team/quay/service-accounts/{}", program.id)).await.refused(404);
    }

    async fn its_tokens_are_made_by_owners_in_a_browser(server) {
        let team = server.team("Harbor").await;
        let (path, _) = made(&server, &team, "Terraform").await;
        let tokens = format!("{path}/tokens");
        let owner = server.token(&team.owner, false).await;
        owner.get(&tokens).await.ok();
        owner.post(&tokens, json!({ "name": "more" })).await.refused(403);
        let now = Time(1_795_338_000_000);
        let fresh = team.owner.post(&tokens, json!({ "name": "short", "expiresAt": now.plus(DAY).iso(), "readOnly": true })).await.ok();
        let reader = server.anonymous().with_pair(fresh["username"].as_str().unwrap(), fresh["password"].as_str().unwrap());
        let revoke = format!("{tokens}/{}", fresh["id"].as_str().unwrap());
        owner.delete(&revoke).await.refused(403);
        reader.get("/api/v1/user").await.ok();
        let listed = team.owner.get(&tokens).await;
        assert!(!listed.text.contains("bgp_"));
        assert_eq!(listed.ok()["count"], 2);

        // It cannot make or revoke any, neither its own nor as a person does.
        for own in ["/api/v1/user/tokens", "/api/v1/user/api-credentials"] {
            reader.post(own, json!({ "name": "x" })).await.refused(403);
        }
        reader.delete(&revoke).await.refused(404);

        // One of another account, or of a person, is not found below this one.
        let (other, _) = made(&server, &team, "Pipeline").await;
        let one = team.owner.get(&format!("{other}/tokens")).await.ok()["tokens"][0]["id"].as_str().unwrap().to_owned();
        let own = team.owner.get("/api/v1/user/tokens").await.ok()["tokens"][0]["id"].as_str().unwrap().to_owned();
        for id in [one, own] {
            team.owner.delete(&format!("{tokens}/{id}")).await.refused(404);
        }

        // Its end, and a revocation, hold at once.
        server.later(DAY);
        reader.get("/api/v1/user").await.refused(401);
        let kept = team.owner.post(&tokens, json!({ "name": "kept" })).await.ok();
        let program = server.anonymous().with_token(kept["password"].as_str().unwrap());
        program.get("/api/v1/user").await.ok();
        team.owner.delete(&format!("{tokens}/{}", kept["id"].as_str().unwrap())).await.ok();
        program.get("/api/v1/user").await.refused(401);
        assert!(actions(&team).await.iter().any(|event| event == "service-account.token-revoked"));
    }

    async fn it_is_no_person(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (path, program) = made(&server, &team, "Terraform").await;
        give(&team.owner, &path, product.developer).await;
        let id = &program.id;
        let mails = server.mails().await.len();

        // It cannot sign in, whatever stands where people have a user name and an address, nor ask for a password.
        for name in ["Terraform", id.as_str(), &format!("service:{id}"), ""] {
            for password in ["", PASSWORD] {
                let status = server.anonymous().post("/account/login", json!({ "username": name, "password": password })).await.status;
                assert!(status.is_client_error(), "{name}: {status}");
            }
            server.anonymous().post("/account/forgot_password", json!({ "email": name })).await;
        }
        assert_eq!(server.mails().await.len(), mails);

        // It cannot be invited, promoted, made a Member or Owner, removed like a member, or found.
        for user in ["Terraform", id.as_str(), &format!("service:{id}")] {
            team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": user })).await;
            let offer = json!({ "user": user, "permissionGroupId": product.developer });
            team.owner.post(&format!("/api/v1/products/{}/invitations", product.id), offer).await;
        }
        assert_eq!(team.owner.get(&format!("/api/v1/teams/{}/invitations", team.id)).await.ok()["count"], 0);
        let member = format!("/api/v1/teams/{}/members/{id}", team.id);
        for role in [30, 50] {
            team.owner.put(&member, json!({ "role": role })).await.refused(404);
        }
        team.owner.delete(&member).await.refused(404);
        program.delete(&member).await.refused(404);
        let user = format!("/api/v1/users/{id}");
        server.admin.get(&user).await.refused(404);
        server.admin.put(&user, json!({ "admin": true })).await.refused(404);
        server.admin.delete(&user).await.refused(404);
        server.admin.get(&format!("/admin/people/{id}")).await.refused(404);
        assert!(!server.admin.get("/api/v1/users").await.text.contains(id.as_str()));
        assert!(!server.admin.get("/admin/people?search=Terraform").await.page().contains(id.as_str()));
        assert_eq!(server.admin.get("/api/v1/users").await.ok()["count"], 3, "the administrator, the owner, the member");

        // It is no Guest in lists and counts, and in the product it is marked.
        let page = team.owner.get("/team/harbor/members").await.page();
        assert!(!page.contains(id.as_str()) && !page.contains("Guests"));
        assert_eq!(team.owner.get(&format!("/api/v1/teams/{}", team.id)).await.ok()["memberCount"], 2);
        assert!(team.owner.get(&format!("{}/manage", product.path)).await.page().contains("Service account"));
        let people = team.owner.get(&format!("/api/v1/products/{}/members", product.id)).await.ok();
        assert_eq!((&people["members"][0]["serviceAccount"], &people["members"][0]["name"]), (&json!(true), &json!("Terraform")));
        for reader in [&team.owner, &program] {
            let text = reader.get(&format!("/api/v1/products/{}/members", product.id)).await.text;
            assert!(!text.contains("service:"), "the placeholder is not shown");
        }
        let own = program.get("/api/v1/user").await;
        assert!(!own.text.contains("service:"));
        assert_eq!(own.ok()["email"], "");

        // It does not name itself, make teams, or do what its person would do in a browser.
        program.put("/api/v1/user", json!({ "name": "Dana" })).await.refused(403);
        program.post("/api/v1/teams", json!({ "name": "Mine" })).await.refused(403);
        program.put("/api/v1/user/change_password", json!({ "old_password": "", "password": PASSWORD })).await.refused(403);
        program.form("/account/delete", &[("confirm", "Terraform"), ("password", "")]).await.refused(403);
        assert_eq!(program.get("/api/v1/user").await.ok()["name"], "Terraform");
    }

    async fn it_outlives_its_creator_and_ends_with_the_team(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let second = server.join(&team, "kim", 50).await;
        let lane = Team { owner: second.clone(), member: second.clone(), id: team.id.clone(), slug: team.slug.clone() };
        let (path, program) = made(&server, &lane, "Terraform").await;
        give(&second, &path, product.developer).await;
        let people = format!("/api/v1/products/{}/members", product.id);

        // Its creator is lowered, leaves, and is gone.
        team.owner.put(&format!("/api/v1/teams/{}/members/{}", team.id, second.id), json!({ "role": 30 })).await.ok();
        program.get(&people).await.ok();
        second.get(&path).await.refused(403);
        team.owner.delete(&format!("/api/v1/teams/{}/members/{}", team.id, second.id)).await.ok();
        server.admin.delete(&format!("/api/v1/users/{}", second.id)).await.ok();
        program.get(&people).await.ok();

        // A name is given once in a team; in another one it is free.
        assert!(team.owner.post(&accounts(&team), json!({ "name": "terraform" })).await.refused(400)["errors"]["name"].is_string());
        let other = server.team("Quay").await;
        let (_, elsewhere) = made(&server, &other, "Terraform").await;
        team.owner.put(&path, json!({ "name": "OpenTofu" })).await.ok();
        assert_eq!(program.get("/api/v1/user").await.ok()["name"], "OpenTofu");

        // While the team is suspended, none is created.
        server.admin.put(&format!("/api/v1/teams/{}", team.id), json!({ "suspended": true })).await.ok();
        team.owner.post(&accounts(&team), json!({ "name": "Late" })).await.refused(403);
        server.admin.put(&format!("/api/v1/teams/{}", team.id), json!({ "suspended": false })).await.ok();

        // Deleting one ends its tokens and its group, at once.
        let (short, gone) = made(&server, &team, "Short").await;
        give(&team.owner, &short, product.developer).await;
        gone.get(&people).await.ok();
        team.owner.delete(&short).await.ok();
        gone.get("/api/v1/user").await.refused(401);
        team.owner.get(&short).await.refused(404);
        assert_eq!(team.owner.get(&people).await.ok()["count"], 1);
        let events = actions(&team).await;
        for event in ["created", "renamed", "deleted", "token-created"] {
            assert!(events.contains(&format!("service-account.{event}")), "{event}: {events:?}");
        }
        assert_eq!(events.iter().filter(|event| *event == "member.removed").count(), 1, "its creator, and nobody else");
        server.intact_chain(&team.id).await;

        // With the team it all ends; what belongs to another team goes on.
        team.owner.form(&format!("{}/delete", product.path), &[("confirm", "Storefront")]).await.leads_to();
        team.owner.delete(&format!("/api/v1/teams/{}", team.id)).await.ok();
        program.get("/api/v1/user").await.refused(401);
        elsewhere.get("/api/v1/user").await.ok();
        let left: i64 = server.value("SELECT count(*) FROM people WHERE service_of IS NOT NULL", vec![]).await;
        assert_eq!(left, 1);
    }

    async fn its_pages_do_all_of_it(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let list = "/team/harbor/service-accounts";
        assert!(team.owner.get("/team/harbor/members").await.page().contains(list));
        assert!(!team.member.get("/team/harbor/members").await.page().contains(list));
        assert!(team.owner.get(list).await.page().contains("No service accounts yet"));
        assert_eq!(team.owner.form(list, &[("name", "")]).await.status.as_u16(), 422);
        let path = team.owner.form(list, &[("name", "Terraform")]).await.leads_to();
        assert_eq!(team.owner.form(list, &[("name", "Terraform")]).await.status.as_u16(), 422);
        let dialog = team.owner.get(&format!("{path}/group")).await.page();
        assert!(dialog.contains("Storefront · Developer"));
        assert_eq!(team.owner.form(&format!("{path}/group"), &[("group", "")]).await.status.as_u16(), 422);
        team.owner.form(&format!("{path}/group"), &[("group", &product.developer.to_string())]).await.leads_to();
        let other = team.owner.get(&format!("{path}/group?product={}", product.id)).await.page();
        assert!(other.contains("checked") && other.contains("Storefront · Product Manager"));

        assert_eq!(team.owner.form(&format!("{path}/tokens"), &[("name", "ci"), ("expires", "tomorrow")]).await.status.as_u16(), 422);
        let fresh = team.owner.form(&format!("{path}/tokens"), &[("name", "ci"), ("expires", "never")]).await;
        assert_eq!(fresh.status.as_u16(), 201);
        let page = fresh.page();
        let start = page.find("bgp_").unwrap();
        let secret: String = page[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let program = server.anonymous().with_token(&secret);
        program.get(&format!("/api/v1/products/{}/members", product.id)).await.ok();
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("Developer") && page.contains("ci") && !page.contains(&secret));
        assert!(team.owner.get(list).await.page().contains("Storefront · Developer"));

        let revoke = page.split('"').find(|part| part.ends_with("/revoke")).unwrap().to_owned();
        assert_eq!(team.owner.form(&revoke, &[]).await.leads_to(), path);
        program.get("/api/v1/user").await.refused(401);
        team.owner.form(&format!("{path}/rename"), &[("name", "OpenTofu")]).await.leads_to();
        assert_eq!(team.owner.form(&format!("{path}/delete"), &[("confirm", "Terraform")]).await.status.as_u16(), 422);
        assert_eq!(team.owner.form(&format!("{path}/delete"), &[("confirm", "OpenTofu")]).await.leads_to(), list);
        team.owner.get(&path).await.refused(404);
        let log = team.owner.get("/team/harbor/audit-log").await.page();
        for words in ["created the service account", "renamed the service account", "of the service account", "deleted the service account"] {
            assert!(log.contains(words), "{words}");
        }
    }
}
