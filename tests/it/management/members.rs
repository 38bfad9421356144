//! Members and invitations: who sees whom, who is put where, and what nobody can do to a team.

use burgee::{
    authz::{Access, Permission},
    clock::DAY,
};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, Team, on_both};

struct World {
    team: Team,
    product: Product,
    other: Product,
    /// Manages the members of the first product, and holds nothing else.
    host: Client,
    /// In the first product.
    dev: Client,
    /// In the second.
    far: Client,
    hosts: i64,
}

async fn world(server: &Server) -> World {
    let team = server.team("harbor").await;
    let (product, other) = (server.product(&team, "Storefront").await, server.product(&team, "Intranet").await);
    let (host, dev, far) = (server.person("hoa").await, server.person("dev").await, server.person("far").await);
    let hosts = server.group(&product, "Hosts", &[Permission::ProductMembersManage], &[(&product.test, Access::ReadOnly)]).await;
    server.put_in(&product, hosts, &host).await;
    server.put_in(&product, product.developer, &dev).await;
    server.put_in(&other, other.developer, &far).await;
    World { team, product, other, host, dev, far, hosts }
}

impl World {
    fn members(&self, version: u8) -> String {
        match version {
            1 => format!("/v1/organizations/{}/members", self.team.id),
            _ => format!("/v2/organizations/{}/members", self.team.id),
        }
    }

    fn member(&self, person: &Client) -> String {
        format!("/v1/organizations/{}/members/{}", self.team.id, person.id)
    }

    async fn update(&self, by: &Client, person: &Client, body: Value) -> crate::support::Answer {
        by.post(&self.member(person), body).await
    }

    /// The groups of somebody by product, as the Owner reads them; `None` if they are no member (any more).
    async fn groups(&self, person: &Client) -> Option<Vec<i64>> {
        let all = self.team.owner.get(&self.members(2)).await.ok();
        let found = all["members"].as_array().unwrap().iter().find(|member| member["userId"] == person.id.as_str())?.clone();
        let permissions = found["permissions"].as_array().unwrap().clone();
        Some(permissions.iter().map(|one| one["permissionGroup"]["permissionGroupId"].as_i64().unwrap()).collect())
    }

    async fn is_owner(&self, person: &Client) -> bool {
        let all = self.team.owner.get(&self.members(2)).await.ok();
        all["admins"].as_array().unwrap().iter().any(|member| member["userId"] == person.id.as_str())
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["userId"].as_str().unwrap()).collect()
}

