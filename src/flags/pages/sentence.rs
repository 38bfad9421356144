//! The editor's form as it was sent: read into rules, and changed by the button that sent it.

use std::collections::BTreeMap;

use super::{Condition, Kind, Outcome, Rule, Share};

/// What the fields of the editor say, still as text: nothing here is checked.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    /// In their order.
    pub rules: Vec<Rule>,
    /// What is served if no rule fits.
    pub otherwise: Outcome,
    /// What is served if `otherwise` is a split and the attribute is missing; else the same as `otherwise`.
    pub default: String,
    /// The attribute that a split goes by.
    pub percentage_attribute: String,
}

/// More than anybody writes by hand; a form that claims more is cut off.
const MOST: usize = 500;

type Fields = BTreeMap<String, String>;

fn text(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

fn outcome(fields: &Fields, value: &str, split: &str) -> Outcome {
    let shares: Vec<Share> = (0..MOST)
        .map_while(|n| {
            let percent = fields.get(&format!("{split}.{n}.percent"))?.clone();
            Some(Share { percent, value: text(fields, &format!("{split}.{n}.value")) })
        })
        .collect();
    if shares.is_empty() { Outcome::Value(text(fields, value)) } else { Outcome::Split { shares, told: String::new() } }
}

fn condition(fields: &Fields, at: &str) -> Option<Condition> {
    let field = |name: &str| text(fields, &format!("{at}.{name}"));
    let (comparator, kind) = (field("comparator"), fields.get(&format!("{at}.type"))?);
    Some(match kind.as_str() {
        "segment" => Condition::Segment { segment: field("segment"), comparator },
        "flag" => Condition::Flag { flag: field("flag"), comparator, value: field("value"), kind: Kind::Boolean, variations: vec![] },
        _ => Condition::User { attribute: field("attribute"), comparator, values: field("values").replace("\r\n", "\n") },
    })
}

impl Sentence {
    /// Reads the fields of [`super::Editor`]. For conditions on flags, kind and variations are to be filled in.
    pub fn read(fields: &Fields) -> Self {
        let rules = (0..MOST)
            .map_while(|r| {
                let from = fields.get(&format!("rule.{r}.from"))?;
                let conditions = (0..MOST).map_while(|c| condition(fields, &format!("rule.{r}.condition.{c}"))).collect();
                let outcome = outcome(fields, &format!("rule.{r}.value"), &format!("rule.{r}.split"));
                Some(Rule { from: from.parse().ok(), conditions, outcome })
            })
            .collect();
        Self {
            rules,
            otherwise: outcome(fields, "default", "split"),
            default: text(fields, "default"),
            percentage_attribute: text(fields, "percentage_attribute"),
        }
    }

    /// Does what a button asks for, and says which control gets the focus. An act that does not fit changes nothing.
    pub fn act(&mut self, act: &str, kind: Kind) -> String {
        let mut parts = act.split(':');
        let (what, at) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (rule, rest) = (at.parse::<usize>().ok(), parts.next().unwrap_or_default());
        match (what, rule, rest) {
            ("add-rule", ..) => {
                let outcome = Outcome::Value(if kind.is_boolean() { "true".into() } else { String::new() });
                self.rules.push(Rule { from: None, conditions: vec![user()], outcome });
                format!("rule.{}.condition.0.attribute", self.rules.len() - 1)
            }
            ("remove-rule", Some(r), _) if r < self.rules.len() => {
                self.rules.remove(r);
                if r < self.rules.len() { format!("rule.{r}.menu") } else { "add-rule".into() }
            }
            ("move-rule", Some(r), "up") if r > 0 && r < self.rules.len() => {
                self.rules.swap(r - 1, r);
                format!("rule.{}.menu", r - 1)
            }
            ("move-rule", Some(r), "down") if r + 1 < self.rules.len() => {
                self.rules.swap(r, r + 1);
                format!("rule.{}.menu", r + 1)
            }
            ("add-condition", Some(r), kind) => match self.rules.get_mut(r) {
                Some(rule) => {
                    let (condition, field) = match kind {
                        "segment" => (Condition::Segment { segment: String::new(), comparator: "isIn".into() }, "segment"),
                        "flag" => (flag(), "flag"),
                        _ => (user(), "attribute"),
                    };
                    rule.conditions.push(condition);
                    format!("rule.{r}.condition.{}.{field}", rule.conditions.len() - 1)
                }
                None => String::new(),
            },
            ("remove-condition", Some(r), c) => match (self.rules.get_mut(r), c.parse::<usize>()) {
                (Some(rule), Ok(c)) if c < rule.conditions.len() && rule.conditions.len() > 1 => {
                    rule.conditions.remove(c);
                    format!("rule.{r}.menu")
                }
                _ => String::new(),
            },
            ("split" | "serve-one" | "add-share" | "remove-share", ..) => self.share(what, at, rest, kind),
            _ => String::new(),
        }
    }

    fn share(&mut self, what: &str, at: &str, rest: &str, kind: Kind) -> String {
        let (outcome, prefix, value) = match at.parse::<usize>() {
            Ok(r) => match self.rules.get_mut(r) {
                Some(rule) => (&mut rule.outcome, format!("rule.{r}.split"), format!("rule.{r}.value")),
                None => return String::new(),
            },
            Err(_) => (&mut self.otherwise, "split".to_owned(), "default".to_owned()),
        };
        match (what, &mut *outcome) {
            ("split", Outcome::Value(first)) => {
                let other = match (kind, first.as_str()) {
                    (Kind::Boolean, "true") => "false".to_owned(),
                    (Kind::Boolean, _) => "true".to_owned(),
                    _ => String::new(),
                };
                let share = |value: String| Share { percent: "50".into(), value };
                *outcome = Outcome::Split { shares: vec![share(std::mem::take(first)), share(other)], told: String::new() };
                format!("{prefix}.0.percent")
            }
            ("serve-one", Outcome::Split { shares, .. }) => {
                let first = shares.first().map(|share| share.value.clone()).unwrap_or_default();
                if at.parse::<usize>().is_err() {
                    self.default.clone_from(&first);
                }
                *outcome = Outcome::Value(first);
                value
            }
            ("add-share", Outcome::Split { shares, .. }) if shares.len() < MOST => {
                let value = if kind.is_boolean() { "false".into() } else { String::new() };
                shares.push(Share { percent: "0".into(), value });
                format!("{prefix}.{}.percent", shares.len() - 1)
            }
            ("remove-share", Outcome::Split { shares, .. }) => match rest.parse::<usize>() {
                Ok(n) if n < shares.len() && shares.len() > 2 => {
                    shares.remove(n);
                    format!("{prefix}.0.percent")
                }
                _ => String::new(),
            },
            _ => String::new(),
        }
    }
}

fn user() -> Condition {
    Condition::User { attribute: String::new(), comparator: "isOneOf".into(), values: String::new() }
}

fn flag() -> Condition {
    Condition::Flag { flag: String::new(), comparator: "equals".into(), value: "true".into(), kind: Kind::Boolean, variations: vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sentence {
        Sentence::read(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_form_is_read_in_its_order() {
        let sentence = sent(&[
            ("rule.0.from", "1"),
            ("rule.0.condition.0.type", "user"),
            ("rule.0.condition.0.attribute", "Email"),
            ("rule.0.condition.0.comparator", "isOneOf"),
            ("rule.0.condition.0.values", "a\r\nb"),
            ("rule.0.condition.1.type", "segment"),
            ("rule.0.value", "true"),
            ("rule.1.from", ""),
            ("split.0.percent", "35"),
            ("split.0.value", "true"),
            ("default", "false"),
        ]);
        assert_eq!((sentence.rules.len(), sentence.rules[0].from, sentence.rules[1].from), (2, Some(1), None));
        assert!(matches!(&sentence.rules[0].conditions[0], Condition::User { values, .. } if values == "a\nb"));
        assert!(matches!(&sentence.otherwise, Outcome::Split { shares, .. } if shares[0].percent == "35"));
        assert_eq!(sentence.default, "false");
    }

    #[test]
    fn an_act_changes_the_sentence_and_says_where_one_goes_on() {
        let mut sentence = sent(&[("default", "false")]);
        let mut act = |what: &str| sentence.act(what, Kind::Boolean);
        assert_eq!(act("add-rule"), "rule.0.condition.0.attribute");
        assert_eq!(act("add-rule"), "rule.1.condition.0.attribute");
        assert_eq!(act("add-condition:1:segment"), "rule.1.condition.1.segment");
        assert_eq!(act("move-rule:1:up"), "rule.0.menu");
        assert_eq!(act("remove-condition:0:0"), "rule.0.menu");
        assert_eq!(act("split:else"), "split.0.percent");
        assert_eq!(act("add-share:else"), "split.2.percent");
        assert_eq!(act("remove-share:else:2"), "split.0.percent");
        assert_eq!(act("serve-one:else"), "default");
        assert_eq!(act("remove-rule:1"), "add-rule");
        assert_eq!([act("remove-rule:9"), act("add-condition:7:user"), act("move-rule:0:up"), act("x")], ["", "", "", ""]);
        assert_eq!(sentence.rules.len(), 1);
        assert!(matches!(sentence.rules[0].conditions[..], [Condition::Segment { .. }]));
    }
}
