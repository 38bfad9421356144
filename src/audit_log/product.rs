//! The log of a product: what stands in its team's chain and is about it. Who has no access to an environment reads what happened there, and not
//! what was changed nor why. There is no looking for words: what is not shown is not to be guessed by searching.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    api::{LogQuery, LogView},
    filters::{STRETCH, id, moment_in},
    names,
    pages::Index,
    permits::ReadProductLog,
    store, view,
};
use crate::{
    api::{Json, Limit, Meta, Params, Query},
    audit::{self, Chain, Entry, Event, read::Wanted},
    authz::{Access, Authorized, By, Grants, Permission, Resource as _},
    error::{Error, Result},
    ids::PersonId,
    product_members,
    products::{self, InTeam},
    ui::{self, Filter, FilterOption, Html, Section},
};

/// The filters of the page; empty means any.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ProductFilters {
    person: String,
    action: String,
    config: String,
    environment: String,
    from: String,
    to: String,
    before: String,
    zone: String,
}

impl Params for ProductFilters {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("person", "only what this person did"),
        ("action", "only events with this name"),
        ("config", "only what is about this config"),
        ("environment", "only what is about this environment"),
        ("from", "the first day"),
        ("to", "the last day"),
        ("before", "only events before this position"),
        (
            "zone",
            "how many minutes the reader’s clock is ahead of UTC when the first day begins and when the last one ends, with a comma between",
        ),
    ];
}

impl ProductFilters {
    fn wanted(&self, product: Uuid) -> Result<Wanted> {
        let before = Some(self.before.trim()).filter(|text| !text.is_empty());
        let wanted = Wanted {
            actor: id("person", &self.person)?.map(PersonId),
            events: if self.action.is_empty() { vec![] } else { names::stored(&self.action) },
            from: moment_in(&self.zone, "from", &self.from, false)?,
            until: moment_in(&self.zone, "to", &self.to, true)?,
            before: before.map(str::parse).transpose().map_err(|_| Error::field("before", "This is not a position."))?,
            ..Wanted::default()
        };
        Ok(narrowed(wanted, product, [id("config", &self.config)?, id("environment", &self.environment)?]))
    }

    fn query(&self) -> String {
        let Self { person, action, config, environment, from, to, before, zone } = self;
        let all = [
            ("person", person),
            ("action", action),
            ("config", config),
            ("environment", environment),
            ("from", from),
            ("to", to),
            ("before", before),
            ("zone", zone),
        ];
        let set: Vec<_> = all.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        serde_html_form::to_string(set).unwrap_or_default()
    }
}

/// Only what is about the product, and about these. The rarest is looked up, the others are compared.
fn narrowed(wanted: Wanted, product: Uuid, about: [Option<Uuid>; 2]) -> Wanted {
    let mut objects: Vec<Uuid> = about.into_iter().flatten().chain([product]).collect();
    let rarest = objects.remove(0);
    Wanted { object: Some(rarest), within: objects, text: None, ..wanted }
}

/// What a reader may see of the product's log.
pub(super) struct Reader<'a> {
    grants: &'a Grants,
    /// Whether the team's log is theirs to read: from where a request came is told there.
    owns: bool,
    own: PersonId,
}

impl<'a> Reader<'a> {
    pub(super) fn of(may: &'a Authorized<ReadProductLog>) -> Result<Self> {
        let owns = may.may(Permission::ProductOrder, &may.place());
        Ok(Self { grants: may.grants(), owns, own: may.actor()?.person })
    }

    /// Whether what was changed is kept from them.
    pub(super) fn withheld(&self, event: Option<&Event>) -> bool {
        let environment = event.and_then(Event::environment);
        environment.is_some_and(|environment| self.grants.access(environment.id) == Access::None)
    }

    fn sees_address(&self, entry: &Entry) -> bool {
        self.owns || entry.actor == Some(self.own)
    }
}

pub(super) async fn index(may: By<InTeam, ReadProductLog>, Query(filters): Query<ProductFilters>) -> Result<Html<Index>> {
    let (db, reader, path) = (may.read(), Reader::of(&may)?, format!("{}/audit-log", may.path()));
    let events = audit::read::list(&db, Chain::Team(may.team), &filters.wanted(may.id.0)?, STRETCH).await?;
    let full = i64::try_from(events.len()).is_ok_and(|length| length >= STRETCH);
    let older = events.last().filter(|last| full && last.position > 1);
    let older = older.map(|last| ProductFilters { before: last.position.to_string(), ..filters.clone() });
    let filtered = ProductFilters { before: String::new(), zone: String::new(), ..filters.clone() };
    let mut days = ui::days(&events, may.now());
    for (shown, entry) in days.iter_mut().flat_map(|day| &mut day.entries).zip(&events) {
        if reader.withheld(entry.event().as_ref()) {
            (shown.changes, shown.note, shown.withheld) = (vec![], None, true);
        }
        if !reader.sees_address(entry) {
            shown.address = None;
        }
    }
    let log = ui::Log {
        filters: choices(&may, &reader, &filters, &events).await?,
        from: filters.from.clone(),
        to: filters.to.clone(),
        search: None,
        filtered: !filtered.query().is_empty(),
        days,
        older: older.map(|filters| format!("{path}?{}", filters.query())),
        path,
    };
    let frame = products::frame(&may, &may, "Audit log", Section::ProductLog).await?;
    Ok(Html(Index { frame, log, chain: None, export: None }))
}

