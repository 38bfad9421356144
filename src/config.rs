//! Settings of the server: flags, then environment, then `burgee.toml`, then defaults. All mistakes are named at once, before anything starts.

mod mail_target;
mod public_url;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use url::Url;

use crate::{db::Target, limits::Limits, text::EmailAddress};

pub use mail_target::{MailEncryption, MailServer, MailTarget};
pub use public_url::PublicUrl;

/// What the server was told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its address as people see it. Every link in a mail begins with it.
    pub public_url: PublicUrl,
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
    /// How much is served at once, and how long anything may take.
    pub limits: Limits,
    /// What is logged, in the syntax of `tracing-subscriber`.
    pub log: String,
}

impl Config {
    /// Whether browsers reach it by https, so that cookies can insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.is_https()
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
        meaning: "smtps://USER:PASSWORD@HOST, smtp://HOST?tls=required (or opportunistic, or none), file:DIR, or off",
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
        key: "max-connections",
        variable: "BURGEE_MAX_CONNECTIONS",
        default: "10000",
        meaning: "connections at once; fewer where the limit of open files is low",
    },
    Setting {
        key: "max-connections-per-address",
        variable: "BURGEE_MAX_CONNECTIONS_PER_ADDRESS",
        default: "500",
        meaning: "connections at once from one address that is no trusted proxy; 0: no limit",
    },
    Setting {
        key: "max-streams-per-key",
        variable: "BURGEE_MAX_STREAMS_PER_KEY",
        default: "5000",
        meaning: "event streams at once with one SDK key; 0: no limit",
    },
    Setting {
        key: "max-streams-per-address",
        variable: "BURGEE_MAX_STREAMS_PER_ADDRESS",
        default: "200",
        meaning: "event streams at once from one address; 0: no limit",
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
    let public_url: PublicUrl =
        parsed(Some(public_url), "BURGEE_PUBLIC_URL", "http://127.0.0.1:8080", &mut wrong, |text| text.parse().map_err(str::to_owned));
    let data_dir = PathBuf::from(get("BURGEE_DATA_DIR").unwrap_or_else(|| "./burgee-data".into()));
    let database = match get("BURGEE_DATABASE_URL") {
        None => Target::Sqlite(data_dir.join("burgee.db")),
        given => parsed(given, "BURGEE_DATABASE_URL", "sqlite://burgee.db", &mut wrong, str::parse),
    };
    let mail = parsed(get("BURGEE_MAIL"), "BURGEE_MAIL", "off", &mut wrong, str::parse);
    let host = public_url.domain().unwrap_or("localhost.localdomain").to_owned();
    let mail_from = parsed(get("BURGEE_MAIL_FROM"), "BURGEE_MAIL_FROM", &format!("burgee@{host}"), &mut wrong, |text| {
        EmailAddress::parse(text).map(|address| address.to_string()).map_err(Into::into)
    });
    let trusted_proxies = parsed(get("BURGEE_TRUSTED_PROXIES"), "BURGEE_TRUSTED_PROXIES", "", &mut wrong, |text| {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
    });
    let api_rate_limit = parsed(get("BURGEE_API_RATE_LIMIT"), "BURGEE_API_RATE_LIMIT", "1200", &mut wrong, |text| {
        text.parse().map_err(|_| "must be a whole number, 0 for no limit".into())
    });
    let mut count = |variable: &str, default: usize| {
        parsed(get(variable), variable, &default.to_string(), &mut wrong, |text| {
            text.parse().map_err(|_| "must be a whole number, 0 for no limit".into())
        })
    };
    let defaults = Limits::default();
    let limits = Limits {
        connections: count("BURGEE_MAX_CONNECTIONS", defaults.connections),
        connections_per_address: count("BURGEE_MAX_CONNECTIONS_PER_ADDRESS", defaults.connections_per_address),
        streams_per_key: count("BURGEE_MAX_STREAMS_PER_KEY", defaults.streams_per_key),
        streams_per_address: count("BURGEE_MAX_STREAMS_PER_ADDRESS", defaults.streams_per_address),
        ..defaults
    };
    if limits.connections == 0 {
        wrong.push("BURGEE_MAX_CONNECTIONS=0 must be at least 1".into());
    }
    let private_targets =
        parsed(get("BURGEE_WEBHOOK_PRIVATE_TARGETS"), "BURGEE_WEBHOOK_PRIVATE_TARGETS", "refuse", &mut wrong, |text| match text {
            "refuse" => Ok(false),
            "allow" => Ok(true),
            _ => Err("must be refuse or allow".into()),
        });
    let kept_heads = get("BURGEE_AUDIT_KEPT_HEADS").map(PathBuf::from);
    let log = parsed(get("BURGEE_LOG"), "BURGEE_LOG", "info", &mut wrong, |text| {
        let filter = text.parse::<tracing_subscriber::EnvFilter>();
        filter.map(|_| text.to_owned()).map_err(|_| "must be error, warn, info, debug, or a filter such as burgee=debug".into())
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
            limits,
            log,
        }),
        false => Err(wrong),
    }
}

