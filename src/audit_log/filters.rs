//! What a reader asks of a log, as it stands in the page's address; and the page's log with the filters as they are set.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    names,
    store::{self, Named},
};
use crate::{
    api::Params,
    audit::{self, Chain, Event, read::Wanted},
    clock::{DAY, MINUTE, Time},
    db::Reader,
    error::{Error, Result},
    ids::PersonId,
    ui::{self, Filter, FilterOption},
};

/// How many events a page shows at once.
pub(super) const STRETCH: i64 = 50;

/// The filters of a log; empty means any.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Filters {
    person: String,
    action: String,
    object: String,
    from: String,
    to: String,
    search: String,
    before: String,
    zone: String,
}

impl Params for Filters {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("person", "only what this person did"),
        ("action", "only events with this name"),
        ("object", "only what is about this"),
        ("from", "the first day"),
        ("to", "the last day"),
        ("search", "only events that contain this; needs the first day"),
        ("before", "only events before this position"),
        (
            "zone",
            "how many minutes the reader’s clock is ahead of UTC when the first day begins and when the last one ends, with a comma between",
        ),
    ];
}

/// A moment from an address: a day, or RFC 3339. The end of a span takes its whole day in.
pub(super) fn moment(name: &'static str, text: &str, end: bool) -> Result<Option<Time>> {
    moment_in("", name, text, end)
}

/// The same for a reader whose days begin so many minutes earlier than those of UTC: one number, or one for each end of the span, because a
/// clock that is put forward or back in between is ahead by another time at either end.
pub(super) fn moment_in(zone: &str, name: &'static str, text: &str, end: bool) -> Result<Option<Time>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let time = Time::parse(text).ok_or_else(|| Error::field(name, "This is not a day, such as 2026-11-22."))?;
    if text.len() != "2026-11-22".len() {
        return Ok(Some(time));
    }
    let (first, last) = zone.split_once(',').unwrap_or((zone, zone));
    let ahead = if end { last } else { first }.trim().parse::<i64>().ok().filter(|minutes| minutes.abs() <= 24 * 60).unwrap_or(0);
    Ok(Some(time.plus(if end { DAY } else { 0 } - ahead * MINUTE)))
}

/// An id from an address.
pub(super) fn id(name: &'static str, text: &str) -> Result<Option<Uuid>> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::field(name, "This is not an id.")),
    }
}

/// Words are looked for only within a span of time: nothing else keeps the cost of reading a long log in bounds.
pub(super) fn words(name: &'static str, text: &str, from: Option<Time>) -> Result<Option<String>> {
    match text.trim() {
        "" => Ok(None),
        _ if from.is_none() => {
            Err(Error::field(name, "Words are looked for within a span of time: please choose its first day (from) too."))
        }
        text => Ok(Some(text.to_owned())),
    }
}

impl Filters {
    /// What to read.
    pub fn wanted(&self) -> Result<Wanted> {
        let from = moment_in(&self.zone, "from", &self.from, false)?;
        let before = Some(self.before.trim()).filter(|text| !text.is_empty());
        Ok(Wanted {
            actor: id("person", &self.person)?.map(PersonId),
            events: if self.action.is_empty() { vec![] } else { names::stored(&self.action) },
            object: id("object", &self.object)?,
            within: vec![],
            from,
            until: moment_in(&self.zone, "to", &self.to, true)?,
            before: before.map(str::parse).transpose().map_err(|_| Error::field("before", "This is not a position."))?,
            text: words("search", &self.search, from)?,
        })
    }

    /// The log with its filters, for a page at `path`.
    pub async fn log(&self, db: &Reader, chain: Chain, path: &str, now: Time) -> Result<ui::Log> {
        let wanted = self.wanted()?;
        let events = audit::read::list(db, chain, &wanted, STRETCH).await?;
        let full = i64::try_from(events.len()).is_ok_and(|length| length >= STRETCH);
        let older =
            events.last().filter(|last| full && last.position > 1).map(|last| Self { before: last.position.to_string(), ..self.clone() });
        let filtered = Self { before: String::new(), zone: String::new(), ..self.clone() };
        Ok(ui::Log {
            filters: self.choices(db, chain, &wanted).await?,
            from: self.from.clone(),
            to: self.to.clone(),
            search: wanted.from.map(|_| self.search.clone()),
            path: path.to_owned(),
            filtered: !filtered.query().is_empty(),
            days: ui::days(&events, now),
            older: older.map(|filters| format!("{path}?{}", filters.query())),
        })
    }

