//! The pages of configs.

use askama::Template;

use crate::ui::{Action, Choice, Environment, Form, Frame};

mod show;

pub(super) use show::{change, confirm_delete, create, delete, edit, index, new, shift};

/// The configs of a product.
#[derive(Template)]
#[template(path = "configs/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/configs`.
    pub path: String,
    /// Whether the reader may create one.
    pub may_create: bool,
    /// In their order.
    pub configs: Vec<Row>,
}

/// A config in the list.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its flags.
    pub href: String,
    /// One line; may be empty.
    pub description: String,
    /// "v1" or "v2".
    pub version: String,
    /// Flags and settings in it.
    pub flags: u64,
    /// Edit, up, down, delete.
    pub menu: Vec<Action>,
}

/// Dialog: a new config, or another name and description. Fields `name`, `description`, and `evaluation_version` for a new one.
#[derive(Template)]
#[template(path = "configs/templates/_edit.html")]
pub struct Edit {
    /// Where the form goes: `…/configs`, or `…/configs/{config}/edit`.
    pub action: String,
    /// The list.
    pub back: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// Its name as it is; none for a new one.
    pub name: Option<String>,
    /// How values are evaluated, explained; for a new one only.
    pub versions: Vec<Choice>,
}

/// Dialog: deleting a config. Fields `confirm`: its name, `note` where mandatory.
#[derive(Template)]
#[template(path = "configs/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/configs/{config}/delete`.
    pub action: String,
    /// The list.
    pub back: String,
    /// Its name.
    pub name: String,
    /// What was typed.
    pub form: Form,
    /// Every environment in which values are lost.
    pub environments: Vec<Environment>,
    /// What ends with it, a sentence each; empty where it may not be deleted, which the form tells.
    pub ends: Vec<String>,
    /// Whether a note is mandatory.
    pub note_required: bool,
}

impl Index {
    fn create(&self) -> Action {
        Action::dialog("New config", "plus", format!("{}/new", self.path))
    }
}
