//! Streams of events have no end of their own: they are limited by who listens, and by where from.

use std::net::IpAddr;

use super::{Limits, Slot, Slots, subnet};
use crate::{
    error::{Error, Result},
    ids::PersonId,
};

/// How long somebody who was refused is asked to wait, in seconds.
const RETRY_AFTER: u64 = 30;

/// The streams that are open.
pub struct Streams {
    keys: Slots<Box<str>>,
    people: Slots<PersonId>,
    addresses: Slots<IpAddr>,
}

/// The place of one stream: it is free again when this is dropped.
pub struct StreamSlot {
    _key: Option<Slot<Box<str>>>,
    _person: Option<Slot<PersonId>>,
    _address: Slot<IpAddr>,
}

impl Streams {
    /// None yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            keys: Slots::new(limits.streams_per_key),
            people: Slots::new(limits.streams_per_person),
            addresses: Slots::new(limits.streams_per_address),
        }
    }

    /// Opens one with an SDK key. `address` is the client's.
    ///
    /// # Errors
    /// `Limited` if there are as many as there may be.
    pub fn with_key(&self, key: &str, address: IpAddr) -> Result<StreamSlot> {
        let key = self.keys.take(key.into()).ok_or(Error::Limited(RETRY_AFTER))?;
        Ok(StreamSlot { _key: Some(key), _person: None, _address: self.from(address)? })
    }

    /// Opens one for a person.
    ///
    /// # Errors
    /// `Limited` if there are as many as there may be.
    pub fn of_person(&self, person: PersonId, address: IpAddr) -> Result<StreamSlot> {
        let person = self.people.take(person).ok_or(Error::Limited(RETRY_AFTER))?;
        Ok(StreamSlot { _key: None, _person: Some(person), _address: self.from(address)? })
    }

    fn from(&self, address: IpAddr) -> Result<Slot<IpAddr>> {
        self.addresses.take(subnet(address)).ok_or(Error::Limited(RETRY_AFTER))
    }
}
