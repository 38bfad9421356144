/// A word of a difference, as the review before saving shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Diff {
    /// Stands in both.
    Same(String),
    /// Is lost: struck out.
    Lost(String),
    /// Comes: bold, on green.
    New(String),
}

impl Diff {
    /// Stands in both.
    pub fn same(text: impl Into<String>) -> Self {
        Self::Same(text.into())
    }

    /// Is lost.
    pub fn lost(text: impl Into<String>) -> Self {
        Self::Lost(text.into())
    }

    /// Comes.
    pub fn new(text: impl Into<String>) -> Self {
        Self::New(text.into())
    }
}
