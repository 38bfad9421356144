//! What happens in a product while a page of it is open: one stream per tab. It says what changed and who did it, never a value; of an
//! environment only to those who have access to it. It ends when its reader loses the right to see the product, signs out, or the server stops.

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use axum::{
    http::{HeaderName, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use super::{InTeam, permits::ReadProduct};
use crate::{
    authz::{Access, Authorized, By, Watch},
    bus::{Change, News},
    error::Result,
};

pub async fn stream(may: By<InTeam, ReadProduct>) -> Result<Response> {
    let watch = may.watch().await?;
    let events = stream::unfold(watch, |mut watch| async move {
        let event = next(&mut watch).await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    // The first word says that it listens.
    let events = stream::once(async { Ok(Event::default().comment("listening")) }).chain(events);
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(20));
    let headers = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(events).keep_alive(keep_alive)).into_response())
}

async fn next(watch: &mut Watch<ReadProduct>) -> Option<Event> {
    loop {
        let change = watch.next().await?;
        let topics = topics(watch.may(), &change);
        if change.anything || !topics.is_empty() {
            let topics: Vec<String> = if change.anything { vec!["anything".into()] } else { topics.into_iter().collect() };
            let data = json!({ "who": change.name, "mine": change.by == watch.may().person().map(|actor| actor.person), "topics": topics });
            return Some(Event::default().event("changed").data(data.to_string()));
        }
    }
}

/// What a page may show that this change has touched.
fn topics(may: &Authorized<ReadProduct>, change: &Change) -> BTreeSet<String> {
    let seen =
        |news: &&News| news.product == may.id && news.environment.is_none_or(|environment| may.grants().access(environment) > Access::None);
    let mut topics = BTreeSet::new();
    for news in change.news.iter().filter(seen) {
        topics.insert(format!("product:{}", news.product));
        topics.extend(news.config.map(|config| format!("config:{config}")));
        topics.extend(news.setting.map(|setting| format!("setting:{setting}")));
        if let (Some(setting), Some(environment)) = (news.setting, news.environment) {
            topics.insert(format!("value:{setting}:{environment}"));
        }
    }
    topics
}
