//! `burgee backup`: a copy of the instance as one file.

use std::{path::Path, process::ExitCode};

use crate::{
    backups::archive,
    clock::Clock,
    config::{Config, MailTarget},
    db::Target,
    error::Result,
};
use clap::{Arg, ArgMatches, Command};

pub fn command() -> Command {
    Command::new("backup")
        .about("Copy the instance into one file, also while it runs")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .help("Where to write it; one that is there is replaced when the new one is whole"),
        )
        .after_help(
            "The file holds the database and the mails that went to files, and is readable by its owner alone. It holds names, addresses,\n\
             SDK keys and the audit log. On PostgreSQL, the command prints how to make a copy with pg_dump, and fails.\n\n\
             Examples:\n  burgee backup /backups/burgee.tar\n  burgee backup --data-dir /var/lib/burgee /backups/burgee-$(date +%F).tar",
        )
}

pub async fn run(config: Config, matches: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let file = matches.get_one::<String>("file").map_or("", String::as_str);
    let database = match &config.database {
        Target::Sqlite(path) if path.exists() => path,
        Target::Sqlite(path) => return Err(super::no_database(path)),
        Target::Postgres(server) => {
            eprintln!(
                "Nothing was written: the database is on a PostgreSQL server. Copy it with PostgreSQL's own program:\n\n  \
                 pg_dump --format=custom --file={} {}\n\n\
                 After pg_restore, and before Burgee starts on the restored database, run `burgee restore --in-place`.",
                quoted(file),
                quoted(&server.shown),
            );
            return Ok(ExitCode::from(2));
        }
    };
    let mails = match &config.mail {
        MailTarget::Files(folder) => Some(folder.as_path()),
        MailTarget::Off | MailTarget::Smtp(_) => None,
    };
    let list = archive::write(database, mails, Path::new(file), Clock::System.now())?;
    println!("The instance was copied to {file}, with {} in files.", super::counted(list.mails, "mail"));
    Ok(ExitCode::SUCCESS)
}

/// As a shell takes it for one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
