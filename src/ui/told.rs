//! How a stored event is told on a page.

use super::{Avatar, Change, Day, Entry, Environment, Part};
use crate::{
    audit::{self, Event, Way},
    clock::{DAY, Time},
};

impl From<&audit::Entry> for Entry {
    fn from(stored: &audit::Entry) -> Self {
        let event = stored.event();
        let mut sentence = vec![Part::strong(&stored.actor_name), Part::text(" ")];
        match &event {
            // Whoever creates a team joins it: nobody adds themselves.
            Some(Event::MemberAdded { who, role, .. }) if stored.actor == Some(who.id) => {
                sentence.push(Part::text(format!("joined as {role}")))
            }
            Some(event) => sentence.extend(event.sentence().into_iter().map(|part| match part {
                audit::Part::Text(text) => Part::text(&text),
                audit::Part::Strong(text) => Part::strong(&text),
                audit::Part::Environment { name, color } => {
                    Part::Environment(Environment::new("", name, color.as_deref().unwrap_or_default()))
                }
            })),
            // Written by a later version: its name says at least what it is.
            None => sentence.push(Part::text(&stored.event)),
        }
        let way: Way = serde_json::from_str(&stored.way).unwrap_or(Way::System);
        let changes = event.as_ref().map(Event::changes).unwrap_or_default();
        let shown = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            at: stored.at.into(),
            avatar: stored.actor.map(|actor| Avatar::of(&actor.to_string(), &stored.actor_name)),
            sentence,
            way_short: match &way {
                Way::Token { name } => Some(format!("token “{name}”")),
                Way::Command => Some("command line".into()),
                Way::Session { .. } | Way::Link | Way::System => None,
            },
            way: match way {
                Way::Session { agent } => format!("session, {agent}"),
                Way::Token { name } => format!("token “{name}”"),
                Way::Link => "mailed link".into(),
                Way::Command => "command line".into(),
                Way::System => "Burgee itself".into(),
            },
            address: stored.address.clone(),
            request: Some(stored.request.to_string()),
            position: stored.position.unsigned_abs(),
            environment: event
                .as_ref()
                .and_then(|event| event.environment())
                .map(|at| Environment::new(at.id.to_string(), &at.name, at.color.as_deref().unwrap_or_default())),
            note: event.as_ref().and_then(Event::note).map(str::to_owned),
            withheld: false,
            changes: changes
                .into_iter()
                .map(|change| Change { field: change.field, before: shown(change.before), after: shown(change.after) })
                .collect(),
        }
    }
}

/// Events, newest first, by the day (UTC) they happened.
pub fn days(stored: &[audit::Entry], now: Time) -> Vec<Day> {
    let mut days: Vec<(i64, Day)> = vec![];
    let today = now.0.div_euclid(DAY);
    for entry in stored {
        let day = entry.at.0.div_euclid(DAY);
        if days.last().is_none_or(|(last, _)| *last != day) {
            let name = match today - day {
                0 => "Today".to_owned(),
                1 => "Yesterday".to_owned(),
                _ => entry.at.format("%A"),
            };
            // The day of the week stands there once.
            let date = if today - day < 2 { "%A %-d %B %Y" } else { "%-d %B %Y" };
            days.push((day, Day { name, date: entry.at.format(date), entries: vec![] }));
        }
        if let Some((_, day)) = days.last_mut() {
            day.entries.push(entry.into());
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}
