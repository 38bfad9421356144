//! API and automation: what programs that change a product need to know of it, ready to be copied. It stores nothing and changes nothing.

pub mod pages;
pub mod permits;
mod routes;

pub use routes::pages;
