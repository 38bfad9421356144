//! What pages hear while they are open: what they may, from whom, and no longer than they may.

use burgee::authz::{Access, Permission};
use serde_json::{Value, json};

use crate::support::{Client, Product, Server, Team, on_both};

async fn product(server: &Server) -> (Team, Product) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    (team, product)
}

/// Changes something in an environment.
async fn change(owner: &Client, product: &Product, environment: &str) {
    let path = format!("/api/v1/products/{}/configs/{}/environments/{environment}/sdk-keys", product.id, product.config);
    if owner.get(&path).await.ok()["secondary"].is_null() {
        owner.post(&path, json!({})).await.ok();
    } else {
        owner.delete(&format!("{path}/secondary")).await.ok();
    }
}

fn topics(data: &Value) -> Vec<&str> {
    data["topics"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

on_both! {
    async fn a_page_hears_what_changes_and_by_whom(server) {
        let (team, product) = product(&server).await;
        let other = server.product(&team, "Other").await;
        let mut events = team.owner.listen(&format!("{}/stream", product.path)).await;
        change(&team.owner, &other, &other.test).await;
        events.is_quiet().await;
        change(&server.admin, &product, &product.test).await;
        let told = events.data().await;
        assert_eq!((&told["who"], &told["mine"]), (&json!("Ada"), &json!(false)));
        assert!(topics(&told).contains(&&*format!("config:{}", product.config)), "{told}");
        change(&team.owner, &product, &product.test).await;
        assert_eq!(events.data().await["mine"], true);

        let flag = server.flag(&team, &product, "newCheckout").await;
        assert!(topics(&events.data().await).contains(&&*format!("config:{}", product.config)));
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        let told = events.data().await;
        assert!(topics(&told).contains(&&*format!("value:{flag}:{}", product.production)), "{told}");
    }

    async fn who_looks_at_a_value_is_told_to_those_who_look_at_it_too(server) {
        let (team, product) = product(&server).await;
        let kim = server.person("kim").await;
        let group = server.group(&product, "Testers", &[], &[(&product.test, Access::ReadOnly), (&product.production, Access::ReadOnly)]).await;
        server.put_in(&product, group, &kim).await;
        let flag = server.flag(&team, &product, "newCheckout").await;
        let at = |environment: &str| format!("{}/stream?at=value:{flag}:{environment}", product.path);
        let mut owner = team.owner.listen(&at(&product.test)).await;
        let elsewhere = team.owner.listen(&at(&product.production)).await;
        assert_eq!(owner.data().await, json!([]), "nobody else, who looks at another environment included");
        owner.is_quiet().await;
        let mut visitor = kim.listen(&at(&product.test)).await;
        assert_eq!((owner.data().await, visitor.data().await), (json!(["Kim"]), json!(["Harbor-owner"])));
        // It ends with the access, before the stream does.
        let none = json!({ "environmentId": product.test, "environmentAccessType": "none" });
        let none = json!({ "accessType": "custom", "environmentAccesses": [none] });
        team.owner.put(&format!("/v1/permissions/{group}"), none).await.ok();
        visitor.data().await;
        let told = [owner.data().await, owner.data().await];
        assert!(told.contains(&json!([])), "who does not see it any more does not look at it: {told:?}");
        drop((owner, elsewhere));
        visitor.is_quiet().await;
        kim.get(&at(&product.test)).await.refused(404);
        for wrong in ["flag", "value:1", "value:x:y", "value:1:y"] {
            team.owner.get(&format!("{}/stream?at={wrong}", product.path)).await.refused(422);
        }
    }

    async fn nobody_hears_of_an_environment_without_access(server) {
        let (team, product) = product(&server).await;
        let outsider = server.person("outsider").await;
        let group = server.group(&product, "Testers", &[Permission::SdkKeyRead], &[(&product.test, Access::ReadOnly)]).await;
        server.put_in(&product, group, &outsider).await;
        let mut events = outsider.listen(&format!("{}/stream", product.path)).await;
        change(&team.owner, &product, &product.production).await;
        events.is_quiet().await;
        change(&team.owner, &product, &product.test).await;
        assert!(!topics(&events.data().await).is_empty());
        let flag = server.flag(&team, &product, "newCheckout").await;
        assert!(!topics(&events.data().await).is_empty(), "that there is a flag is no secret");
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        events.is_quiet().await;
        server.flip(&team.owner, &product, flag, &product.test, true).await;
        let told = events.data().await;
        assert!(topics(&told).contains(&&*format!("value:{flag}:{}", product.test)), "{told}");
        let stranger = server.person("stranger").await;
        stranger.get(&format!("{}/stream", product.path)).await.refused(404);
    }

    async fn it_ends_with_the_right_to_hear_it(server) {
        let (team, product) = product(&server).await;
        let path = format!("{}/stream", product.path);
        let guest = server.person("gus").await;
        server.put_in(&product, product.developer, &guest).await;
        let mut removed = guest.listen(&path).await;
        team.owner.delete(&format!("/api/v1/teams/{}/members/{}", team.id, guest.id)).await;
        team.owner.form(&format!("{}/members/{}/remove", product.path, guest.id), &[]).await;
        removed.ends().await;
        guest.get(&path).await.refused(404);

        let second = server.sign_in("harbor-owner").await;
        let mut signed_out = second.listen(&path).await;
        let mut stays = team.owner.listen(&path).await;
        second.form("/account/logout", &[]).await;
        second.post("/account/logout", json!({})).await;
        signed_out.ends().await;

        let mut suspended = stays;
        let id = team.owner.id.clone();
        server.admin.put(&format!("/api/v1/users/{id}"), json!({ "suspended": true })).await.ok();
        suspended.ends().await;
        stays = server.admin.listen(&path).await;
        team.member.get(&path).await.refused(404);
        server.admin.form(&format!("{}/delete", product.path), &[("confirm", "Storefront")]).await.leads_to();
        stays.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_tells_it_too() {
    let server = Server::postgres().await;
    let (team, product) = product(&server).await;
    let node = server.beside().await;
    let there = server.token(&team.owner, false).await.at(&node.base);
    let mut events = there.listen(&format!("{}/stream", product.path)).await;
    // The other node may have begun to hear only now.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    change(&server.admin, &product, &product.test).await;
    loop {
        let told = events.data().await;
        if topics(&told) != ["anything"] {
            assert_eq!(told["who"], "Ada");
            break;
        }
    }
    let id = team.owner.id.clone();
    server.admin.put(&format!("/api/v1/users/{id}"), json!({ "suspended": true })).await.ok();
    while events.next().await.is_some() {}
}
