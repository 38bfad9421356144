//! Finds what building, testing and measuring need, and installs what is missing.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use crate::Result;
use crate::processes::{cargo, find, output, root, step, target};

pub const HELP: &str = "\
Installs what is missing, and says what it does. Running it again is quick.

Usage: xtask setup [build] [test] [bench]

  build   cargo, node and npm in a version that works (these are checked, not installed),
          and the packages of assets/package.json
  test    also chromium, its driver, nginx, PostgreSQL, a Python with aiosmtpd (the mail server of the tests),
          and the clients that the tests compare with (tests/it/clients)
  bench   also nginx (the yardstick) and wrk (the load)

Debian packages are installed with apt-get, as root or through a sudo that asks for no password.
Where that does not work, the message names the packages, and nothing is changed.
Without an argument: test.
";

const NODE: (u32, u32) = (20, 0);

/// What the set-up is for.
#[derive(Clone, Copy)]
pub enum For {
    /// Building and running the server.
    Build,
    /// Running the tests.
    Test,
    /// Measuring.
    Bench,
}

pub fn command(words: &[String]) -> Result<ExitCode> {
    let purpose = |word: &String| match word.as_str() {
        "build" => Ok(For::Build),
        "test" => Ok(For::Test),
        "bench" => Ok(For::Bench),
        other => Err(format!("`setup` knows build, test and bench, not `{other}`.")),
    };
    let purposes = words.iter().map(purpose).collect::<Result<Vec<_>>>()?;
    for purpose in if purposes.is_empty() { vec![For::Test] } else { purposes } {
        setup(purpose)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes sure that everything for this purpose is there.
pub fn setup(purpose: For) -> Result<()> {
    toolchain()?;
    npm_packages()?;
    match purpose {
        For::Build => Ok(()),
        For::Test => {
            debian(&[CHROMIUM, CHROMEDRIVER, NGINX, POSTGRESQL, PYTHON])?;
            python_packages(&target().join("tools/python"), "crates/xtask/requirements.txt", "aiosmtpd")?;
            python_packages(&target().join("tools/python-clients"), "tests/it/clients/requirements.txt", "configcatclient")?;
            npm_clients()?;
            rust_clients()?;
            axe().map(|_| ())
        }
        For::Bench => debian(&[NGINX, WRK]),
    }
}

/// Something that a Debian package brings, and how to see that it is there.
struct Program {
    package: &'static str,
    found: fn() -> bool,
}

const CHROMIUM: Program = Program { package: "chromium", found: || chromium().is_some() };
const CHROMEDRIVER: Program = Program { package: "chromium-driver", found: || chromedriver().is_some() };
const POSTGRESQL: Program = Program { package: "postgresql", found: || postgresql().is_some() };
const PYTHON: Program = Program { package: "python3-venv", found: || python().is_some() };
const NGINX: Program = Program { package: "nginx", found: || nginx().is_some() };
const WRK: Program = Program { package: "wrk", found: || find(&["wrk"]).is_some() };

/// The browser of the tests.
pub fn chromium() -> Option<PathBuf> {
    find(&["chromium", "chromium-browser", "google-chrome"])
}

/// The server through which the tests steer the browser.
pub fn chromedriver() -> Option<PathBuf> {
    find(&["chromedriver"])
}

/// nginx, which Debian keeps off an ordinary person's path.
pub fn nginx() -> Option<PathBuf> {
    find(&["nginx"]).or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|file| file.is_file()))
}

/// The folder of PostgreSQL's programs: those on the path, or the newest that Debian keeps beside it.
pub fn postgresql() -> Option<PathBuf> {
    let on_path = find(&["initdb"]).and_then(|file| Some(file.canonicalize().ok()?.parent()?.to_path_buf()));
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))).max();
    let folders = on_path.into_iter().chain(newest.map(|(_, folder)| folder));
    folders.into_iter().find(|folder| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file()))
}

/// A Python that can make virtual environments.
fn python() -> Option<PathBuf> {
    let candidates = find(&["python3"]).into_iter().chain([PathBuf::from("/usr/bin/python3")]);
    candidates.into_iter().find(|python| output(python, &["-c", "import venv, ensurepip"]).is_some())
}

/// The Python of the tests' mail server.
pub fn mail_python() -> PathBuf {
    target().join("tools/python/bin/python")
}

/// The Python that has the clients of the tests.
pub fn clients_python() -> PathBuf {
    target().join("tools/python-clients/bin/python")
}

/// The folder that has the clients of the tests as npm packages.
pub fn clients_npm() -> PathBuf {
    target().join("tools/npm-clients")
}

/// OpenFeature's provider for Rust in a program of the tests.
pub fn clients_rust() -> PathBuf {
    target().join("tools/rust-clients/debug/ofrep")
}

/// The accessibility checker, an npm package.
pub fn axe() -> Result<PathBuf> {
    let file = root().join("assets/node_modules/axe-core/axe.min.js");
    if file.is_file() { Ok(file) } else { Err("assets/node_modules has no axe-core: is it in assets/package.json?".to_string()) }
}

