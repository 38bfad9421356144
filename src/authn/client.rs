//! What is known of a request before anybody is signed in: where it is from, its id, the moment it arrived.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use crate::{
    clock::{Clock, Time},
    ids::RequestId,
};

/// Where a request is from.
#[derive(Clone, Debug)]
pub struct Client {
    /// The client's address: the connection's, or the forwarded one if the connection is from a trusted proxy.
    pub address: IpAddr,
    /// The browser, for example “Firefox on Linux”.
    pub agent: String,
    /// The request's own id: in the answer's header `x-request-id`, the audit log and the server log.
    pub request: RequestId,
    /// The address that was asked for, path and query: where a page's forms come back to.
    pub here: String,
    /// The appearance that the browser asks for, as its cookie says.
    pub theme: String,
    /// When it arrived. Everything that the request does happens at this moment.
    pub now: Time,
}

/// Where a browser keeps its choice of light or dark.
const THEME_COOKIE: &str = "burgee_theme";

/// What [`identify`] needs to know.
#[derive(Clone)]
pub struct Arrivals {
    /// The clock.
    pub clock: Clock,
    /// Networks whose forwarded headers are believed.
    pub trusted: std::sync::Arc<[IpNet]>,
}

/// Puts a [`Client`] into every request, and its id into the answer.
pub async fn identify(State(arrivals): State<Arrivals>, mut request: Request, next: Next) -> Response {
    let client = Client {
        address: address_of(request.extensions(), request.headers(), &arrivals.trusted),
        agent: agent(request.headers().get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default()),
        request: RequestId::new(),
        here: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        theme: super::session::read_cookie(request.headers(), THEME_COOKIE).unwrap_or_default().to_owned(),
        now: arrivals.clock.now(),
    };
    let id = client.request;
    request.extensions_mut().insert(client);
    let mut response = next.run(request).await;
    if let Ok(id) = id.to_string().parse() {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// The client's address, from the connection that a request came through and, if that is a trusted proxy's, from `X-Forwarded-For`.
pub fn address_of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
    forwarded(peer, headers, trusted)
}

/// Whether an address belongs to a trusted proxy.
pub fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// The last address in `X-Forwarded-For` that is not a trusted proxy's. Each proxy appends the address that it was called from, so whatever stands
/// before an entry that cannot be read was not written by a proxy that can be trusted: the search ends there, at the proxy that passed it on.
fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    let mut entries = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let mut address = peer;
    while is_trusted(address, trusted) {
        match entries.next().and_then(forwarded_entry) {
            Some(before) => address = before,
            None => break,
        }
    }
    address
}

/// `192.0.2.1`, `192.0.2.1:51234`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:51234`: some proxies write the port too.
fn forwarded_entry(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let address = text.parse().ok().or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip())).or_else(bracketed);
    address.map(|address| address.to_canonical())
}

/// “Firefox on Linux”, from what a browser says of itself.
fn agent(header: &str) -> String {
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| header.contains(mark)).map(|(_, name)| *name);
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "an unknown program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_are_believed_only_from_trusted_proxies() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
        let at = |peer: &str, lines: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", axum::http::HeaderValue::from_bytes(line).unwrap());
            }
            forwarded(peer.parse().unwrap(), &headers, &trusted).to_string()
        };
        let claimed: &[u8] = b"6.6.6.6, 203.0.113.9, 10.0.0.2";
        assert_eq!(at("10.0.0.1", &[claimed]), "203.0.113.9", "what the client claims in front is not believed");
        assert_eq!(at("192.0.2.1", &[claimed]), "192.0.2.1", "no proxy of ours");
        assert_eq!(at("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(at("10.0.0.1", &[b"10.0.0.3, 10.0.0.2"]), "10.0.0.3", "a proxy that asks for itself");
        assert_eq!(at("10.0.0.1", &[b"6.6.6.6", b"203.0.113.9", b"10.0.0.2"]), "203.0.113.9", "several lines are one list");
        for (forwarded, address) in [
            ("192.0.2.66, 203.0.113.7:51234", "203.0.113.7"),
            ("192.0.2.66, [2001:db8:2::7]:51234", "2001:db8:2::7"),
            ("192.0.2.66, [2001:db8:2::7]", "2001:db8:2::7"),
            ("192.0.2.66, 2001:db8:2::7", "2001:db8:2::7"),
            ("192.0.2.66, ::ffff:203.0.113.7", "203.0.113.7"),
            ("192.0.2.66, ::ffff:10.0.0.2", "192.0.2.66"),
            ("192.0.2.66, [2001:db8:1::7]:443, 10.0.0.2:80", "192.0.2.66"),
        ] {
            assert_eq!(at("10.0.0.1", &[forwarded.as_bytes()]), address, "{forwarded}");
        }
        for unreadable in
            ["unknown", "_hidden", "", "203.0.113.7:", "203.0.113.7:99999", "[203.0.113.7]", "203.0.113.7 10.0.0.2", "\"1.2.3.4\""]
        {
            let line = format!("192.0.2.66, {unreadable}");
            assert_eq!(at("10.0.0.1", &[line.as_bytes()]), "10.0.0.1", "{line}: the client chose what stands before");
            let line = format!("192.0.2.66, {unreadable}, 10.0.0.2");
            assert_eq!(at("10.0.0.1", &[line.as_bytes()]), "10.0.0.2", "{line}");
        }
        assert_eq!(at("10.0.0.1", &[b"192.0.2.66, \xff"]), "10.0.0.1");
    }

    #[test]
    fn agents_read_like_people_say_them() {
        assert_eq!(agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox on Linux");
        assert_eq!(
            agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130"),
            "Edge on Windows"
        );
        assert_eq!(agent("curl/8"), "curl");
        assert_eq!(agent(""), "an unknown program");
    }
}
