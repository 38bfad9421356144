//! Takes connections and answers what comes through them, until it is asked to stop.
//!
//! A request for a file that is ready in memory is answered on the spot ([`app::at_once`]): applications ask for nothing else nearly as often.
//! Everything else goes to the router.

mod http;

use std::{convert::Infallible, future::Ready, io, net::SocketAddr, pin::Pin, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use futures_util::future::Either;
use hyper::{body::Incoming, service::Service};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::{app, authz::App};

/// How long it waits when no more connections fit into the process.
const FULL: Duration = Duration::from_secs(1);

/// Serves until `stop` ends, and then until what is under way is finished.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) {
    let router = app::router(app.clone());
    let open = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().enable_connect_protocol();
    tokio::pin!(stop);
    loop {
        let (connection, peer) = tokio::select! {
            taken = take(&listener) => taken,
            () = &mut stop => break,
        };
        let answers = Answers { app: app.clone(), router: router.clone(), peer };
        let served = builder.serve_connection_with_upgrades(TokioIo::new(connection), answers).into_owned();
        // How a connection ends is nobody's concern: clients hang up as they like.
        let served = open.watch(served);
        tokio::spawn(async move { drop(served.await) });
    }
    drop(listener);
    open.shutdown().await;
}

/// The next connection.
async fn take(listener: &TcpListener) -> (TcpStream, SocketAddr) {
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
}

impl Service<Request<Incoming>> for Answers {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let is_head = http::prepare(&mut request);
        if let Some(response) = app::at_once(&self.app, &request) {
            return Either::Left(std::future::ready(Ok(http::finish(response, is_head))));
        }
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.router.clone().oneshot(request.map(Body::new));
        Either::Right(Box::pin(async move { answer.await.map(|response| http::finish(response, is_head)) }))
    }
}
