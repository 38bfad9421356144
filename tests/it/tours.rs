//! Tours through the pages in a real browser, as people take them: by what they read, press and type.

use fantoccini::key::Key;
use serde_json::json;

use crate::support::{PASSWORD, Page, Server, at_a_name, visit};

mod compare;
mod dashboard;
mod doors;
mod every_page;
mod forms;
mod groups;
mod long_words;
mod product;
mod rules;
mod transfer;
mod try_it;

/// The dialog's send button, whose number follows what is typed.
const SEND: &str = "Send 2 invitations";

async fn makes_account(page: &Page, username: &str, name: &str, button: &str) {
    page.fill("username", username).await;
    page.fill("name", name).await;
    page.fill("password", "short").await;
    page.press(button).await;
    page.sees("At least 15 characters").await;
    assert_eq!(page.value("username").await, username, "what was typed stays");
    assert_eq!(page.value("name").await, name, "what was typed stays");
    assert_eq!(page.value("password").await, "", "passwords are never sent back");
    page.focused("password").await;
    page.is_accessible().await;
    page.fill("password", PASSWORD).await;
    page.press(button).await;
}

async fn opens_menu(page: &Page, of: &str, action: &str) {
    page.press(&format!("Actions for {of}")).await;
    page.press(action).await;
}

