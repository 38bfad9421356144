//! Reading a log in stretches: every filter is an index, and the cost of a stretch does not grow with the log.

use uuid::Uuid;

use super::{
    event::Event,
    log::{Chain, Entry},
};
use crate::{
    clock::Time,
    db::{Reader, Record, Sql, Value, args, record},
    error::Result,
    ids::PersonId,
};

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// By this person.
    pub actor: Option<PersonId>,
    /// With one of these names; none means any.
    pub events: Vec<String>,
    /// About this object.
    pub object: Option<Uuid>,
    /// And about all of these.
    pub within: Vec<Uuid>,
    /// Not before.
    pub from: Option<Time>,
    /// Before.
    pub until: Option<Time>,
    /// Older than this position.
    pub before: Option<i64>,
    /// That say this: looked for in what the other filters leave.
    pub text: Option<String>,
}

/// The newest events that are wanted, newest first, as they are stored.
pub async fn list(db: &Reader, chain: Chain, wanted: &Wanted, limit: i64) -> Result<Vec<Entry>> {
    newest(db, chain, wanted, limit).await
}

record! {
    struct Carried { event: String, data: String }
}

/// What they carry, without who, when and how; those that a later version wrote are left out.
pub async fn events(db: &Reader, chain: Chain, wanted: &Wanted, limit: i64) -> Result<Vec<Event>> {
    let found: Vec<Carried> = newest(db, chain, wanted, limit).await?;
    Ok(found.iter().filter_map(|carried| Event::read(&carried.event, &carried.data)).collect())
}

/// Between which positions they stand. Times follow positions, so a span of time is a span of positions: two look-ups, and then one index serves
/// every other filter.
async fn span(db: &Reader, chain: Chain, wanted: &Wanted) -> Result<(i64, i64)> {
    let mut before = wanted.before.unwrap_or(i64::MAX);
    let mut after = 0;
    if let Some(until) = wanted.until {
        let sql = "SELECT position FROM audit_events WHERE chain = $1 AND at >= $2 ORDER BY at, position LIMIT 1";
        before = before.min(db.value(sql, args![chain.id(), until]).await?.unwrap_or(i64::MAX));
    }
    if let Some(from) = wanted.from {
        let sql = "SELECT position FROM audit_events WHERE chain = $1 AND at < $2 ORDER BY at DESC, position DESC LIMIT 1";
        after = db.value(sql, args![chain.id(), from]).await?.unwrap_or(0);
    }
    Ok((after, before))
}

/// The newest events that are wanted, after so many that are passed over, and how many there are in all. Only indexes are counted and passed over.
/// Who did it and words are not asked for here.
pub async fn numbered(db: &Reader, chain: Chain, wanted: &Wanted, skip: i64, limit: i64) -> Result<(Vec<Entry>, u64)> {
    let (after, before) = span(db, chain, wanted).await?;
    let mut args: Vec<Value> = args![chain.id(), before, after];
    let mut add = |value: Value| {
        args.push(value);
        format!("${}", args.len())
    };
    let names: Vec<String> = wanted.events.iter().map(|name| add(name.as_str().into())).collect();
    let names = names.join(", ");
    let mut keys = match wanted.object {
        Some(object) => format!("audit_objects k WHERE k.object = {} AND", add(object.into())),
        None if names.is_empty() => "audit_events k WHERE".to_owned(),
        None => format!("audit_events k WHERE k.event IN ({names}) AND"),
    };
    keys.push_str(" k.chain = $1 AND k.position < $2 AND k.position > $3");
    if wanted.object.is_some() && !names.is_empty() {
        keys.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM audit_events n WHERE n.chain = k.chain AND n.position = k.position AND n.event IN ({names}))"
        ));
    }
    for object in &wanted.within {
        let object = add((*object).into());
        keys.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM audit_objects o WHERE o.chain = k.chain AND o.object = {object} AND o.position = k.position)"
        ));
    }
    let all = match wanted.object.is_none() && names.is_empty() {
        // Positions have no gaps.
        true => {
            let last = i64::try_from(count(db, chain).await?).unwrap_or(i64::MAX);
            (before.min(last.saturating_add(1)) - after - 1).max(0).unsigned_abs()
        }
        false => db.count(Sql::made(format!("SELECT count(*) FROM {keys}")), args.clone()).await?,
    };
    if u64::try_from(skip).is_ok_and(|skip| skip >= all) {
        return Ok((vec![], all));
    }
    args.extend(args![limit, skip]);
    let (limit, skip) = (args.len() - 1, args.len());
    let columns = Entry::COLUMNS.iter().map(|column| format!("e.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM (SELECT k.chain, k.position FROM {keys} ORDER BY k.position DESC LIMIT ${limit} OFFSET ${skip}) AS k \
         CROSS JOIN audit_events e WHERE e.chain = k.chain AND e.position = k.position ORDER BY k.position DESC"
    );
    Ok((db.all(Sql::made(sql), args).await?, all))
}

async fn newest<R: Record>(db: &Reader, chain: Chain, wanted: &Wanted, limit: i64) -> Result<Vec<R>> {
    let (after, before) = span(db, chain, wanted).await?;
    match wanted.text {
        None => between(db, chain, wanted, (after, before), limit).await,
        // Every event in the span is looked at.
        Some(_) => between(&db.aside(), chain, wanted, (after, before), limit).await,
    }
}

