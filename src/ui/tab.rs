/// One of the tabs under a heading. What the reader may not open is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// The words.
    pub label: String,
    /// Where it goes.
    pub href: String,
    /// Whether the reader is there.
    pub here: bool,
}

impl Tab {
    /// A tab that the reader is not on.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), here: false }
    }

    /// The same tab, where the reader is if `here`.
    #[must_use]
    pub fn here(mut self, here: bool) -> Self {
        self.here = here;
        self
    }
}

/// A name over the heading that leads back: team, product, config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The name.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Crumb {
    /// A name that leads somewhere.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}
