//! Somebody with a browser: what they see, press and type, as they would name it.
//!
//! Every wait has an end, and its message says what was on the page instead.

use std::{
    future::Future,
    panic::resume_unwind,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, key::Key};
use serde_json::{Value, json};

use super::{PASSWORD, Server};

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server and the browsers that look at it.
#[derive(Clone)]
pub struct Visit {
    /// What is visited.
    pub server: Arc<Server>,
    /// The port of 127.0.0.1 at which a proxy takes connections to the server's https address, if there is one.
    proxy: Option<u16>,
    open: Arc<Mutex<Vec<Client>>>,
}

/// The host name at which browsers find the server of a tour: no loopback name, so that they grant it no more than any host in a network.
pub const HOST: &str = "burgee.lan";
/// The same behind a proxy that speaks https.
pub const SECURE_HOST: &str = "burgee.example";

/// A window with cookies of its own.
#[derive(Clone)]
pub struct Page {
    client: Client,
    base: String,
}

/// A tour through a server. Its browsers are closed however it ends.
pub async fn visit<F: Future<Output = ()> + 'static>(server: Server, tour: impl FnOnce(Visit) -> F) {
    visit_through(server, None, tour).await;
}

/// A tour through a server whose public address is that of a proxy, which takes connections at this port of 127.0.0.1.
pub async fn visit_through<F: Future<Output = ()> + 'static>(server: Server, proxy: Option<u16>, tour: impl FnOnce(Visit) -> F) {
    let visit = Visit { server: Arc::new(server), proxy, open: Arc::default() };
    let here = tokio::task::LocalSet::new();
    let end = here.spawn_local(tour(visit.clone()));
    let end = here.run_until(end).await;
    let open = std::mem::take(&mut *visit.open.lock().unwrap());
    for client in open {
        let _ = client.close().await;
    }
    if let Err(error) = end {
        resume_unwind(error.into_panic());
    }
}

impl Visit {
    /// A browser on a desk.
    pub async fn browser(&self) -> Page {
        self.open(json!({})).await
    }

    /// A browser on a telephone, 390 pixels wide.
    pub async fn phone(&self) -> Page {
        let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 1, "mobile": true, "touch": true });
        self.open(json!({ "mobileEmulation": { "deviceMetrics": metrics } })).await
    }

    /// A browser in which pages run no scripts.
    pub async fn without_scripts(&self) -> Page {
        self.open(json!({ "prefs": { "profile.managed_default_content_settings.javascript": 2 } })).await
    }

    /// A browser in which somebody is signed in.
    pub async fn signed_in(&self, username: &str) -> Page {
        let page = self.browser().await;
        page.sign_in(username).await;
        page
    }

    async fn open(&self, mut options: Value) -> Page {
        let driver = std::env::var("BURGEE_TEST_CHROMEDRIVER").expect("BURGEE_TEST_CHROMEDRIVER names a driver: run `make test`");
        options["binary"] = json!(std::env::var("BURGEE_TEST_CHROME").expect("BURGEE_TEST_CHROME names a browser: run `make test`"));
        options["args"] = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--lang=en-GB",
            "--window-size=1280,1000",
            format!("--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP {SECURE_HOST} 127.0.0.1:{}", self.proxy.unwrap_or_default()),
        ]);
        let capabilities =
            [("goog:chromeOptions".to_owned(), options), ("acceptInsecureCerts".to_owned(), json!(true))].into_iter().collect();
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector).capabilities(capabilities).connect(&driver).await.unwrap();
        self.open.lock().unwrap().push(client.clone());
        Page { client, base: self.server.public_url().to_owned() }
    }
}

impl Page {
    /// Signs in by the form.
    pub async fn sign_in(&self, username: &str) {
        self.go("/sign-in").await;
        self.fill("username", username).await;
        self.fill("password", PASSWORD).await;
        self.press("Sign in").await;
        self.left("/sign-in").await;
    }

    /// Opens an address.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// The path that is shown.
    pub async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    /// Waits until a path is shown.
    pub async fn at(&self, path: &str) {
        self.until(&format!("be at {path}"), async || self.path().await == path && self.is_loaded().await).await;
    }

    /// Waits until another path is shown.
    pub async fn left(&self, path: &str) {
        self.until(&format!("leave {path}"), async || self.path().await != path && self.is_loaded().await).await;
    }

    /// Waits until a text can be read.
    pub async fn sees(&self, text: &str) {
        self.until(&format!("see “{text}”"), async || self.text().await.contains(text)).await;
    }

    /// That a text cannot be read.
    pub async fn misses(&self, text: &str) {
        let shown = self.text().await;
        assert!(!shown.contains(text), "“{text}” is shown at {}:\n{shown}", self.path().await);
    }

