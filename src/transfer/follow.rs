//! How far an import is, told to the page that asked for it while it is under way; in the end, the page that comes of it.

use std::{convert::Infallible, future::Future};

use axum::{
    http::{HeaderMap, HeaderName, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::progress::{Progress, Step};
use crate::error::{Error, Result};

/// Does the work. A script that asks for a stream hears each step of it and gets the answer last; everybody else gets the answer.
pub async fn answered<F>(headers: &HeaderMap, work: impl FnOnce(Progress) -> F) -> Result<Response>
where
    F: Future<Output = Result<Response>> + Send + 'static,
{
    if headers.get(header::ACCEPT).is_none_or(|wanted| wanted != "text/event-stream") {
        return work(Progress::silent()).await;
    }
    let (tell, told) = mpsc::unbounded_channel::<(&str, Value)>();
    let steps = tell.clone();
    let work = work(Progress::to(move |Step { done, of, what }| {
        // Who listens no longer misses nothing.
        let _ = steps.send(("step", json!({ "done": done, "of": of, "what": what })));
    }));
    // Whoever goes away does not stop it half way.
    tokio::spawn(async move {
        let _ = tell.send(ending(work.await).await);
    });
    let events = stream::unfold(told, |mut told| async move {
        let (name, data) = told.recv().await?;
        Some((Ok::<_, Infallible>(Event::default().event(name).data(data.to_string())), told))
    });
    let headers = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(events).keep_alive(KeepAlive::new())).into_response())
}

/// What is told last: the page, or why there is none.
async fn ending(done: Result<Response>) -> (&'static str, Value) {
    let page = async { axum::body::to_bytes(done?.into_body(), usize::MAX).await.map_err(Error::internal) };
    match page.await {
        Ok(bytes) => ("page", json!({ "html": String::from_utf8_lossy(&bytes) })),
        Err(error) => ("failed", json!({ "message": error.message() })),
    }
}
