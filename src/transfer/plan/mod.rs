//! From a document to what is to be written: everything is compared with what there is and decided here, before anything is written, so that a
//! dry run says the same as the import that follows.

mod configs;
mod groups;
mod ids;
mod product;
mod settings;
mod team;
mod webhooks;

use std::{collections::HashSet, sync::Arc};

use super::{
    document::{Document, ProductPart, TeamPart, VERSION},
    formula::{key, place_of},
    outcome::Outcome,
    state::{People, State},
};
use crate::{
    authz::{Access, Grants, Group, Kind, Permit, Place, decide},
    clock::Time,
    configs::Config,
    db::Reader,
    environments::Environment,
    error::{Error, Fields, Result},
    flags::{Formula, whole::Whole},
    ids::{ConfigId, EnvironmentId, GroupId, PersonId},
    invitations::Offer,
    products::Product,
    sdk_keys::Kept,
    segments::Segment,
    tags::Tag,
    teams::{self, NewTeam, Team},
    text::EmailAddress,
    webhooks::carried::Carried,
};

use product::Scope;

pub use ids::Ids;

/// How somebody wants it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether SDK keys are made anew instead of those in the document.
    pub new_keys: bool,
    /// Why, where a change of values needs a note.
    pub note: Option<String>,
    /// Whether values that nobody has chosen yet take those of the document.
    pub fill: bool,
}

/// Whoever imports.
#[derive(Clone)]
pub struct Importer {
    /// What they hold.
    pub grants: Grants,
    /// The account, if a person does it.
    pub person: Option<PersonId>,
    /// Whether they run the instance.
    pub runs_instance: bool,
    /// The address of whoever becomes the owner of new teams.
    pub owner: Option<String>,
    /// When.
    pub now: Time,
}

impl Importer {
    /// Whether they hold everything wherever they import to.
    fn everything(&self) -> bool {
        match &self.grants {
            Grants::System => true,
            Grants::Person(held) => held.has_everything(),
            Grants::Nobody => false,
        }
    }

    fn may<P: Permit>(&self, place: &Place) -> bool {
        matches!(self.grants, Grants::System) || decide(&self.grants, P::PERMISSION, place).allows()
    }

    fn access(&self, environment: EnvironmentId) -> Access {
        self.grants.access(environment)
    }

    /// What they hold after an environment was created.
    fn and_created(&mut self, environment: EnvironmentId) {
        if let Grants::Person(held) = &mut self.grants
            && let Some(group) = &held.group
        {
            held.group = Some(Arc::new(group.and_created(environment)));
        }
    }
}

/// What is to be written of a product.
pub struct ProductPlan {
    /// The product as it is then.
    pub product: Product,
    /// Whether it is new.
    pub is_new: bool,
    /// New environments.
    pub environments: Vec<Environment>,
    /// New tags.
    pub tags: Vec<Tag>,
    /// New segments.
    pub segments: Vec<Segment>,
    /// New groups.
    pub groups: Vec<Group>,
    /// What groups that are there give in new environments.
    pub levels: Vec<(GroupId, EnvironmentId, Access)>,
    /// New configs.
    pub configs: Vec<Config>,
    /// Configs in environments in which they have not been served.
    pub pairs: Vec<(ConfigId, EnvironmentId)>,
    /// New SDK keys.
    pub keys: Vec<Kept>,
    /// New settings, with what they are everywhere.
    pub settings: Vec<Whole>,
    /// What settings that are there are in new environments.
    pub first_values: Vec<(Whole, EnvironmentId, Formula)>,
    /// What changes in environments that are there.
    pub changed_values: Vec<ValueChange>,
    /// New webhooks.
    pub webhooks: Vec<Carried>,
    /// Who is to be invited.
    pub people: Vec<(EmailAddress, Offer)>,
    /// All environments, to name them.
    pub all_environments: Vec<Environment>,
    /// All segments, to name them.
    pub all_segments: Vec<Segment>,
    /// All settings, to name them.
    pub all_settings: Vec<(crate::ids::SettingId, ConfigId, String, String, flag_eval::model::Kind)>,
}

/// A value that becomes another one.
pub struct ValueChange {
    /// The setting.
    pub of: Whole,
    /// Where.
    pub environment: Environment,
    /// What it was.
    pub before: Formula,
    /// What it becomes.
    pub after: Formula,
}

