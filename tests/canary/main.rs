//! No canary leaves its cage: groups with canary strings stand in a cluster without the Security
//! plugin, and every operation of the REST API is tried on them through modelgate, with every
//! spelling of the protected names in every place that takes an index.

mod listing;
mod operation;
mod reading;
mod routes;
mod scenario;
mod spelling;
mod wire;
mod world;

use std::{
    collections::BTreeMap,
    process::Command,
    sync::Mutex,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::Instant,
};

use operation::{Operation, Request};
use routes::Route;
use world::World;

/// Requests under way at once.
const AT_ONCE: usize = 8;

/// Who asks: nobody, and a user of the dev stack.
const CALLERS: [&str; 2] = ["", "Authorization: Basic YWxpY2U6cHctYWxpY2UtMTIzIQ==\r\n"];

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn no_operation_and_no_spelling_reaches_a_protected_index() {
    let world = World::start();
    let before = world.state();
    let tally = Tally::default();
    let started = Instant::now();

    for (turn, operation) in operation::all().iter().enumerate() {
        let requests: Vec<Request> = operation.requests(&spelling::all(turn));
        drive(&world, operation, &requests, &tally);
        assert_eq!(world.state(), before, "changed by one of: {}", operation.line);
        assert_eq!(world.escaped(), Vec::<String>::new(), "copied by one of: {}", operation.line);
        world.furnish();
    }

    println!("{} in {:.0} s", tally.told(), started.elapsed().as_secs_f32());
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn without_the_guard_the_same_operations_tell_canaries() {
    let world = World::start();
    let mut told = 0;

    for operation in operation::all().into_iter().filter(|operation| operation.tells) {
        let requests = operation.requests(&spelling::plain());
        let leaks = requests.iter().filter(|request| world.sent_directly(request).tells());
        let leaks = leaks.count();
        assert!(
            leaks > 0,
            "tells nothing, so that the test above shows nothing: {}",
            operation.line
        );
        told += leaks;
    }

    println!("{told} canaries told without the guard");
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn no_detour_reaches_a_protected_index() {
    let world = World::start();
    let before = world.state();

    for scenario in scenario::all() {
        scenario.run(&world);
        assert_eq!(world.state(), before, "changed by {}", scenario.name);
    }

    assert_eq!(world.escaped(), Vec::<String>::new(), "indices that hold a canary");
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn every_route_of_the_node_is_tried() {
    let operations = operation::all();

    let routes = routes::of_the_node(&World::start());
    let is_tried = |route: &&Route| operations.iter().any(|operation| operation.takes(route));
    let missing: Vec<&Route> = routes.iter().filter(|route| !is_tried(route)).collect();

    assert!(routes.len() > 300, "only {} routes were found", routes.len());
    assert_eq!(missing, Vec::<&Route>::new(), "routes without a line in operations.txt");
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn what_lists_is_told_and_wildcards_are_narrowed_or_refused_as_documented() {
    let world = World::start();
    let before = world.state();

    let faults = listing::faults(&world);

    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(world.state(), before);
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn modelgate_does_not_leave_the_guard_to_a_cluster_that_protects_nothing() {
    let world = World::start();

    let started = Command::new(env!("CARGO_BIN_EXE_modelgate"))
        .args(["--listen", "127.0.0.1:0", "--upstream-url", &world.cluster_url()])
        .args(["--set", "identity.source=none", "--set", "guard=upstream"])
        .args(["--set", "admin.listen=off"])
        .output();
    let started = started.expect("modelgate can be started");
    let said = [started.stdout, started.stderr].concat();
    let said = String::from_utf8_lossy(&said);

    assert_eq!(started.status.code(), Some(1), "{said}");
    assert!(said.contains("guard is \"upstream\", but OpenSearch answered 200"), "{said}");
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn what_could_be_read_in_two_ways_is_read_in_one_or_refused() {
    let world = World::start();
    world.must("PUT", &format!("/{}/_doc/g1?refresh", reading::NOBODYS), r#"{"name":"plain"}"#);
    let before = world.state();

    let (faults, lines): (Vec<_>, Vec<_>) =
        reading::all().iter().map(|oddity| oddity.run(&world)).unzip();
    let faults: Vec<String> = faults.into_iter().flatten().collect();

    println!("oddity | reaches groups in OpenSearch | status there | here | here, of groups");
    println!("{}", lines.join("\n"));
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(world.state(), before);
}

#[test]
#[ignore = "needs a stack without the Security plugin: cargo xtask test starts one"]
fn the_groups_own_routes_read_as_opensearch_reads_or_refuse() {
    let world = World::start();

    let (faults, lines) = reading::groups::run(&world);

    println!("oddity | route | read here | read by OpenSearch");
    println!("{}", lines.join("\n"));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Sends the requests, as each caller in turn, and looks for canaries in the answers.
fn drive(world: &World, operation: &Operation, requests: &[Request], tally: &Tally) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Relaxed);
                    let Some(request) = requests.get(at) else { break };
                    let reply =
                        world.sent(request, CALLERS[at % CALLERS.len()], operation.patience());
                    let line = operation.line;
                    assert!(!reply.tells(), "{line}\n{request:?}\n{}", reply.shown());
                    tally.count(reply.status);
                }
            });
        }
    });
}

/// How many requests were answered, by status.
#[derive(Default)]
struct Tally(Mutex<BTreeMap<u16, usize>>);

impl Tally {
    fn count(&self, status: u16) {
        *self.0.lock().expect("no panic").entry(status).or_default() += 1;
    }

    fn told(&self) -> String {
        let counts = self.0.lock().expect("no panic");
        let all: usize = counts.values().sum();
        format!("{all} requests tried, none told a canary; by status: {counts:?}")
    }
}
