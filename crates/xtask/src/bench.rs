//! Builds the release binary and runs the measurements: those of `benches/` in process, those of `bench/` under load.

use std::fs;
use std::process::{Command, ExitCode};

use crate::Result;
use crate::processes::{cargo, find, forget_cargo, root, step, target};
use crate::run::Keeper;
use crate::setup::{For, nginx, setup};

pub const HELP: &str = "\
Builds and runs the measurements: `cargo bench` for what is measured in process, then the release server under the load of bench/run.sh, with
nginx as the yardstick in the same run. Every figure is printed beside its budget; docs/benchmarks.md explains them.

Usage: xtask bench [-- arguments to bench/run.sh]

The measurements find what they need through these settings:
  BURGEE_BENCH_BINARY   the release binary of the server
  BURGEE_BENCH_NGINX    nginx
  BURGEE_BENCH_WRK      wrk
  BURGEE_BENCH_PYTHON   Python 3.10 or newer
  BURGEE_BENCH_RESULTS  the folder for results.json, a list of {name, value, unit, budget, holds}
  TMPDIR                a folder that is deleted at the end, with all that is in it
Processes that are still there at the end are stopped.
";

pub fn bench(args: &[String]) -> Result<ExitCode> {
    setup(For::Build)?;
    setup(For::Bench)?;
    let script = root().join("bench/run.sh");
    if !script.is_file() {
        return Err("there is no bench/run.sh.".to_string());
    }
    let results = target().join("bench");
    fs::create_dir_all(&results).map_err(|error| format!("cannot make {}: {error}", results.display()))?;
    // These first: this builds the server with what only benches and tests need, the next line builds it as it is shipped.
    step(cargo().args(["bench", "--locked", "--bench", "authorization", "--bench", "flag_eval"]).env("BURGEE_BENCH_RESULTS", &results))?;
    step(cargo().args(["build", "--release", "--locked"]))?;
    let mut command = Command::new("bash");
    forget_cargo(&mut command);
    command.arg(script).args(args).current_dir(root());
    command.env("BURGEE_BENCH_BINARY", target().join("release/burgee")).env("BURGEE_BENCH_RESULTS", results);
    command
        .env("BURGEE_BENCH_NGINX", nginx().ok_or("nginx is missing.")?)
        .env("BURGEE_BENCH_WRK", find(&["wrk"]).ok_or("wrk is missing.")?)
        .env("BURGEE_BENCH_PYTHON", find(&["python3"]).ok_or("python3 is missing.")?);
    Keeper::start(&[])?.run(&mut command)
}
