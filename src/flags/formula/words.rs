//! A formula as people read it: in a cell of the dashboard, in the review before it is saved, in the history and in the audit log.

use flag_eval::model::{FlagComparator, SegmentComparator, Value};

use super::{Around, Condition, Formula, Rule, Share, Then, Variation};
use crate::{
    audit::Change,
    segments::comparison::{self, Asked, short},
};

/// How many shares are named.
const FEW: usize = 5;

/// A value: `On`, `“Autumn sale”`, `48`; a predefined one by its name.
pub fn value_words(value: &Value, variations: &[Variation]) -> String {
    let named = variations.iter().find(|variation| variation.value == *value).and_then(|variation| variation.name.as_deref());
    match (named, value) {
        (Some(name), _) => name.to_owned(),
        (None, Value::Bool(true)) => "On".to_owned(),
        (None, Value::Bool(false)) => "Off".to_owned(),
        (None, Value::Text(text)) => format!("“{}”", short(text)),
        (None, Value::Int(number)) => number.to_string(),
        (None, Value::Double(number)) => number.to_string(),
    }
}

/// What everybody gets for whom no rule decides.
pub fn otherwise(formula: &Formula, variations: &[Variation]) -> String {
    given(&formula.default, &formula.split, variations)
}

/// What is given where no rule decides: the value, or the shares if there are any.
pub(super) fn given(default: &Value, split: &[Share], variations: &[Variation]) -> String {
    if split.is_empty() { value_words(default, variations) } else { shares(split, variations) }
}

fn shares(shares: &[Share], variations: &[Variation]) -> String {
    let each = shares.iter().take(FEW).map(|share| format!("{} % {}", share.percent, value_words(&share.value, variations)));
    let more = if shares.len() > FEW { format!(" and {} more", shares.len() - FEW) } else { String::new() };
    format!("{}{more}", each.collect::<Vec<_>>().join(", "))
}

/// A condition: `Email ends with any of @example.com`, `in beta users`, `newCheckout is On`.
pub fn condition_words(condition: &Condition, around: &Around) -> Asked {
    match condition {
        Condition::User(condition) => comparison::asked(condition),
        Condition::Segment { id, is } => {
            let what = match is {
                SegmentComparator::IsIn => "in",
                SegmentComparator::IsNotIn => "not in",
            };
            let value = around.segments.get(id).map_or("a segment that is gone", String::as_str);
            Asked { what: what.to_owned(), value: value.to_owned() }
        }
        Condition::Flag { id, is, value } => {
            let key = around.settings.get(id).map_or("a flag that is gone", |other| other.key.as_str());
            let word = match is {
                FlagComparator::Equals => "is",
                FlagComparator::NotEquals => "is not",
            };
            Asked { what: format!("{key} {word}"), value: value_words(value, &[]) }
        }
    }
}

/// A rule: `IF Email ends with any of @example.com AND in beta users THEN On`.
pub fn rule_words(rule: &Rule, around: &Around) -> String {
    let conditions: Vec<String> = rule
        .conditions
        .iter()
        .map(|condition| condition_words(condition, around))
        .map(|asked| format!("{} {}", asked.what, asked.value))
        .collect();
    format!("IF {} THEN {}", conditions.join(" AND "), then_words(&rule.then, around))
}

/// What a rule gives.
pub fn then_words(then: &Then, around: &Around) -> String {
    match then {
        Then::Then(value) => value_words(value, &around.variations),
        Then::Split(each) => shares(each, &around.variations),
    }
}

/// The whole formula on one line: `IF … THEN On, ELSE 20 % On, 80 % Off`.
pub fn formula_words(formula: &Formula, around: &Around) -> String {
    let rules: Vec<String> = formula.rules.iter().map(|rule| rule_words(rule, around)).collect();
    let otherwise = otherwise(formula, &around.variations);
    if rules.is_empty() { otherwise } else { format!("{}, ELSE {otherwise}", rules.join(", ")) }
}

/// What differs between two formulas, part by part.
pub fn differences(before: &Formula, after: &Formula, around: &Around) -> Vec<Change> {
    let mut changes = rules(&before.rules, &after.rules, around);
    let (was, is) = (otherwise(before, &around.variations), otherwise(after, &around.variations));
    changes.extend(Change::of("Else", was, is));
    let attribute = |formula: &Formula| formula.attribute.clone().unwrap_or_else(|| flag_eval::user::IDENTIFIER.to_owned());
    changes.extend(Change::of("Divided by", attribute(before), attribute(after)));
    let hints = |formula: &Formula| {
        formula.hints.iter().map(|(value, hint)| format!("{}: {}", short(value), short(hint))).collect::<Vec<_>>().join(", ")
    };
    changes.extend(Change::of("What values stand for", hints(before), hints(after)));
    if changes.is_empty() && before != after {
        // What is too long to be shown differs beyond what is shown, or what a split has made idle.
        changes.push(Change { field: "Value".into(), before: formula_words(before, around), after: formula_words(after, around) });
    }
    changes
}

/// Rules that stand in both are left out; between them, what went and what came is put side by side.
fn rules(before: &[Rule], after: &[Rule], around: &Around) -> Vec<Change> {
    let mut changes = vec![];
    let (mut from, mut to) = (0, 0);
    for (at, now_at) in kept(before, after).into_iter().chain([(before.len(), after.len())]) {
        let (went, came) = (&before[from..at], &after[to..now_at]);
        for pair in 0..went.len().max(came.len()) {
            let number = if pair < came.len() { to + pair } else { from + pair } + 1;
            let words = |rule: Option<&Rule>| rule.map(|rule| rule_words(rule, around)).unwrap_or_default();
            changes.push(Change { field: format!("Rule {number}"), before: words(went.get(pair)), after: words(came.get(pair)) });
        }
        (from, to) = (at + 1, now_at + 1);
    }
    changes
}

/// The positions of a longest run of rules that stand in both, in order. Of very many rules, only those at both ends are looked at.
fn kept(before: &[Rule], after: &[Rule]) -> Vec<(usize, usize)> {
    let start = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let end = before[start..].iter().rev().zip(after[start..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (olds, news) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let mut found: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    if olds.len() * news.len() <= 10_000 {
        // lengths[old][new]: how many can be kept of what begins there.
        let mut lengths = vec![vec![0_usize; news.len() + 1]; olds.len() + 1];
        for old in (0..olds.len()).rev() {
            for new in (0..news.len()).rev() {
                lengths[old][new] = match olds[old] == news[new] {
                    true => lengths[old + 1][new + 1] + 1,
                    false => lengths[old + 1][new].max(lengths[old][new + 1]),
                };
            }
        }
        let (mut old, mut new) = (0, 0);
        while old < olds.len() && new < news.len() {
            if olds[old] == news[new] {
                found.push((start + old, start + new));
                (old, new) = (old + 1, new + 1);
            } else if lengths[old + 1][new] >= lengths[old][new + 1] {
                old += 1;
            } else {
                new += 1;
            }
        }
    }
    found.extend((0..end).rev().map(|back| (before.len() - 1 - back, after.len() - 1 - back)));
    found
}