/// The whole purpose: from nothing to a team at work, whose owner sees what everybody did.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_sets_up_invites_and_sees_every_change() {
    let (server, link) = Server::untouched(at_a_name).await;
    visit(server, async move |visit| {
        let server = &visit.server;
        let dana = visit.browser().await;
        dana.go("/").await;
        dana.sees("Burgee is not set up yet").await;
        dana.is_accessible().await;

        dana.go(&link).await;
        dana.at("/setup").await;
        dana.is_accessible().await;
        dana.fill("email", "dana@example.com").await;
        makes_account(&dana, "dana", "Dana", "Save and name your first team").await;
        dana.at("/team/create").await;
        dana.fill("name", "Harbor Works").await;
        dana.sees("harbor-works is free").await;
        dana.is_accessible().await;
        dana.press("Create team").await;
        dana.at("/team/harbor-works/overview").await;
        dana.sees("Harbor Works is there. You are its owner.").await;

        // An account for Kim, who is invited by user name; Jules is invited by e-mail.
        dana.go("/admin/people").await;
        dana.press("New person").await;
        dana.fill("email", "kim@example.com").await;
        makes_account(&dana, "kim", "Kim", "Make account").await;
        dana.sees("Kim has an account now.").await;
        dana.go("/team/harbor-works/members").await;
        dana.press("Invite people").await;
        dana.focused("E-mail addresses or user names").await;
        dana.type_text("kim, jules@example.com sam@example ").await;
        dana.press("Send 3 invitations").await;
        dana.sees("Sent just now: 2 of 3").await;
        dana.sees("not a valid e-mail address").await;
        assert_eq!(dana.ask("return document.querySelector('#dialog textarea').value").await, "sam@example", "the wrong one stays");
        dana.is_accessible().await;
        dana.press("Close").await;
        dana.sees("Invitations (2)").await;

        let jules = visit.browser().await;
        jules.go(&server.mail_to("jules@example.com").await.link(server.public_url(), "/invitation/")).await;
        jules.sees("Join Harbor Works").await;
        jules.sees("Nothing changes until you accept.").await;
        jules.is_accessible().await;
        jules.press("Make an account").await;
        makes_account(&jules, "jules", "Jules", "Make account and join").await;
        jules.at("/team/harbor-works/overview").await;
        jules.sees("Welcome to Harbor Works. You are a Member.").await;

        // Dana knows Kim’s first password: another one comes before anything else.
        let kim = visit.signed_in("kim").await;
        kim.at("/account/security").await;
        kim.sees("An administrator asks you to choose a new password.").await;
        kim.is_accessible().await;
        kim.fill("old_password", PASSWORD).await;
        kim.fill("password", "nine quiet ferries at dusk").await;
        kim.press("Change password").await;
        kim.at("/account/teams").await;
        kim.sees("invited by Dana").await;
        kim.press("Accept").await;
        kim.at("/team/harbor-works/overview").await;
        member_sees_no_owner_controls(&kim).await;

        // Dana makes Kim an owner: the next page that Kim opens knows.
        dana.go("/team/harbor-works/members").await;
        dana.sees("1 owner · 2 members").await;
        opens_menu(&dana, "Kim", "Change role…").await;
        dana.pick("role", "owner").await;
        dana.press("Change role").await;
        dana.sees("Kim is an Owner of Harbor Works now.").await;
        dana.sees("2 owners · 1 member").await;
        kim.go("/team/harbor-works/members").await;
        kim.sees("Audit log").await;
        opens_menu(&kim, "Jules", "Remove from team…").await;
        kim.is_accessible().await;
        kim.press("Remove Jules").await;
        kim.sees("Jules is no longer in Harbor Works.").await;
        jules.go("/team/harbor-works/overview").await;
        jules.sees("There is nothing here").await;

        // Every change, newest first, with before and after.
        dana.go("/team/harbor-works/audit-log").await;
        let told = dana.ask("return [...document.querySelectorAll('.b-sentence')].map((one) => one.innerText)").await;
        let expected = json!([
            "Kim removed Jules, who was Member",
            "Dana changed the role of Kim from Member to Owner",
            "Kim accepted the invitation and joined as Member",
            "Jules accepted the invitation and joined as Member",
            "Dana invited jules@example.com as Member",
            "Dana invited kim as Member",
            "Dana joined as Owner",
            "Dana created the team Harbor Works",
        ]);
        assert_eq!(told, expected);
        dana.press("Details of event 7").await;
        dana.sees("Way in").await;
        dana.is_accessible().await;
        dana.choose("action", "Member removed").await;
        dana.holds("see one event", "return document.querySelectorAll('.b-event').length === 1").await;
        dana.sees("Kim removed Jules").await;
        dana.press("Clear").await;
        dana.holds("see all again", "return document.querySelectorAll('.b-event').length === 8").await;
        dana.choose("person", "Jules (no longer here)").await;
        dana.holds("see what Jules did", "return document.querySelectorAll('.b-event').length === 1").await;
        assert!(server.mail_to("dana@example.com").await.text.contains("Kim accepted"), "the inviter is told");

        dana.go("/team/harbor-works/settings").await;
        dana.press("Delete team…").await;
        dana.fill("confirm", "Harbor").await;
        dana.press("Delete Harbor Works").await;
        dana.sees("Please type Harbor Works to confirm.").await;
        assert_eq!(dana.value("confirm").await, "Harbor", "what was typed stays");
        dana.fill("confirm", "Harbor Works").await;
        dana.press("Delete Harbor Works").await;
        dana.left("/team/harbor-works/settings").await;
        kim.go("/team/harbor-works/overview").await;
        kim.sees("There is nothing here").await;
    })
    .await;
}

/// What a member may not do is not there; and it does not open by its address.
async fn member_sees_no_owner_controls(kim: &Page) {
    for section in ["overview", "members", "roles"] {
        kim.go(&format!("/team/harbor-works/{section}")).await;
        for control in ["Invite people", "Invitations (", "Audit log\n", "Team settings", "Administration", "Lately"] {
            kim.misses(control).await;
        }
    }
    kim.go("/team/harbor-works/members").await;
    let menus = "return [...document.querySelectorAll('main summary')].map((one) => one.ariaLabel)";
    assert_eq!(kim.ask(menus).await, json!(["Actions for Kim"]), "only their own row has a menu");
    kim.press("Actions for Kim").await;
    kim.misses("Change role").await;
    kim.sees("Leave team…").await;
    for closed in ["audit-log", "settings", "delete", "invitations", "invitations/new"] {
        kim.go(&format!("/team/harbor-works/{closed}")).await;
        kim.sees("You may not do this").await;
        kim.press("Go to the start page").await;
        kim.at("/team/harbor-works/overview").await;
    }
    kim.go("/team/harbor-works/roles").await;
    assert_eq!(kim.ask("return [...document.querySelector('#person').options].map((one) => one.text)").await, json!(["Kim (Member)"]));
    kim.press("Delete Snapshot").await;
    kim.sees("May Kim delete a snapshot?").await;
    kim.sees("The role Member does not include it").await;
    kim.sees("Would change it: an owner makes Kim an Owner.").await;
    kim.is_accessible().await;
}

