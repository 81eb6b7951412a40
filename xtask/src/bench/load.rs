//! The loads: wrk for what a proxy can carry, the kit for latency, large bodies and idle
//! connections.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::cores::Core;
use super::start::Running;
use super::{kit, programs};
use crate::stack::files;

/// A search of 200 bytes.
pub(super) const SEARCH: &str = r#"{"query":{"bool":{"must":[{"match":{"name":"my group"}}],"filter":[{"term":{"access":"restricted"}}]}},"size":20,"from":0,"sort":[{"last_updated_time":{"order":"desc"}}],"_source":["name","access","owner"]}"#;
const REGISTER: &str = r#"{"name":"benchmark","description":"a group that is made","access_mode":"restricted","backend_roles":["IT"]}"#;

/// What wrk sends where each request is a file.
const REPLAY: &str = r#"
local requests, turn = {}, 0
for number = 0, {LAST} do
   local file = assert(io.open("{FOLDER}/" .. number, "rb"))
   requests[number] = file:read("*a")
   file:close()
end
request = function()
   turn = turn % ({LAST} + 1) + 1
   return requests[turn - 1]
end
"#;

/// A call that has a method, a path and perhaps a body.
#[derive(Debug)]
pub(super) struct Call {
    /// What the tables call it.
    pub(super) name: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
}

/// The calls of the model-group API, and the search as a request that is passed.
pub(super) const CALLS: [Call; 4] = [
    Call { name: "search passed", method: "POST", path: "/groups/_search", body: SEARCH },
    Call {
        name: "search",
        method: "POST",
        path: "/_plugins/_ml/model_groups/_search",
        body: SEARCH,
    },
    Call { name: "get", method: "GET", path: "/_plugins/_ml/model_groups/benchmark", body: "" },
    Call {
        name: "register",
        method: "POST",
        path: "/_plugins/_ml/model_groups/_register",
        body: REGISTER,
    },
];

/// What is measured at once.
#[derive(Clone, Copy, Debug)]
pub(super) enum Load {
    /// 1 KiB over that many connections, as much as goes.
    Get(u32),
    /// 1 KiB at a fixed rate.
    Rate(u32),
    /// The same over 64 connections, beside that many idle ones.
    Beside(u32),
    /// 1 KiB behind TLS over that many connections, as much as goes.
    Tls(u32),
    /// The same by HTTP/2, ten requests at once on each connection.
    H2(u32),
    /// A call over 16 connections, as much as goes.
    Call(&'static Call),
    /// 64 MiB to the upstream.
    Up,
    /// The same, as a bulk request.
    Bulk,
    /// 64 MiB from the upstream.
    Down,
}

impl Call {
    /// What wrk sends.
    fn script(&self) -> String {
        let Self { method, path, body, .. } = self;
        let mut text = format!("wrk.method='{method}'\nwrk.path='{path}'\n");
        text += "wrk.headers['Authorization']='Basic YWxpY2U6cGFzc3dvcmQ='\n";
        if !body.is_empty() {
            text += &format!("wrk.headers['Content-Type']='application/json'\nwrk.body=[[{body}]]");
        }
        text
    }
}

impl Load {
    /// What samples call it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Get(connections) => format!("c{connections}"),
            Self::Rate(_) => "rate".to_owned(),
            Self::Beside(idle) => format!("c64 beside {idle} idle"),
            Self::Tls(connections) => format!("TLS, c={connections}"),
            Self::H2(connections) => format!("h2, c={connections}"),
            Self::Call(call) => call.name.to_owned(),
            Self::Up => "up".to_owned(),
            Self::Bulk => "bulk".to_owned(),
            Self::Down => "down".to_owned(),
        }
    }
}

