//! The protocols that other programs speak: their addresses, their wire types, their errors. Foreign words stay in here.
//!
//! [`configcat`] ConfigCat’s SDKs · [`ofrep`] clients of OpenFeature’s remote evaluation protocol

pub mod configcat;
pub mod ofrep;
