//! The dialogs for a new flag and for the end of one.

use axum::{http::StatusCode, response::Response};

use super::{Scene, drawn, edit};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permission, Resource as _},
    error::{Error, Fields, Result},
    flags::{
        self, NewSetting, SettingKey, Style,
        actions::{in_use, no_access},
        formula::{kind_of, read_value},
        pages::{Delete, Initial, Kind, New, TagChoice, Variation},
        permits::{CreateSetting, DeleteSetting},
        value_store,
    },
    ids::{ProductId, TagId},
    products::{self, InTeam, LONGEST_NAME},
    text::{Name, Prose},
    ui::{Access, Asked, Choice, Dialog, Form, Posted, Toast, done},
};

/// What was typed before another kind was chosen.
#[derive(Default, serde::Deserialize)]
pub struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    hint: String,
    #[serde(default)]
    tag: Vec<String>,
}

impl Params for Typed {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("kind", "what its values are"),
        ("name", "its name as typed"),
        ("key", "its key as typed"),
        ("hint", "its hint as typed"),
        ("tag", "its tags as chosen"),
    ];
}

/// How many lines for variations there are at least.
const LINES: usize = 3;

pub async fn new(may: By<InTeam, CreateSetting>, asked: Asked, Query(typed): Query<Typed>) -> Result<Response> {
    let Typed { kind, name, key, hint, tag } = typed;
    let form = Form::new().with("kind", kind).with("name", name).with("key", key).with("hint", hint);
    show_new(&may, asked, form, &tag, vec![]).await
}

