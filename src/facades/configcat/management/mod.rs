//! ConfigCat’s Public Management API, so that its Terraform provider, its command line and clients made from its description work with Burgee.
//!
//! Thin: every operation asks for the same witness as the page that does the same, calls the same verb, and translates. An organization is a
//! team, an Organization Admin an Owner. What is said of the wire here (which fields are always there, what an absent one means, how mistakes
//! are told) is what those clients send and expect; the table of all their operations is `docs/api-coverage.md`.

mod audit;
mod audit_types;
mod code_references;
mod comparison;
mod configs;
pub mod coverage;
mod deletions;
mod environments;
mod errors;
mod formula_v1;
mod formula_v2;
mod groups;
mod integrations;
mod limits;
mod members;
mod organizations;
mod patch;
mod places_v2;
mod products;
mod segments;
mod settings;
mod stale;
mod tags;
mod terraform;
mod told_tags;
mod typed;
mod values;
mod values_v1;
mod values_v2;
mod variations;
mod webhooks;
mod wire;
mod words;

pub use audit_types::{LEFT_OUT, TYPES};
pub use errors::render_errors;
pub use limits::{Limits, limit};
pub use terraform::suit;
pub use told_tags::ToldTags;

use crate::authz::{Routes, Surface};

/// All operations.
pub fn routes() -> Routes {
    [
        organizations::routes,
        products::routes,
        environments::routes,
        configs::routes,
        tags::routes,
        segments::routes,
        settings::routes,
        variations::routes,
        values_v1::routes,
        values_v2::routes,
        stale::routes,
        groups::routes,
        members::routes,
        audit::routes,
        webhooks::routes,
        integrations::routes,
        code_references::routes,
    ]
    .into_iter()
    .fold(Routes::new(Surface::Management), |all, some| all.and(some()))
}
