//! Tags: labels of settings, by which they are found again.

pub mod pages;
