//! `burgee admin create`: an administrator without a browser.

use std::{io::Read as _, process::ExitCode};

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::{
    audit::Way,
    authz::{Mint, NoNames},
    config::Config,
    error::{Error, Result},
    people::{self, permits::OpenAccount},
};

pub fn command() -> Command {
    let text = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("TEXT").help(help).required(true);
    Command::new("admin").about("Administrators").subcommand_required(true).arg_required_else_help(true).subcommand(
        Command::new("create")
            .about("Create an administrator, also on an instance that is in use")
            .arg(text("username", "The name by which they sign in"))
            .arg(text("email", "Their e-mail address; it counts as confirmed"))
            .arg(Arg::new("name").long("name").value_name("TEXT").help("Their name [default: the user name]"))
            .arg(
                Arg::new("password-stdin")
                    .long("password-stdin")
                    .action(ArgAction::SetTrue)
                    .required(true)
                    .help("Read the password from standard input: it never stands in the list of processes"),
            )
            .after_help(
                "Examples:\n  burgee admin create --username dana --email dana@example.com --password-stdin < password.txt\n  \
                 pass show burgee | burgee admin create --username dana --email dana@example.com --name Dana --password-stdin",
            ),
    )
}

pub async fn run(config: Config, matches: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let Some(("create", matches)) = matches.subcommand() else { unreachable!("clap asks for a subcommand") };
    let get = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let mut password = String::new();
    std::io::stdin().take(4096).read_to_string(&mut password).map_err(Error::internal)?;
    let username = get("username").unwrap_or_default();
    let parsed = people::NewPerson::parse(
        username,
        get("name").unwrap_or(username),
        get("email").unwrap_or_default(),
        password.trim_end_matches(['\r', '\n']),
    );
    let app = super::open(config).await?;
    let created = match parsed {
        Ok(new) => {
            let new = new.ready(&app.hasher).await?;
            let may = Mint::new(&app, Way::Command).authorize::<OpenAccount>(&NoNames {}).await?;
            let opening = people::Opening { verified: true, administrator: true, how: "on the command line" };
            people::open(&may, &new, opening).await
        }
        Err(error) => Err(error),
    };
    let url = app.config.public_url.clone();
    app.close().await;
    match created {
        Ok(profile) => {
            println!("{} is an administrator. Sign in at {url}/sign-in.", profile.username);
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::Invalid(fields)) => {
            eprintln!("The administrator was not created:");
            fields.0.iter().for_each(|(name, message)| eprintln!("  {name}: {message}"));
            Ok(ExitCode::from(2))
        }
        Err(error) => Err(error),
    }
}
