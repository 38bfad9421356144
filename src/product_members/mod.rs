//! The people of a product: who has which permission group in it, and what changing that does.
//!
//! Owners and administrators hold everything without a group; nobody moves or removes them here. Whoever may manage members hands out no more
//! than they hold themselves, and may take away from everybody else. A Guest who loses the last group leaves the team.

mod actions;
mod api;
mod arrange;
mod give;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{add, give, move_to, remove};
pub use api::{GroupBody, GroupRef};
pub use arrange::{Arrangement, arrange};
pub use give::{beyond, group_in, may_give};
pub use routes::{json, pages};
pub use store::{Listed, OwnerBrief, administrators, list, owners};
