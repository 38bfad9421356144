//! Handing a mail over: to a mail server, or as a file.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{LazyLock, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::Text;
use crate::{
    clock::Time,
    config::{Config, MailEncryption, MailServer, MailTarget},
    files,
    ids::MailId,
};

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// One pool of connections per mail server.
static SERVERS: LazyLock<Mutex<HashMap<MailServer, Smtp>>> = LazyLock::new(Mutex::default);

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
        MailTarget::Smtp(server) => {
            let sent = transport(server).map_err(Failed::for_now)?.send(message).await;
            sent.map_err(|error| {
                let unencrypted = match server.encryption {
                    MailEncryption::Required if error.is_client() => {
                        ". If the server cannot encrypt, BURGEE_MAIL has to say so: ?tls=opportunistic or ?tls=none"
                    }
                    _ => "",
                };
                Failed { why: format!("{error}{unencrypted}"), for_good: error.is_permanent() }
            })?;
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
    let from: Address = config.mail_from.parse().map_err(|error| format!("the sender is not an address: {error}"))?;
    let to = text.to.parse().map_err(|error| format!("not an address: {error}"))?;
    let id = format!("<{id}@{}>", from.domain());
    Message::builder()
        .from(Mailbox::new(Some("Burgee".into()), from))
        .to(Mailbox::new(None, to))
        .subject(text.subject.replace(|c: char| c.is_control(), " "))
        .date(UNIX_EPOCH + Duration::from_millis(now.0.unsigned_abs()))
        .message_id(Some(id))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(text.plain.clone(), text.html.clone()))
        .map_err(|error| error.to_string())
}

/// Says that no person wrote the mail, so that no absence notice answers it (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The connections to a mail server.
fn transport(server: &MailServer) -> Result<Smtp, String> {
    let mut servers = SERVERS.lock().map_err(|error| error.to_string())?;
    if let Some(transport) = servers.get(server) {
        return Ok(transport.clone());
    }
    let parameters = || TlsParameters::new(server.host.clone()).map_err(|error| error.to_string());
    let tls = match server.encryption {
        MailEncryption::Implicit => Tls::Wrapper(parameters()?),
        MailEncryption::Required => Tls::Required(parameters()?),
        MailEncryption::Opportunistic => Tls::Opportunistic(parameters()?),
        MailEncryption::None => Tls::None,
    };
    let builder = Smtp::builder_dangerous(&server.host).port(server.port).tls(tls).timeout(Some(Duration::from_secs(30)));
    let transport = match &server.credentials {
        Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.expose().clone())).build(),
        None => builder.build(),
    };
    servers.insert(server.clone(), transport.clone());
    Ok(transport)
}
