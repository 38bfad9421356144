//! What is done for all accounts now and then.

use crate::{
    audit::{Event, Unaudited},
    authn::Seen,
    authz::{Mint, NoNames},
    error::Result,
    people::{permits::KeepAccounts, store},
};

/// Clears away sessions, tokens and links that have expired. They had no effect any more.
pub async fn clear_expired(mint: Mint) -> Result<()> {
    if !store::any_expired(&mint.read(), mint.now()).await? {
        return Ok(());
    }
    let may = mint.authorize::<KeepAccounts>(&NoNames {}).await?;
    may.change(async |tx| Ok((store::clear_expired(&tx, tx.now()).await?, Event::Unaudited(Unaudited::Expired)))).await
}

/// Writes who was seen since the last time.
pub async fn note_seen(mint: Mint) -> Result<()> {
    let seen = mint.app().seen.take();
    if seen.is_empty() {
        return Ok(());
    }
    let may = mint.authorize::<KeepAccounts>(&NoNames {}).await?;
    may.change(async |tx| Ok((Seen::write(&tx, seen.clone()).await?, Event::Unaudited(Unaudited::LastSeen)))).await
}
