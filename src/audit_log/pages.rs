//! The audit log of a team.

use askama::Template;

use crate::ui::{Frame, Log, Moment};

/// Every change in a team, newest first.
#[derive(Template)]
#[template(path = "audit_log/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// The events.
    pub log: Log,
    /// What a job found when it followed the chain; none if it never did.
    pub chain: Option<Chain>,
}

/// What a job found when it followed the chain.
pub struct Chain {
    /// Whether every event fits the one before it.
    pub intact: bool,
    /// How many events it followed.
    pub events: u64,
    /// When.
    pub checked: Moment,
}
