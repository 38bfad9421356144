//! A log as a table for other programs.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::view;
use crate::{
    audit::{self, Chain, read::Wanted},
    db::Reader,
    error::{Error, Result},
};

/// The most events that are written at once.
const MOST: usize = 10_000;
const STRETCH: i64 = 1_000;

/// The events that are wanted, newest first, as CSV.
pub async fn csv(db: &Reader, chain: Chain, mut wanted: Wanted, name: &str) -> Result<Response> {
    let db = &db.aside();
    let mut text = "id,event,body,scope,trigger,createdAt\r\n".to_owned();
    let mut written = 0;
    while written < MOST {
        let events = audit::read::list(db, chain, &wanted, STRETCH).await?;
        let Some(last) = events.last() else { break };
        wanted.before = Some(last.position);
        written += events.len();
        for entry in view::entries(db, events).await? {
            let cells = [entry.id, entry.event, json(&entry.body)?, json(&entry.scope)?, json(&entry.trigger)?, entry.created_at];
            text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
            text.push_str("\r\n");
        }
    }
    let attachment = format!("attachment; filename=\"audit-log-{name}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, &attachment),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// What somebody typed stands only inside JSON objects, so that no cell begins like a formula.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}
