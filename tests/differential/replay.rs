//! One straight line from a scenario file to its verdicts.

use std::env;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client::Answer;
use crate::divergences::{Listed, Pattern};
use crate::json;
use crate::norm::Norm;
use crate::record::record;
use crate::scenario::{File, Scenario, Step, User, Variables, recorded};
use crate::stack::Stack;
use crate::verdict::Verdict;

/// Replays every scenario of the file and fails with what is not explained.
pub(crate) fn file(name: &str) {
    let mut stack = Stack::alone();
    let listed = Listed::read();
    let mut written = Vec::new();
    let mut clean = true;

    for (scenario, (_, expected)) in File::read(name).scenarios.iter().zip(recorded(name)) {
        let title = format!("{name}/{}", scenario.name);
        if !asked_for(&title) {
            println!("{title}: left out by MODELGATE_DIFF_ONLY");
            continue;
        }

        stack.reset();
        let run = Run::of(scenario, &mut stack);
        let mut verdict = Verdict::of(&title, &expected, &run.records, &listed);
        run.faults.into_iter().for_each(|fault| verdict.add(fault));
        println!("{verdict}");
        clean &= verdict.is_clean();
        written.push(json!({"name": scenario.name, "steps": run.records}));
    }

    stack.reset();
    write_out(name, written);
    assert!(clean, "{name} is not answered as recorded: the faults are printed above");
}

#[derive(Default)]
struct Run {
    variables: Variables,
    norm: Norm,
    records: Vec<Value>,
    /// Steps that prepare others and did not answer as expected.
    faults: Vec<String>,
}

impl Run {
    fn of(scenario: &Scenario, stack: &mut Stack) -> Self {
        let mut run = Self::default();
        for step in &scenario.steps {
            run.play(step, stack);
        }
        run
    }

    fn play(&mut self, step: &Step, stack: &mut Stack) {
        let switched = match step.setup.as_deref() {
            Some("access_control_off") => stack.switch_access_control("off"),
            Some("access_control_on") => stack.switch_access_control("on"),
            _ => return self.ask(step, stack),
        };
        self.faults.extend(switched.err().map(|fault| format!("{}: {fault}", step.id)));
    }

    fn ask(&mut self, step: &Step, stack: &mut Stack) {
        let to = match step.user {
            User::Certificate => &mut stack.opensearch,
            User::Nobody | User::Named(_) => &mut stack.modelgate,
        };
        let answer = to.send(&step.request(&self.variables));

        self.save(step, &answer);
        if step.expect.is_some_and(|expected| expected != answer.status) {
            let (id, status, text) = (&step.id, answer.status, answer.text());
            self.faults.push(format!("{id}: a setup step answered {status}: {text}"));
        }
        if step.record {
            self.records.push(record(step, &answer, &mut self.norm));
        }
    }

    fn save(&mut self, step: &Step, answer: &Answer) {
        let body = json::with_repeated_keys(&answer.text()).unwrap_or_default();
        for (name, pointer) in &step.save {
            let Some(value) = body.pointer(pointer) else {
                self.variables.entry(name.clone()).or_insert(format!("unsaved_{name}"));
                continue;
            };
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.norm.learn_as(&text, name);
            self.variables.insert(name.clone(), text);
        }
    }
}

/// `MODELGATE_DIFF_ONLY=update/names` (or a pattern) leaves out all else.
fn asked_for(title: &str) -> bool {
    env::var("MODELGATE_DIFF_ONLY").map_or(true, |only| Pattern::new(&only).matches(title))
}

/// `MODELGATE_DIFF_OUT=FOLDER` keeps what was answered, in the form of the records.
fn write_out(name: &str, scenarios: Vec<Value>) {
    let Ok(folder) = env::var("MODELGATE_DIFF_OUT") else { return };
    if scenarios.is_empty() {
        return;
    }
    fs::create_dir_all(&folder).expect("MODELGATE_DIFF_OUT can be made");
    let path = Path::new(&folder).join(name).with_extension("json");
    let text = serde_json::to_string_pretty(&json!({"scenarios": scenarios})).expect("JSON");
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
