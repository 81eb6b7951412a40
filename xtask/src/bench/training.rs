//! What a modelgate is put to so that a profile tells which of its code is used, and how: requests
//! that pass, large bodies, TLS, HTTP/2, and every recorded request of the model-group API.

use std::env;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::load::{Load, Loads};
use super::peers::{self, Certificate, Door, Log, Place};
use super::rounds::ROLES;
use super::start::{self, Running};
use crate::recorded;
use crate::stack::{files, interrupt};

const PLAIN: [Load; 5] = [Load::Get(16), Load::Get(64), Load::Up, Load::Bulk, Load::Down];
const BEHIND_TLS: [Load; 2] = [Load::Tls(16), Load::H2(4)];

/// Puts a modelgate to work, each kind for that many seconds, and ends it. `work` is a folder for what
/// that needs. Fails where it does not serve, or not well.
pub(crate) fn put_to_work(program: &Path, work: &Path, seconds: u32) -> Result<()> {
    files::folder(work)?;
    let loads = Loads::of(env::current_exe()?, work.to_owned())?;
    let certificate = Certificate::made(work)?;
    let ports = start::free_ports(2)?;
    let _upstream = loads.upstream(ports[0], ROLES)?;
    let started = |door| -> Result<Running> {
        let place = Place { port: ports[1], upstream: ports[0], work, door, log: Log::Off };
        let proxy = peers::modelgate(program, place)?;
        Running::start_listening(proxy.command(), proxy.port, &proxy.log())
    };
    let plain = started(Door::Plain)?;
    put(&loads, &PLAIN, ports[1], seconds)?;
    for part in ["", "/model_groups/_search"] {
        interrupt::check()?;
        loads.replay(ports[1], &requests(part)?, seconds)?;
    }
    drop(plain);
    let _behind_tls = started(Door::Tls(&certificate))?;
    put(&loads, &BEHIND_TLS, ports[1], seconds)
}

fn put(loads: &Loads, each: &[Load], port: u16, seconds: u32) -> Result<()> {
    for load in each {
        interrupt::check()?;
        let outcome = loads.put(*load, port, seconds)?;
        let failed = outcome.values.iter().find(|(name, _)| *name == "failed");
        ensure!(failed.is_none_or(|(_, count)| *count == 0.0), "{} failed", load.name());
    }
    Ok(())
}

/// The recorded requests whose paths have this part, but for those with methods or headers that frame
/// requests and answers in ways of their own.
fn requests(part: &str) -> Result<Vec<Vec<u8>>> {
    let like_others = |step: &&Value| {
        let method = step["method"].as_str().unwrap_or_default();
        ["GET", "POST", "PUT", "DELETE"].contains(&method) && step["headers"].is_null()
    };
    let steps = recorded::steps()?;
    let asked = steps.iter().filter(|step| recorded::is_for(step, part));
    Ok(asked.filter(like_others).map(request).collect())
}

fn request(step: &Value) -> Vec<u8> {
    let start = filled(&recorded::start(step));
    let body = filled(&String::from_utf8_lossy(&recorded::body(step)));
    let request = format!(
        "{start} HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.into_bytes()
}

/// Ids of earlier steps are not known here: `${id}` is the group that the upstream has.
fn filled(text: &str) -> String {
    let mut parts = text.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| Some(part.split_once('}')?.1));
    rest.fold(first, |filled, rest| filled + "benchmark" + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_requests_are_sent_as_a_client_would() {
        let all = requests("").unwrap();
        let searches = requests("/model_groups/_search").unwrap();

        assert!(all.len() > 2000 && searches.len() > 300, "{}, {}", all.len(), searches.len());
        assert!(searches.iter().all(|search| all.contains(search)));
        assert!(all.iter().all(|request| !request.windows(2).any(|pair| pair == b"${")));
    }

    #[test]
    fn ids_of_earlier_steps_are_the_group_of_the_upstream() {
        assert_eq!(filled("GET /groups/${a}/x/${b}?c"), "GET /groups/benchmark/x/benchmark?c");
        assert_eq!(filled("GET /_search"), "GET /_search");
    }
}
