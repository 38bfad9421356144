//! ConfigCat’s management API, as its own programs speak it.

mod audit;
mod client;
mod described;
mod groups;
mod integrations;
mod limits;
mod members;
mod scene;
mod settings;
mod terraform;
mod values;
mod values_v2;
mod webhooks;