fn toolchain() -> Result<()> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).map_err(|error| format!("cannot read Cargo.toml: {error}"))?;
    let wanted = manifest.lines().find_map(|line| line.strip_prefix("rust-version")).and_then(version);
    let rust = output("rustc", &["--version"]).as_deref().and_then(version);
    match (rust, wanted) {
        (None, _) => return Err("rustc is missing. Install Rust with rustup (https://rustup.rs).".to_string()),
        (Some(is), Some(wanted)) if is < wanted => {
            return Err(format!("Rust {}.{} is too old, {}.{} is needed. `rustup update` brings it.", is.0, is.1, wanted.0, wanted.1));
        }
        _ => {}
    }
    match output("node", &["--version"]).as_deref().and_then(version) {
        None => Err(format!("node is missing. Install Node.js {} or newer, with npm.", NODE.0)),
        Some(is) if is < NODE => Err(format!("Node.js {}.{} is too old, {} or newer is needed.", is.0, is.1, NODE.0)),
        Some(_) if find(&["npm"]).is_none() => Err("npm is missing. It comes with Node.js, or as a package of its own.".to_string()),
        Some(_) => Ok(()),
    }
}

/// The first `major.minor` in a text.
fn version(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let mut numbers = text[start..].split(|letter: char| !letter.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The same bookkeeping as in `build.rs`: a copy of the lock file says what is installed, so only one of them installs.
fn npm_packages() -> Result<()> {
    let assets = root().join("assets");
    if !assets.join("package-lock.json").is_file() {
        return Err("assets/package-lock.json is missing; `npm install --ignore-scripts` in assets/ writes it.".to_string());
    }
    npm_ci(&assets, "assets/package.json")
}

/// Beside what is built: nothing is installed among the tests.
fn npm_clients() -> Result<()> {
    let (wanted, folder) = (root().join("tests/it/clients"), clients_npm());
    let copy = |name: &str| fs::copy(wanted.join(name), folder.join(name)).map(|_| ());
    let copied = fs::create_dir_all(&folder).and_then(|()| copy("package.json")).and_then(|()| copy("package-lock.json"));
    copied.map_err(|error| format!("cannot copy {} to {}: {error}", wanted.display(), folder.display()))?;
    npm_ci(&folder, "tests/it/clients/package.json")
}

/// Beside what is built: a package of its own, because one program has only one kind of cryptography.
fn rust_clients() -> Result<()> {
    let args = ["build", "--quiet", "--locked", "--manifest-path", "tests/it/clients/rust/Cargo.toml", "--target-dir"];
    step(cargo().args(args).arg(target().join("tools/rust-clients")))
}

fn npm_ci(folder: &Path, named: &str) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json")).map_err(|error| format!("cannot read the lock file of {named}: {error}"))?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|it| it == lock) {
        return Ok(());
    }
    eprintln!("setup: installing the npm packages of {named}");
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    step(Command::new("npm").args(args).current_dir(folder))?;
    fs::write(&installed, lock).map_err(|error| format!("cannot write {}: {error}", installed.display()))
}

/// A virtual environment with these packages, one module of which says that they are there.
fn python_packages(folder: &Path, requirements: &str, module: &str) -> Result<()> {
    let (own, wanted, installed) = (folder.join("bin/python"), root().join(requirements), folder.join("requirements.txt"));
    let text = fs::read(&wanted).map_err(|error| format!("cannot read {requirements}: {error}"))?;
    let works = || output(&own, &["-c", &format!("import {module}")]).is_some();
    if fs::read(&installed).is_ok_and(|it| it == text) && works() {
        return Ok(());
    }
    eprintln!("setup: installing {requirements} into {}", folder.display());
    let python = python().ok_or("there is no Python that can make virtual environments.")?;
    step(Command::new(python).args(["-m", "venv", "--clear"]).arg(folder))?;
    step(Command::new(&own).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(wanted))?;
    fs::write(&installed, text).map_err(|error| format!("cannot write {}: {error}", installed.display()))
}

/// Installs the Debian packages whose programs are missing.
fn debian(programs: &[Program]) -> Result<()> {
    let missing = || programs.iter().filter(|program| !(program.found)()).map(|program| program.package).collect::<Vec<_>>();
    let packages = missing();
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.join(" ");
    if find(&["apt-get"]).is_none() {
        return Err(format!("these are missing, named as Debian's packages: {names}. Install them and run this again."));
    }
    let root = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !root && output("sudo", &["-n", "true"]).is_none() {
        return Err(format!("these packages are missing: {names}. Install them with `sudo apt-get install {names}` and run this again."));
    }
    eprintln!("setup: installing the Debian packages {names}");
    let apt = |args: &[&str]| {
        let mut words = if root { vec![] } else { vec!["sudo", "-n"] };
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        words.extend(["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]);
        words.extend(args);
        step(Command::new(words[0]).args(&words[1..]).env_remove("LD_LIBRARY_PATH"))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], &packages[..]].concat())?;
    match missing().as_slice() {
        [] => Ok(()),
        still => Err(format!("installed, but not to be found on the path {:?}: {}", env::var_os("PATH"), still.join(" "))),
    }
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_out_of_what_programs_say() {
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version(r#" = "1.94""#), Some((1, 94)));
        assert_eq!(version("no number"), None);
    }
}
