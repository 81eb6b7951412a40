//! Many clients of several modelgates want few names, and ML Commons writes groups beside them.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    bridge::{Bridge, Moment},
    gate::{Change, Gate, Talk},
    history::{Event, History, LEASE},
    http::Answer,
    random::Random,
    short_or_full,
    stack::Stack,
};

/// Modelgates that share one cluster.
const GATES: usize = 3;

/// One name in so many is first had by a group that ML Commons wrote.
const DIRECT: usize = 10;

/// How large the run is.
struct Size {
    clients: usize,
    registers: usize,
    names: usize,
}

const SHORT: Size = Size { clients: 16, registers: 250, names: 30 };
const FULL: Size = Size { clients: 64, registers: 10_000, names: 500 };

/// A name of its own for each number, with 1 to 10,000 characters.
fn name(number: usize) -> String {
    let length = [1, 2, 40, 255, 256, 257, 3_000, 10_000][number % 8];
    let start = match length {
        1 => char::from_u32(0x4E00 + number as u32).map(String::from).unwrap_or_default(),
        2 => char::from_u32(0x4E00 + number as u32)
            .map(|sign| format!("{sign}2"))
            .unwrap_or_default(),
        _ => format!("{number} "),
    };
    start.chars().chain(std::iter::repeat('n')).take(length).collect()
}

/// What all clients of the run share.
struct Run<'r> {
    stack: &'r Stack,
    gates: &'r [Gate],
    size: Size,
    started: Instant,
    /// Groups that no client is changing just now, with their names.
    groups: Mutex<Vec<(String, String)>>,
    registers: AtomicUsize,
    /// The names that may be wanted; those beyond are still to be written directly.
    open: AtomicUsize,
    direct: usize,
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn of_many_who_want_a_name_one_gets_it() {
    let stack = Stack::alone();
    let gates = stack.gates(GATES);
    let size = short_or_full(SHORT, FULL);
    let direct = size.names / DIRECT;
    let run = Run {
        stack: &stack,
        gates: &gates,
        started: Instant::now(),
        groups: Mutex::default(),
        registers: AtomicUsize::new(0),
        open: AtomicUsize::new(size.names - direct),
        direct,
        size,
    };
    // Without the index there is nothing that ML Commons could have written.
    let first = gates[0].client().register(&json!({ "name": name(0), "access_mode": "public" }));
    assert_eq!(first.status, 200, "{}", first.text());
    let mut history = History::default();
    history += vec![Event::taken(&name(0), &id_of(&first), (Duration::ZERO, run.now()))];

    thread::scope(|scope| {
        let clients: Vec<_> = (0..run.size.clients)
            .map(|client| {
                scope.spawn({
                    let run = &run;
                    move || run.client(client)
                })
            })
            .collect();
        history += run.writes_directly(|| clients.iter().any(|client| client.is_finished()));
        for client in clients {
            history += client.join().expect("a client");
        }
    });

    let took = run.started.elapsed();
    let violations = history.violations(&stack.stored(), took);
    println!(
        "names: {} registers by {} clients of {GATES} modelgates, {} groups written directly, \
         {:.0} s; {history}; {} violations",
        run.registers.load(SeqCst),
        run.size.clients,
        run.direct,
        took.as_secs_f32(),
        violations.len(),
    );
    assert!(violations.is_empty(), "{violations:#?}");
    run.every_free_name_can_be_had();
}

