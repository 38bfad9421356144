//! The configs of a product: list and dialogs.

use axum::{http::StatusCode, response::Response};

use super::{Delete, Edit, Index, Row};
use crate::{
    authz::{Authorized, By, Kind, Permission, Permit},
    configs::{
        Changes, Config, EvaluationVersion, NewConfig,
        actions::{self, no_access},
        permits::{ChangeConfig, CreateConfig, DeleteConfig, ListConfigs},
        store::{self, Holds, Listed},
    },
    error::{Error, Result},
    products::{self, EnvironmentBrief, InTeam, Product, To},
    ui::{Action, Asked, Choice, Dialog, Form, Html, Posted, Section, Toast, done},
};

pub async fn index(may: By<InTeam, ListConfigs>) -> Result<Html<Index>> {
    let configs = store::all(&may.read(), may.id).await?;
    let environments = products::environments_of(&may.read(), may.id).await?;
    let path = format!("{}/configs", may.path());
    let place = may.place_of(Kind::Config);
    let (write, delete) = (may.may(Permission::ConfigWrite, &place), may.may(Permission::ConfigDelete, &place));
    let delete = delete && products::hidden_from(may.grants(), &environments).is_empty();
    let last = configs.len().saturating_sub(1);
    let row = |(at, config): (usize, &Listed)| Row {
        name: config.name.clone(),
        href: format!("{path}/{}", config.id),
        description: config.description.clone().unwrap_or_default(),
        version: format!("v{}", config.evaluation_version),
        flags: config.flags.unsigned_abs(),
        menu: menu(&format!("{path}/{}", config.id), write, delete, at, last),
    };
    Ok(Html(Index {
        frame: products::frame(&may, &may, "Configs", Section::Flags).await?,
        may_create: write,
        configs: configs.iter().enumerate().map(row).collect(),
        path,
    }))
}

fn menu(path: &str, write: bool, delete: bool, at: usize, last: usize) -> Vec<Action> {
    let mut menu = vec![];
    if write {
        menu.push(Action::dialog("Edit…", "pencil", format!("{path}/edit")));
        if at > 0 {
            menu.push(Action::post("Move up", "arrow-up", format!("{path}/move")).with("to", "up"));
        }
        if at < last {
            menu.push(Action::post("Move down", "arrow-down", format!("{path}/move")).with("to", "down"));
        }
    }
    if delete {
        menu.push(Action::dialog("Delete…", "trash", format!("{path}/delete")).danger());
    }
    menu
}

/// The two generations of rules, explained.
fn versions() -> Vec<Choice> {
    vec![
        Choice::new(EvaluationVersion::V2.wire(), "Everything")
            .hint("Rules with several conditions, prerequisite flags, segments of any size. For SDKs of today."),
        Choice::new(EvaluationVersion::V1.wire(), "First generation")
            .hint("One condition in each rule, the comparators of then. For SDKs that are years old. It cannot be changed later."),
    ]
}

pub async fn new(may: By<InTeam, CreateConfig>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new().with("evaluation_version", EvaluationVersion::V2.wire())).await
}

async fn show_new(may: &Authorized<CreateConfig>, asked: Asked, form: Form) -> Result<Response> {
    let back = format!("{}/configs", may.path());
    show(may, may, asked, "New config", Edit { action: back.clone(), back, form, name: None, versions: versions() }).await
}

