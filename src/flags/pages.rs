//! The pages of flags and settings: the dashboard of a config, one flag in one environment with its rules, trying them out.

mod answer;
mod compare;
mod dashboard;
mod dialogs;
mod editor;
mod flag;
mod try_it;

pub(super) use answer::{
    change, check, choose_copy, choose_copy_all, choose_restore, choose_tags, compare, confirm_delete, copy, copy_all, create, dashboard,
    delete, edit, history, new, note, restore, save, shift, show, switch, tag, try_form, try_it,
};
pub use compare::{Carry, CarryAll, Compare, Compared};
pub use dashboard::{Cell, CellOnly, Column, Dashboard, FlagRow, Flip, Shown, TagFilter};
pub use dialogs::{Delete, Edit, Initial, New, Note, Restore, TagChoice, Tags, Variation};
use editor::traffic;
pub use editor::{Condition, Conflict, Editor, Outcome, Review, Rule, Share};
pub use flag::{CodeBranch, EnvironmentTab, Flag, History, NamedValue, Version};
pub use try_it::{Evaluated, Step, TryIt};

use crate::ui::Part;

/// What a setting holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// On or Off.
    #[default]
    Boolean,
    /// Text.
    String,
    /// A whole number.
    Int,
    /// A decimal number.
    Double,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Boolean, Self::String, Self::Int, Self::Double];

    /// What forms and the API call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Int => "int",
            Self::Double => "double",
        }
    }

    /// Whether it is On or Off.
    pub fn is_boolean(self) -> bool {
        self == Self::Boolean
    }

    /// Whether it is text.
    pub fn is_text(self) -> bool {
        self == Self::String
    }

    /// Whether it is that one.
    pub fn is(self, other: &Self) -> bool {
        self == *other
    }

    /// The words on a page.
    pub fn words(self) -> &'static str {
        match self {
            Self::Boolean => "On or off",
            Self::String => "Text",
            Self::Int => "Whole number",
            Self::Double => "Decimal number",
        }
    }
}

/// A line of rules as they are read: "IF Email ends with any of @example.com", "THEN On".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `IF`, `AND`, `THEN`, `ELSE`, or nothing.
    pub keyword: &'static str,
    /// The words; values in bold.
    pub words: Vec<Part>,
}
