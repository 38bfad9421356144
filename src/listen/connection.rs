//! What is known of one connection: whether it is used, and whether its client still takes what it is sent.

use std::{
    io::{self, IoSlice},
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep},
};

use crate::limits::{Limits, Slot};

/// The place that a connection takes, until it is closed.
pub struct Place {
    /// Among all.
    pub _all: OwnedSemaphorePermit,
    /// Among those from its address, unless that is a trusted proxy's.
    pub _address: Option<Slot<IpAddr>>,
}

/// How much a connection is used.
pub struct Usage {
    began: Instant,
    /// When something was asked or answered last, in milliseconds after the beginning.
    last: AtomicU64,
    asked: AtomicBool,
    /// Requests that have not been answered completely.
    open: AtomicUsize,
}

impl Usage {
    /// A connection that has just begun.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), last: AtomicU64::new(0), asked: AtomicBool::new(false), open: AtomicUsize::new(0) })
    }

    /// A request has arrived. It is answered when what is returned is dropped.
    pub fn begin(self: &Arc<Self>) -> Busy {
        self.asked.store(true, Relaxed);
        self.open.fetch_add(1, Relaxed);
        Busy(self.clone())
    }

    fn touch(&self) {
        self.last.store(u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX), Relaxed);
    }

    /// Ends when nothing has been asked for as long as is allowed. Reading counts for nothing: half a head may arrive for ever.
    pub async fn idle(&self, limits: &Limits) {
        loop {
            let (since, patience) = match self.asked.load(Relaxed) {
                true => (self.began + Duration::from_millis(self.last.load(Relaxed)), limits.idle),
                false => (self.began, limits.first_request),
            };
            let now = Instant::now();
            let deadline = if self.open.load(Relaxed) > 0 { now + patience } else { since + patience };
            if deadline <= now {
                return;
            }
            tokio::time::sleep_until(deadline).await;
        }
    }
}

/// A request that has not been answered completely.
pub struct Busy(Arc<Usage>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.touch();
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// A connection’s socket. It fails when its client takes nothing for too long, and gives its place back when it is closed, whoever holds it then.
pub struct Socket {
    stream: TcpStream,
    usage: Arc<Usage>,
    patience: Duration,
    /// Runs while nothing can be written.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

impl Socket {
    /// Watches a socket.
    pub fn new(stream: TcpStream, usage: Arc<Usage>, patience: Duration, place: Place) -> Self {
        Self { stream, usage, patience, stalled: None, _place: place }
    }

    fn written<T>(&mut self, context: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.stalled = None;
            self.usage.touch();
            return done;
        }
        let patience = self.patience;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        timer.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, done)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
