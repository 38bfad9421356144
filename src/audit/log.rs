//! Appending to a chain, and checking it.
//!
//! A row's hash is SHA-256 over the hash before it and every field of the row, each with its length in front, so that no two rows can be
//! mistaken for each other. The head of a chain is locked while an event is appended: positions have no gaps.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{event::Event, words};
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::{Error, Result},
    ids::{PersonId, RequestId, TeamId},
};

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// A team's own.
    Team(TeamId),
    /// The platform's and its accounts'.
    Platform,
}

impl Chain {
    /// The id under which it is stored; the platform's is nil.
    pub fn id(self) -> Uuid {
        match self {
            Self::Team(team) => team.0,
            Self::Platform => Uuid::nil(),
        }
    }
}

/// The way in: what the actor showed to be let in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Way {
    /// A browser that is signed in.
    Session {
        /// For example “Firefox on Linux”.
        agent: String,
    },
    /// A personal access token.
    Token {
        /// Its name.
        name: String,
    },
    /// A link that was sent by mail.
    Link,
    /// The command line on the server.
    Command,
    /// Burgee itself: a job, a schedule.
    System,
}

/// Who did it and how: everything about an event that the event itself does not know.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The person, if it was one.
    pub actor: Option<PersonId>,
    /// Their name, which stays readable when the account is gone.
    pub actor_name: String,
    /// The way in.
    pub way: Way,
    /// Where from.
    pub address: Option<String>,
    /// The request.
    pub request: RequestId,
    /// When.
    pub at: Time,
}

record! {
    /// One stored event.
    #[derive(Clone, Debug)]
    pub struct Entry {
        /// The chain it stands in.
        pub chain: Uuid,
        /// Its place in the chain, from 1.
        pub position: i64,
        /// When it happened; never earlier than the event before it.
        pub at: Time,
        /// Its name.
        pub event: String,
        /// The person, if it was one.
        pub actor: Option<PersonId>,
        /// Their name at that moment.
        pub actor_name: String,
        /// The way in, as JSON.
        pub way: String,
        /// Where from.
        pub address: Option<String>,
        /// The request.
        pub request: RequestId,
        /// What it carries, as JSON.
        pub data: String,
        /// Over all of this and the hash before it.
        pub hash: Vec<u8>,
    }
}

record! {
    struct Head { position: i64, hash: Vec<u8>, at: Time }
}

/// Appends events to their chains, in the transaction of their change.
///
/// # Errors
/// `LogDamaged` if a chain does not end where its head says: what was written after it would hide that something is missing.
pub async fn append(tx: &Writer, events: &[&Event], trace: &Trace) -> Result<()> {
    let mut heads: Vec<(Uuid, Head)> = vec![];
    let (mut rows, mut objects, mut said) = (vec![], vec![], vec![]);
    for event in events {
        let chain = event.chain().id();
        let at = match heads.iter().position(|(known, _)| *known == chain) {
            Some(at) => at,
            None => {
                heads.push((chain, head(tx, chain, trace.at).await?));
                heads.len() - 1
            }
        };
        let head = &mut heads[at].1;
        let entry = Entry {
            chain,
            position: head.position + 1,
            at: trace.at.max(head.at),
            event: event.name().into(),
            actor: trace.actor,
            actor_name: trace.actor_name.clone(),
            way: json(&trace.way)?,
            address: trace.address.clone(),
            request: trace.request,
            data: json(event)?,
            hash: vec![],
        };
        let hash = entry.sealed(&head.hash);
        *head = Head { position: entry.position, hash: hash.clone(), at: entry.at };
        objects.extend(event.objects().into_iter().map(|object| args![chain, object, entry.position]));
        said.push(args![chain, entry.position, words::of(&entry.actor_name, &entry.data)]);
        let Entry { chain, position, at, event, actor, actor_name, way, address, request, data, .. } = entry;
        rows.push(args![chain, position, at, event, actor, actor_name, way, address, request, data, hash]);
    }
    for (chain, Head { position, hash, at }) in heads {
        tx.run("UPDATE audit_chains SET position = $2, hash = $3, at = $4 WHERE id = $1", args![chain, position, hash, at]).await?;
    }
    let written = async {
        tx.put("INSERT INTO audit_objects (chain, object, position)", objects).await?;
        tx.put("INSERT INTO audit_words (chain, position, words)", said).await?;
        tx.put("INSERT INTO audit_events (chain, position, at, event, actor, actor_name, way, address, request, data, hash)", rows).await
    };
    match written.await {
        // The head is locked, so nobody else has written there: something was left of events that were taken out.
        Err(Error::Conflict { code: "taken", .. }) => {
            tracing::error!("rows of events that are no longer there stand where the audit log goes on: nothing is written to it");
            Err(Error::LogDamaged)
        }
        done => done,
    }
}

/// The head of a chain, locked until the transaction ends.
async fn head(tx: &Writer, chain: Uuid, now: Time) -> Result<Head> {
    let find = || tx.locking("SELECT position, hash, at FROM audit_chains WHERE id = $1", "FOR UPDATE");
    if let Some(head) = tx.one(find(), args![chain]).await? {
        return ends_there(tx, chain, head).await;
    }
    // Two first events at the same moment: one makes the head, both then lock it.
    let start = "INSERT INTO audit_chains (id, position, hash, at) VALUES ($1, 0, $2, $3) ON CONFLICT (id) DO NOTHING";
    tx.run(start, args![chain, vec![0_u8; 32], now]).await?;
    let head = tx.one(find(), args![chain]).await?.ok_or_else(|| Error::internal("a log without a head"))?;
    ends_there(tx, chain, head).await
}

