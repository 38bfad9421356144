//! Who asks how often: counted in memory by key, hour and program, and written down now and then. Never a write per request.

use std::sync::{Mutex, PoisonError};

use crate::clock::{HOUR, Time};

/// What a program says of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Agent<'a> {
    /// One of the SDKs, in its own words: `ConfigCat-Python/a-10.0.1`.
    Sdk(&'a str),
    /// A client of the OpenFeature protocol.
    OpenFeature,
    /// Anything else.
    Other,
}

/// How often a key was used by a program within an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The key.
    pub key: String,
    /// The beginning of the hour.
    pub hour: Time,
    /// The program: `Python 10.0.1`.
    pub agent: String,
    /// How often.
    pub requests: i64,
    /// When last.
    pub last: Time,
}

/// Of requests that are counted by the clock's hours, how many were within the last 60 minutes: all of this hour, and of the one before as much
/// as reaches into them.
pub fn lately(now: Time, hour: Time, requests: i64) -> i64 {
    let within = now.0.rem_euclid(HOUR);
    match now.0 - within - hour.0 {
        0 => requests,
        HOUR => requests * (HOUR - within) / HOUR,
        _ => 0,
    }
}

/// More programs than these are counted together, so that nobody fills the memory by inventing some.
const MOST_AGENTS: usize = 24;
/// Longer names than this are nobody's.
const LONGEST_NAME: usize = 80;

#[derive(Default)]
pub(super) struct Uses(Mutex<Vec<Count>>);

struct Count {
    agent: Box<str>,
    hour: i64,
    requests: i64,
    last: Time,
}

impl Uses {
    pub(super) fn note(&self, agent: Agent<'_>, now: Time) {
        let name = match agent {
            Agent::Sdk(name) if name.len() <= LONGEST_NAME => name,
            Agent::OpenFeature => "OpenFeature",
            Agent::Sdk(_) | Agent::Other => "",
        };
        let hour = now.0.div_euclid(HOUR);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let crowded = counts.len() >= MOST_AGENTS;
        let at = counts.iter().position(|count| count.hour == hour && &*count.agent == name);
        let at = at.or_else(|| counts.iter().position(|count| crowded && count.hour == hour && count.agent.is_empty()));
        match at.and_then(|at| counts.get_mut(at)) {
            Some(count) => {
                count.requests += 1;
                count.last = count.last.max(now);
            }
            None => counts.push(Count { agent: if crowded { "" } else { name }.into(), hour, requests: 1, last: now }),
        }
    }

    pub(super) fn take(&self, key: &str) -> Vec<Use> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut uses: Vec<Use> = vec![];
        for count in counts {
            let (agent, hour) = (readable(&count.agent), Time(count.hour * HOUR));
            match uses.iter_mut().find(|one| one.agent == agent && one.hour == hour) {
                Some(same) => {
                    same.requests += count.requests;
                    same.last = same.last.max(count.last);
                }
                None => uses.push(Use { key: key.to_owned(), hour, agent, requests: count.requests, last: count.last }),
            }
        }
        uses
    }
}

/// `ConfigCat-UnifiedJS-Node/m-1.1.0` as people say it: `UnifiedJS-Node 1.1.0`. What does not look like that is another program.
fn readable(agent: &str) -> String {
    if agent == "OpenFeature" {
        return agent.to_owned();
    }
    let Some((name, version)) = agent.strip_prefix("ConfigCat-").and_then(|rest| rest.split_once('/')) else {
        return "another program".to_owned();
    };
    let version = match version.split_once('-') {
        Some((mode, version)) if mode.len() == 1 => version,
        _ => version,
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte));
    if plain(name) && plain(version) { format!("{name} {version}") } else { "another program".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_named_as_people_say_it() {
        for (agent, name) in [
            ("ConfigCat-Python/a-10.0.1", "Python 10.0.1"),
            ("ConfigCat-UnifiedJS-ChromiumExtension/m-1.1.0", "UnifiedJS-ChromiumExtension 1.1.0"),
            ("ConfigCat-Go/9.0.0-beta.1", "Go 9.0.0-beta.1"),
            ("curl/8", "another program"),
            ("ConfigCat-/m-", "another program"),
            ("ConfigCat-<b>/a-1", "another program"),
        ] {
            assert_eq!(readable(agent), name);
        }
    }

    #[test]
    fn uses_are_counted_by_hour_and_program() {
        let uses = Uses::default();
        for minute in [0, 30, 59, 60] {
            uses.note(Agent::Sdk("ConfigCat-Python/a-10.0.1"), Time(minute * 60_000));
            uses.note(Agent::Sdk("ConfigCat-Python/m-10.0.1"), Time(minute * 60_000));
        }
        let taken = uses.take("k");
        assert_eq!(taken.iter().map(|one| (one.hour.0, one.requests)).collect::<Vec<_>>(), [(0, 6), (HOUR, 2)]);
        assert_eq!(taken[0].last, Time(59 * 60_000));
        assert!(uses.take("k").is_empty());
    }

    #[test]
    fn the_last_hour_reaches_into_the_one_before() {
        let now = Time(10 * HOUR + HOUR / 4);
        let at = |hour: i64| lately(now, Time(hour * HOUR), 100);
        assert_eq!([at(10), at(9), at(8), at(11)], [100, 75, 0, 0]);
    }

    #[test]
    fn invented_programs_do_not_fill_the_memory() {
        let uses = Uses::default();
        for number in 0..1000 {
            uses.note(Agent::Sdk(&format!("ConfigCat-X/a-{number}")), Time(0));
        }
        let taken = uses.take("k");
        assert!(taken.len() <= MOST_AGENTS + 1, "{}", taken.len());
        assert_eq!(taken.iter().map(|one| one.requests).sum::<i64>(), 1000);
    }
}
