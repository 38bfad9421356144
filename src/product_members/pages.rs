//! The dialogs about one person in a product. The page that lists everybody stands with the invitations, which it shows too.

use axum::{http::StatusCode, response::Response};

use super::{
    actions,
    give::{group_in, may_give},
    permits::{MoveMember, RemoveFromProduct},
};
use crate::{
    api::{Params, Query},
    authz::{Access, Authorized, By, GROUP_PERMISSIONS, Grants, Group, Permit},
    db::Reader,
    error::{Error, Result},
    ids::GroupId,
    permission_groups::{self, PermissionGroup},
    products::{
        self, EnvironmentBrief, InTeam, Product, ProductMember,
        pages::{ChangeGroup, EnvironmentFlip, Flips, RemovePerson},
    },
    ui::{self, Asked, Choice, Dialog, Environment, Form, Frame, Html, Posted, Section, Toast, done},
};

/// The environment as pages draw it.
pub fn drawn(environment: &EnvironmentBrief) -> Environment {
    Environment::new(environment.id.to_string(), &environment.name, environment.color.as_deref().unwrap_or_default())
}

/// A level of access as pages draw it.
pub fn drawn_access(access: Access) -> ui::Access {
    ui::Access::parse(access.wire())
}

/// The groups that may be given to somebody who is in `before`, that one included, each with what it means.
pub async fn group_choices(db: &Reader, held: &Grants, product: &Product, before: Option<&PermissionGroup>) -> Result<Vec<Choice>> {
    let environments = products::environments_of(db, product.id).await?;
    let ids: Vec<_> = environments.iter().map(|one| one.id).collect();
    let groups = permission_groups::of_product(db, product.id).await?;
    let now = before.and_then(|before| groups.iter().find(|group| group.id == before.id));
    let may_be_given = |group: &&Group| now.is_some_and(|now| now.id == group.id) || held.excess(now, group, &ids).is_nothing();
    let choice = |group: &Group| Choice::new(group.id.to_string(), &group.name).hint(meaning(group, &environments));
    Ok(groups.iter().filter(may_be_given).map(choice).collect())
}

/// What a group means, in a few words: “Manages members. Read-only in Production, Full elsewhere.”
fn meaning(group: &Group, environments: &[EnvironmentBrief]) -> String {
    let count = |access: Access| environments.iter().filter(|one| group.access(one.id) == access).count();
    let most = Access::ALL.into_iter().max_by_key(|access| count(*access)).unwrap_or_default();
    let mut parts: Vec<String> = vec![];
    for access in Access::ALL.into_iter().filter(|access| *access != most && count(*access) > 0) {
        let names: Vec<&str> = environments.iter().filter(|one| group.access(one.id) == access).map(|one| one.name.as_str()).collect();
        let to = if access == Access::None { "to" } else { "in" };
        parts.push(format!("{access} {to} {}", names.join(", ")));
    }
    parts.push(if parts.is_empty() { format!("{most} everywhere") } else { format!("{most} elsewhere") });
    let manages = if group.includes(crate::authz::Permission::ProductMembersManage) { "Manages members. " } else { "" };
    format!("{manages}{}.", parts.join(", "))
}

/// What flips for somebody who goes from one group to another.
fn flips(before: &Group, after: &Group, environments: &[EnvironmentBrief]) -> Flips {
    let mut changed: Vec<(&EnvironmentBrief, Access, Access)> =
        environments.iter().map(|one| (one, before.access(one.id), after.access(one.id))).filter(|(_, from, to)| from != to).collect();
    changed.sort_by_key(|(_, from, to)| to > from);
    let turned = |on: bool| {
        let turned = GROUP_PERMISSIONS.iter().filter(|one| after.includes(one.permission) == on && before.includes(one.permission) != on);
        turned.map(|one| one.label.to_owned()).collect()
    };
    Flips {
        environments: changed
            .into_iter()
            .map(|(one, from, to)| EnvironmentFlip { environment: drawn(one), from: drawn_access(from), to: drawn_access(to) })
            .collect(),
        lost: turned(false),
        gained: turned(true),
        refusal: None,
    }
}

/// The frame of the people of a product.
pub async fn frame<P: Permit>(may: &Authorized<P>, product: &Product, title: &str) -> Result<Frame> {
    products::frame(may, product, title, Section::ProductPeople).await
}

/// The error of a verb at the name that the form's field has.
pub fn at_field(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            if let Some(message) = fields.0.remove("permissionGroupId") {
                fields.add("group", message);
            }
            fields.into()
        }
        // What is too much stands at the choice: another one may do.
        Error::Forbidden { code: "beyond_own", message } => Error::field("group", message),
        other => other,
    }
}

/// Reads a group as a form sends it.
pub fn parse_group(text: &str) -> Result<GroupId> {
    text.trim().parse().map_err(|_| Error::field("group", "Please choose a permission group."))
}

