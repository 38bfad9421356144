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
    InProduct, InTeam, Listed, NewInvitations, Outcome, actions, listed,
    permits::{AcceptInvitation, DeclineInvitation, InvitePeople, InviteToProduct, ManageInvitation, ManageProductInvitation},
};
use crate::{
    api::{Body, Json, Meta, Okay},
    authz::{Answer, Authorized, By, Operation, Role},
    error::{Error, Result},
    ids::GroupId,
    people::{Own, permits::ReadAccount},
    product_members::{GroupBody, GroupRef},
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

/// A product, in short.
#[derive(Serialize, ToSchema)]
pub struct ProductBrief {
    id: String,
    name: String,
}

/// An offer to join a team, or a product of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    id: String,
    /// 50 Owner, 30 Member; 5 Guest where it is to a product.
    role: i64,
    /// The product, if it is to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<ProductBrief>,
    /// The permission group that it offers there.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_group: Option<GroupRef>,
    created_at: String,
    expires_at: String,
    /// When its mail was sent.
    sent_at: Option<String>,
    team: TeamBrief,
    /// Why it does not work any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<String>,
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
        let view = |(broken, listed): (Option<String>, super::store::Row)| InvitationView {
            id: listed.id.to_string(),
            role: listed.role.into(),
            product: listed.product.zip(listed.product_name).map(|(id, name)| ProductBrief { id: id.to_string(), name }),
            permission_group: listed.group.zip(listed.group_name).map(|(id, name)| GroupRef { id: id.0, name }),
            broken,
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
        let invitations: Vec<InvitationView> = found.into_iter().map(|listed| view((listed.broken(), listed.row))).collect();
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
    let found = listed::of_team(&may.read(), may.id).await?;
    Ok(Json(Invitations::of(found, &may.app().config.public_url)))
}

/// What became of an invitation of several: `{"status":"okay"}`, or why some were not invited.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Became {
    /// All were invited.
    Okay {
        /// Always `okay`.
        status: &'static str,
    },
    /// The others were invited.
    Failed {
        /// Always `invitation_failed`.
        code: &'static str,
        /// Why not, by what was written.
        error: BTreeMap<String, String>,
    },
}

/// 200 in any case in which somebody could be looked at: `okay`, or the messages by name while the others were invited.
pub struct Answered(Response);

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Answer for Answered {
    fn describe(operation: &mut Operation) {
        Json::<Became>::describe(operation);
    }
}

pub(super) async fn invite(may: Authorized<InvitePeople>, Body(body): Body<InviteBody>) -> Result<Answered> {
    let role = match &body.role {
        None => Role::Member,
        Some(role) => {
            let text = role.as_str().map_or_else(|| role.to_string(), ToOwned::to_owned);
            match Role::parse(&text) {
                Some(role) => role,
                None => {
                    let said = json!({ "code": "invalid_team_role", "error": "invalid team role" });
                    return Ok(Answered((StatusCode::BAD_REQUEST, axum::Json(said)).into_response()));
                }
            }
        }
    };
    answered(
        match NewInvitations::parse(&body.user) {
            Ok(new) => actions::invite(&may, &new, role).await.map(Ok)?,
            Err(error) => Err(error),
        },
        "team",
    )
}

/// What programs are told of a sending.
fn answered(outcomes: Result<Vec<(String, Outcome)>>, to: &str) -> Result<Answered> {
    let outcomes = match outcomes {
        Ok(outcomes) => outcomes,
        Err(Error::Invalid(fields)) => {
            let why = fields.0.values().next().cloned().unwrap_or_default();
            let said = json!({ "code": "invitation_failed", "error": why, "errors": { "user": why } });
            return Ok(Answered((StatusCode::BAD_REQUEST, axum::Json(said)).into_response()));
        }
        Err(error) => return Err(error),
    };
    let failed: BTreeMap<String, String> =
        outcomes.into_iter().filter_map(|(entry, outcome)| Some((entry, message(&outcome, to)?))).collect();
    let became = match failed.is_empty() {
        true => Became::Okay { status: "okay" },
        false => Became::Failed { code: "invitation_failed", error: failed },
    };
    Ok(Answered(Json(became).into_response()))
}

/// Whom to invite to a product.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InviteToProductBody {
    /// E-mail addresses and user names, separated by commas, spaces or new lines; 100 at most.
    user: String,
    /// The permission group; the product’s default group if absent.
    permission_group_id: Option<i64>,
}

/// As for a team: 200 in any case in which somebody could be looked at.
pub(super) async fn invite_to_product(may: Authorized<InviteToProduct>, Body(body): Body<InviteToProductBody>) -> Result<Answered> {
    let group = body.permission_group_id.map(GroupId).or(may.default_group);
    let group = group.ok_or_else(|| Error::field("permissionGroupId", "This product has no default group: please choose one."))?;
    answered(
        match NewInvitations::parse(&body.user) {
            Ok(new) => actions::invite_to_product(&may, &new, group).await.map(Ok)?,
            Err(error) => Err(error),
        },
        "product",
    )
}

pub(super) async fn of_product(may: Authorized<InviteToProduct>) -> Result<Json<Invitations>> {
    let found = listed::of_product(&may.read(), may.id).await?;
    Ok(Json(Invitations::of(found, &may.app().config.public_url)))
}

pub(super) async fn change_group(may: By<InProduct, ManageProductInvitation>, Body(body): Body<GroupBody>) -> Result<Json<Okay>> {
    actions::change_group(&may, body.group()).await?;
    Ok(Okay::answer())
}

pub(super) async fn resend_to_product(may: By<InProduct, ManageProductInvitation>) -> Result<Json<Okay>> {
    actions::resend(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn revoke_to_product(may: By<InProduct, ManageProductInvitation>) -> Result<Json<Okay>> {
    actions::revoke(&may).await?;
    Ok(Okay::answer())
}

/// What programs are told of an entry that was not invited.
fn message(outcome: &Outcome, to: &str) -> Option<String> {
    Some(match outcome {
        Outcome::Invited(_) => return None,
        Outcome::AlreadyMember => format!("Already a member of the {to}"),
        Outcome::AlreadyInvited => format!("Already invited to the {to}"),
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
    if may.password_expired {
        return Err(Error::PasswordExpired);
    }
    let found = match may.email_verified || !may.app().config.has_mail() {
        true => listed::of_person(&may.read(), may.id, &may.email, may.now()).await?,
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
