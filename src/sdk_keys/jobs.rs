//! Now and then: write down how often keys were used, and forget what was long ago.

use std::time::Duration;

use super::{permits::NoteKeyUses, store};
use crate::{
    audit::{Event, Unaudited},
    authz::{Mint, NoNames},
    clock::DAY,
    error::Result,
    jobs::Registry,
};

/// For so long it is kept how often keys were used.
const KEPT: i64 = 35 * DAY;

/// What is done now and then.
pub fn jobs(registry: Registry) -> Registry {
    registry.every(Duration::from_secs(60), note_uses).every(Duration::from_secs(60 * 60), forget_uses)
}

/// Writes down what was counted since the last time.
pub async fn note_uses(mint: Mint) -> Result<()> {
    let uses = mint.app().serving.take_uses();
    if uses.is_empty() {
        return Ok(());
    }
    let may = mint.authorize::<NoteKeyUses>(&NoNames {}).await?;
    may.change(async |tx| {
        store::note(&tx, &uses).await?;
        Ok(((), Event::Unaudited(Unaudited::KeyUse)))
    })
    .await
}

async fn forget_uses(mint: Mint) -> Result<()> {
    let may = mint.authorize::<NoteKeyUses>(&NoNames {}).await?;
    may.change(async |tx| {
        store::forget(&tx, tx.now().plus(-KEPT)).await?;
        Ok(((), Event::Unaudited(Unaudited::Expired)))
    })
    .await
}
