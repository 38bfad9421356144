use std::fmt;

use askama::{
    FastWritable, Values,
    filters::{Escaper as _, Html, HtmlSafe},
};

/// A text on a page, escaped like every other. For lists: most texts have nothing to be escaped, and that is seen at a glance.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(&'a str);

/// The text, for a template of which there are hundreds on a page.
pub fn text(text: &str) -> Text<'_> {
    Text(text)
}

impl Text<'_> {
    /// Without an early end, so that many letters are compared at once.
    fn is_plain(self) -> bool {
        !self.0.bytes().fold(false, |found, byte| found | matches!(byte, b'"' | b'&' | b'\'' | b'<' | b'>'))
    }
}

impl FastWritable for Text<'_> {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        Ok(if self.is_plain() { to.write_str(self.0) } else { Html.write_escaped_str(to, self.0) }?)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Html.write_escaped_str(f, self.0)
    }
}

/// It escapes itself.
impl HtmlSafe for Text<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_html_is_escaped() {
        for (said, shown) in
            [("Dana & Örjan", "Dana &#38; Örjan"), ("<b>\"'", "&#60;b&#62;&#34;&#39;"), ("/team/harbor", "/team/harbor"), ("", "")]
        {
            let mut written = String::new();
            text(said).write_into(&mut written, askama::NO_VALUES).unwrap();
            assert_eq!((written.as_str(), text(said).to_string().as_str()), (shown, shown));
        }
    }
}
