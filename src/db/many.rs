//! Many rows in one statement: an import of thousands of them neither asks nor writes once per row.

use super::{Column, Reader, Sql, Value, Writer, row::First};
use crate::error::{Error, Result};

/// How many arguments a statement gets at most: SQLite knows 32,766 of them, PostgreSQL 65,535.
const ARGUMENTS: usize = 4000;

fn places(from: usize, count: usize) -> String {
    let places: Vec<String> = (from..from + count).map(|at| format!("${at}")).collect();
    format!("({})", places.join(", "))
}

impl Reader {
    /// Which of these values are found: `sql` ends where their list begins, as in `SELECT id FROM tags WHERE id IN`.
    pub async fn among<C: Column>(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<C>> {
        let mut found = vec![];
        for some in values.chunks(ARGUMENTS) {
            let rows: Vec<First<C>> = self.all(Sql::made(format!("{sql} {}", places(1, some.len()))), some.to_vec()).await?;
            found.extend(rows.into_iter().map(|First(value)| value));
        }
        Ok(found)
    }

    /// The last number of a kind that was given.
    pub async fn last_number(&self, kind: &'static str) -> Result<i64> {
        Ok(self.value("SELECT last FROM numbers WHERE kind = $1", vec![kind.into()]).await?.unwrap_or(0))
    }
}

impl Writer {
    /// Inserts rows: `into` names the table and its columns, as in `INSERT INTO tags (id, name)`.
    pub async fn put(&self, into: &'static str, rows: Vec<Vec<Value>>) -> Result<()> {
        let Some(width) = rows.first().map(Vec::len).filter(|width| *width > 0) else { return Ok(()) };
        if rows.iter().any(|row| row.len() != width) {
            return Err(Error::internal("rows of different widths"));
        }
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let args: Vec<Value> = rows.by_ref().take(ARGUMENTS / width).flatten().collect();
            let lines: Vec<String> = (0..args.len() / width).map(|line| places(1 + line * width, width)).collect();
            self.run(Sql::made(format!("{into} VALUES {}", lines.join(", "))), args).await?;
            // Others may have something to do on this thread.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Keeps others from taking numbers of a kind until the transaction ends, and tells the last one.
    pub async fn hold_numbers(&self, kind: &'static str) -> Result<i64> {
        let sql = "INSERT INTO numbers (kind, last) VALUES ($1, 0) ON CONFLICT (kind) DO UPDATE SET last = numbers.last RETURNING last";
        Ok(self.value(sql, vec![kind.into()]).await?.unwrap_or(0))
    }

    /// Notes that numbers up to this one are given.
    pub async fn number_up_to(&self, kind: &'static str, last: i64) -> Result<()> {
        self.run("UPDATE numbers SET last = $2 WHERE kind = $1 AND last < $2", vec![kind.into(), last.into()]).await.map(|_| ())
    }
}
