//! Webhooks: whom they tell what, how that is signed, what becomes of it when it is not taken, and where they never go.

use burgee::{
    audit::Way,
    authz::{Access, Mint, Permission},
    clock::DAY,
    deliveries,
    ids::WebhookId,
};

use crate::support::{Answer, Client, Product, Receiver, Server, Team, on_both};

const BODY: &str =
    r###"{"what":##ChangeDetails##,"where":"##ConfigName## in ##EnvironmentName##","who":"##ChangedBy##","why":"##ChangeNotes##"}"###;

fn list(product: &Product) -> String {
    format!("{}/webhooks", product.path)
}

/// Creates a webhook for production with these fields besides or instead.
async fn create(by: &Client, product: &Product, url: &str, different: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("config", product.config.as_str()),
        ("environment", product.production.as_str()),
        ("url", url),
        ("method", "post"),
        ("content", BODY),
    ];
    fields.retain(|(name, _)| !different.iter().any(|(other, _)| other == name));
    fields.extend(different);
    by.form(&list(product), &fields).await
}

async fn keys(server: &Server, path: &str) -> (Option<String>, Option<String>) {
    let id: WebhookId = path.rsplit('/').next().unwrap().parse().unwrap();
    let found = burgee::webhooks::one(&server.reader(), id).await.unwrap().unwrap();
    (found.key1, found.key2)
}

async fn storefront(server: &Server) -> (Team, Product, i64) {
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    let flag = server.flag(&team, &product, "newCheckout").await;
    server.work().await;
    (team, product, flag)
}

