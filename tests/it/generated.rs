//! Documentation that is made from the code: `make docs` writes it anew, this test fails while it is not true.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use burgee::{
    audit::{Event, Unaudited},
    authz::{Access, Held, Operation, Permission, Role, Surface, routes::Guard},
    facades::configcat::management::{
        LEFT_OUT, TYPES,
        coverage::{Known, SUBJECTS},
    },
};

fn permissions() -> String {
    let mut text = String::from(
        "# Permissions\n\nMade from the code by `make docs`; do not edit. A permission is one line in `src/authz/permission.rs`; which routes ask for it follows \
         from their handlers’ signatures.\n\n| permission | lets somebody | Owner | Member | held by | routes |\n|---|---|---|---|---|---|\n",
    );
    let table = burgee::app::table();
    for permission in Permission::ALL.iter().copied() {
        let held = match permission.held() {
            Held::Owner => "Owners of the team, administrators",
            Held::Member => "Owners and Members of the team, administrators",
            Held::InTeam => "everybody in the team, Guests too, administrators",
            Held::InProduct => "Owners of the team, people with a permission group in the product, administrators",
            Held::Group(Access::None) => "Owners of the team, people whose permission group includes it, administrators",
            Held::Group(access) => &format!("the same, with {access} access to the environment"),
            Held::Reach(access) => &format!("Owners of the team, people with {access} access to the environment, administrators"),
            Held::With(other) => &format!("whoever holds `{}`", other.key()),
            Held::Own => "the person whom it is about",
            Held::OwnInBrowser => "the person whom it is about, in a browser only",
            Held::Administrator => "administrators",
            Held::Everyone(switch) => &format!("administrators; everybody while `{}` is on", switch.setting()),
            Held::System => "Burgee itself",
        };
        let tick = |role: Role| if role.holds(permission) { "✓" } else { "–" };
        let asks = |route: &&Operation| [Guard::Permission(permission), Guard::InBody(permission)].map(Some).contains(&route.guard);
        let routes = table.iter().filter(asks).count();
        let browser = if permission.in_browser() { ", in a browser only" } else { "" };
        let oneself = permission.about_oneself().map(|own| format!("; about oneself: `{}`", own.key())).unwrap_or_default();
        let (owner, member) = (tick(Role::Owner), tick(Role::Member));
        writeln!(text, "| `{}` | {} | {owner} | {member} | {held}{browser}{oneself} | {routes} |", permission.key(), permission.sentence())
            .unwrap();
    }
    text.push_str("\n## Routes\n\n| method | address | what it does | needs |\n|---|---|---|---|\n");
    for route in &table {
        let needs = match route.guard {
            Some(Guard::Permission(permission)) => format!("`{}`", permission.key()),
            Some(Guard::InBody(permission)) => format!("`{}`, on what the body names", permission.key()),
            Some(Guard::SignedIn) => "to be signed in; what it touches is decided inside".into(),
            Some(Guard::SdkKey) => "an SDK key".into(),
            Some(Guard::Anyone) | None => "nothing: public".into(),
        };
        writeln!(text, "| {} | `{}` | {} | {needs} |", route.method, route.path, route.sentence).unwrap();
    }
    text.push_str("\n## Events\n\nEvery change writes one of these, in the same transaction:\n\n");
    for name in Event::names() {
        writeln!(text, "- `{name}`").unwrap();
    }
    text.push_str("\nThese changes are no news and write none:\n\n");
    for (kind, reason) in Unaudited::ALL {
        writeln!(text, "- {kind:?}: {reason}").unwrap();
    }
    text
}

/// An address without the names in it, and without what is asked of it.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut depth = 0;
    for letter in path.split(['?', '#']).next().unwrap_or_default().chars() {
        depth += i32::from(letter == '{');
        if depth == 0 || (letter == '{' && depth == 1) {
            shape.push(letter);
        }
        if letter == '}' {
            depth -= 1;
            if depth == 0 {
                shape.push('}');
            }
        }
    }
    shape
}

/// The addresses that each file of the tests speaks of.
fn spoken_of() -> Vec<(String, BTreeSet<String>)> {
    fn read(folder: &Path, found: &mut Vec<(String, BTreeSet<String>)>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                read(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("described.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let spoken = text.split('"').filter(|word| word.starts_with("/v1/") || word.starts_with("/v2/")).map(shape).collect();
                let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it")).unwrap();
                found.push((name.display().to_string(), spoken));
            }
        }
    }
    let mut found = vec![];
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"), &mut found);
    found.sort();
    found
}

