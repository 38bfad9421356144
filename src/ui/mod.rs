//! The HTML surface: the frame around every page, and the small parts that pages are made of.
//!
//! It knows no database and no feature. A feature's `pages.rs` fills plain view structs
//! (text, numbers, [`Moment`], [`Form`], [`Action`]) and answers with
//!
//! - [`Html`] for a page,
//! - [`Dialog`] for a dialog, which is a fragment for htmx and a whole page for everybody else,
//! - [`done`] after a change: a redirect, with a toast if there is something to say.
//!
//! To add a page: write `src/<feature>/templates/<name>.html` that extends
//! `ui/templates/layout.html` (or `bare.html` for people who are not signed in) and fills its
//! blocks, then a struct with a field `frame: Frame`. The macros in `ui/templates/kit.html`
//! draw fields, tags, menus and tables; those in `ui/templates/marks.html` draw environments,
//! access and switches. Colours and sizes come from `assets/css/tokens.css`.

mod access;
pub mod assets;
mod avatar;
mod delivery;
mod diff;
mod environment;
mod event;
mod failure;
mod control;
mod form;
mod frame;
mod icon;
mod menu;
mod moment;
mod nav;
mod number;
mod part;
mod posted;
mod respond;
mod signal;
mod tab;
mod tag;
mod text;
mod told;
mod why;

pub use access::{Access, Reach};
pub use avatar::Avatar;
pub use control::Control;
pub use delivery::Delivery;
pub use diff::Diff;
pub use environment::{Color, Environment, Mark};
pub use event::{Change, Day, Entry, Filter, FilterOption, Log};
pub use failure::Failure;
pub use form::{Choice, Form};
pub use frame::{Frame, Me, Notice, Team, Theme};
pub use icon::{Icon, icon};
pub use menu::{Action, How};
pub use moment::Moment;
pub use nav::{NavItem, Section};
pub use number::thousands;
pub use part::Part;
pub use posted::{Around, Errors, Posted, render_errors};
pub use respond::{Asked, Dialog, Html, Toast, done, done_in};
pub use signal::Signal;
pub use tab::{Crumb, Tab};
pub use tag::Tag;
pub use text::{Text, text};
pub use told::days;
pub use why::{Why, WhyStep};
