//! The pages about people: before somebody is signed in, and their own account.

pub mod account;
pub mod entry;
