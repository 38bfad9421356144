//! The rule editor: a sentence is built, corrected, reviewed, saved, and taken back; with scripts and without.

use serde_json::json;

use crate::support::{Page, Product, Server, Team, visit};

async fn scene(server: &Server) -> (Team, Product, String) {
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    let beta =
        [("name", "beta users"), ("condition.0.attribute", "Country"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "DE")];
    team.owner.form(&format!("{}/segments", product.path), &beta).await.leads_to();
    let flag = server.flag(&team, &product, "newCheckout").await;
    let path = format!("{}/configs/{}/flags/{flag}", product.path, product.config);
    (team, product, path)
}

/// What is stored in an environment.
async fn stored(server: &Server, environment: &str) -> serde_json::Value {
    let id: burgee::ids::EnvironmentId = environment.parse().unwrap();
    let formula: String = server.value("SELECT formula FROM setting_values WHERE environment = $1", vec![id.into()]).await;
    serde_json::from_str(&formula).unwrap()
}

/// The value that a person would read off a list.
async fn chosen(page: &Page, field: &str) -> serde_json::Value {
    page.ask(&format!("return document.querySelector('[name=\"{field}\"]').selectedOptions[0].innerText")).await
}

/// What stands beside a field that is wrong.
async fn beside(page: &Page, field: &str, message: &str) {
    let script = format!("return document.getElementById('{field}-error')?.innerText.includes('{message}') ?? false");
    page.holds(&format!("see “{message}” beside {field}"), &script).await;
}

const SENTENCE: &str = "IF Email ends with any of @example.com AND in beta users THEN On";

/// From an empty flag to the whole sentence, past every kind of mistake.
/// What was done is told for a moment, by a script.
async fn told(page: &Page, text: &str, scripts: bool) {
    if scripts {
        page.sees(text).await;
    }
}

/// axe is a script itself.
async fn look(page: &Page, scripts: bool) {
    if scripts {
        page.is_accessible().await;
    }
}

async fn builds(page: &Page, server: &Server, test: &str, scripts: bool) {
    let off = json!({ "default": { "b": false } });
    page.sees("Nothing is changed yet.").await;
    page.press("Add rule").await;
    page.focused("Attribute of the user").await;
    page.fill("rule.0.condition.0.attribute", "Email").await;
    page.choose("rule.0.condition.0.comparator", "ends with any of").await;

    // What is missing is told at its field when it is saved, and nothing is.
    page.press("Save to Test").await;
    beside(page, "rule.0.condition.0.values", "There is nothing to compare with").await;
    page.sees("1 field to fix").await;
    assert_eq!(chosen(page, "rule.0.condition.0.comparator").await, "ends with any of", "what was chosen stays");
    assert_eq!(page.value("rule.0.condition.0.attribute").await, "Email", "what was typed stays");
    assert_eq!(stored(server, test).await, off);
    look(page, scripts).await;

    if scripts {
        page.type_into("Add a value", "@example.com\u{e007}").await;
        page.sees("@example.com").await;
    } else {
        page.fill("rule.0.condition.0.values", "@example.com").await;
    }
    page.press("+ AND").await;
    page.press("A segment").await;
    page.focused("Segment").await;
    page.choose("rule.0.condition.1.segment", "beta users").await;
    assert_eq!(chosen(page, "rule.0.value").await, "On");

    // ELSE is divided; what does not add up is told beside the shares.
    page.press("Split by percentage").await;
    page.focused("Percent of share 1").await;
    page.fill("split.0.percent", "20").await;
    page.fill("split.1.percent", "79").await;
    page.press("Save to Test").await;
    beside(page, "split", "The percentages add up to 99, not to 100.").await;
    assert_eq!(stored(server, test).await, off);
    look(page, scripts).await;
    page.fill("split.1.percent", "80").await;
    assert_eq!((chosen(page, "split.0.value").await, chosen(page, "split.1.value").await), (json!("On"), json!("Off")));
    page.fill("note", "Widen after a quiet week").await;
}

