//! Nobody hands out more than they hold, through HTTP: by creating, cloning, changing and deleting a group, by moving and inviting somebody, by the
//! default group; also while somebody else changes the group at the same moment. And what is taken away is gone with the next request.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use burgee::{
    authz::{Access, GROUP_PERMISSIONS, Group, Permission, Reach, Switches, Where},
    db::Value,
    ids::{EnvironmentId, GroupId},
    permission_groups,
};
use rand::{SeedableRng as _, rngs::StdRng};
use serde_json::json;

use crate::{
    permission_groups::{form, post},
    product_matrix::{gives, random_group},
    support::{Answer, Client, Product, Server, on_both},
};

/// A product with somebody who acts and somebody to whom it is done.
struct Scene {
    server: Server,
    product: Product,
    owner: Client,
    noor: Client,
    kim: Client,
    environments: Vec<EnvironmentId>,
}

async fn scene(server: Server) -> Scene {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let (noor, kim) = (server.person("noor").await, server.person("kim").await);
    let environments = vec![product.test.parse().unwrap(), product.production.parse().unwrap()];
    server.put_in(&product, product.manager, &kim).await;
    Scene { server, product, owner: team.owner, noor, kim, environments }
}

const LATER: EnvironmentId = EnvironmentId(uuid::Uuid::max());

impl Scene {
    /// Writes a group behind the server's back.
    async fn put(&self, name: &str, group: &Group) -> i64 {
        let on: Vec<Permission> =
            GROUP_PERMISSIONS.iter().map(|switch| switch.permission).filter(|permission| group.includes(*permission)).collect();
        let ids: Vec<(String, Access)> = group.environments.iter().map(|(id, access)| (id.to_string(), access)).collect();
        let levels: Vec<(&str, Access)> = ids.iter().map(|(id, access)| (id.as_str(), *access)).collect();
        let id = self.server.group(&self.product, name, &on, &levels).await;
        let (reach, new) = (group.reach as i64, group.new_environments as i64);
        self.server.sql(&format!("UPDATE permission_groups SET reach = {reach}, new_environments = {new} WHERE id = {id}")).await;
        id
    }

    async fn group(&self, id: i64) -> Group {
        let found = permission_groups::one(&self.server.reader(), GroupId(id)).await.unwrap().unwrap();
        permission_groups::group(&self.server.reader(), &found).await.unwrap()
    }

    /// What turning `before` into `after` gives beyond what `held` gives: asked of `decide`, place by place.
    fn beyond(&self, held: &Group, before: Option<&Group>, after: &Group) -> bool {
        let set = |group: Option<&Group>| gives(group, &self.environments, LATER).into_iter().collect::<HashSet<(Permission, Where)>>();
        let (held, before) = (set(Some(held)), set(before));
        set(Some(after)).into_iter().any(|one| !before.contains(&one) && !held.contains(&one))
    }

    async fn group_of(&self, person: &Client) -> GroupId {
        let person: burgee::ids::PersonId = person.id.parse().unwrap();
        let product: burgee::ids::ProductId = self.product.id.parse().unwrap();
        let sql = "SELECT permission_group FROM product_members WHERE product = $1 AND person = $2";
        self.server.value(sql, vec![Value::from(product), Value::from(person)]).await
    }

    /// The form of the page that makes a group of this.
    fn form(&self, name: &str, group: &Group) -> Vec<(String, String)> {
        let on: Vec<&str> = GROUP_PERMISSIONS.iter().filter(|switch| group.includes(switch.permission)).map(|switch| switch.wire).collect();
        let ids: Vec<(String, &str)> = self.environments.iter().map(|id| (id.to_string(), group.access(*id).wire())).collect();
        let levels: Vec<(&str, &str)> = ids.iter().map(|(id, level)| (id.as_str(), *level)).collect();
        form(name, &on, &levels, group.access_to_new().wire())
    }
}

/// A group as the pages could have made it: no switch is on without the one that it needs.
fn sound(group: Group) -> Group {
    let switches = group.switches.broken().fold(group.switches, |switches, (switch, _)| switches.with(switch.permission, false));
    Group { switches, ..group }
}

#[track_caller]
fn fits(answer: &Answer, allowed: bool, refusal: u16, what: &str) {
    match allowed {
        true => assert!(answer.status.is_success() || answer.status == 303, "{what} is refused: {} {}", answer.status, answer.text),
        false => {
            assert_eq!(answer.status.as_u16(), refusal, "{what}: {}", answer.text);
            assert!(answer.text.contains("more than you hold"), "{what}: {}", answer.text);
        }
    }
}

