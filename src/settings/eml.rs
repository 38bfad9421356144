//! The text of a mail that went to a file, as its reader would see it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The plain text of one of our own mails; the whole file if it looks otherwise.
pub fn text(eml: &str) -> String {
    let eml = eml.replace("\r\n", "\n");
    plain_part(&eml).unwrap_or(eml)
}

fn plain_part(eml: &str) -> Option<String> {
    let lower = eml.to_ascii_lowercase();
    let at = lower.find("content-type: text/plain")?;
    // The part begins after the boundary line before it and ends at the next one.
    let start = lower[..at].rfind("\n--").map_or(0, |found| found + 1);
    let part = &eml[start..];
    let boundary = part.lines().next().filter(|line| line.starts_with("--"));
    let (head, body) = part.split_once("\n\n")?;
    let body = boundary.and_then(|boundary| body.split_once(&format!("\n{boundary}"))).map_or(body, |(body, _)| body);
    let encoding = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-transfer-encoding:").map(|value| value.trim().to_owned()));
    match encoding.as_deref() {
        Some("quoted-printable") => Some(quoted_printable(body)),
        Some("base64") => {
            let bytes = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
            Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
        }
        _ => Some(body.to_owned()),
    }
}

fn quoted_printable(body: &str) -> String {
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (first, hex) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_reads_as_it_was_written() {
        let written = format!("Hello Zoë,\n\nhttps://burgee.example/reset-password/{}?a=b\n", "x".repeat(90));
        let mail = lettre::Message::builder()
            .from("burgee@example.com".parse().unwrap())
            .to("zoe@example.com".parse().unwrap())
            .subject("A new password")
            .multipart(lettre::message::MultiPart::alternative_plain_html(written.clone(), "<p>Hello</p>".to_owned()))
            .unwrap();
        assert_eq!(text(&String::from_utf8(mail.formatted()).unwrap()).trim(), written.trim());
        assert_eq!(text("no mail at all"), "no mail at all");
    }
}
