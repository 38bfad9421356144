//! Objects that are asked about, and permits: a permission as a type.

use std::future::Future;

use serde::de::DeserializeOwned;

use super::{
    decide::Place,
    grants::Grants,
    permission::{Kind, Permission},
};
use crate::{db::Reader, error::Result};

/// Something that permissions are asked about.
pub trait Resource: Sized + Send + Sync + 'static {
    /// What it is.
    const KIND: Kind;
    /// What it is found by: the fields are the names in its address.
    type Key: DeserializeOwned + Clone + Send + Sync + 'static;
    /// Finds it. All parts of the key must belong together, else there is nothing.
    fn load(db: &Reader, key: &Self::Key) -> impl Future<Output = Result<Option<Self>>> + Send;
    /// Its key again, by which a change reads it afresh.
    fn key(&self) -> Self::Key;
    /// All that a decision about it may depend on.
    fn place(&self) -> Place;
    /// Whether it is to somebody as if it were not there, although a place alone does not say so: what stands in several environments, for
    /// whoever has no access to any of them.
    fn is_hidden_from(&self, _: &Grants) -> bool {
        false
    }
}

/// The key of what there is one of, and the path of an address without names.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct NoNames {}

/// The instance itself.
pub struct Platform;

impl Resource for Platform {
    const KIND: Kind = Kind::Platform;
    type Key = NoNames;
    async fn load(_: &Reader, _: &NoNames) -> Result<Option<Self>> {
        Ok(Some(Self))
    }
    fn key(&self) -> NoNames {
        NoNames {}
    }
    fn place(&self) -> Place {
        Place::PLATFORM
    }
}

/// A permission on a kind of object, as a type. Made by [`permits!`].
pub trait Permit: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
    /// Whether its changes change who may do what.
    const CHANGES_GRANTS: bool;
    /// Whether requests under it only read although their method says otherwise, such as a preview that is sent as a form. Every other request
    /// that is not GET is a change, and is refused to a token that may only read before its body is looked at.
    const ONLY_READS: bool;
    /// Its name, for messages and documentation.
    const NAME: &'static str;
    /// What it is asked about.
    type On: Resource;
}

/// Permits whose changes may write grants.
pub trait ChangesGrants: Permit {}

/// Permits that Burgee's own jobs may use.
pub trait SystemPermit: Permit {}

/// Permits that serve people who are not signed in.
pub trait Public: SystemPermit {}

/// Declares permits, one line each: `/// doc` `Name: Permission on Object[, changes grants][, reads only][, system | public];`
macro_rules! permits {
    ($($(#[$doc:meta])* $name:ident: $permission:ident on $on:ty $(, $flag:ident $($word:ident)?)*;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl $crate::authz::Permit for $name {
            const PERMISSION: $crate::authz::Permission = $crate::authz::Permission::$permission;
            const CHANGES_GRANTS: bool = false $(|| $crate::authz::permit::permits!(@grants $flag))*;
            const ONLY_READS: bool = false $(|| $crate::authz::permit::permits!(@reads $flag))*;
            const NAME: &'static str = stringify!($name);
            type On = $on;
        }
        $($crate::authz::permit::permits!(@mark $flag $name);)*
    )*};
    (@grants changes) => { true };
    (@grants $other:ident) => { false };
    (@reads reads) => { true };
    (@reads $other:ident) => { false };
    (@mark changes $name:ident) => { impl $crate::authz::ChangesGrants for $name {} };
    (@mark reads $name:ident) => {};
    (@mark system $name:ident) => { impl $crate::authz::SystemPermit for $name {} };
    (@mark public $name:ident) => {
        impl $crate::authz::SystemPermit for $name {}
        impl $crate::authz::Public for $name {}
    };
}
pub(crate) use permits;
