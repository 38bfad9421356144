//! All integration tests, in one binary: it links once.
//!
//! They go through HTTP and, for the tours, through a browser; on SQLite and on PostgreSQL. `make test` starts the servers they need.
#![allow(clippy::unwrap_used, missing_docs)]

mod architecture;
mod cedar;
mod every_route;
mod generated;
mod kill;
mod matrix;
mod races;
mod support;
