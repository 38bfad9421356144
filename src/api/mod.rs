//! The JSON surface: bodies that are refused with the field named, answers, errors as `{code, error}`, lists in pages, and the description
//! of all of it.

mod json;
pub mod openapi;
mod page;
mod reference;

pub use json::{Body, Created, Done, Json, MOST, Okay, Silent, caught, field_of, in_words, is_json_type, read, refusal, render_errors};
pub use page::{Cursor, Limit, Meta, Page, Params, Query};
pub use reference::{Reference, reference};
