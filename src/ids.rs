//! Typed ids. A [`PersonId`] cannot be passed where a [`TeamId`] is meant, and an id that does not parse is the same as one that does not exist.
//!
//! An id is a UUID of version 7: it sorts by the time it was made, so that new rows land at the end of an index. Where programs of others expect a
//! number, it is one, from `Writer::number`. To add one, add a line to a list below.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id, later than all ids made before.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        crate::db::column!($name as Uuid: |id| id.0, |uuid| Some($name(uuid)));
    )*};
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// As an object of the audit log, whose objects are UUIDs: the kind's own range, which no UUID of version 7 is in.
            pub fn object(self) -> Uuid {
                let kind = stringify!($name).bytes().fold(0_u64, |kind, byte| kind << 5 ^ u64::from(byte));
                Uuid::from_u64_pair(kind & 0xffff_ffff_ffff_0fff, self.0.unsigned_abs())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        crate::db::column!($name as i64: |id| id.0, |number| Some($name(number)));
    )*};
}

numbers! {
    /// A permission group of a product.
    GroupId,
    /// A setting of a config.
    SettingId,
    /// A tag of a product.
    TagId,
    /// A webhook of a config in an environment.
    WebhookId,
}

ids! {
    /// Somebody with an account.
    PersonId,
    /// People who work together.
    TeamId,
    /// An offer to join a team.
    InvitationId,
    /// One browser that is signed in.
    SessionId,
    /// A personal access token for the API.
    TokenId,
    /// A piece of work that was queued with a change.
    JobId,
    /// A mail that was sent, or could not be.
    MailId,
    /// An application whose flags are managed.
    ProductId,
    /// Where the values of settings differ.
    EnvironmentId,
    /// A set of settings that is served as one file.
    ConfigId,
    /// A named set of conditions.
    SegmentId,
    /// A connection of a product to a service of somebody else.
    IntegrationId,
    /// A request to a server of somebody else.
    DeliveryId,
    /// What was found in the code of a branch.
    ReportId,
    /// A value that a setting can have, by its name.
    VariationId,
    /// One state of a value, by which a second writer is noticed.
    VersionId,
    /// One request, as named in the audit log and the server log.
    RequestId,
}

impl VersionId {
    /// The version of what nobody has ever changed.
    pub const NONE: Self = Self(Uuid::nil());
}
