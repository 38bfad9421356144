//! Reading the audit log: a team's, a product's, the platform's, one's own. Pages, JSON, CSV, and the job that checks the chains.
//!
//! The log itself is [`crate::audit`]; nothing is written to it from here. The JSON speaks the event names that existing programs know, where
//! there is one ([`names`]); both names work as a filter.

pub mod api;
mod export;
pub mod filters;
mod jobs;
pub mod names;
pub mod pages;
pub mod permits;
mod product;
mod routes;
mod store;
mod told;
mod view;

pub use filters::Filters;
pub use jobs::{check_chains, note_printed, read_heads, record_heads};
pub use routes::{json, pages};
pub use told::{Sought, Stretch, Told, of_product, of_team};
