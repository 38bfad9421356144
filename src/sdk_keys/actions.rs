//! The verbs about SDK keys.

use super::{RotateSdkKeys, Slot, store};
use crate::{
    audit::{Event, ProductEvent},
    authz::Authorized,
    error::{Error, Result},
    serving,
};

/// Makes a second key beside the first: both work.
pub async fn add(may: &Authorized<RotateSdkKeys>) -> Result<String> {
    may.change(async |tx| {
        let keys = tx.on();
        let slot = match (&keys.primary, &keys.secondary) {
            (None, _) => Slot::Primary,
            (Some(_), None) => Slot::Secondary,
            (Some(_), Some(_)) => {
                return Err(Error::conflict("two_keys", "There is a secondary key already. Take one of the two away first."));
            }
        };
        let key = serving::store::mint(keys.evaluation_version);
        serving::store::insert(&tx, &key, keys.config, keys.environment, slot.number(), tx.now()).await?;
        let (at, config, environment) = (keys.at(), keys.config(), keys.environment());
        Ok((key, Event::from(ProductEvent::SdkKeyAdded { at, config, environment, slot: slot.name().into() })))
    })
    .await
}

/// Makes the secondary key the primary one, and the primary one the secondary. Both go on working.
pub async fn promote(may: &Authorized<RotateSdkKeys>) -> Result<()> {
    may.change(async |tx| {
        let keys = tx.on();
        if keys.secondary.is_none() {
            return Err(no_secondary());
        }
        store::swap(&tx, keys.config, keys.environment).await?;
        let (at, config, environment) = (keys.at(), keys.config(), keys.environment());
        Ok(((), Event::from(ProductEvent::SdkKeyPromoted { at, config, environment })))
    })
    .await
}

/// Takes a key away: applications that still use it get nothing new from now on. Where it was the primary one, the secondary takes its place.
pub async fn revoke(may: &Authorized<RotateSdkKeys>, slot: Slot) -> Result<()> {
    let gone = may
        .change(async |tx| {
            let keys = tx.on();
            let Some(key) = keys.key(slot).map(str::to_owned) else { return Err(no_secondary()) };
            if keys.secondary.is_none() {
                return Err(Error::refused(
                    "last_key",
                    "This is the only key. Add a secondary one first and give it to your applications.",
                ));
            }
            store::delete(&tx, &key).await?;
            if slot == Slot::Primary {
                store::advance(&tx, keys.config, keys.environment).await?;
            }
            let (at, config, environment) = (keys.at(), keys.config(), keys.environment());
            Ok((key, Event::from(ProductEvent::SdkKeyRemoved { at, config, environment, slot: slot.name().into() })))
        })
        .await?;
    // What starts after this has been answered is refused.
    may.app().serving.remove(&gone);
    Ok(())
}

fn no_secondary() -> Error {
    Error::conflict("no_secondary_key", "There is no secondary key.")
}