impl Run<'_> {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Writes groups beside the modelgates, all through the run: each has its name before anybody
    /// else wants it, since ML Commons asks nobody.
    fn writes_directly(&self, a_client_ended: impl Fn() -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        for written in 0..self.direct {
            while self.registers.load(SeqCst) * self.direct < self.size.registers * written {
                if a_client_ended() {
                    return events;
                }
                thread::sleep(Duration::from_millis(5));
            }
            let (id, name) = (format!("direct{written}"), name(self.open.load(SeqCst)));
            let since = self.now();
            self.stack.write_directly(&id, &name);
            events.push(Event::taken(&name, &id, (since, self.now())));
            self.groups().push((id, name));
            self.open.fetch_add(1, SeqCst);
        }
        events
    }

    /// Registers, renames and deletes at random until all have registered often enough.
    fn client(&self, number: usize) -> Vec<Event> {
        let mut talk = self.gates[number % GATES].client();
        let mut random = Random(number as u64 * 7919 + 1);
        let mut events = Vec::new();
        while self.registers.load(SeqCst) < self.size.registers {
            let wanted = name(random.below(self.open.load(SeqCst)));
            let since = self.now();
            let group = match random.below(10) {
                0..=3 => self.some_group(&mut random),
                _ => None,
            };
            match group {
                Some((id, held)) if random.below(2) == 0 => {
                    let answer = talk.delete(&id);
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    events.push(Event::released(&held, &id, (since, self.now())));
                }
                Some(group) => events.extend(self.renames(&mut talk, group, wanted)),
                None => events.push(self.registers(&mut talk, &wanted)),
            }
        }
        events
    }

    fn registers(&self, talk: &mut Talk, wanted: &str) -> Event {
        let since = self.now();
        let answer = talk.register(&json!({ "name": wanted, "access_mode": "public" }));
        let span = (since, self.now());
        self.registers.fetch_add(1, SeqCst);
        if !was_done(&answer) {
            return Event::refused(wanted, span);
        }
        let id = id_of(&answer);
        self.groups().push((id.clone(), wanted.to_owned()));
        Event::taken(wanted, &id, span)
    }

    fn renames(&self, talk: &mut Talk, (id, held): (String, String), wanted: String) -> Vec<Event> {
        let since = self.now();
        let answer = talk.update(&id, &json!({ "name": wanted }));
        let span = (since, self.now());
        let done = was_done(&answer);
        let events = match done {
            true if wanted == held => Vec::new(),
            true => vec![Event::taken(&wanted, &id, span), Event::released(&held, &id, span)],
            false => vec![Event::refused(&wanted, span)],
        };
        self.groups().push((id, if done { wanted } else { held }));
        events
    }

    /// A group that no other client changes for as long as it is not put back.
    fn some_group(&self, random: &mut Random) -> Option<(String, String)> {
        let mut groups = self.groups();
        let count = groups.len();
        (count > 0).then(|| groups.swap_remove(random.below(count)))
    }

    fn groups(&self) -> std::sync::MutexGuard<'_, Vec<(String, String)>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn every_free_name_can_be_had(&self) {
        let held = self.stack.stored();
        let mut talk = self.gates[0].client();
        let since = Instant::now();
        let is_free = |name: &String| held.iter().all(|(_, held)| held != name);
        for name in (0..self.size.names).map(name).filter(is_free) {
            while !was_done(&talk.register(&json!({ "name": name, "access_mode": "public" }))) {
                assert!(since.elapsed() < LEASE, "{name:.20}… stays taken");
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// Whether it was done; else it was refused since another group has the name.
fn was_done(answer: &Answer) -> bool {
    let taken = answer.text().contains("The name you provided is already being used");
    assert!(answer.status == 200 || answer.status == 400 && taken, "{}", answer.text());
    answer.status == 200
}

fn id_of(registered: &Answer) -> String {
    registered.value()["model_group_id"].as_str().expect("an id").to_owned()
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_name_that_its_group_takes_again_stays_its_own() {
    let stack = Stack::alone();
    let bridge = Bridge::start(&stack);
    let (one, other) = (bridge.gate(&stack), stack.gate(&[]));
    let mut failures = 0;

    for (first, second) in [("other", "mine"), ("mine", "mine")] {
        for after in 0.. {
            let name = |which: &str| format!("{which} {second} {first} {after}");
            let held = if first == "mine" { "old" } else { "mine" };
            let made = one.client().register(&json!({ "name": name(held) }));
            let id = id_of(&made);
            let (mut talk, group, new) = (other.client(), id.clone(), name(second));
            bridge.arm(after, Moment::Meanwhile, move || {
                let _ = talk.once(&Change::Rename(&group, &new));
            });
            let _ = one.client().once(&Change::Rename(&id, &name(first)));
            if bridge.disarm().is_none() {
                break;
            }
            failures += 1;
            let stored = stack.stored();
            let (_, now) = stored.iter().find(|(found, _)| *found == id).expect("the group");
            assert_eq!(stack.holder_of(now).as_deref(), Some(&*id), "{first} {second} {after}");
        }
    }

    println!("a group renamed twice at once, at each step: {failures} times");
    assert!(failures >= 10, "{failures}");
}
