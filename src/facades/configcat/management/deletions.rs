//! Deletions that come at the same moment, in any order.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{
    api::Done,
    authz::{Authorized, Permit},
    error::{Error, Result},
};

/// The code with which verbs refuse to delete what others name.
pub const IN_USE: &str = "in_use";

/// How long a deletion waits for those of what stands in its way. Terraform deletes, in parallel, all that it does not know to depend on each other.
const PATIENCE: Duration = Duration::from_secs(2);

/// Deletes something as soon as nothing uses it: while it is refused as in use, it is tried again after each change in its team, until
/// [`PATIENCE`] ends.
///
/// # Errors
/// What `delete` says; that it is in use only if it still is in the end.
pub async fn delete_when_unused<P: Permit>(may: &Authorized<P>, delete: impl AsyncFnOnce() -> Result<()> + Clone) -> Result<Done> {
    let deadline = Instant::now() + PATIENCE;
    let mut watch = may.watch().await?;
    loop {
        match delete.clone()().await {
            Err(refused @ Error::Refused { code: IN_USE, .. }) => match timeout_at(deadline, watch.next()).await {
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return Err(refused),
            },
            done => return done.map(|()| Done),
        }
    }
}
