//! How often a program may ask: so many times in a minute for each credential, counted in memory. A credential has a count of its own once it has
//! been recognised; whatever else is shown counts for the address that it came from, so that nobody gets more by making credentials up.

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use lru::LruCache;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::errors::rendered;
use crate::{
    authn::{Client, Recognised},
    clock::{MINUTE, SECOND, Time},
    error::Error,
    limits::subnet,
};

const REMAINING: HeaderName = HeaderName::from_static("x-rate-limit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-rate-limit-reset");

/// So many of each are told apart at a time: credentials by what was shown, their counts, and addresses. Beyond it the one that was quiet longest is
/// forgotten, and begins anew when it comes again. Addresses that anybody can make up push out no credential.
const MOST: NonZeroUsize = NonZeroUsize::new(10_000).expect("more than none");

/// What is counted.
pub struct Limits {
    per_minute: u32,
    counts: Mutex<Counts>,
}

struct Counts {
    /// Credentials by the hash of what was shown.
    known: LruCache<[u8; 32], Uuid>,
    credentials: LruCache<Uuid, Minute>,
    addresses: LruCache<IpAddr, Minute>,
}

/// A minute that began with a request, and how many there were in it.
struct Minute {
    since: Time,
    asked: u32,
}

/// How much is left.
struct Left {
    remaining: u32,
    reset: Time,
    refused: bool,
}

impl Limits {
    /// So many requests a minute; 0: as many as anybody likes.
    pub fn new(per_minute: u32) -> Arc<Self> {
        let counts = Counts { known: LruCache::sparse(MOST), credentials: LruCache::sparse(MOST), addresses: LruCache::sparse(MOST) };
        Arc::new(Self { per_minute, counts: Mutex::new(counts) })
    }

    fn count(&self, shown: Option<&[u8; 32]>, address: IpAddr, now: Time) -> Left {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = || Minute { since: now, asked: 0 };
        let known = shown.and_then(|shown| counts.known.get(shown)).copied();
        let minute = match known {
            Some(credential) => counts.credentials.get_or_insert_mut(credential, begun),
            None => counts.addresses.get_or_insert_mut(subnet(address), begun),
        };
        if now.since(minute.since) >= MINUTE {
            *minute = begun();
        }
        let refused = minute.asked >= self.per_minute;
        minute.asked = minute.asked.saturating_add(1).min(self.per_minute);
        Left { remaining: self.per_minute - minute.asked, reset: minute.since.plus(MINUTE), refused }
    }

    fn learn(&self, shown: [u8; 32], credential: Uuid) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.known.put(shown, credential);
    }
}

/// What a request shows to be let in, as its hash.
fn shown(headers: &HeaderMap) -> Option<[u8; 32]> {
    let value = headers.get(header::AUTHORIZATION).or_else(|| headers.get(header::COOKIE))?;
    Some(Sha256::digest(value.as_bytes()).into())
}

/// Counts a request, and refuses it if there were too many.
pub async fn limit(State(limits): State<Arc<Limits>>, mut request: Request, next: Next) -> Response {
    let client = request.extensions().get::<Client>().map(|client| (client.address, client.now));
    let Some((address, now)) = client.filter(|_| limits.per_minute > 0) else { return next.run(request).await };
    let shown = shown(request.headers());
    let left = limits.count(shown.as_ref(), address, now);
    let mut response = if left.refused {
        let wait = left.reset.since(now).max(1).unsigned_abs().div_ceil(SECOND.unsigned_abs());
        rendered(Error::Limited(wait))
    } else {
        let recognised = Recognised::default();
        request.extensions_mut().insert(recognised.clone());
        let response = next.run(request).await;
        if let (Some(shown), Some(credential)) = (shown, recognised.get()) {
            limits.learn(shown, credential);
        }
        response
    };
    response.headers_mut().insert(REMAINING, left.remaining.into());
    if let Ok(reset) = HeaderValue::from_str(&left.reset.iso()) {
        response.headers_mut().insert(RESET, reset);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_counts_for_its_address() {
        let limits = Limits::new(3);
        let (here, there): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let now = Time(0);
        let refused = (0..100_u8).filter(|made_up| limits.count(Some(&[*made_up; 32]), here, now).refused).count();
        assert_eq!(refused, 97);
        assert!(!limits.count(Some(&[1; 32]), there, now).refused, "another address is another count");
        limits.learn([7; 32], Uuid::from_u128(7));
        assert_eq!(limits.count(Some(&[7; 32]), here, now).remaining, 2, "a credential has a count of its own");
        limits.learn([8; 32], Uuid::from_u128(7));
        assert_eq!(limits.count(Some(&[8; 32]), here, now).remaining, 1, "in whatever spelling it is shown");
        assert!(!limits.count(None, here, now.plus(MINUTE)).refused, "until the minute is over");
    }

    #[test]
    fn made_up_addresses_push_out_nobody() {
        let limits = Limits::new(3);
        limits.learn([7; 32], Uuid::from_u128(7));
        let credential = |number: u32| limits.count(Some(&[7; 32]), IpAddr::from(number.to_be_bytes()), Time(0));
        assert_eq!(credential(0).remaining, 2);
        for number in 0..30_000_u32 {
            assert!(!limits.count(None, IpAddr::from(number.to_be_bytes()), Time(0)).refused, "each address for itself");
        }
        assert_eq!(limits.counts.lock().unwrap().addresses.len(), MOST.get(), "memory has an end");
        assert!(!limits.count(Some(&[8; 32]), [255, 255, 255, 255].into(), Time(0)).refused, "nobody shares the count of those who flood");
        assert_eq!(credential(1).remaining, 1, "a credential keeps its count");
        assert_eq!(credential(2).remaining, 0);
        assert!(credential(3).refused, "wherever it comes from");
    }
}
