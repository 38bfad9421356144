use std::fmt;

use jiff::{Timestamp, tz::Offset};

/// A point in time on a page. The server writes UTC; a script turns it into the reader's own
/// time, and into "12 min ago" where [`Moment::ago`] is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(Timestamp);

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl From<crate::clock::Time> for Moment {
    fn from(at: crate::clock::Time) -> Self {
        Self(Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH))
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
pub struct Shown(Moment, Style);

impl Moment {
    /// "12 min ago", "in 7 days"; the full time on hover.
    pub fn ago(self) -> Shown {
        Shown(self, Style::Ago)
    }

    /// "22 Nov 2026, 09:14".
    pub fn full(self) -> Shown {
        Shown(self, Style::Full)
    }

    /// "22 November 2026".
    pub fn date(self) -> Shown {
        Shown(self, Style::Date)
    }

    /// "09:14".
    pub fn clock(self) -> Shown {
        Shown(self, Style::Clock)
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Shown {
    fn write(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        let Self(Moment(at), style) = self;
        let at = Offset::UTC.to_datetime(*at);
        // A page may have hundreds of them, so they are written digit by digit.
        let mut iso = *b"0000-00-00T00:00:00Z";
        let mut two = |place: usize, number: i16| {
            let digits = number.unsigned_abs().to_le_bytes()[0] % 100;
            (iso[place], iso[place + 1]) = (b'0' + digits / 10, b'0' + digits % 10);
        };
        two(0, at.year() / 100);
        two(2, at.year() % 100);
        for (place, number) in [(5, at.month()), (8, at.day()), (11, at.hour()), (14, at.minute()), (17, at.second())] {
            two(place, number.into());
        }
        let iso = std::str::from_utf8(&iso).map_err(|_| fmt::Error)?;
        let month = usize::try_from(at.month() - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
        f.write_str("<time datetime=\"")?;
        f.write_str(iso)?;
        f.write_str("\" data-show=\"")?;
        f.write_str(match style {
            Style::Ago => "ago\">",
            Style::Full => "full\">",
            Style::Date => "date\">",
            Style::Clock => "clock\">",
        })?;
        // For readers without scripts: "22 Nov 2026, 09:14 UTC".
        if !matches!(style, Style::Clock) {
            for piece in [iso[8..10].trim_start_matches('0'), " ", month, " ", &iso[..4]] {
                f.write_str(piece)?;
            }
        }
        match style {
            Style::Ago | Style::Full => {
                f.write_str(", ")?;
                f.write_str(&iso[11..16])?;
                f.write_str(" UTC")?;
            }
            Style::Clock => f.write_str(&iso[11..16])?,
            Style::Date => {}
        }
        f.write_str("</time>")
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl askama::FastWritable for Shown {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(self.write(to)?)
    }
}

/// Written here from a timestamp: digits, letters and punctuation.
impl askama::filters::HtmlSafe for Shown {}

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
