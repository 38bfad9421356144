//! How much is served at once, how often, and how long anything may take: every limit that protects the server from strangers, in one place.
//!
//! - [`Limits`] the numbers, of which some are settings · [`Slots`] what is open at the same time, by key · [`RateLimit`] how often, by key
//! - [`Streams`] streams of events, by who listens and from where

mod rate;
mod slots;
mod streams;

use std::{net::IpAddr, time::Duration};

pub use rate::RateLimit;
pub use slots::{Slot, Slots};
pub use streams::{StreamSlot, Streams};

/// The limits of a server. What is no setting has the same value everywhere; tests choose smaller ones.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at the same time. More wait until one is closed.
    pub connections: usize,
    /// Connections at the same time from one address (IPv6: one /64) that is no trusted proxy. More are closed at once.
    pub connections_per_address: usize,
    /// Requests at the same time on one connection of HTTP/2.
    pub requests_per_connection: u32,
    /// Streams of events at the same time with one SDK key. Keys for browsers are public: one must not use up all connections.
    pub streams_per_key: usize,
    /// Streams of events at the same time by one person: their open tabs.
    pub streams_per_person: usize,
    /// Streams of events at the same time from one address (IPv6: one /64).
    pub streams_per_address: usize,
    /// From the beginning of a connection to the end of its first request's head.
    pub first_request: Duration,
    /// Without a request, and while the head of a next one arrives. Longer than proxies keep their connections, which else hit one that is just closed.
    pub idle: Duration,
    /// For the body of a request, besides the time that [`Limits::BODY_RATE`] gives it.
    pub body: Duration,
    /// While a client takes nothing of its answer.
    pub stalled: Duration,
}

impl Limits {
    /// Bytes of a body that must arrive in a second on average, after [`Limits::body`].
    pub const BODY_RATE: u64 = 4096;
    /// Descriptors of files that connections leave to the database, to mail, to webhooks and to files.
    pub const KEPT_DESCRIPTORS: usize = 256;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 500,
            requests_per_connection: 100,
            streams_per_key: 5_000,
            streams_per_person: 100,
            streams_per_address: 200,
            first_request: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body: Duration::from_secs(20),
            stalled: Duration::from_secs(30),
        }
    }
}

/// What one household or one machine holds: a single address in IPv4, a /64 in IPv6.
pub fn subnet(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::from((u128::from(six) >> 64 << 64).to_be_bytes()),
    }
}
