//! The dialog that deletes a group. While it is in use, it names another one, and tells what that changes for whom.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{Delete, Moves, list, look};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Group},
    error::{Error, Result},
    ids::GroupId,
    permission_groups::{Somebody, actions, permits::DeleteGroup, store},
    products::{self, EnvironmentBrief, InTeam, Product},
    ui::{Asked, Choice, Dialog, Form, Html, Posted, Toast, done},
};

async fn product(may: &Authorized<DeleteGroup>) -> Result<Product> {
    products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)
}

/// What is said in the dialog so far.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    replacement: String,
    confirm: String,
    preview: String,
}

impl Params for Said {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("replacement", "the group that is chosen for whoever is in it"),
        ("confirm", "what is typed as its name"),
        ("preview", "on: only what the choice would change for them"),
    ];
}

pub async fn confirm_delete(may: By<InTeam, DeleteGroup>, Query(said): Query<Said>, asked: Asked) -> Result<Response> {
    if said.preview == "on" {
        let scene = Scene::of(&may).await?;
        return Ok(Html(scene.moves(&may, &said.replacement)).into_response());
    }
    show(&may, asked, Form::new().with("replacement", said.replacement).with("confirm", said.confirm)).await
}

/// What the dialog is made of.
struct Scene {
    people: Vec<Somebody>,
    environments: Vec<EnvironmentBrief>,
    groups: Vec<Group>,
}

impl Scene {
    async fn of(may: &Authorized<DeleteGroup>) -> Result<Self> {
        let db = may.read();
        Ok(Self {
            people: store::in_group(&db, may).await?,
            environments: look::ordered(products::environments_of(&db, may.product).await?),
            groups: store::of_product(&db, may.product).await?,
        })
    }

    /// What the chosen group changes for whoever moves to it.
    fn moves(&self, may: &Authorized<DeleteGroup>, chosen: &str) -> Moves {
        let before = self.groups.iter().find(|group| group.id == may.id);
        let after = self.groups.iter().find(|group| group.id != may.id && group.id.to_string() == chosen);
        let Some((before, after)) = before.zip(after) else { return Moves::default() };
        let (place, people, environments) = ((may.team, may.product), &self.people[..], &self.environments[..]);
        Moves {
            to: after.name.clone(),
            effects: look::Change { place, before, after, people, environments }.effects(),
            refusal: actions::refusal(may.grants(), Some(before), after, environments),
        }
    }
}

async fn show(may: &Authorized<DeleteGroup>, asked: Asked, form: Form) -> Result<Response> {
    let (product, scene) = (product(may).await?, Scene::of(may).await?);
    let invitations = store::invitations(&may.read(), may.id).await?;
    let used = scene.people.len() as u64 + invitations;
    let mut who: Vec<String> = vec![];
    if !scene.people.is_empty() {
        who.push(look::names(&scene.people.iter().collect::<Vec<_>>(), 5));
    }
    match invitations {
        0 => {}
        1 => who.push("1 invitation".into()),
        many => who.push(format!("{many} invitations")),
    }
    let others = scene.groups.iter().filter(|group| used > 0 && group.id != may.id);
    let replacements: Vec<Choice> =
        others.map(|group| Choice::new(group.id.to_string(), &group.name).hint(look::meaning(group, &scene.environments))).collect();
    let stuck = used > 0 && replacements.is_empty();
    let body = Delete {
        action: format!("{}/groups/{}/delete", product.path(), may.id),
        back: format!("{}/groups/{}", product.path(), may.id),
        name: may.name.clone(),
        people: who.join(" and "),
        used,
        refusal: stuck
            .then(|| format!("{} is the only group of {}, and somebody is in it. Create another group first.", may.name, product.name)),
        replacements,
        moves: scene.moves(may, form.value("replacement")),
        whole: asked == Asked::Plainly,
        form: form.clone(),
    };
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Dialog { asked, frame: list::frame(may, &product, "Delete permission group").await?, body }.with(status))
}

pub async fn delete(may: By<InTeam, DeleteGroup>, asked: Asked, posted: Posted) -> Result<Response> {
    let replacement: Option<GroupId> = posted.get("replacement").parse().ok();
    let deleted = match posted.get("confirm").trim() == may.name {
        true => list::refusal_to_form(actions::delete(&may, replacement).await),
        false => Err(Error::field("confirm", format!("Type {} to confirm.", may.name))),
    };
    match posted.or_again(deleted)? {
        Ok(()) => {
            let back = format!("{}/groups", product(&may).await?.path());
            Ok(done(asked, &back, Some(Toast(format!("Deleted the permission group {}.", may.name)))))
        }
        Err(form) => show(&may, asked, form).await,
    }
}
