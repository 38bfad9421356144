//! Heads of the chains: a position and its hash stand for everything up to there.
//!
//! A chain shows what was altered in it, and not that it was cut off together with its head, written anew, or taken out as a whole. So heads
//! are recorded in another chain, the platform's ([`record`]), and printed to be kept where nobody who can write to the database can change
//! them. [`Expected`] gathers which chains there must be and what they must hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    event::Event,
    log::{Chain, Checked, Entry},
    read::{self, Wanted},
};
use crate::{
    clock::Time,
    db::{Reader, Sql, Value, Writer, args, record},
    error::Result,
    ids::TeamId,
};

/// How many heads stand in one event, and are looked up at once.
const AT_ONCE: usize = 100;
/// How many events of the platform's log are read at once.
const PAGE: i64 = 100;

/// A position of a chain and the hash of the event there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// The team; nil for the platform.
    pub chain: Uuid,
    /// The position.
    pub position: i64,
    /// The hash in hexadecimal digits.
    pub hash: String,
}

impl ChainHead {
    /// The head at a position that a check has just found intact.
    pub async fn at(db: &Reader, chain: Uuid, position: i64) -> Result<Option<Self>> {
        let hash = super::log::hash_at(db, chain, position).await?;
        Ok(hash.map(|hash| Self { chain, position, hash: hex(&hash) }))
    }
}

impl std::fmt::Display for ChainHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.chain, self.position, self.hash)
    }
}

/// Reads heads as they were printed, a line each; lines that begin with `#` say something to people.
///
/// # Errors
/// The number of the first line that is no head.
pub fn parse(text: &str) -> Result<Vec<ChainHead>, usize> {
    let mut heads = vec![];
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> = line.split_whitespace().collect();
        let head = match parts.as_slice() {
            [chain, position, hash] if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                let numbers = chain.parse().ok().zip(position.parse().ok().filter(|position| *position > 0));
                numbers.map(|(chain, position)| ChainHead { chain, position, hash: hash.to_lowercase() })
            }
            _ => None,
        };
        heads.push(head.ok_or(at + 1)?);
    }
    Ok(heads)
}

record! {
    struct Head { chain: Uuid, position: i64, hash: Vec<u8> }
}

