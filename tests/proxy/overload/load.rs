//! Four times as much load as the cluster has room for.

use std::{
    env,
    sync::{Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Asked, Gate, Node, Peer, answer};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";

/// How many requests the cluster works on at once.
const AT_ONCE: usize = 8;

/// modelgate's limit, and how many clients there are.
const LIMIT: usize = 16;
const CLIENTS: usize = 4 * LIMIT;

/// How long each load lasts.
const TIME: Duration = Duration::from_secs(2);

/// What a run is held to.
#[derive(Clone, Copy, Debug)]
struct Goal {
    /// How long the cluster works on a request.
    each: Duration,
    /// How much of the peak is served in the flood.
    share: f64,
    /// How soon 99 of 100 requests that are too many are told so.
    shed_within: Duration,
    /// How many floods there may be until one is served so.
    tries: usize,
}

/// A load that leaves the processors to the other tests, which make times mean little; or, with
/// `MODELGATE_TEST_LOAD=full`, on a machine that does nothing else, all that is promised.
fn goal() -> Goal {
    let millis = Duration::from_millis;
    match env::var("MODELGATE_TEST_LOAD").as_deref() {
        Ok("full") => Goal { each: millis(5), share: 0.9, shed_within: millis(5), tries: 1 },
        _ => Goal { each: millis(100), share: 0.6, shed_within: Duration::from_secs(2), tries: 3 },
    }
}

/// A cluster with so much room and no more: others wait.
fn cluster(each: Duration) -> Node {
    let free = (Mutex::new(AT_ONCE), Condvar::new());
    Node::start(move |_: &Asked| {
        let (count, freed) = &free;
        *freed.wait_while(count.lock().unwrap(), |count| *count == 0).unwrap() -= 1;
        thread::sleep(each);
        *count.lock().unwrap() += 1;
        freed.notify_one();
        answer("200 OK", &[], b"fine")
    })
}

/// What came of a load: requests a second that were served, and how long each that was shed took.
struct Came {
    served: f64,
    shed: Vec<Duration>,
}

impl Came {
    /// Within how long so many of those that were shed were told so.
    fn shed_within(&self, share: f64) -> Duration {
        self.shed[((self.shed.len() - 1) as f64 * share) as usize]
    }
}

/// So many clients, each of which asks every `pause`, or as soon as it was answered.
fn load(gate: &Gate, clients: usize, pause: Duration) -> Came {
    let start = Instant::now();
    let one = || {
        let mut client = Peer::connect(gate.address());
        let (mut served, mut shed, mut next) = (0, Vec::new(), start);
        while start.elapsed() < TIME {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            next += pause;
            let asked = Instant::now();
            client.send(GET);
            match client.message().status() {
                200 => served += 1,
                429 => shed.push(asked.elapsed()),
                other => panic!("{other}"),
            }
        }
        (served, shed)
    };
    let came: Vec<(u32, Vec<Duration>)> = thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(one)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let served: u32 = came.iter().map(|(served, _)| served).sum();
    let mut shed: Vec<_> = came.into_iter().flat_map(|(_, shed)| shed).collect();
    shed.sort();
    Came { served: f64::from(served) / start.elapsed().as_secs_f64(), shed }
}

#[test]
fn at_four_times_the_load_as_much_is_served_as_at_its_peak() {
    let goal = goal();
    let cluster = cluster(goal.each);
    let limit = format!("limits.requests={LIMIT}");
    let gate = Node::gate(&[&cluster], &[&limit, "log.access=false"]);

    let peak = load(&gate, LIMIT, Duration::ZERO);
    let before = gate.memory("VmRSS:");
    let pause = Duration::from_secs_f64(CLIENTS as f64 / (4.0 * peak.served));
    let is_met = |flood: &Came| {
        flood.served >= goal.share * peak.served && flood.shed_within(0.99) < goal.shed_within
    };
    let mut flood = load(&gate, CLIENTS, pause);
    for _ in 1..goal.tries {
        if is_met(&flood) {
            break;
        }
        flood = load(&gate, CLIENTS, pause);
    }
    let after = gate.memory("VmRSS:");

    println!(
        "peak {:.0}/s; at four times that {:.0}/s are served and {} shed, p50 {:?}, p99 {:?}; \
         {before} KiB before, {after} KiB after",
        peak.served,
        flood.served,
        flood.shed.len(),
        flood.shed_within(0.5),
        flood.shed_within(0.99),
    );
    assert!(peak.shed.is_empty(), "{}", peak.shed.len());
    assert!(is_met(&flood), "{} of {}", flood.served, peak.served);
}
