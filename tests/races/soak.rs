//! A mixed load for a long time, with failures sprinkled in.

use std::{
    env, thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    bridge::{Bridge, Moment},
    figures::Figures,
    gate::{Change, Gate},
    history::{Event, History},
    http::{Answer, Request},
    random::Random,
    stack::Stack,
};

const CLIENTS: u64 = 6;

/// Names that are wanted at a time; every minute other ones are.
const NAMES: usize = 24;

/// How long each of a client's steps takes at least, so that the machine has time for the cluster.
const PACE: Duration = Duration::from_millis(20);

/// Between two failures, at most.
const CALM: u64 = 400;

/// What memory may grow by, in KiB: buffers and tables that the load fills once.
const GROWTH: u64 = 16 * 1024;

/// How long it lasts.
fn length() -> Duration {
    let minutes = env::var("MODELGATE_TEST_SOAK_MINUTES").ok();
    let minutes = minutes.map(|minutes| minutes.parse::<f64>().expect("a number of minutes"));
    Duration::from_secs_f64(minutes.unwrap_or(0.15) * 60.0)
}

/// What a client saw.
#[derive(Default)]
struct Seen {
    requests: u64,
    /// 5xx, by what they say of a retry.
    safe: u64,
    unknown: u64,
    slowest: Duration,
    events: Vec<Event>,
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn soak() {
    let stack = Stack::alone();
    let bridge = Bridge::start(&stack);
    let gate = bridge.gate_with(&stack, &["identity.cache=2h", "log.access=false"]);
    let length = length();
    assert_eq!(gate.client().register(&json!({ "name": "first" })).status, 200);
    let first = stack.stored();
    let started = Instant::now();
    let is_over = || started.elapsed() > length;

    let (seen, failures, samples) = thread::scope(|scope| {
        let gate = &gate;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| scope.spawn(move || works(gate, number, started, &is_over)))
            .collect();
        let failing = scope.spawn(|| sprinkles(&bridge, &is_over));
        let mut samples = Vec::new();
        while !is_over() {
            thread::sleep(length / 20);
            samples.push(Figures::of(gate));
        }
        let seen: Vec<Seen> =
            clients.into_iter().map(|one| one.join().expect("a client")).collect();
        (seen, failing.join().expect("the failures"), samples)
    });

    let end = started.elapsed();
    let mut stored = stack.stored();
    stored.retain(|group| !first.contains(group));
    let sum = |of: fn(&Seen) -> u64| seen.iter().map(of).sum::<u64>();
    let (safe, unknown) = (sum(|seen| seen.safe), sum(|seen| seen.unknown));
    let slowest = seen.iter().map(|seen| seen.slowest).max().unwrap_or_default();
    let requests = sum(|seen| seen.requests);
    let mut history = History::default();
    seen.into_iter().for_each(|seen| history += seen.events);
    let violations = history.violations(&stored, end);
    let rest = Figures::at_rest(&gate);
    let (warm, last) = (&samples[samples.len() / 4], samples.last().unwrap_or(&rest));
    let page = Figures::of(&gate);
    let warnings = gate.warnings();
    println!(
        "soak: {:.1} minutes, {requests} requests, {failures} failures injected, {safe} told that a \
         retry is safe, {unknown} of unknown outcome, slowest {slowest:.1?}; {history}; {} \
         violations; memory {} KiB after a quarter, {} at the end; descriptors {} and {}, {} at \
         rest; /metrics: {} answers with 5xx, {} retries; {warnings} warnings",
        end.as_secs_f32() / 60.0,
        violations.len(),
        warm.memory,
        last.memory,
        warm.descriptors,
        last.descriptors,
        rest.descriptors,
        page.failed,
        page.retries,
    );
    assert!(violations.is_empty(), "{violations:#?}");
    assert!(safe + unknown <= failures, "an error that nobody injected");
    assert_eq!(page.failed, safe + unknown, "what was told is not what the figures say");
    assert!(page.retries > 0 && page.retries + page.failed <= 4 * failures, "{page:?}");
    assert!(last.memory < warm.memory + GROWTH && last.descriptors < warm.descriptors + 16);
    assert!(warnings <= 2 * failures as usize, "{}", gate.log());
    thread::sleep(Duration::from_secs(2));
    assert_eq!(gate.warnings(), warnings, "a warning repeats with nothing to warn of");
}