/// The difference is told, saved, stands in the history, and is taken back.
async fn saves(page: &Page, server: &Server, product: &Product, path: &str, scripts: bool) {
    let segment: burgee::ids::SegmentId = server.value("SELECT id FROM segments", vec![]).await;
    if scripts {
        page.sees("2 differences").await;
        page.sees(SENTENCE).await;
        page.sees("20 % On, 80 % Off").await;
    }
    look(page, scripts).await;
    page.press("Save to Test").await;
    told(page, "newCheckout was saved to Test.", scripts).await;
    page.sees("Widen after a quiet week").await;
    let wanted = json!({
        "default": { "b": false },
        "rules": [{
            "if": [{ "user": { "a": "Email", "c": 32, "l": ["@example.com"] } }, { "segment": { "id": segment.to_string(), "is": 0 } }],
            "then": { "b": true },
        }],
        "split": [{ "percent": 20, "value": { "b": true } }, { "percent": 80, "value": { "b": false } }],
    });
    assert_eq!(stored(server, &product.test).await, wanted);
    assert_eq!(stored(server, &product.production).await, json!({ "default": { "b": false } }), "only there");

    // Who, when, why; and all of it.
    look(page, scripts).await;
    page.go(&format!("{path}/history?environment={}", product.test)).await;
    page.sees("Harbor-owner").await;
    page.press("All of it").await;
    page.sees("in beta users").await;
    look(page, scripts).await;
    page.press("Restore…").await;
    page.sees("It becomes a new version; nothing is lost from the history.").await;
    page.misses("datetime=").await;
    page.sees(SENTENCE).await;
    look(page, scripts).await;
    page.fill("note", "Too soon").await;
    page.press("Restore in Test").await;
    told(page, "newCheckout was restored in Test.", scripts).await;
    page.sees("Nothing is changed yet.").await;
    page.sees("Too soon").await;
    assert_eq!(stored(server, &product.test).await, json!({ "default": { "b": false } }));

    // What was taken back can be taken back too.
    page.go(&format!("{path}/history?environment={}", product.test)).await;
    let rows = "return [...document.querySelectorAll('.b-history-what > p:first-child')].map((one) => one.innerText.replace(/\\s+/g, ' '))";
    let rows = page.ask(rows).await;
    assert_eq!(rows.as_array().unwrap().len(), 3, "{rows}");
    assert!(rows[0].to_string().contains("restored") && rows[2].to_string().contains("created"), "{rows}");
    page.press("Restore…").await;
    page.press("Restore in Test").await;
    told(page, "newCheckout was restored in Test.", scripts).await;
    page.holds("be back at the rules", "return !!document.querySelector('#editor [name=\"rule.0.from\"]')").await;
    assert_eq!(stored(server, &product.test).await, wanted);
    look(page, scripts).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sentence_is_built_saved_and_taken_back() {
    let server = Server::named().await;
    let (_, product, path) = scene(&server).await;
    visit(server, async move |visit| {
        let owner = visit.signed_in("harbor-owner").await;
        owner.go(&format!("{path}?environment={}", product.test)).await;
        owner.is_accessible().await;
        builds(&owner, &visit.server, &product.test, true).await;
        saves(&owner, &visit.server, &product, &path, true).await;

        // Rules change places, go, and what is not saved is discarded.
        owner.go(&format!("{path}?environment={}", product.test)).await;
        owner.press("Add rule").await;
        owner.fill("rule.1.condition.0.attribute", "Identifier").await;
        owner.press("Actions for rule 2").await;
        owner.press("Move up").await;
        owner.focused("Actions for rule 1").await;
        assert_eq!(owner.value("rule.0.condition.0.attribute").await, "Identifier");
        assert_eq!(owner.value("rule.1.condition.0.attribute").await, "Email");
        owner.press("Actions for rule 1").await;
        owner.press("Remove rule").await;
        owner.sees("Nothing is changed yet.").await;
        owner.press("Serve one value instead").await;
        owner.sees("1 difference").await;
        owner.press("Discard").await;
        owner.sees("Nothing is changed yet.").await;
        assert_eq!(owner.value("split.0.percent").await, "20");
        owner.is_accessible().await;
    })
    .await;
}

/// Whether leaving the page would ask first.
async fn asks_before_leaving(page: &Page) -> bool {
    page.ask("return dispatchEvent(new Event('beforeunload', { cancelable: true }))").await == false
}

/// Does something that leads to another document, and tells whether the browser was told to ask first.
async fn asked_by(page: &Page, act: impl AsyncFnOnce()) -> bool {
    page.ask("addEventListener('beforeunload', (event) => sessionStorage.setItem('asked', event.defaultPrevented)); window.before = true")
        .await;
    act().await;
    page.holds("be on another page", "return !window.before && document.readyState === 'complete'").await;
    let asked = page.ask("const asked = sessionStorage.getItem('asked'); sessionStorage.removeItem('asked'); return asked").await;
    assert!(!asked.is_null(), "no page was left");
    asked == "true"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_what_is_not_saved_asks_first() {
    let server = Server::named().await;
    let (_, product, path) = scene(&server).await;
    visit(server, async move |visit| {
        let owner = visit.signed_in("harbor-owner").await;
        let flag = format!("{path}?environment={}", product.test);
        owner.go(&flag).await;
        owner.sees("Nothing is changed yet.").await;
        assert!(!asks_before_leaving(&owner).await, "nothing is changed");
        owner.choose("default", "On").await;
        owner.sees("1 difference").await;
        assert!(asks_before_leaving(&owner).await);
        owner.choose("default", "Off").await;
        owner.sees("Nothing is changed yet.").await;
        assert!(!asks_before_leaving(&owner).await, "it is as it was");

        // What was typed counts before the server has heard of it.
        owner.press("Add rule").await;
        owner.sees("1 difference").await;
        owner.press("Actions for rule 1").await;
        owner.press("Remove rule").await;
        owner.sees("Nothing is changed yet.").await;
        owner.press("Split by percentage").await;
        owner.press("Serve one value instead").await;
        owner.sees("Nothing is changed yet.").await;
        owner.choose("default", "On").await;
        owner.sees("1 difference").await;
        // The tab says the environment, and how far one reaches into it.
        assert!(asked_by(&owner, async || owner.press("ProductionFull").await).await, "another environment");
        owner.go(&flag).await;
        owner.choose("default", "On").await;
        owner.sees("1 difference").await;
        assert!(!asked_by(&owner, async || owner.press("Discard").await).await, "discarding is meant");
        owner.choose("default", "On").await;
        owner.sees("1 difference").await;
        owner.type_into("Note", "Typed and not sent").await;
        assert!(!asked_by(&owner, async || owner.press("Save to Test").await).await, "saving is meant");
        owner.sees("newCheckout was saved to Test.").await;
        assert_eq!(stored(&visit.server, &product.test).await, json!({ "default": { "b": true } }));
        assert!(!asks_before_leaving(&owner).await, "it is saved");

        // A permission group.
        let group = format!("{}/groups/{}", product.path, product.developer);
        owner.go(&group).await;
        owner.sees("Nothing changes yet.").await;
        assert!(!asks_before_leaving(&owner).await);
        owner.fill("name", "Builders").await;
        assert!(asks_before_leaving(&owner).await, "it was typed");
        owner.go(&group).await;
        let production = format!("env_{}", product.production);
        owner.pick(&production, "full").await;
        owner.sees("1 change").await;
        assert!(asks_before_leaving(&owner).await);
        owner.pick(&production, "readOnly").await;
        owner.sees("Nothing changes yet.").await;
        assert!(!asks_before_leaving(&owner).await, "it is as it was");
        owner.pick(&production, "full").await;
        owner.sees("1 change").await;
        assert!(asked_by(&owner, async || owner.press("People").await).await, "another page");
        owner.go(&group).await;
        owner.pick(&production, "full").await;
        owner.sees("1 change").await;
        assert!(!asked_by(&owner, async || owner.press("Save changes").await).await, "saving is meant");
        owner.sees("Saved Developer.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_without_scripts() {
    let server = Server::named().await;
    let (_, product, path) = scene(&server).await;
    visit(server, async move |visit| {
        let kim = visit.server.person("kim").await;
        visit.server.put_in(&product, product.developer, &kim).await;
        let owner = visit.without_scripts().await;
        owner.sign_in("harbor-owner").await;
        owner.go(&format!("{path}?environment={}", product.test)).await;
        assert_eq!(owner.ask("return typeof htmx").await, "undefined");
        builds(&owner, &visit.server, &product.test, false).await;
        saves(&owner, &visit.server, &product, &path, false).await;

        // The dashboard: a switch is a form, filters have a button.
        owner.go(&format!("{}/configs/{}", product.path, product.config)).await;
        owner.press("newCheckout in Production").await;
        let on = "return document.querySelector('[aria-label=\"newCheckout in Production\"]')?.ariaChecked === 'true'";
        owner.holds("see it on", on).await;
        assert_eq!(stored(&visit.server, &product.production).await, json!({ "default": { "b": true } }));
        owner.fill("search", "nothing like that").await;
        owner.press("Show").await;
        owner.sees("Nothing fits").await;

        // A flag is added, a group is changed, somebody is invited: each by a page of its own instead of a dialog.
        owner.go(&format!("{}/configs/{}", product.path, product.config)).await;
        owner.press("Add").await;
        owner.fill("name", "Gift cards").await;
        owner.press("Add flag").await;
        owner.sees("giftCards").await;
        owner.go(&format!("{}/groups/{}", product.path, product.developer)).await;
        owner.pick(&format!("env_{}", product.production), "full").await;
        owner.fill("name", "Builders").await;
        owner.misses("Save changes").await;
        owner.press("Show what changes").await;
        owner.sees("1 person gains write access to Production").await;
        assert_eq!(owner.value("name").await, "Builders", "what was typed stays");
        owner.press("Save changes").await;
        let level = format!("return document.querySelector('[name=env_{}]:checked').matches('[value=full][data-was]')", product.production);
        owner.holds("see it saved", &level.replace("[name=env_", "[name=\"env_").replace("]:checked", "\"]:checked")).await;
        owner.go(&format!("{}/manage", product.path)).await;
        owner.press("Invite team members").await;
        owner.fill("people", "lee@example.com, sam@example.com").await;
        owner.pick("group", &product.developer.to_string()).await;
        owner.press("Send invitations").await;
        owner.sees("Sent just now: 2 of 2").await;
        owner.go(&format!("{}/manage", product.path)).await;
        owner.sees("sam@example.com").await;

        // What deleting a group does to whoever is in it is shown by a button.
        owner.go(&format!("{}/groups/{}/delete", product.path, product.developer)).await;
        owner.pick("replacement", &product.administrators.to_string()).await;
        owner.fill("confirm", "Builders").await;
        owner.press("Show what changes").await;
        owner.sees("1 person can now").await;
        assert_eq!(owner.value("confirm").await, "Builders", "what was typed stays");
        owner.ask("document.querySelector('.btn-danger').scrollIntoView({ behavior: 'instant' })").await;
        owner.press("Move 3 and delete").await;
        owner.holds("be at the list", "return location.pathname.endsWith('/groups')").await;
        owner.misses("Builders").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_change_a_segment_the_second_sees_both() {
    let server = Server::named().await;
    let (_, product, _) = scene(&server).await;
    visit(server, async move |visit| {
        let owner = visit.signed_in("harbor-owner").await;
        owner.go(&format!("{}/segments", product.path)).await;
        owner.sees("Country is one of DE").await;
        owner.is_accessible().await;
        owner.press("beta users").await;
        owner.sees("Nowhere yet.").await;
        owner.type_into("Add a value", "FR\u{e007}").await;
        let path = owner.path().await;
        let theirs = [
            ("name", "beta users"),
            ("condition.0.attribute", "Country"),
            ("condition.0.comparator", "isOneOf"),
            ("condition.0.values", "AT"),
        ];
        visit.server.admin.form(&path, &theirs).await.leads_to();
        owner.press("Save").await;
        owner.sees("Ada saved while you were editing").await;
        owner.sees("Country is one of AT").await;
        owner.sees("Country is one of DE, FR").await;
        owner.is_accessible().await;
        owner.press("Save").await;
        owner.sees("beta users was changed.").await;
        owner.sees("Country is one of DE, FR").await;
        owner.is_accessible().await;
    })
    .await;
}
