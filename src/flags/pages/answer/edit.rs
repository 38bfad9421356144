//! The dialog that changes what is said about a flag, its tags and its variations; and its place.

use axum::{http::StatusCode, response::Response};

use super::{
    Scene,
    dialogs::{hint, tag_choices, tags},
};
use crate::{
    authz::{Authorized, By},
    error::{Error, Fields, Result},
    flags::{
        self, Changes, NewVariation, To,
        around::variations_of,
        formula::read_value,
        pages::{Edit, Kind, Variation},
        permits::{ChangeSetting, TagSetting},
        value_store,
    },
    ids::SettingId,
    products::{self, InTeam, LONGEST_NAME},
    text::Name,
    ui::{Access, Asked, Control, Dialog, Form, Posted, Toast, done},
};

pub async fn edit(may: By<InTeam, ChangeSetting>, asked: Asked) -> Result<Response> {
    let form = Form::new().with("name", &may.name).with("hint", may.hint.as_deref().unwrap_or_default());
    let given = value_store::tags_of(&may.read(), may.id).await?.iter().map(|tag| tag.id.to_string()).collect::<Vec<_>>();
    show(&may, asked, form, &given, None).await
}

async fn show(
    may: &Authorized<ChangeSetting>,
    asked: Asked,
    form: Form,
    given: &[String],
    typed: Option<Vec<Variation>>,
) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let scene = Scene::of(may, may.product).await?;
    let uses = value_store::variation_uses(&may.read(), may.id).await?;
    let fixed = products::why_not_everywhere(&may.read(), may.grants(), may.product, flags::actions::VARIATIONS).await?;
    let stored = variations_of(&may.read(), may).await?;
    let mut variations = typed.unwrap_or_else(|| {
        let row = |variation: &flags::formula::Variation| Variation {
            id: variation.id.to_string(),
            value: Control::Line.show(&variation.value.to_string()),
            name: variation.name.clone().unwrap_or_default(),
            hint: Control::Line.show(variation.hint.as_deref().unwrap_or_default()),
            used: String::new(),
        };
        stored.iter().map(row).chain([Variation::default(), Variation::default()]).collect()
    });
    for row in &mut variations {
        let used = uses.iter().filter(|one| one.variation.to_string() == row.id && scene.access(may, one.environment) > Access::None);
        row.used = used.map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    }
    let body = Edit {
        action: format!("{}/edit", may.path()),
        back: may.config_path(),
        name: may.name.clone(),
        key: may.key.clone(),
        kind: Kind::from(may.kind),
        hint_mandatory: scene.product.hint_mandatory,
        tags: if may.also::<TagSetting>(may) { tag_choices(&may.read(), may.product, given).await? } else { vec![] },
        variations,
        fixed,
        form,
    };
    let frame = scene.frame(may, &format!("Edit {}", may.name), Some((&may.config_name, &may.config_path()))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn change(may: By<InTeam, ChangeSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let changed = apply(&may, &posted).await;
    match posted.or_again(changed)? {
        Ok(()) => Ok(done(asked, &may.config_path(), Some(Toast("The changes were saved.".into())))),
        Err(form) => show(&may, asked, form, posted.all("tag"), Some(typed(&posted))).await,
    }
}

async fn apply(may: &Authorized<ChangeSetting>, posted: &Posted) -> Result<()> {
    let mut fields = Fields::default();
    let wanted = may.also::<TagSetting>(may).then(|| tags(posted, &mut fields));
    let name = fields.take("name", Name::up_to(LONGEST_NAME, posted.get("name")));
    let hint = fields.take("hint", hint(posted.get("hint")));
    let stored = variations_of(&may.read(), may).await?;
    let variations = variations(may, posted, &stored, &mut fields);
    if !fields.0.is_empty() {
        return Err(fields.into());
    }
    flags::change(may, &Changes { name, hint, tags: wanted, variations, ..Changes::default() }).await.map_err(renamed)
}

/// The lines of the form, whether they say something or not.
pub(super) fn typed(posted: &Posted) -> Vec<Variation> {
    let at = |n: usize, field: &str| posted.get(&format!("variation.{n}.{field}")).to_owned();
    let rows = (0..1000).take_while(|n| posted.has(&format!("variation.{n}.value")));
    rows.map(|n| Variation { id: at(n, "id"), value: at(n, "value"), name: at(n, "name"), hint: at(n, "hint"), used: String::new() })
        .collect()
}

/// Reads the variations. A line whose value is empty goes, unless an empty text is what it stands for.
fn variations(
    may: &Authorized<ChangeSetting>,
    posted: &Posted,
    stored: &[flags::formula::Variation],
    fields: &mut Fields,
) -> Option<Vec<NewVariation>> {
    let rows = typed(posted);
    (!rows.is_empty()).then(|| read(may.kind, &rows, stored, fields))
}

/// The variations that lines of a form say.
pub(super) fn read(
    kind: flag_eval::model::Kind,
    rows: &[Variation],
    stored: &[flags::formula::Variation],
    fields: &mut Fields,
) -> Vec<NewVariation> {
    let is_empty_text = |row: &Variation| stored.iter().any(|one| one.id.to_string() == row.id && one.value.to_string().is_empty());
    let mut wanted = vec![];
    for (n, row) in rows.iter().enumerate().filter(|(_, row)| !row.value.is_empty() || is_empty_text(row)) {
        let field = format!("variation.{n}.value");
        let name = Some(row.name.trim()).filter(|name| !name.is_empty()).map(|name| Name::up_to(LONGEST_NAME, name)).transpose();
        match (read_value(kind, &Control::Line.read(&row.value)), name, hint(&Control::Line.read(&row.hint))) {
            (Ok(value), Ok(name), Ok(hint)) => {
                let id = Some(row.id.as_str()).filter(|id| !id.is_empty()).and_then(|id| id.parse().ok());
                wanted.push(NewVariation { id, value, name, hint, line: n });
            }
            (Err(why), ..) => fields.add(field, why),
            (_, Err(why), _) | (_, _, Err(why)) => fields.add(field, why),
        }
    }
    wanted
}

/// What is wrong with the list as a whole stands over the form.
fn renamed(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            if let Some(message) = fields.0.remove("variations") {
                fields.add("", message);
            }
            fields.into()
        }
        other => other,
    }
}

pub async fn shift(may: By<InTeam, ChangeSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let to = match (posted.get("to"), posted.has("before"), posted.get("before").trim()) {
        ("up", ..) => To::Up,
        ("down", ..) => To::Down,
        ("end", ..) | (_, true, "") => To::End,
        (_, true, before) => To::Before(before.parse::<SettingId>().map_err(|_| Error::field("before", "There is no such flag."))?),
        _ => return Err(Error::field("to", "Please say up or down.")),
    };
    flags::shift(&may, to).await?;
    Ok(done(asked, &may.config_path(), None))
}
