//! Filling the index of groups, past modelgate.

use std::fmt::Write;
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use ureq::http::Method;

use super::{Cluster, INDEX, good, group};
use crate::stack::{client::Answer, interrupt};

/// Groups of one bulk request.
const BATCH: u32 = 2_000;

/// How long merging may go on after the last write.
const MERGING: Duration = Duration::from_secs(120);

/// How long there may be no room for a bulk request.
const FULL: Duration = Duration::from_secs(60);

impl Cluster {
    /// The first group of all, through modelgate: it makes both indices.
    pub(super) fn first_group(&self) -> Result<()> {
        let body = json!({ "name": "the first", "access_mode": "private" });
        self.ask_gate(Method::POST, "_register", &body.to_string()).map(drop)
    }

    /// Adds groups up to a number; a third of them are public, a third private, and of the others
    /// one in 25 is for a role of the reader's.
    pub(super) fn fill(&self, numbers: Range<u32>) -> Result<()> {
        println!("writing {} groups; a million take about three minutes", numbers.len());
        self.settings("-1", "async")?;
        let mut from = numbers.start;
        while from < numbers.end {
            interrupt::check()?;
            let to = numbers.end.min(from + BATCH);
            let answer = self.written(&lines(from..to))?;
            ensure!(answer.json()?["errors"] == false, "a group was not written");
            from = to;
        }
        self.settings("1s", "request")?;
        self.ask(Method::POST, &format!("/{INDEX}/_refresh"), "")?;
        self.wait_for_merges()
    }

    /// Sends a bulk request, again where the heap of the cluster has no room for it at the moment.
    fn written(&self, lines: &str) -> Result<Answer> {
        let start = Instant::now();
        loop {
            let answer =
                self.direct.send_text(Method::POST, "/_bulk?filter_path=errors", None, lines)?;
            if answer.status != 429 || start.elapsed() > FULL {
                return good(answer);
            }
            interrupt::check()?;
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn settings(&self, refresh: &str, durability: &str) -> Result<()> {
        let body = json!({ "index": {
            "refresh_interval": refresh, "translog": { "durability": durability },
        } });
        self.ask(Method::PUT, &format!("/{INDEX}/_settings"), &body.to_string()).map(drop)
    }

    fn wait_for_merges(&self) -> Result<()> {
        let start = Instant::now();
        let path = format!("/{INDEX}/_stats/merge");
        while start.elapsed() < MERGING {
            interrupt::check()?;
            let stats = self.ask(Method::GET, &path, "")?.json()?;
            if stats["_all"]["total"]["merges"]["current"] == 0 {
                break;
            }
            thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    }
}

/// The lines of a bulk request.
fn lines(numbers: Range<u32>) -> String {
    let mut lines = String::new();
    for number in numbers {
        let role = format!("role-{}", number / 3 % 200);
        let (access, roles) = match number % 3 {
            0 => ("public", vec![]),
            1 => ("private", vec![]),
            _ => ("restricted", vec![role.as_str()]),
        };
        let group =
            group(&format!("group {number}"), access, &roles, &format!("owner-{}", number % 1000));
        // Writing to a String cannot fail.
        let _ = writeln!(lines, r#"{{"index":{{"_index":"{INDEX}","_id":"filled-{number}"}}}}"#);
        let _ = writeln!(lines, "{group}");
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn of_three_groups_each_is_of_another_mode() {
        let lines = lines(3..6);

        let all: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(all.len(), 6);
        assert_eq!(all[0]["index"]["_id"], "filled-3");
        assert_eq!(
            [1, 3, 5].map(|at| all[at]["access"].clone()),
            ["public", "private", "restricted"]
        );
        assert_eq!(all[5]["backend_roles"], json!(["role-1"]));
    }
}
