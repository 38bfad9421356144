//! Parsed text. What comes in from outside becomes one of these types at the edge or is refused with a message for its field; inside,
//! nobody checks again.

mod appearance;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Why a text is not acceptable, and how to put it right.
pub type Refusal = Cow<'static, str>;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The form under which it is compared and must be unique.
            pub fn key(&self) -> String {
                self.0.to_lowercase()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for crate::db::Value {
            fn from(text: $name) -> Self {
                text.0.into()
            }
        }
        impl From<&$name> for crate::db::Value {
            fn from(text: &$name) -> Self {
                text.as_str().into()
            }
        }
    )*};
}

texts! {
    /// The name by which a person signs in and is invited: 2 to 39 of letters, digits, `-`, `_`, `.`.
    Username;
    /// A person's or a thing's name, for reading: 1 to 100 characters of any script, on one line, with something to see and nothing that hides.
    Name;
    /// An e-mail address, as the person spells it.
    EmailAddress;
    /// A description, a hint, a note: text over several lines, which may be empty.
    Prose;
    /// A team's place in addresses: 2 to 50 of `a-z 0-9 -`, lower-case, no reserved word.
    Slug;
}

/// First path segments that Burgee serves, and words that would be mistaken for one. No team may have them as its slug.
pub const RESERVED: &[&str] = &[
    "account",
    "admin",
    "api",
    "assets",
    "configuration-files",
    "create",
    "docs",
    "healthz",
    "invitation",
    "logging",
    "new",
    "ofrep",
    "readyz",
    "reset-password",
    "forgot-password",
    "settings",
    "setup",
    "sign-in",
    "sign-out",
    "sign-up",
    "storage",
    "team",
    "teams",
    "v1",
    "v2",
    "verify",
];

impl Username {
    /// Reads a user name.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Please choose a user name.".into());
        }
        if !(2..=39).contains(&text.chars().count()) {
            return Err("A user name has 2 to 39 characters.".into());
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            return Err("A user name has only letters a to z, digits, and - _ . in it.".into());
        }
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || !text.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err("A user name begins and ends with a letter or a digit.".into());
        }
        if ["admin", "root", "burgee", "system"].contains(&text.to_lowercase().as_str()) {
            return Err(format!("“{text}” is reserved. Please choose another one.").into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl Name {
    /// Reads a name; space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Self::up_to(100, text)
    }

    /// Reads a name of a thing that may have a longer one.
    pub fn up_to(longest: usize, text: &str) -> Result<Self, Refusal> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err("Please give a name.".into());
        }
        if text.chars().count() > longest {
            return Err(format!("A name has at most {longest} characters.").into());
        }
        if text.chars().any(appearance::is_control) {
            return Err("A name stands on one line, without control characters or marks that turn the direction of writing.".into());
        }
        if appearance::hides_something(&text) || !appearance::is_well_shaped(&text) {
            return Err("A name cannot contain characters that nobody sees, or more than four marks on one letter.".into());
        }
        if !appearance::shows_something(&text) {
            return Err("Please give a name with a letter, a digit or a symbol in it.".into());
        }
        if text.contains("://") {
            return Err("A name cannot contain an address (“://”).".into());
        }
        Ok(Self(text))
    }

    /// A name as it is stored: it was read when it came in, perhaps by rules that asked for less.
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Refuses it where one of the others is the same, or so similar that a reader takes one for the other. `what` is “a tag”.
    pub fn unlike<'a>(&self, what: &str, others: impl IntoIterator<Item = &'a str>) -> Result<(), Refusal> {
        match others.into_iter().find(|other| appearance::are_confusable(&self.0, other)) {
            Some(other) if other.to_lowercase() == self.key() => Err(format!("There is {what} called {self} already.").into()),
            Some(other) => Err(format!("There is {what} called {other} already, which looks the same. Please choose another name.").into()),
            None => Ok(()),
        }
    }
}

impl Prose {
    /// Reads text of at most so many characters; it is kept as it was written, with the line breaks of forms made plain.
    pub fn up_to(longest: usize, text: &str) -> Result<Self, Refusal> {
        let text = text.replace("\r\n", "\n");
        if text.chars().count() > longest {
            return Err(format!("At most {longest} characters.").into());
        }
        if text.chars().any(|c| appearance::is_control(c) && !matches!(c, '\n' | '\t')) {
            return Err("Please leave out control characters and marks that turn the direction of writing.".into());
        }
        if appearance::hides_something(&text) {
            return Err("Please leave out characters that nobody sees.".into());
        }
        Ok(Self(text))
    }
}

