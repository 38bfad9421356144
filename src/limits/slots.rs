//! What is open at the same time, counted by key.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts what is open for each key. A key for which nothing is open takes no memory, so the table is as large as what is open.
pub struct Slots<K>(Arc<Counts<K>>);

struct Counts<K> {
    most: usize,
    open: Mutex<HashMap<K, usize>>,
}

impl<K> Counts<K> {
    fn open(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone> Slots<K> {
    /// So many for each key; 0: as many as anybody likes.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Counts { most, open: Mutex::default() }))
    }

    /// Takes one, unless the key has all it may have.
    pub fn take(&self, key: K) -> Option<Slot<K>> {
        let mut open = self.0.open();
        let count = open.get(&key).copied().unwrap_or(0);
        if self.0.most > 0 && count >= self.0.most {
            return None;
        }
        open.insert(key.clone(), count + 1);
        Some(Slot { key, counts: self.0.clone() })
    }
}

impl<K> Clone for Slots<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// One that is taken, until it is dropped.
pub struct Slot<K: Hash + Eq> {
    key: K,
    counts: Arc<Counts<K>>,
}

impl<K: Hash + Eq> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut open = self.counts.open();
        match open.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => _ = open.remove(&self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_makes_room() {
        let slots = Slots::new(2);
        let (first, second) = (slots.take("a"), slots.take("a"));
        assert!(first.is_some() && second.is_some() && slots.take("a").is_none());
        assert!(slots.take("b").is_some(), "each key for itself");
        drop(first);
        assert!(slots.take("a").is_some());
        drop(second);
        assert!(slots.0.open().is_empty(), "nothing is kept of what is closed");
        let free = Slots::new(0);
        let many: Vec<_> = (0..100).map(|_| free.take(())).collect();
        assert!(many.iter().all(Option::is_some));
    }
}
