//! The table of deliveries.

use super::Failed;
use crate::{
    clock::Time,
    db::{Reader, Sql, Writer, args, record},
    error::Result,
    ids::{DeliveryId, ProductId},
};

/// The permit of the messenger.
pub mod permits {
    use crate::authz::{Platform, permits};
    permits! {
        /// Send what was queued, and forget it after a while.
        SendDeliveries: SystemPlatform on Platform, system;
    }
}

record! {
    /// A request that was sent, or is to be.
    #[derive(Clone, Debug)]
    pub struct Delivery {
        /// The delivery: its id is the same at every attempt.
        pub id: DeliveryId,
        /// The product.
        pub product: ProductId,
        /// For whom, as the target names itself.
        pub target: String,
        /// What it tells, as the target wrote it.
        pub about: String,
        /// `waiting`, `sent` or `failed`.
        pub state: String,
        /// How often it was tried.
        pub attempts: i64,
        /// What the server answered last.
        pub status: Option<i64>,
        /// Why it was not taken.
        pub reason: Option<String>,
        /// When it was queued.
        pub created_at: Time,
        /// When it was tried last.
        pub tried_at: Option<Time>,
    }
}

const COLUMNS: &str = "id, product, target, about, state, attempts, status, reason, created_at, tried_at";

pub(super) async fn insert(tx: &Writer, id: DeliveryId, product: ProductId, target: &str, about: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO deliveries (id, product, target, about, state, attempts, created_at) VALUES ($1, $2, $3, $4, 'waiting', 0, $5)";
    tx.run(sql, args![id, product, target, about, now]).await.map(|_| ())
}

pub(super) async fn tried(tx: &Writer, id: DeliveryId, attempts: i64, sent: &Result<u16, Failed>, last: bool, now: Time) -> Result<()> {
    let (state, status, reason) = match sent {
        Ok(status) => ("sent", Some(i64::from(*status)), None),
        Err(failed) => (if last { "failed" } else { "waiting" }, failed.status.map(i64::from), Some(failed.why.clone())),
    };
    let sql = "UPDATE deliveries SET state = $2, attempts = $3, status = $4, reason = $5, tried_at = $6 WHERE id = $1";
    tx.run(sql, args![id, state, attempts, status, reason, now]).await.map(|_| ())
}

pub(super) async fn delete(tx: &Writer, id: DeliveryId) -> Result<()> {
    tx.run("DELETE FROM deliveries WHERE id = $1", args![id]).await.map(|_| ())
}

pub(super) async fn forget(tx: &Writer, before: Time) -> Result<()> {
    tx.run("DELETE FROM deliveries WHERE created_at < $1", args![before]).await.map(|_| ())
}

/// One delivery.
pub async fn find(db: &Reader, id: DeliveryId) -> Result<Option<Delivery>> {
    db.one(Sql::made(format!("SELECT {COLUMNS} FROM deliveries WHERE id = $1")), args![id]).await
}

/// The newest deliveries to a target, before one of them.
pub async fn recent(db: &Reader, target: &str, before: Option<DeliveryId>, limit: i64) -> Result<Vec<Delivery>> {
    let before = before.unwrap_or(DeliveryId(uuid::Uuid::max()));
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE target = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    db.all(Sql::made(sql), args![target, before, limit]).await
}
