//! ConfigCat’s protocols: [`cdn`] the files that its SDKs fetch · [`management`] the API by which its tools change things.

pub mod cdn;
pub mod management;
