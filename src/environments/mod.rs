//! Environments: where values differ.

pub mod pages;
