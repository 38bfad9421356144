//! The people of a product: invited, answering, moved, removed, leaving; and who sees whom.

use burgee::{
    authz::{Access, Mint, Permission},
    clock::{DAY, MINUTE},
};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Product, Server, Team, on_both};

fn invitations(product: &Product) -> String {
    format!("/api/v1/products/{}/invitations", product.id)
}

fn member(product: &Product, person: &Client) -> String {
    format!("/api/v1/products/{}/members/{}", product.id, person.id)
}

/// The open and ended invitations of a product, newest first.
async fn listed(by: &Client, product: &Product) -> Vec<Value> {
    by.get(&invitations(product)).await.ok()["invitations"].as_array().unwrap().clone()
}

/// User names with their groups, as a reader sees them.
async fn people(by: &Client, product: &Product) -> Vec<(String, String)> {
    let answer = by.get(&format!("/api/v1/products/{}/members", product.id)).await.ok();
    let members = answer["members"].as_array().unwrap();
    assert_eq!(answer["count"], members.len());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    members.iter().map(|one| (text(&one["username"]), text(&one["permissionGroup"]["name"]))).collect()
}

async fn invite(by: &Client, product: &Product, user: &str, group: i64) {
    let answer = by.post(&invitations(product), json!({ "user": user, "permissionGroupId": group })).await.ok();
    assert_eq!(answer, json!({ "status": "okay" }));
}

