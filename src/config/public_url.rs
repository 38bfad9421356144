//! The address of the instance as browsers know it.

use std::{fmt, ops::Deref, str::FromStr};

use url::{Host, Url};

/// An origin: `http` or `https`, a host and perhaps a port, without a slash at the end. It is written as browsers write it in `Origin`:
/// the host in lower case and in ASCII, the port only if it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    url: Url,
    origin: String,
}

impl PublicUrl {
    /// Whether browsers reach it by https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host, if it is a name with a dot: what can stand after the `@` of a mail's sender.
    pub fn domain(&self) -> Option<&str> {
        self.url.host().and_then(|host| match host {
            Host::Domain(name) if name.contains('.') => Some(name),
            _ => None,
        })
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be http:// or https:// with a host, and no path";
        let url = Url::parse(text).map_err(|_| WRONG)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        match url.scheme() {
            "http" | "https" if bare && url.password().is_none() => Ok(Self { origin: url.origin().ascii_serialization(), url }),
            _ => Err(WRONG),
        }
    }
}

impl Deref for PublicUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.origin
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_browsers_write_an_origin() {
        for (given, written) in [
            ("https://Burgee.Example/", "https://burgee.example"),
            ("https://burgee.example:443", "https://burgee.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(&*given.parse::<PublicUrl>().unwrap(), written);
        }
        for wrong in ["", "burgee.example", "ftp://x", "https://x/path", "https://x?q", "https://x#f", "https://kim:secret@x"] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_name_can_stand_in_an_address_of_mail() {
        let domain = |text: &str| text.parse::<PublicUrl>().unwrap().domain().map(str::to_owned);
        assert_eq!(domain("https://burgee.example:8443").as_deref(), Some("burgee.example"));
        for other in ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"] {
            assert_eq!(domain(other), None, "{other}");
        }
    }
}
