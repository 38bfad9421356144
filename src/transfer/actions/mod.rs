//! The verbs: carrying out what somebody may see, and bringing in what they may give.

mod export;

pub use export::{Which, export_everything, export_product, export_team};

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    apply::{self, By},
    config_file::{self, File},
    document::Document,
    formula::key,
    outcome::{Outcome, Thing},
    permits::{ImportEverything, ImportIntoConfig, ImportIntoProduct, ImportIntoTeam},
    plan::{self, Importer, Options, Target},
    progress::Progress,
};
use crate::{
    audit::{Event, Unaudited},
    authz::{App, Authorized, ChangesGrants, Grants, Permit, Tx},
    clock::Time,
    configs::{self, Config},
    db::Reader,
    environments,
    error::{Error, Result},
    ids::{PersonId, ProductId, TeamId},
    people::{self, Profile},
    products,
    teams::{self, Team},
    text::{Slug, Username},
    webhooks::carried,
};

async fn team_of(db: &Reader, slug: &str) -> Result<Team> {
    let none = || Error::field("team", format!("There is no team with the slug {slug}."));
    let slug = Slug::parse(slug).map_err(|_| none())?;
    teams::by_slug(db, &slug).await?.ok_or_else(none)
}

/// What an import into a product would do.
pub async fn try_into_product(may: &Authorized<ImportIntoProduct>, document: &Document, options: &Options) -> Result<Outcome> {
    attempt(may, document, options, &Goal::Product(may.id), None).await
}

