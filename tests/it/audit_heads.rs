//! A log cannot be shortened unseen: its head, the teams, the heads that the platform's log records, and those that were kept elsewhere
//! must all agree.

use burgee::{
    audit::Way,
    authz::Mint,
    clock::{DAY, HOUR},
};
use serde_json::json;

use crate::support::{Server, folder, on_both, said};

/// The hourly check.
async fn check(server: &Server) {
    burgee::audit_log::check_chains(Mint::new(&server.app, Way::System)).await.unwrap();
}

/// Whether all logs are intact, and the report.
fn verify(server: &Server, more: &[&str]) -> (bool, String) {
    let (intact, report, errors) = said(&server.command(&[&["audit", "verify"], more].concat()));
    (intact, report + &errors)
}

/// How often heads were recorded.
async fn recorded(server: &Server) -> usize {
    let log = server.admin.get("/api/v1/admin/audit-log?event=log.heads-recorded").await.ok();
    log["log"].as_array().unwrap().len()
}

/// Sets a head to the event before it.
fn set_back(chain: &str) -> String {
    let of = |column: &str| {
        format!("(SELECT e.{column} FROM audit_events e WHERE e.chain = audit_chains.id AND e.position = audit_chains.position - 1)")
    };
    format!("UPDATE audit_chains SET position = position - 1, hash = {}, at = {} WHERE id = {chain}", of("hash"), of("at"))
}

