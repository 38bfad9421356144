//! How the receivers of messages mark text, and how a text is written so that it marks nothing.

use std::borrow::Cow;

use crate::deliveries::Destination;

/// Slack’s domains.
pub const SLACK: &[&[&str]] = &[&["slack", "com"], &["slack-gov", "com"]];
/// Where Microsoft Teams takes messages: the connectors of channels, and workflows of Power Automate.
const TEAMS: &[&[&str]] =
    &[&["webhook", "office", "com"], &["outlook", "office", "com"], &["logic", "azure", "com"], &["api", "powerplatform", "com"]];

/// How a receiver reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// As it is.
    None,
    /// Slack’s mrkdwn (<https://docs.slack.dev/messaging/formatting-message-text>).
    Slack,
    /// The Markdown of messages and cards in Microsoft Teams.
    Teams,
}

impl Markup {
    /// What the receiver at an address reads, as far as the address says it.
    pub fn of(to: &Destination) -> Self {
        match () {
            () if to.is_below(SLACK) => Self::Slack,
            () if to.is_below(TEAMS) => Self::Teams,
            () => Self::None,
        }
    }

    /// The marks of bold text.
    pub const fn bold(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Slack => "*",
            Self::Teams => "**",
        }
    }

    /// What ends a line.
    pub const fn line_end(self) -> &'static str {
        match self {
            Self::None | Self::Slack => "\n",
            Self::Teams => "\r\n\r\n",
        }
    }

    /// A text that the receiver shows as it is: it mentions nobody, links nowhere under another name and formats nothing.
    pub fn escape(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::None => text.into(),
            Self::Slack => slack(text).into(),
            Self::Teams => teams(text).into(),
        }
    }
}

/// `<!channel>`, `<@U1>` and links need `<`. Where a message asks Slack to find names itself (`link_names`, `parse`), `@channel` is one as
/// well: a word that begins with `@` gets a character without width behind it. Addresses of mail stay as they are.
fn slack(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' if !before.is_some_and(char::is_alphanumeric) => escaped.extend(['@', WORD_JOINER]),
            c => escaped.push(c),
        }
        before = Some(c);
    }
    escaped
}

/// U+2060, which is not shown.
const WORD_JOINER: char = '\u{2060}';

/// A backslash takes the meaning of any mark (CommonMark, section 2.4); those of headings and lists have one only where a line begins.
/// `<at>` and other tags need `<`.
fn teams(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut line_begins = true;
    let mut number = false;
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' => escaped.extend(['\\', c]),
            '#' | '+' | '-' | '=' if line_begins => escaped.extend(['\\', c]),
            '.' | ')' if number => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
        number = c.is_ascii_digit() && (line_begins || number);
        line_begins = c == '\n' || c == '\r' || line_begins && c.is_whitespace();
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_mentions_nobody_in_slack() {
        let slack = |text: &str| Markup::Slack.escape(text).replace(WORD_JOINER, "·");
        assert_eq!(
            slack("<!channel> & <@U1|x> <http://evil.example|here>"),
            "&lt;!channel&gt; &amp; &lt;@·U1|x&gt; &lt;http://evil.example|here&gt;"
        );
        assert_eq!(slack("@here, (@channel) kim@example.com"), "@·here, (@·channel) kim@example.com");
    }

    #[test]
    fn a_text_marks_nothing_in_teams() {
        let teams = |text: &str| Markup::Teams.escape(text).into_owned();
        assert_eq!(teams("my_flag *x* [a](http://b) <at>Kim</at>"), r"my\_flag \*x\* \[a\](http://b) &lt;at&gt;Kim&lt;/at&gt;");
        assert_eq!(teams("# a\n- b\n  1. c\n12) d"), "\\# a\n\\- b\n  1\\. c\n12\\) d");
        assert_eq!(teams("on 2026-11-22, v1.5 (draft)"), "on 2026-11-22, v1.5 (draft)");
    }

    #[test]
    fn the_host_says_what_is_read() {
        let of = |address: &str| Markup::of(&Destination::parse(address).unwrap());
        assert_eq!(of("https://hooks.slack.com/services/x"), Markup::Slack);
        assert_eq!(of("https://acme.webhook.office.com/webhookb2/x"), Markup::Teams);
        assert_eq!(of("https://prod-1.westeurope.logic.azure.com:443/workflows/x"), Markup::Teams);
        assert_eq!(of("https://hooks.slack.com.example/services/x"), Markup::None);
    }
}
