//! Permission groups: made, changed with a preview, cloned, deleted; and why somebody may do something.

use serde_json::json;

use super::opens_menu;
use crate::support::{Page, Server, visit};

/// The words of a part of the page, in one line.
async fn words(page: &Page, selector: &str) -> String {
    let script = format!("return document.querySelector('{selector}')?.innerText.replace(/\\s+/g, ' ') ?? ''");
    page.ask(&script).await.as_str().unwrap_or_default().to_owned()
}

async fn reads(page: &Page, selector: &str, texts: &[&str]) {
    let holds = async || {
        let words = words(page, selector).await;
        texts.iter().all(|text| words.contains(text))
    };
    page.until(&format!("read {texts:?} in {selector}"), holds).await;
}

/// What the switch of a heading says: its word, and how many of its details are on.
async fn heading(page: &Page, title: &str) -> serde_json::Value {
    let script = format!(
        "const heading = [...document.querySelectorAll('[data-heading]')].find((one) => one.querySelector('b').innerText === '{title}');
        return [heading.querySelector('[data-word]').innerText, heading.querySelector('[data-on-of]').innerText]"
    );
    page.ask(&script).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn permission_groups_are_made_changed_and_deleted() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    let kim = server.person("kim").await;
    visit(server, async move |visit| {
        let server = &visit.server;
        let groups = format!("{}/groups", product.path);
        let owner = visit.signed_in("harbor-owner").await;
        owner.go(&groups).await;
        // Five seconds: who may touch Production stands on top.
        reads(&owner, "#lands", &["Production", "1 person may change it in Storefront", "Owners Harbor-owner"]).await;
        let row = "return [...document.querySelectorAll('.b-groups tbody tr')].find((row) => row.innerText.startsWith('Developer'))
            .innerText.replace(/\\s+/g, ' ')";
        let row = owner.ask(row).await.as_str().unwrap().to_owned();
        assert!(row.contains("Full Read-only Full") || row.contains("Read-only Full Full"), "{row}");
        owner.is_accessible().await;

        owner.press("New group").await;
        owner.fill("name", "developer").await;
        owner.press("Create group").await;
        owner.sees("called developer already").await;
        assert_eq!(owner.value("name").await, "developer", "what was typed stays");
        owner.is_accessible().await;
        owner.fill("name", "Reviewers").await;
        owner.press("Create group").await;
        owner.sees("Created the permission group Reviewers.").await;
        owner.sees("Nothing changes yet.").await;
        let page = owner.path().await;
        let group: i64 = page.rsplit('/').next().unwrap().parse().unwrap();

        // A heading is one switch, its details behind it; what needs another one follows it.
        assert_eq!(heading(&owner, "Manage resources").await, json!(["Off", "0 of 11"]));
        owner.toggle("Manage resources: everything").await;
        assert_eq!(heading(&owner, "Manage resources").await, json!(["On", "11 of 11"]));
        owner.ask("document.querySelectorAll('[data-heading] details').forEach((one) => (one.open = true))").await;
        owner.toggle("Create and change configs").await;
        assert_eq!(heading(&owner, "Manage resources").await, json!(["Some", "9 of 11"]), "deleting configs goes with making them");
        assert_eq!(heading(&owner, "More").await, json!(["Off", "0 of 7"]));
        owner.toggle("Rotate SDK keys").await;
        assert_eq!(heading(&owner, "More").await, json!(["Some", "2 of 7"]), "seeing comes with rotating");
        owner.pick(&format!("env_{}", product.test), "full").await;
        owner.pick(&format!("env_{}", product.production), "readOnly").await;
        owner.pick("new_environments", "readOnly").await;
        reads(&owner, "#preview", &["14 changes", "Nobody is affected: nobody is in this group."]).await;
        owner.is_accessible().await;
        owner.press("Save changes").await;
        owner.sees("Saved Reviewers. It holds from the next request on.").await;
        assert_eq!(heading(&owner, "Manage resources").await, json!(["Some", "9 of 11"]));
        let levels = "return [...document.querySelectorAll('.b-levels input:checked')].map((one) => one.value).sort()";
        assert_eq!(owner.ask(levels).await, json!(["full", "readOnly", "readOnly"]));

        // With somebody in it, the preview names them before anything is saved; Discard forgets it.
        server.put_in(&product, group, &kim).await;
        owner.go(&page).await;
        owner.sees("1 person: Kim").await;
        owner.pick(&format!("env_{}", product.production), "full").await;
        reads(&owner, "#preview", &["1 change", "gains write access to Production", "Kim Read-only → Full"]).await;
        reads(&owner, "#lands", &["1 person may change it in Storefront", "after saving: 2", "Reviewers Kim"]).await;
        owner.is_accessible().await;
        owner.press("Discard").await;
        owner.sees("Nothing changes yet.").await;
        owner.pick(&format!("env_{}", product.production), "none").await;
        reads(&owner, "#preview", &["loses all access to Production", "Kim Read-only → No access"]).await;
        owner.press("Save changes").await;
        owner.sees("Saved Reviewers.").await;

        // Why: the same answer that is enforced.
        owner.go(&format!("{}/manage", product.path)).await;
        opens_menu(&owner, "Kim", "Why can Kim…?").await;
        owner.choose("permission", "Change the values of an environment").await;
        owner.choose("environment", "Production").await;
        owner.press("Why?").await;
        owner.sees("May Kim change the values of an environment in Production?").await;
        reads(&owner, "#why", &["No value.write", "Kim is in the group Reviewers", "Reviewers has no access to Production"]).await;
        owner.is_accessible().await;
        owner.choose("environment", "Test").await;
        owner.press("Why?").await;
        owner.sees("May Kim change the values of an environment in Test?").await;
        reads(&owner, "#why", &["Yes value.write"]).await;

        // A clone gives the same; a group that is used goes only with another one in its place.
        owner.go(&page).await;
        owner.press("Clone").await;
        owner.sees("Start from").await;
        assert_eq!(owner.value("name").await, "Reviewers copy");
        owner.is_accessible().await;
        owner.press("Create group").await;
        owner.sees("Created the permission group Reviewers copy.").await;
        assert_eq!(owner.ask(levels).await, json!(["full", "none", "readOnly"]));
        assert_eq!(heading(&owner, "More").await, json!(["Some", "2 of 7"]));
        owner.go(&groups).await;
        opens_menu(&owner, "Reviewers", "Delete…").await;
        owner.sees("They need another group first.").await;
        owner.fill("confirm", "Reviewers").await;
        owner.press("Move 1 and delete").await;
        owner.sees("Choose the group that they move to").await;
        owner.is_accessible().await;
        // Whom it touches is told as soon as a group is chosen, and another choice tells of that one.
        reads(&owner, "#moves", &["Choose a group"]).await;
        owner.pick("replacement", &product.administrators.to_string()).await;
        reads(&owner, "#moves", &["1 person gains write access to Production", "Kim No access → Full"]).await;
        owner.is_accessible().await;
        owner.pick("replacement", &product.developer.to_string()).await;
        reads(&owner, "#moves", &["1 person gains read access to Production", "Kim No access → Read-only"]).await;
        owner.fill("confirm", "Reviewers").await;
        owner.press("Move 1 and delete").await;
        owner.sees("Deleted the permission group Reviewers.").await;
        opens_menu(&owner, "Reviewers copy", "Delete…").await;
        owner.sees("Nobody is in it, and no invitation names it.").await;
        owner.fill("confirm", "Reviewers copy").await;
        owner.press("Delete group").await;
        owner.sees("Deleted the permission group Reviewers copy.").await;
        owner.go(&format!("{}/groups/{}", product.path, product.developer)).await;
        owner.sees("1 person: Kim").await;

        // Whoever manages members gives no more than they hold, and reads why not.
        let lead = server.person("lead").await;
        let switches = [burgee::authz::Permission::ProductMembersManage];
        let level = [(product.test.as_str(), burgee::authz::Access::Full)];
        let leads = server.group(&product, "Leads", &switches, &level).await;
        server.put_in(&product, leads, &lead).await;
        let lead = visit.signed_in("lead").await;
        lead.go(&format!("{groups}/{leads}")).await;
        lead.sees("You hold No access here yourself, and can give no more.").await;
        lead.pick(&format!("env_{}", product.production), "full").await;
        reads(&lead, "#preview", &["Production"]).await;
        lead.is_accessible().await;
        lead.press("Save changes").await;
        lead.sees("more than you hold").await;
        lead.go(&format!("{groups}/{leads}")).await;
        assert_eq!(lead.ask(levels).await, json!(["full", "none", "none"]), "nothing was saved");
        lead.is_accessible().await;
    })
    .await;
}
