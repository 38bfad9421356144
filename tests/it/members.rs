//! Members: who is in a team, as what, and what changing that does.

use serde_json::{Value, json};

use crate::support::{Client, Server, Team, on_both};

fn path(team: &Team, person: &Client) -> String {
    format!("/api/v1/teams/{}/members/{}", team.id, person.id)
}

/// User names with roles, as the list has them.
async fn listed(reader: &Client, team: &Team) -> Vec<(String, i64)> {
    let members = reader.get(&format!("/api/v1/teams/{}/members", team.id)).await.ok();
    let list = members["members"].as_array().unwrap();
    assert_eq!(members["count"], list.len());
    list.iter().map(|member| (member["username"].as_str().unwrap().to_owned(), member["role"].as_i64().unwrap())).collect()
}

async fn newest(team: &Team) -> Value {
    team.owner.get(&format!("/api/v1/teams/{}/audit-log?limit=1", team.id)).await.ok()["log"][0].clone()
}

on_both! {
    async fn members_see_each_other(server) {
        let team = server.team("Harbor").await;
        let stranger = server.person("pat").await;
        let expected = [("harbor-owner".to_owned(), 50), ("harbor-member".to_owned(), 30)];
        for reader in [&team.owner, &team.member, &server.admin] {
            assert_eq!(listed(reader, &team).await, expected);
        }
        let list = format!("/api/v1/teams/{}/members", team.id);
        stranger.get(&list).await.refused(404);
        server.anonymous().get(&list).await.refused(401);
        assert!(!team.member.get(&list).await.text.contains("@example.com"), "the list for programs holds no addresses");

        // Guests stand apart.
        let guest = server.person("gil").await;
        server.make_guest(&team.id, &guest.id).await;
        assert_eq!(listed(&team.owner, &team).await, expected);
        assert_eq!(team.owner.get(&format!("/api/v1/teams/{}", team.id)).await.ok()["memberCount"], 2);
        assert!(team.owner.get("/team/harbor/members").await.page().contains("Gil"));
        let own = guest.get("/api/v1/user/teams").await.ok();
        assert_eq!(
            (&own["teams"][0]["slug"], &own["teams"][0]["role"], &own["teams"][0]["memberCount"]),
            (&json!("harbor"), &json!(5), &Value::Null)
        );
        for closed in [list.as_str(), "/team/harbor/members", "/team/harbor/roles"] {
            guest.get(closed).await.refused(404);
        }
        assert_eq!(guest.get("/team/harbor/overview").await.leads_to(), "/team/harbor/products");

        // The page finds people and tells how they came and when they were last here.
        server.note_seen().await;
        let page = team.owner.get("/team/harbor/members").await.page();
        assert!(page.contains("Created the team") && page.contains("Invited by Harbor-owner"), "{page}");
        let found = team.owner.get("/team/harbor/members?search=HARBOR-mem").await.page();
        assert!(found.contains("harbor-member@example.com") && !found.contains("harbor-owner@example.com"));
        assert!(
            !team.owner.get("/team/harbor/members?search=_").await.page().contains("harbor-member@example.com"),
            "an underscore stands for itself"
        );
        let owners = team.owner.get("/team/harbor/members?role=owner").await.page();
        assert!(!owners.contains("harbor-member@example.com"));
    }

    async fn members_are_listed_by_role_and_name(server) {
        let team = server.team("Harbor").await;
        for (name, role) in [("zoe", 50), ("mia", 30), ("abel", 30)] {
            server.join(&team, name, role).await;
        }
        let expected = ["harbor-owner", "zoe", "abel", "harbor-member", "mia"];
        let names: Vec<String> = listed(&team.owner, &team).await.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, expected);
        let at = |page: &str, name: &str| page.find(&format!("{name}@example.com"));
        let page = team.owner.get("/team/harbor/members").await.page();
        assert!(expected.windows(2).all(|two| at(&page, two[0]) < at(&page, two[1])), "{page}");
        // The next stretch begins where the last one ended.
        let members = team.owner.get(&format!("/api/v1/teams/{}/members", team.id)).await.ok();
        let rest = team.owner.get(&format!("/team/harbor/members?after=30~{}", members["members"][2]["id"].as_str().unwrap())).await.page();
        let left: Vec<_> = expected.iter().filter(|name| at(&rest, name).is_some()).collect();
        assert_eq!(left, [&"harbor-member", &"mia"]);
    }

    async fn somebody_is_removed_or_leaves(server) {
        let team = server.team("Harbor").await;
        let second = server.join(&team, "second", 50).await;
        let third = server.join(&team, "third", 30).await;
        let stranger = server.person("pat").await;
        team.member.delete(&path(&team, &third)).await.refused(403);
        team.member.delete(&path(&team, &team.owner)).await.refused(403);
        stranger.delete(&path(&team, &third)).await.refused(404);
        server.anonymous().delete(&path(&team, &third)).await.refused(401);
        team.owner.delete(&path(&team, &stranger)).await.refused(404);
        assert_eq!(listed(&team.owner, &team).await.len(), 4);

        let token = server.token(&third, false).await;
        third.get(&format!("/api/v1/teams/{}", team.id)).await.ok();
        team.owner.delete(&path(&team, &third)).await.ok();
        assert_eq!(newest(&team).await["event"], "team.user.removed");
        for (reader, closed) in [
            (&third, format!("/api/v1/teams/{}", team.id)),
            (&third, format!("/api/v1/teams/{}/members", team.id)),
            (&third, "/team/harbor/overview".to_owned()),
            (&token, format!("/api/v1/teams/{}", team.id)),
        ] {
            reader.get(&closed).await.refused(404);
        }
        assert_eq!(third.get("/api/v1/user").await.ok()["defaultTeam"], Value::Null);
        team.owner.delete(&path(&team, &third)).await.refused(404);

        team.member.get(&format!("/team/harbor/members/{}/remove", team.member.id)).await.page();
        assert_eq!(team.member.form(&format!("/team/harbor/members/{}/remove", team.member.id), &[]).await.leads_to(), "/");
        assert_eq!(newest(&team).await["action"], "member.left");
        second.delete(&path(&team, &second)).await.ok();
        assert_eq!(listed(&team.owner, &team).await, [("harbor-owner".to_owned(), 50)]);
        // One is left, and stays: for themselves and for an administrator, in the API and on the page.
        for by in [&team.owner, &server.admin] {
            assert_eq!(by.delete(&path(&team, &team.owner)).await.refused(400)["code"], "last_owner");
            assert_eq!(by.form(&format!("/team/harbor/members/{}/remove", team.owner.id), &[]).await.status.as_u16(), 422);
        }
        let fourth = server.join(&team, "fourth", 30).await;
        server.admin.delete(&path(&team, &fourth)).await.ok();
        assert_eq!(newest(&team).await["username"], "ada");
    }

    async fn roles_change_by_owners_only(server) {
        let team = server.team("Harbor").await;
        let stranger = server.person("pat").await;
        let role = |role: Value| json!({ "role": role });
        team.owner.put(&path(&team, &team.member), role(json!(50))).await.ok();
        assert_eq!(listed(&team.owner, &team).await[1].1, 50);
        let event = newest(&team).await;
        assert_eq!(
            (&event["event"], &event["username"], &event["body"]["user"]["username"]),
            (&json!("team.user.role-changed"), &json!("harbor-owner"), &json!("harbor-member"))
        );
        assert_eq!(event["body"]["updates"], json!([{ "key": "role", "old": "member", "new": "owner", "dif": "updated" }]));
        team.owner.put(&path(&team, &team.member), role(json!(50))).await.ok();
        assert_eq!(newest(&team).await["id"], event["id"], "the same role again is no event");

        // An owner lowers another, and is lowered at once.
        team.owner.put(&path(&team, &team.member), role(json!(30))).await.ok();
        team.member.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.refused(403);
        for who in [&team.member, &team.owner] {
            team.member.put(&path(&team, who), role(json!(50))).await.refused(403);
            team.member.form(&format!("/team/harbor/members/{}/role", who.id), &[("role", "owner")]).await.refused(403);
        }
        server.admin.put(&path(&team, &team.member), role(json!(50))).await.ok();
        team.owner.put(&path(&team, &team.owner), role(json!(30))).await.ok();
        assert_eq!(listed(&team.owner, &team).await[0].0, "harbor-member");

        // A role is a number, and is given to members: a guest gets one by an invitation.
        let guest = server.person("gus").await;
        server.make_guest(&team.id, &guest.id).await;
        assert_eq!(team.member.put(&path(&team, &guest), role(json!(50))).await.refused(400)["code"], "is_guest");
        for wrong in [json!("member"), json!("50"), json!(5), json!(99), json!(null)] {
            team.member.put(&path(&team, &team.owner), role(wrong)).await.refused(400);
        }

        // The last owner stays one, whoever asks and however.
        let last = &team.member;
        for by in [last, &server.admin] {
            assert_eq!(by.put(&path(&team, last), role(json!(30))).await.refused(403)["code"], "last_owner");
            assert_eq!(by.form(&format!("/team/harbor/members/{}/role", last.id), &[("role", "member")]).await.status.as_u16(), 422);
        }
        for wrong in [json!(0), json!(5), json!(99), json!("chief"), json!(null), json!([50]), json!(50.5), json!(-30), json!(true)] {
            last.put(&path(&team, &team.owner), role(wrong)).await.refused(400);
        }
        last.put(&path(&team, &team.owner), json!({ "role": 50, "admin": true })).await.refused(400);
        last.put(&path(&team, &stranger), role(json!(50))).await.refused(404);
        assert_eq!(listed(last, &team).await, [("harbor-member".to_owned(), 50), ("harbor-owner".to_owned(), 30)]);
    }

    async fn an_administrator_who_is_only_a_member_still_runs_the_team(server) {
        let team = server.team("Harbor").await;
        let boss = server.join(&team, "boss", 30).await;
        server.admin.put(&format!("/api/v1/users/{}", boss.id), json!({ "admin": true })).await.ok();
        assert_eq!(boss.get(&format!("/api/v1/teams/{}/user", team.id)).await.ok()["role"], 30);
        boss.put(&path(&team, &team.member), json!({ "role": 50 })).await.ok();
        boss.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.ok();
        boss.get("/team/harbor/settings").await.page();
        server.admin.put(&format!("/api/v1/users/{}", boss.id), json!({ "admin": false })).await.ok();
        boss.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.refused(403);
    }

    async fn everybody_can_ask_why(server) {
        let team = server.team("Harbor").await;
        let ask = async |by: &Client, about: &Client, permission: &str| {
            by.get(&format!("{}/why?permission={permission}", path(&team, about))).await
        };
        let may = ask(&team.owner, &team.member, "snapshot.create").await.ok();
        assert_eq!(may["allowed"], true);
        let no = ask(&team.owner, &team.member, "team.member.invite").await.ok();
        assert_eq!(no["allowed"], false);
        let last = no["steps"].as_array().unwrap().last().unwrap();
        assert_eq!(last["holds"], false);
        assert!(no["change"].is_string(), "{no}");
        ask(&team.member, &team.member, "team.member.invite").await.ok();
        ask(&team.member, &team.owner, "team.member.invite").await.refused(403);
        ask(&team.owner, &team.member, "no.such").await.refused(400);
        ask(&team.owner, &team.member, "platform.read").await.refused(400);
        // The answer is what the server does.
        server.admin.put(&format!("/api/v1/teams/{}", team.id), json!({ "suspended": true })).await.ok();
        assert_eq!(ask(&team.owner, &team.owner, "team.member.invite").await.ok()["allowed"], false);
        let page = team.member.get("/team/harbor/roles?permission=snapshot.delete").await.page();
        assert!(page.contains("Set as Device Target") && page.contains("Remove Other from Team"), "the whole matrix");
        let page = team.owner.get(&format!("/team/harbor/roles?person={}&permission=snapshot.delete", team.member.id)).await.page();
        assert!(page.contains("snapshot.delete"), "{page}");
    }
}

/// PostgreSQL knows the letters of the locale that it was made with; SQLite knows what we taught it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_found_in_any_script() {
    let server = Server::sqlite().await;
    let team = server.team("Harbor").await;
    team.member.put("/api/v1/user", json!({ "name": "Örjan Ärlig" })).await.ok();
    for search in ["%C3%B6rjan", "%C3%96RJAN", "%C3%A4rlig"] {
        let page = team.owner.get(&format!("/team/harbor/members?search={search}")).await.page();
        assert!(page.contains("harbor-member@example.com") && !page.contains("harbor-owner@example.com"), "{search}");
    }
    team.owner.put(&path(&team, &team.member), json!({ "role": 50 })).await.ok();
    let log = format!("/api/v1/teams/{}/audit-log?from=2020-01-01&query=%C3%B6RJAN", team.id);
    assert_eq!(team.owner.get(&log).await.ok()["log"][0]["action"], "member.role-changed");
}
