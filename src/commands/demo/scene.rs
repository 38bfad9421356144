//! The stage of the example: people who use Burgee one after the other, and a clock that comes forward.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
    response::Response,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::PASSWORD;
use crate::{
    app,
    audit::Way,
    authz::{App, Mint},
    clock::{Clock, DAY, HOUR, MINUTE},
    db::Reader,
    error::{Error, Result},
};

/// What they sit at.
const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
];

/// Fields of a form.
pub type Fields = Vec<(String, String)>;

/// People, and the clock.
pub struct Scene {
    app: App,
    router: Router,
    off: Arc<AtomicI64>,
    /// Who is signed in, since when the clock was so far off.
    cookies: Mutex<HashMap<String, (i64, String)>>,
}

impl Scene {
    /// One for an instance whose clock is that far off.
    pub fn new(app: &App, off: Arc<AtomicI64>) -> Self {
        Self { app: app.clone(), router: app::router(app.clone()), off, cookies: Mutex::default() }
    }

    /// The instance.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Its database.
    pub fn read(&self) -> Reader {
        Mint::new(&self.app, Way::Command).read()
    }

    /// Goes to a day that is so long ago, and a time of day in UTC.
    pub fn day(&self, ago: i64, hour: i64, minute: i64) {
        let now = Clock::System.now().0;
        let then = now.div_euclid(DAY) * DAY - ago * DAY + hour * HOUR + minute * MINUTE;
        self.off.store(then - now, Ordering::SeqCst);
    }

    /// Goes to a moment that is so long ago.
    pub fn minutes_ago(&self, minutes: i64) {
        self.off.store(-minutes * MINUTE, Ordering::SeqCst);
    }

    /// Comes back.
    pub fn now(&self) {
        self.minutes_ago(0);
    }

    /// Sends JSON to the API.
    pub async fn post(&self, who: &str, path: &str, body: Value) -> Result<Value> {
        self.call(who, Method::POST, path, Some(body)).await
    }

    /// Asks the API.
    pub async fn call(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let cookie = self.cookie(who).await?;
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.send(who, &cookie, method, path, "application/json", body).await?;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.map_err(Error::internal)?;
        match status.is_success() {
            true => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            false => Err(Error::internal(format!("{path}: {status} {}", String::from_utf8_lossy(&bytes)))),
        }
    }

    /// Sends a form of a page, and tells where it leads.
    pub async fn form(&self, who: &str, path: &str, fields: &[(String, String)]) -> Result<String> {
        let cookie = self.cookie(who).await?;
        let body = serde_html_form::to_string(fields).map_err(Error::internal)?;
        let answer = self.send(who, &cookie, Method::POST, path, "application/x-www-form-urlencoded", body).await?;
        match answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()) {
            Some(to) => Ok(to.to_owned()),
            None => {
                let status = answer.status();
                let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.map_err(Error::internal)?;
                let page = String::from_utf8_lossy(&bytes);
                let why: Vec<&str> = page.lines().filter(|line| line.contains("b-error")).collect();
                Err(Error::internal(format!("{who} at {path} with {fields:?}: {status} {}", why.join("\n"))))
            }
        }
    }

    /// Accepts the invitations that wait.
    pub async fn accept(&self, who: &str) -> Result<()> {
        let waiting = self.call(who, Method::GET, "/api/v1/user/invitations", None).await?;
        for invitation in waiting["invitations"].as_array().into_iter().flatten() {
            self.call(who, Method::PATCH, &format!("/api/v1/user/invitations/{}", text(invitation, "id")), None).await?;
        }
        Ok(())
    }

    /// What an application asks.
    pub async fn fetch(&self, path: &str, agent: &str) -> Result<()> {
        let request = Request::get(path).header("x-configcat-useragent", agent).body(Body::empty());
        self.router.clone().oneshot(request.map_err(Error::internal)?).await.map(|_| ()).map_err(|never| match never {})
    }

    /// Signs in, unless that has been done a short while ago.
    async fn cookie(&self, who: &str) -> Result<String> {
        let off = self.off.load(Ordering::SeqCst);
        let known = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(who).cloned();
        if let Some((since, cookie)) = known
            && off - since < 7 * DAY
        {
            return Ok(cookie);
        }
        let body = json!({ "username": who, "password": PASSWORD }).to_string();
        let answer = self.send(who, "", Method::POST, "/account/login", "application/json", body).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).insert(who.to_owned(), (off, cookie.clone()));
        Ok(cookie)
    }

    async fn send(&self, who: &str, cookie: &str, method: Method, path: &str, kind: &str, body: String) -> Result<Response> {
        // Everybody has a seat of their own, in a network that is kept for examples.
        let seat = who.bytes().fold(0_u8, u8::wrapping_add);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::USER_AGENT, BROWSERS[usize::from(seat) % BROWSERS.len()])
            .header(header::CONTENT_TYPE, kind)
            .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, seat], 50_000))))
            .body(Body::from(body));
        self.router.clone().oneshot(request.map_err(Error::internal)?).await.map_err(|never| match never {})
    }
}

/// A text of an answer.
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Fields of a form, from what stands in the story.
pub fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
