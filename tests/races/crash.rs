//! modelgate, or the answer it waits for, is lost at every step of every change.

use std::{
    process::Command,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use crate::{
    bridge::Deed,
    gate::Gate,
    history::History,
    short_or_full,
    stack::Stack,
    trial::{Outcome, Point, Trial},
};

/// Trials that run side by side: most of a trial's time is waiting for a lease.
const AT_ONCE: usize = 24;

/// Runs a trial at each point, and checks the names of all of them.
fn at_every_step(what: &str, failure: fn(&Gate) -> Deed, mend: fn(&mut Gate), check: fn(&Outcome)) {
    let stack = Stack::alone();
    let started = Instant::now();
    let points = Mutex::new(Point::all(short_or_full(1, 10)));
    let next = || points.lock().expect("a lock").pop();

    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let worker = || {
            let mut outcomes = Vec::new();
            while let Some(point) = next() {
                outcomes.push(Trial::new(&stack, point, &started).run(failure, mend));
            }
            outcomes
        };
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });

    let mut history = History::default();
    let longest = |of: fn(&Outcome) -> Duration| outcomes.iter().map(of).max().unwrap_or_default();
    let (took, until_done) = (longest(|one| one.took), longest(|one| one.until_done));
    let mut failures = 0;
    for outcome in &outcomes {
        history += outcome.events.clone();
        if outcome.at.is_some() {
            failures += 1;
            check(outcome);
        }
    }
    let violations = history.violations(&stack.stored(), started.elapsed());
    println!(
        "{what}: {failures} failures, {:.0} s; answered after {took:.1?} at most, done and free after \
         {until_done:.1?} at most; {history}; {} violations",
        started.elapsed().as_secs_f32(),
        violations.len(),
    );
    assert!(failures >= 28, "fewer steps than there are: {outcomes:?}");
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn modelgate_may_be_killed_at_every_step() {
    let kill = |gate: &Gate| -> Deed {
        let pid = gate.pid().to_string();
        Box::new(move || {
            let killed = Command::new("kill").args(["-9", &pid]).status();
            assert!(killed.is_ok_and(|killed| killed.success()));
        })
    };
    at_every_step("modelgate killed", kill, Gate::restart, |outcome| {
        assert_eq!(outcome.told, None, "a dead modelgate has answered: {outcome:?}");
    });
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn every_answer_of_the_cluster_may_be_lost() {
    at_every_step(
        "answers lost",
        |_| Box::new(|| {}),
        |_| {},
        |outcome| {
            let nothing_done = matches!(outcome.told, Some(502 | 503)) && !outcome.was_written();
            assert!(outcome.told == Some(200) || nothing_done, "{outcome:?}");
        },
    );
}
