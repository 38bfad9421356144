#![doc = include_str!("../README.md")]
//!
//! ## What is evaluated how
//! - The first rule of which all conditions are true decides. If it divides users by percentages and the user cannot be given a share, the next
//!   rule is looked at. Then come the setting’s own percentages, then its value.
//! - A condition is true, false, or cannot be evaluated: without a user, without the attribute, or with one that the comparator cannot
//!   read. A rule with such a condition is passed over, also when the condition is the denial of another. An empty text counts as missing.
//! - Attributes are read as the comparator needs them: numbers out of texts (with a point or a comma), lists out of JSON arrays, texts out
//!   of everything. Numbers are written as in JavaScript, dates as Unix seconds, lists as compact JSON.
//! - A user’s share is a number from 0 to 99 made of the key and the attribute, the same in all clients.
//! - What is wrong in a config ([`Fault`]) fails the evaluations that come to it, and only these. The caller’s default is the answer then.
//!
//! ## Where clients differ
//! On thousands of generated configs and users the answers are those of `@configcat/sdk` 1.1.0 and `configcat-node` 11.4.1 for JavaScript and
//! `configcat-client` 10.0.1 for Python. Where these differ from each other, this is done:
//!
//! | what | JavaScript | Python | here |
//! |---|---|---|---|
//! | a version with a leading `v` | a version | none | none |
//! | a version number beyond 2^53 | none | a version | a version, up to 2^64 |
//! | a version surrounded by a byte order mark | a version | none | none |
//! | only spaces in a list of versions | no version: false | skipped | no version: false |
//! | an invalid version in a condition of a segment | false, so “not in” is true | cannot be evaluated | false |
//! | a list of empty versions, a user with none | cannot be evaluated | not one of them | cannot be evaluated |
//! | the text `0` with a space behind it as a number | none | 0 | 0 |
//! | `1_0`, `inf`, `nan`, digits of other scripts as numbers | none | numbers | none |
//! | yes and no | `true`, no number | `True`, 1 | `true`, no number |
//! | a date as a number, a list as a number or a date | cannot be evaluated | fails | cannot be evaluated |
//! | numbers from 1e16 to 1e21 and below 0.0001 as texts | plain digits from 0.000001 on | exponents | as JavaScript |
//! | objects and mixed lists as texts | `[object Object]`, `1,a` | as Python writes them | compact JSON |
//! | comparison values in the wrong member | fails; configcat-node reads it | false | fails |
//! | a start or an end that is not hashed | fails; configcat-node passes over it | fails | fails |
//! | a hashed end that is empty | true | compared with the whole text | true |
//! | a rule without conditions | matches | does not | matches |
//! | percentages that end before the user’s share | fails | goes on | fails |
//! | a value of the wrong type | fails where it is served | also where it is not | fails where it is served |
//! | a whole number compared with a decimal setting | fails; configcat-node compares | fails | fails |
//! | an attribute such as `toString` | missing; configcat-node finds it | missing | missing |
//! | the identifier chosen as percentage attribute, but missing | as if empty | passed over | passed over |
//!
//! Where the difference lies in a config, [`Compiled::new`] or [`validate`] refuses it, so that only those that lie in users remain.

mod attribute;
mod compile;
mod condition;
mod evaluate;
mod fault;

pub mod comparator;
pub mod cycles;
pub mod explain;
pub mod hash;
pub mod model;
pub mod user;
pub mod validate;

#[cfg(test)]
mod tests;

pub use comparator::Comparator;
pub use compile::Compiled;
pub use condition::{Verdict, Why};
pub use evaluate::{Division, EvalError, Outcome, Reason};
pub use fault::{Defect, Defects, Fault, Place};
pub use model::{Config, Value};
pub use user::{Attribute, Attributes, User};