/// Injects failures until it is over; how many.
fn sprinkles(bridge: &Bridge, is_over: &dyn Fn() -> bool) -> u64 {
    let mut random = Random(4711);
    let mut failures = 0;
    while !is_over() {
        let after = random.below(5);
        match random.below(3) {
            0 => bridge.arm(after, Moment::Before, || {}),
            1 => bridge.arm(after, Moment::After, || {}),
            _ => {
                bridge.arm(after, Moment::Meanwhile, || thread::sleep(Duration::from_millis(500)));
            }
        }
        thread::sleep(Duration::from_millis(20 + random.below(CALM as usize) as u64));
        failures += u64::from(bridge.disarm().is_some());
    }
    failures
}

/// Registers, renames, deletes, gets, searches, and asks what passes.
fn works(gate: &Gate, number: u64, started: Instant, is_over: &dyn Fn() -> bool) -> Seen {
    let mut random = Random(number * 7919 + 1);
    let mut own: Vec<(String, String)> = Vec::new();
    let mut seen = Seen::default();
    while !is_over() {
        let minute = started.elapsed().as_secs() / 60;
        let wanted = format!("soak {minute} {}", random.below(NAMES));
        let since = started.elapsed();
        let group = (!own.is_empty()).then(|| random.below(own.len()));
        match (random.below(6), group) {
            (0 | 1, _) => {
                let answer = seen.ask(gate, since, started, &Change::Register(&wanted));
                let id = answer.value()["model_group_id"].as_str().unwrap_or_default().to_owned();
                let span = (since, started.elapsed());
                seen.note(&answer, vec![Event::taken(&wanted, &id, span)], &wanted, span);
                if answer.status == 200 {
                    own.push((id, wanted));
                }
            }
            (2, Some(at)) => {
                let (id, held) = own.swap_remove(at);
                let answer = seen.ask(gate, since, started, &Change::Rename(&id, &wanted));
                let span = (since, started.elapsed());
                let moved =
                    vec![Event::taken(&wanted, &id, span), Event::released(&held, &id, span)];
                let same = held == wanted;
                seen.note(&answer, if same { Vec::new() } else { moved }, &wanted, span);
                match answer.status {
                    200 => own.push((id, wanted)),
                    // Which name it has now, nobody knows.
                    500 => {}
                    _ => own.push((id, held)),
                }
            }
            (3, Some(at)) => {
                let (id, held) = own.swap_remove(at);
                let answer = seen.ask(gate, since, started, &Change::Delete(&id));
                let span = (since, started.elapsed());
                seen.note(&answer, vec![Event::released(&held, &id, span)], "", span);
                if matches!(answer.status, 502..=504) {
                    own.push((id, held));
                }
            }
            (kind, _) => {
                let path = match kind {
                    4 => "/_plugins/_ml/model_groups/_search".to_owned(),
                    _ => "/_cluster/health".to_owned(),
                };
                let answer = gate.client().ask(Request::new("GET", &path).json("{}"));
                seen.count(&answer, started.elapsed() - since);
            }
        }
        thread::sleep(PACE);
    }
    seen
}

impl Seen {
    fn ask(
        &mut self,
        gate: &Gate,
        since: Duration,
        started: Instant,
        change: &Change<'_>,
    ) -> Answer {
        let answer = gate.client().once(change).expect("modelgate answers");
        self.count(&answer, started.elapsed() - since);
        answer
    }

    fn count(&mut self, answer: &Answer, took: Duration) {
        self.requests += 1;
        self.slowest = self.slowest.max(took);
        match answer.status {
            200 | 400 | 409 => {}
            500 if answer.text().contains("unknown_outcome") => self.unknown += 1,
            502..=504 => self.safe += 1,
            _ => panic!("{} {}", answer.status, answer.text()),
        }
    }

    fn note(
        &mut self,
        answer: &Answer,
        events: Vec<Event>,
        wanted: &str,
        span: (Duration, Duration),
    ) {
        match answer.status {
            200 => self.events.extend(events),
            500 => self.events.extend(events.into_iter().map(Event::perhaps)),
            400 => self.events.push(Event::refused(wanted, span)),
            _ => {}
        }
    }
}
