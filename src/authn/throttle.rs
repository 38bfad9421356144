//! Too many attempts. Counted in memory per address, per account, and per both; somebody who keeps guessing at an account is slowed down, its
//! owner is not: an address from which the account was used before has an allowance of its own.

use std::{net::IpAddr, time::Duration};

use crate::{
    error::Result,
    limits::{RateLimit, subnet},
};

/// The limits there are.
pub struct Throttle {
    address: RateLimit<IpAddr>,
    account: RateLimit<String>,
    both: RateLimit<(String, IpAddr)>,
    invitations: RateLimit<String>,
    off: bool,
}

impl Throttle {
    /// The limits of a server. Tests that sign in a hundred people from one address switch them off.
    pub fn new(off: bool) -> Self {
        let seconds = Duration::from_secs;
        Self {
            address: RateLimit::new(60, seconds(2)),
            account: RateLimit::new(20, seconds(30)),
            both: RateLimit::new(10, seconds(20)),
            invitations: RateLimit::new(200, seconds(1)),
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

    fn check<K: std::hash::Hash + Eq + Clone>(&self, limit: &RateLimit<K>, key: &K, count: usize) -> Result<()> {
        if self.off { Ok(()) } else { limit.check_many(key, count) }
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
