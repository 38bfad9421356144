//! The template of what a webhook says, and what its placeholders become.
//!
//! What is filled in stays what it is, whoever wrote it: in a JSON body it is one JSON text, and for a chat it mentions nobody and marks nothing
//! (see [`Markup`]). Only the details, outside of quotation marks, are JSON themselves.

use serde_json::json;

use super::{Line, Markup, Published, Told};

const DETAILS: &str = "##ChangeDetails##";

/// What stands in templates, and what it becomes.
pub const PLACEHOLDERS: [(&str, &str); 10] = [
    ("##ConfigName##", "name of the config"),
    ("##ConfigId##", "id of the config"),
    ("##EnvironmentName##", "name of the environment"),
    ("##EnvironmentId##", "id of the environment"),
    ("##URL##", "address of the config here"),
    ("##ChangeNotes##", "the note of the change"),
    ("##ChangedBy##", "who changed it: name and address"),
    (DETAILS, "what has changed, as JSON"),
    ("##ChangeDetailsTeams##", "the same for Microsoft Teams"),
    ("##ChangeDetailsSlack##", "the same for Slack"),
];

/// What a template is filled for.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// Where the config can be looked at.
    pub url: &'a str,
    /// How it reads texts.
    pub markup: Markup,
    /// Whether it is told that the body is JSON.
    pub json: bool,
}

/// Fills a template.
pub fn fill(template: &str, published: &Published, receiver: Receiver<'_>) -> String {
    let receiver = Receiver { markup: markup(template, receiver.markup), json: receiver.json || is_json(template), ..receiver };
    let (mut filled, mut rest, mut place) = (String::with_capacity(template.len()), template, JsonPlace::default());
    while let Some(at) = rest.find("##") {
        let (before, from) = rest.split_at(at);
        place.read(before);
        filled.push_str(before);
        let Some((name, _)) = PLACEHOLDERS.iter().find(|(name, _)| from.starts_with(name)) else {
            // One at a time: what follows may begin with the second of these two.
            place.read("#");
            filled.push('#');
            rest = &from[1..];
            continue;
        };
        match (receiver.json, place.in_text) {
            (true, true) => {
                // A backslash that stands alone would take the meaning of whatever is filled in behind it.
                if std::mem::take(&mut place.escaped) {
                    filled.push('\\');
                }
                let text = serde_json::Value::from(value(name, published, receiver)).to_string();
                filled.push_str(&text[1..text.len() - 1]);
            }
            (true, false) if *name == DETAILS => filled.push_str(&details(published, Markup::None)),
            (true, false) => filled.push_str(&serde_json::Value::from(value(name, published, receiver)).to_string()),
            (false, _) => filled.push_str(&value(name, published, receiver)),
        }
        rest = &from[name.len()..];
    }
    filled.push_str(rest);
    filled
}

/// Whether a template is JSON: it is where its placeholders are filled with something harmless, or it begins as if it should be.
pub fn is_json(template: &str) -> bool {
    let harmless = PLACEHOLDERS.iter().fold(template.to_owned(), |filled, (name, _)| filled.replace(name, "0"));
    let filled = serde_json::from_str::<serde_json::Value>(&harmless);
    template.trim_start().starts_with(['{', '[']) || filled.is_ok_and(|filled| filled.is_string())
}

/// How the receiver reads texts: as its address says, or as the template takes for granted.
fn markup(template: &str, by_address: Markup) -> Markup {
    match by_address {
        Markup::None if template.contains("##ChangeDetailsSlack##") => Markup::Slack,
        Markup::None if template.contains("##ChangeDetailsTeams##") => Markup::Teams,
        known => known,
    }
}

/// Where in a JSON document a template has come to.
#[derive(Clone, Copy, Debug, Default)]
struct JsonPlace {
    /// Whether a text is open.
    in_text: bool,
    /// Whether a backslash was the last character of it.
    escaped: bool,
}

impl JsonPlace {
    fn read(&mut self, piece: &str) {
        for c in piece.chars() {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' if self.in_text => self.escaped = true,
                '"' => self.in_text = !self.in_text,
                _ => {}
            }
        }
    }
}

