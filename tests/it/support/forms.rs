//! A form of a page as a browser holds it: what its controls contain after the page is read, and what is sent when nothing is touched.
//!
//! The rules are those of the HTML standard: attributes and texts with their character references; the first line break behind `<textarea>` is
//! none; line breaks in a text area are one character while it is edited, and none can stand in an input; a select without a chosen option has
//! its first one; boxes that are not ticked and controls that are disabled send nothing; line breaks are sent as CR and LF.

/// The fields that the form with this action sends when its button without a name is pressed.
#[track_caller]
pub fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let start = format!("action=\"{action}\"");
    let mut forms = page.split("<form ").skip(1).filter(|form| form.split('>').next().is_some_and(|tag| tag.contains(&start)));
    let form = forms.next().unwrap_or_else(|| panic!("no form {action} in {page}"));
    assert!(forms.next().is_none(), "two forms {action}");
    controls(form.split("</form>").next().unwrap())
}

fn controls(form: &str) -> Vec<(String, String)> {
    let mut sent = vec![];
    let mut rest = form;
    // The name of the select that is open, its first option and the chosen one.
    let mut select: Option<(Option<String>, Option<String>, Option<String>)> = None;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (tag, after) = tag(rest);
        rest = after;
        let name = tag.get("name").filter(|_| tag.get("disabled").is_none());
        match tag.name.as_str() {
            "input" => {
                let kind = tag.get("type").unwrap_or_default();
                let ticked = !matches!(kind.as_str(), "checkbox" | "radio") || tag.get("checked").is_some();
                let value = tag.get("value").unwrap_or_else(|| if kind == "checkbox" { "on".into() } else { String::new() });
                let value = if kind == "hidden" { value } else { value.replace(['\r', '\n'], "") };
                if let Some(name) = name.filter(|_| ticked && kind != "submit") {
                    sent.push((name, value));
                }
            }
            "textarea" => {
                let (text, after) = rest.split_once("</textarea>").unwrap();
                rest = after;
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                let text = unescaped(text.strip_prefix('\n').unwrap_or(&text)).replace("\r\n", "\n").replace('\r', "\n");
                if let Some(name) = name {
                    sent.push((name, text));
                }
            }
            "select" => select = Some((name, None, None)),
            "option" => {
                let value = tag.get("value").unwrap_or_default();
                if let Some((_, first, chosen)) = &mut select {
                    first.get_or_insert_with(|| value.clone());
                    if tag.get("selected").is_some() {
                        *chosen = Some(value);
                    }
                }
            }
            "/select" => {
                if let Some((Some(name), Some(first), chosen)) = select.take() {
                    sent.push((name, chosen.unwrap_or(first)));
                }
            }
            _ => {}
        }
    }
    let line_breaks = |text: String| text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    sent.into_iter().map(|(name, value)| (name, line_breaks(value))).collect()
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, attribute: &str) -> Option<String> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.clone())
    }
}

/// The tag that begins here, and what is behind it.
fn tag(text: &str) -> (Tag, &str) {
    let end_of_name = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
    let mut tag = Tag { name: text[..end_of_name].to_owned(), attributes: vec![] };
    let mut rest = &text[end_of_name..];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '=').unwrap_or(rest.len());
        if end == 0 {
            return (tag, rest.get(1..).unwrap_or_default());
        }
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let (text, after) = quoted.split_once('"').unwrap();
            value = unescaped(text);
            rest = after;
        }
        tag.attributes.push((name, value));
    }
}

/// Character references, as our templates write them.
fn unescaped(text: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        let (number, after) = after.split_once(';').unwrap();
        let number = number.strip_prefix('x').map_or_else(|| number.parse().unwrap(), |hex| u32::from_str_radix(hex, 16).unwrap());
        whole.push_str(before);
        whole.push(char::from_u32(number).unwrap());
        rest = after;
    }
    whole.push_str(rest);
    whole
}
