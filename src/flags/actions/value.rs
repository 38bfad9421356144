//! Changing values.

use flag_eval::{cycles, model::Value};

use crate::{
    audit::{Event, Unaudited, product_event::ProductEvent},
    authz::{Authorized, Tx},
    error::{Error, Fields, Result},
    flags::{
        Formula, SettingValue, around,
        formula::{Around, Condition, Variation, check, differences},
        history,
        permits::WriteValue,
        publish, store,
        value_store::{self, Stored},
    },
    ids::{SettingId, VersionId},
};

/// How a value is changed, besides to what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Write<'a> {
    /// The version that the actor has seen; another one by now is a conflict.
    pub seen: Option<VersionId>,
    /// Why, in the actor's own words.
    pub note: Option<&'a str>,
}

/// What a change of a value left.
#[derive(Clone, Debug)]
pub struct Written {
    /// The version now.
    pub version: VersionId,
    /// The formula now.
    pub formula: Formula,
    /// Whether anything was changed.
    pub changed: bool,
}

/// The code of the conflict between two people who change the same value.
pub const CHANGED_MEANWHILE: &str = "changed_meanwhile";

/// Changes a value to a formula, which may leave out what values stand for: that stays.
///
/// # Errors
/// Everything that is wrong with the formula, by field; `note` where one is mandatory; a conflict if somebody else was faster.
pub async fn write(may: &Authorized<WriteValue>, formula: &Formula, how: Write<'_>) -> Result<Written> {
    apply(may, how, How::default(), |now, _| Ok(formula.clone().with_hints_of(&now.formula()?))).await
}

/// Changes a value to what is made of what it is and of its predefined variations, with nobody in between. A note that is mandatory is asked
/// for even where that changes nothing.
///
/// # Errors
/// As [`write`], and what `make` says.
pub async fn write_by(
    may: &Authorized<WriteValue>,
    how: Write<'_>,
    make: impl Fn(&SettingValue, &[Variation]) -> Result<Formula> + Clone,
) -> Result<Written> {
    apply(may, how, How { restored: None, strict: true }, make).await
}

/// Switches a flag: everybody for whom no rule decides gets this from now on.
///
/// # Errors
/// As [`write`]; and if the setting is no flag.
pub async fn switch(may: &Authorized<WriteValue>, on: bool, how: Write<'_>) -> Result<Written> {
    apply(may, how, How::default(), |now, _| {
        let formula = now.formula()?;
        let Value::Bool(_) = formula.default else { return Err(Error::field("value", "Only flags can be switched.")) };
        // What was divided is divided no more: off is off.
        Ok(Formula { default: Value::Bool(on), split: vec![], ..formula })
    })
    .await
}

/// Gives a setting the value again that it had after the event at this position of the log.
///
/// # Errors
/// As [`write`]; `NotFound` if the event is none of this value.
pub async fn restore(may: &Authorized<WriteValue>, position: i64, how: Write<'_>) -> Result<Written> {
    let earlier = history::at(&may.read(), may, position).await?.ok_or(Error::NotFound)?;
    apply(may, how, How { restored: Some(position), strict: false }, |_, _| Ok(earlier.formula.clone())).await
}

/// What a change of a value is besides.
#[derive(Clone, Copy, Default)]
struct How {
    /// The position of the event whose value comes back.
    restored: Option<i64>,
    /// Whether a note that is mandatory is asked for even where nothing changes.
    strict: bool,
}

async fn apply(
    may: &Authorized<WriteValue>,
    how: Write<'_>,
    more: How,
    make: impl Fn(&SettingValue, &[Variation]) -> Result<Formula> + Clone,
) -> Result<Written> {
    let updater = may.person().map(|actor| actor.person);
    may.change(async |tx| {
        let (setting, environment) = (tx.on().setting.id, tx.on().at.id);
        // Changes of the same config and environment wait for each other here, and only then look at what there is.
        publish::raise(&tx, tx.on().setting.config, environment, tx.now()).await?;
        let now = store::value(&tx, setting, environment).await?.ok_or(Error::NotFound)?;
        if how.seen.is_some_and(|seen| seen != now.version()) {
            return Err(changed_meanwhile());
        }
        let note = said(how.note);
        let mut wrong = Fields::default();
        check_note(note, now.at.note_required, &mut wrong);
        let mut around = around::plainly(&tx, &now.setting).await?;
        let (before, after) = (now.formula()?, make(&now, &around.variations)?);
        if before == after {
            if more.strict && !wrong.0.is_empty() {
                return Err(wrong.into());
            }
            let left = Written { version: now.version(), formula: after, changed: false };
            return Ok((left, Event::Unaudited(Unaudited::Nothing)));
        }
        value_store::hold_segments(&tx, after.segments()).await?;
        if !before.rules.is_empty() || !after.rules.is_empty() {
            around = around::named(&tx, now.setting.product, now.setting.config, around).await?;
        }
        wrong.0.extend(check(&after, &around).err().unwrap_or_default().0);
        if let Some((field, cycle)) = cycle(&tx, &now, &after, &around).await? {
            wrong.add(field, cycle);
        }
        if !wrong.0.is_empty() {
            return Err(wrong.into());
        }
        let version = VersionId::new();
        value_store::put_value(&tx, Stored { setting, environment, version, updater, variations: &around.variations }, &after, tx.now())
            .await?;
        let event = ProductEvent::ValueChanged {
            at: now.setting.at(),
            setting: now.setting.reference(),
            environment: now.environment(),
            note: note.map(str::to_owned),
            before: before.remember()?,
            after: after.remember()?,
            version,
            restored: more.restored,
            changes: differences(&before, &after, &around),
        };
        Ok((Written { version, formula: after, changed: true }, Event::from(event)))
    })
    .await
}

