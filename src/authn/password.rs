//! Passwords: argon2id on blocking threads, a few at a time, so that sixteen people signing in at once do not hold up anybody else.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    error::{Error, Result},
    limits::Slots,
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

/// Who asks for a password to be compared or hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// Somebody who is signed in, holds a link, or was let in from there before.
    Known,
    /// Anybody.
    Stranger,
}

/// So many of each kind wait for each turn, which takes some 25 ms: nobody waits for more than about two seconds.
const WAITING: usize = 40;

/// How long somebody who finds the queue full is asked to wait, in seconds.
const RETRY_AFTER: u64 = 2;

/// Hashes and compares, with bounded concurrency and a bounded queue.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    /// Held by the one stranger whose turn is next: whoever is known waits for one of them at most.
    next_stranger: Arc<Semaphore>,
    waiting: Slots<Priority>,
    rooms: Arc<Mutex<Vec<Room>>>,
    nobody: Arc<str>,
}

impl Hasher {
    /// As many at once as the machine has cores, less one for everybody else.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with(cores.saturating_sub(1).max(1), WAITING)
    }

    /// So many at once, and so many who wait for each of those.
    fn with(turns: usize, waiting: usize) -> Result<Self> {
        // What no password gives, and takes as long to be compared with. Nothing is hashed for it: that would take its room when nobody has signed in.
        let nobody = written(&Argon2::default(), Salt::generate(), Output::new(&rand::random::<[u8; 32]>()).map_err(Error::internal)?)?;
        let nobody = nobody.into();
        Ok(Self {
            turns: Arc::new(Semaphore::new(turns)),
            next_stranger: Arc::new(Semaphore::new(1)),
            waiting: Slots::new(turns * waiting),
            rooms: Arc::default(),
            nobody,
        })
    }

    /// The text that is stored.
    ///
    /// # Errors
    /// `Busy` if too many wait.
    pub async fn hash(&self, password: NewPassword, priority: Priority) -> Result<String> {
        self.off_thread(priority, move |room| room.hash(normal(&password.0).as_bytes())).await
    }

    /// Whether this is the password. Without a stored hash it takes as long and says no.
    ///
    /// # Errors
    /// `Busy` if too many wait.
    pub async fn matches(&self, password: String, stored: Option<String>, priority: Priority) -> Result<bool> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let exists = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let same = self.off_thread(priority, move |room| room.matches(normal(&password).as_bytes(), &stored));
        Ok(same.await? && exists)
    }

    /// Waits for a turn: those who are known before strangers.
    async fn turn(&self, priority: Priority) -> Result<OwnedSemaphorePermit> {
        let _waits = self.waiting.take(priority).ok_or(Error::Busy(RETRY_AFTER))?;
        let _next = match priority {
            Priority::Known => None,
            Priority::Stranger => Some(self.next_stranger.acquire().await.map_err(Error::internal)?),
        };
        self.turns.clone().acquire_owned().await.map_err(Error::internal)
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce(&mut Room) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.turn(priority).await?;
        let rooms = self.rooms.clone();
        let worked = tokio::task::spawn_blocking(move || {
            // Until it is done, also if nobody waits for it any more.
            let _turn = turn;
            let free = || rooms.lock().unwrap_or_else(PoisonError::into_inner);
            let mut room = free().pop().unwrap_or_default();
            let done = work(&mut room);
            free().push(room);
            done
        });
        worked.await.map_err(Error::internal)?
    }
}

/// The memory in which one password at a time is hashed, 19 MB. It is kept: what many threads take and leave again is not given back.
#[derive(Default)]
struct Room(Vec<Block>);

impl Room {
    fn hash(&mut self, password: &[u8]) -> Result<String> {
        let (argon2, salt) = (Argon2::default(), Salt::generate());
        let output = self.output(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
        written(&argon2, salt, output)
    }

    fn matches(&mut self, password: &[u8], stored: &str) -> Result<bool> {
        let stored = PasswordHash::new(stored).map_err(Error::internal)?;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Err(Error::internal("a password without its hash")) };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(Error::internal)?;
        let version = stored.version.map_or(Ok(Version::default()), Version::try_from).map_err(Error::internal)?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&stored).map_err(Error::internal)?);
        // Outputs are compared in constant time.
        Ok(self.output(&argon2, password, salt, expected.len())? == *expected)
    }

    fn output(&mut self, argon2: &Argon2<'_>, password: &[u8], salt: &[u8], length: usize) -> Result<Output> {
        let blocks = argon2.params().block_count();
        if self.0.len() < blocks {
            self.0 = vec![Block::new(); blocks];
        }
        let mut output = vec![0; length];
        argon2.hash_password_into_with_memory(password, salt, &mut output, &mut self.0[..blocks]).map_err(Error::internal)?;
        Output::new(&output).map_err(Error::internal)
    }
}

/// The text that is stored.
fn written(argon2: &Argon2<'_>, salt: Salt, output: Output) -> Result<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).map_err(Error::internal)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

/// The same password typed on different systems is the same bytes.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_queue_has_an_end_and_those_who_are_known_come_first() {
        use futures_util::{FutureExt as _, future::join_all};
        let hasher = Hasher::with(1, 3).unwrap();
        let held = hasher.turn(Priority::Known).await.unwrap();
        let order = Mutex::new(vec![]);
        let waits = async |priority| {
            let _turn = hasher.turn(priority).await?;
            order.lock().unwrap().push(priority);
            Ok::<_, Error>(())
        };
        let mut strangers = Box::pin(join_all((0..3).map(|_| waits(Priority::Stranger))));
        assert!((&mut strangers).now_or_never().is_none());
        assert!(matches!(waits(Priority::Stranger).now_or_never(), Some(Err(Error::Busy(_)))), "the queue of strangers is full");
        let mut known = Box::pin(join_all((0..3).map(|_| waits(Priority::Known))));
        assert!((&mut known).now_or_never().is_none(), "there is room for those who are known");
        assert!(matches!(waits(Priority::Known).now_or_never(), Some(Err(Error::Busy(_)))));
        drop(held);
        let (strangers, known) = tokio::join!(strangers, known);
        assert!(strangers.into_iter().chain(known).all(|done| done.is_ok()));
        let order = order.into_inner().unwrap();
        let late = order.iter().rposition(|priority| *priority == Priority::Known).unwrap();
        assert!(order[..late].iter().filter(|priority| **priority == Priority::Stranger).count() <= 1, "{order:?}");
        assert!(hasher.turn(Priority::Stranger).await.is_ok(), "whoever was served makes room");
    }

    #[test]
    fn a_password_is_known_again() {
        // As the crate itself writes and reads it.
        use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
        let (mut room, password) = (Room::default(), b"nineteen brass lanterns");
        let theirs = Argon2::default().hash_password(password).unwrap().to_string();
        let ours = room.hash(password).unwrap();
        for stored in [&theirs, &ours] {
            assert!(room.matches(password, stored).unwrap(), "{stored}");
            assert!(!room.matches(b"nineteen brass lantern", stored).unwrap(), "{stored}");
            assert!(Argon2::default().verify_password(password, stored.as_str()).is_ok(), "{stored}");
        }
        assert_ne!(ours, room.hash(password).unwrap(), "each has a salt of its own");
        assert!(room.matches(password, "not a hash").is_err());
    }

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
