//! Where mail goes, as the setting `mail` says it.

use std::{path::PathBuf, str::FromStr};

use url::{Host, Url};

use crate::redacted::Redacted;

/// Where mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailTarget {
    /// Nowhere: only people with an account can be invited.
    Off,
    /// Each mail is an `.eml` file there, which administrators can read.
    Files(PathBuf),
    /// To a mail server.
    Smtp(MailServer),
}

/// A mail server, and how to speak to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: MailEncryption,
    /// User name and password, if it asks for them.
    pub credentials: Option<(String, Redacted<String>)>,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailEncryption {
    /// From its first byte: `smtps`.
    Implicit,
    /// By STARTTLS; a server that does not offer it gets no mail.
    Required,
    /// By STARTTLS where the server offers it; whoever stands between can take the offer away.
    Opportunistic,
    /// Not at all.
    None,
}

impl MailEncryption {
    /// The ports that RFC 8314 and RFC 5321 name.
    fn usual_port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::Required | Self::Opportunistic => 587,
            Self::None => 25,
        }
    }
}

impl FromStr for MailTarget {
    type Err = String;

    /// The error never repeats the text, which may contain a password.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be smtps://USER:PASSWORD@HOST, smtp://HOST?tls=required, file:DIR or off, \
                             with @ : / ? # % in a user name or password written as %40 %3A %2F %3F %23 %25";
        if text == "off" {
            return Ok(Self::Off);
        }
        // A path of the file system, which is no part of an address: it may contain spaces or begin with a dot.
        if let Some(folder) = text.strip_prefix("file:").filter(|folder| !folder.is_empty()) {
            return Ok(Self::Files(folder.into()));
        }
        let url = Url::parse(text).map_err(|_| WRONG)?;
        if !matches!(url.scheme(), "smtp" | "smtps") || !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(WRONG.into());
        }
        MailServer::read(&url, WRONG).map(Self::Smtp)
    }
}

impl MailServer {
    fn read(url: &Url, wrong: &str) -> Result<Self, String> {
        let host = url.host_str().filter(|host| !host.is_empty()).and_then(|host| Host::parse(host).ok()).ok_or(wrong)?;
        let encryption = match (url.scheme(), mode(url)?.as_deref()) {
            ("smtps", None | Some("required")) => MailEncryption::Implicit,
            ("smtps", Some(_)) => return Err("takes no other tls than required with smtps://, which is always encrypted".into()),
            (_, Some("required")) => MailEncryption::Required,
            (_, Some("opportunistic")) => MailEncryption::Opportunistic,
            (_, Some("none")) => MailEncryption::None,
            (_, Some(_)) => {
                return Err("must have tls=required, tls=opportunistic (encrypted only if the server offers it) \
                            or tls=none (never encrypted) after the question mark"
                    .into());
            }
            (_, None) if is_loopback(&host) => MailEncryption::Opportunistic,
            (_, None) => MailEncryption::Required,
        };
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| wrong.to_owned());
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decoded(user)?, decoded(password)?.into())),
            _ => return Err("must have a user name and a password, or neither".into()),
        };
        let host = match host {
            Host::Domain(name) => name,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(Self { host, port: url.port().unwrap_or(encryption.usual_port()), encryption, credentials })
    }
}

/// What stands after `?tls=`.
fn mode(url: &Url) -> Result<Option<String>, String> {
    let mut mode = None;
    for (name, value) in url.query_pairs() {
        match (&*name, &mode) {
            ("tls", None) => mode = Some(value.into_owned()),
            _ => return Err("takes nothing but one tls=… after the question mark".into()),
        }
    }
    Ok(mode)
}

/// Whether what is sent there stays on this machine, whatever a name server says (RFC 6761, section 6.3).
fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name.trim_end_matches('.').rsplit('.').next() == Some("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> MailServer {
        match text.parse() {
            Ok(MailTarget::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn mail_is_encrypted_unless_it_stays_here_or_the_address_says_otherwise() {
        use MailEncryption::{Implicit, None, Opportunistic, Required};
        for (text, encryption, port) in [
            ("smtp://mail.example", Required, 587),
            ("smtp://kim:secret@mail.example:2525", Required, 2525),
            ("smtp://mail.example?tls=opportunistic", Opportunistic, 587),
            ("smtp://mail.example?tls=none", None, 25),
            ("smtps://mail.example", Implicit, 465),
            ("smtp://localhost", Opportunistic, 587),
            ("smtp://127.0.0.1:25", Opportunistic, 25),
            ("smtp://[::1]:25", Opportunistic, 25),
            ("smtp://127.0.0.1?tls=required", Required, 587),
            // None of these is this machine, though each has its name in it.
            ("smtp://localhost.example", Required, 587),
            ("smtp://127.0.0.1.example", Required, 587),
            ("smtp://kim:x%40localhost@mail.example", Required, 587),
            ("smtp://kim:tls=@mail.example", Required, 587),
        ] {
            let found = server(text);
            assert_eq!((found.encryption, found.port), (encryption, port), "{text}");
        }
    }

    #[test]
    fn user_name_and_password_are_read_from_their_places() {
        let found = server("smtps://kim%40mail.example:p%3Aw%2F@mail.example");
        assert_eq!(found.host, "mail.example");
        let (user, password) = found.credentials.unwrap();
        assert_eq!((user.as_str(), password.expose().as_str()), ("kim@mail.example", "p:w/"));
    }

    #[test]
    fn no_message_and_no_debugging_output_contains_the_password() {
        for wrong in [
            "smtp://kim:hunter2@mail.example:port",
            "smtp://kim:hun/hunter2@mail.example",
            "smtp://kim:hunter2@mail.example?tls=hunter2",
            "smtp://kim:hunter2@mail.example?password=hunter2",
            "smtps://kim:hunter2@mail.example?tls=none",
            "smtp://:hunter2@mail.example",
            "pop3://kim:hunter2@mail.example",
            "kim:hunter2@mail.example",
        ] {
            let why = wrong.parse::<MailTarget>().unwrap_err();
            assert!(!why.contains("hunter2") && !why.is_empty(), "{wrong}: {why}");
        }
        assert!(!format!("{:?}", server("smtp://kim:hunter2@mail.example")).contains("hunter2"));
    }

    #[test]
    fn a_wrong_mode_is_answered_with_those_there_are() {
        let why = "smtp://mail.example?tls=maybe".parse::<MailTarget>().unwrap_err();
        for mode in ["required", "opportunistic", "none"] {
            assert!(why.contains(mode), "{why}");
        }
    }
}