on_both! {
    async fn who_sees_whom(server) {
        let world = world(&server).await;
        let (team, product) = (&world.team, &world.product);
        let all = team.owner.get(&world.members(1)).await.ok();
        assert_eq!(all.as_array().unwrap().len(), 5, "{all}");
        let own = all.as_array().unwrap().iter().find(|one| one["userId"] == team.owner.id.as_str()).unwrap();
        let expected = json!({ "userId": team.owner.id, "fullName": "Harbor-owner", "email": "harbor-owner@example.com", "twoFactorEnabled": false });
        assert_eq!(own, &expected);

        let by_role = team.owner.get(&world.members(2)).await.ok();
        assert_eq!(by_role["admins"], json!([expected]));
        assert_eq!(by_role["billingManagers"], by_role["admins"]);
        let dev = by_role["members"].as_array().unwrap().iter().find(|one| one["userId"] == world.dev.id.as_str()).unwrap();
        let place = json!([{ "product": { "productId": product.id, "name": "Storefront" }, "permissionGroup": { "permissionGroupId": product.developer, "name": "Developer" } }]);
        assert_eq!((&dev["permissions"], &dev["email"]), (&place, &json!("dev@example.com")));
        assert_eq!(by_role["members"].as_array().unwrap().len(), 4);

        // Those who manage the members of a product: its members, the Owners, and where.
        let seen = world.host.get(&world.members(2)).await.ok();
        assert_eq!(ids(&seen["members"]), [world.dev.id.as_str(), &world.host.id]);
        assert_eq!(ids(&seen["admins"]), [team.owner.id.as_str()]);
        assert_eq!(seen["admins"][0]["email"], "harbor-owner@example.com");
        // Where else somebody is, is not theirs to see.
        server.put_in(&world.other, world.other.manager, &world.dev).await;
        let seen = world.host.get(&world.members(2)).await.ok();
        assert_eq!(seen["members"][0]["permissions"], place);

        // Everybody else: the Owners without addresses, and themselves.
        for somebody in [&world.far, &team.member] {
            let seen = somebody.get(&world.members(1)).await.ok();
            assert_eq!(ids(&seen), [team.owner.id.as_str(), &somebody.id], "{seen}");
            assert_eq!((&seen[0]["email"], &seen[1]["email"]), (&json!(null), &json!(format!("{}@example.com", somebody.username))));
        }
        assert_eq!(world.far.get(&world.members(2)).await.ok()["admins"][0]["email"], "");
        let stranger = server.person("sam").await;
        stranger.get(&world.members(1)).await.refused(404);
        stranger.get(&world.members(2)).await.refused(404);
        assert_eq!(server.admin.get(&world.members(1)).await.ok().as_array().unwrap().len(), 5, "administrators see what Owners see");

        let of_product = format!("/v1/products/{}/members", product.id);
        let listed = world.host.get(&of_product).await.ok();
        assert_eq!(ids(&listed), [world.dev.id.as_str(), &world.host.id]);
        let expected = json!({ "userId": world.dev.id, "productId": product.id, "permissionGroupId": product.developer, "fullName": "Dev", "email": "dev@example.com" });
        assert_eq!(listed[0], expected);
        world.dev.get(&of_product).await.refused(403);
        world.far.get(&of_product).await.refused(404);
    }

    async fn people_are_invited(server) {
        let world = world(&server).await;
        let (invite, pending) = (format!("/v1/products/{}/members/invite", world.product.id), format!("/v1/products/{}/invitations", world.product.id));
        let of_team = format!("/v1/organizations/{}/invitations", world.team.id);
        let body = |emails: Value, group: i64| json!({ "emails": emails, "permissionGroupId": group });
        let done = world.host.post(&invite, body(json!(["Kim@example.com", "lou@example.com", "kim@example.com"]), world.hosts)).await;
        assert_eq!((done.status.as_u16(), done.text.as_str()), (200, ""));
        assert!(server.mail_to("lou@example.com").await.text.contains("Storefront"));
        let listed = world.host.get(&pending).await.ok();
        assert_eq!(listed.as_array().unwrap().len(), 2, "the same address twice is one: {listed}");
        let found = listed.as_array().unwrap().iter().find(|one| one["email"] == "lou@example.com").unwrap();
        assert_eq!((&found["permissionGroupId"], &found["expired"]), (&json!(world.hosts), &json!(false)));
        assert_eq!(found.as_object().unwrap().len(), 5);

        // All or nobody, and each mistake by its place.
        let said = world.host.post(&invite, body(json!(["new@example.com", "kim", "a b@example.com"]), world.hosts)).await.refused(400);
        assert_eq!(said.as_object().unwrap().keys().collect::<Vec<_>>(), ["Emails[1]", "Emails[2]"], "{said}");
        let said = world.host.post(&invite, body(json!(["new@example.com", "LOU@example.com", "dev@example.com"]), world.hosts)).await.refused(400);
        assert!(said["Emails[1]"][0].as_str().unwrap().contains("invited already"), "{said}");
        assert!(said["Emails[2]"][0].as_str().unwrap().contains("in the product already"), "{said}");
        assert!(world.host.post(&invite, body(json!([]), world.hosts)).await.refused(400)["Emails"][0].is_string());
        let many: Vec<String> = (0..101).map(|number| format!("p{number}@example.com")).collect();
        assert!(world.host.post(&invite, body(json!(many), world.hosts)).await.refused(400)["Emails"][0].is_string());
        assert!(world.host.post(&invite, body(json!(["new@example.com"]), world.other.developer)).await.refused(400)["PermissionGroupId"][0].is_string());
        assert!(world.host.post(&invite, json!({ "permissionGroupId": world.hosts })).await.refused(400)[""][0].as_str().unwrap().contains("emails"));
        world.host.post(&invite, body(json!(["new@example.com"]), world.product.administrators)).await.refused(403);
        world.dev.post(&invite, body(json!(["new@example.com"]), world.hosts)).await.refused(403);
        world.far.post(&invite, body(json!(["new@example.com"]), world.hosts)).await.refused(404);
        assert_eq!(world.host.get(&pending).await.ok().as_array().unwrap().len(), 2, "nobody was invited");

        // The team's list: those to products that one manages.
        let elsewhere = format!("/v1/products/{}/members/invite", world.other.id);
        world.team.owner.post(&elsewhere, body(json!(["mia@example.com"]), world.other.developer)).await.ok();
        let all = world.team.owner.get(&of_team).await.ok();
        assert_eq!(all.as_array().unwrap().len(), 3);
        let mia = all.as_array().unwrap().iter().find(|one| one["email"] == "mia@example.com").unwrap();
        assert_eq!((&mia["productId"], &mia["productName"]), (&json!(world.other.id), &json!("Intranet")));
        assert!(mia["expires"].as_str().unwrap() > mia["createdAt"].as_str().unwrap());
        assert_eq!(world.host.get(&of_team).await.ok().as_array().unwrap().len(), 2);
        assert_eq!(world.far.get(&of_team).await.ok(), json!([]));
        server.person("sam").await.get(&of_team).await.refused(404);
        server.later(8 * DAY);
        let owner = server.sign_in("harbor-owner").await;
        assert!(owner.get(&of_team).await.ok().as_array().unwrap().iter().all(|one| one["expired"] == true), "they stay in the list");

        let host = server.sign_in("hoa").await;
        let invitation = format!("/v1/invitations/{}", found["invitationId"].as_str().unwrap());
        server.sign_in("far").await.delete(&invitation).await.refused(404);
        server.sign_in("dev").await.delete(&invitation).await.refused(403);
        host.delete(&format!("/v1/invitations/{}", mia["invitationId"].as_str().unwrap())).await.refused(404);
        let gone = host.delete(&invitation).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        host.delete(&invitation).await.refused(404);
    }

    async fn somebody_is_put_where_they_belong(server) {
        let world = world(&server).await;
        let (owner, product, other) = (&world.team.owner, &world.product, &world.other);
        // Added to one, moved in another: what is not named stays.
        let done = world.update(owner, &world.dev, json!({ "permissionGroupIds": [other.developer] })).await;
        assert_eq!((done.status.as_u16(), done.text.as_str()), (200, ""));
        assert_eq!(world.groups(&world.dev).await, Some(vec![product.developer, other.developer]));
        world.update(owner, &world.dev, json!({ "permissionGroupIds": [other.manager], "isAdmin": null })).await.ok();
        assert_eq!(world.groups(&world.dev).await, Some(vec![product.developer, other.manager]));
        // Only these.
        let only = json!({ "permissionGroupIds": [product.manager], "removeFromPermissionGroupsWhereIdNotSet": true });
        world.update(owner, &world.dev, only.clone()).await.ok();
        assert_eq!(world.groups(&world.dev).await, Some(vec![product.manager]));
        let log = format!("/v2/organizations/{}/auditlogs", world.team.id);
        let said: Vec<Value> = owner.get(&log).await.ok()["data"].as_array().unwrap().iter().take(4).map(|one| one["auditLogTypeEnum"].clone()).collect();
        assert_eq!(said, ["teamMemberRemoved", "teamMemberPermissionGroupChanged", "teamMemberPermissionGroupChanged", "teamMemberAddedToProduct"]);
        let before = owner.get(&log).await.ok()["paging"]["totalCount"].clone();
        world.update(owner, &world.dev, only).await.ok();
        assert_eq!(owner.get(&log).await.ok()["paging"]["totalCount"], before, "nothing was changed");

        // All or nothing.
        for wrong in [json!([other.developer, 999_999_999]), json!([other.developer, product.developer, product.administrators])] {
            let said = world.update(owner, &world.dev, json!({ "permissionGroupIds": wrong })).await.refused(400);
            assert!(said["PermissionGroupIds"][0].is_string(), "{said}");
        }
        assert_eq!(world.groups(&world.dev).await, Some(vec![product.manager]));
        let foreign = server.team("faraway").await;
        let abroad = server.product(&foreign, "Abroad").await;
        let said = world.update(owner, &world.dev, json!({ "permissionGroupIds": [abroad.developer] })).await.refused(400);
        assert!(said["PermissionGroupIds"][0].is_string(), "{said}");

        // A Guest without a group leaves the team, a Member stays.
        world.update(owner, &world.dev, json!({ "permissionGroupIds": [], "removeFromPermissionGroupsWhereIdNotSet": true })).await.ok();
        assert_eq!(world.groups(&world.dev).await, None);
        world.dev.get(&world.members(1)).await.refused(404);
        world.update(owner, &world.team.member, json!({ "permissionGroupIds": [product.developer] })).await.ok();
        world.update(owner, &world.team.member, json!({ "removeFromPermissionGroupsWhereIdNotSet": true })).await.ok();
        assert_eq!(world.groups(&world.team.member).await, Some(vec![]));
        owner.post(&format!("/v1/organizations/{}/members/{}", world.team.id, world.dev.id), json!({})).await.refused(404);
        assert_eq!(server.intact_chain(&world.team.id).await, owner.get(&log).await.ok()["paging"]["totalCount"].as_i64().unwrap());
    }

    async fn owners_are_made_and_unmade(server) {
        let world = world(&server).await;
        let (owner, product) = (&world.team.owner, &world.product);
        let said = world.update(owner, owner, json!({ "isAdmin": false })).await.refused(400);
        assert!(said[""][0].as_str().unwrap().contains("at least one owner"), "{said}");
        for (person, body) in [
            (&world.dev, json!({ "isBillingManager": true })),
            (&world.dev, json!({ "isAdmin": true, "isBillingManager": false })),
            (owner, json!({ "isBillingManager": false })),
        ] {
            assert!(world.update(owner, person, body.clone()).await.refused(400)["IsBillingManager"][0].is_string(), "{body}");
        }
        let said = world.update(owner, &world.dev, json!({ "isAdmin": true, "permissionGroupIds": [product.manager] })).await.refused(400);
        assert!(said["PermissionGroupIds"][0].as_str().unwrap().contains("is an Owner"), "{said}");
        assert!(!world.is_owner(&world.dev).await);

        world.update(owner, &world.dev, json!({ "isAdmin": true, "isBillingManager": true })).await.ok();
        assert!(world.is_owner(&world.dev).await);
        // Owners hold everything: nobody takes groups from them by the way.
        world.update(owner, &world.dev, json!({ "removeFromPermissionGroupsWhereIdNotSet": true })).await.ok();
        world.update(owner, &world.dev, json!({ "isAdmin": false })).await.ok();
        assert_eq!(world.groups(&world.dev).await, Some(vec![product.developer]), "a Guest again, with the group");
        assert!(!world.is_owner(&world.dev).await);

        // Without a group, an Owner who is one no longer is gone; with one that is named at the same time, they stay.
        let second = server.join(&world.team, "olga", 50).await;
        world.update(owner, &second, json!({ "isAdmin": false, "permissionGroupIds": [product.manager] })).await.ok();
        assert_eq!(world.groups(&second).await, Some(vec![product.manager]));
        world.update(owner, &second, json!({ "isAdmin": true })).await.ok();
        world.update(owner, &second, json!({ "isAdmin": false, "removeFromPermissionGroupsWhereIdNotSet": true })).await.ok();
        assert_eq!(world.groups(&second).await, None);
        second.get(&world.members(1)).await.refused(404);
        let third = server.join(&world.team, "omar", 50).await;
        world.update(&third, &third, json!({ "isAdmin": false })).await.ok();
        third.get(&world.members(1)).await.refused(404);
    }

    async fn nobody_rises_through_it(server) {
        let world = world(&server).await;
        let (host, dev, product) = (&world.host, &world.dev, &world.product);
        // Not by groups that give more, not by roles, not in products that are not theirs.
        for body in [
            json!({ "permissionGroupIds": [product.administrators] }),
            json!({ "permissionGroupIds": [product.manager] }),
            json!({ "isAdmin": true }),
        ] {
            world.update(host, host, body.clone()).await.refused(403);
            world.update(host, dev, body).await.refused(403);
        }
        for hidden in [world.other.developer, 999_999_999] {
            let said = world.update(host, dev, json!({ "permissionGroupIds": [hidden] })).await.refused(400);
            assert!(said["PermissionGroupIds"][0].as_str().unwrap().contains("no such"), "{said}");
        }
        // Who is not theirs to see is not there; an Owner is not theirs to touch.
        world.update(host, &world.far, json!({ "permissionGroupIds": [world.hosts] })).await.refused(404);
        world.update(host, &world.team.member, json!({})).await.refused(404);
        world.update(host, &world.team.owner, json!({ "permissionGroupIds": [world.hosts] })).await.refused(400);
        world.update(host, &world.team.owner, json!({ "isAdmin": false })).await.refused(403);
        // Lowering is: with it goes what they manage, and nothing else.
        server.put_in(&world.other, world.other.manager, dev).await;
        world.update(host, dev, json!({ "permissionGroupIds": [world.hosts] })).await.ok();
        world.update(host, dev, json!({ "removeFromPermissionGroupsWhereIdNotSet": true })).await.ok();
        assert_eq!(world.groups(dev).await, Some(vec![world.other.manager]));
        // Others have nothing to say.
        world.update(&world.far, &world.far, json!({ "permissionGroupIds": [world.other.administrators] })).await.refused(403);
        world.update(&world.far, &world.far, json!({ "isAdmin": true })).await.refused(403);
        world.update(&world.team.member, &world.team.member, json!({ "permissionGroupIds": [product.developer] })).await.refused(400);
        world.update(&server.person("sam").await, dev, json!({})).await.refused(404);
        let reads = server.token(&world.team.owner, true).await;
        world.update(&reads, dev, json!({ "isAdmin": true })).await.refused(403);
        assert!(!world.is_owner(dev).await && !world.is_owner(host).await);
    }

    async fn people_are_removed(server) {
        let world = world(&server).await;
        let from_product = |person: &Client| format!("/v1/products/{}/members/{}", world.product.id, person.id);
        world.far.delete(&from_product(&world.dev)).await.refused(404);
        world.dev.delete(&from_product(&world.host)).await.refused(403);
        let gone = world.host.delete(&from_product(&world.dev)).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        assert_eq!(world.groups(&world.dev).await, None, "a Guest leaves the team with the last group");
        world.host.delete(&from_product(&world.dev)).await.refused(404);

        world.host.delete(&world.member(&world.far)).await.refused(404);
        let gone = world.team.owner.delete(&world.member(&world.far)).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        assert_eq!(world.groups(&world.far).await, None);
        let said = world.team.owner.delete(&world.member(&world.team.owner)).await.refused(400);
        assert!(said[""][0].as_str().unwrap().contains("at least one owner"), "{said}");
        let left = world.team.member.delete(&world.member(&world.team.member)).await;
        assert_eq!(left.status, 204, "{}", left.text);
    }

    async fn a_service_account_is_there_and_has_no_address(server) {
        let world = world(&server).await;
        let (owner, product) = (&world.team.owner, &world.product);
        let accounts = format!("/api/v1/teams/{}/service-accounts", world.team.id);
        let account = owner.post(&accounts, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
        owner.put(&format!("{accounts}/{account}/group"), json!({ "permissionGroupId": product.developer })).await.ok();
        let pair = owner.post(&format!("{accounts}/{account}/tokens"), json!({ "name": "plan" })).await.ok();
        let program = owner.with_pair(pair["username"].as_str().unwrap(), pair["password"].as_str().unwrap());
        let own = program.get("/v1/me").await.ok();
        assert_eq!(own, json!({ "email": "", "fullName": "Terraform" }));

        let find = |list: &Value| list.as_array().unwrap().iter().find(|one| one["userId"] == account.as_str()).cloned().unwrap();
        let flat = find(&owner.get(&world.members(1)).await.ok());
        assert_eq!((&flat["fullName"], &flat["email"]), (&json!("Terraform"), &json!(null)));
        let member = find(&owner.get(&world.members(2)).await.ok()["members"]);
        assert_eq!((&member["email"], &member["permissions"][0]["permissionGroup"]["name"]), (&json!(""), &json!("Developer")));
        let listed = find(&world.host.get(&format!("/v1/products/{}/members", product.id)).await.ok());
        assert_eq!((&listed["permissionGroupId"], &listed["email"]), (&json!(product.developer), &json!(null)));

        // It is no person: it has no role, and does not leave the team.
        let path = format!("/v1/organizations/{}/members/{account}", world.team.id);
        owner.post(&path, json!({ "isAdmin": true })).await.refused(404);
        owner.delete(&path).await.refused(404);
        owner.delete(&format!("/v1/products/{}/members/{account}", product.id)).await.ok();
        program.get(&format!("/v1/products/{}", product.id)).await.refused(404);
        let log = owner.get(&format!("/v2/organizations/{}/auditlogs?auditLogType=publicApiAccessTokenAdded", world.team.id)).await.ok();
        assert_eq!(log["paging"]["totalCount"], 1);
    }

    async fn two_owners_cannot_unmake_each_other(server) {
        let world = world(&server).await;
        let second = server.join(&world.team, "olga", 50).await;
        for _ in 0..3 {
            let (first, other) = tokio::join!(
                world.update(&world.team.owner, &second, json!({ "isAdmin": false, "permissionGroupIds": [world.product.developer] })),
                world.update(&second, &world.team.owner, json!({ "isAdmin": false, "permissionGroupIds": [world.product.developer] })),
            );
            let mut said = [first.status.as_u16(), other.status.as_u16()];
            said.sort_unstable();
            assert!(said[0] == 200 && [400, 403].contains(&said[1]), "{said:?}: {} {}", first.text, other.text);
            let admins = server.admin.get(&world.members(2)).await.ok()["admins"].clone();
            assert_eq!(admins.as_array().unwrap().len(), 1);
            let lowered = if admins[0]["userId"] == second.id.as_str() { &world.team.owner } else { &second };
            world.update(&server.admin, lowered, json!({ "isAdmin": true })).await.ok();
        }
    }
}
