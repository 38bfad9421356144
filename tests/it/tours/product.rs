//! The people of a product: invited by a list of addresses, moved, removed, leaving.

use burgee::clock::DAY;
use fantoccini::key::Key;
use serde_json::json;

use super::{makes_account, opens_menu};
use crate::support::{Page, Server, visit};

/// The words of the rows below a heading.
async fn rows(page: &Page, heading: &str) -> Vec<String> {
    let script = format!(
        "const section = [...document.querySelectorAll('main section')].find((one) => one.querySelector('h2')?.innerText === '{heading}');
        return [...(section?.querySelectorAll('tbody tr') ?? [])].map((row) => row.innerText.replace(/\\s+/g, ' '))"
    );
    let found = page.ask(&script).await;
    found.as_array().map(|rows| rows.iter().filter_map(|row| row.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

/// Waits until the rows below a heading have these words, one list for each.
async fn lists(page: &Page, heading: &str, wanted: &[&[&str]]) {
    page.until(&format!("see {wanted:?} under {heading}"), async || {
        let rows = rows(page, heading).await;
        rows.len() == wanted.len() && wanted.iter().all(|words| rows.iter().any(|row| words.iter().all(|word| row.contains(word))))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_people_of_a_product_are_managed() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    let kim = server.person("kim").await;
    server.put_in(&product, product.developer, &kim).await;
    visit(server, async move |visit| {
        let server = &visit.server;
        let (manage, manager) = (format!("{}/manage", product.path), product.manager.to_string());
        let config = format!("{}/configs/{}", product.path, product.config);
        let owner = visit.signed_in("harbor-owner").await;
        owner.go(&format!("{}/groups", product.path)).await;
        opens_menu(&owner, "Developer", "Make default for new people").await;
        owner.sees("Invitations to Storefront start with Developer now.").await;

        // A list of addresses and names, with commas; the default group is chosen, another one is taken.
        owner.go(&manage).await;
        owner.sees("hold everything in every product of Harbor").await;
        lists(&owner, "Team members", &[&["Kim", "Guest", "Developer", "Read-only"]]).await;
        owner.is_accessible().await;
        owner.press("Invite team members").await;
        owner.focused("E-mail addresses or user names").await;
        let chosen = "return document.querySelector('#dialog [name=group]:checked')?.closest('label').querySelector('b').innerText";
        assert_eq!(owner.ask(chosen).await, "Developer", "the default group is chosen");
        owner.type_text("lee@example.com, harbor-member, sam@example ").await;
        owner.pick("group", &manager).await;
        owner.press("Send 3 invitations").await;
        owner.sees("Sent just now: 2 of 3").await;
        owner.sees("not a valid e-mail address").await;
        assert_eq!(owner.ask("return document.querySelector('#dialog textarea').value").await, "sam@example", "the wrong one stays");
        assert_eq!(owner.ask(chosen).await, "Product Manager", "what was chosen stays");
        owner.is_accessible().await;
        owner.focused("E-mail addresses or user names").await;
        owner.strike(Key::Backspace).await;
        owner.type_text(".com").await;
        owner.press("Send 1 invitation").await;
        owner.sees("Sent just now: 1 of 1").await;
        owner.press("Close").await;
        let all: [&[&str]; 3] =
            [&["lee@example.com", "Product Manager"], &["harbor-member", "Product Manager"], &["sam@example.com", "Product Manager"]];
        lists(&owner, "Pending invitations", &all).await;
        owner.is_accessible().await;

        // Both come in: somebody new by the link, a Member of the team from the own account.
        let lee = visit.browser().await;
        lee.go(&server.mail_to("lee@example.com").await.link(server.public_url(), "/invitation/")).await;
        lee.sees("Join Storefront").await;
        lee.press("Make an account").await;
        makes_account(&lee, "lee", "Lee", "Make account and join").await;
        lee.at(&config).await;
        let member = visit.signed_in("harbor-member").await;
        member.go("/account/teams").await;
        member.press("Accept").await;
        member.at(&config).await;
        owner.go(&manage).await;
        let people: [&[&str]; 3] = [&["Kim", "Guest", "Developer"], &["Lee", "Guest", "Product Manager"], &["Harbor-member", "Member"]];
        lists(&owner, "Team members", &people).await;
        lists(&owner, "Pending invitations", &[&["sam@example.com"]]).await;

        // The group changes on a click, and what that flips is told before it is saved.
        owner.press("Developer: change the group of Kim").await;
        owner.sees("Nothing changes.").await;
        owner.pick("group", &manager).await;
        let flips = "return document.getElementById('flips').innerText.replace(/\\s+/g, ' ')";
        owner
            .until("see what flips", async || {
                owner
                    .ask(flips)
                    .await
                    .as_str()
                    .is_some_and(|text| text.contains("Production Read-only → Full") && text.contains("No longer:"))
            })
            .await;
        owner.is_accessible().await;
        owner.press("Change group").await;
        owner.sees("Kim is in Product Manager now.").await;
        lists(&owner, "Team members", &[&["Kim", "Product Manager"], &["Lee"], &["Harbor-member"]]).await;

        // The bin asks first.
        owner.press("Remove Kim").await;
        owner.sees("Kim has no access any more in").await;
        owner.is_accessible().await;
        owner.press("Cancel").await;
        lists(&owner, "Team members", &[&["Kim"], &["Lee"], &["Harbor-member"]]).await;
        owner.press("Remove Kim").await;
        owner.sees("Kim has no access any more in").await;
        owner.press("Remove Kim").await;
        owner.sees("Kim is no longer in Storefront.").await;
        lists(&owner, "Team members", &[&["Lee"], &["Harbor-member"]]).await;

        // An open invitation offers another group; one that has ended is sent again; one is taken back.
        owner.press("Product Manager: change the group of sam@example.com").await;
        owner.pick("group", &product.developer.to_string()).await;
        owner.press("Change group").await;
        owner.sees("The invitation of sam@example.com offers another group now.").await;
        lists(&owner, "Pending invitations", &[&["sam@example.com", "Developer"]]).await;
        let first = server.mail_to("sam@example.com").await.link(server.public_url(), "/invitation/");
        server.later(8 * DAY);
        owner.go(&manage).await;
        lists(&owner, "Expired invitations", &[&["sam@example.com", "Developer", "ended"]]).await;
        lists(&owner, "Pending invitations", &[]).await;
        owner.is_accessible().await;
        opens_menu(&owner, "sam@example.com", "Send again").await;
        owner.sees("The invitation of sam@example.com was sent again. It is open for another 7 days.").await;
        lists(&owner, "Pending invitations", &[&["sam@example.com"]]).await;
        lists(&owner, "Expired invitations", &[]).await;
        assert_ne!(server.mail_to("sam@example.com").await.link(server.public_url(), "/invitation/"), first);
        opens_menu(&owner, "sam@example.com", "Revoke…").await;
        owner.is_accessible().await;
        owner.press("Revoke invitation").await;
        owner.sees("The invitation of sam@example.com was revoked.").await;
        lists(&owner, "Pending invitations", &[]).await;

        // A Guest sees the Owners and oneself, no controls, and leaves.
        lee.go(&manage).await;
        lists(&lee, "Team members", &[&["Lee"]]).await;
        for control in ["Invite team members", "Harbor-member", "Permission groups"] {
            lee.misses(control).await;
        }
        assert_eq!(lee.ask("return document.querySelectorAll('main [aria-label^=\"Remove \"]').length").await, json!(0));
        lee.press("Leave…").await;
        lee.sees("With your last product you leave the team Harbor.").await;
        lee.is_accessible().await;
        lee.press("Leave Storefront").await;
        lee.sees("You have left Storefront.").await;
        lee.go(&manage).await;
        lee.sees("There is nothing here").await;

        // The log of the product tells all of it.
        owner.go(&format!("{}/audit-log", product.path)).await;
        for told in ["Lee left", "revoked", "removed Kim", "invited lee@example.com"] {
            owner.sees(told).await;
        }
        owner.is_accessible().await;
    })
    .await;
}
