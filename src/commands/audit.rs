//! `burgee audit verify`: reads every log from its beginning, compares every hash, and compares the logs with what was kept of them.

use std::{path::Path, process::ExitCode};

use clap::{Arg, ArgAction, ArgMatches, Command};
use uuid::Uuid;

use crate::{
    audit::{
        Way,
        heads::{ChainHead, Expected},
        log::{self, Checked},
    },
    audit_log::{self, permits::CheckChains},
    authz::{Authorized, Mint, NoNames},
    config::Config,
    db::Reader,
    error::Result,
    ids::TeamId,
    teams,
};

pub fn command() -> Command {
    Command::new("audit").about("Check the audit log").subcommand_required(true).arg_required_else_help(true).subcommand(
        Command::new("verify")
            .about("Check every log, and name the first position that is missing or altered")
            .arg(
                Arg::new("print-heads")
                    .long("print-heads")
                    .action(ArgAction::SetTrue)
                    .help("Print where each intact log ends on standard output, to be kept elsewhere; the report goes to standard error"),
            )
            .arg(
                Arg::new("against")
                    .long("against")
                    .value_name("FILE")
                    .help("Compare the logs with what --print-heads printed before; - for standard input"),
            )
            .after_help(
                "Examples:\n  burgee audit verify\n  burgee audit verify --data-dir /var/lib/burgee\n  \
                 burgee audit verify --print-heads > /media/write-once/heads-2026-12-01.txt\n  \
                 burgee audit verify --against /media/write-once/heads-2026-12-01.txt\n\nThe exit code is 1 if a log is broken.",
            ),
    )
}

pub async fn run(config: Config, matches: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let Some(("verify", matches)) = matches.subcommand() else { unreachable!("clap asks for a subcommand") };
    let against = matches.get_one::<String>("against");
    let kept = match against.map(|file| audit_log::read_heads(Path::new(file))).transpose() {
        Ok(kept) => kept.unwrap_or_default(),
        Err(error) => {
            eprintln!("{error}");
            return Ok(ExitCode::from(2));
        }
    };
    let app = super::open_existing(config).await?;
    let may = Mint::new(&app, Way::Command).authorize::<CheckChains>(&NoNames {}).await?;
    let (print, kept_in) = (matches.get_flag("print-heads"), against.map_or("", String::as_str));
    let done = verify(&may, &kept, kept_in, print).await;
    app.close().await;
    Ok(if done? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reports about every log, and tells whether all are intact.
async fn verify(may: &Authorized<CheckChains>, kept: &[ChainHead], kept_in: &str, print: bool) -> Result<bool> {
    let tell = |line: String| if print { eprintln!("{line}") } else { println!("{line}") };
    let db = may.read();
    let expected = Expected::gather(&db, None, kept).await?;
    let (mut all_intact, mut heads) = (true, vec![]);
    for chain in expected.chains.iter().copied() {
        let (name, found) = (name(&db, chain).await?, log::check(&db, chain).await?);
        let faults = faults(&expected, chain, found, kept_in);
        match (found, faults.as_slice()) {
            (Checked::Intact(position), []) => {
                tell(format!("{name}: intact, {position} events"));
                heads.extend(ChainHead::at(&db, chain, position).await?);
            }
            _ => all_intact = false,
        }
        faults.into_iter().for_each(|fault| tell(format!("{name}: BROKEN{fault}")));
    }
    if print {
        println!("# Where the audit logs of {} ended on {}: log, position, hash", may.app().config.public_url, may.now().iso());
        heads.iter().for_each(|head| println!("{head}"));
        audit_log::note_printed(may, heads.len() as u64).await?;
    }
    Ok(all_intact)
}

/// What is wrong with the logs, a line for each fault.
pub(super) async fn broken_logs(db: &Reader) -> Result<Vec<String>> {
    let expected = Expected::gather(db, None, &[]).await?;
    let mut broken = vec![];
    for chain in expected.chains.iter().copied() {
        let name = name(db, chain).await?;
        let faults = faults(&expected, chain, log::check(db, chain).await?, "");
        broken.extend(faults.into_iter().map(|fault| format!("{name}: BROKEN{fault}")));
    }
    Ok(broken)
}

/// What is wrong with a log.
fn faults(expected: &Expected, chain: Uuid, found: Checked, kept_in: &str) -> Vec<String> {
    let mut faults = vec![];
    if let Checked::Broken(position) = found {
        faults.push(format!(" at position {position}: what stands there, or is missing, is not what was written"));
    }
    if let Some(position) = expected.recorded.get(&chain) {
        faults.push(format!(" at position {position}: the platform's log has recorded another event there"));
    }
    if let Some(position) = expected.kept.get(&chain) {
        faults.push(format!(" at position {position}: another event was kept in {kept_in}"));
    }
    if expected.ownerless.contains(&chain) {
        faults.push(": it belongs to no team, and no event says that one was deleted".to_owned());
    }
    faults
}

async fn name(db: &Reader, chain: Uuid) -> Result<String> {
    if chain.is_nil() {
        return Ok("platform".to_owned());
    }
    let team = teams::one(db, TeamId(chain)).await?;
    Ok(team.map_or_else(|| format!("deleted team {chain}"), |team| format!("team {} ({chain})", team.slug)))
}
