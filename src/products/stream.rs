//! What happens in a product while a page of it is open: one stream per tab. It says what changed and who did it, never a value; of an
//! environment only to those who have access to it. It ends when its reader loses the right to see the product, signs out, or the server stops.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc, time::Duration};

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
    let may = Arc::new(may);
    let client = may.client().ok_or_else(|| Error::internal("a stream without a request"))?;
    let slot = may.app().streams.of_person(may.actor()?.person, client.address)?;
    let environment = looking.environment()?;
    let (here, others) = match environment {
        Some(environment) if !sees(&may, environment) => return Err(Error::NotFound),
        Some(_) => {
            let actor = may.actor()?;
            let (here, others) = may.app().presence.enter(&format!("{} {}", may.id, looking.at), actor.person, &actor.name);
            (Some(here), Some(others))
        }
        None => (None, None),
    };
    let changes = stream::unfold((may.watch().await?, here, slot), move |(mut watch, mut here, slot)| async move {
        // Who no longer sees the environment does not look at what is in it.
        let event = next(&mut watch, |may| drop(here.take_if(|_| environment.is_none_or(|environment| !sees(may, environment))))).await?;
        Some((Some(event), (watch, here, slot)))
    });
    let people = stream::iter(environment.zip(others)).flat_map(move |(environment, others)| {
        let may = may.clone();
        stream::unfold((may, others, None), move |(may, mut others, told)| async move {
            let names = loop {
                let names = others.next().await?;
                if told.as_ref() != Some(&names) {
                    break names;
                }
            };
            // Decided anew: what was taken away a moment ago is not told any more.
            if !sees(may.watch().await.ok()?.may(), environment) {
                return None;
            }
            Some((Some(Event::default().event("present").data(json!(names).to_string())), (may, others, Some(names))))
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

async fn next(watch: &mut Watch<ReadProduct>, mut looked: impl FnMut(&Authorized<ReadProduct>)) -> Option<Event> {
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
