//! Backups: a copy of the instance as one file, and what must end when it is restored.
//!
//! - [`archive`] is the file: the database and the mails that went to files, with a list at its end.
//! - [`revoke`] ends what would otherwise be valid again although it was revoked after the backup was made.
//!
//! The files of projects will have their place in the archive beside the mails.

mod actions;
pub mod archive;
pub mod permits;
mod store;

pub use actions::{Report, revoke};
pub use store::{Account, SdkKey, Token};
