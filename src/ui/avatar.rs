use std::fmt;

use super::signal::mix;

/// A person's round mark: the first letter of the name on one of nine tints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    initial: char,
    tint: u64,
}

impl Avatar {
    /// The tint comes from the id, so it stays when the person is renamed.
    pub fn of(id: &str, name: &str) -> Self {
        let initial = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
        Self { initial: initial.to_uppercase().next().unwrap_or(initial), tint: mix(id) % 9 + 1 }
    }
}

impl fmt::Display for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<span class="b-av av-{}" aria-hidden="true">{}</span>"#, self.tint, self.initial)
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
