//! Export and import: carrying teams and products out as a document and bringing them in again.
//!
//! A document names things, keeps their ids and SDK keys, and can be written by hand. An import compares it with what there is and decides
//! everything before it writes anything ([`plan`]); then all of it is written in one change, or nothing where something stands in the way. It
//! only creates: what is there already and is the same stays, what is there and differs is a conflict. Whoever exports gets what they may see,
//! whoever imports gives no more than they hold.

mod actions;
pub mod api;
mod apply;
mod config_file;
mod document;
mod export;
mod follow;
mod formula;
mod outcome;
pub mod pages;
pub mod permits;
mod plan;
mod progress;
mod routes;
mod state;
mod upload;
mod written;

pub use actions::{
    Place, Where, Which, export_everything, export_product, export_team, import_everything, import_file, import_into_product,
    import_into_team, try_everything, try_file, try_into_product, try_into_team,
};
pub use config_file::File;
pub use document::{Document, VERSION};
pub use outcome::{Conflict, Given, Made, Outcome, Thing, counted};
pub use plan::Options;
pub use progress::{Progress, Step};
pub use routes::{json, pages};
