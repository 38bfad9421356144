//! How often somebody may do something, counted by key in a table that never grows beyond its capacity.

use std::{
    hash::Hash,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};
use lru::LruCache;

use crate::error::{Error, Result};

/// So many keys are told apart at a time. Beyond it the one that has been quiet longest is forgotten: whoever makes up keys gains nothing by it,
/// since each of them is counted anyway, and nobody else is counted with them.
const CAPACITY: usize = 20_000;

/// The generic cell rate algorithm for each key. Times are the machine's: it measures how fast somebody really is.
pub struct RateLimit<K: Hash + Eq + Clone>(RateLimiter<K, Recent<K>, DefaultClock>);

impl<K: Hash + Eq + Clone> RateLimit<K> {
    /// So many at once, then one every so often.
    pub fn new(burst: u32, every: Duration) -> Self {
        Self::with_capacity(burst, every, CAPACITY)
    }

    fn with_capacity(burst: u32, every: Duration, capacity: usize) -> Self {
        let quota = Quota::with_period(every).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
        let quota = quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
        let recent = Recent { capacity, states: Mutex::new(LruCache::unbounded()) };
        Self(RateLimiter::new(quota, recent, DefaultClock::default()))
    }

    /// Counts one.
    ///
    /// # Errors
    /// `Limited` with the seconds to wait.
    pub fn check(&self, key: &K) -> Result<()> {
        self.check_many(key, 1)
    }

    /// Counts several at once.
    ///
    /// # Errors
    /// `Limited` with the seconds to wait.
    pub fn check_many(&self, key: &K, count: usize) -> Result<()> {
        let Some(count) = u32::try_from(count).ok().and_then(NonZeroU32::new) else { return Ok(()) };
        match self.0.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => Err(Error::Limited(not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)),
            Err(_) => Err(Error::Limited(60)),
        }
    }
}

/// The states of the keys that were counted last.
struct Recent<K: Hash + Eq> {
    capacity: usize,
    states: Mutex<LruCache<K, InMemoryState>>,
}

impl<K: Hash + Eq + Clone> StateStore for Recent<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = states.get_or_insert_mut_ref(key, InMemoryState::default).measure_and_replace(&NotKeyed::NonKey, measure);
        if states.len() > self.capacity {
            states.pop_lru();
        }
        measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_has_an_end_at_every_moment() {
        let limit = RateLimit::with_capacity(2, Duration::from_secs(60), 100);
        let known = 0_u32;
        assert!(limit.check(&known).is_ok() && limit.check(&known).is_ok());
        for made_up in 1..10_000 {
            assert!(limit.check(&made_up).is_ok(), "nobody is counted with somebody else");
            assert!(made_up % 50 > 0 || limit.check(&known).is_err(), "who goes on is not forgotten");
        }
        assert_eq!(limit.0.into_state_store().states.into_inner().unwrap().len(), 100);
    }
}
