//! The queue's table.

use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::JobId,
};

/// The permit of the worker.
pub mod permits {
    use crate::authz::{Platform, permits};
    permits! {
        /// Take jobs from the queue.
        RunJobs: SystemPlatform on Platform, system;
    }
}

record! {
    /// A job that was taken.
    pub struct Claimed { pub id: JobId, pub kind: String, pub payload: String, pub attempts: i64 }
}

pub async fn insert(tx: &Writer, id: JobId, kind: &str, payload: &str, now: Time) -> Result<()> {
    let sql = "INSERT INTO jobs (id, kind, payload, created_at, run_at, attempts) VALUES ($1, $2, $3, $4, $4, 0)";
    tx.run(sql, args![id, kind, payload, now]).await.map(|_| ())
}

/// Asks without writing, so that an idle worker never takes the write lock.
pub async fn any_due(db: &Reader, now: Time) -> Result<bool> {
    let sql = "SELECT id FROM jobs WHERE run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) LIMIT 1";
    Ok(db.value::<JobId>(sql, args![now]).await?.is_some())
}

/// Takes the job that has been due longest, for as long as the lease.
pub async fn claim(tx: &Writer, now: Time, lease: Time) -> Result<Option<Claimed>> {
    let sql = "SELECT id, kind, payload, attempts + 1 AS attempts FROM jobs \
               WHERE run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) ORDER BY run_at LIMIT 1";
    let Some(job) = tx.one::<Claimed>(tx.locking(sql, "FOR UPDATE SKIP LOCKED"), args![now]).await? else { return Ok(None) };
    tx.run("UPDATE jobs SET leased_until = $2, attempts = attempts + 1 WHERE id = $1", args![job.id, lease]).await?;
    Ok(Some(job))
}

pub async fn put_off(tx: &Writer, id: JobId, until: Time) -> Result<()> {
    tx.run("UPDATE jobs SET run_at = $2, leased_until = NULL WHERE id = $1", args![id, until]).await.map(|_| ())
}

pub async fn delete(tx: &Writer, id: JobId) -> Result<()> {
    tx.run("DELETE FROM jobs WHERE id = $1", args![id]).await.map(|_| ())
}
