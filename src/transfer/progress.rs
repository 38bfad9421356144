//! How far long work is, told to whoever waits for it.

use std::sync::Arc;

/// A moment of the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How much is done.
    pub done: usize,
    /// Of how much.
    pub of: usize,
    /// What is done now.
    pub what: String,
}

/// Whom to tell. Cheap to clone.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(Step) + Send + Sync>);

impl Progress {
    /// Nobody.
    pub fn silent() -> Self {
        Self::to(|_| {})
    }

    /// Somebody.
    pub fn to(listen: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listen))
    }

    pub(super) fn tell(&self, done: usize, of: usize, what: impl Into<String>) {
        (self.0)(Step { done, of, what: what.into() });
    }
}
