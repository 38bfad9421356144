//! The rules of a flag in one environment, as a sentence whose words can be changed.
//!
//! The editor is one form. Its fields are flat: `environment`, `version`, `note`, `default`, `percentage_attribute`, `split.{n}.percent`,
//! `split.{n}.value`; `rule.{r}.from` (the place of the rule in the saved version, empty for a new one), `rule.{r}.value` or
//! `rule.{r}.split.{n}.percent`, `rule.{r}.split.{n}.value`; `rule.{r}.condition.{c}.type` (`user`, `segment`, `flag`) and below it
//! `attribute`, `comparator`, `values` (one a line) · `segment`, `comparator` (`isIn`, `isNotIn`) · `flag`, `comparator` (`equals`,
//! `doesNotEqual`), `value`, `of` (the flag that the value was said for).
//!
//! A button sends `act`: `check`, `add-rule`, `remove-rule:{r}`, `move-rule:{r}:up`, `move-rule:{r}:down`, `add-condition:{r}:user` (or
//! `segment`, `flag`), `ask:{r}:user` (or `segment`: that alone), `remove-condition:{r}:{c}`, `split:{r}`, `add-share:{r}`, `remove-share:{r}:{n}`, `serve-one:{r}`; `else` stands for
//! the number of the rule where the split is the one at the end.

use std::fmt;

use askama::Template;

use super::{Kind, Line};
use crate::{
    segments::pages::{Group, Operand, words},
    ui::{Choice, Diff, Environment, Form, Moment, thousands},
};

/// The editor with its review. For htmx it is the answer to `POST …/editor`; the page of the flag holds the same.
#[derive(Template)]
#[template(path = "flags/templates/_editor.html")]
pub struct Editor {
    /// `…/configs/{config}/flags/{flag}`.
    pub path: String,
    /// Where.
    pub environment: Environment,
    /// Version that the reader saw. After a conflict: the one that would be overwritten.
    pub version: String,
    /// What the flag holds.
    pub kind: Kind,
    /// Predefined variations, if the flag has any: their ids, and their words.
    pub variations: Vec<Choice>,
    /// In their order.
    pub rules: Vec<Rule>,
    /// What is served if no rule fits.
    pub otherwise: Outcome,
    /// What is served if `otherwise` is a split and the attribute is missing.
    pub default: String,
    /// The attribute that a split goes by; empty: Identifier.
    pub percentage_attribute: String,
    /// Attributes that are suggested: Identifier, Email, Country, and those in use.
    pub attributes: Vec<String>,
    /// The segments of the product, by id.
    pub segments: Vec<Choice>,
    /// The other flags of the config, by id.
    pub flags: Vec<Choice>,
    /// Their comparators: [`crate::segments::pages::all`], or [`crate::segments::pages::LEGACY`].
    pub comparators: &'static [Group],
    /// Whether a rule may have several conditions, prerequisites and a split, and a split an attribute: not in a config of version v1.
    pub rich: bool,
    /// What is wrong, by field name.
    pub errors: Form,
    /// The difference to what is saved.
    pub review: Review,
    /// Somebody else has saved meanwhile.
    pub conflict: Option<Conflict>,
    /// Id of the control that gets the focus: what an act has added, as `rule.2.condition.0.attribute`. Empty: the focus stays.
    pub focus: String,
    /// Requests that asked for the config in the last hour; none if that is not known.
    pub requests: Option<u64>,
    /// When it was changed last, and by whom.
    pub changed: Option<(Moment, String)>,
}

/// A rule.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// Its place in the saved version; none for a new one.
    pub from: Option<usize>,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// What is served then.
    pub outcome: Outcome,
}

/// A condition of a rule.
#[derive(Clone, Debug)]
pub enum Condition {
    /// On an attribute of the user.
    User {
        /// Its name.
        attribute: String,
        /// Name of the comparator.
        comparator: String,
        /// What it compares with, as it was typed, one a line.
        values: String,
    },
    /// On a segment.
    Segment {
        /// Id of the segment.
        segment: String,
        /// `isIn` or `isNotIn`.
        comparator: String,
    },
    /// On another flag.
    Flag {
        /// Id of the flag.
        flag: String,
        /// `equals` or `doesNotEqual`.
        comparator: String,
        /// The value.
        value: String,
        /// Id of the flag that the value was said for, if it may be another one.
        said_for: Option<String>,
        /// What that flag holds.
        kind: Kind,
        /// Its predefined variations.
        variations: Vec<Choice>,
    },
}

/// What is served.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// One value.
    Value(String),
    /// Several, by shares of 100.
    Split {
        /// In their order.
        shares: Vec<Share>,
        /// What the change means: "was 20 % On. About 15 of 100 people will switch from Off to On." May be empty.
        told: String,
    },
}

