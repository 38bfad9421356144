//! Time as a parameter. Nothing in Burgee asks the machine what time it is, except [`Clock::now`] here; tests move the clock instead of waiting.
//!
//! A [`Time`] is a whole number of milliseconds since 1970 in UTC, in memory and in both databases (see `docs/decisions/0003-time.md`).

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use serde::{Deserialize, Serialize};

/// A moment, to the millisecond, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

crate::db::column!(Time as i64: |time| time.0, |ms| Some(Time(ms)));

/// One second in milliseconds, the unit of [`Time`] arithmetic.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Time {
    /// This moment moved by `milliseconds`, which may be negative.
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0 + milliseconds)
    }

    /// Milliseconds from `earlier` to this moment.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// RFC 3339 with milliseconds, for example `2026-11-22T09:14:05.120Z`: the form of every time in the JSON API.
    pub fn iso(self) -> String {
        let time = self.timestamp();
        format!("{time:.3}")
    }

    /// Reads RFC 3339, or a date, which means its first moment in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Some(Self(time.as_millisecond()));
        }
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(Self(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()))
    }

    /// Formatted by a `strftime` pattern, in UTC.
    pub fn format(self, pattern: &str) -> String {
        self.timestamp().to_zoned(jiff::tz::TimeZone::UTC).strftime(pattern).to_string()
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until somebody moves it.
    Manual(Arc<AtomicI64>),
    /// The machine's clock, so many milliseconds off: the example is filled with what happened long ago.
    Off(Arc<AtomicI64>),
}

impl Clock {
    /// The moment it is.
    #[allow(clippy::disallowed_methods)] // the one place that asks
    pub fn now(&self) -> Time {
        match self {
            Self::System => Time(jiff::Timestamp::now().as_millisecond()),
            Self::Manual(time) => Time(time.load(Ordering::SeqCst)),
            Self::Off(off) => Self::System.now().plus(off.load(Ordering::SeqCst)),
        }
    }
}
