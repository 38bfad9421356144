//! A formula on its way through the editor: what was typed, right or wrong, until it is one.

use std::borrow::Cow;

use flag_eval::{
    comparator::Comparator,
    model::{ComparisonValue, FlagComparator, Kind, SegmentComparator, UserCondition, Value},
};

use crate::{
    error::Fields,
    flags::{
        Formula,
        formula::{self, Around, Then, Variation, read_value},
        pages::{Condition, Outcome, Rule, Share},
    },
    segments::comparison,
    ui::{Control, Posted},
};

/// What the editor holds.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub rules: Vec<Rule>,
    pub otherwise: Outcome,
    pub default: String,
    pub percentage_attribute: String,
}

/// The most parts of a kind that are read of a form.
const MOST: usize = 2000;

impl Draft {
    /// A formula as it is shown.
    pub fn of(formula: &Formula, around: &Around) -> Self {
        let say = |value: &Value| typed(value, &around.variations);
        let outcome = |then: &Then| match then {
            Then::Then(value) => Outcome::Value(say(value)),
            Then::Split(shares) => split(shares, &around.variations),
        };
        let rules = formula.rules.iter().enumerate().map(|(at, rule)| Rule {
            from: Some(at),
            conditions: rule.conditions.iter().map(shown).collect(),
            outcome: outcome(&rule.then),
        });
        Self {
            rules: rules.collect(),
            otherwise: if formula.split.is_empty() {
                Outcome::Value(say(&formula.default))
            } else {
                split(&formula.split, &around.variations)
            },
            default: say(&formula.default),
            percentage_attribute: Control::Trimmed.show(formula.attribute.as_deref().unwrap_or_default()),
        }
    }

    /// What was sent.
    pub fn posted(posted: &Posted) -> Self {
        let text = |field: String| posted.get(&field).to_owned();
        let rule = |r: usize| {
            let place = format!("rule.{r}");
            let conditions = (0..MOST).map(|c| condition(posted, &format!("{place}.condition.{c}"))).take_while(Option::is_some).flatten();
            let outcome = shares(posted, &format!("{place}.split")).unwrap_or_else(|| Outcome::Value(text(format!("{place}.value"))));
            Rule { from: posted.get(&format!("{place}.from")).parse().ok(), conditions: conditions.collect(), outcome }
        };
        let is_there = |r: &usize| posted.has(&format!("rule.{r}.from")) || posted.has(&format!("rule.{r}.condition.0.type"));
        let default = text("default".to_owned());
        Self {
            rules: (0..MOST).take_while(is_there).map(rule).collect(),
            otherwise: shares(posted, "split").unwrap_or_else(|| Outcome::Value(default.clone())),
            default,
            percentage_attribute: text("percentage_attribute".to_owned()),
        }
    }

    /// The formula that it says, and what of it cannot be read. What is wrong with the formula is asked after that.
    pub fn read(&self, around: &Around) -> (Formula, Fields) {
        let mut reading = Reading { around, fields: Fields::default() };
        let rules = self.rules.iter().enumerate().map(|(r, rule)| {
            let place = format!("rule.{r}");
            let conditions =
                rule.conditions.iter().enumerate().map(|(c, condition)| reading.condition(&format!("{place}.condition.{c}"), condition));
            let conditions = conditions.collect();
            let then = match &rule.outcome {
                Outcome::Value(text) => Then::Then(reading.value(format!("{place}.value"), text)),
                Outcome::Split { shares, .. } => Then::Split(reading.shares(&format!("{place}.split"), shares)),
            };
            formula::Rule { conditions, then }
        });
        let rules = rules.collect();
        let (default, split) = match &self.otherwise {
            Outcome::Value(text) => (reading.value("default".into(), text), vec![]),
            Outcome::Split { shares, .. } => (reading.value("default".into(), &self.default), reading.shares("split", shares)),
        };
        let attribute = Some(Control::Trimmed.read(&self.percentage_attribute)).filter(|attribute| !attribute.is_empty());
        (Formula { default, rules, split, attribute, hints: Default::default() }, reading.fields)
    }

