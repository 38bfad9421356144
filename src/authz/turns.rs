//! The changes of one person, one after the other on each node, in the order in which they came.
//!
//! They would wait for each other in the database anyway, for the person's row, and each would keep a connection meanwhile: a person with many
//! requests would have them all, and whoever takes that person's power away would wait for every one of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

use crate::ids::PersonId;

type Queue = Arc<tokio::sync::Mutex<()>>;

/// The queues of those whose changes are under way; nothing is kept of others.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<PersonId, Queue>>>);

/// It is this person's turn for as long as this is held.
pub struct Turn {
    // Let go before the place in the queue is given up: fields are dropped in this order.
    _held: OwnedMutexGuard<()>,
    _queued: Queued,
}

struct Queued {
    turns: Turns,
    person: PersonId,
    queue: Queue,
}

impl Turns {
    /// Waits until the changes of the same person that came before have ended.
    pub async fn take(&self, person: PersonId) -> Turn {
        let queue = self.queues().entry(person).or_default().clone();
        let queued = Queued { turns: self.clone(), person, queue: queue.clone() };
        Turn { _held: queue.lock_owned().await, _queued: queued }
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<PersonId, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        // The map's and this one: nobody else waits.
        if Arc::strong_count(&self.queue) == 2 {
            queues.remove(&self.person);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_person_waits_for_nobody_but_themselves() {
        let (turns, one, other) = (Turns::default(), PersonId::new(), PersonId::new());
        let first = turns.take(one).await;
        assert!(turns.take(one).now_or_never().is_none());
        assert!(turns.take(other).now_or_never().is_some());
        drop(first);
        assert!(turns.take(one).now_or_never().is_some());
        assert!(turns.queues().is_empty(), "nothing is kept of those who have no change under way");
    }
}
