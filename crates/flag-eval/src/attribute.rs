//! What comparators make of attributes: text, numbers, versions and lists.

use std::{borrow::Cow, fmt, fmt::Write as _, ops::Deref};

use semver::Version;
use serde::{
    Deserializer as _,
    de::{self, DeserializeSeed, SeqAccess, Visitor},
};

use crate::user::{Attribute, Texts};

impl Attribute<'_> {
    /// Does it count as missing where a condition asks for it?
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(""))
    }

    /// Any attribute as text.
    pub(crate) fn text(&self) -> Text<'_> {
        match self {
            Self::Text(text) => Text::Borrowed(text),
            Self::Number(number) | Self::Date(number) => Text::Short(Short::number(*number)),
            Self::Bool(value) => Text::Borrowed(if *value { "true" } else { "false" }),
            Self::List(texts) => Text::Owned(json(*texts)),
            Self::Json(value) => Text::Owned(value.to_string()),
        }
    }

    /// The number that a number or a text is.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => number(text),
            _ => None,
        }
    }

    /// The Unix seconds that a date, a number or a text is.
    pub(crate) fn seconds(&self) -> Option<f64> {
        match self {
            Self::Date(seconds) => Some(*seconds),
            _ => self.number(),
        }
    }

    /// The semantic version that a text is.
    pub(crate) fn version(&self) -> Option<Version> {
        match self {
            Self::Text(text) => version(text),
            _ => None,
        }
    }

    /// Does one of the list’s texts please? `None` when the attribute is no list of texts.
    pub(crate) fn any(&self, mut pleases: impl FnMut(&str) -> bool) -> Option<bool> {
        match self {
            Self::List(texts) => Some(texts.iter().any(pleases)),
            Self::Text(text) => {
                let mut json = serde_json::Deserializer::from_str(text);
                let found = json.deserialize_seq(AnyOf(&mut pleases)).ok()?;
                json.end().ok().map(|()| found)
            }
            _ => None,
        }
    }
}

/// A strict semantic version without what surrounds it.
pub(crate) fn version(text: &str) -> Option<Version> {
    Version::parse(text.trim()).ok()
}

/// A decimal number, with a point or a comma.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    match text {
        "NaN" => return Some(f64::NAN),
        "Infinity" | "+Infinity" => return Some(f64::INFINITY),
        "-Infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    // Rust itself reads more than this, `inf` for one.
    if !text.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'.' | b',' | b'+' | b'-' | b'e' | b'E')) {
        return None;
    }
    let text = if text.contains(',') { Cow::Owned(text.replacen(',', ".", 1)) } else { Cow::Borrowed(text) };
    text.parse().ok()
}

/// A list as compact JSON.
fn json(texts: Texts<'_>) -> String {
    let texts: Vec<&str> = texts.iter().collect();
    serde_json::to_string(&texts).unwrap_or_default()
}

/// Text that is borrowed where that is possible.
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Short(Short),
    Owned(String),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Short(text) => text.as_str(),
            Self::Owned(text) => text,
        }
    }
}

/// Room for a number in words.
pub(crate) struct Short {
    bytes: [u8; 40],
    length: usize,
}

impl Short {
    /// A number as JavaScript writes it: plain digits from 0.000001 up to 21 digits, and with an exponent beyond.
    fn number(number: f64) -> Self {
        let mut short = Self { bytes: [0; 40], length: 0 };
        let size = number.abs();
        let written = if number.is_nan() {
            short.write_str("NaN")
        } else if number.is_infinite() {
            short.write_str(if number > 0.0 { "Infinity" } else { "-Infinity" })
        } else if size == 0.0 {
            short.write_str("0")
        } else if (1e-6..1e21).contains(&size) {
            write!(short, "{number}")
        } else {
            write!(WithPlus(&mut short), "{number:e}")
        };
        debug_assert!(written.is_ok(), "there is room for every number");
        short
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

/// Writes the plus that Rust leaves out: `1e+21`.
struct WithPlus<'a>(&'a mut Short);

impl fmt::Write for WithPlus<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if self.0.as_str().ends_with('e') && letter != '-' {
                self.0.write_char('+')?;
            }
            self.0.write_char(letter)?;
        }
        Ok(())
    }
}

