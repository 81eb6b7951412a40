//! The operations of `operations.txt`.

use std::time::Duration;

use crate::{routes::Route, spelling::Spelling};

const LINES: &str = include_str!("operations.txt");

/// What makes a wildcard expand to all there is.
const EXPANDED: &str = "expand_wildcards=all&ignore_unavailable=true&allow_no_indices=true";

/// One line: some methods, a path, maybe a body.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) line: &'static str,
    /// Whether it tells a canary where nobody guards.
    pub(crate) tells: bool,
    /// Whether OpenSearch never answers it where it does what it says.
    is_mute: bool,
    methods: Vec<&'static str>,
    target: &'static str,
    body: &'static str,
}

/// A request, but for who makes it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) body: String,
}

/// All operations.
pub(crate) fn all() -> Vec<Operation> {
    LINES
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(Operation::of)
        .collect()
}

impl Operation {
    fn of(line: &'static str) -> Self {
        let (tells, is_mute) = (line.starts_with('!'), line.starts_with('?'));
        let (methods, rest) = line.trim_start_matches(['!', '?']).split_once(' ').expect("a path");
        let (target, body) = rest.split_once(' ').unwrap_or((rest, ""));
        Self { line, tells, is_mute, methods: methods.split(',').collect(), target, body }
    }

    /// How long its answer is waited for.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(if self.is_mute { 1 } else { 60 })
    }

    /// The operation with each spelling in each of its places; one without a place has it in the
    /// parameter `index`.
    pub(crate) fn requests(&self, spellings: &[Spelling]) -> Vec<Request> {
        let mut requests = Vec::new();
        for method in &self.methods {
            if !self.line.contains("{index}") {
                requests.push(self.request(method, self.target.to_owned(), ""));
                requests.push(self.request(method, with(self.target, EXPANDED), ""));
            }
            for spelling in spellings {
                let target = self.spelled(spelling);
                if spelling.is_wild {
                    requests.push(self.request(method, with(&target, EXPANDED), &spelling.json));
                }
                requests.push(self.request(method, target, &spelling.json));
            }
        }
        requests
    }

    /// Whether it is for that route of the node.
    pub(crate) fn takes(&self, route: &Route) -> bool {
        let path = self.target.split('?').next().unwrap_or_default();
        let fits = |(own, piece): (&str, &str)| own == piece || piece.starts_with('{');
        self.methods.contains(&route.method.as_str())
            && path.split('/').count() == route.path.split('/').count()
            && path.split('/').zip(route.path.split('/')).all(fits)
    }

    fn spelled(&self, spelling: &Spelling) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let path = path.replace("{index}", &spelling.path);
        let query = query.replace("{index}", &spelling.query);
        match (query.is_empty(), self.line.contains("{index}")) {
            (true, true) => path,
            (false, true) => format!("{path}?{query}"),
            (true, false) => format!("{path}?index={}", spelling.query),
            (false, false) => format!("{path}?{query}&index={}", spelling.query),
        }
    }

    fn request(&self, method: &'static str, target: String, json: &str) -> Request {
        let body = self.body.replace("{index}", json).replace('~', "\n");
        Request { method, target, body }
    }
}

/// The parameters stand first, so that an operation's own ones win.
fn with(target: &str, parameters: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{parameters}&{query}"),
        None => format!("{target}?{parameters}"),
    }
}

impl Request {
    /// The bytes that go out. `HTTP/1.0` without keep-alive: the answer ends with the connection.
    pub(crate) fn bytes(&self, caller: &str) -> Vec<u8> {
        let Self { method, target, body } = self;
        let kind = if body.contains('\n') { "application/x-ndjson" } else { "application/json" };
        let content = match body.is_empty() {
            true => String::new(),
            false => format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()),
        };
        format!("{method} {target} HTTP/1.0\r\nHost: canary\r\n{caller}{content}\r\n{body}")
            .into_bytes()
    }
}
