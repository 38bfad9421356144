//! The pages: what there is to carry out, and what a document would bring in before it does.

use std::sync::Arc;

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::de::DeserializeOwned;

use super::{
    Document, Options, Outcome, Progress, actions,
    config_file::File,
    follow::answered,
    permits::{ExportProduct, ExportTeam, ImportIntoConfig, ImportIntoProduct, ImportIntoTeam},
    upload::Uploaded,
};
use crate::{
    api,
    authz::{Authorized, By, Permit},
    configs::{self, ConfigKey},
    environments,
    error::{Error, Result},
    products::{self, InTeam, Product},
    teams::{self, BySlug, Team},
    ui::{Choice, Form, Frame, Html, Section, Tab},
};

/// How many names of a kind, conflicts or ids are shown.
const SHOWN: usize = 100;
/// How many names stand in a line.
const NAMED: usize = 12;

/// Export and import, of a product or a team.
#[derive(Template)]
#[template(path = "transfer/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// Documents, and config files; empty where there are documents only.
    pub tabs: Vec<Tab>,
    /// Its own address.
    pub path: String,
    /// "product", "team", or "config file".
    pub what: &'static str,
    /// What the product or team is called.
    pub name: String,
    /// For a config file: the configs that it may go into.
    pub configs: Vec<Choice>,
    /// For a config file: the environments whose values it may have.
    pub environments: Vec<Choice>,
    /// Fields `note`, `new_keys`, `file`, `config`, `environment`.
    pub form: Form,
    /// What is wrong with the document: where, and what.
    pub wrong: Vec<(String, String)>,
    /// What it does, or would do.
    pub result: Option<Told>,
    /// The document that was looked at, to be imported as it is.
    pub kept: Option<String>,
}

/// What an import does, or would do.
pub struct Told {
    /// Whether it was imported.
    pub imported: bool,
    /// Whether something stands in the way.
    pub stopped: bool,
    /// By kind: what it is, how many, and their names.
    pub made: Vec<(&'static str, usize, String)>,
    /// What is there already, in words.
    pub present: String,
    /// Where, and what stands in the way.
    pub conflicts: Vec<(String, String)>,
    /// How many more of them.
    pub more_conflicts: usize,
    /// What, the id in the document, and the one that it has here.
    pub ids: Vec<(String, String, String)>,
    /// How many more of them.
    pub more_ids: usize,
    /// Whom, and why not.
    pub not_invited: Vec<(String, String)>,
}

impl Told {
    fn of(outcome: Outcome, imported: bool) -> Self {
        let made = outcome.counts().into_iter().map(|(thing, count)| {
            let names = outcome.made.iter().filter(|made| made.thing == thing);
            let mut words: Vec<String> = names.take(NAMED).map(|made| made.name.clone()).collect();
            if count > NAMED {
                words.push(format!("and {} more", count - NAMED));
            }
            (thing.name(count == 1), count, words.join(", "))
        });
        let given = |given: &super::Given| {
            (given.thing.name(true).to_owned(), given.wanted.clone(), if imported { given.given.clone() } else { "a new one".to_owned() })
        };
        Self {
            imported: imported && !outcome.made.is_empty(),
            stopped: !outcome.conflicts.is_empty(),
            made: made.collect(),
            present: super::counted(&outcome.present),
            more_conflicts: outcome.conflicts.len().saturating_sub(SHOWN),
            more_ids: outcome.given.len().saturating_sub(SHOWN),
            ids: outcome.given.iter().take(SHOWN).map(given).collect(),
            conflicts: outcome.conflicts.into_iter().take(SHOWN).map(|one| (one.place, one.message)).collect(),
            not_invited: outcome.not_invited,
        }
    }

    /// What it comes to.
    pub fn headline(&self) -> &'static str {
        match self {
            Self { stopped: true, .. } => "Something stands in the way, so nothing is imported",
            Self { imported: true, .. } => "Imported",
            Self { made, .. } if made.is_empty() => "Everything is there already",
            _ => "This would be created",
        }
    }
}

