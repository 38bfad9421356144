//! The dialog for those who may tag flags and not change what else is said about them.

use axum::{http::StatusCode, response::Response};

use super::{
    Scene,
    dialogs::{tag_choices, tags},
};
use crate::{
    authz::{Authorized, By},
    error::{Fields, Result},
    flags::{self, pages::Tags, permits::TagSetting, value_store},
    products::InTeam,
    ui::{Asked, Dialog, Form, Posted, Toast, done},
};

pub async fn choose_tags(may: By<InTeam, TagSetting>, asked: Asked) -> Result<Response> {
    let given = value_store::tags_of(&may.read(), may.id).await?.iter().map(|tag| tag.id.to_string()).collect::<Vec<_>>();
    show(&may, asked, Form::new(), &given).await
}

async fn show(may: &Authorized<TagSetting>, asked: Asked, form: Form, given: &[String]) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let scene = Scene::of(may, may.product).await?;
    let body = Tags {
        action: format!("{}/tags", may.path()),
        back: may.config_path(),
        name: may.name.clone(),
        form,
        tags: tag_choices(&may.read(), may.product, given).await?,
    };
    let frame = scene.frame(may, &format!("Tags of {}", may.name), Some((&may.config_name, &may.config_path()))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn tag(may: By<InTeam, TagSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let mut fields = Fields::default();
    let wanted = tags(&posted, &mut fields);
    let tagged = if fields.0.is_empty() { flags::tag(&may, &wanted).await } else { Err(fields.into()) };
    match posted.or_again(tagged)? {
        Ok(()) => Ok(done(asked, &may.config_path(), Some(Toast(format!("The tags of {} were saved.", may.name))))),
        Err(form) => {
            let form = match form.error("tags") {
                Some(why) => form.clone().wrong("", why),
                None => form,
            };
            show(&may, asked, form, posted.all("tag")).await
        }
    }
}
