//! The hashes that keep the comparison values of sensitive comparators from those who can read a config.
//!
//! A hash is SHA-256 over the value, the salt of the config and the context, in lowercase hexadecimal. The context is the key of the setting, or
//! the name of the segment that the condition stands in: whoever renames one has to hash anew, from values that are clear.

use sha2::{Digest as _, Sha256};

use crate::{
    comparator::Comparator,
    model::{ComparisonValue, Condition, Config, UserCondition},
};

/// A hash as bytes.
pub(crate) type Hash = [u8; 32];

/// The hash of this value.
pub fn sensitive(value: &str, salt: &str, context: &str) -> String {
    hex(&digest(value.as_bytes(), &suffix(salt, context)))
}

/// What stands for this value in a list of starts or ends: its length in bytes and its hash.
pub fn sensitive_slice(value: &str, salt: &str, context: &str) -> String {
    format!("{}_{}", value.len(), sensitive(value, salt, context))
}

/// The comparison value of a sensitive comparator, hashed as this comparator wants it; that of another comparator as it is.
pub fn comparison_value(comparator: Comparator, value: &ComparisonValue, salt: &str, context: &str) -> ComparisonValue {
    if !comparator.is_sensitive() {
        return value.clone();
    }
    let hash = if is_slice(comparator) { sensitive_slice } else { sensitive };
    match value {
        ComparisonValue::Text(value) => ComparisonValue::Text(hash(value, salt, context)),
        ComparisonValue::List(values) => ComparisonValue::List(values.iter().map(|value| hash(value, salt, context)).collect()),
        ComparisonValue::Number(value) => ComparisonValue::Number(*value),
    }
}

impl UserCondition {
    /// The condition as it is served: with the comparison value hashed if the comparator is sensitive.
    #[must_use]
    pub fn hashed(&self, salt: &str, context: &str) -> Self {
        Self { value: comparison_value(self.comparator, &self.value, salt, context), ..self.clone() }
    }

    /// The condition with the clear twin of its comparator.
    #[must_use]
    pub fn clear(&self) -> Self {
        Self { comparator: self.comparator.clear(), ..self.clone() }
    }
}

impl Config {
    /// The config as it is served, made of one whose sensitive comparators have clear values: each is hashed with its own context and the
    /// salt of the config.
    #[must_use]
    pub fn hashed(&self) -> Self {
        let salt = &self.preferences.salt;
        self.with_conditions(|condition, context| condition.hashed(salt, context))
    }

    /// The config for one’s own evaluation, made of one whose sensitive comparators have clear values: it gives the same answers as
    /// [`hashed`](Self::hashed), sooner.
    #[must_use]
    pub fn clear(&self) -> Self {
        self.with_conditions(|condition, _| condition.clear())
    }

    fn with_conditions(&self, mut change: impl FnMut(&UserCondition, &str) -> UserCondition) -> Self {
        let mut config = self.clone();
        for segment in &mut config.segments {
            for condition in &mut segment.conditions {
                *condition = change(condition, &segment.name);
            }
        }
        for (key, setting) in &mut config.settings {
            for condition in setting.rules.iter_mut().flat_map(|rule| &mut rule.conditions) {
                if let Condition::User(condition) = condition {
                    *condition = change(condition, key);
                }
            }
        }
        config
    }
}

/// Are the values of this comparator hashed with their lengths?
fn is_slice(comparator: Comparator) -> bool {
    matches!(comparator.number(), 22..=25)
}

/// What is hashed after the value.
pub(crate) fn suffix(salt: &str, context: &str) -> Box<[u8]> {
    [salt.as_bytes(), context.as_bytes()].concat().into()
}

pub(crate) fn digest(value: &[u8], suffix: &[u8]) -> Hash {
    Sha256::new().chain_update(value).chain_update(suffix).finalize().into()
}

/// Reads a hash as it is written; what is written otherwise is the hash of nothing.
pub(crate) fn parse(text: &str) -> Option<Hash> {
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(hash)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_over_value_salt_and_context() {
        assert_eq!(sensitive("", "", ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(sensitive("a", "b", "c"), sensitive("abc", "", ""));
        assert_eq!(sensitive("a", "b", "c"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn starts_and_ends_say_their_length_in_bytes() {
        assert!(sensitive_slice("é", "s", "c").starts_with("2_"));
        assert!(sensitive_slice("", "s", "c").starts_with("0_"));
    }

    #[test]
    fn only_what_was_written_is_read() {
        let hash = sensitive("x", "y", "z");
        assert_eq!(parse(&hash).map(|bytes| hex(&bytes)), Some(hash.clone()));
        assert_eq!(parse(&hash.to_uppercase()), None);
        assert_eq!(parse(&hash[1..]), None);
        assert_eq!(parse(&format!("{}g", &hash[1..])), None);
    }

    #[test]
    fn only_sensitive_comparators_are_hashed() {
        let clear = UserCondition::new("Email", Comparator::TextEquals, "a");
        assert_eq!(clear.hashed("s", "k"), clear);
        let sensitive = UserCondition::new("Email", Comparator::SensitiveTextEndsWithAnyOf, ["@a.com", "@b.com"]);
        let ComparisonValue::List(items) = sensitive.hashed("s", "k").value else { panic!("a list stays a list") };
        assert_eq!(items, [sensitive_slice("@a.com", "s", "k"), sensitive_slice("@b.com", "s", "k")]);
        assert_eq!(sensitive.clear().comparator, Comparator::TextEndsWithAnyOf);
    }
}