/// A document as a file to keep.
fn file(document: &Document, name: &str) -> Result<Response> {
    let text = serde_json::to_vec_pretty(document).map_err(Error::internal)?;
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    let disposition = format!("attachment; filename=\"{}.json\"", if plain.is_empty() { "export" } else { plain });
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}

/// The page of a product, before anything is asked.
async fn product_page<P: Permit<On = Product>>(may: &Authorized<P>) -> Result<Index> {
    let frame = products::frame(may, may, "Export and import", Section::Transfer).await?;
    let (path, name) = (format!("{}/transfer", may.path()), may.name.clone());
    let tabs = tabs(&path, false);
    let (configs, environments) = (vec![], vec![]);
    let form = Form::new();
    Ok(Index { frame, tabs, path, what: "product", name, configs, environments, form, wrong: vec![], result: None, kept: None })
}

fn tabs(path: &str, of_files: bool) -> Vec<Tab> {
    vec![Tab::new("The whole product", path).here(!of_files), Tab::new("Config file", format!("{path}/config-file")).here(of_files)]
}

/// The page of config files, before anything is asked.
async fn file_page<P: Permit<On = Product>>(may: &Authorized<P>) -> Result<Index> {
    let page = product_page(may).await?;
    let db = may.read();
    let configs = configs::of_product(&db, may.id).await?.into_iter().map(|config| Choice::new(config.id.to_string(), config.name));
    let environments = environments::all(&db, may.id).await?.into_iter();
    let environments = environments.map(|environment| Choice::new(environment.id.to_string(), environment.name));
    Ok(Index {
        tabs: tabs(&page.path, true),
        path: format!("{}/config-file", page.path),
        what: "config file",
        configs: configs.collect(),
        environments: environments.collect(),
        ..page
    })
}

async fn team_page<P: Permit<On = Team>>(may: &Authorized<P>) -> Result<Index> {
    let frame = teams::frame(may, may, "Export and import", Section::TeamTransfer).await?;
    let (path, name) = (format!("/team/{}/transfer", may.slug), may.name.clone());
    let (tabs, configs, environments) = (vec![], vec![], vec![]);
    let form = Form::new();
    Ok(Index { frame, tabs, path, what: "team", name, configs, environments, form, wrong: vec![], result: None, kept: None })
}

pub(super) async fn of_product(may: By<InTeam, ExportProduct>) -> Result<Html<Index>> {
    product_page(&may).await.map(Html)
}

pub(super) async fn of_config_file(may: By<InTeam, ExportProduct>) -> Result<Html<Index>> {
    file_page(&may).await.map(Html)
}

pub(super) async fn of_team(may: By<BySlug, ExportTeam>) -> Result<Html<Index>> {
    team_page(&may).await.map(Html)
}

pub(super) async fn export_product(may: By<InTeam, ExportProduct>) -> Result<Response> {
    file(&actions::export_product(&may).await?, &may.name)
}

pub(super) async fn export_team(may: By<BySlug, ExportTeam>) -> Result<Response> {
    file(&actions::export_team(&may).await?, &may.slug)
}

/// What somebody wants of a file.
struct Asks<T> {
    file: Result<Arc<T>>,
    options: Options,
    import: bool,
    form: Form,
    kept: String,
}

impl<T: DeserializeOwned> Asks<T> {
    fn read(uploaded: &Uploaded) -> Self {
        let bytes = if uploaded.bytes("file").is_empty() { uploaded.bytes("document") } else { uploaded.bytes("file") };
        let file = match bytes.is_empty() {
            true => Err(Error::field("file", "Please choose a file.")),
            false => api::read(bytes).map(Arc::new),
        };
        let (note, new_keys) = (uploaded.text("note").trim().to_owned(), uploaded.text("new_keys") == "on");
        let form = Form::new().with("note", &note).with("new_keys", if new_keys { "on" } else { "" });
        let form = form.with("config", uploaded.text("config")).with("environment", uploaded.text("environment"));
        let options = Options { new_keys, note: Some(note).filter(|note| !note.is_empty()), fill: false };
        let kept = String::from_utf8_lossy(bytes).into_owned();
        Self { file, options, import: uploaded.text("do") == "import", form, kept }
    }