impl EmailAddress {
    /// Reads an address of the kind that mail really goes to: one `@`, a host with a dot, nothing quoted, no spaces.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        const WRONG: &str = "This is not a valid e-mail address, such as kim@example.com.";
        let text = text.trim();
        if text.is_empty() {
            return Err("Please give an e-mail address.".into());
        }
        let Some((local, host)) = text.rsplit_once('@') else { return Err(WRONG.into()) };
        let host_is_right = host.contains('.')
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        let local_is_right = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if text.len() > 254 || !host_is_right || !local_is_right || text.parse::<lettre::Address>().is_err() {
            return Err(WRONG.into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl Slug {
    /// Reads a slug; upper case becomes lower case.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim().to_lowercase();
        if !(2..=50).contains(&text.len()) {
            return Err("A slug has 2 to 50 characters.".into());
        }
        if !text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return Err("A slug has only letters a to z, digits and hyphens.".into());
        }
        // Host names reserve labels with two hyphens in third place, such as xn--…, for what is encoded (RFC 5890, section 2.3.1).
        if text.starts_with('-') || text.ends_with('-') || text.get(2..4) == Some("--") {
            return Err("A slug begins and ends with a letter or a digit, and its third and fourth characters are not both hyphens.".into());
        }
        if RESERVED.contains(&text.as_str()) {
            return Err(format!("“{text}” is reserved. Try {text}-team.").into());
        }
        if uuid::Uuid::parse_str(&text).is_ok() {
            return Err("A slug cannot look like an id.".into());
        }
        Ok(Self(text))
    }

    /// The slug that follows from a name: lower-case, spaces to hyphens, the rest dropped.
    pub fn from_name(name: &Name) -> Result<Self, Refusal> {
        let mut slug = String::new();
        for c in name.key().chars() {
            match c {
                'a'..='z' | '0'..='9' => slug.push(c),
                _ if (c.is_whitespace() || c == '-' || c == '_') && !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
                _ => {}
            }
        }
        let slug: String = slug.chars().take(50).collect();
        match slug.trim_matches('-') {
            slug if slug.len() < 2 => Err("No slug can be made of this name. Please choose one, with letters a to z and digits.".into()),
            slug => Self::parse(slug),
        }
    }

    /// The same slug with a number behind it, for a suggestion where it is taken.
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let kept: String = self.0.chars().take(50 - suffix.len()).collect();
        Self(format!("{}{suffix}", kept.trim_end_matches('-')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_follow_from_names() {
        let slug = |name: &str| Slug::from_name(&Name::parse(name).unwrap()).map(|slug| slug.as_str().to_owned());
        assert_eq!(slug("Harbor Works").as_deref(), Ok("harbor-works"));
        assert_eq!(slug("  A  --  B ").as_deref(), Ok("a-b"));
        assert_eq!(slug("Ünïcode 42").as_deref(), Ok("ncode-42"));
        assert!(slug("Create").unwrap_err().contains("reserved"));
        assert!(slug("🚀🚀").is_err());
    }

    #[test]
    fn slugs_could_be_labels_of_host_names() {
        for bad in ["--", "-a", "a-", "xn--mnchen-3ya", "ab--c"] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
        for good in ["ab", "a-b", "a--b", "abc--d", "42"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Slug(format!("{}-{}", "a".repeat(47), "b".repeat(2))).numbered(2).as_str(), format!("{}-2", "a".repeat(47)));
    }

    #[test]
    fn names_neither_hide_nor_reorder_text() {
        for bad in [
            "",
            "  ",
            "a\nb",
            "a\0b",
            "evil\u{202E}txt",
            "zero\u{200B}width",
            "soft\u{AD}hyphen",
            "\u{3164}",
            "\u{2800}",
            "http://x",
            &"x".repeat(101),
        ] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["Zoë 王", "山田\u{3000}太郎", "👩\u{200D}💻 team", "می\u{200C}خواهم"] {
            assert_eq!(Name::parse(&format!(" {good} ")).unwrap().as_str(), good);
        }
    }

    #[test]
    fn prose_keeps_its_lines_and_may_be_empty() {
        assert_eq!(Prose::up_to(9, "one\r\n\ttwo").unwrap().as_str(), "one\n\ttwo");
        assert_eq!(Prose::up_to(9, "").unwrap().as_str(), "");
        assert!(Prose::up_to(9, "ten chars!").is_err() && Prose::up_to(9, "a\0b").is_err() && Prose::up_to(9, "a\u{202E}b").is_err());
    }

    #[test]
    fn addresses_are_ones_that_mail_goes_to() {
        for good in ["a@b.co", "a+b@x.example", "o'neil@sub.example.com", "jürgen@bücher.example"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good:?}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@", "a b@c.de", "a@b.co\r\nBcc: x@y.z", "a@b..co", "a..b@c.de", "\"a\"@b.co", "a@[1.2.3.4]"]
        {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }
}