fn coverage() -> String {
    let mut text = String::from(
        "# ConfigCat’s management API in Burgee\n\nMade from the code by `make docs`; do not edit. All operations of that API, under `/v1` and `/v2`, by subject; \
         whether one is offered is what the route table says. *Tested by* names the files in `tests/it` that speak of the address. Besides, ConfigCat’s own generated client has each that is offered \
         served and refused (`management/client.rs`), and every answer is checked against the client’s types; and `every_route.rs` asks them all as every kind of actor, with own, foreign and missing objects. What is not offered answers 404.\n\n\
         Members of a body that Burgee does not know are ignored, at every level: clients send back whole models as they read them, and later versions of them will know more.\n",
    );
    let table = burgee::app::table();
    let offered: Vec<&Operation> = table.iter().filter(|route| route.surface == Surface::Management).collect();
    let tests = spoken_of();
    let (mut all, mut served) = (0, 0);
    for subject in SUBJECTS {
        writeln!(text, "\n## {}\n", subject.name).unwrap();
        if let Some(why) = subject.refused {
            writeln!(text, "Not offered: {why}.\n").unwrap();
        }
        text.push_str("| method | address | offered | permission | tested by |\n|---|---|---|---|---|\n");
        for known in subject.operations {
            all += 1;
            let route = offered.iter().find(|route| route.method.as_str() == known.method && shape(route.path) == shape(known.path));
            assert!(route.is_none() || subject.refused.is_none(), "{} {} is said not to be offered", known.method, known.path);
            served += usize::from(route.is_some());
            let (is, needs) = match route.map(|route| route.guard) {
                Some(Some(Guard::Permission(permission) | Guard::InBody(permission))) => ("yes", format!("`{}`", permission.key())),
                Some(_) => ("yes", "to be signed in".to_owned()),
                None if subject.refused.is_some() => ("no", "–".to_owned()),
                None => ("not yet", "–".to_owned()),
            };
            let by: Vec<&str> =
                tests.iter().filter(|(_, spoken)| spoken.contains(&shape(known.path))).map(|(name, _)| name.as_str()).collect();
            let by = if by.is_empty() || route.is_none() { "–".to_owned() } else { format!("`{}`", by.join("`, `")) };
            writeln!(text, "| {} | `{}` | {is} | {needs} | {by} |", known.method, known.path).unwrap();
        }
    }
    for route in &offered {
        let is_known = |known: &Known| route.method.as_str() == known.method && shape(route.path) == shape(known.path);
        assert!(SUBJECTS.iter().flat_map(|subject| subject.operations).any(is_known), "{} {} is none of theirs", route.method, route.path);
    }
    writeln!(text, "\n{served} of {all} operations are offered.").unwrap();
    text.push_str(
        "\n## Differences\n\n- `usagesInOtherEnvironments` of a predefined variation is always 0, and the `usage` of a segment counts the environments that the caller has access to: ConfigCat counts the others \
         too, by which one learns what is in them ([decision 17](decisions/0017-hidden-environments-change-no-answer.md)).\n\
         - A patch has at most 100 operations, names only members that can be changed, and leaves at most 1 MB.\n\
         - Code references take the permission to create and change settings. A config has reports of at most 100 branches, each of at most 1 MB; `GET /v1/settings/{settingId}/code-references` answers in \
         pages of about 1 MB, and a `Link` header with `rel=\"next\"` leads to the next one.\n",
    );
    text.push_str(
        "\n## Events\n\nWhat is read at `…/auditlogs`. The first version gives the 5,000 newest events of at most 30 days, the second all of them, by pages; details are cut off \
         after 4,000 characters. What was changed in an environment to which the reader has no access is withheld.\n\n| event | `auditLogTypeEnum` |\n|---|---|\n",
    );
    for (ours, theirs) in TYPES {
        writeln!(text, "| `{ours}` | `{theirs}` |").unwrap();
    }
    text.push_str("\nThese stand in the log of the instance and its accounts, which this API does not show:\n\n");
    for name in LEFT_OUT {
        writeln!(text, "- `{name}`").unwrap();
    }
    text
}

#[test]
fn generated_documents_are_true() {
    for (name, wanted) in [("permissions", permissions()), ("api-coverage", coverage())] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}.md"));
        if std::env::var_os("BURGEE_BLESS").is_some() {
            fs::write(&path, &wanted).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == wanted, "docs/{name}.md is not what the code says: run `make docs`");
    }
}

#[test]
fn theirs_are_123_operations() {
    let all: BTreeSet<(&str, String)> =
        SUBJECTS.iter().flat_map(|subject| subject.operations).map(|known| (known.method, shape(known.path))).collect();
    assert_eq!(all.len(), 123);
}