    /// Does what a button asks for, and tells which control gets the focus.
    pub fn act(&mut self, act: &str, first: &str) -> Cow<'static, str> {
        let parts: Vec<&str> = act.split(':').collect();
        let number = |at: usize| parts.get(at).and_then(|part| part.parse::<usize>().ok());
        let place = parts.get(1).copied().unwrap_or_default();
        match (parts[0], number(1), number(2)) {
            ("add-rule", ..) => {
                self.rules.push(Rule { from: None, conditions: vec![fresh("user")], outcome: Outcome::Value(first.to_owned()) });
                format!("rule.{}.condition.0.attribute", self.rules.len() - 1).into()
            }
            ("remove-rule", Some(r), _) if r < self.rules.len() => {
                self.rules.remove(r);
                "add-rule".into()
            }
            ("move-rule", Some(r), _) if r < self.rules.len() => {
                let to = if parts.get(2) == Some(&"up") { r.saturating_sub(1) } else { (r + 1).min(self.rules.len() - 1) };
                self.rules.swap(r, to);
                format!("rule.{to}.menu").into()
            }
            ("add-condition", Some(r), _) if r < self.rules.len() => {
                let kind = parts.get(2).copied().unwrap_or_default();
                self.rules[r].conditions.push(fresh(kind));
                format!("rule.{r}.condition.{}.{}", self.rules[r].conditions.len() - 1, first_field(kind)).into()
            }
            ("ask", Some(r), _) if r < self.rules.len() => {
                let kind = parts.get(2).copied().unwrap_or_default();
                self.rules[r].conditions = vec![fresh(kind)];
                format!("rule.{r}.condition.0.{}", first_field(kind)).into()
            }
            ("remove-condition", Some(r), Some(c)) if self.rules.get(r).is_some_and(|rule| c < rule.conditions.len()) => {
                self.rules[r].conditions.remove(c);
                format!("rule.{r}.and").into()
            }
            ("split" | "serve-one" | "add-share" | "remove-share", ..) => self.divide(parts[0], place, number(2), first),
            _ => "".into(),
        }
    }

    fn divide(&mut self, what: &str, place: &str, share: Option<usize>, first: &str) -> Cow<'static, str> {
        let (outcome, prefix, one) = match place.parse::<usize>() {
            _ if place == "else" => (&mut self.otherwise, "split".to_owned(), "default".to_owned()),
            Ok(r) if r < self.rules.len() => (&mut self.rules[r].outcome, format!("rule.{r}.split"), format!("rule.{r}.value")),
            _ => return "".into(),
        };
        match (what, outcome) {
            ("split", outcome @ Outcome::Value(_)) => {
                let Outcome::Value(value) = &*outcome else { return "".into() };
                let other = if value == first { other_than(first) } else { first.to_owned() };
                let shares = vec![Share { percent: "50".into(), value: other }, Share { percent: "50".into(), value: value.clone() }];
                *outcome = Outcome::Split { shares, told: String::new() };
                format!("{prefix}.0.percent").into()
            }
            ("serve-one", outcome @ Outcome::Split { .. }) => {
                let Outcome::Split { shares, .. } = &*outcome else { return "".into() };
                let most = shares.iter().max_by_key(|share| share.percent.trim().parse::<u32>().unwrap_or(0));
                let value = most.map_or_else(|| first.to_owned(), |share| share.value.clone());
                if place == "else" {
                    self.default.clone_from(&value);
                }
                *outcome = Outcome::Value(value);
                one.into()
            }
            ("add-share", Outcome::Split { shares, .. }) => {
                shares.push(Share { percent: "0".into(), value: first.to_owned() });
                format!("{prefix}.{}.percent", shares.len() - 1).into()
            }
            ("remove-share", Outcome::Split { shares, .. }) => {
                if let Some(share) = share.filter(|share| *share < shares.len() && shares.len() > 1) {
                    shares.remove(share);
                }
                format!("{prefix}.0.percent").into()
            }
            _ => "".into(),
        }
    }
}

