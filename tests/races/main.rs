//! Names are unique and no update is lost, for several modelgates at once (D9, D10).

mod gates;
mod history;
#[path = "../law/http.rs"]
mod http;

use std::{
    thread,
    time::{Duration, Instant},
};

use gates::Gates;
use history::{Event, History};
use serde_json::json;

/// Modelgates that share one cluster.
const GATES: usize = 3;

/// Clients, spread over them.
const CLIENTS: usize = 12;

/// What each client does, one after the other.
const STEPS: usize = 100;

/// Fewer names than clients could have groups, so that they collide.
const NAMES: usize = 30;

/// How long a name may stay taken that no group has: a reservation's lease, and some time.
const LEASE: Duration = Duration::from_secs(15);

/// A name, of every length there is a rule for.
fn name(number: usize) -> String {
    let length = [1, 40, 256, 257, 3_000][number % 5];
    format!("{number} {}", "n".repeat(length))
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn of_many_who_want_a_name_one_gets_it() {
    let gates = Gates::start(GATES);
    let started = Instant::now();

    let events = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let gates = &gates;
                scope.spawn(move || works(gates, client, started))
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });

    let history = History(events);
    println!("{history}");
    history.check();
    let stored = gates.stored();
    history.check_against(&stored);
    every_free_name_can_be_had(&gates, &history);
}

/// Registers, renames and deletes at random; what it did, and what it was answered.
fn works(gates: &Gates, client: usize, started: Instant) -> Vec<Event> {
    let mut talk = gates.client(client % GATES);
    let mut random = Random(client as u64 * 7919 + 1);
    let mut own: Vec<(String, String)> = Vec::new();
    let mut events = Vec::new();
    for _ in 0..STEPS {
        let wanted = name(random.below(NAMES));
        let since = started.elapsed();
        match random.below(4) {
            0 if !own.is_empty() => {
                let (id, held) = own.swap_remove(random.below(own.len()));
                let answer = talk.delete(&id);
                assert_eq!(answer.status, 200, "{}", answer.text());
                events.push(Event::released(held, id, since, started.elapsed()));
            }
            1 if !own.is_empty() => {
                let at = random.below(own.len());
                let (id, held) = own[at].clone();
                let answer = talk.update(&id, &json!({ "name": wanted }));
                if answer.status == 200 && held != wanted {
                    let until = started.elapsed();
                    events.push(Event::taken(wanted.clone(), id.clone(), since, until));
                    events.push(Event::released(held, id.clone(), since, until));
                    own[at] = (id, wanted);
                } else {
                    refused_or_same(&answer, held == wanted);
                }
            }
            _ => {
                let answer = talk.register(&json!({ "name": wanted, "access_mode": "public" }));
                if answer.status == 200 {
                    let id = answer.value()["model_group_id"].as_str().expect("an id").to_owned();
                    events.push(Event::taken(wanted.clone(), id.clone(), since, started.elapsed()));
                    own.push((id, wanted));
                } else {
                    refused_or_same(&answer, false);
                }
            }
        }
    }
    events
}

fn refused_or_same(answer: &http::Answer, same: bool) {
    let taken = answer.text().contains("The name you provided is already being used");
    assert!(same && answer.status == 200 || answer.status == 400 && taken, "{}", answer.text());
}

fn every_free_name_can_be_had(gates: &Gates, history: &History) {
    let mut talk = gates.client(0);
    for name in (0..NAMES).map(name).filter(|name| !history.is_held(name)) {
        let since = Instant::now();
        loop {
            let answer = talk.register(&json!({ "name": name, "access_mode": "public" }));
            if answer.status == 200 {
                break;
            }
            assert!(since.elapsed() < LEASE, "{:.20}… stays taken: {}", name, answer.text());
            thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn updates_of_one_group_at_once_lose_nothing() {
    let gates = Gates::start(GATES);
    let mut talk = gates.client(0);
    let made = talk.register(&json!({ "name": "shared", "access_mode": "public" }));
    let id = made.value()["model_group_id"].as_str().expect("an id").to_owned();

    thread::scope(|scope| {
        let (gates, id) = (&gates, id.as_str());
        for client in 0..GATES {
            scope.spawn(move || {
                let mut talk = gates.client(client);
                for round in 0..20 {
                    let body = match client {
                        0 => json!({ "description": format!("round {round}") }),
                        1 => json!({ "name": format!("shared {round}") }),
                        _ => json!({ "access_mode": if round % 2 == 0 { "private" } else { "public" } }),
                    };
                    let answer = talk.update(id, &body);
                    let outrun = answer.status == 409;
                    assert!(answer.status == 200 || outrun, "{}", answer.text());
                }
                // The last of each kind must have been answered as done.
                let last = match client {
                    0 => json!({ "description": "the last" }),
                    1 => json!({ "name": "shared at last" }),
                    _ => json!({ "access_mode": "public" }),
                };
                while talk.update(id, &last).status != 200 {}
            });
        }
    });

    let group = talk.get(&id).value();
    assert_eq!(group["description"], "the last");
    assert_eq!(group["name"], "shared at last");
    assert_eq!(group["access"], "public");
}

/// A small generator: the runs need not be secret, and should be the same ones.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
