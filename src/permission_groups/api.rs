//! Permission groups as JSON: the default one, what a change does before it is made, and why.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Effect, Somebody, actions,
    permits::{AskWhy, ListGroups, PreviewMember, ReadGroup, SetDefaultGroup},
    preview::preview,
    store,
    why::{self, Question},
    wire::ChangesBody,
};
use crate::{
    api::{Body, Json, Params, Query},
    authz::{Authorized, By, Group, Permission, Where},
    error::{Error, Result},
    ids::{GroupId, PersonId},
    products::{self, EnvironmentBrief},
};

/// The group that invitations start with.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct DefaultGroup {
    /// The id of the group; nothing: none.
    #[schema(value_type = Option<i64>)]
    permission_group_id: Option<GroupId>,
}

pub(super) async fn default_group(may: Authorized<ListGroups>) -> Json<DefaultGroup> {
    Json(DefaultGroup { permission_group_id: may.default_group })
}

pub(super) async fn set_default_group(may: Authorized<SetDefaultGroup>, Body(body): Body<DefaultGroup>) -> Result<Json<DefaultGroup>> {
    actions::set_default(&may, body.permission_group_id).await?;
    Ok(Json(body))
}

/// Another group for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct AnotherGroup {
    /// The id of the group; nothing: none, they leave the product.
    #[schema(value_type = Option<i64>)]
    permission_group_id: Option<GroupId>,
}

/// The group that takes the place of one that is deleted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct Replacement {
    /// The id of the group that everybody would move to.
    #[schema(value_type = i64)]
    permission_group_id: GroupId,
}

/// What a change would do to people, worst first.
#[derive(Serialize, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct PreviewView {
    /// Whether it can be saved.
    allowed: bool,
    /// Why not.
    refusal: Option<String>,
    /// Every permission that flips, where, and for whom.
    flips: Vec<FlipView>,
}

/// One permission that flips somewhere.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct FlipView {
    /// The key of the permission.
    permission: &'static str,
    /// What it lets somebody do.
    sentence: &'static str,
    /// Where; nothing: the permission is not about environments, or about those that are created later.
    environment: Option<EnvironmentView>,
    /// Whether it is about environments that are created later.
    new_environments: bool,
    /// Whether they hold it afterwards; else they lose it.
    gains: bool,
    /// Everybody for whom it flips.
    people: Vec<PersonView>,
}

/// An environment by its name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct EnvironmentView {
    environment_id: String,
    name: String,
}

/// Somebody in a product.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    id: String,
    username: String,
    name: String,
}

fn told(effects: &[Effect<'_>], environments: &[EnvironmentBrief], refusal: Option<String>) -> Json<PreviewView> {
    let flips = effects.iter().map(|effect| FlipView {
        permission: effect.flip.permission.key(),
        sentence: effect.flip.permission.sentence(),
        environment: environments
            .iter()
            .find(|environment| effect.flip.at == Where::Environment(environment.id))
            .map(|environment| EnvironmentView { environment_id: environment.id.to_string(), name: environment.name.clone() }),
        new_environments: effect.flip.at == Where::NewEnvironments,
        gains: effect.flip.gains,
        people: effect
            .people
            .iter()
            .map(|person| PersonView { id: person.id.to_string(), username: person.username.clone(), name: person.name.clone() })
            .collect(),
    });
    Json(PreviewView { allowed: refusal.is_none(), refusal, flips: flips.collect() })
}

pub(super) async fn preview_group(may: By<super::InProduct, ReadGroup>, Body(body): Body<ChangesBody>) -> Result<Json<PreviewView>> {
    let db = may.read();
    let environments = products::environments_of(&db, may.product).await?;
    let before = store::group(&db, &may).await?;
    let after = body.changes()?.apply(&before, &environments)?;
    let people = store::in_group(&db, &may).await?;
    let effects = preview((may.team, may.product), &people, Some(&before), Some(&after), &environments);
    Ok(told(&effects, &environments, actions::refusal(may.grants(), Some(&before), &after, &environments)))
}

fn no_such_group() -> Error {
    Error::field("permissionGroupId", actions::NO_SUCH_GROUP)
}

pub(super) async fn preview_delete(may: By<super::InProduct, ReadGroup>, Body(body): Body<Replacement>) -> Result<Json<PreviewView>> {
    let db = may.read();
    let environments = products::environments_of(&db, may.product).await?;
    let all = store::of_product(&db, may.product).await?;
    let before = store::group(&db, &may).await?;
    let after = all.iter().find(|group| group.id != may.id && group.id == body.permission_group_id).ok_or_else(no_such_group)?;
    let people = store::in_group(&db, &may).await?;
    let effects = preview((may.team, may.product), &people, Some(&before), Some(after), &environments);
    Ok(told(&effects, &environments, actions::refusal(may.grants(), Some(&before), after, &environments)))
}

pub(super) async fn preview_member(may: Authorized<PreviewMember>, Body(body): Body<AnotherGroup>) -> Result<Json<PreviewView>> {
    let db = may.read();
    let environments = products::environments_of(&db, may.product).await?;
    let all = store::of_product(&db, may.product).await?;
    let named = |id: GroupId| all.iter().find(|group| group.id == id);
    let after: Option<&Group> = match body.permission_group_id {
        Some(id) => Some(named(id).ok_or_else(no_such_group)?),
        None => None,
    };
    let before = named(may.group);
    let person: Vec<Somebody> = store::somebody(&db, may.team, may.product, may.person).await?.into_iter().collect();
    let effects = preview((may.team, may.product), &person, before, after, &environments);
    let refusal = after.and_then(|after| actions::refusal(may.grants(), before, after, &environments));
    Ok(told(&effects, &environments, refusal))
}

/// Who, what and where.
#[derive(Deserialize)]
pub struct WhyQuery {
    #[serde(default)]
    person: Option<PersonId>,
    permission: String,
    #[serde(default)]
    environment: Option<crate::ids::EnvironmentId>,
}

impl Params for WhyQuery {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("person", "the id of somebody in the product; oneself if not said"),
        ("permission", "the key of a permission, such as value.write"),
        ("environment", "the id of an environment, where the answer depends on it"),
    ];
}

/// Why somebody may or may not do something in a product.
#[derive(Serialize, ToSchema)]
pub struct ProductWhyView {
    allowed: bool,
    permission: &'static str,
    /// What would change the answer.
    change: Option<String>,
    steps: Vec<ReasonView>,
}

/// One reason.
#[derive(Serialize, ToSchema)]
pub struct ReasonView {
    holds: bool,
    what: String,
    fact: String,
}

pub(super) async fn ask_why(may: Authorized<AskWhy>, Query(query): Query<WhyQuery>) -> Result<Json<ProductWhyView>> {
    let permission = Permission::find(&query.permission).filter(|permission| why::askable(*permission));
    let permission = permission.ok_or_else(|| Error::field("permission", "There is no such permission in a product."))?;
    let environments = products::environments_of(&may.read(), may.id).await?;
    let person = query.person.unwrap_or(may.actor()?.person);
    let answer = why::ask(&may, Question { person, permission, environment: query.environment }, &environments).await?;
    let steps = answer.reasons.into_iter().map(|reason| ReasonView { holds: reason.holds, what: reason.what, fact: reason.fact });
    Ok(Json(ProductWhyView {
        allowed: answer.decision.allows(),
        permission: permission.key(),
        change: answer.change,
        steps: steps.collect(),
    }))
}
