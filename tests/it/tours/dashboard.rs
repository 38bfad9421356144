//! The flags of a config as somebody sees them who may change them in one environment, read them in another, and not see a third.

use burgee::authz::{Access, Permission};
use fantoccini::key::Key;
use serde_json::json;

use crate::support::{Client, Page, Product, Server, Team, visit};

/// The state of a switch; null where there is none.
async fn state(page: &Page, name: &str) -> serde_json::Value {
    page.ask(&format!("return document.querySelector('[role=switch][aria-label=\"{name}\"]')?.ariaChecked ?? null")).await
}

async fn becomes(page: &Page, name: &str, on: bool) {
    let wanted = json!(on.to_string());
    page.until(&format!("see {name} {on}"), async || state(page, name).await == wanted).await;
}

/// The keys of the flags, as they stand there.
async fn keys(page: &Page) -> serde_json::Value {
    page.ask("return [...document.querySelectorAll('.b-flags tbody th code')].map((one) => one.innerText)").await
}

async fn shows(page: &Page, wanted: serde_json::Value) {
    page.until(&format!("see {wanted}"), async || keys(page).await == wanted).await;
}

/// Staging beside Test and Production, three flags of which one has a tag, and Kim: Full in Test, Read-only in Production, nothing in Staging.
async fn scene(server: &Server) -> (Team, Product, Client, [i64; 3]) {
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    team.owner.form(&format!("{}/environments", product.path), &[("name", "Staging"), ("color", "violet")]).await.leads_to();
    team.owner.form(&format!("{}/tags", product.path), &[("name", "checkout"), ("color", "whale")]).await.leads_to();
    let mut flags = [0; 3];
    for (flag, key) in flags.iter_mut().zip(["newCheckout", "giftCards", "fastSearch"]) {
        *flag = server.flag(&team, &product, key).await;
    }
    let tag = server.value::<burgee::ids::TagId>("SELECT MAX(id) FROM tags", vec![]).await.to_string();
    let config = format!("{}/configs/{}", product.path, product.config);
    team.owner.form(&format!("{config}/flags/{}/tags", flags[1]), &[("tag", tag.as_str())]).await.leads_to();
    let kim = server.person("kim").await;
    let levels = [(product.test.as_str(), Access::Full), (product.production.as_str(), Access::ReadOnly)];
    let group = server.group(&product, "Testers", &[Permission::SettingWrite], &levels).await;
    server.put_in(&product, group, &kim).await;
    (team, product, kim, flags)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_are_switched_found_and_ordered() {
    let server = Server::named().await;
    let (team, product, _, flags) = scene(&server).await;
    let staging: burgee::ids::EnvironmentId = server.value("SELECT id FROM environments WHERE name = 'Staging'", vec![]).await;
    server.flip(&team.owner, &product, flags[0], &staging.to_string(), true).await;
    server.flip(&team.owner, &product, flags[0], &product.production, true).await;
    visit(server, async move |visit| {
        let server = &visit.server;
        let config = format!("{}/configs/{}", product.path, product.config);
        let kim = visit.signed_in("kim").await;
        kim.go(&config).await;
        shows(&kim, json!(["newCheckout", "giftCards", "fastSearch"])).await;
        kim.is_accessible().await;

        // What Kim may not change is locked where everybody sees it; what Kim may not see is a lock and nothing else.
        let cells = "return [...document.querySelector('.b-flags tbody tr').querySelectorAll('td.b-c')]
            .map((cell) => [cell.dataset.of, cell.innerText.replace(/\\s+/g, ' ').trim(), cell.querySelectorAll('button, a').length])";
        let cells = kim.ask(cells).await;
        let cell = |name: &str| cells.as_array().unwrap().iter().find(|cell| cell[0] == name).unwrap().clone();
        assert_eq!(cell("Staging"), json!(["Staging", "", 0]));
        assert_eq!(cell("Production"), json!(["Production", "On for everybody", 1]), "read, with a way to its rules");
        assert_eq!(cell("Test"), json!(["Test", "Off for everybody", 2]));
        let lock = "return document.querySelector('td[data-of=Staging] [role=img]').ariaLabel";
        assert_eq!(kim.ask(lock).await, "No access");
        let html = kim.ask("return [...document.querySelectorAll('td[data-of=Staging]')].map((cell) => cell.outerHTML).join()").await;
        assert!(!html.as_str().unwrap().contains("everybody") && !html.as_str().unwrap().contains("<a"), "{html}");
        assert_eq!(state(&kim, "newCheckout in Production").await, json!(null));
        let heads = kim
            .ask("return [...document.querySelectorAll('.b-flags thead .b-head-reach')].map((one) => one.textContent.trim()).sort()")
            .await;
        assert_eq!(heads, json!(["Full", "No access", "Read-only"]));

        // A switch acts at once, says so, and is taken back at once.
        kim.press("newCheckout in Test").await;
        becomes(&kim, "newCheckout in Test", true).await;
        kim.sees("newCheckout is On in Test").await;
        kim.focused("newCheckout in Test").await;
        let stored = async |flag: i64| {
            let id: burgee::ids::EnvironmentId = product.test.parse().unwrap();
            let sql = "SELECT formula FROM setting_values WHERE setting = $1 AND environment = $2";
            server.value::<String>(sql, vec![flag.into(), id.into()]).await
        };
        kim.until("it is stored", async || stored(flags[0]).await == r#"{"default":{"b":true}}"#).await;
        kim.press("Undo").await;
        becomes(&kim, "newCheckout in Test", false).await;
        kim.until("it is stored", async || stored(flags[0]).await == r#"{"default":{"b":false}}"#).await;
        kim.is_accessible().await;

        // Where a note is mandatory it is asked for first, and nothing is switched without.
        let note = format!("note_{}", product.test);
        let fields = [("name", "Storefront"), ("description", ""), ("key_style", "camelCase"), (note.as_str(), "on")];
        team.owner.form(&format!("{}/settings", product.path), &fields).await.leads_to();
        kim.go(&config).await;
        kim.press("newCheckout in Test").await;
        kim.sees("Why? A note is mandatory in Test").await;
        kim.focused("note").await;
        kim.is_accessible().await;
        kim.press("Switch on in Test").await;
        kim.sees("Reason required").await;
        kim.focused("note").await;
        kim.is_accessible().await;
        assert_eq!(stored(flags[0]).await, r#"{"default":{"b":false}}"#);
        kim.press("Cancel").await;
        assert_eq!(state(&kim, "newCheckout in Test").await, "false", "cancelled is not switched");
        kim.press("newCheckout in Test").await;
        kim.fill("note", "Launch day").await;
        kim.press("Switch on in Test").await;
        kim.sees("newCheckout is On in Test.").await;
        becomes(&kim, "newCheckout in Test", true).await;

        // Found by a part of a name, or by a tag.
        kim.fill("search", "GIFT").await;
        shows(&kim, json!(["giftCards"])).await;
        kim.fill("search", "nothing like that").await;
        kim.sees("Nothing fits").await;
        kim.is_accessible().await;
        kim.press("Show all 3").await;
        shows(&kim, json!(["newCheckout", "giftCards", "fastSearch"])).await;
        kim.press("Add a tag to the filter").await;
        kim.press("checkout").await;
        shows(&kim, json!(["giftCards"])).await;
        kim.sees("Tag is any of").await;
        kim.is_accessible().await;
        kim.press("Any tag but checkout").await;
        shows(&kim, json!(["newCheckout", "giftCards", "fastSearch"])).await;

        // Ordered by keys alone; the order is said, and is there for everybody.
        kim.ask("document.querySelector('[aria-label^=\"Move fastSearch\"]').focus()").await;
        kim.ask("window.swapped = 0; document.addEventListener('htmx:after:swap', () => window.swapped++)").await;
        kim.strike(Key::Up).await;
        shows(&kim, json!(["newCheckout", "fastSearch", "giftCards"])).await;
        kim.focused("Move fastSearch: drag, or arrow keys").await;
        kim.strike(Key::Up).await;
        shows(&kim, json!(["fastSearch", "newCheckout", "giftCards"])).await;
        assert_eq!(kim.ask("return document.getElementById('ordered').textContent").await, "fastSearch is number 1 of 3");
        kim.strike(Key::Down).await;
        let wanted = ["newCheckout", "fastSearch", "giftCards"];
        kim.until("have the order saved", async || {
            let page = team.owner.get(&config).await.page();
            wanted.map(|key| page.find(&format!("<code>{key}</code>")).unwrap()).is_sorted()
        })
        .await;
        // The saved order was fetched again by then: the grip still has the focus, and still moves the flag.
        kim.holds("have the order fetched again", "return window.swapped > 0 && !document.querySelector('[data-ahead]')").await;
        kim.focused("Move fastSearch: drag, or arrow keys").await;
        kim.strike(Key::Down).await;
        shows(&kim, json!(["newCheckout", "giftCards", "fastSearch"])).await;
        kim.strike(Key::Up).await;
        shows(&kim, json!(wanted)).await;
        kim.holds("have the order saved", "return !document.querySelector('[data-ahead]')").await;
        kim.go(&config).await;
        shows(&kim, json!(wanted)).await;

        // One environment in full.
        kim.choose("environment", "Production in full").await;
        kim.sees("Last change").await;
        kim.sees("Harbor-owner").await;
        kim.is_accessible().await;
        assert_eq!(kim.ask("return document.querySelector('[name=environment]').innerText.includes('Staging')").await, false);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_colleague_changes_appears_and_never_overwrites_an_open_edit() {
    let server = Server::named().await;
    let (team, product, _, flags) = scene(&server).await;
    visit(server, async move |visit| {
        let server = &visit.server;
        let config = format!("{}/configs/{}", product.path, product.config);
        let kim = visit.signed_in("kim").await;
        kim.go(&config).await;
        kim.ask("window.here = true").await;
        becomes(&kim, "newCheckout in Test", false).await;
        server.flip(&team.owner, &product, flags[0], &product.test, true).await;
        becomes(&kim, "newCheckout in Test", true).await;
        server.flip(&team.owner, &product, flags[2], &product.production, true).await;
        let production =
            "return document.querySelectorAll('.b-flags tbody tr')[2].querySelector('td[data-of=Production] b').innerText === 'On'";
        kim.holds("see fastSearch on in Production", production).await;
        server.flag(&team, &product, "quickPay").await;
        shows(&kim, json!(["newCheckout", "giftCards", "fastSearch", "quickPay"])).await;
        assert_eq!(kim.ask("return window.here").await, true, "the page was not loaded again");
        kim.is_accessible().await;
        // The page still works as it did: what came later has its grip and its switch.
        kim.ask("document.querySelector('[aria-label^=\"Move quickPay\"]').focus()").await;
        kim.focused("Move quickPay: drag, or arrow keys").await;
        kim.press("quickPay in Test").await;
        becomes(&kim, "quickPay in Test", true).await;
        // So does what stands around the flags.
        let renamed = json!({ "name": "Trial" });
        team.owner.put(&format!("/v1/environments/{}", product.test), renamed).await.ok();
        kim.holds("see the new name", "return document.querySelector('.b-flags thead').innerText.includes('Trial')").await;
        team.owner.put(&format!("/v1/environments/{}", product.test), json!({ "name": "Test" })).await.ok();
        kim.holds("see the old name", "return document.querySelector('.b-flags thead').innerText.includes('Test')").await;
        assert_eq!(kim.ask("return window.here").await, true, "the page was not loaded again");

        // Who else has the same value open is seen while they have it, and as long as nothing was saved.
        let value = format!("{}/stream?at=value:{}:{}", product.path, flags[1], product.test);
        let owner = team.owner.listen(&value).await;
        let flag = format!("{config}/flags/{}?environment={}", flags[1], product.test);
        kim.go(&flag).await;
        kim.sees("Harbor-owner is looking at this too.").await;
        kim.sees("Nothing saved since you opened it.").await;
        kim.is_accessible().await;
        drop(owner);
        kim.holds("see that nobody else is there", "return document.querySelector('[data-present]').hidden").await;

        // An open edit stays as it is; the page says that somebody else was there, and saving shows both.
        kim.go(&flag).await;
        kim.choose("default", "On").await;
        kim.sees("1 difference").await;
        kim.ask("document.activeElement.blur()").await;
        server.flip(&team.owner, &product, flags[1], &product.test, true).await;
        kim.sees("Harbor-owner changed this a moment ago.").await;
        assert_eq!(kim.ask("return document.querySelector('[name=default]').value").await, "true", "what was chosen stays");
        kim.sees("1 difference").await;
        kim.is_accessible().await;
        kim.press("Split by percentage").await;
        kim.fill("split.0.percent", "20").await;
        kim.fill("split.1.percent", "80").await;
        kim.press("Save to Test").await;
        kim.sees("Harbor-owner saved while you were editing").await;
        kim.sees("Nothing of yours is saved yet.").await;
        assert_eq!(kim.value("split.0.percent").await, "20");
        kim.is_accessible().await;
        kim.press("Take what Harbor-owner saved").await;
        kim.sees("Nothing is changed yet.").await;
        // Where nobody is at work, the editor follows.
        kim.ask("window.here = true").await;
        server.flip(&team.owner, &product, flags[1], &product.test, false).await;
        kim.holds("follow", "return document.querySelector('[name=default]')?.value === 'false'").await;
        assert_eq!(kim.ask("return window.here").await, true);
        kim.is_accessible().await;
        // Another name of the flag stands there too; and that it is gone is told to whoever is at work on it.
        let path = format!("/v1/settings/{}", flags[1]);
        team.owner.put(&path, json!({ "name": "Gift vouchers" })).await.ok();
        kim.holds("see the new name", "return document.querySelector('h1').innerText === 'Gift vouchers'").await;
        kim.choose("default", "On").await;
        kim.sees("1 difference").await;
        kim.ask("document.activeElement.blur()").await;
        team.owner.delete(&path).await;
        kim.sees("Harbor-owner deleted this a moment ago").await;
        assert_eq!(kim.ask("return document.querySelector('[name=default]').value").await, "true", "what was chosen stays");
    })
    .await;
}
