//! Where a request goes: an address of the web that is none of ours. A name is resolved here, and what it was resolved to is what is connected
//! to, so that a name which says one thing when it is looked at and another when it is used gets nowhere.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use url::{Host, Url};

use super::{
    Failed,
    special::{ends_with_labels, is_local_name, is_public},
};

/// An address that a request can be sent to.
#[derive(Clone, Debug)]
pub struct Destination {
    url: Url,
}

/// Why a destination is refused, in the words that are told.
pub const PRIVATE: &str = "it leads into a private network or to this machine, and this instance sends nothing there";

impl Destination {
    /// Reads an address: http or https, with a host, without a name and password in it.
    ///
    /// # Errors
    /// What is wrong, as the second half of a sentence that begins with the name of the field. The text itself is not in it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text.trim()).map_err(|_| "it is not an address such as https://example.com/hooks/flags")?;
        match url.scheme() {
            "http" | "https" if url.host().is_none() => Err("it has no host"),
            "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
                Err("it has a user name or a password in it; use a secure header instead")
            }
            "http" | "https" if url.fragment().is_some() => Err("it has a part behind “#”, which is never sent"),
            "http" | "https" if url.port() == Some(0) => Err("its port is 0"),
            "http" | "https" => Ok(Self { url }),
            _ => Err("it does not begin with http:// or https://"),
        }
    }

    /// Whether the host is one of these domains or below them. Labels are compared, from the last one on: `["slack", "com"]`.
    pub fn is_below(&self, domains: &[&[&str]]) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => domains.iter().any(|domain| ends_with_labels(name, domain)),
            _ => false,
        }
    }

    /// Whether it is reached by https on the usual port.
    pub fn is_plain_https(&self) -> bool {
        self.url.scheme() == "https" && self.url.port().is_none()
    }

    /// The server: scheme, host and port. What is secret for one is not given to another.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether what is sent is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host as TLS knows it.
    pub(super) fn name(&self) -> String {
        match self.url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The host as a request names it.
    pub(super) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// What is asked of the host.
    pub fn path(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }

    /// Resolves the host. Unless private addresses are allowed, one of them among the answers is enough to refuse them all.
    pub async fn resolve(&self, private: bool) -> Result<Vec<SocketAddr>, Failed> {
        let port = self.url.port_or_known_default().unwrap_or(443);
        if !private && self.url.host().is_some_and(|host| is_local_name(&host)) {
            return Err(Failed::for_good(PRIVATE));
        }
        let addresses: Vec<SocketAddr> = match self.url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) => match tokio::net::lookup_host((name, port)).await {
                Ok(found) => found.collect(),
                Err(_) => return Err(Failed::for_now(format!("{name} cannot be found"))),
            },
            None => vec![],
        };
        if !private && addresses.iter().any(|address| !is_public(address.ip()) || is_own(*address)) {
            return Err(Failed::for_good(PRIVATE));
        }
        match addresses.is_empty() {
            true => Err(Failed::for_now("the host has no address")),
            false => Ok(addresses),
        }
    }
}

/// Whether an address is one of this machine’s own, also a public one: what is sent there comes from the same address. Nothing is sent to ask.
fn is_own(address: SocketAddr) -> bool {
    let unspecified = match address.ip() {
        IpAddr::V4(_) => "0.0.0.0:0",
        IpAddr::V6(_) => "[::]:0",
    };
    let from = UdpSocket::bind(unspecified).and_then(|socket| socket.connect(address).and_then(|()| socket.local_addr()));
    from.is_ok_and(|from| from.ip() == address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_web() {
        for good in ["https://example.com/hook", "http://example.com:8080", "https://[2606:4700::1111]/x?y=z", " https://example.com "] {
            assert!(Destination::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", "not an address"),
            ("invalid", "not an address"),
            ("example.com/hook", "not an address"),
            ("ftp://example.com", "does not begin with http://"),
            ("file:///etc/passwd", "does not begin with http://"),
            ("http://", "not an address"),
            ("https://a:b@example.com", "user name or a password"),
            ("http://x#y", "“#”"),
            ("http://x:0/", "port"),
        ] {
            assert!(Destination::parse(bad).unwrap_err().contains(why), "{bad}");
        }
    }

    #[test]
    fn a_domain_is_compared_by_its_labels() {
        let slack: &[&[&str]] = &[&["slack", "com"]];
        for (address, below) in [
            ("https://hooks.slack.com/services/x", true),
            ("https://SLACK.com./x", true),
            ("https://hooks.slack.com.example/x", false),
            ("https://evilslack.com/x", false),
            ("https://example.com/slack.com", false),
        ] {
            assert_eq!(Destination::parse(address).unwrap().is_below(slack), below, "{address}");
        }
    }

    #[test]
    fn this_machine_is_known_by_each_of_its_addresses() {
        assert!(is_own("127.0.0.1:80".parse().unwrap()));
        assert!(!is_own("192.0.2.1:80".parse().unwrap()));
    }

    #[tokio::test]
    async fn what_is_not_public_is_refused_however_it_is_written() {
        for bad in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://017700000001/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://192.0.2.7/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[2002:a00:1::]/",
            "http://[2001:db8::1]/",
            "http://localhost/",
            "http://localhost./",
            "http://metadata.google.internal/computeMetadata/v1/",
            "http://168.63.129.16/",
        ] {
            let found = Destination::parse(bad).unwrap().resolve(false).await;
            assert!(found.is_err(), "{bad} leads to {found:?}");
        }
        for good in ["http://1.1.1.1/", "http://[2606:4700::1111]/", "http://100.63.0.1/", "http://172.32.0.1/"] {
            assert!(Destination::parse(good).unwrap().resolve(false).await.is_ok(), "{good}");
        }
        assert!(Destination::parse("http://127.0.0.1/").unwrap().resolve(true).await.is_ok());
    }
}
