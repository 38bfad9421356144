//! Makes what the pages load: fetches the front-end packages once, then lets
//! `assets/build.mjs` bundle them into `OUT_DIR`, where `src/ui/assets.rs` embeds them.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, exit},
};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let assets = root.join("assets");
    let src = root.join("src");

    watch(&assets, &src);
    fetch(&assets);
    run(Command::new("node").current_dir(&assets).arg("build.mjs").arg(&out).arg(&src), "node build.mjs");
}

/// Runs again when a style, a script, the list of packages or a template changes, and only then.
fn watch(assets: &Path, src: &Path) {
    println!("cargo::rerun-if-changed=build.rs");
    for name in ["css", "js", "img", "icons.txt", "build.mjs", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={}", assets.join(name).display());
    }
    for feature in fs::read_dir(src).into_iter().flatten().flatten() {
        let templates = feature.path().join("templates");
        if templates.is_dir() {
            println!("cargo::rerun-if-changed={}", templates.display());
        }
    }
}

/// Installs the packages of the lock file, unless exactly these are there already.
fn fetch(assets: &Path) {
    let lock = fs::read(assets.join("package-lock.json")).unwrap_or_default();
    let installed = assets.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|it| it == lock) {
        return;
    }
    run(Command::new("npm").current_dir(assets).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]), "npm ci");
    if let Err(error) = fs::write(&installed, lock) {
        fail(&format!("could not write {}: {error}", installed.display()));
    }
}

fn run(command: &mut Command, name: &str) {
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => fail(&format!(
            "`{name}` failed in assets/ ({}):\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fail(&format!(
            "`{name}` could not start: Node.js 20 or newer with npm is needed to build the pages' styles and scripts. \
             Install it (Debian: apt install nodejs npm) and build again."
        )),
        Err(error) => fail(&format!("`{name}` could not start: {error}")),
    }
}

fn fail(message: &str) -> ! {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
    exit(1)
}
