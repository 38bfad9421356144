//! What a config of the first generation cannot express is refused in it: its programs would do something else than what is written.

use super::{Around, Condition, Formula, Then, check::is_of_first_generation};
use crate::{error::Fields, segments::comparison::unsayable};

const ONLY_SECOND: &str = "This config is of version 1.";

/// Notes everything that the first generation cannot express.
pub(super) fn check(formula: &Formula, around: &Around, fields: &mut Fields) {
    let mut refuse = |field: String, why: &str| fields.add(field, format!("{ONLY_SECOND} {why}"));
    if formula.attribute.is_some() {
        refuse("percentage_attribute".into(), "It always divides people by their identifier.");
    }
    for (at, rule) in formula.rules.iter().enumerate() {
        let place = format!("rule.{at}");
        if rule.conditions.len() > 1 {
            refuse(place.clone(), "A rule has one condition.");
        }
        if let Then::Split(_) = rule.then {
            refuse(format!("{place}.split"), "A rule gives one value to everybody.");
        }
        for (at, condition) in rule.conditions.iter().enumerate() {
            let place = format!("{place}.condition.{at}");
            match condition {
                Condition::Segment { id, .. } if around.beyond_first.contains(id) => {
                    refuse(
                        format!("{place}.segment"),
                        "This segment has several conditions, or a comparison that version 1 does not know.",
                    );
                }
                Condition::Segment { .. } => {}
                Condition::Flag { .. } => refuse(format!("{place}.flag"), "A rule cannot ask for another flag."),
                Condition::User(condition) if !is_of_first_generation(condition.comparator) => {
                    refuse(format!("{place}.comparator"), "It does not know this comparison.");
                }
                Condition::User(condition) => {
                    if let Some(why) = unsayable(condition) {
                        refuse(format!("{place}.values"), why);
                    }
                }
            }
        }
    }
}
