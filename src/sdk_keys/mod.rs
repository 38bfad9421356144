//! SDK keys: what applications read a config of one environment with.

pub mod pages;
