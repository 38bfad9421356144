//! What a value was before: read from the audit log, which keeps every formula that it ever had.

use super::{Formula, SettingValue};
use crate::{
    audit::{
        Chain, Change, Event,
        log::Entry,
        product_event::{ProductEvent, SettingRef},
        read::{self, Wanted},
    },
    clock::Time,
    db::Reader,
    error::Result,
    ids::{EnvironmentId, PersonId, VersionId},
};

/// A value as it was after an event.
#[derive(Clone, Debug)]
pub struct Past {
    /// The event's position in the team's log.
    pub position: i64,
    /// When.
    pub at: Time,
    /// Who, if it was a person.
    pub actor: Option<PersonId>,
    /// Their name at that moment.
    pub actor_name: String,
    /// Where.
    pub environment: EnvironmentId,
    /// Why.
    pub note: Option<String>,
    /// What it was from then on.
    pub formula: Formula,
    /// The version that it made; none when the setting was created.
    pub version: Option<VersionId>,
    /// The position of the event whose value was restored.
    pub restored: Option<i64>,
    /// What was changed, in words.
    pub changes: Vec<Change>,
}

/// What a value was, the newest first, before a position.
pub async fn list(db: &Reader, value: &SettingValue, before: Option<i64>, limit: i64) -> Result<Vec<Past>> {
    let object = SettingRef::value_object(value.setting.id, value.at.id);
    let wanted = Wanted { object: Some(object), before, ..Wanted::default() };
    let entries = read::list(db, Chain::Team(value.setting.team), &wanted, limit).await?;
    entries.into_iter().filter_map(|entry| past(entry, value).transpose()).collect()
}

/// How many times a value was set.
pub async fn count(db: &Reader, value: &SettingValue) -> Result<u64> {
    read::count_about(db, Chain::Team(value.setting.team), SettingRef::value_object(value.setting.id, value.at.id)).await
}

/// What a value was after the event at a position.
pub async fn at(db: &Reader, value: &SettingValue, position: i64) -> Result<Option<Past>> {
    let found = list(db, value, position.checked_add(1), 1).await?;
    Ok(found.into_iter().next().filter(|past| past.position == position))
}

/// An event as a past state of this value.
fn past(entry: Entry, value: &SettingValue) -> Result<Option<Past>> {
    let Some(Event::Product(event)) = entry.event() else { return Ok(None) };
    let (formula, note, version, restored, changes) = match event {
        ProductEvent::SettingCreated { setting, values, .. } if setting.id == value.setting.id => {
            let Some(first) = values.into_iter().find(|first| first.environment.id == value.at.id) else { return Ok(None) };
            (first.formula, None, None, None, vec![])
        }
        ProductEvent::ValueChanged { setting, environment, note, after, version, restored, changes, .. }
            if setting.id == value.setting.id && environment.id == value.at.id =>
        {
            (after, note, Some(version), restored, changes)
        }
        _ => return Ok(None),
    };
    Ok(Some(Past {
        position: entry.position,
        at: entry.at,
        actor: entry.actor,
        actor_name: entry.actor_name,
        environment: value.at.id,
        note,
        formula: Formula::remembered(&formula)?,
        version,
        restored,
        changes,
    }))
}
