//! What is known of a request before anybody is signed in: where it is from, its id, the moment it arrived.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
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
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
    let client = Client {
        address: address(peer, request.headers(), &arrivals.trusted),
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

/// The last address in `X-Forwarded-For` that is not a trusted proxy, if the connection itself is from one.
fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let believed = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !believed(&peer) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let forwarded: Vec<IpAddr> = forwarded.filter_map(|part| part.trim().parse().ok()).collect();
    forwarded.iter().rev().find(|address| !believed(address)).or(forwarded.first()).copied().unwrap_or(peer)
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
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.2".parse().unwrap());
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let at = |peer: &str, trusted: &[IpNet]| address(peer.parse().unwrap(), &headers, trusted).to_string();
        assert_eq!(at("10.0.0.1", &trusted), "203.0.113.9", "what the client claims in front is not believed");
        assert_eq!(at("192.0.2.1", &trusted), "192.0.2.1");
        assert_eq!(at("10.0.0.1", &[]), "10.0.0.1");
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
