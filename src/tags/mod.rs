//! Tags: words to find settings by.

pub mod pages;
