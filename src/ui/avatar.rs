use std::fmt;

use super::signal::mix;

/// A person's round mark: the first letter of the name on one of nine tints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    initial: char,
    tint: u32,
}

impl Avatar {
    /// The tint comes from the id, so it stays when the person is renamed.
    pub fn of(id: &str, name: &str) -> Self {
        let initial = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
        Self { initial: initial.to_uppercase().next().unwrap_or(initial), tint: (mix(id) % 9) as u32 + 1 }
    }
}

impl Avatar {
    fn write(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str(r#"<span class="b-av av-"#)?;
        f.write_char(char::from_digit(self.tint, 10).unwrap_or('1'))?;
        f.write_str(r#"" aria-hidden="true">"#)?;
        f.write_char(self.initial)?;
        f.write_str("</span>")
    }
}

impl fmt::Display for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl askama::FastWritable for Avatar {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(self.write(to)?)
    }
}

/// The letter is alphanumeric or `?`, so there is nothing to escape.
impl askama::filters::HtmlSafe for Avatar {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_is_shown() {
        let letter = |name| Avatar::of("x", name).initial;
        assert_eq!((letter("dana"), letter("<b>"), letter("\u{201c}\u{e9}va"), letter("--")), ('D', 'B', '\u{c9}', '?'));
    }
}
