//! A form with a file in it, as browsers send it.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequest, Request},
    http::header,
};

use super::api::LARGEST;
use crate::{
    authz::{App, Argument, Operation},
    error::{Error, Result},
};

/// The fields of a form by name; a file is a field like any other.
#[derive(Debug, Default)]
pub struct Uploaded(BTreeMap<String, Vec<u8>>);

impl Uploaded {
    /// What a field holds, as text.
    pub fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default()
    }

    /// What a field holds.
    pub fn bytes(&self, name: &str) -> &[u8] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

impl FromRequest<App> for Uploaded {
    type Rejection = Error;
    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let bytes = axum::body::to_bytes(request.into_body(), LARGEST).await.map_err(|_| Error::TooLarge)?;
        read(&kind, &bytes).ok_or_else(|| Error::field("form", "This is not a form with a file."))
    }
}

impl Argument for Uploaded {
    fn describe(_: &mut Operation) {}
}

/// Reads the parts of a body. The last field of a name counts.
fn read(kind: &str, body: &[u8]) -> Option<Uploaded> {
    let (kind, parameters) = kind.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|one| one.trim().strip_prefix("boundary="))?.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let mut rest = body.strip_prefix(format!("--{boundary}").as_bytes())?;
    let (between, mut fields) = (format!("\r\n--{boundary}"), BTreeMap::new());
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n")?;
        let end = find(part, between.as_bytes())?;
        let (part, after) = part.split_at(end);
        let head = find(part, b"\r\n\r\n")?;
        let name = name(std::str::from_utf8(&part[..head]).ok()?)?;
        fields.insert(name, part[head + 4..].to_vec());
        rest = &after[between.len()..];
    }
    Some(Uploaded(fields))
}

/// Where a text begins in a body.
fn find(body: &[u8], sought: &[u8]) -> Option<usize> {
    let first = sought.first()?;
    let mut from = 0;
    loop {
        let at = from + body[from..].iter().position(|byte| byte == first)?;
        if body[at..].starts_with(sought) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The name of a part, from its lines.
fn name(head: &str) -> Option<String> {
    let line = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let (_, rest) = line.split_once(" name=\"").or_else(|| line.split_once(";name=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x1";

    #[test]
    fn fields_and_files_are_read() {
        let body = "------x1\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nwhy\r\n\
                    ------x1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{\r\n}\r\n------x1--\r\n";
        let read = read(KIND, body.as_bytes()).unwrap();
        assert_eq!((read.text("note"), read.text("file"), read.text("none")), ("why", "{\r\n}", ""));
    }

    #[test]
    fn what_is_no_such_form_is_refused() {
        for body in [
            "",
            "------x1",
            "------x1\r\n",
            "------x1\r\nContent-Disposition: form-data\r\n\r\n\r\n------x1--",
            "--other\r\n",
            "------x1\r\n\r\n------x1--",
        ] {
            assert!(read(KIND, body.as_bytes()).is_none(), "{body:?}");
        }
        assert!(read("multipart/form-data; boundary=", b"--").is_none());
        assert!(read("application/json", b"{}").is_none());
        assert!(read(KIND, b"------x1--\r\n").is_some(), "a form without fields");
    }
}