    /// The page again, with what came of it.
    fn answer(self, done: Result<Outcome>, page: Index) -> Result<Response> {
        let page = Index { form: self.form, ..page };
        match done {
            Ok(outcome) => {
                let result = Told::of(outcome, self.import);
                let goes_on = !self.import && !result.stopped && !result.made.is_empty();
                let kept = goes_on.then_some(self.kept);
                let status = if result.stopped { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
                Ok(Html(Index { result: Some(result), kept, ..page }).with(status))
            }
            Err(Error::Invalid(mut fields)) => {
                let mut form = page.form;
                for field in ["file", "config", "environment"] {
                    form = fields.0.remove(field).into_iter().fold(form, |form, message| form.wrong(field, message));
                }
                let wrong = fields.0.into_iter().take(SHOWN).map(|(place, message)| (place.into_owned(), message.into_owned())).collect();
                Ok(Html(Index { form, wrong, ..page }).with(StatusCode::UNPROCESSABLE_ENTITY))
            }
            Err(error @ (Error::Conflict { .. } | Error::Refused { .. } | Error::Limited(_))) => {
                let form = page.form.wrong("", error.message());
                Ok(Html(Index { form, ..page }).with(StatusCode::UNPROCESSABLE_ENTITY))
            }
            Err(error) => Err(error),
        }
    }
}

pub(super) async fn into_product(may: By<InTeam, ImportIntoProduct>, headers: HeaderMap, uploaded: Uploaded) -> Result<Response> {
    let asks = Asks::<Document>::read(&uploaded);
    answered(&headers, move |progress| async move {
        let done = match (&asks.file, asks.import) {
            (Ok(document), true) => actions::import_into_product(&may, document.clone(), &asks.options, &progress).await,
            (Ok(document), false) => actions::try_into_product(&may, document, &asks.options).await,
            (Err(error), _) => Err(error.clone()),
        };
        asks.answer(done, product_page(&may).await?)
    })
    .await
}

pub(super) async fn into_config(may: By<InTeam, ImportIntoProduct>, headers: HeaderMap, uploaded: Uploaded) -> Result<Response> {
    let asks = Asks::<File>::read(&uploaded);
    answered(&headers, move |progress| async move {
        let done = file_into(&may, &asks, &progress).await;
        asks.answer(done, file_page(&may).await?)
    })
    .await
}

async fn file_into(may: &Authorized<ImportIntoProduct>, asks: &Asks<File>, progress: &Progress) -> Result<Outcome> {
    let file = asks.file.as_ref().map_err(Clone::clone)?;
    let config = asks.form.value("config").parse().map_err(|_| Error::field("config", "Please choose a config."))?;
    let into = may.on::<ImportIntoConfig>(&ConfigKey::of(config)).await?;
    if into.product != may.id {
        return Err(Error::NotFound);
    }
    let environment = asks.form.value("environment");
    match asks.import {
        true => actions::import_config_file(&into, file, environment, &asks.options, progress).await,
        false => actions::try_config_file(&into, file, environment, &asks.options).await,
    }
}

pub(super) async fn into_team(may: By<BySlug, ImportIntoTeam>, headers: HeaderMap, uploaded: Uploaded) -> Result<Response> {
    let asks = Asks::<Document>::read(&uploaded);
    answered(&headers, move |progress| async move {
        let done = match (&asks.file, asks.import) {
            (Ok(document), true) => actions::import_into_team(&may, document.clone(), &asks.options, &progress).await,
            (Ok(document), false) => actions::try_into_team(&may, document, &asks.options).await,
            (Err(error), _) => Err(error.clone()),
        };
        asks.answer(done, team_page(&may).await?)
    })
    .await
}
