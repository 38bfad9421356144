//! What is told: which settings of a config have changed in an environment, by whom and why, as the events of a change say it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store;
use crate::{
    audit::{
        Change, Event, ProductEvent, Trace,
        product_event::{ConfigRef, EnvironmentRef, SegmentRef, SettingRef},
    },
    db::Writer,
    error::Result,
    flags::{Formula, formula::Condition},
    ids::ProductId,
};

/// What has changed in a config in an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// The product.
    pub product: ProductId,
    /// The config.
    pub config: ConfigRef,
    /// The environment.
    pub environment: EnvironmentRef,
    /// Who changed it: name and address.
    pub by: String,
    /// Why, in their own words.
    pub note: Option<String>,
    /// The settings.
    pub changes: Vec<Told>,
    /// Whether nothing has changed, and somebody only tries whether it arrives.
    #[serde(default)]
    pub test: bool,
}

/// A setting that has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Its key.
    pub key: String,
    /// `added`, `changed` or `deleted`.
    pub event: String,
    /// What about it.
    pub lines: Vec<Line>,
    /// Whether rules are told that compare with what is confidential.
    #[serde(default)]
    pub confidential: bool,
}

/// A part of a value before and after; empty where there was or is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which part; empty if it is the value itself.
    pub part: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

impl Line {
    fn of(change: &Change) -> Self {
        // What everybody gets for whom no rule decides is the value, as long as there are no rules.
        let part = if change.field == "Else" { String::new() } else { change.field.clone() };
        Self { part, before: change.before.clone(), after: change.after.clone() }
    }

    /// `Off ➔ On`, `+ On`, `- Off`; with the part before it.
    pub fn words(&self) -> String {
        let change = match (self.before.as_str(), self.after.as_str()) {
            ("", "") => String::new(),
            ("", after) => format!("+ {after}"),
            (before, "") => format!("- {before}"),
            (before, after) => format!("{before} ➔ {after}"),
        };
        match (self.part.as_str(), change.as_str()) {
            ("", change) => change.to_owned(),
            (part, "") => part.to_owned(),
            (part, change) => format!("{part}: {change}"),
        }
    }
}

impl Told {
    fn new(setting: &SettingRef, event: &str, lines: Vec<Line>) -> Self {
        Self { key: setting.key.clone(), event: event.to_owned(), lines, confidential: false }
    }

    /// The same without what rules compare with, where that is confidential.
    pub fn masked(&self) -> Self {
        let hide = |line: &Line| match (self.confidential, line.part.as_str()) {
            (false, _) | (_, "") => line.clone(),
            (true, part) => Line { part: format!("{part} was changed"), before: String::new(), after: String::new() },
        };
        Self { lines: self.lines.iter().map(hide).collect(), ..self.clone() }
    }
}

impl Published {
    /// In a line, for a list of what was sent.
    pub fn summary(&self) -> String {
        let told = |told: &Told| match told.lines.first().map(Line::words) {
            Some(words) if told.event == "changed" => format!("{}: {words}", told.key),
            _ => format!("{} {}", told.key, told.event),
        };
        match self.changes.as_slice() {
            [] => String::new(),
            [only] => told(only),
            [first, rest @ ..] => format!("{} and {} more", told(first), rest.len()),
        }
    }
}

/// What the events of a change publish; nothing for most of them.
pub async fn published(tx: &Writer, events: &[Event], trace: &Trace) -> Result<Vec<Published>> {
    let mut all: Vec<Published> = vec![];
    for event in events {
        let Event::Product(event) = event else { continue };
        for (config, environment, told) in told(tx, event).await? {
            match all.iter_mut().find(|known| known.config.id == config.id && known.environment.id == environment.id) {
                Some(known) => known.changes.push(told),
                None => all.push(Published {
                    product: event.at().product,
                    config,
                    environment,
                    by: String::new(),
                    note: event.note().map(str::to_owned),
                    changes: vec![told],
                    test: false,
                }),
            }
        }
    }
    if let Some(first) = all.first() {
        let email = match trace.actor {
            Some(person) if first.by.is_empty() => store::email(tx, person).await?,
            _ => None,
        };
        let by = email.map_or_else(|| trace.actor_name.clone(), |email| format!("{} ({email})", trace.actor_name));
        all.iter_mut().for_each(|published| by.clone_into(&mut published.by));
    }
    Ok(all)
}

async fn told(tx: &Writer, event: &ProductEvent) -> Result<Vec<(ConfigRef, EnvironmentRef, Told)>> {
    Ok(match event {
        ProductEvent::ValueChanged { setting, environment, changes, before, after, .. } => {
            let told = Told::new(setting, "changed", changes.iter().map(Line::of).collect());
            let confidential = [before, after].into_iter().any(is_confidential);
            vec![(setting.config.clone(), environment.clone(), Told { confidential, ..told })]
        }
        ProductEvent::SettingCreated { setting, values, .. } => {
            let one = |value: &crate::audit::product_event::ValueRef| {
                let line = Line { part: default(&value.formula), before: String::new(), after: String::new() };
                (setting.config.clone(), value.environment.clone(), Told::new(setting, "added", vec![line]))
            };
            values.iter().map(one).collect()
        }
        ProductEvent::SettingDeleted { setting, values, .. } => {
            let one = |value: &crate::audit::product_event::ValueRef| {
                (setting.config.clone(), value.environment.clone(), Told::new(setting, "deleted", vec![]))
            };
            values.iter().map(one).collect()
        }
        ProductEvent::SegmentChanged { segment, .. } => through_segment(tx, segment).await?,
        _ => vec![],
    })
}

async fn through_segment(tx: &Writer, segment: &SegmentRef) -> Result<Vec<(ConfigRef, EnvironmentRef, Told)>> {
    let one = |found: store::Use| {
        let line = Line { part: format!("the segment {} was changed", segment.name), before: String::new(), after: String::new() };
        (
            ConfigRef { id: found.config, name: found.config_name },
            EnvironmentRef { id: found.environment, name: found.environment_name, color: found.environment_color },
            Told { key: found.key, event: "changed".into(), lines: vec![line], confidential: false },
        )
    };
    Ok(store::uses(tx, segment.id).await?.into_iter().map(one).collect())
}

/// Whether a formula compares with something that programs get only as a hash.
fn is_confidential(formula: &Value) -> bool {
    let confidential = |condition: &Condition| matches!(condition, Condition::User(condition) if condition.comparator.is_sensitive());
    Formula::remembered(formula).is_ok_and(|formula| formula.conditions().any(confidential))
}

/// What everybody gets, of a formula as events remember it.
fn default(formula: &Value) -> String {
    let value = formula.get("default").and_then(Value::as_object).and_then(|default| default.values().next());
    match value {
        Some(Value::Bool(true)) => "On".to_owned(),
        Some(Value::Bool(false)) => "Off".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
