//! The pages of segments.

use askama::Template;

use crate::ui::{Action, Environment, Form, Frame, Moment};

mod answer;
mod comparators;

pub(super) use answer::{change, confirm_delete, create, delete, index, new, show};
pub use comparators::{Comparator, Group, LEGACY, Operand, all, words};

/// The segments of a product.
#[derive(Template)]
#[template(path = "segments/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/segments`.
    pub path: String,
    /// Whether the reader may create one.
    pub may_create: bool,
    /// By name.
    pub segments: Vec<Row>,
}

/// A segment in the list.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Its conditions in words: "Email ends with any of @example.com".
    pub summary: String,
    /// One line; may be empty.
    pub description: String,
    /// How many flags use it.
    pub uses: u64,
    /// Edit, delete.
    pub menu: Vec<Action>,
}

/// One segment, or a new one. Fields `name`, `description`, and for each condition `condition.{c}.attribute`, `condition.{c}.comparator`,
/// `condition.{c}.values` (one a line). The buttons `act=add-condition` and `act=remove-condition:{c}` post the same form to the same
/// address: the page is shown again with what was typed, and nothing is saved.
#[derive(Template)]
#[template(path = "segments/templates/show.html")]
pub struct Show {
    /// Around it; its title is the name of the segment, or "New segment".
    pub frame: Frame,
    /// Where the form goes: `…/segments`, or `…/segments/{segment}`.
    pub action: String,
    /// The list.
    pub back: String,
    /// What was typed, or what holds, and what is wrong.
    pub form: Form,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// The comparators: [`all`], or [`LEGACY`].
    pub comparators: &'static [Group],
    /// Attributes that are suggested.
    pub attributes: Vec<String>,
    /// Whether a segment may have several conditions.
    pub several: bool,
    /// Why the reader cannot change it: "used in Production, where you have Read-only".
    pub locked: Option<String>,
    /// Where values use it: what changes with it.
    pub uses: Vec<Use>,
    /// Where *Delete…* goes; none if the reader may not.
    pub delete: Option<String>,
    /// Whether it is there already.
    pub exists: bool,
    /// Somebody else has saved meanwhile.
    pub conflict: Option<Conflict>,
}

/// Somebody else saved between opening and saving.
pub struct Conflict {
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
    /// What is saved now.
    pub theirs: Told,
    /// What the reader was about to save.
    pub yours: Told,
}

/// A segment as it is read.
pub struct Told {
    /// Its name.
    pub name: String,
    /// What it is; may be empty.
    pub description: String,
    /// Its conditions in words.
    pub conditions: Vec<String>,
}

/// A condition on an attribute of the user.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// Its name.
    pub attribute: String,
    /// Name of the comparator.
    pub comparator: String,
    /// What it compares with, one a line.
    pub values: String,
}

/// A value that uses a segment.
pub struct Use {
    /// Where.
    pub environment: Environment,
    /// Name of the flag.
    pub flag: String,
    /// The flag there.
    pub href: String,
}

/// Dialog: deleting a segment.
#[derive(Template)]
#[template(path = "segments/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/segments/{segment}/delete`.
    pub action: String,
    /// The list.
    pub back: String,
    /// Its name.
    pub name: String,
    /// Why it is not possible: values that use it.
    pub uses: Vec<Use>,
}

impl Index {
    fn create(&self) -> Action {
        Action::link("New segment", "plus", format!("{}/new", self.path))
    }
}
