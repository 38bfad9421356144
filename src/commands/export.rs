//! `burgee export`: teams and products as a document.

use std::{io::Write as _, path::Path, process::ExitCode};

use clap::{Arg, ArgMatches, Command};

use super::{counted, transfer_progress};
use crate::{
    audit::Way,
    authz::{Mint, NoNames},
    config::Config,
    error::{Error, Result},
    files,
    transfer::{self, Which, permits::ExportEverything},
};

pub fn command() -> Command {
    Command::new("export")
        .about("Write teams and products into a document, with ids and SDK keys")
        .arg(Arg::new("team").long("team").value_name("SLUG").help("Only this team [default: all of them]"))
        .arg(Arg::new("product").long("product").value_name("NAME").help("Only the products of this name, without their team"))
        .arg(Arg::new("out").long("out").value_name("FILE").help("Where to write it [default: standard output]"))
        .after_help(
            "The document holds SDK keys: whoever reads it can read every flag.\n\nExamples:\n  burgee export > world.json\n  \
             burgee export --team harbor-works --out harbor.json\n  burgee export --team harbor-works --product Storefront > storefront.json",
        )
}

pub async fn run(config: Config, matches: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let get = |name: &str| matches.get_one::<String>(name).cloned();
    let app = super::open_existing(config).await?;
    let may = Mint::new(&app, Way::Command).authorize::<ExportEverything>(&NoNames {}).await?;
    let which = Which { team: get("team"), product: get("product") };
    let done = transfer::export_everything(&may, &which, &transfer_progress()).await;
    app.close().await;
    let document = match done {
        Ok(document) => document,
        Err(Error::Invalid(fields)) => {
            fields.0.values().for_each(|message| eprintln!("{message}"));
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error),
    };
    let mut text = serde_json::to_string_pretty(&document).map_err(Error::internal)?;
    text.push('\n');
    match get("out") {
        Some(path) => files::file(Path::new(&path), true)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Error::internal(format!("{path}: {error}")))?,
        None => std::io::stdout().write_all(text.as_bytes()).map_err(Error::internal)?,
    }
    let products = document.teams.iter().map(|team| team.products.len()).sum::<usize>() + document.products.len();
    eprintln!("Exported {} and {}.", counted(document.teams.len() as u64, "team"), counted(products as u64, "product"));
    Ok(ExitCode::SUCCESS)
}
