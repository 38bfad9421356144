//! Carrying values from one environment to another: one, or all that differ.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::{
    bulk::{Wanted, put_all},
    value::{Write, Written, changed_meanwhile, write},
};
use crate::{
    authz::Authorized,
    db::Reader,
    error::{Error, Result},
    flags::{
        Formula, ValueAt, Values, ValuesAt,
        permits::{ReadValue, ReadValues, WriteValue, WriteValues},
        publish, store,
        value_store::{self, ValueRow},
    },
    ids::{ConfigId, EnvironmentId, SettingId, VersionId},
};

const THE_SAME: &str = "Please choose two environments.";

/// Gives a setting in this environment the value that it has in another one, which the actor must be able to see.
///
/// # Errors
/// As `write`; `NotFound` if the actor has no access to the other environment.
pub async fn copy(may: &Authorized<WriteValue>, from: EnvironmentId, how: Write<'_>) -> Result<Written> {
    let there = may.on::<ReadValue>(&ValueAt::of(may.setting.id, from)).await?;
    if there.at.id == may.at.id {
        return Err(Error::field("from", THE_SAME));
    }
    write(may, &there.formula()?, how).await
}

/// A setting that is not the same in two environments.
pub struct Difference {
    /// The setting.
    pub id: SettingId,
    /// Its name.
    pub name: String,
    /// What it is where it would be copied from.
    pub from: Formula,
    /// What it is where it would be copied to.
    pub to: Formula,
}

/// All that differs between two environments of a config.
pub struct Differences {
    /// The settings, in their order.
    pub settings: Vec<Difference>,
    /// Stands for exactly these: once one of them is changed on either side, it is another one.
    pub seen: String,
}

/// What copying all that differs would change.
pub async fn differing(db: &Reader, config: ConfigId, from: EnvironmentId, to: EnvironmentId) -> Result<Differences> {
    let stored = value_store::values_in(db, config, &[from, to]).await?;
    let stored: HashMap<(SettingId, EnvironmentId), &ValueRow> = stored.iter().map(|row| ((row.setting, row.environment), row)).collect();
    let (mut settings, mut digest) = (vec![], Sha256::new());
    for setting in store::list(db, config).await? {
        let rows = [from, to].map(|side| stored.get(&(setting.id, side)).copied());
        let formula = |row: Option<&ValueRow>| row.map_or_else(|| Ok(Formula::empty(setting.kind)), |row| Formula::read(&row.formula));
        let [from, to] = [formula(rows[0])?, formula(rows[1])?];
        if from == to {
            continue;
        }
        let [left, right] = rows.map(|row| row.map_or(VersionId::NONE, |row| row.version));
        digest.update(format!("{} {left} {right};", setting.id));
        settings.push(Difference { id: setting.id, name: setting.name, from, to });
    }
    let seen = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(Differences { settings, seen })
}

/// Makes all settings of a config in this environment what they are in another one, which the actor must be able to see: all of them, or none.
/// `seen` stands for what the actor has seen of the differences. Answers how many there were.
///
/// # Errors
/// `note` where one is mandatory; `NotFound` if the actor has no access to the other environment; a conflict if something was changed since;
/// why one of them cannot be copied.
pub async fn copy_all(may: &Authorized<WriteValues>, from: EnvironmentId, seen: &str, note: Option<&str>) -> Result<usize> {
    if from == may.at.id {
        return Err(Error::field("from", THE_SAME));
    }
    may.change(async |tx| {
        let Values { config, at } = tx.on();
        tx.also::<ReadValues>(&ValuesAt::of(config.id, from)).await?;
        publish::raise(&tx, config.id, at.id, tx.now()).await?;
        let differences = differing(&tx, config.id, from, at.id).await?;
        if differences.seen != seen {
            return Err(changed_meanwhile());
        }
        let names: Vec<String> = differences.settings.iter().map(|setting| setting.name.clone()).collect();
        let wanted: Vec<Wanted<Formula>> =
            differences.settings.into_iter().map(|setting| Wanted { setting: setting.id, to: setting.from }).collect();
        let events = put_all(&tx, may.person(), &wanted, Write { seen: None, note }, |formula, _, _| Ok(formula.clone())).await;
        Ok((names.len(), events.map_err(|error| by_name(error, &names))?))
    })
    .await
}

/// What is wrong with single settings, told by their names.
fn by_name(error: Error, names: &[String]) -> Error {
    let Error::Invalid(fields) = error else { return error };
    if fields.0.contains_key("note") {
        return Error::Invalid(fields);
    }
    let told = fields.0.iter().map(|(field, why)| {
        let at = field.split('.').next().and_then(|at| at.parse::<usize>().ok());
        let name = at.and_then(|at| names.get(at)).map_or("", String::as_str);
        format!("{name} cannot be copied: {why}")
    });
    Error::refused("cannot_copy", told.collect::<Vec<_>>().join(" "))
}