/// Sessions, tokens and the password, by somebody who has a second browser.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_keeps_their_account_safe() {
    let server = Server::named().await;
    server.account("robin").await;
    visit(server, async |visit| {
        let (desk, other) = (visit.signed_in("robin").await, visit.signed_in("robin").await);
        desk.go("/account/tokens").await;
        desk.press("New token").await;
        desk.press("Make token").await;
        desk.focused("name").await;
        desk.fill("name", "ci").await;
        desk.press("Make token").await;
        desk.sees("Copy it now: it is not shown again.").await;
        let secret = desk.ask("return document.querySelector('.b-fresh code').innerText").await;
        let program = visit.server.anonymous().with_token(secret.as_str().unwrap());
        assert_eq!(program.get("/api/v1/user").await.ok()["username"], "robin");
        desk.go("/account/tokens").await;
        desk.misses(secret.as_str().unwrap()).await;
        opens_menu(&desk, "ci", "Revoke").await;
        desk.sees("does not work any more").await;
        program.get("/api/v1/user").await.refused(401);

        desk.go("/account/security").await;
        desk.fill("old_password", "not the password at all").await;
        desk.fill("password", "another seventeen lanterns").await;
        desk.press("Change password").await;
        desk.sees("This is not your password.").await;
        desk.fill("old_password", PASSWORD).await;
        desk.fill("password", "another seventeen lanterns").await;
        desk.press("Change password").await;
        desk.sees("Your password was changed. All other sessions have ended.").await;
        desk.misses("End all other sessions").await;
        other.go("/account/security").await;
        other.at("/sign-in").await;

        // The lights go out, on this page at once and on the next ones.
        desk.press("Robin").await;
        desk.press("Dark").await;
        let dark = "return document.documentElement.dataset.bsTheme === 'dark' && getComputedStyle(document.body).backgroundColor";
        desk.until("be dark", async || desk.ask(dark).await == "rgb(11, 21, 37)").await;
        desk.go("/account").await;
        assert_eq!(desk.ask(dark).await, "rgb(11, 21, 37)");
        desk.is_accessible().await;
    })
    .await;
}

