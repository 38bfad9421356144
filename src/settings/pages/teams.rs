//! The pages about all teams and all invitations.

use std::collections::HashMap;

use axum::response::Response;

use super::{
    InvitationRow, Invitations, TeamRow, Teams,
    people::{STRETCH, Sought},
};
use crate::{
    api::Query,
    authz::Authorized,
    error::Result,
    ids::{InvitationId, TeamId},
    invitations,
    settings::{permits::ReadAdministration, store},
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
    let found = invitations::all_open(&may.read(), sought.last::<InvitationId>()?, STRETCH).await?;
    let more = sought.more("/admin/invitations", &found, |row| row.id.to_string());
    let row = |row: invitations::Listed| InvitationRow {
        account: row.email.is_none(),
        broken: row.broken(),
        to: row.to(),
        role: row.role.name().into(),
        offer: row.product.map(|_| row.offer()),
        expired: row.expires_at <= may.now(),
        expires: row.expires_at.into(),
        delivery: Delivery::of(row.mail_state.as_deref(), row.mail_error.as_deref()),
        team: row.row.team_name,
        slug: row.row.team_slug,
        inviter: row.row.inviter_name,
    };
    let invitations = found.into_iter().map(row).collect();
    Ok(Html(Invitations { frame: administration_frame(&may, "Invitations", Section::AllInvitations).await?, invitations, more }))
}
