//! Values of the first generation on the wire: rules of one condition each, and a division of everybody else.

use flag_eval::model::{Kind, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    comparison,
    typed::{PlainValue, plain},
    wire::{self, SEGMENT_WORDS, segment_comparator, segment_word},
};
use crate::{
    error::{Error, Fields, Result},
    flags::{
        Formula,
        formula::{Condition, Rule, Share, Then},
    },
};

/// A value: what everybody gets for whom nothing else decides, rules, and a division of the others.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSettingValueModel {
    /// The first one whose condition holds decides.
    #[serde(default, deserialize_with = "wire::list")]
    #[schema(required)]
    rollout_rules: Vec<RolloutRuleModel>,
    /// Divides everybody for whom no rule decides; the percentages add up to 100.
    #[serde(default, deserialize_with = "wire::list")]
    #[schema(required)]
    rollout_percentage_items: Vec<RolloutPercentageItemModel>,
    /// Of the setting’s type.
    #[schema(value_type = PlainValue)]
    value: serde_json::Value,
}

/// A rule: about an attribute, or about a segment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutRuleModel {
    #[schema(required, max_length = 1000)]
    comparison_attribute: Option<String>,
    #[schema(required)]
    comparator: Option<String>,
    #[schema(required)]
    comparison_value: Option<String>,
    /// What they get.
    #[schema(value_type = PlainValue)]
    value: serde_json::Value,
    /// `isIn` or `isNotIn`.
    #[schema(required)]
    segment_comparator: Option<String>,
    #[schema(required)]
    segment_id: Option<String>,
}

/// A share of the people.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutPercentageItemModel {
    percentage: i64,
    /// What they get.
    #[schema(value_type = PlainValue)]
    value: serde_json::Value,
}

const TOO_MUCH: &str = "This value has more than version 1 of this API can tell.";

impl UpdateSettingValueModel {
    /// A formula as it is written here.
    ///
    /// # Errors
    /// If it is not of the first generation.
    pub fn of(formula: &Formula) -> Result<Self> {
        let item = |share: &Share| RolloutPercentageItemModel { percentage: share.percent.into(), value: share.value.plain() };
        Ok(Self {
            rollout_rules: formula.rules.iter().map(RolloutRuleModel::of).collect::<Result<_>>()?,
            rollout_percentage_items: formula.split.iter().map(item).collect(),
            value: formula.default.plain(),
        })
    }

    /// The formula, of this type.
    ///
    /// # Errors
    /// Everything that is none, by its place in the formula.
    pub fn read(&self, kind: Kind) -> Result<Formula> {
        let mut fields = Fields::default();
        let default = read(kind, &self.value, "default", &mut fields);
        let mut rules = vec![];
        for (at, rule) in self.rollout_rules.iter().enumerate() {
            let place = format!("rule.{at}");
            let condition = rule.condition(&format!("{place}.condition.0"), &mut fields);
            let value = read(kind, &rule.value, &format!("{place}.value"), &mut fields);
            if let (Some(condition), Some(value)) = (condition, value) {
                rules.push(Rule { conditions: vec![condition], then: Then::Then(value) });
            }
        }
        let mut split = vec![];
        for (at, item) in self.rollout_percentage_items.iter().enumerate() {
            let percent = wire::percent(item.percentage, &format!("split.{at}.percent"), &mut fields);
            let value = read(kind, &item.value, &format!("split.{at}.value"), &mut fields);
            if let (Some(percent), Some(value)) = (percent, value) {
                split.push(Share { percent, value });
            }
        }
        match (default, fields.0.is_empty()) {
            (Some(default), true) => Ok(Formula { default, rules, split, attribute: None, hints: Default::default() }),
            _ => Err(fields.into()),
        }
    }
}

fn read(kind: Kind, json: &serde_json::Value, field: &str, fields: &mut Fields) -> Option<Value> {
    plain(kind, json).map_err(|why| fields.add(field.to_owned(), why)).ok()
}

impl RolloutRuleModel {
    fn of(rule: &Rule) -> Result<Self> {
        let too_much = || Error::refused("not_expressible", TOO_MUCH);
        let (Then::Then(value), [condition]) = (&rule.then, rule.conditions.as_slice()) else { return Err(too_much()) };
        let none = Self {
            comparison_attribute: None,
            comparator: None,
            comparison_value: None,
            value: value.plain(),
            segment_comparator: None,
            segment_id: None,
        };
        match condition {
            Condition::User(condition) => Ok(Self {
                comparison_attribute: Some(condition.attribute.clone()),
                comparator: Some(comparison::word(condition.comparator).ok_or_else(too_much)?.to_owned()),
                comparison_value: Some(comparison::text(&condition.value)),
                ..none
            }),
            Condition::Segment { id, is } => {
                Ok(Self { segment_comparator: Some(segment_word(*is).to_owned()), segment_id: Some(id.to_string()), ..none })
            }
            Condition::Flag { .. } => Err(too_much()),
        }
    }

    fn condition(&self, place: &str, fields: &mut Fields) -> Option<Condition> {
        let said = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(id) = said(&self.segment_id) {
            if said(&self.comparator).is_some() {
                fields.add(place.to_owned(), "A rule is about an attribute or about a segment, not about both.");
                return None;
            }
            let id = id.parse().map_err(|_| fields.add(format!("{place}.segment"), "There is no such segment in this product.")).ok();
            let word = said(&self.segment_comparator).unwrap_or_default();
            let is = segment_comparator(&word);
            if is.is_none() {
                fields.add(format!("{place}.segment_comparator"), format!("Please choose one of {}.", SEGMENT_WORDS.join(", ")));
            }
            return Some(Condition::Segment { id: id?, is: is? });
        }
        let word = said(&self.comparator).unwrap_or_default();
        let Some(comparator) = comparison::comparator(&word) else {
            fields.add(format!("{place}.comparator"), format!("Please choose one of {}.", comparison::WORDS.join(", ")));
            return None;
        };
        let attribute = self.comparison_attribute.as_deref().unwrap_or_default();
        let value = self.comparison_value.as_deref().unwrap_or_default();
        match comparison::condition(attribute, comparator, value) {
            Ok(condition) => Some(Condition::User(condition)),
            Err(why) => {
                fields.add(format!("{place}.values"), why);
                None
            }
        }
    }
}

/// A place in a formula, as it is named here.
pub fn place(field: &str) -> Option<String> {
    let parts: Vec<&str> = field.split('.').collect();
    let named = match parts.as_slice() {
        ["default"] => "value".to_owned(),
        ["split"] => "rolloutPercentageItems".to_owned(),
        ["split", at, "percent"] => format!("rolloutPercentageItems[{at}].Percentage"),
        ["split", at, _] => format!("rolloutPercentageItems[{at}].Value"),
        ["rule", at] | ["rule", at, "condition", _] => format!("rolloutRules[{at}]"),
        ["rule", at, "value" | "split", ..] => format!("rolloutRules[{at}].Value"),
        ["rule", at, "condition", _, last] => {
            let last = match *last {
                "attribute" => "ComparisonAttribute",
                "values" => "ComparisonValue",
                "comparator" => "Comparator",
                "segment" => "SegmentId",
                "segment_comparator" => "SegmentComparator",
                _ => return Some(format!("rolloutRules[{at}]")),
            };
            format!("rolloutRules[{at}].{last}")
        }
        _ => return None,
    };
    Some(named)
}
