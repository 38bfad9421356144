//! Segments: their conditions, and who may change what many values rest on.

use burgee::{
    authz::{Access, Permission},
    ids::{EnvironmentId, SegmentId},
};

use crate::support::{Answer, Client, Product, Server, on_both};

/// A flag that is off for everybody.
const OFF: &str = r#"{"default":{"b":false}}"#;

fn list(product: &Product) -> String {
    format!("{}/segments", product.path)
}

const BETA: [(&str, &str); 5] = [
    ("name", "beta users"),
    ("description", ""),
    ("condition.0.attribute", "Email"),
    ("condition.0.comparator", "textEndsWithAnyOf"),
    ("condition.0.values", "@example.com\r\n@example.org"),
];

/// The form of the segment with some fields different.
async fn save(by: &Client, path: &str, different: &[(&str, &str)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = BETA.into_iter().filter(|(name, _)| !different.iter().any(|(other, _)| other == name)).collect();
    fields.extend(different);
    by.form(path, &fields).await
}

async fn stored(server: &Server, path: &str) -> String {
    let id: SegmentId = path.rsplit('/').next().unwrap().parse().unwrap();
    server.value("SELECT conditions FROM segments WHERE id = $1", vec![id.into()]).await
}

async fn revision(server: &Server, environment: &str) -> i64 {
    let id: EnvironmentId = environment.parse().unwrap();
    server.value("SELECT revision FROM publications WHERE environment = $1", vec![id.into()]).await
}

on_both! {
    async fn a_segment_is_made_of_conditions(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let path = save(&team.owner, &list(&product), &[]).await.leads_to();
        assert_eq!(stored(&server, &path).await, r#"[{"a":"Email","c":32,"l":["@example.com","@example.org"]}]"#);
        let page = team.owner.get(&path).await.page();
        assert!(page.contains("@example.com\n@example.org</textarea>"), "{page}");
        assert!(team.owner.get(&list(&product)).await.page().contains("Email ends with any of @example.com, @example.org"));

        // Another condition is added to what is typed, and nothing is saved by that.
        let more = save(&team.owner, &path, &[("act", "add-condition")]).await.page();
        assert!(more.contains("condition.1.values") && !team.owner.get(&path).await.page().contains("condition.1.values"));
        let second = [("condition.1.attribute", "Age"), ("condition.1.comparator", "numberGreater"), ("condition.1.values", "17.5")];
        let fewer = save(&team.owner, &path, &[second.as_slice(), &[("act", "remove-condition:0")]].concat()).await.page();
        assert!(fewer.contains("value=\"Age\"") && !fewer.contains("@example.com"));
        save(&team.owner, &path, &second).await.leads_to();
        assert!(stored(&server, &path).await.ends_with(r#",{"a":"Age","c":14,"d":17.5}]"#));

        // Every mistake at its field, and nothing saved.
        for (name, value, field) in [
            ("condition.0.attribute", "", "condition.0.attribute-error"),
            ("condition.0.comparator", "looksLike", "condition.0.comparator-error"),
            ("condition.0.values", "", "condition.0.values-error"),
            ("name", " ", "name-error"),
        ] {
            let page = save(&team.owner, &list(&product), &[("name", "other"), (name, value)].into_iter().rev().take(if name == "name" { 1 } else { 2 }).collect::<Vec<_>>()).await;
            assert!(page.status == 422 && page.text.contains(field), "{name}: {}", page.text);
        }
        for (comparator, values) in [("semVerLess", "1.2"), ("dateTimeAfter", "soon"), ("numberLess", "many"), ("isOneOf", &"x".repeat(256)), ("textEquals", &"x".repeat(65_536))] {
            let page = save(&team.owner, &list(&product), &[("name", "other"), ("condition.0.comparator", comparator), ("condition.0.values", values)]).await;
            assert!(page.status == 422 && page.text.contains("condition.0.values-error"), "{comparator}");
        }
        save(&team.owner, &list(&product), &[("name", "long"), ("condition.0.comparator", "textEquals"), ("condition.0.values", &"x".repeat(65_535))]).await.leads_to();
        assert_eq!(save(&team.owner, &list(&product), &[("name", "Beta Users")]).await.status, 422);
        server.intact_chain(&team.id).await;
    }

    async fn changing_a_segment_takes_full_access_wherever_it_is_used(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let path = save(&team.owner, &list(&product), &[]).await.leads_to();
        let segment = path.rsplit('/').next().unwrap().to_owned();
        let writers = [Permission::SegmentWrite, Permission::SegmentDelete];
        let mut people = vec![];
        for (name, levels) in [
            ("full", vec![(product.test.as_str(), Access::Full), (product.production.as_str(), Access::Full)]),
            ("read", vec![(product.test.as_str(), Access::Full), (product.production.as_str(), Access::ReadOnly)]),
            ("none", vec![(product.test.as_str(), Access::Full)]),
        ] {
            let person = server.person(name).await;
            let group = server.group(&product, name, &writers, &levels).await;
            server.put_in(&product, group, &person).await;
            people.push(person);
        }
        let [full, read, none] = &people[..] else { unreachable!() };
        // While nothing uses it, the switch and access to every environment are enough.
        save(read, &path, &[("name", "early birds")]).await.leads_to();
        let marker = server.setting(&product, "markerFlag", 0, OFF).await;
        server.use_segment(marker, &product.production, &segment).await;
        let before = (revision(&server, &product.test).await, revision(&server, &product.production).await);
        for person in [read, none] {
            save(person, &path, &[("name", "mine")]).await.refused(403);
            save(person, &path, &[("name", "early birds"), ("condition.0.values", "@evil.example")]).await.refused(403);
            assert!(person.get(&path).await.page().contains("disabled"));
        }
        // What nobody is served may be described.
        save(read, &path, &[("name", "early birds"), ("description", "those who came first")]).await.leads_to();
        let page = read.get(&path).await.page();
        assert!(page.contains("markerFlag") && page.contains("Read-only access"));
        none.get(&format!("{path}/delete")).await.refused(403);
        for path in [path.clone(), list(&product)] {
            let page = none.get(&path).await.page();
            assert!(!page.contains("markerFlag"), "what is used in an environment without access is not told: {path}");
        }
        assert_eq!((revision(&server, &product.test).await, revision(&server, &product.production).await), before, "nothing was served anew");
        save(full, &path, &[("name", "early birds"), ("description", "those who came first"), ("condition.0.values", "@example.net")]).await.leads_to();
        assert_eq!((revision(&server, &product.test).await, revision(&server, &product.production).await), (before.0, before.1 + 1));
        // What is used stays.
        let page = full.form(&format!("{path}/delete"), &[]).await;
        assert!(page.status == 422 && page.text.contains("markerFlag"), "{}", page.text);
        server.sql("DELETE FROM formula_uses").await;
        none.form(&format!("{path}/delete"), &[]).await.refused(403);
        read.form(&format!("{path}/delete"), &[]).await.leads_to();
        full.get(&path).await.refused(404);
    }

    async fn the_second_writer_of_a_segment_is_told(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let path = save(&team.owner, &list(&product), &[]).await.leads_to();
        let page = team.owner.get(&path).await.page();
        let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        save(&team.owner, &path, &[("version", &version), ("condition.0.values", "@first.example")]).await.leads_to();
        let late = [("version", version.as_str()), ("description", "late"), ("condition.0.values", "@second.example")];
        let second = save(&server.admin, &path, &late).await;
        assert_eq!(second.status, 409, "{}", second.text);
        for text in ["Harbor-owner saved while you were editing", "@first.example", "@second.example", "late"] {
            assert!(second.text.contains(text), "{text}: {}", second.text);
        }
        assert!(stored(&server, &path).await.contains("@first.example"));

        // Whoever saves that again overwrites it knowingly; and what is the same is no conflict.
        let now = second.text.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_ne!(now, version);
        save(&server.admin, &path, &[("version", &now), ("condition.0.values", "@second.example")]).await.leads_to();
        save(&team.owner, &path, &[("version", &version), ("condition.0.values", "@second.example")]).await.leads_to();

        // Many at the same moment: one wins.
        let page = team.owner.get(&path).await.page();
        let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let values: Vec<String> = (0..6).map(|n| format!("@writer-{n}.example")).collect();
        let fields: Vec<[(&str, &str); 2]> = values.iter().map(|value| [("version", version), ("condition.0.values", value.as_str())]).collect();
        let writers = fields.iter().map(|fields| save(&team.owner, &path, fields));
        let answers = futures_util::future::join_all(writers).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409, 409, 409, 409, 409]);
    }

    async fn a_config_of_the_first_generation_keeps_segments_simple(server) {
        let team = server.team("harbor").await;
        let product = server.product(&team, "Storefront").await;
        let path = save(&team.owner, &list(&product), &[("condition.0.comparator", "isOneOf")]).await.leads_to();
        let setting = server.setting(&product, "flag", 0, OFF).await;
        server.sql("UPDATE configs SET evaluation_version = 1").await;
        server.use_segment(setting, &product.test, path.rsplit('/').next().unwrap()).await;
        let page = save(&team.owner, &path, &[]).await;
        assert!(page.status == 422 && page.text.contains("version v1"), "{}", page.text);
        let page = save(&team.owner, &path, &[("condition.0.comparator", "isOneOf"), ("condition.0.values", "a,b")]).await;
        assert!(page.status == 422 && page.text.contains("without commas"), "{}", page.text);
        save(&team.owner, &path, &[("condition.0.comparator", "sensitiveIsOneOf")]).await.leads_to();
    }
}
