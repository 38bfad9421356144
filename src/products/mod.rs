//! Products: applications whose flags are managed.

pub mod pages;