/// Those between two positions, the newest first.
async fn between<R: Record>(db: &Reader, chain: Chain, wanted: &Wanted, (after, before): (i64, i64), limit: i64) -> Result<Vec<R>> {
    let mut args: Vec<Value> = args![chain.id(), before, after, limit];
    let mut add = |value: Value| {
        args.push(value);
        format!("${}", args.len())
    };
    // What is rare is found by its own index alone, which names the positions; their rows are looked up after that.
    let mut keys = None;
    let mut also = String::new();
    match (wanted.object, wanted.actor, wanted.events.as_slice()) {
        (Some(object), ..) => keys = Some(format!("audit_objects k CROSS JOIN audit_events e WHERE k.object = {} AND", add(object.into()))),
        (None, Some(actor), _) => {
            keys = Some(format!("audit_events k CROSS JOIN audit_events e WHERE k.actor = {} AND", add(actor.into())))
        }
        (None, None, [name]) => {
            keys = Some(format!("audit_events k CROSS JOIN audit_events e WHERE k.event = {} AND", add(name.as_str().into())))
        }
        (None, None, [_, ..]) if wanted.text.is_none() && wanted.within.is_empty() => {
            let each = wanted.events.iter().enumerate().map(|(at, name)| {
                let name = add(name.as_str().into());
                format!("SELECT * FROM (SELECT chain, position FROM audit_events WHERE chain = $1 AND event = {name} AND position < $2 AND position > $3 ORDER BY position DESC LIMIT $4) AS k{at}")
            });
            keys = Some(format!("({}) AS k CROSS JOIN audit_events e WHERE", each.collect::<Vec<_>>().join(" UNION ALL ")));
        }
        _ => {}
    }
    if let (Some(_), Some(actor)) = (wanted.object, wanted.actor) {
        also.push_str(&format!(" AND e.actor = {}", add(actor.into())));
    }
    let by_event = wanted.object.is_none() && wanted.actor.is_none() && wanted.text.is_none() && wanted.within.is_empty();
    if !wanted.events.is_empty() && !by_event {
        let names: Vec<String> = wanted.events.iter().map(|name| add(name.as_str().into())).collect();
        also.push_str(&format!(" AND e.event IN ({})", names.join(", ")));
    }
    for object in &wanted.within {
        let object = add((*object).into());
        also.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM audit_objects o WHERE o.chain = e.chain AND o.object = {object} AND o.position = e.position)"
        ));
    }
    if let Some(text) = &wanted.text {
        let sought = add(text.to_lowercase().into());
        match keys {
            Some(_) => also.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM audit_words w WHERE w.chain = e.chain AND w.position = e.position AND {})",
                db.contains("w.words", &sought)
            )),
            None => keys = Some(format!("audit_words k CROSS JOIN audit_events e WHERE {} AND", db.contains("k.words", &sought))),
        }
    }
    let columns = R::COLUMNS.iter().map(|column| format!("e.{column}")).collect::<Vec<_>>().join(", ");
    let sql = match keys {
        Some(keys) => format!(
            "SELECT {columns} FROM {keys} k.chain = $1 AND k.position < $2 AND k.position > $3 AND e.chain = k.chain AND e.position = k.position{also} \
             ORDER BY k.position DESC LIMIT $4"
        ),
        None => format!(
            "SELECT {columns} FROM audit_events e WHERE e.chain = $1 AND e.position < $2 AND e.position > $3{also} ORDER BY e.position DESC LIMIT $4"
        ),
    };
    db.all(Sql::made(sql), args).await
}

/// How many events a log has.
pub async fn count(db: &Reader, chain: Chain) -> Result<u64> {
    // Positions have no gaps, so the head's position is the number of events.
    Ok(db.value::<i64>("SELECT position FROM audit_chains WHERE id = $1", args![chain.id()]).await?.unwrap_or(0).unsigned_abs())
}

/// How many events of a log are about an object.
pub async fn count_about(db: &Reader, chain: Chain, object: Uuid) -> Result<u64> {
    db.count("SELECT count(*) FROM audit_objects WHERE chain = $1 AND object = $2", args![chain.id(), object]).await
}

record! {
    /// When a log was last checked and what was found.
    #[derive(Clone, Copy, Debug)]
    pub struct LastCheck {
        /// When.
        pub checked_at: Time,
        /// Up to which position it was intact.
        pub checked_position: Option<i64>,
        /// The first position that was not.
        pub broken_position: Option<i64>,
    }
}

/// The last check of a log.
pub async fn last_check(db: &Reader, chain: Uuid) -> Result<Option<LastCheck>> {
    db.one("SELECT checked_at, checked_position, broken_position FROM audit_checks WHERE chain = $1", args![chain]).await
}

/// When the heads of the logs were last printed to be kept elsewhere.
pub async fn last_printed_heads(db: &Reader) -> Result<Option<Time>> {
    let sql = "SELECT at FROM audit_events WHERE chain = $1 AND event = 'log.heads-printed' ORDER BY position DESC LIMIT 1";
    db.value(sql, args![Chain::Platform.id()]).await
}
