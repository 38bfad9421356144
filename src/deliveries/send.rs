//! Sending one request: to the address that was looked at, within a time, and without going where the answer points.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, Method, header},
};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use super::Destination;

/// From looking up the name to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// So much of an answer is read, for the log.
const LOOKED_AT: usize = 300;

/// A request that is ready to be sent.
#[derive(Debug)]
pub struct Request {
    /// Where to.
    pub to: Destination,
    /// How.
    pub method: Method,
    /// Headers, besides those that every request has.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// What it says; empty for nothing.
    pub body: String,
}

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// What the server answered, if it did.
    pub status: Option<u16>,
    /// Why, in words that can be shown to whoever manages the target.
    pub why: String,
    /// Whether trying again is of no use.
    pub for_good: bool,
}

impl Failed {
    /// It may do better later.
    pub fn for_now(why: impl Into<String>) -> Self {
        Self { status: None, why: why.into(), for_good: false }
    }

    /// It will not.
    pub fn for_good(why: impl Into<String>) -> Self {
        Self { status: None, why: why.into(), for_good: true }
    }
}

/// Sends a request; gives the status of an answer that says it was taken.
pub async fn send(request: Request, private: bool) -> Result<u16, Failed> {
    match tokio::time::timeout(PATIENCE, exchange(request, private)).await {
        Ok(done) => done,
        Err(_) => Err(Failed::for_now(format!("there was no answer within {} seconds", PATIENCE.as_secs()))),
    }
}

async fn exchange(request: Request, private: bool) -> Result<u16, Failed> {
    let stream = connect(&request.to, private).await?;
    if !request.to.is_encrypted() {
        return converse(stream, request).await;
    }
    let name = ServerName::try_from(request.to.name()).map_err(|_| Failed::for_good("the host’s name is none"))?;
    let stream = TlsConnector::from(tls()?).connect(name, stream).await;
    converse(stream.map_err(|error| Failed::for_now(format!("no secure connection: {error}")))?, request).await
}

async fn connect(to: &Destination, private: bool) -> Result<TcpStream, Failed> {
    let mut last = None;
    for address in to.resolve(private).await? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(error),
        }
    }
    let why = last.map(|error| error.kind().to_string()).unwrap_or_default();
    Err(Failed::for_now(format!("the server cannot be reached: {why}")))
}

/// The certificates that browsers trust.
fn tls() -> Result<Arc<ClientConfig>, Failed> {
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let config = config.map_err(|error| Failed::for_now(error.to_string()))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, request: Request) -> Result<u16, Failed> {
    let broken = |error: hyper::Error| Failed::for_now(format!("the connection broke: {error}"));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends with this set, whatever becomes of the request.
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let mut ready = hyper::Request::new(Full::new(Bytes::from(request.body)));
    *ready.method_mut() = request.method;
    *ready.uri_mut() = request.to.path().parse().map_err(|_| Failed::for_good("the address is none"))?;
    let headers = ready.headers_mut();
    for (name, value) in request.headers {
        headers.append(name, value);
    }
    let host = HeaderValue::from_str(&request.to.authority()).map_err(|_| Failed::for_good("the host’s name is none"))?;
    headers.insert(header::HOST, host);
    headers.entry(header::USER_AGENT).or_insert(HeaderValue::from_static(concat!("Burgee/", env!("CARGO_PKG_VERSION"))));
    let response = sender.send_request(ready).await.map_err(broken)?;
    let status = response.status();
    if status.is_success() {
        return Ok(status.as_u16());
    }
    let said = beginning(response.into_body()).await;
    let why = match (status.is_redirection(), said.as_str()) {
        (true, _) => format!("it answered {status}, and redirects are not followed"),
        (false, "") => format!("it answered {status}"),
        (false, said) => format!("it answered {status}: {said}"),
    };
    Err(Failed { status: Some(status.as_u16()), why, for_good: false })
}

/// The beginning of what was answered, on one line.
async fn beginning(mut body: hyper::body::Incoming) -> String {
    let mut read = vec![];
    while read.len() < LOOKED_AT {
        match body.frame().await {
            Some(Ok(frame)) => read.extend(frame.data_ref().into_iter().flatten().take(LOOKED_AT)),
            _ => break,
        }
    }
    read.truncate(LOOKED_AT);
    let text = String::from_utf8_lossy(&read);
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{FFFD}').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
