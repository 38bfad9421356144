//! The dialog that deletes a group. While it is in use, it names another one.

use axum::{http::StatusCode, response::Response};

use super::{Delete, list, look};
use crate::{
    authz::{Authorized, By},
    error::{Error, Result},
    ids::GroupId,
    permission_groups::{actions, permits::DeleteGroup, store},
    products::{self, InTeam, Product},
    ui::{Asked, Choice, Dialog, Form, Posted, Toast, done},
};

async fn product(may: &Authorized<DeleteGroup>) -> Result<Product> {
    products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)
}

pub async fn confirm_delete(may: By<InTeam, DeleteGroup>, asked: Asked) -> Result<Response> {
    show(&may, asked, Form::new()).await
}

async fn show(may: &Authorized<DeleteGroup>, asked: Asked, form: Form) -> Result<Response> {
    let (db, product) = (may.read(), product(may).await?);
    let people = store::in_group(&db, may).await?;
    let invitations = store::invitations(&db, may.id).await?;
    let used = people.len() as u64 + invitations;
    let mut who: Vec<String> = vec![];
    if !people.is_empty() {
        who.push(look::names(&people.iter().collect::<Vec<_>>(), 5));
    }
    match invitations {
        0 => {}
        1 => who.push("1 invitation".into()),
        many => who.push(format!("{many} invitations")),
    }
    let environments = products::environments_of(&db, product.id).await?;
    let others = if used > 0 { store::of_product(&db, product.id).await? } else { vec![] };
    let replacements: Vec<Choice> = others
        .iter()
        .filter(|group| group.id != may.id)
        .map(|group| Choice::new(group.id.to_string(), &group.name).hint(look::meaning(group, &environments)))
        .collect();
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
            let back = format!("{}/groups", product_path(&may).await?);
            Ok(done(asked, &back, Some(Toast(format!("Deleted the permission group {}.", may.name)))))
        }
        Err(form) => show(&may, asked, form).await,
    }
}

async fn product_path(may: &Authorized<DeleteGroup>) -> Result<String> {
    Ok(product(may).await?.path())
}
