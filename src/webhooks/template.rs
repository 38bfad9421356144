//! The template of what a webhook says, and what its placeholders become.
//!
//! Inside a JSON text, what is filled in is written as JSON writes it, so that a quotation mark in a note ends nothing. Outside of one it stands as
//! it is: the details are JSON themselves.

use serde_json::json;

use super::{Line, Published, Told};

/// What stands in templates, and what it becomes.
pub const PLACEHOLDERS: [(&str, &str); 10] = [
    ("##ConfigName##", "name of the config"),
    ("##ConfigId##", "id of the config"),
    ("##EnvironmentName##", "name of the environment"),
    ("##EnvironmentId##", "id of the environment"),
    ("##URL##", "address of the config here"),
    ("##ChangeNotes##", "the note of the change"),
    ("##ChangedBy##", "who changed it: name and address"),
    ("##ChangeDetails##", "what has changed, as JSON"),
    ("##ChangeDetailsTeams##", "the same for Microsoft Teams"),
    ("##ChangeDetailsSlack##", "the same for Slack"),
];

/// Fills a template. `url` is where the config can be looked at.
pub fn fill(template: &str, published: &Published, url: &str) -> String {
    let json = is_json(template);
    let (mut filled, mut rest, mut in_text) = (String::with_capacity(template.len()), template, false);
    while let Some(at) = rest.find("##") {
        let (before, from) = rest.split_at(at);
        in_text = ends_in_text(before, in_text);
        filled.push_str(before);
        let Some((name, _)) = PLACEHOLDERS.iter().find(|(name, _)| from.starts_with(name)) else {
            // One at a time: what follows may begin with the second of these two.
            filled.push('#');
            rest = &from[1..];
            continue;
        };
        let value = value(name, published, url);
        match json && in_text {
            true => {
                filled.push_str(serde_json::Value::from(value).to_string().trim_start_matches('"').strip_suffix('"').unwrap_or_default())
            }
            false => filled.push_str(&value),
        }
        rest = &from[name.len()..];
    }
    filled.push_str(rest);
    filled
}

/// Whether a template is JSON, by its beginning.
pub fn is_json(template: &str) -> bool {
    template.trim_start().starts_with(['{', '['])
}

/// Whether a JSON text is open at the end of a piece.
fn ends_in_text(piece: &str, mut open: bool) -> bool {
    let mut escaped = false;
    for c in piece.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if open => escaped = true,
            '"' => open = !open,
            _ => {}
        }
    }
    open
}

fn value(name: &str, published: &Published, url: &str) -> String {
    match name {
        "##ConfigName##" => published.config.name.clone(),
        "##ConfigId##" => published.config.id.to_string(),
        "##EnvironmentName##" => published.environment.name.clone(),
        "##EnvironmentId##" => published.environment.id.to_string(),
        "##URL##" => url.to_owned(),
        "##ChangeNotes##" => published.note.clone().unwrap_or_default(),
        "##ChangedBy##" => published.by.clone(),
        "##ChangeDetailsTeams##" => for_people(published, "**", "**", "\r\n\r\n"),
        "##ChangeDetailsSlack##" => for_people(published, "*", "*", "\n"),
        _ => details(published),
    }
}

/// What has changed, for programs.
fn details(published: &Published) -> String {
    let each = |told: &Told| {
        let words = match told.lines.as_slice() {
            [only] => format!("\r\n{}: {}", told.key, only.words()),
            lines => lines.iter().fold(format!("\r\n{}:", told.key), |words, line| format!("{words}\r\n  {}", line.words())),
        };
        json!({ "settingKey": told.key, "event": told.event, "details": words })
    };
    serde_json::Value::Array(published.changes.iter().map(each).collect()).to_string()
}

/// What has changed, for a chat: keys between these marks, and nothing that the chat would take for a mark of its own.
pub fn for_people(published: &Published, open: &str, close: &str, end: &str) -> String {
    let plain = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let each = |told: &Told| {
        let key = format!("{open}{}{close}", plain(&told.key));
        let lines: Vec<String> = told.lines.iter().map(Line::words).map(|words| plain(&words)).collect();
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

    #[test]
    fn what_stands_in_quotation_marks_stays_one_text() {
        let template = r###"{"config":"##ConfigName##","why":"it \"is\" ##ChangeNotes##.","raw":##ChangeDetails##,"text":"##ChangeDetails##","#":"# ##x ###ChangedBy##"}"###;
        let filled: serde_json::Value = serde_json::from_str(&fill(template, &published(), "https://b.example")).unwrap();
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
        let slack = fill("##ChangeDetailsSlack##", &published(), "");
        assert_eq!(slack, "*one*: Off ➔ On\n*two*:\n• Rule 1: + IF a &lt; b THEN On\n• Off ➔ On\n*three* was deleted");
        assert!(fill("##ChangeDetailsTeams##", &published(), "").starts_with("**one**: Off ➔ On\r\n\r\n**two**:"));
        assert_eq!(fill("see ##URL## \"##ConfigName##\"", &published(), "https://b.example"), "see https://b.example \"Main \"App\"\"");
    }
}