/// The other one of on and off.
fn other_than(value: &str) -> String {
    match value {
        "true" => "false".into(),
        "false" => "true".into(),
        other => other.into(),
    }
}

/// The field of a condition that is filled in first.
fn first_field(kind: &str) -> &'static str {
    match kind {
        "segment" => "segment",
        "flag" => "flag",
        _ => "attribute",
    }
}

/// A condition that nothing is said in yet.
fn fresh(kind: &str) -> Condition {
    match kind {
        "segment" => Condition::Segment { segment: String::new(), comparator: "isIn".into() },
        "flag" => Condition::Flag {
            flag: String::new(),
            comparator: "equals".into(),
            value: "true".into(),
            said_for: None,
            kind: Default::default(),
            variations: vec![],
        },
        _ => Condition::User { attribute: String::new(), comparator: "isOneOf".into(), values: String::new() },
    }
}

/// A value as the form holds it: a predefined one by its id.
pub(super) fn typed(value: &Value, variations: &[Variation]) -> String {
    match variations.iter().find(|variation| variation.value == *value) {
        Some(variation) => variation.id.to_string(),
        None => Control::Area.show(&value.to_string()),
    }
}

fn split(shares: &[formula::Share], variations: &[Variation]) -> Outcome {
    let share = |share: &formula::Share| Share { percent: share.percent.to_string(), value: typed(&share.value, variations) };
    Outcome::Split { shares: shares.iter().map(share).collect(), told: String::new() }
}

/// A condition as it is shown. What another flag holds is filled in where it is known.
fn shown(condition: &formula::Condition) -> Condition {
    match condition {
        formula::Condition::User(condition) => Condition::User {
            attribute: Control::Trimmed.show(&condition.attribute),
            comparator: condition.comparator.name().into(),
            values: comparison::shown(condition),
        },
        formula::Condition::Segment { id, is } => Condition::Segment { segment: id.to_string(), comparator: is.name().into() },
        formula::Condition::Flag { id, is, value } => Condition::Flag {
            flag: id.to_string(),
            comparator: is.name().into(),
            value: Control::Area.show(&value.to_string()),
            said_for: None,
            kind: value.kind().into(),
            variations: vec![],
        },
    }
}

fn condition(posted: &Posted, place: &str) -> Option<Condition> {
    let text = |field: &str| posted.get(&format!("{place}.{field}")).to_owned();
    Some(match posted.get(&format!("{place}.type")) {
        "user" => {
            Condition::User { attribute: text("attribute"), comparator: text("comparator"), values: text("values").replace("\r\n", "\n") }
        }
        "segment" => Condition::Segment { segment: text("segment"), comparator: text("comparator") },
        "flag" => Condition::Flag {
            flag: text("flag"),
            comparator: text("comparator"),
            value: text("value"),
            said_for: posted.has(&format!("{place}.of")).then(|| text("of")),
            kind: Default::default(),
            variations: vec![],
        },
        _ => return None,
    })
}

fn shares(posted: &Posted, place: &str) -> Option<Outcome> {
    let share = |n: usize| {
        let percent = format!("{place}.{n}.percent");
        posted
            .has(&percent)
            .then(|| Share { percent: posted.get(&percent).to_owned(), value: posted.get(&format!("{place}.{n}.value")).to_owned() })
    };
    let shares: Vec<Share> = (0..MOST).map_while(share).collect();
    (!shares.is_empty()).then(|| Outcome::Split { shares, told: String::new() })
}

struct Reading<'a> {
    around: &'a Around,
    fields: Fields,
}

