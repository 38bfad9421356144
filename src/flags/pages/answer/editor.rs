//! The rule editor: checked while one types, reviewed, saved; and what happens if somebody else was faster.

use std::collections::BTreeSet;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use flag_eval::user::{COUNTRY, EMAIL, IDENTIFIER};

use super::{Scene, draft::Draft, drawn, environment_of, flag, place, words};
use crate::{
    authz::{Authorized, By, Permit},
    error::{Error, Fields, Result},
    flags::{
        self, CHANGED_MEANWHILE, Formula, Setting, SettingValue, ValueAt, Write, around,
        formula::{self, Around, Then, Variation, differences, value_words},
        history,
        pages::{Conflict, Editor, Kind, Outcome, Review},
        permits::{CheckValue, ReadSetting, WriteValue},
        told::{self, Variations},
    },
    ids::VersionId,
    products::InTeam,
    segments::pages::{LEGACY, all},
    ui::{Asked, Choice, Form, Html, Posted, done_in},
};

/// What the editor of a value needs besides what is typed.
pub(super) struct Bench {
    pub value: SettingValue,
    pub saved: Formula,
    pub around: Around,
    /// The predefined variations of the other settings, for conditions about them.
    pub others: Variations,
    /// How often applications have asked within the last hour, where that may be seen.
    requests: Option<u64>,
}

impl Bench {
    pub async fn of(may: &Authorized<WriteValue>) -> Result<Self> {
        let db = may.read();
        let value = SettingValue::clone(may);
        let around = around::of(&db, &value.setting).await?;
        let others = told::variations_in(&db, value.setting.config).await?;
        let requests = flag::requests(may, &value).await?;
        Ok(Self { saved: value.formula()?, value, around, others, requests })
    }

    /// What a new rule or share begins with: on, or the first variation.
    fn first(&self) -> String {
        match (self.around.variations.first(), self.around.kind) {
            (Some(variation), _) => variation.id.to_string(),
            (None, flag_eval::model::Kind::Bool) => "true".to_owned(),
            (None, kind) => formula::empty_value(kind).to_string(),
        }
    }

    /// The editor with a draft in it.
    pub fn editor(&self, scene: &Scene, mut draft: Draft, shown: Shown) -> Result<Editor> {
        let environment = scene.environments.iter().find(|one| one.id == self.value.at.id).ok_or(Error::NotFound)?;
        let (formula, unread) = draft.read(&self.around);
        let changes = if unread.0.is_empty() { differences(&self.saved, &formula, &self.around) } else { vec![] };
        self.tell(&mut draft, &formula);
        let choices = |variations: &[Variation]| -> Vec<Choice> {
            variations.iter().map(|one| Choice::new(one.id.to_string(), value_words(&one.value, variations))).collect()
        };
        let wrong = shown.errors.errors.len();
        // What cannot be read differs from what is saved, too.
        let differences = if unread.0.is_empty() { changes.len() } else { changes.len().max(1) };
        Ok(Editor {
            path: self.value.setting.path(),
            environment: drawn(environment),
            version: shown.version.unwrap_or_else(|| self.value.version().to_string()),
            kind: Kind::from(self.around.kind),
            variations: choices(&self.around.variations),
            attributes: self.attributes(),
            rules: draft.rules,
            otherwise: draft.otherwise,
            default: draft.default,
            percentage_attribute: draft.percentage_attribute,
            segments: self
                .around
                .segments
                .iter()
                .filter(|(id, _)| !self.around.beyond_first.contains(id))
                .map(|(id, name)| Choice::new(id.to_string(), name))
                .collect(),
            flags: self
                .around
                .settings
                .iter()
                .filter(|(id, _)| **id != self.value.setting.id)
                .map(|(id, other)| Choice::new(id.to_string(), &other.name))
                .collect(),
            comparators: if self.around.generation < 2 { LEGACY } else { all() },
            rich: self.around.generation >= 2,
            errors: shown.errors,
            review: Review {
                differences,
                words: words::review(&changes),
                note_required: self.value.at.note_required,
                note: shown.note,
                wrong,
            },
            conflict: shown.conflict,
            focus: shown.focus,
            requests: self.requests,
            changed: self.value.at.updated_at.zip(self.value.at.updater_name.clone()).map(|(at, who)| (at.into(), who)),
        })
    }

    /// Attributes to be suggested: the usual ones, and those in use here.
    fn attributes(&self) -> Vec<String> {
        let used = self.saved.conditions().filter_map(|condition| match condition {
            formula::Condition::User(condition) => Some(condition.attribute.clone()),
            _ => None,
        });
        let usual = [IDENTIFIER, EMAIL, COUNTRY].map(str::to_owned);
        let more: BTreeSet<String> = used.filter(|name| !usual.contains(name)).collect();
        usual.into_iter().chain(more).collect()
    }

    /// Says at every split what its change means for people.
    fn tell(&self, draft: &mut Draft, formula: &Formula) {
        let variations = &self.around.variations;
        for (rule, read) in draft.rules.iter_mut().zip(&formula.rules) {
            let before = rule.from.and_then(|from| self.saved.rules.get(from)).map(|before| &before.then);
            if let (Outcome::Split { told, .. }, Some(before), Then::Split(after)) = (&mut rule.outcome, before, &read.then) {
                *told = words::told(before, after, variations);
            }
        }
        if let Outcome::Split { told, .. } = &mut draft.otherwise {
            let before = match self.saved.split.is_empty() {
                true => Then::Then(self.saved.default.clone()),
                false => Then::Split(self.saved.split.clone()),
            };
            *told = words::told(&before, &formula.split, variations);
        }
    }
}

