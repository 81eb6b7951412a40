//! Trying the examples as a reader does: in order, with the ids that the own cluster gave.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::readme::Example;

/// Where the README's modelgate is.
const SHOWN_URL: &str = "http://127.0.0.1:9200";

/// Members that differ from cluster to cluster, whose kind is compared alone.
const VOLATILE: [&str; 6] =
    ["took", "_seq_no", "_primary_term", "_version", "created_time", "last_updated_time"];

/// Who reads the README.
#[derive(Debug)]
pub(crate) struct Reader {
    /// What stands in the README, and what the reader puts in its place.
    own: Vec<(String, String)>,
}

impl Reader {
    /// A reader whose modelgate is elsewhere.
    pub(crate) fn of(url: &str) -> Self {
        Self { own: vec![(SHOWN_URL.to_owned(), url.to_owned())] }
    }

    /// Runs an example and compares; remembers the id that was given.
    pub(crate) fn tries(&mut self, example: &Example) {
        let name = &example.name;
        assert!(example.command.contains(SHOWN_URL), "{name} asks {SHOWN_URL}");
        let answered = run(&self.own(&example.command));

        let mut answered: Value = serde_json::from_str(&answered)
            .unwrap_or_else(|error| panic!("{name}: {error}: {answered}"));
        let shown: Value = serde_json::from_str(&example.answer)
            .unwrap_or_else(|error| panic!("{name} shows no JSON: {error}"));
        let id = |value: &Value| value["model_group_id"].as_str().map(str::to_owned);
        self.own.extend(id(&shown).zip(id(&answered)));

        let mut shown: Value = serde_json::from_str(&self.own(&example.answer)).expect("JSON");
        clean(&mut shown);
        clean(&mut answered);
        assert_eq!(answered, shown, "{name}: answered, and as the README shows");
    }

    fn own(&self, text: &str) -> String {
        let replace = |text: String, (shown, own): &(String, String)| text.replace(shown, own);
        self.own.iter().fold(text.to_owned(), replace)
    }
}

fn run(command: &str) -> String {
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", command]).env("no_proxy", "127.0.0.1");
    let output = bash.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("bash and curl are needed: {error}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}\n{}: {told}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Takes out what is never the same twice; hits of one score may come in any order.
fn clean(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(clean);
            if items.iter().all(|item| item["_id"].is_string()) {
                items.sort_by_key(|item| item["_id"].as_str().map(str::to_owned));
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if VOLATILE.contains(&name.as_str()) && value.is_number() {
                    *value = json!("a number");
                }
                clean(value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