    /// All that can be read.
    pub async fn text(&self) -> String {
        self.ask("return document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    /// What a script answers.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap_or(Value::Null)
    }

    /// Waits until a script answers yes.
    pub async fn holds(&self, what: &str, script: &str) {
        self.until(what, async || self.ask(script).await == true).await;
    }

    /// Presses the button, link, choice or menu of that name; in the dialog if one is open.
    pub async fn press(&self, name: &str) {
        let named = format!("(normalize-space()='{name}' or @aria-label='{name}' or (self::summary and *[normalize-space()='{name}']))");
        let path = format!("//*[(self::a or self::button or self::summary or self::label) and {named}]");
        self.find(&format!("press “{name}”"), &path).await.click().await.unwrap_or_else(|error| panic!("press “{name}”: {error}"));
    }

    /// Presses the button of that name, where a link has the same one.
    pub async fn send(&self, name: &str) {
        let found = self.find(&format!("send by “{name}”"), &format!("//button[normalize-space()='{name}']")).await;
        found.click().await.unwrap_or_else(|error| panic!("send by “{name}”: {error}"));
    }

    /// Chooses an option of a list by its label.
    pub async fn choose(&self, field: &str, label: &str) {
        let found = self.find(&format!("choose in {field}"), &format!("//select[@name='{field}']")).await;
        found.select_by_label(label).await.unwrap_or_else(|error| panic!("choose “{label}” in {field}: {error}"));
    }

    /// Takes one of several choices.
    pub async fn pick(&self, field: &str, value: &str) {
        let path = format!("//label[.//input[@name='{field}' and @value='{value}']]");
        self.find(&format!("pick {value}"), &path).await.click().await.unwrap_or_else(|error| panic!("pick {value}: {error}"));
    }

    /// Moves a switch or ticks a box that is called so.
    pub async fn toggle(&self, name: &str) {
        let path = format!("//label[.//input[@type='checkbox' and @aria-label='{name}'] or .//*[normalize-space()='{name}']]");
        self.find(&format!("toggle “{name}”"), &path).await.click().await.unwrap_or_else(|error| panic!("toggle “{name}”: {error}"));
    }

    /// Types into the field that is called so, after what stands there.
    pub async fn type_into(&self, name: &str, text: &str) {
        let found = self.find(&format!("type into “{name}”"), &format!("//*[@aria-label='{name}']")).await;
        found.send_keys(text).await.unwrap_or_else(|error| panic!("type into “{name}”: {error}"));
    }

    /// Types into a field instead of what stands there.
    pub async fn fill(&self, field: &str, text: &str) {
        let found = self.find(&format!("fill {field}"), &format!("//*[(self::input or self::textarea) and @name='{field}']")).await;
        found.clear().await.unwrap();
        found.send_keys(text).await.unwrap();
    }

    /// What stands in a field.
    pub async fn value(&self, field: &str) -> String {
        let found = self.find(&format!("read {field}"), &format!("//*[(self::input or self::textarea) and @name='{field}']")).await;
        found.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Strikes a key where the focus is.
    pub async fn strike(&self, key: Key) {
        self.type_text(&char::from(key).to_string()).await;
    }

    /// Types where the focus is.
    pub async fn type_text(&self, text: &str) {
        self.client.active_element().await.unwrap().send_keys(text).await.unwrap();
    }

    /// Waits until the element with the focus has this name.
    pub async fn focused(&self, name: &str) {
        let script = "const at = document.activeElement;
            const label = document.getElementById(at.getAttribute('aria-labelledby'))?.innerText;
            return at.getAttribute('aria-label') ?? label ?? (at.name || at.innerText.trim())";
        let wanted = json!(name);
        self.until(&format!("have the focus on “{name}”"), async || {
            let at = self.ask(script).await;
            at == wanted || at.as_str().is_some_and(|at| at.lines().next() == Some(name))
        })
        .await;
    }

    /// The first element of an XPath that can be seen; in the dialog if one is open.
    async fn find(&self, what: &str, path: &str) -> Element {
        let begun = Instant::now();
        loop {
            let dialog = format!("//dialog[@open]{path}");
            let inside = self.client.find(Locator::XPath("//dialog[@open]")).await.is_ok();
            let found = self.client.find_all(Locator::XPath(if inside { &dialog } else { path })).await.unwrap_or_default();
            for element in found {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            self.wait(what, begun).await;
        }
    }

    async fn is_loaded(&self) -> bool {
        self.ask("return document.readyState === 'complete'").await == true
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !is_so().await {
            self.wait(what, begun).await;
        }
    }

    async fn wait(&self, what: &str, begun: Instant) {
        if begun.elapsed() > PATIENCE {
            panic!("cannot {what} at {}:\n{}", self.client.current_url().await.unwrap(), self.text().await);
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }

    /// That nothing on the page stands in anybody's way, as far as axe can tell.
    pub async fn is_accessible(&self) {
        self.axe("{ resultTypes: ['violations'] }").await;
    }

    /// That the page can also be read in the dark.
    pub async fn is_readable_in_the_dark(&self) {
        self.ask("document.documentElement.dataset.bsTheme = 'dark'").await;
        self.axe("{ resultTypes: ['violations'], runOnly: ['color-contrast'] }").await;
    }

    async fn axe(&self, options: &str) {
        static AXE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            let file = std::env::var("BURGEE_TEST_AXE").expect("BURGEE_TEST_AXE names axe.min.js: run `make test`");
            std::fs::read_to_string(file).unwrap()
        });
        if self.ask("return typeof axe").await != "object" {
            self.client.execute(&AXE, vec![]).await.unwrap();
        }
        // What fades in or out has no colour of its own yet.
        let script = format!("const [done] = arguments; const options = {options};")
            + "
            Promise.allSettled(document.getAnimations().map((one) => one.finished))
                .then(() => axe.run(document, options))
                .then(({ violations }) => done(violations.map(({ id, help, nodes }) => `${id}: ${help}\\n` + nodes.map((node) =>
                    `    ${node.target.join(' ')}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`).join('\\n'))),
                    (error) => done([String(error)]))";
        let found = self.client.execute_async(&script, vec![]).await.unwrap();
        let found: Vec<&str> = found.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(found.is_empty(), "{} has {} violations:\n{}", self.path().await, found.len(), found.join("\n"));
    }

    /// That nothing reaches beyond the right edge.
    pub async fn fits(&self) {
        let script = "const width = document.documentElement.clientWidth;
            return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
                .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
                .map((one) => `${one.tagName}.${one.className}`).slice(0, 5)";
        let found = self.ask(script).await;
        assert_eq!(found, json!([]), "{} is wider than the window", self.path().await);
    }
}
