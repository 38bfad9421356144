//! Documentation that is made from the code: `make docs` writes it anew, this test fails while it is not true.

use std::{fmt::Write as _, fs, path::Path};

use burgee::{
    audit::{Event, Unaudited},
    authz::{Access, Held, Permission, Role, routes::Guard},
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
        let routes = table.iter().filter(|route| route.guard == Some(Guard::Permission(permission))).count();
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

#[test]
fn generated_documents_are_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
    let wanted = permissions();
    if std::env::var_os("BURGEE_BLESS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/permissions.md is not what the code says: run `make docs`");
}
