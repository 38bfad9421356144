//! One flag in one environment, and what it was before.

use axum::response::{IntoResponse as _, Response};
use flag_eval::model::Value;

use super::{At, Scene, drawn, editor, unseen, words};
use crate::{
    api::Query,
    authz::{Authorized, By, Kind, Permission, Permit, Place},
    code_references,
    db::Reader,
    error::{Error, Result},
    flags::{
        self, Formula, Setting, SettingValue, ValueAt, around,
        formula::{Around, value_words},
        history::{self, Past},
        pages::{CodeBranch, Editor, EnvironmentTab, Flag, History, NamedValue, Version, traffic},
        permits::{ChangeSetting, DeleteSetting, ReadSetting, ReadValue, TagSetting, WriteValue},
        value_store,
    },
    ids::ReportId,
    products::{EnvironmentBrief, InTeam},
    serving::store::asked_lately,
    ui::{Access, Action, Asked, Avatar, Html},
};

/// How many versions stand beside the rules.
const FEW: i64 = 5;
/// How many versions a page of the history shows.
const STRETCH: i64 = 20;
/// How many bytes of places in the code are read for a page, and how many places of a branch it shows.
const CODE_BYTES: i64 = 128 * 1024;
const PLACES: usize = 50;

pub async fn show(may: By<InTeam, ReadSetting>, asked: Asked, Query(at): Query<At>) -> Result<Response> {
    let scene = Scene::of(&may, may.product).await?;
    let Some(environment) = scene.chosen(&may, &at.environment)? else { return Ok(unseen(asked, &may.config_path())) };
    if scene.access(&may, environment.id) < Access::Full {
        let reading = may.on::<ReadValue>(&ValueAt::of(may.id, environment.id)).await?;
        return Ok(Html(page(&may, &scene, &reading, None, at.code).await?).into_response());
    }
    let writing = may.on::<WriteValue>(&ValueAt::of(may.id, environment.id)).await?;
    let editor = editor::fresh(&scene, &writing).await?;
    Ok(Html(page(&may, &scene, &writing, Some(editor), at.code).await?).into_response())
}

/// The page of a flag in an environment, with the editor for those who may write.
pub(super) async fn page<S: Permit<On = Setting>, P: Permit<On = SettingValue>>(
    may: &Authorized<S>,
    scene: &Scene,
    value: &Authorized<P>,
    editor: Option<Editor>,
    code_after: Option<ReportId>,
) -> Result<Flag> {
    let db = may.read();
    let environment = here(scene, value)?;
    let around = around::of(&db, may).await?;
    let now = flags::value(&db, may.id, environment.id).await?.ok_or(Error::NotFound)?;
    let past = history::list(&db, value, None, FEW).await?;
    let versions = history::count(&db, value).await?;
    let changed = now.at.updated_at.zip(now.at.updater_name.as_ref());
    let changed = changed.map(|(at, who)| (at.into(), who.clone()));
    let formula = now.formula()?;
    let path = may.path();
    let (code, next) = code(&db, may, code_after).await?;
    let mut menu = vec![];
    if may.also::<ChangeSetting>(may) {
        menu.push(Action::dialog("Edit…", "pencil", format!("{path}/edit")));
    } else if may.also::<TagSetting>(may) {
        menu.push(Action::dialog("Tags…", "tag", format!("{path}/tags")));
    }
    if may.also::<DeleteSetting>(may) {
        menu.push(Action::dialog("Delete…", "trash", format!("{path}/delete")).danger());
    }
    let try_it = format!("{}/try?environment={}&flag={}", may.config_path(), environment.id, may.id);
    let mut actions = vec![Action::link("Try it", "player-play", try_it)];
    let keys = Place::in_product(Kind::SdkKey, may.team, may.product).at(environment.id);
    if may.may(Permission::SdkKeyRead, &keys) {
        actions.push(Action::link("Code", "code", format!("{}/keys", may.config_path())));
    }
    let topic = format!("value:{}:{}", may.id, environment.id);
    let mut frame = scene.frame(may, &may.name, Some((&may.config_name, &may.config_path()))).await?;
    frame.stream = frame.stream.map(|stream| format!("{stream}?at={topic}"));
    Ok(Flag {
        frame,
        topic,
        around: format!("around:{} setting:{}", may.product, may.id),
        key: may.key.clone(),
        hint: may.hint.clone().unwrap_or_default(),
        tags: value_store::tags_of(&db, may.id).await?.into_iter().map(|tag| tag.name).collect(),
        actions,
        menu,
        environments: environment_tabs(may, scene, environment, ""),
        environment: drawn(environment),
        reading: if editor.is_some() { vec![] } else { words::lines(&formula, &around) },
        history: shown(&past, &around, may, true, editor.is_some()),
        editor,
        asked: requests(value, value).await?.map(traffic),
        changed,
        ids: if scene.product.show_variation_id { ids(&formula, &around, may) } else { vec![] },
        versions,
        code,
        code_next: next.map(|after| format!("{path}?environment={}&code={after}#code-title", environment.id)),
        branches: format!("{}/code", may.config_path()),
        path,
    })
}

