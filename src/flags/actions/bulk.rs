//! Changing many values of a config in an environment at once: all of them, or none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::value::{Write, changed_meanwhile, check_note, said, told_circle};
use crate::{
    audit::{Event, Unaudited, product_event::ProductEvent},
    authn::Actor,
    authz::{Authorized, Tx},
    error::{Error, Fields, Result},
    flags::{
        Formula, Setting, around,
        formula::{Around, Variation, check, differences},
        permits::WriteValues,
        publish, store, told,
        value_store::{self, Stored},
    },
    ids::{SegmentId, SettingId, VersionId},
};

/// What is wanted of a setting.
pub struct Wanted<T> {
    /// The setting.
    pub setting: SettingId,
    /// What it is to be.
    pub to: T,
}

/// What is to be written of a setting.
struct Planned {
    at: usize,
    setting: Setting,
    variations: Vec<Variation>,
    before: Formula,
    after: Formula,
}

/// Changes the values of these settings, made of what is wanted, and leaves the others as they are. Nothing is changed if one of them cannot be.
///
/// # Errors
/// What is wrong with each of them, at fields that begin with its position, such as `2.rule.0`; `note` where one is mandatory; a conflict if
/// one of them has another version than the one that was seen.
pub async fn write_all<T>(
    may: &Authorized<WriteValues>,
    wanted: &[Wanted<T>],
    how: Write<'_>,
    make: impl Fn(&T, &Setting, &[Variation]) -> Result<Formula> + Clone,
) -> Result<()> {
    may.change(async |tx| {
        publish::raise(&tx, tx.on().config.id, tx.on().at.id, tx.now()).await?;
        Ok(((), put_all(&tx, may.person(), wanted, how, make).await?))
    })
    .await
}

/// The same inside a change that is alone with the values. Without a difference, the event says so.
pub(super) async fn put_all<T>(
    tx: &Tx<WriteValues>,
    by: Option<&Actor>,
    wanted: &[Wanted<T>],
    how: Write<'_>,
    make: impl Fn(&T, &Setting, &[Variation]) -> Result<Formula>,
) -> Result<Vec<Event>> {
    let (config, environment) = (&tx.on().config, tx.on().at.id);
    let mut settings: HashMap<SettingId, Setting> =
        store::of_config(tx, config.id).await?.into_iter().map(|setting| (setting.id, setting)).collect();
    let stored = value_store::values_in(tx, config.id, &[environment]).await?;
    let stored: HashMap<SettingId, value_store::ValueRow> = stored.into_iter().map(|row| (row.setting, row)).collect();
    let mut variations = told::variations_in(tx, config.id).await?;
    let mut wrong = Fields::default();
    let note = said(how.note);
    check_note(note, tx.on().at.note_required, &mut wrong);
    let mut planned: Vec<Planned> = vec![];
    for (at, Wanted { setting, to }) in wanted.iter().enumerate() {
        let Some(setting) = settings.remove(setting) else {
            let twice = planned.iter().any(|other| other.setting.id == *setting);
            let why = if twice { "This flag or setting is named twice." } else { "There is no such flag or setting in this config." };
            wrong.add(format!("{at}.setting"), why);
            continue;
        };
        let row = stored.get(&setting.id);
        if how.seen.is_some_and(|seen| seen != row.map_or(VersionId::NONE, |row| row.version)) {
            return Err(changed_meanwhile());
        }
        let before = row.map_or_else(|| Ok(Formula::empty(setting.kind)), |row| Formula::read(&row.formula))?;
        let variations = variations.remove(&setting.id).unwrap_or_default();
        match make(to, &setting, &variations) {
            Ok(after) => planned.push(Planned { at, setting, variations, before, after }),
            Err(Error::Invalid(fields)) => place(&mut wrong, at, fields),
            Err(other) => return Err(other),
        }
    }
    planned.retain(|one| one.before != one.after);
    let segments: BTreeSet<SegmentId> = planned.iter().flat_map(|one| one.after.segments()).collect();
    value_store::hold_segments(tx, segments).await?;
    let mut around = around::of_config(tx, config).await?;
    for one in &mut planned {
        let variations = std::mem::take(&mut one.variations);
        around = Around { kind: one.setting.kind, is_json: one.setting.is_json, variations, ..around };
        place(&mut wrong, one.at, check(&one.after, &around).err().unwrap_or_default());
        one.variations = std::mem::take(&mut around.variations);
    }
    if planned.iter().any(|one| !one.after.prerequisites().is_empty()) {
        let edges = value_store::prerequisites(tx, config.id, environment).await?;
        let mut asks: BTreeMap<SettingId, Vec<SettingId>> = BTreeMap::new();
        for edge in edges {
            asks.entry(edge.setting).or_default().push(edge.prerequisite);
        }
        asks.extend(planned.iter().map(|one| (one.setting.id, one.after.prerequisites())));
        let all = || asks.iter().flat_map(|(setting, others)| others.iter().map(|other| (*setting, *other)));
        for one in &planned {
            if let Some((field, circle)) = told_circle(one.setting.id, &one.after, all(), &around) {
                wrong.add(format!("{}.{field}", one.at), circle);
            }
        }
    }
    if !wrong.0.is_empty() {
        return Err(wrong.into());
    }
    let (mut events, updater) = (vec![], by.map(|actor| actor.person));
    for Planned { setting, variations, before, after, .. } in planned {
        around = Around { variations, ..around };
        let version = VersionId::new();
        let to = Stored { setting: setting.id, environment, version, updater, variations: &around.variations };
        value_store::put_value(tx, to, &after, tx.now()).await?;
        events.push(Event::from(ProductEvent::ValueChanged {
            at: setting.at(),
            setting: setting.reference(),
            environment: tx.on().environment(),
            note: note.map(str::to_owned),
            before: before.remember()?,
            after: after.remember()?,
            version,
            restored: None,
            changes: differences(&before, &after, &around),
        }));
    }
    if events.is_empty() {
        events.push(Event::Unaudited(Unaudited::Nothing));
    }
    Ok(events)
}

/// Puts mistakes under the position of what they are about.
fn place(wrong: &mut Fields, at: usize, fields: Fields) {
    for (field, message) in fields.0 {
        wrong.add(format!("{at}.{field}"), message);
    }
}
