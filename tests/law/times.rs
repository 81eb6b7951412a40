//! The time that an answer takes does not tell a hidden group from an absent one.
//!
//! Pairs of requests, one about each, in either order. Where nothing tells, the one about the hidden group is the
//! slower one in half of them. `LAW_PAIRS` says how many; a run with 2,000 shows the distributions.

use std::time::Instant;

use serde_json::{Value, json};

use crate::callers::{CAROL, Caller};
use crate::http::Request;
use crate::made::number;
use crate::requests::GROUPS;
use crate::stack::Stack;

/// Groups of either kind.
const GROUPS_OF_A_KIND: usize = 20;
/// How often the request about the hidden group may be the slower one: one run in some thousands goes beyond by
/// chance, and a round trip more goes beyond in every run.
const BY_CHANCE: std::ops::Range<f64> = 0.35..0.65;

/// What is asked about a group.
fn operations() -> Vec<(&'static str, &'static str, Option<Value>)> {
    vec![
        ("get", "GET", None),
        ("update", "PUT", Some(json!({ "description": "d" }))),
        ("rename", "PUT", Some(json!({ "name": "another" }))),
        ("rename to its own name", "PUT", Some(json!({ "name": "hidden" }))),
        ("open", "PUT", Some(json!({ "access_mode": "public" }))),
        ("delete", "DELETE", None),
    ]
}

/// Milliseconds that answers took.
#[derive(Default)]
struct Times {
    hidden: Vec<f64>,
    absent: Vec<f64>,
}

impl Times {
    /// In what share of the pairs the hidden group took longer.
    fn slower(&self) -> f64 {
        let slower =
            self.hidden.iter().zip(&self.absent).filter(|(hidden, absent)| hidden > absent);
        slower.count() as f64 / self.hidden.len() as f64
    }

    /// Kolmogorov and Smirnov's distance of the distributions.
    fn distance(&self) -> f64 {
        let (hidden, absent) = (sorted(&self.hidden), sorted(&self.absent));
        let below = |times: &[f64], time| times.partition_point(|one| *one <= time) as f64;
        let count = hidden.len() as f64;
        let apart = |time: &f64| (below(&hidden, *time) - below(&absent, *time)).abs() / count;
        hidden.iter().chain(&absent).map(apart).fold(0.0, f64::max)
    }

    fn told(&self, operation: &str) -> String {
        let quantiles = |times: &[f64]| {
            let times = sorted(times);
            let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize];
            format!("{:.3} {:.3} {:.3} {:.3}", at(0.1), at(0.5), at(0.9), at(0.99))
        };
        let (slower, distance) = (self.slower(), self.distance());
        let limit = 1.63 * (2.0 / self.hidden.len() as f64).sqrt();
        format!(
            "{operation}: hidden {} ms, absent {} ms (10, 50, 90, 99 %), slower in {:.1} %, \
             KS {distance:.4} (1 % by chance: {limit:.4})",
            quantiles(&self.hidden),
            quantiles(&self.absent),
            slower * 100.0,
        )
    }
}

fn sorted(times: &[f64]) -> Vec<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times
}

fn time(stack: &mut Stack, who: &Caller, id: &str, method: &str, body: Option<&Value>) -> f64 {
    let request = Request::new(method, &format!("{GROUPS}/{id}"));
    let request = match body {
        Some(body) => request.json(body.to_string()),
        None => request,
    };
    let start = Instant::now();
    let answer = stack.ask(who, request);
    let taken = start.elapsed().as_secs_f64() * 1000.0;
    assert!(answer.text().contains("not_found") || answer.status == 404, "{}", answer.text());
    taken
}

/// How long both take, where hidden groups are of this source.
fn times(source: &Value, pairs: u64) -> Vec<(&'static str, Times)> {
    let mut stack = Stack::alone();
    let hidden: Vec<_> = (0..GROUPS_OF_A_KIND).map(|number| format!("hidden{number:02}")).collect();
    let absent: Vec<_> = (0..GROUPS_OF_A_KIND).map(|number| format!("absent{number:02}")).collect();
    stack.write(hidden.iter().map(|id| (id.as_str(), source)));

    let of = |(name, method, body): (&'static str, &'static str, Option<Value>)| {
        let mut times = Times::default();
        for (pair, at) in (0..pairs).zip((0..GROUPS_OF_A_KIND).cycle()) {
            let mut one = |id: &str| time(&mut stack, &CAROL, id, method, body.as_ref());
            let is_first = pair % 2 == 0;
            let before = is_first.then(|| one(&hidden[at]));
            times.absent.push(one(&absent[at]));
            times.hidden.push(before.unwrap_or_else(|| one(&hidden[at])));
        }
        println!("{}", times.told(name));
        (name, times)
    };
    operations().into_iter().map(of).collect()
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn the_time_taken_does_not_tell_of_a_hidden_group() {
    let owner = json!({ "name": "alice", "backend_roles": ["IT"] });
    let source = json!({ "name": "hidden", "access": "private", "owner": owner });

    for (operation, times) in times(&source, number("LAW_PAIRS", 200)) {
        assert!(BY_CHANCE.contains(&times.slower()), "{}", times.told(operation));
    }
}
