//! Burgee: teams, and who may change what runs.
//!
//! The modules stand in the order in which they may use each other: each one uses only those above it. That order is the architecture;
//! `tests/it/architecture.rs` checks it, `ARCHITECTURE.md` explains it.

// What everything is made of.
pub mod error; // one neutral error
pub mod files; // files that are nobody else’s
pub mod redacted; // values that are never printed
pub mod db; // SQLite and PostgreSQL behind one code path
pub mod clock; // time as a parameter
pub mod ids; // typed ids
pub mod text; // parsed text
pub mod limits; // how much, how often and how long
pub mod config; // settings of the server

// Machinery: knows no feature.
pub mod audit; // the log that is the price of a change
pub mod bus; // "something changed"
pub mod presence; // who looks at the same
pub mod serving; // what applications read, ready in memory
pub mod authn; // who is calling
pub mod authz; // may they
pub mod jobs; // work queued with a change
pub mod mail; // letters, as jobs
pub mod deliveries; // requests to servers of others, as jobs
pub mod platform; // settings of the instance

// The two surfaces.
pub mod ui; // HTML: frame, forms, dialogs, errors
pub mod api; // JSON: bodies, errors, stretches of lists, the description

// Features.
pub mod teams; // people who work together
pub mod people; // accounts, and what lets somebody in
pub mod members; // who is in a team, and why that lets them do what they do
pub mod products; // applications whose flags are managed, and who is in them
pub mod permission_groups; // what people may do in a product
pub mod product_members; // who is in a product, and by which group
pub mod service_accounts; // what acts for a team without a person
pub mod environments; // where values differ
pub mod configs; // sets of settings that are served as one file
pub mod tags; // labels of settings
pub mod code_references; // where the code asks for settings
pub mod segments; // named sets of conditions
pub mod flags; // settings and their values
pub mod sdk_keys; // what applications read a config with
pub mod webhooks; // what is told to servers of others
pub mod integrations; // connections to services of others
pub mod automation; // what programs need to know of a product
pub mod invitations; // offers to join
pub mod audit_log; // reading the log
pub mod settings; // running the instance
pub mod backups; // copies of the instance, and what a restored one must not revive
pub mod transfer; // carrying teams and products out and in

// The protocols of other programs.
pub mod facades; // what their clients speak, and nothing else

// The whole.
pub mod app; // puts everything together
pub mod listen; // takes connections
pub mod commands; // what the program does