/// What is to be written of a team.
pub struct TeamPlan {
    /// The team as it is then.
    pub team: Team,
    /// What it is called, if it is new.
    pub new: Option<NewTeam>,
    /// Who is to be invited.
    pub people: Vec<(EmailAddress, Offer)>,
    /// Its products.
    pub products: Vec<ProductPlan>,
}

/// All that is to be written.
pub struct Plan {
    /// By team.
    pub teams: Vec<TeamPlan>,
    /// What it does.
    pub outcome: Outcome,
    /// The numbers that are given then.
    pub ids: Ids,
}

/// What is being planned.
pub struct Planner<'a> {
    db: &'a Reader,
    importer: Importer,
    options: &'a Options,
    ids: Ids,
    wrong: Fields,
    outcome: Outcome,
    keys_taken: HashSet<String>,
    /// Addresses of webhooks to which nothing is sent from here.
    nowhere: &'a HashSet<String>,
}

/// To where a document goes.
pub enum Target {
    /// Its products into this team.
    Team(Team),
    /// Its only product into this one.
    Product(Product),
    /// Its teams into the instance.
    Instance,
}

/// Plans an import.
///
/// # Errors
/// Everything that is wrong with the document, by its place.
pub async fn plan(
    db: &Reader,
    document: &Document,
    target: Target,
    importer: Importer,
    options: &Options,
    nowhere: &HashSet<String>,
) -> Result<Plan> {
    if document.burgee != VERSION {
        let message = format!("This is version {} of the format. This Burgee reads version {VERSION}.", document.burgee);
        return Err(Error::field("burgee", message));
    }
    let ids = Ids::read(db, document, importer.runs_instance, importer.everything()).await?;
    let keys_taken = crate::sdk_keys::taken(db, &keys_in(document)).await?.into_iter().collect();
    let mut planner = Planner { db, importer, options, ids, wrong: Fields::default(), outcome: Outcome::default(), keys_taken, nowhere };
    let mut teams = vec![];
    match target {
        Target::Team(team) => {
            let (part, base) = in_team(document)?;
            let nothing = TeamPart::default();
            teams.push(planner.team(part.unwrap_or(&nothing), &base, document, team, None).await?);
        }
        Target::Product(product) => {
            let (place, part) = only_product(document)?;
            let team = teams::one(db, product.team).await?.ok_or(Error::NotFound)?;
            let people = People::read(db, team.id, &[product.id], planner.importer.now).await?;
            let state = State::read(db, product).await?;
            let plan = planner.product(part, &place, &team, state, Existing::Into, &people)?;
            teams.push(TeamPlan { team, new: None, people: vec![], products: vec![plan] });
        }
        Target::Instance => {
            if !document.products.is_empty() {
                let message = "These products are told without their team. Please say into which team they go.";
                planner.wrong.add("products", message);
            }
            let mut slugs = HashSet::new();
            for (at, part) in document.teams.iter().enumerate() {
                let place = format!("teams[{at}]");
                if let Some(plan) = planner.team_of(part, &place, &mut slugs).await? {
                    teams.push(plan);
                }
            }
        }
    }
    let Planner { wrong, mut outcome, ids, .. } = planner;
    if !wrong.0.is_empty() {
        return Err(wrong.into());
    }
    outcome.given.clone_from(&ids.given);
    Ok(Plan { teams, outcome, ids })
}

/// All SDK keys of a document.
fn keys_in(document: &Document) -> Vec<&str> {
    let keys = document.all_products().flat_map(|product| &product.configs).flat_map(|config| &config.sdk_keys.0);
    keys.flat_map(|(_, keys)| [keys.primary.as_deref(), keys.secondary.as_deref()]).flatten().collect()
}

/// The products that go into a team, with their places: those of its part, and those that stand in the document by themselves.
fn products_for<'a>(part: &'a TeamPart, base: &str, document: &'a Document) -> Vec<(String, &'a ProductPart)> {
    let parts = part.products.iter().enumerate().map(|(at, part)| (format!("{base}products[{at}]"), part));
    let bare = document.products.iter().enumerate().map(|(at, part)| (format!("products[{at}]"), part));
    parts.chain(bare).collect()
}

