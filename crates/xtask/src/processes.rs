//! Small things about commands, processes and folders that the other files share.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::{env, fs, io};

use crate::Result;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf()
}

/// Where builds and tools go.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The first of these programs that is on the path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

/// A cargo that starts with the environment of the terminal. `cargo run` adds variables of its own, and some
/// build scripts (ring's is one) watch them: passed on, they would rebuild half the tree at every change between
/// `make test` and `cargo test`.
pub fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    forget_cargo(&mut cargo);
    cargo
}

/// Takes out what `cargo run` put into the environment.
pub fn forget_cargo(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| text.starts_with(start));
        if ours || matches!(text.as_ref(), "CARGO" | "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR") {
            command.env_remove(&name);
        }
    }
}

/// What a command prints, or nothing when it is missing or fails.
pub fn output(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a step of the set-up; what it prints goes to standard error, so that standard output stays the tests' own.
pub fn step(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.stdin(Stdio::null()).stdout(io::stderr()).status().map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status}).")) }
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The exit code to end with after a command ended.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(1));
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// Sends a signal to processes, or to groups when the number is negative. Those that are gone already do not matter.
pub fn signal(name: &str, targets: &[i64]) {
    if targets.is_empty() {
        return;
    }
    let mut kill = Command::new("/bin/sh");
    kill.args(["-c", r#"signal=$1; shift; for target; do kill -s "$signal" -- "$target"; done"#, "kill", name]);
    kill.args(targets.iter().map(i64::to_string)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = kill.status() {
        eprintln!("xtask: cannot send {name} to {targets:?}: {error}");
    }
}

/// The processes that carry this setting in their environment, whoever their parent is by now. Linux only;
/// elsewhere the list is empty and process groups have to do.
pub fn carrying(name: &str, value: &Path) -> Vec<i64> {
    let wanted = [name.as_bytes(), b"=", value.as_os_str().as_encoded_bytes()].concat();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i64>().ok());
    ids.filter(|id| *id != i64::from(std::process::id()))
        .filter(|id| fs::read(format!("/proc/{id}/environ")).is_ok_and(|all| all.split(|byte| *byte == 0).any(|one| one == wanted)))
        .collect()
}

/// The command line of a process, for messages.
pub fn command_line(id: i64) -> String {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ").trim().to_string()
}
