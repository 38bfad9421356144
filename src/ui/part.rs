use super::Environment;

/// A piece of a sentence, so that sentences with names and links are built in Rust and
/// escaped by the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Plain words.
    Text(String),
    /// A name, in bold.
    Strong(String),
    /// A name that leads somewhere.
    Link {
        /// Where it leads.
        href: String,
        /// The name.
        text: String,
    },
    /// An environment, by its mark and its name.
    Environment(Environment),
}

impl Part {
    /// Plain words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A name, in bold.
    pub fn strong(text: impl Into<String>) -> Self {
        Self::Strong(text.into())
    }

    /// A name that leads somewhere.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link { href: href.into(), text: text.into() }
    }
}
