//! A write that is held up in the network arrives when another group has its name.

use std::{
    process::Command,
    sync::mpsc::{Sender, channel},
    thread,
    time::{Duration, Instant},
};

use crate::{
    bridge::Bridge,
    gate::{Change, Gate},
    history::LEASE,
    http::Request,
    stack::{GROUPS, Stack},
};

/// How a group is written.
const WRITE: &str = "PUT /.plugins-ml-model-group/_";

/// A register whose modelgate is dead, and whose write has not arrived yet.
struct Held {
    bridge: Bridge,
    _gate: Gate,
    release: Sender<()>,
}

impl Held {
    fn register(stack: &Stack, name: &str) -> Self {
        let bridge = Bridge::start(stack);
        let gate = bridge.gate(stack);
        let (release, released) = channel();
        let pid = gate.pid().to_string();
        bridge.hold(WRITE, move || {
            let killed = Command::new("kill").args(["-9", &pid]).status();
            assert!(killed.is_ok_and(|killed| killed.success()));
            // An error is the test's own end.
            let _ = released.recv();
        });
        let answer = gate.client().once(&Change::Register(name));
        assert!(answer.is_err(), "a dead modelgate has answered");
        assert!(bridge.disarm().is_some(), "the group was not to be written");
        Self { bridge, _gate: gate, release }
    }

    /// Lets the write arrive. Gives the start of its answer.
    fn arrives(&self) -> String {
        self.release.send(()).expect("the bridge waits");
        let since = Instant::now();
        loop {
            if let Some(answer) = self.bridge.answered() {
                return answer;
            }
            assert!(since.elapsed() < LEASE, "the cluster does not answer");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_group_that_arrives_late_does_not_share_its_name() {
    let stack = Stack::alone();
    let gate = stack.gate(&[]);
    let made = gate.client().once(&Change::Register("renamed")).expect("an answer");
    let renamed = made.value()["model_group_id"].as_str().expect("an id").to_owned();
    let takers = [
        ("taken by a register", Change::Register("taken by a register")),
        ("taken by a rename", Change::Rename(&renamed, "taken by a rename")),
    ];
    let late = takers.map(|(name, _)| Held::register(&stack, name));

    for ((name, taker), late) in takers.iter().zip(&late) {
        let since = Instant::now();
        while gate.client().once(taker).expect("an answer").status != 200 {
            assert!(since.elapsed() < LEASE, "{name}: stays taken");
            thread::sleep(Duration::from_millis(100));
        }
        let answer = late.arrives();
        let stored = stack.stored();
        let so_called = stored.iter().filter(|(_, stored)| stored == name);
        assert_eq!(so_called.count(), 1, "{name}: {answer}: {stored:?}");
        assert!(answer.starts_with("HTTP/1.1 409 "), "{name}: {answer}");
    }

    let path = format!("/{GROUPS}/_settings");
    let settings = stack.opensearch().send(&Request::new("GET", &path)).value();
    let kept = &settings[GROUPS]["settings"]["index"]["gc_deletes"];
    assert_eq!(kept, "20m", "OpenSearch forgets within a minute what must not be written");
}
