//! OpenSearch itself is killed in the middle of a change, and started anew.

use std::{env, fs, path::PathBuf, process::Command, time::Instant};

use crate::{
    bridge::{Deed, Moment},
    gate::Gate,
    history::History,
    short_or_full,
    stack::Stack,
    trial::{Kind, Point, Trial},
};

/// Where it is killed: before and behind the writes of the group, and of its name.
const POINTS: [(Kind, usize, Moment); 6] = [
    (Kind::Register, 4, Moment::After),
    (Kind::Register, 4, Moment::Before),
    (Kind::Register, 2, Moment::After),
    (Kind::Rename, 4, Moment::After),
    (Kind::Delete, 3, Moment::After),
    (Kind::Delete, 3, Moment::Before),
];

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn opensearch_may_be_killed_in_the_middle() {
    let stack = Stack::alone();
    let started = Instant::now();
    // Reservations and groups go into indices that are there.
    stack.gate(&[]).client().register(&serde_json::json!({ "name": "first" }));
    let first = stack.stored();
    let mut history = History::default();
    let mut told = Vec::new();

    for (kind, after, moment) in &POINTS[..short_or_full(1, POINTS.len())] {
        let point = Point { kind: *kind, after: *after, moment: *moment, round: 0 };
        let outcome = Trial::new(&stack, point, &started).run(kill, start);
        println!(
            "{kind:?}: killed {:?}, told {:?} after {:.1?}, done {:.1?} behind the restart",
            outcome.at, outcome.told, outcome.took, outcome.until_done
        );
        assert!(matches!(outcome.told, Some(200 | 500 | 502..=504)), "{outcome:?}");
        let retry_is_safe = matches!(outcome.told, Some(502..=504));
        assert!(!(retry_is_safe && outcome.was_written()), "{outcome:?}");
        told.push(outcome.told);
        history += outcome.events;
    }

    let mut stored = stack.stored();
    stored.retain(|group| !first.contains(group));
    let violations = history.violations(&stored, started.elapsed());
    println!(
        "OpenSearch killed: {} times, {:.0} s; {history}; {} violations",
        told.len(),
        started.elapsed().as_secs_f32(),
        violations.len()
    );
    assert!(violations.is_empty(), "{violations:#?}");
}

fn kill(_: &Gate) -> Deed {
    Box::new(|| {
        let dir = PathBuf::from(env::var_os("MODELGATE_TEST_DIR").expect("a folder"));
        let record = fs::read_to_string(dir.join("opensearch/node.pid")).expect("a record");
        let pid = record.split(' ').next().expect("a pid").to_owned();
        let killed = Command::new("kill").args(["-9", &pid]).status();
        assert!(killed.is_ok_and(|killed| killed.success()));
    })
}

fn start(_: &mut Gate) {
    let up = env::var("MODELGATE_TEST_ACCESS_CONTROL_CMD").expect("the command is set");
    let started = Command::new("sh").args(["-c", &format!("{up} on")]).output();
    let started = started.expect("a shell");
    assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
}
