use std::fmt;

use jiff::{Timestamp, tz::TimeZone};

/// A point in time on a page. The server writes UTC; a script turns it into the reader's own
/// time, and into "12 min ago" where [`Moment::ago`] is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, UTC.
    pub iso: String,
    /// For readers without scripts: "22 Nov 2026, 09:14 UTC".
    pub text: String,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        let utc = at.to_zoned(TimeZone::UTC);
        Self { iso: utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), text: utc.strftime("%-d %b %Y, %H:%M UTC").to_string() }
    }
}

impl From<crate::clock::Time> for Moment {
    fn from(at: crate::clock::Time) -> Self {
        Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).into()
    }
}

/// How a script shows a moment.
#[derive(Clone, Copy, Debug)]
enum Style {
    Ago,
    Full,
    Date,
    Clock,
}

/// A moment in one style, ready for a template.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(&'a Moment, Style);

impl Moment {
    /// "12 min ago", "in 7 days"; the full time on hover.
    pub fn ago(&self) -> Shown<'_> {
        Shown(self, Style::Ago)
    }

    /// "22 Nov 2026, 09:14".
    pub fn full(&self) -> Shown<'_> {
        Shown(self, Style::Full)
    }

    /// "22 November 2026".
    pub fn date(&self) -> Shown<'_> {
        Shown(self, Style::Date)
    }

    /// "09:14".
    pub fn clock(&self) -> Shown<'_> {
        Shown(self, Style::Clock)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Moment { iso, text }, style) = self;
        let (name, text) = match style {
            Style::Ago => ("ago", text.as_str()),
            Style::Full => ("full", text.as_str()),
            Style::Date => ("date", text.split(',').next().unwrap_or(text)),
            Style::Clock => ("clock", iso.get(11..16).unwrap_or(text)),
        };
        write!(f, r#"<time datetime="{iso}" data-show="{name}">{text}</time>"#)
    }
}

/// Both texts are formatted here from a timestamp: digits, letters and punctuation.
impl askama::filters::HtmlSafe for Shown<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_well_without_scripts() {
        let moment = Moment::from("2026-11-22T09:14:05.123Z".parse::<Timestamp>().unwrap());
        assert_eq!(moment.full().to_string(), r#"<time datetime="2026-11-22T09:14:05Z" data-show="full">22 Nov 2026, 09:14 UTC</time>"#);
        assert_eq!(moment.clock().to_string(), r#"<time datetime="2026-11-22T09:14:05Z" data-show="clock">09:14</time>"#);
        assert_eq!(moment.date().to_string(), r#"<time datetime="2026-11-22T09:14:05Z" data-show="date">22 Nov 2026</time>"#);
    }
}
