//! What every mail looks like: a greeting, a few paragraphs, at most one link, and which instance it is from.

use askama::Template;

use super::Text;
use crate::{
    config::Config,
    error::{Error, Result},
    text::EmailAddress,
};

/// A mail to be written.
#[derive(Default)]
pub struct Sheet<'a> {
    /// The mailbox.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Whom it greets; nobody in particular if empty.
    pub name: &'a str,
    /// Paragraphs before the link.
    pub before: Vec<String>,
    /// What the link does, and its address.
    pub link: Option<(&'a str, String)>,
    /// Paragraphs after the link.
    pub after: Vec<String>,
}

#[derive(Template)]
#[template(path = "mail/templates/sheet.txt")]
struct Plain<'a> {
    sheet: &'a Sheet<'a>,
    instance: &'a str,
}

#[derive(Template)]
#[template(path = "mail/templates/sheet.html")]
struct Rich<'a> {
    sheet: &'a Sheet<'a>,
    instance: &'a str,
}

impl Sheet<'_> {
    /// Writes it, in both forms. What people have named is in its sentences: nothing in them becomes a link.
    pub fn write(&self, config: &Config) -> Result<Text> {
        let unlinked = |paragraphs: &[String]| paragraphs.iter().map(|text| without_links(text)).collect();
        let (subject, name) = (without_links(self.subject), without_links(self.name));
        let sheet = Sheet {
            to: self.to,
            subject: &subject,
            name: &name,
            before: unlinked(&self.before),
            link: self.link.clone(),
            after: unlinked(&self.after),
        };
        let instance = format!("Burgee at {}. If you did not expect this mail, ignore it: nothing happens.", config.public_url);
        let instance = instance.as_str();
        let plain = Plain { sheet: &sheet, instance }.render().map_err(Error::internal)?;
        let html = Rich { sheet: &sheet, instance }.render().map_err(Error::internal)?;
        Ok(Text { to: self.to.to_owned(), subject: subject.clone(), plain, html })
    }
}

/// A text that mail programs do not make links of: `www.example.com` could be somebody’s name for a team. An address of a mailbox stays as it is,
/// and so does a number.
fn without_links(text: &str) -> String {
    let is_address = |word: &str| EmailAddress::parse(word.trim_matches(|char: char| !char.is_alphanumeric())).is_ok();
    let word = |word: &str| {
        let mut broken = String::new();
        for (at, char) in word.char_indices() {
            broken.push(char);
            let (before, after) = (word[..at].chars().next_back(), word[at + char.len_utf8()..].chars().next());
            let inside = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
            if char == '.'
                && inside
                && !(before.is_some_and(|char| char.is_ascii_digit()) && after.is_some_and(|char| char.is_ascii_digit()))
            {
                broken.push(NO_WIDTH);
            }
        }
        broken
    };
    text.split(' ').map(|one| if is_address(one) { one.to_owned() } else { word(one) }).collect::<Vec<String>>().join(" ")
}

/// The zero-width space.
const NO_WIDTH: char = '\u{200B}';

#[cfg(test)]
mod tests {
    use super::without_links;

    #[test]
    fn a_name_is_no_link() {
        assert_eq!(without_links("Join www.evil.test/login on Burgee."), "Join www.\u{200B}evil.\u{200B}test/login on Burgee.");
        assert_eq!(without_links("www.evil.test/@x"), "www.\u{200B}evil.\u{200B}test/@x");
        assert_eq!(without_links("www2.evil9.test"), "www2.\u{200B}evil9.\u{200B}test");
        for same in ["From kim@example.com to kim.k@example.com.", "Version 2.5 ends at 12.30. Really.", "", " Two  spaces "] {
            assert_eq!(without_links(same), same);
        }
    }
}
