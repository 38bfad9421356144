//! The keeper owns the servers of a run and outlives whoever asked for them.
//!
//! It is a process of its own, in a process group of its own, and reads standard input. When that ends, for whatever reason
//! (the run is over, Ctrl-C, a panic, even `kill -9`), the kernel closes the pipe, and the keeper stops everything
//! that belongs to the run and deletes its folder. So nobody has to catch a signal.
//!
//! What belongs to a run: the servers that the keeper started, the process groups named on standard input
//! (`group NUMBER`), and on Linux every process that carries `BURGEE_TEST_RUN` or `BURGEE_TEST_SERVER` with the
//! folder of this run, however far it moved from its parent.

use std::fs::{self, File};
use std::io::{self, BufRead, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{park, sleep, spawn};
use std::time::{Duration, Instant};

use crate::Result;
use crate::processes::{carrying, command_line, forget_cargo, output, shown, signal};
use crate::setup;

/// Carried by the command of a run and all that it starts.
pub const RUN: &str = "BURGEE_TEST_RUN";
/// Carried by the servers of a run.
const SERVER: &str = "BURGEE_TEST_SERVER";
/// The last line that the keeper prints after its settings.
pub const READY: &str = "ready";
/// The line that says the command ended by itself.
pub const DONE: &str = "done";

const PATIENCE: Duration = Duration::from_secs(60);

/// What `xtask keeper [servers]` does; nobody types this.
pub fn command(options: &[String]) -> Result<ExitCode> {
    let folder = make_folder()?;
    let run = Run { folder: folder.clone(), state: Arc::new(Mutex::new(State::default())) };
    let watched = run.clone();
    spawn(move || watched.watch());

    let settings = match options.first().map(String::as_str) {
        Some("servers") => servers(&run),
        _ => Ok(Vec::new()),
    };
    match settings {
        Ok(settings) => {
            let mut out = io::stdout().lock();
            let folder = (RUN.to_string(), folder.display().to_string());
            let temporary = ("TMPDIR".to_string(), format!("{}/tmp", folder.1));
            for (name, value) in [folder, temporary].into_iter().chain(settings) {
                // When nobody reads any more, standard input has ended too, and the watcher cleans up.
                let _ = writeln!(out, "{name}={value}");
            }
            let _ = writeln!(out, "{READY}");
            let _ = out.flush();
            drop(out);
            loop {
                park();
            }
        }
        Err(message) => {
            eprintln!("xtask: {message}");
            run.end(false);
        }
    }
}

/// The folder of this run, which others may enter but not list.
fn make_folder() -> Result<PathBuf> {
    let parent = std::env::temp_dir();
    let candidates = (0..1000).map(|number| parent.join(format!("burgee-test-{}-{number}", std::process::id())));
    for folder in candidates {
        match fs::create_dir(&folder) {
            Ok(()) => {
                let made = fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))
                    .and_then(|()| fs::create_dir(folder.join("tmp")))
                    .and_then(|()| fs::create_dir(folder.join("mail")));
                return made.map(|()| folder).map_err(|error| format!("cannot prepare the folder of the run: {error}"));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("cannot make {}: {error}", folder.display())),
        }
    }
    Err(format!("{} is full of old runs.", parent.display()))
}

