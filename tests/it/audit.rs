//! The audit log: what it tells, to whom, and what nobody can take out of it.

use burgee::{
    audit::log::{self, Checked},
    authz::Mint,
    clock::{DAY, HOUR},
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Client, PASSWORD, Server, on_both};

/// One log through its address.
async fn read(reader: &Client, path: &str) -> Vec<Value> {
    reader.get(path).await.ok()["log"].as_array().unwrap().clone()
}

/// How many events there are in a team's log and in the platform's.
async fn counts(server: &Server, team: &str) -> (u64, u64) {
    let count = async |path: &str| server.admin.get(path).await.ok()["count"].as_u64().unwrap();
    (count(&format!("/api/v1/teams/{team}/audit-log?limit=1")).await, count("/api/v1/admin/audit-log?limit=1").await)
}

/// A change and the events that it must leave, in the team's log and in the platform's, newest first.
struct Change<'a> {
    done: Answer,
    by: &'a Client,
    team: &'a [&'a str],
    platform: &'a [&'a str],
}

on_both! {
    async fn every_change_is_one_event(server) {
        let team = server.team("Harbor").await;
        let kim = server.person("kim").await;
        server.account("lee").await;
        let base = format!("/api/v1/teams/{}", team.id);
        let (owner, admin) = (&team.owner, &server.admin);
        let mut last = counts(&server, &team.id).await;
        let mut check = async |change: Change<'_>| {
            let Change { done, by, team: in_team, platform } = change;
            let asked = done.asked.clone();
            let request = done.headers["x-request-id"].to_str().unwrap().to_owned();
            assert!(done.status.is_success() || done.status.is_redirection(), "{asked}: {} {}", done.status, done.text);
            let now = counts(&server, &team.id).await;
            assert_eq!((now.0 - last.0, now.1 - last.1), (in_team.len() as u64, platform.len() as u64), "{asked}");
            for (path, expected) in [(format!("{base}/audit-log"), in_team), ("/api/v1/admin/audit-log".to_owned(), platform)] {
                let newest = read(admin, &format!("{path}?limit=5")).await;
                for (entry, action) in newest.iter().zip(expected) {
                    assert_eq!(
                        (entry["action"].as_str().unwrap(), entry["request"].as_str().unwrap()),
                        (*action, request.as_str()),
                        "{asked}"
                    );
                    assert_eq!(
                        (entry["username"].as_str().unwrap(), entry["trigger"]["id"].as_str().unwrap()),
                        (by.username.as_str(), by.id.as_str()),
                        "{asked}"
                    );
                    assert_eq!(
                        (&entry["address"], &entry["createdAt"]),
                        (&json!("127.0.0.1"), &json!("2026-11-22T09:00:00.000Z")),
                        "{asked}"
                    );
                }
            }
            last = now;
        };
        macro_rules! changes {
            ($($by:expr => $done:expr, $team:expr, $platform:expr;)*) => {
                $(check(Change { done: $done, by: $by, team: &$team, platform: &$platform }).await;)*
            };
        }
        let invitations = format!("{base}/invitations");
        let member = format!("{base}/members/{}", team.member.id);
        let user = format!("/api/v1/users/{}", kim.id);
        changes! {
            owner => owner.put(&base, json!({ "name": "Pier" })).await, ["team.changed"], [];
            owner => owner.put(&member, json!({ "role": 50 })).await, ["member.role-changed"], [];
            owner => owner.post(&invitations, json!({ "user": "kim lee" })).await, ["invitation.sent", "invitation.sent"], [];
        }
        let listed = owner.get(&invitations).await.ok();
        let of = |name: &str| {
            listed["invitations"].as_array().unwrap().iter().find(|one| one["invitee"]["username"] == name).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let tokens = "/api/v1/user/tokens";
        changes! {
            owner => owner.post(&format!("{invitations}/{}", of("lee")), json!({})).await, ["invitation.resent"], [];
            owner => owner.delete(&format!("{invitations}/{}", of("lee"))).await, ["invitation.revoked"], [];
            &kim => kim.patch(&format!("/api/v1/user/invitations/{}", of("kim"))).await, ["invitation.accepted"], [];
            &kim => kim.delete(&format!("{base}/members/{}", kim.id)).await, ["member.left"], [];
            owner => owner.delete(&member).await, ["member.removed"], [];
            owner => owner.post(&format!("{base}/service-accounts"), json!({ "name": "Terraform" })).await, ["service-account.created"], [];
            admin => admin.put(&base, json!({ "suspended": true })).await, ["team.suspended"], [];
            admin => admin.put(&base, json!({ "suspended": false })).await, ["team.resumed"], [];
            &kim => kim.put("/api/v1/user", json!({ "name": "Kim K." })).await, [], ["account.changed"];
            &kim => kim.post("/account/forgot_password", json!({ "email": "nobody" })).await, [], [];
            &kim => kim.put("/api/v1/user", json!({ "email": "new@example.com", "password": PASSWORD })).await, [], ["account.email-change-asked"];
            &kim => kim.post(tokens, json!({ "name": "ci" })).await, [], ["account.token-created"];
            &kim => kim.put("/api/v1/user/change_password", json!({ "old_password": PASSWORD, "password": "nine quiet ferries at dusk" })).await, [], ["account.password-changed"];
            admin => admin.put(&user, json!({ "admin": true })).await, [], ["person.promoted"];
            admin => admin.put(&user, json!({ "admin": false })).await, [], ["person.demoted"];
            admin => admin.put(&user, json!({ "suspended": true })).await, [], ["account.sessions-ended", "person.suspended"];
            admin => admin.put(&user, json!({ "suspended": false })).await, [], ["person.resumed"];
            admin => admin.put(&user, json!({ "name": "Kim", "username": "kimk" })).await, [], ["account.changed"];
            admin => admin.put("/api/v1/settings", json!({ "team:create": false })).await, [], ["platform.settings-changed"];
            admin => admin.put("/api/v1/settings", json!({ "team:create": false })).await, [], [];
            admin => admin.delete(&user).await, [], ["account.deleted"];
        }

        // What is refused leaves nothing.
        let before = counts(&server, &team.id).await;
        for refused in [
            owner.put(&base, json!({ "slug": "create" })).await,
            owner.put(&base, json!({ "name": "Quay", "slug": "a b" })).await,
            owner.delete(&format!("{base}/members/{}", owner.id)).await,
            owner.put(&format!("{base}/members/{}", owner.id), json!({ "role": 30 })).await,
            owner.put(&base, json!({ "suspended": true })).await,
            owner.post(&invitations, json!({ "user": "" })).await,
            team.member.put(&base, json!({ "name": "Quay" })).await,
            owner.put("/api/v1/settings", json!({ "team:create": true })).await,
            admin.put("/api/v1/settings", json!({ "team:create": true, "no:such": true })).await,
            admin.put(&format!("/api/v1/users/{}", admin.id), json!({ "admin": false })).await,
            admin.post("/api/v1/users", json!({ "username": "ada", "name": "Ada", "email": "x@example.com", "password": PASSWORD })).await,
            owner.send(Method::POST, "/account/theme", |request| request.header("sec-fetch-site", "cross-site")).await,
        ] {
            assert!(refused.status.is_client_error(), "{}: {}", refused.asked, refused.status);
            assert_eq!(counts(&server, &team.id).await, before, "{}", refused.asked);
        }

        // Nothing secret stands in any of it.
        let all =
            [admin.get(&format!("{base}/audit-log?limit=1000")).await.text, admin.get("/api/v1/admin/audit-log?limit=1000").await.text]
                .concat();
        for secret in [PASSWORD, "nine quiet", "bgp_", "bgi_", "bgs_", "argon2"] {
            assert!(!all.contains(secret), "{secret}");
        }
        for name in ["kim", "lee"] {
            assert!(all.contains(name), "what was done stays readable");
        }
        assert_eq!(server.intact_chain(&team.id).await, counts(&server, &team.id).await.0 as i64);
    }

    async fn a_log_is_read_in_stretches_without_gaps(server) {
        let team = server.team("Harbor").await;
        let path = format!("/api/v1/teams/{}", team.id);
        for number in 0..20 {
            team.owner.put(&path, json!({ "name": format!("Harbor {number}") })).await.ok();
        }
        let total = counts(&server, &team.id).await.0;
        let (mut seen, mut cursor) = (vec![], String::new());
        loop {
            let page = team.owner.get(&format!("{path}/audit-log?limit=7&cursor={cursor}")).await.ok();
            seen.extend(page["log"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().parse::<u64>().unwrap()));
            // More happens while somebody reads.
            team.owner.put(&path, json!({ "name": format!("Harbor at {}", seen.len()) })).await.ok();
            match page["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, (1..=total).rev().collect::<Vec<_>>());
        team.owner.get(&format!("{path}/audit-log?cursor=garbage")).await.refused(400);
        team.owner.get(&format!("{path}/audit-log?limit=many")).await.refused(400);
        team.member.get(&format!("{path}/audit-log")).await.refused(403);
        team.member.get("/team/harbor/audit-log").await.refused(403);
        server.person("pat").await.get(&format!("{path}/audit-log")).await.refused(404);
        server.anonymous().get(&format!("{path}/audit-log")).await.refused(401);
        team.owner.get("/api/v1/admin/audit-log").await.refused(403);
        // Older events stand behind a link on the page.
        for number in 0..80 {
            team.owner.put(&path, json!({ "name": format!("Pier {number}") })).await.ok();
        }
        let page = team.owner.get("/team/harbor/audit-log").await.page();
        assert!(page.contains("/team/harbor/audit-log?before="), "a way to older events");
        assert!(page.contains("Pier 79") || page.contains("changed the team"), "sentences");
    }

    async fn a_log_can_be_narrowed(server) {
        let team = server.team("Harbor").await;
        let path = format!("/api/v1/teams/{}", team.id);
        server.later(DAY);
        server.admin.put(&path, json!({ "name": "Pier" })).await.ok();
        server.later(DAY);
        team.owner.put(&format!("{path}/members/{}", team.member.id), json!({ "role": 50 })).await.ok();
        team.owner.put(&path, json!({ "name": "100% Quay" })).await.ok();
        let found = async |query: &str| -> Vec<String> {
            read(&team.owner, &format!("{path}/audit-log?{query}"))
                .await
                .iter()
                .map(|entry| entry["action"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(found("event=team.settings.updated").await, ["team.changed", "team.changed"]);
        assert_eq!(found("event=team.changed&event=member.role-changed").await.len(), 3);
        assert_eq!(found("username=ADA").await, ["team.changed"]);
        assert_eq!(found("username=ada&event=member.role-changed").await, [""; 0]);
        assert_eq!(found("username=nobody").await, [""; 0]);
        assert_eq!(found("event=no.such").await, [""; 0]);
        let about = found(&format!("object={}", team.member.id)).await;
        assert!(about.contains(&"member.role-changed".to_owned()) && !about.contains(&"team.changed".to_owned()), "{about:?}");
        assert_eq!(found(&format!("object={}&username=ada", team.member.id)).await, [""; 0]);
        assert_eq!(found("from=2026-11-23&to=2026-11-23").await, ["team.changed"]);
        assert_eq!(found("from=2026-11-24T09:00:00Z").await.len(), 2);
        assert_eq!(found("from=2026-11-22&query=quay").await.len(), 1);
        assert_eq!(found("from=2026-11-22&query=0%25+q").await.len(), 1);
        assert_eq!(found("from=2026-11-22&query=_").await, [""; 0], "a search is for what was typed");
        team.owner.get(&format!("{path}/audit-log?from=soon")).await.refused(400);
        team.owner.get(&format!("{path}/audit-log?object=member")).await.refused(400);
        team.owner.get(&format!("{path}/audit-log?query=x")).await.refused(400);
        let page = team.owner.get(&format!("/team/harbor/audit-log?person={}&action=team.changed", server.admin.id)).await.page();
        assert!(page.contains("Ada") && !page.contains("changed the role"), "{page}");
        let about = team.owner.get(&format!("/team/harbor/audit-log?object={}", team.member.id)).await.page();
        assert!(about.contains("changed the role") && !about.contains("created the team"));
        assert_eq!(team.owner.get("/team/harbor/audit-log?person=garbage").await.status.as_u16(), 422);

        // The same as a table.
        let csv = team.owner.get(&format!("{path}/audit-log/export")).await;
        assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        let lines: Vec<_> = csv.text.lines().collect();
        assert_eq!(lines[0], "id,event,body,scope,trigger,createdAt");
        assert_eq!(lines.len() as u64, 1 + counts(&server, &team.id).await.0);
        let first = &read(&team.owner, &format!("{path}/audit-log")).await[0];
        assert!(lines[1].starts_with(&format!("\"{}\",\"team.settings.updated\",\"{{", first["id"].as_str().unwrap())), "{}", lines[1]);
        let narrowed = team.owner.get(&format!("{path}/audit-log/export?username=ada")).await.text;
        assert_eq!(narrowed.lines().count(), 2);
        team.owner.get("/team/harbor/audit-log/export").await.page();
        team.owner.put(&format!("{path}/members/{}", team.member.id), json!({ "role": 30 })).await.ok();
        team.member.get(&format!("{path}/audit-log/export")).await.refused(403);
        team.owner.get("/api/v1/admin/audit-log/export").await.refused(403);
        server.admin.get("/api/v1/admin/audit-log/export").await.page();
    }

    async fn everybody_reads_what_happened_to_their_own_account(server) {
        let kim = server.person("kim").await;
        let lee = server.person("lee").await;
        server.anonymous().post("/account/login", json!({ "username": "kim", "password": "not this one, surely" })).await.refused(401);
        let token = server.token(&kim, false).await;
        token.put("/api/v1/user", json!({ "name": "Kim K." })).await.ok();
        server.admin.put(&format!("/api/v1/users/{}", kim.id), json!({ "name": "Kim" })).await.ok();
        let log = read(&kim, "/api/v1/user/audit-log").await;
        let told: Vec<_> = log
            .iter()
            .map(|entry| (entry["action"].as_str().unwrap(), entry["source"].as_str().unwrap(), entry["username"].as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("account.changed", "session", Some("ada")),
                ("account.changed", "token", Some("kim")),
                ("account.token-created", "session", Some("kim")),
                ("account.sign-in-failed", "system", None),
                ("account.signed-in", "session", Some("kim")),
                ("account.created", "session", Some("ada")),
            ]
        );
        assert_eq!(log[0]["address"], Value::Null, "where an administrator was is not told");
        assert_eq!(log[3]["address"], "127.0.0.1", "where somebody guessed is");
        assert_eq!(log[0]["body"]["updates"], json!([{ "key": "name", "old": "Kim K.", "new": "Kim", "dif": "updated" }]));
        assert_eq!(kim.get("/api/v1/user/audit-log?limit=1").await.ok()["count"], 6);
        assert!(read(&lee, "/api/v1/user/audit-log").await.iter().all(|entry| entry["body"]["user"]["username"] == "lee"));
        let page = kim.get("/account/log").await.page();
        assert!(page.contains("the password was wrong") && !page.contains("lee"), "{page}");
        // After the account has ended, its history is still told, under its name.
        server.admin.delete(&format!("/api/v1/users/{}", kim.id)).await.ok();
        let platform = read(&server.admin, "/api/v1/admin/audit-log?event=user.pat.created").await;
        assert_eq!(platform[0]["username"], "Kim");
    }

    async fn whoever_alters_a_log_is_found_out(server) {
        let team = server.team("Harbor").await;
        let base = format!("/api/v1/teams/{}", team.id);
        for name in ["Pier", "Quay", "Mole", "Dock"] {
            server.later(HOUR);
            team.owner.put(&base, json!({ "name": name })).await.ok();
        }
        let length = counts(&server, &team.id).await.0 as i64;
        assert_eq!(server.intact_chain(&team.id).await, length);
        // Four events before those four: created, added, invited, accepted.
        let second = "event = 'team.changed' AND position = 6";
        for (tampered, back, position) in [
            (
                format!("UPDATE audit_events SET data = replace(data, 'Quay', 'Quai') WHERE {second}"),
                format!("UPDATE audit_events SET data = replace(data, 'Quai', 'Quay') WHERE {second}"),
                6,
            ),
            (
                format!("UPDATE audit_events SET actor_name = 'Somebody' WHERE {second}"),
                format!("UPDATE audit_events SET actor_name = 'Harbor-owner' WHERE {second}"),
                6,
            ),
            (
                format!("UPDATE audit_events SET at = at - 1 WHERE {second}"),
                format!("UPDATE audit_events SET at = at + 1 WHERE {second}"),
                6,
            ),
            (
                format!("UPDATE audit_events SET address = NULL WHERE {second}"),
                format!("UPDATE audit_events SET address = '127.0.0.1' WHERE {second}"),
                6,
            ),
            (
                format!("UPDATE audit_events SET position = 100 WHERE {second}"),
                "UPDATE audit_events SET position = 6 WHERE position = 100".to_owned(),
                6,
            ),
            (
                "UPDATE audit_events SET position = 1000 WHERE event = 'team.changed' AND position = 8".to_owned(),
                "UPDATE audit_events SET position = 8 WHERE position = 1000".to_owned(),
                8,
            ),
        ] {
            assert_eq!(server.sql(&tampered).await, 1, "{tampered}");
            assert_eq!(server.check_chain(&team.id).await, Checked::Broken(position), "{tampered}");
            assert_eq!(server.sql(&back).await, 1, "{back}");
            assert_eq!(server.check_chain(&team.id).await, Checked::Intact(length), "{back}");
        }
        // What was cut off at the end, or taken out of the middle, is missed too.
        assert_eq!(server.sql("DELETE FROM audit_events WHERE event = 'team.changed' AND position = 8").await, 1);
        assert_eq!(server.check_chain(&team.id).await, Checked::Broken(8));
        burgee::audit_log::check_chains(Mint::new(&server.app, burgee::audit::Way::System)).await.unwrap();
        let page = team.owner.get("/team/harbor/audit-log").await.page();
        assert!(page.contains("Chain broken at position 8"), "the page says so: {page}");
        let db = Mint::new(&server.app, burgee::audit::Way::System).read();
        assert!(matches!(log::check(&db, Uuid::nil()).await.unwrap(), Checked::Intact(_)), "other logs are not concerned");
    }
}