async fn product_of(db: &Reader, member: &ProductMember) -> Result<Product> {
    products::one(db, member.product).await?.ok_or(Error::NotFound)
}

/// The dialog with another choice.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Chosen {
    group: String,
    preview: String,
}

impl Params for Chosen {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("group", "the group that is chosen"), ("preview", "on: only what would flip with it")];
}

pub(super) async fn choose_group(may: By<InTeam, MoveMember>, Query(chosen): Query<Chosen>, asked: Asked) -> Result<Response> {
    let group = if chosen.group.is_empty() { may.group } else { parse_group(&chosen.group)? };
    if chosen.preview == "on" {
        return Ok(Html(foreseen(&may, group).await?).with(StatusCode::OK));
    }
    show_group(&may, asked, Form::new().with("group", group.to_string())).await
}

/// What would flip with a group, and why it cannot be given.
async fn foreseen(may: &Authorized<MoveMember>, group: GroupId) -> Result<Flips> {
    let db = may.read();
    let (before, after) = (group_in(&db, may.product, may.group).await?, group_in(&db, may.product, group).await?);
    let refusal = match may_give(&db, may.grants(), Some(&before), &after).await {
        Ok(()) => None,
        Err(Error::Forbidden { message, .. }) => Some(message.into_owned()),
        Err(error) => return Err(error),
    };
    let (before, after) = (permission_groups::group(&db, &before).await?, permission_groups::group(&db, &after).await?);
    Ok(Flips { refusal, ..flips(&before, &after, &products::environments_of(&db, may.product).await?) })
}

async fn show_group(may: &Authorized<MoveMember>, asked: Asked, form: Form) -> Result<Response> {
    let db = may.read();
    let product = product_of(&db, may).await?;
    let before = group_in(&db, may.product, may.group).await?;
    let action = format!("{}/members/{}/group", product.path(), may.person);
    let chosen = form.value("group").parse().unwrap_or(may.group);
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = ChangeGroup {
        preview: Some(format!("{action}?preview=on")),
        back: format!("{}/manage", product.path()),
        name: may.name.clone(),
        product: product.name.clone(),
        groups: group_choices(&db, may.grants(), &product, Some(&before)).await?,
        flips: foreseen(may, chosen).await.unwrap_or_default(),
        action,
        form,
    };
    Ok(Dialog { asked, frame: frame(may, &product, "Change the permission group").await?, body }.with(status))
}

pub(super) async fn change_group(may: By<InTeam, MoveMember>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = match parse_group(posted.get("group")) {
        Ok(group) => actions::move_to(&may, group).await.map(|()| group).map_err(at_field),
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(group) => {
            let group = group_in(&may.read(), may.product, group).await?;
            let toast = Toast(format!("{} is in {} now.", may.name, group.name));
            Ok(done(asked, &format!("/team/{}/products/{}/manage", may.team_slug, may.product), Some(toast)))
        }
        Err(form) => show_group(&may, asked, form).await,
    }
}

pub(super) async fn confirm_remove(may: By<InTeam, RemoveFromProduct>, asked: Asked) -> Result<Response> {
    let db = may.read();
    let product = product_of(&db, &may).await?;
    let group = permission_groups::group(&db, &group_in(&db, may.product, may.group).await?).await?;
    let environments = products::environments_of(&db, may.product).await?;
    let leaving = may.person == may.actor()?.person;
    let mut ends =
        vec![format!("The permission group {} in {} ends at once, in every browser and with every token.", may.group_name, product.name)];
    if may.service {
        ends.push("The service account itself stays, with its tokens and its other products.".into());
    } else if may.role == crate::authz::Role::Guest {
        ends.push(match leaving {
            true => format!("With your last product you leave the team {}.", product.team_name),
            false => format!("{} is a Guest: with the last product they leave the team {}.", may.name, product.team_name),
        });
    }
    ends.push(if may.service { "An Owner can give it a group again." } else { "Coming back takes a new invitation." }.into());
    let body = RemovePerson {
        action: format!("{}/members/{}/remove", product.path(), may.person),
        back: format!("{}/manage", product.path()),
        name: may.name.clone(),
        product: product.name.clone(),
        leaving,
        environments: environments.iter().filter(|one| group.access(one.id) > Access::None).map(drawn).collect(),
        ends,
    };
    let title = if leaving { "Leave the product" } else { "Remove from the product" };
    Ok(Dialog { asked, frame: frame(&may, &product, title).await?, body }.with(StatusCode::OK))
}

pub(super) async fn remove(may: By<InTeam, RemoveFromProduct>, asked: Asked) -> Result<Response> {
    let leaving = may.person == may.actor()?.person;
    actions::remove(&may).await?;
    Ok(match leaving {
        true => done(asked, "/", Some(Toast(format!("You have left {}.", may.product_name)))),
        false => {
            let toast = Toast(format!("{} is no longer in {}.", may.name, may.product_name));
            done(asked, &format!("/team/{}/products/{}/manage", may.team_slug, may.product), Some(toast))
        }
    })
}