impl Reading<'_> {
    fn value(&mut self, field: String, text: &str) -> Value {
        let kind = self.around.kind;
        if let Some(variation) = self.around.variations.iter().find(|variation| variation.id.to_string() == text) {
            return variation.value.clone();
        }
        read_value(kind, &Control::Area.read(text)).unwrap_or_else(|why| {
            self.fields.add(field, why);
            formula::empty_value(kind)
        })
    }

    fn shares(&mut self, place: &str, shares: &[Share]) -> Vec<formula::Share> {
        let mut read = vec![];
        for (n, share) in shares.iter().enumerate() {
            let percent = share.percent.trim().trim_end_matches('%').trim_end().parse().ok().filter(|percent| *percent <= 100);
            if percent.is_none() {
                self.fields.add(format!("{place}.{n}.percent"), "A percentage is a whole number between 0 and 100.");
            }
            read.push(formula::Share { percent: percent.unwrap_or(0), value: self.value(format!("{place}.{n}.value"), &share.value) });
        }
        read
    }

    fn condition(&mut self, place: &str, condition: &Condition) -> formula::Condition {
        match condition {
            Condition::User { attribute, comparator, values } => {
                let known = Comparator::from_name(comparator);
                if known.is_none() {
                    self.fields.add(format!("{place}.comparator"), "There is no such comparison.");
                }
                let comparator = known.unwrap_or(Comparator::IsOneOf);
                let value = comparison::typed(comparator, values).unwrap_or_else(|why| {
                    self.fields.add(format!("{place}.values"), why);
                    ComparisonValue::Number(0.0)
                });
                formula::Condition::User(UserCondition { attribute: Control::Trimmed.read(attribute), comparator, value })
            }
            Condition::Segment { segment, comparator } => {
                let is = SegmentComparator::from_name(comparator);
                if is.is_none() {
                    self.fields.add(format!("{place}.comparator"), "There is no such comparison.");
                }
                let id = segment.parse().ok();
                if id.is_none() {
                    self.fields.add(format!("{place}.segment"), "Please choose a segment.");
                }
                let nothing = crate::ids::SegmentId(uuid::Uuid::nil());
                formula::Condition::Segment { id: id.unwrap_or(nothing), is: is.unwrap_or(SegmentComparator::IsIn) }
            }
            Condition::Flag { flag, comparator, value, .. } => {
                let is = FlagComparator::from_name(comparator);
                if is.is_none() {
                    self.fields.add(format!("{place}.comparator"), "There is no such comparison.");
                }
                let id = flag.parse().ok();
                if id.is_none() {
                    self.fields.add(format!("{place}.flag"), "Please choose a flag.");
                }
                let id = id.unwrap_or(crate::ids::SettingId(0));
                let kind = self.around.settings.get(&id).map_or(Kind::Bool, |other| other.kind);
                let value = read_value(kind, &Control::Area.read(value)).unwrap_or_else(|why| {
                    self.fields.add(format!("{place}.value"), format!("Invalid prerequisite value. {why}"));
                    formula::empty_value(kind)
                });
                formula::Condition::Flag { id, is: is.unwrap_or(FlagComparator::Equals), value }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_change_the_draft_and_say_where_the_focus_goes() {
        let mut draft = Draft {
            rules: vec![],
            otherwise: Outcome::Value("false".into()),
            default: "false".into(),
            percentage_attribute: String::new(),
        };
        assert_eq!(draft.act("add-rule", "true"), "rule.0.condition.0.attribute");
        assert_eq!(draft.act("add-condition:0:segment", "true"), "rule.0.condition.1.segment");
        assert_eq!(draft.act("remove-condition:0:0", "true"), "rule.0.and");
        assert_eq!(draft.act("ask:0:user", "true"), "rule.0.condition.0.attribute");
        assert!(matches!(draft.rules[0].conditions[..], [Condition::User { .. }]));
        assert_eq!(draft.act("split:else", "true"), "split.0.percent");
        assert!(matches!(&draft.otherwise, Outcome::Split { shares, .. } if shares[0].value == "true" && shares[1].value == "false"));
        assert_eq!(draft.act("add-share:else", "true"), "split.2.percent");
        assert_eq!(draft.act("remove-share:else:2", "true"), "split.0.percent");
        assert_eq!(draft.act("serve-one:else", "true"), "default");
        assert_eq!(draft.act("move-rule:0:down", "true"), "rule.0.menu");
        assert_eq!(draft.act("remove-rule:0", "true"), "add-rule");
        assert_eq!([draft.act("remove-rule:0", "true"), draft.act("split:7", "true"), draft.act("", "true")], ["", "", ""]);
    }
}