async fn show_new(
    may: &Authorized<CreateSetting>,
    asked: Asked,
    form: Form,
    tags: &[String],
    mut variations: Vec<Variation>,
) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let scene = Scene::of(may, may.product).await?;
    let path = format!("{}/configs/{}", scene.product.path(), may.id);
    let initial = scene.environments.iter().map(|environment| Initial {
        environment: drawn(environment),
        access: scene.access(may, environment.id),
        note_required: scene.note_required(environment),
    });
    let kind = kind_of(form.value("kind")).map_or(Kind::Boolean, Kind::from);
    let typed = variations.iter().rposition(|variation| !variation.value.is_empty()).map_or(0, |last| last + 2);
    variations.resize(if kind.is_boolean() { 0 } else { typed.max(LINES) }, Variation::default());
    let body = New {
        action: format!("{path}/flags"),
        back: path.clone(),
        config: may.name.clone(),
        kind,
        variations,
        key_style: scene.product.key_style.clone(),
        hint_mandatory: scene.product.hint_mandatory,
        tags: if may.may(Permission::SettingTag, &may.place()) { tag_choices(&may.read(), may.product, tags).await? } else { vec![] },
        initial: initial.collect(),
        form,
    };
    let frame = scene.frame(may, &format!("Add to {}", may.name), Some((&may.name, &path))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

/// The tags of a product, with those that are chosen.
pub(super) async fn tag_choices(db: &crate::db::Reader, product: ProductId, chosen: &[String]) -> Result<Vec<TagChoice>> {
    let tags = value_store::tags_of_product(db, product).await?;
    let choice = |tag: value_store::ProductTag| {
        let id = tag.id.to_string();
        TagChoice { on: chosen.contains(&id), id, name: tag.name }
    };
    Ok(tags.into_iter().map(choice).collect())
}

/// Reads the tags of a form.
pub(super) fn tags(posted: &Posted, fields: &mut Fields) -> Vec<TagId> {
    let parsed: Result<Vec<TagId>, _> = posted.all("tag").iter().map(|tag| tag.parse()).collect();
    parsed.unwrap_or_else(|_| {
        fields.add("tags", "There is no such tag in this product.");
        vec![]
    })
}

/// Reads a hint, as it was written: nothing is none.
pub(super) fn hint(text: &str) -> Result<Option<Prose>, crate::text::Refusal> {
    Ok(Some(Prose::up_to(flags::LONGEST_HINT, text)?).filter(|hint| !hint.as_str().is_empty()))
}

pub async fn create(may: By<InTeam, CreateSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let scene = Scene::of(&may, may.product).await?;
    if posted.has("shown_kind") && posted.get("shown_kind") != posted.get("kind") {
        // Without a script the dialog still shows the first values of another kind.
        let mut answer = show_new(&may, asked, posted.again(&Fields::default()), posted.all("tag"), edit::typed(&posted)).await?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    }
    let made = match read_new(&may, &posted, &scene) {
        Ok(new) => flags::create(&may, &new).await.map(|id| (id, new.name)),
        Err(fields) => Err(fields.into()),
    };
    let path = format!("{}/configs/{}", scene.product.path(), may.id);
    match posted.or_again(made.map_err(renamed))? {
        Ok((_, name)) => Ok(done(asked, &path, Some(Toast(format!("{name} was added."))))),
        Err(form) => show_new(&may, asked, form, posted.all("tag"), edit::typed(&posted)).await,
    }
}

/// The field of an initial value as the form names it.
fn renamed(error: Error) -> Error {
    match error {
        Error::Invalid(fields) => {
            let named = fields.0.into_iter().map(|(name, message)| match name.strip_prefix("initial.") {
                Some(environment) => (format!("initial_{environment}").into(), message),
                None => (name, message),
            });
            Fields(named.collect()).into()
        }
        other => other,
    }
}

fn read_new(may: &Authorized<CreateSetting>, posted: &Posted, scene: &Scene) -> Result<NewSetting, Fields> {
    let mut fields = Fields::default();
    let name = fields.take("name", Name::up_to(LONGEST_NAME, posted.get("name")));
    let style = Style::parse(&scene.product.key_style);
    let key = match (posted.get("key").trim(), &name) {
        ("", Some(name)) => {
            let made = SettingKey::parse(&style.suggest(name.as_str()));
            fields.take("key", made.map_err(|_| "No key can be made of this name. Please give one."))
        }
        ("", None) => None,
        (key, _) => fields.take("key", SettingKey::parse(key)),
    };
    let hint = fields.take("hint", hint(posted.get("hint"))).flatten();
    let kind = match posted.get("kind") {
        "" => Some(flag_eval::model::Kind::Bool),
        kind => fields.take("kind", kind_of(kind).ok_or("Please say what it is.")),
    };
    let tags = tags(posted, &mut fields);
    let mut initial = vec![];
    for (environment, typed) in posted.below("initial_") {
        // A switch that is off and a field that is empty are what a setting begins with anyhow.
        let (Ok(environment), Some(kind)) = (environment.parse(), kind) else { continue };
        if typed.is_empty() {
            continue;
        }
        match read_value(kind, typed) {
            Ok(value) => initial.push(flags::Initial { environment, value }),
            Err(why) => fields.add(format!("initial_{environment}"), why),
        }
    }
    let variations = match kind {
        Some(kind) if kind != flag_eval::model::Kind::Bool => edit::read(kind, &edit::typed(posted), &[], &mut fields),
        _ => vec![],
    };
    if let Some(first) = variations.first() {
        // What it is to begin with is one of them, wherever that can be said.
        let open = scene.environments.iter().filter(|at| scene.access(may, at.id) == Access::Full && !scene.note_required(at));
        let unsaid: Vec<_> = open.filter(|at| !initial.iter().any(|initial| initial.environment == at.id)).collect();
        initial.extend(unsaid.into_iter().map(|at| flags::Initial { environment: at.id, value: first.value.clone() }));
    }
    let is_json = kind == Some(flag_eval::model::Kind::Text) && posted.get("is_json") == "on";
    match (name, key, kind) {
        (Some(name), Some(key), Some(kind)) if fields.0.is_empty() => {
            Ok(NewSetting { name, key, kind, is_json, hint, tags, variations, initial, like: None, position: None })
        }
        _ => Err(fields),
    }
}

pub async fn confirm_delete(may: By<InTeam, DeleteSetting>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete(may: &Authorized<DeleteSetting>, asked: Asked, form: Form) -> Result<Response> {
    let scene = Scene::of(may, may.product).await?;
    let unseen = products::hidden_from(may.grants(), &scene.environments);
    if !unseen.is_empty() {
        return Err(Error::forbidden(no_access(&unseen)));
    }
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asked_by = value_store::asked_by(&may.read(), may.id).await?;
    let mut needed_by: Vec<Choice> =
        asked_by.iter().map(|other| Choice::new(format!("{}/flags/{}", may.config_path(), other.id), &other.name)).collect();
    needed_by.dedup();
    let body = Delete {
        action: format!("{}/delete", may.path()),
        back: may.config_path(),
        name: may.name.clone(),
        key: may.key.clone(),
        form: match in_use(&asked_by) {
            Some(why) if form.error("").is_none() => form.wrong("", why),
            _ => form,
        },
        environments: scene.environments.iter().map(drawn).collect(),
        note_required: scene.environments.iter().any(|environment| scene.note_required(environment)),
        needed_by,
    };
    let frame = scene.frame(may, &format!("Delete {}", may.name), Some((&may.config_name, &may.config_path()))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn delete(may: By<InTeam, DeleteSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let confirmed = match posted.get("confirm").trim() == may.key {
        true => Ok(()),
        false => Err(Error::field("confirm", format!("Please type {} to confirm.", may.key))),
    };
    let deleted = match confirmed {
        Ok(()) => flags::delete(&may, Some(posted.get("note"))).await,
        Err(error) => Err(error),
    };
    match posted.or_again(deleted)? {
        Ok(()) => Ok(done(asked, &may.config_path(), Some(Toast(format!("{} was deleted.", may.name))))),
        Err(form) => show_delete(&may, asked, form).await,
    }
}
