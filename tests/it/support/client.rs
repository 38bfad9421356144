//! Somebody who talks to the server: a browser with its cookies, or a program with a token.

use reqwest::{Method, StatusCode, header};
use serde_json::Value;

/// Somebody who talks to the server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    shows: Shows,
    /// Their account, if they have one.
    pub id: String,
    /// Their user name.
    pub username: String,
}

/// What a client shows besides its cookies.
#[derive(Clone)]
enum Shows {
    Nothing,
    Token(String),
    Pair(String, String),
}

impl Shows {
    fn on(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match self {
            Self::Nothing => request,
            Self::Token(secret) => request.bearer_auth(secret),
            Self::Pair(username, password) => request.basic_auth(username, Some(password)),
        }
    }
}

/// What the server said.
#[derive(Debug)]
pub struct Answer {
    /// The request, for messages.
    pub asked: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: header::HeaderMap,
    /// The body.
    pub text: String,
}

impl Client {
    /// A browser that is not signed in.
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, base: base.to_owned(), shows: Shows::Nothing, id: String::new(), username: String::new() }
    }

    /// A program that uses this person's token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { shows: Shows::Token(token.to_owned()), ..Self { http: Self::new(&self.base).http, ..self.clone() } }
    }

    /// A program that shows a user name and a password.
    pub fn with_pair(&self, username: &str, password: &str) -> Self {
        let shows = Shows::Pair(username.to_owned(), password.to_owned());
        Self { shows, ..Self { http: Self::new(&self.base).http, ..self.clone() } }
    }

    /// The secret of the program's token.
    pub fn secret(&self) -> &str {
        match &self.shows {
            Shows::Token(secret) => secret,
            _ => "",
        }
    }

    /// The same program at another node.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Any request.
    pub async fn send(&self, method: Method, path: &str, with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Answer {
        let asked = format!("{method} {path} by {}", if self.username.is_empty() { "nobody" } else { &self.username });
        let request = self.shows.on(self.http.request(method, self.url(path)));
        let response = with(request).send().await.unwrap_or_else(|error| panic!("{asked}: {error}"));
        let (status, headers) = (response.status(), response.headers().clone());
        // A stream has no end to wait for.
        let streams = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let text = if streams { String::new() } else { response.text().await.unwrap() };
        Answer { asked, status, headers, text }
    }

    /// Opens a stream of events.
    pub async fn listen(&self, path: &str) -> Events {
        self.listen_to(Method::GET, path, |request| request).await
    }

    /// Sends something that is answered with a stream of events.
    pub async fn listen_to(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Events {
        let request = with(self.shows.on(self.http.request(method, self.url(path)).header("accept", "text/event-stream")));
        let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Events { response, read: String::new() }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |request| request).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, |request| request.json(&body)).await
    }

    /// `PUT` with JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, |request| request.json(&body)).await
    }

    /// `PATCH` without a body.
    pub async fn patch(&self, path: &str) -> Answer {
        self.send(Method::PATCH, path, |request| request).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, |request| request).await
    }

    /// `POST` of a form, as a page sends it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, |request| request.form(fields)).await
    }
}

impl Answer {
    /// The JSON of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {} {}", self.asked, self.status, self.text);
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The text of an answer that must be a success.
    #[track_caller]
    pub fn page(self) -> String {
        assert!(self.status.is_success(), "{}: {} {}", self.asked, self.status, self.text);
        self.text
    }

    /// The JSON of an answer that must be refused so.
    #[track_caller]
    pub fn refused(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, self.text);
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// Where an answer leads that must be a redirect.
    #[track_caller]
    pub fn leads_to(self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}: {}", self.asked, self.text);
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }
}

/// A stream of events that is open.
pub struct Events {
    response: reqwest::Response,
    read: String,
}

/// How long something that is told at once may take.
const AT_ONCE: std::time::Duration = std::time::Duration::from_secs(5);

impl Events {
    /// The next event, as its lines; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.read = rest;
                if event.lines().any(|line| !line.starts_with(':')) {
                    return Some(event);
                }
                continue;
            }
            let chunk = tokio::time::timeout(AT_ONCE, self.response.chunk()).await.expect("nothing was told");
            // A connection that is closed in the middle is an end too.
            self.read.push_str(&String::from_utf8_lossy(&chunk.ok()??));
        }
    }

    /// The data of the next event.
    pub async fn data(&mut self) -> Value {
        let event = self.next().await.expect("the stream has ended");
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_else(|| panic!("no data: {event}"));
        serde_json::from_str(data).unwrap()
    }

    /// That nothing is told for a while.
    pub async fn is_quiet(&mut self) {
        let heard = tokio::time::timeout(std::time::Duration::from_millis(400), self.next()).await;
        assert!(heard.is_err(), "heard {heard:?}");
    }

    /// That it ends.
    pub async fn ends(&mut self) {
        assert_eq!(self.next().await, None);
    }
}