/// The refusal for whoever was slower.
pub(super) fn changed_meanwhile() -> Error {
    Error::conflict(CHANGED_MEANWHILE, "Somebody else has changed this value since you opened it.")
}

/// A note, if something was said.
pub(super) fn said(note: Option<&str>) -> Option<&str> {
    note.map(str::trim).filter(|note| !note.is_empty())
}

/// The longest note.
const LONGEST_NOTE: usize = 1000;

/// Notes whether a note is missing or too long.
pub(super) fn check_note(note: Option<&str>, required: bool, fields: &mut Fields) {
    match note {
        None if required => fields.add("note", "Reason required: please say why."),
        Some(note) if note.chars().count() > LONGEST_NOTE => fields.add("note", format!("A note has at most {LONGEST_NOTE} characters.")),
        _ => {}
    }
}

/// A circle that the formula would close: at which field, and the keys of its chain.
async fn cycle(tx: &Tx<WriteValue>, now: &SettingValue, after: &Formula, around: &Around) -> Result<Option<(String, String)>> {
    if after.prerequisites().is_empty() {
        return Ok(None);
    }
    let others = value_store::prerequisites(tx, now.setting.config, now.at.id).await?;
    Ok(told_circle(now.setting.id, after, others.into_iter().map(|edge| (edge.setting, edge.prerequisite)), around))
}

/// The circle that a formula of this setting would close with what the others ask for, as it is told.
pub(super) fn told_circle(
    own: SettingId,
    after: &Formula,
    others: impl Iterator<Item = (SettingId, SettingId)>,
    around: &Around,
) -> Option<(String, String)> {
    let chain = circle(own, &after.prerequisites(), others, around)?;
    let closing = chain.get(1).cloned().unwrap_or_default();
    let field = field_of(after, around, &closing);
    // Told from what was just asked for, and around to it again.
    let told: Vec<String> = chain.into_iter().skip(1).chain([closing]).collect();
    Some((field, format!("Circular dependency detected. {}", told.join(" ➔ "))))
}

/// The chain that comes back to this setting, beginning with it.
fn circle(
    own: SettingId,
    wanted: &[SettingId],
    others: impl Iterator<Item = (SettingId, SettingId)>,
    around: &Around,
) -> Option<Vec<String>> {
    let mut edges: std::collections::BTreeMap<SettingId, Vec<SettingId>> = Default::default();
    for (setting, prerequisite) in others.filter(|(setting, _)| *setting != own) {
        edges.entry(setting).or_default().push(prerequisite);
    }
    edges.insert(own, wanted.to_vec());
    let key = |id: &SettingId| around.settings.get(id).map_or("", |other| other.key.as_str());
    // The setting that is changed stands first, so that the chain is told from there.
    let first = edges.remove_entry(&own);
    let all = first.iter().map(|(id, to)| (key(id), to)).chain(edges.iter().map(|(id, to)| (key(id), to)));
    let found = cycles::find(all.map(|(key_of, to)| (key_of, to.iter().map(key).collect::<Vec<_>>())))?;
    Some(found.keys)
}

/// The field of the condition that asks for the setting with this key.
fn field_of(formula: &Formula, around: &Around, key: &str) -> String {
    for (at, rule) in formula.rules.iter().enumerate() {
        for (number, condition) in rule.conditions.iter().enumerate() {
            if let Condition::Flag { id, .. } = condition
                && around.settings.get(id).is_some_and(|other| other.key == key)
            {
                return format!("rule.{at}.condition.{number}.flag");
            }
        }
    }
    String::new()
}
