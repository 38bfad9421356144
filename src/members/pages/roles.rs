//! The page *Roles*: the matrix from the catalogue, and the answer to *why*.

use serde::Deserialize;

use super::super::{
    MemberKey,
    permits::{ExplainMember, ReadRoles},
    store, why,
};
use super::{MayRoles, RoleRow, RoleSection, Roles, Why, WhyStep};
use crate::{
    api::{Params, Query},
    authz::{By, MATRIX, Permission, Resource as _, Role, permission::Row},
    error::{Error, Result},
    ids::PersonId,
    teams::{self, BySlug},
    ui::{FilterOption, Html, Section},
};

/// About whom and what.
#[derive(Deserialize)]
pub struct Question {
    #[serde(default)]
    person: String,
    #[serde(default)]
    permission: String,
}

impl Params for Question {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("person", "the id of a member; oneself if not said"), ("permission", "the key of a permission")];
}

pub async fn roles(may: By<BySlug, ReadRoles>, Query(question): Query<Question>) -> Result<Html<Roles>> {
    let db = may.read();
    let own = may.actor()?.person;
    let person: PersonId = if question.person.is_empty() { own } else { question.person.parse().map_err(|_| Error::NotFound)? };
    let permission = Permission::find(&question.permission).filter(|permission| why::askable(*permission));
    // An owner may ask about everybody, a member about themselves.
    let others = may.may(Permission::TeamMemberExplain, &may.place());
    let members = store::list(&db, may.id, store::Wanted { limit: 500, ..Default::default() }).await?;
    let people = members
        .iter()
        .filter(|member| others || member.person == own)
        .map(|member| FilterOption {
            value: member.person.to_string(),
            label: format!("{} ({})", member.name, member.role),
            chosen: member.person == person,
        })
        .collect();
    let in_team = store::find(&db, may.id, person).await?.is_some();
    let answer = match permission {
        Some(permission) if in_team => {
            let asked = may.on::<ExplainMember>(&MemberKey::of(may.id, person)).await?;
            let decision = why::ask(&db, &asked, permission, may.app().config.has_mail()).await?;
            let about = why::About::from(&*asked);
            let steps = why::reasons(&decision, &about).into_iter();
            Some(Why {
                question: format!("May {} {}?", asked.name, permission.sentence()),
                allowed: decision.allows(),
                permission: permission.key().into(),
                steps: steps.map(|reason| WhyStep { holds: reason.holds, what: reason.what, fact: reason.fact }).collect(),
                change: why::remedy(&decision, &about),
                close: format!("/team/{}/roles?person={person}", may.slug),
            })
        }
        Some(_) if person != own => return Err(Error::NotFound),
        _ => None,
    };
    Ok(Html(Roles {
        frame: teams::frame(&may, &may, "Roles", Section::Roles).await?,
        slug: may.slug.clone(),
        columns: columns(&may.slug, person, permission),
        people,
        permission: permission.map(|permission| permission.key().to_owned()).unwrap_or_default(),
        why: answer,
    }))
}

/// The matrix in three columns: rows of one word are the team's own, the others stand in their section.
fn columns(slug: &str, person: PersonId, chosen: Option<Permission>) -> Vec<Vec<RoleSection>> {
    let line = |row: &Row, depth: usize| RoleRow {
        label: row.path.last().copied().unwrap_or_default().to_owned(),
        depth: u8::try_from(depth).unwrap_or(0),
        may: row.permission.map(|permission| MayRoles { owner: Role::Owner.holds(permission), member: Role::Member.holds(permission) }),
        href: row
            .permission
            .map(|permission| format!("/team/{slug}/roles?person={person}&permission={}", permission.key()))
            .unwrap_or_default(),
        chosen: row.permission.is_some() && row.permission == chosen,
    };
    let mut sections = vec![RoleSection { title: "Team".into(), rows: vec![] }];
    for row in MATRIX {
        match (row.path, row.permission) {
            ([_], Some(_)) => sections[0].rows.push(line(row, 0)),
            ([title], None) => sections.push(RoleSection { title: (*title).to_owned(), rows: vec![] }),
            (path, _) => {
                if let Some(section) = sections.last_mut() {
                    section.rows.push(line(row, path.len() - 2));
                }
            }
        }
    }
    let mut columns = vec![vec![], vec![], vec![]];
    for section in sections {
        let column = match section.title.as_str() {
            "Selected Project" => 1,
            "Members" => 2,
            _ => 0,
        };
        columns[column].push(section);
    }
    columns
}