/// What a part of the document is here: what has its id, or else its name.
fn here<'a, T>(all: &'a [T], has_id: impl Fn(&T) -> bool, name: &str, name_of: impl Fn(&T) -> &str) -> Option<&'a T> {
    all.iter().find(|one| has_id(one)).or_else(|| all.iter().find(|one| key(name_of(one)) == key(name)))
}

/// The product that is there already. Several of one name are told apart by their ids only.
fn same_product<'a>(existing: &'a [Product], part: &ProductPart) -> Result<Option<&'a Product>, &'static str> {
    let same_id = existing.iter().find(|product| Some(product.id) == part.id);
    let mut same_name = existing.iter().filter(|product| key(&product.name) == key(&part.name));
    match (same_id, same_name.next(), same_name.next()) {
        (Some(product), ..) | (None, Some(product), None) => Ok(Some(product)),
        (None, None, _) => Ok(None),
        (None, Some(_), Some(_)) => Err("Several products of this team have this name."),
    }
}

/// The team of a document that goes into a team that is known: at most one.
fn in_team(document: &Document) -> Result<(Option<&TeamPart>, String)> {
    match document.teams.as_slice() {
        [] => Ok((None, String::new())),
        [one] => Ok((Some(one), "teams[0].".into())),
        _ => Err(Error::field("teams", "These are several teams, and they cannot all become this one.")),
    }
}

/// The product of a document that has one.
///
/// # Errors
/// If it has none, or several.
pub fn only_product(document: &Document) -> Result<(String, &ProductPart)> {
    let in_teams = document.teams.iter().enumerate().flat_map(|(team, part)| {
        part.products.iter().enumerate().map(move |(at, product)| (format!("teams[{team}].products[{at}]"), product))
    });
    let bare = document.products.iter().enumerate().map(|(at, product)| (format!("products[{at}]"), product));
    let mut all = in_teams.chain(bare);
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Error::field("products", "There is no product in this document.")),
        (Some(_), Some(_)) => Err(Error::field("products", "These are several products, and they cannot all become this one.")),
    }
}

/// How a product of a document meets one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is not there.
    New,
    /// It is the same product: its name and preferences are compared.
    Same,
    /// What is in it goes into that one, whatever that is called.
    Into,
}

impl Planner<'_> {
    /// A value that was parsed, or what is wrong with it below a place.
    fn take<T>(&mut self, place: &str, parsed: Result<T>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(Error::Invalid(fields)) => {
                fields.0.into_iter().for_each(|(field, message)| self.wrong.add(place_of(place, &field, false), message));
                None
            }
            Err(error) => {
                self.wrong.add(place.to_owned(), error.message());
                None
            }
        }
    }

    /// Whether a name stands in the document for the first time. The second of two is wrong; `what` is what has it already.
    fn is_first(&mut self, seen: &mut HashSet<String>, name: String, place: &str, what: &str) -> bool {
        let first = seen.insert(name);
        if !first {
            self.wrong.add(format!("{place}.name"), format!("Another {what} has this name."));
        }
        first
    }

    /// Notes what somebody may not create in a product. Whoever may create the product may create everything in it.
    fn needs<P: Permit>(&mut self, scope: &Scope<'_>, place: &str, why: &str) {
        if !scope.is_new && !self.importer.may::<P>(&scope.at(Kind::Product)) {
            self.forbid(place, why);
        }
    }

    /// Notes what somebody may not do.
    fn forbid(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.outcome.conflict(place, what);
    }

    /// Notes where what was found by its id is called otherwise; capitals do not count.
    fn same_name(&mut self, place: &str, wanted: &str, here: &str) {
        if key(wanted) != key(here) {
            self.same(place, "name", Some(wanted), here);
        }
    }

    /// Notes where what is there differs from what the document says.
    fn same(&mut self, place: &str, field: &str, wanted: Option<&str>, here: &str) {
        if let Some(wanted) = wanted
            && wanted != here
        {
            let shown: String = here.chars().take(80).collect();
            let message = if here.is_empty() { "Here it is empty.".to_owned() } else { format!("Here it is “{shown}”.") };
            self.outcome.conflict(format!("{place}.{field}"), message);
        }
    }
}