/// Reads one setting. What is wrong is said without the value: it may contain a password, also where none belongs.
fn parsed<T>(
    given: Option<String>,
    variable: &str,
    default: &str,
    wrong: &mut Vec<String>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> T {
    let given = given.as_deref().unwrap_or(default);
    parse(given).unwrap_or_else(|why| {
        wrong.push(format!("{variable} {why}"));
        parse(default).unwrap_or_else(|why| unreachable!("the default of {variable} {why}"))
    })
}

/// Reads `burgee.toml`. A line that is wrong is named and not shown: it may contain a password.
fn read_file(path: &Path, wrong: &mut Vec<String>) -> BTreeMap<String, String> {
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string()).and_then(|text| {
        text.parse::<toml::Table>().map_err(|error| {
            let line = error.span().map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            format!("line {line} is not of the form key = \"value\", or its key is there twice")
        })
    });
    let table = match read {
        Ok(table) => table,
        Err(why) => {
            wrong.push(format!("{} cannot be read: {why}", path.display()));
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

/// The flags whose values contain a password: as long as the program runs, everybody on the machine can read them in the list of processes.
pub fn visible_passwords(flags: &BTreeMap<String, String>) -> Vec<&str> {
    let has_password =
        |text: &str| Url::parse(text).is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password"));
    flags.iter().filter(|(_, value)| has_password(value)).map(|(key, _)| key.as_str()).collect()
}

/// An address or a network. One of IPv4 that is written as IPv6 is one of IPv4, as the addresses that it is compared with.
fn network(text: &str) -> Result<IpNet, String> {
    const WRONG: &str = "must be addresses or networks such as 10.0.0.0/8, separated by commas";
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
    let network = network.map_err(|_| WRONG)?;
    let mapped = || Some((network.addr().to_canonical(), network.prefix_len().checked_sub(96)?));
    match mapped() {
        Some((address @ std::net::IpAddr::V4(_), prefix)) if network.addr().is_ipv6() => {
            IpNet::new(address, prefix).map_err(|_| WRONG.to_owned())
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
    fn no_mistake_repeats_what_was_given() {
        let folder = std::env::temp_dir().join(format!("burgee-config-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("burgee.toml");
        for lines in
            ["listen = \"127.0.0.1:1\"\nmail = smtps://kim:hunter2@mail.example", "mail = \"a\"\nmail = \"hunter2\"", "mail = 4 # hunter2"]
        {
            std::fs::write(&file, lines).unwrap();
            let wrong = read(&BTreeMap::new(), |_| None, Some(&file)).unwrap_err().join("\n");
            assert!(!wrong.contains("hunter2"), "{wrong}");
        }
        std::fs::remove_dir_all(folder).unwrap();
        for setting in SETTINGS {
            for given in ["smtp://kim:hunter2@mail.example:port", "https://kim:hunter2@burgee.example/x", "kim:hunter2"] {
                let set = |variable: &str| (variable == setting.variable).then(|| given.to_owned());
                let wrong = read(&BTreeMap::new(), set, None).err().unwrap_or_default().join("\n");
                assert!(!wrong.contains("hunter2"), "{}: {wrong}", setting.variable);
            }
        }
    }

    #[test]
    fn the_settings_do_not_print_their_passwords() {
        let set = |variable: &str| match variable {
            "BURGEE_MAIL" => Some("smtps://kim:hunter2@mail.example".to_owned()),
            "BURGEE_DATABASE_URL" => Some("postgres://kim:hunter2@db.example/burgee".to_owned()),
            _ => None,
        };
        let config = read(&BTreeMap::new(), set, None).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn a_password_on_the_command_line_is_noticed() {
        let flags = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
        for (key, value) in
            [("mail", "smtps://kim:hunter2@mail.example"), ("database-url", "postgres://db.example/b?user=kim&password=hunter2")]
        {
            assert_eq!(visible_passwords(&flags(key, value)), [key]);
        }
        for (key, value) in
            [("mail", "smtp://mail.example"), ("database-url", "sqlite:///var/lib/burgee/burgee.db"), ("listen", "127.0.0.1:1")]
        {
            assert!(visible_passwords(&flags(key, value)).is_empty(), "{value}");
        }
    }

    #[test]
    fn flags_win_over_the_environment() {
        let flags = BTreeMap::from([("listen".to_owned(), "127.0.0.1:1".to_owned())]);
        let config = read(&flags, |variable| (variable == "BURGEE_LISTEN").then(|| "127.0.0.1:2".into()), None).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(&*config.public_url, "http://127.0.0.1:1");
    }
}
