//! Where a request goes: an address of the web that is none of ours. A name is resolved here, and what it was resolved to is what is connected
//! to, so that a name which says one thing when it is looked at and another when it is used gets nowhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use super::Failed;

/// An address that a request can be sent to.
#[derive(Clone, Debug)]
pub struct Destination {
    url: Url,
}

/// Why a destination is refused, in the words that are told.
pub const PRIVATE: &str = "it leads into a private network or to this machine, and this instance sends nothing there";

impl Destination {
    /// Reads an address: http or https, with a host, without a name and password in it.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
        (web && plain && url.port_or_known_default() != Some(0)).then_some(Self { url })
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
        let addresses: Vec<SocketAddr> = match self.url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) => match tokio::net::lookup_host((name, port)).await {
                Ok(found) => found.collect(),
                Err(_) => return Err(Failed::for_now(format!("{name} cannot be found"))),
            },
            None => vec![],
        };
        if !private && addresses.iter().any(|address| !is_public(address.ip())) {
            return Err(Failed::for_good(PRIVATE));
        }
        match addresses.is_empty() {
            true => Err(Failed::for_now("the host has no address")),
            false => Ok(addresses),
        }
    }
}

/// Whether an address is one that everybody on the internet reaches, and means the same by.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let reserved = match address.octets() {
        // This network; shared by providers; for tests between networks; for protocols; relays to the newer internet; for later.
        [0, ..] | [100, 64..=127, ..] | [198, 18 | 19, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => true,
        _ => false,
    };
    let special = address.is_loopback() || address.is_private() || address.is_link_local() || address.is_multicast();
    !reserved && !special && !address.is_documentation() && !address.is_broadcast()
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Tunnels, in which an address of the older internet is hidden; protocols; documentation.
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        // What has been given out so far. Everything else is local, reserved or a translation.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_web() {
        for good in ["https://example.com/hook", "http://example.com:8080", "https://[2606:4700::1111]/x?y=z", " https://example.com "] {
            assert!(Destination::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "invalid",
            "example.com/hook",
            "ftp://example.com",
            "file:///etc/passwd",
            "http://",
            "https://a:b@example.com",
            "http://x#y",
        ] {
            assert!(Destination::parse(bad).is_none(), "{bad}");
        }
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
