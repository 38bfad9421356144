//! An environment on a page. Its colour says where a change lands, and never stands without the name.

use std::fmt;

/// An environment as a reader sees it, in one of four forms: *pennant* and *mark* are macros of
/// `ui/templates/marks.html`, *stripe* and *bar* are the class names of [`Color::class`] on what they belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its id, for addresses and fields.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its colour.
    pub color: Color,
}

impl Environment {
    /// `color` is what is stored: one of the six names, or any HTML colour.
    pub fn new(id: impl Into<String>, name: impl Into<String>, color: &str) -> Self {
        Self { id: id.into(), name: name.into(), color: Color::parse(color) }
    }

    /// The small signal flag that stands before the name in rows and sentences.
    pub fn mark(&self) -> Mark<'_> {
        Mark(&self.color)
    }

    /// Whether changes here are the ones that matter most.
    pub fn is_red(&self) -> bool {
        self.color == Color::Red
    }
}

/// The colour of an environment: one of six, or what came by the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are colours")]
pub enum Color {
    Red,
    Blue,
    Yellow,
    Green,
    Violet,
    #[default]
    Slate,
    /// Any other HTML colour: shown as a stripe in it, over the pattern of slate.
    Other(String),
}

/// Whether a text is a colour of CSS (Color Module Level 4): a name, `#` and hexadecimal digits, or one of its functions with plain arguments.
fn is_css_color(text: &str) -> bool {
    const FUNCTIONS: [&str; 10] = ["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"];
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|c| c.is_ascii_hexdigit());
    }
    match text.split_once('(') {
        None => !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic()),
        Some((function, rest)) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ',' | '.' | '%' | '/' | ' ' | '-');
            FUNCTIONS.iter().any(|known| function.eq_ignore_ascii_case(known))
                && rest.strip_suffix(')').is_some_and(|arguments| arguments.chars().all(plain))
        }
    }
}

impl Color {
    /// The six that the pages offer.
    pub const ALL: [Self; 6] = [Self::Red, Self::Blue, Self::Yellow, Self::Green, Self::Violet, Self::Slate];

    /// Reads what is stored. What cannot be a colour is slate.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Some(named) = Self::ALL.into_iter().find(|color| color.name().eq_ignore_ascii_case(text)) {
            return named;
        }
        if text.len() <= 64 && is_css_color(text) { Self::Other(text.to_owned()) } else { Self::Slate }
    }

    /// What is stored and sent.
    pub fn name(&self) -> &str {
        match self {
            Self::Red => "red",
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Violet => "violet",
            Self::Slate => "slate",
            Self::Other(text) => text,
        }
    }

    /// The word on a page.
    pub fn word(&self) -> &str {
        match self {
            Self::Red => "Red",
            Self::Blue => "Blue",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Violet => "Violet",
            Self::Slate => "Slate",
            Self::Other(text) => text,
        }
    }

    /// The class that gives an element this colour for its stripe, its bar or its fill.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Red => "env-red",
            Self::Blue => "env-blue",
            Self::Yellow => "env-yellow",
            Self::Green => "env-green",
            Self::Violet => "env-violet",
            Self::Slate | Self::Other(_) => "env-slate",
        }
    }

    /// The colour that has no class, to be drawn over the stripe.
    pub fn other(&self) -> Option<&str> {
        match self {
            Self::Other(text) => Some(text),
            _ => None,
        }
    }

    /// The signal flag of the colour alone, for choosing one.
    pub fn mark(&self) -> Mark<'_> {
        Mark(self)
    }

    /// Field and pattern, on 16 by 12.
    fn drawing(&self) -> (&'static str, &'static str) {
        match self {
            Self::Red => ("M0 0h16l-5 6 5 6H0z", ""),
            Self::Blue => ("M0 0h16v12H0z", "M5 3.500h6v5H5z"),
            Self::Yellow => ("M0 0h16v12H0z", "M8 0h8v12H8z"),
            Self::Green => ("M0 0h16v12H0z", "M8 0h8v6H8zM0 6h8v6H0z"),
            Self::Violet => ("M0 0h16v12H0z", "M16 0v12H0z"),
            Self::Slate | Self::Other(_) => (
                "M0 0h16v12H0z",
                "M0 0h2.500L8 4.200 13.500 0H16v1.800L10.500 6 16 10.200V12h-2.500L8 7.800 2.500 12H0v-1.800L5.500 6 0 1.800z",
            ),
        }
    }
}

/// The signal flag of an environment: colour and pattern.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a>(&'a Color);

impl fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, pattern) = self.0.drawing();
        write!(
            f,
            r#"<svg class="b-mark {}" viewBox="0 0 16 12" aria-hidden="true"><path class="b-mark-field" d="{field}"/>"#,
            self.0.class()
        )?;
        if !pattern.is_empty() {
            write!(f, r#"<path class="b-mark-over" d="{pattern}"/>"#)?;
        }
        if let Some(color) = self.0.other() {
            write!(f, r#"<path fill="{color}" d="M0 0h5v12H0z"/>"#)?;
        }
        f.write_str("</svg>")
    }
}

/// A colour that is not one of the six has passed [`Color::parse`]: no quotes and no brackets of markup.
impl askama::filters::HtmlSafe for Mark<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_html_colour_is_shown_and_nothing_else() {
        assert_eq!(Color::parse("Violet"), Color::Violet);
        assert_eq!(Color::parse("rgb(1, 2, 3)"), Color::Other("rgb(1, 2, 3)".into()));
        assert_eq!([Color::parse("\"><b>"), Color::parse("url(#x)"), Color::parse("")], [Color::Slate, Color::Slate, Color::Slate]);
        assert!(Environment::new("1", "QA", "#abcdef").mark().to_string().contains("fill=\"#abcdef\""));
    }
}
