//! The program `burgee`; see `burgee --help`.

/// A page is some thousand small pieces of memory, taken and given back: this allocator does that in half the time of the one of the C library.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    burgee::commands::run()
}
