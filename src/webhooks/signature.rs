//! Signing keys, and what they sign: by it a receiver knows that a request is from here, and that nobody has changed it on the way.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::{Error, Result};

/// How keys begin, so that they are recognised where they should not be.
pub const PREFIX: &str = "configcat_whsk_";

/// A new key.
pub fn mint() -> String {
    format!("{PREFIX}{}", STANDARD.encode(rand::random::<[u8; 32]>()))
}

/// Whether a text can be a key: one that was made here, or elsewhere.
pub fn is_key(text: &str) -> bool {
    (20..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The signatures of a request with each key: HMAC-SHA256 over its id, its time and its body, one after the other.
pub fn sign<'a>(keys: impl Iterator<Item = &'a str>, id: &str, timestamp: &str, body: &str) -> Result<String> {
    let each = keys.map(|key| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(Error::internal)?;
        for part in [id, timestamp, body] {
            mac.update(part.as_bytes());
        }
        Ok(STANDARD.encode(mac.finalize().into_bytes()))
    });
    Ok(each.collect::<Result<Vec<String>>>()?.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_that_others_compute() {
        // From `printf %s id1700000000body | openssl dgst -sha256 -hmac configcat_whsk_a -binary | base64`.
        let signed = sign(["configcat_whsk_a", "configcat_whsk_b"].into_iter(), "id", "1700000000", "body").unwrap();
        assert_eq!(signed, "NbNqcuq/xW83A4nrW3QyAuZOYMtXdt/N5IEitka5eB0=,LyFg/2w06bOjZJ0s+enbZAbIlgMjMs6Wirx8QZNX2hw=");
    }

    #[test]
    fn keys_are_recognised_and_never_the_same() {
        assert!(mint().starts_with(PREFIX) && mint() != mint() && mint().len() == PREFIX.len() + 44);
    }
}
