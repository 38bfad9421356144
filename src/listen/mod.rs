//! Takes connections and answers what comes through them, until it is asked to stop.
//!
//! A request for a file that is ready in memory is answered on the spot ([`app::at_once`]): applications ask for nothing else nearly as often.
//! Everything else goes to the router. Nothing here lasts for ever: [`Limits`] says how many connections there may be and how long each step of a
//! request may take. Only answers that are streams have no end.

mod body;
mod connection;
mod descriptors;
mod http;

use std::{
    convert::Infallible,
    future::Ready,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{ConnectInfo, Request},
    response::Response,
};
use futures_util::future::Either;
use hyper::{body::Incoming, service::Service};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::ServiceExt as _;

use crate::{
    app,
    authn::client::is_trusted,
    authz::App,
    limits::{Limits, Slots, subnet},
};
use body::{Answer, Timed};
use connection::{Place, Socket, Usage};
pub use descriptors::make_room;

/// How long it waits when no more connections fit into the process.
const FULL: Duration = Duration::from_secs(1);

/// How long a connection that was idle may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// How often a connection of HTTP/2 is asked whether its client is still there, and how long the answer may take.
const PING: Duration = Duration::from_secs(20);

/// Serves until `stop` ends, and then until what is under way is finished.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) {
    let router = app::router(app.clone());
    let limits = Arc::new(app.config.limits.clone());
    let builder = builder(&limits);
    let places = Places { all: Arc::new(Semaphore::new(limits.connections)), addresses: Slots::new(limits.connections_per_address) };
    let (stopping, stopped) = watch::channel(false);
    tokio::pin!(stop);
    loop {
        let (connection, peer, place) = tokio::select! {
            taken = places.next(&listener, &app) => taken,
            () = &mut stop => break,
        };
        let usage = Usage::new();
        let answers = Answers { app: app.clone(), router: router.clone(), peer, usage: usage.clone() };
        let socket = Socket::new(connection, usage.clone(), limits.stalled, place);
        let served = builder.serve_connection_with_upgrades(TokioIo::new(socket), answers).into_owned();
        let (limits, mut stopped) = (limits.clone(), stopped.clone());
        tokio::spawn(async move {
            tokio::pin!(served);
            // How a connection ends is nobody's concern: clients hang up as they like.
            let patience = tokio::select! {
                _ = served.as_mut() => return,
                () = usage.idle(&limits) => GOODBYE,
                _ = stopped.wait_for(|stop| *stop) => Duration::MAX,
            };
            served.as_mut().graceful_shutdown();
            drop(tokio::time::timeout(patience, served).await);
        });
    }
    drop((listener, stopped));
    let _ = stopping.send(true);
    stopping.closed().await;
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Counted from the end of the answer before: the time without a request is part of it.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.idle);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING);
    http2.max_concurrent_streams(limits.requests_per_connection).enable_connect_protocol();
    builder
}

/// The connections that there may be.
struct Places {
    all: Arc<Semaphore>,
    addresses: Slots<IpAddr>,
}

impl Places {
    /// The next connection that there is a place for. While there is none, clients wait in the queue of the operating system.
    async fn next(&self, listener: &TcpListener, app: &App) -> (TcpStream, SocketAddr, Place) {
        loop {
            // Closed only with this set, which nobody does.
            let Ok(all) = self.all.clone().acquire_owned().await else { return std::future::pending().await };
            let (connection, peer) = accept(listener).await;
            let address = match is_trusted(peer.ip(), &app.config.trusted_proxies) {
                true => None,
                false => match self.addresses.take(subnet(peer.ip())) {
                    Some(slot) => Some(slot),
                    None => {
                        tracing::debug!(address = %peer.ip(), "a connection was closed: there are too many from its address");
                        continue;
                    }
                },
            };
            return (connection, peer, Place { _all: all, _address: address });
        }
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((connection, mut peer)) => {
                // On a socket for both generations, an IPv4 client has an address of IPv6.
                peer.set_ip(peer.ip().to_canonical());
                // The last bytes of an answer do not wait until the client has confirmed the ones before.
                let _ = connection.set_nodelay(true);
                return (connection, peer);
            }
            // It was gone before it was taken.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(FULL).await;
            }
        }
    }
}

/// What answers the requests of one connection.
struct Answers {
    app: App,
    router: Router,
    peer: SocketAddr,
    usage: Arc<Usage>,
}

impl Service<Request<Incoming>> for Answers {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future =
        Either<Ready<Result<Self::Response, Infallible>>, Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let busy = self.usage.begin();
        let is_head = http::prepare(&mut request);
        if let Some(response) = app::at_once(&self.app, &request) {
            let response = http::finish(response, is_head).map(|body| Answer::new(body, busy));
            return Either::Left(std::future::ready(Ok(response)));
        }
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let patience = self.app.config.limits.body;
        let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(Timed::new(body, patience)) });
        let answer = self.router.clone().oneshot(request);
        Either::Right(Box::pin(
            async move { answer.await.map(|response| http::finish(response, is_head).map(|body| Answer::new(body, busy))) },
        ))
    }
}
