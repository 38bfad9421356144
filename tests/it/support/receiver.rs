//! A server of somebody else: it hears what it is told and answers as it is asked to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};

/// What it was told.
#[derive(Clone, Debug)]
pub struct Received {
    /// How.
    pub method: Method,
    /// Where.
    pub path: String,
    /// With which headers.
    pub headers: HeaderMap,
    /// What.
    pub body: String,
}

#[derive(Clone, Default)]
struct Heard {
    requests: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

/// The server, on loopback.
pub struct Receiver {
    /// Its address, without a slash at the end.
    pub base: String,
    heard: Heard,
    task: tokio::task::JoinHandle<()>,
}

impl Received {
    /// A header's value.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    /// The signatures that it must have with these keys.
    pub fn signatures(&self, keys: &[&str]) -> String {
        let said = [self.header("x-configcat-webhook-id"), self.header("x-configcat-webhook-timestamp"), &self.body].concat();
        let sign = |key: &&str| {
            let mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(&said);
            STANDARD.encode(mac.finalize().into_bytes())
        };
        keys.iter().map(sign).collect::<Vec<_>>().join(",")
    }
}

impl Receiver {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heard = Heard::default();
        #[expect(clippy::disallowed_methods, reason = "a server of somebody else")]
        let router = Router::new().fallback(hear).with_state(heard.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, heard, task }
    }

    /// Answers the next requests with these; all others with 200.
    pub fn answer(&self, statuses: &[u16]) {
        self.heard.answers.lock().unwrap().extend(statuses);
    }

    /// What it was told since this was last asked.
    pub fn heard(&self) -> Vec<Received> {
        std::mem::take(&mut self.heard.requests.lock().unwrap())
    }

    /// The one thing that it was told since this was last asked.
    #[track_caller]
    pub fn heard_one(&self) -> Received {
        let mut heard = self.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        heard.remove(0)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn hear(State(heard): State<Heard>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    heard.requests.lock().unwrap().push(Received { method, path: uri.to_string(), headers, body });
    let status = heard.answers.lock().unwrap().pop_front().map_or(StatusCode::OK, |status| StatusCode::from_u16(status).unwrap());
    match status.is_redirection() {
        true => (status, [(header::LOCATION, "/elsewhere")]).into_response(),
        false => (status, "said by the receiver").into_response(),
    }
}
