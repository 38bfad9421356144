//! Who is calling. From a cookie or a bearer token to an [`Actor`], or nobody.
//!
//! - [`actor`] the person and how they came in · [`client`] where a request is from, what is known before anybody is signed in
//! - [`session`] cookies · [`secret`] random secrets and their hashes · [`password`] hashing off the async threads, strength
//! - [`cross_site`] requests that another site made a browser send · [`throttle`] too many attempts · `store` its queries

pub mod actor;
pub mod client;
pub mod cross_site;
mod identify;
pub mod password;
pub mod secret;
pub mod session;
mod store;
pub mod throttle;

pub use actor::{Actor, Credential, Recognised};
pub use client::Client;
pub use identify::identify;
pub use store::{Seen, is_alive};