/// What came of a load.
#[derive(Debug)]
pub(super) struct Outcome {
    /// How much was done: requests, or GiB.
    pub(super) units: f64,
    /// The figures.
    pub(super) values: Vec<(&'static str, f64)>,
}

/// Idle connections; they are closed when the value is dropped.
#[derive(Debug)]
pub(super) struct Held {
    child: Child,
    /// How many there are.
    pub(super) count: f64,
}

impl Drop for Held {
    fn drop(&mut self) {
        // The child ends with its standard input; where it has ended already there is nothing to do.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// The programs that make loads.
#[derive(Debug)]
pub(super) struct Loads {
    kit: PathBuf,
    wrk: PathBuf,
    h2load: PathBuf,
    pub(super) work: PathBuf,
}

impl Loads {
    /// Finds or builds them; `work` is a folder for what they need.
    pub(super) fn prepared(work: PathBuf) -> Result<Self> {
        Self::of(programs::own("xtask")?, work)
    }

    /// The same with that program as the kit.
    pub(super) fn of(kit: PathBuf, work: PathBuf) -> Result<Self> {
        let [wrk, h2load] = tools()?;
        Ok(Self { kit, wrk, h2load, work })
    }

    /// Starts the upstream; its callers have that many backend roles.
    pub(super) fn upstream(&self, port: u16, roles: usize) -> Result<Running> {
        let mut command = self.kit("upstream", port);
        command.args(["--roles", &roles.to_string()]).current_dir(&self.work);
        Core::First.run(|| Running::start(command, port, &self.work.join("upstream.log")))
    }

    /// Puts a load on a port for that many seconds.
    pub(super) fn put(&self, load: Load, port: u16, seconds: u32) -> Result<Outcome> {
        match load {
            Load::Get(connections) => self.wrk("http", port, connections, seconds, None),
            Load::Beside(_) => self.wrk("http", port, 64, seconds, None),
            Load::Tls(connections) => self.wrk("https", port, connections, seconds, None),
            Load::H2(connections) => self.h2load(port, connections, seconds),
            Load::Call(call) => {
                let script = self.script(call.name, &call.script())?;
                self.wrk("http", port, 16, seconds, Some(&script))
            }
            Load::Rate(rate) => self.pace(port, rate, seconds * 2),
            Load::Up => self.stream(port, "up"),
            Load::Bulk => self.stream(port, "bulk"),
            Load::Down => self.stream(port, "down"),
        }
    }

    /// Sends requests one after the other over 16 connections, again and again, whatever is answered.
    pub(super) fn replay(&self, port: u16, requests: &[Vec<u8>], seconds: u32) -> Result<Outcome> {
        let folder = self.work.join("requests");
        files::remove(&folder)?;
        fs::create_dir_all(&folder)?;
        for (number, request) in requests.iter().enumerate() {
            fs::write(folder.join(number.to_string()), request)?;
        }
        let script = REPLAY
            .replace("{FOLDER}", &folder.to_string_lossy())
            .replace("{LAST}", &requests.len().saturating_sub(1).to_string());
        self.wrk("http", port, 16, seconds, Some(&self.script("replay", &script)?))
    }

    /// What has to be there before a load is put on a port.
    pub(super) fn before(&self, load: Load, port: u16) -> Result<Option<Held>> {
        match load {
            Load::Beside(idle) => self.hold(port, idle).map(Some),
            _ => Ok(None),
        }
    }

    /// Opens idle connections.
    pub(super) fn hold(&self, port: u16, connections: u32) -> Result<Held> {
        let mut command = self.kit("hold", port);
        command.arg("--connections").arg(connections.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = child.stdout.as_mut().context("no output of hold")?;
        BufReader::new(output).read_line(&mut line)?;
        let count = number(&serde_json::from_str(&line).context("hold failed")?, "held")?;
        Ok(Held { child, count })
    }

    /// A part of the kit, on a port.
    pub(super) fn kit(&self, part: &str, port: u16) -> Command {
        let mut command = Command::new(&self.kit);
        command.args(["bench-kit", part, &port.to_string()]).stdin(Stdio::null());
        command
    }

    fn h2load(&self, port: u16, connections: u32, seconds: u32) -> Result<Outcome> {
        let mut command = Command::new(&self.h2load);
        command.args(["-t1", "-m10"]).args([format!("-c{connections}"), format!("-D{seconds}")]);
        command.arg(format!("https://127.0.0.1:{port}/1k"));
        let text = Core::Last.run(|| output(&mut command))?;
        let requests = before(&text, " succeeded").context("h2load counted nothing")?;
        let rate = before(&text, " req/s").context("h2load told no rate")?;
        let failed = [" failed", " errored", " timeout"].iter();
        let failed: f64 = failed.filter_map(|kind| before(&text, kind)).sum();
        let values = vec![("per_second", rate), ("failed", failed)];
        Ok(Outcome { units: requests.max(1.0), values })
    }

    fn wrk(
        &self,
        scheme: &str,
        port: u16,
        connections: u32,
        s: u32,
        script: Option<&Path>,
    ) -> Result<Outcome> {
        let mut command = Command::new(&self.wrk);
        command.args(["-t1", "--timeout", "10s"]);
        command.args([format!("-c{connections}"), format!("-d{s}s")]);
        if let Some(script) = script {
            command.arg("-s").arg(script);
        }
        command.arg(format!("{scheme}://127.0.0.1:{port}/1k"));
        let text = Core::Last.run(|| output(&mut command))?;
        let requests = before(&text, " requests in").context("wrk counted nothing")?;
        let rate = behind(&text, "Requests/sec:").context("wrk told no rate")?;
        let errors = ["connect", "read", "write", "timeout"];
        let broken: f64 = errors.iter().filter_map(|kind| behind(&text, kind)).sum();
        let refused = behind(&text, "Non-2xx or 3xx responses:").unwrap_or_default();
        Ok(Outcome {
            units: requests.max(1.0),
            values: vec![("per_second", rate), ("failed", broken + refused)],
        })
    }

    /// A script of wrk, in a file.
    fn script(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.work.join(format!("{}.lua", name.replace(' ', "-")));
        fs::write(&path, text)?;
        Ok(path)
    }

    fn pace(&self, port: u16, rate: u32, seconds: u32) -> Result<Outcome> {
        let (rate, seconds) = (rate.to_string(), seconds.to_string());
        let mut command = self.kit("pace", port);
        command.args(["--connections", "16", "--rate", &rate, "--seconds", &seconds]);
        let told = serde_json::from_str(&output(&mut command)?)?;
        let names = ["p50", "p99", "p99.9", "failed"];
        let values = names.into_iter().map(|name| Ok((name, number(&told, name)?)));
        Ok(Outcome { units: number(&told, "requests")?, values: values.collect::<Result<_>>()? })
    }

    fn stream(&self, port: u16, way: &str) -> Result<Outcome> {
        let told = serde_json::from_str(&output(self.kit("stream", port).arg(way))?)?;
        let values = vec![("mib_per_second", number(&told, "mib_per_second")?)];
        Ok(Outcome { units: number(&told, "mib")? / 1024.0, values })
    }
}

/// wrk and h2load, found or installed where this user may.
pub(crate) fn tools() -> Result<[PathBuf; 2]> {
    let wrk = programs::of_debian("wrk", "wrk")?;
    Ok([wrk, programs::of_debian("h2load", "nghttp2-client")?])
}

/// The output of a load, once it has ended.
fn output(command: &mut Command) -> Result<String> {
    let done = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let shown = command.get_program().display();
    let done = done.with_context(|| format!("cannot run {shown}"))?;
    ensure!(done.status.success(), "{} of {shown}", done.status);
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// A number that a load told.
pub(super) fn number(told: &Value, name: &str) -> Result<f64> {
    told[name].as_f64().with_context(|| format!("the load told no {name}"))
}

/// The number behind a text.
fn behind(text: &str, label: &str) -> Option<f64> {
    let (_, rest) = text.split_once(label)?;
    rest.split_whitespace().next()?.trim_end_matches(',').parse().ok()
}

/// The number before a text.
fn before(text: &str, label: &str) -> Option<f64> {
    let (rest, _) = text.split_once(label)?;
    rest.split_whitespace().next_back()?.parse().ok()
}

/// As many idle connections as both ends may hold descriptors for.
pub(super) fn affordable(wanted: u32) -> Result<u32> {
    let most = u32::try_from(kit::raise_limit()?).unwrap_or(u32::MAX);
    Ok(wanted.min(most.saturating_sub(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_tells_is_read() {
        let text = "  2 threads\n  70210 requests in 2.10s, 79MB read\n  Socket errors: connect 0, \
                    read 3, write 0, timeout 1\n  Non-2xx or 3xx responses: 5\nRequests/sec:  33433.1\n";

        assert_eq!(before(text, " requests in"), Some(70210.0));
        assert_eq!(behind(text, "Requests/sec:"), Some(33433.1));
        assert_eq!(behind(text, " read"), None);
        assert_eq!(behind(text, "timeout"), Some(1.0));
        assert_eq!(behind(text, "Non-2xx or 3xx responses:"), Some(5.0));
    }
}