/// A share of a split.
#[derive(Clone, Debug)]
pub struct Share {
    /// As it was typed.
    pub percent: String,
    /// The value, or the id of a variation.
    pub value: String,
}

impl Default for Outcome {
    fn default() -> Self {
        Self::Value(String::new())
    }
}

/// A share as it is drawn.
pub(super) struct Drawn {
    x: f32,
    width: f32,
    label: String,
    tone: usize,
}

impl Outcome {
    fn is_value(&self) -> bool {
        matches!(self, Self::Value(_))
    }

    fn draw(&self, editor: &Editor) -> Vec<Drawn> {
        let Self::Split { shares, .. } = self else { return vec![] };
        let percents: Vec<f32> = shares.iter().map(|share| share.percent.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 100.0)).collect();
        let whole = percents.iter().sum::<f32>().max(100.0);
        let mut x = 0.0;
        let mut drawn = vec![];
        for (at, (share, percent)) in shares.iter().zip(percents).enumerate() {
            let width = percent * 100.0 / whole;
            drawn.push(Drawn { x, width, label: format!("{} % {}", share.percent.trim(), editor.said(&share.value)), tone: at % 4 });
            x += width;
        }
        drawn
    }
}

/// The difference between what is shown and what is saved.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// How many.
    pub differences: usize,
    /// In words.
    pub words: Vec<Diff>,
    /// Whether a note is mandatory.
    pub note_required: bool,
    /// What was typed as note.
    pub note: String,
    /// How many fields are wrong.
    pub wrong: usize,
}

/// Somebody else saved between opening and saving.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
    /// Why, if they said so.
    pub note: Option<String>,
    /// What is saved now.
    pub theirs: Vec<Line>,
    /// What the reader was about to save.
    pub yours: Vec<Line>,
    /// Address of the flag as it is saved now.
    pub reload: String,
}

impl Editor {
    /// A value in words: On and Off, the name of a variation, the text itself.
    fn said(&self, value: &str) -> String {
        if let Some(variation) = self.variations.iter().find(|variation| variation.value == value) {
            return variation.label.clone();
        }
        match (self.kind, value) {
            (Kind::Boolean, "true") => "On".to_owned(),
            (Kind::Boolean, _) => "Off".to_owned(),
            (Kind::String, "") => "empty text".to_owned(),
            (_, value) => value.to_owned(),
        }
    }

    /// The name of a field: `rule.0`, `value` make `rule.0.value`.
    fn path_of(&self, at: impl AsRef<str>, field: &str) -> String {
        match (at.as_ref(), field) {
            ("", field) => field.to_owned(),
            (at, "") => at.to_owned(),
            (at, field) => format!("{at}.{field}"),
        }
    }

    /// What is wrong with a field.
    fn wrong(&self, at: impl AsRef<str>, field: &str) -> Option<&str> {
        self.errors.error(&self.path_of(at, field))
    }

    /// Id and name of a field, whether it is wrong, whether it gets the focus.
    fn named(&self, at: impl AsRef<str>, field: &str) -> Named {
        let name = self.path_of(at, field);
        Named { named: true, wrong: self.errors.error(&name).is_some(), focus: self.focus == name, name }
    }

    /// Id of something that is no field, and whether it gets the focus.
    fn ided(&self, at: impl AsRef<str>, field: &str) -> Named {
        let name = self.path_of(at, field);
        Named { named: false, wrong: false, focus: self.focus == name, name }
    }

    fn operand(comparator: &str) -> Operand {
        words(comparator).map_or(Operand::Texts, |found| found.operand)
    }

    fn traffic(&self) -> Option<String> {
        self.requests.map(traffic)
    }

    fn lines(text: &str) -> usize {
        text.lines().count().clamp(1, 12)
    }
}

/// How often applications have asked within the last hour.
pub(super) fn traffic(requests: u64) -> String {
    match requests {
        1 => "1 request in the last hour".to_owned(),
        requests => format!("{} requests in the last hour", thousands(requests)),
    }
}

/// The attributes by which a control is found again.
pub(super) struct Named {
    name: String,
    named: bool,
    wrong: bool,
    focus: bool,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, .. } = self;
        write!(f, r#" id="{name}""#)?;
        if self.named {
            write!(f, r#" name="{name}""#)?;
        }
        if self.wrong {
            write!(f, r#" aria-invalid="true" aria-describedby="{name}-error""#)?;
        }
        if self.focus { f.write_str(" autofocus") } else { Ok(()) }
    }
}

/// Names of fields are made here of words and numbers.
impl askama::filters::HtmlSafe for Named {}