#[derive(Default)]
struct State {
    /// Servers, each in a process group of its own, with the signal that ends it soonest.
    servers: Vec<(Child, &'static str)>,
    /// Process groups that belong to the run.
    groups: Vec<i64>,
}

#[derive(Clone)]
struct Run {
    folder: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Run {
    /// Follows standard input to its end, then ends the run.
    fn watch(&self) -> ! {
        let mut by_itself = false;
        for line in io::stdin().lock().lines().map_while(io::Result::ok) {
            match line.split_once(' ') {
                Some(("group", number)) => {
                    let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                    state.groups.extend(number.parse::<i64>());
                }
                _ => by_itself |= line == DONE,
            }
        }
        self.end(by_itself)
    }

    /// Starts a server in the background. Its output goes to a file, which is returned.
    fn start(&self, name: &str, stop: &'static str, command: &mut Command) -> Result<PathBuf> {
        let log = self.folder.join(format!("{name}.log"));
        let open =
            || File::options().create(true).append(true).open(&log).map_err(|error| format!("cannot write {}: {error}", log.display()));
        forget_cargo(command);
        command.env(SERVER, &self.folder).env("TMPDIR", self.folder.join("tmp"));
        command.stdin(Stdio::null()).stdout(open()?).stderr(open()?).process_group(0);
        // The lock is held while starting: a run that is being ended keeps it for ever, so nothing starts late.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn().map_err(|error| format!("cannot start `{}`: {error}", shown(command)))?;
        state.servers.push((child, stop));
        Ok(log)
    }

    /// Is the server that was started last still alive?
    fn alive(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.servers.last_mut().is_some_and(|(child, _)| matches!(child.try_wait(), Ok(None)))
    }

    /// Stops all that belongs to the run, deletes its folder and leaves.
    fn end(&self, by_itself: bool) -> ! {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let left = carrying(RUN, &self.folder);
        if by_itself && !left.is_empty() {
            eprintln!("xtask: stopping what the command left behind:");
            left.iter().for_each(|id| eprintln!("  {id} {}", command_line(*id)));
        }
        // First those who use the servers, so that no server complains, then the servers.
        let groups: Vec<i64> = state.groups.iter().map(|group| -group).chain(left).collect();
        signal("TERM", &groups);
        if !by_itself {
            wait(Duration::from_secs(2), || carrying(RUN, &self.folder).is_empty());
        }
        signal("KILL", &groups);
        signal("KILL", &carrying(RUN, &self.folder));
        for (child, stop) in &state.servers {
            signal(stop, &[i64::from(child.id())]);
        }
        let servers = &mut state.servers;
        wait(Duration::from_secs(5), || servers.iter_mut().all(|(child, _)| !matches!(child.try_wait(), Ok(None))));
        let groups: Vec<i64> = servers.iter().map(|(child, _)| -i64::from(child.id())).collect();
        signal("KILL", &groups);
        wait(Duration::from_secs(5), || {
            let left = carrying(SERVER, &self.folder);
            signal("KILL", &left);
            left.is_empty()
        });
        if std::env::var_os("BURGEE_TEST_KEEP").is_some() {
            eprintln!("xtask: kept {}", self.folder.display());
        } else if !wait(Duration::from_secs(5), || fs::remove_dir_all(&self.folder).is_ok() || !self.folder.exists()) {
            eprintln!("xtask: cannot delete {}", self.folder.display());
        }
        std::process::exit(if by_itself { 0 } else { 1 })
    }
}

/// Asks again and again until the answer is yes or the time is over.
fn wait(time: Duration, mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    let mut pause = Duration::from_millis(5);
    while !done() {
        if start.elapsed() > time {
            return false;
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(100));
    }
    true
}

/// Starts the servers of the tests and says where they are.
fn servers(run: &Run) -> Result<Vec<(String, String)>> {
    let mail = run.folder.join("mail");
    let smtp = mail_server(run, &mail)?;
    let chromedriver = chromedriver(run)?;
    let postgres = postgres(run)?;
    let chrome = setup::chromium().ok_or("chromium is missing.")?;
    let axe = setup::axe()?;
    let nginx = setup::nginx().ok_or("nginx is missing.")?;
    let settings = [
        ("BURGEE_TEST_POSTGRES", postgres),
        ("BURGEE_TEST_SMTP", format!("smtp://127.0.0.1:{smtp}")),
        ("BURGEE_TEST_SMTP_DIR", mail.display().to_string()),
        ("BURGEE_TEST_CHROMEDRIVER", format!("http://127.0.0.1:{chromedriver}")),
        ("BURGEE_TEST_CHROME", chrome.display().to_string()),
        ("BURGEE_TEST_AXE", axe.display().to_string()),
        ("BURGEE_TEST_NGINX", nginx.display().to_string()),
        ("BURGEE_TEST_NPM_CLIENTS", setup::clients_npm().display().to_string()),
        ("BURGEE_TEST_RUST_CLIENT", setup::clients_rust().display().to_string()),
        ("BURGEE_TEST_PYTHON_CLIENTS", setup::clients_python().display().to_string()),
    ];
    Ok(settings.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

fn mail_server(run: &Run, folder: &Path) -> Result<u16> {
    let script = run.folder.join("smtp_sink.py");
    fs::write(&script, include_str!("../smtp_sink.py")).map_err(|error| format!("cannot write {}: {error}", script.display()))?;
    let log = run.start("smtp", "TERM", Command::new(setup::mail_python()).arg(script).arg(folder))?;
    port(run, &log, "listening on 127.0.0.1:")
}

fn chromedriver(run: &Run) -> Result<u16> {
    let program = setup::chromedriver().ok_or("chromedriver is missing.")?;
    let log = run.start("chromedriver", "TERM", Command::new(program).arg("--port=0"))?;
    port(run, &log, "started successfully on port ")
}

/// The port that a server says it took.
fn port(run: &Run, log: &Path, before: &str) -> Result<u16> {
    let mut port = None;
    wait(PATIENCE, || {
        let text = fs::read_to_string(log).unwrap_or_default();
        let after = text.split_once(before).map(|(_, after)| after);
        let end = after.and_then(|after| Some((after, after.find(|letter: char| !letter.is_ascii_digit())?)));
        port = end.and_then(|(after, end)| after[..end].parse().ok());
        port.is_some() || !run.alive()
    });
    port.ok_or_else(|| did_not_start(log))
}

fn did_not_start(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(20)..].join("\n  ");
    format!("a server did not start. {} ends with:\n  {last}", log.display())
}

/// PostgreSQL in a folder of its own. It refuses to run as root, so root lends it to somebody without rights.
fn postgres(run: &Run) -> Result<String> {
    let programs = setup::postgresql().ok_or("PostgreSQL is missing.")?;
    let data = run.folder.join("postgres");
    fs::create_dir(&data).map_err(|error| format!("cannot make {}: {error}", data.display()))?;
    let owner = unprivileged()?;
    let lend = |command: &mut Command| {
        command.current_dir("/").env("LC_ALL", "C").env(SERVER, &run.folder);
        if let Some((user, group)) = owner {
            command.uid(user).gid(group);
        }
    };
    if let Some((user, group)) = owner {
        chown(&data, Some(user), Some(group)).map_err(|error| format!("cannot give {} away: {error}", data.display()))?;
    }
    let log = run.folder.join("initdb.log");
    let write = || File::options().create(true).append(true).open(&log).map_err(|error| format!("cannot write {}: {error}", log.display()));
    let mut initdb = Command::new(programs.join("initdb"));
    initdb
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions", "--pgdata"])
        .arg(&data);
    initdb.stdin(Stdio::null()).stdout(write()?).stderr(write()?);
    lend(&mut initdb);
    if !initdb.status().is_ok_and(|status| status.success()) {
        return Err(did_not_start(&log));
    }

    // The port is free when asked and could be gone a moment later; then another one is tried.
    let mut last = String::new();
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .map_err(|error| format!("there is no free port: {error}"))?
            .port();
        let mut server = Command::new(programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        let fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB", "shared_buffers=64MB"];
        let open = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=400"];
        for setting in fast.into_iter().chain(open) {
            server.args(["-c", setting]);
        }
        lend(&mut server);
        let log = run.start("postgres", "QUIT", &mut server)?;
        let number = port.to_string();
        let ready = || output(programs.join("pg_isready"), &["-q", "-h", "127.0.0.1", "-p", &number, "-U", "postgres"]).is_some();
        if wait(PATIENCE, || ready() || !run.alive()) && run.alive() {
            return Ok(format!("postgres://postgres@127.0.0.1:{port}/postgres"));
        }
        last = did_not_start(&log);
    }
    Err(last)
}

/// For root: the user and group that PostgreSQL runs as. For everybody else nothing: it runs as they do.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    let number = |args: &[&str]| output("id", args).and_then(|text| text.trim().parse::<u32>().ok());
    if number(&["-u"]).is_some_and(|user| user != 0) {
        return Ok(None);
    }
    let users = ["postgres", "nobody"].into_iter();
    let found = users.filter_map(|name| Some((number(&["-u", name])?, number(&["-g", name])?))).next();
    found.map(Some).ok_or_else(|| "PostgreSQL does not run as root, and there is neither a user postgres nor nobody.".to_string())
}