on_both! {
    async fn a_log_is_not_shortened_unseen(server) {
        let team = server.team("Harbor").await;
        let gone = server.team("Mole").await;
        let path = format!("/api/v1/teams/{}", team.id);
        for name in ["Pier", "Quay", "Dock"] {
            team.owner.put(&path, json!({ "name": name })).await.ok();
        }
        gone.owner.delete(&format!("/api/v1/teams/{}", gone.id)).await.page();
        let (harbor, mole) = (server.literal(&team.id), server.literal(&gone.id));
        let (intact, report) = verify(&server, &[]);
        assert!(intact && report.contains(&format!("team harbor ({}): intact, 7 events", team.id)), "{report}");
        assert!(report.contains(&format!("deleted team {}: intact", gone.id)), "{report}");

        // Heads are recorded where they have moved, and only there.
        check(&server).await;
        assert_eq!(recorded(&server).await, 1);
        server.later(DAY);
        check(&server).await;
        assert_eq!(recorded(&server).await, 1, "a quiet hour leaves no event");

        // The head of a team is taken out, without its events or with them.
        let rename = async |name: &str| team.owner.put(&path, json!({ "name": name })).await;
        server.sql(&format!("CREATE TABLE head AS SELECT * FROM audit_chains WHERE id = {harbor}")).await;
        server.sql(&format!("CREATE TABLE events AS SELECT * FROM audit_events WHERE chain = {harbor}")).await;
        for (tampered, back, broken) in [
            (
                vec![format!("DELETE FROM audit_chains WHERE id = {harbor}")],
                vec!["INSERT INTO audit_chains SELECT * FROM head".to_owned()],
                "BROKEN at position 1:",
            ),
            (
                vec![format!("DELETE FROM audit_chains WHERE id = {harbor}"), format!("DELETE FROM audit_events WHERE chain = {harbor}")],
                vec!["INSERT INTO audit_chains SELECT * FROM head".to_owned(), "INSERT INTO audit_events SELECT * FROM events".to_owned()],
                "BROKEN at position 1:",
            ),
            (
                vec![format!("DELETE FROM audit_events WHERE chain = {harbor}")],
                vec!["INSERT INTO audit_events SELECT * FROM events".to_owned()],
                "BROKEN at position 1:",
            ),
            // An event behind the head, with the hash that it must have.
            (
                vec![set_back(&harbor)],
                vec![format!(
                    "UPDATE audit_chains SET position = 7, hash = (SELECT hash FROM audit_events WHERE chain = {harbor} AND position = 7), \
                     at = (SELECT at FROM audit_events WHERE chain = {harbor} AND position = 7) WHERE id = {harbor}"
                )],
                "BROKEN at position 7:",
            ),
            // The moment of the head is that of its event: later ones would get it.
            (
                vec![format!("UPDATE audit_chains SET at = at + 1000 WHERE id = {harbor}")],
                vec![format!("UPDATE audit_chains SET at = at - 1000 WHERE id = {harbor}")],
                "BROKEN at position 7:",
            ),
        ] {
            for statement in &tampered {
                server.sql(statement).await;
            }
            let (intact, report) = verify(&server, &[]);
            assert!(!intact && report.contains(&format!("team harbor ({}): {broken}", team.id)), "{tampered:?}: {report}");
            server.later(HOUR);
            check(&server).await;
            let page = team.owner.get("/team/harbor/audit-log").await.page();
            assert!(page.contains("Chain broken"), "{tampered:?}: the page says so within an hour: {page}");
            if !tampered[0].contains("at + 1000") {
                let refused = rename("Mole").await.refused(503);
                assert_eq!(refused["code"], "audit_log_damaged", "{tampered:?}: {refused}");
            }
            for statement in &back {
                server.sql(statement).await;
            }
            server.later(DAY);
            check(&server).await;
            let page = team.owner.get("/team/harbor/audit-log").await.page();
            assert!(page.contains("Chain intact") && page.contains("Never kept elsewhere"), "{back:?}: {page}");
        }
        rename("Basin").await.ok();

        // A log whose team went without an event.
        server.sql("UPDATE audit_events SET event = 'team.renamed' WHERE event = 'team.deleted'").await;
        let (intact, report) = verify(&server, &[]);
        assert!(!intact && report.contains(&format!("{}: BROKEN: it belongs to no team", gone.id)), "{report}");
        server.sql("UPDATE audit_events SET event = 'team.deleted' WHERE event = 'team.renamed'").await;

        // What is kept elsewhere, before more happens.
        let (intact, heads, report) = said(&server.command(&["audit", "verify", "--print-heads"]));
        assert!(intact && report.contains("team harbor"), "{heads}{report}");
        assert_eq!(heads.lines().filter(|line| !line.starts_with('#')).count(), 3, "{heads}");
        assert!(heads.contains(&format!("\n{} 8 ", team.id)), "{heads}");
        let file = server.app.config.data_dir.join("heads.txt");
        std::fs::create_dir_all(&server.app.config.data_dir).unwrap();
        std::fs::write(&file, &heads).unwrap();
        let file = file.to_str().unwrap();
        check(&server).await;
        let page = team.owner.get("/team/harbor/audit-log").await.page();
        assert!(page.contains("Last kept elsewhere"), "{page}");
        rename("Lock").await.ok();
        assert!(verify(&server, &["--against", file]).0, "a log goes on behind what was kept of it");

        // Cut off at its end with its head set back: the chain is whole, and the platform's log knows better.
        for _ in 0..2 {
            for table in ["audit_objects", "audit_words", "audit_events"] {
                let newest = format!("(SELECT position FROM audit_chains WHERE id = {harbor})");
                if table == "audit_events" {
                    server.sql(&set_back(&harbor)).await;
                    server.sql(&format!("DELETE FROM audit_events WHERE chain = {harbor} AND position > {newest}")).await;
                } else {
                    server.sql(&format!("DELETE FROM {table} WHERE chain = {harbor} AND position = {newest}")).await;
                }
            }
        }
        let (intact, report) = verify(&server, &[]);
        assert!(!intact && report.contains("BROKEN at position 8: the platform's log has recorded another event there"), "{report}");
        check(&server).await;
        assert!(team.owner.get("/team/harbor/audit-log").await.page().contains("Chain broken at position 8"));
        let (intact, report) = verify(&server, &["--against", file]);
        assert!(!intact && report.contains(&format!("at position 8: another event was kept in {file}")), "{report}");

        // Taken out whole, with its team.
        for table in ["audit_chains WHERE id =", "audit_events WHERE chain =", "audit_objects WHERE chain ="] {
            server.sql(&format!("DELETE FROM {table} {mole}")).await;
        }
        let (intact, report) = verify(&server, &[]);
        assert!(!intact && report.contains(&format!("deleted team {}: BROKEN at position 1", gone.id)), "{report}");

        // What cannot be compared is said, and nothing else.
        for (wrong, why) in [("/nowhere/heads.txt", "cannot be read"), (env!("CARGO_MANIFEST_DIR"), "cannot be read"), ("Cargo.toml", "line 1")] {
            let output = server.command(&["audit", "verify", "--against", wrong]);
            assert_eq!(output.status.code(), Some(2), "{wrong}");
            assert!(said(&output).2.contains(why), "{wrong}: {}", said(&output).2);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hourly_check_compares_with_what_was_kept() {
    let file = folder().with_extension("txt");
    let server = Server::sqlite_with(|config| config.kept_heads = Some(file.clone())).await;
    let team = server.team("Harbor").await;
    // A file that is not there yet stops nothing.
    check(&server).await;
    let (_, heads, _) = said(&server.command(&["audit", "verify", "--print-heads"]));
    std::fs::write(&file, heads).unwrap();
    server.later(HOUR);
    check(&server).await;
    assert!(team.owner.get("/team/harbor/audit-log").await.page().contains("Chain intact"));
    // Whoever rewrites the end of a log takes the recorded heads out of the platform's too.
    let harbor = server.literal(&team.id);
    server.sql("UPDATE audit_events SET event = 'log.heads-printed' WHERE event = 'log.heads-recorded'").await;
    server.sql(&set_back(&harbor)).await;
    server.sql(&format!("DELETE FROM audit_events WHERE chain = {harbor} AND position = 4")).await;
    server.later(HOUR);
    check(&server).await;
    let page = team.owner.get("/team/harbor/audit-log").await.page();
    assert!(page.contains("Chain broken at position 4"), "{page}");
    let _ = std::fs::remove_file(file);
}
