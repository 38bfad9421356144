//! Evaluating for a user object, with the reasons.

use askama::Template;

use crate::ui::{Choice, Environment, Form, Frame, Part, Tab};

/// What a user would get. Fields `environment`, `flag` (empty: the whole config), `user` (JSON); or the lines `attribute.{n}.name` and
/// `attribute.{n}.value`, which count where `user` is empty.
#[derive(Template)]
#[template(path = "flags/templates/try.html")]
pub struct TryIt {
    /// Around it; its title is the name of the config.
    pub frame: Frame,
    /// `…/configs/{config}`.
    pub path: String,
    /// *Flags and settings*, *SDK keys*, *Try it*.
    pub tabs: Vec<Tab>,
    /// What was typed.
    pub form: Form,
    /// The environments that the reader can see.
    pub environments: Vec<Choice>,
    /// The chosen one.
    pub environment: Environment,
    /// The flags of the config.
    pub flags: Vec<Choice>,
    /// How many lines of attributes there are.
    pub lines: usize,
    /// What came out; one for a flag, all for the config. None before anything was tried.
    pub evaluated: Option<Vec<Evaluated>>,
}

/// What came out for one flag.
pub struct Evaluated {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// Its page in that environment.
    pub href: String,
    /// The value in words.
    pub value: String,
    /// Id of the variation; empty if there is none.
    pub variation: String,
    /// In short: "rule 2", "split by Identifier, bucket 37", "no rule fits".
    pub by: String,
    /// Why it failed, if it did: the application gets its own default.
    pub error: Option<String>,
    /// The rules and conditions that led there, in order.
    pub steps: Vec<Step>,
}

/// A step of an evaluation.
pub struct Step {
    /// Steps to the right: 0 a rule, 1 a condition, 2 and more inside a segment or a prerequisite.
    pub depth: u8,
    /// Whether it held; none for what is only told.
    pub held: Option<bool>,
    /// "IF Email ends with any of @example.com".
    pub words: Vec<Part>,
    /// What it was compared with: "Email is kim@example.com", "Email is missing".
    pub fact: String,
}

impl TryIt {
    fn numbers(&self) -> std::ops::Range<usize> {
        0..self.lines.max(3)
    }
}
