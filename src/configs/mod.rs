//! Configs: sets of settings.

pub mod pages;