/// The head, if it is that of the newest event. A statement of its own: on PostgreSQL, one that waited for the lock sees the events of before.
async fn ends_there(tx: &Writer, chain: Uuid, head: Head) -> Result<Head> {
    let sql = "SELECT position, hash, at FROM audit_events WHERE chain = $1 ORDER BY position DESC LIMIT 1";
    let newest: Option<Head> = tx.one(sql, args![chain]).await?;
    let fits = newest.as_ref().map_or(head.position == 0, |newest| (newest.position, &newest.hash) == (head.position, &head.hash));
    if fits {
        return Ok(head);
    }
    let newest = newest.map(|newest| newest.position);
    tracing::error!(%chain, head = head.position, ?newest, "the audit log does not end where its head says: nothing is written to it");
    Err(Error::LogDamaged)
}

/// How far a chain is: another position means that something has happened meanwhile.
pub async fn position(db: &Reader, chain: Chain) -> Result<i64> {
    Ok(db.value("SELECT position FROM audit_chains WHERE id = $1", args![chain.id()]).await?.unwrap_or(0))
}

impl Entry {
    /// The hash that this row must have after a row with the hash `before`.
    fn sealed(&self, before: &[u8]) -> Vec<u8> {
        let mut sha = Sha256::new();
        let mut part = |bytes: &[u8]| {
            sha.update((bytes.len() as u64).to_be_bytes());
            sha.update(bytes);
        };
        part(before);
        part(self.chain.as_bytes());
        part(&self.position.to_be_bytes());
        part(&self.at.0.to_be_bytes());
        part(self.event.as_bytes());
        part(self.actor.map(|actor| actor.0.into_bytes()).as_ref().map_or(&[], |bytes| bytes.as_slice()));
        part(self.actor_name.as_bytes());
        part(self.way.as_bytes());
        part(self.address.as_deref().unwrap_or_default().as_bytes());
        part(self.request.0.as_bytes());
        part(self.data.as_bytes());
        sha.finalize().to_vec()
    }

    /// The event again; `None` if a later version wrote something this one does not know.
    pub fn event(&self) -> Option<Event> {
        Event::read(&self.event, &self.data)
    }
}

/// What checking a chain found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Checked {
    /// Every row follows from the one before it, up to this position.
    Intact(i64),
    /// The first position that is missing, altered or out of place.
    Broken(i64),
}

record! {
    struct Ends { position: i64, hash: Vec<u8>, at: Time, newest: Option<i64> }
}

/// Reads a chain from its beginning to its head and compares every hash.
pub async fn check(db: &Reader, chain: Uuid) -> Result<Checked> {
    check_after(db, chain, 0).await
}

/// The same for what comes after a position that was found intact before. What is wrong up to there may be reported further behind.
pub async fn check_after(db: &Reader, chain: Uuid, after: i64) -> Result<Checked> {
    let db = db.aside();
    // Both ends as of one moment: what is appended while we read comes after both.
    let sql = "SELECT c.position, c.hash, c.at, (SELECT max(e.position) FROM audit_events e WHERE e.chain = c.id) AS newest \
               FROM audit_chains c WHERE c.id = $1";
    let Some(head) = db.one::<Ends>(sql, args![chain]).await? else { return Ok(Checked::Broken(1)) };
    let start = match after {
        0 => Some(Head { position: 0, hash: vec![0; 32], at: Time(0) }),
        _ => db.one("SELECT position, hash, at FROM audit_events WHERE chain = $1 AND position = $2", args![chain, after]).await?,
    };
    let Some(Head { mut position, mut hash, mut at }) = start else { return Ok(Checked::Broken(after)) };
    while position < head.position {
        let sql = "SELECT chain, position, at, event, actor, actor_name, way, address, request, data, hash FROM audit_events \
                   WHERE chain = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT 1000";
        let rows: Vec<Entry> = db.all(sql, args![chain, position, head.position]).await?;
        if rows.is_empty() {
            return Ok(Checked::Broken(position + 1));
        }
        for row in rows {
            if row.position != position + 1 || row.sealed(&hash) != row.hash {
                return Ok(Checked::Broken(position + 1));
            }
            (position, hash, at) = (row.position, row.hash, row.at);
        }
    }
    Ok(match head {
        // A head is made with the first event.
        Ends { position: 0, .. } => Checked::Broken(1),
        // It was set back behind what was found before.
        Ends { position: end, .. } if end < after => Checked::Broken(end + 1),
        Ends { hash: end, .. } if end != hash => Checked::Broken(position),
        // Later events would take its moment for their own.
        Ends { at: end, .. } if end != at => Checked::Broken(position),
        // Events that the head does not know of, however well they follow.
        Ends { newest, .. } if newest != Some(position) => Checked::Broken(position + 1),
        _ => Checked::Intact(position),
    })
}

/// The hash of the event at a position.
pub async fn hash_at(db: &Reader, chain: Uuid, position: i64) -> Result<Option<Vec<u8>>> {
    db.value("SELECT hash FROM audit_events WHERE chain = $1 AND position = $2", args![chain, position]).await
}

/// Keeps the result of a check, for the page that shows it.
pub async fn note_checked(tx: &Writer, chain: Uuid, found: Checked, at: Time) -> Result<()> {
    let (checked, broken) = match found {
        Checked::Intact(position) => (Some(position), None),
        Checked::Broken(position) => (None, Some(position)),
    };
    let sql = "INSERT INTO audit_checks (chain, checked_at, checked_position, broken_position) VALUES ($1, $2, $3, $4) ON CONFLICT (chain) \
               DO UPDATE SET checked_at = excluded.checked_at, checked_position = excluded.checked_position, broken_position = excluded.broken_position";
    tx.run(sql, args![chain, at, checked, broken]).await.map(|_| ())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
