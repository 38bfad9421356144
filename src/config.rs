//! Settings of the server: flags, then environment, then `burgee.toml`, then defaults. All mistakes are named at once, before anything starts.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use ipnet::IpNet;

use crate::{db::Target, text::EmailAddress};

/// What the server was told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its address as people see it, without a slash at the end. Every link in a mail begins with it.
    pub public_url: String,
    /// Where it keeps its files.
    pub data_dir: PathBuf,
    /// Its database.
    pub database: Target,
    /// Where mail goes.
    pub mail: MailTarget,
    /// Who mail is from.
    pub mail_from: String,
    /// Networks whose forwarded headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How often a credential may ask ConfigCat’s management API in a minute; 0: as often as it likes.
    pub api_rate_limit: u32,
    /// Whether webhooks may reach addresses in private networks and on this machine.
    pub private_targets: bool,
    /// Heads of the audit logs that were kept elsewhere, with which the logs are compared every hour.
    pub kept_heads: Option<PathBuf>,
    /// What is logged, in the syntax of `tracing-subscriber`.
    pub log: String,
}

/// Where mail goes.
#[derive(Clone, Debug, PartialEq)]
pub enum MailTarget {
    /// Nowhere: only people with an account can be invited.
    Off,
    /// Each mail is an `.eml` file there, which administrators can read.
    Files(PathBuf),
    /// To a mail server.
    Smtp(String),
}

impl Config {
    /// Whether browsers reach it by https, so that cookies can insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether mail can be sent at all.
    pub fn has_mail(&self) -> bool {
        self.mail != MailTarget::Off
    }

