//! The environments of a product: list and dialogs.

use axum::{http::StatusCode, response::Response};

use super::{Delete, Edit, Index, Row};
use crate::{
    authz::{Access, Authorized, By, Kind, Permission, Permit, Reach},
    environments::{
        Changes, Environment, NewEnvironment,
        actions::{self, no_access},
        permits::{ChangeEnvironment, CreateEnvironment, DeleteEnvironment, ListEnvironments},
        store::{self, ForNew, Holds},
    },
    error::{Error, Result},
    products::{self, InTeam, Product, To, permits::ChangePreferences},
    ui::{Action, Asked, Dialog, Form, Html, Posted, Section, Toast, done, done_in},
};

pub async fn index(may: By<InTeam, ListEnvironments>) -> Result<Html<Index>> {
    let db = may.read();
    let environments = store::all(&db, may.id).await?;
    let who = match may.may(Permission::ProductMembersManage, &may.place_of(Kind::Product)) {
        true => Some((store::writers(&db, may.id).await?, products::owners(&db, may.team).await?)),
        false => None,
    };
    let path = format!("{}/environments", may.path());
    let last = environments.len().saturating_sub(1);
    let row = |(at, environment): (usize, &Environment)| Row {
        environment: environment.shown(),
        description: environment.description.clone().unwrap_or_default(),
        note_required: environment.note_required || may.note_required,
        who: who.as_ref().map_or_else(String::new, |(writers, owners)| {
            let people = writers.iter().find(|writers| writers.id == environment.id).map_or(0, |writers| writers.people.unsigned_abs());
            match people + owners {
                1 => "1 person may change values".into(),
                people => format!("{people} people may change values"),
            }
        }),
        menu: menu(&may, &path, environment, at, last),
    };
    Ok(Html(Index {
        frame: products::frame(&may, &may, "Environments", Section::Environments).await?,
        may_create: may.also::<CreateEnvironment>(&may),
        environments: environments.iter().enumerate().map(row).collect(),
        path,
    }))
}

fn menu(may: &Authorized<ListEnvironments>, path: &str, environment: &Environment, at: usize, last: usize) -> Vec<Action> {
    let path = format!("{path}/{}", environment.id);
    let mut menu = vec![];
    if may.also::<ChangeEnvironment>(environment) {
        menu.push(Action::dialog("Edit…", "pencil", &path));
        if at > 0 {
            menu.push(Action::post("Move up", "arrow-up", format!("{path}/move")).with("to", "up"));
        }
        if at < last {
            menu.push(Action::post("Move down", "arrow-down", format!("{path}/move")).with("to", "down"));
        }
    }
    if may.also::<DeleteEnvironment>(environment) && may.grants().access(environment.id) > Access::None {
        menu.push(Action::dialog("Delete…", "trash", format!("{path}/delete")).danger());
    }
    menu
}

pub async fn new(may: By<InTeam, CreateEnvironment>, asked: Asked) -> Result<Response> {
    show_new(&may, asked, Form::new().with("color", "slate")).await
}

async fn show_new(may: &Authorized<CreateEnvironment>, asked: Asked, form: Form) -> Result<Response> {
    let grants = match may.may(Permission::ProductMembersManage, &may.place_of(Kind::Product)) {
        true => told(&store::for_new(&may.read(), may.id).await?),
        false => String::new(),
    };
    let back = format!("{}/environments", may.path());
    let may_note = may.also::<ChangePreferences>(may);
    let body = Edit { action: back.clone(), back, form, name: None, grants, may_note };
    show(may, may, asked, "New environment", body).await
}

