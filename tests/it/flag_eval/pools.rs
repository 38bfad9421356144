//! What configs and users are put together from: small pools, so that they meet often, with much that is odd.
//!
//! Not generated at all, because one of the SDKs differs from the documentation: versions with a leading `v` (JavaScript takes them), version
//! numbers beyond 2^53, `0` followed by a space as a number (JavaScript takes it for no number), and texts surrounded by one of the few
//! characters that are space in one language only (U+FEFF, U+0085, U+001C to U+001F).

use super::generator::Clients;

pub const SALTS: [&str; 4] = ["salt", "Vq2LrkoGBvWBbZf4PcYH9Q==", "grüße 😀", ""];

pub const KEYS: [&str; 8] = ["flag", "Flag", "k0", "k1", "ein Schlüssel", "日本 😀", "constructor", "a.b-c_d"];

pub const SEGMENTS: [&str; 4] = ["Beta", "S", "segment ü", "flag"];

/// Attributes that hold anything, and those that mostly hold what their names say.
pub const ANY: [&str; 4] = ["Identifier", "Email", "Country", "Ünï ✓"];
pub const VERSION: &str = "Version";
pub const NUMBER: &str = "Number";
pub const DATE: &str = "Date";
pub const LIST: &str = "List";

pub const TEXTS: [&str; 40] = [
    "a",
    "A",
    "b",
    "ab",
    "abc",
    " a",
    "a ",
    "ada@example.com",
    "@example.com",
    "example.com",
    "ÁRVÍZ",
    "árvíz",
    "ß",
    "ss",
    "naïve",
    "é",
    "e\u{301}",
    "😀",
    "😀😀",
    "日本",
    "\u{200d}",
    "\u{fffd}",
    "a\nb",
    "\"quoted\"",
    "null",
    "true",
    "false",
    "5",
    "5.5",
    "1e+21",
    "NaN",
    "Infinity",
    "0.30000000000000004",
    "1700000000.5",
    "[]",
    r#"["a"]"#,
    r#"["a","b"]"#,
    r#"["ß\n"]"#,
    "a,b",
    "\u{0}",
];

pub const NUMBER_TEXTS: [&str; 36] = [
    "5",
    "5.0",
    " 5",
    "5 ",
    "5,0",
    "+5",
    "05",
    "5.",
    ".5",
    "0,5",
    "5e0",
    "50e-1",
    "-5",
    "-0",
    "0",
    "0.0",
    "00.5",
    "1e21",
    "1e-7",
    "1e400",
    "NaN",
    " NaN ",
    "Infinity",
    "+Infinity",
    "-Infinity",
    "1700000000",
    "1700000000.5",
    "five",
    "5 5",
    "5a",
    "--5",
    "e5",
    "1e",
    "1,5,0",
    "0x5",
    "\u{a0}5\u{2003}",
];

/// Numbers in Python’s eyes only.
pub const NUMBER_TEXTS_OF_ONE: [&str; 5] = ["inf", "nan", "infinity", "5_0", "٥"];

pub const VERSIONS: [&str; 24] = [
    "1.0.0",
    "1.0.1",
    "1.1.0",
    "1.10.0",
    "2.0.0",
    "10.0.0",
    "0.0.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0-1",
    "1.0.0-a-b",
    "1.0.0--",
    "1.0.0-0a",
    "1.0.0+build",
    "1.0.0+build.2",
    "1.0.0-rc.1+b.2",
    " 1.0.0 ",
    "\u{a0}1.1.0\n",
    "1.0.0-A",
];

pub const NO_VERSIONS: [&str; 14] = [
    "1.0",
    "1",
    "1.0.0.0",
    "01.0.0",
    "1.00.0",
    "1.0.0-",
    "1.0.0-01",
    "1.0.0+",
    "1.0.x",
    "one",
    "1. 0.0",
    "1.0.0-ü",
    "-1.0.0",
    "1.0.0-a..b",
];

/// What numbers and dates are compared with.
pub const NUMBERS: [f64; 12] = [0.0, -0.0, 5.0, 5.5, 0.5, -5.0, 50.0, 0.1 + 0.2, 1e21, 1e-7, 1_700_000_000.0, 1_700_000_000.5];

/// Numbers that JavaScript and Python write alike.
pub const NUMBERS_ALIKE: [f64; 14] =
    [0.0, -0.0, 5.0, 5.5, 0.5, -5.0, 50.0, 0.1 + 0.2, 1_700_000_000.5, 1e15, 1e21, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

/// Numbers that Python writes in another way, with an exponent from 1e16 on and below 0.0001.
pub const NUMBERS_OF_ONE: [f64; 9] = [1e16, 1e20, 123_456_789_012_345_680_000.0, 9.99e-5, 1e-6, 1e-7, 1.5e-10, 5e-324, f64::MAX];

/// Their texts, to be compared with.
pub const TEXTS_OF_ONE: [&str; 7] =
    ["10000000000000000", "100000000000000000000", "123456789012345680000", "0.0000999", "0.000001", "1e-7", "1.7976931348623157e+308"];

pub const DATES: [i64; 7] = [0, 1_000, 1_700_000_000_000, 1_700_000_000_500, 1_700_000_000_123, -1_000, 253_402_300_799_000];

pub const SECONDS: [f64; 6] = [0.0, 1_700_000_000.0, 1_700_000_000.5, 1_700_000_000.123, -62_135_596_800.0, 253_402_300_799.0];

pub const LISTS: [&[&str]; 8] =
    [&[], &["a"], &["a", "b"], &["ab", "ß\n"], &["😀", "日本"], &[""], &["\"quoted\"", "5"], &["abc", "ada@example.com"]];

pub const LIST_TEXTS: [&str; 12] = [
    "[]",
    r#"["a"]"#,
    r#" [ "b" , "a" ] "#,
    r#"["\u0061"]"#,
    r#"["\ud83d\ude00"]"#,
    r#"["a", 1]"#,
    r#"["a",]"#,
    r#"["a""#,
    r#""a""#,
    r#"{"a": 1}"#,
    "null",
    r#"[["a"]]"#,
];

/// What nobody can read as a hash with a length.
pub const NO_SLICES: [&str; 3] = ["abc", "x_e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "_"];

/// The attributes that a condition which reads numbers or dates may name: Python’s SDK fails on dates and lists there.
pub fn holds_dates_and_lists(name: &str, clients: Clients) -> (bool, bool) {
    match clients {
        Clients::JavaScript => (true, true),
        Clients::All => (matches!(name, "Date" | "Ünï ✓"), matches!(name, "List" | "Ünï ✓")),
    }
}