impl From<Head> for ChainHead {
    fn from(Head { chain, position, hash }: Head) -> Self {
        Self { chain, position, hash: hex(&hash) }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Events with the heads that have moved since they were last recorded, so that a quiet log costs nothing. The platform's own head is not among
/// them: they stand in its chain.
///
/// Two nodes may record the same: that does no harm.
pub async fn record(tx: &Writer) -> Result<Vec<Event>> {
    let sql = "SELECT c.id AS chain, c.position, c.hash FROM audit_chains c LEFT JOIN audit_recorded_heads r ON r.chain = c.id \
               WHERE c.id <> $1 AND (r.position IS NULL OR r.position <> c.position) ORDER BY c.id LIMIT 10000";
    let moved: Vec<Head> = tx.all(sql, args![Chain::Platform.id()]).await?;
    for Head { chain, position, .. } in &moved {
        let sql = "INSERT INTO audit_recorded_heads (chain, position) VALUES ($1, $2) ON CONFLICT (chain) DO UPDATE SET position = excluded.position";
        tx.run(sql, args![*chain, *position]).await?;
    }
    let moved: Vec<ChainHead> = moved.into_iter().map(Into::into).collect();
    Ok(moved.chunks(AT_ONCE).map(|heads| Event::LogHeadsRecorded { heads: heads.to_vec() }).collect())
}

/// Which chains there must be, and what is wrong with them beyond what each shows by itself.
#[derive(Debug, Default)]
pub struct Expected {
    /// All chains: those with a head, with events, of teams that are there or were, and those of which a head was recorded or kept.
    pub chains: BTreeSet<Uuid>,
    /// Chains of no team, although no event says that one was deleted.
    pub ownerless: BTreeSet<Uuid>,
    /// The first position at which the platform's log has recorded another hash.
    pub recorded: BTreeMap<Uuid, i64>,
    /// The first position at which another hash was kept elsewhere.
    pub kept: BTreeMap<Uuid, i64>,
}

impl Expected {
    /// Gathers all of it. `since`: only heads that were recorded after this moment are compared; `None`: all of them. `kept`: what was kept
    /// elsewhere.
    pub async fn gather(db: &Reader, since: Option<Time>, kept: &[ChainHead]) -> Result<Self> {
        let db = &db.aside();
        let platform = Chain::Platform.id();
        let mut chains = ids(db, "SELECT id FROM audit_chains", args![]).await?;
        // From one chain to the next by the primary key, instead of reading all events.
        let with_events = "WITH RECURSIVE known (id) AS (SELECT (SELECT chain FROM audit_events ORDER BY chain, position LIMIT 1) \
                           UNION ALL SELECT (SELECT e.chain FROM audit_events e WHERE e.chain > known.id ORDER BY e.chain, e.position LIMIT 1) \
                           FROM known WHERE known.id IS NOT NULL) SELECT id FROM known WHERE id IS NOT NULL";
        chains.extend(ids(db, with_events, args![]).await?);
        // Whoever has an account got it by an event.
        chains.extend(ids(db, "SELECT $1 AS id FROM people LIMIT 1", args![platform]).await?);
        let mut teams = ids(db, "SELECT id FROM teams", args![]).await?;
        let mut deleted = PlatformEvents::named("team.deleted", None);
        while let Some(events) = deleted.page(db).await? {
            teams.extend(events.into_iter().filter_map(|event| match event {
                Event::TeamDeleted { team: TeamId(team), .. } => Some(team),
                _ => None,
            }));
        }
        let ownerless = chains.iter().filter(|chain| **chain != platform && !teams.contains(*chain)).copied().collect();
        chains.extend(teams);
        let mut recorded = BTreeMap::new();
        let mut records = PlatformEvents::named("log.heads-recorded", since);
        while let Some(events) = records.page(db).await? {
            for event in events {
                if let Event::LogHeadsRecorded { heads } = event {
                    differing(db, &heads, &mut recorded).await?;
                }
            }
        }
        let mut others = BTreeMap::new();
        differing(db, kept, &mut others).await?;
        chains.extend(recorded.keys().chain(others.keys()));
        Ok(Self { chains, ownerless, recorded, kept: others })
    }

    /// What checking a chain found, together with what is known beyond it.
    pub fn with(&self, chain: Uuid, found: Checked) -> Checked {
        let broken = [self.recorded.get(&chain), self.kept.get(&chain)].into_iter().flatten().min().copied();
        match (found, broken) {
            (found, None) => found,
            (Checked::Intact(_), Some(position)) => Checked::Broken(position),
            (Checked::Broken(found), Some(position)) => Checked::Broken(found.min(position)),
        }
    }
}

async fn ids(db: &Reader, sql: &'static str, args: Vec<Value>) -> Result<BTreeSet<Uuid>> {
    record! { struct Id { id: Uuid } }
    Ok(db.all::<Id>(sql, args).await?.into_iter().map(|row| row.id).collect())
}

/// The events of a name in the platform's log, the newest first, a page at a time.
struct PlatformEvents {
    wanted: Wanted,
    ended: bool,
}

impl PlatformEvents {
    fn named(name: &str, since: Option<Time>) -> Self {
        Self { wanted: Wanted { events: vec![name.to_owned()], from: since, ..Wanted::default() }, ended: false }
    }

    async fn page(&mut self, db: &Reader) -> Result<Option<Vec<Event>>> {
        if self.ended {
            return Ok(None);
        }
        let entries = read::list(db, Chain::Platform, &self.wanted, PAGE).await?;
        self.ended = (entries.len() as i64) < PAGE;
        self.wanted.before = entries.last().map(|entry| entry.position);
        Ok(Some(entries.iter().filter_map(Entry::event).collect()))
    }
}

/// Notes where the logs do not hold what these heads say: the first such position of each.
async fn differing(db: &Reader, heads: &[ChainHead], found: &mut BTreeMap<Uuid, i64>) -> Result<()> {
    for heads in heads.chunks(AT_ONCE) {
        let places: Vec<String> = (0..heads.len()).map(|at| format!("(chain = ${} AND position = ${})", 2 * at + 1, 2 * at + 2)).collect();
        let sql = Sql::made(format!("SELECT chain, position, hash FROM audit_events WHERE {}", places.join(" OR ")));
        let args = heads.iter().flat_map(|head| args![head.chain, head.position]).collect();
        let there: Vec<ChainHead> = db.all::<Head>(sql, args).await?.into_iter().map(Into::into).collect();
        for head in heads.iter().filter(|head| !there.contains(head)) {
            let first = found.entry(head.chain).or_insert(head.position);
            *first = head.position.min(*first);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_heads_are_read_again() {
        let head = ChainHead { chain: Uuid::now_v7(), position: 7, hash: "0a".repeat(32) };
        let text = format!("\u{feff}# of Monday\n{head}\n\n  {} \r\n", ChainHead { chain: Uuid::nil(), ..head.clone() });
        assert_eq!(parse(&text).unwrap(), [head.clone(), ChainHead { chain: Uuid::nil(), ..head.clone() }]);
        for wrong in ["x", "a b c", &format!("{head} more"), &head.to_string().replace(" 7 ", " 0 "), &head.to_string()[..80]] {
            assert_eq!(parse(&format!("\n{wrong}")), Err(2), "{wrong}");
        }
    }
}
