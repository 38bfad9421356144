//! One file as it is served: its bytes, plain and compressed, their ETags, and the same config ready to be evaluated here.

use std::{collections::BTreeSet, io::Write as _};

use axum::{body::Bytes, http::HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flag_eval::{Compiled, Config};
use sha2::{Digest as _, Sha256};

use crate::{
    clock::Time,
    error::{Error, Result},
};

/// What a config is in an environment, at one revision.
pub struct File {
    /// The revision that it was made from; what is in it is at least as new.
    pub revision: i64,
    /// When that was published.
    pub published_at: Time,
    /// The name of its content, the same on every node.
    pub tag: Box<str>,
    /// As it is.
    pub plain: Form,
    /// For those who ask for gzip.
    pub gzip: Form,
    /// For those who ask for brotli.
    pub brotli: Form,
    /// Ready to be evaluated.
    pub compiled: Compiled,
    /// The keys of the settings whose texts are JSON. Config files do not tell them; what is evaluated here is served parsed.
    pub json_settings: BTreeSet<String>,
}

/// One representation of a file.
pub struct Form {
    /// What is sent.
    pub bytes: Bytes,
    /// Its strong ETag: other bytes have another one.
    pub etag: HeaderValue,
    /// The same as text, with its quotes.
    etag_text: Box<str>,
}

impl Form {
    fn new(bytes: Vec<u8>, tag: &str, coding: &str) -> Result<Self> {
        let etag_text = format!("\"{tag}{coding}\"").into_boxed_str();
        Ok(Self { bytes: bytes.into(), etag: HeaderValue::from_str(&etag_text).map_err(Error::internal)?, etag_text })
    }
}

impl File {
    /// Makes the file. It takes a while where a config is large: not on a thread that serves requests.
    pub fn new(config: &Config, json_settings: BTreeSet<String>, revision: i64, published_at: Time) -> Result<Self> {
        let plain = config.to_json().map_err(Error::internal)?.into_bytes();
        let mut hash = Sha256::new_with_prefix(&plain);
        for key in &json_settings {
            hash.update([0]);
            hash.update(key);
        }
        let tag = URL_SAFE_NO_PAD.encode(&hash.finalize()[..16]).into_boxed_str();
        let gzip = gzip(&plain).map_err(Error::internal)?;
        let brotli = brotli(&plain).map_err(Error::internal)?;
        Ok(Self {
            revision,
            published_at,
            plain: Form::new(plain, &tag, "")?,
            gzip: Form::new(gzip, &tag, "-gzip")?,
            brotli: Form::new(brotli, &tag, "-br")?,
            tag,
            // What is wrong with one flag is that flag's fault alone, here as in the applications.
            compiled: Compiled::lenient(config),
            json_settings,
        })
    }

    /// Whether somebody who says that they have `tags` has this: the value of `If-None-Match`, with one ETag or several, in any form of the file.
    /// Words that are no ETag, which some programs send before they have one, are nobody's.
    pub fn is_one_of(&self, tags: &str) -> bool {
        let ours = |tag: &str| [&self.plain, &self.gzip, &self.brotli].iter().any(|form| &*form.etag_text == tag);
        if ours(tags) {
            return true;
        }
        let each = tags.split(',').map(str::trim);
        each.map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).any(|tag| tag == "*" || ours(tag))
    }
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::with_capacity(plain.len() / 4), flate2::Compression::new(6));
    writer.write_all(plain)?;
    writer.finish()
}

fn brotli(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(plain.len() / 4);
    let settings = brotli::enc::BrotliEncoderParams { quality: 5, size_hint: plain.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*plain, &mut bytes, &settings)?;
    Ok(bytes)
}
