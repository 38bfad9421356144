//! ConfigCat’s Terraform provider reads the tags of a setting and takes one away by its place in that list, and it does so for several tags at the
//! same time: when the second is to go, the list may be shorter already, and the place another tag’s. So a place counts in the list that was told
//! last, and after something was taken away, the list is told again only when that has been quiet for a moment.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{FromRequestParts, Request},
    http::{header, request::Parts},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    authz::{App, Argument, Operation},
    clock::{SECOND, Time},
    error::Result,
};

/// How long a list is remembered.
const REMEMBERED: i64 = 10 * SECOND;
/// How long nothing was taken away when a list is told again.
const QUIET: i64 = SECOND / 4;
/// So many lists are remembered at a time.
const MOST: usize = 1_000;

/// The lists that were told last.
#[derive(Default)]
pub struct ToldTags(Mutex<HashMap<Of, Told>>);

/// Whom a list was told, and of which setting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Of {
    shown: [u8; 32],
    path: String,
}

impl Of {
    /// What a request is about, if it is about a setting.
    pub fn read(request: &Request) -> Option<Self> {
        let path = request.uri().path();
        let setting = path.strip_prefix("/v1/settings/").and_then(|setting| setting.parse::<i64>().ok());
        let shown = request.headers().get(header::AUTHORIZATION).filter(|_| setting.is_some())?;
        Some(Self { shown: Sha256::digest(shown.as_bytes()).into(), path: path.to_owned() })
    }
}

struct Told {
    tags: Vec<i64>,
    at: Time,
    taken: Option<Time>,
}

impl ToldTags {
    /// Nothing was told yet.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// How long to wait before a list is told.
    pub fn wait(&self, of: &Of, now: Time) -> Duration {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = lists.get(of).and_then(|told| told.taken);
        let left = taken.map_or(0, |taken| QUIET - now.since(taken)).clamp(0, QUIET);
        Duration::from_millis(left.unsigned_abs())
    }

    /// Remembers what an answer tells.
    pub fn tell(&self, of: Of, answer: &Value, now: Time) {
        let tags = numbers(answer);
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= MOST {
            lists.retain(|_, told| now.since(told.at) < REMEMBERED);
        }
        if lists.len() < MOST || lists.contains_key(&of) {
            lists.insert(of, Told { tags, at: now, taken: None });
        }
    }

    /// The list in which a place counts.
    pub fn last(&self, of: &Of, now: Time) -> AsTold {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = lists.get(of).filter(|told| now.since(told.at) < REMEMBERED);
        AsTold(told.map(|told| told.tags.clone()))
    }

    /// Remembers when something was taken away, if this answer to a change tells so.
    pub fn took(&self, of: &Of, answer: &Value, now: Time) {
        let left = numbers(answer);
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = lists.get_mut(of).filter(|told| told.tags.iter().any(|tag| !left.contains(tag))) {
            told.taken = Some(now);
        }
    }
}

/// The numbers of the tags that a setting is told with.
fn numbers(answer: &Value) -> Vec<i64> {
    answer["tags"].as_array().into_iter().flatten().filter_map(|tag| tag["tagId"].as_i64()).collect()
}

/// The list in which the places of a request count, if that is another one than today’s.
#[derive(Clone, Debug, Default)]
pub struct AsTold(Option<Vec<i64>>);

impl AsTold {
    /// What becomes of today’s list: what the change adds to the list that was told is added, and what it takes away is taken away.
    pub fn changed(&self, now: Vec<i64>, change: impl FnOnce(Vec<i64>) -> Result<Vec<i64>>) -> Result<Vec<i64>> {
        let Some(told) = self.0.as_ref().filter(|told| **told != now) else { return change(now) };
        let wanted = change(told.clone())?;
        let stays = |tag: &i64| wanted.contains(tag) || !told.contains(tag);
        let added = wanted.iter().filter(|tag| !told.contains(tag) && !now.contains(tag));
        Ok(now.iter().filter(|tag| stays(tag)).chain(added).copied().collect())
    }
}

impl FromRequestParts<App> for AsTold {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove().unwrap_or_default())
    }
}

impl Argument for AsTold {
    fn describe(_: &mut Operation) {}
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(setting: i64) -> Of {
        Of { shown: [7; 32], path: format!("/v1/settings/{setting}") }
    }

    fn without(at: usize) -> impl Fn(Vec<i64>) -> Result<Vec<i64>> {
        move |mut tags| {
            tags.remove(at);
            Ok(tags)
        }
    }

    #[test]
    fn places_count_in_the_list_that_was_told() {
        let lists = ToldTags::new();
        lists.tell(of(1), &json!({ "tags": [{ "tagId": 1 }, { "tagId": 2 }, { "tagId": 3 }] }), Time(0));
        let told = lists.last(&of(1), Time(1));
        assert_eq!(told.changed(vec![1, 2, 3], without(0)).unwrap(), [2, 3]);
        assert_eq!(told.changed(vec![2, 3], without(2)).unwrap(), [2], "the third, though it is the second by now");
        assert_eq!(told.changed(vec![2, 3, 9], without(1)).unwrap(), [3, 9], "what came meanwhile stays");
        assert_eq!(told.changed(vec![3], without(1)).unwrap(), [3], "what is gone is gone");
        let added = told.changed(vec![3], |tags| Ok([tags, vec![4, 3]].concat()));
        assert_eq!(added.unwrap(), [3, 4]);
        for unknown in [lists.last(&of(2), Time(1)), lists.last(&of(1), Time(REMEMBERED))] {
            assert_eq!(unknown.changed(vec![2, 3], without(1)).unwrap(), [2], "nothing is remembered");
        }
    }

    #[test]
    fn a_list_is_told_when_it_is_quiet() {
        let lists = ToldTags::new();
        assert!(lists.wait(&of(1), Time(0)).is_zero());
        let (two, one) = (json!({ "tags": [{ "tagId": 1 }, { "tagId": 2 }] }), json!({ "tags": [{ "tagId": 2 }] }));
        lists.tell(of(1), &two, Time(0));
        lists.took(&of(1), &two, Time(100));
        assert!(lists.wait(&of(1), Time(150)).is_zero(), "nothing was taken");
        lists.took(&of(1), &one, Time(100));
        assert_eq!(lists.wait(&of(1), Time(150)), Duration::from_millis(200));
        assert!(lists.wait(&of(1), Time(5000)).is_zero() && lists.wait(&of(2), Time(150)).is_zero());
        for setting in 0..5000 {
            lists.tell(of(setting), &json!({ "tags": [] }), Time(0));
        }
        assert_eq!(lists.0.lock().unwrap().len(), MOST, "memory has an end");
    }
}
