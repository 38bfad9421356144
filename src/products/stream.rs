//! What happens in a product while a page of it is open: one stream per tab. It says what changed and who did it, never a value; of an
//! environment only to those who have access to it. It ends when its reader loses the right to see the product, signs out, or the server stops.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    http::{HeaderName, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::json;

use super::{InTeam, permits::ReadProduct};
use crate::{
    api::{Params, Query},
    authz::{Access, Authorized, By, Watch},
    bus::{Change, News},
    error::{Error, Result},
    ids::{EnvironmentId, SettingId},
};

/// What the tab shows.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Looking {
    at: String,
}

impl Params for Looking {
    const NAMES: &'static [(&'static str, &'static str)] =
        &[("at", "the value that is looked at, `value:{setting}:{environment}`: who else looks at it is told too")];
}

impl Looking {
    /// The environment of what is looked at; nothing if that is no value.
    fn environment(&self) -> Result<Option<EnvironmentId>> {
        if self.at.is_empty() {
            return Ok(None);
        }
        let wrong = || Error::field("at", "This is not value:{setting}:{environment}.");
        let (setting, environment) = self.at.strip_prefix("value:").and_then(|value| value.split_once(':')).ok_or_else(wrong)?;
        setting.parse::<SettingId>().map_err(|_| wrong())?;
        environment.parse().map(Some).map_err(|_| wrong())
    }
}

fn sees(may: &Authorized<ReadProduct>, environment: EnvironmentId) -> bool {
    may.grants().access(environment) > Access::None
}

pub async fn stream(may: By<InTeam, ReadProduct>, Query(looking): Query<Looking>) -> Result<Response> {
    let environment = looking.environment()?;
    // Whether the reader still sees the environment: each change that may take that away is looked at before anything else is told.
    let still = Arc::new(AtomicBool::new(true));
    let here = match environment {
        Some(environment) if !sees(&may, environment) => return Err(Error::NotFound),
        Some(_) => {
            let actor = may.actor()?;
            Some(may.app().presence.enter(format!("{} {}", may.id, looking.at), actor.person, actor.name.clone()))
        }
        None => None,
    };
    let (watch, watched) = (may.watch().await?, still.clone());
    let changes = stream::unfold(watch, move |mut watch| {
        let watched = watched.clone();
        async move {
            let looked = |may: &Authorized<ReadProduct>| {
                watched.store(environment.is_some_and(|environment| sees(may, environment)), Ordering::Relaxed);
            };
            let event = next(&mut watch, looked).await?;
            Some((Some(event), watch))
        }
    });
    let people = stream::iter(here).flat_map(move |here| {
        let still = still.clone();
        stream::unfold((here, vec![]), move |(mut here, told)| {
            let still = still.clone();
            async move {
                let mut others = here.others().await;
                while others == told {
                    others = here.others().await;
                }
                still
                    .load(Ordering::Relaxed)
                    .then(|| (Some(Event::default().event("present").data(json!(others).to_string())), (here, others)))
            }
        })
    });
    // It ends with the right to hear of changes, whoever else is there.
    let events = stream::select(changes.chain(stream::once(async { None })), people);
    let events = events.take_while(|event| std::future::ready(event.is_some())).filter_map(std::future::ready).map(Ok::<_, Infallible>);
    // The first word says that it listens.
    let events = stream::once(async { Ok(Event::default().comment("listening")) }).chain(events);
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(20));
    let headers = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(events).keep_alive(keep_alive)).into_response())
}

async fn next(watch: &mut Watch<ReadProduct>, looked: impl Fn(&Authorized<ReadProduct>)) -> Option<Event> {
    loop {
        let change = watch.next().await?;
        looked(watch.may());
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
        match (news.config, news.setting, news.environment) {
            (_, Some(setting), Some(environment)) => topics.insert(format!("value:{setting}:{environment}")),
            (_, Some(setting), None) => topics.insert(format!("setting:{setting}")),
            // Environments, tags, groups and people: what stands around every config.
            (None, ..) => topics.insert(format!("around:{}", news.product)),
            (Some(_), None, _) => false,
        };
    }
    topics
}
