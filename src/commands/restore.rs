//! `burgee restore`: puts a backup in place and ends what it would revive.

use std::{path::Path, process::ExitCode};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{audit, counted};
use crate::{
    audit::Way,
    authz::{App, Mint, NoNames},
    backups::{Report, archive, permits::RestoreInstance, revoke},
    clock::{DAY, Time},
    config::{Config, MailTarget},
    db::{self, Target},
    error::{Error, Result},
    files::{self, Temporary},
};

pub fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    Command::new("restore")
        .about("Put a backup in place, and end what it would make valid again")
        .arg(Arg::new("file").value_name("FILE").required_unless_present("in-place").help("What `burgee backup` wrote"))
        .arg(
            flag("in-place", "The database was restored by other means, such as pg_restore or a copy by hand: only check it and end what is in it")
                .conflicts_with_all(["file", "replace"]),
        )
        .arg(flag("replace", "Put it in the place of the database that is there, which is kept beside it under another name"))
        .arg(flag("keep-credentials", "Keep personal tokens and service accounts: only if none was revoked since the backup was made"))
        .after_help(
            "A backup does not know what was revoked after it was made. So sessions and the links of mails end, waiting mails are given up, and\n\
             personal tokens and service accounts end unless --keep-credentials says otherwise. SDK keys are kept, so that flags are served. All of\n\
             them are listed with their age, and the platform's log tells what was done. A backup whose audit log is broken is refused.\n\n\
             Stop Burgee first, on all nodes.\n\n\
             Examples:\n  burgee restore /backups/burgee.tar\n  burgee restore --replace --keep-credentials /backups/burgee.tar\n  \
             pg_restore --dbname=postgres://burgee@db.example/burgee burgee.dump && burgee restore --in-place",
        )
}

pub async fn run(config: Config, matches: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let keep = matches.get_flag("keep-credentials");
    match (matches.get_one::<String>("file"), config.database.clone()) {
        (None, Target::Sqlite(path)) if path.exists() && db::is_in_use(&path)? => Err(in_use(&path)),
        (None, _) => {
            let app = super::open_existing(config).await?;
            let done = end_what_was_revived(&app, None, keep).await;
            app.close().await;
            Ok(done?.map_or(ExitCode::FAILURE, |report| tell(&report)))
        }
        (Some(file), Target::Sqlite(path)) => from_file(config, Path::new(file), &path, matches.get_flag("replace"), keep).await,
        (Some(_), Target::Postgres(_)) => {
            eprintln!(
                "Nothing was restored: the database is on a PostgreSQL server. Restore it with pg_restore, and then run `burgee restore --in-place`."
            );
            Ok(ExitCode::from(2))
        }
    }
}

async fn from_file(config: Config, file: &Path, database: &Path, replace: bool, keep: bool) -> Result<ExitCode> {
    let failed = |error: std::io::Error| Error::internal(format!("{} cannot be written: {error}", database.display()));
    if database.exists() && db::is_in_use(database)? {
        return Err(in_use(database));
    }
    // A companion that is left of another database would be taken for this one's.
    let there = || ["", "-wal", "-shm"].map(|companion| files::beside(database, companion)).into_iter().filter(|file| file.exists());
    if let Some(file) = there().next() {
        if !replace {
            return Err(Error::refused(
                "database_exists",
                format!("There is a database already: {}. With --replace, the backup takes its place.", file.display()),
            ));
        }
    }
    if let Some(folder) = database.parent() {
        files::folder(folder).map_err(failed)?;
    }
    let staged = Temporary::beside(database).map_err(failed)?;
    let list = archive::read_database(file, staged.path())?;
    let config = Config { database: Target::Sqlite(staged.path().to_owned()), ..config };
    let app = super::open(config.clone()).await?;
    let done = end_what_was_revived(&app, Some(list.made_at), keep).await;
    app.close().await;
    let Some(report) = done? else { return Ok(ExitCode::FAILURE) };
    for file in there() {
        let aside = files::beside(&file, &format!(".replaced-{}", app.clock.now().format("%Y%m%dT%H%M%SZ")));
        std::fs::rename(&file, &aside).map_err(failed)?;
        println!("What was there is now {}.", aside.display());
    }
    staged.persist(database).map_err(failed)?;
    match &config.mail {
        MailTarget::Files(folder) => archive::read_mails(file, folder)?,
        MailTarget::Off | MailTarget::Smtp(_) if list.mails > 0 => {
            println!("{} in files were left in the backup: BURGEE_MAIL names no folder.", counted(list.mails, "mail"));
        }
        MailTarget::Off | MailTarget::Smtp(_) => {}
    }
    println!("Restored the backup of {} to {}.", shown(list.made_at), database.display());
    Ok(tell(&report))
}

fn in_use(database: &Path) -> Error {
    Error::refused("database_in_use", format!("Burgee is running on {}. Stop it first; nothing was restored.", database.display()))
}

/// Checks the logs, and ends what was revived; `None` if a log is broken, which is reported.
async fn end_what_was_revived(app: &App, made_at: Option<Time>, keep: bool) -> Result<Option<Report>> {
    let mint = Mint::new(app, Way::Command);
    let broken = audit::broken_logs(&mint.read()).await?;
    if !broken.is_empty() {
        eprintln!("Nothing was restored: the audit log is not what was written.");
        broken.iter().for_each(|fault| eprintln!("  {fault}"));
        return Ok(None);
    }
    let may = mint.authorize::<RestoreInstance>(&NoNames {}).await?;
    revoke(&may, made_at, keep).await.map(Some)
}

fn shown(at: Time) -> String {
    at.format("%Y-%m-%d %H:%M UTC")
}

/// Lists what was in the backup.
fn tell(report: &Report) -> ExitCode {
    let Report { restored, tokens, service_accounts, sdk_keys } = report;
    let now = crate::clock::Clock::System.now();
    let days = |at: Time| counted((now.since(at) / DAY).max(0).unsigned_abs(), "day");
    let age = |made: Time, used: Option<Time>| {
        let used = used.map_or_else(|| "never used".to_owned(), |at| format!("last used {} ago", days(at)));
        format!("created {} ago, {used}", days(made))
    };
    println!(
        "Ended {} and {}, and gave up {}.",
        counted(restored.sessions, "session"),
        counted(restored.links, "link"),
        counted(restored.mails, "waiting mail")
    );
    let list = |what: String, became: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            println!("{what}, {became}:");
            lines.iter().for_each(|line| println!("  {line}"));
        }
    };
    let (revoked, deleted) = if restored.kept_credentials { ("kept", "kept") } else { ("revoked", "deleted") };
    let lines = tokens.iter().map(|token| format!("{} of {}: {}", token.name, token.username, age(token.created_at, token.last_used_at)));
    list(counted(restored.tokens, "personal token"), revoked, lines.collect());
    let lines = service_accounts.iter().map(|account| {
        let tokens = counted(account.tokens.unsigned_abs(), "token");
        format!("{} of {}, {tokens}: {}", account.name, account.team, age(account.created_at, account.last_seen_at))
    });
    list(counted(restored.service_accounts, "service account"), deleted, lines.collect());
    let lines = sdk_keys.iter().map(|key| {
        format!("{}, {}, {} in {}: {}", key.product, key.config, key.environment, key.team, age(key.created_at, key.last_seen_at))
    });
    list(counted(restored.sdk_keys, "SDK key"), "kept; revoke those that were revoked since", lines.collect());
    println!("Passwords, roles, memberships and invitations are those of the backup.");
    ExitCode::SUCCESS
}
