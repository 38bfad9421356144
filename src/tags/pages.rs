//! The pages of tags.

use askama::Template;

use crate::ui::{Action, Form, Frame, Tag};

mod show;

pub(super) use show::{change, confirm_delete, create, delete, edit, index, new};

/// The tags of a product.
#[derive(Template)]
#[template(path = "tags/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `…/tags`.
    pub path: String,
    /// Whether the reader may create one.
    pub may_create: bool,
    /// By name.
    pub tags: Vec<Row>,
}

/// A tag in the list.
pub struct Row {
    /// Colour and word.
    pub tag: Tag,
    /// The flags that have it.
    pub href: String,
    /// How many have it.
    pub flags: u64,
    /// Edit, delete.
    pub menu: Vec<Action>,
}

/// Dialog: a new tag, or another word and colour. Fields `name`, `color`.
#[derive(Template)]
#[template(path = "tags/templates/_edit.html")]
pub struct Edit {
    /// Where the form goes: `…/tags`, or `…/tags/{tag}`.
    pub action: String,
    /// The list.
    pub back: String,
    /// What was typed, or what holds.
    pub form: Form,
    /// Its word as it is; none for a new one.
    pub name: Option<String>,
}

/// Dialog: deleting a tag.
#[derive(Template)]
#[template(path = "tags/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes: `…/tags/{tag}/delete`.
    pub action: String,
    /// The list.
    pub back: String,
    /// Its word.
    pub name: String,
    /// How many flags lose it.
    pub flags: u64,
}

impl Index {
    fn create(&self) -> Action {
        Action::dialog("New tag", "plus", format!("{}/new", self.path))
    }
}

impl Edit {
    fn colors(&self) -> Vec<Tag> {
        let own = self.form.value("color");
        let mut colors: Vec<Tag> = Tag::COLORS.into_iter().map(|(color, word)| Tag::new("", word, color)).collect();
        if !own.is_empty() && !colors.iter().any(|tag| tag.color == own) {
            colors.push(Tag::new("", own, own));
        }
        colors
    }
}