fn value(name: &str, published: &Published, receiver: Receiver<'_>) -> String {
    let escaped = |text: &str| receiver.markup.escape(text).into_owned();
    match name {
        "##ConfigName##" => escaped(&published.config.name),
        "##ConfigId##" => published.config.id.to_string(),
        "##EnvironmentName##" => escaped(&published.environment.name),
        "##EnvironmentId##" => published.environment.id.to_string(),
        "##URL##" => receiver.url.to_owned(),
        "##ChangeNotes##" => escaped(published.note.as_deref().unwrap_or_default()),
        "##ChangedBy##" => escaped(&published.by),
        "##ChangeDetailsTeams##" => for_people(published, Markup::Teams),
        "##ChangeDetailsSlack##" => for_people(published, Markup::Slack),
        _ => details(published, receiver.markup),
    }
}

/// What has changed, for programs.
fn details(published: &Published, markup: Markup) -> String {
    let each = |told: &Told| {
        let key = markup.escape(&told.key);
        let words = |line: &Line| markup.escape(&line.words()).into_owned();
        let words = match told.lines.as_slice() {
            [only] => format!("\r\n{key}: {}", words(only)),
            lines => lines.iter().fold(format!("\r\n{key}:"), |all, line| format!("{all}\r\n  {}", words(line))),
        };
        json!({ "settingKey": key, "event": told.event, "details": words })
    };
    serde_json::Value::Array(published.changes.iter().map(each).collect()).to_string()
}