async fn choices(may: &Authorized<ReadProductLog>, reader: &Reader<'_>, set: &ProductFilters, events: &[Entry]) -> Result<Vec<Filter>> {
    let db = may.read();
    let option = |value: String, label: String, chosen: &str| FilterOption { chosen: value == chosen, value, label };
    let manages = may.may(Permission::ProductMembersManage, &may.place());
    let mut people: Vec<(PersonId, String)> =
        product_members::owners(&db, may.team).await?.into_iter().map(|owner| (owner.person, owner.name)).collect();
    let others = match manages {
        true => store::of_product(&db, may.id).await?.into_iter().map(|person| (person.id, person.name)).collect(),
        false => vec![(reader.own, may.actor()?.name.clone())],
    };
    let owners: HashSet<PersonId> = people.iter().map(|(person, _)| *person).collect();
    people.extend(others.into_iter().filter(|(person, _)| !owners.contains(person)));
    // Whoever did something is named in the log.
    for entry in events {
        if let Some(actor) = entry.actor
            && people.iter().all(|(person, _)| *person != actor)
        {
            people.push((actor, entry.actor_name.clone()));
        }
    }
    let people: Vec<FilterOption> = people.into_iter().map(|(person, name)| option(person.to_string(), name, &set.person)).collect();
    let actions = names::of_product().map(|(name, spoken)| option(name.to_owned(), spoken.to_owned(), &set.action));
    let configs = store::configs(&db, may.id).await?.into_iter().map(|config| option(config.id.to_string(), config.name, &set.config));
    let environments = products::environments_of(&db, may.id).await?.into_iter();
    let environments = environments.map(|one| option(one.id.to_string(), one.name, &set.environment));
    Ok(vec![
        Filter { name: "person", label: "Person", any: "Any person", options: people },
        Filter { name: "action", label: "Action", any: "Any action", options: actions.collect() },
        Filter { name: "config", label: "Config", any: "Any config", options: configs.collect() },
        Filter { name: "environment", label: "Environment", any: "Any environment", options: environments.collect() },
    ])
}

/// Which events, for programs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProductLogQuery {
    limit: Limit<1000>,
    cursor: Option<String>,
    event: Vec<String>,
    username: Option<String>,
    config: String,
    environment: String,
    from: Option<String>,
    to: Option<String>,
}

impl Params for ProductLogQuery {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("limit", "how many at most, 1 to 1000; 30 if not said"),
        ("cursor", "next_cursor of the stretch before"),
        ("event", "only events of this name, the API’s or the stored one; may be repeated"),
        ("username", "only what this person did"),
        ("config", "only what is about this config"),
        ("environment", "only what is about this environment"),
        ("from", "not before: a day or RFC 3339"),
        ("to", "not after: a day or RFC 3339"),
    ];
    const TYPES: &'static [(&'static str, &'static str)] = &[("limit", "integer")];
}

pub(super) async fn list(may: Authorized<ReadProductLog>, Query(query): Query<ProductLogQuery>) -> Result<Json<LogView>> {
    let (db, reader) = (may.read(), Reader::of(&may)?);
    let about = [id("config", &query.config)?, id("environment", &query.environment)?];
    let ProductLogQuery { limit, cursor, event, username, from, to, .. } = query;
    let query = LogQuery { limit, cursor, event, username, from, to, ..LogQuery::default() };
    let wanted = narrowed(query.wanted(&db).await?, may.id.0, about);
    let events = audit::read::list(&db, Chain::Team(may.team), &wanted, query.limit()).await?;
    let meta = Meta::after(&events, query.limit(), |event| event.position.to_string());
    let hidden: Vec<(bool, bool)> =
        events.iter().map(|entry| (reader.withheld(entry.event().as_ref()), !reader.sees_address(entry))).collect();
    let mut log = view::entries(&db, events).await?;
    for (shown, (withheld, no_address)) in log.iter_mut().zip(hidden) {
        if withheld {
            shown.withhold();
        }
        if no_address {
            shown.address = None;
        }
    }
    Ok(Json(LogView { meta, count: None, log, associations: BTreeMap::new() }))
}
