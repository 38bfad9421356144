//! Segments: groups of users, by their attributes.

pub mod pages;
