//! What `make` calls: sets up what the tests need, starts their servers, runs them, and cleans up.
//!
//! No dependencies, so that it compiles in a second. Three files carry the work: `setup` installs what is
//! missing, `keeper` owns the servers of a run, and `run` starts a command beside a keeper.

use std::process::ExitCode;

mod bench;
mod keeper;
mod processes;
mod run;
mod setup;

/// A failure is a sentence for the person at the terminal.
type Result<T> = std::result::Result<T, String>;

const HELP: &str = "\
Sets up, tests and measures Burgee. `make help` lists the everyday commands.

Usage: xtask <command> [options] [-- arguments]

Commands:
  setup     Install what building, testing or measuring needs
  test      Start the servers that the tests talk to, run the tests, stop everything
  with      Run any command beside the test servers
  servers   Start the test servers, print their addresses, keep them until Ctrl-C
  bench     Build the release binary and run the load measurements

`xtask <command> --help` says more.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[String]) -> Result<ExitCode> {
    let Some((name, rest)) = args.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    let (options, after) = match rest.iter().position(|arg| arg == "--") {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    let help = match name.as_str() {
        "setup" => setup::HELP,
        "test" => run::TEST_HELP,
        "with" => run::WITH_HELP,
        "servers" => run::SERVERS_HELP,
        "bench" => bench::HELP,
        _ => HELP,
    };
    if matches!(name.as_str(), "help" | "-h" | "--help") || options.iter().any(|option| option == "-h" || option == "--help") {
        print!("{help}");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(option) = options.first()
        && !matches!(name.as_str(), "setup" | "keeper")
    {
        return Err(format!("`{name}` does not know `{option}`. Arguments to pass on go after `--`."));
    }
    match name.as_str() {
        "setup" => setup::command(options),
        "test" => run::test(after),
        "with" => run::with(after),
        "servers" => run::servers(),
        "bench" => bench::bench(after),
        "keeper" => keeper::command(options),
        _ => Err(format!("there is no command `{name}`. `xtask --help` lists them.")),
    }
}
