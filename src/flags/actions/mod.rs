//! The verbs about settings and their values.

mod copy;
mod delete;
mod setting;
mod value;
mod variations;

pub use copy::copy;
pub use delete::delete;
pub(super) use delete::{in_use, no_access};
pub use setting::{Changes, Initial, NewSetting, To, change, create, shift, tag};
pub use value::{CHANGED_MEANWHILE, Write, Written, restore, switch, write};
pub use variations::{NewVariation, set_variations};
