//! The pages about all teams and all invitations.

use std::collections::HashMap;

use axum::response::Response;

use super::{
    InvitationRow, Invitations, TeamRow, Teams,
    mail::delivery,
    people::{STRETCH, Sought},
};
use crate::{
    api::Query,
    authz::{Authorized, Grants, Kind, Permission, Place, Role, Step, decide},
    db::Reader,
    error::Result,
    ids::{InvitationId, PersonId, TeamId},
    settings::{
        permits::ReadAdministration,
        store::{self, Stretch},
    },
    teams::{
        self, administration_frame,
        permits::{ListTeams, SuspendTeam},
    },
    ui::{Action, Asked, Delivery, Html, Section, Signal, Toast, done},
};

pub(in crate::settings) async fn list(may: Authorized<ListTeams>, Query(sought): Query<Sought>) -> Result<Html<Teams>> {
    let db = may.read();
    let found = teams::all(&db, "", sought.last::<TeamId>()?, STRETCH).await?;
    let ids: Vec<TeamId> = found.iter().map(|team| team.id).collect();
    let mut owners: HashMap<TeamId, Vec<String>> = HashMap::new();
    for owner in store::owners(&db, &ids).await? {
        owners.entry(owner.team).or_default().push(owner.name);
    }
    let more = sought.more("/admin/teams", &found, |team| team.id.to_string());
    let rows = found.into_iter().map(|team| TeamRow {
        signal: Signal::of(&team.id.to_string()),
        members: (team.owners + team.members).unsigned_abs(),
        owners: owners.remove(&team.id).unwrap_or_default(),
        created: team.created_at.into(),
        menu: vec![match team.suspended {
            true => Action::post("End the suspension", "check", format!("/admin/teams/{}/unsuspend", team.id)),
            false => Action::post("Suspend", "ban", format!("/admin/teams/{}/suspend", team.id)).danger(),
        }],
        suspended: team.suspended,
        name: team.name,
        slug: team.slug,
    });
    Ok(Html(Teams {
        frame: administration_frame(&may, "Teams", Section::AllTeams).await?,
        teams: rows.collect(),
        more,
        total: store::stats(&db, may.now()).await?.teams.unsigned_abs(),
    }))
}

pub(in crate::settings) async fn suspend(may: Authorized<SuspendTeam>, asked: Asked) -> Result<Response> {
    teams::suspend(&may).await?;
    Ok(done(asked, "/admin/teams", Some(Toast(format!("{} is suspended.", may.name)))))
}

pub(in crate::settings) async fn resume(may: Authorized<SuspendTeam>, asked: Asked) -> Result<Response> {
    teams::resume(&may).await?;
    Ok(done(asked, "/admin/teams", Some(Toast(format!("{} is no longer suspended.", may.name)))))
}

pub(in crate::settings) async fn invitations(
    may: Authorized<ReadAdministration>,
    Query(sought): Query<Sought>,
) -> Result<Html<Invitations>> {
    let db = may.read();
    let found = store::invitations(&db, Stretch::Before(sought.last::<InvitationId>()?), STRETCH).await?;
    let more = sought.more("/admin/invitations", &found, |row| row.id.to_string());
    let mut invitations = vec![];
    for row in found {
        invitations.push(InvitationRow {
            account: row.invitee.is_some(),
            to: row.invitee_username.or(row.email).unwrap_or_default(),
            broken: broken(&db, row.inviter, &row.inviter_name, row.team, row.role).await?,
            team: row.team_name,
            slug: row.team_slug,
            role: row.role.name().into(),
            inviter: row.inviter_name,
            expired: row.expires_at <= may.now(),
            expires: row.expires_at.into(),
            delivery: row.mail_state.map_or(Delivery::Page, |state| delivery(&state, row.mail_error.as_deref())),
        });
    }
    Ok(Html(Invitations { frame: administration_frame(&may, "Invitations", Section::AllInvitations).await?, invitations, more }))
}

/// Why an invitation does not work any more: its inviter may no longer invite.
async fn broken(db: &Reader, inviter: PersonId, name: &str, team: TeamId, role: Role) -> Result<Option<String>> {
    let grants = Grants::load(db, inviter, Some(team), None, false).await?;
    let decision = decide(&grants, Permission::TeamMemberInvite, &Place::in_team(Kind::Team, team));
    Ok(match decision.steps().last() {
        _ if decision.allows() => None,
        Some(Step::InTeam(None)) => Some(format!("{name} is no longer in the team")),
        Some(Step::NotSuspended(false)) => Some(format!("{name} is suspended")),
        Some(Step::TeamActive(false)) => Some("the team is suspended".into()),
        _ => Some(format!("{name} may no longer invite anybody as {role}")),
    })
}