/// What is shown around a draft.
#[derive(Default)]
pub(super) struct Shown {
    pub errors: Form,
    pub note: String,
    pub focus: String,
    pub version: Option<String>,
    pub conflict: Option<Conflict>,
}

/// Everything that is wrong with a draft.
fn wrong(draft: &Draft, bench: &Bench) -> Fields {
    let (formula, mut fields) = draft.read(&bench.around);
    if let Err(more) = formula::check(&formula, &bench.around) {
        for (name, message) in more.0 {
            fields.add(name, message);
        }
    }
    fields
}

async fn witness<P: Permit<On = Setting>>(may: &Authorized<P>, posted: &Posted) -> Result<Authorized<WriteValue>> {
    let environment = environment_of(posted.get("environment"))?;
    may.on::<WriteValue>(&ValueAt::of(may.id, environment)).await
}

/// The editor again, after a button or while one types.
pub async fn check(may: By<InTeam, CheckValue>, asked: Asked, posted: Posted) -> Result<Response> {
    let writing = witness(&may, &posted).await?;
    let scene = Scene::of(&may, may.product).await?;
    let bench = Bench::of(&writing).await?;
    let mut draft = Draft::posted(&posted);
    let focus = draft.act(posted.get("act"), &bench.first()).into_owned();
    let emptied = bench.settle(&mut draft);
    // What nobody has come to yet is not called wrong.
    let mut fields = wrong(&draft, &bench);
    fields.0.retain(|name, _| is_sum(name) || !posted.get(name).trim().is_empty() && !emptied.iter().any(|field| field == name));
    let shown = Shown {
        errors: Posted::default().again(&fields),
        note: posted.get("note").to_owned(),
        focus,
        version: Some(posted.get("version").to_owned()),
        conflict: None,
    };
    let editor = bench.editor(&scene, draft, shown)?;
    match asked {
        Asked::ByHtmx => Ok(Html(editor).into_response()),
        Asked::Plainly => Ok(Html(flag::page(&may, &scene, &writing, Some(editor), None).await?).into_response()),
    }
}

/// Whether a field is about several of them together.
fn is_sum(name: &str) -> bool {
    name == "split" || name.ends_with(".split")
}

/// Saves, or says why not.
pub async fn save(may: By<InTeam, ReadSetting>, asked: Asked, posted: Posted) -> Result<Response> {
    let writing = witness(&may, &posted).await?;
    let scene = Scene::of(&may, may.product).await?;
    let bench = Bench::of(&writing).await?;
    let mut draft = Draft::posted(&posted);
    let emptied = bench.settle(&mut draft);
    let seen: VersionId = posted.get("version").parse().map_err(|_| Error::field("version", "Please open the flag again."))?;
    let (formula, more) = draft.read(&bench.around);
    let mut unread = Fields::default();
    emptied.into_iter().for_each(|field| unread.add(field, "The flag is another one. Please say which value of it."));
    more.0.into_iter().for_each(|(field, message)| unread.add(field, message));
    let saved = match unread.0.is_empty() {
        true => flags::write(&writing, &formula, Write { seen: Some(seen), note: Some(posted.get("note")) }).await,
        false => {
            for (name, message) in wrong(&draft, &bench).0 {
                unread.add(name, message);
            }
            Err(unread.into())
        }
    };
    let mut shown = Shown { note: posted.get("note").to_owned(), version: Some(posted.get("version").to_owned()), ..Shown::default() };
    let status = match saved {
        Ok(written) => {
            let word = if written.changed { "was saved to" } else { "is already like that in" };
            let to = format!("{}?environment={}", may.path(), writing.at.id);
            return Ok(done_in(asked, &to, &place(&writing), format!("{} {word} {}.", may.name, writing.at.name)));
        }
        Err(Error::Invalid(fields)) => {
            shown.errors = Posted::default().again(&fields);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Conflict { code: CHANGED_MEANWHILE, .. }) => {
            let theirs = history::list(&may.read(), &bench.value, None, 1).await?.into_iter().next();
            shown.version = Some(bench.value.version().to_string());
            shown.conflict = theirs.map(|theirs| Conflict {
                who: theirs.actor_name,
                at: theirs.at.into(),
                note: theirs.note,
                theirs: words::lines(&bench.saved, &bench.around),
                yours: words::lines(&formula, &bench.around),
                reload: format!("{}?environment={}", may.path(), writing.at.id),
            });
            StatusCode::CONFLICT
        }
        Err(error) => return Err(error),
    };
    let editor = bench.editor(&scene, draft, shown)?;
    Ok(Html(flag::page(&may, &scene, &writing, Some(editor), None).await?).with(status))
}

/// The editor as a flag is opened.
pub(super) async fn fresh(scene: &Scene, writing: &Authorized<WriteValue>) -> Result<Editor> {
    let bench = Bench::of(writing).await?;
    let mut draft = Draft::of(&bench.saved, &bench.around);
    bench.settle(&mut draft);
    bench.editor(scene, draft, Shown::default())
}
