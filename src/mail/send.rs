//! Handing a mail over: to a mail server, or as a file.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{LazyLock, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};

use super::Text;
use crate::{
    clock::Time,
    config::{Config, MailTarget},
    files,
    ids::MailId,
};

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// One pool of connections per mail server.
static SERVERS: LazyLock<Mutex<HashMap<String, Smtp>>> = LazyLock::new(Mutex::default);

/// Why a mail was not sent.
pub struct Failed {
    /// As the mail server said it.
    pub why: String,
    /// Whether trying again is of no use.
    pub for_good: bool,
}

impl Failed {
    /// It may do better later.
    pub fn for_now(why: impl ToString) -> Self {
        Self { why: why.to_string(), for_good: false }
    }
}

/// Sends a mail; gives the name of its file where mail goes to files.
pub async fn send(config: &Config, id: MailId, text: &Text, now: Time) -> Result<Option<String>, Failed> {
    let message = message(config, id, text, now).map_err(Failed::for_now)?;
    match &config.mail {
        MailTarget::Off => Err(Failed::for_now("This instance sends no mail (BURGEE_MAIL is off).")),
        MailTarget::Files(folder) => {
            let name = format!("{}-{id}.eml", now.format("%Y%m%dT%H%M%S"));
            let (folder, path) = (folder.clone(), folder.join(&name));
            let written = tokio::task::spawn_blocking(move || {
                files::folder(&folder)?;
                files::file(&path, true)?.write_all(&message.formatted())
            });
            written.await.map_err(Failed::for_now)?.map_err(Failed::for_now)?;
            Ok(Some(name))
        }
        MailTarget::Smtp(url) => {
            let server = server(url).map_err(Failed::for_now)?;
            let sent = server.send(message).await;
            sent.map_err(|error| Failed { why: error.to_string(), for_good: error.is_permanent() })?;
            Ok(None)
        }
    }
}

/// The text of a mail that went to a file.
pub async fn read_file(config: &Config, name: &str) -> Option<String> {
    let MailTarget::Files(folder) = &config.mail else { return None };
    let bytes = tokio::fs::read(folder.join(name)).await.ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Headers are built by the library from parsed values: nothing that a person typed can become a header of its own.
fn message(config: &Config, id: MailId, text: &Text, now: Time) -> Result<Message, String> {
    let from = config.mail_from.parse().map_err(|error| format!("the sender is not an address: {error}"))?;
    let to = text.to.parse().map_err(|error| format!("not an address: {error}"))?;
    let host = config.mail_from.rsplit('@').next().unwrap_or("localhost");
    Message::builder()
        .from(Mailbox::new(Some("Burgee".into()), from))
        .to(Mailbox::new(None, to))
        .subject(text.subject.replace(|c: char| c.is_control(), " "))
        .date(UNIX_EPOCH + Duration::from_millis(now.0.unsigned_abs()))
        .message_id(Some(format!("<{id}@{host}>")))
        .multipart(MultiPart::alternative_plain_html(text.plain.clone(), text.html.clone()))
        .map_err(|error| error.to_string())
}

fn server(url: &str) -> Result<Smtp, String> {
    let mut servers = SERVERS.lock().map_err(|error| error.to_string())?;
    if let Some(server) = servers.get(url) {
        return Ok(server.clone());
    }
    // Encrypted wherever the mail server can do it, unless the address says otherwise.
    let encrypted = match url.split_once('?') {
        _ if url.contains("tls=") || url.starts_with("smtps://") => url.to_owned(),
        Some(_) => format!("{url}&tls=opportunistic"),
        None => format!("{url}?tls=opportunistic"),
    };
    let server = Smtp::from_url(&encrypted).map_err(|error| error.to_string())?.timeout(Some(Duration::from_secs(30))).build();
    servers.insert(url.to_owned(), server.clone());
    Ok(server)
}
