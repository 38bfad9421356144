//! Two environments side by side.

use askama::Template;

use crate::ui::{Choice, Diff, Environment, Form, Frame, Tab};

/// The values of a config in two environments.
#[derive(Template)]
#[template(path = "flags/templates/compare.html")]
pub struct Compare {
    /// Around it.
    pub frame: Frame,
    /// `…/configs/{config}/compare`.
    pub path: String,
    /// The tabs of the config.
    pub tabs: Vec<Tab>,
    /// Environments to choose from.
    pub environments: Vec<Choice>,
    /// What is chosen: `left`, `right`, `all`.
    pub form: Form,
    /// The two; none if the reader sees fewer.
    pub sides: Option<(Environment, Environment)>,
    /// The settings: those that differ, or all.
    pub rows: Vec<Compared>,
    /// Where all that differs is copied to the left; none where the reader may not, or nothing differs.
    pub all_to_left: Option<String>,
    /// Where all that differs is copied to the right; none where the reader may not, or nothing differs.
    pub all_to_right: Option<String>,
    /// How many are the same and left out.
    pub same: u64,
    /// What was deleted from the config: key, name.
    pub deleted: Vec<(String, String)>,
}

/// A setting in two environments.
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// Its page.
    pub href: String,
    /// What it is on the left: value and note.
    pub left: (String, String),
    /// What it is on the right.
    pub right: (String, String),
    /// Whether they differ.
    pub differs: bool,
    /// Where it is copied to the left; none where the reader may not.
    pub to_left: Option<String>,
    /// Where it is copied to the right; none where the reader may not.
    pub to_right: Option<String>,
}

/// Dialog: a value is carried from one environment to another. Fields `from`, `to`, `version`, `note`.
#[derive(Template)]
#[template(path = "flags/templates/_copy.html")]
pub struct Carry {
    /// Where the form goes: `…/flags/{flag}/copy`.
    pub action: String,
    /// The comparison.
    pub back: String,
    /// Name of the flag.
    pub name: String,
    /// Where it comes from.
    pub from: Environment,
    /// Where it goes.
    pub to: Environment,
    /// What was typed; `version` is in it.
    pub form: Form,
    /// What changes by it.
    pub words: Vec<Diff>,
    /// Whether a note is mandatory.
    pub note_required: bool,
}

/// Dialog: everything that differs is carried from one environment to another. Fields `from`, `to`, `seen`, `note`.
#[derive(Template)]
#[template(path = "flags/templates/_copy_all.html")]
pub struct CarryAll {
    /// Where the form goes: `…/configs/{config}/copy`.
    pub action: String,
    /// The comparison.
    pub back: String,
    /// Where it comes from.
    pub from: Environment,
    /// Where it goes.
    pub to: Environment,
    /// What was typed; `seen` is in it.
    pub form: Form,
    /// What changes by it, by the names of the settings.
    pub rows: Vec<(String, Vec<Diff>)>,
    /// Whether a note is mandatory.
    pub note_required: bool,
}
