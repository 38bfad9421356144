//! Invitations: sending, answering, ending, and what the mails say.

use burgee::clock::{DAY, MINUTE};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Server, Team, on_both};

fn path(team: &Team) -> String {
    format!("/api/v1/teams/{}/invitations", team.id)
}

async fn invite(by: &Client, team: &Team, user: &str) -> Answer {
    by.post(&path(team), json!({ "user": user })).await
}

/// What became of each entry that was not invited.
async fn failed(by: &Client, team: &Team, user: &str) -> Value {
    let answer = invite(by, team, user).await.ok();
    assert_eq!(answer["code"], "invitation_failed", "{answer}");
    answer["error"].clone()
}

/// The open invitations of a team, newest first.
async fn open(team: &Team) -> Vec<Value> {
    let answer = team.owner.get(&path(team)).await.ok();
    assert_eq!(answer["count"], answer["invitations"].as_array().unwrap().len());
    answer["invitations"].as_array().unwrap().clone()
}

/// The ids of somebody's open invitations.
async fn own(person: &Client) -> Vec<String> {
    let answer = person.get("/api/v1/user/invitations").await.ok();
    answer["invitations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn role_of(person: &Client, team: &Team) -> Value {
    let answer = person.get(&format!("/api/v1/teams/{}/user", team.id)).await;
    if answer.status == 404 { Value::Null } else { answer.ok()["role"].clone() }
}

async fn actions(team: &Team) -> Vec<String> {
    let log = server_log(team).await;
    log.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

async fn server_log(team: &Team) -> Vec<Value> {
    team.owner.get(&format!("/api/v1/teams/{}/audit-log", team.id)).await.ok()["log"].as_array().unwrap().clone()
}

async fn sent(server: &Server) -> Vec<String> {
    server.mails().await.into_iter().filter(|mail| mail.subject.starts_with("Join ")).map(|mail| mail.to).collect()
}

on_both! {
    async fn people_are_invited_in_one_field(server) {
        let team = server.team("Harbor").await;
        let (kim, lee) = (server.person("kim").await, server.person("lee").await);
        server.account("pat").await;
        team.member.get(&path(&team)).await.refused(403);
        invite(&team.member, &team, "kim").await.refused(403);
        invite(&kim, &team, "kim").await.refused(404);
        let before = sent(&server).await.len();
        assert_eq!(
            invite(&team.owner, &team, " kim ,LEE@example.com\n new@example.com; KIM New@Example.com").await.ok(),
            json!({ "status": "okay" })
        );
        let mut mails = sent(&server).await.split_off(before);
        mails.sort();
        assert_eq!(mails, ["kim@example.com", "lee@example.com", "new@example.com"], "the same one twice is one invitation and one mail");
        let listed = open(&team).await;
        assert_eq!(listed.len(), 3);
        let by_name = listed.iter().find(|one| one["invitee"]["username"] == "kim").unwrap();
        assert_eq!(
            (&by_name["role"], &by_name["invitor"]["username"], &by_name["team"]["slug"]),
            (&json!(30), &json!("harbor-owner"), &json!("harbor"))
        );
        assert_eq!(by_name["createdAt"], "2026-11-22T09:00:00.000Z");
        assert_eq!(by_name["expiresAt"], "2026-11-29T09:00:00.000Z");
        assert!(by_name["sentAt"].is_string());
        assert!(listed.iter().any(|one| one["invitee"] == json!({ "external": true, "email": "new@example.com" })));
        assert_eq!((own(&kim).await.len(), own(&lee).await.len()), (1, 1), "by name and by address it is the same account's");
        assert!(kim.get("/account/teams").await.page().contains("Harbor"));

        // The good ones go out, the others are told one by one.
        let wrong = failed(&team.owner, &team, "pat, harbor-owner, HARBOR-MEMBER@example.com, LEE@example.com, nobody, a@b, kim, é!").await;
        assert_eq!(wrong["kim"], "Already invited to the team");
        assert_eq!(wrong["LEE@example.com"], "Already invited to the team");
        assert_eq!(wrong["harbor-owner"], "Already a member of the team");
        assert_eq!(wrong["HARBOR-MEMBER@example.com"], "Already a member of the team");
        assert_eq!(wrong["nobody"], "Not an existing user");
        assert!(wrong["a@b"].as_str().unwrap().contains("not a valid e-mail address"));
        assert_eq!(wrong.as_object().unwrap().len(), 7, "{wrong}");
        assert_eq!(sent(&server).await.len(), before + 4, "only pat's");
        assert_eq!(actions(&team).await.iter().filter(|action| *action == "invitation.sent").count(), 5);
        let page = team.owner.form("/team/harbor/invitations", &[("people", "nobody\nout@example.com"), ("role", "member")]).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.text.contains("no such user name") && page.text.contains("invited"), "{}", page.text);

        // Owner only if an owner says so, and nothing else.
        team.owner.post(&path(&team), json!({ "user": "ada", "role": 50 })).await.ok();
        server.admin.patch(&format!("/api/v1/user/invitations/{}", own(&server.admin).await[0])).await.ok();
        assert_eq!(role_of(&server.admin, &team).await, 50);
        for role in [json!(99), json!(5), json!("chief"), json!(-1), json!([30])] {
            let answer = team.owner.post(&path(&team), json!({ "user": "x@example.com", "role": role })).await.refused(400);
            assert_eq!(answer["code"], "invalid_team_role");
        }
    }

    async fn too_many_at_once_invite_nobody(server) {
        let team = server.team("Harbor").await;
        let many = |count: usize| (0..count).map(|n| format!("p{n}@example.com")).collect::<Vec<_>>().join(" ");
        let answer = invite(&team.owner, &team, &many(101)).await.refused(400);
        assert!(answer["error"].as_str().unwrap().contains("100"), "{answer}");
        for nothing in ["", " ,;\n "] {
            assert_eq!(invite(&team.owner, &team, nothing).await.refused(400)["code"], "invitation_failed");
        }
        assert_eq!(open(&team).await.len(), 0);
        assert_eq!(invite(&team.owner, &team, &many(100)).await.ok()["status"], "okay");
        assert_eq!(open(&team).await.len(), 100);
    }

    async fn whoever_is_invited_answers(server) {
        let team = server.team("Harbor").await;
        let (kim, lee, pat) = (server.person("kim").await, server.person("lee").await, server.person("pat").await);
        invite(&team.owner, &team, "kim, lee@example.com").await.ok();
        let id = own(&kim).await.remove(0);
        let answer = format!("/api/v1/user/invitations/{id}");
        pat.patch(&answer).await.refused(404);
        pat.delete(&answer).await.refused(404);
        server.admin.patch(&answer).await.refused(404);
        kim.patch("/api/v1/user/invitations/not-an-id").await.refused(404);
        assert_eq!(own(&kim).await.len(), 1);
        kim.patch(&answer).await.ok();
        assert_eq!(role_of(&kim, &team).await, 30);
        kim.patch(&answer).await.refused(404);
        let told = server.mail_to("harbor-owner@example.com").await;
        assert_eq!(told.subject, "Kim joined Harbor");
        lee.delete(&format!("/api/v1/user/invitations/{}", own(&lee).await[0])).await.ok();
        assert_eq!(role_of(&lee, &team).await, Value::Null);
        assert_eq!(&actions(&team).await[..2], ["invitation.declined", "invitation.accepted"]);
        assert_eq!(server_log(&team).await[1]["event"], "team.user.invite.accepted");

        // The link belongs to the mailbox; looking at it, and looking again, changes nothing.
        invite(&team.owner, &team, "pat").await.ok();
        let link = server.mail_to("pat@example.com").await.link(&server.base, "/invitation/");
        for reader in [&pat, &lee, &server.anonymous()] {
            assert!(reader.get(&link).await.page().contains("Harbor"));
        }
        assert_eq!(role_of(&pat, &team).await, Value::Null);
        lee.form(&format!("{link}/accept"), &[]).await.refused(404);
        assert!(server.anonymous().form(&format!("{link}/accept"), &[]).await.leads_to().starts_with("/sign-in"));
        lee.form(&format!("{link}/sign-up"), &[("username", "lee2"), ("name", "Lee"), ("password", PASSWORD)]).await.refused(409);
        assert_eq!(pat.form(&format!("{link}/accept"), &[]).await.leads_to(), "/team/harbor/overview");
        assert_eq!(role_of(&pat, &team).await, 30);
        pat.get(&link).await.refused(410);
        pat.form(&format!("{link}/accept"), &[]).await.refused(410);
    }

    async fn accepting_never_lowers_anybody(server) {
        let team = server.team("Harbor").await;
        let (kim, gil) = (server.person("kim").await, server.person("gil").await);
        server.make_guest(&team.id, &gil.id).await;
        invite(&team.owner, &team, "gil, kim").await.ok();
        gil.patch(&format!("/api/v1/user/invitations/{}", own(&gil).await[0])).await.ok();
        assert_eq!(role_of(&gil, &team).await, 30, "a Guest becomes Member");
        // Kim becomes an Owner by another way before answering.
        let id = own(&kim).await.remove(0);
        team.owner.post(&path(&team), json!({ "user": "kim@example.com", "role": 50 })).await.ok();
        let as_owner = own(&kim).await.into_iter().find(|other| *other != id).unwrap();
        kim.patch(&format!("/api/v1/user/invitations/{as_owner}")).await.ok();
        kim.patch(&format!("/api/v1/user/invitations/{id}")).await.ok();
        assert_eq!(role_of(&kim, &team).await, 50);
    }

    async fn an_invitation_ends_after_seven_days(server) {
        let team = server.team("Harbor").await;
        let kim = server.person("kim").await;
        invite(&team.owner, &team, "kim, new@example.com").await.ok();
        let (id, link) = (own(&kim).await.remove(0), server.mail_to("new@example.com").await.link(&server.base, "/invitation/"));
        server.later(7 * DAY - MINUTE);
        server.anonymous().get(&link).await.page();
        server.later(MINUTE);
        kim.patch(&format!("/api/v1/user/invitations/{id}")).await.refused(410);
        assert_eq!(role_of(&kim, &team).await, Value::Null);
        assert!(own(&kim).await.is_empty());
        server.anonymous().get(&link).await.refused(410);
        let fields = [("username", "newcomer"), ("name", "New"), ("password", PASSWORD)];
        server.anonymous().form(&format!("{link}/sign-up"), &fields).await.refused(410);
        let overview = team.owner.get("/team/harbor/overview").await.page();
        assert!(!overview.contains("2 open invitations"), "what has ended does not count");

        // Sent again, it is open for another seven days, by a new link only.
        let listed = open(&team).await;
        let external = listed.iter().find(|one| one["invitee"]["external"] == true).unwrap()["id"].as_str().unwrap().to_owned();
        team.owner.post(&format!("{}/{external}", path(&team)), json!({})).await.ok();
        let fresh = server.mail_to("new@example.com").await.link(&server.base, "/invitation/");
        assert_ne!(fresh, link);
        server.anonymous().get(&link).await.refused(410);
        server.later(7 * DAY - MINUTE);
        server.anonymous().get(&fresh).await.page();
        // Invited again instead, the old one makes room.
        invite(&team.owner, &team, "kim").await.ok();
        assert_ne!(own(&kim).await, [id]);
        assert_eq!(actions(&team).await[..3], ["invitation.sent", "invitation.ended", "invitation.resent"]);
        // A month after its end it is cleared away.
        server.later(38 * DAY);
        let mint = burgee::authz::Mint::new(&server.app, burgee::audit::Way::System);
        burgee::invitations::clear_expired(mint).await.unwrap();
        let owner = server.sign_in("harbor-owner").await;
        assert_eq!(owner.get(&path(&team)).await.ok()["count"], 0);
    }

    async fn an_invitation_works_as_long_as_its_inviter_may_give_it(server) {
        let team = server.team("Harbor").await;
        let second = server.join(&team, "second", 50).await;
        let (kim, lee) = (server.person("kim").await, server.person("lee").await);
        second.post(&path(&team), json!({ "user": "kim, lee, new@example.com", "role": 50 })).await.ok();
        let link = server.mail_to("new@example.com").await.link(&server.base, "/invitation/");
        let lower = format!("/api/v1/teams/{}/members/{}", team.id, second.id);
        team.owner.put(&lower, json!({ "role": 30 })).await.ok();
        let kims = format!("/api/v1/user/invitations/{}", own(&kim).await[0]);
        let said = kim.patch(&kims).await.refused(410);
        assert!(said["error"].as_str().unwrap().contains("Second"), "{said}");
        server.anonymous().get(&link).await.refused(410);
        let fields = [("username", "newcomer"), ("name", "New"), ("password", PASSWORD)];
        server.anonymous().form(&format!("{link}/sign-up"), &fields).await.refused(410);
        assert!(team.owner.get("/team/harbor/invitations").await.page().contains("Second may no longer invite"), "owners see why");
        assert!(kim.get("/account/teams").await.page().contains("Second may no longer invite"));
        // Whoever sends it again becomes the inviter.
        let listed = open(&team).await;
        let of = |name: &str| listed.iter().find(|one| one["invitee"]["username"] == name).unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(
            team.owner.form(&format!("/team/harbor/invitations/{}/resend", of("kim")), &[]).await.leads_to(),
            "/team/harbor/invitations"
        );
        kim.patch(&kims).await.ok();
        assert_eq!(role_of(&kim, &team).await, 50);
        // Suspended and gone inviters give nothing either.
        team.owner.put(&lower, json!({ "role": 50 })).await.ok();
        server.admin.put(&format!("/api/v1/users/{}", second.id), json!({ "suspended": true })).await.ok();
        lee.patch(&format!("/api/v1/user/invitations/{}", of("lee"))).await.refused(410);
        server.admin.delete(&format!("/api/v1/users/{}", second.id)).await.ok();
        lee.patch(&format!("/api/v1/user/invitations/{}", of("lee"))).await.refused(404);
        assert_eq!(open(&team).await.len(), 0);
    }

    async fn owners_resend_and_revoke_only_in_their_own_team(server) {
        let (team, other) = (server.team("Harbor").await, server.team("Quay").await);
        let kim = server.person("kim").await;
        invite(&team.owner, &team, "kim").await.ok();
        let id = own(&kim).await.remove(0);
        let foreign = format!("{}/{id}", path(&other));
        other.owner.delete(&foreign).await.refused(404);
        other.owner.post(&foreign, json!({})).await.refused(404);
        team.owner.delete(&foreign).await.refused(404);
        other.owner.form(&format!("/team/quay/invitations/{id}/revoke"), &[]).await.refused(404);
        let here = format!("{}/{id}", path(&team));
        team.member.delete(&here).await.refused(403);
        team.member.post(&here, json!({})).await.refused(403);
        team.owner.get(&format!("/team/harbor/invitations/{id}/revoke")).await.page();
        assert_eq!(own(&kim).await.len(), 1);
        team.owner.delete(&here).await.ok();
        assert!(own(&kim).await.is_empty());
        kim.patch(&format!("/api/v1/user/invitations/{id}")).await.refused(404);
        team.owner.delete(&here).await.refused(404);
        assert_eq!(server_log(&team).await[0]["event"], "team.user.uninvited");
    }

    async fn somebody_new_comes_in_through_an_invitation(server) {
        let team = server.team("Harbor").await;
        let sign_up = [("username", "newcomer"), ("name", "New Comer"), ("password", PASSWORD)];
        invite(&team.owner, &team, "a+b@example.com").await.ok();
        let mail = server.mail_to("a+b@example.com").await;
        let link = mail.link(&server.base, "/invitation/");
        assert!(server.anonymous().get(&link).await.page().contains("sign-up"));
        assert!(server.anonymous().get(&format!("{link}/sign-up")).await.page().contains("a+b@example.com"));
        server.anonymous().form("/sign-up", &sign_up).await.refused(403);
        let browser = server.anonymous();
        let weak = browser.form(&format!("{link}/sign-up"), &[("username", "ada"), ("name", "New Comer"), ("password", PASSWORD)]).await;
        assert_eq!(weak.status.as_u16(), 422);
        assert!(weak.text.contains("is taken") && weak.text.contains("New Comer") && !weak.text.contains(PASSWORD));
        // The address is the invitation's, whatever else the form says.
        let fields = [sign_up.as_slice(), &[("email", "evil@example.com")]].concat();
        assert_eq!(browser.form(&format!("{link}/sign-up"), &fields).await.leads_to(), "/team/harbor/overview");
        let profile = browser.get("/api/v1/user").await.ok();
        assert_eq!((&profile["email"], &profile["email_verified"]), (&json!("a+b@example.com"), &json!(true)));
        assert_eq!(role_of(&browser, &team).await, 30);
        let event = &server_log(&team).await[0];
        assert_eq!(
            (&event["action"], &event["username"], &event["source"]),
            (&json!("invitation.accepted"), &json!("newcomer"), &json!("link"))
        );
        server.anonymous().form(&format!("{link}/sign-up"), &sign_up).await.refused(410);

        // Who signs up by themselves with an invited address finds the invitation once it is confirmed, in any case of letters.
        server.admin.put("/api/v1/settings", json!({ "user:signup": true })).await.ok();
        invite(&team.owner, &team, "Lou@Example.com").await.ok();
        let form = [("username", "lou"), ("name", "Lou"), ("email", "lOU@example.com"), ("password", PASSWORD)];
        server.anonymous().form("/sign-up", &form).await.page();
        let lou = server.sign_in("lou").await;
        assert!(own(&lou).await.is_empty(), "an address that is not confirmed is nobody's");
        let verify =
            server.mails().await.into_iter().rev().find(|mail| mail.subject.starts_with("Confirm")).unwrap().link(&server.base, "/verify/");
        lou.form(&verify, &[]).await.leads_to();
        lou.patch(&format!("/api/v1/user/invitations/{}", own(&lou).await[0])).await.ok();
        assert_eq!(role_of(&lou, &team).await, 30);

        // A link can be declined without an account.
        invite(&team.owner, &team, "no@example.com").await.ok();
        let link = server.mail_to("no@example.com").await.link(&server.base, "/invitation/");
        server.anonymous().form(&format!("{link}/decline"), &[]).await.leads_to();
        assert_eq!(open(&team).await.len(), 0);
        assert_eq!(actions(&team).await[0], "invitation.declined");

        // People without an account may be kept out.
        server.admin.put("/api/v1/settings", json!({ "team:user:invite:external": false })).await.ok();
        let before = sent(&server).await.len();
        assert_eq!(failed(&team.owner, &team, "out@example.com").await["out@example.com"], "External invites not permitted");
        assert_eq!(sent(&server).await.len(), before);
        server.account("kim").await;
        assert_eq!(
            invite(&team.owner, &team, "KIM@example.com").await.ok()["status"],
            "okay",
            "somebody with an account may be invited by address"
        );
    }

    async fn what_people_typed_is_text_in_a_mail(server) {
        let kim = server.person("kim").await;
        kim.put("/api/v1/user", json!({ "name": "Kim <script>alert(1)</script>" })).await.ok();
        let team = kim.post("/api/v1/teams", json!({ "name": "<b>Harbor</b> & \"Co\"", "slug": "harbor" })).await.ok();
        let invitations = format!("/api/v1/teams/{}/invitations", team["id"].as_str().unwrap());
        for header in [
            "a@example.com\r\nBcc: evil@example.com",
            "a@example.com%0d%0aBcc:evil@example.com",
            "\"a\r\nBcc: x@y.zz\"@example.com",
            "a@example.com\nX-Evil: 1",
        ] {
            kim.post(&invitations, json!({ "user": header })).await;
        }
        for (field, name) in [("name", "Harbor\r\nBcc: evil@example.com"), ("name", "Harbor\u{2028}Bcc: evil@example.com")] {
            kim.put(&format!("/api/v1/teams/{}", team["id"].as_str().unwrap()), json!({ field: name })).await.refused(400);
        }
        kim.post(&invitations, json!({ "user": "new@example.com" })).await.ok();
        let mail = server.mail_to("new@example.com").await;
        assert!(mail.text.contains("<b>Harbor</b> & \"Co\""), "plain text is plain: {}", mail.text);
        assert!(mail.text.matches("://").count() == mail.text.matches(&server.base).count(), "no address but ours: {}", mail.text);
        let raw = raw_mails(&server);
        let of_new = raw.iter().find(|raw| raw.contains("To: new@example.com")).unwrap().replace("=\r\n", "");
        let html = of_new.split("<html").nth(1).unwrap();
        assert!(!html.contains("<script>") && !html.contains("<b>Harbor"), "{html}");
        assert!(html.contains("&#60;script&#62;"), "{html}");
        assert!(of_new.contains("Date: Sun, 22 Nov 2026 09:00:00 +0000"), "dated by the server's clock: {of_new}");
        for raw in &raw {
            let head = raw.split("\r\n\r\n").next().unwrap().to_lowercase();
            assert!(!head.contains("\nbcc:") && !head.contains("\nx-evil"), "{head}");
            assert_eq!(head.matches("\nto: ").count() + usize::from(head.starts_with("to: ")), 1, "{head}");
        }
    }
}

/// The mails as they were sent.
fn raw_mails(server: &Server) -> Vec<String> {
    let burgee::config::MailTarget::Files(folder) = &server.app.config.mail else { return vec![] };
    std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_mail_people_are_invited_by_name() {
    let server = Server::sqlite_with(|config| config.mail = burgee::config::MailTarget::Off).await;
    let team = server.team("Harbor").await;
    let kim = server.person("kim").await;
    let wrong = failed(&team.owner, &team, "kim, lee@example.com, ada@example.com").await;
    assert_eq!(wrong["lee@example.com"], "Email not configured, cannot invite external user");
    assert_eq!(wrong["ada@example.com"], wrong["lee@example.com"], "whether an address has an account is not told");
    assert!(team.owner.get("/team/harbor/invitations/new").await.page().contains("sends no mail"));
    kim.patch(&format!("/api/v1/user/invitations/{}", own(&kim).await[0])).await.ok();
    assert_eq!(role_of(&kim, &team).await, 30);
}
