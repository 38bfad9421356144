use super::Color;

/// A tag of a product. On a page it is a word; its colour is a small swatch where tags are looked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: String,
    /// The word.
    pub name: String,
    /// What is stored: one of [`Tag::COLORS`], or any HTML colour.
    pub color: String,
}

impl Tag {
    /// The colours that the pages offer, under the names that API clients use, with the words of the pages.
    pub const COLORS: [(&'static str, &'static str); 6] =
        [("panther", "Ink"), ("whale", "Blue"), ("salmon", "Salmon"), ("lizard", "Green"), ("canary", "Yellow"), ("koala", "Grey")];

    /// A tag to be shown.
    pub fn new(id: impl Into<String>, name: impl Into<String>, color: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), color: color.into() }
    }

    /// The class of its swatch, for one of the six.
    pub fn class(&self) -> Option<&'static str> {
        match self.color.as_str() {
            "panther" => Some("tag-panther"),
            "whale" => Some("tag-whale"),
            "salmon" => Some("tag-salmon"),
            "lizard" => Some("tag-lizard"),
            "canary" => Some("tag-canary"),
            "koala" => Some("tag-koala"),
            _ => None,
        }
    }

    /// The colour of its swatch otherwise.
    pub fn fill(&self) -> Option<String> {
        Color::parse(&self.color).other().map(str::to_owned)
    }
}
