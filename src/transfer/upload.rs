//! A form with a file in it, as browsers send it.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};
use multer::{Constraints, Multipart, SizeLimit, parse_boundary};

use super::api::LARGEST;
use crate::{
    authz::{App, Argument, Operation},
    error::{Error, Result},
};

/// The fields of a form by name; a file is a field like any other, and the last field of a name counts.
#[derive(Debug, Default)]
pub struct Uploaded(BTreeMap<String, Bytes>);

impl Uploaded {
    /// What a field holds, as text.
    pub fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default()
    }

    /// What a field holds.
    pub fn bytes(&self, name: &str) -> &[u8] {
        self.0.get(name).map_or(&[], |bytes| bytes)
    }
}

impl FromRequest<App> for Uploaded {
    type Rejection = Error;
    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = parse_boundary(kind).map_err(refused)?;
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(LARGEST as u64));
        let mut parts = Multipart::with_constraints(request.into_body().into_data_stream(), boundary, limits);
        let mut fields = BTreeMap::new();
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            let name = part.name().unwrap_or_default().to_owned();
            fields.insert(name, part.bytes().await.map_err(refused)?);
        }
        Ok(Self(fields))
    }
}

fn refused(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => Error::TooLarge(LARGEST),
        multer::Error::StreamReadFailed(error) => Error::of_body(&*error, LARGEST),
        _ => Error::field("form", "This is not a form with a file."),
    }
}

impl Argument for Uploaded {
    fn describe(_: &mut Operation) {}
}
