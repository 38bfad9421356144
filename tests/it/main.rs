//! All integration tests, in one binary: it links once.
//!
//! They go through HTTP and, for the tours, through a browser; on SQLite and on PostgreSQL. `make test` starts the servers they need.
#![allow(clippy::unwrap_used, missing_docs)]

mod accounts;
mod administration;
mod architecture;
mod audit;
mod bad_input;
mod cedar;
mod code_references;
mod compare;
mod credentials;
mod demo;
mod environments;
mod every_route;
mod flag_pages;
mod flags;
mod flag_eval;
mod generated;
mod handing_out;
mod integrations;
mod invitations;
mod kill;
mod management;
mod matrix;
mod members;
mod ofrep;
mod permission_groups;
mod product_log;
mod product_matrix;
mod product_people;
mod products;
mod races;
mod revoked;
mod sdks;
mod segments;
mod service_accounts;
mod serving;
mod streams;
mod support;
mod teams;
mod tours;
mod transfer;
mod way_in;
mod webhooks;