/// Brings the only product of a document into a product.
pub async fn import_into_product(
    may: &Authorized<ImportIntoProduct>,
    document: Arc<Document>,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome> {
    bring(may, document, options.clone(), progress, None, Goal::Product(may.id)).await
}

/// What an import into a team would do.
pub async fn try_into_team(may: &Authorized<ImportIntoTeam>, document: &Document, options: &Options) -> Result<Outcome> {
    attempt(may, document, options, &Goal::Team(may.id), None).await
}

/// Brings products and people into a team.
pub async fn import_into_team(
    may: &Authorized<ImportIntoTeam>,
    document: Arc<Document>,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome> {
    bring(may, document, options.clone(), progress, None, Goal::Team(may.id)).await
}

/// A config file as a document for the product of its config. Settings that are not there are created, and values that nobody has chosen yet
/// take those of the file.
async fn file_into(db: &Reader, config: &Config, file: &File, environment: &str, options: &Options) -> Result<(Document, Options)> {
    let all = environments::all(db, config.product).await?;
    let document = config_file::document(&file.0, config, config_file::environment(&all, environment)?)?;
    Ok((document, Options { fill: true, ..options.clone() }))
}

/// What an import of a config file would do.
pub async fn try_config_file(may: &Authorized<ImportIntoConfig>, file: &File, environment: &str, options: &Options) -> Result<Outcome> {
    let (document, options) = file_into(&may.read(), may, file, environment, options).await?;
    config_file::in_words_of(&file.0, attempt(may, &document, &options, &Goal::Product(may.product), None).await)
}

/// Brings a config file into a config, as its settings and what they are in one environment.
pub async fn import_config_file(
    may: &Authorized<ImportIntoConfig>,
    file: &File,
    environment: &str,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome> {
    let (document, options) = file_into(&may.read(), may, file, environment, options).await?;
    config_file::in_words_of(&file.0, bring(may, Arc::new(document), options, progress, None, Goal::Product(may.product)).await)
}

/// To where a document goes from the command line, and in whose name.
#[derive(Clone, Debug, Default)]
pub struct Where {
    /// Into this team; without it, the document names its teams.
    pub team: Option<String>,
    /// The administrator who owns new teams and invites; without it, the first one.
    pub administrator: Option<String>,
}

/// What an import on the command line would do.
pub async fn try_everything(may: &Authorized<ImportEverything>, document: &Document, place: &Where, options: &Options) -> Result<Outcome> {
    let owner = administrator(&may.read(), place.administrator.as_deref()).await?;
    attempt(may, document, options, &Goal::Named(place.team.clone()), Some(owner.email)).await
}

/// Brings teams into the instance, or products into a team, on the command line.
///
/// # Errors
/// `nobody` if there is no administrator yet.
pub async fn import_everything(
    may: &Authorized<ImportEverything>,
    document: Arc<Document>,
    place: &Where,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome> {
    let administrator = administrator(&may.read(), place.administrator.as_deref()).await?;
    bring(may, document, options.clone(), progress, Some(administrator), Goal::Named(place.team.clone())).await
}

/// Where a config file goes from the command line.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The team.
    pub team: String,
    /// The name of the product.
    pub product: String,
    /// The name of the config.
    pub config: String,
    /// The name or id of the environment whose values it has.
    pub environment: String,
}

impl Place {
    /// The config.
    async fn config(&self, db: &Reader) -> Result<Config> {
        let none = |field: &'static str, what: &str, name: &str| Error::field(field, format!("There is no {what} called {name} there."));
        let team = team_of(db, &self.team).await?;
        let named = |name: &str, wanted: &str| key(name) == key(wanted);
        let product = products::of_team(db, team.id).await?.into_iter().find(|product| named(&product.name, &self.product));
        let product = product.ok_or_else(|| none("product", "product", &self.product))?;
        let config = configs::of_product(db, product.id).await?.into_iter().find(|config| named(&config.name, &self.config));
        config.ok_or_else(|| none("config", "config", &self.config))
    }
}

/// What an import of a config file on the command line would do.
pub async fn try_file(may: &Authorized<ImportEverything>, file: &File, place: &Place, options: &Options) -> Result<Outcome> {
    let config = place.config(&may.read()).await?;
    let (document, options) = file_into(&may.read(), &config, file, &place.environment, options).await?;
    config_file::in_words_of(&file.0, attempt(may, &document, &options, &Goal::Product(config.product), None).await)
}

/// Brings a config file into a config, on the command line.
pub async fn import_file(
    may: &Authorized<ImportEverything>,
    file: &File,
    place: &Place,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome> {
    let config = place.config(&may.read()).await?;
    let (document, options) = file_into(&may.read(), &config, file, &place.environment, options).await?;
    config_file::in_words_of(&file.0, bring(may, Arc::new(document), options, progress, None, Goal::Product(config.product)).await)
}

/// To what a document goes.
enum Goal {
    Product(ProductId),
    Team(TeamId),
    /// The team of that slug, or the instance.
    Named(Option<String>),
}

async fn target(db: &Reader, goal: &Goal) -> Result<Target> {
    match goal {
        Goal::Product(id) => products::one(db, *id).await?.map(Target::Product).ok_or(Error::NotFound),
        Goal::Team(id) => teams::one(db, *id).await?.map(Target::Team).ok_or(Error::NotFound),
        Goal::Named(Some(slug)) => team_of(db, slug).await.map(Target::Team),
        Goal::Named(None) => Ok(Target::Instance),
    }
}

/// What an import would do.
async fn attempt<P: Permit>(
    may: &Authorized<P>,
    document: &Document,
    options: &Options,
    goal: &Goal,
    owner: Option<String>,
) -> Result<Outcome> {
    let db = may.read();
    let target = target(&db, goal).await?;
    let importer = Importer { owner, ..importer(may.person().map(|actor| actor.person), may.grants(), may.now()) };
    Ok(plan::plan(&db, document, target, importer, options, &nowhere(may.app(), document).await).await?.outcome)
}

async fn administrator(db: &Reader, username: Option<&str>) -> Result<Profile> {
    let found = match username {
        Some(name) => match Username::parse(name) {
            Ok(name) => people::find_by_username(db, &name).await?,
            Err(_) => None,
        },
        None => people::first_administrator(db).await?,
    };
    found.filter(|profile| profile.administrator && !profile.suspended).ok_or_else(|| match username {
        Some(name) => Error::field("as", format!("{name} is no administrator.")),
        None => Error::refused("nobody", "There is no administrator yet. Make one with `burgee admin create`."),
    })
}

fn importer(person: Option<PersonId>, grants: &Grants, now: Time) -> Importer {
    let runs_instance = match grants {
        Grants::Person(held) => held.administrator,
        Grants::System => true,
        Grants::Nobody => false,
    };
    Importer { grants: grants.clone(), person, runs_instance, owner: None, now }
}

/// Addresses of webhooks in a document to which nothing is sent from here.
async fn nowhere(app: &App, document: &Document) -> HashSet<String> {
    let addresses = document.all_products().flat_map(|product| &product.webhooks).map(|webhook| webhook.url.as_str());
    carried::leading_nowhere(addresses, app.config.private_targets).await
}

/// An import that is under way. It owns what it needs, for a change may be tried again.
struct Bringing {
    document: Arc<Document>,
    options: Options,
    progress: Progress,
    goal: Goal,
    by: By,
    app: App,
    nowhere: HashSet<String>,
    owner: Option<String>,
    /// A change that is tried again has been counted.
    counted: AtomicBool,
}

/// Plans inside a change and writes it: all of it, or nothing where something stands in the way.
async fn bring<P: ChangesGrants>(
    may: &Authorized<P>,
    document: Arc<Document>,
    options: Options,
    progress: &Progress,
    administrator: Option<Profile>,
    goal: Goal,
) -> Result<Outcome> {
    let person = may.person().map(|actor| actor.person);
    let owner = administrator.as_ref().map(|profile| profile.email.clone());
    let on_behalf = administrator.map(|profile| profile.who()).or_else(|| may.person().map(crate::authn::Actor::who));
    let by = By { person, on_behalf, note: options.note.clone() };
    let (progress, app, counted) = (progress.clone(), may.app().clone(), AtomicBool::new(false));
    // Nothing is looked up while others wait for the end of the change.
    let nowhere = nowhere(&app, &document).await;
    let bringing = Arc::new(Bringing { document, options, progress, goal, by, app, nowhere, owner, counted });
    may.change(async move |tx| bringing.write(&tx).await).await
}

impl Bringing {
    async fn write<P: ChangesGrants>(&self, tx: &Tx<P>) -> Result<(Outcome, Vec<Event>)> {
        for kind in ["setting", "tag", "permission-group", "webhook"] {
            tx.hold_numbers(kind).await?;
        }
        let target = target(tx, &self.goal).await?;
        let importer = Importer { owner: self.owner.clone(), ..importer(self.by.person, tx.grants_held(), tx.now()) };
        let plan = plan::plan(tx, &self.document, target, importer, &self.options, &self.nowhere).await?;
        let mut outcome = plan.outcome.clone();
        if !outcome.conflicts.is_empty() || outcome.made.is_empty() {
            return Ok((outcome, vec![Event::Unaudited(Unaudited::Nothing)]));
        }
        if let Some(person) = self.by.person
            && !self.counted.swap(true, Ordering::Relaxed)
        {
            self.app.throttle.invitations(&person.to_string(), outcome.count(Thing::Invitation))?;
        }
        let mut events = apply::write(tx, &plan, &self.by, &self.progress, &mut outcome).await?;
        if events.is_empty() {
            events.push(Event::Unaudited(Unaudited::Nothing));
        }
        Ok((outcome, events))
    }
}
