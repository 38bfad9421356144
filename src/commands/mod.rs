//! What the program does: `burgee serve`, `migrate`, `admin`, `audit`, `backup`, `restore`, `export`, `import`, `demo`. Each has `--help` with examples.

mod admin;
mod audit;
mod backup;
mod demo;
mod export;
mod import;
mod migrate;
mod restore;
mod serve;

use std::{
    collections::BTreeMap,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Arg, ArgMatches, Command};

use crate::{
    authn::throttle::Throttle,
    authz::App,
    clock::Clock,
    config::{self, Config, SETTINGS},
    db::Target,
    error::Error,
    transfer,
};

/// Runs the command of the command line.
pub fn run() -> ExitCode {
    std::panic::set_hook(Box::new(report_panic));
    let matches = command().get_matches();
    let config = match configuration(&matches) {
        Ok(config) => config,
        Err(wrong) => {
            eprintln!("Burgee cannot start:");
            wrong.iter().for_each(|mistake| eprintln!("  {mistake}"));
            eprintln!("`burgee serve --help` explains every setting.");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("Burgee cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = match matches.subcommand() {
        Some(("serve", _)) => runtime.block_on(serve::run(config)),
        Some(("migrate", _)) => runtime.block_on(migrate::run(config)),
        Some(("export", matches)) => runtime.block_on(export::run(config, matches)),
        Some(("import", matches)) => runtime.block_on(import::run(config, matches)),
        Some(("admin", matches)) => runtime.block_on(admin::run(config, matches)),
        Some(("demo", _)) => runtime.block_on(demo::run(config)),
        Some(("audit", matches)) => runtime.block_on(audit::run(config, matches)),
        Some(("backup", matches)) => runtime.block_on(backup::run(config, matches)),
        Some(("restore", matches)) => runtime.block_on(restore::run(config, matches)),
        _ => unreachable!("clap asks for a subcommand"),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

fn command() -> Command {
    let settings = SETTINGS.iter().map(|setting| {
        let help = format!("{} [{}] [default: {}]", setting.meaning, setting.variable, setting.default);
        Arg::new(setting.key).long(setting.key).value_name("VALUE").help(help).global(true).help_heading("Settings")
    });
    let file = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .help("A file of settings [default: burgee.toml, if there is one]")
        .global(true);
    Command::new("burgee")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Teams, and who may change what runs.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(file)
        .args(settings)
        .subcommand(serve::command())
        .subcommand(migrate::command())
        .subcommand(demo::command())
        .subcommand(admin::command())
        .subcommand(audit::command())
        .subcommand(backup::command())
        .subcommand(restore::command())
        .subcommand(export::command())
        .subcommand(import::command())
}

fn configuration(matches: &ArgMatches) -> Result<Config, Vec<String>> {
    let mut innermost = matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let flags: BTreeMap<String, String> =
        SETTINGS.iter().filter_map(|setting| Some((setting.key.to_owned(), innermost.get_one::<String>(setting.key)?.clone()))).collect();
    let named = innermost.get_one::<String>("config").map(PathBuf::from);
    let file = named.or_else(|| Path::new("burgee.toml").exists().then(|| "burgee.toml".into()));
    for key in config::visible_passwords(&flags) {
        eprintln!(
            "Everybody on this machine can read the password in --{key} in the list of processes. Please set it in the environment or in burgee.toml."
        );
    }
    config::read(&flags, |variable| std::env::var(variable).ok(), file.as_deref())
}

/// Says where the program met a defect. A message that was put together may contain what people typed, so only literal ones are shown.
fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, ToString::to_string);
    let message =
        panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("its message is not shown, because it may contain data");
    let backtrace = std::backtrace::Backtrace::capture();
    let backtrace =
        Some(backtrace).filter(|trace| trace.status() == std::backtrace::BacktraceStatus::Captured).map(|trace| trace.to_string());
    match tracing::dispatcher::has_been_set() {
        true => tracing::error!(place, message, backtrace, "a defect"),
        false => eprintln!("Burgee met a defect at {place}: {message}\n{}", backtrace.unwrap_or_default()),
    }
}

/// Opens the instance for a command that only reads: where there is none, none is made.
async fn open_existing(config: Config) -> crate::error::Result<App> {
    match &config.database {
        Target::Sqlite(path) if !path.exists() => Err(no_database(path)),
        _ => open(config).await,
    }
}

fn no_database(path: &Path) -> Error {
    let message = format!("There is no database at {}. Please say where it is: --data-dir or --database-url.", path.display());
    Error::refused("no_database", message)
}

/// “1 team”, “2 teams”.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Opens the instance for a command.
async fn open(config: Config) -> crate::error::Result<App> {
    let app = App::open(config, Clock::System, Throttle::new(false)).await?;
    crate::app::connect(&app);
    Ok(app)
}

/// How far a transfer is, on standard error.
fn transfer_progress() -> transfer::Progress {
    transfer::Progress::to(|step: transfer::Step| eprintln!("[{}/{}] {}", step.done, step.of, step.what))
}

fn log_to_stderr(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).unwrap_or_default();
    // Colours are for people: in a file or a journal, their control characters get in the way of every search.
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).try_init();
}
