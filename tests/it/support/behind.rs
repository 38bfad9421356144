//! What a test does behind the server's back.

use burgee::{audit::Way, authz::Mint, db::Target};

use super::Server;

impl Server {
    /// Runs a statement on the database itself and tells how many rows it touched.
    pub async fn sql(&self, statement: &str) -> u64 {
        match &self.app.config.database {
            Target::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
                connection.execute(statement, []).unwrap() as u64
            }
            Target::Postgres(url) => {
                let pool = sqlx::PgPool::connect(url).await.unwrap();
                let done = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&pool).await.unwrap();
                pool.close().await;
                done.rows_affected()
            }
        }
    }

    /// Writes down who was seen, as happens twice a minute.
    pub async fn note_seen(&self) {
        burgee::people::note_seen(Mint::new(&self.app, Way::System)).await.unwrap();
    }
}
