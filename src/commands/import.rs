//! `burgee import`: teams and products from a document.

use std::{io::Read as _, process::ExitCode, sync::Arc};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::transfer_progress;
use crate::{
    api,
    audit::Way,
    authz::{Mint, NoNames},
    config::Config,
    error::{Error, Result},
    transfer::{self, Document, File, Options, Outcome, Place, Where, permits::ImportEverything},
};

/// How many lines of a kind are told one by one.
const TOLD: usize = 20;

pub fn command() -> Command {
    let switch = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let text = |name: &'static str, what: &'static str, help: &'static str| Arg::new(name).long(name).value_name(what).help(help);
    Command::new("import")
        .about("Create what a document tells: all of it, or nothing")
        .arg(Arg::new("file").value_name("FILE").required(true).help("The document; - reads standard input"))
        .arg(text("team", "SLUG", "Into this team [default: the teams of the document]"))
        .arg(text("product", "NAME", "For a config file: the product").requires("into"))
        .arg(text("into", "NAME", "For a config file: the config").requires_all(["team", "product", "environment"]))
        .arg(text("environment", "NAME", "For a config file: the environment whose values it has").requires("into"))
        .arg(text("as", "USERNAME", "The administrator who owns new teams and sends invitations [default: the first one]"))
        .arg(switch("dry-run", "Tell what would be created and what stands in the way, and change nothing"))
        .arg(switch("new-keys", "Make SDK keys anew instead of keeping those of the document"))
        .arg(text("note", "TEXT", "Why, where a change of values needs a note"))
        .after_help(
            "What is there already and is the same stays as it is, so that a second run changes nothing. What differs is a conflict, and then\n\
             nothing is imported. docs/export.md explains the document.\n\nExamples:\n  burgee import world.json --dry-run\n  \
             burgee import world.json\n  burgee import storefront.json --team harbor-works --new-keys\n  \
             burgee export --team harbor-works | ssh other burgee import -\n  \
             burgee import config_v6.json --team harbor-works --product Storefront --into \"Main Config\" --environment Production",
        )
}

pub async fn run(config: Config, matches: &ArgMatches) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    let get = |name: &str| matches.get_one::<String>(name).cloned();
    let path = get("file").unwrap_or_default();
    let mut bytes = vec![];
    let read = match path.as_str() {
        "-" => std::io::stdin().read_to_end(&mut bytes),
        path => std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    if let Err(error) = read {
        eprintln!("{path}: {error}");
        return Ok(ExitCode::from(2));
    }
    let parsed = match matches.contains_id("into") {
        true => api::read(&bytes).map(What::File),
        false => api::read(&bytes).map(|document| What::Document(Arc::new(document))),
    };
    let what = match parsed {
        Ok(what) => what,
        Err(error) => return refused(error),
    };
    drop(bytes);
    let app = super::open(config).await?;
    let may = Mint::new(&app, Way::Command).authorize::<ImportEverything>(&NoNames {}).await?;
    let options = Options { new_keys: matches.get_flag("new-keys"), note: get("note"), fill: false };
    let dry = matches.get_flag("dry-run");
    let done = match what {
        What::Document(document) => {
            let place = Where { team: get("team"), administrator: get("as") };
            match dry {
                true => transfer::try_everything(&may, &document, &place, &options).await,
                false => transfer::import_everything(&may, document, &place, &options, &transfer_progress()).await,
            }
        }
        What::File(file) => {
            let said = |name| get(name).unwrap_or_default();
            let place = Place { team: said("team"), product: said("product"), config: said("into"), environment: said("environment") };
            match dry {
                true => transfer::try_file(&may, &file, &place, &options).await,
                false => transfer::import_file(&may, &file, &place, &options, &transfer_progress()).await,
            }
        }
    };
    app.close().await;
    match done {
        Ok(outcome) => Ok(tell(&outcome, dry)),
        Err(error) => refused(error),
    }
}

/// What a file holds.
enum What {
    Document(Arc<Document>),
    File(File),
}

/// Says what is wrong with a document, or what else stands in the way.
fn refused(error: Error) -> Result<ExitCode> {
    let Error::Invalid(fields) = error else { return Err(error) };
    let asked = ["team", "product", "config", "environment", "as"];
    if fields.0.keys().all(|place| asked.contains(&place.as_ref())) {
        fields.0.values().for_each(|message| eprintln!("{message}"));
        return Ok(ExitCode::from(2));
    }
    eprintln!("Nothing was imported. The document cannot be read:");
    fields.0.iter().for_each(|(place, message)| eprintln!("  {place}: {message}"));
    Ok(ExitCode::from(2))
}

fn tell(outcome: &Outcome, dry: bool) -> ExitCode {
    let few = |lines: Vec<String>| {
        lines.iter().take(TOLD).for_each(|line| println!("  {line}"));
        if lines.len() > TOLD {
            println!("  … and {} more", lines.len() - TOLD);
        }
    };
    let stopped = !outcome.conflicts.is_empty();
    let (would, done) = (dry || stopped, if dry || stopped { "Would create" } else { "Created" });
    match outcome.made.is_empty() {
        true => println!("There is nothing to create."),
        false => println!("{done}: {}", transfer::counted(&outcome.counts())),
    }
    if would {
        let line = |made: &transfer::Made| {
            format!("{} {} in {}", made.thing.name(true), made.name, made.within).trim_end_matches(" in ").to_owned()
        };
        few(outcome.made.iter().filter(|made| made.thing != transfer::Thing::SdkKey).map(line).collect());
    }
    if !outcome.present.is_empty() {
        println!("There already: {}", transfer::counted(&outcome.present));
    }
    if !outcome.given.is_empty() {
        println!("Ids that are taken here; others {} given:", if would { "would be" } else { "were" });
        let new = |given: &transfer::Given| if would { "a new one".to_owned() } else { given.given.clone() };
        few(outcome.given.iter().map(|given| format!("{}: {} becomes {}", given.place, given.wanted, new(given))).collect());
    }
    if !outcome.not_invited.is_empty() {
        println!("Not invited:");
        few(outcome.not_invited.iter().map(|(email, why)| format!("{email}: {why}")).collect());
    }
    if stopped {
        println!("In the way:");
        few(outcome.conflicts.iter().map(|conflict| format!("{}: {}", conflict.place, conflict.message)).collect());
        println!("{}", if dry { "As it is, nothing would be imported." } else { "Nothing was imported." });
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
