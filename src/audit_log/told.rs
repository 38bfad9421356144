//! Events in plain words: when, who, where, what, why. For programs that keep a log as a table, and read it from its newest event, or by pages with
//! numbers.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    permits::{ReadProductLog, ReadTeamLog},
    product::Reader as Sees,
    store,
};
use crate::{
    audit::{self, Chain, Entry, Event, Part, read::Wanted},
    authz::{Authorized, Permission, Resource as _},
    clock::Time,
    db::Reader,
    error::Result,
    ids::PersonId,
};

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// With one of these stored names; none means any.
    pub events: Vec<&'static str>,
    /// About all of these, the rarest first.
    pub about: Vec<Uuid>,
    /// Not before.
    pub from: Option<Time>,
    /// Before.
    pub until: Option<Time>,
}

/// How many of them.
#[derive(Clone, Copy, Debug)]
pub enum Stretch {
    /// The newest, so many at most.
    Newest(i64),
    /// Those after so many that are passed over; and how many there are in all.
    Page {
        /// Passed over.
        skip: i64,
        /// At most so many.
        limit: i64,
    },
}

/// One event in plain words.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place in the team’s log.
    pub position: i64,
    /// When it happened.
    pub at: Time,
    /// Its stored name.
    pub event: String,
    /// Who did it.
    pub actor: String,
    /// Their address, for those who may see it.
    pub email: Option<String>,
    /// Where: the team, or the product with what is in it.
    pub place: String,
    /// What it is about, by name.
    pub about: String,
    /// Why, in the actor’s own words.
    pub note: Option<String>,
    /// What happened, and on a line of its own each field before and after.
    pub details: String,
}

impl Sought {
    fn wanted(self, product: Option<Uuid>) -> Wanted {
        let mut objects: Vec<Uuid> = self.about.into_iter().chain(product).collect();
        let object = if objects.is_empty() { None } else { Some(objects.remove(0)) };
        let events = self.events.into_iter().map(str::to_owned).collect();
        Wanted { object, within: objects, events, from: self.from, until: self.until, ..Wanted::default() }
    }
}

async fn read(db: &Reader, chain: Chain, wanted: &Wanted, stretch: Stretch) -> Result<(Vec<Entry>, u64)> {
    match stretch {
        Stretch::Newest(limit) => {
            let found = audit::read::list(db, chain, wanted, limit).await?;
            let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
            Ok((found, count))
        }
        Stretch::Page { skip, limit } => audit::read::numbered(db, chain, wanted, skip, limit).await,
    }
}

/// A team’s log, newest first, and how many events there are.
pub async fn of_team(may: &Authorized<ReadTeamLog>, sought: Sought, stretch: Stretch) -> Result<(Vec<Told>, u64)> {
    let db = may.read();
    let (entries, count) = read(&db, Chain::Team(may.id), &sought.wanted(None), stretch).await?;
    let emails = addresses(&db, &entries).await?;
    let told = entries.iter().map(|entry| told(entry, &may.name, false, entry.actor.and_then(|actor| emails.get(&actor).cloned())));
    Ok((told.collect(), count))
}

/// A product’s log, newest first, and how many events there are: without what was changed where the reader has no access, and with the addresses of
/// others only for those who manage the members.
pub async fn of_product(may: &Authorized<ReadProductLog>, sought: Sought, stretch: Stretch) -> Result<(Vec<Told>, u64)> {
    let (db, sees, own) = (may.read(), Sees::of(may)?, may.actor()?.person);
    let manages = may.may(Permission::ProductMembersManage, &may.place());
    let (entries, count) = read(&db, Chain::Team(may.team), &sought.wanted(Some(may.id.0)), stretch).await?;
    let emails = addresses(&db, &entries).await?;
    let told = entries.iter().map(|entry| {
        let seen = entry.actor.filter(|actor| manages || *actor == own);
        let email = seen.and_then(|actor| emails.get(&actor).cloned());
        told(entry, &may.name, sees.withheld(entry.event().as_ref()), email)
    });
    Ok((told.collect(), count))
}

async fn addresses(db: &Reader, entries: &[Entry]) -> Result<BTreeMap<PersonId, String>> {
    let mut actors: Vec<PersonId> = entries.iter().filter_map(|entry| entry.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let mut found = BTreeMap::new();
    // So many at a time as every database takes as arguments.
    for some in actors.chunks(500) {
        found.extend(store::addresses(db, some).await?.into_iter().map(|named| (named.id, named.name)));
    }
    Ok(found)
}

fn told(entry: &Entry, around: &str, withheld: bool, email: Option<String>) -> Told {
    let event = entry.event();
    let sentence = event.as_ref().map(Event::sentence).unwrap_or_default();
    let about = sentence.iter().find(|part| !matches!(part, Part::Text(_))).map(|part| part.words().to_owned());
    let changes = event.as_ref().filter(|_| !withheld).map(Event::changes).unwrap_or_default();
    let details: String = sentence.iter().map(Part::words).collect();
    let details =
        changes.iter().fold(details, |details, change| format!("{details}\n{}: {} → {}", change.field, change.before, change.after));
    Told {
        position: entry.position,
        at: entry.at,
        event: entry.event.clone(),
        actor: entry.actor_name.clone(),
        email,
        place: place(event.as_ref(), around),
        about: about.unwrap_or_else(|| around.to_owned()),
        note: event.as_ref().filter(|_| !withheld).and_then(|event| event.note().map(str::to_owned)),
        details,
    }
}

/// The product, the config and the environment, as far as there are any; else what the log belongs to.
fn place(event: Option<&Event>, around: &str) -> String {
    let Some(Event::Product(event)) = event else { return around.to_owned() };
    let config = event.config().map(|config| config.name.as_str());
    let environment = event.environment().map(|environment| environment.name.as_str());
    [Some(event.at().name.as_str()), config, environment].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}
