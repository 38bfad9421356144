//! Permission groups: named sets of permissions in one product, with an access level for each environment.

pub mod pages;
