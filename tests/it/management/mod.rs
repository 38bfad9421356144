//! ConfigCat’s management API, as its own programs speak it.

mod audit;
mod described;
mod groups;
mod limits;
mod members;
