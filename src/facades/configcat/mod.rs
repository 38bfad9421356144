//! What ConfigCat’s programs speak: [`cdn`] serves the SDKs.

pub mod cdn;