    /// An address of this instance, from a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// One setting: its names, and what it means. `burgee serve --help` shows them.
pub struct Setting {
    /// The name of its flag and of its key in `burgee.toml`.
    pub key: &'static str,
    /// The name in the environment.
    pub variable: &'static str,
    /// The default, as people read it.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    Setting { key: "listen", variable: "BURGEE_LISTEN", default: "127.0.0.1:8080", meaning: "address and port to listen on" },
    Setting {
        key: "public-url",
        variable: "BURGEE_PUBLIC_URL",
        default: "http:// and the address it listens on",
        meaning: "address as people see it; links in mails begin with it",
    },
    Setting {
        key: "data-dir",
        variable: "BURGEE_DATA_DIR",
        default: "./burgee-data",
        meaning: "folder for the embedded database and other files",
    },
    Setting {
        key: "database-url",
        variable: "BURGEE_DATABASE_URL",
        default: "a file in the data directory",
        meaning: "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME",
    },
    Setting {
        key: "mail",
        variable: "BURGEE_MAIL",
        default: "off",
        meaning: "smtps://USER:PASSWORD@HOST, smtp://HOST:587?tls=required, file:DIR, or off",
    },
    Setting { key: "mail-from", variable: "BURGEE_MAIL_FROM", default: "burgee@ and the public host", meaning: "sender of mails" },
    Setting {
        key: "trusted-proxies",
        variable: "BURGEE_TRUSTED_PROXIES",
        default: "none",
        meaning: "addresses or networks, separated by commas, whose X-Forwarded-* headers are believed",
    },
    Setting {
        key: "api-rate-limit",
        variable: "BURGEE_API_RATE_LIMIT",
        default: "1200",
        meaning: "requests a minute to /v1 and /v2 for each credential; 0: no limit",
    },
    Setting {
        key: "webhook-private-targets",
        variable: "BURGEE_WEBHOOK_PRIVATE_TARGETS",
        default: "refuse",
        meaning: "whether webhooks may reach private networks and this machine: refuse or allow",
    },
    Setting {
        key: "audit-kept-heads",
        variable: "BURGEE_AUDIT_KEPT_HEADS",
        default: "none",
        meaning: "file that `burgee audit verify --print-heads` wrote, with which the audit logs are compared every hour",
    },
    Setting {
        key: "log",
        variable: "BURGEE_LOG",
        default: "info",
        meaning: "what is logged: error, warn, info, debug, or a filter such as burgee=debug",
    },
];

/// Reads all settings. `flags` wins over `environment`, which wins over the file.
///
/// # Errors
/// Every mistake there is, one sentence each.
pub fn read(
    flags: &BTreeMap<String, String>,
    environment: impl Fn(&str) -> Option<String>,
    file: Option<&Path>,
) -> Result<Config, Vec<String>> {
    let mut wrong = vec![];
    let file = match file {
        Some(path) => read_file(path, &mut wrong),
        None => BTreeMap::new(),
    };
    let get = |variable: &str| {
        let key = SETTINGS.iter().find(|setting| setting.variable == variable)?.key;
        flags.get(key).cloned().or_else(|| environment(variable)).or_else(|| file.get(key).cloned()).filter(|value| !value.is_empty())
    };

    let listen: SocketAddr = parsed(get("BURGEE_LISTEN"), "BURGEE_LISTEN", "127.0.0.1:8080", &mut wrong, |text| {
        text.parse().map_err(|_| "must be an address and a port, for example 127.0.0.1:8080".into())
    });
    let public_url = get("BURGEE_PUBLIC_URL").unwrap_or_else(|| format!("http://{listen}"));
    let public_url = parsed(Some(public_url), "BURGEE_PUBLIC_URL", "http://127.0.0.1:8080", &mut wrong, public_address);
    let data_dir = PathBuf::from(get("BURGEE_DATA_DIR").unwrap_or_else(|| "./burgee-data".into()));
    let database = get("BURGEE_DATABASE_URL").unwrap_or_else(|| format!("sqlite://{}", data_dir.join("burgee.db").display()));
    let database = parsed(Some(database), "BURGEE_DATABASE_URL", "sqlite://burgee.db", &mut wrong, |text| text.parse());
    let mail = parsed(get("BURGEE_MAIL"), "BURGEE_MAIL", "off", &mut wrong, mail_target);
    let host = public_url.split("//").nth(1).unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
    let host = if host.contains('.') && host.parse::<std::net::IpAddr>().is_err() { host } else { "localhost.localdomain".into() };
    let mail_from = parsed(get("BURGEE_MAIL_FROM"), "BURGEE_MAIL_FROM", &format!("burgee@{host}"), &mut wrong, |text| {
        EmailAddress::parse(text).map(|address| address.to_string()).map_err(Into::into)
    });
    let trusted_proxies = parsed(get("BURGEE_TRUSTED_PROXIES"), "BURGEE_TRUSTED_PROXIES", "", &mut wrong, |text| {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
    });
    let api_rate_limit = parsed(get("BURGEE_API_RATE_LIMIT"), "BURGEE_API_RATE_LIMIT", "1200", &mut wrong, |text| {
        text.parse().map_err(|_| "must be a whole number, 0 for no limit".into())
    });
    let private_targets =
        parsed(get("BURGEE_WEBHOOK_PRIVATE_TARGETS"), "BURGEE_WEBHOOK_PRIVATE_TARGETS", "refuse", &mut wrong, |text| match text {
            "refuse" => Ok(false),
            "allow" => Ok(true),
            _ => Err("must be refuse or allow".into()),
        });
    let kept_heads = get("BURGEE_AUDIT_KEPT_HEADS").map(PathBuf::from);
    let log = parsed(get("BURGEE_LOG"), "BURGEE_LOG", "info", &mut wrong, |text| {
        text.parse::<tracing_subscriber::EnvFilter>().map(|_| text.to_owned()).map_err(|error| format!("is not a filter: {error}"))
    });
    match wrong.is_empty() {
        true => Ok(Config {
            listen,
            public_url,
            data_dir,
            database,
            mail,
            mail_from,
            trusted_proxies,
            private_targets,
            api_rate_limit,
            kept_heads,
            log,
        }),
        false => Err(wrong),
    }
}

fn parsed<T>(
    given: Option<String>,
    variable: &str,
    default: &str,
    wrong: &mut Vec<String>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> T {
    let given = given.as_deref().unwrap_or(default);
    parse(given).unwrap_or_else(|why| {
        wrong.push(format!("{variable}={given} {why}"));
        parse(default).unwrap_or_else(|why| unreachable!("the default of {variable} {why}"))
    })
}

fn read_file(path: &Path, wrong: &mut Vec<String>) -> BTreeMap<String, String> {
    let table = match std::fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| text.parse::<toml::Table>().map_err(|e| e.to_string()))
    {
        Ok(table) => table,
        Err(error) => {
            wrong.push(format!("{} cannot be read: {error}", path.display()));
            return BTreeMap::new();
        }
    };
    let mut values = BTreeMap::new();
    for (key, value) in table {
        match value {
            _ if SETTINGS.iter().all(|setting| setting.key != key) => wrong.push(format!("{}: there is no setting {key}", path.display())),
            toml::Value::String(value) => drop(values.insert(key, value)),
            _ => wrong.push(format!("{}: {key} must be a text in quotes", path.display())),
        }
    }
    values
}

fn public_address(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let uri: axum::http::Uri = text.parse().map_err(|error| format!("is not an address: {error}"))?;
    match (uri.scheme_str(), uri.host(), uri.path()) {
        (Some("http" | "https"), Some(_), "" | "/") if uri.query().is_none() => Ok(text.to_owned()),
        _ => Err("must be http:// or https:// with a host, and no path".into()),
    }
}

fn mail_target(text: &str) -> Result<MailTarget, String> {
    match text {
        "off" => Ok(MailTarget::Off),
        _ if text.starts_with("file:") && text.len() > 5 => Ok(MailTarget::Files(text[5..].into())),
        _ if text.starts_with("smtp://") || text.starts_with("smtps://") => {
            let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| text.contains(&format!("@{host}")));
            if text.starts_with("smtp://") && text.contains('@') && !text.contains("tls=") && !local {
                return Err(
                    "would send the password in the clear where the server does not insist: use smtps://, or add ?tls=required".into()
                );
            }
            lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(text)
                .map_err(|error| format!("is not a mail server: {error}"))?;
            Ok(MailTarget::Smtp(text.to_owned()))
        }
        _ => Err("must be smtp://HOST, smtps://HOST, file:DIR or off".into()),
    }
}

