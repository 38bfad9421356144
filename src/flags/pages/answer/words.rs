//! Rules as the pages show them: lines to read, and the difference before saving.

use flag_eval::model::Value;

use crate::{
    audit::Change,
    flags::{
        Formula,
        formula::{self, Around, Share, Then, Variation, value_words},
        pages::{Kind, Line},
    },
    ui::{Diff, Part},
};

impl From<flag_eval::model::Kind> for Kind {
    fn from(kind: flag_eval::model::Kind) -> Self {
        match kind {
            flag_eval::model::Kind::Bool => Self::Boolean,
            flag_eval::model::Kind::Text => Self::String,
            flag_eval::model::Kind::Int => Self::Int,
            flag_eval::model::Kind::Double => Self::Double,
        }
    }
}

/// A formula as lines.
pub(super) fn lines(formula: &Formula, around: &Around) -> Vec<Line> {
    let mut lines = vec![];
    for rule in &formula.rules {
        for (at, condition) in rule.conditions.iter().enumerate() {
            let asked = formula::condition_words(condition, around);
            let words = vec![Part::Text(format!("{} ", asked.what)), Part::Strong(asked.value)];
            lines.push(Line { keyword: if at == 0 { "IF" } else { "AND" }, words });
        }
        lines.push(Line { keyword: "THEN", words: vec![Part::Strong(formula::then_words(&rule.then, around))] });
    }
    let otherwise = Part::Strong(formula::otherwise(formula, &around.variations));
    match formula.rules.is_empty() {
        true => lines.push(Line { keyword: "", words: vec![otherwise, Part::Text(" for everybody".into())] }),
        false => lines.push(Line { keyword: "ELSE", words: vec![otherwise] }),
    }
    lines
}

/// Changes as the review shows them.
pub(super) fn review(changes: &[Change]) -> Vec<Diff> {
    let mut words = vec![];
    for (at, change) in changes.iter().enumerate() {
        let dot = if at > 0 { "· " } else { "" };
        let rule = change.field.starts_with("Rule ");
        match (change.before.as_str(), change.after.as_str()) {
            ("", after) if rule => words.extend([Diff::same(format!("{dot}new rule")), Diff::new(after)]),
            (before, "") if rule => words.extend([Diff::same(format!("{dot}without")), Diff::lost(before)]),
            (before, after) => {
                let field = if change.field == "Else" { "ELSE".to_owned() } else { change.field.clone() };
                words.extend([Diff::same(format!("{dot}{field}")), Diff::lost(before), Diff::new(after)]);
            }
        }
    }
    words
}

/// Who gets what: a value for each hundredth of the people.
fn hundredths<'a>(shares: &'a [Share], otherwise: &'a Value) -> Vec<&'a Value> {
    let mut each: Vec<&Value> =
        shares.iter().flat_map(|share| std::iter::repeat_n(&share.value, usize::from(share.percent.min(100)))).collect();
    each.truncate(100);
    each.resize(100, otherwise);
    each
}

/// What a change of a split means: “was 20 % On. About 15 of 100 people will switch from Off to On.”
pub(super) fn told(before: &Then, after: &[Share], variations: &[Variation]) -> String {
    let (shares, otherwise): (&[Share], Option<&Value>) = match before {
        Then::Then(value) => (&[], Some(value)),
        Then::Split(shares) => (shares, shares.last().map(|share| &share.value)),
    };
    let (Some(otherwise), Some(last)) = (otherwise, after.last()) else { return String::new() };
    let moves: Vec<(&Value, &Value)> =
        hundredths(shares, otherwise).into_iter().zip(hundredths(after, &last.value)).filter(|(was, is)| was != is).collect();
    let Some((was, is)) = moves.first() else { return String::new() };
    let before = match shares.first() {
        Some(first) => format!("was {} % {}. ", first.percent, value_words(&first.value, variations)),
        None => format!("was {}. ", value_words(otherwise, variations)),
    };
    let how = match moves.iter().all(|one| one == &(*was, *is)) {
        true => format!("switch from {} to {}", value_words(was, variations), value_words(is, variations)),
        false => "get another value".to_owned(),
    };
    format!("{before}About {} of 100 people will {how}.", moves.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_a_split_is_told_in_people() {
        let share = |percent, value| Share { percent, value: Value::Bool(value) };
        let was = Then::Split(vec![share(20, true), share(80, false)]);
        let is = [share(35, true), share(65, false)];
        assert_eq!(told(&was, &is, &[]), "was 20 % On. About 15 of 100 people will switch from Off to On.");
        assert_eq!(told(&Then::Then(Value::Bool(true)), &is, &[]), "was On. About 65 of 100 people will switch from On to Off.");
        assert_eq!(told(&was, &[share(20, true), share(80, false)], &[]), "");
        let reversed = [share(50, false), share(50, true)];
        assert_eq!(told(&was, &reversed, &[]), "was 20 % On. About 70 of 100 people will get another value.");
    }
}