/// The ids of somebody's open invitations.
async fn own(person: &Client) -> Vec<String> {
    let answer = person.get("/api/v1/user/invitations").await.ok();
    answer["invitations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn answer(id: &str) -> String {
    format!("/api/v1/user/invitations/{id}")
}

async fn role_of(person: &Client, team: &Team) -> Value {
    let teams = person.get("/api/v1/user/teams").await.ok();
    let here = teams["teams"].as_array().unwrap().iter().find(|one| one["id"] == team.id.as_str()).cloned();
    here.map_or(Value::Null, |team| team["role"].clone())
}

async fn log(by: &Client, product: &Product) -> Vec<Value> {
    by.get(&format!("/api/v1/products/{}/audit-log", product.id)).await.ok()["log"].as_array().unwrap().clone()
}

async fn actions(by: &Client, product: &Product) -> Vec<String> {
    log(by, product).await.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// Somebody who manages members, sees the log, and has full access to Test alone.
async fn lead(server: &Server, product: &Product, username: &str) -> (Client, i64) {
    let switches = [Permission::ProductMembersManage, Permission::ProductAuditRead];
    let group = server.group(product, &format!("Leads of {username}"), &switches, &[(&product.test, Access::Full)]).await;
    let person = server.person(username).await;
    server.put_in(product, group, &person).await;
    (person, group)
}

on_both! {
    async fn people_are_invited_and_come_in(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let other = server.product(&team, "Backoffice").await;
        let (kim, gil) = (server.person("kim").await, server.person("gil").await);
        server.put_in(&other, other.developer, &gil).await;
        let dialog = team.owner.get(&format!("{}/invitations/new", product.path)).await.page();
        assert!(dialog.contains("Product Manager") && dialog.contains("Read-only in Production, Full elsewhere"), "{dialog}");
        let fields = [("people", "New@example.com, kim; gil\nharbor-member, harbor-owner nobody"), ("group", &*product.developer.to_string())];
        let said = team.owner.form(&format!("{}/invitations", product.path), &fields).await;
        assert_eq!(said.status.as_u16(), 422);
        assert!(said.text.contains("Sent just now: 4 of 6"), "{}", said.text);
        assert!(said.text.contains("already a member of Storefront") && said.text.contains("no such user name"), "{}", said.text);
        assert_eq!(listed(&team.owner, &product).await.len(), 4);
        let first = &listed(&team.owner, &product).await[0];
        assert_eq!(
            (&first["role"], &first["product"]["name"], &first["permissionGroup"]["name"]),
            (&json!(5), &json!("Storefront"), &json!("Developer"))
        );
        let manage = team.owner.get(&format!("{}/manage", product.path)).await.page();
        assert!(manage.contains("new@example.com") && manage.contains("harbor-owner@example.com") && manage.contains("Send again"), "{manage}");
        assert!(team.owner.get("/team/harbor/invitations").await.page().contains("Developer in Storefront"), "owners see it in the team too");
        team.member.get(&format!("{}/manage", product.path)).await.refused(404);
        kim.get(&format!("{}/manage", product.path)).await.refused(404);

        // Somebody new, by the mailed link.
        let mail = server.mail_to("new@example.com").await;
        assert_eq!(mail.subject, "Join Storefront on Burgee");
        assert!(mail.text.contains("in the permission group Developer") && mail.text.contains("belongs to the team Harbor"), "{}", mail.text);
        let link = mail.link(&server.base, "/invitation/");
        let browser = server.anonymous();
        let page = browser.get(&link).await.page();
        assert!(page.contains("Storefront") && page.contains("Developer") && page.contains("Harbor"), "{page}");
        let sign_up = [("username", "newcomer"), ("name", "New Comer"), ("password", PASSWORD)];
        assert_eq!(browser.form(&format!("{link}/sign-up"), &sign_up).await.leads_to(), product.path);
        assert_eq!(role_of(&browser, &team).await, 5);
        let teams = browser.get("/api/v1/user/teams").await.ok();
        assert_eq!(
            teams["teams"][0]["products"],
            json!([{ "id": product.id, "name": "Storefront", "permissionGroupId": product.developer, "permissionGroupName": "Developer" }])
        );
        assert!(browser.get("/account/teams").await.page().contains(&format!("{}/members/", product.path)), "a Guest leaves the product");
        browser.get("/team/harbor/members").await.refused(404);
        browser.get(&format!("/api/v1/products/{}/members", other.id)).await.refused(404);
        browser.get(&link).await.refused(410);

        // Accounts that are there: a stranger becomes Guest, a Guest gets one product more, a Member stays Member.
        assert!(kim.get("/account/teams").await.page().contains("a product of Harbor, in the group Developer"));
        assert_eq!(kim.form(&format!("/account/invitations/{}/accept", own(&kim).await[0]), &[]).await.leads_to(), product.path);
        assert_eq!(server.mail_to("harbor-owner@example.com").await.subject, "Kim joined Storefront");
        for (person, role) in [(&gil, 5), (&team.member, 30)] {
            person.patch(&answer(&own(person).await[0])).await.ok();
            assert_eq!(role_of(person, &team).await, role);
        }
        assert_eq!(role_of(&kim, &team).await, 5);
        let expected = ["gil", "harbor-member", "kim", "newcomer"].map(|name| (name.to_owned(), "Developer".to_owned()));
        assert_eq!(people(&team.owner, &product).await, expected, "by name");
        assert_eq!(people(&team.owner, &other).await.len(), 1);
        assert_eq!(team.owner.get(&format!("/api/v1/teams/{}", team.id)).await.ok()["memberCount"], 2);
        let members = team.owner.get("/team/harbor/members").await.page();
        assert!(members.contains("Storefront · Developer") && members.contains("Backoffice · Developer"), "Guests with their products");
        let seen = team.member.get("/team/harbor/members").await.page();
        assert!(seen.contains("Storefront · Developer") && !seen.contains("Backoffice"), "a product that a Member is not in is not named");
        let entry = &log(&team.owner, &product).await[0];
        assert_eq!((&entry["action"], &entry["username"]), (&json!("invitation.accepted"), &json!("harbor-member")));
        assert_eq!((&entry["body"]["product"]["name"], &entry["body"]["group"]["name"]), (&json!("Storefront"), &json!("Developer")));

        // An Owner is asked, and one who is in it gets nothing else.
        let wrong = team.owner.post(&invitations(&product), json!({ "user": "kim harbor-owner", "permissionGroupId": product.manager })).await.ok();
        assert_eq!(wrong["error"], json!({ "kim": "Already a member of the product", "harbor-owner": "Already a member of the product" }));
        for group in [other.developer, 0, -1] {
            let body = json!({ "user": "x@example.com", "permissionGroupId": group });
            team.owner.post(&invitations(&product), body).await.refused(400);
        }
        team.owner.post(&invitations(&product), json!({ "user": "x@example.com" })).await.refused(400);
        team.owner.put(&format!("/api/v1/products/{}/default-group", product.id), json!({ "permissionGroupId": product.manager })).await.ok();
        let dialog = team.owner.get(&format!("{}/invitations/new", product.path)).await.page();
        assert!(dialog.contains(&format!("value=\"{}\" checked", product.manager)), "{dialog}");
        team.owner.post(&invitations(&product), json!({ "user": "x@example.com" })).await.ok();
        assert_eq!(listed(&team.owner, &product).await[0]["permissionGroup"]["id"], product.manager);
        server.intact_chain(&team.id).await;
    }

    async fn a_guest_becomes_member_and_keeps_the_groups(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let kim = server.person("kim").await;
        invite(&team.owner, &product, "kim", product.developer).await;
        team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "kim" })).await.ok();
        for id in own(&kim).await {
            kim.patch(&answer(&id)).await.ok();
        }
        assert_eq!(role_of(&kim, &team).await, 30);
        assert_eq!(people(&team.owner, &product).await, [("kim".to_owned(), "Developer".to_owned())]);
        // Who is an Owner by then stays one.
        let lee = server.person("lee").await;
        invite(&team.owner, &product, "lee", product.developer).await;
        let id = own(&lee).await.remove(0);
        server.put_in(&product, product.manager, &lee).await;
        team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "lee", "role": 50 })).await.ok();
        let as_owner = own(&lee).await.into_iter().find(|other| *other != id).unwrap();
        lee.patch(&answer(&as_owner)).await.ok();
        lee.patch(&answer(&id)).await.ok();
        assert_eq!(role_of(&lee, &team).await, 50);
        assert_eq!(people(&team.owner, &product).await.len(), 1, "Owners stand apart");
    }

    async fn an_invitation_to_a_product_ends_and_is_sent_again(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (kim, stranger) = (server.person("kim").await, server.person("sam").await);
        invite(&team.owner, &product, "kim, new@example.com", product.developer).await;
        let link = server.mail_to("new@example.com").await.link(&server.base, "/invitation/");
        let id = own(&kim).await.remove(0);
        server.later(7 * DAY - MINUTE);
        server.anonymous().get(&link).await.page();
        server.later(MINUTE);
        kim.patch(&answer(&id)).await.refused(410);
        server.anonymous().get(&link).await.refused(410);
        assert_eq!(role_of(&kim, &team).await, Value::Null);
        assert!(team.owner.get(&format!("{}/manage", product.path)).await.page().contains("ended"));
        let here = format!("{}/{id}", invitations(&product));
        stranger.post(&format!("{here}/resend"), json!({})).await.refused(404);
        team.member.delete(&here).await.refused(404);
        team.owner.post(&format!("{here}/resend"), json!({})).await.ok();
        assert_ne!(server.mail_to("kim@example.com").await.link(&server.base, "/invitation/"), link);

        // It offers another group from now on, and the link stays.
        let fresh = server.mail_to("kim@example.com").await.link(&server.base, "/invitation/");
        team.owner.put(&here, json!({ "permissionGroupId": product.manager })).await.ok();
        let newest = &log(&team.owner, &product).await[0];
        assert_eq!(newest["action"], "invitation.changed");
        assert_eq!(newest["body"]["updates"][0]["new"], "Product Manager");
        team.owner.put(&here, json!({ "permissionGroupId": 0 })).await.refused(400);
        let group = format!("{}/invitations/{id}/group", product.path);
        team.owner.get(&group).await.page();
        team.owner.form(&group, &[("group", &product.manager.to_string())]).await.leads_to();
        assert_eq!(actions(&team.owner, &product).await[..2], ["invitation.changed", "invitation.resent"], "the same again is no event");
        assert_eq!(kim.form(&format!("{fresh}/accept"), &[]).await.leads_to(), product.path);
        assert_eq!(people(&team.owner, &product).await, [("kim".to_owned(), "Product Manager".to_owned())]);

        // Taken back, also by its address in the team; not by another product's.
        let other = server.product(&team, "Backoffice").await;
        invite(&team.owner, &product, "sam", product.developer).await;
        let id = own(&stranger).await.remove(0);
        team.owner.delete(&format!("{}/{id}", invitations(&other))).await.refused(404);
        team.owner.get(&format!("{}/invitations/{id}/revoke", other.path)).await.refused(404);
        team.owner.delete(&format!("{}/{id}", invitations(&product))).await.ok();
        stranger.patch(&answer(&id)).await.refused(404);
        assert_eq!(actions(&team.owner, &product).await[0], "invitation.revoked");
        invite(&team.owner, &product, "sam", product.developer).await;
        stranger.delete(&answer(&own(&stranger).await[0])).await.ok();
        assert_eq!(actions(&team.owner, &product).await[0], "invitation.declined");
    }

    async fn an_invitation_gives_no_more_than_its_inviter_holds(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (lena, leads) = lead(&server, &product, "lena").await;
        let testers = server.group(&product, "Testers", &[], &[(&product.test, Access::ReadOnly)]).await;
        let (kim, lee) = (server.person("kim").await, server.person("lee").await);
        let said = lena.post(&invitations(&product), json!({ "user": "kim", "permissionGroupId": product.developer })).await.refused(403);
        assert_eq!(said["code"], "beyond_own");
        assert!(said["error"].as_str().unwrap().contains("Production"), "{said}");
        let dialog = lena.get(&format!("{}/invitations/new", product.path)).await.page();
        assert!(dialog.contains("Testers") && !dialog.contains("Administrators"), "only what one may give is offered: {dialog}");
        let fields = [("people", "kim"), ("group", &*product.administrators.to_string())];
        assert_eq!(lena.form(&format!("{}/invitations", product.path), &fields).await.status.as_u16(), 422);
        assert!(own(&kim).await.is_empty());
        invite(&lena, &product, "kim, new@example.com", leads).await;
        invite(&lena, &product, "lee", testers).await;

        // Lowered in between: what she gave beyond what she holds now does not work, and both sides read why.
        let link = server.mail_to("new@example.com").await.link(&server.base, "/invitation/");
        let lesser = server.group(&product, "Lesser", &[Permission::ProductMembersManage], &[(&product.test, Access::ReadOnly)]).await;
        team.owner.put(&member(&product, &lena), json!({ "permissionGroupId": lesser })).await.ok();
        let said = kim.patch(&answer(&own(&kim).await[0])).await.refused(410);
        assert!(said["error"].as_str().unwrap().contains("Lena may no longer give Leads of lena in Storefront"), "{said}");
        assert!(server.anonymous().get(&link).await.refused(410).is_null());
        assert!(server.anonymous().get(&link).await.text.contains("Lena may no longer give"));
        let sign_up = [("username", "newcomer"), ("name", "New"), ("password", PASSWORD)];
        server.anonymous().form(&format!("{link}/sign-up"), &sign_up).await.refused(410);
        for page in [format!("{}/manage", product.path), "/team/harbor/invitations".into()] {
            assert!(team.owner.get(&page).await.page().contains("Lena may no longer give"), "{page}");
        }
        assert!(kim.get("/account/teams").await.page().contains("Lena may no longer give"));
        assert!(listed(&team.owner, &product).await.iter().any(|one| one["broken"].is_string()));
        lee.patch(&answer(&own(&lee).await[0])).await.ok();

        // Who sends it again becomes the inviter and must hold it.
        let id = own(&kim).await.remove(0);
        let again = format!("{}/{id}/resend", invitations(&product));
        assert_eq!(lena.post(&again, json!({})).await.refused(403)["code"], "beyond_own");
        let change = format!("{}/{id}", invitations(&product));
        assert_eq!(lena.put(&change, json!({ "permissionGroupId": product.administrators })).await.refused(403)["code"], "beyond_own");
        team.owner.post(&again, json!({})).await.ok();
        kim.patch(&answer(&id)).await.ok();
        // Gone, she gives nothing either.
        invite(&lena, &product, "new2@example.com", testers).await;
        team.owner.delete(&member(&product, &lena)).await.ok();
        let link = server.mails().await.into_iter().rev().find(|mail| mail.to == "new2@example.com");
        assert!(link.is_none(), "and no mail goes out in her name");
        assert_eq!(role_of(&lena, &team).await, Value::Null);
    }

    async fn people_are_moved_and_removed(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (lena, leads) = lead(&server, &product, "lena").await;
        let (kim, dev) = (server.person("kim").await, server.person("dev").await);
        server.put_in(&product, product.administrators, &kim).await;
        server.put_in(&product, product.developer, &dev).await;
        server.put_in(&product, product.developer, &team.member).await;
        let to = |group: i64| json!({ "permissionGroupId": group });
        dev.put(&member(&product, &kim), to(product.developer)).await.refused(403);
        dev.put(&member(&product, &dev), to(product.administrators)).await.refused(403);
        assert_eq!(lena.put(&member(&product, &dev), to(product.administrators)).await.refused(403)["code"], "beyond_own");
        assert_eq!(lena.put(&member(&product, &lena), to(product.administrators)).await.refused(403)["code"], "beyond_own");
        // Lowering is allowed, also of somebody stronger.
        let dialog = format!("{}/members/{}/group", product.path, kim.id);
        let preview = lena.get(&format!("{dialog}?preview=on&group={leads}")).await.page();
        assert!(preview.contains("Production"), "{preview}");
        assert!(lena.get(&format!("{dialog}?preview=on&group={}", product.administrators)).await.page().contains("id=\"flips\""));
        lena.put(&member(&product, &kim), to(leads)).await.ok();
        let newest = &log(&lena, &product).await[0];
        assert_eq!((&newest["action"], &newest["body"]["updates"][0]["new"]), (&json!("product-member.moved"), &json!("Leads of lena")));
        kim.get(&format!("{}/groups", product.path)).await.page();
        // Nobody moves or removes an Owner.
        server.put_in(&product, product.developer, &team.owner).await;
        assert_eq!(lena.put(&member(&product, &team.owner), to(leads)).await.refused(403)["code"], "owner");
        assert_eq!(lena.delete(&member(&product, &team.owner)).await.refused(403)["code"], "owner");

        // Removed: a Guest without another product leaves the team, a Member stays. It holds from the next request on.
        let token = server.token(&kim, false).await;
        token.get(&format!("/api/v1/products/{}/members", product.id)).await.ok();
        lena.get(&format!("{}/members/{}/remove", product.path, kim.id)).await.page();
        lena.form(&format!("{}/members/{}/remove", product.path, kim.id), &[]).await.leads_to();
        token.get(&format!("/api/v1/products/{}/members", product.id)).await.refused(404);
        assert_eq!(role_of(&kim, &team).await, Value::Null);
        lena.delete(&member(&product, &team.member)).await.ok();
        assert_eq!(role_of(&team.member, &team).await, 30);
        team.member.get(&format!("{}/manage", product.path)).await.refused(404);
        let team_log = team.owner.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.ok();
        let names: Vec<&str> = team_log["log"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(names[..3], ["product-member.removed", "member.removed", "product-member.removed"]);

        // Anybody leaves.
        dev.delete(&format!("/api/v1/products/{}/members/me", product.id)).await.ok();
        assert_eq!(role_of(&dev, &team).await, Value::Null);
        assert_eq!(actions(&team.owner, &product).await[0], "product-member.left");
        dev.delete(&format!("/api/v1/products/{}/members/me", product.id)).await.refused(404);
        lena.form(&format!("{}/members/{}/remove", product.path, lena.id), &[]).await.leads_to();
        assert_eq!(role_of(&lena, &team).await, Value::Null);

        // Removed from the team, all groups end, and each product's log says so.
        let other = server.product(&team, "Backoffice").await;
        for place in [&product, &other] {
            server.put_in(place, place.developer, &team.member).await;
        }
        team.owner.delete(&format!("/api/v1/teams/{}/members/{}", team.id, team.member.id)).await.ok();
        for place in [&product, &other] {
            assert!(people(&team.owner, place).await.is_empty());
            assert_eq!(actions(&team.owner, place).await[0], "product-member.removed");
        }
        // So it is when the account ends.
        server.put_in(&other, other.developer, &dev).await;
        server.admin.delete(&format!("/api/v1/users/{}", dev.id)).await.ok();
        assert_eq!(actions(&team.owner, &other).await[0], "product-member.removed");
    }

    async fn people_see_whom_their_group_lets_them_see(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let (lena, _) = lead(&server, &product, "lena").await;
        let (dev, kim) = (server.person("dev").await, server.person("kim").await);
        server.put_in(&product, product.developer, &dev).await;
        server.put_in(&product, product.developer, &kim).await;
        invite(&team.owner, &product, "secret@example.com", product.developer).await;
        for everything in [&lena, &team.owner, &server.admin] {
            assert_eq!(people(everything, &product).await.len(), 3);
            assert_eq!(listed(everything, &product).await.len(), 1);
            assert!(everything.get(&format!("{}/manage", product.path)).await.page().contains("secret@example.com"));
        }
        assert_eq!(people(&dev, &product).await, [("dev".to_owned(), "Developer".to_owned())]);
        dev.get(&invitations(&product)).await.refused(403);
        let page = dev.get(&format!("{}/manage", product.path)).await.page();
        assert!(page.contains("Harbor-owner") && page.contains("@dev"));
        for hidden in ["kim", "lena", "secret@example.com", "harbor-owner@example.com", "Invite team members"] {
            assert!(!page.contains(hidden), "{hidden} in {page}");
        }
        dev.get(&format!("{}/members/{}/group", product.path, kim.id)).await.refused(403);
        dev.get(&format!("{}/members/{}/remove", product.path, dev.id)).await.page();
        for closed in ["manage", "audit-log", "invitations/new"] {
            team.member.get(&format!("{}/{closed}", product.path)).await.refused(404);
        }
        dev.get(&format!("{}/audit-log", product.path)).await.refused(403);
        lena.get(&format!("{}/audit-log", product.path)).await.page();
        // A suspended team invites nobody.
        server.admin.put(&format!("/api/v1/teams/{}", team.id), json!({ "suspended": true })).await.ok();
        let body = json!({ "user": "x@example.com", "permissionGroupId": product.developer });
        assert_eq!(team.owner.post(&invitations(&product), body).await.refused(403)["code"], "team_suspended");
    }

    async fn things_that_happen_at_once_happen_one_after_the_other(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let kim = server.person("kim").await;
        for round in 0..4 {
            // Accepted twice.
            invite(&team.owner, &product, "kim", product.developer).await;
            let path = answer(&own(&kim).await[0]);
            let answers = tokio::join!(kim.patch(&path), kim.patch(&path));
            let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 404], "round {round}");
            // Removed while another invitation is accepted that came before.
            team.owner.delete(&member(&product, &kim)).await.ok();
            invite(&team.owner, &product, "kim", product.developer).await;
            let path = answer(&own(&kim).await[0]);
            let removal = member(&product, &kim);
            let (accepted, removed) = tokio::join!(kim.patch(&path), team.owner.delete(&removal));
            accepted.ok();
            let inside = people(&team.owner, &product).await.len();
            assert_eq!(inside, usize::from(!removed.status.is_success()), "round {round}");
            assert_eq!(role_of(&kim, &team).await, if inside == 1 { json!(5) } else { Value::Null });
            if inside == 1 {
                team.owner.delete(&removal).await.ok();
            }
            // The group is deleted while it is accepted: either way the person is in the replacement.
            let group = server.group(&product, &format!("Round {round}"), &[], &[(&product.test, Access::Full)]).await;
            invite(&team.owner, &product, "kim", group).await;
            let path = answer(&own(&kim).await[0]);
            let delete = format!("{}/groups/{group}/delete", product.path);
            let replacement = product.developer.to_string();
            let name = format!("Round {round}");
            let fields = [("replacement", replacement.as_str()), ("confirm", name.as_str())];
            let (accepted, deleted) = tokio::join!(kim.patch(&path), team.owner.form(&delete, &fields));
            accepted.ok();
            deleted.leads_to();
            assert_eq!(people(&team.owner, &product).await, [("kim".to_owned(), "Developer".to_owned())], "round {round}");
            team.owner.delete(&member(&product, &kim)).await.ok();
        }
        server.intact_chain(&team.id).await;
    }

    async fn both_sides_are_told_two_days_before_the_end(server) {
        let team = server.team("Harbor").await;
        let product = server.product(&team, "Storefront").await;
        let kim = server.person("kim").await;
        let remind = async || burgee::invitations::remind(Mint::new(&server.app, burgee::audit::Way::System)).await.unwrap();
        let about = async |word: &str| server.mails().await.into_iter().filter(|mail| mail.subject.contains(word)).collect::<Vec<_>>();
        invite(&team.owner, &product, "kim", product.developer).await;
        team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "new@example.com" })).await.ok();
        let first = server.mail_to("kim@example.com").await.link(&server.base, "/invitation/");
        server.later(5 * DAY - MINUTE);
        remind().await;
        assert!(about("ends soon").await.is_empty());
        server.later(MINUTE);
        remind().await;
        remind().await;
        let (soon, unanswered) = (about("ends soon").await, about("has not answered yet").await);
        assert_eq!((soon.len(), unanswered.len()), (2, 2), "one each, once");
        assert!(unanswered.iter().all(|mail| mail.to == "harbor-owner@example.com"));
        // The new link works, the one before does not any more.
        let fresh = server.mail_to("kim@example.com").await.link(&server.base, "/invitation/");
        kim.get(&first).await.refused(410);
        assert_eq!(kim.form(&format!("{fresh}/accept"), &[]).await.leads_to(), product.path);
        // Nobody is reminded of what does not work; sent again, it is new.
        server.later(3 * DAY);
        remind().await;
        let id = team.owner.get(&format!("/api/v1/teams/{}/invitations", team.id)).await.ok()["invitations"][0]["id"].clone();
        team.owner.post(&format!("/api/v1/teams/{}/invitations/{}", team.id, id.as_str().unwrap()), json!({})).await.ok();
        server.later(6 * DAY);
        remind().await;
        assert_eq!(about("ends soon").await.len(), 3);
    }
}