/// “In it, Administrators get Full, Reviewers No access.”
fn told(groups: &[ForNew]) -> String {
    let level = |group: &ForNew| match group.reach {
        Reach::Full => Access::Full,
        Reach::ReadOnly => Access::ReadOnly,
        Reach::Custom => group.new_environments,
    };
    let told = |access: Access| {
        let names: Vec<&str> = groups.iter().filter(|group| level(group) == access).map(|group| group.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{access}: {}", names.join(", ")))
    };
    let levels: Vec<String> = [Access::Full, Access::ReadOnly, Access::None].into_iter().filter_map(told).collect();
    if levels.is_empty() { String::new() } else { format!("What groups get in it. {}.", levels.join(". ")) }
}

async fn show<P: Permit>(may: &Authorized<P>, product: &Product, asked: Asked, title: &str, body: Edit) -> Result<Response> {
    let status = if body.form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = products::frame(may, product, title, Section::Environments).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn create(may: By<InTeam, CreateEnvironment>, asked: Asked, posted: Posted) -> Result<Response> {
    let filled = |field: &str| Some(posted.get(field)).filter(|text| !text.is_empty());
    let created = match NewEnvironment::parse(posted.get("name"), filled("color"), filled("description")) {
        Ok(new) => actions::create(&may, &NewEnvironment { note_required: posted.get("note_required") == "on", ..new }).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(made) => {
            let to = format!("{}/environments", may.path());
            Ok(done_in(asked, &to, &made.shown(), format!("{} was created.", made.name)))
        }
        Err(form) => show_new(&may, asked, form).await,
    }
}

async fn product(may: &Authorized<impl Permit<On = Environment>>) -> Result<Product> {
    products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)
}

pub async fn edit(may: By<InTeam, ChangeEnvironment>, asked: Asked) -> Result<Response> {
    let form = Form::new()
        .with("name", &may.name)
        .with("color", may.color.clone().unwrap_or_else(|| "slate".into()))
        .with("description", may.description.clone().unwrap_or_default())
        .with("note_required", if may.note_required { "on" } else { "" });
    show_edit(&may, asked, form).await
}

async fn show_edit(may: &Authorized<ChangeEnvironment>, asked: Asked, form: Form) -> Result<Response> {
    let product = product(may).await?;
    let back = format!("{}/environments", product.path());
    let may_note = may.also::<ChangePreferences>(&product);
    let body = Edit { action: format!("{back}/{}", may.id), back, form, name: Some(may.name.clone()), grants: String::new(), may_note };
    show(may, &product, asked, &format!("Edit {}", may.name), body).await
}

pub async fn change(may: By<InTeam, ChangeEnvironment>, asked: Asked, posted: Posted) -> Result<Response> {
    let product = product(&may).await?;
    // What is not there is not made an empty text by a form that shows it as one.
    let text = |field: &str, now: &Option<String>| Some(posted.get(field).to_owned()).filter(|text| !text.is_empty() || now.is_some());
    let (color, description) = (text("color", &may.color), text("description", &may.description));
    let color = color.filter(|color| may.color.is_some() || color != "slate");
    let note_required = may.also::<ChangePreferences>(&product).then(|| posted.get("note_required") == "on");
    let changed = match Changes::parse(Some(posted.get("name")), color.as_deref(), description.as_deref()) {
        Ok(changes) => actions::change(&may, &Changes { note_required, ..changes }).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(after) => {
            let to = format!("{}/environments", product.path());
            Ok(done_in(asked, &to, &after.shown(), format!("{} was changed.", after.name)))
        }
        Err(form) => show_edit(&may, asked, form).await,
    }
}

pub async fn shift(may: By<InTeam, ChangeEnvironment>, asked: Asked, posted: Posted) -> Result<Response> {
    actions::shift(&may, To::parse(posted.get("to"))?).await?;
    Ok(done(asked, &format!("{}/environments", product(&may).await?.path()), None))
}

pub async fn confirm_delete(may: By<InTeam, DeleteEnvironment>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete(may: &Authorized<DeleteEnvironment>, asked: Asked, form: Form) -> Result<Response> {
    let product = product(may).await?;
    let (form, ends) = match may.grants().access(may.id) {
        Access::None => (form.wrong("", no_access(&may.name).message()), vec![]),
        _ => (form, ends(&store::holds(&may.read(), may.id).await?)),
    };
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let back = format!("{}/environments", product.path());
    let body = Delete {
        action: format!("{back}/{}/delete", may.id),
        back,
        environment: may.shown(),
        form,
        ends,
        note_required: product.note_required || may.note_required,
    };
    let frame = products::frame(may, &product, &format!("Delete {}", may.name), Section::Environments).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

/// What ends with an environment.
fn ends(holds: &Holds) -> Vec<String> {
    let many = |count: i64, one: &str, more: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {more}") };
    vec![
        format!("The values of {} and who gets them", many(holds.flags, "flag", "flags")),
        format!("{}, for good", many(holds.keys, "SDK key", "SDK keys")),
        "What permission groups give in it".into(),
    ]
}

pub async fn delete(may: By<InTeam, DeleteEnvironment>, asked: Asked, posted: Posted) -> Result<Response> {
    let deleted = match posted.get("confirm").trim() == may.name.trim() {
        true => actions::delete(&may, Some(posted.get("note"))).await,
        false => Err(Error::field("confirm", format!("Please type {} to confirm.", may.name))),
    };
    match posted.or_again(deleted)? {
        Ok(()) => {
            let to = format!("{}/environments", product(&may).await?.path());
            Ok(done(asked, &to, Some(Toast(format!("{} was deleted.", may.name)))))
        }
        Err(form) => show_delete(&may, asked, form).await,
    }
}
