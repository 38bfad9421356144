//! SDK keys: what lets an application fetch the values of a config in an environment.

pub mod pages;
