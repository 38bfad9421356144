//! Carrying a value from one environment to another.

use super::value::{Write, Written, write};
use crate::{
    authz::Authorized,
    error::{Error, Result},
    flags::{
        ValueAt,
        permits::{ReadValue, WriteValue},
    },
    ids::EnvironmentId,
};

/// Gives a setting in this environment the value that it has in another one, which the actor must be able to see.
///
/// # Errors
/// As `write`; `NotFound` if the actor has no access to the other environment.
pub async fn copy(may: &Authorized<WriteValue>, from: EnvironmentId, how: Write<'_>) -> Result<Written> {
    let there = may.on::<ReadValue>(&ValueAt::of(may.setting.id, from)).await?;
    if there.at.id == may.at.id {
        return Err(Error::field("from", "Please choose two environments."));
    }
    write(may, &there.formula()?, how).await
}
