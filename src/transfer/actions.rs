//! The verbs: carrying out what somebody may see, and bringing in what they may give.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{
    apply::{self, By},
    config_file::{self, File},
    document::{Document, LeftOut, TeamPart, VERSION},
    export::{self, Sees},
    outcome::{Outcome, Thing},
    permits::{ExportEverything, ExportProduct, ExportTeam, ImportEverything, ImportIntoConfig, ImportIntoProduct, ImportIntoTeam},
    plan::{self, Importer, Options, Plan, Target},
    progress::Progress,
    state::{People, State},
};
use crate::{
    audit::{
        Event, Unaudited,
        event::Who,
        log::{self, Chain},
    },
    authz::{App, Authorized, ChangesGrants, Grants, Permit, Tx},
    clock::Time,
    configs::Config,
    db::Reader,
    environments,
    error::{Error, Result},
    ids::{PersonId, ProductId, TeamId},
    people,
    products::{self, Product},
    teams::{self, Team},
    text::{Slug, Username},
};

/// How often an export begins again because something changed meanwhile.
const TRIES: usize = 5;

/// Carries a product out, as far as the actor may see it.
pub async fn export_product(may: &Authorized<ExportProduct>) -> Result<Document> {
    let db = may.read();
    for _ in 1..TRIES {
        let before = log::position(&db, Chain::Team(may.team)).await?;
        let done = only_product(&db, may.id, may.grants(), may.now()).await;
        if log::position(&db, Chain::Team(may.team)).await? == before {
            return done;
        }
    }
    only_product(&db, may.id, may.grants(), may.now()).await
}

async fn only_product(db: &Reader, product: ProductId, grants: &Grants, now: Time) -> Result<Document> {
    let product = products::one(db, product).await?.ok_or(Error::NotFound)?;
    let mut document = Document { burgee: VERSION, ..Document::default() };
    let people = People::read(db, product.team, &[product.id], now).await?;
    let state = State::read(db, product).await?;
    document.products.push(export::product(&state, &people, &Sees(grants), &mut document.left_out)?);
    Ok(document)
}

/// Carries a team out, with everything in it.
pub async fn export_team(may: &Authorized<ExportTeam>) -> Result<Document> {
    let (part, left_out) = whole_team(&may.read(), may.id, may.grants(), may.now()).await?;
    Ok(Document { burgee: VERSION, teams: vec![part], products: vec![], left_out })
}

/// What is carried out on the command line.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only this team.
    pub team: Option<String>,
    /// Only the products of this name.
    pub product: Option<String>,
}

/// Carries teams out, on the command line.
///
/// # Errors
/// At `team` or `product` if there is no such one.
pub async fn export_everything(may: &Authorized<ExportEverything>, which: &Which, progress: &Progress) -> Result<Document> {
    let db = may.read();
    let mut document = Document { burgee: VERSION, ..Document::default() };
    let all = match &which.team {
        Some(slug) => vec![team_of(&db, slug).await?],
        None => every_team(&db).await?,
    };
    for (at, team) in all.iter().enumerate() {
        progress.tell(at, all.len(), team.name.clone());
        let (part, mut left_out) = whole_team(&db, team.id, &Grants::System, may.now()).await?;
        document.teams.push(part);
        document.left_out.append(&mut left_out);
    }
    if let Some(name) = &which.product {
        let found =
            document.teams.drain(..).flat_map(|team| team.products).filter(|product| product.name.eq_ignore_ascii_case(name.trim()));
        document.products = found.collect();
        if document.products.is_empty() {
            return Err(Error::field("product", format!("There is no product called {name}.")));
        }
    }
    Ok(document)
}

async fn every_team(db: &Reader) -> Result<Vec<Team>> {
    let mut all: Vec<Team> = vec![];
    loop {
        let some = teams::all(db, "", all.last().map(|team| team.id), 200).await?;
        let more = some.len() == 200;
        for found in some {
            all.extend(teams::one(db, found.id).await?);
        }
        if !more {
            return Ok(all);
        }
    }
}

async fn team_of(db: &Reader, slug: &str) -> Result<Team> {
    let none = || Error::field("team", format!("There is no team with the slug {slug}."));
    let slug = Slug::parse(slug).map_err(|_| none())?;
    teams::by_slug(db, &slug).await?.ok_or_else(none)
}

/// Reads a team while nothing happens in it: everything that happens there is in its log.
async fn whole_team(db: &Reader, team: TeamId, grants: &Grants, now: Time) -> Result<(TeamPart, Vec<LeftOut>)> {
    for _ in 1..TRIES {
        let before = log::position(db, Chain::Team(team)).await?;
        let done = team_at_once(db, team, grants, now).await;
        if log::position(db, Chain::Team(team)).await? == before {
            return done;
        }
    }
    team_at_once(db, team, grants, now).await
}

