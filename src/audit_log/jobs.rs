//! What is done now and then.

use super::permits::CheckChains;
use crate::{
    audit::{Event, Unaudited, log},
    authz::{Mint, NoNames},
    clock::DAY,
    error::Result,
};

/// Follows every chain that was not checked for a day from its beginning, and notes what was found, for the pages that show it.
pub async fn check_chains(mint: Mint) -> Result<()> {
    let may = mint.authorize::<CheckChains>(&NoNames {}).await?;
    for chain in log::chains(&may.read()).await? {
        if log::checked_at(&may.read(), chain).await?.is_some_and(|at| mint.now().since(at) < DAY) {
            continue;
        }
        let found = log::check(&may.read(), chain).await?;
        if let log::Checked::Broken(position) = found {
            tracing::error!(%chain, position, "a chain of the audit log is broken");
        }
        may.change(async |tx| Ok((log::note_checked(&tx, chain, &found, tx.now()).await?, Event::Unaudited(Unaudited::ChainChecked))))
            .await?;
    }
    Ok(())
}
