//! Runs a command beside the servers that it talks to.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::park;
use std::time::Instant;

use crate::Result;
use crate::keeper::{DONE, READY, RUN};
use crate::processes::{cargo, exit_code, forget_cargo, root, shown};
use crate::setup::{For, setup};

pub const TEST_HELP: &str = "\
Sets up, starts the servers of the tests, runs `cargo test --workspace --locked`, and stops everything,
also after a failure or Ctrl-C. Ends with the exit code of cargo test.

Usage: xtask test [-- arguments to cargo test]

Examples:
  xtask test
  xtask test -- --test it members::
  xtask test -- --test it -- --nocapture members::

The tests find their servers through these settings:
  BURGEE_TEST_POSTGRES      postgres://postgres@127.0.0.1:PORT/postgres, a superuser: make a database for each test
  BURGEE_TEST_SMTP          smtp://127.0.0.1:PORT, which takes every mail (see crates/xtask/smtp_sink.py)
  BURGEE_TEST_SMTP_DIR      the folder in which the mails appear
  BURGEE_TEST_CHROMEDRIVER  http://127.0.0.1:PORT
  BURGEE_TEST_CHROME        the browser
  BURGEE_TEST_AXE           axe.min.js
  BURGEE_TEST_NGINX         the proxy of the tests
  BURGEE_TEST_NPM_CLIENTS   the folder that has the npm packages of tests/it/clients
  BURGEE_TEST_RUST_CLIENT   the program of tests/it/clients/rust
  BURGEE_TEST_PYTHON_CLIENTS  a Python that has its Python packages
  TMPDIR                    a folder that is deleted at the end, with all that is in it

Setting BURGEE_TEST_KEEP keeps that folder with the logs of the servers, and says where it is.
";

pub const WITH_HELP: &str = "\
Runs any command beside the servers of the tests, with the settings that `xtask test --help` lists.

Usage: xtask with -- command [arguments]

Example:
  xtask with -- cargo test --test it members::
";

pub const SERVERS_HELP: &str = "\
Starts the servers of the tests, prints their addresses as lines for the shell, and keeps them until Ctrl-C.

Usage: xtask servers

In another terminal, paste the lines and run `cargo test` as often as you like.
";

pub fn test(args: &[String]) -> Result<ExitCode> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--locked"]).args(args);
    beside(&mut command)
}

pub fn with(words: &[String]) -> Result<ExitCode> {
    let Some((program, args)) = words.split_first() else {
        return Err("`with` needs a command after `--`.".to_string());
    };
    let mut command = Command::new(program);
    forget_cargo(&mut command);
    beside(command.args(args))
}

pub fn servers() -> Result<ExitCode> {
    setup(For::Test)?;
    let keeper = Keeper::start(&["servers"])?;
    // Not the mark of the run: whatever starts from the other terminal is not ours to stop.
    let addresses = keeper.settings.iter().filter(|(name, _)| name.starts_with("BURGEE_") && name != RUN);
    for (name, value) in addresses {
        println!("export {name}='{value}'");
    }
    eprintln!("xtask: the servers run until Ctrl-C");
    loop {
        park();
    }
}

fn beside(command: &mut Command) -> Result<ExitCode> {
    let start = Instant::now();
    setup(For::Test)?;
    let set_up = start.elapsed();
    let keeper = Keeper::start(&["servers"])?;
    eprintln!("xtask: set up in {:.1} s, servers in {:.1} s", set_up.as_secs_f32(), (start.elapsed() - set_up).as_secs_f32());
    keeper.run(command)
}

/// The keeper of this run, seen from the one who started it. When it goes, so does all that belongs to the run.
pub struct Keeper {
    process: Child,
    settings: Vec<(String, String)>,
}

impl Keeper {
    /// Starts a keeper and waits until its servers answer.
    pub fn start(options: &[&str]) -> Result<Keeper> {
        let program = std::env::current_exe().map_err(|error| format!("cannot find myself: {error}"))?;
        let mut command = Command::new(program);
        command.arg("keeper").args(options).current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped());
        // A group of its own: Ctrl-C in the terminal must not reach it.
        let process = command.process_group(0).spawn().map_err(|error| format!("cannot start the keeper: {error}"))?;
        let mut keeper = Keeper { process, settings: Vec::new() };
        let out = keeper.process.stdout.take().ok_or("the keeper says nothing.")?;
        for line in BufReader::new(out).lines().map_while(std::io::Result::ok) {
            if line == READY {
                return Ok(keeper);
            }
            keeper.settings.extend(line.split_once('=').map(|(name, value)| (name.to_string(), value.to_string())));
        }
        Err("the servers did not start.".to_string())
    }

    /// Runs a command as part of this run, in a process group of its own, which the keeper ends if this process dies.
    pub fn run(mut self, command: &mut Command) -> Result<ExitCode> {
        let settings = self.settings.iter().map(|(name, value)| (name, value));
        command.envs(settings).stdin(Stdio::null()).process_group(0);
        let mut child = command.spawn().map_err(|error| format!("cannot start `{}`: {error}", shown(command)))?;
        self.say(&format!("group {}", child.id()));
        let status = child.wait().map_err(|error| format!("lost sight of `{}`: {error}", shown(command)))?;
        self.say(DONE);
        drop(self);
        Ok(exit_code(status))
    }

    fn say(&mut self, line: &str) {
        let told = self.process.stdin.as_mut().map(|pipe| writeln!(pipe, "{line}"));
        if let Some(Err(error)) = told {
            eprintln!("xtask: the keeper of the servers is gone: {error}");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if let Err(error) = self.process.wait() {
            eprintln!("xtask: lost sight of the keeper: {error}");
        }
    }
}
