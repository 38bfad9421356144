//! Conditions about other flags: the field for the value is that of the flag, and what stands in it is one of its values.

use flag_eval::model::Kind;

use super::{draft::Draft, editor::Bench};
use crate::{
    flags::{
        formula::{Variation, read_value, value_words},
        pages::Condition,
    },
    ui::{Choice, Control},
};

impl Bench {
    /// Fills in what the other flags hold. What was said for one flag and is no value of the one that is chosen now goes; told are the fields
    /// in which that is so.
    pub fn settle(&self, draft: &mut Draft) -> Vec<String> {
        let mut emptied = vec![];
        for (r, rule) in draft.rules.iter_mut().enumerate() {
            for (c, condition) in rule.conditions.iter_mut().enumerate() {
                if self.fill(condition) {
                    emptied.push(format!("rule.{r}.condition.{c}.value"));
                }
            }
        }
        emptied
    }

    /// Whether what was said had to go.
    fn fill(&self, condition: &mut Condition) -> bool {
        let Condition::Flag { flag, value, said_for, kind, variations, .. } = condition else { return false };
        let kind_of = |flag: &str| self.around.settings.get(&flag.parse().ok()?).map(|other| other.kind);
        let Some(holds) = kind_of(flag) else { return false };
        *kind = holds.into();
        // Predefined values of another flag are sent as they are, by their own words.
        let named: &[Variation] = flag.parse().ok().and_then(|id| self.others.get(&id)).map_or(&[], Vec::as_slice);
        *variations =
            named.iter().map(|one| Choice::new(Control::Line.show(&one.value.to_string()), value_words(&one.value, named))).collect();
        if !named.is_empty() {
            *value = Control::Line.show(&Control::Area.read(value));
        }
        let is_named = named.is_empty() || variations.iter().any(|choice| choice.value == *value);
        // Before a flag is chosen, the field is one for on and off.
        let before = said_for.take().filter(|before| before != flag).map(|before| kind_of(&before).unwrap_or(Kind::Bool));
        let goes = before.is_some_and(|before| {
            !is_named
                || read_value(holds, &Control::Area.read(value)).is_err()
                || (holds == Kind::Text && before != Kind::Text && named.is_empty())
        });
        if goes || (value.is_empty() && !is_named) {
            *value = match (variations.first(), holds) {
                (Some(first), _) => first.value.clone(),
                (None, Kind::Bool) => "true".into(),
                (None, _) => String::new(),
            };
        }
        goes
    }
}