async fn show<P: Permit>(may: &Authorized<P>, product: &Product, asked: Asked, title: &str, body: Edit) -> Result<Response> {
    let status = if body.form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = products::frame(may, product, title, Section::Flags).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn create(may: By<InTeam, CreateConfig>, asked: Asked, posted: Posted) -> Result<Response> {
    let description = Some(posted.get("description")).filter(|text| !text.is_empty());
    let created = match NewConfig::parse(posted.get("name"), description, posted.get("evaluation_version")) {
        Ok(new) => actions::create(&may, &new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(made) => Ok(done(asked, &format!("{}/configs/{}", may.path(), made.id), Some(Toast(format!("{} was created.", made.name))))),
        Err(form) => show_new(&may, asked, form).await,
    }
}

async fn product(may: &Authorized<impl Permit<On = Config>>) -> Result<Product> {
    products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)
}

pub async fn edit(may: By<InTeam, ChangeConfig>, asked: Asked) -> Result<Response> {
    let form = Form::new().with("name", &may.name).with("description", may.description.clone().unwrap_or_default());
    show_edit(&may, asked, form).await
}

async fn show_edit(may: &Authorized<ChangeConfig>, asked: Asked, form: Form) -> Result<Response> {
    let product = product(may).await?;
    let back = format!("{}/configs", product.path());
    let body = Edit { action: format!("{back}/{}/edit", may.id), back, form, name: Some(may.name.clone()), versions: vec![] };
    show(may, &product, asked, &format!("Edit {}", may.name), body).await
}

pub async fn change(may: By<InTeam, ChangeConfig>, asked: Asked, posted: Posted) -> Result<Response> {
    let description = Some(posted.get("description")).filter(|text| !text.is_empty() || may.description.is_some());
    let changed = match Changes::parse(Some(posted.get("name")), description) {
        Ok(changes) => actions::change(&may, &changes).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(after) => {
            let to = format!("{}/configs", product(&may).await?.path());
            Ok(done(asked, &to, Some(Toast(format!("{} was changed.", after.name)))))
        }
        Err(form) => show_edit(&may, asked, form).await,
    }
}

pub async fn shift(may: By<InTeam, ChangeConfig>, asked: Asked, posted: Posted) -> Result<Response> {
    actions::shift(&may, To::parse(posted.get("to"))?).await?;
    Ok(done(asked, &format!("{}/configs", product(&may).await?.path()), None))
}

pub async fn confirm_delete(may: By<InTeam, DeleteConfig>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete(may: &Authorized<DeleteConfig>, asked: Asked, form: Form) -> Result<Response> {
    let product = product(may).await?;
    let environments = products::environments_of(&may.read(), product.id).await?;
    let unseen = products::hidden_from(may.grants(), &environments);
    let (form, holds) = match unseen.is_empty() {
        true => (form, Some(store::holds(&may.read(), may.id).await?)),
        false => (form.wrong("", no_access(&unseen).message()), None),
    };
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let back = format!("{}/configs", product.path());
    let body = Delete {
        action: format!("{back}/{}/delete", may.id),
        back,
        name: may.name.clone(),
        form,
        environments: environments.iter().map(EnvironmentBrief::shown).collect(),
        ends: holds.map_or_else(Vec::new, |holds| ends(&holds)),
        note_required: product.note_required || environments.iter().any(|environment| environment.note_required),
    };
    let frame = products::frame(may, &product, &format!("Delete {}", may.name), Section::Flags).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

/// What ends with a config.
fn ends(holds: &Holds) -> Vec<String> {
    let many = |count: i64, one: &str, more: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {more}") };
    vec![
        format!("{}, with the values and rules of each environment", many(holds.flags, "flag", "flags")),
        format!("{}, for good", many(holds.keys, "SDK key", "SDK keys")),
    ]
}

pub async fn delete(may: By<InTeam, DeleteConfig>, asked: Asked, posted: Posted) -> Result<Response> {
    let deleted = match posted.get("confirm").trim() == may.name.trim() {
        true => actions::delete(&may, Some(posted.get("note"))).await,
        false => Err(Error::field("confirm", format!("Please type {} to confirm.", may.name))),
    };
    match posted.or_again(deleted)? {
        Ok(()) => {
            let to = format!("{}/configs", product(&may).await?.path());
            Ok(done(asked, &to, Some(Toast(format!("{} was deleted.", may.name)))))
        }
        Err(form) => show_delete(&may, asked, form).await,
    }
}
