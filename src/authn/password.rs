//! Passwords: argon2id on blocking threads, a few at a time, so that sixteen people signing in at once do not hold up anybody else.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    error::{Error, Result},
    text::Refusal,
};

/// The shortest password where it is the only factor (NIST SP 800-63B-4, section 3.1.1.2).
pub const SHORTEST: usize = 15;
/// The longest, in bytes: far beyond what anybody types, short of what could be used to keep us busy.
pub const LONGEST: usize = 1024;

/// A password that is good enough to be set.
pub struct NewPassword(String);

impl NewPassword {
    /// Judges a password. `known` are words about the person and the place, which make it easy to guess.
    pub fn parse(text: &str, known: &[&str]) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err("Please choose a password.".into());
        }
        let length = text.chars().count();
        if length < SHORTEST {
            return Err(format!("At least {SHORTEST} characters, please; this has {length}. A few unrelated words do well.").into());
        }
        if text.len() > LONGEST {
            return Err(format!("At most {LONGEST} bytes, please.").into());
        }
        let lower = text.to_lowercase();
        let rest = known.iter().filter(|word| word.len() > 3).fold(lower, |rest, word| rest.replace(&word.to_lowercase(), ""));
        if rest.chars().count() < SHORTEST / 2 {
            return Err("It is little more than your own name or address. Please add a few unrelated words.".into());
        }
        let estimate = zxcvbn::zxcvbn(text, known);
        if estimate.score() < zxcvbn::Score::Three {
            let hint = estimate.feedback().and_then(|feedback| feedback.warning()).map(|warning| format!(" {warning}")).unwrap_or_default();
            return Err(format!("This is easy to guess.{hint} A few unrelated words do well.").into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// Hashes and compares, with bounded concurrency.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    nobody: Arc<str>,
}

impl Hasher {
    /// As many at once as the machine has cores, less one for everybody else.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let nobody = hash(b"a password that nobody has")?.into();
        Ok(Self { turns: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))), nobody })
    }

    /// The text that is stored.
    pub async fn hash(&self, password: NewPassword) -> Result<String> {
        self.off_thread(move || hash(normal(&password.0).as_bytes())).await?
    }

    /// Whether this is the password. Without a stored hash it takes as long and says no.
    pub async fn matches(&self, password: String, stored: Option<String>) -> Result<bool> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let exists = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let same = self.off_thread(move || {
            let stored = PasswordHash::new(&stored).map_err(Error::internal)?;
            Ok::<_, Error>(Argon2::default().verify_password(normal(&password).as_bytes(), &stored).is_ok())
        });
        Ok(same.await?? && exists)
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

/// The same password typed on different systems is the same bytes.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

fn hash(password: &[u8]) -> Result<String> {
    Argon2::default().hash_password(password).map(|hash| hash.to_string()).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_judged_by_how_hard_they_are_to_guess() {
        let known = ["dana", "dana@example.com", "Harbor Works"];
        let judged = |text: &str| NewPassword::parse(text, &known).map(|_| ());
        assert!(judged("short").is_err());
        assert!(judged("passwordpassword").is_err(), "long and on every list");
        assert!(judged("123456789012345").is_err());
        assert!(judged("dana@example.com").is_err());
        assert!(judged("Harbor Works dana").is_err());
        assert!(judged("correct horse battery staple").is_ok());
        assert!(judged(&"七転び八起き ".repeat(12)).is_ok() || judged("七転び八起き, und dann noch mehr Wörter").is_ok());
        assert!(judged(&format!("tugboat lantern {}", "x9 ".repeat(30))).is_ok(), "64 and more characters");
        assert!(judged(&"ab ".repeat(500)).is_err(), "more than 1024 bytes");
    }
}