on_both! {
    async fn nobody_hands_out_more_than_they_hold(server) {
        let scene = scene(server).await;
        let (product, noor, kim) = (&scene.product, &scene.noor, &scene.kim);
        let mut random = StdRng::seed_from_u64(20_261_122);
        let (mut allowed, mut refused) = (0, 0);
        for round in 0..24 {
            let mut next = |switches: Option<Switches>| {
                let group = random_group(&mut random, &scene.environments);
                sound(Group { switches: switches.unwrap_or(group.switches), ..group })
            };
            let held = next(None);
            let held = Group { switches: held.switches.with(Permission::ProductMembersManage, true), ..held };
            let before = next(None);
            // Now and then only the levels differ, now and then only what the actor holds is given.
            let after = match round % 4 {
                0 => next(Some(before.switches)),
                1 => Group { reach: held.reach, new_environments: held.new_environments, environments: held.environments.clone(), ..next(Some(held.switches)) },
                2 => Group { reach: before.reach, new_environments: before.new_environments, environments: before.environments.clone(), ..next(None) },
                _ => next(None),
            };
            let after = sound(after);
            let own = scene.put(&format!("Acting {round}"), &held).await;
            let (from, to) = (scene.put(&format!("Before {round}"), &before).await, scene.put(&format!("After {round}"), &after).await);
            scene.server.put_in(product, own, noor).await;
            scene.server.put_in(product, from, kim).await;
            let more = !scene.beyond(&held, Some(&before), &after);
            let all = !scene.beyond(&held, None, &after);
            for one in [more, all] {
                *(if one { &mut allowed } else { &mut refused }) += 1;
            }

            let answer = noor.post(&format!("/api/v1/products/{}/members/{}/preview", product.id, kim.id), json!({ "permissionGroupId": to })).await.ok();
            assert_eq!(answer["allowed"], more, "round {round}: the preview says what saving will");
            let answer = noor.put(&format!("/api/v1/products/{}/members/{}", product.id, kim.id), json!({ "permissionGroupId": to })).await;
            fits(&answer, more, 403, &format!("round {round}: moving"));
            assert_eq!(scene.group_of(kim).await, GroupId(if more { to } else { from }), "round {round}");
            scene.server.put_in(product, from, kim).await;

            let answer = post(noor, &format!("{}/groups", product.path), &[("name".into(), format!("Clone {round}")), ("from".into(), to.to_string())]).await;
            fits(&answer, all, 422, &format!("round {round}: cloning"));
            let answer = noor.put(&format!("/api/v1/products/{}/default-group", product.id), json!({ "permissionGroupId": to })).await;
            fits(&answer, all, 403, &format!("round {round}: the default group"));
            let invite = json!({ "user": format!("p{round}@example.com"), "permissionGroupId": to });
            let answer = noor.post(&format!("/api/v1/products/{}/invitations", product.id), invite).await;
            fits(&answer, all, 403, &format!("round {round}: inviting"));

            let page = format!("{}/groups/{from}", product.path);
            let answer = post(noor, &page, &scene.form(&format!("Before {round}"), &after)).await;
            fits(&answer, more, 422, &format!("round {round}: changing"));
            let now = scene.group(from).await;
            let set = |group: &Group| gives(Some(group), &scene.environments, LATER);
            assert_eq!(set(&now), set(if more { &after } else { &before }), "round {round}");

            // A group that is deleted moves everybody in it.
            let gone = scene.put(&format!("Gone {round}"), &before).await;
            scene.server.put_in(product, gone, kim).await;
            let fields = [("confirm".into(), format!("Gone {round}")), ("replacement".into(), to.to_string())];
            let answer = post(noor, &format!("{}/groups/{gone}/delete", product.path), &fields).await;
            fits(&answer, more, 422, &format!("round {round}: deleting"));
            assert_eq!(scene.group_of(kim).await, GroupId(if more { to } else { gone }), "round {round}");
        }
        assert!(allowed > 8 && refused > 8, "{allowed} allowed, {refused} refused");
    }

    async fn nobody_raises_the_group_they_are_in(server) {
        let scene = scene(server).await;
        let product = &scene.product;
        let own = Group { switches: Switches::default().with(Permission::ProductMembersManage, true), ..Group::nothing() };
        let id = scene.put("Managers", &own).await;
        scene.server.put_in(product, id, &scene.noor).await;
        let page = format!("{}/groups/{id}", product.path);
        for wanted in [
            Group { switches: own.switches.with(Permission::TagWrite, true), ..own.clone() },
            Group { environments: [(scene.environments[1], Access::ReadOnly)].into_iter().collect(), ..own.clone() },
            Group { new_environments: Access::ReadOnly, ..own.clone() },
            Group { reach: Reach::Full, ..own.clone() },
        ] {
            let answer = post(&scene.noor, &page, &scene.form("Managers", &wanted)).await;
            fits(&answer, false, 422, &format!("{wanted:?}"));
        }
        // Lowering is for everybody who manages members, also of somebody stronger.
        let weaker = json!({ "permissionGroupId": id });
        scene.noor.put(&format!("/api/v1/products/{}/members/{}", product.id, scene.kim.id), weaker).await.ok();
        let lowered = scene.form("Administrators", &own);
        post(&scene.noor, &format!("{}/groups/{}", product.path, product.administrators), &lowered).await.leads_to();
    }

    async fn a_group_that_is_changed_while_somebody_is_moved_gives_no_more_than_it_may(server) {
        let scene = scene(server).await;
        let product = &scene.product;
        let own = Group { switches: Switches::default().with(Permission::ProductMembersManage, true), ..Group::nothing() };
        let managers = scene.put("Managers", &own).await;
        scene.server.put_in(product, managers, &scene.noor).await;
        let target = scene.put("Target", &Group::nothing()).await;
        let low = scene.put("Low", &Group::nothing()).await;
        let page = format!("{}/groups/{target}", product.path);
        let (raised, lowered) = (Group { reach: Reach::Full, new_environments: Access::Full, ..Group::nothing() }, Group::nothing());
        let (mut moved_first, mut changed_first) = (0, 0);
        for round in 0..8 {
            scene.server.put_in(product, low, &scene.kim).await;
            post(&scene.owner, &page, &scene.form("Target", &lowered)).await;
            let mover = format!("/api/v1/products/{}/members/{}", product.id, scene.kim.id);
            let form = scene.form("Target", &raised);
            // Both at once, and a second change of the same group beside them.
            let again = scene.form("Target renamed", &raised);
            let wait = Duration::from_millis(round % 4);
            let (changed, moved, renamed) = tokio::join!(
                post(&scene.owner, &page, &form),
                async {
                    tokio::time::sleep(wait).await;
                    scene.noor.put(&mover, json!({ "permissionGroupId": target })).await
                },
                post(&scene.owner, &page, &again)
            );
            assert_eq!([changed.status.as_u16(), renamed.status.as_u16()], [303, 303], "round {round}: {} {}", changed.text, renamed.text);
            let log = scene.owner.get(&format!("/api/v1/teams/{}/audit-log?limit=4", product.team)).await.ok();
            let actions: Vec<&str> = log["log"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
            match moved.status.as_u16() {
                200 => {
                    // Then the move came before the group gave anything.
                    let at = actions.iter().position(|action| *action == "product-member.moved").unwrap_or_else(|| panic!("{log}"));
                    let later = actions[..at].iter().filter(|action| **action == "permission-group.changed").count();
                    assert_eq!(later, 2, "round {round}: {actions:?}");
                    moved_first += 1;
                }
                403 => {
                    assert_eq!(scene.group_of(&scene.kim).await, GroupId(low), "round {round}");
                    changed_first += 1;
                }
                other => panic!("round {round}: {other} {}", moved.text),
            }
        }
        assert_eq!(moved_first + changed_first, 8);
        let checked = scene.server.check_chain(&product.team).await;
        assert!(matches!(checked, burgee::audit::log::Checked::Intact(_)), "{checked:?}");
    }

    async fn two_groups_that_replace_each_other_leave_nobody_without_one(server) {
        let scene = scene(server).await;
        let product = &scene.product;
        for round in 0..5 {
            let (one, two) = (scene.put(&format!("One {round}"), &Group::nothing()).await, scene.put(&format!("Two {round}"), &Group::nothing()).await);
            scene.server.put_in(product, one, &scene.kim).await;
            scene.server.put_in(product, two, &scene.noor).await;
            let fields = |name: &str, to: i64| [("confirm".to_owned(), format!("{name} {round}")), ("replacement".to_owned(), to.to_string())];
            let paths = [format!("{}/groups/{one}/delete", product.path), format!("{}/groups/{two}/delete", product.path)];
            let (first, second) = (fields("One", two), fields("Two", one));
            let answers = tokio::join!(post(&scene.owner, &paths[0], &first), post(&scene.owner, &paths[1], &second));
            let done = [&answers.0, &answers.1].iter().filter(|answer| answer.status == 303).count();
            assert_eq!(done, 1, "round {round}: {} {}", answers.0.text, answers.1.text);
            assert_eq!(scene.group_of(&scene.kim).await, scene.group_of(&scene.noor).await, "round {round}");
        }
    }

    async fn what_a_group_no_longer_gives_is_gone_with_the_next_request(server) {
        let scene = scene(server).await;
        let product = &scene.product;
        let token = scene.server.token(&scene.noor, false).await;
        let acting = Group { switches: Switches::default().with(Permission::ProductMembersManage, true), ..Group::nothing() };
        let id = scene.put("Managers", &acting).await;
        scene.server.put_in(product, id, &scene.noor).await;
        let stop = Arc::new(AtomicBool::new(false));
        let paths = [format!("{}/groups", product.path), format!("/api/v1/products/{}/default-group", product.id), format!("{}/groups/{id}", product.path)];
        let clients = [scene.noor.clone(), token, scene.noor.clone()];
        let streams: Vec<_> = clients.into_iter().zip(paths).map(|(client, path)| {
            let stop = stop.clone();
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
        post(&scene.owner, &format!("{}/groups/{id}", product.path), &scene.form("Managers", &Group::nothing())).await.leads_to();
        let answered = Instant::now();
        tokio::time::sleep(Duration::from_millis(400)).await;
        stop.store(true, Ordering::SeqCst);
        let (mut before, mut after) = (0, 0);
        for stream in streams {
            for (started, status) in stream.await.unwrap() {
                if started > answered {
                    assert_eq!(status, 403, "a request that started {:?} after the answer", started - answered);
                    after += 1;
                } else {
                    before += usize::from(status == 200);
                }
            }
        }
        assert!(before > 6 && after > 6, "{before} before, {after} after");
    }
}
