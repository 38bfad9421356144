//! Flags and settings, and their values in each environment.

pub mod pages;
