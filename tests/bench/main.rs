//! Micro-benchmarks: `cargo bench` times each case; `cargo xtask bench --quick` counts its
//! instructions under callgrind, which is the same on a busy machine.

mod cases;

use std::env;
use std::process::ExitCode;

use cases::{CASES, Work};

/// Calls that a count is the mean of, as `xtask/src/bench/instructions.rs` has it.
const CALLS: usize = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--names"] => CASES.iter().for_each(|(name, _)| println!("{name}")),
        ["--count", name] => return count(name),
        _ => divan::main(),
    }
    ExitCode::SUCCESS
}

fn count(name: &str) -> ExitCode {
    let Some(mut work) = prepared(name) else { return ExitCode::FAILURE };
    // What only the first call does is not counted.
    work();
    only_these_count(&mut work);
    ExitCode::SUCCESS
}

/// Callgrind collects in here.
#[inline(never)]
fn only_these_count(work: &mut Work) {
    for _ in 0..CALLS {
        work();
    }
}

fn prepared(name: &str) -> Option<Work> {
    let (_, prepare) = CASES.iter().find(|(case, _)| *case == name)?;
    Some(prepare())
}

#[divan::bench(args = CASES.iter().map(|(name, _)| *name))]
fn case(bencher: divan::Bencher<'_, '_>, name: &str) {
    bencher.bench_local(prepared(name).expect("a case of that name"));
}
