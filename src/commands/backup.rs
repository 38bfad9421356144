//! `burgee backup`: a copy of the instance as one file.

use std::{path::Path, process::ExitCode};

use clap::{Arg, ArgMatches, Command};
use url::Url;

use crate::{
    backups::archive,
    clock::Clock,
    config::{Config, MailTarget},
    db::Target,
    error::Result,
};

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
        Target::Postgres(url) => {
            eprintln!(
                "Nothing was written: the database is on a PostgreSQL server. Copy it with PostgreSQL's own program:\n\n  \
                 pg_dump --format=custom --file={} {}\n\n\
                 After pg_restore, and before Burgee starts on the restored database, run `burgee restore --in-place`.",
                quoted(file),
                quoted(&without_password(url)),
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

/// The address of a database as it may be shown: `pg_dump` asks for the password, or takes it from where PostgreSQL's programs look.
fn without_password(url: &str) -> String {
    Url::parse(url).map_or_else(
        |_| "postgres://…".to_owned(),
        |mut url| {
            let _ = url.set_password(None);
            // It may be said as a parameter too.
            let kept: Vec<(String, String)> =
                url.query_pairs().filter(|(name, _)| name != "password").map(|(n, v)| (n.into(), v.into())).collect();
            url.set_query(None);
            if !kept.is_empty() {
                url.query_pairs_mut().extend_pairs(kept);
            }
            url.into()
        },
    )
}

/// As a shell takes it for one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            ("postgres://burgee:secret@db.example/burgee", "postgres://burgee@db.example/burgee"),
            ("postgres://burgee@db.example/burgee?password=secret&sslmode=require", "postgres://burgee@db.example/burgee?sslmode=require"),
            ("postgres://db.example/burgee", "postgres://db.example/burgee"),
        ] {
            assert_eq!(without_password(url), shown);
        }
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
