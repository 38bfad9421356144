//! Whether a formula may be saved: every mistake is told at its field, all of them at once.
//!
//! Fields are named by their place, as the editor names them: `default`, `percentage_attribute`, `split`, `split.0.value`, `rule.1`,
//! `rule.1.condition.0.values`, `rule.1.split.2.percent`.

use std::collections::{BTreeMap, BTreeSet};

use flag_eval::{
    comparator::Comparator,
    model::{FlagComparator, Kind, Value},
};

use super::{Condition, Formula, Share, Then, first_generation};
use crate::{
    error::Fields,
    ids::{SegmentId, SettingId, VariationId},
    segments::comparison,
};

/// The longest text that a setting can be.
pub const LONGEST_TEXT: usize = 100_000;

/// How much fits into a formula.
pub struct Limit;

impl Limit {
    /// Rules of a formula.
    pub const RULES: usize = 500;
    /// Shares into which people are divided.
    pub const SHARES: usize = 500;
    /// Conditions of a rule.
    pub const CONDITIONS: usize = 100;
    /// Predefined variations of a setting.
    pub const VARIATIONS: usize = 500;
    /// Settings of a config.
    pub const SETTINGS: u64 = 1000;
}

/// A value that a setting can have, by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Variation {
    /// The variation.
    pub id: VariationId,
    /// Its value.
    pub value: Value,
    /// Its name; without one, the value is shown.
    pub name: Option<String>,
    /// What it is for.
    pub hint: Option<String>,
}

/// Another setting of the config.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
}

/// What stands around a formula: all that decides whether it may be saved.
pub struct Around {
    /// What the setting's values are.
    pub kind: Kind,
    /// Whether its texts must be JSON.
    pub is_json: bool,
    /// The generation of the config's rules: 1 or 2.
    pub generation: i64,
    /// The values that the setting can have; empty: any of its kind.
    pub variations: Vec<Variation>,
    /// The segments of the product, with their names.
    pub segments: BTreeMap<SegmentId, String>,
    /// Those of them that the first generation cannot express; looked up only for a config of it.
    pub beyond_first: BTreeSet<SegmentId>,
    /// All settings of the config.
    pub settings: BTreeMap<SettingId, Other>,
}

/// Checks a formula.
///
/// # Errors
/// Everything that is wrong with it, by field.
pub fn check(formula: &Formula, around: &Around) -> Result<(), Fields> {
    let mut wrong = Checking { around, fields: Fields::default() };
    wrong.value("default".into(), &formula.default);
    if let Some(attribute) = &formula.attribute {
        comparison::check_attribute(attribute, "percentage_attribute".into(), &mut wrong.fields);
    }
    wrong.shares("split", &formula.split, false);
    if formula.rules.len() > Limit::RULES {
        wrong.add("", format!("These are more than {} rules.", Limit::RULES));
    }
    for (at, rule) in formula.rules.iter().enumerate() {
        let place = format!("rule.{at}");
        if rule.conditions.is_empty() {
            wrong.add(place.clone(), "A rule needs a condition.");
        }
        if rule.conditions.len() > Limit::CONDITIONS {
            wrong.add(place.clone(), format!("These are more than {} conditions.", Limit::CONDITIONS));
        }
        for (at, condition) in rule.conditions.iter().enumerate() {
            wrong.condition(&format!("{place}.condition.{at}"), condition);
        }
        match &rule.then {
            Then::Then(value) => wrong.value(format!("{place}.value"), value),
            Then::Split(shares) => wrong.shares(&format!("{place}.split"), shares, true),
        }
    }
    if around.generation < 2 {
        first_generation::check(formula, around, &mut wrong.fields);
    }
    if wrong.fields.0.is_empty() { Ok(()) } else { Err(wrong.fields) }
}

/// Checks one value of a setting, but not whether it is among the predefined ones.
///
/// # Errors
/// Why it is not acceptable.
pub fn check_value(kind: Kind, is_json: bool, value: &Value) -> Result<(), String> {
    if value.kind() != kind {
        let field = match kind {
            Kind::Bool => "BoolValue",
            Kind::Text => "StringValue",
            Kind::Int => "IntValue",
            Kind::Double => "DoubleValue",
        };
        return Err(format!("{field} field must be set: the setting is of type {kind}, and this is of type {}.", value.kind()));
    }
    match value {
        Value::Text(text) if text.chars().count() > LONGEST_TEXT => Err(format!("A text has at most {LONGEST_TEXT} characters.")),
        Value::Text(text) if text.contains('\0') => Err("A text cannot contain the character NUL.".into()),
        Value::Text(text) if is_json && !text.is_empty() => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("This is not valid JSON: {error}.")),
        },
        Value::Int(number) if i32::try_from(*number).is_err() => Err("A whole number is between −2147483648 and 2147483647.".into()),
        Value::Double(number) if !number.is_finite() => Err("This is no number.".into()),
        _ => Ok(()),
    }
}

struct Checking<'a> {
    around: &'a Around,
    fields: Fields,
}

impl Checking<'_> {
    fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.fields.add(field.into(), message.into());
    }

    fn value(&mut self, field: String, value: &Value) {
        if let Err(why) = check_value(self.around.kind, self.around.is_json, value) {
            return self.add(field, why);
        }
        let variations = &self.around.variations;
        if !variations.is_empty() && !variations.iter().any(|variation| variation.value == *value) {
            self.add(field, "This is none of the predefined variations. Please choose one.");
        }
    }

    fn shares(&mut self, place: &str, shares: &[Share], needed: bool) {
        if shares.is_empty() {
            if needed {
                self.add(place, "Invalid percentage option value. There is nothing to divide people into.");
            }
            return;
        }
        if shares.len() > Limit::SHARES {
            self.add(place, format!("These are more than {} shares.", Limit::SHARES));
        }
        let sum: u32 = shares.iter().map(|share| u32::from(share.percent)).sum();
        if sum != 100 {
            self.add(place, format!("The percentages add up to {sum}, not to 100."));
        }
        for (at, share) in shares.iter().enumerate() {
            if share.percent > 100 {
                self.add(format!("{place}.{at}.percent"), "A percentage is between 0 and 100.");
            }
            self.value(format!("{place}.{at}.value"), &share.value);
        }
    }

    fn condition(&mut self, place: &str, condition: &Condition) {
        match condition {
            Condition::User(condition) => comparison::check_one(condition, place, &mut self.fields),
            Condition::Segment { id, .. } => {
                if !self.around.segments.contains_key(id) {
                    self.add(format!("{place}.segment"), "There is no such segment in this product.");
                }
            }
            Condition::Flag { id, value, is: FlagComparator::Equals | FlagComparator::NotEquals } => {
                match self.around.settings.get(id).map(|other| other.kind) {
                    None => self.add(format!("{place}.flag"), "Prerequisite setting not found."),
                    Some(kind) => {
                        if let Err(why) = check_value(kind, false, value) {
                            self.add(format!("{place}.value"), format!("Invalid prerequisite value. {why}"));
                        }
                    }
                }
            }
        }
    }
}

/// Whether programs of the first generation know the comparator.
pub(super) fn is_of_first_generation(comparator: Comparator) -> bool {
    comparator.number() <= Comparator::SensitiveIsNotOneOf.number()
}
