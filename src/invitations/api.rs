//! Invitations as JSON.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    InTeam, Listed, NewInvitations, Outcome, actions,
    permits::{AcceptInvitation, DeclineInvitation, InvitePeople, ManageInvitation},
    store,
};
use crate::{
    api::{Body, Json, Meta, Okay},
    authz::{Authorized, By, Role},
    error::{Error, Result},
    people::{Own, permits::ReadAccount},
};

/// A team, in short.
#[derive(Serialize, ToSchema)]
pub struct TeamBrief {
    id: String,
    name: String,
    slug: String,
    avatar: String,
}

/// A person, in short.
#[derive(Serialize, ToSchema)]
pub struct PersonBrief {
    id: String,
    username: String,
    name: String,
    avatar: String,
}

/// Who is invited: an account, or an address.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Invitee {
    /// An account.
    Person(PersonBrief),
    /// An address.
    External {
        /// Always true.
        external: bool,
        /// The address.
        email: String,
    },
}

/// An offer to join a team.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    id: String,
    /// 50 Owner, 30 Member.
    role: i64,
    created_at: String,
    expires_at: String,
    /// When its mail was sent.
    sent_at: Option<String>,
    team: TeamBrief,
    /// Who sent it last.
    invitor: PersonBrief,
    invitee: Invitee,
}

/// A list of invitations.
#[derive(Serialize, ToSchema)]
pub struct Invitations {
    meta: Meta,
    count: u64,
    invitations: Vec<InvitationView>,
}

impl Invitations {
    /// As JSON, for a list of a team, of a person or of the instance.
    pub fn of(found: Vec<Listed>, url: &str) -> Self {
        let person = |id: String, username: &str, name: &str| PersonBrief {
            avatar: format!("{url}/avatar/{id}"),
            id,
            username: username.to_owned(),
            name: name.to_owned(),
        };
        let view = |listed: Listed| InvitationView {
            id: listed.id.to_string(),
            role: listed.role.into(),
            created_at: listed.created_at.iso(),
            expires_at: listed.expires_at.iso(),
            sent_at: listed.mail_sent_at.map(crate::clock::Time::iso),
            team: TeamBrief {
                id: listed.team.to_string(),
                avatar: format!("{url}/avatar/{}", listed.team),
                name: listed.team_name,
                slug: listed.team_slug,
            },
            invitor: person(listed.inviter.to_string(), &listed.inviter_username, &listed.inviter_name),
            // Whether an address has an account is not told: what was typed is shown.
            invitee: match (listed.email, listed.invitee) {
                (Some(email), _) => Invitee::External { external: true, email },
                (None, Some(id)) => Invitee::Person(person(
                    id.to_string(),
                    listed.invitee_username.as_deref().unwrap_or_default(),
                    listed.invitee_name.as_deref().unwrap_or_default(),
                )),
                (None, None) => Invitee::External { external: true, email: String::new() },
            },
        };
        let invitations: Vec<InvitationView> = found.into_iter().map(view).collect();
        Self { meta: Meta::default(), count: invitations.len() as u64, invitations }
    }

    /// The same as a stretch of a longer list.
    pub fn stretch(self, meta: Meta, count: u64) -> Self {
        Self { meta, count, ..self }
    }
}

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteBody {
    /// E-mail addresses and user names, separated by commas, spaces or new lines; 100 at most.
    user: String,
    /// 50 Owner, 30 Member; Member if absent.
    #[schema(value_type = Option<i64>)]
    role: Option<serde_json::Value>,
}

pub(super) async fn list(may: Authorized<InvitePeople>) -> Result<Json<Invitations>> {
    let found = store::of_team(&may.read(), may.id).await?;
    Ok(Json(Invitations::of(found, &may.app().config.public_url)))
}

/// 200 in any case in which somebody could be looked at: `okay`, or the messages by name while the others were invited.
pub(super) async fn invite(may: Authorized<InvitePeople>, Body(body): Body<InviteBody>) -> Result<Response> {
    let role = match &body.role {
        None => Role::Member,
        Some(role) => {
            let text = role.as_str().map_or_else(|| role.to_string(), ToOwned::to_owned);
            match Role::parse(&text) {
                Some(role) => role,
                None => {
                    let said = json!({ "code": "invalid_team_role", "error": "invalid team role" });
                    return Ok((StatusCode::BAD_REQUEST, axum::Json(said)).into_response());
                }
            }
        }
    };
    let new = match NewInvitations::parse(&body.user, role) {
        Ok(new) => new,
        Err(Error::Invalid(fields)) => {
            let why = fields.0.values().next().cloned().unwrap_or_default();
            let said = json!({ "code": "invitation_failed", "error": why, "errors": { "user": why } });
            return Ok((StatusCode::BAD_REQUEST, axum::Json(said)).into_response());
        }
        Err(error) => return Err(error),
    };
    let outcomes = actions::invite(&may, &new).await?;
    let failed: BTreeMap<String, String> = outcomes.into_iter().filter_map(|(entry, outcome)| Some((entry, message(&outcome)?))).collect();
    Ok(match failed.is_empty() {
        true => Okay::answer().into_response(),
        false => axum::Json(json!({ "code": "invitation_failed", "error": failed })).into_response(),
    })
}

/// What programs are told of an entry that was not invited.
fn message(outcome: &Outcome) -> Option<String> {
    Some(match outcome {
        Outcome::Invited(_) => return None,
        Outcome::AlreadyMember => "Already a member of the team".into(),
        Outcome::AlreadyInvited => "Already invited to the team".into(),
        Outcome::Unknown => "Not an existing user".into(),
        Outcome::NoExternal => "External invites not permitted".into(),
        Outcome::NoMail => "Email not configured, cannot invite external user".into(),
        Outcome::Wrong(why) => why.clone(),
    })
}

pub(super) async fn resend(may: By<InTeam, ManageInvitation>) -> Result<Json<Okay>> {
    actions::resend(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn revoke(may: By<InTeam, ManageInvitation>) -> Result<Json<Okay>> {
    actions::revoke(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn own(may: By<Own, ReadAccount>) -> Result<Json<Invitations>> {
    let found = match may.email_verified || !may.app().config.has_mail() {
        true => store::of_person(&may.read(), may.id, &may.email, may.now()).await?,
        false => vec![],
    };
    Ok(Json(Invitations::of(found, &may.app().config.public_url)))
}

pub(super) async fn accept(may: Authorized<AcceptInvitation>) -> Result<Json<Okay>> {
    actions::accept(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn decline(may: Authorized<DeclineInvitation>) -> Result<Json<Okay>> {
    actions::decline(&may).await?;
    Ok(Okay::answer())
}
