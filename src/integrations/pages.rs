//! The pages of integrations.

use askama::Template;

use crate::{
    ui::{Action, Choice, Environment, Form, Frame, Tab},
    webhooks::pages::Sent,
};

mod show;

pub(super) use show::{again, change, confirm_delete, create, delete, index, new, one, test};

/// The integrations of a product.
#[derive(Template)]
#[template(path = "integrations/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/integrations`.
    pub path: String,
    /// In the order in which they were made.
    pub integrations: Vec<Row>,
}

/// An integration in the list.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// The service.
    pub service: &'static str,
    /// The environments that it is for; none: all of them.
    pub environments: Vec<Environment>,
    /// Whether it is for all environments.
    pub everywhere: bool,
    /// Whether it is told what changes.
    pub told: bool,
    /// Delete.
    pub menu: Vec<Action>,
}

/// A box to tick.
pub struct Tick {
    /// What is sent.
    pub id: String,
    /// Its name, for configs.
    pub name: String,
    /// As environments are shown.
    pub environment: Option<Environment>,
    /// Whether it is ticked.
    pub on: bool,
}

/// What a service needs, in the form.
pub struct Needed {
    /// The field: `parameters.` and the name.
    pub field: String,
    /// As people read it.
    pub label: &'static str,
    /// What it can be; empty for any text.
    pub choices: Vec<Choice>,
}

/// A new integration, or one that there is, with what it has sent. Fields `name`, `parameters.{name}`, `environment`, `config`.
#[derive(Template)]
#[template(path = "integrations/templates/edit.html")]
pub struct Edit {
    /// Around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// The list.
    pub back: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// As it is stored.
    pub kind: &'static str,
    /// The service.
    pub service: &'static str,
    /// The services to choose from; none for one that there is.
    pub services: Vec<Tab>,
    /// What the service needs.
    pub needs: Vec<Needed>,
    /// Environments to tick.
    pub environments: Vec<Tick>,
    /// Configs to tick.
    pub configs: Vec<Tick>,
    /// Whether it is told what changes.
    pub told: bool,
    /// Whether it is there already.
    pub exists: bool,
    /// What it has sent, newest first.
    pub sent: Vec<Sent>,
}

/// Dialog: deleting an integration.
#[derive(Template)]
#[template(path = "integrations/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes.
    pub action: String,
    /// The list.
    pub back: String,
    /// Its name.
    pub name: String,
    /// The service.
    pub service: &'static str,
}

impl Index {
    fn create(&self) -> Action {
        Action::link("New integration", "plus", format!("{}/new", self.path))
    }
}

impl Edit {
    fn test(&self) -> Action {
        Action::post("Send a test", "send", format!("{}/test", self.action))
    }

    fn menu(&self) -> Vec<Action> {
        vec![Action::dialog("Delete…", "trash", format!("{}/delete", self.action)).danger()]
    }
}
