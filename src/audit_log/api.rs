//! Logs as JSON, newest first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    export,
    filters::{id, moment, words},
    names,
    permits::{ReadPlatformLog, ReadTeamLog},
    store,
    view::{self, EntryView},
};
use crate::{
    api::{Json, Limit, Meta, Params, Query},
    audit::{self, Chain, read::Wanted},
    authz::{Authorized, By},
    db::Reader,
    error::{Error, Result},
    ids::PersonId,
    people::{Own, permits::ReadAccount},
};

/// A stretch of a log, newest first.
#[derive(Serialize, ToSchema)]
pub struct LogView {
    pub(super) meta: Meta,
    /// How many events the log has in all; absent where filters are set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
    pub(super) log: Vec<EntryView>,
    /// Other things that the events are about, by kind.
    pub(super) associations: BTreeMap<String, Vec<String>>,
}

/// Which events.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    pub(super) limit: Limit<1000>,
    pub(super) cursor: Option<String>,
    pub(super) event: Vec<String>,
    pub(super) username: Option<String>,
    pub(super) object: String,
    pub(super) query: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

impl Params for LogQuery {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("limit", "how many at most, 1 to 1000; 30 if not said"),
        ("cursor", "next_cursor of the stretch before"),
        ("event", "only events of this name, the API’s or the stored one; may be repeated"),
        ("username", "only what this person did"),
        ("object", "only what is about this: the id of a person, of an invitation, of a product and so on"),
        ("query", "only events that contain this; needs from"),
        ("from", "not before: a day or RFC 3339"),
        ("to", "not after: a day or RFC 3339"),
    ];
    const TYPES: &'static [(&'static str, &'static str)] = &[("limit", "integer")];
}

impl LogQuery {
    pub(super) fn limit(&self) -> i64 {
        self.limit.into()
    }

    pub(super) async fn wanted(&self, db: &Reader) -> Result<Wanted> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let from = moment("from", &text(&self.from), false)?;
        let before = self.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        let actor = match self.username.as_deref().filter(|username| !username.is_empty()) {
            // Nobody has the nil id: a name that nobody has finds nothing.
            Some(username) => Some(store::by_username(db, username).await?.unwrap_or(PersonId(Uuid::nil()))),
            None => None,
        };
        Ok(Wanted {
            actor,
            events: self.event.iter().filter(|name| !name.is_empty()).flat_map(|name| names::stored(name)).collect(),
            object: id("object", &self.object)?,
            within: vec![],
            from,
            until: moment("to", &text(&self.to), true)?,
            before: before.map(str::parse).transpose().map_err(|_| Error::field("cursor", "is not one that was given out"))?,
            text: words("query", &text(&self.query), from)?,
        })
    }
}

async fn read(db: &Reader, chain: Chain, query: &LogQuery, about: Option<PersonId>) -> Result<LogView> {
    let wanted = query.wanted(db).await?;
    let filtered =
        wanted.actor.is_some() || !wanted.events.is_empty() || wanted.object.is_some() || wanted.from.is_some() || wanted.until.is_some();
    let wanted = match about {
        Some(person) => Wanted { object: Some(person.0), within: wanted.object.into_iter().collect(), ..wanted },
        None => wanted,
    };
    let count = match about {
        _ if filtered => None,
        Some(person) => Some(store::about(db, person).await?),
        None => Some(audit::read::count(db, chain).await?),
    };
    let events = audit::read::list(db, chain, &wanted, query.limit()).await?;
    let meta = Meta::after(&events, query.limit(), |event| event.position.to_string());
    Ok(LogView { meta, count, log: view::entries(db, events).await?, associations: BTreeMap::new() })
}

pub(super) async fn of_team(may: Authorized<ReadTeamLog>, Query(query): Query<LogQuery>) -> Result<Json<LogView>> {
    Ok(Json(read(&may.read(), Chain::Team(may.id), &query, None).await?))
}

pub(super) async fn of_platform(may: Authorized<ReadPlatformLog>, Query(query): Query<LogQuery>) -> Result<Json<LogView>> {
    Ok(Json(read(&may.read(), Chain::Platform, &query, None).await?))
}

pub(super) async fn own(may: By<Own, ReadAccount>, Query(query): Query<LogQuery>) -> Result<Json<LogView>> {
    let mut view = read(&may.read(), Chain::Platform, &query, Some(may.id)).await?;
    // Where somebody else was who changed something about this account is not this person's to know.
    let own = may.id.to_string();
    for entry in view.log.iter_mut().filter(|entry| entry.trigger.kind == "user" && entry.trigger.id != own) {
        entry.address = None;
    }
    Ok(Json(view))
}

pub(super) async fn export_team(may: Authorized<ReadTeamLog>, Query(query): Query<LogQuery>) -> Result<axum::response::Response> {
    let wanted = query.wanted(&may.read()).await?;
    export::csv(&may.read(), Chain::Team(may.id), wanted, &may.slug).await
}

pub(super) async fn export_platform(may: Authorized<ReadPlatformLog>, Query(query): Query<LogQuery>) -> Result<axum::response::Response> {
    let wanted = query.wanted(&may.read()).await?;
    export::csv(&may.read(), Chain::Platform, wanted, "platform").await
}
