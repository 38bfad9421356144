//! Too many attempts. Counted in memory per address, per account, and per both; somebody who keeps guessing at an account is slowed down, its
//! owner is not: an address from which the account was used before has an allowance of its own.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{Quota, RateLimiter, clock::Clock as _, clock::DefaultClock, state::keyed::DefaultKeyedStateStore};

use crate::error::{Error, Result};

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>;

/// The limits there are. Times are the machine's: a limiter measures how fast somebody really is.
pub struct Throttle {
    address: Limiter<IpAddr>,
    account: Limiter<String>,
    both: Limiter<(String, IpAddr)>,
    invitations: Limiter<String>,
    off: bool,
}

impl Throttle {
    /// The limits of a server. Tests that sign in a hundred people from one address switch them off.
    pub fn new(off: bool) -> Self {
        let limit = |burst, every| {
            Quota::with_period(Duration::from_secs(every))
                .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
                .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
        };
        Self {
            address: RateLimiter::keyed(limit(60, 2)),
            account: RateLimiter::keyed(limit(20, 30)),
            both: RateLimiter::keyed(limit(10, 20)),
            invitations: RateLimiter::keyed(limit(200, 1)),
            off,
        }
    }

    /// One attempt to use an account. `known` is whether the account was used from this address before.
    pub fn attempt(&self, account: &str, address: IpAddr, known: bool) -> Result<()> {
        self.from(address)?;
        let account = account.to_lowercase();
        if !known {
            self.check(&self.account, &account, 1)?;
        }
        self.check(&self.both, &(account, address), 1)
    }

    /// One attempt from an address at anything that costs us or a stranger's mailbox something.
    pub fn from(&self, address: IpAddr) -> Result<()> {
        self.check(&self.address, &subnet(address), 1)
    }

    /// So many invitations by one person.
    pub fn invitations(&self, person: &str, count: usize) -> Result<()> {
        self.check(&self.invitations, &person.to_owned(), count)
    }

    /// Forgets addresses and accounts that have been quiet.
    pub fn tidy(&self) {
        self.address.retain_recent();
        self.account.retain_recent();
        self.both.retain_recent();
        self.invitations.retain_recent();
    }

    fn check<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Limiter<K>, key: &K, count: usize) -> Result<()> {
        let Some(count) = u32::try_from(count).ok().and_then(NonZeroU32::new).filter(|_| !self.off) else { return Ok(()) };
        match limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => Err(Error::Limited(not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)),
            Err(_) => Err(Error::Limited(60)),
        }
    }
}

/// One household of addresses: a single one in IPv4, a /64 in IPv6.
pub fn subnet(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::from((u128::from(six) >> 64 << 64).to_be_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_is_slowed_down_and_the_owner_is_not() {
        let throttle = Throttle::new(false);
        let home: IpAddr = [192, 0, 2, 1].into();
        let refused = (0..200).filter(|n| throttle.attempt("dana", [203, 0, 113, *n as u8].into(), false).is_err()).count();
        assert!(refused >= 175, "guessing from many addresses is limited by the account: {refused}");
        assert!(throttle.attempt("Dana", home, true).is_ok());
        assert!(throttle.attempt("dana", home, false).is_err());
    }
}