/// What has changed, for a chat: with the keys in bold.
pub fn for_people(published: &Published, markup: Markup) -> String {
    let (bold, end) = (markup.bold(), markup.line_end());
    let each = |told: &Told| {
        let key = format!("{bold}{}{bold}", markup.escape(&told.key));
        let lines: Vec<String> = told.lines.iter().map(|line| markup.escape(&line.words()).into_owned()).collect();
        match (told.event.as_str(), lines.as_slice()) {
            ("changed", [only]) => format!("{key}: {only}"),
            ("changed", lines) => lines.iter().fold(format!("{key}:"), |all, line| format!("{all}{end}• {line}")),
            (event, [only]) if !only.is_empty() => format!("{key} was {event}: {only}"),
            (event, _) => format!("{key} was {event}"),
        }
    };
    published.changes.iter().map(each).collect::<Vec<_>>().join(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::product_event::{ConfigRef, EnvironmentRef},
        ids::{ConfigId, EnvironmentId, ProductId},
    };

    fn published() -> Published {
        let line = |part: &str, before: &str, after: &str| Line { part: part.into(), before: before.into(), after: after.into() };
        Published {
            product: ProductId::new(),
            config: ConfigRef { id: ConfigId::new(), name: "Main \"App\"".into() },
            environment: EnvironmentRef { id: EnvironmentId::new(), name: "Production".into(), color: None },
            by: "Kim (kim@example.com)".into(),
            note: Some("a\n\"quoted\" \\ note".into()),
            changes: vec![
                Told { key: "one".into(), event: "changed".into(), lines: vec![line("", "Off", "On")], confidential: false },
                Told {
                    key: "two".into(),
                    event: "changed".into(),
                    lines: vec![line("Rule 1", "", "IF a < b THEN On"), line("", "Off", "On")],
                    confidential: false,
                },
                Told { key: "three".into(), event: "deleted".into(), lines: vec![], confidential: false },
            ],
            test: false,
        }
    }

    const SOMEBODY: Receiver<'static> = Receiver { url: "https://b.example", markup: Markup::None, json: false };

    #[test]
    fn what_stands_in_quotation_marks_stays_one_text() {
        let template = r###"{"config":"##ConfigName##","why":"it \"is\" ##ChangeNotes##.","raw":##ChangeDetails##,"text":"##ChangeDetails##","#":"# ##x ###ChangedBy##"}"###;
        let filled: serde_json::Value = serde_json::from_str(&fill(template, &published(), SOMEBODY)).unwrap();
        assert_eq!(filled["config"], "Main \"App\"");
        assert_eq!(filled["why"], "it \"is\" a\n\"quoted\" \\ note.");
        assert_eq!(filled["#"], "# ##x #Kim (kim@example.com)");
        assert_eq!(filled["raw"][0]["details"], "\r\none: Off ➔ On");
        assert_eq!(filled["raw"][1]["details"], "\r\ntwo:\r\n  Rule 1: + IF a < b THEN On\r\n  Off ➔ On");
        assert_eq!(filled["raw"][2], json!({ "settingKey": "three", "event": "deleted", "details": "\r\nthree:" }));
        assert_eq!(filled["text"].as_str().unwrap(), filled["raw"].to_string());
    }

    #[test]
    fn chats_are_told_in_their_own_marks() {
        let slack = fill("##ChangeDetailsSlack##", &published(), SOMEBODY);
        assert_eq!(slack, "*one*: Off ➔ On\n*two*:\n• Rule 1: + IF a &lt; b THEN On\n• Off ➔ On\n*three* was deleted");
        assert!(fill("##ChangeDetailsTeams##", &published(), SOMEBODY).starts_with("**one**: Off ➔ On\r\n\r\n**two**:"));
        assert_eq!(fill("see ##URL## \"##ConfigName##\"", &published(), SOMEBODY), "see https://b.example \"Main \"App\"\"");
    }

    /// Everything that people write, made to do harm.
    fn hostile() -> Published {
        let text = "\", \"admin\": true, \"x\": \"<!channel> @here <@U1> [a](http://b) *c*\\";
        let mut hostile = published();
        hostile.config.name = text.into();
        hostile.environment.name = text.into();
        hostile.by = text.into();
        hostile.note = Some(text.into());
        for told in &mut hostile.changes {
            told.key = text.into();
            for line in &mut told.lines {
                line.after = text.into();
            }
        }
        hostile
    }

    #[test]
    fn no_placeholder_breaks_the_json_wherever_it_stands() {
        for (name, _) in PLACEHOLDERS {
            for template in [
                format!(r#"{{"a":"{name}","b":1}}"#),
                format!(r#"{{"a":{name},"b":1}}"#),
                format!(r#"{{"a":"x\{name}","b":1}}"#),
                format!(r#"{{"a":"x\\{name}","b":1}}"#),
                format!(r#"{{"a":"\"{name}#{name}","b":1}}"#),
            ] {
                let filled = fill(&template, &hostile(), SOMEBODY);
                let read: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(&filled).unwrap_or_else(|error| panic!("{template}: {filled}: {error}"));
                assert_eq!(read.keys().collect::<Vec<_>>(), ["a", "b"], "{filled}");
            }
            let bare = fill(name, &hostile(), Receiver { json: true, ..SOMEBODY });
            assert!(serde_json::from_str::<serde_json::Value>(&bare).is_ok(), "{bare}");
        }
    }

    #[test]
    fn no_placeholder_mentions_anybody_or_marks_anything() {
        let slack = Receiver { markup: Markup::Slack, ..SOMEBODY };
        let teams = Receiver { markup: Markup::Teams, ..SOMEBODY };
        for (name, _) in PLACEHOLDERS {
            for template in [name.to_owned(), format!(r#"{{"text":"{name}"}}"#)] {
                if name != "##ChangeDetailsTeams##" {
                    let filled = fill(&template, &hostile(), slack);
                    assert!(!filled.contains('<') && !filled.contains("@here"), "{filled}");
                }
                if name != "##ChangeDetailsSlack##" {
                    let filled = fill(&template, &hostile(), teams);
                    assert!(!filled.contains('<') && !filled.contains("[a]") && !filled.contains(" *c*"), "{filled}");
                }
            }
        }
        // Where the address does not say who reads it, the template does.
        let relayed = fill("##ChangeNotes## ##ChangeDetailsSlack##", &hostile(), SOMEBODY);
        assert!(!relayed.contains('<') && !relayed.contains("@here"), "{relayed}");
    }
}