on_both! {
    async fn a_webhook_is_told_what_changes_and_signs_it(server) {
        let (team, product, flag) = storefront(&server).await;
        let receiver = Receiver::start().await;
        let secure = [("headers.0.key", "Authorization"), ("headers.0.value", "Bearer s3cret"), ("headers.0.secure", "on"), ("headers.4.key", "X-Plain"), ("headers.4.value", "plain")];
        let path = create(&team.owner, &product, &format!("{}/hook?x=1", receiver.base), &secure).await.leads_to();
        let (first, second) = keys(&server, &path).await;
        let first = first.unwrap();
        assert!(first.starts_with("configcat_whsk_") && second.is_none());

        server.flip(&team.owner, &product, flag, &product.production, true).await;
        assert!(receiver.heard().is_empty(), "the change itself tells nobody: the job does");
        server.work().await;
        let told = receiver.heard_one();
        assert_eq!((told.method.as_str(), told.path.as_str()), ("POST", "/hook?x=1"));
        assert_eq!(told.header("content-type"), "application/json; charset=utf-8");
        assert_eq!((told.header("authorization"), told.header("x-plain")), ("Bearer s3cret", "plain"));
        let body: serde_json::Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(body["what"], serde_json::json!([{ "settingKey": "newCheckout", "event": "changed", "details": "\r\nnewCheckout: Off ➔ On" }]));
        assert_eq!(body["where"], "Main Config in Production");
        assert_eq!(body["who"], "Harbor-owner (harbor-owner@example.com)");
        assert_eq!(told.header("x-configcat-webhook-signature-v1"), told.signatures(&[&first]));
        let now = server.app.clock.now().0 / 1000;
        assert_eq!(told.header("x-configcat-webhook-timestamp"), now.to_string());

        // Another environment, a refused change and a change of nothing are not told.
        server.flip(&team.owner, &product, flag, &product.test, true).await;
        let stale = format!("false~{}~{}", product.production, uuid::Uuid::new_v4());
        let switch = format!("{}/configs/{}/flags/{flag}/switch", product.path, product.config);
        team.owner.form(&switch, &[("flip", &stale)]).await;
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        server.work().await;
        assert!(receiver.heard().is_empty());

        // While the receiver moves from one key to the other, both sign.
        team.owner.form(&format!("{path}/keys"), &[]).await.leads_to();
        let (_, second) = keys(&server, &path).await;
        let second = second.unwrap();
        assert_eq!(team.owner.form(&format!("{path}/keys"), &[]).await.status, 409);
        server.flip(&team.owner, &product, flag, &product.production, false).await;
        server.work().await;
        let told = receiver.heard_one();
        assert_eq!(told.header("x-configcat-webhook-signature-v1"), told.signatures(&[&first, &second]));
        assert!(team.owner.get(&format!("{path}/keys/remove?which=1")).await.page().contains(&first));
        team.owner.form(&format!("{path}/keys/remove"), &[("which", "1")]).await.leads_to();
        assert_eq!(keys(&server, &path).await, (Some(second.clone()), None));
        assert_eq!(team.owner.form(&format!("{path}/keys/remove"), &[("which", "1")]).await.status, 422);
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        server.work().await;
        let told = receiver.heard_one();
        assert_eq!(told.header("x-configcat-webhook-signature-v1"), told.signatures(&[&second]));

        // It is told nothing more when it is gone, not even what was already on its way.
        server.flip(&team.owner, &product, flag, &product.production, false).await;
        team.owner.form(&format!("{path}/delete"), &[]).await.leads_to();
        server.work().await;
        assert!(receiver.heard().is_empty());
        let log = team.owner.get(&format!("{}/audit-log", product.path)).await.page();
        for told in ["created a webhook of", "added a signing key to a webhook of", "took a signing key away from a webhook of", "deleted a webhook of"] {
            assert!(log.contains(told), "{told}: {log}");
        }
        assert!(!log.contains("s3cret") && !log.contains(&second));
        server.intact_chain(&team.id).await;
    }

    async fn new_and_deleted_settings_and_segments_are_told_too(server) {
        let (team, product, flag) = storefront(&server).await;
        let receiver = Receiver::start().await;
        create(&team.owner, &product, &receiver.base, &[("content", "##ChangeDetailsSlack##|##EnvironmentName##|##ChangeNotes##")]).await.leads_to();
        create(&team.owner, &product, &receiver.base, &[("environment", &product.test), ("method", "get")]).await.leads_to();
        let other = server.flag(&team, &product, "banner").await;
        server.work().await;
        let mut told = receiver.heard();
        told.sort_by_key(|one| one.method.to_string());
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].method.as_str(), told[0].body.as_str()), ("GET", ""));
        assert_eq!(told[1].body, "*banner* was added: Off|Production|");
        assert_eq!(told[1].header("content-type"), "text/plain; charset=utf-8");

        let beta = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "kim")];
        let segment = team.owner.form(&format!("{}/segments", product.path), &beta).await.leads_to();
        server.use_segment(flag, &product.production, segment.rsplit('/').next().unwrap()).await;
        let other_values = [&beta[..3], &[("condition.0.values", "lee")]].concat();
        team.owner.form(&segment, &other_values).await.leads_to();
        server.work().await;
        assert_eq!(receiver.heard_one().body, "*newCheckout*: the segment beta was changed|Production|");

        let delete = format!("{}/configs/{}/flags/{other}/delete", product.path, product.config);
        team.owner.form(&delete, &[("confirm", "banner")]).await.leads_to();
        server.work().await;
        let told = receiver.heard();
        assert!(told.iter().any(|one| one.body == "*banner* was deleted|Production|"), "{told:?}");
    }

    async fn what_is_not_taken_is_tried_again_and_written_down(server) {
        let (team, product, flag) = storefront(&server).await;
        let receiver = Receiver::start().await;
        let path = create(&team.owner, &product, &receiver.base, &[]).await.leads_to();
        receiver.answer(&[500, 302]);
        server.flip(&team.owner, &product, flag, &product.production, true).await;
        server.work().await;
        let first = receiver.heard_one();
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("will be tried again") && page.contains("it answered 500 Internal Server Error: said by the receiver"), "{page}");
        server.work().await;
        assert!(receiver.heard().is_empty(), "not before its time");
        server.later(31_000);
        server.work().await;
        let second = receiver.heard_one();
        assert_eq!(first.header("x-configcat-webhook-id"), second.header("x-configcat-webhook-id"));
        assert_ne!(first.header("x-configcat-webhook-timestamp"), second.header("x-configcat-webhook-timestamp"));
        assert!(team.owner.get(&path).await.page().contains("redirects are not followed"));
        server.later(61_000);
        server.work().await;
        assert_eq!(receiver.heard_one().path, "/");
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("taken, 200") && page.contains("3 attempts") && page.contains("newCheckout: Off ➔ On"), "{page}");

        // It is given up after a while, and whoever manages it sends it again.
        receiver.answer(&[503; 9]);
        server.flip(&team.owner, &product, flag, &product.production, false).await;
        for _ in 0..12 {
            server.work().await;
            server.later(3 * 60 * 60 * 1000);
        }
        assert_eq!(receiver.heard().len(), 9);
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("given up"), "{page}");
        let newest = page.split("name=\"delivery\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        team.owner.form(&format!("{path}/again"), &[("delivery", newest)]).await.leads_to();
        server.work().await;
        let again = receiver.heard_one();
        assert!(again.body.contains("On ➔ Off") && again.header("x-configcat-webhook-id") != newest);
        let elsewhere = create(&team.owner, &product, &receiver.base, &[]).await.leads_to();
        assert_eq!(team.owner.form(&format!("{elsewhere}/again"), &[("delivery", newest)]).await.status, 404);

        team.owner.form(&format!("{path}/test"), &[]).await.leads_to();
        server.work().await;
        let test: serde_json::Value = serde_json::from_str(&receiver.heard_one().body).unwrap();
        assert_eq!((&test["what"], &test["where"]), (&serde_json::json!([]), &"Main Config in Production".into()));

        // What was sent long ago is forgotten.
        server.later(31 * DAY);
        deliveries::forget_old(Mint::new(&server.app, Way::System)).await.unwrap();
        assert_eq!(server.value::<i64>("SELECT count(*) FROM deliveries", vec![]).await, 0);
    }

    async fn secure_headers_are_written_and_never_read(server) {
        let (team, product, _) = storefront(&server).await;
        let receiver = Receiver::start().await;
        let secure = [("headers.0.key", "Authorization"), ("headers.0.value", "Bearer s3cret"), ("headers.0.secure", "on")];
        let url = format!("{}/one", receiver.base);
        let path = create(&team.owner, &product, &url, &secure).await.leads_to();
        let edit = team.owner.get(&format!("{path}/edit")).await.page();
        for page in [&edit, &team.owner.get(&path).await.page()] {
            assert!(page.contains("Authorization") && page.contains(burgee::webhooks::MASK) && !page.contains("s3cret"), "{page}");
        }
        // The mask stands for the value, also under another address of the same server.
        let kept = |url: &'static str, value: &'static str| [("url", url), ("method", "post"), ("headers.0.key", "authorization"), ("headers.0.value", value), ("headers.0.secure", "on")];
        let other: &'static str = Box::leak(format!("{}/two", receiver.base).into_boxed_str());
        team.owner.form(&path, &kept(other, burgee::webhooks::MASK)).await.leads_to();
        team.owner.form(&format!("{path}/test"), &[]).await.leads_to();
        server.work().await;
        let told = receiver.heard_one();
        assert_eq!((told.path.as_str(), told.header("authorization")), ("/two", "Bearer s3cret"));
        // Another server does not get it that way.
        let elsewhere = team.owner.form(&path, &kept("http://127.0.0.1:9/", burgee::webhooks::MASK)).await;
        assert!(elsewhere.status == 422 && elsewhere.text.contains("headers.0.value-error"), "{}", elsewhere.text);
        team.owner.form(&path, &kept("http://127.0.0.1:9/", "another")).await.leads_to();
        // What is made visible must be given again.
        let open = [("url", "http://127.0.0.1:9/"), ("method", "post"), ("headers.0.key", "Authorization"), ("headers.0.value", "")];
        assert_eq!(team.owner.form(&path, &open).await.status, 422);
        let log = team.owner.get(&format!("{}/audit-log", product.path)).await.page();
        assert!(!log.contains("s3cret") && !log.contains("another<"));

        // Every mistake at its field.
        for (name, value, field) in [
            ("url", "invalid", "url-error"),
            ("url", "ftp://example.com/", "url-error"),
            ("url", &format!("http://example.com/{}", "x".repeat(1000)), "url-error"),
            ("method", "put", "method-error"),
            ("content", &"x".repeat(15_001), "content-error"),
            ("headers.7.key", "Host", "headers.7.key-error"),
            ("headers.7.key", "a b", "headers.7.key-error"),
            ("headers.7.value", "without a name", "headers.7.key-error"),
        ] {
            let answer = create(&team.owner, &product, &url, &[(name, value)]).await;
            assert!(answer.status == 422 && answer.text.contains(field), "{name}={value}: {}", answer.text);
        }
        assert!(create(&team.owner, &product, "invalid", &[]).await.text.contains("Url is invalid"));
        assert_eq!(create(&team.owner, &product, &url, &[("content", &"y".repeat(15_000))]).await.status, 303);
    }

    async fn a_webhook_is_known_to_those_who_see_its_environment(server) {
        let (team, product, _) = storefront(&server).await;
        let in_production = create(&team.owner, &product, "http://127.0.0.1:9/m4rk3r", &[]).await.leads_to();
        let in_test = create(&team.owner, &product, "http://127.0.0.1:9/seen", &[("environment", &product.test)]).await.leads_to();
        let person = server.person("kim").await;
        let switches = [Permission::WebhookManage, Permission::ProductAuditRead];
        let group = server.group(&product, "Testers", &switches, &[(&product.test, Access::ReadOnly)]).await;
        server.put_in(&product, group, &person).await;
        let page = person.get(&list(&product)).await.page();
        assert!(page.contains("/seen") && !page.contains("m4rk3r"), "{page}");
        for path in [&in_production, &format!("{in_production}/edit"), &format!("{in_production}/delete")] {
            assert_eq!(person.get(path).await.status, 404, "{path}");
        }
        assert_eq!(person.form(&format!("{in_production}/test"), &[]).await.status, 404);
        assert_eq!(create(&person, &product, "http://127.0.0.1:9/", &[]).await.status, 404);
        assert_eq!(create(&person, &product, "http://127.0.0.1:9/", &[("environment", &product.test)]).await.status, 303);
        person.get(&in_test).await.page();
        let log = person.get(&format!("/api/v1/products/{}/audit-log?event=webhook.created", product.id)).await.ok();
        let told: Vec<_> = log["log"].as_array().unwrap().iter().map(|one| one["body"]["changes"].to_string()).collect();
        assert!(told.len() == 3 && told.iter().any(|changes| !changes.contains("127.0.0.1")), "{log}");

        let group = server.group(&product, "Without", &[], &[(&product.test, Access::Full), (&product.production, Access::Full)]).await;
        server.put_in(&product, group, &person).await;
        assert_eq!(person.get(&list(&product)).await.status, 403);
        assert_eq!(person.get(&in_test).await.status, 403);
        // A config of another product is none of this one.
        let other = server.product(&team, "Backoffice").await;
        assert_eq!(create(&team.owner, &product, "http://127.0.0.1:9/", &[("config", &other.config)]).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_into_private_networks() {
    let server = Server::sqlite_with(|config| config.private_targets = false).await;
    let (team, product, flag) = storefront(&server).await;
    let receiver = Receiver::start().await;
    let port = receiver.base.rsplit(':').next().unwrap();
    let by_name = format!("http://localhost:{port}/");
    for url in [
        receiver.base.as_str(),
        &by_name,
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
    ] {
        let answer = create(&team.owner, &product, url, &[]).await;
        assert!(answer.status == 422 && answer.text.contains("Url is invalid: it leads into a private network"), "{url}: {}", answer.text);
    }
    // A name that led elsewhere when it was saved is looked at again when something is sent.
    let path = create(&team.owner, &product, "http://1.1.1.1/", &[]).await.leads_to();
    let id = path.rsplit('/').next().unwrap();
    for url in [receiver.base.as_str(), &by_name] {
        server.sql(&format!("UPDATE webhooks SET url = '{url}' WHERE id = {id}")).await;
        server.flip(&team.owner, &product, flag, &product.production, url == receiver.base).await;
        server.work().await;
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("given up") && page.contains("this instance sends nothing there"), "{page}");
    }
    assert!(receiver.heard().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_answer_holds_up_nobody_for_long() {
    let server = Server::sqlite().await;
    let (team, product, flag) = storefront(&server).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let path = create(&team.owner, &product, &format!("http://{}/", silent.local_addr().unwrap()), &[]).await.leads_to();
    server.flip(&team.owner, &product, flag, &product.production, true).await;
    let begun = std::time::Instant::now();
    server.work().await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(team.owner.get(&path).await.page().contains("there was no answer within 10 seconds"));
    // Something that speaks another language is not taken for an answer.
    team.owner.form(&path, &[("url", &format!("https://{}/", silent.local_addr().unwrap())), ("method", "get")]).await.leads_to();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        while let Ok((mut stream, _)) = silent.accept().await {
            let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
        }
    });
    team.owner.form(&format!("{path}/test"), &[]).await.leads_to();
    server.work().await;
    let page = team.owner.get(&path).await.page();
    assert!(page.contains("no secure connection"), "{page}");
}
