//! Values of the second generation on the wire: rules of several conditions, which give a value or divide the people. What divides everybody
//! for whom no rule decides is a last rule without conditions.

use std::collections::BTreeMap;

use flag_eval::{
    comparator::{Comparator, Field},
    model::{ComparisonValue, FlagComparator, Kind, UserCondition},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    typed::ValueModel,
    wire::{self, SEGMENT_WORDS, segment_comparator, segment_word},
    words::{PrerequisiteWord, SegmentWord, UserComparator},
};
use crate::{
    error::{Fields, Result},
    flags::{
        Formula,
        formula::{Condition, LONGEST_HINT, Rule, Share, Then, Variation},
        told::Variations,
    },
    ids::SettingId,
};

/// A value: what everybody gets for whom nothing else decides, and rules.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateEvaluationFormulaModel {
    default_value: ValueModel,
    /// The first one whose conditions all hold decides. The last one may have no condition and divide everybody else.
    #[serde(default, deserialize_with = "wire::list")]
    #[schema(required)]
    pub targeting_rules: Vec<TargetingRuleModel>,
    /// The attribute by which people are divided; without it, their identifier.
    #[schema(required, max_length = 1000)]
    percentage_evaluation_attribute: Option<String>,
}

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetingRuleModel {
    /// All of them must hold.
    #[serde(default, deserialize_with = "wire::list")]
    #[schema(required)]
    conditions: Vec<ConditionModel>,
    /// Divides the people for whom they hold; the percentages add up to 100.
    #[serde(default, deserialize_with = "wire::list")]
    #[schema(required)]
    percentage_options: Vec<PercentageOptionModel>,
    /// What the people get for whom they hold, where they are not divided.
    #[schema(required)]
    value: Option<ValueModel>,
}

/// A condition: one of the three.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConditionModel {
    #[schema(required)]
    user_condition: Option<UserConditionModel>,
    #[schema(required)]
    segment_condition: Option<SegmentConditionModel>,
    #[schema(required)]
    prerequisite_flag_condition: Option<PrerequisiteFlagConditionModel>,
}

/// A condition about an attribute.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserConditionModel {
    #[schema(min_length = 1, max_length = 1000)]
    comparison_attribute: String,
    #[schema(value_type = UserComparator)]
    comparator: String,
    comparison_value: ComparisonValueModel,
}

/// What an attribute is compared with: the member that the comparator needs says it, the others are null.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonValueModel {
    #[schema(required)]
    string_value: Option<String>,
    #[schema(required)]
    double_value: Option<f64>,
    #[schema(required)]
    list_value: Option<Vec<ComparisonValueListModel>>,
}

/// One of several values that an attribute is compared with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonValueListModel {
    value: String,
    /// What it stands for.
    #[schema(required, max_length = 1500)]
    hint: Option<String>,
}

/// A condition about a segment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentConditionModel {
    segment_id: String,
    /// `isIn` or `isNotIn`.
    #[schema(value_type = SegmentWord)]
    comparator: String,
}

/// A condition about another flag.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrerequisiteFlagConditionModel {
    prerequisite_setting_id: i64,
    /// `equals` or `doesNotEqual`.
    #[schema(value_type = PrerequisiteWord)]
    comparator: String,
    prerequisite_comparison_value: ValueModel,
}

/// A share of the people.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PercentageOptionModel {
    percentage: i64,
    /// What they get.
    value: ValueModel,
}

/// The predefined variations that a formula may name: those of its setting, and those of the settings that it asks for.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// Of the setting.
    pub own: &'a [Variation],
    /// Of the others.
    pub others: &'a Variations,
}

impl Named<'_> {
    fn of(&self, other: SettingId) -> &[Variation] {
        self.others.get(&other).map_or(&[][..], Vec::as_slice)
    }
}

/// How values are written: with their variations, or as a patch meets them.
type Written = fn(&flag_eval::model::Value, &[Variation]) -> ValueModel;

impl UpdateEvaluationFormulaModel {
    /// A formula as it is written here.
    pub fn of(formula: &Formula, named: Named<'_>) -> Self {
        Self::written(formula, named, ValueModel::of)
    }

    /// The same as a patch meets it.
    pub fn for_patch(formula: &Formula, named: Named<'_>) -> Self {
        Self::written(formula, named, ValueModel::for_patch)
    }

