//! What a test does behind the server's back.

use std::{
    path::Path,
    process::{Command, Output},
};

use burgee::{audit::Way, authz::Mint, config::MailTarget, db::Target};

use sqlx::ConnectOptions as _;

use super::Server;

/// A command of the program on its own data folder.
pub fn burgee(data: &Path, command: &[&str]) -> Command {
    let mut burgee = Command::new(env!("CARGO_BIN_EXE_burgee"));
    burgee
        .args(command)
        .env("BURGEE_DATA_DIR", data)
        .env("BURGEE_LOG", "error")
        .env("BURGEE_MAIL", "off")
        .env_remove("BURGEE_DATABASE_URL");
    burgee
}

/// What a command wrote, and whether it succeeded.
pub fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

impl Server {
    /// Runs a command of the program beside the server, on its database.
    pub fn command(&self, command: &[&str]) -> Output {
        let config = &self.app.config;
        let mut burgee = burgee(&config.data_dir, command);
        match &config.database {
            Target::Sqlite(path) => burgee.env("BURGEE_DATABASE_URL", format!("sqlite://{}", path.display())),
            Target::Postgres(server) => burgee.env("BURGEE_DATABASE_URL", server.options.expose().to_url_lossy().as_str()),
        };
        if let MailTarget::Files(folder) = &config.mail {
            burgee.env("BURGEE_MAIL", format!("file:{}", folder.display()));
        }
        tokio::task::block_in_place(|| burgee.output().unwrap())
    }

    /// Runs a statement on the database itself and tells how many rows it touched.
    pub async fn sql(&self, statement: &str) -> u64 {
        match &self.app.config.database {
            Target::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
                connection.execute(statement, []).unwrap() as u64
            }
            Target::Postgres(server) => {
                let pool = sqlx::PgPool::connect_with((**server.options.expose()).clone()).await.unwrap();
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
