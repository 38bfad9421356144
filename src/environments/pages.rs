//! The pages of environments.

use askama::Template;

use crate::ui::{Action, Environment, Form, Frame};

mod show;

pub(super) use show::{change, confirm_delete, create, delete, edit, index, new, shift};

/// The environments of a product.
#[derive(Template)]
#[template(path = "environments/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/environments`.
    pub path: String,
    /// Whether the reader may create one.
    pub may_create: bool,
    /// In their order.
    pub environments: Vec<Row>,
}

/// An environment in the list.
pub struct Row {
    /// Colour and name.
    pub environment: Environment,
    /// One line; may be empty.
    pub description: String,
    /// Whether a note is mandatory in it.
    pub note_required: bool,
    /// "6 people may change it"; empty for readers who may not know.
    pub who: String,
    /// Edit, up, down, delete.
    pub menu: Vec<Action>,
}

/// Dialog: a new environment, or another name, colour, description. Fields `name`, `color`, `description`, `note_required`.
#[derive(Template)]
#[template(path = "environments/templates/_edit.html")]
pub struct Edit {
    /// Where the form goes: `…/environments`, or `…/environments/{environment}`.
    pub action: String,
    /// The list.
    pub back: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// Its name as it is; none for a new one.
    pub name: Option<String>,
    /// What comes with a new one: "Developers, Reviewers get No access to it, Administrators Full".
    pub grants: String,
    /// Whether the reader may make a note mandatory.
    pub may_note: bool,
}

/// Dialog: deleting an environment. Fields `confirm`: its name, `note` where mandatory.
#[derive(Template)]
#[template(path = "environments/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/environments/{environment}/delete`.
    pub action: String,
    /// The list.
    pub back: String,
    /// Which.
    pub environment: Environment,
    /// What was typed.
    pub form: Form,
    /// What ends with it, a sentence each: "the values of 52 flags", "2 SDK keys"; empty where it may not be deleted, which the form tells.
    pub ends: Vec<String>,
    /// Whether a note is mandatory.
    pub note_required: bool,
}

impl Index {
    fn create(&self) -> Action {
        Action::dialog("New environment", "plus", format!("{}/new", self.path))
    }
}