    fn written(formula: &Formula, named: Named<'_>, value: Written) -> Self {
        let variations = named.own;
        let options = |shares: &[Share]| -> Vec<PercentageOptionModel> {
            let option = |share: &Share| PercentageOptionModel { percentage: share.percent.into(), value: value(&share.value, variations) };
            shares.iter().map(option).collect()
        };
        let rule = |rule: &Rule| {
            let (gives, percentage_options) = match &rule.then {
                Then::Then(one) => (Some(value(one, variations)), vec![]),
                Then::Split(shares) => (None, options(shares)),
            };
            let conditions = rule.conditions.iter().map(|condition| ConditionModel::of(condition, &formula.hints, named, value)).collect();
            TargetingRuleModel { conditions, percentage_options, value: gives }
        };
        let last = TargetingRuleModel { conditions: vec![], percentage_options: options(&formula.split), value: None };
        Self {
            default_value: value(&formula.default, variations),
            targeting_rules: formula.rules.iter().map(rule).chain((!formula.split.is_empty()).then_some(last)).collect(),
            percentage_evaluation_attribute: formula.attribute.clone(),
        }
    }

    /// Whether it names a predefined variation of a setting that it asks for.
    pub fn names_others(&self) -> bool {
        let conditions = self.targeting_rules.iter().flat_map(|rule| &rule.conditions);
        let mut asked = conditions.filter_map(|condition| condition.prerequisite_flag_condition.as_ref());
        asked.any(|asked| asked.prerequisite_comparison_value.names_variation())
    }

    /// The formula, of this type.
    ///
    /// # Errors
    /// Everything that is none, by its place in the formula.
    pub fn read(&self, kind: Kind, named: Named<'_>, patched: bool) -> Result<Formula> {
        let mut reading = Reading { kind, named, patched, hints: BTreeMap::new(), fields: Fields::default() };
        let default = reading.value(&self.default_value, "default");
        let (mut rules, mut split) = (vec![], vec![]);
        for (at, rule) in self.targeting_rules.iter().enumerate() {
            let place = format!("rule.{at}");
            if rule.conditions.is_empty() && !rule.percentage_options.is_empty() {
                if at + 1 < self.targeting_rules.len() {
                    reading.add(place.clone(), "Only the last rule can be without conditions: it decides for everybody.");
                } else if rule.value.is_some() {
                    reading.add(place.clone(), "A rule gives a value or divides people, not both.");
                }
                split = reading.shares(&rule.percentage_options, &place);
            } else if let Some(rule) = reading.rule(rule, &place) {
                rules.push(rule);
            }
        }
        let attribute = self.percentage_evaluation_attribute.clone().filter(|attribute| !attribute.is_empty());
        match (default, reading.fields.0.is_empty()) {
            (Some(default), true) => Ok(Formula { default, rules, split, attribute, hints: reading.hints }),
            _ => Err(reading.fields.into()),
        }
    }
}

impl ConditionModel {
    fn of(condition: &Condition, hints: &BTreeMap<String, String>, named: Named<'_>, written: Written) -> Self {
        match condition {
            Condition::User(condition) => Self {
                user_condition: Some(UserConditionModel {
                    comparison_attribute: condition.attribute.clone(),
                    comparator: condition.comparator.name().to_owned(),
                    comparison_value: ComparisonValueModel::of(&condition.value, hints),
                }),
                ..Self::default()
            },
            Condition::Segment { id, is } => Self {
                segment_condition: Some(SegmentConditionModel { segment_id: id.to_string(), comparator: segment_word(*is).to_owned() }),
                ..Self::default()
            },
            Condition::Flag { id, is, value } => Self {
                prerequisite_flag_condition: Some(PrerequisiteFlagConditionModel {
                    prerequisite_setting_id: id.0,
                    comparator: FLAG_WORDS[usize::from(*is == FlagComparator::NotEquals)].to_owned(),
                    prerequisite_comparison_value: written(value, named.of(*id)),
                }),
                ..Self::default()
            },
        }
    }
}

impl ComparisonValueModel {
    fn of(value: &ComparisonValue, hints: &BTreeMap<String, String>) -> Self {
        match value {
            ComparisonValue::Text(text) => Self { string_value: Some(text.clone()), ..Self::default() },
            ComparisonValue::Number(number) => Self { double_value: Some(*number), ..Self::default() },
            ComparisonValue::List(texts) => {
                let list = texts.iter().map(|text| ComparisonValueListModel { value: text.clone(), hint: hints.get(text).cloned() });
                Self { list_value: Some(list.collect()), ..Self::default() }
            }
        }
    }

    fn read(&self, comparator: Comparator) -> Result<ComparisonValue, String> {
        let (value, field) = match comparator.field() {
            Field::Text => (self.string_value.clone().map(ComparisonValue::Text), "StringValue"),
            Field::Number => (self.double_value.map(ComparisonValue::Number), "DoubleValue"),
            Field::List => {
                let texts = |list: &Vec<ComparisonValueListModel>| list.iter().map(|one| one.value.clone()).collect();
                (self.list_value.as_ref().map(texts).map(ComparisonValue::List), "ListValue")
            }
        };
        value.ok_or_else(|| format!("{field} field must be set for {}.", comparator.name()))
    }
}

