//! Requests to servers of others: queued in the transaction of a change, sent after it, tried again while they are not taken, and written down.
//!
//! A [`Target`] is a kind of thing that wants to be told, such as a webhook. It makes its request when that is sent, not when it is queued: what it
//! was told meanwhile about addresses and keys counts, and what is gone is told nothing. Every delivery has a row, so that whoever manages the
//! target sees what was sent, what failed, and why. To add a kind: implement [`Target`], name [`Deliver`] of it in the registry in `app.rs`, and
//! queue with [`queue`].

mod destination;
mod send;
mod special;
mod store;

use std::{future::Future, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use destination::{Destination, PRIVATE};
pub use send::{Failed, Request};
pub use store::{Delivery, find, permits::SendDeliveries, recent};

use crate::{
    audit::{Event, Unaudited},
    authz::{Mint, NoNames},
    clock::{DAY, Time},
    db::Writer,
    error::{Error, Result},
    ids::{DeliveryId, ProductId},
    jobs::{self, Attempt, Job, Registry},
};

/// After so many attempts it is given up: about two hours after the first.
const MOST: i64 = 9;
/// For so long it is kept what was sent.
const KEPT: i64 = 30 * DAY;

/// A kind of thing that is told.
pub trait Target: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of its job in the queue.
    const KIND: &'static str;
    /// Its name in the log of deliveries: always the same for the same thing.
    fn name(&self) -> String;
    /// The request that tells it; `None` if it is gone or wants to be told no more.
    fn request(&self, mint: &Mint, delivery: &Delivery) -> impl Future<Output = Result<Option<Request>>> + Send;
}

/// The job that sends a delivery.
#[derive(Serialize, Deserialize)]
pub struct Deliver<T> {
    delivery: DeliveryId,
    #[serde(bound(serialize = "T: Serialize", deserialize = "T: DeserializeOwned"))]
    target: T,
}

/// Queues a delivery in the transaction of the change that it tells of. `about` is read again by the target.
pub async fn queue<T: Target>(tx: &Writer, target: T, product: ProductId, about: &str, now: Time) -> Result<DeliveryId> {
    let delivery = DeliveryId::new();
    store::insert(tx, delivery, product, &target.name(), about, now).await?;
    jobs::enqueue(tx, &Deliver { delivery, target }, now).await?;
    Ok(delivery)
}

impl<T: Target> Job for Deliver<T> {
    const KIND: &'static str = T::KIND;

    async fn run(self, attempt: Attempt, mint: &Mint) -> Result<()> {
        let Some(delivery) = store::find(&mint.read(), self.delivery).await? else { return Ok(()) };
        let may = mint.authorize::<SendDeliveries>(&NoNames {}).await?;
        let sent = match self.target.request(mint, &delivery).await? {
            Some(request) => send::send(request, mint.app().config.private_targets).await,
            None => {
                return may.change(async |tx| Ok((store::delete(&tx, self.delivery).await?, Event::Unaudited(Unaudited::Delivery)))).await;
            }
        };
        let last = sent.as_ref().is_ok() || sent.as_ref().is_err_and(|failed| failed.for_good) || attempt.0 >= MOST;
        may.change(async |tx| {
            store::tried(&tx, self.delivery, attempt.0, &sent, last, tx.now()).await?;
            Ok(((), Event::Unaudited(Unaudited::Delivery)))
        })
        .await?;
        match sent {
            // What the server answered may be anything, also an address of mail or a key: it stands in the log of deliveries alone.
            Err(failed) if !last => match failed.status {
                Some(status) => Err(Error::internal(format!("{} answered {status}", delivery.target))),
                None => Err(Error::internal(format!("{} was not reached", delivery.target))),
            },
            _ => Ok(()),
        }
    }
}

/// What is done now and then.
pub fn jobs(registry: Registry) -> Registry {
    registry.every(Duration::from_secs(60 * 60), forget_old)
}

/// Forgets what was sent long ago.
pub async fn forget_old(mint: Mint) -> Result<()> {
    let may = mint.authorize::<SendDeliveries>(&NoNames {}).await?;
    may.change(async |tx| {
        store::forget(&tx, tx.now().plus(-KEPT)).await?;
        Ok(((), Event::Unaudited(Unaudited::Expired)))
    })
    .await
}
