//! The dialogs of flags.

use askama::Template;

use super::{Flip, Kind};
use crate::ui::{Access, Choice, Diff, Environment, Form, Moment};

/// Dialog: a new flag or setting. Fields `name`, `key`, `kind`, `is_json`, `hint`, `tag` (several), `initial_{environment id}`, and
/// `variation.{n}.value`, `variation.{n}.name`, `variation.{n}.hint` as in [`Edit`].
/// Another `kind` fetches the dialog again by GET, with everything that was typed.
#[derive(Template)]
#[template(path = "flags/templates/_new.html")]
pub struct New {
    /// Where the form goes: `…/flags`.
    pub action: String,
    /// The dashboard.
    pub back: String,
    /// Name of the config.
    pub config: String,
    /// What was typed.
    pub form: Form,
    /// The chosen kind.
    pub kind: Kind,
    /// How keys are suggested: `camelCase`, `lowerCase`, `upperCase`, `pascalCase`, `kebabCase`.
    pub key_style: String,
    /// Whether the hint is mandatory.
    pub hint_mandatory: bool,
    /// The tags of the product; none if the reader may not tag.
    pub tags: Vec<TagChoice>,
    /// What it starts with, by environment.
    pub initial: Vec<Initial>,
    /// Its variations as far as they were typed, and empty lines for more; not for flags.
    pub variations: Vec<Variation>,
}

/// A tag that can be given.
pub struct TagChoice {
    /// Its id: the value of the field `tag`.
    pub id: String,
    /// The word.
    pub name: String,
    /// Whether it is given.
    pub on: bool,
}

/// The first value in one environment.
pub struct Initial {
    /// Where.
    pub environment: Environment,
    /// How far the reader reaches: only with Full the value can be chosen; everywhere else it is Off, empty or 0.
    pub access: Access,
    /// Whether a note is mandatory there, so that the value can be set afterwards only.
    pub note_required: bool,
}

impl Initial {
    fn field(&self) -> String {
        format!("initial_{}", self.environment.id)
    }
}

impl New {
    fn has_variations(&self) -> bool {
        self.variations.iter().any(|variation| !variation.value.is_empty())
    }

    fn empty(&self) -> &'static str {
        match self.kind {
            Kind::Boolean => "Off",
            Kind::String => "empty",
            Kind::Int | Kind::Double => "0",
        }
    }
}

/// Dialog: name, hint, tags and variations of a flag. Fields `name`, `hint`, `tag` (several), `variation.{n}.id`, `variation.{n}.value`,
/// `variation.{n}.name`, `variation.{n}.hint`. A line whose value is emptied goes; the key and the kind never change.
#[derive(Template)]
#[template(path = "flags/templates/_edit.html")]
pub struct Edit {
    /// Where the form goes: `…/flags/{flag}/edit`.
    pub action: String,
    /// The flag, or the dashboard.
    pub back: String,
    /// Its name as it is.
    pub name: String,
    /// Its key.
    pub key: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// What it holds.
    pub kind: Kind,
    /// Whether the hint is mandatory.
    pub hint_mandatory: bool,
    /// The tags of the product; none if the reader may not tag.
    pub tags: Vec<TagChoice>,
    /// Its variations, and two empty lines for more.
    pub variations: Vec<Variation>,
    /// Why the reader cannot change them.
    pub fixed: Option<String>,
}

/// A value with a name, to be chosen from.
#[derive(Clone, Debug, Default)]
pub struct Variation {
    /// Its id; empty for a new one.
    pub id: String,
    /// The value.
    pub value: String,
    /// The name; may be empty.
    pub name: String,
    /// What it is for; may be empty.
    pub hint: String,
    /// Where it is used: "Production, 1 other environment"; then its value stays.
    pub used: String,
}

/// Dialog: the tags of a flag, for readers who may tag and not edit. Field `tag` (several).
#[derive(Template)]
#[template(path = "flags/templates/_tags.html")]
pub struct Tags {
    /// Where the form goes: `…/flags/{flag}/tags`.
    pub action: String,
    /// The dashboard.
    pub back: String,
    /// Its name.
    pub name: String,
    /// What was typed.
    pub form: Form,
    /// The tags of the product.
    pub tags: Vec<TagChoice>,
}

/// Dialog: the note that is mandatory before a switch moves. Fields `flip` (hidden), `note`.
#[derive(Template)]
#[template(path = "flags/templates/_note.html")]
pub struct Note {
    /// Where the form goes: `…/flags/{flag}/switch`.
    pub action: String,
    /// The dashboard.
    pub back: String,
    /// Name of the flag.
    pub name: String,
    /// Where.
    pub environment: Environment,
    /// What is asked for.
    pub flip: Flip,
    /// What was typed.
    pub form: Form,
    /// Whether the note is mandatory.
    pub note_required: bool,
}

/// Dialog: an earlier version becomes what is served. Fields `environment`, `position`, `version`, `note`.
#[derive(Template)]
#[template(path = "flags/templates/_restore.html")]
pub struct Restore {
    /// Where the form goes: `…/flags/{flag}/restore`.
    pub action: String,
    /// The flag.
    pub back: String,
    /// Name of the flag.
    pub name: String,
    /// Where.
    pub environment: Environment,
    /// What was typed; `position` and `version` are in it.
    pub form: Form,
    /// What changes by it.
    pub words: Vec<Diff>,
    /// When it was what it is to be again.
    pub at: Moment,
    /// Who had made it so.
    pub by: String,
    /// Whether a note is mandatory.
    pub note_required: bool,
}

/// Dialog: deleting a flag. Fields `confirm`: its key, `note` where mandatory.
#[derive(Template)]
#[template(path = "flags/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/flags/{flag}/delete`.
    pub action: String,
    /// The dashboard.
    pub back: String,
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// What was typed.
    pub form: Form,
    /// Every environment that changes by it.
    pub environments: Vec<Environment>,
    /// Whether a note is mandatory.
    pub note_required: bool,
    /// Why it is not possible: flags whose rules need it, each a link: name and address.
    pub needed_by: Vec<Choice>,
}
