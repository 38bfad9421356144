//! Feature flags in the `config_v6.json` format of ConfigCat’s SDKs: read, write, check, hash, evaluate and explain them.
//!
//! Nothing here does I/O or looks at a clock. A [`Config`] is read or put together, made ready once ([`Compiled`]), and then evaluated as often as
//! is needed, from as many threads as are needed.
//!
//! ```
//! use flag_eval::{Attributes, Compiled, Config, Reason, Value};
//!
//! let config = Config::from_json(r#"{
//!     "p": { "u": "https://flags.example.com", "r": 0, "s": "salt" },
//!     "f": {
//!         "newCheckout": {
//!             "t": 0,
//!             "r": [{
//!                 "c": [{ "u": { "a": "Email", "c": 32, "l": ["@example.com"] } }],
//!                 "s": { "v": { "b": true }, "i": "on" }
//!             }],
//!             "v": { "b": false }, "i": "off"
//!         }
//!     }
//! }"#)?;
//! let flags = Compiled::new(&config)?;
//!
//! let ada = Attributes::of("ada").email("ada@example.com");
//! let outcome = flags.evaluate("newCheckout", Some(&ada))?;
//! assert_eq!(outcome.value, &Value::Bool(true));
//! assert_eq!(outcome.variation, "on");
//! assert_eq!(outcome.reason, Reason::TargetingMatch { rule: 0 });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is where
//! | to | take |
//! |---|---|
//! | read and write `config_v6.json` | [`model`], [`Config::from_json`], [`Config::to_json`] |
//! | know the 36 comparators, their numbers, names and words | [`comparator`] |
//! | check a comparison value that somebody entered | [`validate`] |
//! | hash the values of sensitive comparators | [`Config::hashed`], [`hash`] |
//! | find settings that wait for each other | [`cycles`] |
//! | refuse a config with all that is wrong with it | [`Compiled::new`], [`Defect`] |
//! | evaluate | [`Compiled::evaluate`], [`Compiled::evaluate_all`] |
//! | know what led to an answer | [`Compiled::explain`], [`explain`] |
//! | describe a user | [`User`], [`Attributes`], [`Attribute`] |

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
