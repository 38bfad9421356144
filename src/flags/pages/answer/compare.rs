//! Comparing two environments, and carrying a value from one to the other.

use std::collections::HashMap;

use axum::{http::StatusCode, response::Response};

use super::{Scene, drawn, environment_of, place, tabs, words};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By},
    error::{Error, Result},
    flags::{
        self, Formula, SettingValue, ValueAt, Write, around,
        formula::differences,
        pages::{Carry, Compare, Compared},
        permits::{ReadSetting, ReadSettings, ReadValue, WriteValue},
        stale, store, told, value_store,
    },
    ids::{EnvironmentId, SettingId},
    products::{EnvironmentBrief, InTeam},
    ui::{Access, Asked, Choice, Dialog, Form, Html, Posted, done_in},
};

/// Which two, and whether what is the same is shown too.
#[derive(Default, serde::Deserialize)]
pub struct Sides {
    #[serde(default)]
    left: String,
    #[serde(default)]
    right: String,
    #[serde(default)]
    all: String,
}

impl Params for Sides {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("left", "an environment"), ("right", "another one"), ("all", "`on`: show also what is the same")];
}

pub async fn compare(may: By<InTeam, ReadSettings>, Query(sides): Query<Sides>) -> Result<Html<Compare>> {
    let scene = Scene::of(&may, may.product).await?;
    let config = format!("{}/configs/{}", scene.product.path(), may.id);
    let path = format!("{config}/compare");
    let seen = scene.seen(&may);
    let left = scene.chosen(&may, &sides.left)?;
    let right = match sides.right.trim() {
        "" => seen.iter().find(|other| left.is_some_and(|left| left.id != other.id)).copied(),
        named => Some(scene.named(&may, named)?),
    };
    let both = left.zip(right);
    let all = sides.all == "on";
    let rows = match both {
        Some((left, right)) => rows(&may, &scene, &config, left, right).await?,
        None => vec![],
    };
    let (all_to_left, all_to_right) = match both.filter(|_| rows.iter().any(|row| row.differs)) {
        Some((left, right)) => {
            let copy = |from: &EnvironmentBrief, to: &EnvironmentBrief| {
                (scene.access(&may, to.id) == Access::Full).then(|| format!("{config}/copy?from={}&to={}", from.id, to.id))
            };
            (copy(right, left), copy(left, right))
        }
        None => (None, None),
    };
    let same = rows.iter().filter(|row| !row.differs).count() as u64;
    let chosen = |side: Option<&EnvironmentBrief>| side.map(|side| side.id.to_string()).unwrap_or_default();
    let deleted = stale::deleted(&may.read(), &may).await?;
    Ok(Html(Compare {
        tabs: tabs(&may, &scene.product, &config, "Compare"),
        environments: seen.iter().map(|one| Choice::new(one.id.to_string(), &one.name)).collect(),
        form: Form::new().with("left", chosen(left)).with("right", chosen(right)).with("all", &sides.all),
        sides: both.map(|(left, right)| (drawn(left), drawn(right))),
        rows: rows.into_iter().filter(|row| all || row.differs).collect(),
        all_to_left,
        all_to_right,
        same: if all { 0 } else { same },
        deleted: deleted.into_iter().map(|one| (one.key, one.name)).collect(),
        frame: scene.frame(&may, &may.name, None).await?,
        path,
    }))
}

