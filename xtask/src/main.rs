//! The development commands of modelgate: `cargo xtask up`, `down`, `reset`, `test`, `fuzz`,
//! `h2spec`, `leaks`, `dist` and `bench`.

mod bench;
mod dist;
mod down;
mod faults;
mod fuzz;
mod h2spec;
mod leaks;
mod recorded;
mod reset;
mod stack;
mod test;
mod tools;
mod up;

use std::process::ExitCode;

use clap::Parser;

/// Development commands of modelgate.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    Up(up::Up),
    Down(down::Down),
    Reset(reset::Reset),
    Test(test::Test),
    Fuzz(fuzz::Fuzz),
    H2spec(h2spec::H2spec),
    Leaks(leaks::Leaks),
    Dist(dist::Dist),
    Bench(bench::Bench),
    Faults(faults::Faults),
    Soak(faults::Soak),
    #[command(hide = true, subcommand)]
    BenchKit(bench::kit::Kit),
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Up(up) => up.run(),
        Command::Down(down) => down.run(),
        Command::Reset(reset) => reset.run(),
        Command::Test(test) => test.run(),
        Command::Fuzz(fuzz) => fuzz.run(),
        Command::H2spec(h2spec) => h2spec.run(),
        Command::Leaks(leaks) => leaks.run(),
        Command::Dist(dist) => dist.run(),
        Command::Bench(bench) => bench.run(),
        Command::Faults(faults) => faults.run(),
        Command::Soak(soak) => soak.run(),
        Command::BenchKit(kit) => kit.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
