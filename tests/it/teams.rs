//! Teams: creating, naming, switching, suspending and deleting them.

use serde_json::{Value, json};

use crate::support::{Client, Team, on_both};

/// The events of a team, newest first.
async fn log(reader: &Client, team: &str) -> Vec<Value> {
    reader.get(&format!("/api/v1/teams/{team}/audit-log")).await.ok()["log"].as_array().unwrap().clone()
}

async fn create(by: &Client, body: Value) -> crate::support::Answer {
    by.post("/api/v1/teams", body).await
}

fn path(team: &Team) -> String {
    format!("/api/v1/teams/{}", team.id)
}

on_both! {
    async fn a_team_belongs_to_whoever_creates_it(server) {
        let kim = server.person("kim").await;
        let team = create(&kim, json!({ "name": "Harbor Works" })).await.ok();
        assert_eq!((&team["slug"], &team["memberCount"], &team["suspended"]), (&json!("harbor-works"), &json!(1), &json!(false)));
        let id = team["id"].as_str().unwrap();
        assert_eq!(team["links"]["self"], json!(server.app.config.url(&format!("/api/v1/teams/{id}"))));
        assert_eq!(kim.get(&format!("/api/v1/teams/{id}/user")).await.ok(), json!({ "role": 50 }));
        assert_eq!(server.admin.get(&format!("/api/v1/teams/{id}/user")).await.ok(), json!({ "role": 99 }));
        let events = log(&kim, id).await;
        let names: Vec<_> = events.iter().map(|event| (event["event"].as_str().unwrap(), event["username"].as_str().unwrap())).collect();
        assert_eq!(names, [("team.user.added", "kim"), ("team.created", "kim")]);
        assert_eq!(events[0]["body"]["role"], "owner");
        assert_eq!(kim.get("/").await.leads_to(), "/team/harbor-works/overview", "the first team is the default one");

        // The slug follows from the name, or is what was asked for, in lower case.
        for (body, slug) in [
            (json!({ "name": "  Ünter der Brücke 7! " }), "nter-der-brcke-7"),
            (json!({ "name": "Quay", "slug": "My-Quay" }), "my-quay"),
            (json!({ "name": "Pier", "slug": "  pier-2 ", "type": "team" }), "pier-2"),
            (json!({ "name": "Dock", "slug": "" }), "dock"),
        ] {
            assert_eq!(create(&kim, body).await.ok()["slug"], slug);
        }
        let page = kim.form("/team/create", &[("name", "Mole"), ("slug", "")]).await;
        assert_eq!(page.leads_to(), "/team/mole/overview");
        assert!(kim.get("/team/mole/overview").await.page().contains("Mole"));
    }

    async fn names_and_slugs_have_rules(server) {
        let team = server.team("Harbor").await;
        let kim = &team.owner;
        let long = "x".repeat(51);
        let refused = [
            ("slug", json!({ "name": "Pier", "slug": "pi er" })),
            ("slug", json!({ "name": "Pier", "slug": "piér" })),
            ("slug", json!({ "name": "Pier", "slug": "p" })),
            ("slug", json!({ "name": "Pier", "slug": long })),
            ("slug", json!({ "name": "Pier", "slug": "create" })),
            ("slug", json!({ "name": "Pier", "slug": "CREATE" })),
            ("slug", json!({ "name": "Pier", "slug": "Api" })),
            ("slug", json!({ "name": "Create" })),
            ("slug", json!({ "name": "Pier", "slug": "harbor" })),
            ("slug", json!({ "name": "Pier", "slug": "HARBOR" })),
            ("slug", json!({ "name": "harbor" })),
            ("slug", json!({ "name": "🚀🚀" })),
            ("slug", json!({ "name": "Pier", "slug": team.id })),
            ("name", json!({ "name": "see http://evil.example" })),
            ("name", json!({ "name": "  " })),
            ("name", json!({ "name": "x".repeat(101) })),
            ("type", json!({ "name": "Pier", "type": "J9mDl3O1pq" })),
        ];
        for (field, body) in &refused {
            let answer = create(kim, body.clone()).await.refused(400);
            assert!(answer["errors"][field].is_string(), "{body}: {answer}");
        }
        assert_eq!(kim.get("/api/v1/user/teams").await.ok()["count"], 1);
        let before = log(kim, &team.id).await.len();
        for (field, body) in refused
            .iter()
            .filter(|(field, body)| *field == "slug" && body["slug"].is_string() && body["slug"] != "harbor" && body["slug"] != "HARBOR")
        {
            let answer = kim.put(&path(&team), json!({ "name": "Pier", "slug": body["slug"] })).await.refused(400);
            assert!(answer["errors"][field].is_string(), "{body}: {answer}");
        }
        create(kim, json!({ "name": "Quay" })).await.ok();
        kim.put(&path(&team), json!({ "slug": "Quay" })).await.refused(400);
        assert_eq!(kim.get(&path(&team)).await.ok()["name"], "Harbor", "all or nothing");
        assert_eq!(log(kim, &team.id).await.len(), before, "what was refused is no event");

        let check = async |slug: &str| kim.post("/api/v1/teams/check-slug", json!({ "slug": slug })).await.status.as_u16();
        assert_eq!([check("pier").await, check("Harbor").await, check("create").await, check("a b").await], [200, 409, 409, 409]);
        let typed = kim.get("/team/create/check?slug=harbor&name=").await.page();
        assert!(typed.contains("harbor-2"), "a taken slug comes with one that is free: {typed}");
        assert!(kim.get("/team/create/check?slug=&name=Cargo+Ship").await.page().contains("cargo-ship"));
        let again = kim.form("/team/create", &[("name", "Pier"), ("slug", "harbor")]).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(
            again.text.contains("value=\"Pier\"") && again.text.contains("harbor-2"),
            "the form keeps what was typed and says what is wrong"
        );
    }

    async fn creating_teams_can_be_kept_for_administrators(server) {
        let kim = server.person("kim").await;
        server.admin.put("/api/v1/settings", json!({ "team:create": false })).await.ok();
        create(&kim, json!({ "name": "Pier" })).await.refused(403);
        kim.get("/team/create").await.refused(403);
        kim.form("/team/create", &[("name", "Pier")]).await.refused(403);
        assert_eq!(kim.get("/api/v1/settings").await.ok()["team:create"], false);
        create(&server.admin, json!({ "name": "Pier" })).await.ok();
        server.admin.put("/api/v1/settings", json!({ "team:create": true })).await.ok();
        create(&kim, json!({ "name": "Quay" })).await.ok();
    }

    async fn owners_rename(server) {
        let team = server.team("Harbor").await;
        let updated = team.owner.get(&path(&team)).await.ok()["updatedAt"].clone();
        server.later(1000);
        let changed = team.owner.put(&path(&team), json!({ "name": "Pier", "slug": "Pier-1" })).await.ok();
        assert_eq!((&changed["name"], &changed["slug"]), (&json!("Pier"), &json!("pier-1")));
        assert_ne!(changed["updatedAt"], updated);
        team.owner.get("/team/harbor/overview").await.refused(404);
        team.owner.get("/team/pier-1/overview").await.page();
        let event = &log(&team.owner, &team.id).await[0];
        assert_eq!(event["action"], "team.changed");
        assert_eq!(
            event["body"]["updates"],
            json!([{ "key": "name", "old": "Harbor", "new": "Pier", "dif": "updated" }, { "key": "slug", "old": "harbor", "new": "pier-1", "dif": "updated" }])
        );
        let count = log(&team.owner, &team.id).await.len();
        team.owner.put(&path(&team), json!({ "name": "Pier", "slug": "PIER-1" })).await.ok();
        team.owner.put(&path(&team), json!({})).await.ok();
        team.member.put(&path(&team), json!({ "name": "Quay" })).await.refused(403);
        team.member.put(&path(&team), json!({ "slug": "quay" })).await.refused(403);
        team.member.form("/team/pier-1/settings", &[("name", "Quay"), ("slug", "quay")]).await.refused(403);
        team.owner.put(&path(&team), json!({ "id": "x" })).await.refused(400);
        assert_eq!(log(&team.owner, &team.id).await.len(), count);
        server.admin.put(&path(&team), json!({ "name": "Quay" })).await.ok();
        assert_eq!(team.owner.form("/team/pier-1/settings", &[("name", "Quay"), ("slug", "quay")]).await.leads_to(), "/team/quay/settings");
    }

    async fn a_deleted_team_is_gone_for_everybody(server) {
        let team = server.team("Harbor").await;
        let lee = server.person("lee").await;
        team.owner.post(&format!("{}/invitations", path(&team)), json!({ "user": "lee, out@example.com" })).await.ok();
        let link = server.mail_to("out@example.com").await.link(&server.base, "/invitation/");
        let session = team.member.get("/").await.leads_to();
        assert_eq!(session, "/team/harbor/overview");
        team.member.delete(&path(&team)).await.refused(403);
        team.member.form("/team/harbor/delete", &[("confirm", "Harbor")]).await.refused(403);
        team.owner.get("/team/harbor/delete").await.page();
        assert_eq!(team.owner.form("/team/harbor/delete", &[("confirm", "harbour")]).await.status.as_u16(), 422);
        assert_eq!(team.owner.form("/team/harbor/delete", &[("confirm", "Harbor")]).await.leads_to(), "/");
        for person in [&team.owner, &team.member, &server.admin] {
            person.get(&path(&team)).await.refused(404);
            person.get("/team/harbor/overview").await.refused(404);
        }
        assert_eq!(lee.get("/api/v1/user/invitations").await.ok()["count"], 0);
        server.anonymous().get(&link).await.refused(410);
        assert_eq!(team.member.get("/").await.leads_to(), "/account/teams");
        assert_eq!(server.sign_in("harbor-member").await.get("/").await.leads_to(), "/account/teams");
        let platform = server.admin.get("/api/v1/admin/audit-log?event=team.deleted").await.ok();
        assert_eq!(
            (&platform["log"][0]["username"], &platform["log"][0]["body"]["team"]["name"]),
            (&json!("harbor-owner"), &json!("Harbor"))
        );
        // Its name is free again, and what comes after it is a team of its own.
        let again = create(&lee, json!({ "name": "Harbor" })).await.ok();
        assert_ne!(again["id"], json!(team.id));
        team.member.get(&format!("/api/v1/teams/{}", again["id"].as_str().unwrap())).await.refused(404);
    }

    async fn everybody_sees_their_own_teams(server) {
        let harbor = server.team("Harbor").await;
        let quay = server.team("Quay").await;
        create(&harbor.member, json!({ "name": "Aft" })).await.ok();
        let own = harbor.member.get("/api/v1/user/teams").await.ok();
        let seen: Vec<_> = own["teams"]
            .as_array()
            .unwrap()
            .iter()
            .map(|team| (team["slug"].as_str().unwrap(), team["role"].as_i64().unwrap(), team["memberCount"].as_i64().unwrap()))
            .collect();
        assert_eq!(seen, [("aft", 50, 1), ("harbor", 30, 2)]);
        assert!(own["teams"][1]["projectCount"].is_number());

        harbor.member.get("/api/v1/teams").await.refused(403);
        for found in ["/api/v1/teams?slug=harbor", "/api/v1/teams/slug/Harbor"] {
            assert_eq!(harbor.member.get(found).await.ok()["id"], json!(harbor.id));
            assert_eq!(server.admin.get(found).await.ok()["memberCount"], 2);
            quay.member.get(found).await.refused(404);
            server.anonymous().get(found).await.refused(401);
        }
        server.admin.get("/api/v1/teams?slug=nobody").await.refused(404);

        // Administrators go through all of them in stretches.
        let first = server.admin.get("/api/v1/teams?limit=2").await.ok();
        assert_eq!((&first["count"], first["teams"].as_array().unwrap().len()), (&json!(3), 2));
        create(&server.admin, json!({ "name": "Late" })).await.ok();
        let rest = server.admin.get(&format!("/api/v1/teams?limit=2&cursor={}", first["meta"]["next_cursor"].as_str().unwrap())).await.ok();
        let slugs: Vec<_> =
            [&first, &rest].iter().flat_map(|page| page["teams"].as_array().unwrap()).map(|team| team["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs, ["harbor", "quay", "aft", "late"]);
        assert_eq!(server.admin.get("/api/v1/teams?query=ARB").await.ok()["teams"][0]["slug"], "harbor");
        server.admin.get("/api/v1/teams?cursor=garbage").await.refused(400);
    }

    async fn a_suspended_team_stands_still(server) {
        let team = server.team("Harbor").await;
        team.owner.put(&path(&team), json!({ "suspended": true })).await.refused(403);
        server.admin.form(&format!("/admin/teams/{}/suspend", team.id), &[]).await.leads_to();
        assert_eq!(team.owner.get(&path(&team)).await.ok()["suspended"], true);
        let answer = team.owner.post(&format!("{}/invitations", path(&team)), json!({ "user": "ada" })).await.refused(403);
        assert_eq!(answer["code"], "team_suspended");
        // Reading and putting things in order go on.
        team.member.get("/team/harbor/overview").await.page();
        team.owner.put(&format!("{}/members/{}", path(&team), team.member.id), json!({ "role": 50 })).await.ok();
        server.admin.put(&path(&team), json!({ "suspended": true })).await.ok();
        server.admin.put(&path(&team), json!({ "suspended": false })).await.ok();
        team.owner.post(&format!("{}/invitations", path(&team)), json!({ "user": "ada" })).await.ok();
        let names: Vec<_> = log(&team.owner, &team.id).await.iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect();
        assert_eq!(&names[..4], ["invitation.sent", "team.resumed", "member.role-changed", "team.suspended"]);
    }
}