async fn rows(
    may: &Authorized<ReadSettings>,
    scene: &Scene,
    config: &str,
    left: &EnvironmentBrief,
    right: &EnvironmentBrief,
) -> Result<Vec<Compared>> {
    let db = may.read();
    let stored = value_store::values_in(&db, may.id, &[left.id, right.id]).await?;
    let formulas: HashMap<(SettingId, EnvironmentId), &str> =
        stored.iter().map(|row| ((row.setting, row.environment), row.formula.as_str())).collect();
    let variations = told::variations_in(&db, may.id).await?;
    let writes = |environment: &EnvironmentBrief| scene.access(may, environment.id) == Access::Full;
    let (to_left, to_right) = (writes(left), writes(right));
    let row = |setting: &store::Listed| {
        let formula = |side: &EnvironmentBrief| {
            formulas.get(&(setting.id, side.id)).map_or_else(|| Ok(Formula::empty(setting.kind)), |text| Formula::read(text))
        };
        let (at_left, at_right) = (formula(left)?, formula(right)?);
        let named = variations.get(&setting.id).map_or(&[][..], Vec::as_slice);
        let words = |formula: &Formula| {
            let summary = formula.glance().summary(named);
            (summary.value, summary.note)
        };
        let href = format!("{config}/flags/{}", setting.id);
        let differs = at_left != at_right;
        let copy = |from: &EnvironmentBrief, to: &EnvironmentBrief| format!("{href}/copy?from={}&to={}", from.id, to.id);
        Ok(Compared {
            name: setting.name.clone(),
            key: setting.key.clone(),
            left: words(&at_left),
            right: words(&at_right),
            differs,
            to_left: (differs && to_left).then(|| copy(right, left)),
            to_right: (differs && to_right).then(|| copy(left, right)),
            href,
        })
    };
    store::list(&db, may.id).await?.iter().map(row).collect()
}

/// From where to where.
#[derive(Default, serde::Deserialize)]
pub struct Carried {
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
}

impl Params for Carried {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("from", "the environment whose value it is"), ("to", "the environment that gets it")];
}

async fn witnesses(may: &Authorized<ReadSetting>, from: &str, to: &str) -> Result<(Authorized<ReadValue>, Authorized<WriteValue>)> {
    let (from, to) = (environment_of(from)?, environment_of(to)?);
    let reading = may.on::<ReadValue>(&ValueAt::of(may.id, from)).await?;
    Ok((reading, may.on::<WriteValue>(&ValueAt::of(may.id, to)).await?))
}

pub async fn choose_copy(may: By<InTeam, ReadSetting>, asked: Asked, Query(carried): Query<Carried>) -> Result<Response> {
    let (from, to) = witnesses(&may, &carried.from, &carried.to).await?;
    let form = Form::new().with("version", to.version().to_string());
    ask(&may, &from, &to, asked, form).await
}

fn back(may: &Authorized<ReadSetting>, from: &SettingValue, to: &SettingValue) -> String {
    format!("{}/compare?left={}&right={}", may.config_path(), from.at.id, to.at.id)
}

async fn ask(
    may: &Authorized<ReadSetting>,
    from: &Authorized<ReadValue>,
    to: &Authorized<WriteValue>,
    asked: Asked,
    form: Form,
) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let around = around::of(&may.read(), may).await?;
    let scene = Scene::of(may, may.product).await?;
    let body = Carry {
        action: format!("{}/copy", may.path()),
        back: back(may, from, to),
        name: may.name.clone(),
        from: place(from),
        to: place(to),
        form,
        words: words::review(&differences(&to.formula()?, &from.formula()?, &around)),
        note_required: to.at.note_required,
    };
    let frame = scene.frame(may, &format!("Copy {}", may.name), Some((&may.config_name, &may.config_path()))).await?;
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn copy(may: By<InTeam, ReadSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let (from, to) = witnesses(&may, posted.get("from"), posted.get("to")).await?;
    let seen = posted.get("version").parse().map_err(|_| Error::field("version", "Please open the comparison again."))?;
    let copied = flags::copy(&to, from.at.id, Write { seen: Some(seen), note: Some(posted.get("note")) }).await;
    let copied = copied.map_err(|error| match error {
        Error::Invalid(fields) if !fields.0.contains_key("note") => {
            let why: Vec<&str> = fields.0.values().map(AsRef::as_ref).collect();
            Error::refused("cannot_copy", format!("This cannot be copied. {}", why.join(" ")))
        }
        other => other,
    });
    match posted.or_again(copied)? {
        Ok(_) => {
            let told = format!("{} is in {} now what it is in {}.", may.name, to.at.name, from.at.name);
            Ok(done_in(asked, &back(&may, &from, &to), &place(&to), told))
        }
        Err(form) => ask(&may, &from, &to, asked, form).await,
    }
}
