//! What is done now and then.

use super::permits::CheckChains;
use crate::{
    audit::{Event, Unaudited, log},
    authz::{Mint, NoNames},
    error::Result,
};

/// Follows every chain from its beginning and notes what was found, for the pages that show it. To be done every hour.
pub async fn check_chains(mint: Mint) -> Result<()> {
    let may = mint.authorize::<CheckChains>(&NoNames {}).await?;
    for chain in log::chains(&may.read()).await? {
        let found = log::check(&may.read(), chain).await?;
        if let log::Checked::Broken(position) = found {
            tracing::error!(%chain, position, "a chain of the audit log is broken");
        }
        may.change(async |tx| Ok((log::note_checked(&tx, chain, &found, tx.now()).await?, Event::Unaudited(Unaudited::ChainChecked))))
            .await?;
    }
    Ok(())
}