/// Goes through a JSON array of texts without keeping them.
struct AnyOf<'f, F>(&'f mut F);

impl<'de, F: FnMut(&str) -> bool> Visitor<'de> for AnyOf<'_, F> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<bool, A::Error> {
        let mut found = false;
        // To the end: a number among the texts makes it no list of texts.
        while let Some(pleases) = texts.next_element_seed(One { pleases: self.0, asked: !found })? {
            found |= pleases;
        }
        Ok(found)
    }
}

struct One<'f, F> {
    pleases: &'f mut F,
    asked: bool,
}

impl<'de, F: FnMut(&str) -> bool> DeserializeSeed<'de> for One<'_, F> {
    type Value = bool;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<F: FnMut(&str) -> bool> Visitor<'_> for One<'_, F> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
        Ok(self.asked && (self.pleases)(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e-6, "0.000001"),
            (1.234_567_890_123_456_7e-6, "0.0000012345678901234567"),
            (9.999_999_999_999_99e-7, "9.99999999999999e-7"),
            (-1e-7, "-1e-7"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in cases {
            assert_eq!(&*Attribute::Number(number).text(), text);
        }
        assert_eq!(&*Attribute::millis(1_700_000_000_500).text(), "1700000000.5");
    }

    #[test]
    fn texts_are_read_as_numbers() {
        let read = |text| Attribute::Text(text).number();
        for (text, number) in [(" 1,5\t", 1.5), ("-.5", -0.5), ("5.", 5.0), ("+1E3", 1000.0), ("007", 7.0), ("1e999", f64::INFINITY)] {
            assert_eq!(read(text), Some(number), "{text}");
        }
        assert_eq!(read("-Infinity "), Some(f64::NEG_INFINITY));
        assert!(read(" NaN").is_some_and(f64::is_nan));
        for text in ["", " ", "inf", "nan", "infinity", "0x10", "1_000", "1.000,5", "1,000,5", "1 000", "e5", "1e", "-", "12px"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(Attribute::Bool(true).number(), None);
        assert_eq!(Attribute::Date(5.0).number(), None, "a date is no number");
        assert_eq!(Attribute::Number(5.0).seconds(), Some(5.0), "but a number is a date");
    }

    #[test]
    fn texts_are_read_as_lists() {
        let has_b = |text| Attribute::Text(text).any(|item| item == "b\n");
        assert_eq!(has_b(r#" ["a", "b\n"] "#), Some(true));
        assert_eq!(has_b(r#"["a"]"#), Some(false));
        assert_eq!(has_b("[]"), Some(false));
        for text in ["", "b", r#""b\n""#, r#"["b\n", 1]"#, r#"["b\n",]"#, r#"["b\n"] x"#, r#"{"b\n": 1}"#, "null", r#"[["b\n"]]"#] {
            assert_eq!(has_b(text), None, "{text}");
        }
        assert_eq!(Attribute::Number(1.0).any(|_| true), None);
    }

    #[test]
    fn lists_are_written_as_compact_json() {
        let texts: &[&str] = &["a", "ű\"\n\u{1}"];
        assert_eq!(&*Attribute::from(texts).text(), "[\"a\",\"ű\\\"\\n\\u0001\"]");
    }

    #[test]
    fn versions_are_strict() {
        for text in ["1.2.3", " 1.2.3-a.1+b ", "0.0.0"] {
            assert!(version(text).is_some(), "{text}");
        }
        for text in ["1.2", "1", "v1.2.3", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "", "=1.2.3", "1.2.3.4", "1.2.x", "١.2.3"] {
            assert!(version(text).is_none(), "{text}");
        }
        assert_eq!(Attribute::Number(1.0).version(), None);
    }
}
