//! The pages of products: the list, the people of one, its settings.

use askama::Template;

use crate::ui::{Access, Action, Avatar, Choice, Delivery, Environment, Form, Frame, Moment, Reach, Tab, Why};

mod list;
mod people;
mod preferences;

pub(super) use list::{create, first, index, new, shift};
pub use people::*;
pub(super) use preferences::{change, confirm_delete, delete, settings};

/// The products of a team that the reader is in.
#[derive(Template)]
#[template(path = "products/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `/team/{team}/products`.
    pub path: String,
    /// Name of the team.
    pub team: String,
    /// What was searched for.
    pub search: String,
    /// Whether the reader may create one.
    pub may_create: bool,
    /// In their order.
    pub products: Vec<ProductRow>,
}

/// A product in the list.
pub struct ProductRow {
    /// Its name.
    pub name: String,
    /// `/team/{team}/products/{product}`.
    pub href: String,
    /// One line; may be empty.
    pub description: String,
    /// Its environments, with how far the reader reaches in each.
    pub reach: Vec<Reach>,
    /// The reader's permission group there; "Owner" or "Administrator" for those who hold everything.
    pub group: String,
    /// Flags and settings in it.
    pub flags: u64,
    /// People who may do anything in it.
    pub people: u64,
    /// Up, down, settings, delete.
    pub menu: Vec<Action>,
}

/// Dialog: a new product. Fields `name`, `description`, `product_manager`, `developer`.
#[derive(Template)]
#[template(path = "products/templates/_new.html")]
pub struct New {
    /// Where the form goes: `/team/{team}/products`.
    pub action: String,
    /// Name of the team.
    pub team: String,
    /// What was typed.
    pub form: Form,
}

/// Name, description and preferences of a product. Fields `name`, `description`, `key_style`, `show_variation_id`, `hint_mandatory`,
/// `note_required`, and `note_{environment id}` for each environment.
#[derive(Template)]
#[template(path = "products/templates/settings.html")]
pub struct Settings {
    /// Around it.
    pub frame: Frame,
    /// `/team/{team}/products/{product}`.
    pub path: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// Whether the reader may change name and description; preferences alone otherwise.
    pub may_rename: bool,
    /// Whether the reader may delete it.
    pub may_delete: bool,
    /// The ways to write keys: `camelCase`, `lowerCase`, `upperCase`, `pascalCase`, `kebabCase`, with an example each.
    pub key_styles: Vec<Choice>,
    /// Its environments, for the mandatory note of each.
    pub environments: Vec<Environment>,
}

/// Dialog: deleting a product. Field `confirm`: its name.
#[derive(Template)]
#[template(path = "products/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/delete`.
    pub action: String,
    /// Its settings.
    pub back: String,
    /// Name of the product.
    pub name: String,
    /// What was typed.
    pub form: Form,
    /// Where applications stop getting values from it.
    pub environments: Vec<Environment>,
    /// What ends with it, a sentence each: "52 flags in 2 configs".
    pub ends: Vec<String>,
}

/// Why somebody may or may not do something in a product. The form asks by `person`, `permission`, `environment`.
#[derive(Template)]
#[template(path = "products/templates/why.html")]
pub struct ProductWhy {
    /// Around it.
    pub frame: Frame,
    /// Where the form goes: `…/why`.
    pub action: String,
    /// Fields `person`, `permission`, `environment`.
    pub form: Form,
    /// People the reader may ask about: "Kim (Developers)".
    pub people: Vec<Choice>,
    /// What one may ask about: "Change values", "Delete flags".
    pub permissions: Vec<Choice>,
    /// The environments; empty where the permission knows none.
    pub environments: Vec<Choice>,
    /// The answer.
    pub why: Option<Why>,
}

impl Index {
    fn create(&self) -> Action {
        Action::dialog("Create product", "plus", format!("{}/new", self.path))
    }
}

impl Settings {
    fn delete(&self) -> Action {
        Action::dialog("Delete product…", "trash", format!("{}/delete", self.path)).danger()
    }
}