    /// The filters that are set, as the query of an address.
    pub fn query(&self) -> String {
        let Self { person, action, object, from, to, search, before, zone } = self;
        let all = [
            ("person", person),
            ("action", action),
            ("object", object),
            ("from", from),
            ("to", to),
            ("search", search),
            ("before", before),
            ("zone", zone),
        ];
        let set: Vec<_> = all.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        serde_html_form::to_string(set).unwrap_or_default()
    }

    async fn choices(&self, db: &Reader, chain: Chain, wanted: &Wanted) -> Result<Vec<Filter>> {
        let (people, team) = match chain {
            Chain::Team(team) => {
                let mut people = store::of_team(db, team).await?;
                people.extend(former(db, chain, &people).await?);
                (people, true)
            }
            Chain::Platform => (store::administrators(db).await?, false),
        };
        let option = |value: String, label: String, chosen: &str| FilterOption { chosen: value == chosen, value, label };
        // The same people are offered twice; their ids are put into words once.
        let mut by: Vec<FilterOption> = people.into_iter().map(|person| option(person.id.to_string(), person.name, &self.person)).collect();
        let about = if team { by.as_slice() } else { &[] };
        let mut about: Vec<FilterOption> =
            about.iter().map(|person| FilterOption { chosen: person.value == self.object, ..person.clone() }).collect();
        let unknown = wanted.actor.map(|actor| (actor, actor.to_string())).filter(|(_, id)| by.iter().all(|person| person.value != *id));
        if let Some((actor, id)) = unknown {
            let theirs = Wanted { actor: Some(actor), ..Wanted::default() };
            let name =
                audit::read::list(db, chain, &theirs, 1).await?.pop().map_or_else(|| "Somebody else".to_owned(), |entry| entry.actor_name);
            by.push(option(id, name, &self.person));
        }
        if !self.object.is_empty() && about.iter().all(|option| !option.chosen) {
            about.push(FilterOption { value: self.object.clone(), label: "The chosen one".into(), chosen: true });
        }
        let actions = names::of_chain(team).map(|(name, spoken)| option(name.to_owned(), spoken.to_owned(), &self.action)).collect();
        let mut filters = vec![
            Filter { name: "person", label: "Person", any: "Any person", options: by },
            Filter { name: "action", label: "Action", any: "Any action", options: actions },
        ];
        if !about.is_empty() {
            filters.push(Filter { name: "object", label: "About", any: "About anything", options: about });
        }
        Ok(filters)
    }
}

/// So many who have left are offered, the last ones.
const FORMER: i64 = 50;

/// The people who were in the team and are no longer.
async fn former(db: &Reader, chain: Chain, present: &[Named]) -> Result<Vec<Named>> {
    let gone = Wanted { events: vec!["member.removed".into(), "member.left".into()], ..Wanted::default() };
    let mut former: Vec<Named> = vec![];
    for event in audit::read::events(db, chain, &gone, FORMER).await? {
        let (Event::MemberRemoved { who, .. } | Event::MemberLeft { who, .. }) = event else { continue };
        if present.iter().chain(&former).all(|person| person.id != who.id) {
            former.push(Named { id: who.id, name: format!("{} (no longer here)", who.name) });
        }
    }
    Ok(former)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_readers_day() {
        let at = |zone: &str, day: &str, end: bool| moment_in(zone, "from", day, end).unwrap().unwrap().iso();
        assert_eq!(at("", "2026-11-22", false), "2026-11-22T00:00:00.000Z");
        assert_eq!(at("780", "2026-11-22", false), "2026-11-21T11:00:00.000Z");
        assert_eq!(at("-300", "2026-11-22", true), "2026-11-23T05:00:00.000Z");
        assert_eq!(at("780", "2026-11-22T00:00Z", false), "2026-11-22T00:00:00.000Z", "a moment is the same for everybody");
        // Summer time ended in between.
        assert_eq!(at("120,60", "2026-10-24", false), "2026-10-23T22:00:00.000Z");
        assert_eq!(at("120,60", "2026-10-25", true), "2026-10-25T23:00:00.000Z");
        assert_eq!(at("a week", "2026-11-22", false), at("99999", "2026-11-22", false), "what is no zone is UTC");
        assert!(moment_in("0", "from", "yesterday", false).is_err());
    }
}
