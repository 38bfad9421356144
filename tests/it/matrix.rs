//! The role matrix, row by row from its table: role × permission × state of the object × session or token.

use burgee::{
    authz::{Grants, Kind, MATRIX, Permission, Place, Role, Verdict, decide, grants::Held},
    ids::{PersonId, TeamId},
};

const TABLE: &str = include_str!("role-matrix.csv");

struct Row {
    path: Vec<String>,
    kind: &'static str,
    owner: bool,
    member: bool,
    permission: Option<Permission>,
}

fn table() -> Vec<Row> {
    let rows = TABLE.lines().skip(1).map(|line| {
        let cells: Vec<&'static str> = line.split(',').collect();
        let [path, kind, _, _, owner, member, permission] = cells[..] else { panic!("{line}") };
        let permission =
            (!permission.is_empty()).then(|| Permission::find(permission).unwrap_or_else(|| panic!("no permission {permission}")));
        Row { path: path.split(" > ").map(str::to_owned).collect(), kind, owner: owner == "yes", member: member == "yes", permission }
    });
    rows.collect()
}

/// Words as the page writes them: title case, and one slip of the source mended.
fn same(ours: &str, theirs: &str) -> bool {
    ours.eq_ignore_ascii_case(&theirs.replace("Modifiy", "Modify"))
}

fn person(role: Option<Role>, administrator: bool, by_token: bool) -> Held {
    Held {
        person: PersonId::new(),
        administrator,
        suspended: false,
        verified: true,
        password_expired: false,
        role,
        group: None,
        team_suspended: false,
        may_create_teams: true,
        by_token,
    }
}

/// Objects of a permission in every state that could matter, and about somebody else.
fn places(permission: Permission, team: TeamId) -> Vec<Place> {
    let place = Place::in_team(permission.kind(), team).about((permission.kind() == Kind::Member).then(PersonId::new));
    [None, Some(true), Some(false)].into_iter().map(|assigned| Place { assigned, ..place }).collect()
}

#[test]
fn the_page_draws_the_table_row_by_row() {
    let rows = table();
    assert_eq!(rows.len(), MATRIX.len());
    for (row, ours) in rows.iter().zip(MATRIX) {
        assert!(
            row.path.len() == ours.path.len() && row.path.iter().zip(ours.path).all(|(theirs, ours)| same(ours, theirs)),
            "{:?} is drawn as {:?}",
            row.path,
            ours.path
        );
        assert_eq!(row.permission, ours.permission, "{:?}", row.path);
        assert_eq!(row.permission.is_some(), row.kind == "capability", "{:?}", row.path);
    }
}

#[test]
fn every_capability_is_decided_as_the_table_says() {
    let team = TeamId::new();
    let mut asked = 0;
    for row in table() {
        let Some(permission) = row.permission else { continue };
        for (role, expected) in
            [(Some(Role::Owner), row.owner), (Some(Role::Member), row.member), (Some(Role::Guest), false), (None, false)]
        {
            for by_token in [false, true] {
                for place in places(permission, team) {
                    let holds = person(role, false, by_token);
                    // A row about oneself is asked about oneself.
                    let place = if permission == Permission::TeamMemberRemoveSelf { place.about(Some(holds.person)) } else { place };
                    let fits = match permission {
                        Permission::DeviceEditAssigned => place.assigned == Some(true),
                        Permission::DeviceEditUnassigned => place.assigned == Some(false),
                        _ => true,
                    };
                    let decision = decide(&Grants::Person(holds.clone()), permission, &place);
                    assert_eq!(decision.allows(), expected && fits, "{:?} as {role:?} at {place:?}", row.path);
                    let sees = role.is_some_and(|role| role >= Role::Member);
                    let refusal = if sees { Verdict::Denied } else { Verdict::Hidden };
                    assert!(decision.allows() || decision.verdict == refusal, "{:?} as {role:?}: {:?}", row.path, decision.verdict);
                    asked += 1;
                }
            }
        }
    }
    assert_eq!(asked, 43 * 4 * 2 * 3, "every capability × role × way in × state");
}