/// How often applications have asked for the config there within the last hour, for those who may see statistics.
pub(super) async fn requests<P: Permit>(may: &Authorized<P>, value: &SettingValue) -> Result<Option<u64>> {
    let Setting { team, product, config, .. } = value.setting;
    let keys = Place::in_product(Kind::SdkKey, team, product).at(value.at.id);
    match may.may(Permission::ProductStatistics, &keys) {
        true => asked_lately(&may.read(), config, value.at.id, may.now()).await.map(Some),
        false => Ok(None),
    }
}

/// The predefined values, and those that are served, each once.
fn ids(formula: &Formula, around: &Around, setting: &Setting) -> Vec<NamedValue> {
    let mut values: Vec<&Value> = vec![];
    for value in around.variations.iter().map(|variation| &variation.value).chain(formula.values()) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.into_iter().map(|value| NamedValue { value: value_words(value, &around.variations), id: setting.variation(value) }).collect()
}

/// Where the code asks for it: a page of branches, and the report after which the next one begins.
async fn code(db: &Reader, setting: &Setting, after: Option<ReportId>) -> Result<(Vec<CodeBranch>, Option<ReportId>)> {
    let branch = |report: code_references::Report| CodeBranch {
        name: format!("{}, {}", report.repository, report.branch),
        at: report.synced_at.into(),
        more: report.references.len().saturating_sub(PLACES),
        places: report
            .references
            .iter()
            .take(PLACES)
            .map(|place| {
                (place.file.clone(), place.line.number, place.line.text.clone().unwrap_or_default(), place.link().map(str::to_owned))
            })
            .collect(),
    };
    let page = code_references::of_setting(db, setting.id, after, CODE_BYTES).await?;
    Ok((page.reports.into_iter().map(branch).collect(), page.next))
}

/// The environment of a value among those of its product.
fn here<'a>(scene: &'a Scene, value: &SettingValue) -> Result<&'a EnvironmentBrief> {
    scene.environments.iter().find(|environment| environment.id == value.at.id).ok_or(Error::NotFound)
}

fn environment_tabs<P: Permit<On = Setting>>(
    may: &Authorized<P>,
    scene: &Scene,
    here: &EnvironmentBrief,
    below: &str,
) -> Vec<EnvironmentTab> {
    let tab = |environment: &EnvironmentBrief| EnvironmentTab {
        environment: drawn(environment),
        access: scene.access(may, environment.id),
        href: format!("{}{below}?environment={}", may.path(), environment.id),
        here: environment.id == here.id,
    };
    scene.environments.iter().map(tab).collect()
}

/// Versions as they are shown, newest first; `newest`: the first of them is what is served now.
fn shown(past: &[Past], around: &Around, setting: &Setting, newest: bool, writes: bool) -> Vec<Version> {
    let version = |(at, past): (usize, &Past)| {
        let current = newest && at == 0;
        let how = match (&past.version, past.restored) {
            (None, _) => "created".to_owned(),
            (_, Some(_)) => "restored".to_owned(),
            _ => String::new(),
        };
        Version {
            summary: past.formula.glance().summary(&around.variations).line(),
            lines: if past.formula.rules.is_empty() { vec![] } else { words::lines(&past.formula, around) },
            avatar: past.actor.map(|actor| Avatar::of(&actor.to_string(), &past.actor_name)),
            who: past.actor_name.clone(),
            at: past.at.into(),
            note: past.note.clone(),
            how,
            current,
            restore: (writes && !current)
                .then(|| format!("{}/restore?environment={}&position={}", setting.path(), past.environment, past.position)),
        }
    };
    past.iter().enumerate().map(version).collect()
}

pub async fn history(may: By<InTeam, ReadSetting>, asked: Asked, Query(at): Query<At>) -> Result<Response> {
    let scene = Scene::of(&may, may.product).await?;
    let Some(environment) = scene.chosen(&may, &at.environment)? else { return Ok(unseen(asked, &may.config_path())) };
    let value = may.on::<ReadValue>(&ValueAt::of(may.id, environment.id)).await?;
    let db = may.read();
    let around = around::of(&db, &may).await?;
    let past = history::list(&db, &value, at.before, STRETCH).await?;
    let older = past.last().filter(|_| past.len() as i64 == STRETCH).map(|last| last.position);
    let path = may.path();
    let writes = value.also::<WriteValue>(&value);
    let page = History {
        frame: scene.frame(&may, &may.name, Some((&may.config_name, &may.config_path()))).await?,
        key: may.key.clone(),
        environments: environment_tabs(&may, &scene, environment, "/history"),
        environment: drawn(environment),
        history: shown(&past, &around, &may, at.before.is_none(), writes),
        older: older.map(|position| format!("{path}/history?environment={}&before={position}", environment.id)),
        path,
    };
    Ok(Html(page).into_response())
}
