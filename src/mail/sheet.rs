//! What every mail looks like: a greeting, a few paragraphs, at most one link, and which instance it is from.

use askama::Template;

use super::Text;
use crate::{
    config::Config,
    error::{Error, Result},
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
    /// Writes it, in both forms.
    pub fn write(&self, config: &Config) -> Result<Text> {
        let instance = format!("Burgee at {}. If you did not expect this mail, ignore it: nothing happens.", config.public_url);
        let instance = instance.as_str();
        let plain = Plain { sheet: self, instance }.render().map_err(Error::internal)?;
        let html = Rich { sheet: self, instance }.render().map_err(Error::internal)?;
        Ok(Text { to: self.to.to_owned(), subject: self.subject.to_owned(), plain, html })
    }
}
