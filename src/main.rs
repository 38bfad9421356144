//! The program `burgee`; see `burgee --help`.

fn main() -> std::process::ExitCode {
    burgee::commands::run()
}
