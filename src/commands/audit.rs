//! `burgee audit verify`: reads every log from its beginning and compares every hash.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::{
    audit::log::{self, Checked},
    authz::Mint,
    config::Config,
    error::Result,
    ids::TeamId,
    teams,
};

pub fn command() -> Command {
    Command::new("audit").about("Check the audit log").subcommand_required(true).arg_required_else_help(true).subcommand(
        Command::new("verify").about("Check every log, and name the first position that is missing or altered").after_help(
            "Examples:\n  burgee audit verify\n  burgee audit verify --data-dir /var/lib/burgee\n\nThe exit code is 1 if a log is broken.",
        ),
    )
}

pub async fn run(config: Config, _: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let app = super::open_existing(config).await?;
    let db = Mint::new(&app, crate::audit::Way::Command).read();
    let mut all_intact = true;
    for chain in log::chains(&db).await? {
        let name = match chain {
            chain if chain.is_nil() => "platform".to_owned(),
            chain => teams::one(&db, TeamId(chain))
                .await?
                .map_or_else(|| format!("deleted team {chain}"), |team| format!("team {} ({chain})", team.slug)),
        };
        match log::check(&db, chain).await? {
            Checked::Intact(position) => println!("{name}: intact, {position} events"),
            Checked::Broken(position) => {
                all_intact = false;
                println!("{name}: BROKEN at position {position}: what stands there, or is missing, is not what was written");
            }
        }
    }
    app.close().await;
    Ok(if all_intact { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