#[test]
fn administrators_are_level_with_owners_in_every_team_also_as_members() {
    let team = TeamId::new();
    for permission in Permission::ALL.iter().copied().filter(|permission| Role::Owner.holds(*permission)) {
        for place in places(permission, team) {
            let owner = decide(&Grants::Person(person(Some(Role::Owner), false, false)), permission, &place).allows();
            for role in [None, Some(Role::Guest), Some(Role::Member), Some(Role::Owner)] {
                let administrator = decide(&Grants::Person(person(role, true, false)), permission, &place).allows();
                assert_eq!(administrator, owner, "{permission:?} as an administrator who is {role:?}");
            }
        }
    }
}

#[test]
fn nothing_is_allowed_to_the_suspended_the_gone_the_unverified_and_those_with_an_expired_password() {
    let team = TeamId::new();
    for permission in Permission::ALL.iter().copied() {
        for place in places(permission, team) {
            for role in [None, Some(Role::Owner)] {
                let holds = person(role, role.is_none(), false);
                let own = place.about(Some(holds.person));
                for place in [place, own] {
                    let suspended = Grants::Person(Held { suspended: true, ..holds.clone() });
                    assert_eq!(decide(&suspended, permission, &place).verdict, Verdict::Hidden, "{permission:?}");
                    assert_eq!(decide(&Grants::Nobody, permission, &place).verdict, Verdict::Hidden, "{permission:?}");
                    let unverified = Grants::Person(Held { verified: false, ..holds.clone() });
                    let allowed = decide(&unverified, permission, &place).allows();
                    assert!(!allowed || place.kind == Kind::Account, "{permission:?} while unverified");
                    let expired = Grants::Person(Held { password_expired: true, ..holds.clone() });
                    let allowed = decide(&expired, permission, &place).allows();
                    let renews = [Permission::AccountRead, Permission::AccountCredentials].contains(&permission);
                    assert!(!allowed || renews, "{permission:?} with an expired password");
                }
            }
        }
    }
}

#[test]
fn a_suspended_team_starts_and_creates_nothing() {
    let team = TeamId::new();
    for permission in Permission::ALL.iter().copied().filter(|permission| Role::Owner.holds(*permission)) {
        let place = Place { assigned: Some(permission == Permission::DeviceEditAssigned), ..Place::in_team(permission.kind(), team) };
        let grants = Grants::Person(Held { team_suspended: true, ..person(Some(Role::Owner), false, false) });
        assert_eq!(decide(&grants, permission, &place).allows(), !permission.creates(), "{permission:?}");
    }
}

#[test]
fn credentials_are_for_browsers_and_accounts_for_their_owners() {
    for permission in [Permission::AccountRead, Permission::AccountEdit, Permission::AccountCredentials, Permission::AccountDelete] {
        for by_token in [false, true] {
            let holds = person(None, true, by_token);
            let own = Place::of_person(Kind::Account, holds.person);
            let browser_only = matches!(permission, Permission::AccountCredentials | Permission::AccountDelete);
            assert_eq!(decide(&Grants::Person(holds.clone()), permission, &own).allows(), !(by_token && browser_only), "{permission:?}");
            let other = Place::of_person(Kind::Account, PersonId::new());
            assert_eq!(decide(&Grants::Person(holds.clone()), permission, &other).verdict, Verdict::Hidden, "{permission:?}");
        }
    }
}

#[test]
fn a_refusal_ends_with_the_step_that_failed() {
    let team = TeamId::new();
    for permission in Permission::ALL.iter().copied() {
        for role in [None, Some(Role::Guest), Some(Role::Member), Some(Role::Owner)] {
            for place in places(permission, team) {
                let decision = decide(&Grants::Person(person(role, false, false)), permission, &place);
                let steps: Vec<_> = decision.steps().collect();
                assert!(!steps.is_empty());
                let (last, before) = steps.split_last().unwrap();
                assert!(before.iter().all(|step| step.passed()), "{permission:?}: {steps:?}");
                assert_eq!(last.passed(), decision.allows(), "{permission:?}: {steps:?}");
            }
        }
    }
}
