//! What is served: the config JSON of a config in an environment, made of its settings, their formulas and the segments that they use.
//!
//! It is always the same for the same state. Whoever changes what is in it raises the revision of the config and environment in the same
//! transaction; whoever serves it notices by that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use flag_eval::model::{self, Preferences, Served, Value};
use sha2::{Digest as _, Sha256};

use super::{
    formula::{Condition, Formula, Rule, Share, Then},
    store,
};
use crate::{
    clock::Time,
    db::{Reader, Writer},
    error::{Error, Result},
    ids::{ConfigId, EnvironmentId, SegmentId, SettingId},
    serving,
};

/// The config JSON as it is served: what sensitive comparators compare with is hashed. `url` is the public address of this Burgee.
///
/// # Errors
/// `NotFound` if there is no such config.
pub async fn config_json(db: &Reader, config: ConfigId, environment: EnvironmentId, url: &str) -> Result<model::Config> {
    Ok(in_clear(db, config, environment, url).await?.hashed())
}

/// The same with nothing hashed: for evaluating it here, with [`model::Config::clear`].
///
/// # Errors
/// `NotFound` if there is no such config.
pub async fn in_clear(db: &Reader, config: ConfigId, environment: EnvironmentId, url: &str) -> Result<model::Config> {
    let salt = store::salt(db, config).await?.ok_or(Error::NotFound)?;
    let stored = store::served(db, config, environment).await?;
    let formulas = stored.iter().map(|row| match &row.formula {
        Some(json) => Formula::read(json),
        None => Ok(Formula::empty(row.kind)),
    });
    let formulas: Vec<Formula> = formulas.collect::<Result<_>>()?;
    let used: BTreeMap<SegmentId, usize> =
        formulas.iter().flat_map(Formula::segments).collect::<BTreeSet<_>>().into_iter().enumerate().map(|(at, id)| (id, at)).collect();
    let segments = if used.is_empty() { vec![] } else { segments(db, config, &used).await? };
    let keys: HashMap<SettingId, &str> = stored.iter().map(|row| (row.id, row.key.as_str())).collect();
    let settings = stored.iter().zip(formulas).map(|(row, formula)| {
        let setting = Published { id: row.id, keys: &keys, segments: &used }.setting(row.kind, formula)?;
        Ok((row.key.clone(), setting))
    });
    Ok(model::Config {
        preferences: Preferences { url: url.to_owned(), redirect: 0, salt },
        segments,
        settings: settings.collect::<Result<_>>()?,
    })
}

/// The keys of the settings of a config whose texts are JSON.
pub async fn json_settings(db: &Reader, config: ConfigId) -> Result<BTreeSet<String>> {
    Ok(store::json_keys(db, config).await?.into_iter().collect())
}

/// The segments that are used, in the order of their positions.
async fn segments(db: &Reader, config: ConfigId, used: &BTreeMap<SegmentId, usize>) -> Result<Vec<model::Segment>> {
    let mut found = store::segments_with_conditions(db, config).await?;
    found.retain(|segment| used.contains_key(&segment.id));
    found.sort_by_key(|segment| segment.id);
    if found.len() != used.len() {
        return Err(Error::internal("a formula uses a segment that is gone"));
    }
    let read = |segment: store::StoredSegment| {
        let conditions = serde_json::from_str(&segment.conditions).map_err(Error::internal)?;
        Ok(model::Segment { name: segment.name, conditions })
    };
    found.into_iter().map(read).collect()
}

/// The id under which programs know a value of a setting: always the same for the same value.
pub fn variation(setting: SettingId, value: &Value) -> String {
    let digest = Sha256::digest(format!("{setting} {} {value}", value.kind()));
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Notes that what is served for a config in an environment has changed. It also puts changes of the same in a row: a second one waits here
/// until the first one is done.
pub async fn raise(tx: &Writer, config: ConfigId, environment: EnvironmentId, now: Time) -> Result<()> {
    serving::store::publish(tx, config, environment, now).await
}

/// A setting on its way to programs.
struct Published<'a> {
    id: SettingId,
    keys: &'a HashMap<SettingId, &'a str>,
    segments: &'a BTreeMap<SegmentId, usize>,
}

impl Published<'_> {
    fn setting(&self, kind: model::Kind, formula: Formula) -> Result<model::Setting> {
        Ok(model::Setting {
            kind,
            percentage_attribute: formula.attribute,
            rules: formula.rules.into_iter().map(|rule| self.rule(rule)).collect::<Result<_>>()?,
            percentage_options: self.shares(formula.split),
            served: self.served(formula.default),
        })
    }

    fn rule(&self, rule: Rule) -> Result<model::Rule> {
        let then = match rule.then {
            Then::Then(value) => model::Then::Serve(self.served(value)),
            Then::Split(shares) => model::Then::Divide(self.shares(shares)),
        };
        let conditions = rule.conditions.into_iter().map(|condition| self.condition(condition)).collect::<Result<_>>()?;
        Ok(model::Rule { conditions, then })
    }

    fn condition(&self, condition: Condition) -> Result<model::Condition> {
        Ok(match condition {
            Condition::User(condition) => model::Condition::User(condition),
            Condition::Segment { id, is } => {
                let segment = *self.segments.get(&id).ok_or_else(|| Error::internal("a segment without a position"))?;
                model::Condition::Segment(model::SegmentCondition { segment, comparator: is })
            }
            Condition::Flag { id, is, value } => {
                let key = self.keys.get(&id).ok_or_else(|| Error::internal("a formula asks for a setting that is gone"))?;
                model::Condition::Flag(model::FlagCondition { key: (*key).to_owned(), comparator: is, value })
            }
        })
    }

    fn shares(&self, shares: Vec<Share>) -> Vec<model::PercentageOption> {
        let options =
            shares.into_iter().map(|share| model::PercentageOption { percentage: share.percent, served: self.served(share.value) });
        options.collect()
    }

    fn served(&self, value: Value) -> Served {
        let variation = variation(self.id, &value);
        Served { value, variation }
    }
}