async fn team_at_once(db: &Reader, team: TeamId, grants: &Grants, now: Time) -> Result<(TeamPart, Vec<LeftOut>)> {
    let team = teams::one(db, team).await?.ok_or(Error::NotFound)?;
    let products: Vec<Product> = products::of_team(db, team.id).await?;
    let ids: Vec<_> = products.iter().map(|product| product.id).collect();
    let people = People::read(db, team.id, &ids, now).await?;
    let (mut part, mut left_out) = (export::team(&team, &people), vec![]);
    for product in products {
        let state = State::read(db, product).await?;
        part.products.push(export::product(&state, &people, &Sees(grants), &mut left_out)?);
    }
    Ok((part, left_out))
}

/// What an import into a product would do.
pub async fn try_into_product(may: &Authorized<ImportIntoProduct>, document: &Document, options: &Options) -> Result<Outcome> {
    attempt(may, document, options, &Goal::Product(may.id)).await
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
    attempt(may, document, options, &Goal::Team(may.id)).await
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

async fn file_into(db: &Reader, config: &Config, file: &File, wanted: &str) -> Result<Document> {
    let all = environments::all(db, config.product).await?;
    config_file::document(&file.0, config, config_file::environment(&all, wanted)?)
}

/// What an import of a config file would do: settings that are not there are created, and values that nobody has chosen yet take those of the
/// file.
pub async fn try_config_file(may: &Authorized<ImportIntoConfig>, file: &File, environment: &str, options: &Options) -> Result<Outcome> {
    let document = file_into(&may.read(), may, file, environment).await?;
    let options = Options { fill: true, ..options.clone() };
    config_file::in_words_of(&file.0, attempt(may, &document, &options, &Goal::Product(may.product)).await)
}

/// Brings a config file into a config, as its settings and what they are in one environment.
pub async fn import_config_file(
    may: &Authorized<ImportIntoConfig>,
    file: &File,
    environment: &str,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome> {
    let document = file_into(&may.read(), may, file, environment).await?;
    let options = Options { fill: true, ..options.clone() };
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
    attempt(may, document, options, &Goal::Named(place.team.clone())).await
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
async fn attempt<P: Permit>(may: &Authorized<P>, document: &Document, options: &Options, goal: &Goal) -> Result<Outcome> {
    let db = may.read();
    let target = target(&db, goal).await?;
    let importer = importer(may.person().map(|actor| actor.person), may.grants(), may.now());
    Ok(planned(&db, document, target, importer, options).await?.outcome)
}

async fn administrator(db: &Reader, username: Option<&str>) -> Result<Who> {
    let found = match username {
        Some(name) => match Username::parse(name) {
            Ok(name) => people::find_by_username(db, &name).await?,
            Err(_) => None,
        },
        None => people::first_administrator(db).await?,
    };
    let found = found.filter(|profile| profile.administrator && !profile.suspended).map(|profile| profile.who());
    found.ok_or_else(|| match username {
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
    Importer { grants: grants.clone(), person, runs_instance, now }
}

/// Compares a document with what there is.
async fn planned(db: &Reader, document: &Document, target: Target, importer: Importer, options: &Options) -> Result<Plan> {
    if document.burgee != VERSION {
        let message = format!("This is version {} of the format. This Burgee reads version {VERSION}.", document.burgee);
        return Err(Error::field("burgee", message));
    }
    plan::plan(db, document, target, importer, options).await
}

/// An import that is under way. It owns what it needs, for a change may be tried again.
struct Bringing {
    document: Arc<Document>,
    options: Options,
    progress: Progress,
    goal: Goal,
    by: By,
    app: App,
    /// A change that is tried again has been counted.
    counted: AtomicBool,
}

/// Plans inside a change and writes it: all of it, or nothing where something stands in the way.
async fn bring<P: ChangesGrants>(
    may: &Authorized<P>,
    document: Arc<Document>,
    options: Options,
    progress: &Progress,
    administrator: Option<Who>,
    goal: Goal,
) -> Result<Outcome> {
    let person = may.person().map(|actor| actor.person);
    let on_behalf = administrator.or_else(|| may.person().map(crate::authn::Actor::who));
    let by = By { person, on_behalf, note: options.note.clone() };
    let (progress, app, counted) = (progress.clone(), may.app().clone(), AtomicBool::new(false));
    let bringing = Arc::new(Bringing { document, options, progress, goal, by, app, counted });
    may.change(async move |tx| bringing.write(&tx).await).await
}

impl Bringing {
    async fn write<P: ChangesGrants>(&self, tx: &Tx<P>) -> Result<(Outcome, Vec<Event>)> {
        for kind in ["setting", "tag", "permission-group", "webhook"] {
            tx.hold_numbers(kind).await?;
        }
        let target = target(tx, &self.goal).await?;
        let plan = planned(tx, &self.document, target, importer(self.by.person, tx.grants_held(), tx.now()), &self.options).await?;
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
