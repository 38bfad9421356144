//! Scheduled checks of the audit logs.

use std::{path::Path, sync::Arc};

use super::permits::CheckChains;
use crate::{
    audit::{
        Chain, Event, Unaudited,
        heads::{self, ChainHead, Expected},
        log::{self, Checked},
        read,
    },
    authz::{Authorized, Mint, NoNames},
    clock::DAY,
    error::{Error, Result},
};

/// Records the heads of the logs, and checks the logs against what was recorded and kept: what is new in them each time, and all of them from
/// their beginning once a day. What was found is noted for the pages that show it.
pub async fn check_chains(mint: Mint) -> Result<()> {
    let may = mint.authorize::<CheckChains>(&NoNames {}).await?;
    record_heads(&may).await?;
    let db = may.read();
    // The platform's log comes last, so its result also says when all were checked.
    let all = read::last_check(&db, Chain::Platform.id()).await?.is_none_or(|last| mint.now().since(last.checked_at) >= DAY);
    let kept = kept_heads(mint.app().config.kept_heads.as_deref()).await;
    let since = (!all).then(|| mint.now().plus(-DAY));
    let expected = Expected::gather(&db, since, &kept).await?;
    for chain in &expected.ownerless {
        tracing::error!(%chain, "an audit log belongs to no team, and no event says that one was deleted");
    }
    for chain in expected.chains.iter().rev().copied() {
        let intact = read::last_check(&db, chain).await?.and_then(|last| last.checked_position).filter(|_| !all);
        let found = match intact {
            Some(position) => log::check_after(&db, chain, position).await?,
            None => log::check(&db, chain).await?,
        };
        let found = match (found, intact) {
            // Where exactly is found from the beginning.
            (Checked::Broken(_), Some(_)) => log::check(&db, chain).await?,
            _ => found,
        };
        let found = expected.with(chain, found);
        match found {
            Checked::Intact(_) if intact.is_some() => continue,
            Checked::Intact(_) => {}
            Checked::Broken(position) => tracing::error!(%chain, position, "a chain of the audit log is broken"),
        }
        may.change(async |tx| Ok((log::note_checked(&tx, chain, found, tx.now()).await?, Event::Unaudited(Unaudited::ChainChecked))))
            .await?;
    }
    Ok(())
}

/// Records the heads that have moved in the platform's log.
pub async fn record_heads(may: &Authorized<CheckChains>) -> Result<()> {
    may.change(async |tx| {
        let events = heads::record(&tx).await?;
        Ok(((), if events.is_empty() { vec![Event::Unaudited(Unaudited::Nothing)] } else { events }))
    })
    .await
}

/// Notes that the heads of so many logs were printed to be kept elsewhere.
pub async fn note_printed(may: &Authorized<CheckChains>, logs: u64) -> Result<()> {
    may.change(async |_| Ok(((), Event::LogHeadsPrinted { logs }))).await
}

/// Heads that were kept, from the file that the settings name. One that cannot be read does not stop the other checks.
async fn kept_heads(path: Option<&Path>) -> Vec<ChainHead> {
    let Some(path) = path else { return vec![] };
    let path: Arc<Path> = path.into();
    let read = tokio::task::spawn_blocking({
        let path = path.clone();
        move || read_heads(&path)
    });
    match read.await.map_err(Error::internal).and_then(|read| read) {
        Ok(heads) => heads,
        Err(error) => {
            tracing::error!(%error, "the heads that were kept of the audit logs are not compared");
            vec![]
        }
    }
}

/// Reads heads from a file as they were printed; `-` is standard input.
///
/// # Errors
/// `unreadable_heads` if there is no such file, or the line that is no head.
pub fn read_heads(path: &Path) -> Result<Vec<ChainHead>> {
    let shown = path.display();
    let refused = |why: String| Error::refused("unreadable_heads", why);
    let text = match path.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin()),
        _ => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| refused(format!("{shown} cannot be read: {error}")))?;
    let heads = heads::parse(&text).map_err(|line| {
        refused(format!("{shown}: line {line} is not the head of a log. It must be as `burgee audit verify --print-heads` wrote it."))
    })?;
    match heads.is_empty() {
        true => Err(refused(format!("{shown} holds no heads. `burgee audit verify --print-heads` writes them."))),
        false => Ok(heads),
    }
}
