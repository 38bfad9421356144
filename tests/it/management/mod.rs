//! ConfigCat’s management API, as its own programs speak it.

mod scene;
mod settings;
mod values;
mod values_v2;
