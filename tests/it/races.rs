//! Things that go wrong only when two people do them at the same moment, done at the same moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    serving::soon,
    support::{Client, Server, on_both},
};

fn owners(members: &Value) -> usize {
    members["members"].as_array().unwrap().iter().filter(|member| member["role"] == 50).count()
}

on_both! {
    async fn two_owners_who_lower_each_other_leave_one(server) {
        let team = server.team("harbor").await;
        let second = server.join(&team, "second", 50).await;
        let path = |person: &Client| format!("/api/v1/teams/{}/members/{}", team.id, person.id);
        for round in 0..8 {
            let (to_second, to_first) = (path(&second), path(&team.owner));
            let (one, two) = tokio::join!(team.owner.put(&to_second, json!({ "role": 30 })), second.put(&to_first, json!({ "role": 30 })));
            let members = server.admin.get(&format!("/api/v1/teams/{}/members", team.id)).await.ok();
            assert_eq!(owners(&members), 1, "round {round}: {} {}", one.status, two.status);
            assert_eq!([&one, &two].iter().filter(|answer| answer.status.is_success()).count(), 1, "round {round}: {} {}", one.text, two.text);
            for person in [&second, &team.owner] {
                server.admin.put(&path(person), json!({ "role": 50 })).await.ok();
            }
        }
    }

    async fn two_owners_who_leave_at_once_leave_one(server) {
        let team = server.team("harbor").await;
        let second = server.join(&team, "second", 50).await;
        let path = |person: &Client| format!("/api/v1/teams/{}/members/{}", team.id, person.id);
        let (first_path, second_path) = (path(&team.owner), path(&second));
        let (one, two) = tokio::join!(team.owner.delete(&first_path), second.delete(&second_path));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{} {}", one.text, two.text);
    }

    async fn an_invitation_is_accepted_once(server) {
        let team = server.team("harbor").await;
        let person = server.person("pat").await;
        for round in 0..5 {
            team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), json!({ "user": "pat" })).await.ok();
            let waiting = person.get("/api/v1/user/invitations").await.ok();
            let path = format!("/api/v1/user/invitations/{}", waiting["invitations"][0]["id"].as_str().unwrap());
            let answers = tokio::join!(person.patch(&path), person.patch(&path), person.patch(&path));
            let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16(), answers.2.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 404, 404], "round {round}");
            let log = team.owner.get(&format!("/api/v1/teams/{}/audit-log?limit=1", team.id)).await.ok();
            assert_eq!(log["log"][0]["action"], "invitation.accepted");
            team.owner.delete(&format!("/api/v1/teams/{}/members/{}", team.id, person.id)).await.ok();
        }
    }

    async fn a_slug_is_given_once(server) {
        let (one, two) = (server.person("one").await, server.person("two").await);
        for round in 0..5 {
            let body = json!({ "name": format!("Harbor {round}") });
            let (a, b) = tokio::join!(one.post("/api/v1/teams", body.clone()), two.post("/api/v1/teams", body));
            let mut statuses = [a.status.as_u16(), b.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 400], "{} {}", a.text, b.text);
        }
    }

    async fn two_administrators_who_demote_each_other_leave_one(server) {
        let second = server.person("second").await;
        server.admin.put(&format!("/api/v1/users/{}", second.id), json!({ "admin": true })).await.ok();
        let (to_second, to_first) = (format!("/api/v1/users/{}", second.id), format!("/api/v1/users/{}", server.admin.id));
        let (one, two) = tokio::join!(server.admin.put(&to_second, json!({ "admin": false })), second.put(&to_first, json!({ "admin": false })));
        assert_eq!([&one, &two].iter().filter(|answer| answer.status.is_success()).count(), 1, "{} {}", one.text, two.text);
        let left = [&server.admin, &second];
        let mut administrators = 0;
        for person in left {
            administrators += usize::from(person.get("/api/v1/user").await.ok()["admin"] == true);
        }
        assert_eq!(administrators, 1);
    }

    async fn nothing_that_starts_after_a_removal_gets_through(server) {
        let team = server.team("harbor").await;
        let path = format!("/api/v1/teams/{}/members", team.id);
        let token = server.token(&team.member, false).await;
        let stop = Arc::new(AtomicBool::new(false));
        let streams: Vec<_> = [team.member.clone(), token, team.member.clone()].into_iter().map(|client| {
            let (path, stop) = (path.clone(), stop.clone());
            tokio::spawn(async move {
                let mut seen = vec![];
                while !stop.load(Ordering::SeqCst) {
                    let started = Instant::now();
                    seen.push((started, client.get(&path).await.status.as_u16()));
                }
                seen
            })
        }).collect();
        tokio::time::sleep(Duration::from_millis(400)).await;
        team.owner.delete(&format!("{path}/{}", team.member.id)).await.ok();
        let answered = Instant::now();
        tokio::time::sleep(Duration::from_millis(400)).await;
        stop.store(true, Ordering::SeqCst);
        let (mut before, mut after) = (0, 0);
        for stream in streams {
            for (started, status) in stream.await.unwrap() {
                if started > answered {
                    assert_eq!(status, 404, "a request that started {:?} after the answer", started - answered);
                    after += 1;
                } else {
                    before += usize::from(status == 200);
                }
            }
        }
        assert!(before > 10 && after > 10, "{before} before, {after} after");
    }

    async fn changes_at_once_keep_the_chain_whole(server) {
        let team = server.team("harbor").await;
        let path = format!("/api/v1/teams/{}/invitations", team.id);
        let sending = (0..24).map(|n| {
            let (owner, path) = (team.owner.clone(), path.clone());
            tokio::spawn(async move { owner.post(&path, json!({ "user": format!("p{n}@example.com") })).await.ok() })
        });
        for sent in sending.collect::<Vec<_>>() {
            sent.await.unwrap();
        }
        let log = team.owner.get(&format!("/api/v1/teams/{}/audit-log?limit=200", team.id)).await.ok();
        let positions: Vec<i64> = log["log"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().parse().unwrap()).collect();
        let expected: Vec<i64> = (1..=positions.len() as i64).rev().collect();
        assert_eq!(positions, expected);
        assert_eq!(server.intact_chain(&team.id).await, positions.len() as i64);
    }

    async fn segments_and_the_values_that_use_them_are_changed_at_once(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let owner = &team.owner;
        // Changes of one person wait for each other anyway.
        let mut people = vec![];
        for at in 0..6 {
            let person = server.person(&format!("p{at}")).await;
            server.put_in(&product, product.administrators, &person).await;
            people.push(person);
        }
        let config = owner.post(&format!("/v1/products/{}/configs", product.id), json!({ "name": "Second", "evaluationVersion": "v2" })).await.ok();
        let config = config["configId"].as_str().unwrap().to_owned();
        let segments = futures_util::future::join_all(["Beta", "Staff"].map(|name| {
            let new = json!({ "name": name, "comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@" });
            let path = format!("/v1/products/{}/segments", product.id);
            async move { owner.post(&path, new).await.ok()["segmentId"].as_str().unwrap().to_owned() }
        }))
        .await;
        let mut values = vec![];
        for key in ["one", "two"] {
            let new = json!({ "key": key, "name": key, "settingType": "boolean" });
            let id = owner.post(&format!("/v1/configs/{config}/settings"), new).await.ok()["settingId"].clone();
            values.extend([&product.test, &product.production].map(|at| format!("/v2/environments/{at}/settings/{id}/value")));
        }
        let rounds = if std::env::var("BURGEE_TEST_FULL").is_ok() { 100 } else { 15 };
        let writers = people.iter().enumerate().map(|(at, person)| {
            let (segments, values) = (&segments, &values);
            async move {
                for round in 0..rounds {
                    let segment = &segments[(round + at / 2) % 2];
                    let answer = if at % 2 == 0 {
                        let changed = json!({ "comparisonValue": format!("@{at}.{round}.example") });
                        person.put(&format!("/v1/segments/{segment}"), changed).await
                    } else {
                        // By turns it begins to use a segment and stops.
                        let uses = |segment: &String| json!({ "segmentCondition": { "segmentId": segment, "comparator": "isIn" } });
                        let conditions: Vec<Value> = segments.iter().filter(|one| (round / 2) % 2 == 0 || *one == segment).map(uses).collect();
                        let rules = json!([{ "conditions": conditions, "value": { "boolValue": round % 2 == 0 } }]);
                        let rules = if round % 5 == 4 { json!([]) } else { rules };
                        let formula = json!({ "defaultValue": { "boolValue": at % 2 == 0 }, "targetingRules": rules });
                        person.put(&values[(round + at) % values.len()], formula).await
                    };
                    answer.ok();
                }
            }
        });
        futures_util::future::join_all(writers).await;
        if matches!(server.app.config.database, burgee::db::Target::Postgres(_)) {
            // PostgreSQL counts about once a second.
            tokio::time::sleep(Duration::from_millis(1200)).await;
            futures_util::future::join_all(people.iter().map(|person| person.get("/v1/me"))).await;
            let deadlocks: i64 = server.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", vec![]).await;
            assert_eq!(deadlocks, 0, "nobody waits in a circle");
        }
        server.intact_chain(&team.id).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_postpones_their_own_removal() {
    let server = Server::postgres().await;
    let node = server.beside().await;
    for (round, nodes) in [vec![&server.base], vec![&server.base, &node.base]].into_iter().enumerate() {
        let team = server.team(&format!("harbor{round}")).await;
        let product = server.product(&team, "Storefront").await;
        let second = server.join(&team, &format!("second{round}"), 50).await;
        let token = server.token(&second, false).await;
        let members = format!("/api/v1/teams/{}/members", team.id);
        let tags = format!("/v1/products/{}/tags", product.id);
        let written = Arc::new(AtomicUsize::new(0));
        let writers: Vec<_> = (0..64)
            .map(|at| {
                let client = Client::new(nodes[at % nodes.len()]).with_token(token.secret());
                let (tags, written) = (tags.clone(), written.clone());
                tokio::spawn(async move {
                    for round in 0.. {
                        match client.post(&tags, json!({ "name": format!("{at} {round}"), "color": "panther" })).await.status.as_u16() {
                            201 => written.fetch_add(1, Ordering::SeqCst),
                            404 => return,
                            other => panic!("{other}"),
                        };
                    }
                })
            })
            .collect();
        soon("a stream of changes", async || written.load(Ordering::SeqCst) > 10).await;
        let began = Instant::now();
        team.owner.delete(&format!("{members}/{}", second.id)).await.ok();
        let took = began.elapsed();
        // On a quiet machine it is some milliseconds; in a stream of row locks it was many seconds.
        assert!(took < Duration::from_secs(1), "{} nodes: {took:?}", nodes.len());
        for writer in writers {
            writer.await.unwrap();
        }
    }
}
