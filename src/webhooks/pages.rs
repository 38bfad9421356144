//! The pages of webhooks.

use askama::Template;

use super::template::PLACEHOLDERS;
use crate::ui::{Action, Choice, Environment, Form, Frame, Moment};

mod edit;
mod show;

pub(super) use edit::{change, create, edit, new};
pub(super) use show::{add_key, again, confirm_delete, confirm_remove_key, delete, index, one, remove_key, test};

/// The webhooks of a product.
#[derive(Template)]
#[template(path = "webhooks/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/webhooks`.
    pub path: String,
    /// Whether there is an environment in which the reader may create one.
    pub may_create: bool,
    /// By environment and config.
    pub webhooks: Vec<Row>,
}

/// A webhook in the list.
pub struct Row {
    /// Where it is.
    pub environment: Environment,
    /// Its config.
    pub config: String,
    /// `POST`.
    pub method: String,
    /// Where it sends.
    pub url: String,
    /// Its page.
    pub href: String,
    /// How its last delivery stands.
    pub last: Option<Sent>,
    /// Edit, test, delete.
    pub menu: Vec<Action>,
}

/// A delivery, as a log shows it.
pub struct Sent {
    /// Its id.
    pub id: String,
    /// When it was queued.
    pub at: Moment,
    /// What it tells.
    pub what: String,
    /// Who changed that; empty for a test.
    pub by: String,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u64,
    /// What the server answered.
    pub status: Option<u64>,
    /// Why it was not taken; may be empty.
    pub reason: String,
}

/// A webhook: its signing keys and what it has sent.
#[derive(Template)]
#[template(path = "webhooks/templates/show.html")]
pub struct Show {
    /// Around it.
    pub frame: Frame,
    /// `…/webhooks/{webhook}`.
    pub path: String,
    /// Where it is.
    pub environment: Environment,
    /// Its config.
    pub config: String,
    /// `POST`.
    pub method: String,
    /// Where it sends.
    pub url: String,
    /// Names of its headers, and values that are no secret.
    pub headers: Vec<(String, String)>,
    /// The template of what it says; may be empty.
    pub content: String,
    /// What it signs with.
    pub keys: Vec<String>,
    /// What it has sent, newest first.
    pub sent: Vec<Sent>,
    /// Where older deliveries are.
    pub older: Option<String>,
}

/// A header in the form.
pub struct HeaderRow {
    /// Its name.
    pub key: String,
    /// Its value; the mask for a secure one.
    pub value: String,
    /// Whether the value is never shown again.
    pub secure: bool,
}

/// A new webhook, or another request of one that there is. Fields `config`, `environment`, `url`, `method`, `content`,
/// `headers.{n}.key|value|secure`; the last rows are empty and may stay so.
#[derive(Template)]
#[template(path = "webhooks/templates/edit.html")]
pub struct Edit {
    /// Around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Where it came from.
    pub back: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// Configs to choose from; none for one that there is.
    pub configs: Vec<Choice>,
    /// Environments to choose from; none for one that there is.
    pub environments: Vec<Environment>,
    /// Where it is, for one that there is.
    pub environment: Option<Environment>,
    /// Its headers, and empty rows.
    pub headers: Vec<HeaderRow>,
}

/// Dialog: deleting a webhook.
#[derive(Template)]
#[template(path = "webhooks/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes.
    pub action: String,
    /// The webhook.
    pub back: String,
    /// Where it is.
    pub environment: Environment,
    /// Its config.
    pub config: String,
    /// Where it sends.
    pub url: String,
}

/// Dialog: taking a signing key away. Field `which`: `1` or `2`.
#[derive(Template)]
#[template(path = "webhooks/templates/_remove_key.html")]
pub struct RemoveKey {
    /// Where the form goes.
    pub action: String,
    /// The webhook.
    pub back: String,
    /// What was chosen, and what is wrong with it.
    pub form: Form,
    /// The key.
    pub key: String,
}

impl Index {
    fn create(&self) -> Action {
        Action::link("New webhook", "plus", format!("{}/new", self.path))
    }
}

impl Show {
    fn actions(&self) -> [Action; 2] {
        [Action::post("Send a test", "send", format!("{}/test", self.path)), Action::link("Edit", "pencil", format!("{}/edit", self.path))]
    }

    fn menu(&self) -> Vec<Action> {
        vec![Action::dialog("Delete…", "trash", format!("{}/delete", self.path)).danger()]
    }

    fn key_menu(&self, at: &usize) -> Vec<Action> {
        match self.keys.len() {
            0 | 1 => vec![],
            _ => vec![Action::dialog("Take this key away…", "trash", format!("{}/keys/remove?which={}", self.path, at + 1)).danger()],
        }
    }
}

impl Edit {
    fn methods(&self) -> [Choice; 2] {
        [Choice::new("post", "POST"), Choice::new("get", "GET, without a body")]
    }

    fn placeholders(&self) -> [(&'static str, &'static str); 10] {
        PLACEHOLDERS
    }
}
