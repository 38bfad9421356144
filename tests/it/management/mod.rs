//! ConfigCat’s management API, as its own programs speak it.

mod audit;
mod client;
mod deletions;
mod described;
mod groups;
mod integrations;
mod limits;
mod members;
mod provider;
mod scene;
mod settings;
mod terraform;
mod values;
mod values_v2;
mod webhooks;