/// Without a mouse.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyboard_reaches_everything() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    team.owner.post("/api/v1/teams", json!({ "name": "Pier" })).await.ok();
    visit(server, async |visit| {
        let page = visit.signed_in("harbor-owner").await;
        page.go("/team/harbor/members").await;
        page.strike(Key::Tab).await;
        page.focused("Skip to the content").await;

        // The team switcher by its key, which is a letter in a field.
        page.type_text("t").await;
        page.focused("Harbor").await;
        page.strike(Key::Down).await;
        page.focused("Pier").await;
        page.strike(Key::Enter).await;
        page.at("/team/pier/overview").await;
        page.go("/team/harbor/members").await;
        page.fill("search", "t").await;
        page.misses("Create team").await;
        page.holds("find two people", "return document.querySelectorAll('#people tbody tr').length >= 1").await;

        // However long a page is, the navigation stays, and the answer to “why” is in sight with the head of the page.
        page.go("/team/harbor/roles").await;
        page.press("Delete Snapshot").await;
        page.sees("May Harbor-owner delete a snapshot?").await;
        page.holds("stand at the top", "return scrollY === 0 && document.getElementById('why').getBoundingClientRect().top < innerHeight")
            .await;
        let stays = "scrollTo(0, 9999); return scrollY > 0 && document.getElementById('nav').getBoundingClientRect().top === 0";
        page.holds("keep the navigation", stays).await;

        // The menu of a row, walked by arrows, left by Escape.
        page.go("/team/harbor/members").await;
        let menu = "document.querySelector('[aria-label=\"Actions for Harbor-member\"]')";
        page.ask(&format!("{menu}.focus()")).await;
        page.strike(Key::Down).await;
        page.focused("Change role…").await;
        page.strike(Key::Up).await;
        page.focused("Remove from team…").await;
        page.strike(Key::Down).await;
        page.focused("Change role…").await;
        page.strike(Key::Escape).await;
        page.focused("Actions for Harbor-member").await;
        page.misses("Change role…").await;

        // A dialog takes the focus, keeps it, and gives it back.
        page.strike(Key::Down).await;
        page.strike(Key::Enter).await;
        page.focused("role").await;
        for _ in 0..8 {
            page.strike(Key::Tab).await;
            // Between its last and its first stop a dialog leaves the page to the browser's own bar.
            let inside = "return document.activeElement === document.body || !!document.activeElement.closest('dialog[open]')";
            assert_eq!(page.ask(inside).await, true, "the focus stays in the dialog");
        }
        page.strike(Key::Escape).await;
        page.holds("close the dialog", "return !document.querySelector('dialog[open]')").await;
        page.focused("Actions for Harbor-member").await;

        // A form by keys alone: the answer to a mistake is where the focus is.
        page.go("/team/harbor/members").await;
        page.ask("document.querySelector('.b-actions a').focus()").await;
        page.strike(Key::Enter).await;
        page.focused("E-mail addresses or user names").await;
        page.type_text("nobody-of-this-name").await;
        page.strike(Key::Enter).await;
        page.type_text("a@b.example").await;
        page.strike(Key::Tab).await;
        page.sees(SEND).await;
        page.press(SEND).await;
        page.sees("no such user name").await;
        page.focused("E-mail addresses or user names").await;
        page.strike(Key::Backspace).await;
        assert_eq!(page.ask("return document.activeElement.value").await, "nobody-of-this-name", "a chip turns into text again");
    })
    .await;
}

/// On a telephone everything fits, and the navigation is behind a button.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_telephone_is_wide_enough() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let invite = json!({ "user": "somebody.with.a.long.name@a-long-domain-name.example" });
    team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), invite).await.ok();
    visit(server, async |visit| {
        let phone = visit.phone().await;
        phone.go("/sign-in").await;
        phone.fits().await;
        phone.sign_in("harbor-owner").await;
        let pages = [
            "team/harbor/overview",
            "team/harbor/members",
            "team/harbor/invitations",
            "team/harbor/invitations/new",
            "team/harbor/roles?permission=snapshot.delete",
            "team/harbor/audit-log",
            "team/harbor/settings",
            "account",
            "account/security",
            "account/tokens",
            "account/teams",
            "account/log",
            "team/create",
            "docs/api",
            "nowhere",
        ];
        for path in pages {
            phone.go(&format!("/{path}")).await;
            assert_eq!(phone.ask("return innerWidth").await, 390, "{path} is laid out for the telephone");
            phone.fits().await;
            phone.is_accessible().await;
        }
        phone.go("/team/harbor/members").await;
        phone.misses("Audit log").await;
        phone.press("Menu").await;
        phone.sees("Audit log").await;
        phone.is_accessible().await;
        phone.strike(Key::Escape).await;
        phone.holds("close the menu", "return getComputedStyle(document.getElementById('nav')).visibility === 'hidden'").await;
        phone.press("Invite people").await;
        phone.sees("Nothing changes for them until they accept.").await;
        phone.fits().await;
        phone.is_accessible().await;
    })
    .await;
}
