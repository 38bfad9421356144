//! Burgee.
fn main() {}