/// How another flag is asked for.
pub const FLAG_WORDS: [&str; 2] = ["equals", "doesNotEqual"];

struct Reading<'a> {
    kind: Kind,
    named: Named<'a>,
    patched: bool,
    hints: BTreeMap<String, String>,
    fields: Fields,
}

impl Reading<'_> {
    fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.fields.add(field.into(), message.into());
    }

    fn value(&mut self, value: &ValueModel, field: &str) -> Option<flag_eval::model::Value> {
        value.read(self.kind, self.named.own, self.patched).map_err(|why| self.add(field, why)).ok()
    }

    fn shares(&mut self, options: &[PercentageOptionModel], place: &str) -> Vec<Share> {
        let mut shares = vec![];
        for (at, option) in options.iter().enumerate() {
            let place = format!("{place}.split.{at}");
            let percent = wire::percent(option.percentage, &format!("{place}.percent"), &mut self.fields);
            let value = self.value(&option.value, &format!("{place}.value"));
            if let (Some(percent), Some(value)) = (percent, value) {
                shares.push(Share { percent, value });
            }
        }
        shares
    }

    fn rule(&mut self, rule: &TargetingRuleModel, place: &str) -> Option<Rule> {
        let mut conditions = vec![];
        for (at, condition) in rule.conditions.iter().enumerate() {
            conditions.extend(self.condition(condition, &format!("{place}.condition.{at}")));
        }
        let then = match (&rule.value, rule.percentage_options.as_slice()) {
            (Some(value), []) => Then::Then(self.value(value, &format!("{place}.value"))?),
            (None, []) => {
                self.add(format!("{place}.value"), "Please say what the people get for whom it holds: a value, or percentage options.");
                return None;
            }
            (None, options) => Then::Split(self.shares(options, place)),
            (Some(_), _) => {
                self.add(place, "A rule gives a value or divides people, not both.");
                return None;
            }
        };
        Some(Rule { conditions, then })
    }

    fn condition(&mut self, condition: &ConditionModel, place: &str) -> Option<Condition> {
        match (&condition.user_condition, &condition.segment_condition, &condition.prerequisite_flag_condition) {
            (Some(condition), None, None) => self.about_user(condition, place),
            (None, Some(SegmentConditionModel { segment_id, comparator }), None) => {
                let id =
                    segment_id.parse().map_err(|_| self.add(format!("{place}.segment"), "There is no such segment in this product.")).ok();
                let is = segment_comparator(comparator);
                if is.is_none() {
                    self.add(format!("{place}.segment_comparator"), format!("Please choose one of {}.", SEGMENT_WORDS.join(", ")));
                }
                Some(Condition::Segment { id: id?, is: is? })
            }
            (None, None, Some(condition)) => self.about_flag(condition, place),
            _ => {
                self.add(place, "A condition is about an attribute, a segment or another flag: please give exactly one of the three.");
                None
            }
        }
    }

    fn about_user(&mut self, condition: &UserConditionModel, place: &str) -> Option<Condition> {
        let Some(comparator) = Comparator::from_name(condition.comparator.trim()) else {
            self.add(format!("{place}.comparator"), format!("There is no comparator called {:?}.", condition.comparator));
            return None;
        };
        for ComparisonValueListModel { value, hint } in condition.comparison_value.list_value.iter().flatten() {
            let Some(hint) = hint else { continue };
            if hint.chars().count() > LONGEST_HINT {
                self.add(format!("{place}.values"), format!("A hint has at most {LONGEST_HINT} characters."));
            }
            self.hints.entry(value.clone()).or_insert_with(|| hint.clone());
        }
        match condition.comparison_value.read(comparator) {
            Ok(value) => Some(Condition::User(UserCondition::new(condition.comparison_attribute.as_str(), comparator, value))),
            Err(why) => {
                self.add(format!("{place}.values"), why);
                None
            }
        }
    }

    /// The type of the other flag is known where the formula is checked; until then the value is of the type that it is written as.
    fn about_flag(&mut self, condition: &PrerequisiteFlagConditionModel, place: &str) -> Option<Condition> {
        let Some(word) = wire::word(&condition.comparator, FLAG_WORDS) else {
            self.add(format!("{place}.flag_comparator"), format!("Please choose one of {}.", FLAG_WORDS.join(", ")));
            return None;
        };
        let is = if word == FLAG_WORDS[0] { FlagComparator::Equals } else { FlagComparator::NotEquals };
        let id = SettingId(condition.prerequisite_setting_id);
        match condition.prerequisite_comparison_value.as_written(self.named.of(id), self.patched) {
            Ok(value) => Some(Condition::Flag { id, is, value }),
            Err(why) => {
                self.add(format!("{place}.value"), format!("Invalid prerequisite value. {why}"));
                None
            }
        }
    }
}
