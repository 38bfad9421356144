//! ConfigCat’s management API, as its own programs speak it.

mod audit;
mod described;
mod groups;
mod limits;
mod members;
mod scene;
mod settings;
mod values;
mod values_v2;
