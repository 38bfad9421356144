//! Members as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    actions,
    permits::{ChangeRole, ExplainMember, ListMembers, RemoveMember},
    store, why,
};
use crate::{
    api::{Body, Json, Meta, Okay, Params, Query},
    authz::{Authorized, Permission, Role, Verdict},
    error::{Error, Result},
};

/// A member of a team.
#[derive(Serialize, ToSchema)]
pub struct MemberView {
    id: String,
    username: String,
    name: String,
    /// An image of their mark.
    avatar: String,
    /// 50 Owner, 30 Member.
    role: i64,
}

/// The members of a team. Guests are not among them.
#[derive(Serialize, ToSchema)]
pub struct Members {
    meta: Meta,
    count: usize,
    members: Vec<MemberView>,
}

/// Another role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBody {
    /// 50 Owner, 30 Member.
    role: i64,
}

/// Which permission.
#[derive(Deserialize)]
pub struct WhyQuery {
    permission: String,
}

impl Params for WhyQuery {
    const NAMES: &'static [(&'static str, &'static str)] = &[("permission", "the key of a permission, such as snapshot.delete")];
}

/// Why somebody may or may not do something.
#[derive(Serialize, ToSchema)]
pub struct WhyView {
    allowed: bool,
    permission: &'static str,
    /// What would change the answer.
    change: Option<String>,
    steps: Vec<StepView>,
}

/// One reason.
#[derive(Serialize, ToSchema)]
pub struct StepView {
    holds: bool,
    what: String,
    fact: String,
}

pub(super) async fn list(may: Authorized<ListMembers>) -> Result<Json<Members>> {
    let found = store::brief(&may.read(), may.id).await?;
    let url = &may.app().config.public_url;
    let members: Vec<MemberView> = found
        .into_iter()
        .map(|member| MemberView {
            avatar: format!("{url}/avatar/{}", member.person),
            id: member.person.to_string(),
            username: member.username,
            name: member.name,
            role: member.role.into(),
        })
        .collect();
    Ok(Json(Members { meta: Meta::default(), count: members.len(), members }))
}

pub(super) async fn change_role(may: Authorized<ChangeRole>, Body(body): Body<RoleBody>) -> Result<Json<Okay>> {
    let role = Role::parse(&body.role.to_string()).ok_or_else(|| Error::field("role", "invalid role"))?;
    actions::change_role(&may, role).await?;
    Ok(Okay::answer())
}

pub(super) async fn remove(may: Authorized<RemoveMember>) -> Result<Json<Okay>> {
    actions::remove(&may).await?;
    Ok(Okay::answer())
}

pub(super) async fn why(may: Authorized<ExplainMember>, Query(query): Query<WhyQuery>) -> Result<Json<WhyView>> {
    let permission = Permission::find(&query.permission).filter(|permission| why::askable(*permission));
    let permission = permission.ok_or_else(|| Error::field("permission", "There is no such permission in a team."))?;
    let decision = why::ask(&may.read(), &may, permission, may.app().config.has_mail()).await?;
    let about = why::About::from(&*may);
    let steps =
        why::reasons(&decision, &about).into_iter().map(|reason| StepView { holds: reason.holds, what: reason.what, fact: reason.fact });
    Ok(Json(WhyView {
        allowed: decision.verdict == Verdict::Allowed,
        permission: permission.key(),
        change: why::remedy(&decision, &about),
        steps: steps.collect(),
    }))
}
