//! The audit log: what happened, written in the same transaction as the change or not at all.
//!
//! - [`event`] is the catalogue: one variant per thing that can happen; [`product_event`] is that of products.
//! - [`log`] appends an event to its chain. Every row's hash covers the row and the hash before it, so that nothing can be altered, removed or
//!   slipped in without the chain showing where.
//!
//! - [`heads`] tells that a chain was cut off or taken out, which it does not show by itself.
//! - [`read`] reads a log in stretches; `words` keeps what each event says for those who look for it.
//!
//! There is one chain per team, and one for the platform and its accounts. To add an event: add its variant to the catalogue, with its
//! sentence; the compiler then asks for its objects.

pub mod event;
pub mod heads;
pub mod log;
pub mod product_event;
pub mod read;
mod words;

pub use event::{Change, Event, Part, Unaudited};
pub use log::{Chain, Entry, Trace, Way};
pub use product_event::ProductEvent;
