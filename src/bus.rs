//! “Something changed”: wakes what waits for a commit. Within one process; nodes that share a database look for work every second besides.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

/// Wakes the job worker after a commit.
#[derive(Clone, Default)]
pub struct Bus(Arc<Notify>);

impl Bus {
    /// Says that something was committed.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits until something is committed, or until the time is up.
    pub async fn wait(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.notified()).await;
    }
}
