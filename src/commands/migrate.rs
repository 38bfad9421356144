//! `burgee migrate`: brings the database up to date without serving.

use std::process::ExitCode;

use clap::Command;

use crate::{config::Config, error::Result};

pub fn command() -> Command {
    Command::new("migrate")
        .about("Bring the database up to date; `serve` does it by itself")
        .after_help("Examples:\n  burgee migrate\n  BURGEE_DATABASE_URL=postgres://burgee@db.example/burgee burgee migrate")
}

pub async fn run(config: Config) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let app = super::open(config).await?;
    app.close().await;
    println!("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}
