//! The verbs about settings and their values.

mod bulk;
mod copy;
mod create;
mod delete;
mod setting;
mod value;
mod variations;

pub use bulk::{Wanted, write_all};
pub use copy::{Differences, copy, copy_all, differing};
pub use create::{Initial, NewSetting, create};
pub use delete::delete;
pub(super) use delete::{in_use, no_access};
pub use setting::{Changes, To, change, change_by, shift, tag, tag_by};
pub use value::{CHANGED_MEANWHILE, Write, Written, restore, switch, write, write_by};
pub(super) use variations::VARIATIONS;
pub use variations::{NewVariation, set_variations};