/// An address or a network. One of IPv4 that is written as IPv6 is one of IPv4, as the addresses that it is compared with.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
    let network = network.map_err(|_| format!("{text} is neither an address nor a network"))?;
    let mapped = || Some((network.addr().to_canonical(), network.prefix_len().checked_sub(96)?));
    match mapped() {
        Some((address @ std::net::IpAddr::V4(_), prefix)) if network.addr().is_ipv6() => {
            IpNet::new(address, prefix).map_err(|error| format!("{text}: {error}"))
        }
        _ => Ok(network),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_named_at_once() {
        let set = |variable: &str| {
            Some(match variable {
                "BURGEE_LISTEN" => "nowhere".to_owned(),
                "BURGEE_PUBLIC_URL" => "ftp://x".into(),
                "BURGEE_MAIL" => "pigeon".into(),
                "BURGEE_DATABASE_URL" => "mysql://x".into(),
                _ => return None,
            })
        };
        let wrong = read(&BTreeMap::new(), set, None).unwrap_err();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
    }

    #[test]
    fn networks_are_compared_in_one_form() {
        for (text, meant) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("192.0.2.1", "192.0.2.1/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:192.0.2.1", "192.0.2.1/32"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(network(text).unwrap().to_string(), meant, "{text}");
        }
        assert!(network("proxy.example").is_err());
    }

    #[test]
    fn flags_win_over_the_environment() {
        let flags = BTreeMap::from([("listen".to_owned(), "127.0.0.1:1".to_owned())]);
        let config = read(&flags, |variable| (variable == "BURGEE_LISTEN").then(|| "127.0.0.1:2".into()), None).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.public_url, "http://127.0.0.1:1");
    }
}
