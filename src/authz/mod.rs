//! May they. Default deny, decided in one place, and impossible to forget.
//!
//! Three walls, each of which does not compile without its gate:
//! 1. **Route**: routes are added only through [`Routes`], which takes handlers whose first argument is a witness.
//! 2. **Verb**: a verb takes `&Authorized<P>`, which holds the loaded object: check and object cannot differ.
//! 3. **Change**: writing happens only inside [`Authorized::change`], which decides again and asks for the event.
//!
//! [`permission`] the catalogue and the role matrix · [`role`] · [`grants`] what somebody holds · [`group`] permission groups · [`mod@decide`] the one function ·
//! [`mod@flips`] what another group changes for somebody ·
//! [`witness`] who may, as a type · [`change`] the transaction · [`mint`] witnesses for jobs and for people who are not signed in ·
//! [`watch`] witnesses that stay true while a stream is open · [`sdk_key`] what applications show · [`routes`] · [`app`] what every request can reach

pub mod app;
pub mod change;
pub mod decide;
mod fields;
pub mod flips;
pub mod grants;
pub mod group;
pub mod mint;
pub mod permission;
pub mod permit;
pub mod role;
pub mod routes;
pub mod sdk_key;
mod turns;
pub mod watch;
pub mod witness;

pub use app::App;
pub use change::{GrantWriter, Tx};
pub use decide::{Decision, Place, Step, Verdict, decide};
pub use flips::{Flip, Where, flips};
pub use grants::Grants;
pub use group::{Access, Excess, GROUP_PERMISSIONS, Group, GroupPermission, Heading, Levels, Reach, Switches};
pub use mint::Mint;
pub use permission::{Held, Kind, MATRIX, Permission, Permissions, Switch};
pub(crate) use permit::permits;
pub use permit::{ChangesGrants, NoNames, Permit, Platform, Public, Resource, SystemPermit};
pub use role::Role;
pub use routes::{Answer, Argument, Operation, Routes, Segment, Surface};
pub use sdk_key::{ClientAddress, InHeader, InPath, InQuery, Preflight, SdkKey, Shown};
pub use watch::Watch;
pub use witness::{Address, Anyone, Asked, Authorized, By, ById, InBody, SignedIn};
