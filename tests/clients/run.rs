//! Doing steps with a client: a script gets them on its standard input, and prints what they were
//! answered.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::install::Language;
use crate::stack::Server;
use crate::steps::Step;

/// How a client is set up.
#[derive(Debug, Serialize)]
pub(crate) struct Way {
    pub(crate) transport: &'static str,
    /// Bodies are compressed, and compressed answers welcome.
    pub(crate) gzip: bool,
    /// What becomes of a GET with a body.
    pub(crate) send_get_body_as: &'static str,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The client's methods for model groups.
    pub(crate) methods: Vec<String>,
    /// One for each step.
    pub(crate) answers: Vec<Answer>,
}

#[derive(Deserialize)]
struct Told {
    methods: Vec<String>,
    saved: Map<String, Value>,
    answers: Vec<Answer>,
}

/// What would send a client, or its trust, elsewhere.
const ELSEWHERE: [&str; 8] = [
    "ALL_PROXY",
    "CURL_CA_BUNDLE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "REQUESTS_CA_BUNDLE",
    "all_proxy",
    "http_proxy",
    "https_proxy",
];

/// Does the steps, in order.
pub(crate) fn run(language: Language, server: &Server, way: &Way, steps: &[Step]) -> Ran {
    let task = json!({ "url": server.url, "ca": server.ca, "options": way, "steps": steps });
    let mut command = language.command();
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));

    let mut to = child.stdin.take().expect("a pipe");
    let writing = thread::spawn(move || to.write_all(task.to_string().as_bytes()));
    let output = child.wait_with_output().expect("an end");
    let written = writing.join().expect("no panic");

    assert!(output.status.success(), "{command:?}, {way:?}: {}", output.status);
    written.expect("the script reads its steps");
    let told: Told = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
    let answers = told.answers.into_iter().map(|answer| answer.comparable(&told.saved)).collect();
    Ran { methods: told.methods, answers }
}
